import * as PhoneNumber from "@effect-sens/core/PhoneNumber"
import type * as SendRequest from "@effect-sens/core/SendRequest"
import * as ServiceId from "@effect-sens/core/ServiceId"
import * as Account from "@effect-sens/emulator/Account"
import * as Emulator from "@effect-sens/emulator/Emulator"
import * as EmulatorClient from "@effect-sens/emulator/EmulatorClient"
import type * as Ledger from "@effect-sens/emulator/Ledger"
import type * as Storage from "@effect-sens/emulator/Storage"
import * as Sens from "@effect-sens/http/Sens"
import * as Signer from "@effect-sens/http/Signer"
import * as NodeCrypto from "@effect/platform-node/NodeCrypto"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as RateLimiter from "effect/persistence/RateLimiter"
import * as Redacted from "effect/Redacted"
import * as TestClock from "effect/testing/TestClock"

export const credentials: Sens.Options = {
  accessKey: Redacted.make(Account.accessKey),
  secretKey: Redacted.make(Account.secretKey),
  serviceId: ServiceId.make(Account.serviceId)
}

/** A client and an emulator without a socket, both under the clock of the test. */
export const emulated = (emulator?: Emulator.Options, options?: Partial<Sens.Options>) =>
  Sens.layer({ ...credentials, ...options }).pipe(
    // Synchronous, so that virtual time does not run while a signature is computed.
    Layer.provide(Signer.layer.pipe(Layer.provide(NodeCrypto.layer))),
    Layer.provideMerge(EmulatorClient.layer(emulator))
  )

/** An emulator, and what a client of a test's own needs that has a rate limit. */
export const limited = (emulator?: Emulator.Options) =>
  Layer.fresh(Layer.mergeAll(
    Signer.layer.pipe(Layer.provide(NodeCrypto.layer)),
    EmulatorClient.layer(emulator),
    RateLimiter.layer.pipe(Layer.provide(RateLimiter.layerStoreMemory))
  ))

/** Runs an effect to its end in virtual time, a step at a time. */
export const inVirtualTime = Effect.fnUntraced(function*<A, E, R>(effect: Effect.Effect<A, E, R>, step = 1000) {
  const fiber = yield* Effect.forkChild(effect, { startImmediately: true })
  while (fiber.pollUnsafe() === undefined) yield* TestClock.adjust(step)
  return yield* Fiber.join(fiber)
})

export const number = (index: number) => PhoneNumber.make(`010${String(index).padStart(8, "0")}`)

export const sms = (count: number, first = 0, content = "안녕하세요"): SendRequest.SendRequest => {
  const [head, ...rest] = Array.from({ length: count }, (_, index) => ({ to: number(first + index) }))
  if (head === undefined) throw new Error("no recipient")
  return { type: "SMS", from: PhoneNumber.make("0212345678"), content, messages: [head, ...rest] }
}

/** How many calls of an operation were made. */
export const calls = (operation: Ledger.Operation) =>
  Emulator.Emulator.use((emulator) =>
    Effect.map(emulator.ledger, (entries) => entries.filter((entry) => entry.operation === operation).length)
  )

// -----------------------------------------------------------------------------
// A history
// -----------------------------------------------------------------------------

/** A small generator of its own, so that every run has the same history. */
export const random = (seed: number) => {
  let state = seed
  return (below: number) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff
    return (state >>> 8) % below
  }
}

export interface Past {
  readonly messageId: string
  readonly requestedAt: number
  readonly completedAt: number
}

/**
 * What an emulator remembers that was sent to evenly from one time to another, in requests of up to 100, each of one or more
 * messages, `count` in all.
 */
export const history = (count: number, start: number, end: number) => {
  const next = random(count)
  const messages: Array<Past> = []
  const events: Array<Storage.Event> = []
  while (messages.length < count) {
    const size = Math.min(1 + next(100), count - messages.length)
    const requestedAt = Math.floor(start + (end - start) * messages.length / count)
    const completedAt = requestedAt + 1000 + next(600_000)
    const first = messages.length
    const added = Array.from({ length: size }, (_, index) => ({
      messageId: `past-${first + index}`,
      to: `010${String((first + index) % 100_000).padStart(8, "0")}`,
      subject: undefined,
      content: undefined,
      code: next(10) === 0 ? "2003" : "0"
    }))
    messages.push(...added.map(({ messageId }) => ({ messageId, requestedAt, completedAt })))
    events.push({
      _tag: "Accepted",
      request: {
        requestId: `RSSA-${requestedAt}-${first}`,
        serviceId: Account.serviceId,
        type: "SMS",
        contentType: "COMM",
        countryCode: "82",
        from: "0212345678",
        subject: undefined,
        content: "안녕하세요",
        files: [],
        requestedAt,
        processingAt: requestedAt + 500,
        completedAt,
        messages: added
      }
    })
  }
  const storage: Storage.Storage = { events, append: () => Effect.void }
  return { messages, storage }
}

/** The calls that reading windows needs at the least: a page for every 100 messages, one for a window without any. */
export const leastCalls = (
  times: ReadonlyArray<number>,
  windows: ReadonlyArray<{ readonly start: number; readonly end: number }>
): number =>
  windows.reduce((sum, { end, start }) => {
    // SENS tells times in whole seconds, and both ends are included.
    const count = times.filter((time) => start <= time && time < end + 1000).length
    return sum + Math.max(1, Math.ceil(count / 100))
  }, 0)

/** A client of which only a few operations are there; calling another is a defect. */
export const mocked = (operations: {
  readonly search?: Sens.Service["messages"]["search"]
  readonly send?: Sens.Service["messages"]["send"]
  readonly status?: Sens.Service["reservations"]["status"]
  readonly unsubscribes?: Sens.Service["unsubscribes"]["search"]
}) => {
  const missing = () => Effect.die("not mocked")
  return Layer.succeed(Sens.Sens, {
    serviceId: ServiceId.make(Account.serviceId),
    settings: { preflight: {}, visibilityLag: Duration.minutes(1), timestampTolerance: Duration.minutes(5) },
    messages: {
      check: () => Effect.succeed({ errors: [], warnings: [] }),
      search: operations.search ?? missing,
      send: operations.send ?? missing,
      prepare: missing,
      submit: missing,
      resolve: missing,
      reconcile: missing,
      learnClock: missing(),
      result: missing
    },
    files: { upload: missing },
    reservations: { status: operations.status ?? missing, cancel: missing },
    unsubscribes: { search: operations.unsubscribes ?? missing, register: missing, remove: missing }
  })
}
