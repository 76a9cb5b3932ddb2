/**
 * What a run has to say to its end: whether something may have been sent, and what a second ^C is told is waited for.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type { ExitCode } from "./ExitCode.ts"
import type { Both } from "./Language.ts"

export interface State {
  /** The code of a run that came to its end, where that is not 0. */
  exitCode: ExitCode
  /** Whether something may have been sent, and nobody knows yet: code 5, whatever else is so. */
  isUncertain: boolean
  /** Whether the command spends money, so that it goes on where the reader of a pipe has gone. */
  isSpending: boolean
  readonly awaited: Set<Both>
}

export const initial = (): State => ({ exitCode: 0, isUncertain: false, isSpending: false, awaited: new Set() })

export class Ending extends Context.Service<Ending, State>()("effect-sens/Ending") {}

/** The run is to end with this code where nothing else goes wrong; the highest that was said counts. */
export const exit = (code: ExitCode): Effect.Effect<void, never, Ending> =>
  Ending.use((state) =>
    Effect.sync(() => {
      if (code > state.exitCode) state.exitCode = code
    })
  )

/** From here on a run ends with code 5, until it says otherwise: tell it before what may be sent, take it back when its outcome is known. */
export const uncertain = (isUncertain: boolean): Effect.Effect<void, never, Ending> =>
  Ending.use((state) =>
    Effect.sync(() => {
      state.isUncertain = isUncertain
    })
  )

/** What is said where a person presses ^C again while this runs: "4 requests that were on their way". */
export const awaiting = (what: Both) => <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R | Ending> =>
  Ending.use((state) =>
    Effect.acquireUseRelease(
      Effect.sync(() => state.awaited.add(what)),
      () => effect,
      () => Effect.sync(() => state.awaited.delete(what))
    )
  )
