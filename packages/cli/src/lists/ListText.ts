/**
 * What is said of lists, in both languages. A missing text does not compile.
 */
import type * as PhoneNumber from "@effect-sens/core/PhoneNumber"
import type * as Preflight from "@effect-sens/core/Preflight"
import type * as RequestIssue from "@effect-sens/core/RequestIssue"
import type * as Template from "@effect-sens/core/Template"
import type * as Recipients from "@effect-sens/streams/Recipients"
import type { Both, Language } from "../Language.ts"
import { count } from "../Text.ts"
import type * as ListArguments from "./ListArguments.ts"
import type * as ListFile from "./ListFile.ts"
import type * as ListPlan from "./ListPlan.ts"

/** What is wrong, and what to do about it; without the second where the first says it. */
export interface Said {
  readonly what: string
  readonly todo?: string
}

type Whys<K extends string> = { readonly [Why in K]: Both<Said> }

const numbers: Whys<PhoneNumber.InvalidPhoneNumber["why"]> = {
  NotText: { en: { what: "Not a text" }, ko: { what: "텍스트가 아님" } },
  Empty: { en: { what: "No number" }, ko: { what: "번호가 없음" } },
  Character: { en: { what: "Something other than digits" }, ko: { what: "숫자가 아닌 글자" } },
  Several: {
    en: { what: "Two numbers in one cell", todo: "give each a row" },
    ko: { what: "한 칸에 번호가 둘", todo: "한 행에 하나씩 나누십시오" }
  },
  Extension: {
    en: { what: "A number with an extension or a range", todo: "leave the number alone" },
    ko: { what: "내선이나 범위가 붙은 번호", todo: "번호만 남기십시오" }
  },
  Decimal: {
    en: { what: "Became a decimal", todo: "copy it again from where it came, as text" },
    ko: { what: "소수나 지수로 바뀜", todo: "원본에서 텍스트로 다시 복사하십시오" }
  },
  Date: {
    en: { what: "A date", todo: "copy it again from where it came, as text" },
    ko: { what: "날짜로 바뀜", todo: "원본에서 텍스트로 다시 복사하십시오" }
  },
  Groups: {
    en: { what: "Digits divided as no number is", todo: "one may be missing, and one too many" },
    ko: { what: "하이픈 자리가 맞지 않음", todo: "숫자가 빠지거나 더 들어갔을 수 있습니다" }
  },
  LostZero: { en: { what: "Lost its first zero" }, ko: { what: "앞의 0이 없음" } },
  TooShort: { en: { what: "A digit is missing" }, ko: { what: "숫자가 모자람" } },
  TooLong: { en: { what: "Too many digits" }, ko: { what: "숫자가 남음" } },
  SenderOnly: {
    en: { what: "A special number, which gets no messages" },
    ko: { what: "메시지를 받지 못하는 특수번호" }
  },
  Foreign: { en: { what: "A number of another country" }, ko: { what: "다른 나라 번호" } },
  Country: { en: { what: "A country without a number" }, ko: { what: "국가번호뿐임" } },
  Prefix: { en: { what: "No number begins so" }, ko: { what: "없는 국번" } },
  Length: { en: { what: "Too long for a number" }, ko: { what: "번호치고 너무 김" } }
}

const values: Whys<Template.InvalidValue["why"]> = {
  Missing: {
    en: { what: "Empty", todo: "give a default, as in {name|friend}" },
    ko: { what: "비어 있음", todo: "{이름|고객}처럼 기본값을 주십시오" }
  },
  NotText: { en: { what: "Not a text" }, ko: { what: "텍스트가 아님" } },
  ControlCharacter: { en: { what: "A control character" }, ko: { what: "제어 문자" } },
  Broken: {
    en: { what: "Damaged characters (U+FFFD)", todo: "save the file anew as CSV UTF-8" },
    ko: { what: "글자가 깨짐(U+FFFD)", todo: "파일을 UTF-8로 다시 저장해 보십시오" }
  },
  SpreadsheetError: {
    en: { what: "An error of the spreadsheet, such as #N/A" },
    ko: { what: "#N/A 같은 스프레드시트 오류" }
  }
}

