/**
 * What a caller asks about: the intents of a send. A program in plain JavaScript, or a journal that was read back, may hand over
 * anything.
 */
import * as SendIntent from "@effect-sens/core/SendIntent"
import * as SensError from "@effect-sens/core/SensError"
import * as Arr from "effect/Array"
import * as Predicate from "effect/Predicate"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"

/**
 * The question, read: its intents, and what an `OutcomeUnknown` tells beside them.
 *
 * @internal
 */
export interface Question {
  readonly intents: Arr.NonEmptyReadonlyArray<SendIntent.SendIntent>
  readonly told: SensError.OutcomeUnknown | undefined
}

const isIntent = Schema.is(SendIntent.SendIntent)

const invalid = (message: string): SensError.InvalidRequest =>
  new SensError.InvalidRequest({ issues: [{ path: [], kind: "Intent", message }] })

const notRead = "Not an intent as prepare gives it: decode what was kept as JSON with SendIntent.SendIntent"

/**
 * Reads one intent.
 *
 * @internal
 */
export const intent = (given: unknown): Result.Result<SendIntent.SendIntent, SensError.InvalidRequest> =>
  isIntent(given) ? Result.succeed(given) : Result.fail(invalid(notRead))

/**
 * Reads the intents of a send, of which there is at least one.
 *
 * @internal
 */
export const intents = (
  given: unknown
): Result.Result<Arr.NonEmptyReadonlyArray<SendIntent.SendIntent>, SensError.InvalidRequest> => {
  if (!Array.isArray(given)) return Result.fail(invalid("The intents of the send have to be an array"))
  const all: ReadonlyArray<unknown> = given
  if (!Arr.isReadonlyArrayNonEmpty(all)) return Result.fail(invalid("There is no intent: nothing is asked about"))
  const [first, ...others] = all
  return isIntent(first) && others.every(isIntent)
    ? Result.succeed([first, ...others])
    : Result.fail(invalid(notRead))
}

/**
 * Reads what `reconcile` takes: an `OutcomeUnknown`, an intent, or several.
 *
 * @internal
 */
export const question = (given: unknown): Result.Result<Question, SensError.InvalidRequest> => {
  if (given instanceof SensError.OutcomeUnknown) return Result.succeed({ intents: given.intents, told: given })
  if (isIntent(given)) return Result.succeed({ intents: [given], told: undefined })
  if (Array.isArray(given)) return Result.map(intents(given), (intents) => ({ intents, told: undefined }))
  if (given instanceof SensError.SensError) {
    return given.reason instanceof SensError.OutcomeUnknown
      ? Result.fail(invalid("Give the reason of the error, not the error"))
      : Result.fail(invalid("The error leaves nothing open: only OutcomeUnknown does"))
  }
  return Result.fail(
    invalid(
      Predicate.hasProperty(given, "_tag")
        ? "Not an OutcomeUnknown: decode what was kept as JSON with SensError.OutcomeUnknown"
        : notRead
    )
  )
}
