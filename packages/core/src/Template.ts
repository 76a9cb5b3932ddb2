/**
 * Texts with a place for each person's own words: `{이름}님, 예약이 확정되었습니다.`
 *
 * | in a template | in a text |
 * | --- | --- |
 * | `{이름}` | what the row has in the column `이름`; a row where it is empty is refused |
 * | `{이름\|고객}` | the same, or `고객` where it is empty |
 * | `{{` and `}}` | a brace |
 *
 * No code, no filters. What a row has is trimmed, and its line breaks and tabs become spaces: a cell is a word in a sentence.
 *
 * @since 0.1.0
 */
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { suggestion } from "./internal/suggestion.ts"

// -----------------------------------------------------------------------------
// Models
// -----------------------------------------------------------------------------

/**
 * A place for a row's own words.
 *
 * @category models
 * @since 0.1.0
 */
export interface Place {
  /** The column. */
  readonly column: string
  /** What stands there where the row has nothing. Without it such a row is refused. */
  readonly default?: string
  /** Where it is in the template, in UTF-16 units. */
  readonly index: number
  /** Whether the value keeps its line breaks and tabs: it is a text of its own, as by {@link column}. */
  readonly isText?: true
}

/**
 * A template that was read: a plain value, to be rendered for any number of rows.
 *
 * @category models
 * @since 0.1.0
 */
export interface Template {
  /** What it is made of, in order: texts as they stand, and places. */
  readonly parts: ReadonlyArray<string | Place>
  /** The columns that it names, each once, in order. */
  readonly columns: ReadonlyArray<string>
}

// -----------------------------------------------------------------------------
// Errors
// -----------------------------------------------------------------------------

/**
 * One mistake in a template.
 *
 * - `Unclosed`: a `{` without its `}`
 * - `Unopened`: a `}` without its `{`
 * - `NoName`: braces without the name of a column
 * - `UnknownColumn`: the rows have no such column; `suggestion` is one that has nearly the same name
 *
 * @category schemas
 * @since 0.1.0
 */
export const Problem = Schema.Struct({
  /** What is wrong. */
  why: Schema.Literals(["Unclosed", "Unopened", "NoName", "UnknownColumn"]),
  /** Where it is, in UTF-16 units. */
  index: Schema.Int,
  /** The column that is named, at most 40 characters of it. */
  column: Schema.optionalKey(Schema.String),
  /** The column that may have been meant. */
  suggestion: Schema.optionalKey(Schema.String)
})

/**
 * One mistake in a template.
 *
 * @category models
 * @since 0.1.0
 */
export interface Problem extends Schema.Schema.Type<typeof Problem> {}

const sentences: Record<Problem["why"], string> = {
  Unclosed: "{ without }: write {{ for a brace",
  Unopened: "} without {: write }} for a brace",
  NoName: "braces without the name of a column: write {{ and }} for braces",
  UnknownColumn: "no column"
}

const longest = 40

// What stands in braces may be all of a text, if one was forgotten.
const short = (name: string): string => name.length > longest ? `${name.slice(0, longest)}…` : name

const quoted = (name: string): string => `"${short(name)}"`

const sentence = ({ column, index, suggestion, why }: Problem): string =>
  [
    sentences[why],
    column === undefined ? "" : ` ${quoted(column)}`,
    suggestion === undefined ? "" : `, perhaps ${quoted(suggestion)}`,
    ` (index ${index})`
  ].join("")

/**
 * A template with mistakes: all of them. It holds names of columns, and nothing else of the text.
 *
 * @category errors
 * @since 0.1.0
 */
export class InvalidTemplate extends Schema.TaggedError<InvalidTemplate>("@effect-sens/core/InvalidTemplate")(
  "InvalidTemplate",
  {
    /** All mistakes, in the order of the text. */
    problems: Schema.NonEmptyArray(Problem)
  }
) {
  override get message(): string {
    return `The template is wrong: ${this.problems.map(sentence).join("; ")}`
  }
}

