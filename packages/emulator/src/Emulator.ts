/**
 * A stateful SENS in the process: it takes signed requests, remembers what it accepted, and reports on it as time goes by.
 *
 * An emulator is a value without a transport. `EmulatorClient` reaches it as an `HttpClient` without a socket, `EmulatorWeb`
 * as a function from `Request` to `Response`, `EmulatorServer` on a port of a Node process. Its time is the `Clock` of whoever
 * asks, so under `TestClock` a message is delivered when the test says so; nothing runs in the background.
 *
 * @since 0.1.0
 */
import type * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import type * as Result from "effect/Result"
import type * as Scope from "effect/Scope"
import type { Account } from "./Account.ts"
import type * as DeliveryResult from "./DeliveryResult.ts"
import * as Duplicate from "./Duplicate.ts"
import type * as Fault from "./Fault.ts"
import type { InboxMessage } from "./InboxMessage.ts"
import { rawTarget } from "./internal/exchange.ts"
import * as Gateway from "./internal/gateway.ts"
import * as Hmac from "./internal/hmac.ts"
import * as Lifecycle from "./internal/lifecycle.ts"
import * as Numbers from "./internal/numbers.ts"
import * as Pages from "./internal/pages.ts"
import * as Past from "./internal/past.ts"
import * as Reservations from "./internal/reservations.ts"
import * as Routing from "./internal/routing.ts"
import * as State from "./internal/state.ts"
import type { StoredMessage } from "./internal/store.ts"
import type * as Ledger from "./Ledger.ts"
import * as Otp from "./Otp.ts"
import type { Reaction } from "./Reaction.ts"
import type { ReservationOutcome } from "./ReservationsApi.ts"
import type * as SignatureLog from "./SignatureLog.ts"
import type { Storage } from "./Storage.ts"
import type { Switches } from "./Switches.ts"

/**
 * How an emulator behaves. Everything has a default.
 *
 * @category options
 * @since 0.1.0
 */
export interface Options {
  /**
   * Who may call.
   *
   * @default `Account.emulatorAccount` alone
   */
  readonly accounts?: ReadonlyArray<Account> | undefined
  /**
   * The result code that messages to a number end with, by number, as people write it; all others are delivered (`"0"`).
   *
   * @default none
   */
  readonly outcomes?: Readonly<Record<string, string>> | undefined
  /**
   * The same by text, for messages to no number of `outcomes`: the first entry whose `includes` is in the text.
   *
   * @default none
   */
  readonly outcomesByContent?: ReadonlyArray<DeliveryResult.ByContent> | undefined
  /**
   * What the documents leave open.
   *
   * @default Switches.lenient
   */
  readonly switches?: Partial<Switches> | undefined
  /**
   * How far the timestamp of a signature may be off, either way.
   *
   * @default "5 minutes"
   */
  readonly timestampTolerance?: Duration.Input | undefined
  /**
   * How long after its acceptance a message turns `PROCESSING`.
   *
   * @default "1 second"
   */
  readonly processingAfter?: Duration.Input | undefined
  /**
   * How long after its acceptance a message turns `COMPLETED`.
   *
   * @default "5 seconds"
   */
  readonly completedAfter?: Duration.Input | undefined
  /**
   * How long an accepted message is in no search and no result yet.
   *
   * @default 0
   */
  readonly visibleAfter?: Duration.Input | undefined
  /**
   * How far ahead a reservation must be.
   *
   * @default "10 minutes"
   */
  readonly reservationLead?: Duration.Input | undefined
  /**
   * How long before its time it can be cancelled last.
   *
   * @default "10 minutes"
   */
  readonly reservationCutoff?: Duration.Input | undefined
  /**
   * How long after its time a reservation is `DONE` and its messages are `READY`.
   *
   * @default "1 second"
   */
  readonly submittedAfter?: Duration.Input | undefined
  /**
   * How long an uploaded file is kept.
   *
   * @default "6 days"
   */
  readonly fileExpiry?: Duration.Input | undefined
  /**
   * How many files an MMS may have.
   *
   * @default 3
   */
  readonly maxFiles?: number | undefined
  /**
   * The result code of an `AD` to a number of the block list.
   *
   * @default "E917"
   */
  readonly blockedCode?: string | undefined
  /**
   * How far the clock of the gateway is ahead of the caller's; negative for behind.
   *
   * @default 0
   */
  readonly clockOffset?: Duration.Input | undefined
  /**
   * The carrier that a message is delivered by.
   *
   * @default `SKT`, `KTF` or `LGT` by the number, `ETC` abroad
   */
  readonly telcoCode?: ((message: { readonly to: string; readonly countryCode: string }) => string) | undefined
  /**
   * What keeps the messages, reservations, files and the block list over a restart.
   *
   * @default nothing
   */
  readonly storage?: Storage | undefined
  /**
   * What all ids come from: the same seed and the same requests give the same ids. A function is asked at the start and at
   * each reset, so that one that never says the same makes ids that never come twice.
   *
   * @default "effect-sens"
   */
  readonly seed?: string | (() => string) | undefined
  /**
   * The largest body that is read, in bytes; a larger one gets 413.
   *
   * @default 1_048_576
   */
  readonly maxBodyBytes?: number | undefined
  /**
   * Is run with the ledger entry of every request, before it is answered.
   *
   * @default nothing
   */
  readonly onRequest?: ((entry: Ledger.Entry) => Effect.Effect<void>) | undefined
  /**
   * How many entries the ledger and the signature log keep each.
   *
   * @default 10_000
   */
  readonly logCapacity?: number | undefined
}

