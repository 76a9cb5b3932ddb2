/**
 * Whose clock the log is of, and how late a completion shows.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Asking from "../Asking.ts"
import * as Check from "../Check.ts"
import * as Sample from "../Sample.ts"

const close = 2000

export const check: Check.Check = {
  number: 15,
  id: "times",
  title: { en: "Times of the log", ko: "로그의 시각" },
  mode: "live",
  needs: "sent",
  expected: {
    en: "requestTime within 2 s of the send; a completion shown within 60 s of its time",
    ko: "requestTime이 발송과 2초 이내, 완료가 그 시각에서 60초 안에 나타남"
  },
  determines: {
    en: "the clock of the log; the overlap of tail and listen",
    ko: "로그의 시계, tail과 listen의 overlap"
  },
  run: Effect.gen(function*() {
    const { learned } = yield* Check.Bench
    const [sent] = learned.sent
    const record = sent === undefined ? undefined : Sample.last(sent)
    const requested = record === undefined ? undefined : Asking.instant(record, "requestTime")
    if (sent === undefined || record === undefined || requested === undefined) {
      return Check.note({ en: "not measured: no requestTime was seen", ko: "측정하지 못함: requestTime이 보이지 않음" })
    }
    const completed = Asking.instant(record, "completeTime")
    const shown = sent.statuses.get("COMPLETED")?.at
    // The log leaves out the fraction of a second.
    const drift = Math.round(requested - Math.floor(sent.at / 1000) * 1000)
    const lag = completed === undefined || shown === undefined ? undefined : Math.max(0, Math.round(shown - completed))
    learned.completionLag = lag
    const facts = { requestTimeOffMillis: drift, completionLagMillis: lag ?? null }
    const off = Check.span(Math.abs(drift))
    const late = lag === undefined
      ? { en: "no completion was seen", ko: "완료는 보지 못함" }
      : {
        en: `a completion shows ${Check.span(lag).en} after its time`,
        ko: `완료는 그 시각에서 ${Check.span(lag).ko} 뒤에 나타남`
      }
    const says = { en: `requestTime is ${off.en} off; ${late.en}`, ko: `requestTime 차이 ${off.ko}. ${late.ko}` }
    if (Math.abs(drift) > 10_000) {
      return Check.amiss({
        en: `${says.en}: a lost send cannot be told by its time`,
        ko: `${says.ko}. 응답을 잃은 발송을 시각으로 찾을 수 없습니다`
      }, facts)
    }
    return Math.abs(drift) <= close && lag !== undefined && lag <= Asking.minute
      ? Check.ok(says, facts)
      : Check.note(says, facts)
  })
}
