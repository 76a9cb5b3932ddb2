/**
 * Records of the log, read one by one, for a page that the schema refuses as a whole.
 *
 * What is wrong with a record is found field by field, by hand: an error of the schema for each would make a page of nothing else
 * cost a hundred times its `JSON.parse`. The schema remains what decides what can be read.
 */
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as MessageRecord from "../MessageRecord.ts"
import type * as UnreadableRecord from "../UnreadableRecord.ts"
import * as lenient from "./lenient.ts"
import * as wire from "./wire.ts"

const decode = Schema.decodeUnknownOption(MessageRecord.MessageRecord)

type Body = { readonly [name: string]: unknown }

/** @internal */
export const isBody = (value: unknown): value is Body =>
  typeof value === "object" && value !== null && !Array.isArray(value)

const kind = (value: unknown): string =>
  value === null ? "null" : Array.isArray(value) ? "an array" : `of type ${typeof value}`

/**
 * What a value is where it is none that belongs there; it holds nothing of the value.
 *
 * @internal
 */
export const described = (name: string, value: unknown): string =>
  typeof value === "string" && value.trim() === "" ? `${name} is empty` : `${name} is ${kind(value)}`

/**
 * Why something that is no object is none of the list.
 *
 * @internal
 */
export const notAnObject = (what: string, value: unknown): string => `the ${what} is ${kind(value)}`

// -----------------------------------------------------------------------------
// Fields
// -----------------------------------------------------------------------------

const isText = (value: unknown): boolean => typeof value === "string" || value === null

const isCode = (value: unknown): boolean => isText(value) || Number.isSafeInteger(value)

const isId = (value: unknown): boolean => typeof value === "string" && value !== ""

const isState = (value: unknown): boolean => typeof value === "string" && /\S/.test(value)

const isAbsentOrText = (value: unknown): boolean => value === undefined || isText(value)

const isFile = (value: unknown): boolean =>
  isBody(value) && isAbsentOrText(value["fileId"]) && isAbsentOrText(value["name"])

const isFiles = (value: unknown): boolean =>
  value === null || value === "" || (Array.isArray(value) && value.every(isFile))

interface Field {
  readonly name: string
  /** What to say where it is not there; none where it may be. */
  readonly missing: string | undefined
  /** Whether the schema takes this value of it, which is there. */
  readonly takes: (value: unknown) => boolean
}

const takes: { readonly [name in keyof MessageRecord.MessageRecord]-?: Field["takes"] } = {
  requestId: isText,
  messageId: isId,
  requestTime: isText,
  contentType: isText,
  type: isText,
  subject: isText,
  content: isText,
  countryCode: isCode,
  from: isText,
  to: (value) => typeof value === "string",
  status: isState,
  statusCode: isCode,
  statusName: isText,
  statusMessage: isText,
  completeTime: isText,
  telcoCode: isText,
  files: isFiles
}

const needed = new Set(["messageId", "to", "status"])

const fields: ReadonlyArray<Field> = Object.entries(takes).map(([name, takes]) => ({
  name,
  takes,
  missing: needed.has(name) ? `${name} is missing` : undefined
}))

const names = fields.map(({ name }) => name)

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

// What is wrong with a record that holds nothing, and its fields, are the same for all of them.
const noFields: UnreadableRecord.UnreadableRecord["fields"] = {}

/** What is wrong with a record, made once for all records with which the same is wrong, and what else is wrong with others. */
interface Wrong {
  readonly why: string
  readonly more: Map<string, Wrong>
}

const wrong = (why: string): Wrong => ({ why, more: new Map() })

const and = (found: Wrong, what: string): Wrong => {
  const known = found.more.get(what)
  if (known !== undefined) return known
  const more = wrong(found.why === "" ? what : `${found.why}, ${what}`)
  found.more.set(what, more)
  return more
}

/** What is there of the values of some names: an object may have a million others. */
const picked = (names: ReadonlyArray<string>, value: (name: string, at: number) => unknown): Body => {
  const found: Record<string, unknown> = {}
  names.forEach((name, at) => {
    const given = value(name, at)
    if (given !== undefined) found[name] = given
  })
  return found
}

// The schema leaves out of a file what it does not know.
const bare = (value: unknown): unknown =>
  Array.isArray(value)
    ? value.map((file: Body) => picked(["fileId", "name"], (name) => file[name]))
    : value

/**
 * Reads records by their fields: as the schema takes them, with what they leave out and is known, and with values of another JSON
 * type as they belong there; or what is wrong with one and what of it can be read.
 */
