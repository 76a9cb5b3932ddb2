/**
 * Who gets the message: a CSV file, or numbers from the command line.
 */
import * as PhoneNumber from "@effect-sens/core/PhoneNumber"
import * as Effect from "effect/Effect"
import * as Csv from "effect/encoding/Csv"
import * as FileSystem from "effect/FileSystem"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"

export interface Recipient {
  readonly number: PhoneNumber.PhoneNumber
  /** The result code that the emulator is to report; empty for a delivery. */
  readonly outcome: string
}

export class InvalidRecipients extends Schema.TaggedError<InvalidRecipients>()("InvalidRecipients", {
  problems: Schema.Array(Schema.String)
}) {
  override get message(): string {
    return `No message was sent. ${this.problems.join("; ")}`
  }
}

const Row = Schema.Struct({ number: Schema.String, outcome: Schema.optionalKey(Schema.String) })

type Row = typeof Row.Type

const fromRows = (rows: ReadonlyArray<Row>): Effect.Effect<ReadonlyArray<Recipient>, InvalidRecipients> => {
  const problems: Array<string> = []
  const recipients = new Map<string, Recipient>()
  rows.forEach(({ number: text, outcome = "" }, index) => {
    const number = PhoneNumber.normalize(text)
    if (Result.isFailure(number)) problems.push(`recipient ${index + 1}: ${number.failure.message}`)
    else if (recipients.has(number.success)) problems.push(`recipient ${index + 1}: listed twice`)
    else recipients.set(number.success, { number: number.success, outcome })
  })
  if (rows.length === 0) problems.push("There is no recipient")
  return problems.length === 0
    ? Effect.succeed([...recipients.values()])
    : Effect.fail(new InvalidRecipients({ problems: problems.slice(0, 10) }))
}

/** Reads a CSV file with a column `number`, and `outcome` if wanted. */
export const fromFile = Effect.fnUntraced(function*(path: string) {
  const fs = yield* FileSystem.FileSystem
  const rows = yield* fs.stream(path).pipe(
    Stream.pipeThroughChannel(Csv.decodeSchema(Row)({ headers: true })),
    Stream.runCollect
  )
  return yield* fromRows(rows)
})

export const fromNumbers = (
  numbers: ReadonlyArray<string>
): Effect.Effect<ReadonlyArray<Recipient>, InvalidRecipients> => fromRows(numbers.map((number) => ({ number })))
