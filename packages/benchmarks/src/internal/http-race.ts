// @effect-diagnostics asyncFunction:off
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
 * What a contestant needs for a call, in microseconds, or in that of another: `wall` by the clock, `cpu` by the processor (all threads of this process), and
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
  /** Of all turns, by the clock. */
  readonly best: (name: Name) => number
  /**
   * The cost of `self` in that of `that`. By the clock it is the median over all rounds of the ratio within a round, so that drift cancels out;
   * by the processor it is that of the sums, since the system counts that time in steps and one turn tells little.
   */
  readonly ratio: (self: Name, that: Name) => Cost
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
  const total = (name: Name, by: "cpu" | "user") => rounds[name].reduce((sum, cost) => sum + cost[by], 0)
  return {
    best: (name) => Math.min(...rounds[name].map(({ wall }) => wall)),
    ratio: (self, that) => ({
      wall: median(rounds[self].map(({ wall }, round) => wall / (rounds[that][round]?.wall ?? Number.NaN))),
      cpu: total(self, "cpu") / total(that, "cpu"),
      user: total(self, "user") / total(that, "user")
    })
  }
}
