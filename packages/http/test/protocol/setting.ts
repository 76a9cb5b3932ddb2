/**
 * A world with some of the rules switched off, and what follows from it alone.
 */
import { type Rule, rules } from "./rules.ts"
import { noLook, none, noPost, type Post, type State, Status } from "./state.ts"
import type { World } from "./worlds.ts"

export class Setting {
  readonly world: World
  readonly rules: Readonly<Record<Rule, boolean>>
  /** How many sends there are. */
  readonly size: number
  /** How much longer an interval is where the fence is later than it should be. */
  readonly skewed: number

  constructor(world: World, off: ReadonlyArray<Rule>) {
    this.world = world
    const isOn = { ...rules } as Record<Rule, unknown>
    for (const rule of Object.keys(rules) as Array<Rule>) isOn[rule] = !off.includes(rule)
    this.rules = isOn as Record<Rule, boolean>
    this.size = world.sends.length
    this.skewed = Math.max(0, ...world.sends.map(({ skew }) => skew ?? 0))
  }

  start(): State {
    const { attempts, lookers, sends } = this.world
    return {
      t: 0,
      rows: sends.map(() => ({ status: Status.Waiting, attempt: 0, id: none, adopted: 0, unread: 0, told: none })),
      posts: Array.from({ length: this.size * attempts }, () => noPost),
      looks: Array.from({ length: this.size * lookers }, () => noLook)
    }
  }

  /** The id of a request is the place of its POST: send and attempt. */
  idOf(i: number, attempt: number): number {
    return i * this.world.attempts + attempt - 1
  }

  sendOf(id: number): number {
    return Math.floor(id / this.world.attempts)
  }

  isTwin(i: number, j: number): boolean {
    return i !== j && this.world.sends[i]!.journal === this.world.sends[j]!.journal
  }

  skew(i: number): number {
    return this.world.sends[i]!.skew ?? 0
  }

  fence({ T }: Post): number {
    return T + this.world.F
  }

  /**
   * When the attempt began by the gateway's time, as far as it is known, and from when on it may adopt. A client that runs learns
   * from its own searches when it began; an intent alone says only what was known when it was written.
   */
  began(id: number, { T }: Post): { readonly known: number | undefined; readonly adopts: number | undefined } {
    const send = this.world.sends[this.sendOf(id)]!
    if (!this.rules.notBefore) return { known: T - this.world.F, adopts: T - this.world.F }
    const began = T - (send.skew ?? 0)
    if (send.learned === "nothing") return { known: undefined, adopts: undefined }
    // A single `Date` may be wrong: the clock of the machine has to agree.
    if (send.learned === "one Date") return { known: undefined, adopts: Math.max(began, T) }
    // Who takes his own clock for the gateway's.
    if (send.skew !== undefined && send.resumed === true && !this.rules.learnFirst) {
      return { known: undefined, adopts: T }
    }
    return { known: began, adopts: began }
  }

  /** The time of the record that the send of a POST got from the log, as the log has it. */
  adopted(s: State, id: number): number | undefined {
    const row = s.rows[this.sendOf(id)]!
    if (!this.rules.reach || row.id === none || row.adopted === 0) return undefined
    const { at, error } = s.posts[row.id]!
    return at + error
  }

  /** The tick from which on the attempt can have been accepted, by what is known. */
  earliest(id: number, post: Post): number {
    return this.began(id, post).known ?? post.T - this.world.F
  }
}
