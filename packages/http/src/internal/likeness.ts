/**
 * Whether what the delivery log shows can be what was sent. A log may write a number or a text otherwise than it got it, so what
 * may be ours is never taken for somebody else's.
 */
import type * as MessageRecord from "@effect-sens/core/MessageRecord"
import type * as SendRequest from "@effect-sens/core/SendRequest"
import type * as UnreadableRecord from "@effect-sens/core/UnreadableRecord"
import * as TwinKey from "./twinKey.ts"

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

const once = <A>(make: () => A): () => A => {
  let made: { readonly value: A } | undefined
  return () => (made ??= { value: make() }).value
}

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

/** A number of ours, as it is compared with many. */
interface OurNumber {
  readonly number: string
  readonly significant: string
  /** Its last eight digits, or all of them. */
  readonly last: string
}

const ourNumber = (number: string): OurNumber => {
  const own = significant(digits(number))
  return { number, significant: own, last: own.slice(-8) }
}

// One digit again and again may stand for others that are not shown.
const unmasked = (digits: string): string => digits.replace(/(\d)\1{2,}/g, "*")

/** Whether a number can be shown by these digits: `*` stands for any number of them, in the middle for whatever stands there. */
const agreeing = (seen: string): (ours: OurNumber) => boolean => {
  const first = seen.indexOf("*")
  if (first < 0) {
    const end = seen.slice(-8)
    return ({ last }) =>
      last === end || (last.length < end.length ? last !== "" && end.endsWith(last) : last.endsWith(end))
  }
  // As many digits may be hidden as it says, or another number of them.
  const head = seen.slice(0, first)
  const tail = seen.slice(seen.lastIndexOf("*") + 1)
  return ({ significant }) => significant.startsWith(head) && significant.endsWith(tail)
}

// More than a hundred numbers beside each other.
const mostOfNumber = 4096

// No number has more digits.
const mostDigits = 15

// Letters and digits in turns are no number, but what was made of one.
const isMade = (text: string): boolean =>
  (text.replace(/(\p{L})\1+/gu, "*").match(/[a-z](?=\d)|\d(?=[a-z])/gi) ?? []).length > 1 ||
  (text.endsWith("=") && /[a-z]/i.test(text))

const undecided = (): Relation => "Undecided"

/** Reads a number of the log once, for being compared with many. */
const readNumber = (theirs: string | undefined): (ours: OurNumber) => Relation => {
  if (theirs === undefined || theirs.length > mostOfNumber) return undecided
  const shown = unpercent(unescape(theirs)).normalize("NFKC").trim()
  const seen = significant(digits(shown))
  if (seen === "" || isMade(shown)) return undecided
  const parts = shown.split(/[,;|/&\n\r]+/).map((part) => significant(digits(part))).filter((part) => part.length >= 4)
  if (parts.length < 2 && seen.length > mostDigits && !seen.includes("*")) return undecided
  const whole = [seen, significant(digits(shown.replace(/\([^()]*\)|\[[^[\]]*\]|<[^<>]*>/g, "")))]
  const written = [...whole, ...parts.length < 2 ? [] : parts]
  const forms = new Set([...written, ...written.map(unmasked)])
  forms.delete("")
  const agrees = Array.from(forms, agreeing)
  const sure = seen.includes("*") ? undefined : seen
  // Something else may stand beside it.
  const all = shown.replace(/\D/g, "")
  return (ours) => {
    if (ours.number === theirs || ours.significant === sure) return "Equal"
    for (const agree of agrees) if (agree(ours)) return "Undecided"
    return ours.last.length >= 7 && all.includes(ours.last) ? "Undecided" : "Others"
  }
}

/**
 * Compares the last eight digits, as the log may write `+82` or leave the zero out; what is masked agrees with any digits, and what
 * holds the number beside something else may be it.
 *
 * @internal
 */
export const number = (ours: string, theirs: string | undefined): Relation => readNumber(theirs)(ourNumber(ours))

// -----------------------------------------------------------------------------
// Texts
// -----------------------------------------------------------------------------

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

const utf8 = new TextDecoder()

