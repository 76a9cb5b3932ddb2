/**
 * How far the clocks are apart.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Asking from "../Asking.ts"
import * as Check from "../Check.ts"
import type * as Wire from "../Wire.ts"

const samples = 5

/** Farther than a gateway lets a timestamp be off. */
const far = 15 * Asking.minute

/** A Date leaves out the fraction of its second, and was written between the question and the answer. */
interface Bounds {
  readonly least: number
  readonly most: number
}

const boundsOf = (exchange: Wire.Exchange): ReadonlyArray<Bounds> =>
  exchange._tag === "Unanswered" || exchange.date === undefined
    ? []
    : [{ least: exchange.date - exchange.endedAt, most: exchange.date + 1000 - exchange.startedAt }]

export const check: Check.Check = {
  number: 5,
  id: "skew",
  title: { en: "The clocks apart", ko: "시계 차이" },
  mode: "online",
  needs: "service",
  expected: { en: "less than a minute", ko: "1분 미만" },
  determines: { en: "whether signatureLifetime can be used", ko: "signatureLifetime을 쓸 수 있는지" },
  run: Effect.gen(function*() {
    const { learned } = yield* Check.Bench
    const wire = yield* Asking.wire
    const seen: Array<Bounds> = []
    let answered = 0
    for (let sample = 0; sample < samples; sample++) {
      if (sample > 0) yield* Effect.sleep("230 millis")
      const now = yield* wire.now
      const { exchange } = yield* Asking.search(wire, Asking.window(now - Asking.minute, now))
      if (exchange._tag === "Unanswered") return Asking.unmeasured(exchange)
      answered++
      seen.push(...boundsOf(exchange))
    }
    const facts = { samples: answered, dates: seen.length }
    if (seen.length === 0) {
      return Check.note({
        en: "not measured: no answer bears a Date; signatureLifetime cannot be used",
        ko: "측정하지 못함: 응답에 Date가 없습니다. signatureLifetime을 쓸 수 없습니다"
      }, facts)
    }
    const least = Math.max(...seen.map(({ least }) => least))
    const most = Math.min(...seen.map(({ most }) => most))
    if (least > most) {
      return Check.amiss({
        en: "the answers disagree about the time: their Date is not one clock",
        ko: "응답마다 시각이 맞지 않습니다. Date가 하나의 시계에서 오지 않습니다"
      }, { ...facts, agree: false })
    }
    const millis = Math.round((least + most) / 2)
    const within = Math.round((most - least) / 2)
    learned.clock = { millis, within }
    // A signature of this clock was accepted, so a Date that is far from it is another clock's than the one that signatures are judged by.
    const isAnothers = learned.isSigned && wire.offset === 0 && Math.abs(millis) > far
    if (!isAnothers) wire.offset = millis
    const off = Check.span(Math.abs(millis))
    const about = Check.span(within)
    const direction = millis < 0 ? { en: "behind", ko: "느림" } : { en: "ahead of", ko: "빠름" }
    const says = {
      en: `the gateway's clock is ${off.en} ${direction.en} this one, give or take ${about.en}`,
      ko: `게이트웨이의 시계가 ${off.ko} ${direction.ko} (±${about.ko})`
    }
    const all = { ...facts, agree: true, offsetMillis: millis, withinMillis: within, isGateways: !isAnothers }
    if (isAnothers) {
      return Check.amiss({
        en:
          `the Date of the answers is ${off.en} ${direction.en} this clock, by which signatures are accepted: something between changes it`,
        ko: `응답의 Date가 ${off.ko} ${direction.ko}. 서명은 이 시계로 접수되므로 중간에서 Date를 바꾸는 것이 있습니다`
      }, all)
    }
    return Math.abs(millis) < Asking.minute
      ? Check.ok(says, all)
      : Check.amiss({ en: `${says.en}: set the clock`, ko: `${says.ko}. 시계를 맞추십시오` }, all)
  })
}
