// @effect-diagnostics asyncFunction:off
/**
 * Interleaved measuring: in every round each contestant makes its calls once, in turn, and what is reported are ratios within a round.
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
 * Makes so many calls, here or in a process of its own, and tells what one of them took.
 *
 * @category models
 * @since 0.1.0
 */
export type Turn = (calls: number) => Promise<Cost>

/**
 * What a contestant needs for a call, in microseconds, or in that of another: `wall` by the clock, and `cpu` by the processor (all threads of its
 * process).
 *
 * @category models
 * @since 0.1.0
 */
export interface Cost {
  readonly wall: number
  readonly cpu: number
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
  /** How long each works beforehand, in milliseconds, until all of it is compiled. */
  readonly warm: number
}

/**
 * Turns of a contestant in this process.
 *
 * @category measuring
 * @since 0.1.0
 */
export const here = (contestant: Contestant): Turn => async (calls) => {
  const cpu = process.cpuUsage()
  const start = performance.now()
  await contestant(calls)
  const wall = performance.now() - start
  const { system, user } = process.cpuUsage(cpu)
  return { wall: wall * 1000 / calls, cpu: (system + user) / calls }
}

const calibrate = async (turn: Turn, length: number): Promise<number> => {
  for (let calls = 64;; calls *= 2) {
    const { wall } = await turn(calls)
    if (wall * calls / 1000 > length / 4) return Math.max(64, Math.ceil(length * 1000 / wall))
  }
}

/** How many calls a turn has of one that is warm. */
const prepare = async (turn: Turn, options: Options): Promise<number> => {
  const calls = await calibrate(turn, options.turn)
  for (let spent = 0; spent < options.warm;) spent += (await turn(calls)).wall * calls / 1000
  return await calibrate(turn, options.turn)
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
  /** The cost of `self` in that of `that`: the median over all rounds of the ratio within a round, so that drift cancels out. */
  readonly ratio: (self: Name, that: Name) => Cost
}

/**
 * What the costs of each round come to.
 *
 * @category measuring
 * @since 0.1.0
 */
export const compare = <Name extends string>(
  rounds: ReadonlyArray<Readonly<Record<Name, Cost>>>
): Race<Name> => {
  const by = (self: Name, that: Name, what: keyof Cost) =>
    median(rounds.map((costs) => costs[self][what] / costs[that][what]))
  return {
    best: (name) => Math.min(...rounds.map((costs) => costs[name].wall)),
    ratio: (self, that) => ({
      wall: by(self, that, "wall"),
      cpu: by(self, that, "cpu")
    })
  }
}

/**
 * Runs each once a round, in an order that changes from round to round.
 *
 * @category measuring
 * @since 0.1.0
 */
export const inTurn = async <Name extends string, A>(
  names: ReadonlyArray<Name>,
  rounds: number,
  run: (name: Name) => Promise<A>
): Promise<ReadonlyArray<Readonly<Record<Name, A>>>> => {
  const results: Array<Readonly<Record<Name, A>>> = []
  for (let round = 0; round < rounds; round++) {
    const result = {} as Record<Name, A>
    for (const name of round % 2 === 0 ? names : names.toReversed()) result[name] = await run(name)
    results.push(result)
  }
  return results
}

/**
 * Races contestants against each other, each of them warm.
 *
 * @category measuring
 * @since 0.1.0
 */
export const race = async <Name extends string>(
  turns: Readonly<Record<Name, Turn>>,
  options: Options
): Promise<Race<Name>> => {
  const names = Object.keys(turns) as Array<Name>
  const calls = {} as Record<Name, number>
  for (const name of names) calls[name] = await prepare(turns[name], options)
  return compare(await inTurn(names, options.rounds, (name) => turns[name](calls[name])))
}
