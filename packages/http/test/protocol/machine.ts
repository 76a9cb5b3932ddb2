/**
 * The world around the decisions: what can happen next, and what a send writes down.
 *
 * A service accepts a POST at any moment up to its fence or never; the log shows an accepted request late and sometimes
 * otherwise; answers come, come later or never; processes stop, are frozen and thaw. A crash after a claim is a POST that is
 * never accepted or an answer that never comes; a frozen process is one whose POST, answer or verdict comes later: so both need
 * no step of their own.
 */
import { Decisions } from "./decisions.ts"
import type { Property } from "./rules.ts"
import type { Setting } from "./setting.ts"
import {
  absent,
  clone,
  has,
  type Look,
  noLook,
  none,
  noPost,
  Phase,
  type Post,
  type Seen,
  type State,
  Status
} from "./state.ts"

/** What is said of a change, for whoever reads how it came to a violation. */
export type Said = () => string

/** Changes the state; undefined where nothing came of it. */
export type Change = (s: State) => Said | undefined

const unsaid: Said = () => ""

export class Machine {
  readonly setting: Setting
  readonly decisions: Decisions
  /** What the last change violated. */
  broken: Array<Property> = []

  constructor(setting: Setting) {
    this.setting = setting
    this.decisions = new Decisions(setting)
  }

  // ---------------------------------------------------------------------------
  // What is known
  // ---------------------------------------------------------------------------

  /** The twins of a send whose intents a look takes with its own, as a set of POSTs. */
  twins(s: State, i: number): number {
    const { rules, size, world } = this.setting
    let set = 0
    for (let j = 0; j < size; j++) {
      const row = s.rows[j]!
      if (row.attempt === 0 || !this.setting.isTwin(i, j)) continue
      const id = this.setting.idOf(j, row.attempt)
      const recent = s.t <= this.setting.fence(s.posts[id]!) + world.L
      // Who asks is itself open or held: so whoever is a twin at all is one still.
      const open = row.status === Status.Open || row.status === Status.Held || row.status === Status.GivenUp
      const adopted = row.status === Status.Accepted && row.adopted === 1 && rules.adopted
      if ((open && (recent || rules.openKept)) || (adopted && (recent || rules.adoptedKept))) set |= 1 << id
    }
    return rules.touching ? this.decisions.touching(s, this.setting.idOf(i, s.rows[i]!.attempt), set) : set
  }

  visible(s: State): number {
    let set = 0
    for (let id = 0; id < s.posts.length; id++) if (s.posts[id]!.visible === 1) set |= 1 << id
    return set
  }

  seen(s: State, i: number): Seen {
    return { attempt: s.rows[i]!.attempt, twins: this.twins(s, i), log: this.visible(s), began: s.t }
  }

  isOwnedByTwin(s: State, i: number, id: number): boolean {
    return s.rows.some((other, j) => other.id === id && this.setting.isTwin(i, j))
  }

  name(i: number): string {
    return `${"ABC"[i]}${this.setting.world.sends[i]!.journal > 0 ? " (a stranger)" : ""}`
  }

  request(id: number): string {
    return `the request of ${this.name(this.setting.sendOf(id))}'s POST ${id % this.setting.world.attempts + 1}`
  }

  // ---------------------------------------------------------------------------
  // What is written
  // ---------------------------------------------------------------------------

  tell(s: State, i: number, what: number): void {
    const row = s.rows[i]!
    if (row.told !== none && row.told !== what) this.broken.push(what === absent ? "S4" : "S4i")
    row.told = what === absent ? none : what
  }

  accept(s: State, i: number, id: number, adopted: number): void {
    const row = s.rows[i]!
    row.status = Status.Accepted
    row.id = id
    row.adopted = adopted
    row.unread = 0
    this.tell(s, i, id)
    if (this.isOwnedByTwin(s, i, id)) this.broken.push("S2")
    const { sends } = this.setting.world
    if (sends[this.setting.sendOf(id)]!.journal !== sends[i]!.journal) this.broken.push("S8")
  }

