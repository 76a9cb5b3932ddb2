/**
 * Which requests and messages an inbox holds under a search and its filters, and how many there are of each kind.
 *
 * A request's messages share their times, so it waits as a whole, or it is over as a whole.
 */
import * as DeliveryCode from "@effect-sens/core/DeliveryCode"
import type { Filters } from "../Inbox.ts"
import type { MessageType } from "../MessagesApi.ts"
import * as Carriers from "./carriers.ts"
import { type Entry, fold } from "./inboxIndex.ts"
import type { StoredMessage } from "./store.ts"

// -----------------------------------------------------------------------------
// The search
// -----------------------------------------------------------------------------

/** What a search could mean. */
export interface Needle {
  readonly text: string
  /** The digits of a number, or of a part of one. */
  readonly digits: string | undefined
  /** What an id of a request, and one of a message, may begin with. */
  readonly requestId: string | undefined
  readonly messageId: string | undefined
  /** Whether a code that is no success is it, or means it. */
  readonly isCode: ((code: string) => boolean) | undefined
  readonly carrier: string | undefined
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
  const idLike = /^[a-z\d-]{4,}$/.test(text)
  const meaning = new Set(
    text.length < 2
      ? []
      : known.filter(({ words }) => words.some((each) => each.includes(text))).map(({ code }) => code)
  )
  const isCode = (code: string): boolean =>
    code.toLowerCase() === text || meaning.has(documented.has(code) ? code : "?")
  return {
    text,
    digits: digitsOf(text),
    requestId: idLike ? text : undefined,
    messageId: idLike && (text.length >= 8 || /[^\d]/.test(text)) ? text : undefined,
    isCode: meaning.size > 0 || /^[a-z\d]{1,20}$/.test(text) ? isCode : undefined,
    carrier: Carriers.mayName(text) ? text : undefined
  }
}

const startsWith = (id: string, lower: string): boolean =>
  id.length >= lower.length && id.slice(0, lower.length).toLowerCase() === lower

const hasNumber = (number: string, digits: string): boolean =>
  digits.length < 3 ? number === digits : number.includes(digits)

// -----------------------------------------------------------------------------
// One request
// -----------------------------------------------------------------------------

/** What a query goes by. */
export interface Query {
  readonly needle: Needle | undefined
  readonly state: NonNullable<Filters["state"]>
  /** All of them where none is named. */
  readonly types: ReadonlySet<MessageType>
  readonly ad: boolean
  readonly codes: ReadonlySet<string>
  /** Only messages of a sequence below it. */
  readonly messages: number
  /** When the states are looked at. */
  readonly at: number
  readonly telcoCode: (message: StoredMessage) => string
}

export const parts = (list: string | undefined): ReadonlyArray<string> =>
  (list ?? "").split(",").map((part) => part.trim()).filter((part) => part !== "")

const isDelivered = (message: StoredMessage): boolean => message.code === "0"

/** What of a request a search finds: all of its messages, or some. */
const found = (entry: Entry, query: Query): ReadonlyArray<StoredMessage> => {
  const { at, needle, telcoCode } = query
  const { request } = entry
  const { messages } = request
  if (needle === undefined) return messages
  const abroad = request.countryCode === "82" ? "" : request.countryCode
  const over = at >= request.completedAt
  const { carrier, digits, isCode, messageId, requestId, text } = needle
  if (requestId !== undefined && startsWith(request.requestId, requestId)) return messages
  if (digits !== undefined && hasNumber(request.from, digits)) return messages
  if (!entry.own) {
    const common = entry.folded()
    if (common.text.includes(text) || common.subject.includes(text)) return messages
  }
  const coded = isCode !== undefined && over && entry.failed > 0
  const carried = carrier !== undefined && over
  if (!entry.own && digits === undefined && messageId === undefined && !coded && !carried) return []
  return messages.filter((message) => {
    if (digits !== undefined && hasNumber(abroad + message.to, digits)) return true
    if (messageId !== undefined && startsWith(message.messageId, messageId)) return true
    if (coded && !isDelivered(message) && isCode(message.code)) return true
    if (carried && Carriers.isNamed(telcoCode(message), carrier)) return true
    if (!entry.own) return false
    const own = entry.foldedOf(message)
    return own.text.includes(text) || own.subject.includes(text)
  })
}

