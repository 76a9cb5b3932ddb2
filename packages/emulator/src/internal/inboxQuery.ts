/**
 * Which requests and messages an inbox holds under a search and its filters, and how many there are of each kind.
 *
 * A request's messages share their times, so it waits as a whole, or it is over as a whole.
 */
import * as DeliveryCode from "@effect-sens/core/DeliveryCode"
import type { Filters } from "../Inbox.ts"
import * as Carriers from "./carriers.ts"
import { fold } from "./haystack.ts"
import { type InboxIndex, numberOf, requestOf, types } from "./inboxIndex.ts"
import type { MessageType } from "./messagesApi.ts"
import type { StoredMessage, StoredRequest } from "./store.ts"

// -----------------------------------------------------------------------------
// The search
// -----------------------------------------------------------------------------

/** What a search could mean. */
export interface Needle {
  readonly text: string
  /** The line of a number: digits, or a part of them. */
  readonly number: string | undefined
  /** How the line of an id of a request, and of one of a message, begins. */
  readonly requestId: string | undefined
  readonly messageId: string | undefined
  /** Whether a code is it, or means it. */
  readonly isCode: (code: string) => boolean
  /** Whether the service's name of a carrier stands for it. */
  readonly isCarrier: ((telcoCode: string) => boolean) | undefined
}

const known: ReadonlyArray<{ readonly code: string; readonly words: ReadonlyArray<string> }> = [
  ...DeliveryCode.all,
  // What all codes of no table are said to mean.
  DeliveryCode.fromString("?")
].map(({ code, meaning, meaningKo }) => ({ code, words: [fold(meaning), fold(meaningKo)] }))

const documented = new Set(known.map(({ code }) => code))

/** A number as it is written, down to the digits by which it is kept; nothing where it is no number. */
const digitsOf = (text: string): string | undefined => {
  if (!/^\+?[\d\s().-]+$/.test(text)) return undefined
  const digits = text.replace(/\D/g, "")
  if (digits === "") return undefined
  return text.startsWith("+82") ? `0${digits.slice(2).replace(/^0/, "")}` : digits
}

export const needle = (search: string): Needle | undefined => {
  const text = fold(search).trim()
  if (text === "") return undefined
  const digits = digitsOf(text)
  const isId = /^[a-z\d-]{4,}$/.test(text)
  const meaning = new Set(
    text.length < 2
      ? []
      : known.filter(({ words }) => words.some((each) => each.includes(text))).map(({ code }) => code)
  )
  return {
    text,
    // One or two digits are in every number.
    number: digits === undefined || digits.length > 2 ? digits : `\n${digits}\n`,
    requestId: isId ? `\n${text}` : undefined,
    messageId: isId && (text.length >= 8 || /\D/.test(text)) ? `\n${text}` : undefined,
    isCode: (code) => code.toLowerCase() === text || meaning.has(documented.has(code) ? code : "?"),
    isCarrier: Carriers.mayName(text) ? (telcoCode) => Carriers.isNamed(telcoCode, text) : undefined
  }
}

/** Which messages a search finds, by their place. */
const find = (index: InboxIndex, needle: Needle, at: number): Uint8Array => {
  const columns = index.columns()
  const { code, codes, completedAt, failed, first, messages, size } = columns
  const hits = new Uint8Array(messages.length)
  const { isCarrier, isCode, messageId, number, requestId, text } = needle
  const hit = (place: number) => {
    hits[place] = 1
  }
  const whole = (number: number) => {
    hits.fill(1, first[number]!, first[number]! + size[number]!)
  }
  const over = (each: (number: number) => void) => {
    for (let number = 0; number < first.length; number++) if (at >= completedAt[number]!) each(number)
  }

  index.saying(text, (first, size) => {
    if (size === 1) hits[first] = 1
    else hits.fill(1, first, first + size)
  })
  if (number !== undefined) {
    index.sent(number, (request) => {
      // The line may be that of the id, which has digits, too.
      const { from } = requestOf(columns, request)
      if (number.startsWith("\n") ? `\n${from}\n` === number : from.includes(number)) whole(request)
    })
    index.to(number, hit)
  }
  if (requestId !== undefined) {
    index.sent(requestId, (request) => {
      if (`\n${requestOf(columns, request).requestId.toLowerCase()}`.startsWith(requestId)) whole(request)
    })
  }
  if (messageId !== undefined) index.called(messageId, hit)
  const meant = codes.map((code, number) => number !== 0 && isCode(code))
  if (meant.includes(true)) {
    over((number) => {
      if (failed[number] === 0) return
      for (let place = first[number]!; place < first[number]! + size[number]!; place++) {
        if (meant[code[place]!]) hits[place] = 1
      }
    })
  }
  if (isCarrier !== undefined) {
    const { carrier, names } = index.carriers()
    const named = names.map(isCarrier)
    if (named.includes(true)) {
      over((number) => {
        for (let place = first[number]!; place < first[number]! + size[number]!; place++) {
          if (named[carrier[place]!]) hits[place] = 1
        }
      })
    }
  }
  return hits
}

