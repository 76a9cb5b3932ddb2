/**
 * `effect-sens code`: what a result code of a delivery means, and what to do about it.
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
    en: "Explain result codes of deliveries, such as 3001 or E917",
    ko: "전달 결과 코드의 뜻과 할 일을 알려 줍니다. 3001, E917 등"
  },
  codes: { en: "The codes", ko: "결과 코드" },
  all: { en: "All that are known", ko: "알려진 코드 전부" }
} as const satisfies { readonly [name: string]: Both }

export const parameters = (language: Language) => ({
  codes: Argument.String("code").pipe(Argument.withDescription(texts.codes[language]), Argument.variadic()),
  all: Flag.Boolean("all").pipe(
    Flag.withoutNegation,
    Flag.withDescription(texts.all[language]),
    Flag.withDefault(false)
  )
})

export type Input = Command.Command.Config.Infer<ReturnType<typeof parameters>>

export const definition = Definition.leaf({
  name: "code",
  description: texts.command,
  examples: [{ command: "effect-sens code 3001", says: { en: "Why a message failed", ko: "전달되지 않은 까닭" } }],
  uses: [],
  formats: ["table", "json", "csv"],
  parameters,
  handler: () => import("./Code.handler.ts")
})
