// The page that `effect-sens report --html` writes, opened from a file where there is no network: it asks nobody for anything, fits
// a phone and a screen in both themes and languages, and what somebody wrote into a label stays a label.
import { mkdirSync, writeFileSync } from "node:fs"
import { join, resolve } from "node:path"
import { pathToFileURL } from "node:url"
import type { Browser } from "playwright-core"
import * as Page from "../../packages/cli/src/report/page/Page.ts"
import { facts, hostile } from "../../packages/cli/test/report/fixtures.ts"
import { leastTarget, sideways, small, violations } from "./looks.ts"
import type { Client } from "./program.ts"
import { equal, isPhone, nameOf, type View, watch } from "./stage.ts"

/** What is written under headings and beside bars is within its section, and letters are as large as elsewhere. */
const outside = (least: number): ReadonlyArray<string> =>
  Array.from(document.querySelectorAll("svg[role=img] text")).flatMap((text) => {
    const box = text.getBoundingClientRect()
    const within = text.closest("section")?.getBoundingClientRect()
    if (within === undefined) return ["a text in no section"]
    const isOut = box.left < within.left || box.right > within.right || box.top < within.top ||
      box.bottom > within.bottom
    return [
      ...(isOut ? [`${text.textContent} stands outside its section`] : []),
      ...(Number.parseFloat(getComputedStyle(text).fontSize) < least ? [`${text.textContent} is small`] : [])
    ]
  })

/** Labels of one chart that lie over one another. */
const overlaps = (): ReadonlyArray<string> =>
  Array.from(document.querySelectorAll("svg[role=img]")).flatMap((chart) => {
    const texts = Array.from(chart.querySelectorAll("text"), (text) => ({ text, box: text.getBoundingClientRect() }))
    return texts.flatMap((one, index) =>
      texts.slice(index + 1).filter(({ box }) =>
        box.left < one.box.right && one.box.left < box.right && box.top + 3 < one.box.bottom &&
        one.box.top + 3 < box.bottom
      ).map(({ text }) => `${one.text.textContent} lies over ${text.textContent}`)
    )
  })

const pages = ["week", "quarter", "hostile", "one", "empty"] as const

export const reports = (folder: string, views: ReadonlyArray<View>) =>
  views.map((view) => ({
    name: `the report (${nameOf(view)})`,
    run: async (_: Client, browser: Browser): Promise<void> => {
      mkdirSync(folder, { recursive: true })
      const context = await browser.newContext({
        offline: true,
        colorScheme: view.theme,
        viewport: { width: view.width, height: isPhone(view) ? 812 : 800 },
        isMobile: isPhone(view),
        hasTouch: isPhone(view)
      })
      const wrong: Array<string> = []
      try {
        const page = await context.newPage()
        const { complaints } = watch(page, "file://")
        const asked: Array<string> = []
        page.on("request", (request) => asked.push(request.url()))
        for (const name of pages) {
          const file = resolve(join(folder, `report ${name} ${nameOf(view)}.html`.replaceAll(" ", "-")))
          writeFileSync(file, Page.make(await facts(name, view.language)))
          const url = pathToFileURL(file).href
          asked.length = 0
          await page.goto(url)
          const found = [
            ...await sideways(page, view.width),
            ...await small(page, isPhone(view) ? leastTarget(view) : 20),
            ...await page.evaluate(outside, 12),
            ...await page.evaluate(overlaps),
            // The others are made of the same.
            ...(name === "hostile" ? await violations(page) : [])
          ]
          equal(asked, [url], "what the page asks for")
          equal(await page.locator("script").count(), 0, "scripts")
          if ((await page.title()) === "wrong") found.push("a label was run")
          if (name === "hostile" && !(await page.locator("main").innerText()).includes(hostile)) {
            found.push("a label does not stand as it was written")
          }
          wrong.push(...found.map((each) => `${name}: ${each}`))
          if (name === "week") await page.screenshot({ path: file.replace(/html$/, "png"), fullPage: true })
        }
        equal([...wrong, ...complaints()], [], "what is wrong")
      } finally {
        await context.close()
      }
    }
  }))
