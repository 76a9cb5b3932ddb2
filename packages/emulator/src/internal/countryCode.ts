/**
 * The calling code of a country, as requests and queries write it.
 */

/** How one is written: its digits, after a plus or the zeros that people dial before it. */
export const pattern = /^(?:\+|00?)?[1-9]\d{0,3}$/u

/** What one is stored and shown as: its digits alone, so that `082` and `+82` are `82`. */
export const digits = (code: string): string => code.replace(/^(?:\+|00?)/, "")
