import * as SensError from "@effect-sens/core/SensError"
import * as Account from "@effect-sens/emulator/Account"
import * as Emulator from "@effect-sens/emulator/Emulator"
import * as EmulatorClient from "@effect-sens/emulator/EmulatorClient"
import * as Fault from "@effect-sens/emulator/Fault"
import * as NodeSigner from "@effect-sens/http/NodeSigner"
import * as Sens from "@effect-sens/http/Sens"
import { assert, describe, it } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/testing/TestClock"
import * as Lines from "../src/docs/project/lines.ts"
import * as Status from "../src/docs/project/status.ts"
import * as Tomorrow from "../src/docs/project/tomorrow.ts"

// @effect-diagnostics globalDate:off
// What docs/in-your-project.md quotes. Its other programs need packages of others: scripts/documentation.ts runs them.

const emulated = (options?: Partial<Sens.Options>) =>
  Sens.layer({ ...Account.options, ...options }).pipe(
    Layer.provide(NodeSigner.layer),
    Layer.provideMerge(Layer.fresh(EmulatorClient.layer()))
  )

const request = {
  type: "SMS",
  from: "02-1234-5678",
  content: "안녕하세요",
  messages: [{ to: "010-1234-5678" }]
} as const

describe("in-your-project.md", () => {
  it.effect("what was refused before it was sent is the caller's to mend", () =>
    Effect.gen(function*() {
      const sens = yield* Sens.Sens
      const error = yield* Effect.flip(sens.messages.send({ ...request, messages: [{ to: "1012345678" }] }))
      assert.strictEqual(Status.statusOf(error), 400)
    }).pipe(Effect.provide(emulated())))

  it.effect("a send that may have been accepted asks nobody to try again", () =>
    Effect.gen(function*() {
      const sens = yield* Sens.Sens
      const { faults } = yield* Emulator.Emulator
      yield* faults.next("send", 1, Fault.reset({ accepted: true }))
      const error = yield* Effect.flip(sens.messages.send(request))
      assert.strictEqual(Status.statusOf(error), 202)
      // What the three steps end in, before anybody looked.
      const lost = new SensError.SensError({
        operation: "messages.send",
        reason: new SensError.ServerFault({ status: 503 })
      })
      assert.strictEqual(Status.statusOf(lost), 202)
      const read = new SensError.SensError({ operation: "messages.search", reason: lost.reason })
      assert.strictEqual(Status.statusOf(read), 502)
    }).pipe(Effect.provide(emulated({ onAmbiguous: "fail" }))))

  it.effect("nine o'clock of tomorrow, in Korea", () =>
    Effect.gen(function*() {
      // Half past eleven in the evening of the second there, and still the afternoon in London.
      const now = new Date("2026-01-02T14:30:00Z")
      const at = Tomorrow.tomorrowAtNine(now)
      assert.strictEqual(DateTime.formatIso(DateTime.toUtc(at)), "2026-01-03T00:00:00.000Z")
      // Half an hour later the day there is another.
      const later = Tomorrow.tomorrowAtNine(new Date("2026-01-02T15:00:00Z"))
      assert.strictEqual(DateTime.formatIso(DateTime.toUtc(later)), "2026-01-04T00:00:00.000Z")

      yield* TestClock.setTime(now.getTime())
      const sens = yield* Sens.Sens
      const { requestId } = yield* sens.messages.send({ ...request, reserve: { at } })
      assert.strictEqual((yield* sens.reservations.status(requestId)).reserveStatus, "READY")
      const { ledger } = yield* Emulator.Emulator
      assert.include(JSON.stringify(yield* ledger), "2026-01-03 09:00")
    }).pipe(Effect.provide(emulated())))

  it("a time of a form, and back", () => {
    const time = Tomorrow.fromForm("2026-01-03 09:00")
    assert.deepStrictEqual(time, new Date("2026-01-03T00:00:00Z"))
    assert.strictEqual(Tomorrow.forPeople(new Date("2026-01-03T00:00:00Z")), "2026-01-03 09:00")
    assert.isUndefined(Tomorrow.fromForm("2026-02-30 09:00"))
    assert.isUndefined(Tomorrow.fromForm("내일 아홉 시"))
  })

  it("a line break of a form is two bytes", () => {
    assert.deepStrictEqual(Lines.sizes("가\r\n나"), { asSent: 6, mended: 5 })
  })
})
