/**
 * Messages put together into requests: as few as can be, divided by what cannot differ inside one.
 */
import * as SendRequest from "@effect-sens/core/SendRequest"
import * as Arr from "effect/Array"
import * as DateTime from "effect/DateTime"
import * as Predicate from "effect/Predicate"
import type { Message } from "../BulkSend.ts"
import * as Recipient from "./recipient.ts"

/** @internal */
export const country = ({ countryCode }: Message): string => countryCode ?? "82"

type Given = { readonly [Field in Exclude<keyof SendRequest.Mms, "messages">]?: unknown }

// Next to somebody's text, a message without one would get that.
const hasText = ({ content }: Given): boolean => Predicate.isString(content) && content !== ""

const isText = (value: unknown): value is string | undefined => value === undefined || Predicate.isString(value)

/** When a message is reserved for; none where that cannot be read. */
const reservation = (reserve: unknown): ReadonlyArray<number | string> | undefined => {
  if (reserve === undefined) return []
  if (!Predicate.isObject(reserve)) return undefined
  const { at, timeZone, ...others } = reserve
  if (!isText(timeZone) || Object.values(others).some((value) => value !== undefined)) return undefined
  const millis = at instanceof Date ? at.getTime() : DateTime.isDateTime(at) ? at.epochMilliseconds : Number.NaN
  return Number.isNaN(millis) ? undefined : [millis, ...timeZone === undefined ? [] : [timeZone]]
}

/** The ids of the files of a message; none where they cannot be read. */
const fileIds = (files: unknown): ReadonlyArray<string> | undefined => {
  if (!Array.isArray(files)) return undefined
  const given: ReadonlyArray<unknown> = files
  const ids = given.flatMap((file) =>
    Predicate.isObject(file) && Predicate.isString(file["fileId"]) ? [file["fileId"]] : []
  )
  return ids.length === given.length ? ids : undefined
}

/**
 * What a message has that its type does not, a subject on an SMS or files on an SMS or LMS: it would be left out in silence, so it is
 * handed to the client, which refuses it.
 */
const ofAnotherType = ({ files, subject, type }: Given): { readonly subject?: unknown; readonly files?: unknown } => ({
  ...type === "SMS" && isGiven(subject) ? { subject } : {},
  ...(type === "SMS" || type === "LMS") && isGiven(files) ? { files } : {}
})

/**
 * Whether a message has what its type does not.
 *
 * @internal
 */
export const isMixed = (message: Message): boolean => Object.keys(ofAnotherType(message)).length > 0

const isGiven = (value: unknown): boolean => value !== undefined && value !== null && value !== ""

/**
 * The request of one message, as the client is to check it.
 *
 * @internal
 */
export const toCheck = (message: Message): SendRequest.SendRequest =>
  Object.assign({}, toRequest([message]), ofAnotherType(message))

/**
 * What cannot differ inside a request. A message has none where any of it cannot be read: it goes together with no other.
 *
 * @internal
 */
export const groupKey = (message: Message): string | undefined => {
  const given: Given = message
  const { contentType, countryCode, from, type } = given
  if (isMixed(message)) return undefined
  const reserve = reservation(given.reserve)
  const files = type !== "MMS" || given.files === undefined ? null : fileIds(given.files)
  if (reserve === undefined || files === undefined) return undefined
  if (!Predicate.isString(type) || !Predicate.isString(from) || !isText(contentType) || !isText(countryCode)) {
    return undefined
  }
  return JSON.stringify([
    type,
    contentType ?? "COMM",
    countryCode ?? "82",
    Recipient.sender(from),
    hasText(given),
    reserve,
    files
  ])
}

/**
 * The subject of a message; an empty one is none.
 *
 * @internal
 */
export const subjectOf = (message: Message): string | undefined =>
  message.type === "SMS" || message.subject === "" ? undefined : message.subject

const common = ({ contentType, countryCode, from, reserve }: Message) => ({
  ...contentType === undefined ? {} : { contentType },
  ...countryCode === undefined ? {} : { countryCode },
  ...reserve === undefined ? {} : { reserve },
  from
})

/**
 * One request to all of a group, in their order. The first one's text is the common text, since there has to be one.
 *
 * @internal
 */
export const toRequest = (group: Arr.NonEmptyReadonlyArray<Message>): SendRequest.SendRequest => {
  const [first] = group
  const { content, type } = first
  if (first.type === "SMS") {
    return {
      type: "SMS",
      ...common(first),
      content,
      messages: Arr.map(group, ({ content: own, to }) => Object.is(own, content) ? { to } : { to, content: own })
    }
  }
  // A common subject would be that of those who have none.
  const subject = group.every((message) => subjectOf(message) !== undefined) ? first.subject : undefined
  const messages = Arr.map(group, (message) => {
    const theirs = subjectOf(message)
    return {
      to: message.to,
      ...theirs === undefined || Object.is(theirs, subject) ? {} : { subject: theirs },
      ...Object.is(message.content, content) ? {} : { content: message.content }
    }
  })
  const request = { ...common(first), content, ...subject === undefined ? {} : { subject }, messages }
  if (first.type === "MMS") {
    return { type: "MMS", ...request, ...first.files === undefined ? {} : { files: first.files } }
  }
  // Another type is none, and stays so: the client refuses it.
  return { type, ...request }
}

/**
 * What waits for its request to be full.
 *
 * @internal
 */
export interface Waiting<T> {
  /**
   * Takes one in, and gives the group that has to go out for it, if any: one that is full, or the fullest where too many wait. One
   * without a key is a group by itself.
   */
  readonly add: (item: T, key: string | undefined) => Arr.NonEmptyReadonlyArray<T> | undefined
  /** How many can join those of a key that wait already before any have to go out. */
  readonly room: (key: string) => number
  /** The next of those that wait, full or not. */
  readonly next: () => Arr.NonEmptyReadonlyArray<T> | undefined
}

/**
 * `maxWaiting` is how many may wait.
 *
 * @internal
 */
export const make = <T>(maxWaiting: number): Waiting<T> => {
  const groups = new Map<string, Arr.NonEmptyArray<T>>()
  let waiting = 0
  const leave = (key: string, group: Arr.NonEmptyReadonlyArray<T>): Arr.NonEmptyReadonlyArray<T> => {
    groups.delete(key)
    waiting -= group.length
    return group
  }
  return {
    add: (item, key) => {
      if (key === undefined) return [item]
      const known = groups.get(key)
      const group: Arr.NonEmptyArray<T> = known ?? [item]
      if (known === undefined) groups.set(key, group)
      else known.push(item)
      waiting += 1
      if (group.length >= SendRequest.maxRecipients) return leave(key, group)
      if (waiting <= maxWaiting) return undefined
      return leave(...Array.from(groups).reduce((one, other) => other[1].length > one[1].length ? other : one))
    },
    room: (key) => Math.min(SendRequest.maxRecipients - (groups.get(key)?.length ?? 0), maxWaiting - waiting + 1),
    next: () => {
      for (const [key, group] of groups) return leave(key, group)
      return undefined
    }
  }
}
