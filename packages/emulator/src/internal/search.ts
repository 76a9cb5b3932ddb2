/**
 * Listing messages: which ones a query asks for, and which page of them.
 */
import * as Base64Url from "effect/encoding/Base64Url"
import * as Result from "effect/Result"
import * as DeliveryResult from "../DeliveryResult.ts"
import type { ListQuery, ListResponse } from "../MessagesApi.ts"
import type { Switches } from "../Switches.ts"
import * as Kst from "./kst.ts"
import type { Lifecycle } from "./lifecycle.ts"
import type { ServiceStore, StoredMessage } from "./store.ts"
import * as TimeIndex from "./timeIndex.ts"

const second = 1000
const hour = 60 * 60 * second
const day = 24 * hour
const history = 90 * day

/** Where the next page starts: behind a message that was served, so that new ones do not shift it. */
interface Cursor extends TimeIndex.Position {
  readonly page: number
}

interface Query {
  readonly scope:
    | { readonly _tag: "Request"; readonly requestId: string }
    | { readonly _tag: "RequestTime" | "CompleteTime"; readonly start: number; readonly end: number }
  readonly messageId: string | undefined
  readonly to: string | undefined
  readonly matches: ((message: StoredMessage, now: number) => boolean) | undefined
  readonly pageIndex: number
  readonly pageSize: number
  readonly cursor: Cursor | undefined
}

export interface Page {
  readonly messages: ReadonlyArray<StoredMessage>
  readonly requestId: string | undefined
  readonly pageIndex: number
  readonly pageSize: number
  readonly hasMore: boolean
  readonly nextToken: string | undefined
}

const given = (value: string | undefined): string | undefined => value === undefined || value === "" ? undefined : value

const encodeCursor = (cursor: Cursor): string => Base64Url.encode(`${cursor.time}/${cursor.sequence}/${cursor.page}`)

const decodeCursor = (token: string): Cursor | undefined => {
  const text = Result.getOrUndefined(Base64Url.decodeString(token))
  // The clock of a test may tell fractions of a millisecond.
  const match = text === undefined ? null : /^(\d{1,16}(?:\.\d{1,20})?)\/(\d{1,10})\/(\d{1,7})$/.exec(text)
  return match === null
    ? undefined
    : { time: Number(match[1]), sequence: Number(match[2]), page: Number(match[3]) }
}

