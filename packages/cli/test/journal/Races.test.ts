// What several processes, a full disk and an ill-timed signal make of the journal of sends: nothing that sends twice, nothing that is lost.
import * as SendResponse from "@effect-sens/core/SendResponse"
import * as Fault from "@effect-sens/emulator/Fault"
import * as Sens from "@effect-sens/http/Sens"
import { assert, describe, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import * as PlatformError from "effect/PlatformError"
import * as Schema from "effect/Schema"
import * as TestClock from "effect/testing/TestClock"
import { readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import type * as Journal from "../../src/journal/Journal.ts"
import * as Sending from "../../src/journal/Sending.ts"
import { files, layer, opened, pass, request, seconds } from "./support.ts"

const number = "01000000001"

/** A journal in which something else happens before the first change. */
const interrupted = <E, R>(journal: Journal.Journal, meanwhile: Effect.Effect<void, E, R>) =>
  Effect.gen(function*() {
    const services = yield* Effect.context<R>()
    let isOver = false
    const change: Journal.Journal["change"] = (...given) =>
      Effect.suspend(() => {
        if (isOver) return journal.change(...given)
        isOver = true
        return Effect.andThen(Effect.orDie(Effect.provideContext(meanwhile, services)), journal.change(...given))
      })
    return { ...journal, change }
  })

/** A gateway whose answers say this, whatever it is asked. */
const answering = (requestId: string) => {
  const response = Schema.decodeUnknownSync(SendResponse.SendResponse)({
    requestId,
    requestTime: "2026-11-28T12:00:00.000",
    statusCode: "202",
    statusName: "success"
  })
  return <A, E, R>(effect: Effect.Effect<A, E, R>) =>
    Effect.flatMap(Sens.Sens, (sens) =>
      Effect.provideService(effect, Sens.Sens, {
        ...sens,
        messages: { ...sens.messages, submit: () => Effect.succeed(response) }
      }))
}

const full = PlatformError.systemError({ module: "FileSystem", method: "open", _tag: "Unknown", pathOrDescriptor: "x" })

describe("sends of several processes", () => {
  it.effect("a look at a POST says nothing of the one that was made meanwhile", () =>
    Effect.gen(function*() {
      const { again, faults, got, journal, send, sendAgain } = yield* opened
      yield* faults.next("send", 1, Fault.reset({ accepted: false }))
      const { entry } = yield* send(journal, number)
      yield* pass
      const other = yield* again
      const claimed = yield* Deferred.make<void>()
      yield* faults.next("send", 1, Fault.slow({ after: "5 seconds" }))
      let sending: Fiber.Fiber<Option.Option<Sending.Outcome>, Effect.Error<ReturnType<typeof sendAgain>>> | undefined
      const late = yield* interrupted(
        journal,
        Effect.gen(function*() {
          const proved = yield* Sending.look(other, entry)
          assert.strictEqual(proved._tag, "NotAccepted")
          sending = yield* Effect.forkDetach(
            sendAgain(other, entry, { onOpen: () => Effect.asVoid(Deferred.succeed(claimed, undefined)) })
          )
          yield* Deferred.await(claimed)
        })
      )
      assert.strictEqual((yield* Sending.look(late, entry))._tag, "Open")
      yield* seconds(10)
      const sent = yield* Fiber.join(sending ?? (yield* Effect.die("it was not sent")))
      assert.strictEqual(Option.getOrThrow(sent)._tag, "Accepted")
      assert.strictEqual((yield* Sending.look(journal, entry))._tag, "Accepted")
      assert.isTrue(Option.isNone(yield* sendAgain(journal, entry)))
      assert.strictEqual(yield* got(number), 1)
    }).pipe(Effect.provide(layer)))

  it.effect("an answer counts that comes after a person gave it up", () =>
    Effect.gen(function*() {
      const { again, faults, journal, send } = yield* opened
      const other = yield* again
      yield* faults.next("send", 1, Fault.slow({ after: "5 seconds" }))
      const given = yield* Deferred.make<void>()
      const fiber = yield* Effect.forkChild(send(journal, number, {
        onOpen: (entry) =>
          Effect.orDie(Sending.giveUp(other, entry)).pipe(
            Effect.andThen(Deferred.succeed(given, undefined)),
            Effect.asVoid
          )
      }))
      yield* Deferred.await(given)
      yield* seconds(10)
      const outcome = yield* Fiber.join(fiber)
      assert.strictEqual(outcome._tag, "Accepted")
      assert.deepStrictEqual(yield* Sending.look(other, outcome.entry), outcome)
    }).pipe(Effect.provide(layer)))

  it.effect("one that was frozen takes nothing away of what was made of it meanwhile", () =>
    Effect.gen(function*() {
      const { again, faults, got, journal, send, sendAgain } = yield* opened
      const other = yield* again
      const services = yield* Effect.context<Sens.Sens>()
      // Between its writing down and its POST, whose signature is too old then.
      const frozen = yield* Effect.exit(send(journal, number, {
        onOpen: (entry) =>
          Effect.gen(function*() {
            yield* pass
            const proved = yield* Sending.look(other, entry)
            assert.strictEqual(proved._tag, "NotAccepted")
            yield* faults.next("send", 1, Fault.reset({ accepted: true }))
            assert.strictEqual(Option.getOrThrow(yield* sendAgain(other, proved.entry))._tag, "Open")
          }).pipe(Effect.provideContext(services), Effect.orDie)
      }))
      assert.isTrue(Exit.isFailure(frozen))
      const [entry] = yield* other.pending
      if (entry === undefined) return assert.fail("it is gone")
      assert.strictEqual((yield* Sending.look(other, entry))._tag, "Accepted")
      assert.strictEqual(yield* got(number), 1)
    }).pipe(Effect.provide(layer)))

  it.effect("an id that an equal send got by its own answer is not this one's, and is no proof", () =>
    Effect.gen(function*() {
      const { journal, send } = yield* opened
      const first = yield* send(journal, number)
      if (first._tag !== "Accepted") return assert.fail(first._tag)
      const second = yield* send(journal, number).pipe(answering(first.requestId))
      assert.strictEqual(second._tag, "Open")
      yield* pass
      assert.deepInclude(yield* Sending.look(journal, second.entry), { _tag: "Open", why: "Unreadable" })
    }).pipe(Effect.provide(layer)))

  it.effect("an equal send of long ago is no reason to send again what the gateway says it took", () =>
    Effect.gen(function*() {
      const { faults, journal, send } = yield* opened
      yield* faults.next("send", 1, Fault.reset({ accepted: true }))
      const old = yield* send(journal, number)
      yield* pass
      assert.strictEqual((yield* Sending.look(journal, old.entry))._tag, "Accepted")
      yield* TestClock.adjust("2 days")
      yield* faults.next("send", 1, Fault.unreadable({ body: "brokenJson", accepted: false }))
      const { entry } = yield* send(journal, number)
      yield* pass
      assert.deepInclude(yield* Sending.look(journal, entry), { _tag: "Open", why: "Unreadable" })
    }).pipe(Effect.provide(layer)))

  it.effect("what is refused when it is sent again may be sent again later", () =>
    Effect.gen(function*() {
      const { faults, got, journal, send, sendAgain } = yield* opened
      yield* faults.next("send", 1, Fault.reset({ accepted: false }))
      const { entry } = yield* send(journal, number)
      yield* pass
      assert.strictEqual((yield* Sending.look(journal, entry))._tag, "NotAccepted")
      yield* faults.next("send", 1, Fault.tooManyRequests({ code: "400" }))
      assert.isTrue(Exit.isFailure(yield* Effect.exit(sendAgain(journal, entry))))
      const known = yield* Sending.look(journal, entry)
      assert.strictEqual(known._tag, "NotAccepted")
      assert.strictEqual(Option.getOrThrow(yield* sendAgain(journal, known.entry))._tag, "Accepted")
      assert.strictEqual(yield* got(number), 1)
    }).pipe(Effect.provide(layer)))
})

describe("a send and its signal", () => {
  it.effect("that comes while the answer is on its way: the answer is told all the same", () =>
    Effect.gen(function*() {
      const { ending, faults, journal, send } = yield* opened
      yield* faults.next("send", 1, Fault.slow({ after: "5 seconds" }))
      const posting = yield* Deferred.make<void>()
      const told: Array<string> = []
      const fiber = yield* Effect.forkChild(Effect.uninterruptibleMask((restore) =>
        send(journal, number, { restore, onOpen: () => Effect.asVoid(Deferred.succeed(posting, undefined)) }).pipe(
          Effect.tap(({ _tag }) => Effect.sync(() => told.push(_tag)))
        )
      ))
      yield* Deferred.await(posting)
      const ended = yield* Effect.forkChild(Fiber.interrupt(fiber))
      yield* seconds(10)
      yield* Fiber.join(ended)
      assert.deepStrictEqual(told, ["Accepted"])
      assert.isFalse(ending.isUncertain)
    }).pipe(Effect.provide(layer)))

  it.effect("that comes while the log is asked: it is told that nobody knows", () =>
    Effect.gen(function*() {
      const { ending, faults, journal, send } = yield* opened
      yield* faults.next("send", 1, Fault.reset({ accepted: false }))
      const asking = yield* Deferred.make<void>()
      const told: Array<string> = []
      const fiber = yield* Effect.forkChild(Effect.uninterruptibleMask((restore) =>
        send(journal, number, {
          restore,
          patience: "1 hour",
          onLost: Effect.asVoid(Deferred.succeed(asking, undefined))
        }).pipe(Effect.tap(({ _tag }) => Effect.sync(() => told.push(_tag))))
      ))
      yield* Deferred.await(asking)
      yield* Fiber.interrupt(fiber)
      assert.deepStrictEqual(told, ["Open"])
      assert.isTrue(ending.isUncertain)
    }).pipe(Effect.provide(layer)))
})

describe("a send whose answer is lost", () => {
  it.effect("is open, whatever keeps the log from being read", () =>
    Effect.gen(function*() {
      const { ending, faults, journal, send } = yield* opened
      yield* faults.next("send", 1, Fault.reset({ accepted: true }))
      const fiber = yield* Effect.forkChild(send(journal, number, {
        patience: "15 seconds",
        onLost: faults.next("search", 1000, Fault.clockSkew("1 hour"))
      }))
      while (fiber.pollUnsafe() === undefined) yield* seconds(1)
      const outcome = yield* Fiber.join(fiber)
      assert.strictEqual(outcome._tag, "Open")
      assert.isTrue(ending.isUncertain)
      // Whoever would send the same once more is to know.
      const open = (to: string, content?: string) =>
        Effect.map(journal.openLike(request(to, content)), (entries) => entries.map(({ id }) => id))
      assert.deepStrictEqual(yield* open(number), [outcome.entry.id])
      assert.deepStrictEqual([yield* open("01000000002"), yield* open(number, "other words")], [[], []])
      yield* faults.clear
      assert.strictEqual((yield* Sending.look(journal, outcome.entry))._tag, "Accepted")
      assert.deepStrictEqual(yield* open(number), [])
    }).pipe(Effect.provide(layer)))
})

describe("the files of the journal", () => {
  it.effect("that cannot be written: nothing is sent; once it was, its answer counts", () =>
    Effect.gen(function*() {
      const { again, ending, got, send } = yield* opened
      const fs = yield* FileSystem.FileSystem
      let isFull = true
      const journal = yield* Effect.provideService(again, FileSystem.FileSystem, {
        ...fs,
        open: (path, options) =>
          Effect.suspend(() => isFull && options?.flag === "wx" ? Effect.fail(full) : fs.open(path, options))
      })
      assert.strictEqual((yield* Effect.flip(send(journal, number)))._tag, "PlatformError")
      assert.strictEqual(yield* got(number), 0)
      assert.isFalse(ending.isUncertain)
      isFull = false
      const outcome = yield* send(journal, number, {
        onOpen: () =>
          Effect.sync(() => {
            isFull = true
          })
      })
      assert.strictEqual(outcome._tag, "Accepted")
      isFull = false
      // It is still written down as open; the log says the same as the answer did.
      const found = yield* Sending.look(journal, outcome.entry)
      assert.deepInclude(found, { _tag: "Accepted", requestId: outcome._tag === "Accepted" ? outcome.requestId : "" })
      assert.strictEqual(yield* got(number), 1)
    }).pipe(Effect.provide(layer)))

  it.effect("that a crash left behind say what is known, and hold no number for ever", () =>
    Effect.gen(function*() {
      const { again, directory, journal, send } = yield* opened
      let kept: readonly [string, string] = ["", ""]
      const outcome = yield* send(journal, number, {
        onOpen: () =>
          Effect.sync(() => {
            const [name = ""] = files(directory, "unknown")
            kept = [name, readFileSync(join(directory, "unknown", name), "utf8")]
          })
      })
      // Between the file of what is known and the end of the other one, and while it was being written.
      writeFileSync(join(directory, "unknown", kept[0]), kept[1])
      writeFileSync(join(directory, "unknown", `${kept[0]}.1.part`), kept[1].slice(0, 100))
      for (const each of [journal, yield* again]) {
        assert.deepStrictEqual(yield* Sending.look(each, outcome.entry), outcome)
        assert.strictEqual((yield* each.all).length, 1)
      }
      assert.deepStrictEqual(readdirSync(join(directory, "unknown")), [])
      yield* TestClock.adjust("91 days")
      yield* again
      assert.deepStrictEqual(yield* (yield* again).all, [])
    }).pipe(Effect.provide(layer)))

  it.effect("are kept from when it was known, so that whoever asks again is told the same", () =>
    Effect.gen(function*() {
      const { again, faults, journal, send } = yield* opened
      yield* faults.next("send", 1, Fault.reset({ accepted: false }))
      const { entry } = yield* send(journal, number)
      yield* TestClock.adjust("20 days")
      const first = yield* Sending.look(journal, entry)
      assert.strictEqual(first._tag, "NotAccepted")
      assert.deepStrictEqual(yield* Sending.look(yield* again, entry), first)
      yield* TestClock.adjust("8 days")
      assert.isTrue(Option.isNone(yield* (yield* again).find(entry.id)))
    }).pipe(Effect.provide(layer)))

  it.effect("are not all read for each send, and one that cannot be read stops no other", () =>
    Effect.gen(function*() {
      const { again, directory, journal, send } = yield* opened
      for (let at = 0; at < 12; at++) yield* send(journal, `010000001${String(at).padStart(2, "0")}`)
      const fs = yield* FileSystem.FileSystem
      let reads = 0
      const counted = yield* Effect.provideService(again, FileSystem.FileSystem, {
        ...fs,
        readFileString: (...given) =>
          Effect.suspend(() => {
            reads++
            return fs.readFileString(...given)
          })
      })
      yield* send(counted, number)
      assert.isAtMost(reads, 5)
      const [name = ""] = files(directory, "settled")
      writeFileSync(join(directory, "settled", name), "{")
      assert.strictEqual((yield* send(yield* again, number))._tag, "Accepted")
    }).pipe(Effect.provide(layer)))
})
