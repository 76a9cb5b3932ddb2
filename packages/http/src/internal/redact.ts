// What the service wrote may hold what we sent it. Nothing of that may reach an error.

const digits = /\d(?:[-. ]?\d){6,}/g

// A SHA-256 in Base64: 43 characters and one of padding.
const signature = /[A-Za-z0-9+/]{43}=/g

/** @internal */
export type Redact = (text: string) => string

/**
 * Hides the given values, as they stand and as JSON writes them, and every run of seven digits or more (with or without
 * separators), and every signature. `values` is only asked when there is something to hide it from.
 *
 * @internal
 */
export const make = (values: () => ReadonlyArray<string>): Redact => (text) => {
  const hidden = values().flatMap((value) => [value, JSON.stringify(value).slice(1, -1)])
  // Longest first: a value may be part of another.
  const known = [...new Set(hidden)].filter((value) => value.trim() !== "").sort((a, b) => b.length - a.length)
  return known.reduce((rest, value) => rest.replaceAll(value, "***"), text).replace(signature, "***").replace(
    digits,
    "***"
  )
}

// Beyond this a body is not looked at, since a value could be cut in two.
const longest = 65_536

/**
 * The masked beginning of a body, of at most 200 characters. Nothing of one that looks like JSON: the log holds texts that
 * other requests sent, which are not known here and cannot be masked.
 *
 * @internal
 */
export const excerpt = (redact: Redact, body: string): string =>
  body.length > longest || /^[\s\uFEFF]*[{["]/.test(body) ? "" : redact(body).replace(/\s+/g, " ").trim().slice(0, 200)
