/**
 * The block list, looked up once more before an advertisement goes out that has waited for long.
 */
import type * as Paging from "@effect-sens/core/Paging"
import type * as SendRequest from "@effect-sens/core/SendRequest"
import type * as SensError from "@effect-sens/core/SensError"
import * as Sens from "@effect-sens/http/Sens"
import * as Unsubscribes from "@effect-sens/streams/Unsubscribes"
import * as Arr from "effect/Array"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Semaphore from "effect/Semaphore"
import type * as SqlError from "effect/sql/SqlError"
import * as Fingerprint from "./fingerprint.ts"
import type * as Payload from "./payload.ts"
import type * as Row from "./row.ts"
import type * as Store from "./store.ts"

/** For how long a look at the list is good. */
const longest = 3_600_000

/**
 * When a row was looked up that was not.
 *
 * @internal
 */
export const never = -1

/**
 * Whether the block list is about it: that is of Korean numbers alone.
 *
 * @internal
 */
export const concerns = (
  { contentType, countryCode }: Pick<SendRequest.SendRequest, "contentType" | "countryCode">
): boolean => contentType === "AD" && (countryCode === undefined || countryCode === "82")

type Failure = SensError.SensError | Paging.PagingError | Unsubscribes.UnreadableEntries | SqlError.SqlError

/**
 * What looks a row up whose numbers have not been for an hour, and takes those out of it that refuse advertisements. True where it did, so
 * that the row is not what it was.
 *
 * @internal
 */
export const make = (store: Store.Store, client: Sens.Service, payload: Payload.Payload) => {
  const turn = Semaphore.makeUnsafe(1)
  let known: { readonly list: Unsubscribes.List; readonly at: number } | undefined
  let fingerprint: Fingerprint.Fingerprints | undefined

  // SENS itself delivers no advertisement to a number on its list. So one that cannot be read does not stop all others.
  const load = Unsubscribes.load({
    onUnreadable: ({ index, why }) => Effect.logWarning("a number of the block list cannot be read", { index, why })
  }).pipe(
    Effect.provideService(Sens.Sens, client),
    // What asks takes no turn from what sends.
    Effect.provideService(Sens.CurrentRateLimitGroup, "outbox")
  )

  const list = turn.withPermit(Effect.gen(function*() {
    const now = yield* Clock.currentTimeMillis
    if (known === undefined || now - known.at > longest) known = { list: yield* load, at: now }
    return known.list
  }))

  const twin = Effect.fnUntraced(function*(service: string, request: SendRequest.Normalized) {
    fingerprint ??= yield* Fingerprint.make(store)
    return yield* fingerprint.twin(service, request)
  })

  return Effect.fnUntraced(function*(
    row: Row.Row,
    request: SendRequest.Normalized
  ): Effect.fn.Return<boolean, Failure> {
    const now = yield* Clock.currentTimeMillis
    if (row.checked_at === null || !concerns(request)) return false
    if (row.checked_at !== never && now - row.checked_at <= longest) return false
    const { has } = yield* list
    const refused = among(request, ({ to }) => has(to))
    if (Option.isNone(refused)) return false
    const kept = among(request, ({ to }) => !has(to))
    const rest = Option.isNone(kept) ? undefined : {
      twin: yield* twin(row.service, kept.value),
      recipients: kept.value.messages.length,
      request: yield* payload.encode(JSON.stringify(kept.value))
    }
    return yield* store.optOut(row, rest, {
      recipients: refused.value.messages.length,
      request: yield* payload.encode(JSON.stringify(refused.value))
    })
  })
}

/** The same request to some of its recipients. */
const among = (
  request: SendRequest.Normalized,
  isWanted: (recipient: SendRequest.Recipient) => boolean
): Option.Option<SendRequest.Normalized> => {
  if (request.type === "SMS") {
    const messages = request.messages.filter(isWanted)
    return Arr.isArrayNonEmpty(messages) ? Option.some({ ...request, messages }) : Option.none()
  }
  const messages = request.messages.filter(isWanted)
  return Arr.isArrayNonEmpty(messages) ? Option.some({ ...request, messages }) : Option.none()
}
