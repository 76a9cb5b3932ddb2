/**
 * What several checks ask for: searches, and what of their answers tells one from another.
 *
 * @since 0.1.0
 */
import * as KstDateTime from "@effect-sens/core/KstDateTime"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Check from "./Check.ts"
import * as Wire from "./Wire.ts"

export type Item = { readonly [key: string]: unknown }

/** What a search came to. */
export type Found =
  | {
    readonly _tag: "Page"
    readonly items: ReadonlyArray<Item>
    readonly hasMore: boolean
    readonly nextToken: string | undefined
    readonly isEmpty404: boolean
    readonly body: Item
    readonly exchange: Wire.Answered
  }
  | { readonly _tag: "Other"; readonly exchange: Wire.Exchange }

const pageOf = (exchange: Wire.Exchange): Found => {
  if (exchange._tag === "Unanswered") return { _tag: "Other", exchange }
  if (exchange.status === 404 && exchange.text.trim() === "") {
    return { _tag: "Page", items: [], hasMore: false, nextToken: undefined, isEmpty404: true, body: {}, exchange }
  }
  const body = Wire.objectOf(exchange.json)
  const { messages } = body
  // A page has its messages, or says that it has none.
  const isPage = exchange.status === 200 &&
    (Array.isArray(messages) || Wire.textOf(exchange.json, "statusCode") !== undefined)
  if (!isPage) return { _tag: "Other", exchange }
  return {
    _tag: "Page",
    items: Array.isArray(messages) ? messages.map(Wire.objectOf) : [],
    hasMore: body["hasMore"] === true || body["hasMore"] === "true",
    nextToken: Wire.textOf(exchange.json, "nextToken") || undefined,
    isEmpty404: false,
    body,
    exchange
  }
}

export type Query = ReadonlyArray<readonly [name: string, value: string]>

/** A search, with the age of its signature. */
export const search = (wire: Wire.Wire, query: Query, options: { readonly age?: number } = {}): Effect.Effect<Found> =>
  Effect.map(
    wire.ask({ operation: "messages.search", method: "GET", path: ["messages"], query, age: options.age }),
    pageOf
  )

const seconds = (millis: number): string => KstDateTime.formatSeconds(DateTime.makeUnsafe(millis))

/** The window of a search by request time. */
export const window = (start: number, end: number): Query => [
  ["requestStartTime", seconds(start)],
  ["requestEndTime", seconds(end)]
]

export const minute = 60_000

export const day = 24 * 60 * minute

/** The instant of a stamp as the service writes them. */
export const instant = (item: Item, key: string): number | undefined => {
  const text = Wire.textOf(item, key)
  if (text === undefined) return undefined
  const parsed = KstDateTime.parse(text)
  return parsed._tag === "Some" ? DateTime.toEpochMillis(parsed.value) : undefined
}

/** The wire of a check that is only run where there is one. */
export const wire: Effect.Effect<Wire.Wire, never, Check.Bench> = Effect.flatMap(
  Check.Bench,
  ({ wire }) => wire === undefined ? Effect.die(new Error("a check without keys")) : Effect.succeed(wire)
)

/** The page could not be had. */
export const failed = (what: string, whatKo: string, exchange: Wire.Exchange): Check.Outcome =>
  Check.bad(
    // An answer of 2xx or 3xx that is none of the service's is as much as none.
    Wire.codeFor(exchange),
    Check.say((of) => `${what}: ${of(Wire.told(exchange))}`, (of) => `${whatKo}: ${of(Wire.told(exchange))}`),
    { status: exchange._tag === "Answered" ? exchange.status : null }
  )

/** Asked for to be measured, and not to be had: no fault of the service that is known of. */
export const unmeasured = (exchange: Wire.Exchange): Check.Outcome =>
  Check.note(
    Check.say(
      (of) => `not measured: ${of(Wire.told(exchange))}`,
      (of) => `측정하지 못함: ${of(Wire.told(exchange))}`
    ),
    { status: exchange._tag === "Answered" ? exchange.status : null }
  )

/** The messages of the last day, a page of so many. */
export const lastDay = Effect.fnUntraced(function*(pageSize: number, more: Query = []) {
  const http = yield* wire
  const now = yield* http.now
  return yield* search(http, [...window(now - day, now), ["pageSize", String(pageSize)], ...more])
})

export const idsOf = (items: ReadonlyArray<Item>): string =>
  items.map((item) => Wire.textOf(item, "messageId") ?? "").join(" ")
