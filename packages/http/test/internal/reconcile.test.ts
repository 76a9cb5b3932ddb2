import { assert, describe, it } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as GatewayClock from "../../src/internal/gatewayClock.ts"
import * as Journal from "../../src/internal/journal.ts"
import { isProof, type Setting } from "../../src/internal/reconcile.ts"
import { sms } from "../emulated.ts"

// Five minutes of tolerance and a minute of lag, as by default; one attempt, signed at zero, so that its fence is at 300 s.
const setting: Setting = {
  clock: GatewayClock.make(),
  journal: Journal.make({ retention: 0, validity: 0 }),
  log: { search: () => Effect.never, content: () => Effect.never },
  tolerance: 300_000,
  visibilityLag: 60_000,
  settleTime: 5000
}

const attempt = (overrides?: Partial<Journal.Attempt>): Journal.Attempt => ({
  startedWall: 0,
  startedMono: 0,
  signedAt: 0,
  age: 0,
  signatures: 1,
  isResumed: false,
  reason: "ConnectionLost",
  ...overrides
})

const entry = (...attempts: ReadonlyArray<Journal.Attempt>): Journal.Entry => ({
  request: sms(),
  attempts,
  running: true
})

const late = { began: 360_000, gateway: 360_000, date: 360_000 }

describe("isProof", () => {
  it("takes a search that began past fence and lag, whose own Date is past the fence", () => {
    assert.isTrue(isProof(setting, entry(attempt()), late))
  })

  it.each<[string, Parameters<typeof isProof>[2]]>([
    ["began within the lag", { ...late, gateway: 359_999 }],
    ["its Date is not two seconds past the fence", { ...late, date: 302_000 }],
    ["the gateway's time was not known before it", { ...late, gateway: undefined }],
    ["the signature cannot have expired yet, whatever the Dates say", { began: 299_999, gateway: 1e9, date: 1e9 }],
    ["it bears no Date, and ten minutes and the lag have not passed", { began: 659_999, gateway: 1e9, date: undefined }]
  ])("does not where %s", (_, search) => {
    assert.isFalse(isProof(setting, entry(attempt()), search))
  })

  it("without a Date, takes one after ten minutes and the lag", () => {
    assert.isTrue(isProof(setting, entry(attempt()), { began: 660_000, gateway: undefined, date: undefined }))
  })

  it("asks for it of every attempt", () => {
    assert.isFalse(isProof(setting, entry(attempt(), attempt({ signedAt: 1000, startedMono: 1000 })), late))
    assert.isFalse(isProof(setting, entry(attempt(), attempt({ signedAt: undefined })), late))
  })

  it("comes sooner for a signature that was made older", () => {
    const short = attempt({ signedAt: -270_000, age: 270_000 })
    assert.isTrue(isProof(setting, entry(short), { began: 90_000, gateway: 90_000, date: 90_000 }))
    assert.isFalse(isProof(setting, entry(short), { began: 29_999, gateway: 90_000, date: 90_000 }))
  })
})

describe("GatewayClock", () => {
  const date = (millis: number) => DateTime.toDateUtc(DateTime.makeUnsafe(millis)).toUTCString()

  it("is not moved by one wrong Date", () => {
    const clock = GatewayClock.make()
    for (let mono = 0; mono < 5000; mono += 1000) clock.observe(date(1_000_000 + mono), 0, mono)
    clock.observe(date(9_000_000), 0, 5000)
    assert.strictEqual(clock.at(6000), 1_006_000)
    assert.strictEqual(clock.earliest(6000), 1_006_000)
    assert.isFalse(clock.isSettled())
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