const rows: Whys<Recipients.InvalidRow["why"]> = {
  Quote: {
    en: { what: "A stray quote", todo: "write \"\" for a quote that is meant" },
    ko: { what: "짝이 맞지 않는 따옴표", todo: "글자로 쓴 따옴표는 \"\" 로 적으십시오" }
  },
  Ragged: {
    en: { what: "Too few or too many cells", todo: "cells may stand under the wrong names" },
    ko: { what: "칸 수가 제목 줄과 다름", todo: "값이 다른 열로 밀렸을 수 있습니다" }
  },
  Broken: {
    en: { what: "Damaged characters (U+FFFD)", todo: "save the file anew as CSV UTF-8" },
    ko: { what: "글자가 깨짐(U+FFFD)", todo: "파일을 UTF-8로 다시 저장해 보십시오" }
  },
  OtherText: {
    en: { what: "A repeated number with another text", todo: "--keep-repeats sends both" },
    ko: { what: "중복 번호인데 문안이 다름", todo: "둘 다 보내려면 --keep-repeats" }
  }
}

/** What a rule finds: of lists, of what is sent, and of what is uploaded or searched. */
const rules: { readonly [R in Preflight.Rule]: Both<Said> } = {
  DuplicateNumber: { en: { what: "A number comes twice" }, ko: { what: "같은 번호가 두 번 있음" } },
  BlankText: { en: { what: "Nothing but white space" }, ko: { what: "공백뿐인 문안" } },
  Recipients: { en: { what: "Not 1 to 100 recipients" }, ko: { what: "받는 사람은 1~100명이어야 함" } },
  PhoneNumber: { en: { what: "Not a phone number" }, ko: { what: "전화번호가 아님" } },
  ForeignNumber: { en: { what: "A number that its country does not have" }, ko: { what: "그 나라에 없는 번호" } },
  BlockNumbers: { en: { what: "Not 1 to 100 numbers" }, ko: { what: "번호는 1~100개여야 함" } },
  ForeignType: { en: { what: "Only an SMS goes abroad" }, ko: { what: "해외로는 SMS만 보낼 수 있음" } },
  UnlistedCountry: { en: { what: "A country that SENS does not list" }, ko: { what: "SENS 목록에 없는 나라" } },
  ReserveInPast: { en: { what: "The time of --at has passed" }, ko: { what: "--at 시각이 이미 지남" } },
  ReserveSoon: {
    en: { what: "The time of --at is less than ten minutes ahead" },
    ko: { what: "--at 시각이 10분 안쪽임" }
  },
  NoFile: {
    en: { what: "An MMS without a picture, which is sent and billed as an LMS", todo: "give it one by --image" },
    ko: { what: "그림이 없는 MMS는 LMS로 나가고 과금됨", todo: "--image 로 그림을 주십시오" }
  },
  TooManyFiles: { en: { what: "More than three pictures" }, ko: { what: "그림이 세 장보다 많음" } },
  FileName: { en: { what: "A name of a file that SENS does not take" }, ko: { what: "SENS가 받지 않는 파일 이름" } },
  NotJpeg: {
    en: { what: "Not a JPEG", todo: "save it as .jpg" },
    ko: { what: "JPEG 파일이 아님", todo: ".jpg로 저장하십시오" }
  },
  UnusualJpeg: {
    en: { what: "A JPEG that some handsets cannot show", todo: "save it as a baseline JPEG" },
    ko: { what: "일부 단말기에서 보이지 않을 수 있는 JPEG", todo: "베이스라인 JPEG로 저장하십시오" }
  },
  FileTooLarge: { en: { what: "Larger than 300 KB" }, ko: { what: "300KB보다 큼" } },
  PictureTooLarge: { en: { what: "Larger than 1500 x 1440 pixels" }, ko: { what: "1500 x 1440 픽셀보다 큼" } },
  WindowTooLong: { en: { what: "The range is too long" }, ko: { what: "범위가 너무 김" } },
  WindowReversed: { en: { what: "The range ends before it begins" }, ko: { what: "범위의 끝이 시작보다 앞섬" } },
  WindowTooOld: { en: { what: "The log does not reach back so far" }, ko: { what: "로그에 남아 있지 않은 기간" } },
  PageSize: { en: { what: "A page of a wrong size" }, ko: { what: "쪽의 크기가 맞지 않음" } },
  TooLong: { en: { what: "Text too long" }, ko: { what: "문안이 너무 김" } },
  NotEncodable: { en: { what: "Characters that cannot be sent" }, ko: { what: "보낼 수 없는 글자" } },
  BrokenText: {
    en: { what: "Damaged characters (U+FFFD)", todo: "save the file anew as CSV UTF-8" },
    ko: { what: "글자가 깨짐(U+FFFD)", todo: "파일을 UTF-8로 다시 저장해 보십시오" }
  },
  WrongCharset: {
    en: { what: "A text that was read in a wrong charset", todo: "try --encoding" },
    ko: { what: "다른 인코딩으로 잘못 읽은 글", todo: "--encoding 을 바꾸어 보십시오" }
  },
  ControlCharacter: { en: { what: "Control characters" }, ko: { what: "제어 문자" } },
  InvisibleCharacter: { en: { what: "Characters that cannot be seen" }, ko: { what: "보이지 않는 글자" } },
  NumberShape: { en: { what: "Not a number in Korea" }, ko: { what: "국내 번호가 아님" } },
  AdWithoutMark: {
    en: { what: "An advertisement that does not begin with (광고)" },
    ko: { what: "광고인데 (광고)로 시작하지 않음" }
  },
  AdWithoutOptOut: {
    en: { what: "An advertisement without a free number to opt out by", todo: "end it with 무료수신거부 080-000-0000" },
    ko: { what: "광고인데 무료 수신거부 번호가 없음", todo: "끝에 무료수신거부 080-000-0000 을 적으십시오" }
  },
  AdAtNight: {
    en: { what: "Advertisements may not go out between 21:00 and 08:00 Korean time" },
    ko: { what: "21:00~08:00 사이에는 광고를 보낼 수 없습니다" }
  }
}

