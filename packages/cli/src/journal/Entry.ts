/**
 * One send of 1-100 recipients as it is written down before its POST goes out, so that whatever happens to this process, there is
 * something left to ask about.
 *
 * @since 0.1.0
 */
import * as SendIntent from "@effect-sens/core/SendIntent"
import * as SendRequest from "@effect-sens/core/SendRequest"
import * as Schema from "effect/Schema"

/**
 * How far it is.
 *
 * - `Open`: it may have been accepted
 * - `Accepted`: it was, as `requestId`
 * - `NotAccepted`: proof that it was not, and never will be: it may be sent again
 * - `GivenUp`: a person has said that it is not to be sent again, whatever became of it
 */
export const State = Schema.Literals(["Open", "Accepted", "NotAccepted", "GivenUp"])

export type State = typeof State.Type

export const Entry = Schema.Struct({
  v: Schema.Literal(1),
  id: Schema.String,
  serviceId: Schema.String,
  /** Where it went: an emulator is no real service, whatever its keys. */
  host: Schema.String,
  createdAt: Schema.DateTimeUtcFromString,
  /** When it came into its state. */
  changedAt: Schema.DateTimeUtcFromString,
  type: Schema.Literals(["SMS", "LMS", "MMS"]),
  recipients: Schema.Int,
  /** A keyed hash of sender, numbers and texts: the log cannot tell sends apart that have it in common. */
  twin: Schema.String,
  state: State,
  /** Its POSTs that may have been accepted. */
  intents: Schema.NonEmptyArray(SendIntent.SendIntent),
  /** What was sent, for as long as it has to be looked for or may be sent again; then numbers and texts are taken away. */
  request: Schema.NullOr(SendRequest.SendRequest),
  /** Whether the gateway said that it took it, under an id that could not be read. */
  isUnreadable: Schema.Boolean,
  /** Whether it got its id from the log, or by hand. */
  isAdopted: Schema.Boolean,
  requestId: Schema.NullOr(Schema.String),
  /** Of the request in the log, as SENS wrote it. */
  requestTime: Schema.NullOr(Schema.String)
})

export interface Entry extends Schema.Schema.Type<typeof Entry> {}

/** As the text of a file. */
export const Json = Schema.fromJsonString(Entry)
