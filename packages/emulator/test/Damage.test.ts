import * as Emulator from "@effect-sens/emulator/Emulator"
import * as EmulatorClient from "@effect-sens/emulator/EmulatorClient"
import * as Storage from "@effect-sens/emulator/Storage"
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as PlatformError from "effect/PlatformError"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as TestClock from "effect/testing/TestClock"
import { base, call, folder, jpeg, reserved, send, sms, upload } from "./support.ts"

// A file of random operations, damaged at random: what of it is still whole comes back, and what is not its own is left alone.

const Steps = Schema.Array(
  Schema.Literals(["send", "many", "reserve", "cancel", "register", "remove", "upload", "hours"])
)
  .check(Schema.isMinLength(1), Schema.isMaxLength(12))
const Share = Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: 1 }))
const Byte = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 255 }))
const Damage = Schema.Struct({
  kind: Schema.Literals(["inserted", "appended", "flipped"]),
  at: Share,
  bytes: Schema.Array(Byte).check(Schema.isMinLength(1), Schema.isMaxLength(20)),
  // Also such as may stand in JSON.
  text: Schema.optional(
    Schema.Literals(["\n", " ", "{", "\"", "{\"_tag\":\"Acc", "{\"_tag\":\"Cleared\"}\n", "null\n", "\u0000"])
  )
})

const life = <A, E, R>(file: string, program: Effect.Effect<A, E, R>) =>
  Effect.scoped(Effect.provide(
    program,
    Layer.unwrap(Effect.map(Storage.file(file), (storage) => EmulatorClient.layer({ storage }))),
    { local: true }
  ))

const everything = Effect.gen(function*() {
  const emulator = yield* Emulator.Emulator
  const listed = yield* call({ target: `${base}/unsubscribes` })
  return { messages: yield* emulator.allMessages, unsubscribes: listed.body }
})

const register = (method: "POST" | "DELETE", clientTelNo: string) =>
  call({ method, target: `${base}/unsubscribes`, body: [{ clientTelNo }] })

const made = Effect.fnUntraced(function*(file: string, steps: typeof Steps.Type) {
  const fs = yield* FileSystem.FileSystem
  yield* life(
    file,
    Effect.gen(function*() {
      let last = "none"
      for (const [i, step] of steps.entries()) {
        if (step === "send") yield* send(sms({ content: `글 "\\\n😀 ${i}` }))
        else if (step === "many") yield* send(sms({ messages: [{ to: "1" }, { to: String(i), content: "나" }] }))
        else if (step === "reserve") last = (yield* send(reserved({ reserveTime: "1970-01-02 10:00" }))).body.requestId
        else if (step === "cancel") yield* call({ method: "DELETE", target: `${base}/reservations/${last}` })
        else if (step === "register") yield* register("POST", String(i % 3))
        else if (step === "remove") yield* register("DELETE", String(i % 3))
        else if (step === "upload") yield* upload(`${i % 2}.jpg`, jpeg())
        else yield* TestClock.adjust("7 hours")
      }
    })
  )
  return yield* fs.readFile(file)
})

/** What an opened file, and what it was put beside, hold together; and nothing else may be there. */
const onDisk = Effect.fnUntraced(function*(file: string) {
  const fs = yield* FileSystem.FileSystem
  const bytes = yield* fs.readFile(file)
  const torn = yield* Effect.orElseSucceed(fs.readFile(`${file}.torn`), () => new Uint8Array())
  const folder = file.slice(0, file.lastIndexOf("/"))
  const names = (yield* fs.readDirectory(folder)).filter((name) => name.startsWith(file.slice(folder.length + 1)))
  return { bytes: Buffer.from(bytes), torn: Buffer.from(torn), names: names.length }
})

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

/** Whether some ending makes a text JSON, by trying: an independent oracle. */
const isBeginning = (text: string): boolean => {
  const inText = [
    text,
    `${text}"`,
    `${text}\\"`,
    `${text}0"`,
    `${text}00"`,
    `${text}000"`,
    `${text}0000"`,
    `${text}u0000"`
  ]
  const values = ["", ":0", "0", "rue", "ue", "e", "alse", "lse", "se", "ull", "ll", "l", "\"\":0", "\"\""]
  const closed = (start: string): string => {
    const open: Array<string> = []
    for (const char of start.replace(/"(?:[^"\\]|\\.)*"/g, "")) {
      if (char === "{") open.unshift("}")
      else if (char === "[") open.unshift("]")
      else if (char === "}" || char === "]") open.shift()
    }
    return start + open.join("")
  }
  return inText.some((start) => values.some((value) => isJson(closed(start + value))))
}

