/**
 * Whether what the delivery log shows can be what was sent. A log may write a number or a text otherwise than it got it, so what
 * may be ours is never taken for somebody else's.
 */
import type * as MessageRecord from "@effect-sens/core/MessageRecord"
import type * as SendRequest from "@effect-sens/core/SendRequest"
import type * as UnreadableRecord from "@effect-sens/core/UnreadableRecord"

/**
 * - `Equal`: the same number or text
 * - `Undecided`: perhaps the same, written otherwise
 * - `Others`: surely somebody else's
 *
 * @internal
 */
export type Relation = "Equal" | "Undecided" | "Others"

/** The least sure of the two; what is surely another's in one respect is another's. */
const both = (left: Relation, right: Relation): Relation =>
  left === "Others" || right === "Others" ? "Others" : left === "Undecided" ? left : right

// -----------------------------------------------------------------------------
// Numbers
// -----------------------------------------------------------------------------

/** Digits, and a `*` for what hides some: whatever separates no digits in a number. */
const digits = (number: string): string =>
  number.normalize("NFKC").trim().replace(/[-.\u2010-\u2015]{2,}|[^\d\s+()./\u2010-\u2015-]+/g, "*").replace(
    /[^0-9*]/g,
    ""
  )

/** Without what is written before a Korean number abroad, and without the zero before it at home. */
const significant = (digits: string): string => digits.replace(/^(?:00)?82(?=[\d*]{7})/, "").replace(/^0+/, "")

/**
 * Compares the last eight digits, as the log may write `+82` or leave the zero out; what is masked agrees with any digits.
 *
 * @internal
 */
export const number = (ours: string, theirs: string | undefined): Relation => {
  if (theirs === undefined) return "Undecided"
  if (ours === theirs) return "Equal"
  const mine = significant(digits(ours))
  const seen = significant(digits(theirs))
  if (seen === "") return "Undecided"
  if (!seen.includes("*")) {
    const length = Math.min(8, mine.length, seen.length)
    return mine === seen ? "Equal" : mine.slice(-length) === seen.slice(-length) ? "Undecided" : "Others"
  }
  // As many digits may be hidden as it says, or another number of them.
  const head = seen.slice(0, seen.indexOf("*"))
  const tail = seen.slice(seen.lastIndexOf("*") + 1)
  return mine.startsWith(head) && mine.endsWith(tail) ? "Undecided" : "Others"
}

// -----------------------------------------------------------------------------
// Texts
// -----------------------------------------------------------------------------

/**
 * A text as it is compared to the letter: composed, with line breaks of one kind, and without white space around it.
 *
 * @internal
 */
export const plain = (text: string): string => text.replace(/\r\n?/g, "\n").normalize("NFC").trim()

const entities: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: "\"", apos: "'", nbsp: " " }

const character = (code: number): string => code <= 0x10FFFF ? String.fromCodePoint(code) : "*"

