/**
 * The wire definitions of sending, listing and reading messages, written from the SENS documents and from observed answers,
 * independently of what the client of this project believes.
 *
 * Source: SENS API v2, "SMS send", "SMS list", "SMS get"; the three validation texts that were observed are used verbatim,
 * the others are in their style.
 *
 * @since 0.1.0
 */
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as Schema from "effect/Schema"
import * as SchemaTransformation from "effect/SchemaTransformation"
import * as Authentication from "./authentication.ts"
import * as ServiceError from "./serviceError.ts"

// -----------------------------------------------------------------------------
// Fields
// -----------------------------------------------------------------------------

/**
 * `SMS`, `LMS` or `MMS`.
 *
 * @category models
 * @since 0.1.0
 */
export type MessageType = "SMS" | "LMS" | "MMS"

/**
 * `COMM` (ordinary) or `AD` (advertising).
 *
 * @category models
 * @since 0.1.0
 */
export type ContentType = "COMM" | "AD"

/**
 * `READY`, `PROCESSING` or `COMPLETED`.
 *
 * @category models
 * @since 0.1.0
 */
export type MessageStatus = "READY" | "PROCESSING" | "COMPLETED"

/**
 * `SMS`, `LMS` or `MMS`, in any letter case.
 *
 * @category schemas
 * @since 0.1.0
 */
export const MessageType = Schema.String
  .annotate({ message: "The type cannot be empty." })
  .check(Schema.isPattern(/^(?:sms|lms|mms)$/i, { message: "The type must be one of SMS, LMS, MMS." }))
  .pipe(
    Schema.decodeTo(Schema.String, SchemaTransformation.toUpperCase()),
    Schema.decodeTo(Schema.Literals(["SMS", "LMS", "MMS"]), SchemaTransformation.passthroughSupertype())
  )

/**
 * `COMM` or `AD`, in any letter case.
 *
 * @category schemas
 * @since 0.1.0
 */
export const ContentType = Schema.String
  .annotate({ message: "The contentType must be one of COMM, AD." })
  .check(Schema.isPattern(/^(?:comm|ad)$/i, { message: "The contentType must be one of COMM, AD." }))
  .pipe(
    Schema.decodeTo(Schema.String, SchemaTransformation.toUpperCase()),
    Schema.decodeTo(Schema.Literals(["COMM", "AD"]), SchemaTransformation.passthroughSupertype())
  )

const optionalText = (name: string) =>
  Schema.optionalKey(Schema.NullOr(Schema.String).annotate({ message: `The ${name} must be a string.` }))

// -----------------------------------------------------------------------------
// Send
// -----------------------------------------------------------------------------

const noReceiver = "The receiver(to) cannot be empty."
const noContent = "The content cannot be empty. (root content is mandatory)"
const noSender = "The sender(from) cannot be empty."
const noType = "The type cannot be empty."
const noMessages = "The messages cannot be empty."

/**
 * One recipient of a send, with the text that overrides the common one.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Recipient = Schema.Struct({
  to: Schema.String
    .annotate({ message: noReceiver })
    .check(
      Schema.isMinLength(1, { message: noReceiver }).abort(),
      Schema.isPattern(/^\d{1,25}$/, {
        message: "The receiver(to) must be numeric and cannot exceed 25 characters."
      })
    )
    .annotateKey({ messageMissingKey: noReceiver }),
  subject: optionalText("subject"),
  content: optionalText("content")
}).annotate({ message: noReceiver })

/**
 * A file that was uploaded before.
 *
 * @category schemas
 * @since 0.1.0
 */
export const FileReference = Schema.Struct({
  fileId: Schema.String.check(Schema.isMinLength(1, { message: "The fileId cannot be empty." }))
    .annotate({ message: "The fileId cannot be empty." })
    .annotateKey({ messageMissingKey: "The fileId cannot be empty." })
}).annotate({ message: "The files must hold fileIds." })

/**
 * A file in the send itself, as the documents had it before uploads. Only a switch lets it in.
 *
 * @category schemas
 * @since 0.1.0
 */
export const InlineFile = Schema.Struct({ name: Schema.String, body: Schema.String })

/**
 * What a send asks for. `null` is as good as absent; the country code may come as a number.
 *
 * @category schemas
 * @since 0.1.0
 */
export const SendRequest = Schema.Struct({
  type: MessageType.annotateKey({ messageMissingKey: noType }),
  contentType: Schema.optionalKey(Schema.NullOr(ContentType)),
  countryCode: Schema.optionalKey(
    Schema.NullOr(Schema.Union([Schema.String, Schema.Int])).annotate({ message: "The countryCode must be numeric." })
  ),
  from: Schema.String
    .annotate({ message: noSender })
    .check(
      Schema.isMinLength(1, { message: noSender }).abort(),
      Schema.isPattern(/^\d{1,25}$/, { message: "The sender(from) must be numeric and cannot exceed 25 characters." })
    )
    .annotateKey({ messageMissingKey: noSender }),
  subject: optionalText("subject"),
  content: Schema.String
    .annotate({ message: noContent })
    .check(Schema.isMinLength(1, { message: noContent }))
    .annotateKey({ messageMissingKey: noContent }),
  messages: Schema.Array(Recipient)
    .annotate({ message: noMessages })
    .check(
      Schema.isMinLength(1, { message: noMessages }),
      Schema.isMaxLength(100, { message: "The messages cannot exceed 100." })
    )
    .annotateKey({ messageMissingKey: noMessages }),
  files: Schema.optionalKey(
    Schema.NullOr(Schema.Array(FileReference)).annotate({ message: "The files must hold fileIds." })
  ),
  reserveTime: optionalText("reserveTime"),
  reserveTimeZone: optionalText("reserveTimeZone")
}).annotate({ message: "The request body must be a JSON object." })

