import { describe, expect, it } from "@effect/vitest"
import { check, type Circumstances, rewrite, write } from "../../src/internal/page.ts"
import { atLeast, atMost, note, row } from "../../src/internal/rows.ts"

const fast = atLeast("fast", 8, "x")
const small = atMost("small", 70, " KB", "It is large.")
const goals = [fast, small]
const circumstances: Circumstances = {
  date: "2026-11-22",
  machine: "a machine",
  minutes: 12,
  versions: [["Node.js", "24.0.0"], ["effect", "4.1.0"]]
}
const page = write(goals, [row(fast, 9), note("↳ of it", 3, " us"), row(small, 90)], circumstances)

describe("write", () => {
  it("says where, when and with what", () => {
    for (const text of ["2026-11-22", "a machine", "24.0.0", "4.1.0", "12 minutes"]) expect(page).toContain(text)
  })

  it("has the figures, and a line for each missed goal", () => {
    expect(page).toContain("1 of 2 goals are met.")
    expect(page).toContain("| ↳ of it |")
    expect(page.endsWith("\n## Missed goals\n\n- small: 90 KB (<= 70 KB). It is large.\n")).toBe(true)
  })

  it("says so when no goal is missed", () => {
    expect(write([fast], [row(fast, 9)], circumstances).endsWith("## Missed goals\n\nNone.\n")).toBe(true)
  })
})

describe("check", () => {
  it("finds nothing wrong with what was written", () => {
    expect(check(page, goals)).toEqual([])
  })

  it("finds a goal that is not there, and one that is no more", () => {
    expect(check(page, [...goals, atLeast("new", 1, "x")])).toContain("not on the page: new")
    expect(check(page, [small])).toContain("not in the code: fast")
  })

  it("finds a goal that was changed", () => {
    expect(check(page, [atLeast("fast", 9, "x"), small])).toEqual(["fast: >= 8x on the page, >= 9x in the code"])
  })

  it("finds missed goals without their reasons", () => {
    const [unexplained] = check(page, [fast, atMost("small", 70, " KB")])
    expect(unexplained).toBe("missed for no reason: small")
    expect(check(page, [fast, atMost("small", 70, " KB", "Another reason.")])).toEqual([
      "not as the code writes it: npm run bench -- --rewrite"
    ])
  })

  it("finds words that were changed by hand", () => {
    expect(check(page.replace("# Benchmarks", "# Figures"), goals)).toEqual([
      "not as the code writes it: npm run bench -- --rewrite"
    ])
  })

  it("finds an empty page wanting", () => {
    expect(check("", goals).length).toBeGreaterThanOrEqual(goals.length)
  })
})

describe("rewrite", () => {
  it("keeps the figures, and where and when they were made", () => {
    expect(rewrite(page, goals)).toBe(page)
  })

  it("takes the reasons of the code", () => {
    const changed = [fast, atMost("small", 70, " KB", "Another reason.")]
    expect(rewrite(page, changed)).toBe(page.replace("It is large.", "Another reason."))
    expect(check(rewrite(page, changed), changed)).toEqual([])
  })
})
