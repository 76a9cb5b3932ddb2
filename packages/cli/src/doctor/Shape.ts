/**
 * What an answer looks like, without anything that it says: keys, types, lengths, the forms of ids and times. It is what a report may
 * show to everybody.
 *
 * @since 0.1.0
 */
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"

/** The shape of a JSON value. */
export type Shape =
  | { readonly type: "null" | "boolean" | "number" }
  | { readonly type: "string"; readonly length: number; readonly form: string }
  | { readonly type: "array"; readonly length: number; readonly items: ReadonlyArray<Shape> }
  | { readonly type: "object"; readonly keys: { readonly [key: string]: Shape } }
  | { readonly type: "text"; readonly length: number; readonly html: boolean }
  | { readonly type: "nothing" }

export const Shape: Schema.Codec<Shape> = Schema.Union([
  Schema.Struct({ type: Schema.Literals(["null", "boolean", "number"]) }),
  Schema.Struct({ type: Schema.Literal("string"), length: Schema.Int, form: Schema.String }),
  Schema.Struct({
    type: Schema.Literal("array"),
    length: Schema.Int,
    items: Schema.Array(Schema.suspend((): Schema.Codec<Shape> => Shape))
  }),
  Schema.Struct({
    type: Schema.Literal("object"),
    keys: Schema.Record(Schema.String, Schema.suspend((): Schema.Codec<Shape> => Shape))
  }),
  Schema.Struct({ type: Schema.Literal("text"), length: Schema.Int, html: Schema.Boolean }),
  Schema.Struct({ type: Schema.Literal("nothing") })
]).annotate({ identifier: "Shape" })

/** Only what says nothing of anybody: of each part between dashes what it is made of, and how long it is. */
const pattern = (text: string): string =>
  text.split("-").map((part) =>
    part === "" ? "" : `${/^\d+$/.test(part) ? "9" : /^[A-Za-z]+$/.test(part) ? "a" : "x"}{${part.length}}`
  ).join("-")

const forms: ReadonlyArray<readonly [name: string, form: RegExp]> = [
  ["yyyy-MM-dd HH:mm:ss", /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/],
  ["yyyy-MM-dd HH:mm", /^\d{4}-\d\d-\d\d \d\d:\d\d$/],
  ["yyyy-MM-ddTHH:mm:ss.SSS", /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}$/],
  ["yyyy-MM-ddTHH:mm:ss+offset", /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)$/],
  ["uuid", /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i],
  ["digits", /^\d+$/]
]

/** The form of a text: a time, an id by the lengths of its parts, digits, or no more than that it is one. */
export const form = (text: string): string => {
  if (text === "") return "empty"
  const known = forms.find(([, form]) => form.test(text))
  if (known !== undefined) return known[0]
  // An id has its parts apart by dashes; its letters in front tell the kind of message, and say nothing of anybody.
  const id = /^([A-Z]{3,6})(-[\dA-Za-z-]+)$/.exec(text)
  if (id !== null) return (id[1] ?? "") + pattern(id[2] ?? "")
  if (/^[\dA-Za-z-]{8,80}$/.test(text) && /\d/.test(text)) return pattern(text)
  return "text"
}

/** A key that can be shown: of letters alone, so that no number can stand in it, and no longer than names are. */
const isName = (key: string): boolean => /^[A-Za-z][A-Za-z_]{0,29}$/.test(key)

const name = (key: string, secrets: ReadonlyArray<string>): string =>
  isName(key) && !secrets.some((secret) => secret !== "" && key.includes(secret))
    ? key
    : `(other, ${key.length} characters)`

const maxDepth = 6

/** The shape of a value; of an array the different shapes of its items, three at most. */
export const of = (value: unknown, secrets: ReadonlyArray<string> = [], depth = 0): Shape => {
  if (value === null || value === undefined) return { type: "null" }
  if (typeof value === "boolean") return { type: "boolean" }
  if (typeof value === "number") return { type: "number" }
  if (typeof value === "string") return { type: "string", length: value.length, form: form(value) }
  if (depth >= maxDepth) return { type: "nothing" }
  if (Array.isArray(value)) {
    const items = new Map<string, Shape>()
    for (const item of value.slice(0, 100)) {
      const shape = of(item, secrets, depth + 1)
      items.set(JSON.stringify(shape), shape)
    }
    return { type: "array", length: value.length, items: Array.from(items.values()).slice(0, 3) }
  }
  if (Predicate.isObject(value)) {
    return {
      type: "object",
      keys: Object.fromEntries(
        Object.entries(value).slice(0, 60).map(([key, item]) => [name(key, secrets), of(item, secrets, depth + 1)])
      )
    }
  }
  return { type: "nothing" }
}

/** Names of headers, without values; what bears more than two digits on end is none that a server is known for. */
export const headers = (headers: { readonly [name: string]: unknown }, secrets: ReadonlyArray<string> = []) =>
  Object.keys(headers).filter((header) =>
    /^[a-z][\da-z-]{0,49}$/.test(header) && !/\d{3}/.test(header) &&
    !secrets.some((secret) => secret !== "" && header.includes(secret.toLowerCase()))
  ).sort()
