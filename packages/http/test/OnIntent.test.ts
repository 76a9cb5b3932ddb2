import type * as SensError from "@effect-sens/core/SensError"
import * as Emulator from "@effect-sens/emulator/Emulator"
import * as Fault from "@effect-sens/emulator/Fault"
import type * as SendIntent from "@effect-sens/http/SendIntent"
import * as Sens from "@effect-sens/http/Sens"
import { assert, describe, it } from "@effect/vitest"
import * as Cause from "effect/Cause"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import * as TestClock from "effect/testing/TestClock"
import { capture } from "./capture.ts"
import { credentials, emulated, inVirtualTime, signer, sms, valueInVirtualTime } from "./emulated.ts"

const now = Date.UTC(2026, 2, 31, 1)

const start = Effect.gen(function*() {
  yield* TestClock.setTime(now)
  const { learnClock } = (yield* Sens.Sens).messages
  yield* learnClock
})

class NoDatabase extends Data.TaggedError("NoDatabase")<{ readonly words: string }> {}

/** The sends that reached the emulator. */
const posts = Emulator.Emulator.use(({ ledger }) =>
  Effect.map(ledger, (entries) => entries.filter(({ operation }) => operation === "send"))
)

const accepted = Emulator.Emulator.use(({ allMessages }) =>
  Effect.map(allMessages, (messages) => messages.map(({ requestId }) => requestId))
)

const next = (fault: Fault.Fault, count = 1) => Emulator.Emulator.use(({ faults }) => faults.next("send", count, fault))

/** Writes intents down, with how many POSTs there were before each. */
const journal = () => {
  const written: Array<{ readonly intent: SendIntent.SendIntent; readonly postsBefore: number }> = []
  const onIntent = (intent: SendIntent.SendIntent) =>
    Effect.map(posts, ({ length }) => void written.push({ intent, postsBefore: length }))
  return {
    written,
    onIntent: Effect.map(
      Effect.context<Emulator.Emulator>(),
      (context) => (intent: SendIntent.SendIntent) => Effect.provideContext(onIntent(intent), context)
    )
  }
}

const reasonOf = <A, R>(effect: Effect.Effect<A, SensError.SensError, R>) => Effect.flip(effect)

const failing: ReadonlyArray<readonly [string, Sens.OnIntent]> = [
  ["fails", () => Effect.fail(new NoDatabase({ words: "no database for 01012345678" }))],
  ["dies", () => Effect.die(new Error("no database for 01012345678"))],
  ["is interrupted", () => Effect.interrupt],
  ["rejects", () => Promise.reject(new Error("no database for 01012345678"))],
  ["throws", () => {
    throw new Error("no database for 01012345678")
  }]
]

