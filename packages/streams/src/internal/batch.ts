/**
 * Messages put together into requests: as few as can be, divided by what cannot differ inside one.
 */
import * as SendRequest from "@effect-sens/core/SendRequest"
import * as Arr from "effect/Array"
import * as Predicate from "effect/Predicate"
import type { Message } from "../BulkSend.ts"
import * as Recipient from "./recipient.ts"

/** @internal */
export const country = ({ countryCode }: Message): string => countryCode ?? "82"

const millis = (at: SendRequest.Reserve["at"]): number => at instanceof Date ? at.getTime() : at.epochMilliseconds

// Next to somebody's text, a message without one would get that.
const hasText = ({ content }: Message): boolean => Predicate.isString(content) && content !== ""

/**
 * What cannot differ inside a request.
 *
 * @internal
 */
export const groupKey = (message: Message): string => {
  const { contentType, from, reserve, type } = message
  const key = `${type} ${contentType ?? "COMM"} ${country(message)} ${Recipient.digits(from)}`
  const texted = hasText(message) ? key : `${key} blank`
  const reserved = reserve === undefined ? texted : `${texted} ${millis(reserve.at)} ${reserve.timeZone ?? ""}`
  return type === "MMS" && message.files !== undefined
    ? `${reserved} ${JSON.stringify(message.files.map(({ fileId }) => fileId))}`
    : reserved
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
  const { content } = first
  const own = (message: Message) => message.content === content ? {} : { content: message.content }
  if (first.type === "SMS") {
    return {
      type: "SMS",
      ...common(first),
      content,
      messages: Arr.map(group, (message) => ({ to: message.to, ...own(message) }))
    }
  }
  // A common subject would be that of those who have none.
  const subject = group.every((message) => subjectOf(message) !== undefined) ? first.subject : undefined
  const messages = Arr.map(group, (message) => {
    const theirs = subjectOf(message)
    return { to: message.to, ...theirs === undefined || theirs === subject ? {} : { subject: theirs }, ...own(message) }
  })
  const request = { ...common(first), content, ...subject === undefined ? {} : { subject }, messages }
  return first.type === "LMS"
    ? { type: "LMS", ...request }
    : { type: "MMS", ...request, ...first.files === undefined ? {} : { files: first.files } }
}

/**
 * What waits for its request to be full.
 *
 * @internal
 */
export interface Waiting<T> {
  /** Takes one in, and gives the group that has to go out for it, if any: one that is full, or the fullest where too many wait. */
  readonly add: (item: T, key: string) => Arr.NonEmptyReadonlyArray<T> | undefined
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
      const known = groups.get(key)
      const group: Arr.NonEmptyArray<T> = known ?? [item]
      if (known === undefined) groups.set(key, group)
      else known.push(item)
      waiting += 1
      if (group.length >= SendRequest.maxRecipients) return leave(key, group)
      if (waiting <= maxWaiting) return undefined
      return leave(...Array.from(groups).reduce((one, other) => other[1].length > one[1].length ? other : one))
    },
    next: () => {
      for (const [key, group] of groups) return leave(key, group)
      return undefined
    }
  }
}