const lists: Whys<Recipients.InvalidList["why"]> = {
  Empty: { en: { what: "The list is empty" }, ko: { what: "명단이 비어 있습니다" } },
  Workbook: {
    en: { what: "The list is a workbook of Excel", todo: "save it as .xlsx or CSV UTF-8" },
    ko: { what: "엑셀 파일입니다", todo: ".xlsx 나 CSV UTF-8로 저장하십시오" }
  },
  NotText: {
    en: { what: "The file is neither CSV nor .xlsx", todo: "save it as CSV UTF-8" },
    ko: { what: "CSV도 .xlsx도 아닌 파일입니다", todo: "CSV UTF-8로 저장하십시오" }
  },
  TooManyColumns: {
    en: { what: "The first row has more than 16,384 cells" },
    ko: { what: "첫 행이 16,384칸을 넘습니다" }
  },
  NoHeader: {
    en: { what: "The first row has a number in it", todo: "put a row with the names of the columns before it" },
    ko: { what: "첫 행에 번호가 있습니다", todo: "그 위에 제목 줄을 넣으십시오" }
  },
  NoNumberColumn: {
    en: { what: "No column is named as one with phone numbers is", todo: "choose one by --to-column" },
    ko: { what: "전화번호 열을 찾지 못했습니다", todo: "--to-column 으로 고르십시오" }
  },
  SeveralNumberColumns: {
    en: { what: "Several columns may have the phone numbers", todo: "choose one by --to-column" },
    ko: { what: "전화번호로 보이는 열이 여럿입니다", todo: "--to-column 으로 고르십시오" }
  },
  UnknownColumn: {
    en: { what: "There is no column of the name that --to-column says" },
    ko: { what: "--to-column 의 열이 없습니다" }
  },
  RepeatedColumn: {
    en: { what: "A column that is needed comes more than once", todo: "give each its own name" },
    ko: { what: "쓰려는 열이 여러 번 나옵니다", todo: "열 이름을 서로 다르게 하십시오" }
  }
}

