/**
 * One line a request, with no phone number in it.
 */
import * as Effect from "effect/Effect"
import type * as Ledger from "../Ledger.ts"

// In a text that was signed the target is followed by a line feed, which is written as \n here.
const numbers = /([?&](?:to|from|clientTelNo)=)(?:(?!&|\\n).)*/gi

/** The target without the values that are phone numbers. */
export const withoutNumbers = (target: string): string => target.replace(numbers, "$1***")

// What a terminal acts on, C1 (a target is read as Latin-1) and what turns the direction of a line included.
// oxlint-disable-next-line no-control-regex
const controls = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g

/** A text of a request as it may stand on a line. */
const visible = (text: string): string =>
  text.replace(controls, (control) => `\\u${control.charCodeAt(0).toString(16).padStart(4, "0")}`)

export const line = (entry: Ledger.Entry): string => {
  const what = `${entry.method} ${withoutNumbers(entry.target)} ${entry.status} ${entry.millis} ms`
  return visible(
    entry.verdict._tag === "Refused" ? `${what}: ${entry.verdict.why.map(withoutNumbers).join(" ")}` : what
  )
}

export const log = (entry: Ledger.Entry): Effect.Effect<void> =>
  entry.verdict._tag === "Refused" ? Effect.logWarning(line(entry)) : Effect.logInfo(line(entry))
