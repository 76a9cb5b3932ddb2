import * as Account from "@effect-sens/emulator/Account"
import * as Fault from "@effect-sens/emulator/Fault"
import { assert, describe, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import * as TestClock from "effect/testing/TestClock"
import { readFileSync, statSync } from "node:fs"
import { join } from "node:path"
import * as Journal from "../../src/journal/Journal.ts"
import * as Sending from "../../src/journal/Sending.ts"
import { files, layer, opened, pass } from "./support.ts"

describe("a send that is written down", () => {
  it.effect("is known by its answer, and then without its number and text", () =>
    Effect.gen(function*() {
      const { directory, ending, got, journal, send } = yield* opened
      const outcome = yield* send(journal, "01000000001")
      assert.strictEqual(outcome._tag, "Accepted")
      assert.strictEqual(yield* got("01000000001"), 1)
      assert.isFalse(ending.isUncertain)
      assert.deepStrictEqual(files(directory, "unknown"), [])
      const [name = ""] = files(directory, "settled")
      const path = join(directory, "settled", name)
      assert.notMatch(readFileSync(path, "utf8"), /01000000001|secret words|0212345678/)
      assert.strictEqual(statSync(path).mode & 0o777, 0o600)
    }).pipe(Effect.provide(layer)))

  it.effect("is there before its POST goes out, and gone where nothing was sent", () =>
    Effect.gen(function*() {
      const { directory, faults, got, journal, send } = yield* opened
      yield* faults.next("send", 1, Fault.tooManyRequests({ code: "400" }))
      let before: ReadonlyArray<string> = []
      const error = yield* Effect.flip(
        send(journal, "01000000001", { onOpen: () => Effect.sync(() => void (before = files(directory, "unknown"))) })
      )
      assert.strictEqual(before.length, 1)
      assert.strictEqual(error._tag === "SensError" ? error.reason._tag : error._tag, "QuotaExceeded")
      assert.deepStrictEqual([files(directory, "unknown"), files(directory, "settled")], [[], []])
      assert.strictEqual(yield* got("01000000001"), 0)
    }).pipe(Effect.provide(layer)))

  it.effect("whose answer is lost is found in the log, by whoever asks and as often as they ask", () =>
    Effect.gen(function*() {
      const { again, ending, faults, got, journal, send } = yield* opened
      yield* faults.next("send", 1, Fault.reset({ accepted: true }))
      const outcome = yield* send(journal, "01000000001")
      assert.strictEqual(outcome._tag, "Open")
      assert.isTrue(ending.isUncertain)
      yield* TestClock.adjust("5 seconds")
      const asked = yield* Effect.all([again, again, Effect.succeed(journal)])
      const answers = yield* Effect.forEach(asked, (journal) => Sending.look(journal, outcome.entry))
      const [first] = answers
      assert.strictEqual(first._tag, "Accepted")
      for (const answer of answers) assert.deepStrictEqual(answer, first)
      assert.strictEqual(yield* got("01000000001"), 1)
    }).pipe(Effect.provide(layer)))

  it.effect("that was not accepted is proved so, and sent again once, whoever does it at the same time", () =>
    Effect.gen(function*() {
      const { again, faults, got, journal, send, sendAgain } = yield* opened
      yield* faults.next("send", 1, Fault.reset({ accepted: false }))
      const outcome = yield* send(journal, "01000000001")
      const early = yield* Sending.look(journal, outcome.entry)
      assert.strictEqual(early._tag, "Open")
      yield* pass
      for (const each of [journal, yield* again]) {
        assert.strictEqual((yield* Sending.look(each, outcome.entry))._tag, "NotAccepted")
      }
      const entry = Option.getOrThrow(yield* journal.find(outcome.entry.id))
      const sent = yield* Effect.all([sendAgain(journal, entry), sendAgain(yield* again, entry)], { concurrency: 2 })
      assert.deepStrictEqual(sent.map(Option.isSome).sort(), [false, true])
      assert.strictEqual(yield* got("01000000001"), 1)
      assert.strictEqual((yield* Sending.look(journal, entry))._tag, "Accepted")
      // Once more, later.
      assert.isTrue(Option.isNone(yield* sendAgain(journal, entry)))
      assert.strictEqual(yield* got("01000000001"), 1)
    }).pipe(Effect.provide(layer)))

  it.effect("is not taken for an equal one: of two, one accepted, one is found and the other proved", () =>
    Effect.gen(function*() {
      const { faults, got, journal, send } = yield* opened
      yield* faults.next("send", 1, Fault.reset({ accepted: true }))
      const first = yield* send(journal, "01000000001")
      yield* faults.next("send", 1, Fault.reset({ accepted: false }))
      const second = yield* send(journal, "01000000001")
      yield* pass
      const look = (outcome: Sending.Outcome) => Sending.look(journal, outcome.entry)
      // Whoever asks first gets it: they are equal. Then nobody gets it any more.
      const answers = [yield* look(second), yield* look(first), yield* look(second), yield* look(first)]
      assert.deepStrictEqual(answers.slice(0, 2).map(({ _tag }) => _tag).sort(), ["Accepted", "NotAccepted"])
      assert.deepStrictEqual(answers.slice(2), answers.slice(0, 2))
      assert.strictEqual(yield* got("01000000001"), 1)
    }).pipe(Effect.provide(layer)))

  it.effect("that the gateway took under an id that nobody could read is never proved not accepted", () =>
    Effect.gen(function*() {
      const { faults, journal, send } = yield* opened
      yield* faults.next("send", 1, Fault.unreadable({ body: "brokenJson", accepted: false }))
      const outcome = yield* send(journal, "01000000001")
      yield* pass
      const answer = yield* Sending.look(journal, outcome.entry)
      assert.deepInclude(answer, { _tag: "Open", why: "Unreadable" })
    }).pipe(Effect.provide(layer)))

  it.effect("is waited for while the log may still show it", () =>
    Effect.gen(function*() {
      const { faults, journal, send } = yield* opened
      yield* faults.next("send", 1, Fault.reset({ accepted: true }))
      const fiber = yield* Effect.forkChild(send(journal, "01000000001", { patience: "15 seconds" }))
      // The files are those of a disk, which takes real time.
      while (fiber.pollUnsafe() === undefined) {
        yield* TestClock.adjust("1 second")
        yield* Clock.Clock.defaultValue().sleep(Duration.millis(5))
      }
      assert.strictEqual((yield* Fiber.join(fiber))._tag, "Accepted")
    }).pipe(Effect.provide(layer)))

  it.effect("of another service, or another host, is none of this one's", () =>
    Effect.gen(function*() {
      const { directory, faults, journal, send } = yield* opened
      yield* faults.next("send", 1, Fault.reset({ accepted: true }))
      const { entry } = yield* send(journal, "01000000001")
      for (
        const other of [{ serviceId: "ncp:sms:kr:000000000000:other", host: "127.0.0.1" }, {
          serviceId: Account.serviceId,
          host: "sens.apigw.ntruss.com"
        }]
      ) {
        const foreign = yield* Journal.make({ ...other, directory })
        assert.deepStrictEqual(yield* foreign.all, [])
        assert.isTrue(Option.isNone(yield* foreign.find(entry.id)))
      }
      assert.isTrue(Option.isNone(yield* journal.find("../sends")))
    }).pipe(Effect.provide(layer)))

  it.effect("is told of for 90 days, and may be sent again for seven", () =>
    Effect.gen(function*() {
      const { again, directory, faults, journal, send } = yield* opened
      yield* send(journal, "01000000002")
      yield* faults.next("send", 1, Fault.reset({ accepted: false }))
      const { entry } = yield* send(journal, "01000000001")
      yield* pass
      yield* Sending.look(journal, entry)
      yield* TestClock.adjust("8 days")
      yield* again
      assert.deepStrictEqual([files(directory, "unknown").length, files(directory, "settled").length], [0, 1])
      yield* TestClock.adjust("90 days")
      yield* again
      assert.deepStrictEqual(files(directory, "settled"), [])
    }).pipe(Effect.provide(layer)))
})