const headerLength = "{\"_tag\":\"EffectSensEmulator\",\"version\":1}\n".length

const path = Effect.map(folder, (folder) => `${folder}/data`)

describe("a damaged file", () => {
  it.effect.prop(
    "cut anywhere: all whole events are there, the rest is beside, and it goes on",
    [Steps, Schema.Array(Share).check(Schema.isMinLength(3), Schema.isMaxLength(3))],
    ([steps, shares]) =>
      Effect.gen(function*() {
        const fs = yield* FileSystem.FileSystem
        const first = yield* path
        const whole = yield* made(first, steps)
        const cuts = [0, headerLength - 1, ...shares.map((share) => Math.round(share * whole.length))]
        for (const [i, cut] of cuts.entries()) {
          const file = `${first}-${i}`
          const bytes = Buffer.from(whole.subarray(0, cut))
          yield* fs.writeFile(file, bytes)
          if (cut > 0 && cut < headerLength) {
            assert.strictEqual((yield* Effect.flip(life(file, everything)))._tag, "NotAnEventFile")
            assert.deepStrictEqual(yield* onDisk(file), { bytes, torn: Buffer.alloc(0), names: 1 })
            continue
          }
          // What it has to hold: its whole lines, and a last one that lacks its end alone.
          const lines = bytes.lastIndexOf(10) + 1
          const isWhole = isJson(bytes.subarray(lines).toString())
          const good = isWhole ? bytes : bytes.subarray(0, lines)
          const twin = `${first}-twin-${i}`
          yield* fs.writeFile(twin, Buffer.concat([good, Buffer.from(isWhole ? "\n" : "")]))
          const expected = yield* life(twin, everything)
          assert.deepStrictEqual(yield* life(file, everything), expected)
          if (cut > 0) {
            assert.deepStrictEqual(yield* onDisk(file), {
              bytes: good,
              torn: bytes.subarray(good.length),
              names: good.length === bytes.length ? 1 : 2
            })
          }
          yield* life(file, send(sms({ content: "그 뒤" })))
          const after = yield* life(file, everything)
          assert.deepStrictEqual(after.messages.slice(0, -1), expected.messages)
          assert.strictEqual(after.messages.at(-1)?.content, "그 뒤")
          assert.deepStrictEqual(after.unsubscribes, expected.unsubscribes)
        }
      }).pipe(Effect.scoped, Effect.provide(NodeFileSystem.layer)),
    { arbitrary: { runs: 25 } }
  )

  it.effect.prop(
    "with foreign bytes: it is refused and left alone, or what is cut is beside",
    [Steps, Schema.Array(Damage).check(Schema.isMinLength(4), Schema.isMaxLength(4))],
    ([steps, damages]) =>
      Effect.gen(function*() {
        const fs = yield* FileSystem.FileSystem
        const first = yield* path
        const whole = yield* made(first, steps)
        for (const [i, { at, bytes, kind, text }] of damages.entries()) {
          const foreign = text === undefined ? Buffer.from(bytes) : Buffer.from(text)
          const place = kind === "appended" ? whole.length : Math.min(whole.length - 1, Math.floor(at * whole.length))
          const damaged = kind === "flipped"
            ? Buffer.from(whole.map((byte, j) => j === place ? byte ^ (1 << (foreign[0]! % 8)) : byte))
            : Buffer.concat([whole.subarray(0, place), foreign, whole.subarray(place)])
          const file = `${first}-${i}`
          yield* fs.writeFile(file, damaged)
          const opened = yield* Effect.result(Effect.scoped(Effect.map(Storage.file(file), ({ events }) => events)))
          const there = yield* onDisk(file)
          if (Result.isFailure(opened)) {
            assert.strictEqual(opened.failure._tag, "NotAnEventFile")
            assert.deepStrictEqual(there, { bytes: damaged, torn: Buffer.alloc(0), names: 1 })
            continue
          }
          // Nothing of it is gone, and only the beginning of an event was moved, with zeros at most.
          const moved = there.torn.toString()
          const torn = moved.split("\u0000", 1)[0] ?? ""
          assert.strictEqual(moved, torn.padEnd(moved.length, "\u0000"))
          assert.isTrue("{\"_tag\":\"".startsWith(torn.slice(0, 9)) && !isJson(torn), torn)
          // An end that makes it whole is found by closing what is open.
          assert.isTrue(torn === "" || isBeginning(torn), torn)
          assert.deepStrictEqual(Buffer.concat([there.bytes, there.torn]), damaged)
          assert.isFalse(there.torn.includes(10))
          assert.strictEqual(there.names, there.torn.length === 0 ? 1 : 2)
          for (const line of there.bytes.toString().trimEnd().split("\n")) assert.isTrue(isJson(line))
          // All that was acknowledged before the damage.
          const before = whole.subarray(0, place)
          const sound = before.filter((byte) => byte === 10).length - 1
          assert.isAtLeast(opened.success.length, sound)
        }
      }).pipe(Effect.scoped, Effect.provide(NodeFileSystem.layer)),
    { arbitrary: { runs: 40 } }
  )
})

