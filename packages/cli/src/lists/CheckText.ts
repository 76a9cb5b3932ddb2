/**
 * What `check` found, for people: a short table, in Korean or English.
 */
import type { Language } from "../Language.ts"
import * as Table from "../Table.ts"
import { count } from "../Text.ts"
import type { Character, CheckReport, Reason } from "./CheckReport.ts"
import * as ListText from "./ListText.ts"

/** How it is shown. */
export interface Options {
  readonly language: Language
  /** How many columns there are. */
  readonly width: number
  /** Whether it comes before a campaign, and so does not say that nothing was sent. */
  readonly isPlan?: boolean | undefined
}

const texts = {
  en: {
    header: "header",
    rows: (rows: number) => `${count(rows)} ${rows === 1 ? "row" : "rows"}`,
    messages: (messages: number) => `${count(messages)} ${messages === 1 ? "message" : "messages"}`,
    numbersIn: (column: string) => `numbers: "${column}"`,
    delimiters: { ",": "commas", ";": "semicolons", "\t": "tabs" },
    sheet: (sheet: string) => `sheet "${sheet}"`,
    otherSheets: (names: string) => `Other sheets are not read: ${names}`,
    broken: (places: number, first: number) =>
      `${count(places)} ${places === 1 ? "place is" : "places are"} no character of this encoding, the first at byte ${
        count(first)
      }`,
    sms: "SMS (up to 90 bytes)",
    lms: "LMS",
    bytes: (least: number, most: number) =>
      least === most ? `${count(most)} bytes` : `${count(least)}-${count(most)} bytes`,
    longBy: (column: string) => `by {${column}}`,
    refused: "Cannot be sent to",
    line: (line: number) => `line ${count(line)}`,
    repairable: (rows: number, all: number) =>
      rows === all ? "--repair-numbers brings it back" : `--repair-numbers brings ${count(rows)} back`,
    noSuggestion: "nothing is like it",
    leaveOut: "leave it out",
    write: (suggestion: string) => `write ${suggestion}`,
    tooLong: (most: number, limit: number) => `up to ${count(most)} bytes, ${count(limit)} at most`,
    inText: "The text itself has characters that cannot be sent",
    repeats: "Repeated numbers",
    repeatsTodo: "sent once (--keep-repeats)",
    repaired: "Repaired numbers",
    repairedTodo: "by --repair-numbers",
    optedOut: "Opted out (080)",
    optedOutTodo: "not sent to",
    warning: "Warning",
    now: (time: string) => `It is ${time} now.`,
    soon: "Advertisements may go out until 21:00 Korean time.",
    send: (messages: number, types: string) =>
      `${count(messages)} ${messages === 1 ? "message" : "messages"} to send${types}.`,
    types: (sms: number, lms: number) => ` (${count(sms)} SMS, ${count(lms)} LMS)`,
    price: (total: number) => `KRW ${count(total)} by the prices given.`,
    noPrice: "For the cost, give prices: --price sms=9,lms=27",
    nothingSent: "Nothing was sent.",
    rejects: (file: string) => `Rows left out: ${file}`,
    rejectsHint: "Rows left out: --out rejects.csv"
  },
  ko: {
    header: "제목 줄 있음",
    rows: (rows: number) => `${count(rows)}행`,
    messages: (messages: number) => `${count(messages)}건`,
    numbersIn: (column: string) => `받는 번호: "${column}"`,
    delimiters: { ",": "쉼표", ";": "세미콜론", "\t": "탭" },
    sheet: (sheet: string) => `시트 "${sheet}"`,
    otherSheets: (names: string) => `다른 시트는 읽지 않습니다: ${names}`,
    broken: (places: number, first: number) =>
      `이 인코딩의 글자가 아닌 곳 ${count(places)}곳, 처음은 ${count(first)}번째 바이트`,
    sms: "SMS (90바이트 이하)",
    lms: "LMS",
    bytes: (least: number, most: number) =>
      least === most ? `${count(most)}바이트` : `${count(least)}~${count(most)}바이트`,
    longBy: (column: string) => `{${column}} 열이 길어서`,
    refused: "보낼 수 없음",
    line: (line: number) => `${count(line)}행`,
    repairable: (rows: number, all: number) =>
      rows === all ? "--repair-numbers 로 되살립니다" : `--repair-numbers 로 ${count(rows)}행을 되살립니다`,
    noSuggestion: "비슷한 글자가 없습니다",
    leaveOut: "빼십시오",
    write: (suggestion: string) => `${suggestion} 로 적으십시오`,
    tooLong: (most: number, limit: number) => `최대 ${count(most)}바이트, 한도 ${count(limit)}바이트`,
    inText: "문안에 보낼 수 없는 글자가 있습니다",
    repeats: "중복 번호",
    repeatsTodo: "한 번만 보냅니다 (--keep-repeats)",
    repaired: "되살린 번호",
    repairedTodo: "--repair-numbers 로 고쳤습니다",
    optedOut: "수신 거부(080)",
    optedOutTodo: "보내지 않습니다",
    warning: "경고",
    now: (time: string) => `지금은 ${time}입니다.`,
    soon: "광고는 21:00까지만 보낼 수 있습니다.",
    send: (messages: number, types: string) => `보낼 건수 ${count(messages)}${types}`,
    types: (sms: number, lms: number) => ` (SMS ${count(sms)} · LMS ${count(lms)})`,
    price: (total: number) => `주신 단가로 ${count(total)}원`,
    noPrice: "단가를 주면 금액을 계산합니다: --price sms=9,lms=27",
    nothingSent: "아무것도 보내지 않았습니다.",
    rejects: (file: string) => `빠진 행: ${file}`,
    rejectsHint: "빠진 행: --out 빠진행.csv"
  }
} as const

