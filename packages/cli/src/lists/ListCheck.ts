/**
 * The check of a list: opened, read row by row, counted, and what cannot be sent to written down.
 *
 * `check` shows its report; `campaign` shows it as its plan, and sends `ListPlan.messages` of the same file and the same settings.
 */
import type * as Unsubscribes from "@effect-sens/streams/Unsubscribes"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import type * as Scope from "effect/Scope"
import type * as Stdio from "effect/Stdio"
import * as Stream from "effect/Stream"
import type { Language } from "../Language.ts"
import * as CheckReport from "./CheckReport.ts"
import * as ListFile from "./ListFile.ts"
import * as ListPlan from "./ListPlan.ts"
import * as Rejects from "./Rejects.ts"

export interface Options extends ListFile.Options {
  readonly settings: ListPlan.Settings
  /** When it is sent, where that is not now. */
  readonly at?: DateTime.Utc | undefined
  /** Whether it is sent, so that what the law forbids at this hour is an error. */
  readonly isSending: boolean
  /** Who refused advertisements, where that was asked. */
  readonly blockList?: Unsubscribes.List | undefined
  readonly prices?: CheckReport.Prices | undefined
  /** Where the rows go that cannot be sent to. */
  readonly rejects?: string | undefined
  readonly language: Language
}

/** A list that was checked. `ListPlan.messages` of the two is what will be sent. */
export interface Checked {
  readonly file: ListFile.ListFile
  readonly settings: ListPlan.Settings
  readonly options: ListPlan.Options
  readonly report: CheckReport.CheckReport
}

/**
 * Checks a list that was opened. Fails as it cannot be read.
 */
export const checkFile = Effect.fnUntraced(function*(
  name: string,
  file: ListFile.ListFile,
  options: Options
): Effect.fn.Return<Checked, ListPlan.ReadError, FileSystem.FileSystem | Scope.Scope> {
  const { blockList, isSending, language, prices, settings } = options
  const now = options.at ?? (yield* DateTime.now)
  const rejects = options.rejects === undefined ? undefined : yield* Rejects.make(options.rejects, file.path, language)
  const counter = new CheckReport.Counter({
    name,
    file,
    settings,
    now,
    isOnline: blockList !== undefined,
    prices
  })
  const planned: ListPlan.Options = { now, isSending, blockList }
  let isBegun = false
  const begin = Effect.suspend(() => {
    const { header } = counter
    if (isBegun || header === undefined || rejects === undefined) return Effect.void
    isBegun = true
    return rejects.begin(header)
  })
  const outcomes = ListPlan.outcomes(file, settings, {
    ...planned,
    onHeader: (header) =>
      Effect.sync(() => {
        counter.header = header
      }),
    onWorkbook: (workbook) =>
      Effect.sync(() => {
        counter.sheet = workbook
      })
  })
  yield* Stream.runForEachArray(outcomes, (rows) => {
    for (const row of rows) counter.add(row)
    if (rejects === undefined) return Effect.void
    return Effect.andThen(begin, rejects.add(rows.filter((row) => row._tag === "Refused")))
  })
  yield* begin
  if (rejects !== undefined) yield* rejects.end
  return { file, settings, options: planned, report: counter.report(options.rejects) }
})

/**
 * Checks a list; `-` is stdin. What came by it is there as long as the scope. Fails as it cannot be read.
 */
export const check = (
  source: string,
  options: Options
): Effect.Effect<Checked, ListPlan.ReadError, FileSystem.FileSystem | Stdio.Stdio | Scope.Scope> =>
  Effect.flatMap(ListFile.open(source, options), (file) => checkFile(source, file, options))
