/**
 * What SENS answers about the block list.
 *
 * @since 0.1.0
 */
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as lenient from "./internal/lenient.ts"
import * as records from "./internal/records.ts"
import * as UnsubscribeEntry from "./UnsubscribeEntry.ts"

/**
 * An entry of the block list whose number cannot be read.
 *
 * - `index`: its place in the page, counted from 0
 * - `why`: whether its number is missing, empty, or of another JSON type; it holds no value
 *
 * @category schemas
 * @since 0.1.0
 */
export const UnreadableEntry = Schema.Struct({
  /** Its place in the page, counted from 0. */
  index: Schema.Natural,
  /** Whether its number is missing, empty, or of another JSON type. It holds no value. */
  why: Schema.String
})

/**
 * An entry of the block list that cannot be read.
 *
 * @category models
 * @since 0.1.0
 */
export interface UnreadableEntry extends Schema.Schema.Type<typeof UnreadableEntry> {}

/**
 * What a search of the block list and a registration answer: the numbers, and the entries that cannot be read. Somebody refused
 * advertisements with each of those, too.
 *
 * @category schemas
 * @since 0.1.0
 */
export const UnsubscribeResponse = Schema.Struct({
  /** The numbers, each with the way and the time that it came on the list. */
  entries: Schema.Array(UnsubscribeEntry.UnsubscribeEntry),
  /** The entries that cannot be read; empty where all can. */
  unreadable: Schema.Array(UnreadableEntry)
})

/**
 * What a search of the block list and a registration answer.
 *
 * @category models
 * @since 0.1.0
 */
export interface UnsubscribeResponse {
  /** The numbers, each with the way and the time that it came on the list. */
  readonly entries: ReadonlyArray<UnsubscribeEntry.UnsubscribeEntry>
  /** The entries that cannot be read; empty where all can. */
  readonly unreadable: ReadonlyArray<UnreadableEntry>
}

const decodeAll = Schema.decodeUnknownOption(Schema.Array(UnsubscribeEntry.UnsubscribeEntry))

const decode = Schema.decodeUnknownOption(UnsubscribeEntry.UnsubscribeEntry)

const optional = ["registerType", "registerTime"] as const

/** The entry, or why it cannot be read. What is odd about how and when a number came on the list does not take it off. */
const readEntry = (input: unknown): string | UnsubscribeEntry.UnsubscribeEntry => {
  if (!records.isBody(input)) return records.notAnObject("entry", input)
  const clientTelNo = lenient.field("clientTelNo", input["clientTelNo"])
  if (clientTelNo === undefined) return "clientTelNo is missing"
  const entry: Record<string, unknown> = { clientTelNo }
  for (const name of optional) {
    const value = lenient.field(name, input[name])
    if (typeof value === "string" || value === null) entry[name] = value
  }
  return Option.getOrElse(decode(entry), () => records.described("clientTelNo", clientTelNo))
}

/**
 * Reads an answer, a bare array of entries, entry by entry where it is not what the schema takes: one odd entry hides none of the
 * others, and is told. Numbers and times that are written as JSON numbers are read. None where it is no array.
 *
 * **Example** (An entry without a number)
 *
 * ```ts import.meta.vitest
 * import * as UnsubscribeResponse from "@effect-sens/core/UnsubscribeResponse"
 * import * as Option from "effect/Option"
 *
 * const body = [{ registerType: "M" }, { clientTelNo: "01012345678", registerType: "M" }]
 * const { entries, unreadable } = Option.getOrThrow(UnsubscribeResponse.read(body))
 *
 * entries.map(({ clientTelNo }) => clientTelNo) // => ["01012345678"]
 * unreadable // => [{ index: 0, why: "clientTelNo is missing" }]
 * ```
 *
 * @category transformations
 * @since 0.1.0
 */
export const read = (body: unknown): Option.Option<UnsubscribeResponse> => {
  if (!Array.isArray(body)) return Option.none()
  const documented = decodeAll(body)
  if (Option.isSome(documented)) return Option.some({ entries: documented.value, unreadable: [] })
  const entries: Array<UnsubscribeEntry.UnsubscribeEntry> = []
  const unreadable: Array<UnreadableEntry> = []
  body.forEach((input: unknown, index) => {
    const found = readEntry(input)
    if (typeof found === "string") unreadable.push({ index, why: found })
    else entries.push(found)
  })
  return Option.some({ entries, unreadable })
}

/**
 * An answer without entries.
 *
 * @category constants
 * @since 0.1.0
 */
export const empty: UnsubscribeResponse = { entries: [], unreadable: [] }