/** A line of the table: indented, what it is, how many, and more about it, which is put below where there is no room. */
interface Line {
  readonly depth: number
  readonly label: string
  readonly figure: string
  readonly more: ReadonlyArray<string>
}

/** Parts beside each other, as many as there is room for, the others below. */
const flow = (first: string, parts: ReadonlyArray<string>, indent: number, columns: number): ReadonlyArray<string> => {
  const lines: Array<string> = []
  let line = first
  for (const part of parts) {
    if (line.trim() !== "" && Table.width(line) + 3 + Table.width(part) > columns) {
      lines.push(line)
      line = " ".repeat(indent) + part
    } else line = line === "" ? part : `${line}   ${part}`
  }
  return [...lines, line]
}

const table = (lines: ReadonlyArray<Line>, columns: number): ReadonlyArray<string> => {
  const labels = Math.max(...lines.map(({ depth, label }) => depth * 2 + Table.width(label)))
  const figures = Math.max(...lines.map(({ figure }) => Table.width(figure)))
  return lines.flatMap(({ depth, figure, label, more }) =>
    flow(
      `${Table.padEnd(" ".repeat(depth * 2) + label, labels)}  ${Table.padStart(figure, figures)}`,
      more,
      depth * 2 + 4,
      columns
    )
  )
}

const character = (
  { character, codePoint, column, line, suggestion }: Character,
  language: Language
): string => {
  const text = texts[language]
  const where = [...line === undefined ? [] : [text.line(line)], ...column === undefined ? [] : [`{${column}}`]]
  const todo = suggestion === undefined
    ? text.noSuggestion
    : suggestion.trim() === ""
    ? text.leaveOut
    : text.write(JSON.stringify(suggestion))
  return [...where, `${JSON.stringify(character)} (${codePoint}) → ${todo}`].join(" ")
}

const linesOf = ({ lines, rows }: { readonly lines: ReadonlyArray<number>; readonly rows: number }): string => {
  const some = lines.slice(0, 3).map(count).join(", ")
  return rows > 3 ? `${some} …` : some
}

const reasonLine = (reason: Reason, language: Language): Line => {
  const text = texts[language]
  const { todo, what } = ListText.reason(reason.of, reason.kind, language)
  const { characters = [], column, limit = 0, maxBytes, repairable = 0, rows } = reason
  const advice = repairable > 0 ? text.repairable(repairable, rows) : todo
  return {
    depth: 2,
    label: column === undefined || reason.of === "number" ? what : `${what} {${column}}`,
    figure: text.rows(rows),
    more: [
      linesOf(reason),
      ...maxBytes === undefined ? [] : [text.tooLong(maxBytes, limit)],
      ...characters.slice(0, 3).map((one) => character(one, language)),
      ...advice === undefined ? [] : [`→ ${advice}`]
    ]
  }
}

