/**
 * Why a tool has no answer, as a sentence for the model, and a bound on how long it may take to say so.
 *
 * @since 0.1.0
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as ExitCode from "../ExitCode.ts"
import * as Failure from "../Failure.ts"
import type { Language } from "../Language.ts"
import { texts } from "./McpText.ts"

/** The answer `isError` of a tool. */
export class ToolError extends Schema.TaggedError<ToolError>("effect-sens/mcp/ToolError")("ToolError", {
  message: Schema.String
}) {}

/** What commands call by flags, tools call by parameters. */
const flags =
  /--(allow-read-texts|code|failed|from-number|from|image|last|status|subject|telco|text|to|type|until|at)\b/g

const camel = (name: string): string =>
  name === "image" ? "fileIds" : name.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())

/** The sentence that a command line would end with. */
export const sentence = (error: unknown, language: Language): string =>
  Failure.describe(error, language).message.replaceAll(flags, (_, name: string) => `\`${camel(name)}\``)

/** Clients give up after a minute. */
export const within = Duration.seconds(50)

/** Ends with an answer or a sentence, and in this time, unless what it does cannot be taken back. */
export const answered = <A, E extends Failure.Any, R>(
  effect: Effect.Effect<A, E, R>,
  language: Language,
  span: Duration.Duration | undefined = within
): Effect.Effect<A, ToolError, R> => {
  const seconds = span === undefined ? 0 : Duration.toSeconds(span)
  const late = Failure.refuse("TimedOut", ExitCode.table.unavailable.code, {
    en: texts.slow.en(seconds),
    ko: texts.slow.ko(seconds)
  })
  const bounded: Effect.Effect<A, E | Failure.Refused, R> = span === undefined
    ? effect
    : Effect.timeoutOrElse(effect, { duration: span, orElse: () => Effect.fail(late) })
  return Effect.mapError(bounded, (error) => new ToolError({ message: sentence(error, language) }))
}
