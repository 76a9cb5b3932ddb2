import * as Emulator from "@effect-sens/emulator/Emulator"
import * as EmulatorClient from "@effect-sens/emulator/EmulatorClient"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import { base, call, jpeg, reserved, send, upload } from "./support.ts"

// A storage that takes its time, as a disk does: what is decided meanwhile has to see what is being written.
const slow = EmulatorClient.layer({
  reservationCutoff: 0,
  storage: { events: [], append: () => Effect.forEach([1, 2, 3], () => Effect.yieldNow, { discard: true }) }
})

const twice = <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.all([effect, effect], { concurrency: 2 })

describe("what is asked twice at once", () => {
  it.effect("a reservation is cancelled once", () =>
    Effect.gen(function*() {
      const { body } = yield* send(reserved())
      const answers = yield* twice(call({ method: "DELETE", target: `${base}/reservations/${body.requestId}` }))
      assert.deepStrictEqual(answers.map(({ status }) => status).toSorted(), [204, 400])
    }).pipe(Effect.provide(slow)))

  it.effect("a picture is kept once", () =>
    Effect.gen(function*() {
      const [one, other] = yield* twice(
        upload("a.jpg", jpeg())
      )
      assert.strictEqual(one.status, 200, one.text)
      assert.strictEqual(one.body.fileId, other.body.fileId)
    }).pipe(Effect.provide(slow)))

  it.effect("a reservation whose time has come is sent once", () =>
    Effect.gen(function*() {
      const emulator = yield* Emulator.Emulator
      yield* send(reserved())
      yield* TestClock.adjust("2 hours")
      yield* twice(emulator.allMessages)
      assert.lengthOf(yield* emulator.allMessages, 1)
    }).pipe(Effect.provide(slow)))
})
