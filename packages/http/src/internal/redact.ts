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

/** @internal */
export const excerpt = (redact: Redact, body: string): string => {
  // Redacted before it is cut, so that no half of a value stays at the end.
  const masked = redact(body.slice(0, 4096)).replace(/\s+/g, " ").trim()
  return masked.length <= 200 ? masked : masked.slice(0, 200)
}
