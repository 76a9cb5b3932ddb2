/**
 * The block list: the numbers that refused advertisements, and recipients without them.
 *
 * @since 0.1.0
 */
import * as Paging from "@effect-sens/core/Paging"
import * as PhoneNumber from "@effect-sens/core/PhoneNumber"
import type * as SensError from "@effect-sens/core/SensError"
import type * as UnsubscribeEntry from "@effect-sens/core/UnsubscribeEntry"
import * as UnsubscribeQuery from "@effect-sens/core/UnsubscribeQuery"
import type * as UnsubscribeResponse from "@effect-sens/core/UnsubscribeResponse"
import * as Sens from "@effect-sens/http/Sens"
import * as Arr from "effect/Array"
import * as Cause from "effect/Cause"
import * as Channel from "effect/Channel"
import * as Effect from "effect/Effect"
import { dual } from "effect/Function"
import type * as Pull from "effect/Pull"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { ahead } from "./internal/ahead.ts"
import { NumberSet } from "./internal/numberSet.ts"
import * as Reader from "./internal/reader.ts"
import * as Recipient from "./internal/recipient.ts"

// -----------------------------------------------------------------------------
// Errors and options
// -----------------------------------------------------------------------------

/**
 * Entries of the block list that cannot be read: their places in the page, and why. Whoever they are of has opted out, so a list
 * without them is not the whole list.
 *
 * @category errors
 * @since 0.1.0
 */
export class UnreadableEntries
  extends Schema.TaggedError<UnreadableEntries>("@effect-sens/streams/Unsubscribes/UnreadableEntries")(
    "UnreadableEntries",
    {
      entries: Schema.NonEmptyArray(Schema.Struct({ index: Schema.Natural, why: Schema.String }))
    }
  )
{
  override get message(): string {
    const entries = this.entries.slice(0, 10).map(({ index, why }) => `entry ${index} (${why})`)
    const more = this.entries.length - entries.length
    return `The block list holds ${this.entries.length} number(s) that cannot be read: ${entries.join("; ")}${
      more > 0 ? `; and ${more} more` : ""
    }. Whoever they are of has opted out. Give onUnreadable to go on without them.`
  }
}

/**
 * How the block list is read.
 *
 * @category options
 * @since 0.1.0
 */
export interface Options {
  /**
   * What to do about a number that cannot be read. With it, reading goes on without that number, which may get an advertisement
   * then; without it, reading fails with {@link UnreadableEntries} after the other numbers of the page.
   */
  readonly onUnreadable?: ((entry: UnsubscribeResponse.UnreadableEntry) => Effect.Effect<void>) | undefined
}

/**
 * Which numbers of the block list are read, and how.
 *
 * @category options
 * @since 0.1.0
 */
export interface Query extends Omit<UnsubscribeQuery.UnsubscribeQuery, "pageIndex">, Options {}

type Unreadable = ReadonlyArray<UnsubscribeResponse.UnreadableEntry>

const told = (
  unreadable: Unreadable,
  { onUnreadable }: Options
): Effect.Effect<void, UnreadableEntries> => {
  if (!Arr.isReadonlyArrayNonEmpty(unreadable)) return Effect.void
  return onUnreadable === undefined
    ? Effect.fail(new UnreadableEntries({ entries: unreadable }))
    : Effect.forEach(unreadable, onUnreadable, { discard: true })
}

// -----------------------------------------------------------------------------
// Reading
// -----------------------------------------------------------------------------

type Page = UnsubscribeResponse.UnsubscribeResponse

const isAlike = (one: Page, other: Page): boolean =>
  one.entries.length === 0 && other.entries.length === 0 && one.unreadable.length === other.unreadable.length &&
  one.unreadable.every(({ index, why }, at) =>
    index === other.unreadable[at]?.index && why === other.unreadable[at]?.why
  )

// Two pages of a list have no number in common, in whatever order the service gives them. Those that hold no number may look alike.
const keep = (kept: Page) => {
  const isSame = Reader.holdsSame(kept.entries, ({ clientTelNo }) => clientTelNo)
  return (later: Page) =>
    later.unreadable.length === kept.unreadable.length && isSame(later.entries)
      ? "RepeatedPage"
      : isAlike(later, kept)
      ? "Alike"
      : undefined
}