/** With what is percent-encoded, as UTF-8. */
const unpercent = (text: string): string =>
  text.replace(
    /(?:%[0-9a-f]{2})+/gi,
    (run) => utf8.decode(Uint8Array.from(run.slice(1).split("%"), (byte) => Number.parseInt(byte, 16)))
  )

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
    .toLowerCase()
}

const letters = (reduced: string): string => reduced.replace(/[.*]/g, "")

/**
 * What a reduced text of the log may hide: what is one letter or digit again and again stands for anything, and two of those that stand
 * in names for others (`홍OO`). Without runs of `*`.
 */
const hiding = (reduced: string): string =>
  reduced.replace(/([\p{L}\p{Nd}])\1{2,}|([ox\u110B])\2/gu, "*").replace(/\.{8,}/g, "*").replace(/[.*]*\*[.*]*/g, "*")

/** A text of ours, as it is compared with many. */
interface OurText {
  readonly text: string
  readonly plain: () => string
  readonly letters: () => string
  readonly chars: () => ReadonlyArray<string>
  /** Its letters, where digits are not shown. */
  readonly digitless: () => string
  readonly isToken: () => boolean
}

const ourText = (text: string): OurText => {
  const own = once(() => letters(reduce(text)))
  return {
    text,
    plain: once(() => TwinKey.plain(text)),
    letters: own,
    chars: once(() => [...own()]),
    digitless: once(() => own().replace(/\p{Nd}/gu, "")),
    isToken: once(() => isToken(text))
  }
}

// Less than this in common says nothing.
const shortest = 2

// One character that is shown otherwise may have been made of several: a unit, a fraction, a number in a circle.
const mostOfOne = 3

/** Whether `shown` can be of some part of ours: `.` there is nothing or a character, `*` any number of them. */
const matches = (ours: OurText, shown: string): boolean => {
  const mine = ours.letters()
  let rest = mine.length
  // Most texts of others have letters that ours has not: it needs no more than that to tell.
  for (const run of shown.split(/[.*]+/)) {
    rest -= run.length
    if (rest < 0 || !mine.includes(run)) return false
  }
  const chars = ours.chars()
  let positions = Array.from({ length: chars.length + 1 }, (_, position) => position)
  for (const char of shown) {
    const next: Array<number> = []
    if (char === "*") {
      for (let position = positions[0] ?? 0; position <= chars.length; position++) next.push(position)
    } else {
      for (const position of positions) {
        if (char === ".") {
          const from = Math.max(position, (next.at(-1) ?? -1) + 1)
          for (let to = from; to <= Math.min(position + mostOfOne, chars.length); to++) next.push(to)
        } else if (chars[position] === char) next.push(position + 1)
      }
    }
    if (next.length === 0) return false
    positions = next
  }
  return true
}

// Escaped more than once, a text that SENS takes is not as long as this; of what is longer the beginning counts.
const mostShown = 50_000

// What is put before and behind a text on its way.
const heads =
  /^\s*(?:[[({<\u3010\u3014\uFF3B\uFF08][^\])}>\u3011\u3015\uFF3D\uFF09\n]{1,20}[\])}>\u3011\u3015\uFF3D\uFF09]\s*)+/
const foot = /(?:\(?무료\s*(?:수신\s*)?|수신\s*)거부[^]*$/

// What may stand inside of a text in the place of what is not shown: a word in brackets, a tag, or what says behind an ellipsis that it
// was cut. Four digits are a code.
const inPlace =
  /<\/?[a-z][^<>]{0,200}>|[[({<\u3010\u3014\uFF3B\uFF08][^\])}>\u3011\u3015\uFF3D\uFF09\n]{1,20}[\])}>\u3011\u3015\uFF3D\uFF09]/gi
const cutShort = /([\u2025\u2026\u22EF]|\.{2,3})[^\d.\u2025\u2026\u22EF]{1,20}$/u

const withoutReplaced = (text: string): string =>
  text.replace(cutShort, "$1").replace(
    inPlace,
    (found) => /^<\/?[a-z]/i.test(found) || found.replace(/\D/g, "").length < 4 ? "*" : found
  )

