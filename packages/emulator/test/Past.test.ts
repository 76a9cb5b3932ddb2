import * as Emulator from "@effect-sens/emulator/Emulator"
import * as EmulatorClient from "@effect-sens/emulator/EmulatorClient"
import { assert, describe, it } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import { TestClock } from "effect/testing"
import { list, send, sms } from "./support.ts"

const at = DateTime.makeUnsafe("2026-03-01T00:00:00Z")
const day = 86_400_000

describe("seedPast", () => {
  it.effect("as many messages, over as many days, as many of them failed; what is sent after it comes after it", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(at.epochMilliseconds)
      const emulator = yield* Emulator.Emulator
      yield* emulator.seedPast({ messages: 10_000, days: 85, failed: 0.1 })
      const messages = yield* emulator.allMessages
      assert.strictEqual(messages.length, 10_000)
      const times = messages.map(({ requestTime }) => requestTime.epochMilliseconds)
      assert.deepStrictEqual(times, times.toSorted((a, b) => a - b))
      assert.isAtLeast(times[0]!, at.epochMilliseconds - 85 * day)
      assert.isBelow(times[0]!, at.epochMilliseconds - 80 * day)
      assert.isBelow(times.at(-1)!, at.epochMilliseconds)
      for (const message of messages) {
        assert.strictEqual(message.status, "COMPLETED")
        assert.strictEqual(message.delivered.content, message.content)
      }
      const failed = messages.filter(({ code }) => code !== "0").length
      assert.isAbove(failed, 850)
      assert.isBelow(failed, 1150)
      assert.strictEqual(new Set(messages.map(({ messageId }) => messageId)).size, 10_000)

      const last = messages.at(-1)!
      const listed = yield* list(`requestId=${last.requestId}`)
      assert.include(listed.body.messages.map((message: any) => message.messageId), last.messageId)
      const sent = yield* send(sms())
      assert.strictEqual((yield* emulator.allMessages).at(-1)!.requestId, sent.body.requestId)
    }).pipe(Effect.provide(EmulatorClient.layer())))

  it.effect("twice in one emulator: no id twice", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(at.epochMilliseconds)
      const emulator = yield* Emulator.Emulator
      yield* emulator.seedPast({ messages: 500 })
      yield* emulator.seedPast({ messages: 500 })
      const messages = yield* emulator.allMessages
      assert.strictEqual(new Set(messages.map(({ messageId }) => messageId)).size, 1000)
    }).pipe(Effect.provide(EmulatorClient.layer())))

  it.effect("figures of 0 and 1", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(at.epochMilliseconds)
      const emulator = yield* Emulator.Emulator
      yield* emulator.seedPast({ messages: 0 })
      assert.deepStrictEqual(yield* emulator.allMessages, [])
      yield* emulator.seedPast({ messages: 100, failed: 1 })
      yield* emulator.seedPast({ messages: 100, failed: 0, seed: "other" })
      const codes = (yield* emulator.allMessages).map(({ code }) => code !== "0")
      assert.deepStrictEqual(codes, [...Array(100).fill(true), ...Array(100).fill(false)])
    }).pipe(Effect.provide(EmulatorClient.layer())))
})
