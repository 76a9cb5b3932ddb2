/**
 * What a client and its transport tell each other about one exchange, beside the request and the answer: how much of a body is read,
 * whether an answer came, and whether the request was begun, where the transport knows it.
 */
import * as Context from "effect/Context"
import type * as HttpClientError from "effect/http/HttpClientError"

/** @internal */
export interface Exchange {
  readonly maxAnswerBytes: number
  hasAnswer: boolean
  /** Whether a byte of the request may have left; undefined where the transport does not know, or never got it. */
  isBegun: boolean | undefined
}

/** @internal */
export const make = (maxAnswerBytes: number): Exchange => ({ maxAnswerBytes, hasAnswer: false, isBegun: undefined })

/**
 * The exchange that a request belongs to; none where the client is not ours.
 *
 * @internal
 */
export const CurrentExchange = Context.Reference<Exchange | undefined>(
  "@effect-sens/http/internal/exchange/CurrentExchange",
  { defaultValue: () => undefined }
)

// By the reason of a failure, which is of one request: undici hands one and the same error to all that wait for a connection, and to
// those that were under way on it.
const begun = new WeakMap<HttpClientError.HttpClientError["reason"], boolean>()

/**
 * Notes of a failure whether its request was begun.
 *
 * @internal
 */
export const note = (error: HttpClientError.HttpClientError, isBegun: boolean): HttpClientError.HttpClientError => {
  begun.set(error.reason, isBegun)
  return error
}

/**
 * Whether the request of a failure was begun; undefined where its transport does not know.
 *
 * @internal
 */
export const wasBegun = (error: HttpClientError.HttpClientError): boolean | undefined => begun.get(error.reason)

/**
 * What stands at an answer whose body was collected: all of it, or that it is larger than it may be.
 *
 * @internal
 */
export const Collected: unique symbol = Symbol.for("@effect-sens/http/internal/exchange/Collected")
