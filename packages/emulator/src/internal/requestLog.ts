/**
 * One line a request, with no phone number in it.
 */
import * as Effect from "effect/Effect"
import type * as Ledger from "../Ledger.ts"

// In a text that was signed the target is followed by a line feed, which is written as \n here.
const numbers = /([?&](?:to|from|clientTelNo)=)(?:(?!&|\\n).)*/gi

/** The target without the values that are phone numbers. */
export const withoutNumbers = (target: string): string => target.replace(numbers, "$1***")

export const line = (entry: Ledger.Entry): string => {
  const what = `${entry.method} ${withoutNumbers(entry.target)} ${entry.status} ${entry.millis} ms`
  return entry.verdict._tag === "Refused"
    ? `${what}: ${entry.verdict.why.map(withoutNumbers).join(" ")}`
    : what
}

export const log = (entry: Ledger.Entry): Effect.Effect<void> =>
  entry.verdict._tag === "Refused" ? Effect.logWarning(line(entry)) : Effect.logInfo(line(entry))
