/**
 * Numbers of a command line, of a file that it names, or of both: each once, as digits.
 *
 * @since 0.1.0
 */
import * as PhoneNumber from "@effect-sens/core/PhoneNumber"
import * as Recipients from "@effect-sens/streams/Recipients"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Stream from "effect/Stream"
import * as ExitCode from "./ExitCode.ts"
import * as Failure from "./Failure.ts"
import type { Both, Language } from "./Language.ts"
import * as ListFailure from "./lists/ListFailure.ts"
import * as ListFile from "./lists/ListFile.ts"
import * as ListText from "./lists/ListText.ts"
import * as Workbook from "./lists/Workbook.ts"

const none: Both = { en: "no number was given", ko: "번호를 주십시오" }

const ordinal = (at: number): Both => ({ en: `argument ${at}`, ko: `${at}번째 인수` })

const line = (at: number): Both => ({ en: `line ${at} of the list`, ko: `목록 ${at}행` })

const reason = (of: "number" | "row", why: string, language: Language): string => {
  const { todo, what } = ListText.reason(of, why, language)
  return todo === undefined ? what : `${what} → ${todo}`
}

/** What is no number is told by its place: numbers stand in no error. */
const wrong = (place: Both, of: "number" | "row", why: string) =>
  Failure.refuse("InvalidPhoneNumber", ExitCode.table.usage.code, {
    en: `${place.en}: ${reason(of, why, "en")}`,
    ko: `${place.ko}: ${reason(of, why, "ko")}`
  })

const normalize = (place: Both, text: string) =>
  Effect.mapError(Effect.fromResult(PhoneNumber.normalize(text.trim())), ({ why }) => wrong(place, "number", why))

/** A number on each line, without a row that names columns. */
const isPlain = (text: string): boolean =>
  Result.isSuccess(PhoneNumber.normalize(text.split(/\r?\n/).find((line) => line.trim() !== "")?.trim() ?? ""))

/** The numbers of a list: of CSV and .xlsx as `check` reads them, or a number on each line. */
const ofList = Effect.fnUntraced(function*(list: string) {
  const refused = ListFailure.of(list)
  const file = yield* Effect.mapError(ListFile.open(list), refused)
  if (file.format === "csv") {
    const text = yield* (yield* FileSystem.FileSystem).readFileString(file.path)
    const lines = text.replace(/^\uFEFF/, "")
    if (isPlain(lines)) {
      const numbers = lines.split(/\r?\n/).map((text, at) => ({ text, at: at + 1 })).filter(({ text }) =>
        text.trim() !== ""
      )
      return yield* Effect.forEach(numbers, ({ at, text }) => normalize(line(at), text))
    }
  }
  const rows = file.format === "csv"
    ? Recipients.fromCsv(ListFile.bytes(file), undefined, { encoding: file.encoding.encoding })
    : Stream.unwrap(Effect.map(Workbook.read(file), ({ rows }) => Recipients.fromRows(Stream.fromIterable(rows))))
  const read = yield* Effect.mapError(Stream.runCollect(rows), refused)
  return yield* Effect.forEach(read, (row) =>
    row._tag === "Message"
      ? Effect.succeed(row.message.to)
      : Effect.fail(wrong(line(row.line), row.reason._tag === "InvalidPhoneNumber" ? "number" : "row", row.reason.why)))
})

/** All of them are read before anything is done with one; the first that is none is told by its place. */
export const read = Effect.fnUntraced(function*(
  { list, numbers }: { readonly numbers: ReadonlyArray<string>; readonly list: Option.Option<string> }
) {
  const said = yield* Effect.forEach(numbers, (text, at) => normalize(ordinal(at + 1), text))
  const listed = Option.isNone(list) ? [] : yield* ofList(list.value)
  if (said.length + listed.length === 0) return yield* Failure.usage(none)
  return Array.from(new Set<string>([...said, ...listed]))
})
