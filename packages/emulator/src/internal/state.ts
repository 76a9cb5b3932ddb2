/**
 * One emulator: its settings with every default filled in, and all it remembers.
 */
import * as Clock from "effect/Clock"
import type * as Mac from "effect/crypto/Mac"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Semaphore from "effect/Semaphore"
import * as Account from "../Account.ts"
import type * as DeliveryResult from "../DeliveryResult.ts"
import type { Options } from "../Emulator.ts"
import type * as Ledger from "../Ledger.ts"
import type * as SignatureLog from "../SignatureLog.ts"
import * as Switches from "../Switches.ts"
import * as Changes from "./changes.ts"
import { Exchange } from "./exchange.ts"
import * as Faults from "./faults.ts"
import * as Ids from "./ids.ts"
import * as Lifecycle from "./lifecycle.ts"
import * as Numbers from "./numbers.ts"
import * as Ring from "./ring.ts"
import * as Signature from "./signature.ts"
import * as Store from "./store.ts"

/** What is to be written down, and what comes of it for whoever asked. */
export interface Change<A> {
  readonly value: A
  readonly events: ReadonlyArray<Store.Event>
}

export interface State {
  readonly accounts: ReadonlyArray<Account.Account>
  readonly switches: Switches.Switches
  readonly lifecycle: Lifecycle.Lifecycle
  readonly verifier: Signature.Verifier
  readonly processingAfter: number
  readonly completedAfter: number
  readonly visibleAfter: number
  readonly maxBodyBytes: number
  readonly submittedAfter: number
  readonly reservationLead: number
  readonly reservationCutoff: number
  readonly fileExpiry: number
  readonly maxFiles: number
  readonly blockedCode: string
  readonly ids: () => Ids.Ids
  readonly store: Store.Store
  /**
   * The one way to change the store: what cannot be written down does not happen. What is decided sees all that was committed before it, and
   * nothing is committed between. Dies of `NotWritten`: what is not kept was not accepted, and the gateway answers for it.
   */
  readonly commit: <A, E>(change: Effect.Effect<Change<A>, E>) => Effect.Effect<A, E>
  readonly changes: Changes.Changes
  readonly outcomes: Map<string, string>
  readonly outcomesByContent: Array<DeliveryResult.ByContent>
  readonly ledger: Ring.Ring<Ledger.Entry>
  readonly signatureLog: Ring.Ring<SignatureLog.Entry>
  readonly faults: Faults.Registry
  /** The gateway's time: when the current request is looked at. */
  readonly now: Effect.Effect<number>
  /** How far the gateway's clock is ahead of the caller's, in milliseconds. */
  readonly clockOffset: () => number
  readonly setClockOffset: (millis: number) => void
  /** What is the same until everything is forgotten: by a reset, or a new start. */
  readonly epoch: () => string
  readonly onRequest: (entry: Ledger.Entry) => Effect.Effect<void>
  readonly reset: Effect.Effect<void>
}

const telcos = ["SKT", "KTF", "LGT"]

const telcoOf = (message: { readonly to: string; readonly countryCode: string }): string => {
  if (message.countryCode !== "82") return "ETC"
  let sum = 0
  for (let i = 0; i < message.to.length; i++) sum = (sum * 31 + message.to.charCodeAt(i)) % 65_521
  return telcos[sum % telcos.length] ?? "ETC"
}

const topicOf = (event: Store.Event): Changes.Topic | undefined => {
  switch (event._tag) {
    case "Reserved":
    case "Canceled":
    case "Ended":
      return "reservations"
    case "Unsubscribed":
    case "Resubscribed":
      return "controls"
    default:
      return undefined
  }
}

const millis = (given: Duration.Input | undefined, fallback: Duration.Input): number =>
  Duration.toMillis(Duration.fromInputUnsafe(given ?? fallback))

