/**
 * Bodies in which a field has another JSON type than the documents give it.
 *
 * @since 0.1.0
 */

const text = (value: unknown): unknown => typeof value === "number" ? String(value) : value

// A zero or a `false` where a text belongs is a placeholder for none: read as a text, it would be another text than the one sent.
const words = (value: unknown): unknown => value === 0 ? value : text(value)

const token = (value: unknown): unknown => value === 0 || value === false ? null : text(value)

const integer = (value: unknown): unknown =>
  typeof value === "string" && /^\s*\d{1,15}\s*$/.test(value) ? Number(value) : value

const boolean = (value: unknown): unknown => {
  switch (typeof value === "string" ? value.trim().toLowerCase() : value) {
    case "true":
    case "1":
    case 1:
      return true
    case "false":
    case "0":
    case 0:
      return false
    default:
      return value
  }
}

const one = (value: unknown): unknown =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? [value] : value

// A file holds no files: however deep a body is, so far and no further.
const items = (value: unknown): unknown => {
  const array = one(value)
  return Array.isArray(array) ? array.map((item) => Array.isArray(item) ? item : named(item, ofFile)) : array
}

type Fields = { readonly [name: string]: (value: unknown) => unknown }

const ofFile: Fields = { fileId: words, fileName: text, fileBody: text, name: text }

const named = (value: unknown, fields: Fields): unknown =>
  typeof value === "object" && value !== null
    ? Object.fromEntries(
      Object.entries(value).map(([name, value]) => [name, Object.hasOwn(fields, name) ? fields[name]?.(value) : value])
    )
    : value

// A name means the same in every body of SENS.
const fields: Fields = {
  clientTelNo: words,
  completeTime: text,
  content: words,
  contentType: text,
  countryCode: text,
  createTime: text,
  expireTime: text,
  fileId: words,
  files: items,
  from: words,
  hasMore: boolean,
  itemCount: integer,
  messageId: words,
  // Read record by record.
  messages: one,
  name: text,
  nextToken: token,
  pageIndex: integer,
  pageSize: integer,
  registerTime: text,
  registerType: text,
  requestId: words,
  requestTime: text,
  reserveId: words,
  reserveStatus: text,
  reserveTime: text,
  reserveTimeZone: text,
  status: text,
  statusCode: text,
  statusMessage: text,
  statusName: text,
  subject: words,
  telcoCode: text,
  to: words,
  type: text
}

/**
 * A body, or a part of one, with the fields of SENS in the JSON types of the documents, where their values can be written so:
 * numbers as texts, texts as numbers and booleans, and one item as an array of one. All else stays as it is, a zero that stands for a
 * message's text, number or id among it. The
 * schemas of core take what the documents have, in one pass; this is for what they refuse.
 *
 * **Example** (A record of another version)
 *
 * ```ts import.meta.vitest
 * import * as LenientBody from "@effect-sens/core/LenientBody"
 *
 * LenientBody.normalize({ telcoCode: 5, hasMore: "false", pageIndex: "0" }) // => { telcoCode: "5", hasMore: false, pageIndex: 0 }
 * ```
 *
 * @category transformations
 * @since 0.1.0
 */
export const normalize = (body: unknown): unknown =>
  Array.isArray(body) ? body.map((part) => Array.isArray(part) ? part : named(part, fields)) : named(body, fields)
