// @effect-diagnostics asyncFunction:off globalDate:off - a plain program has them
// What a program in plain TypeScript writes, with rows as a database has them: it has to compile under `strict` alone.
import type * as StreamsPromise from "@effect-sens/streams/StreamsPromise"

export interface Row {
  readonly id: number
  readonly name: string
  readonly phone: string
  readonly title?: string | undefined
  readonly note: string | null
  readonly createdAt: Date
}

/** Sends to each, with fields of the program's own, and gives the ids of the rows that were accepted. */
export const announce = async (
  sens: StreamsPromise.StreamsPromise,
  rows: ReadonlyArray<Row>,
  sendAt?: Date
): Promise<ReadonlyArray<number>> => {
  const accepted: Array<number> = []
  const messages = rows.map((row) => ({
    ...row,
    type: "LMS" as const,
    from: "02-1234-5678",
    to: row.phone,
    subject: row.title,
    content: `${row.name}님, 안녕하세요`,
    reserve: sendAt && { at: sendAt }
  }))
  for await (const outcome of sens.bulk(messages, { dedupe: undefined, concurrency: 2 })) {
    if (outcome._tag === "Accepted") accepted.push(outcome.message.id)
  }
  return accepted
}

/** The same, written where it is used. */
export const remind = (sens: StreamsPromise.StreamsPromise, rows: ReadonlyArray<Row>) =>
  sens.summary(
    sens.bulk(
      rows.map((row) => ({ type: "SMS", from: "02-1234-5678", to: row.phone, content: `${row.name}님, 내일입니다` })),
      { onOutcome: ({ message }) => void message.to }
    )
  )

/** What became of requests whose ids are texts. */
export const ended = async (sens: StreamsPromise.StreamsPromise, requestIds: ReadonlyArray<string>) => {
  const states = new Map<string, string>()
  for await (const change of sens.track(requestIds)) {
    if (change._tag === "Message") states.set(change.record.messageId, change.record.status)
  }
  const [first = ""] = requestIds
  const { records } = await sens.awaitDelivery({ requestId: first, recipients: undefined })
  const log: Array<string> = []
  const requestTime = { start: new Date(Date.now() - 3_600_000), end: new Date() }
  for await (const record of sens.records({ requestTime, to: undefined })) log.push(record.to)
  return { states, records, log }
}
