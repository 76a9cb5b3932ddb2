import * as DeliveryLog from "@effect-sens/streams/DeliveryLog"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, describe, it } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import * as CursorFile from "../../src/listen/CursorFile.ts"
import * as Undelivered from "../../src/listen/Undelivered.ts"
import { temporary } from "../support/program.ts"

const service = "ncp:sms:kr:000000000000:test"

const start = DateTime.makeUnsafe("2026-03-31T15:04:05.678Z")

const open = (path: string, of = service) => CursorFile.open(of, Option.some(path))

describe("the cursor file", () => {
  it.effect("gives back what was written, and has no other trace in its folder", () =>
    Effect.gen(function*() {
      using folder = temporary()
      const path = join(folder.path, "cursor.json")
      const cursor = yield* DeliveryLog.beginning({ start, overlap: "10 minutes", statusName: "fail" })
      const place = { cursor: { ...cursor, kept: [["a", 1]] as const }, done: ["b"] }
      yield* Effect.scoped(Effect.gen(function*() {
        const file = yield* open(path)
        assert.deepStrictEqual(yield* file.read, Option.none())
        yield* file.write({ cursor, done: [] })
        yield* file.write(place)
        assert.deepStrictEqual(yield* file.read, Option.some(place))
      }))
      const again = yield* Effect.scoped(Effect.flatMap(open(path), ({ read }) => read))
      assert.deepStrictEqual(again, Option.some(place))
      assert.deepStrictEqual(readdirSync(folder.path).sort(), ["cursor.json", "cursor.json.lock"])
      for (const name of readdirSync(folder.path)) {
        assert.strictEqual(statSync(join(folder.path, name)).mode & 0o077, 0, name)
      }
    }).pipe(Effect.provide(NodeServices.layer)))

  it.effect("is one listener's at a time, and free again once it has ended", () =>
    Effect.gen(function*() {
      using folder = temporary()
      const path = join(folder.path, "cursor.json")
      yield* Effect.scoped(Effect.gen(function*() {
        yield* open(path)
        const refused = yield* Effect.flip(Effect.scoped(open(path)))
        assert.deepInclude(refused, { tag: "CursorInUse", exitCode: 3 })
        yield* Effect.scoped(open(join(folder.path, "other.json")))
      }))
      yield* Effect.scoped(open(path))
      // A file of a lock that is there is none that is held.
      yield* Effect.scoped(open(path))
    }).pipe(Effect.provide(NodeServices.layer)))

  it.effect("of something else, of another service, or damaged is refused and left as it is", () =>
    Effect.gen(function*() {
      using folder = temporary()
      const path = join(folder.path, "cursor.json")
      const cursor = yield* DeliveryLog.beginning({ start })
      yield* Effect.scoped(Effect.flatMap(open(path), ({ write }) => write({ cursor, done: [] })))
      const read = (of?: string) => Effect.flip(Effect.scoped(Effect.flatMap(open(path, of), ({ read }) => read)))
      assert.deepInclude(yield* read("ncp:sms:kr:000000000000:other"), { tag: "CursorOfAnother", exitCode: 3 })
      const whole = readFileSync(path, "utf8")
      for (const text of ["", "{}", whole.slice(0, -20), whole.replace("\"v\":1", "\"v\":2"), "[1]"]) {
        writeFileSync(path, text)
        assert.deepInclude(yield* read(), { tag: "CursorDamaged", exitCode: 3 })
        assert.strictEqual(readFileSync(path, "utf8"), text)
      }
    }).pipe(Effect.provide(NodeServices.layer)))

  it.effect("what cannot be written is told", () =>
    Effect.gen(function*() {
      using folder = temporary()
      const path = join(folder.path, "cursor.json")
      const cursor = yield* DeliveryLog.beginning({ start })
      yield* Effect.scoped(Effect.gen(function*() {
        const file = yield* open(path)
        // A folder stands where the file is to be.
        mkdirSync(path)
        const error = yield* Effect.flip(file.write({ cursor, done: [] }))
        assert.strictEqual(error._tag, "PlatformError")
        assert.isFalse(readdirSync(folder.path).some((name) => name.endsWith(".part")))
      }))
    }).pipe(Effect.provide(NodeServices.layer)))

  it.effect("what was given up is a line each, for its owner alone", () =>
    Effect.gen(function*() {
      using folder = temporary()
      const path = join(folder.path, "undelivered.ndjson")
      const line = { messageId: "m", requestId: null, why: "HTTP 503", attempts: 3, since: null }
      yield* Undelivered.append(path, line)
      yield* Undelivered.append(path, { ...line, messageId: "n" })
      const lines = readFileSync(path, "utf8").trimEnd().split("\n").map((text) => JSON.parse(text))
      assert.deepStrictEqual(lines.map(({ messageId }) => messageId), ["m", "n"])
      assert.deepInclude(lines[0], { v: 1, why: "HTTP 503", attempts: 3 })
      assert.strictEqual(statSync(path).mode & 0o077, 0)
    }).pipe(Effect.provide(NodeServices.layer)))
})
