import * as EucKrCodec from "@effect-sens/core/EucKrCodec"
import * as Recipients from "@effect-sens/streams/Recipients"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Stream from "effect/Stream"
import * as ListCheck from "../../src/lists/ListCheck.ts"
import type * as ListPlan from "../../src/lists/ListPlan.ts"
import { now, onDisk, settings } from "./fixtures.ts"

const check = (
  source: string,
  rejects: string,
  given: Partial<ListPlan.Settings> = {},
  language: "en" | "ko" = "ko"
) => ListCheck.check(source, { settings: { ...settings, ...given }, isSending: false, language, at: now, rejects })

/** With its mark, which `readFileString` takes off. */
const read = (path: string) =>
  Effect.flatMap(FileSystem.FileSystem, (fs) => Effect.map(fs.readFile(path), (bytes) => Buffer.from(bytes).toString()))

const list = [
  "전화번호,이름,전화번호 2,,메모",
  "1011112222,홍길동,,이름 없는 열,\"쉼표, 따옴표 \"\"\"",
  "01011112223,뷁,,,=1+1",
  "010-1111-2224,김영희,,,",
  "010-1111-2224,김영희,,,",
  "010-1111-2225,박\"철수,,,",
  "010-1111-2226,최"
].join("\r\n")

describe("rows that are left out", () => {
  it.effect("are written as they stand, with their line and why, for their owner alone", () =>
    onDisk((folder) =>
      Effect.gen(function*() {
        const fs = yield* FileSystem.FileSystem
        const [source, rejects] = [`${folder}/명단.csv`, `${folder}/빠진행.csv`]
        yield* fs.writeFileString(source, list)
        // An older one, which everybody might read.
        yield* fs.writeFileString(rejects, "old", { mode: 0o644 })
        yield* fs.writeFileString(`${rejects}.part`, "old", { mode: 0o644 })
        const { report } = yield* check(source, rejects)
        assert.strictEqual(report.rejects, rejects)
        assert.strictEqual((yield* fs.stat(rejects)).mode & 0o777, 0o600)
        assert.isFalse(yield* fs.exists(`${rejects}.part`))
        assert.strictEqual(
          yield* read(rejects),
          [
            "\ufeff행,이유,전화번호,이름,전화번호 2,,메모",
            "2,앞의 0이 없음 {전화번호},1011112222,홍길동,,이름 없는 열,\"쉼표, 따옴표 \"\"\"",
            "3,보낼 수 없는 글자,010-1111-2223,뷁,,,'=1+1",
            "6,짝이 맞지 않는 따옴표,\"010-1111-2225,박\"\"철수,,,\"",
            "7,칸 수가 제목 줄과 다름,010-1111-2226,최",
            ""
          ].join("\r\n")
        )
        yield* check(source, rejects, {}, "en")
        assert.include(yield* fs.readFileString(rejects), "line,why,전화번호")
      })
    ))

  it.effect("are a list again, in which nothing is but what was left out", () =>
    onDisk((folder) =>
      Effect.gen(function*() {
        const fs = yield* FileSystem.FileSystem
        const [source, rejects] = [`${folder}/명단.csv`, `${folder}/빠진행.csv`]
        yield* fs.writeFileString(source, list)
        yield* check(source, rejects)
        const { report } = yield* check(rejects, `${folder}/again.csv`, { repair: true, charset: "CP949" })
        assert.strictEqual(report.file.rows, 4)
        assert.strictEqual(report.send.messages, 2)
        assert.strictEqual(report.file.to, "전화번호")
        const bytes = yield* fs.readFile(rejects)
        assert.strictEqual(EucKrCodec.detect(bytes).bom, 3)
        const rows = yield* Stream.runCollect(Recipients.fromCsv(bytes))
        assert.strictEqual(rows.length, 4)
      })
    ))

  it.effect("are no file where the list is none, and an older one stays", () =>
    onDisk((folder) =>
      Effect.gen(function*() {
        const fs = yield* FileSystem.FileSystem
        const [source, rejects] = [`${folder}/명단.csv`, `${folder}/빠진행.csv`]
        yield* fs.writeFileString(source, "이름,주소\n홍,서울\n")
        yield* fs.writeFileString(rejects, "old")
        assert.strictEqual((yield* Effect.flip(Effect.scoped(check(source, rejects))))._tag, "InvalidList")
        assert.strictEqual(yield* fs.readFileString(rejects), "old")
        assert.deepStrictEqual((yield* fs.readDirectory(folder)).toSorted(), ["명단.csv", "빠진행.csv"].toSorted())
        // A list without a fault leaves an empty one behind, which says so.
        yield* fs.writeFileString(source, "이름,전화번호\n홍,010-1111-2222\n")
        yield* check(source, rejects)
        assert.strictEqual(yield* read(rejects), "\ufeff행,이유,이름,전화번호\r\n")
      })
    ))

  it.effect("do not take the place of the list", () =>
    onDisk((folder) =>
      Effect.gen(function*() {
        const fs = yield* FileSystem.FileSystem
        const source = `${folder}/명단.csv`
        yield* fs.writeFileString(source, list)
        yield* fs.symlink(source, `${folder}/link.csv`)
        for (const rejects of [source, `${folder}/./명단.csv`, `${folder}/link.csv`]) {
          const error = yield* Effect.flip(Effect.scoped(check(source, rejects)))
          assert.deepInclude(error, { _tag: "ListFileError", why: "SameFile" })
        }
        assert.strictEqual(yield* fs.readFileString(source), list)
      })
    ))
})