/**
 * Which message to wait for.
 *
 * @category options
 * @since 0.1.0
 */
export interface WaitOptions {
  /** The number that it goes to, as people write it; any without it. */
  readonly to?: string | undefined
  /** The number that it comes from, as people write it; any without it. */
  readonly from?: string | undefined
  /** What its text includes; anything without it. */
  readonly includes?: string | undefined
  /** The `sequence`, counted from 0, that it has to be above; without it all messages count. */
  readonly after?: number | undefined
  /**
   * How long to wait.
   *
   * @default "10 seconds"
   */
  readonly timeout?: Duration.Input | undefined
}

/**
 * How large a past is.
 *
 * @category options
 * @since 0.1.0
 */
export interface PastOptions {
  /**
   * How many messages.
   *
   * @default 1000
   */
  readonly messages?: number | undefined
  /**
   * Over how many days up to now.
   *
   * @default 30
   */
  readonly days?: number | undefined
  /**
   * The share of them that failed, from 0 to 1.
   *
   * @default 0.05
   */
  readonly failed?: number | undefined
  /**
   * What numbers, texts, times and codes come from.
   *
   * @default "effect-sens"
   */
  readonly seed?: string | undefined
}

/**
 * An uploaded picture.
 *
 * @category models
 * @since 0.1.0
 */
export interface File {
  /** The id that a send names it by. */
  readonly fileId: string
  /** The service that it was uploaded to. */
  readonly serviceId: string
  /** The name that it was given. */
  readonly name: string
  /** When it was uploaded. */
  readonly createTime: DateTime.Utc
  /** Until when a send may name it. */
  readonly expireTime: DateTime.Utc
  /** Its bytes. */
  readonly body: Uint8Array
}

/**
 * One emulator.
 *
 * @category models
 * @since 0.1.0
 */