  /** Whether a twin adopted a record of the POST's interval: then the two have changed places. */
  isExplained(s: State, i: number, own: Post): boolean {
    const from = own.T - this.setting.skew(i) - 1
    const to = this.setting.fence(own) + 1
    return s.rows.some(({ adopted, id }, j) => {
      if (id === none || adopted === 0 || !this.setting.isTwin(i, j)) return false
      const { at, error } = s.posts[id]!
      return at + error >= from && at + error <= to
    })
  }

  /** Writes what a look concluded, if the send is still as it was when the look began. */
  write(s: State, i: number, seen: Pick<Seen, "attempt" | "twins">, verdict: number): Said | undefined {
    const { rules, world } = this.setting
    const row = s.rows[i]!
    if (verdict === none || row.status !== Status.Open || row.attempt !== seen.attempt) return undefined
    if (verdict >= 0) {
      // Somebody was quicker: another look.
      if (rules.ownership && this.isOwnedByTwin(s, i, verdict)) return undefined
      this.accept(s, i, verdict, 1)
      return () => `${this.name(i)} adopts ${this.request(verdict)}`
    }
    if (rules.recheck && (this.twins(s, i) & ~seen.twins) !== 0) return undefined
    const own = s.posts[this.setting.idOf(i, row.attempt)]!
    if (row.unread === 1 && rules.unreadHeld && !(rules.unreadExchange && this.isExplained(s, i, own))) {
      row.status = Status.Held
      return () => `${this.name(i)} is held: accepted, and not to be found`
    }
    const mayBe = own.phase === Phase.Accepted ||
      (own.phase === Phase.Flying && s.t <= this.setting.fence(own) + world.soft)
    if (mayBe && !s.rows.some((_, j) => this.setting.isTwin(i, j))) this.broken.push("S3")
    this.tell(s, i, absent)
    row.status = Status.Waiting
    row.unread = 0
    return () => `${this.name(i)} is proved not accepted, and waits to be sent again`
  }

  // ---------------------------------------------------------------------------
  // What can happen
  // ---------------------------------------------------------------------------

  next(s: State, step: (change: Change) => void): void {
    for (let i = 0; i < this.setting.size; i++) {
      this.claims(s, i, step)
      for (let attempt = 1; attempt <= s.rows[i]!.attempt; attempt++) this.travels(s, i, attempt, step)
      this.looks(s, i, step)
      if (this.setting.world.hold) this.persons(s, i, step)
    }
    this.passes(s, step)
  }

  claims(s: State, i: number, step: (change: Change) => void): void {
    const { rules, world } = this.setting
    const { attempts, from, until } = world.sends[i]!
    const { attempt, status } = s.rows[i]!
    const isClaimable = status === Status.Waiting || (status === Status.Open && !(rules.cas && rules.resolveFirst))
    if (!isClaimable || attempt >= (attempts ?? world.attempts)) return
    if (s.t < from || (attempt === 0 && s.t > until)) return
    for (const old of world.stale > 0 ? [0, world.stale] : [0]) {
      step((s) => {
        const row = s.rows[i]!
        row.status = Status.Open
        row.attempt++
        row.unread = 0
        const T = s.t - old + this.setting.skew(i)
        s.posts[this.setting.idOf(i, row.attempt)] = { ...noPost, phase: Phase.Flying, T, answer: 1 }
        const prepared = old > 0 ? `, prepared ${old} ticks ago` : ""
        return () => `${this.name(i)} is claimed, signed and POSTed (attempt ${attempt + 1}${prepared})`
      })
    }
  }

