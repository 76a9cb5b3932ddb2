import * as Duplicate from "@effect-sens/emulator/Duplicate"
import * as Emulator from "@effect-sens/emulator/Emulator"
import * as EmulatorClient from "@effect-sens/emulator/EmulatorClient"
import * as Fault from "@effect-sens/emulator/Fault"
import { assert, describe, it } from "@effect/vitest"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/testing/TestClock"
import { reserved, send, sms } from "./support.ts"

const to = (...recipients: ReadonlyArray<string>) => ({ messages: recipients.map((to) => ({ to })) })

describe("waiting for a message", () => {
  it.effect("one that is there, and one that comes", () =>
    Effect.gen(function*() {
      const emulator = yield* Emulator.Emulator
      yield* send(sms({ content: "하나", ...to("1", "2") }))
      const first = yield* emulator.waitForMessage({ to: "2" })
      assert.deepInclude(first, { to: "2", content: "하나", sequence: 1 })
      const next = yield* Effect.forkChild(emulator.waitForMessage({ to: "2", after: first.sequence }))
      yield* TestClock.adjust("9 seconds")
      yield* send(sms({ content: "둘", ...to("1") }))
      yield* send(sms({ content: "셋", ...to("2") }))
      assert.strictEqual((yield* Fiber.join(next)).content, "셋")
    }).pipe(Effect.provide(EmulatorClient.layer())))

  it.effect("by sender and by what it says, whoever gets it", () =>
    Effect.gen(function*() {
      const emulator = yield* Emulator.Emulator
      yield* send(sms({ from: "021", content: "가" }))
      yield* send(sms({ from: "022", content: "나", messages: [{ to: "1" }, { to: "2", content: "다라" }] }))
      assert.strictEqual((yield* emulator.waitForMessage({ from: "022" })).content, "나")
      assert.strictEqual((yield* emulator.waitForMessage({ includes: "라" })).to, "2")
      assert.strictEqual((yield* emulator.waitForMessage()).from, "021")
    }).pipe(Effect.provide(EmulatorClient.layer())))

  it.effect("fails when none comes in time", () =>
    Effect.gen(function*() {
      const emulator = yield* Emulator.Emulator
      const waiting = yield* Effect.forkChild(Effect.flip(emulator.waitForMessage({ timeout: "3 seconds" })))
      yield* TestClock.adjust("2999 millis")
      assert.isUndefined(waiting.pollUnsafe())
      yield* TestClock.adjust("1 millis")
      assert.isTrue(Cause.isTimeoutError(yield* Fiber.join(waiting)))
    }).pipe(Effect.provide(EmulatorClient.layer())))

  it.effect("sees what comes by itself: a late request, a reservation", () =>
    Effect.gen(function*() {
      const emulator = yield* Emulator.Emulator
      yield* emulator.faults.next("send", 1, Fault.acceptedLater({ after: "5 seconds" }))
      yield* Effect.flip(send(sms({ content: "늦음" })))
      yield* send(reserved({ content: "예약" }))
      const late = yield* Effect.forkChild(emulator.waitForMessage({ includes: "늦음" }))
      const due = yield* Effect.forkChild(emulator.waitForMessage({ includes: "예약", timeout: "1 day" }))
      yield* TestClock.adjust("5 seconds")
      assert.strictEqual(Number((yield* Fiber.join(late)).requestTime.epochMilliseconds), 5000)
      yield* TestClock.adjust("1 hour")
      assert.strictEqual(Number((yield* Fiber.join(due)).requestTime.epochMilliseconds), 3_601_000)
    }).pipe(Effect.provide(EmulatorClient.layer())))

  it.effect("one-time passwords: of the first message that has one", () =>
    Effect.gen(function*() {
      const emulator = yield* Emulator.Emulator
      yield* send(sms({ content: "어서 오세요", ...to("1") }))
      const otp = yield* Effect.forkChild(emulator.waitForOtp({ to: "1" }))
      yield* send(sms({ content: "인증번호 111111", ...to("2") }))
      yield* send(sms({ content: "인증번호 493021", ...to("1") }))
      assert.strictEqual(yield* Fiber.join(otp), "493021")
    }).pipe(Effect.provide(EmulatorClient.layer())))

  it.effect("goes on after a reset", () =>
    Effect.gen(function*() {
      const emulator = yield* Emulator.Emulator
      yield* send(sms(to("1")))
      const waiting = yield* Effect.forkChild(emulator.waitForMessage({ to: "2" }))
      yield* TestClock.adjust(1)
      yield* emulator.reset
      yield* send(sms(to("2")))
      assert.strictEqual((yield* Fiber.join(waiting)).sequence, 0)
    }).pipe(Effect.provide(EmulatorClient.layer())))
})

describe("duplicates", () => {
  it.effect("the same text from one sender to one number, within an hour", () =>
    Effect.gen(function*() {
      const emulator = yield* Emulator.Emulator
      yield* send(sms({ content: "가", ...to("1", "2") }))
      yield* send(sms({ content: "나", ...to("1") }))
      yield* send(sms({ content: "가", from: "029", ...to("1") }))
      assert.deepStrictEqual(yield* emulator.duplicates(), [])
      yield* TestClock.adjust("1 hour")
      yield* send(sms({ content: "다", messages: [{ to: "2" }, { to: "1", content: "가" }] }))
      yield* TestClock.adjust("1 hour")
      yield* send(sms({ content: "가", ...to("1", "3", "3") }))
      const found = yield* emulator.duplicates()
      assert.deepStrictEqual(
        found.map(({ content, from, messages, to }) => [from, to, content, messages.map(({ sequence }) => sequence)]),
        [["0212345678", "1", "가", [0, 5, 6]], ["0212345678", "3", "가", [7, 8]]]
      )
      assert.lengthOf(yield* emulator.duplicates({ window: "59 minutes" }), 1)
      assert.deepStrictEqual(
        Duplicate.find({ messages: (yield* emulator.allMessages).slice(0, 6) }).map(({ to }) => to),
        ["1"]
      )
    }).pipe(Effect.provide(EmulatorClient.layer())))

  it.effect("a client that sends again after a lost answer shows", () =>
    Effect.gen(function*() {
      const emulator = yield* Emulator.Emulator
      yield* emulator.faults.next("send", 1, Fault.reset({ accepted: true }))
      yield* Effect.retry(send(sms()), { times: 1 })
      assert.strictEqual((yield* emulator.duplicates())[0]?.messages.length, 2)
    }).pipe(Effect.provide(EmulatorClient.layer())))
})
