/**
 * What changes what an emulator holds, as it is written down.
 */
import * as Schema from "effect/Schema"
import { ReservationOutcome } from "./reservationsApi.ts"
import { RegisterType } from "./unsubscribesApi.ts"

const Text = {
  to: Schema.String,
  /** What this recipient gets in place of the common subject. */
  subject: Schema.optional(Schema.String),
  /** What this recipient gets in place of the common text. */
  content: Schema.optional(Schema.String),
  code: Schema.String
}

const Common = {
  type: Schema.Literals(["SMS", "LMS", "MMS"]),
  contentType: Schema.Literals(["COMM", "AD"]),
  countryCode: Schema.String,
  from: Schema.String,
  subject: Schema.optional(Schema.String),
  content: Schema.String,
  files: Schema.Array(Schema.Struct({ fileId: Schema.String, name: Schema.String }))
}

/**
 * What a send comes to when it is accepted.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Plan = Schema.Struct({ ...Common, messages: Schema.Array(Schema.Struct(Text)) })

/**
 * An accepted send. Times are milliseconds since 1970.
 *
 * @category schemas
 * @since 0.1.0
 */
export const AcceptedRequest = Schema.Struct({
  requestId: Schema.String,
  serviceId: Schema.String,
  /** That of its first message, where it does not follow from the requests before. */
  sequence: Schema.optional(Schema.Int),
  ...Common,
  requestedAt: Schema.Finite,
  processingAt: Schema.Finite,
  completedAt: Schema.Finite,
  messages: Schema.Array(Schema.Struct({ messageId: Schema.String, ...Text }))
})

/**
 * A reserved send.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Reservation = Schema.Struct({
  requestId: Schema.String,
  serviceId: Schema.String,
  reserveAt: Schema.Finite,
  timeZone: Schema.String,
  plan: Plan
})

/**
 * An uploaded picture.
 *
 * @category schemas
 * @since 0.1.0
 */
export const UploadedFile = Schema.Struct({
  fileId: Schema.String,
  serviceId: Schema.String,
  name: Schema.String,
  createdAt: Schema.Finite,
  expiresAt: Schema.Finite,
  body: Schema.Uint8ArrayFromBase64
})

/**
 * A number on the block list.
 *
 * @category schemas
 * @since 0.1.0
 */
export const UnsubscribeEntry = Schema.Struct({
  clientTelNo: Schema.String,
  registerType: RegisterType,
  registeredAt: Schema.Finite
})

/**
 * Something that changed what an emulator holds.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Event = Schema.TaggedUnion({
  Accepted: { request: AcceptedRequest },
  Reserved: { reservation: Reservation },
  Canceled: { serviceId: Schema.String, requestId: Schema.String },
  Ended: { serviceId: Schema.String, requestId: Schema.String, outcome: ReservationOutcome },
  Uploaded: { file: UploadedFile },
  Unsubscribed: { serviceId: Schema.String, entries: Schema.Array(UnsubscribeEntry) },
  Resubscribed: { serviceId: Schema.String, numbers: Schema.Array(Schema.String) },
  Cleared: {}
})

/**
 * Something that changed what an emulator holds.
 *
 * @category models
 * @since 0.1.0
 */
export type Event = typeof Event.Type

/**
 * Events that could not be written. What asked for them did not happen.
 *
 * @category errors
 * @since 0.1.0
 */
export class NotWritten extends Schema.TaggedError<NotWritten>("@effect-sens/emulator/Storage/NotWritten")(
  "NotWritten",
  {
    /** The file. */
    path: Schema.String,
    /** Why, as the system says it. */
    why: Schema.String
  }
) {
  override get message(): string {
    return `${this.path} cannot be written: ${this.why}`
  }
}