const Write = Schema.Struct({
  // How much of it comes to the disk before that is full; all where it is not.
  share: Schema.optional(Share),
  // Whether what came to it can be taken back.
  cuts: Schema.Boolean,
  step: Schema.Literals(["send", "send", "upload", "remove", "reset"])
})

describe("a disk that is full at times", () => {
  it.effect.prop(
    "what is acknowledged is shown, and is there after a start, and nothing else is",
    [Schema.Array(Write).check(Schema.isMinLength(1), Schema.isMaxLength(15))],
    ([writes]) =>
      Effect.gen(function*() {
        const fs = yield* FileSystem.FileSystem
        const file = yield* path
        let now: typeof Write.Type | undefined
        const full = (what: string) =>
          PlatformError.systemError({
            _tag: "Unknown",
            module: "FileSystem",
            method: what,
            cause: new Error(`ENOSPC: no space left on device, ${what}`)
          })
        const failing: FileSystem.FileSystem = {
          ...fs,
          open: (path, options) =>
            Effect.map(fs.open(path, options), (opened) => ({
              ...opened,
              stat: opened.stat,
              sync: opened.sync,
              readAlloc: (size) => opened.readAlloc(size),
              writeAll: (bytes) =>
                Effect.suspend(() =>
                  now?.share === undefined ? opened.writeAll(bytes) : Effect.andThen(
                    opened.writeAll(bytes.subarray(0, Math.floor(now.share * (bytes.length + 1)))),
                    Effect.fail(full("write"))
                  )
                ),
              truncate: (length) =>
                Effect.suspend(() =>
                  now === undefined || now.cuts ? opened.truncate(length) : Effect.fail(full("ftruncate"))
                )
            }))
        }
        let acknowledged: Array<string> = []
        const attempted = new Set<string>()
        const contents = Effect.flatMap(
          Emulator.Emulator,
          ({ allMessages }) => Effect.map(allMessages, (messages) => messages.map(({ content }) => content))
        )
        yield* life(
          file,
          Effect.gen(function*() {
            const emulator = yield* Emulator.Emulator
            for (const [i, write] of writes.entries()) {
              now = write
              const content = `글 ${i}`
              if (write.step === "send") {
                attempted.add(content)
                const { body, status } = yield* send(sms({ content }))
                if (status === 202) acknowledged.push(content)
                else assert.strictEqual(body.error.errorCode, "900")
              } else if (write.step === "upload") yield* upload(`${i}.jpg`, jpeg())
              else if (write.step === "remove") yield* Effect.ignore(fs.remove(file))
              else if (Exit.isSuccess(yield* Effect.exit(emulator.reset))) acknowledged = []
              assert.deepStrictEqual(yield* contents, acknowledged)
            }
            // As a kill leaves it: a copy, without the lock.
            now = undefined
            if (yield* fs.exists(file)) yield* fs.copyFile(file, `${file}-copy`)
          }).pipe(Effect.provideService(FileSystem.FileSystem, failing))
        ).pipe(Effect.provideService(FileSystem.FileSystem, failing))
        // What it did itself is nobody else's doing.
        assert.isFalse(yield* fs.exists(`${file}.replaced`))
        if (!(yield* fs.exists(`${file}-copy`))) return
        const there = yield* life(`${file}-copy`, contents)
        assert.deepStrictEqual(there.filter((content) => acknowledged.includes(content)), acknowledged)
        for (const content of there) assert.isTrue(attempted.has(content))
        assert.isAtMost(there.length, acknowledged.length + 1)
      }).pipe(Effect.scoped, Effect.provide(NodeFileSystem.layer)),
    { arbitrary: { runs: 60 } }
  )
})