/**
 * A row that a template cannot be rendered for. It holds the name of the column, and nothing of what the row has.
 *
 * - `Missing`: the row has nothing there, or only spaces, and the template has no default
 * - `NotText`: something other than a text or a number
 * - `ControlCharacter`: a character that has no business in a message
 * - `Broken`: U+FFFD: the text was damaged before it came here
 * - `SpreadsheetError`: the error of a formula, such as `#N/A`, or a cell that was too narrow to be saved, `#####`
 *
 * @category errors
 * @since 0.1.0
 */
export class InvalidValue extends Schema.TaggedError<InvalidValue>("@effect-sens/core/InvalidValue")("InvalidValue", {
  /** The column. */
  column: Schema.String,
  /** What is wrong with the value. */
  why: Schema.Literals(["Missing", "NotText", "ControlCharacter", "Broken", "SpreadsheetError"])
}) {
  override get message(): string {
    return `The column ${quoted(this.column)} ${reasons[this.why]}`
  }
}

const reasons: Record<InvalidValue["why"], string> = {
  Missing: "is empty, and the template has no default for it",
  NotText: "has something other than a text or a number",
  ControlCharacter: "has a control character",
  Broken: "was damaged before it came here (U+FFFD): read it again from where it came",
  SpreadsheetError: "has an error of a spreadsheet in place of a value"
}

// -----------------------------------------------------------------------------
// Reading
// -----------------------------------------------------------------------------

const clean = (name: string): string => name.normalize("NFC").trim()

/** Up to the next brace; all of it where there is none. */
const textEnd = /[{}]|$/g

/**
 * Reads a template. Where it is known which columns the rows have, a column that is none of them is a mistake, too. Mistakes make it
 * fail with {@link InvalidTemplate}, all of them at once.
 *
 * **Example** (Read once, rendered for each row)
 *
 * ```ts import.meta.vitest
 * import * as Template from "@effect-sens/core/Template"
 * import * as Result from "effect/Result"
 *
 * const template = Result.getOrThrow(Template.parse("{이름|고객}님, {날짜}에 뵙겠습니다."))
 *
 * template.columns // => ["이름", "날짜"]
 * Template.render(template, { 이름: "홍길동", 날짜: "1월 2일" }) // => Result.succeed("홍길동님, 1월 2일에 뵙겠습니다.")
 * Template.render(template, { 이름: "", 날짜: "1월 2일" }) // => Result.succeed("고객님, 1월 2일에 뵙겠습니다.")
 * ```
 *
 * **Example** (A column that the rows do not have)
 *
 * ```ts import.meta.vitest
 * import * as Template from "@effect-sens/core/Template"
 * import * as Result from "effect/Result"
 *
 * const { message } = Result.getOrThrow(Result.flip(Template.parse("{이릅}님", ["이름", "전화번호"])))
 *
 * message // => 'The template is wrong: no column "이릅", perhaps "이름" (index 0)'
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const parse = (text: string, columns?: Iterable<string>): Result.Result<Template, InvalidTemplate> => {
  const parts: Array<string | Place> = []
  const problems: Array<Problem> = []
  let literal = ""
  const flush = () => {
    if (literal !== "") parts.push(literal)
    literal = ""
  }
  let at = 0
  while (at < text.length) {
    textEnd.lastIndex = at
    const index = textEnd.exec(text)?.index ?? text.length
    literal += text.slice(at, index)
    if (index === text.length) break
    const brace = text.charAt(index)
    if (text.charAt(index + 1) === brace) {
      literal += brace
      at = index + 2
      continue
    }
    at = index + 1
    if (brace === "}") {
      problems.push({ why: "Unopened", index })
      continue
    }
    textEnd.lastIndex = at
    const end = textEnd.exec(text)?.index ?? text.length
    if (text.charAt(end) !== "}") {
      problems.push({ why: "Unclosed", index })
      at = end
      continue
    }
    const inside = text.slice(at, end)
    const bar = inside.indexOf("|")
    const column = clean(bar === -1 ? inside : inside.slice(0, bar))
    at = end + 1
    if (column === "") {
      problems.push({ why: "NoName", index })
      continue
    }
    flush()
    parts.push({ column, index, ...bar === -1 ? {} : { default: inside.slice(bar + 1).trim() } })
  }
  flush()
  const template = {
    parts,
    columns: Array.from(new Set(parts.flatMap((part) => typeof part === "string" ? [] : part.column)))
  }
  const unknown = columns === undefined ? [] : unknownColumns(template, columns)
  return failing([...problems, ...unknown], template)
}

const unknownColumns = ({ parts }: Template, columns: Iterable<string>): ReadonlyArray<Problem> => {
  const known = new Set(Array.from(columns, clean))
  return parts.flatMap((part): ReadonlyArray<Problem> => {
    if (typeof part === "string" || known.has(part.column)) return []
    const near = suggestion(part.column, known)
    const { column, index } = part
    return [{ why: "UnknownColumn", index, column: short(column), ...near === undefined ? {} : { suggestion: near } }]
  })
}

const failing = (problems: ReadonlyArray<Problem>, template: Template): Result.Result<Template, InvalidTemplate> => {
  const [first, ...rest] = problems.toSorted((one, other) => one.index - other.index)
  return first === undefined
    ? Result.succeed(template)
    : Result.fail(new InvalidTemplate({ problems: [first, ...rest] }))
}

/**
 * Whether rows with these columns have all that a template names, which was read before they were known. A column that is none of
 * them makes it fail with {@link InvalidTemplate}.
 *
 * **Example** (The header of a list)
 *
 * ```ts import.meta.vitest
 * import * as Template from "@effect-sens/core/Template"
 * import * as Result from "effect/Result"
 *
 * const template = Result.getOrThrow(Template.parse("{name}님"))
 *
 * Result.isSuccess(Template.check(template, ["name", "phone"])) // => true
 * Result.isSuccess(Template.check(template, ["Name", "phone"])) // => false
 * ```
 *
 * @category validating
 * @since 0.1.0
 */
