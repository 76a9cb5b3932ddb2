/**
 * Markup in which whatever is put in is text, unless it is markup already.
 *
 * @since 0.1.0
 */

/** What is markup. Only {@link html} and {@link trusted} make it. */
class Markup {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

export type { Markup }

type Part = string | number | Markup | ReadonlyArray<string | number | Markup> | undefined

const signs: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", "\"": "&quot;", "'": "&#39;" }

// What would turn the direction of all that follows it, or cannot stand in a document, is left out.
// oxlint-disable-next-line no-control-regex (control characters are what it looks for)
const unseen = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F\u200E\u200F\u202A-\u202E\u2066-\u2069]/g

const escape = (text: string): string =>
  text.replaceAll(unseen, "").replaceAll(/[&<>"']/g, (sign) => signs[sign] ?? sign)

const show = (part: Part): string =>
  part === undefined
    ? ""
    : part instanceof Markup
    ? part.text
    : typeof part === "object"
    ? part.map(show).join("")
    : escape(String(part))

/** A piece of a page. */
export const html = (pieces: TemplateStringsArray, ...parts: ReadonlyArray<Part>): Markup =>
  new Markup(pieces.reduce((text, piece, index) => text + show(parts[index - 1]) + piece))

/** What another has made, and has escaped. */
export const trusted = (text: string): Markup => new Markup(text)

export const render = ({ text }: Markup): string => text
