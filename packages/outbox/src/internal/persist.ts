/**
 * Which failures of a database pass, and how long they are waited for.
 */
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import type * as SqlError from "effect/sql/SqlError"

// What a database says of itself while it starts is classified as unknown, so what is listed is what certainly stays.
const lasting: ReadonlySet<SqlError.SqlErrorReason["_tag"]> = new Set([
  "AuthenticationError",
  "AuthorizationError",
  "SqlSyntaxError",
  "UniqueViolation",
  "ConstraintError"
])

/**
 * Whether a failure may pass.
 *
 * @internal
 */
export const passes = ({ reason }: SqlError.SqlError): boolean => !lasting.has(reason._tag)

/**
 * From 50 milliseconds up to 2 seconds.
 *
 * @internal
 */
export const pauses = Schedule.min([Schedule.exponential("50 millis"), Schedule.spaced("2 seconds")])

/**
 * What is begun once a POST may have been accepted is written for as long as nobody has to wait for it.
 *
 * @internal
 */
export const briefly = Schedule.upTo(pauses, { duration: "30 seconds" })

/**
 * A database that is restarted while a program starts.
 *
 * @internal
 */
export const atStart = Schedule.upTo(pauses, { duration: "60 seconds" })

/**
 * @internal
 */
export const retrying =
  (schedule: Schedule.Schedule<unknown>) =>
  <A, R>(effect: Effect.Effect<A, SqlError.SqlError, R>): Effect.Effect<A, SqlError.SqlError, R> =>
    Effect.retry(effect, { schedule, while: passes })
