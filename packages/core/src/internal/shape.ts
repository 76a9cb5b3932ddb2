/**
 * The first check of preflight: whether a value has the shape that its type says, whatever came past the compiler.
 */
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as SchemaIssue from "effect/SchemaIssue"
import type * as RequestIssue from "../RequestIssue.ts"
import { suggestion } from "./suggestion.ts"

const format = SchemaIssue.makeFormatterStandardSchemaV1()

// A key that the request may not have is an error: leaving it out would send something other than what was asked for.
const options = { errors: "all", onExcessProperty: "error" } as const

/**
 * A key as an issue may show it. It may be anything, a number or a text too: what looks like no field is not repeated.
 *
 * @internal
 */
export const name = (key: PropertyKey): string | number =>
  typeof key === "number"
    ? key
    : /^[a-z_$][\w$-]{0,39}$/i.test(String(key)) && !/\d.*\d.*\d.*\d/.test(String(key))
    ? String(key)
    : "***"

// The fields of what callers write that are no fields of the request itself.
const fields = [
  "to",
  "from",
  "content",
  "subject",
  "fileId",
  "at",
  "timeZone",
  "start",
  "end",
  "requestId",
  "messageId"
]

const others: ReadonlyMap<string, string> = new Map([
  ["Missing key", "Missing, and needed"],
  ["Expected string", "Expected a text"],
  ["Expected DateTime.Utc", "Expected a Date or a DateTime"]
])

/** What the schema says of a field, in words of whoever wrote it. */
const inWords = (message: string, path: ReadonlyArray<string | number>): string => {
  if (message !== "Expected no excess property") return others.get(message) ?? message
  const meant = suggestion(String(path.at(-1) ?? ""), fields)
  return meant === undefined ? "There is no such field: leave it out" : `There is no such field: write ${meant}`
}

/**
 * What keeps a value from being what its type says. Issues hold paths and expectations, never the values.
 *
 * @internal
 */
export const check = (schema: Schema.Constraint & { readonly DecodingServices: never }) => {
  const decode = Schema.decodeUnknownResult(Schema.toType(schema), options)
  return (value: unknown): ReadonlyArray<RequestIssue.RequestIssue> =>
    Result.match(decode(value), {
      onSuccess: () => [],
      onFailure: (error) =>
        format(error.issue).issues.map((issue) => {
          const path = (issue.path ?? []).map((key) => name(typeof key === "object" ? key.key : key))
          return { path, kind: "Schema", message: inWords(issue.message, path) }
        })
    })
}
