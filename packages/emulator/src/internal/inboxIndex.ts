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

const koreanDay = (millis: number): number => Math.floor((millis + 9 * 3_600_000) / 86_400_000)

/** Columns by the number of a request, or by the sequence of a message, in the order of acceptance. */
export interface Columns {
  readonly messages: ReadonlyArray<StoredMessage>
  /** The numbers of the requests from the oldest to the newest; those of one time in the order of their acceptance. */
  readonly order: ReadonlyArray<number>
  /** The sequence of the first message. */
  readonly first: ReadonlyArray<number>
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
  /** The number of a request, of those in the columns. */
  readonly numberOf: (requestId: string) => number | undefined
  readonly request: (number: number) => StoredRequest
  readonly message: (messageId: string) => StoredMessage | undefined
  /** Runs over the messages that hold a text, in what they say and in their subject: from a sequence on, how many. */
  readonly saying: (text: string, found: (first: number, size: number) => void) => void
  /** Over the requests whose line of sender and id fits. */
  readonly sent: (line: string, found: (number: number) => void) => void
  /** Over the messages whose line of number, with that of a country abroad before it, fits. */
  readonly to: (line: string, found: (sequence: number) => void) => void
  /** Over the messages whose line of id fits. */
  readonly called: (line: string, found: (sequence: number) => void) => void
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

  const requestOf = (number: number): StoredRequest => table.messages[table.first[number]!]!.request

  const current = () => {
    const all = store.all()
    // The store begins another list when it is cleared.
    if (table.messages !== all) table = makeTable(all)
    const { advertising, code, codeOf, completedAt, day, failed, first, order, processingAt, size, type } = table
    if (code.length === all.length) return table
    let sorted = true
    let newest = order.length === 0 ? Number.NEGATIVE_INFINITY : requestOf(order[order.length - 1]!).requestedAt
    while (code.length < all.length) {
      const sequence = code.length
      const { request } = all[sequence]!
      let failures = 0
      for (const message of request.messages) {
        const number = codeOf(message.code)
        if (number !== 0) failures++
        code.push(number)
      }
      if (request.requestedAt < newest) sorted = false
      else newest = request.requestedAt
      order.push(first.length)
      first.push(sequence)
      size.push(request.messages.length)
      processingAt.push(request.processingAt)
      completedAt.push(request.completedAt)
      type.push(types.indexOf(request.type))
      advertising.push(request.contentType === "AD")
      failed.push(failures)
      day.push(koreanDay(request.requestedAt))
    }
    if (!sorted) {
      const at = first.map((_, number) => requestOf(number).requestedAt)
      order.sort((a, b) => at[a]! - at[b]! || a - b)
    }
    return table
  }

  const fillTexts = (most = Number.POSITIVE_INFINITY) => {
    const { first, size, texts, textsOf } = current()
    const until = Math.min(first.length, table.textsOfRequests + most)
    const add = (sequence: number, count: number, text: string) => {
      texts.add(text)
      textsOf.first.push(sequence)
      textsOf.size.push(count)
    }
    for (; table.textsOfRequests < until; table.textsOfRequests++) {
      const sequence = first[table.textsOfRequests]!
      const { content, messages, subject } = requestOf(table.textsOfRequests)
      const own = messages.some((message) => message.content !== undefined || message.subject !== undefined)
      if (!own) {
        add(sequence, size[table.textsOfRequests]!, content)
        if (subject !== undefined) add(sequence, size[table.textsOfRequests]!, subject)
        continue
      }
      for (const message of messages) {
        add(message.sequence, 1, contentOf(message))
        const subject = subjectOf(message)
        if (subject !== undefined) add(message.sequence, 1, subject)
      }
    }
    return table
  }
  const fillSenders = (most = Number.POSITIVE_INFINITY) => {
    const { first, senders } = current()
    // Two lines a request: the number, and the id.
    const until = Math.min(first.length, senders.size() / 2 + most)
    for (let number = senders.size() / 2; number < until; number++) {
      const { from, requestId } = requestOf(number)
      senders.add(from)
      senders.add(requestId)
    }
    return senders
  }
  const fillNumbers = (most = Number.POSITIVE_INFINITY) => {
    const { messages, numbers } = current()
    const until = Math.min(messages.length, numbers.size() + most)
    for (let sequence = numbers.size(); sequence < until; sequence++) {
      const { request, to } = messages[sequence]!
      numbers.add(request.countryCode === "82" ? to : request.countryCode + to)
    }
    return numbers
  }
  const fillIds = (most = Number.POSITIVE_INFINITY) => {
    const { ids, messages } = current()
    const until = Math.min(messages.length, ids.size() + most)
    for (let sequence = ids.size(); sequence < until; sequence++) ids.add(messages[sequence]!.messageId)
    return ids
  }

  return {
    columns: current,
    request: requestOf,
    numberOf: (requestId) => {
      for (const service of store.services()) {
        const sequence = service.requests.get(requestId)?.messages[0]?.sequence
        if (sequence === undefined) continue
        const { first } = current()
        let low = 0
        let high = first.length
        while (low < high) {
          const middle = (low + high) >>> 1
          if (first[middle]! < sequence) low = middle + 1
          else high = middle
        }
        return low
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
      for (let sequence = carrier.length; sequence < messages.length; sequence++) {
        carrier.push(carrierOf(telcoCode(messages[sequence]!)))
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
