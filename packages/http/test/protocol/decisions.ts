/**
 * The decisions of the real functions, each one made once for all looks that saw the same, and compared with the reference.
 */
import * as Evidence from "./evidence.ts"
import * as Reference from "./reference.ts"
import type { Setting } from "./setting.ts"
import { has, none, type Seen, type State } from "./state.ts"

export interface Comparison {
  /** How many looks were judged, and how many of them saw something different. */
  looks: number
  distinct: number
  /** How many of these the reference judges in the same way. */
  agreed: number
  /** Those where the real function stays open and the reference does not, by what the two say. */
  readonly cautious: Map<string, number>
  /** Those where the send that asks has got an id meanwhile: what it finds is not written any more. */
  moot: number
  /** Of the questions which twins count, how often the real function takes in the same, more and fewer of them. */
  readonly twins: { same: number; more: number; fewer: number }
  /** Those where it answers and the reference stays open, or answers otherwise. */
  readonly wrong: Array<string>
}

export class Decisions {
  readonly setting: Setting
  /** With a rule switched off there is nothing to compare. */
  readonly compares: boolean
  readonly comparison: Comparison = {
    looks: 0,
    distinct: 0,
    agreed: 0,
    cautious: new Map(),
    moot: 0,
    twins: { same: 0, more: 0, fewer: 0 },
    wrong: []
  }
  readonly judged = new Map<string, ReadonlyArray<number>>()
  readonly touched = new Map<string, number>()

  constructor(setting: Setting) {
    this.setting = setting
    this.compares = Object.values(setting.rules).every((isOn) => isOn)
  }

  /** Of a set of POSTs of twins those that count. */
  touching(s: State, own: number, twins: number): number {
    if (twins === 0) return 0
    const codes = [own, twins]
    for (let id = 0; id < s.posts.length; id++) {
      if (!has(twins, id)) continue
      const origin = s.posts[own]!.T - 100
      const adopted = this.setting.adopted(s, id)
      codes.push(s.posts[id]!.T - origin, adopted === undefined ? 0 : adopted - origin)
    }
    const key = String.fromCharCode(...codes)
    const known = this.touched.get(key)
    if (known !== undefined) return known
    const touching = Evidence.touching(this.setting, s, own, twins)
    this.touched.set(key, touching)
    if (this.compares) {
      const reference = Reference.touching(this.setting, s, own, twins)
      const kind = touching === reference ? "same" : (touching & ~reference) === 0 ? "fewer" : "more"
      this.comparison.twins[kind]++
    }
    return touching
  }

  /** Which records may be adopted, or that nothing was accepted, or neither. */
  judge(s: State, i: number, seen: Seen): ReadonlyArray<number> {
    this.comparison.looks++
    const key = this.key(s, i, seen)
    const known = this.judged.get(key)
    if (known !== undefined) return known
    const { ids, tag } = Evidence.judge(this.setting, s, i, seen)
    this.judged.set(key, ids)
    if (this.compares) this.compare(Reference.judge(this.setting, s, i, seen), ids, { tag, s, i, seen })
    return ids
  }

  compare(
    reference: ReadonlyArray<number>,
    real: ReadonlyArray<number>,
    about: { readonly tag: string; readonly s: State; readonly i: number; readonly seen: Seen }
  ): void {
    this.comparison.distinct++
    const said = (verdict: ReadonlyArray<number>) =>
      verdict[0]! >= 0 ? `Found ${verdict.toSorted().join(" ")}` : verdict[0] === none ? "Open" : "NotAccepted"
    if (said(real) === said(reference)) this.comparison.agreed++
    else if (real[0] === none) {
      const kind = `${said(reference).split(" ")[0]} of the reference is ${about.tag}`
      this.comparison.cautious.set(kind, (this.comparison.cautious.get(kind) ?? 0) + 1)
    } else if (about.s.rows[about.i]!.id !== none) this.comparison.moot++
    else this.comparison.wrong.push(`${said(real)}, and the reference: ${said(reference)}: ${JSON.stringify(about)}`)
  }

  /** All that a decision can depend on; times relative to that of the POST in question. */
  key(s: State, i: number, { attempt, began, log, twins }: Seen): string {
    const { setting } = this
    const own = setting.idOf(i, attempt)
    const origin = s.posts[own]!.T - 100
    const codes = [own, twins, began - origin]
    for (let id = 0; id < s.posts.length; id++) {
      const isIntent = id === own || has(twins, id)
      if (isIntent) codes.push((s.posts[id]!.T - origin) << 1 | (s.rows[setting.sendOf(id)]!.id === none ? 1 : 0))
      if (has(log, id)) {
        const { at, changed, error } = s.posts[id]!
        let owner = 0
        for (let j = 0; j < s.rows.length; j++) {
          if (s.rows[j]!.id === id && (j === i || setting.isTwin(i, j))) owner = j === i ? 1 : 2
        }
        codes.push(id, (at + error - origin) << 3 | owner << 1 | changed)
      } else codes.push(99)
    }
    return String.fromCharCode(...codes)
  }
}