const pages = (
  sens: Sens.Service,
  query: Omit<UnsubscribeQuery.UnsubscribeQuery, "pageIndex">
): Pull.Pull<Arr.NonEmptyReadonlyArray<Page>, SensError.SensError | Paging.PagingError> => {
  const pageSize = query.pageSize ?? UnsubscribeQuery.maxPageSize
  let pageIndex: number | undefined = 0
  let isSameAsBefore: ReturnType<typeof keep> | undefined
  const leadsBack = Reader.circle(keep)
  return Effect.suspend(() => {
    const index = pageIndex
    if (index === undefined) return Cause.done()
    return Effect.flatMap(
      sens.unsubscribes.search({ ...query, pageSize, pageIndex: index }),
      (page): ReturnType<typeof pages> => {
        const size = page.entries.length + page.unreadable.length
        // SENS says neither how many there are nor whether more follow: a page that is not full is the last.
        pageIndex = size < pageSize ? undefined : index + 1
        if (pageIndex !== undefined) {
          const before = isSameAsBefore?.(page)
          const why = before === "RepeatedPage" ? before : leadsBack(page)
          if (why !== undefined) return Effect.fail(new Paging.PagingError({ why, pageIndex: index }))
          isSameAsBefore = keep(page)
        }
        return size > 0 ? Effect.succeed([page]) : Cause.done()
      }
    )
  })
}

const allPages = (
  query: Omit<UnsubscribeQuery.UnsubscribeQuery, "pageIndex">
): Stream.Stream<Page, SensError.SensError | Paging.PagingError, Sens.Sens> =>
  Stream.fromChannel(
    Channel.fromTransform((_: Pull.Pull<unknown, unknown, unknown>, scope) =>
      Effect.flatMap(Sens.Sens, (sens) => ahead(pages(sens, query), 1, scope))
    )
  )

/**
 * All numbers on the block list, or those that a query asks for.
 *
 * **Gotchas**
 *
 * The list is read by page numbers, the only way SENS offers: a number that is taken off it meanwhile moves another one
 * to a page that was read already. SENS itself does not deliver an advertisement to a number on the list.
 *
 * Fails with `SensError` where a call does, with `PagingError` where SENS gives the numbers of a page twice, and with
 * {@link UnreadableEntries} after the other numbers of a page that has some that cannot be read, unless `onUnreadable` is given. A page
 * holds 100 numbers unless the query says otherwise.
 *
 * **Example** (The numbers on it)
 *
 * ```ts import.meta.vitest
 * import * as Account from "@effect-sens/emulator/Account"
 * import * as EmulatorClient from "@effect-sens/emulator/EmulatorClient"
 * import * as Sens from "@effect-sens/http/Sens"
 * import * as Unsubscribes from "@effect-sens/streams/Unsubscribes"
 * import * as Effect from "effect/Effect"
 * import * as Layer from "effect/Layer"
 * import * as Stream from "effect/Stream"
 *
 * const layer = Sens.layer(Account.options).pipe(Layer.provide(EmulatorClient.layer()))
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
  { onUnreadable, ...query }: Query = {}
): Stream.Stream<
  UnsubscribeEntry.UnsubscribeEntry,
  SensError.SensError | Paging.PagingError | UnreadableEntries,
  Sens.Sens
> =>
  Stream.flatMap(
    allPages(query),
    ({ entries, unreadable }): Stream.Stream<UnsubscribeEntry.UnsubscribeEntry, UnreadableEntries> =>
      unreadable.length === 0
        ? Stream.fromArray(entries)
        : Stream.concat(Stream.fromArray(entries), Stream.fromEffectDrain(told(unreadable, { onUnreadable })))
  )

/**
 * A block list that was read, to ask about numbers.
 *
 * @category models
 * @since 0.1.0
 */
export interface List {
  /** How many numbers are on it, without those that cannot be read. */
  readonly size: number
  /**
   * Whether a number is on it, whatever way it is written. One that lost its first zero, or was made a decimal, counts as the number that
   * it was.
   */
  readonly has: (number: string) => boolean
}

