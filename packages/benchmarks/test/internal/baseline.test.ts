import { describe, expect, it } from "@effect/vitest"
import { better, type Cost, judge, record, render } from "../../src/internal/baseline.ts"

const cost = (measure: string, ratio: number, allowed = 2): Cost => ({ measure, ratio, allowed })
const verdicts = (...args: Parameters<typeof judge>) => judge(...args).map(({ verdict }) => verdict)

describe("judge", () => {
  it("allows as many times the baseline as the measure says", () => {
    const baseline = { speed: 0.5, size: 70 }
    expect(verdicts(baseline, [cost("speed", 1), cost("size", 73.5, 1.05)])).toEqual(["ok", "ok"])
    expect(verdicts(baseline, [cost("speed", 1.01), cost("size", 73.6, 1.05)])).toEqual(["worse", "worse"])
  })

  it("does not take what is no number for good", () => {
    expect(verdicts({ speed: 0.5 }, [cost("speed", Number.NaN)])).toEqual(["worse"])
  })

  it("misses what only one side has", () => {
    expect(judge({ old: 1 }, [cost("new", 1)])).toEqual([
      { measure: "new", ratio: 1, limit: undefined, verdict: "no baseline" },
      { measure: "old", ratio: undefined, limit: undefined, verdict: "not measured" }
    ])
  })
})

describe("better", () => {
  it("keeps the lower figure of each measure", () => {
    expect(better([cost("a", 3), cost("b", 1), cost("c", 5)], [cost("b", 2), cost("a", 2)])).toEqual(
      [cost("a", 2), cost("b", 1), cost("c", 5)]
    )
  })
})

describe("record", () => {
  const first = [cost("a", 0.123_456), cost("b", 87.194, 1.05)]
  const second = [cost("a", 0.25), cost("b", 86, 1.05)]

  it("keeps the worst of each measure", () => {
    expect(record([first, second])).toEqual({ a: 0.25, b: 87.2 })
  })

  it("gives a baseline that what it was made of meets", () => {
    for (const costs of [first, second]) expect(verdicts(record([first, second]), costs)).toEqual(["ok", "ok"])
  })
})

describe("render", () => {
  it("has one line for each", () => {
    expect(render(judge({ a: 1, old: 1 }, [cost("a", 2.5)])).split("\n")).toEqual([
      "a       2.50  at most    2.00  worse",
      "old        -  at most       -  not measured"
    ])
  })
})
