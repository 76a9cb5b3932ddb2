/**
 * A stateful SENS in the process: it takes signed requests, remembers what it accepted, and reports on it as time goes by.
 *
 * An emulator is a value without a transport. `EmulatorClient` reaches it as an `HttpClient` without a socket, `EmulatorWeb`
 * as a function from `Request` to `Response`, `EmulatorServer` on a port of a Node process. Its time is the `Clock` of whoever
 * asks, so under `TestClock` a message is delivered when the test says so; nothing runs in the background.
 *
 * @since 0.1.0
 */
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import type * as Scope from "effect/Scope"
import * as Duplicate from "./Duplicate.ts"
import * as Due from "./internal/due.ts"
import { rawTarget } from "./internal/exchange.ts"
import * as Gateway from "./internal/gateway.ts"
import * as Hmac from "./internal/hmac.ts"
import * as Lifecycle from "./internal/lifecycle.ts"
import * as Numbers from "./internal/numbers.ts"
import type { Options, PastOptions, WaitOptions } from "./internal/options.ts"
import * as Pages from "./internal/pages.ts"
import * as Past from "./internal/past.ts"
import type { Reaction } from "./internal/reaction.ts"
import * as Reservations from "./internal/reservations.ts"
import type { ReservationOutcome } from "./internal/reservationsApi.ts"
import * as Routing from "./internal/routing.ts"
import type { File, Service } from "./internal/service.ts"
import * as State from "./internal/state.ts"
import * as Store from "./internal/store.ts"
import * as Otp from "./Otp.ts"

export type { File, Options, PastOptions, Reaction, ReservationOutcome, Service, WaitOptions }

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
    const read = (select: () => ReadonlyArray<Store.StoredMessage>) =>
      Effect.map(
        Effect.andThen(gateway.settle, state.now),
        (now) => select().map((message) => state.lifecycle.message(message, now))
      )

    const waitFor = <A>(options: WaitOptions | undefined, pick: (message: Store.StoredMessage) => A | undefined) => {
      const { after = -1, includes, timeout = "10 seconds" } = options ?? {}
      const from = options?.from === undefined ? undefined : Numbers.digits(options.from)
      const to = options?.to === undefined ? undefined : Numbers.digits(options.to)
      const fits = (message: Store.StoredMessage): boolean =>
        (from === undefined || message.request.from === from) &&
        (includes === undefined || Lifecycle.contentOf(message).includes(includes))
      return Effect.gen(function*() {
        let clears = state.store.clears()
        let looked = after
        for (;;) {
          const version = state.changes.version()
          const settledAt = yield* Clock.currentTimeMillis
          yield* gateway.settle
          if (clears !== state.store.clears()) {
            clears = state.store.clears()
            looked = after
          }
          for (const message of Store.after(to === undefined ? state.store.all() : state.store.to(to), looked)) {
            looked = message.sequence
            const picked = fits(message) ? pick(message) : undefined
            if (picked !== undefined) return picked
          }
          const changed = state.changes.after(version)
          const due = gateway.nextDue()
          if (due === undefined) yield* changed
          else {
            const duration = Due.wait(due, settledAt, yield* Clock.currentTimeMillis)
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
            if (file === undefined || file.body.length === 0) continue
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
      if (Pages.owns(target)) return page
      return Routing.isAnonymousPage(request) ? Effect.succeed(foreign) : gateway.exchange
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