/**
 * Reads the whole block list into memory, at 16-32 bytes a number. A number that has lost its first zero is found all the same; one
 * that is masked is none that a recipient could be compared with, and so one that cannot be read.
 *
 * Fails as {@link all} does, with `SensError`, `PagingError` or {@link UnreadableEntries}, after the whole list was read.
 *
 * **Example** (Asking about numbers)
 *
 * ```ts import.meta.vitest
 * import * as Account from "@effect-sens/emulator/Account"
 * import * as EmulatorClient from "@effect-sens/emulator/EmulatorClient"
 * import * as Sens from "@effect-sens/http/Sens"
 * import * as Unsubscribes from "@effect-sens/streams/Unsubscribes"
 * import * as Effect from "effect/Effect"
 * import * as Layer from "effect/Layer"
 *
 * const layer = Sens.layer(Account.options).pipe(Layer.provide(EmulatorClient.layer()))
 *
 * const program = Effect.gen(function*() {
 *   const { unsubscribes } = yield* Sens.Sens
 *   yield* unsubscribes.register(["01012345678"])
 *   const list = yield* Unsubscribes.load()
 *   return [list.size, list.has("01012345678"), list.has("01087654321")]
 * })
 *
 * await Effect.runPromise(Effect.provide(program, layer)) // => [1, true, false]
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const load = (
  options: Options = {}
): Effect.Effect<List, SensError.SensError | Paging.PagingError | UnreadableEntries, Sens.Sens> =>
  Effect.gen(function*() {
    const numbers = new NumberSet()
    const unreadable: Array<UnsubscribeResponse.UnreadableEntry> = []
    let size = 0
    yield* Stream.runForEach(allPages({}), (page) =>
      Effect.sync(() => {
        for (const entry of page.unreadable) unreadable.push(entry)
        for (let index = 0; index < page.entries.length; index++) {
          const [first, ...others] = keys(page.entries[index]?.clientTelNo ?? "")
          if (first === undefined) unreadable.push({ index, why: "clientTelNo is no number" })
          else if (numbers.add(first)) size += 1
          for (const other of others) numbers.add(other)
        }
      }))
    yield* told(unreadable, options)
    return { size, has: (number) => asked(number).some((digits) => numbers.has(digits)) }
  })

const plain = /^0\d{8,11}$/
// What people write a number with; a mask or a word is none of it.
const written = /^[\d\s()+.,/\p{Pd}]*$/u

/** By what a number of the list is known again: none where nobody can be compared with it. */
const keys = (number: string): ReadonlyArray<string> => {
  if (plain.test(number)) return [number]
  if (!written.test(number.normalize("NFKC"))) return []
  const digits = Recipient.digits(number)
  if (digits === "") return []
  // As a JSON number, or out of a spreadsheet, it has lost its first zero.
  const whole = PhoneNumber.normalize(`0${digits}`)
  return Result.isSuccess(whole) && whole.success !== digits ? [digits, whole.success] : [digits]
}

/** All that a number may be that is asked about: one too many gets no advertisement, and that harms nobody. */
const asked = (number: string): ReadonlyArray<string> => {
  if (plain.test(number)) return [number]
  const found = new Set<string>()
  // A spreadsheet makes a decimal of it, and takes its first zero.
  for (const text of [number, number.trimEnd().replace(/[.\uFF0E]0*$/, "")]) {
    const digits = Recipient.digits(text)
    found.add(digits)
    for (const whole of [digits, `0${digits}`]) {
      const read = PhoneNumber.normalize(whole)
      if (Result.isSuccess(read)) found.add(read.success)
    }
  }
  return Array.from(found)
}

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
 * Fails with `SensError` or `PagingError` where the list cannot be read, and with {@link UnreadableEntries} where a number of it cannot,
 * unless `onUnreadable` is given; each before a recipient is taken.
 *
 * **Example** (Two streams)
 *
 * ```ts import.meta.vitest
 * import * as Account from "@effect-sens/emulator/Account"
 * import * as EmulatorClient from "@effect-sens/emulator/EmulatorClient"
 * import * as Sens from "@effect-sens/http/Sens"
 * import * as Unsubscribes from "@effect-sens/streams/Unsubscribes"
 * import * as Effect from "effect/Effect"
 * import * as Layer from "effect/Layer"
 * import * as Stream from "effect/Stream"
 *
 * const layer = Sens.layer(Account.options).pipe(Layer.provide(EmulatorClient.layer()))
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
  <A>(to: (recipient: A) => string, options?: Options): <E, R>(
    recipients: Stream.Stream<A, E, R>
  ) => Effect.Effect<
    Parts<A, E>,
    SensError.SensError | Paging.PagingError | UnreadableEntries,
    R | Sens.Sens | Scope.Scope
  >
  /**
   * Splits recipients into those who may get an advertisement and those who refused.
   *
   * @category combinators
   * @since 0.1.0
   */
  <A, E, R>(
    recipients: Stream.Stream<A, E, R>,
    to: (recipient: A) => string,
    options?: Options
  ): Effect.Effect<
    Parts<A, E>,
    SensError.SensError | Paging.PagingError | UnreadableEntries,
    R | Sens.Sens | Scope.Scope
  >
} = dual(
  (args) => Stream.isStream(args[0]),
  <A, E, R>(
    recipients: Stream.Stream<A, E, R>,
    to: (recipient: A) => string,
    options: Options = {}
  ): Effect.Effect<
    Parts<A, E>,
    SensError.SensError | Paging.PagingError | UnreadableEntries,
    R | Sens.Sens | Scope.Scope
  > =>
    Effect.flatMap(
      load(options),
      (list) =>
        Stream.partition(
          recipients,
          (recipient) => list.has(to(recipient)) ? Result.fail(recipient) : Result.succeed(recipient)
        )
    )
)