describe("onIntent", () => {
  it.effect.each(
    [
      ["accepted at once", undefined, 1, "60 seconds"],
      ["throttled twice", [Fault.tooManyRequests({ code: "410" }), 2], 3, "60 seconds"],
      ["no connection at first", [Fault.refused, 1], 2, "60 seconds"],
      ["lost, and proved not to have been accepted", [Fault.reset({ accepted: false }), 1], 2, "10 minutes"],
      ["accepted, and its answer lost", [Fault.reset({ accepted: true }), 1], 1, "10 minutes"]
    ] as const
  )(
    "is given the intent of each POST before it goes out: %s",
    ([, fault, times, callTimeout]) =>
      Effect.gen(function*() {
        yield* start
        if (fault !== undefined) yield* next(fault[0], fault[1])
        const { send } = (yield* Sens.Sens).messages
        const { onIntent, written } = journal()
        const options = { onIntent: yield* onIntent, callTimeout }
        const { value } = yield* valueInVirtualTime(send(sms(), options), 1000)
        assert.deepStrictEqual(yield* accepted, [String(value.requestId)])
        assert.strictEqual(written.length, times)
        assert.deepStrictEqual(written.map(({ postsBefore }) => postsBefore), written.map((_, index) => index))
        const keys = written.map(({ intent }) => `${intent.timestamp}/${intent.preparedAt}`)
        assert.strictEqual(new Set(keys).size, times)
      }).pipe(Effect.provide(emulated()))
  )

  it.effect("its intents resolve, by this client and by another that has nothing but them", () =>
    Effect.gen(function*() {
      yield* start
      yield* next(Fault.silence({ accepted: true }))
      const { send } = (yield* Sens.Sens).messages
      const written: Array<SendIntent.SendIntent> = []
      const sending = yield* Effect.forkChild(send(sms(), { onIntent: (intent) => void written.push(intent) }))
      yield* TestClock.adjust("1 second")
      yield* Fiber.interrupt(sending)
      const [intent] = written
      if (intent === undefined) return assert.fail("no intent")
      // For one POST, which was made.
      const again = yield* reasonOf((yield* Sens.Sens).messages.submit(intent, sms()))
      assert.strictEqual(again.reason._tag, "InvalidRequest")
      const other = yield* Effect.provide(Sens.make(credentials), signer)
      for (const { messages } of [yield* Sens.Sens, other]) {
        const { value } = yield* valueInVirtualTime(messages.reconcile(intent, sms()), 1000)
        assert.deepStrictEqual(Option.map(value, ({ requestId }) => [String(requestId)]), Option.some(yield* accepted))
      }
    }).pipe(Effect.provide(emulated())))

  it.effect.each(
    failing
  )(
    "where it %s, nothing goes out, and nothing is tried again",
    ([, onIntent]) =>
      capture((captured) =>
        Effect.gen(function*() {
          yield* start
          const { send } = (yield* Sens.Sens).messages
          let asked = 0
          const counted: Sens.OnIntent = (...given) => {
            asked += 1
            return onIntent(...given)
          }
          const { value: error } = yield* valueInVirtualTime(reasonOf(send(sms(), { onIntent: counted })))
          assert.deepInclude(error.reason, { _tag: "ConnectionFailed", code: "OnIntent" })
          assert.isFalse(error.isAmbiguous)
          assert.strictEqual(asked, 1)
          assert.deepStrictEqual(yield* posts, [])
          assert.isTrue(captured.logs.some((line) => line.includes("onIntent failed")))
          assert.isFalse(captured.logs.some((line) => line.includes("01012345678")))
          // Called again it is sent.
          yield* send(sms())
          assert.strictEqual((yield* accepted).length, 1)
        }).pipe(Effect.provide(emulated()))
      )
  )

  it.effect("where it takes longer than the call may, nothing goes out", () =>
    Effect.gen(function*() {
      yield* start
      const { send } = (yield* Sens.Sens).messages
      const { elapsed, exit } = yield* inVirtualTime(
        reasonOf(send(sms(), { onIntent: () => Effect.never, callTimeout: "3 seconds" }))
      )
      const error = yield* exit
      assert.strictEqual(error.reason._tag, "TimedOut")
      assert.isFalse(error.isAmbiguous)
      assert.isAtMost(elapsed, 3100)
      assert.deepStrictEqual(yield* posts, [])
    }).pipe(Effect.provide(emulated())))

  it.effect("its time is not an attempt's, and is part of the call's", () =>
    Effect.gen(function*() {
      yield* start
      const { send } = (yield* Sens.Sens).messages
      const slow = { onIntent: () => Effect.sleep("20 seconds"), attemptTimeout: "5 seconds" } as const
      yield* valueInVirtualTime(send(sms(), slow), 1000)
      assert.strictEqual((yield* accepted).length, 1)
      yield* next(Fault.silence({ accepted: false }))
      const { elapsed, exit } = yield* inVirtualTime(
        reasonOf(send(sms("01087654321"), { ...slow, attemptTimeout: "60 seconds", callTimeout: "30 seconds" })),
        1000
      )
      assert.isTrue((yield* exit).isAmbiguous)
      assert.isAtMost(elapsed, 31_000)
    }).pipe(Effect.provide(emulated())))

  it.effect("where it fails later, what went out before stays an open question", () =>
    Effect.gen(function*() {
      yield* start
      yield* next(Fault.reset({ accepted: true }))
      const { reconcile, send } = (yield* Sens.Sens).messages
      const written: Array<SendIntent.SendIntent> = []
      const onIntent = (intent: SendIntent.SendIntent) =>
        written.push(intent) > 1 ? Effect.fail(new NoDatabase({ words: "" })) : Effect.void
      const { value: error } = yield* valueInVirtualTime(reasonOf(send(sms(), { onIntent, onAmbiguous: "resend" })))
      if (error.reason._tag !== "OutcomeUnknown") return assert.fail(error.reason._tag)
      assert.strictEqual(written.length, 2)
      assert.deepStrictEqual<ReadonlyArray<SendIntent.SendIntent>>(error.reason.intents, written.slice(0, 1))
      assert.strictEqual((yield* posts).length, 1)
      const { value } = yield* valueInVirtualTime(reconcile(error.reason, sms()))
      assert.deepStrictEqual(Option.map(value, ({ requestId }) => [String(requestId)]), Option.some(yield* accepted))
    }).pipe(Effect.provide(emulated())))

  it.effect("interrupted in it, nothing was sent, and nothing is an open question", () =>
    capture((captured) =>
      Effect.gen(function*() {
        yield* start
        const { send } = (yield* Sens.Sens).messages
        const told: Array<unknown> = []
        const fiber = yield* Effect.forkChild(send(sms(), {
          onIntent: () => Effect.never,
          onInterrupted: (unknown) => void told.push(unknown)
        }))
        yield* TestClock.adjust("1 second")
        yield* Fiber.interrupt(fiber)
        const exit = yield* Fiber.await(fiber)
        assert.isTrue(Exit.isFailure(exit) && Cause.hasInterruptsOnly(exit.cause))
        assert.deepStrictEqual([told, yield* posts], [[], []])
        // Nor did anything fail.
        assert.isFalse(captured.logs.some((line) => line.includes("onIntent")))
      }).pipe(Effect.provide(emulated()))
    ))
})
