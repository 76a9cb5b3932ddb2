/**
 * One emulator: its settings with every default filled in, and all it remembers.
 */
import * as Clock from "effect/Clock"
import type * as Mac from "effect/crypto/Mac"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Account from "../Account.ts"
import type { Options } from "../Emulator.ts"
import type * as Ledger from "../Ledger.ts"
import type * as SignatureLog from "../SignatureLog.ts"
import * as Switches from "../Switches.ts"
import { Exchange } from "./exchange.ts"
import * as Faults from "./faults.ts"
import * as Ids from "./ids.ts"
import * as Lifecycle from "./lifecycle.ts"
import * as Ring from "./ring.ts"
import * as Signature from "./signature.ts"
import * as Store from "./store.ts"

export interface State {
  readonly accounts: ReadonlyArray<Account.Account>
  readonly switches: Switches.Switches
  readonly lifecycle: Lifecycle.Lifecycle
  readonly verifier: Signature.Verifier
  readonly processingAfter: number
  readonly completedAfter: number
  readonly visibleAfter: number
  readonly maxBodyBytes: number
  readonly ids: () => Ids.Ids
  readonly store: Store.Store
  readonly outcomes: Map<string, string>
  readonly ledger: Ring.Ring<Ledger.Entry>
  readonly signatureLog: Ring.Ring<SignatureLog.Entry>
  readonly faults: Faults.Registry
  /** The gateway's time: when the current request is looked at. */
  readonly now: Effect.Effect<number>
  /** How far the gateway's clock is ahead of the caller's, in milliseconds. */
  readonly clockOffset: () => number
  readonly setClockOffset: (millis: number) => void
  readonly onRequest: (entry: Ledger.Entry) => Effect.Effect<void>
  readonly reset: () => void
}

const telcos = ["SKT", "KTF", "LGT"]

const telcoOf = (message: { readonly to: string; readonly countryCode: string }): string => {
  if (message.countryCode !== "82") return "ETC"
  let sum = 0
  for (let i = 0; i < message.to.length; i++) sum = (sum * 31 + message.to.charCodeAt(i)) % 65_521
  return telcos[sum % telcos.length] ?? "ETC"
}

export const make = Effect.fnUntraced(function*(options: Options): Effect.fn.Return<State, never, Mac.Mac> {
  const accounts = options.accounts ?? [Account.emulatorAccount]
  const switches = Switches.make(options.switches)
  const seed = options.seed ?? "effect-sens"
  const processingAfter = Duration.toMillis(Duration.fromInputUnsafe(options.processingAfter ?? "1 second"))
  const completedAfter = Duration.toMillis(Duration.fromInputUnsafe(options.completedAfter ?? "5 seconds"))
  const capacity = options.logCapacity ?? 10_000
  const initial = Object.entries(options.outcomes ?? {})

  const verifier = yield* Signature.make({
    accounts,
    toleranceMillis: Duration.toMillis(Duration.fromInputUnsafe(options.timestampTolerance ?? "5 minutes"))
  })

  const store = Store.makeMemory()
  const outcomes = new Map(initial)
  const ledger = Ring.make<Ledger.Entry>(capacity)
  const signatureLog = Ring.make<SignatureLog.Entry>(capacity)
  const faults = Faults.make()
  const initialOffset = Duration.toMillis(Duration.fromInputUnsafe(options.clockOffset ?? 0))
  let clockOffset = initialOffset
  let ids = Ids.make(seed)

  return {
    accounts,
    switches,
    lifecycle: Lifecycle.make({ switches, telcoCode: options.telcoCode ?? telcoOf }),
    verifier,
    processingAfter: Math.min(processingAfter, completedAfter),
    completedAfter,
    visibleAfter: Duration.toMillis(Duration.fromInputUnsafe(options.visibleAfter ?? 0)),
    maxBodyBytes: options.maxBodyBytes ?? 1024 * 1024,
    ids: () => ids,
    store,
    outcomes,
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
    },
    onRequest: options.onRequest ?? (() => Effect.void),
    reset: () => {
      store.clear()
      ledger.clear()
      signatureLog.clear()
      faults.reset()
      clockOffset = initialOffset
      outcomes.clear()
      for (const [recipient, code] of initial) outcomes.set(recipient, code)
      ids = Ids.make(seed)
    }
  }
})
