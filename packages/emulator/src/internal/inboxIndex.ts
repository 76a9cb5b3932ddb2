/**
 * The requests in the order in which an inbox shows them, and when the clock moves them on.
 *
 * It follows the store when somebody looks, so that an emulator whose inbox is never opened pays nothing for it.
 */
import type { Store, StoredMessage, StoredRequest } from "./store.ts"

/** As texts are compared: composed, of one case, and with one space for whatever is white. */
export const fold = (text: string): string => oneLine(text).normalize("NFC").toLowerCase()

/** A text on one line. */
export const oneLine = (text: string): string => /[^\S ]| {2}/.test(text) ? text.replace(/\s+/g, " ") : text

/** One request, with what does not change about it. */
export interface Entry {
  readonly request: StoredRequest
  /** The sequence of its first message. */
  readonly first: number
  /** How many of its messages end with each code that is no success. */
  readonly codes: ReadonlyMap<string, number>
  readonly failed: number
  /** Whether a recipient has a text or a subject of his own. */
  readonly own: boolean
  /** The day in Korea that it was made on, counted from 1970. */
  readonly day: number
  /** Its common text and subject as they are compared; made when they first are. */
  readonly folded: () => { readonly text: string; readonly subject: string }
  /** The same of one of its messages. */
  readonly foldedOf: (message: StoredMessage) => { readonly text: string; readonly subject: string }
}

const koreanDay = (millis: number): number => Math.floor((millis + 9 * 3_600_000) / 86_400_000)

const nothing: ReadonlyMap<string, number> = new Map()

const delivered = "0"

const makeEntry = (request: StoredRequest): Entry => {
  let codes: Map<string, number> | undefined
  let failed = 0
  let own = false
  for (const message of request.messages) {
    own ||= message.content !== undefined || message.subject !== undefined
    if (message.code === delivered) continue
    failed++
    codes ??= new Map()
    codes.set(message.code, (codes.get(message.code) ?? 0) + 1)
  }
  let common: ReturnType<Entry["folded"]> | undefined
  const folded = () => (common ??= { text: fold(request.content), subject: fold(request.subject ?? "") })
  return {
    request,
    first: request.messages[0]?.sequence ?? 0,
    codes: codes ?? nothing,
    failed,
    own,
    day: koreanDay(request.requestedAt),
    folded,
    foldedOf: ({ content, subject }) =>
      content === undefined && subject === undefined ? folded() : {
        text: content === undefined ? folded().text : fold(content),
        subject: subject === undefined ? folded().subject : fold(subject)
      }
  }
}

/** Times in their order, most of which come in it. */
const makeTimes = () => {
  const times: Array<number> = []
  let sorted = true
  const order = () => {
    if (!sorted) times.sort((a, b) => a - b)
    sorted = true
  }
  const upTo = (time: number): number => {
    order()
    let low = 0
    let high = times.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (times[middle]! <= time) low = middle + 1
      else high = middle
    }
    return low
  }
  return {
    add: (time: number) => {
      if (times.length > 0 && times[times.length - 1]! > time) sorted = false
      times.push(time)
    },
    /** The first after a time. */
    next: (time: number): number | undefined => times[upTo(time)],
    /** Whether there is one after the first time and not after the second. */
    between: (after: number, until: number): boolean => upTo(until) > upTo(after)
  }
}

export interface InboxIndex {
  /** Of the requests that are there, from the oldest to the newest; those of one time in the order of their acceptance. */
  readonly entries: () => ReadonlyArray<Entry>
  readonly entry: (requestId: string) => Entry | undefined
  readonly message: (messageId: string) => StoredMessage | undefined
  /** When the clock moves a request on next, after a time. */
  readonly nextTurn: (after: number) => number | undefined
  /** Whether it moved one on between two times. */
  readonly turned: (after: number, until: number) => boolean
}

export const make = (store: Store): InboxIndex => {
  const empty = () => ({
    of: store.all(),
    seen: 0,
    entries: [] as Array<Entry>,
    byRequestId: new Map<string, Entry>(),
    times: makeTimes()
  })
  let known = empty()

  const current = () => {
    const all = store.all()
    // The store begins another list when it is cleared.
    if (known.of !== all) known = empty()
    if (known.seen === all.length) return known
    const { byRequestId, entries, times } = known
    let sorted = true
    while (known.seen < all.length) {
      const { request } = all[known.seen]!
      const entry = makeEntry(request)
      const last = entries[entries.length - 1]
      if (last !== undefined && last.request.requestedAt > request.requestedAt) sorted = false
      entries.push(entry)
      byRequestId.set(request.requestId, entry)
      times.add(request.processingAt)
      times.add(request.completedAt)
      known.seen += request.messages.length
    }
    if (!sorted) entries.sort((a, b) => a.request.requestedAt - b.request.requestedAt || a.first - b.first)
    return known
  }

  return {
    entries: () => current().entries,
    entry: (requestId) => current().byRequestId.get(requestId),
    message: (messageId) => {
      for (const service of store.services()) {
        const message = service.messages.get(messageId)
        if (message !== undefined) return message
      }
      return undefined
    },
    nextTurn: (after) => current().times.next(after),
    turned: (after, until) => current().times.between(after, until)
  }
}