const files: Whys<ListFile.ListFileError["why"]> = {
  NotFound: { en: { what: "There is no such file" }, ko: { what: "파일이 없습니다" } },
  NoAccess: { en: { what: "The file may not be read" }, ko: { what: "파일을 읽을 권한이 없습니다" } },
  Directory: { en: { what: "It is a folder" }, ko: { what: "파일이 아니라 폴더입니다" } },
  TooLarge: { en: { what: "The list is too large" }, ko: { what: "명단이 너무 큽니다" } },
  OldWorkbook: {
    en: {
      what: "A workbook of Excel 97-2003 (.xls), or one with a password",
      todo: "save it as .xlsx or CSV UTF-8, without a password"
    },
    ko: {
      what: "엑셀 97-2003(.xls) 파일이거나 암호가 걸린 파일입니다",
      todo: "암호 없이 .xlsx 나 CSV UTF-8로 저장하십시오"
    }
  },
  BadWorkbook: {
    en: { what: "The workbook cannot be read", todo: "save it anew in Excel, or as CSV UTF-8" },
    ko: { what: "엑셀 파일을 읽을 수 없습니다", todo: "엑셀에서 다시 저장하거나 CSV UTF-8로 저장하십시오" }
  },
  TooManyRows: {
    en: { what: "The workbook has too many rows", todo: "save it as CSV UTF-8" },
    ko: { what: "엑셀 파일의 행이 너무 많습니다", todo: "CSV UTF-8로 저장하십시오" }
  },
  Unreadable: { en: { what: "The file cannot be read" }, ko: { what: "파일을 읽지 못했습니다" } },
  SameFile: {
    en: { what: "--out is the list itself", todo: "name another file" },
    ko: { what: "--out 이 명단 파일과 같습니다", todo: "다른 파일 이름을 주십시오" }
  },
  Unwritable: {
    en: { what: "The file of --out cannot be written" },
    ko: { what: "--out 파일을 쓸 수 없습니다" }
  }
}

const problems: Whys<Template.Problem["why"]> = {
  Unclosed: {
    en: { what: "{ without }", todo: "write {{ for a brace" },
    ko: { what: "닫는 } 가 없습니다", todo: "중괄호 글자는 {{ 로 적으십시오" }
  },
  Unopened: {
    en: { what: "} without {", todo: "write }} for a brace" },
    ko: { what: "여는 { 가 없습니다", todo: "중괄호 글자는 }} 로 적으십시오" }
  },
  NoName: {
    en: { what: "{} without the name of a column", todo: "write {{ and }} for braces" },
    ko: { what: "{} 안에 열 이름이 없습니다", todo: "중괄호 글자는 {{ 와 }} 로 적으십시오" }
  },
  UnknownColumn: { en: { what: "There is no such column" }, ko: { what: "명단에 없는 열입니다" } }
}

const usages: Whys<ListArguments.ListUsageError["why"]> = {
  NoText: {
    en: { what: "No text", todo: "give one of --text, --text-file and --text-column" },
    ko: { what: "문안이 없습니다", todo: "--text, --text-file, --text-column 가운데 하나를 주십시오" }
  },
  SeveralTexts: {
    en: { what: "More than one text", todo: "give one of --text, --text-file and --text-column" },
    ko: { what: "문안이 여럿입니다", todo: "--text, --text-file, --text-column 가운데 하나만 주십시오" }
  },
  SeveralSubjects: {
    en: { what: "Two subjects", todo: "give one of --subject and --subject-column" },
    ko: { what: "제목이 둘입니다", todo: "--subject 와 --subject-column 가운데 하나만 주십시오" }
  },
  SubjectOfSms: {
    en: { what: "An SMS has no subject", todo: "leave out the subject, or --no-lms" },
    ko: { what: "SMS에는 제목이 없습니다", todo: "제목이나 --no-lms 를 빼십시오" }
  },
  TextFile: {
    en: { what: "The text of --text-file cannot be read" },
    ko: { what: "--text-file 의 문안을 읽을 수 없습니다" }
  },
  EmptyText: { en: { what: "The text is empty" }, ko: { what: "문안이 비어 있습니다" } },
  Price: {
    en: { what: "Not a price", todo: "write --price sms=9,lms=27" },
    ko: { what: "단가가 아닙니다", todo: "--price sms=9,lms=27 처럼 적으십시오" }
  },
  Rule: { en: { what: "No such rule of --ignore" }, ko: { what: "--ignore 에 없는 규칙입니다" } },
  OnlineWithoutAd: {
    en: { what: "--online asks who refused advertisements", todo: "give --ad, or leave it out" },
    ko: { what: "--online 은 광고 수신 거부를 묻습니다", todo: "--ad 를 주거나 빼십시오" }
  },
  Stdin: {
    en: { what: "The list and the text cannot both come by stdin" },
    ko: { what: "명단과 문안을 둘 다 표준 입력으로 받을 수 없습니다" }
  }
}