export interface Service {
  /**
   * Reacts to the current request. All ways to reach an emulator go through it.
   */
  readonly exchange: Effect.Effect<Reaction, never, HttpServerRequest.HttpServerRequest | Scope.Scope>
  /**
   * What goes wrong with the next requests.
   */
  readonly faults: Fault.Faults
  /**
   * Sets how far the clock of the gateway is ahead of the caller's, from now on; negative is behind.
   */
  readonly setClockOffset: (offset: Duration.Input) => Effect.Effect<void>
  /**
   * From now on, messages to this number, as people write it, end with this result code. Those that were accepted before keep theirs.
   */
  readonly setOutcome: (recipient: string, code: string) => Effect.Effect<void>
  /**
   * From now on, messages whose text includes this end with this result code, where their number is not scripted.
   */
  readonly setOutcomeByContent: (outcome: DeliveryResult.ByContent) => Effect.Effect<void>
  /**
   * What is scripted for numbers and texts, in the order in which it is looked at.
   */
  readonly outcomes: Effect.Effect<{
    readonly byNumber: ReadonlyArray<{ readonly recipient: string; readonly code: string }>
    readonly byContent: ReadonlyArray<DeliveryResult.ByContent>
  }>
  /**
   * Forgets what is scripted for a number, as people write it; says whether anything was.
   */
  readonly removeOutcome: (recipient: string) => Effect.Effect<boolean>
  /**
   * Forgets what is scripted for a text; says whether anything was.
   */
  readonly removeOutcomeByContent: (includes: string) => Effect.Effect<boolean>
  /**
   * Cancels a reservation by the rules of the service: none where there is no such one, else whether it is cancelled now, or why it
   * cannot be. Asked again, it still is.
   */
  readonly cancelReservation: (requestId: string) => Effect.Effect<Option.Option<Result.Result<void, string>>>
  /**
   * What becomes of a reservation when its time has come; says whether there is such a one that still waits.
   */
  readonly setReservationOutcome: (requestId: string, outcome: ReservationOutcome) => Effect.Effect<boolean>
  /**
   * What a recipient does who calls the 080 number: from now on no advertising of a service reaches the number.
   */
  readonly optOut: (recipient: string, serviceId?: string) => Effect.Effect<void>
  /**
   * Takes a number off the block list of a service, or of all.
   */
  readonly optIn: (recipient: string, serviceId?: string) => Effect.Effect<void>
  /**
   * Every request so far with its verdict, oldest first.
   */
  readonly ledger: Effect.Effect<ReadonlyArray<Ledger.Entry>>
  /**
   * Why signatures were refused, oldest first.
   */
  readonly signatureLog: Effect.Effect<ReadonlyArray<SignatureLog.Entry>>
  /**
   * The messages to a number, as people write it, in the order they were accepted.
   */
  readonly messages: (recipient: string) => Effect.Effect<ReadonlyArray<InboxMessage>>
  /**
   * All messages, in the order they were accepted.
   */
  readonly allMessages: Effect.Effect<ReadonlyArray<InboxMessage>>
  /**
   * The first message that fits, in the order of acceptance: one that is there already, or the next that comes. The text is
   * that of the message's own recipient. Messages whose `sequence` is not above `after` do not count. Fails with
   * `TimeoutError` when none comes within `timeout`, 10 seconds unless told otherwise.
   */
  readonly waitForMessage: (options?: WaitOptions) => Effect.Effect<InboxMessage, Cause.TimeoutError>
  /**
   * The one-time password in the first message that fits and has one; see `waitForMessage` and `Otp`. Fails with `TimeoutError`
   * when none comes in time.
   */
  readonly waitForOtp: (options?: WaitOptions) => Effect.Effect<string, Cause.TimeoutError>
  /**
   * What was accepted more than once, within an hour unless told otherwise.
   */
  readonly duplicates: (options?: {
    readonly window?: Duration.Input | undefined
  }) => Effect.Effect<ReadonlyArray<Duplicate.Duplicate>>
  /**
   * An uploaded file, of whatever service, expired or not.
   */
  readonly file: (fileId: string) => Effect.Effect<Option.Option<File>>
  /**
   * Writes a past: finished messages of the last days, with made-up numbers and texts. The same seed, the same emulator and
   * the same time give the same past. A figure that makes no sense is a defect.
   */
  readonly seedPast: (past?: PastOptions) => Effect.Effect<void>
  /**
   * Forgets everything, faults and what is on its way included, and starts the ids over, unless a storage keeps messages, where
   * no id comes twice; outcomes and the clock's offset are those of the options again.
   */
  readonly reset: Effect.Effect<void>
}

/**
 * The emulator of this program or test.
 *
 * @category services
 * @since 0.1.0
 */
export class Emulator extends Context.Service<Emulator, Service>()("@effect-sens/emulator/Emulator") {}

