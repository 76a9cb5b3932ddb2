/**
 * What a caller gives, as it is kept, or all that is wrong with it.
 */
import * as Preflight from "@effect-sens/core/Preflight"
import type * as RequestIssue from "@effect-sens/core/RequestIssue"
import type * as SendRequest from "@effect-sens/core/SendRequest"
import * as SensError from "@effect-sens/core/SensError"
import * as ServiceId from "@effect-sens/core/ServiceId"
import type * as Sens from "@effect-sens/http/Sens"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"

type Issues = ReadonlyArray<RequestIssue.RequestIssue>

/**
 * @internal
 */
export const invalid = (issues: Issues): SensError.SensError =>
  new SensError.SensError({ operation: "messages.send", reason: new SensError.InvalidRequest({ issues }) })

/**
 * What is wrong with an option.
 *
 * @internal
 */
export const wrong = (option: string, message: string): SensError.SensError =>
  invalid([{ path: ["options", option], kind: "Options", message }])

/**
 * Checks a request by the client, where there is one. A reservation is refused.
 *
 * @internal
 */
export const make = (sens: Option.Option<Sens.Service>, preflight: Preflight.Options | undefined) =>
  Effect.fnUntraced(function*(
    request: SendRequest.SendRequest
  ): Effect.fn.Return<Result.Result<SendRequest.Normalized, Issues>> {
    const options = Option.match(sens, { onNone: () => preflight, onSome: ({ settings }) => settings.preflight })
    const { errors, value } = Preflight.read(request, { ...options, now: yield* DateTime.now })
    if (errors.length > 0 || value === undefined) return Result.fail(errors)
    if (value.reserve === undefined) return Result.succeed(value)
    return Result.fail([{
      path: ["reserve"],
      kind: "Reserve",
      message: "The outbox does not reserve: a reservation that waits is in no search. Give the option `at`"
    }])
  })

const isService = Schema.is(ServiceId.ServiceId)

/**
 * The service that sends.
 *
 * @internal
 */
export const service = (
  sens: Option.Option<Sens.Service>,
  given: string | undefined
): Effect.Effect<string, SensError.SensError> =>
  Option.match(Option.orElse(Option.fromUndefinedOr(given), () => Option.map(sens, ({ serviceId }) => serviceId)), {
    onNone: () =>
      Effect.fail(wrong("service", "There is no client in the context, so `service` has to say which service sends")),
    onSome: (service) =>
      isService(service)
        ? Effect.succeed(service)
        : Effect.fail(wrong("service", "Expected the id of an SMS service, such as ncp:sms:kr:000000000000:demo"))
  })

/**
 * What a program calls an entry or a campaign.
 *
 * @internal
 */
export const name = (option: string, given: string): Effect.Effect<void, SensError.SensError> =>
  Predicate.isString(given) && given !== "" ? Effect.void : Effect.fail(wrong(option, "Expected a name"))

/** Thousands of years. What adds it to a time gets no number that a database, or JavaScript, cannot have. */
const ever = 1e14

/**
 * Milliseconds; none where it is for ever.
 *
 * @internal
 */
export const duration = (
  option: string,
  given: Duration.Input | undefined
): Effect.Effect<number | undefined, SensError.SensError> => {
  if (given === undefined) return Effect.undefined
  const millis = Number.isNaN(given) ? Option.none() : Option.map(Duration.fromInput(given), Duration.toMillis)
  return Option.isSome(millis) && millis.value >= 0
    ? Effect.succeed(millis.value >= ever ? undefined : millis.value)
    : Effect.fail(wrong(option, "Expected a duration"))
}

/**
 * Milliseconds since 1970.
 *
 * @internal
 */
export const millis = (
  option: string,
  given: DateTime.DateTime | Date | undefined
): Effect.Effect<number | undefined, SensError.SensError> => {
  if (given === undefined) return Effect.undefined
  const millis = given instanceof Date ? given.getTime() : DateTime.toEpochMillis(given)
  return Number.isFinite(millis) ? Effect.succeed(millis) : Effect.fail(wrong(option, "Expected a time"))
}

/**
 * For how many milliseconds SENS is taken to have a file, where nobody says it.
 *
 * @internal
 */
export const filesLast = 2 * 86_400_000

/**
 * Whether it shows files.
 *
 * @internal
 */
export const hasFiles = (request: SendRequest.Normalized): boolean =>
  request.type === "MMS" && request.files !== undefined && request.files.length > 0

/**
 * @internal
 */
export const tooLate = wrong("at", "SENS does not have the files any more at that time: see `filesExpireAt`")
