/**
 * What time it is here. Nobody is asked for the right one: the gateway's is what counts, and `skew` compares with it.
 *
 * @since 0.1.0
 */
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Instant from "../../Instant.ts"
import * as Check from "../Check.ts"

export const check: Check.Check = {
  number: 3,
  id: "clock",
  title: { en: "The clock of this machine", ko: "이 컴퓨터의 시계" },
  mode: "offline",
  needs: "nothing",
  expected: { en: "the time that it is", ko: "지금 시각" },
  determines: {
    en: "nothing; times without a zone are Korean anywhere",
    ko: "없음. 존 없는 시각은 어디서나 한국 시각"
  },
  run: Effect.gen(function*() {
    const { machine: { timeZone } } = yield* Check.Bench
    const now = Instant.people(yield* DateTime.now)
    return Check.ok({ en: `${now}; the zone here is ${timeZone}`, ko: `${now}. 이 컴퓨터의 시간대는 ${timeZone}` }, {
      timeZone
    })
  })
}
