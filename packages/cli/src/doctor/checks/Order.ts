/**
 * In which order a search shows what it found.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Asking from "../Asking.ts"
import * as Check from "../Check.ts"

export type Order = "up" | "down" | "mixed" | "same"

export const orderOf = (times: ReadonlyArray<number>): Order => {
  const steps = new Set(times.slice(1).map((time, index) => Math.sign(time - (times[index] ?? time))))
  const isUp = steps.has(1)
  const isDown = steps.has(-1)
  return isUp && isDown ? "mixed" : isUp ? "up" : isDown ? "down" : "same"
}

const said = {
  up: { en: "the oldest first", ko: "오래된 것부터" },
  down: { en: "the newest first", ko: "최근 것부터" },
  mixed: { en: "in no order", ko: "순서 없음" },
  same: { en: "of one second", ko: "모두 같은 초" }
} as const

const size = 10

export const check: Check.Check = {
  number: 11,
  id: "order",
  title: { en: "Order of a search", ko: "조회의 순서" },
  mode: "online",
  needs: "signature",
  expected: { en: "any; nothing rests on it", ko: "무엇이든. 순서에 기대는 것은 없음" },
  determines: { en: "how DeliveryLog's pages come", ko: "DeliveryLog의 페이지 순서" },
  run: Effect.gen(function*() {
    const { learned } = yield* Check.Bench
    const wire = yield* Asking.wire
    const now = yield* wire.now
    const page = (more: ReadonlyArray<readonly [string, string]>) =>
      Asking.search(wire, [...Asking.window(now - Asking.day, now), ["pageSize", String(size)], ...more])
    const first = yield* page([])
    if (first._tag === "Other") return Asking.failed("the search failed", "조회하지 못했습니다", first.exchange)
    const more = !first.hasMore
      ? undefined
      : learned.paging !== "pageIndex" && first.nextToken !== undefined
      ? yield* page([["nextToken", first.nextToken]])
      : yield* page([["pageIndex", "1"]])
    const times = (found: Asking.Found | undefined) =>
      found?._tag === "Page"
        ? found.items.flatMap((item) => {
          const time = Asking.instant(item, "requestTime")
          return time === undefined ? [] : [time]
        })
        : []
    const within = times(first)
    const next = times(more)
    const order = orderOf(within)
    const facts = {
      messages: within.length + next.length,
      order: within.length < 2 ? null : order,
      acrossPages: next.length === 0 ? null : orderOf([...within, ...next])
    }
    if (within.length < 2 || order === "same") {
      return Check.note({
        en: "not measured: it takes messages of different seconds in the last 24 hours",
        ko: "측정하지 못함: 최근 24시간에 서로 다른 초의 메시지가 있어야 합니다"
      }, facts)
    }
    const across = facts.acrossPages === null || facts.acrossPages === order
      ? undefined
      : {
        en: `; over two pages ${said[facts.acrossPages].en}`,
        ko: `. 두 페이지에 걸쳐서는 ${said[facts.acrossPages].ko}`
      }
    const says = { en: said[order].en + (across?.en ?? ""), ko: said[order].ko + (across?.ko ?? "") }
    return order === "mixed" || across !== undefined ? Check.note(says, facts) : Check.ok(says, facts)
  })
}
