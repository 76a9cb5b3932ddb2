/**
 * Decodes records of the log by hand, field by field. What reads the log decodes millions of them, and a `Schema.Struct` as it is
 * interpreted makes a page cost 2.4 times its `JSON.parse`, this 1.1 times; a compiler of schemas cannot help where `eval` is
 * barred.
 *
 * The schema remains what decides: this takes what it would take and gives what it would give (a test compares the two), and
 * whatever else comes is left to it, to say what is wrong where.
 */
import * as Effect from "effect/Effect"
import type * as Schema from "effect/Schema"
import * as SchemaCompiler from "effect/schema/SchemaCompiler"
import type * as SchemaIssue from "effect/SchemaIssue"
import * as SchemaParser from "effect/SchemaParser"
import type * as FileId from "../FileId.ts"
import type * as MessageId from "../MessageId.ts"
import type * as MessageRecord from "../MessageRecord.ts"
import type * as RequestId from "../RequestId.ts"

type Writable<A> = { -readonly [K in keyof A]: A[K] }

type Untrusted<A> = { readonly [K in keyof A]?: unknown }

const isObject = <A>(input: unknown): input is Untrusted<A> =>
  typeof input === "object" && input !== null && !Array.isArray(input)

const isId = <A extends string>(value: unknown): value is A => typeof value === "string" && value !== ""

const isText = <A extends string = string>(value: unknown): value is A | null | undefined =>
  typeof value === "string" || value === null || value === undefined

const isCode = (value: unknown): value is string | number | null | undefined =>
  isText(value) || Number.isSafeInteger(value)

type File = MessageRecord.File

const decodeFile = (input: unknown): File | undefined => {
  if (!isObject<File>(input)) return undefined
  const { fileId, name } = input
  if (!isText<FileId.FileId>(fileId) || !isText(name)) return undefined
  return {
    ...fileId !== undefined || "fileId" in input ? { fileId } : {},
    ...name !== undefined || "name" in input ? { name } : {}
  }
}

const decodeFiles = (input: ReadonlyArray<unknown>): ReadonlyArray<File> | undefined => {
  const found: Array<File> = []
  for (const one of input) {
    const file = decodeFile(one)
    if (file === undefined) return undefined
    found.push(file)
  }
  return found
}

/**
 * The record that the schema makes of this input, or none where the schema has to be asked.
 *
 * @internal
 */
export const decode = (input: unknown): MessageRecord.MessageRecord | undefined => {
  if (!isObject<MessageRecord.MessageRecord>(input)) return undefined
  const {
    completeTime,
    content,
    contentType,
    countryCode,
    files,
    from,
    messageId,
    requestId,
    requestTime,
    status,
    statusCode,
    statusMessage,
    statusName,
    subject,
    telcoCode,
    to,
    type
  } = input
  if (
    !(isText<RequestId.RequestId>(requestId) && isId<MessageId.MessageId>(messageId) && isText(requestTime) &&
      isText(contentType) && isText(type) && isText(subject) && isText(content) && isCode(countryCode) &&
      isText(from) && typeof to === "string" && typeof status === "string" && status.trim() !== "" &&
      isCode(statusCode) &&
      isText(statusName) && isText(statusMessage) && isText(completeTime) && isText(telcoCode))
  ) return undefined
  // In the order of the schema, so that a record that is written out looks the same, whoever has decoded it.
  if (
    // What SENS writes of nearly every message. Made as a whole it takes less than half of the memory.
    requestId !== undefined && requestTime !== undefined && contentType !== undefined && type !== undefined &&
    content !== undefined && countryCode !== undefined && from !== undefined && statusCode !== undefined &&
    statusName !== undefined && statusMessage !== undefined && completeTime !== undefined && telcoCode !== undefined &&
    !("subject" in input) && !("files" in input)
  ) {
    return {
      requestId,
      messageId,
      requestTime,
      contentType,
      type,
      content,
      countryCode,
      from,
      to,
      status,
      statusCode,
      statusName,
      statusMessage,
      completeTime,
      telcoCode
    }
  }
  const record: Partial<Writable<MessageRecord.MessageRecord>> = {}
  // What is absent stays so. Names that are written out, not looped over, are what makes this fast.
  if (requestId !== undefined || "requestId" in input) record.requestId = requestId
  record.messageId = messageId
  if (requestTime !== undefined || "requestTime" in input) record.requestTime = requestTime
  if (contentType !== undefined || "contentType" in input) record.contentType = contentType
  if (type !== undefined || "type" in input) record.type = type
  if (subject !== undefined || "subject" in input) record.subject = subject
  if (content !== undefined || "content" in input) record.content = content
  if (countryCode !== undefined || "countryCode" in input) record.countryCode = countryCode
  if (from !== undefined || "from" in input) record.from = from
  record.to = to
  record.status = status
  if (statusCode !== undefined || "statusCode" in input) record.statusCode = statusCode
  if (statusName !== undefined || "statusName" in input) record.statusName = statusName
  if (statusMessage !== undefined || "statusMessage" in input) record.statusMessage = statusMessage
  if (completeTime !== undefined || "completeTime" in input) record.completeTime = completeTime
  if (telcoCode !== undefined || "telcoCode" in input) record.telcoCode = telcoCode
  if (files === null || files === "" || (files === undefined && "files" in input)) record.files = files
  else if (files !== undefined) {
    const found = Array.isArray(files) ? decodeFiles(files) : undefined
    if (found === undefined) return undefined
    record.files = found
  }
  // All that a record must have has been set.
  return record as MessageRecord.MessageRecord
}

/**
 * Makes a schema decode as {@link decode} does. It is this schema alone that does: `interpreted`, which is of the same fields, says
 * what is wrong with what it does not take.
 *
 * @internal
 */
export const decoding = <S extends Schema.Decoder<unknown>>(schema: S, interpreted: Schema.Decoder<unknown>): S => {
  const explain = SchemaParser.decodeUnknownEffect(interpreted)
  SchemaCompiler.set(schema.ast, {
    decode: (input, { onExcessProperty }) =>
      onExcessProperty === "error" ? SchemaCompiler.invalid : decode(input) ?? SchemaCompiler.invalid,
    decodeEffect: (input, options): Effect.Effect<unknown, SchemaIssue.Issue> =>
      input === SchemaCompiler.missing ? Effect.succeed(SchemaCompiler.missing) : explain(input, options)
  })
  return schema
}
