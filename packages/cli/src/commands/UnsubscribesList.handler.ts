/**
 * `effect-sens unsubscribes list`, once it is asked for.
 *
 * @since 0.1.0
 */
import * as UnsubscribeEntry from "@effect-sens/core/UnsubscribeEntry"
import * as Unsubscribes from "@effect-sens/streams/Unsubscribes"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as Client from "../Client.ts"
import * as Instant from "../Instant.ts"
import * as OutFile from "../OutFile.ts"
import * as Output from "../Output.ts"
import * as Table from "../Table.ts"
import * as Text from "../Text.ts"
import type * as UnsubscribesFlags from "./Unsubscribes.ts"

export const Document = Output.document("unsubscribes list", {
  count: Schema.Int,
  /** Entries of the service that cannot be read; whoever they are of has refused as well. */
  unreadable: Schema.Int,
  /** Where they are instead of in `numbers`. */
  out: Schema.NullOr(Schema.String),
  numbers: Schema.Array(Schema.Struct({
    number: Schema.String,
    /** By a call to the 080 number, or by hand. */
    by: Schema.NullOr(Schema.Literals(["call", "hand"])),
    since: Schema.NullOr(Schema.String)
  }))
})

const texts = {
  heads: { en: ["number", "by", "since"], ko: ["번호", "방법", "등록 시각"] },
  by: { call: { en: "call", ko: "전화" }, hand: { en: "hand", ko: "직접" } },
  count: { en: (n: string) => `${n} on the list`, ko: (n: string) => `목록에 ${n}건` },
  written: {
    en: (n: string, file: string) => `${n} written to ${file}`,
    ko: (n: string, file: string) => `${n}건을 ${file}에 썼습니다`
  },
  unreadable: {
    en: (n: string) => `${n} entries of the list cannot be read; whoever they are of has refused as well`,
    ko: (n: string) => `읽을 수 없는 항목이 ${n}건 있습니다. 그 번호도 수신을 거부했습니다`
  }
} as const

export const run = Effect.fnUntraced(function*({ out }: UnsubscribesFlags.List) {
  const output = yield* Output.Output
  const { language } = output
  let unreadable = 0
  const entries = yield* Unsubscribes.all({
    onUnreadable: () =>
      Effect.sync(() => {
        unreadable += 1
      })
  }).pipe(Stream.runCollect)
  const numbers = entries.map((entry) => ({
    number: entry.clientTelNo,
    by: Option.getOrNull(UnsubscribeEntry.registeredBy(entry)),
    since: Instant.isoOrNull(UnsubscribeEntry.registerTime(entry))
  }))
  const masked = numbers.map(({ number, ...rest }) => ({ ...rest, number: output.number(number) }))
  const csv = (rows: typeof numbers) => [
    texts.heads[language],
    ...rows.map(({ by, number, since }) => [number, by === null ? "" : texts.by[by][language], since ?? ""])
  ]
  if (unreadable > 0) yield* output.note(texts.unreadable[language](Text.count(unreadable)))
  const value = { count: numbers.length, unreadable, out: Option.getOrNull(out) }
  if (Option.isSome(out)) {
    yield* OutFile.csv(out.value, csv(numbers))
    return yield* Output.answer({
      document: Document,
      value: Document.make({ ...value, numbers: [] }),
      table: () => texts.written[language](Text.count(numbers.length), out.value),
      csv: []
    })
  }
  yield* Output.answer({
    document: Document,
    value: Document.make({ ...value, numbers: masked }),
    table: () =>
      [
        ...(masked.length === 0 ? [] : [Table.render({ rows: csv(masked) })]),
        texts.count[language](Text.count(masked.length))
      ].join("\n"),
    csv: csv(masked)
  })
}, Effect.provide(Client.layer))
