import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as ExitCode from "../../src/ExitCode.ts"
import * as ResendJournal from "../../src/resend/ResendJournal.ts"

const inFolder = <A, E, R>(effect: (file: string) => Effect.Effect<A, E, R>) =>
  Effect.gen(function*() {
    const fs = yield* FileSystem.FileSystem
    return yield* effect(`${yield* fs.makeTempDirectoryScoped()}/resent.ndjson`)
  }).pipe(Effect.scoped, Effect.provide(NodeFileSystem.layer))

describe("the journal of resend", () => {
  it.effect("lets one alone have an id, until it is set free", () =>
    inFolder(Effect.fnUntraced(function*(file) {
      const one = yield* ResendJournal.make(file)
      const other = yield* ResendJournal.make(file)
      assert.deepStrictEqual(yield* one.claims, [])
      assert.isTrue(yield* one.claim("a", ["1", "2"]))
      assert.isFalse(yield* other.claim("b", ["2", "3"]))
      assert.deepStrictEqual(yield* other.claims, [{ campaign: "a", messageIds: ["1", "2"] }])
      assert.isTrue(yield* other.claim("c", ["3"]))
      yield* one.drop("a")
      assert.isTrue(yield* one.claim("d", ["2"]))
      assert.deepStrictEqual((yield* one.claims).map(({ campaign }) => campaign), ["c", "d"])
    })))

  it.effect("of many at once one has it", () =>
    inFolder(Effect.fnUntraced(function*(file) {
      const names = Array.from({ length: 20 }, (_, index) => `campaign ${index}`)
      const won = yield* Effect.forEach(names, (name) =>
        Effect.flatMap(ResendJournal.make(file), ({ claim }) => claim(name, ["1"])), { concurrency: "unbounded" })
      assert.isAtMost(
        won.filter((isFirst) =>
          isFirst
        ).length,
        1
      )
      const { claims } = yield* ResendJournal.make(file)
      assert.isAtMost((yield* claims).length, 1)
    })))

  it.effect("passes over a line that was cut off, and refuses a file that is none of it", () =>
    inFolder(Effect.fnUntraced(function*(file) {
      const fs = yield* FileSystem.FileSystem
      const journal = yield* ResendJournal.make(file)
      assert.isTrue(yield* journal.claim("a", ["1"]))
      for (const cut of ["{", "{\"v\":1,\"camp", "{\"v\":1,\"campaign\":\"b\",\"messageIds\":[\"2\""]) {
        yield* fs.writeFileString(file, cut, { flag: "a" })
        assert.deepStrictEqual((yield* journal.claims).map(({ campaign }) => campaign), ["a"])
        assert.isTrue(yield* journal.claim(cut, [cut]))
        yield* journal.drop(cut)
      }
      yield* fs.writeFileString(file, "name,phone\n")
      assert.strictEqual(ExitCode.of(yield* Effect.flip(journal.claims)), 3)
    })))
})
