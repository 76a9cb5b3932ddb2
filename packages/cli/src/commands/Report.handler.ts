/**
 * `effect-sens report`, once it is asked for.
 *
 * @since 0.1.0
 */
import * as DeliveryExport from "@effect-sens/streams/DeliveryExport"
import * as DeliveryLog from "@effect-sens/streams/DeliveryLog"
import * as Arr from "effect/Array"
import * as Clock from "effect/Clock"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import * as Path from "effect/Path"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as Client from "../Client.ts"
import * as Ending from "../Ending.ts"
import * as ExitCode from "../ExitCode.ts"
import * as Failure from "../Failure.ts"
import * as Instant from "../Instant.ts"
import * as OutFile from "../OutFile.ts"
import * as Output from "../Output.ts"
import * as Range from "../records/Range.ts"
import * as Asked from "../report/Asked.ts"
import { texts } from "../report/ReportText.ts"
import * as Rows from "../report/Rows.ts"
import * as Sums from "../report/Sums.ts"
import * as Text from "../Text.ts"
import type * as Report from "./Report.ts"

export const Document = Output.document("report", {
  /** The range that was read, in Korean time. */
  from: Schema.String,
  until: Schema.String,
  by: Schema.Array(Schema.Literals(Sums.names)),
  total: Rows.Total,
  rows: Schema.Array(Rows.Row),
  /** Messages that cannot be read, and so are not counted. */
  unreadable: Schema.Int,
  /** The files that were written, where they were named. */
  out: Schema.NullOr(Schema.String),
  html: Schema.NullOr(Schema.String)
})

/** A file that could not be written is told before the log is read, not after. */
const writable = Effect.fnUntraced(function*(
  file: Option.Option<string>,
  extension: RegExp,
  text: { readonly en: string; readonly ko: string }
) {
  if (Option.isNone(file)) return undefined
  if (!extension.test(file.value)) return yield* Failure.usage(text)
  const path = yield* Path.Path
  const fs = yield* FileSystem.FileSystem
  yield* fs.access(path.dirname(path.resolve(file.value)), { writable: true })
  return file.value
})

/** How many milliseconds pass between two words of how far it is. */
const interval = 200

/** Reads what was asked for, and counts it. */
const read = Effect.fnUntraced(function*(
  selection: Range.Selection,
  by: ReadonlyArray<Sums.Name>,
  options: { readonly isPage: boolean }
) {
  const output = yield* Output.Output
  const { serviceId } = yield* Client.Account
  let [messages, unreadable, last] = [0, 0, yield* Clock.currentTimeMillis]
  const tell = Effect.fnUntraced(function*(page: DeliveryLog.Page) {
    messages += page.records.length
    unreadable += page.unreadable.length
    const now = yield* Clock.currentTimeMillis
    if (!output.err.canRedraw || now - last < interval) return
    last = now
    yield* output.draw(`\r${texts.progress[output.language](Text.count(messages))}\u001B[K`)
  })
  const sums = yield* Sums.run(
    DeliveryLog.pages(selection.query).pipe(
      Stream.tap(tell),
      Stream.map(({ records }) => records.filter(selection.keeps)),
      Stream.filter(Arr.isArrayNonEmpty),
      Stream.flattenArray
    ),
    by,
    options
  )
  if (output.err.canRedraw) yield* output.draw("\r\u001B[K")
  return { serviceId, sums, unreadable }
}, Effect.provide(Client.layer))

export const run = Effect.fnUntraced(function*(input: Report.Input) {
  const output = yield* Output.Output
  const { language, number } = output
  const by = yield* Effect.fromResult(Sums.parse(Option.getOrElse(input.by, () => "code")))
  const out = yield* writable(input.out, /\.csv$/i, texts.csv)
  const html = yield* writable(input.html, /\.html?$/i, texts.html)
  const selection = yield* Range.resolve(input)
  const { serviceId, sums, unreadable } = yield* read(selection, by, { isPage: html !== undefined })
  const options: Rows.Options = { by, percentiles: input.percentiles }
  if (out !== undefined) {
    // A file that somebody named holds numbers in full.
    yield* OutFile.csv(out, Rows.csv(sums, options, language, String))
    yield* output.note(texts.written[language](out))
  }
  if (html !== undefined) {
    // Charts take more to load than all else: who wants none does not wait for them.
    const Page = yield* Effect.promise(() => import("../report/page/Page.ts"))
    const page = Page.make({
      sums,
      language,
      selection,
      made: yield* DateTime.now,
      serviceId,
      filters: Asked.filters(input, language, number),
      command: Asked.command(input, language, number),
      unreadable,
      chosen: Option.isNone(input.by) || Asked.hasSection(by) ? undefined : Rows.chosen(sums, by, output),
      hasNumbers: by.includes("sender") || Option.isSome(input.to) || Option.isSome(input.fromNumber)
    })
    yield* OutFile.bytes(html, Stream.encodeText(Stream.succeed(page)))
    yield* output.note(texts.written[language](html))
  }
  const value = Document.make({
    from: Instant.iso(selection.start),
    until: Instant.iso(selection.end),
    by: [...by],
    total: Rows.total(sums),
    rows: Rows.documents(sums, options, output),
    unreadable,
    out: out ?? null,
    html: html ?? null
  })
  yield* Output.answer({
    document: Document,
    value,
    table: () => Rows.table(sums, options, output),
    csv: Rows.csv(sums, options, language, number).map((row) => row.map(DeliveryExport.guard))
  })
  yield* output.note(
    texts.count[language](
      Text.count(value.total.messages),
      Instant.people(selection.start),
      Instant.people(selection.end)
    )
  )
  if (unreadable === 0) return
  yield* output.say(texts.unreadable[language](Text.count(unreadable)))
  yield* Ending.exit(ExitCode.table.part.code)
})
