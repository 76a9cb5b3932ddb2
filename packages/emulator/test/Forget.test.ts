import * as Emulator from "@effect-sens/emulator/Emulator"
import * as EmulatorClient from "@effect-sens/emulator/EmulatorClient"
import * as Storage from "@effect-sens/emulator/Storage"
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/testing/TestClock"
import { call, folder, jpeg, list, send, sms, upload } from "./support.ts"

const path = Effect.map(folder, (folder) => `${folder}/events`)

const life = <A, E, R>(file: string, program: Effect.Effect<A, E, R>, options: Emulator.Options = {}) =>
  Effect.scoped(Effect.provide(
    program,
    Layer.unwrap(Effect.map(Storage.file(file), (storage) => EmulatorClient.layer({ ...options, storage }))),
    { local: true }
  ))

const sends = (count: number, size = 100) =>
  Effect.forEach(
    Array.from({ length: count }),
    (_, i) =>
      Effect.map(
        send(sms({
          content: `글 ${i}`,
          messages: Array.from({ length: size }, (_, j) => ({ to: `010000000${String(j).padStart(2, "0")}` }))
        })),
        ({ body }) => String(body.requestId)
      )
  )

const sizeOf = (file: string) =>
  Effect.flatMap(FileSystem.FileSystem, (fs) => Effect.map(fs.stat(file), ({ size }) => Number(size)))

describe("an emulator that is used for long", () => {
  it.effect("keeps the newest messages; their sequences stay, and whoever waits misses none", () =>
    Effect.gen(function*() {
      const emulator = yield* Emulator.Emulator
      const waiting = yield* Effect.forkChild(emulator.waitForMessage({ includes: "마지막" }))
      const ids = yield* sends(20)
      const all = yield* emulator.allMessages
      assert.isAtLeast(all.length, 200)
      assert.isBelow(all.length, 500)
      assert.deepStrictEqual(all.map(({ sequence }) => sequence), Array.from(all, (_, i) => 2000 - all.length + i))
      assert.strictEqual((yield* emulator.messages("01000000099")).at(-1)?.sequence, 1999)
      assert.strictEqual((yield* list(`requestId=${ids[0]}`)).body.messages.length, 0)
      assert.strictEqual((yield* list(`requestId=${ids.at(-1)}`)).body.messages.length, 100)
      const after = yield* call({ target: "/__emulator/messages?after=1997&limit=5", signed: {} })
      assert.deepStrictEqual(after.body.map(({ sequence }: { readonly sequence: number }) => sequence), [1998, 1999])
      const last = yield* send(sms({ content: "마지막" }))
      assert.strictEqual((yield* Fiber.join(waiting)).requestId, last.body.requestId)
      assert.strictEqual((yield* emulator.waitForMessage({ after: 1999 })).requestId, last.body.requestId)
    }).pipe(Effect.provide(EmulatorClient.layer({ messageCapacity: 200 }))))

  it.effect("waits for what comes after a reset as well", () =>
    Effect.gen(function*() {
      const emulator = yield* Emulator.Emulator
      yield* sends(1, 3)
      const waiting = yield* Effect.forkChild(emulator.waitForMessage({ includes: "그 뒤" }))
      yield* Effect.yieldNow
      yield* emulator.reset
      yield* send(sms({ content: "그 뒤", messages: Array.from({ length: 9 }, (_, i) => ({ to: String(i) })) }))
      assert.strictEqual((yield* Fiber.join(waiting)).sequence, 0)
    }).pipe(Effect.provide(EmulatorClient.layer())))

  it.effect("has a data file of no more than twice what it keeps, and the same messages after a start", () =>
    Effect.gen(function*() {
      const file = yield* path
      const options = { messageCapacity: 1000 }
      const sizes: Array<number> = []
      const before = yield* life(
        file,
        Effect.gen(function*() {
          const emulator = yield* Emulator.Emulator
          for (let i = 0; i < 20; i++) {
            yield* sends(5)
            sizes.push(yield* sizeOf(file))
          }
          return yield* emulator.allMessages
        }),
        options
      )
      // 500 messages a step.
      const step = sizes[0]!
      for (const size of sizes) assert.isBelow(size, 7 * step)
      assert.isAtLeast(before.length, 1000)
      assert.strictEqual(before.at(-1)?.sequence, 9999)
      const again = yield* life(file, Effect.flatMap(Emulator.Emulator, ({ allMessages }) => allMessages), options)
      assert.deepStrictEqual(again.slice(-1000), before.slice(-1000))
    }).pipe(Effect.scoped, Effect.provide(NodeFileSystem.layer)))

  it.effect("forgets at a start what no search tells of any more: 90 days before the newest", () =>
    Effect.gen(function*() {
      const file = yield* path
      const contents = Effect.flatMap(
        Emulator.Emulator,
        ({ allMessages }) => Effect.map(allMessages, (messages) => messages.map(({ content }) => content))
      )
      yield* life(file, sends(15))
      const long = yield* sizeOf(file)
      // Time alone makes nothing old: there may be no more than what was sent then.
      yield* TestClock.adjust("91 days")
      assert.lengthOf(yield* life(file, contents), 1500)
      assert.strictEqual(yield* sizeOf(file), long)
      yield* life(file, send(sms({ content: "새 글" })))
      assert.deepStrictEqual(yield* life(file, contents), ["새 글"])
      assert.isBelow(yield* sizeOf(file), 1000)
      assert.strictEqual(
        (yield* life(file, Effect.flatMap(Emulator.Emulator, ({ allMessages }) => allMessages)))[0]?.sequence,
        1500
      )
    }).pipe(Effect.scoped, Effect.provide(NodeFileSystem.layer)))

  it.effect("forgets the bytes of pictures that expired, and tells of them as before", () =>
    Effect.gen(function*() {
      const file = yield* path
      const mms = (fileId: string) => send(sms({ type: "MMS", files: [{ fileId }] }))
      const fileId = yield* life(
        file,
        Effect.gen(function*() {
          const ids: Array<string> = []
          for (let i = 0; i < 20; i++) ids.push((yield* upload("a.jpg", jpeg({ bytes: 50_000 + i }))).body.fileId)
          assert.strictEqual((yield* mms(ids[3]!)).status, 202)
          return ids[3]!
        })
      )
      assert.isAbove(yield* sizeOf(file), 1_300_000)
      yield* TestClock.adjust("7 days")
      yield* life(file, send(sms({ content: "그 뒤" })))
      const picture = call({ target: `/__emulator/files/${fileId}` })
      yield* life(
        file,
        Effect.gen(function*() {
          assert.isBelow(yield* sizeOf(file), 20_000)
          assert.strictEqual((yield* picture).status, 404)
          assert.strictEqual((yield* mms(fileId)).status, 202)
          yield* TestClock.adjust("10 seconds")
          const emulator = yield* Emulator.Emulator
          // Expired, as it was before its bytes went.
          assert.strictEqual((yield* emulator.allMessages).at(-1)?.code, "S007")
          const fresh = yield* upload("a.jpg", jpeg({ bytes: 50_003 }))
          assert.notStrictEqual(fresh.body.fileId, fileId)
        })
      )
    }).pipe(Effect.scoped, Effect.provide(NodeFileSystem.layer)))
})
