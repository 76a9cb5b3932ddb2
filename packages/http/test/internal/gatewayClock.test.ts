import { assert, describe, it } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as GatewayClock from "../../src/internal/gatewayClock.ts"

describe("GatewayClock", () => {
  const date = (millis: number) => DateTime.toDateUtc(DateTime.makeUnsafe(millis)).toUTCString()

  it("is not moved by one wrong Date", () => {
    const clock = GatewayClock.make()
    for (let mono = 0; mono < 5000; mono += 1000) clock.observe(date(1_000_000 + mono), 0, mono)
    clock.observe(date(9_000_000), 0, 5000)
    assert.strictEqual(clock.at(6000), 1_006_000)
    assert.strictEqual(clock.earliest(6000), 1_006_000)
    assert.isFalse(clock.isSettled())
    clock.observe(date(1_006_000), 0, 6000)
    assert.isTrue(clock.isSettled())
  })

  it("is not settled again before most answers tell the time after a step", () => {
    const clock = GatewayClock.make()
    for (let mono = 0; mono < 9000; mono += 1000) clock.observe(date(1_000_000 + mono), 0, mono)
    for (let answers = 0; answers < 4; answers++) {
      clock.observe(date(1_130_000), 0, 10_000)
      assert.isFalse(clock.isSettled())
    }
    clock.observe(date(1_130_000), 0, 10_000)
    assert.isTrue(clock.isSettled())
    assert.strictEqual(clock.at(10_000), 1_130_000)
  })

  it("is settled once five answers agree", () => {
    const clock = GatewayClock.make()
    assert.isFalse(clock.isSettled())
    for (let mono = 0; mono < 5000; mono += 1000) clock.observe(date(1_000_000 + mono), 0, mono)
    assert.isTrue(clock.isSettled())
  })

  it("corrects timestamps only when it is told to, by the last answer, and to half a second", () => {
    const clock = GatewayClock.make()
    clock.observe(date(420_000), 0, 0)
    assert.strictEqual(clock.timestamp(10, 10, 0), 10)
    clock.correct()
    assert.strictEqual(clock.timestamp(10, 10, 0), 420_510)
  })

  it("makes a timestamp older only where it knows the gateway's time", () => {
    const clock = GatewayClock.make()
    assert.strictEqual(clock.timestamp(5000, 0, 4000), 5000)
    clock.observe(date(100_000), 5000, 0)
    assert.strictEqual(clock.timestamp(5000, 0, 4000), 96_000)
  })
})
