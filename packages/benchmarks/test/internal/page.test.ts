import { describe, expect, it } from "@effect/vitest"
import * as Goals from "../../src/internal/goals.ts"
import { check, type Circumstances, draw, put, rewrite, write } from "../../src/internal/page.ts"
import { atLeast, atMost, guard, note, row, unmeasured } from "../../src/internal/rows.ts"

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
    expect(page).toContain("1 of 2 goals are met, and 0 of 0 guards hold.")
    expect(page).toContain("| ↳ of it |")
    expect(page.endsWith("\n## Missed goals\n\n- small: 90 KB (<= 70 KB). It is large.\n")).toBe(true)
  })

  it("counts guards by themselves", () => {
    expect(write([guard(fast), small], [row(guard(fast), 9), row(small, 60)], circumstances))
      .toContain("1 of 1 goals are met, and 1 of 1 guards hold.")
  })

  it("says of a missed goal when nobody knows why", () => {
    const [unexplained] = [atMost("small", 70, " KB")]
    expect(write([unexplained], [row(unexplained, 90)], circumstances)).toContain("(<= 70 KB). Why is not known yet.")
  })

  it("has a table for each part", () => {
    const goals = [atLeast("P2 fast", 8, "x"), atLeast("EUC-KR fast", 8, "x")]
    const rows = [...goals.map((goal) => row(goal, 9)), note("↳ of it", 1, "x")]
    const page = write(goals, rows, circumstances)
    expect(page).toMatch(/### Sending, reading, starting\n\n(?:\|.*\n){3}\n### EUC-KR\n\n(?:\|.*\n){4}\n/)
    expect(check(page, goals)).toEqual([])
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

describe("rewrite, where the goals are others", () => {
  it("leaves out what is no more, with what stands below it", () => {
    const rewritten = rewrite(page, [small])
    expect(rewritten).not.toContain("fast")
    expect(rewritten).not.toContain("↳ of it")
    expect(check(rewritten, [small])).toEqual([])
  })

  it("says of a new one that it was not measured", () => {
    const more = [...goals, atLeast("P2 new", 1, "x")]
    expect(rewrite(page, more)).toMatch(/\| P2 new +\| >= 1x +\| not measured \| +\|/)
    expect(check(rewrite(page, more), more)).toEqual([])
  })

  it("makes a guard of a goal", () => {
    const guards = [guard(fast), small]
    expect(rewrite(page, guards)).toContain("guard >= 8x")
    expect(check(rewrite(page, guards), guards)).toEqual([])
  })
})

describe("put", () => {
  const [sent, kept, waited] = [
    atMost("P2 sent", 2, "x"),
    atLeast("EUC-KR kept", 8, "x"),
    atMost("P12 waited", 9, " s")
  ]
  const three = [sent, kept, waited]
  const old = write(three, [row(sent, 1), row(waited, 5), row(kept, 9)], circumstances)

  it("puts new figures in the place of those of their table, and says when", () => {
    const page = put(old, three, [row(sent, 1.5), row(waited, 6)], ["P", "today"])
    expect(page).toBe(
      write(three, [row(sent, 1.5), row(waited, 6), row(kept, 9)], {
        ...circumstances,
        versions: [...circumstances.versions, ["P", "today"]]
      })
    )
    expect(put(page, three, [row(sent, 1), row(waited, 5)], ["P", "tomorrow"])).not.toContain("today")
  })

  it("keeps what was not measured this time", () => {
    expect(put(old, three, [row(sent, 1.5), unmeasured(waited)], ["P", "today"])).toMatch(
      /\| P12 waited +\| <= 9 s +\| 5 s /
    )
  })
})

describe("draw", () => {
  const rows = [
    row(Goals.http.node[16], 1.7),
    note(Goals.rival("axios", 16), 5.25, "x"),
    row(Goals.streams.csv, 1.25)
  ]
  const page = write([], rows, circumstances)

  it("shows the figures of the page and their goals, in words as well", () => {
    for (const text of ["1.70x", "5.25x", "1.25x", "goal 1.8x", "goal 1.3x", "prefers-color-scheme: dark"]) {
      expect(draw(page)).toContain(text)
    }
    expect(page).toMatch(
      /!\[[^\]]*effect-sens 1\.70x, undici\.request by hand 1\.00x, axios 5\.25x \(goal 1\.8x\)[^\]]*\]/
    )
  })

  it("shows nothing of what was not measured", () => {
    expect(draw(page)).not.toContain("bulk")
    expect(draw(write([], [], circumstances))).toBe("")
  })
})
