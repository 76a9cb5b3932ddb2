/**
 * `effect-sens bytes`: how long a text is as the carriers count it, and what cannot be sent of it.
 *
 * @since 0.1.0
 */
import * as Argument from "effect/cli/Argument"
import type * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Definition from "../Definition.ts"
import type { Both, Language } from "../Language.ts"

export const texts = {
  command: {
    en: "Count the bytes of a text, and tell which type of message it fits",
    ko: "문안의 바이트 수를 세고, 어느 유형에 들어가는지 알려 줍니다"
  },
  text: { en: "The text (- is stdin)", ko: "문안 (- 는 표준 입력)" },
  charset: { en: "The charset that it has to fit", ko: "문안이 들어가야 할 문자 집합" }
} as const satisfies { readonly [name: string]: Both }

export const parameters = (language: Language) => ({
  text: Argument.String("text").pipe(Argument.withDescription(texts.text[language])),
  charset: Flag.ChoiceWithValue("charset", [["euc-kr", "EUC-KR"], ["cp949", "CP949"]]).pipe(
    Flag.withDescription(texts.charset[language]),
    Flag.withDefault("EUC-KR" as const)
  )
})

export type Input = Command.Command.Config.Infer<ReturnType<typeof parameters>>

export const definition = Definition.leaf({
  name: "bytes",
  description: texts.command,
  examples: [{
    command: "effect-sens bytes \"안녕하세요\"",
    says: { en: "10 bytes: an SMS", ko: "10바이트, SMS" }
  }],
  uses: [],
  formats: ["table", "json"],
  parameters,
  handler: () => import("./Bytes.handler.ts")
})
