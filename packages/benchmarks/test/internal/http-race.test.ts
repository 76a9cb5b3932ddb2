import { describe, expect, it } from "@effect/vitest"
import { compare, here, median, race } from "../../src/internal/http-race.ts"

describe("median", () => {
  it("is the middle one", () => {
    expect(median([3, 1, 2])).toBe(2)
    expect(median([5])).toBe(5)
  })

  it("is no number of none", () => {
    expect(median([])).toBeNaN()
  })
})

describe("compare", () => {
  const cost = (cpu: number, wall = cpu) => ({ cpu, wall })

  it("takes the median of the ratios within a round, so that a slow round counts for no more than another", () => {
    const { best, ratio } = compare([
      { a: cost(2), b: cost(1, 4) },
      { a: cost(300), b: cost(100) },
      { a: cost(8), b: cost(2) }
    ])
    expect(ratio("a", "b").cpu).toBe(3)
    expect(ratio("a", "b").wall).toBe(3)
    expect(ratio("b", "a").cpu).toBeCloseTo(1 / 3)
    expect(best("a")).toBe(2)
  })
})

describe("race", () => {
  it("changes the order of turns from round to round", async () => {
    const turns: Array<string> = []
    const contestant = (name: string) =>
      here((calls) => {
        turns.push(name)
        let sum = 0
        for (let call = 0; call < calls * 100; call++) sum += call
        return Promise.resolve(sum)
      })
    const result = await race({ a: contestant("a"), b: contestant("b") }, { rounds: 4, turn: 0.1, warm: 1 })
    expect(turns.slice(-8)).toEqual(["a", "b", "b", "a", "a", "b", "b", "a"])
    expect(result.best("a")).toBeGreaterThan(0)
    expect(result.ratio("a", "b").wall).toBeGreaterThan(0)
  })
})
