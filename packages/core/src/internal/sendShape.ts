/**
 * Whether a send request has the shape that its type says. The schema says what is wrong; of a request that is plainly right nothing is.
 */
import * as Schema from "effect/Schema"
import type * as RequestIssue from "../RequestIssue.ts"
import * as plain from "./plain.ts"
import * as fields from "./sendFields.ts"
import * as shape from "./shape.ts"

const anyNumber = fields.common(Schema.String)
const smsMessages = { messages: Schema.Array(Schema.Struct(fields.smsMessage(Schema.String))) }
const lmsMessages = { messages: Schema.Array(Schema.Struct(fields.lmsMessage(Schema.String))) }
const long = { ...anyNumber, ...fields.subject, ...fields.reserve, ...lmsMessages }

// One for each type, so that what is said about a request does not pay for the two that it is not.
const schemas = new Map<unknown, ReturnType<typeof shape.check>>([
  ["SMS", shape.check(Schema.Struct({ type: Schema.tag("SMS"), ...anyNumber, ...fields.reserve, ...smsMessages }))],
  ["LMS", shape.check(Schema.Struct({ type: Schema.tag("LMS"), ...long }))],
  ["MMS", shape.check(Schema.Struct({ type: Schema.tag("MMS"), ...long, ...fields.files }))]
])

const isTextOrNone = (value: unknown): boolean => value === undefined || typeof value === "string"

/** Whether the schema would find nothing wrong with a recipient of which the fields of its type alone are left. */
const isRecipient = (recipient: unknown): boolean =>
  plain.isObject(recipient) && typeof recipient["to"] === "string" && isTextOrNone(recipient["content"]) &&
  isTextOrNone(recipient["subject"])

/** A hole of an array is no recipient either. */
const areRecipients = (messages: ReadonlyArray<unknown>): boolean => {
  for (let index = 0; index < messages.length; index++) if (!isRecipient(messages[index])) return false
  return true
}

// Of a field that is not among these, as of one that is rare or new, the schema is asked.
const commonKeys: ReadonlySet<string> = new Set([
  "type",
  "contentType",
  "countryCode",
  "from",
  "content",
  "subject",
  "messages"
])

/** Whether all but the recipients is plainly right. */
const isCommon = (input: plain.Input): boolean => {
  for (const key of Object.keys(input)) if (!commonKeys.has(key)) return false
  const { content, contentType, countryCode, from, subject, type } = input
  return typeof from === "string" && typeof content === "string" && content !== "" &&
    (type === "SMS" ? subject === undefined : isTextOrNone(subject)) &&
    (contentType === undefined || contentType === "COMM" || contentType === "AD") &&
    (countryCode === undefined || countryCode === "82")
}

/**
 * What the schema alone says of it.
 *
 * @internal
 */
export const bySchema = (input: plain.Input): ReadonlyArray<RequestIssue.RequestIssue> =>
  schemas.get(input["type"])?.(input) ??
    [{ path: ["type"], kind: "Schema", message: "Expected \"SMS\", \"LMS\" or \"MMS\"" }]

/**
 * What keeps a request from being one, where its parts have no fields but those of its type.
 *
 * @internal
 */
export const check = (input: plain.Input): ReadonlyArray<RequestIssue.RequestIssue> => {
  const { messages, type } = input
  if (!schemas.has(type) || !Array.isArray(messages) || !areRecipients(messages)) return bySchema(input)
  if (isCommon(input)) return []
  // Of recipients that are plainly right the first stands for all.
  return bySchema(messages.length > 1 ? { ...input, messages: messages.slice(0, 1) } : input)
}