// An entity of another name stands for a character that is not known here.
const entity = (_: string, name: string): string =>
  name.startsWith("#")
    ? character(/^#x/i.test(name) ? Number.parseInt(name.slice(2), 16) : Number.parseInt(name.slice(1), 10))
    : entities[name.toLowerCase()] ?? "*"

// Three times, for a text that was escaped more than once.
const unescape = (text: string): string => {
  let rest = text
  for (let depth = 0; depth < 3 && rest.includes("&"); depth++) {
    rest = rest.replace(/&(#x[0-9a-f]{1,6}|#\d{1,7}|[a-z]{2,8});/gi, entity)
  }
  return rest
}

/** What is left of a text where spaces and marks are of no account: letters and digits, `*` for anything, `.` for one mark. */
const reduce = (text: string): string => {
  const read = unescape(text)
    .replace(/<\/?(?:br|p|div|span)\b[^<>]*>/gi, " ")
    .replace(/\\u([0-9a-f]{4})/gi, (_, code: string) => character(Number.parseInt(code, 16)))
    .replace(/\\[nrt]/g, " ")
    // Before the compatibility forms are taken apart, in which an ellipsis is three full stops.
    .replace(/[\u2025\u2026\u22EF*\uFF0A]|\.{2,}|[\u00B7\u30FB]{2,}/g, "*")
  return read.normalize("NFKD").replace(/\p{Mn}/gu, "").normalize("NFC")
    .replace(/[\p{Z}\p{C}\s]/gu, "")
    .replace(/[^\p{L}\p{Nd}*]/gu, ".")
}

const letters = (reduced: string): string => reduced.replace(/[.*]/g, "")

// What is cut keeps its beginning, and no limit of SENS is below this many characters.
const shortestCut = 20

// One character that is shown otherwise may have been made of several: a unit, a fraction, a number in a circle.
const mostOfOne = 3

/** Whether the whole of `ours` can be what `theirs` shows: `.` there is nothing or a character, `*` any number of them. */
const matches = (ours: ReadonlyArray<string>, theirs: ReadonlyArray<string>): boolean => {
  let positions = [0]
  for (const char of theirs) {
    const next: Array<number> = []
    if (char === "*") {
      for (let position = positions[0] ?? 0; position <= ours.length; position++) next.push(position)
    } else {
      for (const position of positions) {
        if (char === ".") {
          const from = Math.max(position, (next.at(-1) ?? -1) + 1)
          for (let to = from; to <= Math.min(position + mostOfOne, ours.length); to++) next.push(to)
        } else if (ours[position] === char) next.push(position + 1)
      }
    }
    if (next.length === 0) return false
    positions = next
  }
  return positions.at(-1) === ours.length
}

/**
 * Compares texts by their letters and digits. `reduced` is that of `ours`, which many texts are compared with.
 *
 * @internal
 */
export const text = (
  ours: string,
  theirs: string | undefined,
  reduced: () => string = () => reduce(ours)
): Relation => {
  if (theirs === undefined) return "Undecided"
  if (ours === theirs || plain(ours) === plain(theirs)) return "Equal"
  const shown = reduce(theirs)
  const mine = letters(reduced())
  const seen = letters(shown)
  // Nothing of it can be read.
  if (seen === "" || mine === seen) return "Undecided"
  const [short, long] = mine.length < seen.length ? [mine, seen] : [seen, mine]
  if (short.length >= shortestCut && long.includes(short)) return "Undecided"
  return matches([...mine], [...shown]) ? "Undecided" : "Others"
}

// -----------------------------------------------------------------------------
// Requests
// -----------------------------------------------------------------------------

interface Sent {
  readonly to: string
  readonly content: string
  readonly subject: string
  readonly reduced: () => string
}

/**
 * A request of ours, prepared for being compared.
 *
 * @internal
 */
export interface Ours {
  readonly from: string
  readonly messages: ReadonlyArray<Sent>
  readonly countryCode: string
  /** What the log shows of it, in one order, so that sends that look the same are known. */
  readonly key: string
  /** What it does not show, or not always. */
  readonly hidden: string
}

/**
 * The text and the subject that a recipient gets.
 *
 * @internal
 */
export const effective = (
  request: SendRequest.Normalized,
  message: SendRequest.Normalized["messages"][number]
): { readonly content: string; readonly subject: string } => ({
  // An empty override is none: SENS takes the text for all.
  content: message.content || request.content,
  subject: ("subject" in message ? message.subject : undefined) ||
    ("subject" in request ? request.subject : undefined) || ""
})

const once = <A>(make: () => A): () => A => {
  let made: { readonly value: A } | undefined
  return () => (made ??= { value: make() }).value
}

/** @internal */
export const ours = (request: SendRequest.Normalized): Ours => {
  const reductions = new Map<string, () => string>()
  const messages = request.messages.map((message): Sent => {
    const { content, subject } = effective(request, message)
    let reduced = reductions.get(content)
    if (reduced === undefined) reductions.set(content, reduced = once(() => reduce(content)))
    return { to: message.to, content, subject, reduced }
  })
  return {
    from: request.from,
    messages,
    countryCode: request.countryCode ?? "82",
    hidden: JSON.stringify([
      request.type,
      "files" in request ? request.files?.map(({ fileId }) => fileId) : undefined,
      request.reserve !== undefined
    ]),
    key: JSON.stringify([
      request.from,
      request.countryCode ?? "82",
      messages.map(({ content, subject, to }) => JSON.stringify([to, plain(content), plain(subject)])).sort()
    ])
  }
}

/**
 * A record of the log, as far as it can be read.
 *
 * @internal
 */
export type Shown = UnreadableRecord.UnreadableRecord["fields"]

// What a log writes where it has nothing to show.
const placeholder = /^(?:[\s\p{P}]*|[0\s]+|null|undefined|false|true|none|nil|nan|n\/?a|\[object \w+\])$/iu

/**
 * What a record shows, where it shows something.
 *
 * @internal
 */
export const present = (text: string | null | undefined): string | undefined =>
  text === null || text === undefined || placeholder.test(text.trim()) ? undefined : text

/** A log may leave the subject out, and a service may make one of its own where there was none. */
const subject = (ours: string, theirs: string | undefined): Relation =>
  theirs === undefined ? "Equal" : ours === "" ? "Undecided" : text(ours, theirs)

const message = (sent: Sent, record: Shown, content: string | undefined): Relation => {
  const to = number(sent.to, present(record.to))
  if (to === "Others") return to
  const body = both(to, text(sent.content, content, sent.reduced))
  return body === "Others" ? body : both(body, subject(sent.subject, present(record.subject)))
}

const better = (left: Relation, right: Relation): Relation =>
  left === "Equal" || right === "Equal" ? "Equal" : left === "Undecided" ? left : right

/** Whether the message was sent by our sender, to our country; a log that leaves the sender out was searched by it. */
const sender = ({ countryCode, from }: Ours, record: Shown): Relation => {
  const theirs = present(record.from)
  const country = String(record.countryCode ?? "").replace(/\D/g, "")
  return both(
    theirs === undefined ? "Equal" : number(from, theirs),
    country === "" || country === countryCode ? "Equal" : "Undecided"
  )
}

/**
 * Compares one message of the log with all of a request of ours: whether it can be one of them.
 *
 * @internal
 */
export const record = (ours: Ours, record: Shown): Relation => {
  const from = sender(ours, record)
  if (from === "Others") return from
  const content = present(record.content)
  let best: Relation = "Others"
  for (const sent of ours.messages) {
    best = better(best, message(sent, record, record.content === sent.content ? sent.content : content))
    if (best === "Equal") break
  }
  return both(from, best)
}

/**
 * Whose texts the log leaves out: the first message of each text of ours, so that it can be asked for alone.
 *
 * @internal
 */
export const unshown = (
  ours: Ours,
  records: ReadonlyArray<MessageRecord.MessageRecord>
): ReadonlyArray<readonly [content: string, record: MessageRecord.MessageRecord]> => {
  const first = new Map<string, MessageRecord.MessageRecord>()
  for (const record of records) {
    if (present(record.content) !== undefined) continue
    for (const sent of ours.messages) {
      if (!first.has(sent.content) && number(sent.to, present(record.to)) !== "Others") first.set(sent.content, record)
    }
  }
  return [...first]
}

/**
 * Compares all messages of one request of the log with one of ours. `texts` says, for a text of ours, what one message that
 * the log showed without a text turned out to hold; others at numbers of the same text count as the same.
 *
 * @internal
 */
export const request = (
  ours: Ours,
  records: ReadonlyArray<Shown>,
  texts: ReadonlyMap<string, string> = new Map()
): Relation => {
  const left = [...ours.messages]
  let whole: Relation = records.length === left.length ? "Equal" : "Undecided"
  for (const record of records) {
    const from = sender(ours, record)
    if (from === "Others") return from
    whole = both(whole, from)
    const shown = present(record.content)
    const compare = (sent: Sent): Relation =>
      message(sent, record, record.content === sent.content ? sent.content : shown ?? texts.get(sent.content))
    const same = left.findIndex((sent) => compare(sent) === "Equal")
    if (same >= 0) left.splice(same, 1)
    else if (ours.messages.some((sent) => compare(sent) !== "Others")) whole = "Undecided"
    else return "Others"
  }
  return whole
}
