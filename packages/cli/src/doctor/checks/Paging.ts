/**
 * How the second page of a search is asked for.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Asking from "../Asking.ts"
import * as Check from "../Check.ts"
import * as Wire from "../Wire.ts"

/** What a way to ask came to. */
type Way = "works" | "same page" | "refused" | "not offered"

export const check: Check.Check = {
  number: 10,
  id: "paging",
  title: { en: "Paging of a search", ko: "조회의 페이지" },
  mode: "online",
  needs: "signature",
  expected: {
    en: "pageIndex, nextToken, or both (needs 2 messages of the last 24 hours)",
    ko: "pageIndex나 nextToken, 또는 둘 다 (최근 24시간에 메시지 2건 필요)"
  },
  determines: { en: "how further pages are read", ko: "다음 페이지를 읽는 법" },
  run: Effect.gen(function*() {
    const { learned } = yield* Check.Bench
    const wire = yield* Asking.wire
    const now = yield* wire.now
    // One window for all: what comes in meanwhile is not to shift it.
    const page = (more: ReadonlyArray<readonly [string, string]>) =>
      Asking.search(wire, [...Asking.window(now - Asking.day, now), ["pageSize", "1"], ...more])
    const first = yield* page([])
    if (first._tag === "Other") return Asking.failed("the search failed", "조회하지 못했습니다", first.exchange)
    const { items: [item], nextToken } = first
    const fields = {
      hasMore: "hasMore" in first.body,
      pageIndex: "pageIndex" in first.body,
      nextToken: nextToken !== undefined,
      itemCount: Wire.textOf(first.body, "itemCount") === undefined
        ? null
        : Number(Wire.textOf(first.body, "itemCount"))
    }
    if (item === undefined || !first.hasMore) {
      return Check.note({
        en: "not measured: it takes two messages of the last 24 hours",
        ko: "측정하지 못함: 최근 24시간에 메시지 2건이 있어야 합니다"
      }, fields)
    }
    const way = (second: Asking.Found): Way =>
      second._tag === "Other" || second.isEmpty404 || second.items.length === 0
        ? "refused"
        : Asking.idsOf(second.items) === Asking.idsOf(first.items)
        ? "same page"
        : "works"
    const second = yield* page([["pageIndex", "1"]])
    const further = nextToken === undefined ? undefined : yield* page([["nextToken", nextToken]])
    for (const found of [second, further]) {
      if (found !== undefined && found.exchange._tag === "Unanswered") return Asking.unmeasured(found.exchange)
    }
    const byIndex = way(second)
    const byToken: Way = further === undefined ? "not offered" : way(further)
    const agree = byIndex === "works" && byToken === "works" && second._tag === "Page" && further?._tag === "Page"
      ? Asking.idsOf(second.items) === Asking.idsOf(further.items)
      : null
    const paging = byIndex === "works"
      ? byToken === "works" ? "both" : "pageIndex"
      : byToken === "works"
      ? "nextToken"
      : "neither"
    learned.paging = paging
    const facts = { ...fields, paging, byIndex, byToken, agree }
    if (paging === "neither" || agree === false) {
      return Check.amiss({
        en: paging === "neither"
          ? "neither pageIndex nor nextToken gives the second page: a search of more than a page cannot be read"
          : "pageIndex and nextToken give different second pages",
        ko: paging === "neither"
          ? "pageIndex와 nextToken 모두 둘째 페이지를 주지 않습니다. 한 페이지가 넘는 조회를 읽을 수 없습니다"
          : "pageIndex와 nextToken이 서로 다른 둘째 페이지를 줍니다"
      }, facts)
    }
    return paging === "both"
      ? Check.ok({ en: "pageIndex and nextToken, and they agree", ko: "pageIndex와 nextToken 모두, 서로 맞음" }, facts)
      : Check.ok({ en: `by ${paging} alone`, ko: `${paging}만` }, facts)
  })
}
