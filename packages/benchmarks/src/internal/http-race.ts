// @effect-diagnostics asyncFunction:off missingPipeableSignature:off
/**
 * Interleaved measuring of what answers later: in every round each contestant makes its calls once, in turn.
 *
 * @since 0.1.0
 */

/**
 * Makes so many calls.
 *
 * @category models
 * @since 0.1.0
 */
export type Contestant = (calls: number) => Promise<unknown>

/**
 * What a contestant needs for a call, in microseconds: `wall` by the clock, `cpu` by the processor (all threads of this process), and
 * `user` what of that is not the system's.
 *
 * @category models
 * @since 0.1.0
 */
export interface Cost {
  readonly wall: number
  readonly cpu: number
  readonly user: number
}

/**
 * @category options
 * @since 0.1.0
 */
export interface Options {
  /** How often each contestant gets its turn. */
  readonly rounds: number
  /** How long a turn lasts about, in milliseconds. */
  readonly turn: number
}

const measure = async (contestant: Contestant, calls: number): Promise<Cost> => {
  const cpu = process.cpuUsage()
  const start = performance.now()
  await contestant(calls)
  const wall = performance.now() - start
  const { system, user } = process.cpuUsage(cpu)
  return { wall: wall * 1000 / calls, cpu: (system + user) / calls, user: user / calls }
}

const calibrate = async (contestant: Contestant, turn: number): Promise<number> => {
  for (let calls = 64;; calls *= 2) {
    const { wall } = await measure(contestant, calls)
    if (wall * calls / 1000 > turn / 4) return Math.max(64, Math.ceil(turn * 1000 / wall))
  }
}

/**
 * The middle of some numbers.
 *
 * @category measuring
 * @since 0.1.0
 */
export const median = (values: ReadonlyArray<number>): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN

/**
 * What a race came to: the best turn of each contestant, and how one compares with another.
 *
 * @category models
 * @since 0.1.0
 */
export interface Race<Name extends string> {
  readonly best: (name: Name) => Cost
  /** The time of `self` in times of `that`: the median over all rounds of the ratio within a round, so that drift cancels out. */
  readonly ratio: (self: Name, that: Name) => { readonly wall: number; readonly cpu: number }
}

/**
 * Races contestants against each other. Each is warmed up first; the order of turns changes from round to round.
 *
 * @category measuring
 * @since 0.1.0
 */
export const race = async <Name extends string>(
  contestants: Readonly<Record<Name, Contestant>>,
  options: Options
): Promise<Race<Name>> => {
  const names = Object.keys(contestants) as Array<Name>
  const calls = {} as Record<Name, number>
  const rounds = {} as Record<Name, Array<Cost>>
  for (const name of names) rounds[name] = []
  for (const name of names) await calibrate(contestants[name], options.turn)
  for (const name of names) calls[name] = await calibrate(contestants[name], options.turn)
  for (let round = 0; round < options.rounds; round++) {
    for (const name of round % 2 === 0 ? names : names.toReversed()) {
      rounds[name].push(await measure(contestants[name], calls[name]))
    }
  }
  const ratios = (self: Name, that: Name, by: keyof Cost) =>
    median(rounds[self].map((cost, round) => cost[by] / (rounds[that][round]?.[by] ?? Number.NaN)))
  return {
    best: (name) => ({
      wall: Math.min(...rounds[name].map(({ wall }) => wall)),
      cpu: Math.min(...rounds[name].map(({ cpu }) => cpu)),
      user: Math.min(...rounds[name].map(({ user }) => user))
    }),
    ratio: (self, that) => ({ wall: ratios(self, that, "wall"), cpu: ratios(self, that, "cpu") })
  }
}
