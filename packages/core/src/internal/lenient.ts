/**
 * The JSON types that the documents give the fields of SENS, and how a value of another type is written in them.
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
  return Array.isArray(array) ? array.map((item) => Array.isArray(item) ? item : withFields(item, ofFile)) : array
}

type Fields = { readonly [name: string]: (value: unknown) => unknown }

const ofFile: Fields = { fileId: words, fileName: text, fileBody: text, name: text }

// Only what is known: a body may have a million other names, and copying them would cost many times its `JSON.parse`.
const withFields = (value: unknown, fields: Fields): unknown => {
  if (typeof value !== "object" || value === null) return value
  const known: Record<string, unknown> = {}
  for (const name in fields) {
    if (Object.hasOwn(value, name)) known[name] = fields[name]?.(Reflect.get(value, name))
  }
  return known
}

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
 * The fields of an object that are known, in their own JSON types.
 *
 * @internal
 */
export const named = (value: unknown): unknown => withFields(value, fields)

/**
 * The value of one field in its own JSON type, where it can be written so; else as it is.
 *
 * @internal
 */
export const field = (name: string, value: unknown): unknown =>
  Object.hasOwn(fields, name) ? fields[name]?.(value) : value
