/**
 * What an inbox is asked by, in columns: of a hundred thousand requests it looks at numbers, not at objects.
 *
 * It follows the store when somebody looks, and what is searched is prepared when somebody searches, so that an emulator whose inbox is
 * never opened pays nothing for it.
 */
import * as Haystack from "./haystack.ts"
import { contentOf, subjectOf } from "./lifecycle.ts"
import type { Store, StoredMessage, StoredRequest } from "./store.ts"

export const types = ["SMS", "LMS", "MMS"] as const

/** Names, and the numbers that stand for them. */
const makeNames = (...initial: ReadonlyArray<string>) => {
  const names: Array<string> = [...initial]
  const numbers = new Map(names.map((name, number) => [name, number]))
  return {
    names,
    numberOf: (name: string): number => {
      const number = numbers.get(name)
      if (number !== undefined) return number
      numbers.set(name, names.length)
      return names.push(name) - 1
    }
  }
}

/** The sequence that the next message gets. */
export const nextSequence = (store: Store): number => (store.all().at(-1)?.sequence ?? -1) + 1

export const requestOf = ({ first, messages }: Columns, number: number): StoredRequest =>
  messages[first[number]!]!.request

/** The number of a request, if it is in the columns. */
export const numberOf = (columns: Columns, request: StoredRequest): number | undefined => {
  const { sequence } = columns
  const sought = request.messages[0]!.sequence
  let low = 0
  let high = sequence.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (sequence[middle]! < sought) low = middle + 1
    else high = middle
  }
  return low < sequence.length && requestOf(columns, low) === request ? low : undefined
}

const koreanDay = (millis: number): number => Math.floor((millis + 9 * 3_600_000) / 86_400_000)

/** Columns by the number of a request, or by the place of a message, in the order of acceptance. */
export interface Columns {
  readonly messages: ReadonlyArray<StoredMessage>
  /** The numbers of the requests from the oldest to the newest; those of one time in the order of their acceptance. */
  readonly order: ReadonlyArray<number>
  /** The place of the first message, and its sequence: those before it may have been forgotten. */
  readonly first: ReadonlyArray<number>
  readonly sequence: ReadonlyArray<number>
  readonly size: ReadonlyArray<number>
  readonly processingAt: ReadonlyArray<number>
  readonly completedAt: ReadonlyArray<number>
  /** A place in `types`. */
  readonly type: ReadonlyArray<number>
  readonly advertising: ReadonlyArray<boolean>
  /** How many of the messages end with a code that is no success. */
  readonly failed: ReadonlyArray<number>
  /** The day in Korea, counted from 1970. */
  readonly day: ReadonlyArray<number>
  /** Of each message, a place in `codes`; 0 is the success. */
  readonly code: ReadonlyArray<number>
  readonly codes: ReadonlyArray<string>
}

export interface InboxIndex {
  readonly columns: () => Columns
  readonly request: (requestId: string) => StoredRequest | undefined
  readonly message: (messageId: string) => StoredMessage | undefined
  /** Runs over the messages that hold a text, in what they say and in their subject: from a place on, how many. */
  readonly saying: (text: string, found: (first: number, size: number) => void) => void
  /** Over the requests whose line of sender and id fits. */
  readonly sent: (line: string, found: (number: number) => void) => void
  /** Over the messages whose line of number, with that of a country abroad before it, fits. */
  readonly to: (line: string, found: (place: number) => void) => void
  /** Over the messages whose line of id fits. */
  readonly called: (line: string, found: (place: number) => void) => void
  /** Readies a piece of what is searched; says whether all of it is. */
  readonly prepare: () => boolean
  /** Of each message, a place in the names. */
  readonly carriers: () => { readonly carrier: ReadonlyArray<number>; readonly names: ReadonlyArray<string> }
  /** When the clock moves a request on next, after a time. */
  readonly nextTurn: (after: number) => number | undefined
  /** Whether it moved one on after the first time and not after the second. */
  readonly turned: (after: number, until: number) => boolean
}

/** How many requests, and messages, are readied at a time: a millisecond's worth. */
const slice = 2000

const makeTable = (messages: ReadonlyArray<StoredMessage>) => {
  const codes = makeNames("0")
  const telcos = makeNames()
  return {
    messages,
    order: [] as Array<number>,
    first: [] as Array<number>,
    sequence: [] as Array<number>,
    size: [] as Array<number>,
    processingAt: [] as Array<number>,
    completedAt: [] as Array<number>,
    type: [] as Array<number>,
    advertising: [] as Array<boolean>,
    failed: [] as Array<number>,
    day: [] as Array<number>,
    code: [] as Array<number>,
    codes: codes.names,
    codeOf: codes.numberOf,
    // What is searched, filled up when it is.
    carrier: [] as Array<number>,
    carrierNames: telcos.names,
    carrierOf: telcos.numberOf,
    texts: Haystack.make({ plain: false }),
    textsOf: { first: [] as Array<number>, size: [] as Array<number> },
    textsOfRequests: 0,
    senders: Haystack.make({ plain: true }),
    numbers: Haystack.make({ plain: true }),
    ids: Haystack.make({ plain: true })
  }
}