const changed: Both<Said> = {
  en: { what: "The file changed while it was read, or since it was checked", todo: "check it again" },
  ko: { what: "읽는 동안 또는 검사한 뒤에 파일이 바뀌었습니다", todo: "다시 검사하십시오" }
}

const isRule = (kind: string): kind is keyof typeof rules => Object.hasOwn(rules, kind)

/** What a rule finds; of one that no list can break, its name. */
export const rule = (kind: string, language: Language): Said => isRule(kind) ? rules[kind][language] : { what: kind }

const characters = (codePoints: ReadonlyArray<number>): string =>
  codePoints.map((code) => `${String.fromCodePoint(code)} (U+${code.toString(16).toUpperCase().padStart(4, "0")})`)
    .join(" ")

/** What is wrong with a request, with its place and measure, in a sentence. None of the text but a character that cannot go stands in it. */
export const issue = (
  { actual, codePoints, index, kind, limit, message }: RequestIssue.RequestIssue,
  language: Language
): string => {
  if (!isRule(kind)) return message
  const { todo, what } = rule(kind, language)
  const where = kind === "TooLong" && actual !== undefined && limit !== undefined
    ? language === "ko"
      ? ` (${count(actual)}바이트, 최대 ${count(limit)})`
      : ` (${count(actual)} bytes, ${count(limit)} at most)`
    : codePoints !== undefined && codePoints.length > 0 && index !== undefined
    ? language === "ko"
      ? `: ${characters(codePoints)}, ${count(index + 1)}번째 글자`
      : `: ${characters(codePoints)}, character ${count(index + 1)}`
    : ""
  return `${what}${where}${todo === undefined ? "" : ` → ${todo}`}`
}

/** The first ten of them. */
export const issues = (all: ReadonlyArray<RequestIssue.RequestIssue>, language: Language): string =>
  all.slice(0, 10).map((each) => issue(each, language)).join(", ")

const known = <K extends string>(whys: Whys<K>, kind: string, language: Language): Said | undefined => {
  const found: Both<Said> | undefined = Object.hasOwn(whys, kind) ? whys[kind as K] : undefined
  return found?.[language]
}

/** What is wrong with rows, by what and name. */
export const reason = (of: "number" | "value" | "row" | "message", kind: string, language: Language): Said => {
  const found = of === "number"
    ? known(numbers, kind, language)
    : of === "value"
    ? known(values, kind, language)
    : of === "row"
    ? known(rows, kind, language)
    : undefined
  return found ?? rule(kind, language)
}

const shown = 20

/** Some names, as they stand in a sentence. */
const names = (columns: ReadonlyArray<string>): string =>
  `${columns.slice(0, shown).map((name) => JSON.stringify(name)).join(", ")}${columns.length > shown ? " …" : ""}`

const sentence = ({ todo, what }: Said, about = ""): string =>
  `${what}${about === "" ? "" : `: ${about}`}${todo === undefined ? "" : ` → ${todo}`}`

/** Whatever keeps a list of this name from being checked, in a sentence. */
export const failure = (
  error: ListPlan.ReadError | ListArguments.ListUsageError,
  name: string,
  language: Language
): string => {
  switch (error._tag) {
    case "FileChanged":
      return `${name}: ${sentence(changed[language])}`
    case "InvalidList":
      return `${name}: ${sentence(lists[error.why][language], names(error.columns))}`
    case "ListFileError":
      return `${name}: ${sentence(files[error.why][language], error.limit === undefined ? "" : count(error.limit))}`
    case "ListUsageError":
      return sentence(usages[error.why][language], error.given)
    case "InvalidTemplate":
      return error.problems.map(({ column, suggestion, why }) => {
        const { todo, what } = problems[why][language]
        const perhaps = suggestion === undefined ? todo : perhapsMeant[language](suggestion)
        return sentence(
          { what, ...perhaps === undefined ? {} : { todo: perhaps } },
          column === undefined ? "" : `{${column}}`
        )
      }).join("\n")
  }
}

const perhapsMeant = {
  en: (name: string) => `perhaps {${name}}`,
  ko: (name: string) => `{${name}} 을 쓰셨나요?`
}
