/**
 * `effect-sens result`: what became of one message.
 *
 * @since 0.1.0
 */
import * as Argument from "effect/cli/Argument"
import type * as Command from "effect/cli/Command"
import * as Definition from "../Definition.ts"
import * as Globals from "../Globals.ts"
import type { Both, Language } from "../Language.ts"

export const texts = {
  command: { en: "Show what became of one message", ko: "메시지 한 건의 결과를 보여 줍니다" },
  messageId: { en: "The id of the message, as the log shows it", ko: "메시지 ID" }
} as const satisfies { readonly [name: string]: Both }

export const parameters = (language: Language) => ({
  messageId: Argument.String("message-id").pipe(Argument.withDescription(texts.messageId[language]))
})

export type Input = Command.Command.Config.Infer<ReturnType<typeof parameters>>

export const definition = Definition.leaf({
  name: "result",
  description: texts.command,
  uses: [...Globals.keys, "showNumbers", "showTexts"],
  formats: ["table", "json"],
  parameters,
  handler: () => import("./Result.handler.ts")
})
