/**
 * What a report counts messages by, and the one pass over the log that counts them.
 *
 * @since 0.1.0
 */
import * as MessageRecord from "@effect-sens/core/MessageRecord"
import * as DeliverySink from "@effect-sens/streams/DeliverySink"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Stream from "effect/Stream"
import * as Failure from "../Failure.ts"

/** What `--by` takes. */
export const names = ["code", "telco", "hour", "day", "type", "sender", "advice"] as const

export type Name = (typeof names)[number]

type Key = (record: MessageRecord.MessageRecord) => string | undefined

const said = (value: string | null | undefined): string | undefined =>
  value === undefined || value === null || value.trim() === "" ? undefined : value

/** Reads a record once, however many ways to group it ask for the same in turn. */
const once = <A>(read: (record: MessageRecord.MessageRecord) => A) => {
  let known: { readonly record: MessageRecord.MessageRecord; readonly value: A } | undefined
  return (record: MessageRecord.MessageRecord): A => {
    if (known?.record !== record) known = { record, value: read(record) }
    return known.value
  }
}

const makeKeys = () => {
  const outcome = once(MessageRecord.outcome)
  const at = once(DeliverySink.hour())
  return {
    // By what became of it: a message that failed is never counted with those that were delivered, whatever code it bears.
    code: (record) => {
      const found = outcome(record)
      return found._tag === "Pending" ? undefined : found.code.code
    },
    telco: DeliverySink.telco,
    hour: (record) => at(record)?.slice(11),
    day: (record) => at(record)?.slice(0, 10),
    type: ({ type }) => said(type),
    sender: ({ from }) => said(from),
    advice: (record) => {
      const found = outcome(record)
      return found._tag === "Pending" ? undefined : found.code.advice
    }
  } as const satisfies { readonly [N in Name]: Key }
}

const isName = (text: string): text is Name => names.some((name) => name === text)

const unknown = {
  en: (name: string) => `--by: there is no ${name}; there are ${names.join(", ")}`,
  ko: (name: string) => `--by: ${name} 기준은 없습니다. 있는 것은 ${names.join(", ")}`
}

/** `code,telco`, each once. */
export const parse = (text: string): Result.Result<ReadonlyArray<Name>, Failure.Refused> => {
  const by = new Set<Name>()
  for (const part of text.split(",").map((part) => part.trim().toLowerCase())) {
    if (!isName(part)) return Result.fail(Failure.usage({ en: unknown.en(part), ko: unknown.ko(part) }))
    by.add(part)
  }
  return Result.succeed(Array.from(by))
}

/** What a report tells of a time to delivery. */
export const percentiles = [50, 75, 90, 95, 99] as const

/** In what the messages of a row agree. */
export type RowKey = { readonly [N in Name]?: string | undefined }

/** A row: messages that agree in what was asked for. */
export type Row = DeliverySink.Summary<RowKey>

/** All that is counted; what the sections of a page are of is empty where there is to be none. */
export interface Sums {
  readonly all: ReadonlyArray<DeliverySink.Summary<{}>>
  readonly rows: ReadonlyArray<Row>
  readonly hour: ReadonlyArray<Row>
  readonly day: ReadonlyArray<Row>
  readonly code: ReadonlyArray<Row>
  readonly telco: ReadonlyArray<Row>
  readonly type: ReadonlyArray<Row>
}

/** Counts a stream of messages, in one pass and bounded memory: by what was asked for and, for a page, by what its sections are of. */
export const run = <E, R>(
  records: Stream.Stream<MessageRecord.MessageRecord, E, R>,
  by: ReadonlyArray<Name>,
  { isPage }: { readonly isPage: boolean }
): Effect.Effect<Sums, E, R> => {
  const keys = makeKeys()
  // With the code goes what to do about it: `0` of what was delivered is another row than `0` of what failed all the same.
  const of = new Set<Name>(by.includes("code") ? [...by, "advice"] : by)
  const rows: { readonly [name: string]: Key } = Object.fromEntries(Array.from(of, (name) => [name, keys[name]]))
  const asked = { all: {}, rows }
  if (!isPage) {
    return Effect.map(
      Stream.run(records, DeliverySink.summaries(asked, { percentiles })),
      (sums) => ({ ...sums, hour: [], day: [], code: [], telco: [], type: [] })
    )
  }
  const { advice, code, day, hour, telco, type } = keys
  const sections = { hour: { hour }, day: { day }, code: { code, advice }, telco: { telco }, type: { type } }
  return Stream.run(records, DeliverySink.summaries({ ...asked, ...sections }, { percentiles }))
}

/** What all of them come to; nothing where there is none. */
export const total = ({ all }: Pick<Sums, "all">): DeliverySink.Summary<{}> | undefined => all[0]
