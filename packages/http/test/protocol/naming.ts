/**
 * A name for each state, the same for states that differ only in what does not matter.
 *
 * Equal sends are interchangeable: of all ways to order them the one whose name sorts first stands for all.
 */
import type { Setting } from "./setting.ts"
import { has, none, Phase, type State } from "./state.ts"

interface Order {
  /** The sends in this order. */
  readonly sends: ReadonlyArray<number>
  /** Of an id, and of a set of ids, what it is in this order. */
  readonly id: ReadonlyArray<number>
  readonly set: ReadonlyArray<number>
}

const permutations = (items: ReadonlyArray<number>): ReadonlyArray<ReadonlyArray<number>> =>
  items.length === 0
    ? [[]]
    : items.flatMap((item) => permutations(items.filter((other) => other !== item)).map((rest) => [item, ...rest]))

const orders = ({ size, world: { attempts, sends } }: Setting): ReadonlyArray<Order> => {
  const isEqual = (i: number, j: number) => JSON.stringify(sends[i]) === JSON.stringify(sends[j])
  return permutations(sends.map((_, i) => i)).filter((order) => order.every((i, place) => isEqual(i, place)))
    .map((order) => {
      const id = Array.from(
        { length: size * attempts },
        (_, id) => order.indexOf(Math.floor(id / attempts)) * attempts + id % attempts
      )
      const set = Array.from(
        { length: 1 << id.length },
        (_, set) => id.reduce((all, to, from) => has(set, from) ? all | 1 << to : all, 0)
      )
      return { sends: order, id, set }
    })
}

export const make = (setting: Setting): (s: State) => string => {
  const { attempts, lookers, refusals } = setting.world
  const all = orders(setting)
  let codes: Array<number> = []
  const inOrder = (s: State, { id, sends, set }: Order): string => {
    codes = [s.t]
    for (const i of sends) {
      const row = s.rows[i]!
      codes.push(
        row.status | row.attempt << 3 | row.adopted << 5 | row.unread << 6,
        (row.id === none ? 0 : id[row.id]! + 1) << 4 | (row.told === none ? 0 : id[row.told]! + 1)
      )
      for (let attempt = 1; attempt <= attempts; attempt++) {
        const { answer, at, changed, error, phase, T, visible } = s.posts[setting.idOf(i, attempt)]!
        if (phase === Phase.None) {
          codes.push(0)
          continue
        }
        const isDead = phase === Phase.Dead
        const awaits = answer === 1 && attempt === row.attempt && !(isDead && !refusals)
        codes.push(phase | visible << 2 | changed << 3 | (awaits ? 16 : 0) | (error + 3) << 5)
        // What never was accepted, and does not count any more, is all the same.
        codes.push(isDead && attempt < row.attempt ? 0 : (T + 20) << 8 | at)
      }
      if (lookers === 1) pushLook(s, i, { id, set })
      else pushLooks(s, i, { id, set })
    }
    return String.fromCharCode.apply(undefined, codes)
  }
  const pushLook = (s: State, at: number, { id, set }: Pick<Order, "id" | "set">): void => {
    const { attempt, began, log, phase, twins, verdict } = s.looks[at]!
    if (phase === Phase.None) codes.push(0)
    else {
      const judged = verdict < 0 ? verdict + 2 : id[verdict]! + 2
      codes.push(phase | attempt << 2 | judged << 4, set[twins]! << 6 | set[log]!, began)
    }
  }
  /** Who of them asks does not matter. */
  const pushLooks = (s: State, i: number, order: Pick<Order, "id" | "set">): void => {
    const before = codes
    const each: Array<Array<number>> = []
    for (let looker = 0; looker < lookers; looker++) {
      codes = []
      pushLook(s, i * lookers + looker, order)
      each.push(codes)
    }
    each.sort((a, b) => (a[0]! - b[0]!) || (a[1]! - b[1]!) || (a[2]! - b[2]!))
    codes = before
    for (const look of each) codes.push(...look)
  }
  return (s) => {
    let least = inOrder(s, all[0]!)
    for (let x = 1; x < all.length; x++) {
      const name = inOrder(s, all[x]!)
      if (name < least) least = name
    }
    return least
  }
}
