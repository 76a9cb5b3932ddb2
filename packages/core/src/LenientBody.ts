/**
 * Bodies in which a field has another JSON type than the documents give it.
 *
 * @since 0.1.0
 */

const text = (value: unknown): unknown =>
  typeof value === "number" || typeof value === "boolean" ? String(value) : value

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

const items = (value: unknown): unknown => {
  const array = one(value)
  return Array.isArray(array) ? array.map(normalize) : array
}

// A name means the same in every body of SENS.
const fields: { readonly [name: string]: (value: unknown) => unknown } = {
  clientTelNo: text,
  completeTime: text,
  content: text,
  contentType: text,
  countryCode: text,
  createTime: text,
  expireTime: text,
  fileId: text,
  files: items,
  from: text,
  hasMore: boolean,
  itemCount: integer,
  messageId: text,
  // Read record by record.
  messages: one,
  name: text,
  nextToken: text,
  pageIndex: integer,
  pageSize: integer,
  registerTime: text,
  registerType: text,
  requestId: text,
  requestTime: text,
  reserveId: text,
  reserveStatus: text,
  reserveTime: text,
  reserveTimeZone: text,
  status: text,
  statusCode: text,
  statusMessage: text,
  statusName: text,
  subject: text,
  telcoCode: text,
  to: text,
  type: text
}

/**
 * A body, or a part of one, with the fields of SENS in the JSON types of the documents, where their values can be written so:
 * numbers and booleans as texts, texts as numbers and booleans, and one item as an array of one. All else stays as it is. The
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
export const normalize = (body: unknown): unknown => {
  if (Array.isArray(body)) return body.map(normalize)
  if (typeof body !== "object" || body === null) return body
  return Object.fromEntries(
    Object.entries(body).map(([name, value]) => [name, Object.hasOwn(fields, name) ? fields[name]?.(value) : value])
  )
}
