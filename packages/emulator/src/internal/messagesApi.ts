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
import * as OpenApi from "effect/http-api/OpenApi"
import * as Schema from "effect/Schema"
import * as SchemaTransformation from "effect/SchemaTransformation"
import * as Authentication from "./authentication.ts"
import * as CountryCode from "./countryCode.ts"
import * as Document from "./document.ts"
import * as ServiceError from "./serviceError.ts"
import * as Wire from "./wire.ts"

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
export const MessageType = Wire.text({
  description: "The kind of message, in any letter case. An MMS without files is sent as an LMS.",
  empty: "The type cannot be empty.",
  wrongType: "The type must be a string."
})
  .check(Wire.oneOf(["SMS", "LMS", "MMS"], "The type must be one of SMS, LMS, MMS."))
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
  .annotate({
    description: "COMM (default) is an ordinary message, AD advertising; in any letter case.",
    message: "The contentType must be one of COMM, AD."
  })
  .check(Wire.oneOf(["COMM", "AD"], "The contentType must be one of COMM, AD."))
  .pipe(
    Schema.decodeTo(Schema.String, SchemaTransformation.toUpperCase()),
    Schema.decodeTo(Schema.Literals(["COMM", "AD"]), SchemaTransformation.passthroughSupertype())
  )

// -----------------------------------------------------------------------------
// Send
// -----------------------------------------------------------------------------

const noReceiver = "The receiver(to) cannot be empty."
const noContent = "The content cannot be empty. (root content is mandatory)"
const noSender = "The sender(from) cannot be empty."
const noType = "The type cannot be empty."
const noMessages = "The messages cannot be empty."
const noFileId = "The fileId cannot be empty."
const noFileName = "The name of a file cannot be empty."
const noFileBody = "The body of a file cannot be empty."
const noCountry = "The countryCode must be numeric."

/**
 * One recipient of a send, with the text that overrides the common one.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Recipient = Schema.Struct({
  to: Wire.text({
    description: "The number: digits alone.",
    empty: noReceiver,
    wrongType: "The receiver(to) must be a string."
  })
    .check(
      Schema.isMinLength(1, { message: noReceiver }).abort(),
      Schema.isPattern(Wire.digits, {
        message: "The receiver(to) must be numeric and cannot exceed 25 characters."
      })
    )
    .annotateKey({ messageMissingKey: noReceiver }),
  subject: Wire.optionalText("subject", "A subject of this recipient's own, in place of the common one."),
  content: Wire.optionalText("content", "A text of this recipient's own, in place of the common one.")
}).annotate({ identifier: "Recipient", message: "The messages must hold objects." })

/**
 * A file that was uploaded before.
 *
 * @category schemas
 * @since 0.1.0
 */
export const FileReference = Schema.Struct({
  fileId: Wire.text({
    description: "What the upload answered.",
    empty: noFileId,
    wrongType: "The fileId must be a string."
  })
    .check(Schema.isMinLength(1, { message: noFileId }))
    .annotateKey({ messageMissingKey: noFileId })
}).annotate({ identifier: "FileReference", message: "The files must hold fileIds." })

/**
 * A file in the send itself, as the documents had it before uploads. Only a switch lets it in.
 *
 * @category schemas
 * @since 0.1.0
 */
export const InlineFile = Schema.Struct({
  name: Wire.text({
    description: "Its name, which ends in .jpg or .jpeg.",
    empty: noFileName,
    wrongType: "The name of a file must be a string."
  }).annotateKey({ messageMissingKey: noFileName }),
  body: Wire.text({
    description: "A JPEG in Base64.",
    empty: noFileBody,
    wrongType: "The body of a file must be a string."
  }).annotateKey({ messageMissingKey: noFileBody })
})

const noList = "The files must be an array."

/**
 * What a send asks for. `null` is as good as absent; the country code may come as a number.
 *
 * @category schemas
 * @since 0.1.0
 */
