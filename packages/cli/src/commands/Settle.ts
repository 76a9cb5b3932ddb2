/**
 * `effect-sens settle`: what became of the sends of which nobody knew.
 *
 * @since 0.1.0
 */
import * as Argument from "effect/cli/Argument"
import type * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Definition from "../Definition.ts"
import * as Globals from "../Globals.ts"
import type { Both, Language } from "../Language.ts"

export const texts = {
  command: {
    en: "Tell what became of sends whose answer was lost",
    ko: "응답을 잃은 발송이 어떻게 되었는지 알려 줍니다"
  },
  details: {
    en:
      "Asks the delivery log, once for each request. Asked again it says the same, or more. Ends with code 5 while one of them cannot be told. Without an id: all that are open.",
    ko:
      "요청마다 한 번씩 전송 로그를 확인합니다. 다시 물어도 같거나 더 확실한 답이 나옵니다. 아직 알 수 없는 것이 있으면 코드 5로 끝납니다. ID를 주지 않으면 남아 있는 모든 것을 확인합니다."
  },
  ids: { en: "The ids that send told", ko: "send가 알려 준 ID" },
  campaign: {
    en: "The requests of a campaign in place of single sends",
    ko: "발송 대신 캠페인의 요청을 확인합니다"
  },
  dir: { en: "A folder with the journal, such as of another machine", ko: "기록이 든 폴더. 다른 컴퓨터의 것 등" },
  sendAgain: {
    en: "Send it again, if it is proved that it was not accepted: asks as send does",
    ko: "접수되지 않은 것이 증명되면 다시 보냅니다. send처럼 먼저 묻습니다"
  },
  giveUp: {
    en: "Do not send it again, whatever became of it",
    ko: "어떻게 되었든 다시 보내지 않는 것으로 정리합니다"
  },
  sent: {
    en: "It was accepted, as this request: the log has to know it",
    ko: "이 요청 ID로 접수된 것으로 정리합니다. 로그에 있어야 합니다"
  }
} as const satisfies { readonly [name: string]: Both }

export const parameters = (language: Language) => {
  const said = (name: keyof typeof texts) => <A>(flag: Flag.Flag<A>) =>
    Flag.withDescription(flag, texts[name][language])
  const isGiven = (name: keyof typeof texts, flag: string) =>
    Flag.Boolean(flag).pipe(Flag.withoutNegation, said(name), Flag.withDefault(false))
  return {
    ids: Argument.String("id").pipe(Argument.withDescription(texts.ids[language]), Argument.variadic()),
    campaign: Flag.String("campaign").pipe(Flag.withMetavar("id"), said("campaign"), Flag.optional),
    dir: Flag.String("dir").pipe(Flag.withMetavar("folder"), said("dir"), Flag.optional),
    sendAgain: isGiven("sendAgain", "send-again"),
    giveUp: isGiven("giveUp", "give-up"),
    sent: Flag.String("sent").pipe(Flag.withMetavar("request-id"), said("sent"), Flag.optional)
  }
}

export type Input = Command.Command.Config.Infer<ReturnType<typeof parameters>>

export const definition = Definition.leaf({
  name: "settle",
  description: texts.command,
  details: texts.details,
  uses: [...Globals.keys, "yes", "max"],
  formats: ["table", "json"],
  isSpending: true,
  parameters,
  handler: () => import("./Settle.handler.ts")
})
