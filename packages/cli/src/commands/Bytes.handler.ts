/**
 * `effect-sens bytes`, once it is asked for.
 *
 * @since 0.1.0
 */
import * as EucKr from "@effect-sens/core/EucKr"
import * as SendRequest from "@effect-sens/core/SendRequest"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as Ending from "../Ending.ts"
import * as ExitCode from "../ExitCode.ts"
import * as Input from "../Input.ts"
import type { Language } from "../Language.ts"
import * as Output from "../Output.ts"
import * as Table from "../Table.ts"
import * as Text from "../Text.ts"
import type * as Bytes from "./Bytes.ts"

export const Document = Output.document("bytes", {
  bytes: Schema.Int,
  charset: Schema.Literals(["EUC-KR", "CP949"]),
  /** The type of message that has room for it; none where it is too long, or has what cannot be sent. */
  type: Schema.NullOr(Schema.Literals(["SMS", "LMS"])),
  /** What that type has room for. */
  limit: Schema.NullOr(Schema.Int),
  problems: Schema.Array(Schema.Struct({
    /** Where it is, in UTF-16 units. */
    index: Schema.Int,
    kind: Schema.String,
    severity: Schema.Literals(["error", "warning"]),
    codePoints: Schema.Array(Schema.String),
    /** What to write instead; an empty one says to leave it out. */
    suggestion: Schema.NullOr(Schema.String)
  }))
})

const texts = {
  bytes: {
    en: (bytes: string, charset: string) => `${bytes} ${bytes === "1" ? "byte" : "bytes"} (${charset})`,
    ko: (bytes: string, charset: string) => `${bytes}바이트 (${charset})`
  },
  fits: {
    en: (type: string, limit: string) => `${type}, which has room for ${limit}`,
    ko: (type: string, limit: string) => `${type} (${limit}바이트 이하)`
  },
  tooLong: {
    en: (limit: string) => `no message holds it: an LMS has room for ${limit}`,
    ko: (limit: string) => `보낼 수 없음: LMS도 ${limit}바이트까지입니다`
  },
  cannot: { en: "cannot be sent as it is", ko: "이대로는 보낼 수 없습니다" },
  leaveOut: { en: "leave it out", ko: "빼십시오" },
  write: { en: (text: string) => `write ${text}`, ko: (text: string) => `${text} (으)로 쓰십시오` },
  nothing: { en: "nothing is like it", ko: "비슷한 글자가 없습니다" },
  place: { en: (at: string) => `character ${at}`, ko: (at: string) => `${at}번째 글자` }
} as const

const table = (
  { bytes, charset, limit, problems, type }: typeof Document.Type,
  text: string,
  language: Language
): string => {
  const fits = type !== null && limit !== null
    ? texts.fits[language](type, Text.count(limit))
    : problems.some(({ severity }) => severity === "error")
    ? texts.cannot[language]
    : texts.tooLong[language](Text.count(SendRequest.maxBytes.LMS))
  const rows = problems.map(({ codePoints, index, suggestion }) => [
    // As a person counts them.
    `  ${texts.place[language](Text.count(Array.from(text.slice(0, index)).length + 1))}`,
    codePoints.join(" "),
    suggestion === null
      ? texts.nothing[language]
      : suggestion === ""
      ? texts.leaveOut[language]
      : texts.write[language](suggestion)
  ])
  return [
    `${texts.bytes[language](Text.count(bytes), charset)}: ${fits}`,
    ...(rows.length === 0 ? [] : [Table.render({ rows })])
  ].join("\n")
}

/** How many bytes a text has, and what in it cannot be sent. */
export const measure = (text: string, charset: EucKr.Charset): typeof Document.Type => {
  const fit = SendRequest.fit(text, { charset })
  // Not by `make`, whose check would take a tenth of the run; programs get it through the schema all the same.
  return {
    v: 1,
    command: "bytes",
    bytes: EucKr.byteLength(text),
    charset,
    type: Result.isSuccess(fit) ? fit.success.type : null,
    limit: Result.isSuccess(fit) ? fit.success.limit : null,
    problems: EucKr.inspect(text, { charset }).map(({ codePoints, index, kind, severity, suggestion }) => ({
      index,
      kind,
      severity,
      codePoints: codePoints.map((point) => `U+${point.toString(16).toUpperCase().padStart(4, "0")}`),
      suggestion: Option.getOrNull(suggestion)
    }))
  }
}

export const run = Effect.fnUntraced(function*({ charset, text: given }: Bytes.Input) {
  const { language } = yield* Output.Output
  const text = yield* Input.text(given)
  const value = measure(text, charset)
  yield* Output.answer({ document: Document, value, table: () => table(value, text, language) })
  if (value.type === null) yield* Ending.exit(ExitCode.table.refused.code)
})