  /** What the service does with a POST, and what comes back of it. */
  travels(s: State, i: number, attempt: number, step: (change: Change) => void): void {
    const { rules, world } = this.setting
    const row = s.rows[i]!
    const id = this.setting.idOf(i, attempt)
    const post = s.posts[id]!
    const isCurrent = attempt === row.attempt
    const of = () => `${this.name(i)}'s POST ${attempt}`
    if (post.phase === Phase.Flying) {
      for (const error of world.errors) {
        for (const changed of world.changed ? [0, 1] : [0]) {
          step((s) => {
            s.posts[id] = { ...post, phase: Phase.Accepted, at: s.t, error, changed }
            const isMine = (j: number) => j === i || this.setting.isTwin(i, j)
            const accepted = s.posts.filter(({ phase }, x) =>
              phase === Phase.Accepted && isMine(this.setting.sendOf(x))
            )
            if (accepted.length > s.rows.filter((_, j) => isMine(j)).length) this.broken.push("S1")
            const off = error === 0 ? "" : `, its log says ${error} tick`
            return () => `the service accepts ${of()}${off}${changed === 1 ? ", its log shows the text otherwise" : ""}`
          })
        }
      }
    }
    const isLost = post.phase === Phase.Flying || post.phase === Phase.Dead
    if (world.refusals && isLost && post.answer === 1 && row.status === Status.Open && isCurrent) {
      step((s) => {
        s.posts[id] = { ...post, phase: Phase.Dead, answer: 0 }
        s.rows[i]!.status = Status.Waiting
        return () => `${of()} is refused (429, 401 of the clock, no connection)`
      })
    }
    if (post.phase !== Phase.Accepted) return
    if (post.visible === 0) {
      step((s) => {
        s.posts[id] = { ...post, visible: 1 }
        return () => `the log shows ${this.request(id)}`
      })
    }
    if (post.answer === 0 || !isCurrent) return
    // In memory an answer cannot come late: the attempt's time is shorter than the fence.
    const isLate = world.memory && s.t > this.setting.fence(post)
    if (!isLate && (row.status === Status.Open || (row.status === Status.Held && rules.heldToo))) {
      step((s) => {
        s.posts[id] = { ...post, answer: 0 }
        this.answered(s, i, id)
        return () => `the 202 of ${of()} is read`
      })
    }
    if (world.unreadable && row.status === Status.Open) {
      step((s) => {
        s.posts[id] = { ...post, answer: 0 }
        s.rows[i]!.unread = 1
        return () => `a 2xx of ${of()} cannot be read`
      })
    }
  }

  /** A 202 with an id. Who adopted that id keeps it: proofs of others rest on who owns it. */
  answered(s: State, i: number, id: number): void {
    const { rules, world } = this.setting
    const by = s.rows.findIndex((other, j) => other.id === id && this.setting.isTwin(i, j))
    if (by !== -1 && rules.ownership) {
      if (rules.exchange) return
      // In memory nothing can be taken back: the twin's caller was told.
      if (!world.memory) s.rows[by] = { ...s.rows[by]!, status: Status.Open, id: none, adopted: 0 }
    }
    this.accept(s, i, id, 0)
  }

  looks(s: State, i: number, step: (change: Change) => void): void {
    const { lookers, sends, steps } = this.setting.world
    const isOpen = s.rows[i]!.status === Status.Open
    for (let looker = 0; looker < (sends[i]!.lookers ?? lookers); looker++) {
      const at = i * lookers + looker
      const look = s.looks[at]!
      if (look.phase === Phase.None && isOpen) {
        const seen = this.seen(s, i)
        if (steps) {
          step((s) => {
            s.looks[at] = { ...seen, phase: Phase.Begun, verdict: none }
            return () => `${this.name(i)}: a look begins (twins and log are read)`
          })
        } else {
          for (const verdict of this.decisions.judge(s, i, seen)) {
            if (verdict !== none) step((s) => this.write(s, i, seen, verdict))
          }
        }
      } else if (look.phase === Phase.Begun) this.ends(s, i, at, step)
      else if (look.phase === Phase.Judged) {
        step((s) => {
          s.looks[at] = noLook
          return this.write(s, i, look, look.verdict) ??
            (() => `${this.name(i)} keeps its state (it or its twins changed meanwhile)`)
        })
      }
    }
  }

