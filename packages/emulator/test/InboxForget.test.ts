import * as Emulator from "@effect-sens/emulator/Emulator"
import * as EmulatorClient from "@effect-sens/emulator/EmulatorClient"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { ask, send, sms } from "./support.ts"

describe("the inbox of an emulator that forgets", () => {
  it.effect("holds what is left, and a snapshot what it held", () =>
    Effect.gen(function*() {
      const emulator = yield* Emulator.Emulator
      const each = (i: number) => send(sms({ content: `${i}번`, messages: [{ to: "01" }, { to: "02" }] }))
      for (let i = 0; i < 70; i++) yield* each(i)
      const { snapshot } = (yield* ask("/inbox?search=번&limit=0")).body
      const cursor = (yield* ask("/news")).body.cursor
      const before = (yield* ask(`/inbox/requests?search=번&snapshot=${snapshot}&limit=500`)).body
      for (let i = 70; i < 90; i++) yield* each(i)
      const left = yield* emulator.allMessages
      assert.isBelow(left.length, 180)
      const now = (yield* ask("/inbox?search=번&limit=500")).body
      assert.strictEqual(now.total, left.length)
      assert.strictEqual(now.requests, left.length / 2)
      assert.strictEqual(now.items[0].text, "89번")
      assert.strictEqual(now.items.at(-1).requestId, left[0]!.requestId)
      assert.strictEqual((yield* ask(`/news?cursor=${cursor}`)).body.arrived, 40)
      const again = (yield* ask(`/inbox/requests?search=번&snapshot=${snapshot}&limit=500`)).body
      assert.deepStrictEqual(
        again.items.map(({ requestId }: { requestId: string }) => requestId),
        before.items.map(({ requestId }: { requestId: string }) => requestId)
      )
      const kept = left.at(-1)!
      assert.strictEqual((yield* ask(`/inbox/requests/${kept.requestId}/messages?search=01`)).body.total, 1)
      assert.strictEqual((yield* ask(`/inbox/requests/${before.items.at(-1).requestId}`)).status, 404)
    }).pipe(Effect.provide(EmulatorClient.layer({ messageCapacity: 50 }))))
})
