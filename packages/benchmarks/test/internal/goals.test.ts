import { describe, expect, it } from "@effect/vitest"
import { all } from "../../src/internal/goals.ts"

describe("all", () => {
  const measures = all.map(({ measure }) => measure)

  it("has the goals of every part", () => {
    for (
      const part of [
        "EUC-KR",
        "P1",
        "P2",
        "P3",
        "P4",
        "P5",
        "P6",
        "P7",
        "P8",
        "P9",
        "P12",
        "L1",
        "Emulator",
        "O1",
        "O8"
      ]
    ) {
      expect(measures.some((measure) => measure.startsWith(`${part} `)), part).toBe(true)
    }
  })

  it("names each by itself", () => {
    expect(new Set(measures).size).toBe(measures.length)
  })

  it("can be told in a cell of a table and a line of a list", () => {
    for (const { bound, measure, why } of all) {
      expect(bound).toBeGreaterThan(0)
      expect(measure).not.toMatch(/[|\n]/)
      if (why !== undefined) expect(why).toMatch(/^\S[^\n|]+\.$/)
    }
  })
})
