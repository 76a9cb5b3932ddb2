/**
 * Interleaved measuring: in every round each contestant runs once, in turn, so that a busy machine slows all of them, and what is reported are ratios.
 *
 * @since 0.1.0
 */

/**
 * @category models
 * @since 0.1.0
 */
export interface Options {
  /** How often each contestant gets its turn; 31 unless given. */
  readonly rounds?: number | undefined
  /** How long a turn lasts at least, in milliseconds; 6 unless given. */
  readonly turn?: number | undefined
}

/** What the contestants return goes here, so that no call can be optimised away. */
let sink: unknown

const samplesPerTurn = 3

/** Runs a contestant for a turn and gives the time of its best sample, in nanoseconds per call. */
const takeTurn = (contestant: () => unknown, callsPerSample: number): number => {
  let best = Number.POSITIVE_INFINITY
  for (let sample = 0; sample < samplesPerTurn; sample++) {
    const start = performance.now()
    for (let call = 0; call < callsPerSample; call++) sink = contestant()
    best = Math.min(best, performance.now() - start)
  }
  return best * 1e6 / callsPerSample
}

const calibrate = (contestant: () => unknown, turn: number): number => {
  let calls = 1
  for (;;) {
    const start = performance.now()
    for (let call = 0; call < calls; call++) sink = contestant()
    const elapsed = performance.now() - start
    if (elapsed > turn / 4) return Math.max(1, Math.ceil(calls * turn / samplesPerTurn / elapsed))
    calls *= 2
  }
}

/**
 * Best time of each contestant, in nanoseconds per call.
 *
 * @category measuring
 * @since 0.1.0
 */
export const race = <Name extends string>(
  contestants: Readonly<Record<Name, () => unknown>>,
  options: Options = {}
): Record<Name, number> => {
  const turn = options.turn ?? 6
  const entries = Object.entries(contestants) as Array<[Name, () => unknown]>
  for (const [, contestant] of entries) calibrate(contestant, turn)
  const prepared = entries.map(([name, contestant]) => ({ name, contestant, calls: calibrate(contestant, turn) }))
  const best = {} as Record<Name, number>
  for (let round = 0; round < (options.rounds ?? 31); round++) {
    for (const { calls, contestant, name } of prepared) {
      best[name] = Math.min(best[name] ?? Number.POSITIVE_INFINITY, takeTurn(contestant, calls))
    }
  }
  return best
}

/**
 * Whether anything was measured at all: the last value a contestant returned.
 *
 * @category measuring
 * @since 0.1.0
 */
export const lastResult = (): unknown => sink
