import { describe, expect, it } from "@effect/vitest"
import { median, race } from "../../src/internal/http-race.ts"

describe("median", () => {
  it("is the middle one", () => {
    expect(median([3, 1, 2])).toBe(2)
    expect(median([5])).toBe(5)
  })

  it("is no number of none", () => {
    expect(median([])).toBeNaN()
  })
})

describe("race", () => {
  it("changes the order of turns from round to round", async () => {
    const turns: Array<string> = []
    const contestant = (name: string) => async (calls: number) => {
      turns.push(name)
      let sum = 0
      for (let call = 0; call < calls * 100; call++) sum += call
      return sum
    }
    const result = await race({ a: contestant("a"), b: contestant("b") }, { rounds: 4, turn: 0.1 })
    expect(turns.slice(-8)).toEqual(["a", "b", "b", "a", "a", "b", "b", "a"])
    expect(result.best("a")).toBeGreaterThan(0)
    expect(result.ratio("a", "b").wall).toBeGreaterThan(0)
  })
})
