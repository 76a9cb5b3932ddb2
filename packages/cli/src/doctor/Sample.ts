/**
 * A message that is paid for: sent by one POST, and watched.
 *
 * @since 0.1.0
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Asking from "./Asking.ts"
import * as Check from "./Check.ts"
import * as Wire from "./Wire.ts"

/** What everybody gets who is sent one: it says what it is, and bears nothing. */
export const content = (sample: number, samples: number): string =>
  samples === 1 ? "effect-sens doctor" : `effect-sens doctor ${sample}/${samples}`

/** A text with what a log may show otherwise: signs of markup, a quotation mark of its own, two spaces, a syllable in parts. */
export const oddContent = "doctor &<\"\u2019  \u1100\u1161\u11A8"

/** The body of a send to the one number. */
const bodyOf = ({ from, to }: Check.Live, content: string, more: { readonly [key: string]: string }) => ({
  type: "SMS",
  contentType: "COMM",
  countryCode: "82",
  from,
  content,
  messages: [{ to }],
  ...more
})

export interface Posted {
  readonly exchange: Wire.Exchange
  readonly sent: Check.Sent
  readonly isAccepted: boolean
  /** Whether it may have been accepted, and nobody knows. */
  readonly isUnknown: boolean
}

/** One POST, never repeated. Until it is known what became of it, the run says so. */
export const post = Effect.fnUntraced(function*(
  content: string,
  more: { readonly [key: string]: string } = {}
): Effect.fn.Return<Posted, never, Check.Bench> {
  const { learned, live, uncertain } = yield* Check.Bench
  const wire = yield* Asking.wire
  if (live === undefined) return yield* Effect.die(new Error("a live check without a number"))
  const startedAt = yield* Clock.currentTimeMillis
  const at = yield* wire.now
  yield* uncertain(true)
  const exchange = yield* wire.ask({
    operation: "messages.send",
    method: "POST",
    path: ["messages"],
    body: bodyOf(live, content, more)
  })
  const requestId = exchange._tag === "Answered" ? Wire.textOf(exchange.json, "requestId") : undefined
  const isAccepted = exchange._tag === "Answered" && exchange.status === 202 && requestId !== undefined &&
    Wire.textOf(exchange.json, "statusName") !== "fail"
  const isUnknown = !isAccepted && (Wire.isAmbiguous(exchange) || requestId !== undefined)
  if (isUnknown) learned.unknown += 1
  yield* uncertain(learned.unknown > 0)
  const sent: Check.Sent = {
    content,
    startedAt,
    at,
    requestId: isAccepted ? requestId : undefined,
    messageId: undefined,
    seen: {},
    statuses: new Map()
  }
  return { exchange, sent, isAccepted, isUnknown }
})

/** How a send that was not accepted, or may have been, is told. */
export const refused = ({ exchange, isUnknown }: Posted): Check.Outcome => {
  const facts = { status: exchange._tag === "Answered" ? exchange.status : null, accepted: isUnknown ? null : false }
  return isUnknown
    ? Check.bad(
      5,
      Check.say(
        (of) => `it may have been sent: ${of(Wire.told(exchange))}`,
        (of) => `보내졌을 수 있음: ${of(Wire.told(exchange))}`
      ),
      facts
    )
    : Check.bad(
      Wire.codeFor(exchange),
      Check.say(
        (of) => `not accepted: ${of(Wire.told(exchange))}`,
        (of) => `접수되지 않음: ${of(Wire.told(exchange))}`
      ),
      facts
    )
}

/** How long it is waited for. */
export const patience = 5 * Asking.minute

/** A quarter of a second at first, when it matters, and then a sixtieth of what was waited: as exact as a setting has to be. */
export const pause = (waited: number) => Effect.sleep(Math.min(5000, Math.max(250, waited / 60)))

/** Keeps when a status was seen first, with the record. */
export const notice = (sent: Check.Sent, item: Asking.Item, after: number, at: number) => {
  const status = Wire.textOf(item, "status") ?? "none"
  if (!sent.statuses.has(status)) sent.statuses.set(status, { after, at, record: item })
  sent.messageId ??= Wire.textOf(item, "messageId")
}

/** The window around a send. */
export const around = ({ at }: Check.Sent, end: number) => Asking.window(at - 10_000, Math.max(end, at + 10_000))

/** Whether a record is of a send: by its id, or, where that was lost, by its text. */
export const isOf = (sent: Check.Sent, item: Asking.Item): boolean =>
  sent.requestId === undefined
    ? Wire.textOf(item, "content") === sent.content && (Asking.instant(item, "requestTime") ?? 0) >= sent.at - 2000
    : Wire.textOf(item, "requestId") === sent.requestId

/** Looks for it in every way that it has not been seen by yet, until it has been seen by all of them. */
export const watch = Effect.fnUntraced(function*(sent: Check.Sent): Effect.fn.Return<void, never, Check.Bench> {
  const { live } = yield* Check.Bench
  const wire = yield* Asking.wire
  while (true) {
    const now = yield* wire.now
    const window = around(sent, now)
    const ways: ReadonlyArray<readonly [keyof Check.Sent["seen"], Asking.Query | undefined]> = [
      ["request", sent.requestId === undefined ? undefined : [["requestId", sent.requestId]]],
      ["window", [...window, ["pageSize", "100"]]],
      ["to", [...window, ["to", live?.to ?? ""]]]
    ]
    for (const [way, query] of ways) {
      if (query === undefined || sent.seen[way] !== undefined) continue
      const found = yield* Asking.search(wire, query)
      if (found._tag !== "Page") continue
      const item = found.items.find((item) => isOf(sent, item))
      if (item === undefined) continue
      const endedAt = found.exchange.endedAt
      sent.seen[way] = endedAt - sent.startedAt
      sent.requestId ??= Wire.textOf(item, "requestId")
      notice(sent, item, endedAt - sent.startedAt, endedAt + wire.offset)
    }
    const { request, to, window: inWindow } = sent.seen
    if (request !== undefined && to !== undefined && inWindow !== undefined) return
    const waited = (yield* Clock.currentTimeMillis) - sent.startedAt
    if (waited >= patience) return
    yield* pause(waited)
  }
})

/** Follows it until it is final. */
export const follow = Effect.fnUntraced(function*(sent: Check.Sent): Effect.fn.Return<void, never, Check.Bench> {
  const wire = yield* Asking.wire
  while (sent.requestId !== undefined && !sent.statuses.has("COMPLETED")) {
    const waited = (yield* Clock.currentTimeMillis) - sent.startedAt
    if (waited >= patience) return
    yield* pause(waited)
    const found = yield* Asking.search(wire, [["requestId", sent.requestId]])
    const item = found._tag === "Page" ? found.items.find((item) => isOf(sent, item)) : undefined
    if (item === undefined) continue
    const { endedAt } = found.exchange
    notice(sent, item, endedAt - sent.startedAt, endedAt + wire.offset)
  }
})

/** The record as it was seen last. */
export const last = (sent: Check.Sent): Asking.Item | undefined =>
  (sent.statuses.get("COMPLETED") ?? Array.from(sent.statuses.values()).at(-1))?.record
