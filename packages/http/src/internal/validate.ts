import * as SensError from "@effect-sens/core/SensError"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as SchemaIssue from "effect/SchemaIssue"

const format = SchemaIssue.makeFormatterStandardSchemaV1()

// A key that the request may not have is an error: leaving it out would send something other than what was asked for.
const options = { errors: "all", onExcessProperty: "error" } as const

/**
 * Checks a request and gives its wire form; all problems at once. Issues hold paths and expectations, never the values.
 *
 * @internal
 */
export const validate = <A, I>(schema: Schema.Codec<A, I>) => {
  const encode = Schema.encodeUnknownResult(schema, options)
  return (request: A): Result.Result<I, SensError.InvalidRequest> =>
    Result.mapError(encode(request), (error) =>
      new SensError.InvalidRequest({
        issues: format(error.issue).issues.map(({ message, path = [] }) => ({
          path: path.map((key) => {
            const name = typeof key === "object" ? key.key : key
            return typeof name === "number" ? name : String(name)
          }),
          kind: "Schema",
          message
        }))
      }))
}
