import { globSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "vitest"
import * as Check from "../../src/doctor/Check.ts"
import * as Checks from "../../src/doctor/Checks.ts"
import * as Settings from "../../src/doctor/Settings.ts"

const root = join(import.meta.dirname, "../../../..")

const read = (page: string) => readFileSync(join(root, page), "utf8")

const ids = new Set(Checks.all.map(({ id }) => id))

const named = (text: string): ReadonlyArray<string> =>
  Array.from(text.matchAll(/doctor(?:\.ko)?\.md#([a-z-]+)/g), ([, id = ""]) => id)

describe("the pages", () => {
  it("name a check for each thing that is assumed of the service", () => {
    const page = read("docs/retries.md")
    const start = page.indexOf("## What is assumed of the service")
    const section = page.slice(start, page.indexOf("\n## ", start + 1))
    const items = section.split(/\n(?=\d+\. )/).slice(1)
    assert.isAtLeast(items.length, 6)
    for (const item of items) {
      const checks = named(item).filter((id) => ids.has(id))
      assert.isAbove(checks.length, 0, `no check measures: ${item}`)
    }
  })

  it("name no check that does not exist", () => {
    const pages = globSync(["*.md", "docs/**/*.md", "packages/*/README.md"], { cwd: root })
    const headings = new Set(["attach-a-report-to-an-issue", "the-checks", "the-settings-that-follow"])
    for (const page of pages.filter((page) => !page.startsWith("docs/api/"))) {
      for (const id of named(read(page))) assert.isTrue(ids.has(id) || headings.has(id), `${page}: ${id}`)
    }
  })

  it("show settings as the program writes them", () => {
    const learned: Check.Learned = {
      ...Check.nothing(),
      fence: { accepted: 290_000, refused: 310_000 },
      completionLag: 500,
      sent: [{
        content: "",
        startedAt: 0,
        at: 0,
        requestId: "a",
        messageId: undefined,
        seen: { request: 2200, window: 2200, to: 2200 },
        statuses: new Map()
      }]
    }
    const lines = Settings.lines(Settings.make(learned, { current: {} }), learned)
    assert.strictEqual(lines.length, 3)
    for (const page of ["docs/doctor.md", "docs/doctor.ko.md"]) {
      const block = /```text\n[^\n]+\n([\s\S]+?)\n```/.exec(read(page))?.[1] ?? ""
      assert.deepStrictEqual(block.split("\n").map((line) => line.trim()), lines)
    }
  })
})
