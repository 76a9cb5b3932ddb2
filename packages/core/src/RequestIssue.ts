/**
 * One problem of a request: where, what, and what to do.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"

/**
 * One problem of a request. `path` leads to the field (`["messages", 3, "to"]`), `kind` is stable and made for programs,
 * `message` is made for people. None of them holds a phone number or message text.
 *
 * What is known in figures:
 *
 * - `actual` and `limit`: how much there is, and how much there may be, in the unit that `message` names
 * - `index`, `length`: where in the text the problem is, in UTF-16 units; of a text that is too long, where it would be cut
 * - `character`, `codePoints`: what kind of character it is, as `EucKr.inspect` names it, and which
 *
 * @category schemas
 * @since 0.1.0
 */
export const RequestIssue = Schema.Struct({
  /** Where: the way to the field, such as `["messages", 3, "to"]`. */
  path: Schema.Array(Schema.Union([Schema.String, Schema.Int])),
  /** What it is, for programs: the name of a rule of `Preflight`, or of what cannot be read. */
  kind: Schema.String,
  /** What it is and what to do, for people. */
  message: Schema.String,
  /** How much there is, in the unit that `message` names. */
  actual: Schema.optionalKey(Schema.Finite),
  /** How much there may be. */
  limit: Schema.optionalKey(Schema.Finite),
  /** Where in the text it begins, in UTF-16 units; of a text that is too long, where it would be cut. */
  index: Schema.optionalKey(Schema.Int),
  /** How long it is, in UTF-16 units. */
  length: Schema.optionalKey(Schema.Int),
  /** What kind of character it is, as `EucKr.inspect` names it. */
  character: Schema.optionalKey(Schema.String),
  /** Which character it is. */
  codePoints: Schema.optionalKey(Schema.Array(Schema.Int))
})

/**
 * One problem of a request.
 *
 * @category models
 * @since 0.1.0
 */
export interface RequestIssue extends Schema.Schema.Type<typeof RequestIssue> {}

/**
 * One line for people.
 *
 * **Example** (A line for a log)
 *
 * ```ts import.meta.vitest
 * import * as RequestIssue from "@effect-sens/core/RequestIssue"
 *
 * RequestIssue.format({ path: ["messages", 3, "to"], kind: "Schema", message: "Expected a phone number of 1-25 digits" }) // => "messages[3].to: Expected a phone number of 1-25 digits"
 * ```
 *
 * @category converting
 * @since 0.1.0
 */
export const format = (self: RequestIssue): string => {
  const path = self.path.reduce<string>(
    (text, key) => typeof key === "number" ? `${text}[${key}]` : text === "" ? key : `${text}.${key}`,
    ""
  )
  return path === "" ? self.message : `${path}: ${self.message}`
}

const shown = 10

/**
 * One line for many issues: the first ten, and how many more there are.
 *
 * **Example** (A line for a log)
 *
 * ```ts import.meta.vitest
 * import * as RequestIssue from "@effect-sens/core/RequestIssue"
 *
 * const issue = (index: number) => ({ path: ["messages", index, "to"], kind: "Schema", message: "Expected digits" })
 *
 * RequestIssue.formatAll([issue(0), issue(3)]) // => "messages[0].to: Expected digits; messages[3].to: Expected digits"
 * ```
 *
 * @category converting
 * @since 0.1.0
 */
export const formatAll = (issues: ReadonlyArray<RequestIssue>): string => {
  const lines = issues.slice(0, shown).map(format).join("; ")
  return issues.length > shown ? `${lines}; and ${issues.length - shown} more` : lines
}
