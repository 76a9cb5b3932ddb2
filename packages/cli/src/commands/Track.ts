/**
 * `effect-sens track`: requests followed until nothing more becomes of them.
 *
 * @since 0.1.0
 */
import * as Argument from "effect/cli/Argument"
import type * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Schema from "effect/Schema"
import * as Definition from "../Definition.ts"
import * as Globals from "../Globals.ts"
import type { Both, Language } from "../Language.ts"

export const texts = {
  command: {
    en: "Follow requests until each message is delivered or has failed",
    ko: "요청을 지켜봅니다. 모든 메시지가 전달되거나 실패하면 끝납니다"
  },
  details: {
    en:
      "Ends with code 6 where a message was not delivered, or is not final in time, and with 8 where the log knows no such request.",
    ko: "전달되지 않았거나 시간 안에 끝나지 않은 메시지가 있으면 코드 6, 로그에 없는 요청이면 코드 8로 끝납니다."
  },
  requestIds: {
    en: "The ids of the requests, as send tells them; - reads them from stdin, one on each line",
    ko: "send가 알려 준 요청 ID. - 이면 표준 입력에서 한 줄에 하나씩 읽습니다"
  },
  deadline: { en: "How long each is followed (default 70m)", ko: "얼마나 지켜볼지 (기본 70m)" },
  recipients: {
    en: "How many recipients each has: the end is not told before all of them were seen",
    ko: "요청마다 받는 사람이 몇인지. 모두 보일 때까지 끝내지 않습니다"
  }
} as const satisfies { readonly [name: string]: Both }

const Recipients = Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 100 }))

export const parameters = (language: Language) => ({
  requestIds: Argument.String("request-id").pipe(
    Argument.withDescription(texts.requestIds[language]),
    Argument.variadic({ min: 1 })
  ),
  deadline: Flag.String("deadline").pipe(
    Flag.withMetavar("span"),
    Flag.withDescription(texts.deadline[language]),
    Flag.optional
  ),
  recipients: Flag.Int("recipients").pipe(
    Flag.withSchema(Recipients),
    Flag.withDescription(texts.recipients[language]),
    Flag.optional
  )
})

export type Input = Command.Command.Config.Infer<ReturnType<typeof parameters>>

export const definition = Definition.leaf({
  name: "track",
  description: texts.command,
  details: texts.details,
  uses: [...Globals.keys, "showNumbers", "showTexts"],
  formats: ["table", "ndjson"],
  parameters,
  handler: () => import("./Track.handler.ts")
})
