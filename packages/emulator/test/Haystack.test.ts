import { assert, describe, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import * as Haystack from "../src/internal/haystack.ts"

const Line = Schema.Literals([
  "",
  "a",
  "ab",
  "Ab",
  "abab",
  "b a",
  "b\na",
  "b  A",
  "가",
  "가나",
  "É",
  "e\u0301",
  "İ",
  "010"
])

const Lines = Schema.Array(Line).check(Schema.isMaxLength(40))

const all = (haystack: Haystack.Haystack, text: string): ReadonlyArray<number> => {
  const lines: Array<number> = []
  haystack.find(text, (line) => lines.push(line))
  return lines
}

const numbersOf = (lines: ReadonlyArray<string>, fits: (line: string) => boolean): ReadonlyArray<number> =>
  lines.flatMap((line, number) => fits(Haystack.fold(line)) ? [number] : [])

describe("a haystack", () => {
  it.prop("finds what looking at each line finds, by part, beginning and whole", [Lines, Line], ([lines, sought]) => {
    const needle = Haystack.fold(sought)
    if (needle === "") return
    const haystack = Haystack.make({ plain: false })
    const some: Array<string> = []
    for (const line of lines) {
      haystack.add(line)
      some.push(line)
      assert.deepStrictEqual(all(haystack, needle), numbersOf(some, (line) => line.includes(needle)))
    }
    assert.strictEqual(haystack.size(), lines.length)
    assert.deepStrictEqual(all(haystack, `\n${needle}`), numbersOf(lines, (line) => line.startsWith(needle)))
    assert.deepStrictEqual(all(haystack, `\n${needle}\n`), numbersOf(lines, (line) => line === needle))
  }, { arbitrary: { runs: 300 } })

  it("goes on behind what fills a chunk", () => {
    const haystack = Haystack.make({ plain: true })
    const lines = Array.from({ length: 30_000 }, (_, i) => `0100${String(1_000_000 + i * 7)}`)
    for (const line of lines) haystack.add(line)
    for (const needle of ["0001", "00100", "10000000"]) {
      assert.deepStrictEqual(all(haystack, needle), numbersOf(lines, (line) => line.includes(needle)))
      assert.deepStrictEqual(
        all(haystack, `\n010${needle}`),
        numbersOf(lines, (line) => line.startsWith(`010${needle}`))
      )
    }
  })
})
