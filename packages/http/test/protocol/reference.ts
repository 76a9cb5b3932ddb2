/**
 * The rules of a look as short as they can be said, in ticks: what the real deciding function is compared with.
 */
import type { Setting } from "./setting.ts"
import { absent, has, none, type Seen, type State } from "./state.ts"

/** Of a set of POSTs of twins those that count, directly or over others. */
export const touching = (setting: Setting, s: State, own: number, twins: number): number => {
  const { F } = setting.world
  const reaches = Array.from(s.posts, (post, id) => {
    const from = setting.earliest(id, post)
    const adopted = setting.adopted(s, id) ?? from
    return { from: Math.min(from, adopted) - 1, to: Math.max(from + F + setting.skewed, adopted) + 1 }
  })
  const touch = (a: number, b: number) => reaches[a]!.from <= reaches[b]!.to && reaches[b]!.from <= reaches[a]!.to
  let chain = 1 << own
  for (let grown = true; grown;) {
    grown = false
    for (let a = 0; a < s.posts.length; a++) {
      if (has(twins, a) && !has(chain, a) && s.posts.some((_, b) => has(chain, b) && touch(a, b))) {
        chain |= 1 << a
        grown = true
      }
    }
  }
  return twins & chain
}

/**
 * From the own intent, those of the twins, the records that a search showed, who owns them, and when the search began: which
 * records may be adopted, or that nothing was accepted, or neither.
 */
export const judge = (setting: Setting, s: State, i: number, seen: Seen): ReadonlyArray<number> => {
  const own = setting.idOf(i, seen.attempt)
  const intents = s.posts.flatMap((post, id) => id === own || has(seen.twins, id) ? [{ id, post }] : [])
  const from = Math.min(...intents.map(({ id, post }) => setting.earliest(id, post)))
  const to = Math.max(...intents.map(({ post }) => setting.fence(post)))
  const candidates: Array<number> = []
  let undecided = 0
  let hinders = 0
  for (let id = 0; id < s.posts.length; id++) {
    if (!has(seen.log, id)) continue
    const record = s.posts[id]!
    const time = record.at + record.error
    // Surely others', or not in what was asked for.
    if (time < from - 1 || time > to + 1) continue
    const owner = s.rows.findIndex((row, j) => row.id === id && (j === i || setting.isTwin(i, j)))
    // The same question gets the same answer.
    if (owner === i) return [id]
    if (owner !== -1) continue
    const inside = intents.some(({ id, post }) =>
      time >= (setting.began(id, post).adopts ?? Infinity) && time <= setting.fence(post)
    )
    if (record.changed === 0 && inside) candidates.push(id)
    else {
      undecided++
      if (time <= to) hinders++
    }
  }
  // Who may still have a record: all equal sends of the union that have no id.
  const without = intents.filter(({ id }) => s.rows[setting.sendOf(id)]!.id === none).length
  if (candidates.length > 0) return hinders === 0 && candidates.length <= without ? candidates : [none]
  if (undecided > 0) return [none]
  return seen.began > to + setting.world.L ? [absent] : [none]
}
