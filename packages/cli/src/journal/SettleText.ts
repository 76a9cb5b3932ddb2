/**
 * What is said of sends whose answer was lost, in both languages.
 *
 * @since 0.1.0
 */
import * as Duration from "effect/Duration"
import * as Option from "effect/Option"
import type { Language } from "../Language.ts"
import type * as Sending from "./Sending.ts"

/** Where nobody knows yet. */
export const ask = {
  en: (id: string) =>
    `It may have been sent, and nobody knows yet. Do not send it again; ask: effect-sens settle ${id}`,
  ko: (id: string) => `보내졌을 수 있으나 아직 알 수 없습니다. 다시 보내지 말고 확인하십시오: effect-sens settle ${id}`
} as const

const texts = {
  accepted: {
    en: (request: string) => `accepted as ${request}`,
    ko: (request: string) => `접수됨, 요청 ID ${request}`
  },
  notAccepted: {
    en: (id: string) => `not accepted: it may be sent again (effect-sens settle ${id} --send-again)`,
    ko: (id: string) => `접수되지 않음. 다시 보내도 됩니다 (effect-sens settle ${id} --send-again)`
  },
  givenUp: { en: "given up: it is not sent again", ko: "정리됨. 다시 보내지 않습니다" },
  again: {
    en: (span: string) => `cannot be told yet: ask again in ${span}`,
    ko: (span: string) => `아직 알 수 없음. ${span} 뒤에 다시 확인하십시오`
  },
  why: {
    Early: { en: "", ko: "" },
    Undecided: {
      en: " (the log has what may be it, and may be another)",
      ko: " (로그에 있는 것이 이 발송인지 다른 발송인지 가릴 수 없습니다)"
    },
    Unread: { en: " (the log could not be read)", ko: " (로그를 읽지 못했습니다)" },
    Unreadable: {
      en:
        "the service said that it took it, and the log does not have it: look in the console, then settle it by --sent or --give-up",
      ko: "서비스는 접수했다고 했으나 로그에 없습니다. 콘솔에서 확인한 뒤 --sent나 --give-up으로 정리하십시오"
    },
    Reserved: {
      en: "the log does not show what is reserved: look in the console, then settle it by --sent or --give-up",
      ko: "예약된 것은 로그에 나오지 않습니다. 콘솔에서 확인한 뒤 --sent나 --give-up으로 정리하십시오"
    }
  },
  minutes: { en: (n: number) => `${n} min`, ko: (n: number) => `${n}분` },
  seconds: { en: (n: number) => `${n} s`, ko: (n: number) => `${n}초` }
} as const

/** Rounded up: whoever comes back then is not told the same once more. */
const span = (duration: Duration.Duration, language: Language): string => {
  const seconds = Math.ceil(Duration.toSeconds(duration))
  return seconds > 90 ? texts.minutes[language](Math.ceil(seconds / 60)) : texts.seconds[language](Math.max(1, seconds))
}

/** What became of it, in a sentence. */
export const said = (outcome: Sending.Outcome, language: Language): string => {
  switch (outcome._tag) {
    case "Accepted":
      return texts.accepted[language](outcome.requestId)
    case "NotAccepted":
      return texts.notAccepted[language](outcome.entry.id)
    case "GivenUp":
      return texts.givenUp[language]
    case "Open":
      return Option.match(outcome.again, {
        onNone: () => texts.why[outcome.why][language],
        onSome: (again) => texts.again[language](span(again, language)) + texts.why[outcome.why][language]
      })
  }
}
