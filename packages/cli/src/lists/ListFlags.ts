/**
 * The flags of a list, for `check` and for `campaign start`: what one may say to the one may be said to the other.
 */
import type * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Option from "effect/Option"
import * as Record from "effect/Record"
import type { Language } from "../Language.ts"

/** What each flag says of itself. */
export const texts = {
  text: {
    en: "The text: {name} stands for a column, {name|friend} for one with a default, {{ for a brace",
    ko: "문안. {이름} 은 그 열의 값, {이름|고객} 은 비었을 때 '고객', {{ 는 중괄호 글자"
  },
  textFile: { en: "A file with the text (- is stdin)", ko: "문안을 담은 파일 (- 는 표준 입력)" },
  textColumn: { en: "The column that has each row's own text", ko: "행마다 다른 문안이 든 열" },
  subject: { en: "The subject; then all are LMS", ko: "제목. 주면 모두 LMS가 됩니다" },
  subjectColumn: { en: "The column that has each row's own subject", ko: "행마다 다른 제목이 든 열" },
  ad: { en: "They are advertisements", ko: "광고 메시지" },
  noLms: {
    en: "Refuse a text that is too long for an SMS, which as an LMS would cost more",
    ko: "SMS에 넘치는 문안은 LMS로 보내지 않고 뺍니다"
  },
  charset: { en: "The charset that texts have to fit", ko: "문안이 들어가야 할 문자 집합" },
  ignore: {
    en: "A rule that is to keep nothing from being sent (repeatable)",
    ko: "어겨도 보낼 규칙 (여러 번 줄 수 있음)"
  },
  toColumn: { en: "The column that has the numbers", ko: "받는 번호가 든 열" },
  delimiter: { en: "What stands between two cells", ko: "칸을 나누는 글자" },
  encoding: { en: "How the file is encoded", ko: "파일의 인코딩" },
  repairNumbers: {
    en: "Repair numbers that lost their zero or became decimals, where that leaves no doubt",
    ko: "앞의 0이 빠지거나 소수로 바뀐 번호를, 틀림없을 때만 되살립니다"
  },
  keepRepeats: { en: "Send to a number as often as it comes", ko: "중복 번호에도 나온 만큼 보냅니다" }
} as const satisfies { readonly [name: string]: { readonly [L in Language]: string } }

const delimiters = [["comma", ","], ["semicolon", ";"], ["tab", "\t"]] as const

/** The flags, which say of themselves what they are in this language. */
export const make = (language: Language) => {
  const said = (name: keyof typeof texts) => <A>(flag: Flag.Flag<A>) =>
    Flag.withDescription(flag, texts[name][language])
  const text = (name: keyof typeof texts, flag: string, metavar: string) =>
    Flag.String(flag).pipe(Flag.withMetavar(metavar), said(name), Flag.optional)
  const isGiven = (name: keyof typeof texts, flag: string) =>
    Flag.Boolean(flag).pipe(Flag.withoutNegation, said(name), Flag.withDefault(false))
  return {
    text: text("text", "text", "text"),
    textFile: text("textFile", "text-file", "file"),
    textColumn: text("textColumn", "text-column", "column"),
    subject: text("subject", "subject", "text"),
    subjectColumn: text("subjectColumn", "subject-column", "column"),
    ad: isGiven("ad", "ad"),
    noLms: isGiven("noLms", "no-lms"),
    charset: Flag.ChoiceWithValue("charset", [["euc-kr", "EUC-KR"], ["cp949", "CP949"]]).pipe(
      said("charset"),
      Flag.optional
    ),
    ignore: Flag.String("ignore").pipe(Flag.withMetavar("rule"), said("ignore"), Flag.atLeast(0), Flag.withDefault([])),
    toColumn: text("toColumn", "to-column", "column"),
    delimiter: Flag.ChoiceWithValue("delimiter", delimiters).pipe(
      said("delimiter"),
      Flag.optional
    ),
    encoding: Flag.ChoiceWithValue("encoding", [
      ["utf-8", "UTF-8"],
      ["cp949", "CP949"],
      ["utf-16le", "UTF-16LE"],
      ["utf-16be", "UTF-16BE"]
    ]).pipe(said("encoding"), Flag.optional),
    repairNumbers: isGiven("repairNumbers", "repair-numbers"),
    keepRepeats: isGiven("keepRepeats", "keep-repeats")
  }
}

/** What was said, without what was not. */
export type Plain<Flags> = {
  readonly [Name in keyof Flags]: Flags[Name] extends Option.Option<infer A> ? A | undefined : Flags[Name]
}

/** Flags as they were read, as plain values. */
export const plain = <Flags extends { readonly [name: string]: unknown }>(flags: Flags): Plain<Flags> =>
  // Each of them by its own type.
  Record.map(flags, (value) => Option.isOption(value) ? Option.getOrUndefined(value) : value) as Plain<Flags>

/** Nothing that was said. */
export const nothing: Plain<Command.Command.Config.Infer<ReturnType<typeof make>>> = {
  text: undefined,
  textFile: undefined,
  textColumn: undefined,
  subject: undefined,
  subjectColumn: undefined,
  ad: false,
  noLms: false,
  charset: undefined,
  ignore: [],
  toColumn: undefined,
  delimiter: undefined,
  encoding: undefined,
  repairNumbers: false,
  keepRepeats: false
}
