/**
 * The smallest question: whether the signature is taken, and what "none" looks like.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Asking from "../Asking.ts"
import * as Check from "../Check.ts"
import type * as Wire from "../Wire.ts"

/** A Date tells a clock that is so far off that a signature of it is refused. */
const offBy = (exchange: Wire.Exchange): number =>
  exchange._tag === "Unanswered" || exchange.date === undefined
    ? 0
    : exchange.date + 500 - (exchange.startedAt + exchange.endedAt) / 2

export const check: Check.Check = {
  number: 4,
  id: "search",
  title: { en: "A search of the last minute", ko: "최근 1분 조회" },
  mode: "online",
  needs: "keys",
  expected: { en: "200, or 404 without a body; with a Date", ko: "200, 또는 본문 없는 404. Date가 있음" },
  determines: {
    en: "whether the signature is accepted, and the shape of \"none\"",
    ko: "서명이 받아들여지는지, \"없음\"의 형식"
  },
  run: Effect.gen(function*() {
    const { learned } = yield* Check.Bench
    const wire = yield* Asking.wire
    const ask = Effect.gen(function*() {
      const now = yield* wire.now
      return yield* Asking.search(wire, Asking.window(now - Asking.minute, now))
    })
    let found = yield* ask
    let corrected = 0
    if (found._tag === "Other" && found.exchange._tag === "Answered" && found.exchange.status === 401) {
      const off = offBy(found.exchange)
      // A clock that is far off is no wrong key: it is told by `skew`, and the rest is measured by the gateway's.
      if (Math.abs(off) > Asking.minute) {
        wire.offset = off
        corrected = off
        found = yield* ask
      }
    }
    learned.answers = found.exchange._tag === "Answered"
    learned.isSigned = found._tag === "Page"
    if (found._tag === "Other") return Asking.failed("the search failed", "조회하지 못했습니다", found.exchange)
    const { date, headers } = found.exchange
    const emptySearch = found.isEmpty404 ? "notFound" : found.items.length === 0 ? "page" : "not seen"
    const facts = {
      status: found.exchange.status,
      emptySearch,
      hasDate: date !== undefined,
      hasTraceId: headers["x-ncp-trace-id"] !== undefined
    }
    const none = emptySearch === "notFound"
      ? { en: "\"none\" is a 404 without a body", ko: "\"없음\"은 본문 없는 404" }
      : emptySearch === "page"
      ? { en: "\"none\" is an empty page", ko: "\"없음\"은 빈 페이지" }
      : { en: "there were messages, so \"none\" was not seen", ko: "메시지가 있어 \"없음\"은 보지 못함" }
    if (corrected !== 0) {
      return Check.bad(4, {
        en: `refused by this clock, and accepted by the gateway's: set the clock; ${none.en}`,
        ko: `이 컴퓨터의 시각으로는 거절, 게이트웨이의 시각으로는 접수됨. 시계를 맞추십시오. ${none.ko}`
      }, facts)
    }
    if (date === undefined) {
      return Check.note({
        en: `the signature is accepted; ${none.en}; the answer bears no Date, so proofs take 10 minutes longer`,
        ko: `서명이 받아들여짐. ${none.ko}. 응답에 Date가 없어 확인에 10분이 더 걸립니다`
      }, facts)
    }
    return Check.ok({ en: `the signature is accepted; ${none.en}`, ko: `서명이 받아들여짐. ${none.ko}` }, facts)
  })
}