export const make = Effect.fnUntraced(function*(options: Options): Effect.fn.Return<State, never, Mac.Mac> {
  const accounts = options.accounts ?? [Account.emulatorAccount]
  const switches = Switches.make(options.switches)
  const given = options.seed ?? "effect-sens"
  const seed = () => typeof given === "string" ? given : given()
  const processingAfter = millis(options.processingAfter, "1 second")
  const completedAfter = millis(options.completedAfter, "5 seconds")
  const capacity = options.logCapacity ?? 10_000
  const initial = Object.entries(options.outcomes ?? {}).map(([recipient, code]) =>
    [Numbers.digits(recipient), code] as const
  )

  const verifier = yield* Signature.make({
    accounts,
    toleranceMillis: millis(options.timestampTolerance, "5 minutes")
  })

  const store = Store.make()
  const changes = Changes.make()
  const storage = options.storage
  for (const event of storage?.events ?? []) store.apply(event)
  const outcomes = new Map(initial)
  const initialByContent = options.outcomesByContent ?? []
  const outcomesByContent = [...initialByContent]
  const ledger = Ring.make<Ledger.Entry>(capacity, () => changes.notify())
  const signatureLog = Ring.make<SignatureLog.Entry>(capacity)
  const faults = Faults.make(() => changes.notify("controls"))
  const initialOffset = millis(options.clockOffset, 0)
  let clockOffset = initialOffset
  // What was restored has ids already, and so has what was forgotten since.
  const salt = storage?.salt ??
    (storage === undefined || storage.events.length === 0 ? "" : `/${storage.events.length}`)
  let resets = 0
  const epoch = Math.floor(yield* Clock.currentTimeMillis).toString(36)
  let ids = Ids.make(seed() + salt)

  const applied = (events: ReadonlyArray<Store.Event>) =>
    Effect.sync(() => {
      for (const event of events) {
        store.apply(event)
        const topic = topicOf(event)
        if (topic !== undefined) changes.notify(topic)
      }
      changes.notify()
    })
  // Written first, so that nobody sees what a crash or a full disk would take back.
  const written = (events: ReadonlyArray<Store.Event>) =>
    storage === undefined || events.length === 0
      ? applied(events)
      : Effect.andThen(Effect.orDie(Effect.suspend(() => storage.append(events, store.events))), applied(events))
  const one = Semaphore.makeUnsafe(1)
  const commit = <A, E>(change: Effect.Effect<Change<A>, E>): Effect.Effect<A, E> =>
    Effect.flatMap(change, ({ events, value }) => Effect.as(written(events), value)).pipe(
      Effect.uninterruptible,
      one.withPermit
    )

  return {
    accounts,
    switches,
    lifecycle: Lifecycle.make({ switches, telcoCode: options.telcoCode ?? telcoOf }),
    verifier,
    processingAfter: Math.min(processingAfter, completedAfter),
    completedAfter,
    visibleAfter: millis(options.visibleAfter, 0),
    maxBodyBytes: options.maxBodyBytes ?? 1024 * 1024,
    submittedAfter: millis(options.submittedAfter, "1 second"),
    reservationLead: millis(options.reservationLead, "10 minutes"),
    reservationCutoff: millis(options.reservationCutoff, "10 minutes"),
    fileExpiry: millis(options.fileExpiry, "6 days"),
    maxFiles: options.maxFiles ?? 3,
    blockedCode: options.blockedCode ?? "E917",
    ids: () => ids,
    store,
    commit,
    changes,
    outcomes,
    outcomesByContent,
    ledger,
    signatureLog,
    faults,
    now: Effect.flatMap(
      Exchange,
      ({ at }) =>
        at === undefined ? Effect.map(Clock.currentTimeMillis, (now) => now + clockOffset) : Effect.succeed(at)
    ),
    clockOffset: () => clockOffset,
    setClockOffset: (millis) => {
      clockOffset = millis
      changes.notify("controls")
    },
    epoch: () => `${epoch}-${resets}`,
    onRequest: options.onRequest ?? (() => Effect.void),
    reset: Effect.map(commit(Effect.succeed({ value: undefined, events: [{ _tag: "Cleared" }] })), () => {
      ledger.clear()
      signatureLog.clear()
      faults.reset()
      clockOffset = initialOffset
      outcomes.clear()
      for (const [recipient, code] of initial) outcomes.set(recipient, code)
      outcomesByContent.splice(0, outcomesByContent.length, ...initialByContent)
      resets++
      ids = Ids.make(storage === undefined ? seed() : `${seed()}${salt}/reset ${resets}`)
      changes.notify("controls")
    })
  }
})
