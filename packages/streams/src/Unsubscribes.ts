/**
 * The block list: the numbers that refused advertisements, and recipients without them.
 *
 * @since 0.1.0
 */
import * as Paging from "@effect-sens/core/Paging"
import type * as SensError from "@effect-sens/core/SensError"
import type * as UnsubscribeEntry from "@effect-sens/core/UnsubscribeEntry"
import * as UnsubscribeQuery from "@effect-sens/core/UnsubscribeQuery"
import * as Sens from "@effect-sens/http/Sens"
import * as Arr from "effect/Array"
import * as Cause from "effect/Cause"
import * as Channel from "effect/Channel"
import * as Effect from "effect/Effect"
import { dual } from "effect/Function"
import type * as Pull from "effect/Pull"
import * as Result from "effect/Result"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { ahead } from "./internal/ahead.ts"
import { NumberSet } from "./internal/numberSet.ts"
import * as Recipient from "./internal/recipient.ts"

type Entries = ReadonlyArray<UnsubscribeEntry.UnsubscribeEntry>

const isSame = (one: Entries, other: Entries): boolean =>
  one.length === other.length && one.every(({ clientTelNo }, index) => clientTelNo === other[index]?.clientTelNo)

const pages = (
  sens: Sens.Service,
  query: Omit<UnsubscribeQuery.UnsubscribeQuery, "pageIndex">
): Pull.Pull<
  Arr.NonEmptyReadonlyArray<UnsubscribeEntry.UnsubscribeEntry>,
  SensError.SensError | Paging.PagingError
> => {
  const pageSize = query.pageSize ?? UnsubscribeQuery.maxPageSize
  let pageIndex: number | undefined = 0
  let previous: Entries = []
  return Effect.suspend(() => {
    const index = pageIndex
    if (index === undefined) return Cause.done()
    return Effect.flatMap(
      sens.unsubscribes.search({ ...query, pageSize, pageIndex: index }),
      (entries): ReturnType<typeof pages> => {
        // SENS says neither how many there are nor whether more follow: a page that is not full is the last.
        pageIndex = entries.length < pageSize ? undefined : index + 1
        if (pageIndex !== undefined && isSame(entries, previous)) {
          return Effect.fail(new Paging.PagingError({ why: "RepeatedPage", pageIndex: index }))
        }
        previous = entries
        return Arr.isReadonlyArrayNonEmpty(entries) ? Effect.succeed(entries) : Cause.done()
      }
    )
  })
}

/**
 * All numbers on the block list, or those that a query asks for.
 *
 * **Gotchas**
 *
 * The list is read by page numbers, the only way SENS offers: a number that is taken off it meanwhile moves another one
 * to a page that was read already. SENS itself does not deliver an advertisement to a number on the list.
 *
 * Fails with `SensError` where a call does, and with `PagingError` where SENS gives the same page twice. A page holds 100
 * numbers unless the query says otherwise.
 *
 * **Example** (The numbers on it)
 *
 * ```ts import.meta.vitest
 * import * as ServiceId from "@effect-sens/core/ServiceId"
 * import * as Account from "@effect-sens/emulator/Account"
 * import * as EmulatorClient from "@effect-sens/emulator/EmulatorClient"
 * import * as Sens from "@effect-sens/http/Sens"
 * import * as Unsubscribes from "@effect-sens/streams/Unsubscribes"
 * import * as Effect from "effect/Effect"
 * import * as Layer from "effect/Layer"
 * import * as Redacted from "effect/Redacted"
 * import * as Stream from "effect/Stream"
 *
 * const layer = Sens.layer({
 *   accessKey: Redacted.make(Account.accessKey),
 *   secretKey: Redacted.make(Account.secretKey),
 *   serviceId: ServiceId.make(Account.serviceId)
 * }).pipe(Layer.provide(EmulatorClient.layer()))
 *
 * const program = Effect.gen(function*() {
 *   const { unsubscribes } = yield* Sens.Sens
 *   yield* unsubscribes.register(["01012345678"])
 *   return yield* Unsubscribes.all().pipe(Stream.map(({ clientTelNo }) => clientTelNo), Stream.runCollect)
 * })
 *
 * await Effect.runPromise(Effect.provide(program, layer)) // => ["01012345678"]
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const all = (
  query: Omit<UnsubscribeQuery.UnsubscribeQuery, "pageIndex"> = {}
): Stream.Stream<UnsubscribeEntry.UnsubscribeEntry, SensError.SensError | Paging.PagingError, Sens.Sens> =>
  Stream.fromChannel(
    Channel.fromTransform((_: Pull.Pull<unknown, unknown, unknown>, scope) =>
      Effect.flatMap(Sens.Sens, (sens) => ahead(pages(sens, query), 1, scope))
    )
  )

/**
 * A block list that was read, to ask about numbers.
 *
 * @category models
 * @since 0.1.0
 */
export interface List {
  /** How many numbers are on it. */
  readonly size: number
  /** Whether a number is on it, whatever way it is written. */
  readonly has: (number: string) => boolean
}