const byField = (known: Known) => {
  const nothing = wrong("")
  const ofKnown = fields.map(({ name }) => {
    const value = name === "requestId" || name === "messageId" ? known[name] : undefined
    return typeof value === "string" && value !== "" ? value : undefined
  })
  // The values of one record that can be read; made once, since a page may hold a million of them.
  const values = fields.map((): unknown => undefined)
  return (
    record: Body
  ): { readonly normal: Body } | {
    readonly why: string
    readonly fields: UnreadableRecord.UnreadableRecord["fields"]
  } => {
    let found = nothing
    let isChanged = false
    let isEmpty = true
    for (let at = 0; at < fields.length; at++) {
      const { missing, name, takes } = fields[at]!
      const given = record[name]
      let value = given
      if ((given === undefined || given === null || given === "") && ofKnown[at] !== undefined) {
        value = ofKnown[at]
        isChanged = true
      } else if (given === undefined) {
        if (missing !== undefined) found = and(found, missing)
      } else if (!takes(given)) {
        value = lenient.field(name, given)
        if (takes(value)) isChanged = true
        else {
          found = and(found, described(name, given))
          value = undefined
        }
      }
      values[at] = value
      if (value !== undefined) isEmpty = false
    }
    if (found === nothing) return { normal: isChanged ? picked(names, (_, at) => values[at]) : record }
    if (isEmpty) return { why: found.why, fields: noFields }
    const read = picked(names, (name, at) => name === "files" ? bare(values[at]) : values[at])
    // Each of them is what the schema takes.
    return { why: found.why, fields: read as UnreadableRecord.UnreadableRecord["fields"] }
  }
}

// -----------------------------------------------------------------------------
// Pages
// -----------------------------------------------------------------------------

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
  const reading = byField(known)
  // Made once for all of a kind: a page may hold millions.
  const others = new Map<string, string>()
  const whyOf = (input: unknown): string => {
    const of = kind(input)
    const known = others.get(of)
    if (known !== undefined) return known
    const why = notAnObject("record", input)
    others.set(of, why)
    return why
  }
  for (let index = 0; index < inputs.length; index++) {
    const input = inputs[index]
    if (!isBody(input)) {
      unreadable.push({ index, why: whyOf(input), fields: noFields })
      continue
    }
    const found = reading(input)
    if ("why" in found) {
      unreadable.push({ index, why: found.why, fields: found.fields })
      continue
    }
    const record = decode(found.normal)
    if (Option.isSome(record)) messages.push(record.value)
    else unreadable.push({ index, why: "the record is none", fields: noFields })
  }
  return { messages, unreadable }
}

// What is wrong with one of these says nothing of the messages.
const informative = new Set(["statusCode", "statusName", "pageIndex", "pageSize", "itemCount"])

// One of these says that a body is an answer about messages, or the envelope of one alone.
const telling = [...informative, "messages", "hasMore", "nextToken"]

/**
 * Whether a body is recognisable as an answer about messages. Any other object would be a page without any.
 *
 * @internal
 */
export const isAnswer = (body: unknown): boolean =>
  isBody(body) && (Array.isArray(body["messages"]) || telling.some((name) => !lacks(body, name)))

/**
 * A page.
 *
 * @internal
 */
export interface Page {
  readonly messages?: ReadonlyArray<MessageRecord.MessageRecord>
  readonly unreadable?: ReadonlyArray<UnreadableRecord.UnreadableRecord>
}

/**
 * Reads a body that the schema refuses as a whole: its envelope by the schema, its messages one by one; none where there is nothing
 * of the kind.
 *
 * @internal
 */
export const page = <A extends object>(
  body: unknown,
  known: Known,
  decodeEnvelope: (envelope: Body) => Option.Option<A>
): Option.Option<A & Page> => {
  const normal = lenient.named(body)
  if (!isBody(normal)) return Option.none()
  const messages = Option.getOrUndefined(wire.present(normal["messages"]))
  if (messages !== undefined && !Array.isArray(messages)) return Option.none()
  const envelope = Object.fromEntries(
    Object.entries(normal).filter(([name, value]) =>
      name !== "messages" &&
      (!informative.has(name) || Option.isSome(decodeEnvelope({ [name]: value })))
    )
  )
  return Option.map(decodeEnvelope(envelope), (decoded) => {
    if (messages === undefined) return decoded
    const { messages: readable, unreadable } = read(messages, known)
    return { ...decoded, messages: readable, ...unreadable.length === 0 ? {} : { unreadable } }
  })
}