export const SendRequest = Schema.Struct({
  type: MessageType.annotateKey({ messageMissingKey: noType }),
  contentType: Schema.optionalKey(
    Schema.NullOr(ContentType).annotate({ message: "The contentType must be one of COMM, AD." })
  ),
  countryCode: Schema.optionalKey(
    Schema.NullOr(Schema.Union([
      Schema.String.check(Schema.isPattern(CountryCode.pattern, { message: noCountry })),
      Schema.Int.annotate({ message: noCountry }).check(
        Schema.isBetween({ minimum: 1, maximum: 9999 }, { message: noCountry })
      )
    ])).annotate({
      description:
        "The calling code of the country, 82 by default; \"082\" and \"+82\" are 82. Other countries take SMS alone.",
      message: noCountry
    })
  ),
  from: Wire.text({
    description: "The sender: digits alone, and registered for the account.",
    empty: noSender,
    wrongType: "The sender(from) must be a string."
  })
    .check(
      Schema.isMinLength(1, { message: noSender }).abort(),
      Schema.isPattern(Wire.digits, { message: "The sender(from) must be numeric and cannot exceed 25 characters." })
    )
    .annotateKey({ messageMissingKey: noSender }),
  subject: Wire.optionalText("subject", "The subject of an LMS or MMS, up to 40 bytes of EUC-KR."),
  content: Wire.text({
    description:
      "The common text, up to 90 bytes of EUC-KR (SMS) or 2,000 (LMS, MMS). It is mandatory, also where each " +
      "recipient has a text of its own.",
    empty: noContent,
    wrongType: "The content must be a string."
  })
    .check(Schema.isMinLength(1, { message: noContent }))
    .annotateKey({ messageMissingKey: noContent }),
  messages: Schema.Array(Recipient)
    .annotate({ description: "The recipients.", message: noMessages, wrongType: "The messages must be an array." })
    .check(
      Schema.isMinLength(1, { message: noMessages }),
      Schema.isMaxLength(100, { message: "The messages cannot exceed 100." })
    )
    .annotateKey({ messageMissingKey: noMessages }),
  files: Schema.optionalKey(
    Schema.NullOr(Schema.Array(FileReference)).annotate({ description: "The pictures of an MMS.", message: noList })
  ),
  reserveTime: Wire.optionalText("reserveTime", "When to send: yyyy-MM-dd HH:mm, at least ten minutes ahead.", {
    pattern: "^\\d{4}-\\d{2}-\\d{2} \\d{2}:\\d{2}$"
  }),
  reserveTimeZone: Wire.optionalText(
    "reserveTimeZone",
    "The zone of the reserveTime, by its name in the tz database; Asia/Seoul by default."
  )
}).annotate({ identifier: "SendRequest", message: "The request body must be a JSON object." })

/**
 * What a send asks for, where files may be in it.
 *
 * @category schemas
 * @since 0.1.0
 */
export const SendRequestInline = Schema.Struct({
  ...SendRequest.fields,
  files: Schema.optionalKey(
    Schema.NullOr(Schema.Array(
      Schema.Union([FileReference, InlineFile]).annotate({
        message: "The files must hold fileIds, or names and bodies."
      })
    ))
      .annotate({ message: noList })
  )
}).annotate({ message: "The request body must be a JSON object." })

/**
 * The answer to an accepted send. There is nothing about the single recipients in it.
 *
 * @category schemas
 * @since 0.1.0
 */
