/**
 * What the filters of a search take, and whether the edges of a window belong to it.
 *
 * @since 0.1.0
 */
import * as PhoneNumber from "@effect-sens/core/PhoneNumber"
import * as Effect from "effect/Effect"
import * as Asking from "../Asking.ts"
import * as Check from "../Check.ts"
import * as Sample from "../Sample.ts"
import * as Wire from "../Wire.ts"

/** Whether it was there: by how many records, or how the question was refused. */
type Hit = boolean | string

export const check: Check.Check = {
  number: 16,
  id: "filters",
  title: { en: "Filters and edges of a search", ko: "조회 조건과 구간의 끝" },
  mode: "live",
  needs: "sent",
  expected: {
    en: "digits find it; hyphens may or may not; a window holds both of its seconds",
    ko: "숫자로는 찾음. 하이픈은 모름. 구간은 양 끝의 초를 포함"
  },
  determines: { en: "how numbers and windows are written in a query", ko: "조회에 번호와 구간을 쓰는 법" },
  run: Effect.gen(function*() {
    const { learned: { sent: [sent] }, live } = yield* Check.Bench
    const wire = yield* Asking.wire
    const record = sent === undefined ? undefined : Sample.last(sent)
    const requested = record === undefined ? undefined : Asking.instant(record, "requestTime")
    if (sent === undefined || live === undefined || record === undefined || requested === undefined) {
      return Check.note({ en: "not measured: the log never showed it", ko: "측정하지 못함: 로그에 나타나지 않음" })
    }
    let unanswered: Wire.Exchange | undefined
    const hit = Effect.fnUntraced(function*(
      start: number,
      end: number,
      more: ReadonlyArray<readonly [string, string]> = []
    ): Effect.fn.Return<Hit> {
      const found = yield* Sample.find(wire, sent, [...Asking.window(start, end), ...more])
      if (found._tag !== "Other") return found._tag === "Hit"
      if (found.exchange._tag === "Unanswered") {
        unanswered ??= found.exchange
        return "no answer"
      }
      return `HTTP ${found.exchange.status}`
    })
    const within = (more: ReadonlyArray<readonly [string, string]>) => hit(requested - 2000, requested + 2000, more)
    const statusName = (Wire.textOf(record, "statusName") ?? "success").toLowerCase()
    const facts: { [name: string]: Hit } = {
      to: yield* within([["to", live.to]]),
      toWithHyphens: yield* within([["to", PhoneNumber.hyphenate(live.to)]]),
      from: yield* within([["from", live.from]]),
      fromWithHyphens: yield* within([["from", PhoneNumber.hyphenate(live.from)]]),
      statusNameLower: yield* within([["statusName", statusName]]),
      statusNameUpper: yield* within([["statusName", statusName.toUpperCase()]]),
      itsSecond: yield* hit(requested, requested),
      endsAtIt: yield* hit(requested - 1000, requested),
      startsAtIt: yield* hit(requested, requested + 1000),
      endsBefore: yield* hit(requested - 2000, requested - 1000),
      startsAfter: yield* hit(requested + 1000, requested + 2000)
    }
    if (unanswered !== undefined) return Asking.unmeasured(unanswered)
    const hyphens = facts["toWithHyphens"] === true && facts["fromWithHyphens"] === true
    const edges = facts["itsSecond"] === true && facts["endsAtIt"] === true && facts["startsAtIt"] === true
    const says = {
      en: `numbers with hyphens ${hyphens ? "are found" : "are not found"}; a window ${
        edges ? "holds both of its seconds" : "lacks a second of its edges"
      }`,
      ko: `하이픈 있는 번호는 ${hyphens ? "찾음" : "찾지 못함"}. 구간은 양 끝의 초를 ${
        edges ? "포함함" : "다 포함하지는 않음"
      }`
    }
    const isFound = facts["to"] === true && facts["from"] === true && facts["startsAfter"] === false
    if (!isFound) {
      return Check.amiss({
        en: "the filters by number do not find it, so a lost send would not be found either",
        ko: "번호 조건으로 찾지 못합니다. 응답을 잃은 발송도 찾지 못하게 됩니다"
      }, facts)
    }
    return edges ? Check.ok(says, facts) : Check.note(says, facts)
  })
}
