/**
 * Records of the log, read one by one, for a page that the schema refuses as a whole.
 */
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as LenientBody from "../LenientBody.ts"
import * as MessageRecord from "../MessageRecord.ts"
import * as UnreadableRecord from "../UnreadableRecord.ts"
import * as wire from "./wire.ts"

const decode = Schema.decodeUnknownOption(MessageRecord.MessageRecord)

const decodeFields = Schema.decodeUnknownOption(UnreadableRecord.UnreadableRecord.fields.fields)

type Body = { readonly [name: string]: unknown }

/** @internal */
export const isBody = (value: unknown): value is Body =>
  typeof value === "object" && value !== null && !Array.isArray(value)

const kind = (value: unknown): string =>
  value === null ? "null" : Array.isArray(value) ? "an array" : `of type ${typeof value}`

const needed = new Set(["messageId", "to", "status"])

/** The fields of a record that can be read, and what is wrong with the others. */
const partly = (record: Body): Omit<UnreadableRecord.UnreadableRecord, "index"> => {
  const fields: Array<UnreadableRecord.UnreadableRecord["fields"]> = []
  const wrong: Array<string> = []
  for (const name of Object.keys(MessageRecord.MessageRecord.fields)) {
    if (record[name] === undefined) {
      if (needed.has(name)) wrong.push(`${name} is missing`)
      continue
    }
    const field = decodeFields({ [name]: record[name] })
    if (Option.isSome(field)) fields.push(field.value)
    else {wrong.push(
        typeof record[name] === "string" && record[name].trim() === ""
          ? `${name} is empty`
          : `${name} is ${kind(record[name])}`
      )}
  }
  return { why: wrong.join(", "), fields: Object.assign({}, ...fields) }
}

/**
 * Fields that a record may leave out, since they are known from elsewhere.
 *
 * @internal
 */
export interface Known {
  readonly requestId?: unknown
  readonly messageId?: unknown
}

/**
 * Whether a record leaves a field out.
 *
 * @internal
 */
export const lacks = (record: object, name: string): boolean => Option.isNone(wire.present(Reflect.get(record, name)))

/** The record with what it leaves out and is known. */
const complete = (record: Body, known: Known): Body => {
  const absent = Object.entries(known).filter(([name, value]) =>
    typeof value === "string" && value !== "" && lacks(record, name)
  )
  return absent.length === 0 ? record : { ...record, ...Object.fromEntries(absent) }
}

/**
 * Reads records one by one: those that can be read, and why the others cannot.
 *
 * @internal
 */
export const read = (inputs: ReadonlyArray<unknown>, known: Known): {
  readonly messages: ReadonlyArray<MessageRecord.MessageRecord>
  readonly unreadable: ReadonlyArray<UnreadableRecord.UnreadableRecord>
} => {
  const messages: Array<MessageRecord.MessageRecord> = []
  const unreadable: Array<UnreadableRecord.UnreadableRecord> = []
  inputs.forEach((input, index) => {
    if (!isBody(input)) return unreadable.push({ index, why: `the record is ${kind(input)}`, fields: {} })
    const record = complete(input, known)
    const documented = decode(record)
    if (Option.isSome(documented)) return messages.push(documented.value)
    const normal = LenientBody.normalize(record)
    const lenient = decode(normal)
    if (Option.isSome(lenient)) return messages.push(lenient.value)
    unreadable.push({ index, ...partly(isBody(normal) ? normal : record) })
  })
  return { messages, unreadable }
}

// What is wrong with one of these says nothing of the messages.
const informative = new Set(["statusCode", "statusName", "pageIndex", "pageSize", "itemCount"])

/**
 * The envelope of a body that the schema refuses as a whole, as the schema takes it, with its messages read one by one; none where
 * there is nothing of the kind.
 *
 * @internal
 */
export const page = (
  body: unknown,
  known: Known,
  isReadable: (part: Body) => boolean
): Option.Option<Body> => {
  const normal = LenientBody.normalize(body)
  if (!isBody(normal)) return Option.none()
  const envelope = Object.fromEntries(
    Object.entries(normal).filter(([name, value]) =>
      name !== "messages" && name !== "unreadable" && (!informative.has(name) || isReadable({ [name]: value }))
    )
  )
  const messages = Option.getOrUndefined(wire.present(normal["messages"]))
  if (messages === undefined) return Option.some(envelope)
  if (!Array.isArray(messages)) return Option.none()
  const { messages: readable, unreadable } = read(messages, known)
  return Option.some({ ...envelope, messages: readable, ...unreadable.length === 0 ? {} : { unreadable } })
}