/**
 * Makes an emulator. It holds no resource but memory.
 *
 * **Example** (Two side by side)
 *
 * ```ts import.meta.vitest
 * import * as Emulator from "@effect-sens/emulator/Emulator"
 * import * as Effect from "effect/Effect"
 *
 * const program = Effect.gen(function*() {
 *   const quick = yield* Emulator.make({ completedAfter: "1 second" })
 *   const strict = yield* Emulator.make({ switches: { overLength: "reject" } })
 *   return [yield* quick.ledger, yield* strict.ledger]
 * })
 *
 * await Effect.runPromise(Effect.scoped(program)) // => [[], []]
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = Effect.fnUntraced(
  function*(options: Options = {}): Effect.fn.Return<Service, never, Scope.Scope> {
    const state = yield* Effect.provide(State.make(options), Hmac.layer)
    const gateway = yield* Gateway.make(state)

    // What is on its way is looked at when it is due, so whoever reads has to let it in first.
    const settled = <A>(read: () => A) => Effect.map(gateway.settle, read)
    const read = (select: () => ReadonlyArray<StoredMessage>) =>
      Effect.map(
        Effect.andThen(gateway.settle, state.now),
        (now) => select().map((message) => state.lifecycle.message(message, now))
      )

    const waitFor = <A>(options: WaitOptions | undefined, pick: (message: StoredMessage) => A | undefined) => {
      const { after = -1, includes, timeout = "10 seconds" } = options ?? {}
      const from = options?.from === undefined ? undefined : Numbers.digits(options.from)
      const to = options?.to === undefined ? undefined : Numbers.digits(options.to)
      const fits = (message: StoredMessage): boolean =>
        message.sequence > after && (from === undefined || message.request.from === from) &&
        (includes === undefined || Lifecycle.contentOf(message).includes(includes))
      return Effect.gen(function*() {
        let looked = 0
        for (;;) {
          const version = state.changes.version()
          yield* gateway.settle
          const candidates = to === undefined ? state.store.all() : state.store.to(to)
          // A reset leaves fewer than were there.
          if (looked > candidates.length) looked = 0
          for (; looked < candidates.length; looked++) {
            const message = candidates[looked]!
            const picked = fits(message) ? pick(message) : undefined
            if (picked !== undefined) return picked
          }
          const changed = state.changes.after(version)
          const due = gateway.nextDue()
          if (due === undefined) yield* changed
          else {
            const duration = Math.max(0, due - (yield* Clock.currentTimeMillis))
            yield* Effect.timeoutOrElse(changed, { duration, orElse: () => Effect.void })
          }
        }
      }).pipe(Effect.timeout(timeout))
    }

    const emulator = Emulator.of({
      exchange: gateway.exchange,
      faults: state.faults,
      setClockOffset: (offset) =>
        Effect.sync(() => state.setClockOffset(Duration.toMillis(Duration.fromInputUnsafe(offset)))),
      setOutcome: (recipient, code) =>
        Effect.sync(() => {
          state.outcomes.set(Numbers.digits(recipient), code)
          state.changes.notify("controls")
        }),
      removeOutcome: (recipient) =>
        Effect.sync(() => {
          const removed = state.outcomes.delete(Numbers.digits(recipient))
          if (removed) state.changes.notify("controls")
          return removed
        }),
      setOutcomeByContent: (outcome) =>
        Effect.sync(() => {
          const same = state.outcomesByContent.findIndex(({ includes }) => includes === outcome.includes)
          if (same === -1) state.outcomesByContent.push(outcome)
          else state.outcomesByContent[same] = outcome
          state.changes.notify("controls")
        }),
      removeOutcomeByContent: (includes) =>
        Effect.sync(() => {
          const at = state.outcomesByContent.findIndex((outcome) => outcome.includes === includes)
          if (at === -1) return false
          state.outcomesByContent.splice(at, 1)
          state.changes.notify("controls")
          return true
        }),
      outcomes: Effect.sync(() => ({
        byNumber: Array.from(state.outcomes, ([recipient, code]) => ({ recipient, code })),
        byContent: [...state.outcomesByContent]
      })),
      setReservationOutcome: (requestId, outcome) =>
        Effect.gen(function*() {
          yield* gateway.settle
          const now = yield* state.now
          return yield* state.commit(Effect.sync(() => {
            const reservation = state.store.reservation(requestId)
            return reservation === undefined || Reservations.status(reservation, now, state) !== "READY"
              ? { value: false, events: [] }
              : { value: true, events: [{ _tag: "Ended", serviceId: reservation.serviceId, requestId, outcome }] }
          }))
        }),
      optOut: Effect.fnUntraced(function*(recipient, serviceId) {
        const registeredAt = yield* state.now
        const ids = serviceId === undefined ? state.accounts.flatMap((account) => account.serviceIds) : [serviceId]
        yield* state.commit(Effect.succeed({
          value: undefined,
          events: ids.map((serviceId) => ({
            _tag: "Unsubscribed",
            serviceId,
            entries: [{ clientTelNo: Numbers.digits(recipient), registerType: "C", registeredAt }]
          }))
        }))
      }),
      optIn: Effect.fnUntraced(function*(recipient, serviceId) {
        const number = Numbers.digits(recipient)
        yield* state.commit(Effect.sync(() => {
          const ids = serviceId === undefined ? state.store.serviceIds() : [serviceId]
          return {
            value: undefined,
            events: ids.filter((id) => state.store.service(id).unsubscribes.has(number)).map((serviceId) => ({
              _tag: "Resubscribed",
              serviceId,
              numbers: [number]
            }))
          }
        }))
      }),
      cancelReservation: (requestId) =>
        Effect.gen(function*() {
          yield* gateway.settle
          const now = yield* state.now
          const reservation = state.store.reservation(requestId)
          return reservation === undefined
            ? Option.none()
            : Option.some(yield* Effect.result(Reservations.cancel(state, reservation, now)))
        }),
      ledger: settled(state.ledger.entries),
      signatureLog: settled(state.signatureLog.entries),
      messages: (recipient) => read(() => state.store.to(Numbers.digits(recipient))),
      allMessages: read(state.store.all),
      waitForMessage: (options) =>
        Effect.flatMap(
          waitFor(options, (message) => message),
          (message) => Effect.map(state.now, (now) => state.lifecycle.message(message, now))
        ),
      waitForOtp: (options) =>
        waitFor(options, (message) => Option.getOrUndefined(Otp.fromText(Lifecycle.contentOf(message)))),
      duplicates: (options) =>
        Effect.map(read(state.store.all), (messages) => Duplicate.find({ messages, ...options })),
      file: (fileId) =>
        Effect.sync(() => {
          for (const service of state.store.services()) {
            const file = service.files.get(fileId)
            if (file === undefined) continue
            const { createdAt, expiresAt, ...rest } = file
            return Option.some({
              ...rest,
              createTime: DateTime.makeUnsafe(createdAt),
              expireTime: DateTime.makeUnsafe(expiresAt)
            })
          }
          return Option.none()
        }),
      seedPast: ({ days = 30, failed = 0.05, messages = 1000, seed = "effect-sens" } = {}) =>
        Effect.gen(function*() {
          if (!Number.isInteger(messages) || messages < 0 || !(days > 0) || !(failed >= 0 && failed <= 1)) {
            return yield* Effect.die(new RangeError("A past has whole messages, days above 0, and failed from 0 to 1"))
          }
          yield* gateway.settle
          const now = yield* state.now
          yield* state.commit(Effect.sync(() => ({
            value: undefined,
            events: Past.events(state, { days, failed, messages, seed }, now)
          })))
        }),
      reset: Effect.suspend(() => {
        gateway.reset()
        return state.reset
      })
    })

    const pages = yield* Pages.make({ emulator, state, settle: gateway.settle, nextDue: gateway.nextDue })
    const page = Effect.gen(function*() {
      const response = yield* pages.answer
      const now = DateTime.toDateUtc(DateTime.makeUnsafe(yield* state.now))
      return {
        _tag: "Answer",
        response: HttpServerResponse.setHeader(response, "date", now.toUTCString())
      } satisfies Reaction
    })
    const foreign: Reaction = {
      _tag: "Answer",
      response: Routing.refusal({ code: "230", details: "A page of another origin asks." })
    }
    const exchange = Effect.flatMap(HttpServerRequest.HttpServerRequest, (request) => {
      const target = rawTarget(request.originalUrl)
      // Before anything is counted, so that a page uses up no fault and fills no log.
      if (Routing.isForeign(request) && !Routing.isLink(request, target)) return Effect.succeed(foreign)
      return Pages.owns(target) ? page : gateway.exchange
    })
    return Emulator.of({
      ...emulator,
      exchange: Effect.catchCauseIf(
        exchange,
        (cause) => Routing.isDefect(cause),
        (cause) => Effect.map(Routing.failed(cause), (response) => ({ _tag: "Answer", response } satisfies Reaction))
      )
    })
  }
)

/**
 * Provides an emulator.
 *
 * **When to use**
 *
 * Use `EmulatorClient.layer`, `EmulatorServer.layer` or `EmulatorWeb.make` to reach it; this layer alone has no transport.
 *
 * **Example** (Scripting a recipient)
 *
 * ```ts import.meta.vitest
 * import * as Emulator from "@effect-sens/emulator/Emulator"
 * import * as Effect from "effect/Effect"
 *
 * const program = Effect.gen(function*() {
 *   const emulator = yield* Emulator.Emulator
 *   yield* emulator.setOutcome("01000000001", "3001")
 *   return yield* emulator.messages("01000000001")
 * })
 *
 * await Effect.runPromise(Effect.provide(program, Emulator.layer())) // => []
 * ```
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = (options: Options = {}): Layer.Layer<Emulator> => Layer.effect(Emulator, make(options))