export const SendResponse = Schema.Struct({
  requestId: Schema.String.annotate({ description: "What the search and a reservation go by." }),
  requestTime: Wire.Millis("When the request was accepted."),
  statusCode: Schema.String.annotate({ description: "\"202\"" }),
  statusName: Schema.String.annotate({ description: "\"success\"" })
}).annotate({ identifier: "SendResponse", description: "The request is accepted." })

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
  requestId: Schema.String.annotate({ description: "The request that it came with." }),
  messageId: Schema.String.annotate({ description: "What the result goes by." }),
  requestTime: Wire.Seconds("When the request was accepted."),
  contentType: Schema.Literals(["COMM", "AD"]),
  type: Schema.Literals(["SMS", "LMS", "MMS"]),
  subject: Schema.optionalKey(Schema.String),
  content: Schema.String.annotate({ description: "The text as it was requested, also where it is cut on the way." }),
  countryCode: Schema.String,
  from: Schema.String,
  to: Schema.String,
  status: Schema.Literals(["READY", "PROCESSING", "COMPLETED"])
    .annotate({ description: "COMPLETED is finished, and not yet delivered: see statusName." }),
  files: Schema.optionalKey(
    Schema.Array(Schema.Struct({ fileId: Schema.String, name: Schema.String })).annotate({ description: "Of an MMS." })
  ),
  completeTime: Schema.optionalKey(Wire.Seconds("When it was finished.")),
  telcoCode: Schema.optionalKey(Schema.String.annotate({ description: "The carrier: SKT, KTF, LGT, ETC." })),
  statusCode: Schema.optionalKey(Schema.String.annotate({ description: "The result code: \"0\" is delivered." })),
  statusName: Schema.optionalKey(Schema.String.annotate({ description: "success or fail." })),
  statusMessage: Schema.optionalKey(Schema.String.annotate({ description: "What the code means, in Korean." }))
}).annotate({ identifier: "Message", description: "One message: what was asked for, and what became of it." })

const window = (what: string, longest: string) => ({
  description: `${what}: KST, yyyy-MM-dd HH:mm:ss, at most ${longest} from start to end.`,
  pattern: "^\\d{4}-\\d{2}-\\d{2} \\d{2}:\\d{2}:\\d{2}$"
})

/**
 * The query of a list, as it comes: `requestId`, or one pair of times, and filters.
 *
 * @category schemas
 * @since 0.1.0
 */
export const ListQuery = Schema.Struct({
  requestId: Wire.parameter("requestId", { description: "The request, in place of a pair of times." }),
  requestStartTime: Wire.parameter("requestStartTime", window("Accepted from here on", "30 days")),
  requestEndTime: Wire.parameter("requestEndTime", window("Accepted up to here", "30 days")),
  completeStartTime: Wire.parameter("completeStartTime", window("Finished from here on", "24 hours")),
  completeEndTime: Wire.parameter("completeEndTime", window("Finished up to here", "24 hours")),
  messageId: Wire.parameter("messageId", { description: "This message alone." }),
  type: Wire.parameter("type", { description: "In any letter case.", enum: ["SMS", "LMS", "MMS"] }),
  contentType: Wire.parameter("contentType", { description: "In any letter case.", enum: ["COMM", "AD"] }),
  countryCode: Wire.parameter("countryCode", {
    description: "The calling code of the country; \"082\" is 82.",
    pattern: CountryCode.pattern.source
  }),
  from: Wire.parameter("from", { description: "The sender: digits alone.", pattern: Wire.digits.source }),
  to: Wire.parameter("to", { description: "The recipient: digits alone.", pattern: Wire.digits.source }),
  status: Wire.parameter("status", { description: "In any letter case.", enum: ["READY", "PROCESSING", "COMPLETED"] }),
  statusName: Wire.parameter("statusName", {
    description: "How finished ones ended, in any letter case.",
    enum: ["success", "fail"]
  }),
  pageIndex: Wire.parameter("pageIndex", {
    description: "Which page, from 0.",
    type: "integer",
    minimum: 0,
    maximum: 999_999_999,
    default: 0
  }),
  pageSize: Wire.parameter("pageSize", {
    description: "How many on a page: up to 100, 20 by default; with a requestId up to 1,000, and 1,000 by default.",
    type: "integer",
    minimum: 1,
    maximum: 1000
  }),
  nextToken: Wire.parameter("nextToken", { description: "What the page before answered, in place of pageIndex." })
})

