/**
 * The rows that cannot be sent to, as a file that people mend and check again: the line, why, and the row as it stands.
 *
 * It holds what the list holds, so only its owner may read it. Repeats and those who refused advertisements are not in it: whoever
 * sends the mended rows would send to them.
 */
import * as PhoneNumber from "@effect-sens/core/PhoneNumber"
import * as DeliveryExport from "@effect-sens/streams/DeliveryExport"
import type * as Recipients from "@effect-sens/streams/Recipients"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import type * as PlatformError from "effect/PlatformError"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import type * as Scope from "effect/Scope"
import type { Language } from "../Language.ts"
import * as ListFile from "./ListFile.ts"
import * as ListText from "./ListText.ts"

const names = { en: ["line", "why"], ko: ["행", "이유"] } as const

const special = /[",\r\n]/

const quoted = (text: string): string => special.test(text) ? `"${text.replaceAll("\"", "\"\"")}"` : text

const record = (cells: ReadonlyArray<string>): string => `${cells.map(quoted).join(",")}\r\n`

const why = ({ column, reason }: Recipients.Refused, language: Language): string => {
  const of = reason._tag === "InvalidPhoneNumber"
    ? "number"
    : reason._tag === "InvalidValue"
    ? "value"
    : reason._tag === "InvalidRow"
    ? "row"
    : "message"
  const { what } = ListText.reason(of, reason.why, language)
  return column === undefined ? what : `${what} {${column}}`
}

/** Writes rows down as they come. */
export interface Rejects {
  /** The names of the columns, before the first row. */
  readonly begin: (header: Recipients.Header) => Effect.Effect<void, ListFile.ListFileError>
  readonly add: (refused: ReadonlyArray<Recipients.Refused>) => Effect.Effect<void, ListFile.ListFileError>
  /** Gives the file its name. Without it there is no file. */
  readonly end: Effect.Effect<void, ListFile.ListFileError>
}

const told = <A, R>(effect: Effect.Effect<A, PlatformError.PlatformError, R>) =>
  Effect.mapError(effect, () => new ListFile.ListFileError({ why: "Unwritable" }))

/**
 * A file beside the one that is asked for, which takes its name when all is written. It is not to be the list, which stands at `list`.
 */
export const make = Effect.fnUntraced(function*(
  path: string,
  list: string,
  language: Language
): Effect.fn.Return<Rejects, ListFile.ListFileError, FileSystem.FileSystem | Scope.Scope> {
  const fs = yield* FileSystem.FileSystem
  const place = yield* Effect.option(fs.realPath(path))
  if (Option.isSome(place) && place.value === (yield* told(fs.realPath(list)))) {
    return yield* new ListFile.ListFileError({ why: "SameFile" })
  }
  const part = `${path}.part`
  // What a killed check left there may be anybody's to read.
  yield* told(fs.remove(part, { force: true }))
  const file = yield* told(fs.open(part, { flag: "wx", mode: 0o600 }))
  yield* Effect.addFinalizer(() => Effect.ignore(fs.remove(part, { force: true })))
  const encoder = new TextEncoder()
  const write = (text: string) => text === "" ? Effect.void : told(file.writeAll(encoder.encode(text)))
  let to = -1
  const row = (refused: Recipients.Refused): string => {
    const cells = Redacted.value(refused.cells).map((cell, index) => {
      // Excel would take the zero of digits.
      const number = index === to ? Result.getOrUndefined(PhoneNumber.normalize(cell)) : undefined
      return number === undefined ? DeliveryExport.guard(cell) : PhoneNumber.hyphenate(number)
    })
    return record([String(refused.line), why(refused, language), ...cells])
  }
  return {
    begin: (header) => {
      to = header.columns.indexOf(header.to)
      // With the mark by which Excel knows UTF-8.
      return write(`\ufeff${record([...names[language], ...header.columns.map(DeliveryExport.guard)])}`)
    },
    add: (refused) => Effect.suspend(() => write(refused.map(row).join(""))),
    end: told(Effect.andThen(file.sync, fs.rename(part, path)))
  }
})
