import * as MessageId from "@effect-sens/core/MessageId"
import type * as MessageRecord from "@effect-sens/core/MessageRecord"
import * as ServiceId from "@effect-sens/core/ServiceId"
import * as Account from "@effect-sens/emulator/Account"
import * as Emulator from "@effect-sens/emulator/Emulator"
import * as EmulatorClient from "@effect-sens/emulator/EmulatorClient"
import * as Fault from "@effect-sens/emulator/Fault"
import * as Sens from "@effect-sens/http/Sens"
import * as Signer from "@effect-sens/http/Signer"
import * as DeliveryExport from "@effect-sens/streams/DeliveryExport"
import * as NodeCrypto from "@effect/platform-node/NodeCrypto"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, describe, it } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Path from "effect/Path"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import iconv from "iconv-lite"
import * as LogFile from "../../src/records/LogFile.ts"
import type * as Range from "../../src/records/Range.ts"

const layer = Sens.layer({
  accessKey: Redacted.make(Account.accessKey),
  secretKey: Redacted.make(Account.secretKey),
  serviceId: ServiceId.make(Account.serviceId)
}).pipe(
  Layer.provide(Signer.layer.pipe(Layer.provide(NodeCrypto.layer))),
  Layer.provideMerge(EmulatorClient.layer()),
  Layer.merge(NodeServices.layer)
)

const now = DateTime.makeUnsafe("2026-11-28T11:30:00Z")
const messages = 330

const forms: ReadonlyArray<LogFile.Form> = [
  { _tag: "Ndjson" },
  {
    _tag: "Csv",
    columns: DeliveryExport.excelColumns,
    encoding: "cp949",
    headers: "ko",
    numbers: "hyphen",
    strict: false
  }
]

/** Runs it in virtual time, in which each page takes so long that it is noted how far the file is. */
const whileTimePasses = Effect.fnUntraced(function*<A, E, R>(effect: Effect.Effect<A, E, R>) {
  const fiber = yield* Effect.forkChild(effect, { startImmediately: true })
  while (fiber.pollUnsafe() === undefined) yield* TestClock.adjust(1500)
  return yield* Fiber.await(fiber)
})

describe("a file of the log", () => {
  it.effect("is what it would have been, wherever it was cut off and whatever stands behind its end", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(DateTime.toEpochMillis(now))
      const emulator = yield* Emulator.Emulator
      yield* emulator.seedPast({ messages, days: 40 })
      yield* emulator.faults.next("search", Infinity, Fault.slow({ before: "1500 millis" }))
      const fs = yield* FileSystem.FileSystem
      const path = yield* Path.Path
      const folder = yield* fs.makeTempDirectoryScoped()
      const inFolder = (name: string) => path.join(folder, name)
      const times = { start: DateTime.subtract(now, { days: 40 }), end: now }
      const write = (form: LogFile.Form, name: string, cut?: number, selected = times) => {
        let kept = 0
        const selection: Range.Selection = {
          by: "request",
          ...selected,
          filters: {},
          query: { requestTime: selected },
          keeps: () => {
            if (kept++ === cut) throw new Error("cut off")
            return true
          }
        }
        return LogFile.write({
          file: inFolder(name),
          form,
          selection,
          of: name,
          checkpoint: cut === undefined && name === "whole" ? Option.none() : Option.some(inFolder("checkpoint")),
          onProgress: () => Effect.void
        }).pipe(Effect.scoped, whileTimePasses)
      }
      for (const [at, form] of forms.entries()) {
        const whole = yield* write(form, "whole")
        assert.isTrue(Exit.isSuccess(whole))
        const expected = yield* fs.readFile(inFolder("whole"))
        let noted = 0
        for (const cut of [150 + at, messages - 1]) {
          assert.isTrue(Exit.isFailure(yield* write(form, "cut", cut)))
          assert.isFalse(yield* fs.exists(inFolder("cut")))
          // What a run wrote that was killed before it could say so, half a message among it.
          yield* fs.writeFile(inFolder("cut.part"), new TextEncoder().encode("반쪽 메시지,\"0".repeat(5000)), {
            flag: "a"
          })
          if (yield* fs.exists(inFolder("checkpoint"))) noted++
          // A second time, a little later and further on.
          yield* write(form, "cut", 10)
          const later = { start: DateTime.add(times.start, { days: 1 }), end: DateTime.add(now, { days: 1 }) }
          const wasNoted = yield* fs.exists(inFolder("checkpoint"))
          const done = yield* write(form, "cut", undefined, wasNoted ? later : times)
          assert.deepInclude(Exit.getSuccess(done).pipe(Option.getOrThrow), { messages, unreadable: 0, ...times })
          assert.deepStrictEqual(yield* fs.readFile(inFolder("cut")), expected)
          assert.isFalse(yield* fs.exists(inFolder("checkpoint")))
          yield* fs.remove(inFolder("cut"))
        }
        assert.isAbove(noted, 0)
      }
    }).pipe(Effect.provide(layer)))

  it.effect("in CP949 has something like what it lacks, or ?, and counts it; or it is refused without saying what it is", () =>
    Effect.gen(function*() {
      const record = (id: string, content: string): MessageRecord.MessageRecord => ({
        messageId: MessageId.make(id),
        to: "01000000001",
        status: "READY",
        content
      })
      const records = [record("a", "안녕"), record("b", "😊 비밀 𠀀"), record("c", "€5 — café")]
      const write = (strict: boolean) => {
        let replaced = 0
        return Stream.fromArray(records).pipe(
          LogFile.encode({
            _tag: "Csv",
            columns: ["messageId", "content"],
            encoding: "cp949",
            headers: "en",
            numbers: "digits",
            strict
          }, {
            headers: true,
            onReplaced: (characters) => {
              replaced += characters
            }
          }),
          Stream.runCollect,
          Effect.map((pieces) => ({ text: iconv.decode(Buffer.concat(pieces), "cp949"), replaced }))
        )
      }
      const { replaced, text } = yield* write(false)
      assert.deepStrictEqual(text.split("\r\n").slice(0, 3), ["Message ID,Text", "a,안녕", "b,^^ 비밀 ?"])
      // Three at least: the emoji, the character of Chinese and the accent.
      assert.isAtLeast(replaced, 3)
      assert.match(text, /c,€5 . cafe\r\n$/)
      const error = yield* Effect.flip(write(true))
      assert.deepInclude(error, { tag: "Unencodable", exitCode: 3 })
      assert.match(error.message, /message b: content/)
      assert.notInclude(error.en + error.ko, "비밀")
    }))
})
