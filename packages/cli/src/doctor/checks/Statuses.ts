/**
 * What a record has while it is READY, PROCESSING and COMPLETED.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Asking from "../Asking.ts"
import * as Check from "../Check.ts"
import * as Sample from "../Sample.ts"
import * as Wire from "../Wire.ts"

const has = (item: Asking.Item | undefined, key: string): boolean => {
  const value = item?.[key]
  return value !== undefined && value !== null && value !== ""
}

export const check: Check.Check = {
  number: 14,
  id: "statuses",
  title: { en: "A record on its way", ko: "처리 중인 기록" },
  mode: "live",
  needs: "sent",
  expected: {
    en: "COMPLETED at its end, and its text in the list and in the result",
    ko: "끝에 COMPLETED. 목록과 결과에 본문이 있음"
  },
  determines: { en: "whether reconcile can compare texts", ko: "reconcile이 본문을 비교할 수 있는지" },
  run: Effect.gen(function*() {
    const { learned: { sent: [sent] }, note } = yield* Check.Bench
    const wire = yield* Asking.wire
    if (sent === undefined || sent.statuses.size === 0) {
      return Check.note({ en: "not measured: the log never showed it", ko: "측정하지 못함: 로그에 나타나지 않음" })
    }
    yield* note({
      en: "waiting until it is delivered, for up to 5 minutes",
      ko: "전달될 때까지 최대 5분 기다립니다"
    })
    yield* Sample.follow(sent)
    const listed = Sample.last(sent)
    const answer = sent.messageId === undefined ? undefined : yield* wire.ask({
      operation: "messages.result",
      method: "GET",
      path: ["messages", sent.messageId]
    })
    const body = answer?._tag === "Answered" ? Wire.objectOf(answer.json) : {}
    const messages = body["messages"]
    const result = Array.isArray(messages) ? Wire.objectOf(messages[0]) : undefined
    const after = (status: string): number | null => {
      const seen = sent.statuses.get(status)
      return seen === undefined ? null : Math.round(seen.after)
    }
    const facts = {
      readyMillis: after("READY"),
      processingMillis: after("PROCESSING"),
      completedMillis: after("COMPLETED"),
      statuses: Array.from(sent.statuses.keys()).filter((status) => /^[A-Z]{1,20}$/.test(status)).join(", "),
      earlyFields: Object.keys(Array.from(sent.statuses.values())[0]?.record ?? {}).length,
      textInList: has(listed, "content"),
      typeInList: has(listed, "type"),
      subjectInList: listed !== undefined && "subject" in listed,
      textInResult: has(result, "content"),
      typeInResult: has(result, "type"),
      idInResult: has(result, "messageId")
    }
    const text = facts.textInList
      ? { en: "the list shows the text", ko: "목록에 본문이 있음" }
      : facts.textInResult
      ? { en: "only the result shows the text", ko: "결과에만 본문이 있음" }
      : { en: "no text is shown, so texts cannot be compared", ko: "본문이 없어 비교할 수 없음" }
    if (facts.completedMillis === null) {
      return Check.note({
        en: `not final within 5 minutes (${facts.statuses}); ${text.en}`,
        ko: `5분 안에 끝나지 않음(${facts.statuses}). ${text.ko}`
      }, facts)
    }
    const done = Check.span(facts.completedMillis)
    const says = {
      en: `${facts.statuses}; COMPLETED after ${done.en}; ${text.en}`,
      ko: `${facts.statuses}. ${done.ko} 뒤 COMPLETED. ${text.ko}`
    }
    return facts.textInList ? Check.ok(says, facts) : Check.note(says, facts)
  })
}