/**
 * Reads the whole block list into memory, at 16-32 bytes a number.
 *
 * Fails as {@link all} does, with `SensError` or `PagingError`.
 *
 * **Example** (Asking about numbers)
 *
 * ```ts import.meta.vitest
 * import * as ServiceId from "@effect-sens/core/ServiceId"
 * import * as Account from "@effect-sens/emulator/Account"
 * import * as EmulatorClient from "@effect-sens/emulator/EmulatorClient"
 * import * as Sens from "@effect-sens/http/Sens"
 * import * as Unsubscribes from "@effect-sens/streams/Unsubscribes"
 * import * as Effect from "effect/Effect"
 * import * as Layer from "effect/Layer"
 * import * as Redacted from "effect/Redacted"
 *
 * const layer = Sens.layer({
 *   accessKey: Redacted.make(Account.accessKey),
 *   secretKey: Redacted.make(Account.secretKey),
 *   serviceId: ServiceId.make(Account.serviceId)
 * }).pipe(Layer.provide(EmulatorClient.layer()))
 *
 * const program = Effect.gen(function*() {
 *   const { unsubscribes } = yield* Sens.Sens
 *   yield* unsubscribes.register(["01012345678"])
 *   const list = yield* Unsubscribes.load
 *   return [list.size, list.has("01012345678"), list.has("01087654321")]
 * })
 *
 * await Effect.runPromise(Effect.provide(program, layer)) // => [1, true, false]
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const load: Effect.Effect<List, SensError.SensError | Paging.PagingError, Sens.Sens> = Effect.gen(function*() {
  const numbers = new NumberSet()
  yield* Stream.runForEachArray(all(), (entries) =>
    Effect.sync(() => {
      for (const { clientTelNo } of entries) numbers.add(Recipient.digits(clientTelNo))
    }))
  return { size: numbers.size, has: (number) => numbers.has(Recipient.digits(number)) }
})

/**
 * Recipients who may get an advertisement, and those who refused.
 *
 * @category models
 * @since 0.1.0
 */
export type Parts<A, E> = readonly [allowed: Stream.Stream<A, E>, refused: Stream.Stream<A, E>]

/**
 * Splits recipients, before an advertisement goes out, into those who may get it and those who refused: the block list is read
 * once, and each recipient is looked up in it.
 *
 * **Gotchas**
 *
 * Both streams have to be run, at the same time: what is meant for one waits until it is taken. `BulkSend` takes those who
 * refused out by itself.
 *
 * Fails with `SensError` or `PagingError` where the list cannot be read, before a recipient is taken.
 *
 * **Example** (Two streams)
 *
 * ```ts import.meta.vitest
 * import * as ServiceId from "@effect-sens/core/ServiceId"
 * import * as Account from "@effect-sens/emulator/Account"
 * import * as EmulatorClient from "@effect-sens/emulator/EmulatorClient"
 * import * as Sens from "@effect-sens/http/Sens"
 * import * as Unsubscribes from "@effect-sens/streams/Unsubscribes"
 * import * as Effect from "effect/Effect"
 * import * as Layer from "effect/Layer"
 * import * as Redacted from "effect/Redacted"
 * import * as Stream from "effect/Stream"
 *
 * const layer = Sens.layer({
 *   accessKey: Redacted.make(Account.accessKey),
 *   secretKey: Redacted.make(Account.secretKey),
 *   serviceId: ServiceId.make(Account.serviceId)
 * }).pipe(Layer.provide(EmulatorClient.layer()))
 *
 * const program = Effect.gen(function*() {
 *   const { unsubscribes } = yield* Sens.Sens
 *   yield* unsubscribes.register(["01012345678"])
 *   const numbers = Stream.make("01012345678", "01087654321")
 *   const [allowed, refused] = yield* Unsubscribes.partition(numbers, (number) => number)
 *   return yield* Effect.all([Stream.runCollect(allowed), Stream.runCollect(refused)], { concurrency: 2 })
 * })
 *
 * await Effect.runPromise(Effect.scoped(Effect.provide(program, layer))) // => [["01087654321"], ["01012345678"]]
 * ```
 *
 * @category combinators
 * @since 0.1.0
 */
export const partition: {
  /**
   * Splits recipients into those who may get an advertisement and those who refused.
   *
   * @category combinators
   * @since 0.1.0
   */
  <A>(to: (recipient: A) => string): <E, R>(
    recipients: Stream.Stream<A, E, R>
  ) => Effect.Effect<Parts<A, E>, SensError.SensError | Paging.PagingError, R | Sens.Sens | Scope.Scope>
  /**
   * Splits recipients into those who may get an advertisement and those who refused.
   *
   * @category combinators
   * @since 0.1.0
   */
  <A, E, R>(
    recipients: Stream.Stream<A, E, R>,
    to: (recipient: A) => string
  ): Effect.Effect<Parts<A, E>, SensError.SensError | Paging.PagingError, R | Sens.Sens | Scope.Scope>
} = dual(
  2,
  <A, E, R>(
    recipients: Stream.Stream<A, E, R>,
    to: (recipient: A) => string
  ): Effect.Effect<Parts<A, E>, SensError.SensError | Paging.PagingError, R | Sens.Sens | Scope.Scope> =>
    Effect.flatMap(
      load,
      (list) =>
        Stream.partition(
          recipients,
          (recipient) => list.has(to(recipient)) ? Result.fail(recipient) : Result.succeed(recipient)
        )
    )
)