// Words of who does not show a text: alone, in capitals or in brackets, or with the name of what is not shown.
const bracketed = /^[[({<\u3010\uFF3B*#_-]+[^\s\d]{2,20}[\])}>\u3011\uFF3D*#_-]+$/
const capitals = /^[A-Z][A-Z_ -]{2,30}$/
const hidden =
  /^\P{L}*(?:(?:the|this|content|message|text|body|내용|메시지|본문|문자)s?(?:이|은|는|을|를)?\P{L}+)*(?:(?:is|was|has been|not)\P{L}+)*(?:mask|redact|hid|conceal|censor|remov|delet|omit|encrypt|protect|privat|privacy|secret|confidential|unavailable|available|sensitive|shown|personal|비공개|비밀(?!번호)|보호(?!자)|마스킹|숨김|숨겨|가림|삭제|암호화|미제공|미표시|제공|표시|없음|개인\s*정보|민감)/iu

const isPlaceholder = (text: string): boolean => {
  const shown = text.trim()
  return shown.length <= 60 && !/\d/.test(shown) &&
    (bracketed.test(shown) || capitals.test(shown) || hidden.test(shown))
}

/** One word of letters and digits, as is made of a text that is hashed, encrypted or written as Base64. */
const isToken = (text: string): boolean => {
  const shown = text.replace(/[\r\n]+/g, "").trim()
  return /^(?:[a-z0-9]{1,10}[:$])?[\w+/$.-]{16,}={0,2}$/i.test(shown) && /[a-z]/i.test(shown) && /\d/.test(shown)
}

// Of these none is a text of ours, even where ours is a word as well.
const hash = /^(?:[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64}|[0-9a-f]{128}|.*=)$/i

interface ReadText {
  readonly letters: string
  readonly hiding: string
}

// Bytes that were read as another encoding, which is not known.
const unreadable = /[\u0080-\u00A6\u00A8-\u00B6\u00B8-\u00FF\uFFFD]{2,}/g

const readForm = (shown: string): ReadText => {
  const reduced = reduce(shown)
  const odd = shown.replace(unreadable, "*")
  return { letters: letters(reduced), hiding: hiding(odd === shown ? reduced : reduce(odd)) }
}

/** Reads a text of the log once, for being compared with many. */
const readText = (theirs: string | undefined): (ours: OurText) => Relation => {
  if (theirs === undefined) return undecided
  const isWhole = theirs.length <= mostShown
  const prepared = once(() => {
    const beginning = isWhole ? theirs : `${theirs.slice(0, mostShown)}*`
    const written = [beginning, unpercent(beginning)]
    const bare = written.map((text) => text.replace(heads, "").replace(foot, ""))
    const shown = Array.from(new Set([...written, ...bare]))
    if (shown.some(isPlaceholder)) return undefined
    const forms = shown.map(readForm)
    // Nothing of it can be read.
    if (forms.some(({ letters }) => letters === "")) return undefined
    const others = Array.from(new Set(shown.map(withoutReplaced))).filter((text) => !shown.includes(text)).map(readForm)
    return [...forms, ...others.filter(({ letters }) => letters.length >= shortest)]
  })
  const shownPlain = once(() => TwinKey.plain(theirs))
  const isMade = once(() => isToken(theirs))
  const isHash = once(() => isMade() && hash.test(theirs.trim()))
  return (ours) => {
    if (ours.text === theirs || (isWhole && ours.plain() === shownPlain())) return "Equal"
    const forms = prepared()
    if (forms === undefined || isHash() || (isMade() && !ours.isToken())) return "Undecided"
    const mine = ours.letters()
    return forms.some(({ hiding, letters: seen }) => {
        if (mine === seen) return true
        const [short, long] = mine.length < seen.length ? [mine, seen] : [seen, mine]
        return short.length >= shortest && long.includes(short) || matches(ours, hiding) ||
          (seen.length >= shortest && ours.digitless() !== mine && ours.digitless().includes(seen))
      })
      ? "Undecided"
      : "Others"
  }
}

/**
 * Compares texts by their letters and digits.
 *
 * @internal
 */
export const text = (ours: string, theirs: string | undefined): Relation => readText(theirs)(ourText(ours))

// -----------------------------------------------------------------------------
// Requests
// -----------------------------------------------------------------------------

interface Sent {
  readonly to: OurNumber
  readonly content: OurText
  readonly subject: OurText
}

/**
 * A request of ours, prepared for being compared.
 *
 * @internal
 */
export interface Ours {
  readonly from: OurNumber
  readonly messages: ReadonlyArray<Sent>
  readonly countryCode: string
  /** What the log shows of it, in one order, so that sends that look the same are known. */
  readonly key: string
  /** What it does not show, or not always. */
  readonly hidden: string
}

/** @internal */
export const ours = (request: SendRequest.Normalized): Ours => {
  const texts = new Map<string, OurText>()
  const known = (text: string): OurText => {
    let found = texts.get(text)
    if (found === undefined) texts.set(text, found = ourText(text))
    return found
  }
  const messages = request.messages.map((message): Sent => {
    const { content, subject } = TwinKey.effective(request, message)
    return { to: ourNumber(message.to), content: known(content), subject: known(subject) }
  })
  return {
    from: ourNumber(request.from),
    messages,
    countryCode: request.countryCode ?? "82",
    hidden: JSON.stringify([
      request.type,
      "files" in request ? request.files?.map(({ fileId }) => fileId) : undefined,
      request.reserve !== undefined
    ]),
    key: TwinKey.key(request, (text) => known(text).plain())
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

/** What is read of a record once, for all messages of ours; of each of their texts it is decided once. */
interface ReadRecord {
  readonly to: (ours: OurNumber) => Relation
  readonly content: (ours: OurText) => Relation
  readonly subject: (ours: OurText) => Relation
}

const remembering = (read: () => (ours: OurText) => Relation): (ours: OurText) => Relation => {
  const compare = once(read)
  const known = new Map<OurText, Relation>()
  return (ours) => {
    const found = known.get(ours)
    if (found !== undefined) return found
    const relation = compare()(ours)
    known.set(ours, relation)
    return relation
  }
}

const readRecord = (record: Shown): ReadRecord => {
  const theirs = present(record.subject)
  const content = once(() => present(record.content))
  const shown = remembering(() => readText(content()))
  const subject = remembering(() => readText(theirs))
  return {
    to: readNumber(present(record.to)),
    // What we sent may look like a placeholder.
    content: (ours) => record.content === ours.text ? "Equal" : shown(ours),
    // A log may leave the subject out, and a service may make one of its own where there was none.
    subject: (ours) => theirs === undefined ? "Equal" : ours.text === "" ? "Undecided" : subject(ours)
  }
}

const message = (
  sent: Sent,
  record: ReadRecord,
  content: (ours: OurText) => Relation = record.content
): Relation => {
  const to = record.to(sent.to)
  if (to === "Others") return to
  const body = both(to, content(sent.content))
  return body === "Others" ? body : both(body, record.subject(sent.subject))
}

const better = (left: Relation, right: Relation): Relation =>
  left === "Equal" || right === "Equal" ? "Equal" : left === "Undecided" ? left : right

/** Whether the message was sent by our sender, to our country; a log that leaves the sender out was searched by it. */
const sender = ({ countryCode, from }: Ours, record: Shown): Relation => {
  const theirs = present(record.from)
  const country = String(record.countryCode ?? "").replace(/\D/g, "")
  return both(
    theirs === undefined || theirs === from.number ? "Equal" : readNumber(theirs)(from),
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
  const read = readRecord(record)
  let best: Relation = "Others"
  for (const sent of ours.messages) {
    best = better(best, message(sent, read))
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
    const to = readNumber(present(record.to))
    for (const { content, to: mine } of ours.messages) {
      if (!first.has(content.text) && to(mine) !== "Others") first.set(content.text, record)
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
    const read = readRecord(record)
    const isShown = present(record.content) !== undefined
    const compare = (sent: Sent): Relation =>
      message(
        sent,
        read,
        isShown || record.content === sent.content.text ? undefined : readText(texts.get(sent.content.text))
      )
    const same = left.findIndex((sent) => compare(sent) === "Equal")
    if (same >= 0) left.splice(same, 1)
    else if (ours.messages.some((sent) => compare(sent) !== "Others")) whole = "Undecided"
    else return "Others"
  }
  return whole
}
