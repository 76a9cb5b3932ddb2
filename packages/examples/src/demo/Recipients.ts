/**
 * Who gets the message: a CSV file, or numbers from the command line.
 */
import * as PhoneNumber from "@effect-sens/core/PhoneNumber"
import * as List from "@effect-sens/streams/Recipients"
import * as Effect from "effect/Effect"
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

interface Row {
  /** Where it stands. */
  readonly where: string
  readonly number: Result.Result<PhoneNumber.PhoneNumber, Error>
  readonly outcome: string
}

const fromRows = (rows: ReadonlyArray<Row>): Effect.Effect<ReadonlyArray<Recipient>, InvalidRecipients> => {
  const problems: Array<string> = []
  const recipients = new Map<string, Recipient>()
  for (const { number, outcome, where } of rows) {
    if (Result.isFailure(number)) problems.push(`${where}: ${number.failure.message}`)
    else if (recipients.has(number.success)) problems.push(`${where}: listed twice`)
    else recipients.set(number.success, { number: number.success, outcome })
  }
  if (rows.length === 0) problems.push("There is no recipient")
  return problems.length === 0
    ? Effect.succeed([...recipients.values()])
    : Effect.fail(new InvalidRecipients({ problems: problems.slice(0, 10) }))
}

/** Reads a CSV file with a column for the numbers, and `outcome` if wanted. */
export const fromFile = Effect.fnUntraced(function*(path: string) {
  const fs = yield* FileSystem.FileSystem
  const rows = yield* Stream.runCollect(List.fromCsv(fs.stream(path)))
  return yield* fromRows(rows.map((row) => ({
    where: `line ${row.line}`,
    number: row._tag === "Message" ? Result.succeed(row.message.to) : Result.fail(row.reason),
    outcome: row._tag === "Message" ? row.message.cells["outcome"] ?? "" : ""
  })))
})

export const fromNumbers = (
  numbers: ReadonlyArray<string>
): Effect.Effect<ReadonlyArray<Recipient>, InvalidRecipients> =>
  fromRows(numbers.map((number, index) => ({
    where: `recipient ${index + 1}`,
    number: PhoneNumber.normalize(number),
    outcome: ""
  })))
