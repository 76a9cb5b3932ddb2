/**
 * What became of each recipient, as it is kept: a few characters each, in the order of the recipients, without their numbers.
 */
import * as DeliveryCode from "@effect-sens/core/DeliveryCode"
import * as MessageRecord from "@effect-sens/core/MessageRecord"
import * as Arr from "effect/Array"
import * as DateTime from "effect/DateTime"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as SchemaTransformation from "effect/SchemaTransformation"

const Kept = Schema.Tuple([
  /** Delivered, failed, not known. */
  Schema.Literals(["D", "F", "?"]),
  Schema.NullOr(Schema.String),
  Schema.NullOr(Schema.Int)
])
type Kept = typeof Kept.Type

const unknown: Kept = ["?", null, null]

/**
 * As JSON, with all times counted from the first, so that with the request it takes one page of SQLite.
 *
 * @internal
 */
export const Json = Schema.fromJsonString(Schema.Tuple([Schema.Int, Schema.Array(Kept)])).pipe(
  Schema.decodeTo(
    Schema.Array(Schema.toType(Kept)),
    SchemaTransformation.transform({
      decode: ([first, results]) => shifted(results, first),
      encode: (results) => {
        const times = results.flatMap(([, , time]) => time === null ? [] : [time])
        const first = times.length === 0 ? 0 : Math.min(...times)
        return [first, shifted(results, -first)] as const
      }
    })
  )
)

const shifted = (results: ReadonlyArray<Kept>, by: number): ReadonlyArray<Kept> =>
  results.map(([outcome, code, time]) => [outcome, code, time === null ? null : time + by])

// The log may write a number with the country before it.
const significant = (number: string): string =>
  number.replaceAll(/\D/g, "").replace(/^(?:00)?82(?=\d{7})/, "").replace(/^0+/, "")

const kept = (record: MessageRecord.MessageRecord): Kept => {
  const outcome = MessageRecord.outcome(record)
  return outcome._tag === "Pending" ? unknown : [
    outcome._tag === "Delivered" ? "D" : "F",
    outcome.code.code,
    Option.getOrNull(Option.map(outcome.completeTime, DateTime.toEpochMillis))
  ]
}

/**
 * The results of a request's recipients, and whether one is missing. A number that stands in the request twice takes its records in
 * their order.
 *
 * @internal
 */
export const collect = (
  recipients: ReadonlyArray<{ readonly to: string }>,
  records: ReadonlyArray<MessageRecord.MessageRecord>
): { readonly results: ReadonlyArray<Kept>; readonly isComplete: boolean } => {
  const byNumber = Arr.groupBy(records, ({ to }) => significant(to))
  const used = new Map<string, number>()
  const results = recipients.map(({ to }): Kept => {
    const number = significant(to)
    const index = used.get(number) ?? 0
    used.set(number, index + 1)
    const record = byNumber[number]?.[index]
    return record === undefined ? unknown : kept(record)
  })
  return { results, isComplete: results.every(([outcome]) => outcome !== "?") }
}

/**
 * How many have it, and how many have not.
 *
 * @internal
 */
export const counts = (results: ReadonlyArray<Kept>) => ({
  delivered: results.filter(([outcome]) => outcome === "D").length,
  failed: results.filter(([outcome]) => outcome === "F").length
})

const outcomes = { D: "Delivered", F: "Failed", "?": "Unknown" } as const

const read = Schema.decodeUnknownOption(Json)

/**
 * What is kept, for a person; none where it cannot be read.
 *
 * @internal
 */
export const shown = (text: string | null) =>
  Option.getOrElse(read(text), () => []).map(([outcome, code, at]) => ({
    outcome: outcomes[outcome],
    code: Option.map(Option.fromNullOr(code), DeliveryCode.fromString),
    completeTime: Option.flatMap(Option.fromNullOr(at), DateTime.make)
  }))
