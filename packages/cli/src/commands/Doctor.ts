/**
 * `effect-sens doctor`: whether everything is as it has to be, and what the service really does.
 *
 * @since 0.1.0
 */
import type * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Schema from "effect/Schema"
import * as Definition from "../Definition.ts"
import * as Globals from "../Globals.ts"
import type { Both, Language } from "../Language.ts"

export const texts = {
  command: {
    en: "Check the settings, and measure what the service does",
    ko: "설정을 점검하고 서비스가 실제로 어떻게 동작하는지 측정합니다"
  },
  details: {
    en:
      "Without a flag it looks at this machine alone. --online asks the service and changes nothing. --live sends one SMS to --to, after a question that shows it, and follows it for some minutes. The settings that follow are shown to be pasted. Ends with 0, or with the code of the worst check.",
    ko:
      "플래그가 없으면 이 컴퓨터만 봅니다. --online은 서비스에 물어보되 아무것도 바꾸지 않습니다. --live는 물어본 뒤 --to로 SMS 한 건을 보내고 몇 분 동안 지켜봅니다. 결과에 맞는 설정을 붙여 넣을 수 있게 보여 줍니다. 0, 또는 가장 나쁜 점검의 코드로 끝납니다."
  },
  online: { en: "Ask the service, without changing anything", ko: "서비스에 물어봅니다. 아무것도 바꾸지 않습니다" },
  live: {
    en: "Send one SMS to --to and follow it (it is paid for)",
    ko: "--to로 SMS 한 건을 보내고 지켜봅니다 (과금)"
  },
  to: { en: "Your own number, which gets it", ko: "메시지를 받을 본인의 번호" },
  from: {
    en: "The number that sends it; that of the profile, if not given",
    ko: "보내는 번호. 주지 않으면 프로필의 번호"
  },
  samples: {
    en: "How many SMS to send one after another; from 20 on a lower visibilityLag can be chosen",
    ko: "차례로 보낼 SMS의 수. 20건부터 visibilityLag을 낮출 수 있습니다"
  },
  texts: {
    en: "Send another SMS, with odd characters (it is paid for)",
    ko: "특수한 글자가 든 SMS를 한 건 더 보냅니다 (과금)"
  },
  reserve: {
    en: "Reserve an SMS for in 15 minutes and cancel it (free, if it can be cancelled)",
    ko: "15분 뒤로 SMS를 예약하고 취소합니다 (취소되면 과금되지 않음)"
  },
  files: { en: "Upload a picture of one pixel, twice (free)", ko: "한 픽셀짜리 그림을 두 번 올립니다 (무료)" },
  probeErrors: {
    en: "Ask with a wrong service id and a wrong secret key, too",
    ko: "잘못된 서비스 ID와 시크릿 키로도 물어봅니다"
  },
  save: { en: "Keep the settings in the profile", ko: "설정을 프로필에 저장합니다" },
  out: {
    en: "A file to attach to an issue: shapes of the answers, without numbers, texts, ids and keys",
    ko: "이슈에 첨부할 파일. 응답의 형식만 담고 번호, 본문, ID, 키는 담지 않습니다"
  }
} as const satisfies { readonly [name: string]: Both }

const Samples = Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 100 }))

export const parameters = (language: Language) => {
  const said = (name: keyof typeof texts) => <A>(flag: Flag.Flag<A>) =>
    Flag.withDescription(flag, texts[name][language])
  const isGiven = (name: keyof typeof texts, flag: string) =>
    Flag.Boolean(flag).pipe(Flag.withoutNegation, said(name), Flag.withDefault(false))
  return {
    online: isGiven("online", "online"),
    live: isGiven("live", "live"),
    to: Flag.String("to").pipe(Flag.withMetavar("number"), said("to"), Flag.optional),
    from: Flag.String("from").pipe(Flag.withMetavar("number"), said("from"), Flag.optional),
    samples: Flag.Int("samples").pipe(Flag.withSchema(Samples), said("samples"), Flag.optional),
    texts: isGiven("texts", "texts"),
    reserve: isGiven("reserve", "reserve"),
    files: isGiven("files", "files"),
    probeErrors: isGiven("probeErrors", "probe-errors"),
    save: isGiven("save", "save"),
    out: Flag.File("out").pipe(said("out"), Flag.optional)
  }
}

export type Input = Command.Command.Config.Infer<ReturnType<typeof parameters>>

export const definition = Definition.leaf({
  name: "doctor",
  description: texts.command,
  details: texts.details,
  examples: [
    { command: "effect-sens doctor", says: { en: "This machine and the keys", ko: "이 컴퓨터와 인증 키" } },
    {
      command: "effect-sens doctor --online --out report.json",
      says: { en: "The service, without sending anything", ko: "서비스. 아무것도 보내지 않음" }
    },
    {
      command: "effect-sens doctor --live --to 010-0000-0001 --from 02-1234-5678 --profile prod --save",
      says: { en: "Everything, with one SMS to yourself", ko: "전부. 본인에게 SMS 한 건" }
    }
  ],
  uses: [...Globals.keys, "yes", "max", "showNumbers"],
  formats: ["table", "json"],
  parameters,
  handler: () => import("./Doctor.handler.ts")
})