export const make = (
  store: Store,
  telcoCode: (message: StoredMessage) => string
): InboxIndex => {
  let table = makeTable(store.all())

  const current = () => {
    const all = store.all()
    // The store begins another list when it is cleared, or forgets.
    if (table.messages !== all) table = makeTable(all)
    const { advertising, code, codeOf, completedAt, day, failed, first, order, processingAt, sequence, size, type } =
      table
    if (code.length === all.length) return table
    let sorted = true
    let newest = order.length === 0 ? Number.NEGATIVE_INFINITY : requestOf(table, order[order.length - 1]!).requestedAt
    while (code.length < all.length) {
      const place = code.length
      const { request } = all[place]!
      let failures = 0
      for (const message of request.messages) {
        const number = codeOf(message.code)
        if (number !== 0) failures++
        code.push(number)
      }
      if (request.requestedAt < newest) sorted = false
      else newest = request.requestedAt
      order.push(first.length)
      first.push(place)
      sequence.push(all[place]!.sequence)
      size.push(request.messages.length)
      processingAt.push(request.processingAt)
      completedAt.push(request.completedAt)
      type.push(types.indexOf(request.type))
      advertising.push(request.contentType === "AD")
      failed.push(failures)
      day.push(koreanDay(request.requestedAt))
    }
    if (!sorted) {
      const at = first.map((_, number) => requestOf(table, number).requestedAt)
      order.sort((a, b) => at[a]! - at[b]! || a - b)
    }
    return table
  }

  const fillTexts = (most = Number.POSITIVE_INFINITY) => {
    const { first, size, texts, textsOf } = current()
    const until = Math.min(first.length, table.textsOfRequests + most)
    const add = (place: number, count: number, text: string) => {
      texts.add(text)
      textsOf.first.push(place)
      textsOf.size.push(count)
    }
    for (; table.textsOfRequests < until; table.textsOfRequests++) {
      const place = first[table.textsOfRequests]!
      const { content, messages, subject } = requestOf(table, table.textsOfRequests)
      const own = messages.some((message) => message.content !== undefined || message.subject !== undefined)
      if (!own) {
        add(place, size[table.textsOfRequests]!, content)
        if (subject !== undefined) add(place, size[table.textsOfRequests]!, subject)
        continue
      }
      for (const [i, message] of messages.entries()) {
        add(place + i, 1, contentOf(message))
        const subject = subjectOf(message)
        if (subject !== undefined) add(place + i, 1, subject)
      }
    }
    return table
  }
  const fillSenders = (most = Number.POSITIVE_INFINITY) => {
    const { first, senders } = current()
    // Two lines a request: the number, and the id.
    const until = Math.min(first.length, senders.size() / 2 + most)
    for (let number = senders.size() / 2; number < until; number++) {
      const { from, requestId } = requestOf(table, number)
      senders.add(from)
      senders.add(requestId)
    }
    return senders
  }
  const fillNumbers = (most = Number.POSITIVE_INFINITY) => {
    const { messages, numbers } = current()
    const until = Math.min(messages.length, numbers.size() + most)
    for (let place = numbers.size(); place < until; place++) {
      const { request, to } = messages[place]!
      numbers.add(request.countryCode === "82" ? to : request.countryCode + to)
    }
    return numbers
  }
  const fillIds = (most = Number.POSITIVE_INFINITY) => {
    const { ids, messages } = current()
    const until = Math.min(messages.length, ids.size() + most)
    for (let place = ids.size(); place < until; place++) ids.add(messages[place]!.messageId)
    return ids
  }

  return {
    columns: current,
    request: (requestId) => {
      for (const service of store.services()) {
        const request = service.requests.get(requestId)
        if (request !== undefined) return request
      }
      return undefined
    },
    message: (messageId) => {
      for (const service of store.services()) {
        const message = service.messages.get(messageId)
        if (message !== undefined) return message
      }
      return undefined
    },
    saying: (text, found) => {
      const { texts, textsOf } = fillTexts()
      texts.find(text, (line) => found(textsOf.first[line]!, textsOf.size[line]!))
    },
    sent: (line, found) => fillSenders().find(line, (at) => found(at >> 1)),
    to: (line, found) => fillNumbers().find(line, found),
    called: (line, found) => fillIds().find(line, found),
    prepare: () => {
      fillTexts(slice)
      fillSenders(slice)
      fillNumbers(slice)
      fillIds(slice)
      const { first, ids, messages, numbers, senders, textsOfRequests } = table
      return textsOfRequests === first.length && senders.size() === 2 * first.length &&
        numbers.size() === messages.length && ids.size() === messages.length
    },
    carriers: () => {
      const { carrier, carrierNames, carrierOf, messages } = current()
      for (let place = carrier.length; place < messages.length; place++) {
        carrier.push(carrierOf(telcoCode(messages[place]!)))
      }
      return { carrier, names: carrierNames }
    },
    nextTurn: (after) => {
      const { completedAt, processingAt } = current()
      let next = Number.POSITIVE_INFINITY
      for (const at of processingAt) if (at > after && at < next) next = at
      for (const at of completedAt) if (at > after && at < next) next = at
      return Number.isFinite(next) ? next : undefined
    },
    turned: (after, until) => {
      const { completedAt, processingAt } = current()
      const within = (at: number): boolean => at > after && at <= until
      return processingAt.some(within) || completedAt.some(within)
    }
  }
}
