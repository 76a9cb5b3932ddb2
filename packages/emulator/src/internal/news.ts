/**
 * What is new since somebody looked last.
 */
import * as Clock from "effect/Clock"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type * as Inbox from "../Inbox.ts"
import * as Due from "./due.ts"
import { type InboxIndex, nextSequence } from "./inboxIndex.ts"
import * as Reservations from "./reservations.ts"
import type { State } from "./state.ts"

interface Cursor {
  readonly epoch: string
  readonly messages: number
  readonly requests: number
  readonly reservations: number
  readonly controls: number
  readonly at: number
}

const write = ({ at, controls, epoch, messages, requests, reservations }: Cursor): string =>
  [epoch, messages, requests, reservations, controls, at].join("_")

const read = (text: string): Cursor | undefined => {
  const [epoch, ...rest] = text.split("_")
  const [messages, requests, reservations, controls, at] = rest.map(Number)
  return epoch === undefined || rest.length !== 5 || rest.some((part) => !/^-?\d{1,16}(?:\.\d{1,20})?$/.test(part))
      || [messages, requests, reservations, controls].some((count) => !Number.isSafeInteger(count) || count! < 0)
    ? undefined
    : { epoch, messages: messages!, requests: requests!, reservations: reservations!, controls: controls!, at: at! }
}

const all: ReadonlyArray<Inbox.Topic> = ["messages", "states", "requests", "reservations", "controls"]

export const make = (parts: {
  readonly state: State
  readonly index: InboxIndex
  readonly settle: Effect.Effect<void>
  readonly nextDue: () => number | undefined
}) => {
  const { index, nextDue, settle, state } = parts

  /** How many of the ledger's entries were refused, counted again when there are others. */
  let counted = { of: -1, epoch: "", kept: 0, refused: 0 }
  const ledger = () => {
    const of = state.ledger.total()
    if (counted.of !== of || counted.epoch !== state.epoch()) {
      const entries = state.ledger.entries()
      const refused = entries.filter(({ verdict }) => verdict._tag === "Refused").length
      counted = { of, epoch: state.epoch(), kept: entries.length, refused }
    }
    return counted
  }

  const turnsOf = (now: number): ReadonlyArray<number> =>
    Array.from(state.store.reservations()).flatMap((reservation) => Reservations.turns(reservation, state))
      .filter((at) => at > now)

  const moved = (after: number, until: number): boolean => {
    for (const reservation of state.store.reservations()) {
      if (Reservations.status(reservation, after, state) !== Reservations.status(reservation, until, state)) return true
    }
    return false
  }

  const position = (now: number): Cursor => ({
    epoch: state.epoch(),
    messages: nextSequence(state.store),
    requests: state.ledger.total(),
    reservations: state.changes.of("reservations"),
    controls: state.changes.of("controls"),
    at: now
  })

  const changed = (before: Cursor, now: Cursor): ReadonlyArray<Inbox.Topic> =>
    all.filter((topic) => {
      switch (topic) {
        case "states":
          return index.turned(Math.min(before.at, now.at), Math.max(before.at, now.at))
        case "reservations":
          return before.reservations !== now.reservations || moved(before.at, now.at)
        default:
          return before[topic] !== now[topic]
      }
    })

  const news = Effect.fnUntraced(function*(
    now: Cursor,
    since: { readonly restarted: boolean; readonly changed: ReadonlyArray<Inbox.Topic>; readonly arrived: number }
  ): Effect.fn.Return<Inbox.News> {
    const { kept, refused } = ledger()
    const random = yield* state.faults.atRandom
    return {
      cursor: write(now),
      ...since,
      now: DateTime.makeUnsafe(now.at),
      clockOffsetMillis: state.clockOffset(),
      messages: state.store.all().length,
      requests: kept,
      refused,
      reservations: state.store.waitingReservations(),
      faults: yield* state.faults.pending,
      ...(Option.isSome(random) ? { random: random.value } : undefined)
    }
  })

  /** When the clock changes something next, by the clock of whoever runs the emulator. */
  const nextTurn = (now: number): number | undefined => {
    const turns = [index.nextTurn(now), ...turnsOf(now)].filter((at) => at !== undefined)
      .map((at) => at - state.clockOffset())
    const due = nextDue()
    const first = Math.min(...turns, due ?? Number.POSITIVE_INFINITY)
    return Number.isFinite(first) ? first : undefined
  }

  return (text: string | undefined, timeoutMillis: number): Effect.Effect<Inbox.News> =>
    Effect.gen(function*() {
      yield* settle
      const before = text === undefined ? undefined : read(text)
      if (before === undefined || before.epoch !== state.epoch()) {
        return yield* news(position(yield* state.now), { restarted: text !== undefined, changed: all, arrived: 0 })
      }
      const until = (yield* Clock.currentTimeMillis) + timeoutMillis
      for (;;) {
        const version = state.changes.version()
        const settledAt = yield* Clock.currentTimeMillis
        yield* settle
        const now = position(settledAt + state.clockOffset())
        if (now.epoch !== before.epoch) return yield* news(now, { restarted: true, changed: all, arrived: 0 })
        const topics = changed(before, now)
        const left = until - settledAt
        if (topics.length > 0 || left <= 0) {
          return yield* news(now, {
            restarted: false,
            changed: topics,
            arrived: Math.max(0, now.messages - before.messages)
          })
        }
        // Whoever waits may well search next, and has the time now.
        while (state.changes.version() === version && !index.prepare()) yield* Effect.yieldNow
        const turn = nextTurn(now.at)
        const sleep = turn === undefined ? left : Due.wait(turn, settledAt, yield* Clock.currentTimeMillis)
        yield* Effect.timeoutOrElse(state.changes.after(version), {
          duration: Math.min(left, sleep),
          orElse: () => Effect.void
        })
      }
    })
}
