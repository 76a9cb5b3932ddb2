/**
 * The flags that say which part of the delivery log is meant, for `log`, `report` and `resend`: what one may say to the one may be said
 * to the others.
 */
import type * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import type { Both, Language } from "../Language.ts"

/** What each flag says of itself. */
export const texts = {
  last: {
    en: "Back to so long ago: 30m, 3h, 7d; 85d at most (a day, if no range is given)",
    ko: "지금부터 거슬러 올라갈 기간. 30m, 3h, 7d. 최대 85d (기간을 주지 않으면 하루)"
  },
  from: {
    en: "The start of the range: 2026-11-01, \"2026-11-01 09:00\" (Korean time), yesterday, -3h",
    ko: "범위의 시작. 2026-11-01, \"2026-11-01 09:00\" (한국 시각), 어제, -3h"
  },
  until: {
    en: "The end of the range; now, if not given. A date alone is its beginning, 00:00",
    ko: "범위의 끝. 주지 않으면 지금. 날짜만 쓰면 그날 00:00"
  },
  to: { en: "The number that received", ko: "받은 번호" },
  fromNumber: { en: "The number that sent", ko: "보낸 번호" },
  type: { en: "The type of message", ko: "메시지 유형" },
  failed: { en: "Only what was not delivered", ko: "전달되지 않은 것만" },
  status: { en: "How far a message is", ko: "진행 상태" },
  code: { en: "A result code, such as 3001 (repeatable)", ko: "결과 코드. 3001 등 (여러 번 줄 수 있음)" },
  telco: { en: "A carrier, such as SKT (repeatable)", ko: "통신사. SKT 등 (여러 번 줄 수 있음)" }
} as const satisfies { readonly [name: string]: Both }

/** The flags, which say of themselves what they are in this language. */
export const make = (language: Language) => {
  const said = (name: keyof typeof texts) => <A>(flag: Flag.Flag<A>) =>
    Flag.withDescription(flag, texts[name][language])
  const text = (name: keyof typeof texts, flag: string, metavar: string) =>
    Flag.String(flag).pipe(Flag.withMetavar(metavar), said(name), Flag.optional)
  const several = (name: keyof typeof texts, flag: string) =>
    Flag.String(flag).pipe(Flag.withMetavar(flag), said(name), Flag.atLeast(0), Flag.withDefault([]))
  return {
    last: text("last", "last", "span"),
    from: text("from", "from", "time"),
    until: text("until", "until", "time"),
    to: text("to", "to", "number"),
    fromNumber: text("fromNumber", "from-number", "number"),
    type: Flag.ChoiceWithValue("type", [["sms", "SMS"], ["lms", "LMS"], ["mms", "MMS"]]).pipe(
      said("type"),
      Flag.optional
    ),
    failed: Flag.Boolean("failed").pipe(Flag.withoutNegation, said("failed"), Flag.withDefault(false)),
    status: Flag.ChoiceWithValue("status", [
      ["ready", "READY"],
      ["processing", "PROCESSING"],
      ["completed", "COMPLETED"]
    ]).pipe(said("status"), Flag.optional),
    code: several("code", "code"),
    telco: several("telco", "telco")
  }
}

/** What was said by them. */
export type Input = Command.Command.Config.Infer<ReturnType<typeof make>>
