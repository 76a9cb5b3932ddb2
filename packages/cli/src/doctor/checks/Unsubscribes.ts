/**
 * Whether there is a block list, which an advertisement needs.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Asking from "../Asking.ts"
import * as Check from "../Check.ts"

export const check: Check.Check = {
  number: 9,
  id: "unsubscribes",
  title: { en: "The block list (080)", ko: "수신 거부 목록(080)" },
  mode: "online",
  needs: "signature",
  expected: { en: "200, or 404", ko: "200 또는 404" },
  determines: { en: "whether an advertisement can be sent", ko: "광고를 보낼 수 있는지" },
  run: Effect.gen(function*() {
    const wire = yield* Asking.wire
    const exchange = yield* wire.ask({
      operation: "unsubscribes.search",
      method: "GET",
      path: ["unsubscribes"],
      query: [["pageSize", "1"]]
    })
    if (exchange._tag === "Answered" && exchange.status === 200 && Array.isArray(exchange.json)) {
      return Check.ok({ en: "there is one", ko: "있음" }, { status: 200, empty: exchange.json.length === 0 })
    }
    if (exchange._tag === "Answered" && exchange.status === 404) {
      return Check.note({
        en: "none is told of (404): nobody is on it, or the service has no 080 number",
        ko: "목록이 없다고 함(404). 비어 있거나 080 번호가 없는 서비스입니다"
      }, { status: 404, empty: true })
    }
    return Asking.failed("the block list cannot be read", "수신 거부 목록을 읽지 못했습니다", exchange)
  })
}