const Count = Schema.Int.check(Schema.isGreaterThanOrEqualTo(0))

/**
 * A page of a list. `statusCode` is `"202"` under an HTTP status of 200; `itemCount` counts this page only.
 *
 * @category schemas
 * @since 0.1.0
 */
export const ListResponse = Schema.Struct({
  statusCode: Schema.String.annotate({ description: "\"202\"" }),
  statusName: Schema.String.annotate({
    description: "success; reserved, processing or fail where the request is a reservation that was not sent."
  }),
  requestId: Schema.optionalKey(Schema.String.annotate({ description: "The one that was asked for." })),
  messages: Schema.optionalKey(Schema.Array(MessageItem).annotate({ description: "Absent of a reservation." })),
  pageIndex: Schema.optionalKey(Count),
  pageSize: Count,
  itemCount: Count.annotate({ description: "How many there are on this page." }),
  hasMore: Schema.Boolean.annotate({ description: "Whether there is a page after this one." }),
  nextToken: Schema.optionalKey(Schema.String.annotate({ description: "Asks for the page after this one." }))
}).annotate({ identifier: "SearchResponse", description: "A page of messages." })

/**
 * The result of one message: an array of one.
 *
 * @category schemas
 * @since 0.1.0
 */
export const ResultResponse = Schema.Struct({
  statusCode: Schema.String.annotate({ description: "\"200\"" }),
  statusName: Schema.String.annotate({ description: "\"success\"" }),
  messages: Schema.Array(MessageItem).annotate({ description: "The message, alone." })
}).annotate({ identifier: "ResultResponse", description: "The message." })

// -----------------------------------------------------------------------------
// Endpoints
// -----------------------------------------------------------------------------

const messages = "/sms/v2/services/:serviceId/messages"

const params = { serviceId: Authentication.ServiceId }

const send = Document.operation({
  summary: "Send messages",
  description:
    "Sends one text to 1 to 100 recipients, now or at a time. It answers with the id of the request, and says " +
    "nothing of the single recipients: search by that id. One that is refused sends nothing.",
  examples: {
    SMS: { type: "SMS", from: "0212345678", content: "내용", messages: [{ to: "01000000001" }] },
    personal: {
      type: "LMS",
      contentType: "COMM",
      countryCode: "82",
      from: "0212345678",
      subject: "제목",
      content: "내용",
      messages: [{ to: "01000000001", content: "하나" }, { to: "01000000002", subject: "둘", content: "둘" }]
    },
    abroad: { type: "SMS", countryCode: 81, from: "0212345678", content: "hello", messages: [{ to: "900000001" }] },
    nulls: {
      type: "sms",
      contentType: null,
      countryCode: null,
      from: "0212345678",
      subject: null,
      content: "내용",
      messages: [{ to: "01000000001" }],
      files: null,
      reserveTime: null,
      reserveTimeZone: null
    }
  }
})

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
  }).annotateMerge(send),
  HttpApiEndpoint.get("search", messages, {
    params,
    query: ListQuery,
    success: ListResponse,
    error: ServiceError.NothingFoundNoContent
  }).annotateMerge(Document.operation({
    summary: "Search messages",
    description:
      "The messages of one request, or of a time, of the last 90 days. Exactly one of requestId, the two request " +
      "times, and the two complete times is required."
  })),
  HttpApiEndpoint.get("result", `${messages}/:messageId`, {
    params: { ...params, messageId: Schema.String.annotate({ description: "What a search answered." }) },
    success: ResultResponse,
    error: ServiceError.NothingFoundNoContent
  }).annotateMerge(Document.operation({
    summary: "Get a message",
    description: "One message, as an array of one."
  }))
).middleware(Authentication.BadRequests).middleware(Authentication.Authentication).annotateMerge(
  OpenApi.annotations({ description: "Sending messages, and what became of them." })
) {}