export const check = (template: Template, columns: Iterable<string>): Result.Result<Template, InvalidTemplate> =>
  failing(unknownColumns(template, columns), template)

/**
 * What a default of {@link column} says.
 *
 * @category options
 * @since 0.1.0
 */
export interface ColumnOptions {
  /**
   * What stands there where the row has nothing; an empty text is one.
   *
   * @default none: such a row is refused
   */
  readonly default?: string | undefined
}

/**
 * For rows that bring their whole text with them: a template that renders what stands in a column. It keeps its line breaks and tabs, and
 * braces in it are braces; only white space around it is taken off.
 *
 * **Example** (A text of everybody's own)
 *
 * ```ts import.meta.vitest
 * import * as Template from "@effect-sens/core/Template"
 * import * as Result from "effect/Result"
 *
 * const template = Template.column("문안")
 *
 * Template.render(template, { 문안: "홍길동님,\n{특가} 안내\n" }) // => Result.succeed("홍길동님,\n{특가} 안내")
 * Result.isFailure(Template.render(template, { 문안: "" })) // => true
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const column = (name: string, options: ColumnOptions = {}): Template => {
  const column = clean(name)
  return {
    parts: [{ column, index: 0, isText: true, ...options.default === undefined ? {} : { default: options.default } }],
    columns: [column]
  }
}

/**
 * A text as a template that renders it as it stands.
 *
 * **Example** (Braces that are meant)
 *
 * ```ts import.meta.vitest
 * import * as Template from "@effect-sens/core/Template"
 *
 * Template.escape("{할인}") // => "{{할인}}"
 * ```
 *
 * @category converting
 * @since 0.1.0
 */
export const escape = (text: string): string => text.replace(/[{}]/g, "$&$&")