const parse = (
  query: typeof ListQuery.Type,
  switches: Switches,
  lifecycle: Lifecycle
): Result.Result<Query, ReadonlyArray<string>> => {
  const problems: Array<string> = []

  const window = (which: "request" | "complete", longest: number, longestName: string) => {
    const names = { start: `${which}StartTime`, end: `${which}EndTime` } as const
    const start = given(query[`${which}StartTime`])
    const end = given(query[`${which}EndTime`])
    if (start === undefined && end === undefined) return undefined
    if (start === undefined) problems.push(`The ${names.start} cannot be empty.`)
    if (end === undefined) problems.push(`The ${names.end} cannot be empty.`)
    if (start === undefined || end === undefined) return { start: 0, end: 0 }
    const from = Kst.parse(start)
    const to = Kst.parse(end)
    if (from === undefined) problems.push(`The ${names.start} must be in the form yyyy-MM-dd HH:mm:ss.`)
    if (to === undefined) problems.push(`The ${names.end} must be in the form yyyy-MM-dd HH:mm:ss.`)
    if (from === undefined || to === undefined) return { start: 0, end: 0 }
    if (to < from) problems.push(`The ${names.end} cannot be before the ${names.start}.`)
    if (to - from > longest) {
      problems.push(`The period of ${names.start} and ${names.end} cannot exceed ${longestName}.`)
    }
    return { start: from, end: to }
  }

  const requestId = given(query.requestId)
  const requested = window("request", 30 * day, "30 days")
  const completed = window("complete", day, "24 hours")
  const scopes: ReadonlyArray<Query["scope"]> = [
    ...(requestId === undefined ? [] : [{ _tag: "Request" as const, requestId }]),
    ...(requested === undefined ? [] : [{ _tag: "RequestTime" as const, ...requested }]),
    ...(completed === undefined ? [] : [{ _tag: "CompleteTime" as const, ...completed }])
  ]
  const scope = scopes[0]
  if (scope === undefined) {
    problems.push(
      "One of requestId, requestStartTime and requestEndTime, completeStartTime and completeEndTime is required."
    )
  } else if (scopes.length > 1) {
    problems.push(
      "Only one of requestId, requestStartTime and requestEndTime, completeStartTime and completeEndTime is allowed."
    )
  }

  const oneOf = (name: "type" | "contentType" | "status" | "statusName", values: ReadonlyArray<string>) => {
    const value = given(query[name])
    if (value === undefined) return undefined
    const found = values.find((each) => each.toLowerCase() === value.toLowerCase())
    if (found === undefined) problems.push(`The ${name} must be one of ${values.join(", ")}.`)
    return found
  }
  const type = oneOf("type", ["SMS", "LMS", "MMS"])
  const contentType = oneOf("contentType", ["COMM", "AD"])
  const status = oneOf("status", ["READY", "PROCESSING", "COMPLETED"])
  const statusName = oneOf("statusName", ["success", "fail"])
  const countryCode = given(query.countryCode)
  const from = given(query.from)

  const count = (name: "pageIndex" | "pageSize", fallback: number, least: number, most: number) => {
    const value = given(query[name])
    if (value === undefined) return fallback
    if (/^\d{1,9}$/.test(value) && Number(value) >= least && Number(value) <= most) return Number(value)
    problems.push(`The ${name} must be between ${least} and ${most}.`)
    return fallback
  }
  const byRequest = scope?._tag === "Request"
  const pageSize = byRequest ? count("pageSize", 1000, 1, 1000) : count("pageSize", 20, 1, 100)
  const pageIndex = switches.paging === "nextToken" ? 0 : count("pageIndex", 0, 0, 999_999_999)
  const token = switches.paging === "pageIndex" ? undefined : given(query.nextToken)
  const cursor = token === undefined ? undefined : decodeCursor(token)
  if (token !== undefined && cursor === undefined) problems.push("The nextToken is invalid.")

  if (scope === undefined || problems.length > 0) return Result.fail(problems)

  const tests: Array<(message: StoredMessage, now: number) => boolean> = []
  if (type !== undefined) tests.push((message) => message.request.type === type)
  if (contentType !== undefined) tests.push((message) => message.request.contentType === contentType)
  if (countryCode !== undefined) tests.push((message) => message.request.countryCode === countryCode)
  if (from !== undefined) tests.push((message) => message.request.from === from)
  if (status !== undefined) tests.push((message, now) => lifecycle.status(message, now) === status)
  if (statusName !== undefined) {
    tests.push((message, now) =>
      lifecycle.status(message, now) === "COMPLETED" && DeliveryResult.fromCode(message.code).statusName === statusName
    )
  }
  return Result.succeed({
    scope,
    messageId: given(query.messageId),
    to: given(query.to),
    matches: tests.length === 0 ? undefined : (message, now) => tests.every((test) => test(message, now)),
    pageIndex,
    pageSize,
    cursor
  })
}

/** The messages in the scope of a query: a stretch of an index, and what of it is wanted. */
interface Selection {
  readonly index: TimeIndex.TimeIndex
  readonly low: number
  readonly high: number
}

const before = (time: number): TimeIndex.Position => ({ time, sequence: -1 })
const through = (time: number): TimeIndex.Position => ({ time, sequence: Number.MAX_SAFE_INTEGER })

