import * as Emulator from "@effect-sens/emulator/Emulator"
import * as Outbox from "@effect-sens/outbox/Outbox"
import { afterAll, assert, beforeAll, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import { outbox, pass, sms } from "./emulated.ts"

// A machine in New York, whose evening is Korea's morning.

const zone = process.env["TZ"]
beforeAll(() => {
  process.env["TZ"] = "America/New_York"
})
afterAll(() => {
  if (zone === undefined) delete process.env["TZ"]
  else process.env["TZ"] = zone
})

const minute = 60_000
const ad = (index: number) => ({
  ...sms(undefined, `(광고)[서점] 새 책 ${index}\n무료수신거부 0801234567`),
  contentType: "AD" as const
})

it.effect("a host in New York sends no advertisement in Korea's night, and all of them by day", () =>
  Effect.gen(function*() {
    assert.strictEqual(new Date("2026-01-01T00:00:00Z").getHours(), 19)
    const { enqueue } = yield* Outbox.Outbox
    const { allMessages } = yield* Emulator.Emulator
    yield* TestClock.setTime(Date.parse("2026-03-07T20:00:00+09:00"))
    yield* Effect.gen(function*() {
      for (let index = 0; index < 26; index++) {
        yield* enqueue(ad(index), { priority: index % 2 === 0 ? "bulk" : "transactional" })
        yield* enqueue(sms(undefined, `notice ${index}`))
        yield* pass(30 * 60, 10 * 60)
      }
    }).pipe(Effect.provide(Outbox.layerWorker()))
    const all = yield* allMessages
    const times = all.filter(({ content }) => content.startsWith("(광고)")).map(({ requestTime }) =>
      ((requestTime.epochMilliseconds + 9 * 60 * minute) % (24 * 60 * minute)) / minute
    )
    assert.deepStrictEqual(times.filter((time) => time >= 20 * 60 + 50 || time < 8 * 60), [])
    assert.strictEqual(all.length - times.length, 26)
    assert.strictEqual(times.length, 26)
    assert.strictEqual(new Set(all.map(({ content }) => content)).size, all.length)
  }).pipe(Effect.provide(outbox())))
