/**
 * Hands what a look saw to the real deciding functions, as the client would: a tick is 10 seconds.
 *
 * A rule that lives in those functions is switched off by what is handed to them.
 */
import * as RequestId from "@effect-sens/core/RequestId"
import * as ServiceId from "@effect-sens/core/ServiceId"
import * as Evidence from "../../src/internal/evidence.ts"
import type { Setting } from "./setting.ts"
import { absent, has, none, type Seen, type State } from "./state.ts"

const serviceId = ServiceId.make("ncp:sms:kr:000000000000:protocol")
const requestIds = Array.from({ length: 8 }, (_, id) => RequestId.make(`SSMA-${id}`))

/** Ticks as milliseconds. */
const span = (ticks: number): number => ticks * Evidence.slack
// No whole minute: such a time may have lost its seconds.
const instant = (tick: number): number => 1_767_225_600_001 + span(tick)

interface Found extends Evidence.Found {
  readonly id: number
}

/** Of which POST; who asks, and when, in ticks. */
interface Asked {
  readonly id: number
  readonly by: number
  readonly at: number
}

const post = (setting: Setting, s: State, { at, by, id }: Asked): Evidence.Post => {
  const { rules, world: { F, L, sends } } = setting
  const { T } = s.posts[id]!
  const send = setting.sendOf(id)
  const { learned, resumed, skew } = sends[send]!
  const { adopts, known } = setting.began(id, s.posts[id]!)
  const began = T - setting.skew(send)
  // Whether the gateway's time was known when the intent was written.
  const wasKnown = rules.notBefore &&
    (skew === undefined || (resumed === true && rules.learnFirst && learned === undefined))
  // Machines differ in their clocks.
  const isOther = resumed === true || setting.skew(by) !== setting.skew(send)
  // Without the rule the Date has to be later than the fence only; that of the machine is later than fence and lag.
  const less = rules.dateLag ? 0 : span(L) + 1
  return {
    intent: {
      serviceId,
      timestamp: instant(T),
      preparedAt: instant(T),
      notBefore: instant(wasKnown ? began : T - F) - Evidence.resolution,
      expires: instant(T + F)
    },
    began: known === undefined ? undefined : instant(known),
    adoptsFrom: adopts === undefined ? undefined : instant(adopts) - Evidence.resolution,
    life: span(isOther && wasKnown ? Math.max(0, T + F - began) : F),
    sinceSigned: isOther ? undefined : span(at - began) - less,
    sinceAsked: isOther ? 0 : span(at - began) - less,
    sincePrepared: span(at + setting.skew(by) - T) - less
  }
}

const send = (setting: Setting, s: State, asked: Asked): Evidence.Send => ({
  posts: [post(setting, s, asked)],
  hasId: s.rows[setting.sendOf(asked.id)]!.id !== none
})

const members = (s: State, set: number): ReadonlyArray<number> => s.posts.flatMap((_, id) => has(set, id) ? [id] : [])

/** Of a set of POSTs of twins those that count. */
export const touching = (setting: Setting, s: State, own: number, twins: number): number => {
  const by = setting.sendOf(own)
  const ids = new Map<Evidence.Post, number>()
  const sends = members(s, twins).map((id): Evidence.Send => {
    const twin = send(setting, s, { id, by, at: s.t })
    const got = setting.adopted(s, id)
    ids.set(twin.posts[0], id)
    return { ...twin, got: got === undefined ? undefined : instant(got) }
  })
  return Evidence.touching(send(setting, s, { id: own, by, at: s.t }), sends)
    .reduce((set, { posts: [post] }) => set | 1 << ids.get(post)!, 0)
}

/** Whose an id is, for a send. */
const ownerOf = (setting: Setting, s: State, i: number, id: number): Evidence.Found["owner"] => {
  if (s.rows[i]!.id === id) return "this"
  return setting.rules.ownership && s.rows.some((row, j) => row.id === id && setting.isTwin(i, j))
    ? "another"
    : undefined
}

/** What the real function says, as ids or as one of `none` and `absent`, and in its own words. */
export interface Judged {
  readonly ids: ReadonlyArray<number>
  readonly tag: Evidence.Verdict<Found>["_tag"]
}

const look = (setting: Setting, s: State, i: number, seen: Seen): Evidence.Look => {
  const { rules, world: { L } } = setting
  const at = seen.began
  const own = send(setting, s, { id: setting.idOf(i, seen.attempt), by: i, at })
  const twins = members(s, seen.twins).map((id) => send(setting, s, { id, by: i, at }))
  const { from, to } = Evidence.window(own, twins)
  return {
    own: { ...own, hasId: false },
    twins,
    window: { from, to: rules.window ? to : to - Evidence.slack + Evidence.resolution },
    mayAdopt: true,
    coversAll: true,
    began: instant(at),
    date: instant(at),
    visibilityLag: rules.lag && rules.dateLag ? span(L) : 0
  }
}

export const judge = (setting: Setting, s: State, i: number, seen: Seen): Judged => {
  const known = look(setting, s, i, seen)
  const found = members(s, seen.log).flatMap((id): ReadonlyArray<Found> => {
    const { at, changed, error } = s.posts[id]!
    const time = instant(at + error)
    // The log shows what it is asked for.
    if (time < known.window.from || time > known.window.to) return []
    const isEqual = changed === 0
    return setting.rules.undecided || isEqual
      ? [{ id, requestId: requestIds[id], time, isEqual, owner: ownerOf(setting, s, i, id) }]
      : []
  })
  const verdict = Evidence.judge(known, found)
  switch (verdict._tag) {
    case "Found":
      return { tag: "Found", ids: verdict.found.map(({ id }) => id) }
    case "NotAccepted":
      return { tag: "NotAccepted", ids: [absent] }
    case "Early":
      // Without the rule the fences of twins are not waited for.
      if (!setting.rules.twinFence && Evidence.hasPassed(known.own.posts, known)) {
        return { tag: "NotAccepted", ids: [absent] }
      }
      return { tag: "Early", ids: [none] }
    case "Undecided":
      return { tag: "Undecided", ids: [none] }
  }
}