const isDelimiter = (text: string): text is keyof typeof texts.en.delimiters => Object.hasOwn(texts.en.delimiters, text)

const about = (report: CheckReport, language: Language): ReadonlyArray<string> => {
  const text = texts[language]
  const { delimiter, encoding, rows, sha256, sheet, to } = report.file
  const what = [
    ...encoding === undefined ? [] : [encoding],
    ...delimiter === undefined ? [] : [isDelimiter(delimiter) ? text.delimiters[delimiter] : JSON.stringify(delimiter)],
    ...sheet === undefined ? [] : [text.sheet(sheet)],
    text.header,
    text.rows(rows)
  ]
  return [what.join(", "), text.numbersIn(to), `SHA-256 ${sha256.slice(0, 8)}…${sha256.slice(-4)}`]
}

const warnings = (report: CheckReport, language: Language): ReadonlyArray<string> => {
  const text = texts[language]
  const time = report.checkedAt.slice(11, 16)
  const { broken, otherSheets = [] } = report.file
  const told = report.warnings.map(({ kind, ...rows }) => {
    const { todo, what } = ListText.rule(kind, language)
    return kind === "AdAtNight"
      ? `${what}. ${text.now(time)}`
      : `${what}: ${text.rows(rows.rows)} (${linesOf(rows)})${todo === undefined ? "" : ` → ${todo}`}`
  })
  const isLate = report.isAd && Number(time.slice(0, 2)) === 20
  return [
    ...told,
    ...isLate ? [`${text.soon} ${text.now(time)}`] : [],
    ...broken === undefined ? [] : [text.broken(broken.places, broken.firstByte)],
    ...otherSheets.length === 0 ? [] : [text.otherSheets(otherSheets.map((name) => JSON.stringify(name)).join(", "))]
  ].map((warning) => `  ${text.warning}  ${warning}`)
}

/**
 * The report of a check, as lines of a terminal.
 */
export const render = (report: CheckReport, options: Options): string => {
  const { isPlan = false, language, width: columns } = options
  const text = texts[language]
  const { LMS, SMS, longestColumn, messages } = report.send
  const lines: Array<Line> = []
  const add = (depth: number, label: string, figure: string, ...more: ReadonlyArray<string>) =>
    lines.push({ depth, label, figure, more })
  if (SMS !== undefined) add(1, text.sms, text.messages(SMS.messages))
  if (LMS !== undefined) {
    const by = longestColumn === undefined ? "" : `, ${text.longBy(longestColumn)}`
    add(1, text.lms, text.messages(LMS.messages), `${text.bytes(LMS.minBytes, LMS.maxBytes)}${by}`)
  }
  if (report.refused.rows > 0) {
    add(1, text.refused, text.rows(report.refused.rows))
    lines.push(...report.refused.reasons.map((reason) => reasonLine(reason, language)))
  }
  if (report.repaired.rows > 0) {
    add(1, text.repaired, text.rows(report.repaired.rows), linesOf(report.repaired), text.repairedTodo)
  }
  if (report.repeats.rows > 0) {
    add(1, text.repeats, text.rows(report.repeats.rows), text.repeatsTodo)
  }
  if (report.optedOut !== undefined) {
    add(1, text.optedOut, text.rows(report.optedOut.rows), text.optedOutTodo)
  }
  const types = SMS === undefined && LMS === undefined ? "" : text.types(SMS?.messages ?? 0, LMS?.messages ?? 0)
  const price = report.price === undefined ? text.noPrice : text.price(report.price.total)
  const rejects = report.rejects === undefined
    ? report.refused.rows === 0 ? [] : [text.rejectsHint]
    : [text.rejects(report.rejects)]
  const inText = report.text === undefined
    ? []
    : [`  ${text.inText}: ${report.text.characters.slice(0, 3).map((one) => character(one, language)).join(", ")}`]
  return [
    ...flow(report.file.name, about(report, language), 2, columns),
    "",
    ...inText,
    ...lines.length === 0 ? [] : table(lines, columns),
    ...warnings(report, language),
    "",
    ...flow(text.send(messages, types), messages === 0 ? [] : [price], 2, columns),
    ...isPlan ? rejects : flow(text.nothingSent, rejects, 2, columns)
  ].join("\n")
}