/**
 * What a send asks for, where files may be in it.
 *
 * @category schemas
 * @since 0.1.0
 */
export const SendRequestInline = Schema.Struct({
  ...SendRequest.fields,
  files: Schema.optionalKey(
    Schema.NullOr(Schema.Array(Schema.Union([FileReference, InlineFile])))
      .annotate({ message: "The files must hold fileIds." })
  )
}).annotate({ message: "The request body must be a JSON object." })

/**
 * The answer to an accepted send. There is nothing about the single recipients in it.
 *
 * @category schemas
 * @since 0.1.0
 */
export const SendResponse = Schema.Struct({
  requestId: Schema.String,
  requestTime: Schema.String,
  statusCode: Schema.String,
  statusName: Schema.String
})

// -----------------------------------------------------------------------------
// List and result
// -----------------------------------------------------------------------------

/**
 * One message as the list and the result show it. The last five but `files` are absent until it is `COMPLETED`.
 *
 * @category schemas
 * @since 0.1.0
 */
export const MessageItem = Schema.Struct({
  requestId: Schema.String,
  messageId: Schema.String,
  requestTime: Schema.String,
  contentType: Schema.String,
  type: Schema.String,
  subject: Schema.optionalKey(Schema.String),
  content: Schema.String,
  countryCode: Schema.String,
  from: Schema.String,
  to: Schema.String,
  status: Schema.String,
  files: Schema.optionalKey(Schema.Array(Schema.Struct({ fileId: Schema.String, name: Schema.String }))),
  completeTime: Schema.optionalKey(Schema.String),
  telcoCode: Schema.optionalKey(Schema.String),
  statusCode: Schema.optionalKey(Schema.String),
  statusName: Schema.optionalKey(Schema.String),
  statusMessage: Schema.optionalKey(Schema.String)
})

const parameter = (name: string) =>
  Schema.optionalKey(Schema.String.annotate({ message: `The ${name} can be given once.` }))

/**
 * The query of a list, as it comes: `requestId`, or one pair of times, and filters.
 *
 * @category schemas
 * @since 0.1.0
 */
export const ListQuery = Schema.Struct({
  requestId: parameter("requestId"),
  requestStartTime: parameter("requestStartTime"),
  requestEndTime: parameter("requestEndTime"),
  completeStartTime: parameter("completeStartTime"),
  completeEndTime: parameter("completeEndTime"),
  messageId: parameter("messageId"),
  type: parameter("type"),
  contentType: parameter("contentType"),
  countryCode: parameter("countryCode"),
  from: parameter("from"),
  to: parameter("to"),
  status: parameter("status"),
  statusName: parameter("statusName"),
  pageIndex: parameter("pageIndex"),
  pageSize: parameter("pageSize"),
  nextToken: parameter("nextToken")
})

/**
 * A page of a list. `statusCode` is `"202"` under an HTTP status of 200; `itemCount` counts this page only.
 *
 * @category schemas
 * @since 0.1.0
 */
export const ListResponse = Schema.Struct({
  statusCode: Schema.String,
  statusName: Schema.String,
  requestId: Schema.optionalKey(Schema.String),
  messages: Schema.optionalKey(Schema.Array(MessageItem)),
  pageIndex: Schema.optionalKey(Schema.Int),
  pageSize: Schema.Int,
  itemCount: Schema.Int,
  hasMore: Schema.Boolean,
  nextToken: Schema.optionalKey(Schema.String)
})

/**
 * The result of one message: an array of one.
 *
 * @category schemas
 * @since 0.1.0
 */
export const ResultResponse = Schema.Struct({
  statusCode: Schema.String,
  statusName: Schema.String,
  messages: Schema.Array(MessageItem)
})

// -----------------------------------------------------------------------------
// Endpoints
// -----------------------------------------------------------------------------

const messages = "/sms/v2/services/:serviceId/messages"

const params = { serviceId: Schema.String }

/**
 * The three operations on messages.
 *
 * @category models
 * @since 0.1.0
 */
export class MessagesApi extends HttpApiGroup.make("messages").add(
  HttpApiEndpoint.post("send", messages, {
    params,
    payload: SendRequest,
    success: SendResponse.pipe(HttpApiSchema.status(202)),
    error: [ServiceError.EntityTooLarge, ServiceError.UnsupportedMediaType]
  }),
  HttpApiEndpoint.get("search", messages, {
    params,
    query: ListQuery,
    success: ListResponse,
    error: ServiceError.NothingFoundNoContent
  }),
  HttpApiEndpoint.get("result", `${messages}/:messageId`, {
    params: { ...params, messageId: Schema.String },
    success: ResultResponse,
    error: ServiceError.NothingFoundNoContent
  })
).middleware(Authentication.BadRequests).middleware(Authentication.Authentication) {}
