import { describe, expect, it } from "@effect/vitest"
import { lastResult, race } from "../../src/internal/harness.ts"

describe("race", () => {
  it("gives each contestant its turn in every round", () => {
    const turns: Array<string> = []
    const contestant = (name: string) => () => {
      if (turns.at(-1) !== name) turns.push(name)
      return name
    }
    const times = race({ a: contestant("a"), b: contestant("b") }, { rounds: 3, turn: 0.1 })
    expect(turns.slice(-6)).toEqual(["a", "b", "a", "b", "a", "b"])
    expect(times.a).toBeGreaterThan(0)
    expect(times.b).toBeGreaterThan(0)
    expect(lastResult()).toBe("b")
  })
})
