/**
 * The intents of a client: how one is made, and which of them the client has had in hand.
 */
import type * as SendIntent from "@effect-sens/core/SendIntent"
import type * as ServiceId from "@effect-sens/core/ServiceId"
import * as Effect from "effect/Effect"
import * as Calls from "./calls.ts"
import * as Evidence from "./evidence.ts"
import type * as GatewayClock from "./gatewayClock.ts"
import * as Journal from "./journal.ts"

/** @internal */
export interface Intents {
  /**
   * Takes the time: an attempt whose timestamp is now. Where the gateway's time is known it is made older by `age`, in
   * milliseconds, so that it expires sooner.
   */
  readonly make: (age: number) => Effect.Effect<Journal.Attempt>
  /** The attempt of an intent that comes back, whoever made it. */
  readonly recall: (intent: SendIntent.SendIntent) => Effect.Effect<Journal.Attempt>
  /** Whether the POST of the attempt may be made: once. */
  readonly take: (attempt: Journal.Attempt) => boolean
  /** Remembers an attempt whose intent is given out. */
  readonly remember: (attempt: Journal.Attempt) => void
}

// How many are remembered. One that is forgotten is taken for another process's.
const most = 100_000
// Of how many timestamps it is remembered which intents bear them, at the least.
const mostTimestamps = 10_000

/** @internal */
export const make = (options: {
  readonly serviceId: ServiceId.ServiceId
  readonly clock: GatewayClock.GatewayClock
  /** How far a timestamp may be off for the gateway, in milliseconds. */
  readonly tolerance: number
}): Intents => {
  const { clock: gateway, serviceId, tolerance } = options
  const known = new Map<string, Journal.Attempt>()
  const taken = new WeakSet<Journal.Attempt>()
  // The last `preparedAt` of each timestamp: timestamps of different lifetimes come in any order, and a clock may be set back.
  // In two halves, the older of which is dropped as a whole: a map that loses its oldest at every send is slow.
  let newer = new Map<number, number>()
  let older = new Map<number, number>()
  const uniquely = (timestamp: number, wall: number): number => {
    const before = newer.get(timestamp) ?? older.get(timestamp)
    const preparedAt = before === undefined ? wall : Math.max(wall, before + 1)
    newer.set(timestamp, preparedAt)
    if (newer.size >= mostTimestamps) {
      older = newer
      newer = new Map()
    }
    return preparedAt
  }
  const remember = (attempt: Journal.Attempt): void => {
    known.set(Journal.intentKey(attempt.intent), attempt)
    for (const key of known.keys()) {
      if (known.size <= most) break
      known.delete(key)
    }
  }
  return {
    make: (age) =>
      Effect.clockWith((clock) => {
        // A clock of a test may tell fractions.
        const wall = Math.round(clock.currentTimeMillisUnsafe())
        const since = Calls.monoUnsafe(clock)
        const now = gateway.isSettled() ? gateway.at(since) : undefined
        const older = now === undefined ? 0 : age
        const timestamp = gateway.timestamp(wall, since, older)
        const preparedAt = uniquely(timestamp, wall)
        return Effect.succeed({
          intent: {
            serviceId,
            timestamp,
            preparedAt,
            notBefore: now === undefined
              ? Journal.unknownNotBefore(timestamp, tolerance)
              : Math.floor(now - Evidence.resolution),
            expires: timestamp + tolerance
          },
          age: older,
          since,
          isResumed: false,
          signatures: 0,
          reason: undefined,
          isAccepted: false
        })
      }),
    recall: (intent) =>
      Effect.clockWith((clock) => {
        const attempt = known.get(Journal.intentKey(intent))
        if (attempt !== undefined && attempt.intent.expires === intent.expires) return Effect.succeed(attempt)
        const resumed: Journal.Attempt = {
          intent,
          age: 0,
          since: Calls.monoUnsafe(clock),
          isResumed: true,
          signatures: 0,
          reason: undefined,
          isAccepted: false
        }
        remember(resumed)
        return Effect.succeed(resumed)
      }),
    take: (attempt) => {
      if (taken.has(attempt)) return false
      taken.add(attempt)
      return true
    },
    remember
  }
}