const select = (store: ServiceStore, query: Query, now: number, visibleAfter: number): Selection => {
  // What was accepted after this has not come to light, and what was accepted before that is forgotten.
  const newest = now - visibleAfter
  const oldest = now - history
  const inScope = (message: StoredMessage): boolean => {
    const at = message.request.requestedAt
    if (at > newest || at < oldest) return false
    switch (query.scope._tag) {
      case "Request":
        return message.request.requestId === query.scope.requestId
      case "RequestTime":
        return query.scope.start <= at && at < query.scope.end + second
      case "CompleteTime": {
        const done = message.request.completedAt
        return done <= now && query.scope.start <= done && done < query.scope.end + second
      }
    }
  }
  const time = query.scope._tag === "CompleteTime" ? store.byCompleteTime.time : store.byRequestTime.time
  const few = (messages: Iterable<StoredMessage>): Selection => {
    const index = TimeIndex.from(time)(Array.from(messages).filter(inScope))
    return { index, low: 0, high: index.items.length }
  }
  const stretch = (index: TimeIndex.TimeIndex, start: number, end: number): Selection => {
    const low = index.upTo(before(start))
    return { index, low, high: Math.max(low, index.upTo(through(end))) }
  }

  if (query.messageId !== undefined) {
    const message = store.messages.get(query.messageId)
    return few(message === undefined || (query.to !== undefined && message.to !== query.to) ? [] : [message])
  }
  if (query.scope._tag === "Request") {
    const messages = store.requests.get(query.scope.requestId)?.messages ?? []
    return few(query.to === undefined ? messages : messages.filter((message) => message.to === query.to))
  }
  const { end, start } = query.scope
  if (query.scope._tag === "RequestTime") {
    return stretch(
      query.to === undefined ? store.byRequestTime : store.to(query.to),
      Math.max(start, oldest),
      Math.min(end + second - 1, newest)
    )
  }
  if (query.to !== undefined) {
    // The index of a recipient is in the order of requests. Where all took the same time that is the order of completion, too.
    const { longest, shortest } = store.durations()
    const index = store.to(query.to)
    const some = stretch(
      index,
      Math.max(start - longest, oldest),
      Math.min(end + second - 1 - shortest, now - shortest, newest)
    )
    return longest === shortest ? some : few(index.items.slice(some.low, some.high))
  }
  return stretch(store.byCompleteTime, Math.max(start, oldest), Math.min(end + second - 1, now))
}

export const run = (options: {
  readonly store: ServiceStore
  readonly query: typeof ListQuery.Type
  readonly switches: Switches
  readonly lifecycle: Lifecycle
  readonly now: number
  /** How long an accepted send stays out of sight, in milliseconds. */
  readonly visibleAfter: number
}): Result.Result<Page, ReadonlyArray<string>> =>
  Result.map(parse(options.query, options.switches, options.lifecycle), (query) => {
    const { now } = options
    const { high, index, low } = select(options.store, query, now, options.visibleAfter)
    const matches = query.scope._tag === "CompleteTime" && query.to === undefined && options.visibleAfter > 0
      // The order of completion says nothing about what has come to light.
      ? (message: StoredMessage) =>
        message.request.requestedAt <= now - options.visibleAfter && (query.matches?.(message, now) ?? true)
      : query.matches === undefined
      ? undefined
      : (message: StoredMessage) => query.matches?.(message, now) ?? true

    let at = query.cursor === undefined ? low : Math.max(low, index.upTo(query.cursor))
    let skip = query.cursor === undefined ? query.pageIndex * query.pageSize : 0
    const messages: Array<StoredMessage> = []
    if (matches === undefined) {
      at = Math.min(high, at + skip)
      const end = Math.min(high, at + query.pageSize)
      messages.push(...index.items.slice(at, end))
      at = end
    } else {
      for (; at < high && messages.length < query.pageSize; at++) {
        const message = index.items[at]!
        if (!matches(message)) continue
        if (skip > 0) skip--
        else messages.push(message)
      }
      while (at < high && !matches(index.items[at]!)) at++
    }
    const hasMore = at < high
    const pageIndex = query.cursor?.page ?? query.pageIndex
    const last = messages[messages.length - 1]
    return {
      messages,
      requestId: query.scope._tag === "Request" ? query.scope.requestId : undefined,
      pageIndex,
      pageSize: query.pageSize,
      hasMore,
      nextToken: options.switches.paging === "pageIndex" || !hasMore || last === undefined
        ? undefined
        : encodeCursor({ time: index.time(last), sequence: last.sequence, page: pageIndex + 1 })
    }
  })

/** What the service says of a page. */
export const answer = (
  page: Page,
  options: { readonly switches: Switches; readonly lifecycle: Lifecycle },
  now: number
): typeof ListResponse.Type => ({
  statusCode: "202",
  statusName: "success",
  ...(page.requestId === undefined ? undefined : { requestId: page.requestId }),
  messages: page.messages.map((message) => options.lifecycle.item(message, now)),
  ...(options.switches.paging === "nextToken" ? undefined : { pageIndex: page.pageIndex }),
  pageSize: page.pageSize,
  itemCount: page.messages.length,
  hasMore: page.hasMore,
  ...(page.nextToken === undefined ? undefined : { nextToken: page.nextToken })
})
