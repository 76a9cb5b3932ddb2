/**
 * How an emulator reacts to a request: with an answer, or with a connection that fails. Each transport shows it in its own way.
 *
 * @since 0.1.0
 */
import type * as HttpServerResponse from "effect/http/HttpServerResponse"

/**
 * What becomes of a request and its connection.
 *
 * **Details**
 *
 * - `Answer`: the response; its `Date` header, or that there is none, is part of the emulation
 * - `Refused`: there was no connection, so nothing was sent
 * - `Reset`: the connection broke after the request was read
 *
 * That no answer ever comes is an emulator that never reacts.
 *
 * @category models
 * @since 0.1.0
 */
export type Reaction =
  | { readonly _tag: "Answer"; readonly response: HttpServerResponse.HttpServerResponse }
  | { readonly _tag: "Refused" }
  | { readonly _tag: "Reset"; readonly code: string }

/**
 * The code that a socket reports a failed connection with, as `Error.code` of Node's errors.
 *
 * @category converting
 * @since 0.1.0
 */
export const errorCode = (reaction: Exclude<Reaction, { readonly _tag: "Answer" }>): string =>
  reaction._tag === "Refused" ? "ECONNREFUSED" : reaction.code
