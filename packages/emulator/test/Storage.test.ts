import * as Emulator from "@effect-sens/emulator/Emulator"
import * as EmulatorClient from "@effect-sens/emulator/EmulatorClient"
import * as Storage from "@effect-sens/emulator/Storage"
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as TestClock from "effect/testing/TestClock"
import { base, call, folder, jpeg, reserved, send, sms, upload } from "./support.ts"

const path = Effect.map(folder, (folder) => `${folder}/events`)

// One life of an emulator, over a file.
const life = <A, E, R>(file: string, program: Effect.Effect<A, E, R>, options: Emulator.Options = {}) =>
  Effect.scoped(Effect.provide(
    program,
    Layer.unwrap(Effect.map(Storage.file(file), (storage) => EmulatorClient.layer({ ...options, storage }))),
    { local: true }
  ))

const everything = Effect.gen(function*() {
  const emulator = yield* Emulator.Emulator
  const listed = yield* call({ target: `${base}/unsubscribes` })
  return { messages: yield* emulator.allMessages, unsubscribes: listed.body }
})

const register = (method: "POST" | "DELETE", ...numbers: ReadonlyArray<string>) =>
  call({ method, target: `${base}/unsubscribes`, body: numbers.map((clientTelNo) => ({ clientTelNo })) })

const Steps = Schema.Array(Schema.Literals([
  "send",
  "subjects",
  "reserve",
  "cancel",
  "register",
  "remove",
  "upload",
  "minutes",
  "reset"
]))