// -----------------------------------------------------------------------------
// Rendering
// -----------------------------------------------------------------------------

const breaks = /\s*[\t\n\v\f\r\u0085\u2028\u2029]\s*/g
// Control characters are what it looks for.
// oxlint-disable-next-line no-control-regex
const control = /[\0-\u001F\u007F-\u009F]/
const formula =
  /^#(?:N\/A|REF!|VALUE!|NAME\?|DIV\/0!|NULL!|NUM!|SPILL!|CALC!|FIELD!|GETTING_DATA|BLOCKED!|CONNECT!|UNKNOWN!|#{2,})$/i
const invisible = /^[\p{Cf}\p{Z}\s\u3164]*$/u

// Those that a text may have are left out.
// oxlint-disable-next-line no-control-regex
const controlInText = /[\0-\x08\x0B\x0C\x0E-\x1F\x7F-\x9F]/

// What nearly all cells have, and nothing of the above is in: words in Hangul and ASCII.
const words = /^[\uAC00-\uD7A3\w](?:[\uAC00-\uD7A3\w .,()-]*[\uAC00-\uD7A3\w.)])?$/

/** What a value says, `undefined` where that is nothing. */
const read = (value: unknown, isText: boolean): Result.Result<string | undefined, InvalidValue["why"]> => {
  if (value === undefined || value === null) return Result.succeed(undefined)
  if (typeof value === "bigint") return Result.succeed(String(value))
  if (typeof value === "number") {
    const text = String(value)
    // Neither NaN nor Infinity, nor 1e+21.
    return /^-?\d+(?:\.\d+)?$/.test(text) ? Result.succeed(text) : Result.fail("NotText")
  }
  if (typeof value !== "string") return Result.fail("NotText")
  if (words.test(value)) return Result.succeed(value)
  const text = (isText ? value : value.replace(breaks, " ")).trim()
  if (invisible.test(text)) return Result.succeed(undefined)
  if ((isText ? controlInText : control).test(text)) return Result.fail("ControlCharacter")
  if (text.includes("\uFFFD") || !text.isWellFormed()) return Result.fail("Broken")
  return formula.test(text) ? Result.fail("SpreadsheetError") : Result.succeed(text)
}

/**
 * The text for one row: an object with a value for each column, a text or a number. What the row has beside those is left alone. A row
 * whose place would stay empty, or that has something damaged there, makes it fail with {@link InvalidValue}.
 *
 * **Example** (No hole in a sentence)
 *
 * ```ts import.meta.vitest
 * import * as Template from "@effect-sens/core/Template"
 * import * as Result from "effect/Result"
 *
 * const template = Result.getOrThrow(Template.parse("{이름}님, 포인트 {포인트}점이 있습니다."))
 * const render = (row: object) => Result.match(Template.render(template, row), {
 *   onSuccess: (text) => text,
 *   onFailure: ({ column, why }) => `${column}: ${why}`
 * })
 *
 * render({ 이름: "홍길동", 포인트: 1200 }) // => "홍길동님, 포인트 1200점이 있습니다."
 * render({ 이름: " ", 포인트: 1200 }) // => "이름: Missing"
 * render({ 이름: "#N/A", 포인트: 1200 }) // => "이름: SpreadsheetError"
 * ```
 *
 * @category converting
 * @since 0.1.0
 */
export const render = (template: Template, row: object): Result.Result<string, InvalidValue> => {
  let text = ""
  for (const part of template.parts) {
    if (typeof part === "string") {
      text += part
      continue
    }
    const { column } = part
    const value = read(Reflect.get(row, column), part.isText === true)
    if (Result.isFailure(value)) return Result.fail(new InvalidValue({ column, why: value.failure }))
    const said = value.success ?? part.default
    if (said === undefined) return Result.fail(new InvalidValue({ column, why: "Missing" }))
    text += said
  }
  return Result.succeed(text)
}
