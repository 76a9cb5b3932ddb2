import { describe, expect, it } from "@effect/vitest"
import {
  atLeast,
  atMost,
  audit,
  guard,
  note,
  parse,
  render,
  renderMissed,
  row,
  text,
  unmeasured
} from "../../src/internal/rows.ts"

const fast = atLeast("fast", 8, "x")
const small = atMost("small", 70, " KB", "It is large.")

describe("row", () => {
  it("meets a goal at its bound", () => {
    expect(row(fast, 8)).toEqual({ measure: "fast", goal: ">= 8x", figure: "8x", verdict: "met" })
    expect(row(small, 70)).toEqual({ measure: "small", goal: "<= 70 KB", figure: "70 KB", verdict: "met" })
  })

  it("misses it on the wrong side", () => {
    expect(row(fast, 7.99).verdict).toBe("missed")
    expect(row(small, 70.01).verdict).toBe("missed")
  })

  it("gives three digits, and all of a large figure", () => {
    expect([0.012_345, 1.2345, 12.345, 123.45, 12_345.6].map((value) => note("", value, "").figure)).toEqual(
      ["0.0123", "1.23", "12.3", "123", "12346"]
    )
  })

  it("refuses what is no figure", () => {
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, -Infinity]) {
      expect(() => row(fast, value)).toThrow("No figure: fast")
      expect(() => note("fast", value, "x")).toThrow("No figure: fast")
    }
  })

  it("shows no verdict without a goal", () => {
    expect(note("something", 3, " ms")).toEqual({ measure: "something", goal: "", figure: "3 ms", verdict: "" })
  })
})

describe("render", () => {
  it("aligns the columns", () => {
    expect(render([row(fast, 12), note("↳ of it", 1.5, " us"), row(small, 90)])).toBe([
      "| measure | goal     | figure  | verdict |",
      "| ------- | -------- | ------- | ------- |",
      "| fast    | >= 8x    | 12x     | met     |",
      "| ↳ of it |          | 1.50 us |         |",
      "| small   | <= 70 KB | 90 KB   | missed  |"
    ].join("\n"))
  })

  it("is what parse reads, among other text and tables", () => {
    const rows = [row(fast, 12), note("↳ of it", 1.5, " us"), row(small, 90)]
    expect(parse(`# Title\n\n| date | today |\n| --- | --- |\n\n${render(rows)}\n\n- small: 90 KB`)).toEqual(rows)
  })
})

describe("audit", () => {
  const goals = [fast, small, atLeast("absent", 1, "x"), atMost("explained", 1, "x", "Because of that.")]

  it("tells what is absent, missed, unexplained, and explained for nothing", () => {
    const missedFast = row(fast, 1)
    const explained = row(atMost("explained", 1, "x"), 2)
    expect(audit(goals, [missedFast, row(small, 60), explained, note("other", 1, "")])).toEqual({
      absent: [goals[2]],
      missed: [{ row: explained, why: "Because of that." }],
      unexplained: [missedFast],
      unused: [small]
    })
  })

  it("takes a goal of which nothing is known yet for absent", () => {
    expect(audit([fast], [unmeasured(fast)])).toEqual({ absent: [fast], missed: [], unexplained: [], unused: [] })
  })

  it("has a line for each missed goal", () => {
    const { missed } = audit(goals, [row(small, 90)])
    expect(renderMissed(missed)).toBe("- small: 90 KB (<= 70 KB). It is large.")
  })
})

describe("text", () => {
  it("says the goal", () => {
    expect(text(fast)).toBe(">= 8x")
    expect(text(small)).toBe("<= 70 KB")
  })

  it("says which is a guard", () => {
    expect(text(guard(fast))).toBe("guard >= 8x")
    expect(parse(render([row(guard(fast), 9)]))).toEqual([row(guard(fast), 9)])
  })
})
