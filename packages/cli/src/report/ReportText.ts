/**
 * What a report says, in the terminal and on its page.
 *
 * @since 0.1.0
 */
import * as DeliveryCode from "@effect-sens/core/DeliveryCode"
import * as MessageId from "@effect-sens/core/MessageId"
import * as MessageRecord from "@effect-sens/core/MessageRecord"
import * as Advice from "../Advice.ts"
import type { Both, Language } from "../Language.ts"
import type * as Sums from "./Sums.ts"

export const heads = {
  code: { en: "code", ko: "코드" },
  meaning: { en: "meaning", ko: "뜻" },
  telco: { en: "telco", ko: "통신사" },
  hour: { en: "hour", ko: "시" },
  day: { en: "day", ko: "날짜" },
  type: { en: "type", ko: "유형" },
  sender: { en: "sender", ko: "발신번호" },
  advice: { en: "advice", ko: "할 일" },
  messages: { en: "messages", ko: "건수" },
  share: { en: "share", ko: "비율" },
  delivered: { en: "delivered", ko: "전달" },
  failed: { en: "failed", ko: "실패" },
  rate: { en: "failure rate", ko: "실패율" },
  pending: { en: "pending", ko: "대기" },
  longest: { en: "max", ko: "최대" }
} as const satisfies { readonly [name: string]: Both }

/** What there is to do, in a table. */
const short: { readonly [A in DeliveryCode.Advice]: Both } = {
  delivered: { en: "-", ko: "-" },
  retryLater: { en: "retry later", ko: "나중에 다시" },
  fixRecipient: { en: "fix the recipient", ko: "받는 번호 확인" },
  fixSender: { en: "fix the sender", ko: "발신번호 확인" },
  fixContent: { en: "fix the text", ko: "내용 고치기" },
  fixAttachment: { en: "fix the file", ko: "첨부 파일 확인" },
  quota: { en: "wait for the quota", ko: "한도 확인" },
  blocked: { en: "do not send again", ko: "다시 보내지 않기" },
  system: { en: "ask the support", ko: "계속되면 문의" },
  never: { en: "do not send again", ko: "다시 보내지 않기" }
}

const uncertain = {
  short: { en: "may have arrived", ko: "도착했을 수 있음" },
  long: {
    en: "It may have arrived. Sending it again may deliver it twice",
    ko: "도착했을 수 있습니다. 다시 보내면 두 번 갈 수 있습니다"
  }
} as const

/** A result as a report tells it. */
export interface Told {
  readonly code: string
  readonly meaning: Both
  readonly advice: DeliveryCode.Advice
  /** Whether the message may have arrived all the same. */
  readonly isUncertain: boolean
  readonly short: Both
  readonly long: Both
}

const pending: Both = { en: "not final yet", ko: "아직 결과 없음" }

/** What a code means of what became so of it; nothing of what is not final yet. */
export const told = ({ advice, code }: Sums.RowKey): Told | undefined => {
  if (code === undefined || advice === undefined) return undefined
  // The meaning of a code hangs on what became of the message: what failed with the code of a success was not delivered.
  const outcome = MessageRecord.outcome({
    messageId: MessageId.make("-"),
    to: "-",
    status: "COMPLETED",
    statusCode: code,
    statusName: advice === "delivered" ? "success" : "fail"
  })
  if (outcome._tag === "Pending") return undefined
  const isUncertain = outcome._tag === "Failed" && DeliveryCode.isUncertain(outcome.code)
  const { advice: todo } = outcome.code
  return {
    code,
    meaning: { en: outcome.code.meaning, ko: outcome.code.meaningKo },
    advice: todo,
    isUncertain,
    short: isUncertain ? uncertain.short : short[todo],
    long: isUncertain ? uncertain.long : Advice.of(todo)
  }
}

export const meaning = (key: Sums.RowKey, language: Language): string => (told(key)?.meaning ?? pending)[language]

const isAdvice = (text: string): text is DeliveryCode.Advice => Object.hasOwn(short, text)

/** What to do about a row, by its code or, without one, by its advice alone. */
export const advice = (key: Sums.RowKey, language: Language): string => {
  const found = told(key)
  if (found !== undefined) return found.short[language]
  if (key.advice === undefined || !isAdvice(key.advice)) return "-"
  return key.advice === "delivered" ? heads.delivered[language] : short[key.advice][language]
}

export const texts = {
  total: { en: "total", ko: "합계" },
  summary: {
    en: (pending: string, failed: string, rate: string) => `pending ${pending}, failed ${failed}${rate}`,
    ko: (pending: string, failed: string, rate: string) => `대기 ${pending}, 실패 ${failed}${rate}`
  },
  times: { en: "time to delivery", ko: "걸린 시간" },
  count: {
    en: (count: string, from: string, until: string) =>
      `${count} ${count === "1" ? "message" : "messages"} from ${from} to ${until}`,
    ko: (count: string, from: string, until: string) => `${from} ~ ${until}, ${count}건`
  },
  written: { en: (file: string) => `Written: ${file}`, ko: (file: string) => `${file}에 썼습니다` },
  progress: { en: (count: string) => `${count} messages`, ko: (count: string) => `${count}건` },
  unreadable: {
    en: (count: string) =>
      count === "1"
        ? "One message cannot be read and is not counted"
        : `${count} messages cannot be read and are not counted`,
    ko: (count: string) => `읽을 수 없는 메시지 ${count}건은 세지 않았습니다`
  },
  csv: {
    en: "--out is to be a .csv file; the page is --html",
    ko: "--out은 .csv 파일이어야 합니다. 보고서는 --html입니다"
  },
  html: { en: "--html is to be an .html file", ko: "--html은 .html 파일이어야 합니다" }
} as const