/** The messages of a request that fit everything, in their order. */
export const matching = (entry: Entry, query: Query): ReadonlyArray<StoredMessage> => {
  const { ad, at, codes, state, types } = query
  const { request } = entry
  if (types.size > 0 && !types.has(request.type)) return []
  if (ad && request.contentType !== "AD") return []
  const over = at >= request.completedAt
  if (state === "waiting" ? over : state !== "all" && !over) return []
  if (codes.size > 0 && !over) return []
  const messages = found(entry, query)
  if (state === "all" && codes.size === 0) return messages
  return messages.filter((message) =>
    (state === "delivered" ? isDelivered(message) : state !== "failed" || !isDelivered(message)) &&
    (codes.size === 0 || (!isDelivered(message) && codes.has(message.code)))
  )
}

// -----------------------------------------------------------------------------
// All of them
// -----------------------------------------------------------------------------

/** What a query comes to. */
export interface Selection {
  /** From the oldest to the newest. */
  readonly entries: ReadonlyArray<Entry>
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
}

/** How many of some messages of a request end with each code that is no success. */
const tally = (entry: Entry, messages: ReadonlyArray<StoredMessage>): ReadonlyMap<string, number> => {
  if (messages === entry.request.messages || entry.failed === 0) return entry.codes
  const codes = new Map<string, number>()
  for (const message of messages) {
    if (!isDelivered(message)) codes.set(message.code, (codes.get(message.code) ?? 0) + 1)
  }
  return codes
}

export const select = (all: ReadonlyArray<Entry>, query: Query): Selection => {
  const { ad, at, codes, state, types } = query
  const entries: Array<Entry> = []
  const states = { all: 0, waiting: 0, delivered: 0, failed: 0 }
  const byType = { SMS: 0, LMS: 0, MMS: 0 }
  const byCode = new Map<string, number>()
  const days: Array<{ day: number; requests: number }> = []
  let messages = 0
  let ads = 0

  for (const entry of all) {
    if (entry.first >= query.messages) continue
    const { request } = entry
    const some = found(entry, query)
    const count = some.length
    if (count === 0) continue
    const over = at >= request.completedAt
    const failures = over && entry.failed > 0 ? tally(entry, some) : undefined
    let failed = 0
    let coded = 0
    if (failures !== undefined) {
      for (const [code, times] of failures) {
        failed += times
        if (codes.has(code)) coded += times
      }
    }
    const typed = types.size === 0 || types.has(request.type)
    const advertising = request.contentType === "AD"
    const advertised = !ad || advertising

    if (typed && advertised) {
      states.all += count
      if (over) {
        states.delivered += count - failed
        states.failed += failed
        if (failures !== undefined) {
          for (const [code, times] of failures) byCode.set(code, (byCode.get(code) ?? 0) + times)
        }
      } else states.waiting += count
    }

    // How many of them are in the chosen state, and have a chosen code.
    let chosen: number
    if (codes.size > 0) chosen = state === "all" || state === "failed" ? coded : 0
    else if (state === "all") chosen = count
    else if (state === "waiting") chosen = over ? 0 : count
    else if (!over) chosen = 0
    else chosen = state === "failed" ? failed : count - failed
    if (chosen === 0) continue
    if (advertised) byType[request.type] += chosen
    if (typed && advertising) ads += chosen
    if (!typed || !advertised) continue
    messages += chosen
    entries.push(entry)
    const last = days[days.length - 1]
    if (last?.day === entry.day) last.requests++
    else days.push({ day: entry.day, requests: 1 })
  }
  return { entries, messages, states, types: byType, ad: ads, codes: byCode, days: days.toReversed() }
}