  /** What was in the log when the look began is in it; each record that came up since may be among the pages or not. */
  ends(s: State, i: number, at: number, step: (change: Change) => void): void {
    const look = s.looks[at]!
    const since = this.visible(s) & ~look.log
    for (let more = since;; more = (more - 1) & since) {
      const log = look.log | more
      for (const verdict of this.decisions.judge(s, i, { ...look, log })) {
        step((s) => {
          const judged: Look = { ...look, phase: Phase.Judged, log: 0, began: 0, verdict }
          s.looks[at] = verdict === none ? noLook : judged
          return () => {
            const said = verdict === none
              ? "open"
              : verdict === absent
              ? "not accepted"
              : `found ${this.request(verdict)}`
            return `${this.name(i)}: the look ends: ${said}`
          }
        })
      }
      if (more === 0) return
    }
  }

  /** A send is held, and a person settles it: they see every record that nobody owns, in whatever form. */
  persons(s: State, i: number, step: (change: Change) => void): void {
    const { rules, world } = this.setting
    const row = s.rows[i]!
    if (row.status === Status.Open) {
      step((s) => {
        s.rows[i]!.status = Status.Held
        return () => `${this.name(i)} is held`
      })
    }
    if (row.status !== Status.Held) return
    const waited = 1 << this.setting.idOf(i, row.attempt) | (rules.handFence ? this.twins(s, i) : 0)
    const fences = s.posts.flatMap((post, id) => has(waited, id) ? [this.setting.fence(post)] : [])
    const free = s.posts.flatMap(({ visible }, id) => {
      const sender = this.setting.sendOf(id)
      const isMine = sender === i || this.setting.isTwin(i, sender)
      return visible === 1 && isMine && !s.rows.some((row) => row.id === id) ? [id] : []
    })
    if (free.length === 0 && s.t > Math.max(...fences) + world.L) {
      step((s) => {
        s.rows[i] = { ...s.rows[i]!, status: Status.Waiting, unread: 0 }
        return () => `a person lets ${this.name(i)} be sent again`
      })
    }
    for (const id of free) {
      step((s) => {
        this.accept(s, i, id, 1)
        return () => `a person says that ${this.name(i)} is ${this.request(id)}`
      })
    }
    step((s) => {
      s.rows[i]!.status = Status.GivenUp
      return () => `a person gives ${this.name(i)} up`
    })
  }

  /** A tick passes, unless something is overdue. */
  passes(s: State, step: (change: Change) => void): void {
    const { rules, world } = this.setting
    const isOverdue = s.posts.some(({ at, phase, visible }) =>
      phase === Phase.Accepted && visible === 0 && s.t >= at + world.L + world.late
    )
    if (s.t >= world.end || isOverdue) return
    step((s) => {
      s.t++
      for (let id = 0; id < s.posts.length; id++) {
        const post = s.posts[id]!
        const most = this.setting.fence(post) + world.soft + (rules.signedOnce ? 0 : 2)
        if (post.phase === Phase.Flying && s.t > most) s.posts[id] = { ...post, phase: Phase.Dead }
      }
      return unsaid
    })
  }

  // ---------------------------------------------------------------------------
  // How it ends
  // ---------------------------------------------------------------------------

  /**
   * Whether all sends end where the world behaves from here on: what is accepted is shown, what is asked is answered, what waits
   * is sent and answered by a 202.
   */
  settles(state: State): boolean {
    const { size, skewed, world } = this.setting
    const s = clone(state)
    s.looks.fill(noLook)
    for (let tick = 0; tick < world.F + world.L + 3 + skewed; tick++) {
      if (s.rows.every(({ status }) => status !== Status.Open)) break
      s.t++
      for (let id = 0; id < s.posts.length; id++) {
        const post = s.posts[id]!
        if (post.phase === Phase.Flying) s.posts[id] = { ...post, phase: Phase.Dead }
        else if (post.phase === Phase.Accepted && post.visible === 0) s.posts[id] = { ...post, visible: 1 }
      }
      for (let i = 0; i < size; i++) {
        if (s.rows[i]!.status !== Status.Open) continue
        const seen = this.seen(s, i)
        this.write(s, i, seen, this.decisions.judge(s, i, seen)[0]!)
      }
    }
    return s.rows.every(({ status }) => status !== Status.Open && (status !== Status.Held || world.hold))
  }
}
