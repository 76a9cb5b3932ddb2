/**
 * The first check of preflight: whether a value has the shape that its type says, whatever came past the compiler.
 */
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as SchemaIssue from "effect/SchemaIssue"
import type * as RequestIssue from "../RequestIssue.ts"

const format = SchemaIssue.makeFormatterStandardSchemaV1()

// A key that the request may not have is an error: leaving it out would send something other than what was asked for.
const options = { errors: "all", onExcessProperty: "error" } as const

/**
 * A key as an issue may show it: it may be anything, a phone number too.
 *
 * @internal
 */
export const name = (key: PropertyKey): string | number =>
  typeof key === "number" ? key : String(key).replace(/\d{7,}/g, "***").slice(0, 60)

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
        format(error.issue).issues.map(({ message, path = [] }) => ({
          path: path.map((key) => name(typeof key === "object" ? key.key : key)),
          kind: "Schema",
          message: message === "Missing key" ? "Missing, and needed" : message
        }))
    })
}