// -----------------------------------------------------------------------------
// The filters
// -----------------------------------------------------------------------------

/** What a query goes by. */
export interface Query {
  readonly needle: Needle | undefined
  readonly state: NonNullable<Filters["state"]>
  /** All of them where none is named. */
  readonly types: ReadonlySet<string>
  readonly ad: boolean
  readonly codes: ReadonlySet<string>
  /** Only messages of a sequence below it. */
  readonly messages: number
  /** When the states are looked at. */
  readonly at: number
}

export const parts = (list: string | undefined): ReadonlyArray<string> =>
  (list ?? "").split(",").map((part) => part.trim()).filter((part) => part !== "")

/** What a query comes to. */
export interface Selection {
  /** The numbers of the requests from the oldest to the newest. */
  readonly requests: ReadonlyArray<number>
  readonly messages: number
  readonly states: {
    readonly all: number
    readonly waiting: number
    readonly delivered: number
    readonly failed: number
  }
  readonly types: Readonly<Record<MessageType, number>>
  readonly ad: number
  readonly codes: ReadonlyMap<string, number>
  /** The days in Korea, newest first, counted from 1970. */
  readonly days: ReadonlyArray<{ readonly day: number; readonly requests: number }>
  readonly request: (number: number) => StoredRequest
  /** The messages of one request that fit, in their order. */
  readonly matching: (request: StoredRequest) => ReadonlyArray<StoredMessage>
}

export const select = (index: InboxIndex, query: Query): Selection => {
  const { ad, at, codes: wanted, state } = query
  const columns = index.columns()
  const { advertising, code, codes, completedAt, day, failed, first, order, sequence, size, type } = columns
  const hits = query.needle === undefined ? undefined : find(index, query.needle, at)
  const isChosenType = types.map((name) => query.types.size === 0 || query.types.has(name))
  const isChosenCode = codes.map((name, number) => number !== 0 && wanted.has(name))

  const requests: Array<number> = []
  const states = { all: 0, waiting: 0, delivered: 0, failed: 0 }
  const byType = [0, 0, 0]
  const byCode = codes.map(() => 0)
  const days: Array<{ day: number; requests: number }> = []
  let messages = 0
  let ads = 0

  for (const number of order) {
    if (sequence[number]! >= query.messages) continue
    const start = first[number]!
    const end = start + size[number]!
    let count = size[number]!
    if (hits !== undefined) {
      count = 0
      for (let place = start; place < end; place++) count += hits[place]!
      if (count === 0) continue
    }
    const over = at >= completedAt[number]!
    const typed = isChosenType[type[number]!]!
    const advertised = !ad || advertising[number]!

    let failures = 0
    let coded = 0
    if (over && failed[number] !== 0) {
      for (let place = start; place < end; place++) {
        const its = code[place]!
        if (its === 0 || (hits !== undefined && hits[place] === 0)) continue
        failures++
        if (isChosenCode[its]) coded++
        if (typed && advertised) byCode[its]!++
      }
    }
    if (typed && advertised) {
      states.all += count
      if (over) {
        states.delivered += count - failures
        states.failed += failures
      } else states.waiting += count
    }

    // How many of them are in the chosen state, and have a chosen code.
    let chosen: number
    if (wanted.size > 0) chosen = state === "all" || state === "failed" ? coded : 0
    else if (state === "all") chosen = count
    else if (state === "waiting") chosen = over ? 0 : count
    else if (!over) chosen = 0
    else chosen = state === "failed" ? failures : count - failures
    if (chosen === 0) continue
    if (advertised) byType[type[number]!]! += chosen
    if (typed && advertising[number]!) ads += chosen
    if (!typed || !advertised) continue
    messages += chosen
    requests.push(number)
    const last = days[days.length - 1]
    if (last !== undefined && last.day === day[number]) last.requests++
    else days.push({ day: day[number]!, requests: 1 })
  }

  return {
    requests,
    messages,
    states,
    types: { SMS: byType[0]!, LMS: byType[1]!, MMS: byType[2]! },
    ad: ads,
    codes: new Map(codes.flatMap((name, number) => byCode[number] === 0 ? [] : [[name, byCode[number]!]])),
    days: days.toReversed(),
    request: (number) => requestOf(columns, number),
    matching: (request) => {
      const number = numberOf(columns, request)
      if (number === undefined) return []
      const over = at >= completedAt[number]!
      if (!isChosenType[type[number]!] || (ad && !advertising[number])) return []
      if (state === "waiting" ? over : state !== "all" && !over) return []
      if (wanted.size > 0 && (!over || state === "delivered")) return []
      return request.messages.filter((_, i) => {
        const place = first[number]! + i
        const its = code[place]!
        return (hits === undefined || hits[place] !== 0) &&
          (state === "delivered" ? its === 0 : state !== "failed" || its !== 0) &&
          (wanted.size === 0 || isChosenCode[its])
      })
    }
  }
}