describe("Storage", () => {
  it.effect("another emulator goes on where one stopped", () =>
    Effect.gen(function*() {
      const file = yield* path
      const first = yield* life(
        file,
        Effect.gen(function*() {
          const emulator = yield* Emulator.Emulator
          const sent = yield* send(sms({ messages: [{ to: "1" }, { to: "2", content: "한글\n\u2028\"" }] }))
          const uploaded = yield* upload("a.jpg", jpeg())
          const waiting = yield* send(reserved({ content: "예약" }))
          const canceled = yield* send(reserved())
          yield* call({ method: "DELETE", target: `${base}/reservations/${canceled.body.requestId}` })
          const stale = yield* send(reserved())
          yield* emulator.setReservationOutcome(stale.body.requestId, "STALE")
          yield* register("POST", "01", "02")
          yield* register("DELETE", "01")
          yield* emulator.optOut("03")
          return {
            ...yield* everything,
            uploaded,
            ids: [sent, waiting, canceled, stale].map(({ body }) => body.requestId)
          }
        })
      )
      yield* life(
        file,
        Effect.gen(function*() {
          const emulator = yield* Emulator.Emulator
          const { messages, unsubscribes } = yield* everything
          assert.deepStrictEqual(messages, first.messages)
          assert.deepStrictEqual(unsubscribes, first.unsubscribes)
          assert.deepStrictEqual((yield* upload("a.jpg", jpeg())).body, first.uploaded.body)
          const again = yield* send(sms())
          assert.notInclude(first.ids, again.body.requestId)
          yield* TestClock.adjust("2 hours")
          const statuses = yield* Effect.forEach(first.ids.slice(1), (id) =>
            Effect.map(
              call({ target: `${base}/reservations/${id}/reserve-status` }),
              ({ body }) => body.reserveStatus
            ))
          assert.deepStrictEqual(statuses, ["DONE", "CANCELED", "STALE"])
          const all = yield* emulator.allMessages
          assert.deepStrictEqual(all.map(({ content }) => content), ["내용", "한글\n\u2028\"", "내용", "예약"])
          assert.lengthOf(new Set(all.map(({ messageId }) => messageId)), 4)
        })
      )
      // What came due was written, too.
      assert.lengthOf((yield* life(file, everything)).messages, 4)
      yield* life(file, Effect.flatMap(Emulator.Emulator, (emulator) => emulator.reset))
      assert.deepStrictEqual(yield* life(file, everything), { messages: [], unsubscribes: [] })
    }).pipe(Effect.provide(NodeFileSystem.layer)))

  it.effect("a last line that was not finished is dropped, anything else is refused", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem.FileSystem
      const file = yield* path
      yield* life(file, Effect.andThen(send(sms()), send(sms({ content: "가" }))))
      const whole = yield* fs.readFile(file)
      yield* fs.writeFile(file, whole.subarray(0, whole.length - 3))
      assert.lengthOf((yield* life(file, everything)).messages, 1)
      yield* life(file, send(sms({ content: "나" })))
      assert.deepStrictEqual(
        (yield* life(file, everything)).messages.map(({ content }) => content),
        ["내용", "나"]
      )
      yield* fs.writeFileString(file, `${(yield* fs.readFileString(file)).split("\n")[0]}\n{"a":1}\n`)
      const error = yield* Effect.flip(Effect.scoped(Storage.file(file)))
      assert.deepInclude(error, { _tag: "NotAnEventFile", line: 2 })
      assert.include(error.message, "line 2")
    }).pipe(Effect.provide(NodeFileSystem.layer)))

  it.effect("messages of an emulator that took longer are found in the order of their completion", () =>
    Effect.gen(function*() {
      const file = yield* path
      const send3 = (content: string) =>
        Effect.forEach(
          ["a", "b", "c"],
          (each) => Effect.andThen(send(sms({ content: content + each })), TestClock.adjust("1 second"))
        )
      yield* life(file, send3("slow "), { completedAfter: "30 seconds" })
      yield* life(
        file,
        Effect.gen(function*() {
          yield* send3("quick ")
          yield* TestClock.adjust("1 minute")
          const found = Effect.fnUntraced(function*(query: string) {
            const answer = yield* call({
              target: `${base}/messages?completeStartTime=1970-01-01%2009%3A00%3A00` +
                `&completeEndTime=1970-01-01%2009%3A00%3A31${query}`
            })
            return answer.body.messages.map((item: { readonly content: string }) => item.content)
          })
          const expected = ["quick a", "quick b", "quick c", "slow a", "slow b"]
          assert.deepStrictEqual(yield* found(""), expected)
          assert.deepStrictEqual(yield* found("&to=01000000001"), expected)
          assert.deepStrictEqual(yield* found("&to=01000000001&pageSize=2&pageIndex=1"), ["quick c", "slow a"])
          assert.deepStrictEqual(yield* found("&to=2"), [])
        }),
        { completedAfter: "2 seconds" }
      )
    }).pipe(Effect.provide(NodeFileSystem.layer)))

  it.effect.prop(
    "whatever was done, what comes back is what there was",
    [Steps],
    ([steps]) =>
      Effect.gen(function*() {
        const file = yield* path
        const before = yield* life(
          file,
          Effect.gen(function*() {
            const emulator = yield* Emulator.Emulator
            let last = "none"
            for (const [i, step] of steps.entries()) {
              const reserveTime = `1970-01-0${2 + (i % 5)} 10:00`
              if (step === "send") yield* send(sms({ messages: [{ to: String(i) }, { to: "1", content: "나" }] }))
              else if (step === "subjects") yield* send(sms({ type: "LMS", subject: "제목", contentType: "AD" }))
              else if (step === "reserve") last = (yield* send(reserved({ reserveTime }))).body.requestId
              else if (step === "cancel") yield* call({ method: "DELETE", target: `${base}/reservations/${last}` })
              else if (step === "register") yield* register("POST", String(i), String(i % 3))
              else if (step === "remove") yield* register("DELETE", String(i % 3))
              else if (step === "upload") yield* upload(`${i % 2}.jpg`, jpeg())
              else if (step === "minutes") yield* TestClock.adjust("14 hours")
              else yield* emulator.reset
            }
            return yield* everything
          })
        )
        assert.deepStrictEqual(yield* life(file, everything), before)
      }).pipe(Effect.scoped, Effect.provide(NodeFileSystem.layer)),
    { arbitrary: { runs: 40 } }
  )
})
