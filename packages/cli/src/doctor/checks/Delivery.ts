/**
 * What became of it.
 *
 * @since 0.1.0
 */
import * as DeliveryCode from "@effect-sens/core/DeliveryCode"
import * as Effect from "effect/Effect"
import * as Asking from "../Asking.ts"
import * as Check from "../Check.ts"
import * as Sample from "../Sample.ts"
import * as Wire from "../Wire.ts"

const middle = (values: ReadonlyArray<number>): number | undefined =>
  values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)]

export const check: Check.Check = {
  number: 20,
  id: "delivery",
  title: { en: "The result", ko: "결과" },
  mode: "live",
  needs: "sent",
  expected: { en: "code 0", ko: "코드 0" },
  determines: { en: "how long a delivery takes", ko: "전달에 걸리는 시간" },
  run: Effect.gen(function*() {
    const { learned: { sent } } = yield* Check.Bench
    yield* Effect.forEach(sent, (each) => each.statuses.size === 0 ? Effect.void : Sample.follow(each), {
      discard: true
    })
    const ended = sent.flatMap((each) => {
      const record = each.statuses.get("COMPLETED")?.record
      return record === undefined ? [] : [record]
    })
    const [record] = ended
    if (record === undefined) {
      return Check.note({ en: "not final within 5 minutes", ko: "5분 안에 끝나지 않음" }, { completed: 0 })
    }
    const codes = ended.map((item) => Wire.textOf(item, "statusCode") ?? "")
    const shown = codes.find((code) => code !== "0") ?? codes[0] ?? ""
    const times = ended.flatMap((item) => {
      const start = Asking.instant(item, "requestTime")
      const end = Asking.instant(item, "completeTime")
      return start === undefined || end === undefined ? [] : [end - start]
    })
    const telco = Wire.textOf(record, "telcoCode") ?? ""
    const p50 = middle(times)
    const facts = {
      messages: sent.length,
      completed: ended.length,
      delivered: codes.filter((code) => code === "0").length,
      code: /^[A-Z]?\d{1,4}$/.test(shown) ? shown : null,
      telco: /^[A-Z]{2,5}$/.test(telco) ? telco : null,
      p50Millis: p50 ?? null
    }
    const took = p50 === undefined
      ? { en: "", ko: "" }
      : { en: ` in ${Check.span(p50).en}`, ko: `, ${Check.span(p50).ko}` }
    if (facts.delivered === ended.length) {
      return Check.ok({
        en: `delivered${took.en}${facts.telco === null ? "" : ` by ${facts.telco}`}`,
        ko: `전달됨${took.ko}${facts.telco === null ? "" : ` (${facts.telco})`}`
      }, facts)
    }
    const { meaning, meaningKo } = DeliveryCode.fromString(shown)
    return Check.amiss({
      en: `not delivered (${facts.code ?? "?"}): ${meaning}`,
      ko: `전달되지 않음(${facts.code ?? "?"}): ${meaningKo}`
    }, facts)
  })
}
