/**
 * Messages that come one after another and differ in number and text alone: they can be checked as one request, and if nothing is said of
 * that, nothing is to be said of any of them.
 */
import type * as SendRequest from "@effect-sens/core/SendRequest"
import * as Arr from "effect/Array"
import * as Predicate from "effect/Predicate"
import type { Message } from "../BulkSend.ts"
import * as Batching from "./batch.ts"
import * as Recipient from "./recipient.ts"

/**
 * @internal
 */
export interface Alike<M> {
  readonly messages: Arr.NonEmptyReadonlyArray<M>
  /** What cannot differ inside one request. */
  readonly key: string
  /** The numbers, in the order of the messages, as they are known again. */
  readonly numbers: ReadonlyArray<string>
  readonly isAd: boolean
  readonly request: SendRequest.SendRequest
}

// Programs without a compiler give anything.
type Given = { readonly [Field in keyof SendRequest.Mms | "to"]?: unknown }

/** A text of one's own that is empty is none inside a request, and an error alone. */
const hasTextAndNumber = ({ content, to }: Given): boolean =>
  Predicate.isString(content) && content !== "" && Predicate.isString(to)

/** Whether the rest is the same, by identity; of objects it is not asked what they hold. */
const isAlike = (one: Given, other: Given): boolean =>
  one.type === other.type && one.contentType === other.contentType && one.countryCode === other.countryCode &&
  one.from === other.from && one.reserve === other.reserve && one.files === other.files && one.subject === other.subject

/**
 * The messages from `at` on that are alike, as many as there is room for in the request that they go out with; none where there are not
 * two. A number that comes again ends them, since a request with it twice is told so.
 *
 * @internal
 */
export const from = <M extends Message>(
  messages: ReadonlyArray<M>,
  at: number,
  room: (key: string) => number
): Alike<M> | undefined => {
  const first = messages[at]
  const next = messages[at + 1]
  if (!Predicate.isObject(first) || !Predicate.isObject(next) || !hasTextAndNumber(first) || !isAlike(first, next)) {
    return
  }
  const key = Batching.groupKey(first)
  if (key === undefined) return
  const country = Batching.country(first)
  const numbers = new Set<string>()
  const end = Math.min(at + room(key), messages.length)
  let to = at
  for (; to < end; to++) {
    const message = messages[to]
    if (!Predicate.isObject(message) || !hasTextAndNumber(message) || !isAlike(first, message)) break
    const size = numbers.size
    if (numbers.add(Recipient.key(message.to, country)).size === size) break
  }
  const alike = messages.slice(at, to)
  return Arr.isReadonlyArrayNonEmpty(alike) && alike.length > 1
    ? {
      messages: alike,
      key,
      numbers: [...numbers],
      isAd: first.contentType === "AD",
      request: Batching.toRequest(alike)
    }
    : undefined
}
