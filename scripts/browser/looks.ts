// @effect-diagnostics newPromise:off globalDate:off globalFetch:off globalTimers:off
// What can be said of any state of the page without knowing what it shows: axe finds nothing, nothing scrolls sideways, a
// finger hits every target, the browser complains of nothing.
import { readFileSync } from "node:fs"
import { createRequire } from "node:module"
import type { Browser, Page } from "playwright-core"
import { fill, past } from "./past.ts"
import type { Client } from "./program.ts"
import { equal, isPhone, nameOf, type Stage, stage, type View, watch } from "./stage.ts"

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8")

interface Found {
  readonly id: string
  readonly nodes: ReadonlyArray<{ readonly html: string; readonly failureSummary?: string }>
}

/** What axe finds wrong: WCAG 2.2 A and AA, and its own best practices. */
export const violations = async (page: Page): Promise<ReadonlyArray<string>> => {
  // As text: the page's own policy lets no script in.
  if (!await page.evaluate(() => "axe" in globalThis)) await page.evaluate(axe)
  const found = await page.evaluate(async () => {
    const { run } = (globalThis as unknown as {
      readonly axe: { readonly run: (options: unknown) => Promise<{ readonly violations: ReadonlyArray<Found> }> }
    }).axe
    return (await run({ resultTypes: ["violations"] })).violations.map(({ id, nodes }) => ({
      id,
      nodes: nodes.map(({ failureSummary, html }) => ({ html, failureSummary: failureSummary ?? "" }))
    }))
  })
  return found.flatMap(({ id, nodes }) =>
    nodes.map(({ failureSummary, html }) => `axe ${id}: ${html.slice(0, 200)} ${failureSummary.replace(/\s+/g, " ")}`)
  )
}

/** What is wider than the screen. */
export const sideways = (page: Page, width: number): Promise<ReadonlyArray<string>> =>
  page.evaluate((width) => {
    const wide = document.documentElement.scrollWidth
    if (wide <= width) return []
    const all = Array.from(document.querySelectorAll("body *"))
    return all
      .filter((element) => element.getBoundingClientRect().right > width + 1)
      .slice(0, 3)
      .map((element) => `${wide} px wide: ${element.outerHTML.slice(0, 120)}`)
      .concat(`${wide} px wide`)
  }, width)

/** What can be pressed and is smaller than `least` in a direction. A link inside a sentence is as high as its line. */
export const small = (page: Page, least: number): Promise<ReadonlyArray<string>> =>
  page.evaluate((least) => {
    const shown = (element: Element) => {
      const style = getComputedStyle(element)
      const box = element.getBoundingClientRect()
      return box.width > 1 && box.height > 1 && style.visibility !== "hidden" && !element.closest("[inert]")
    }
    const pressable =
      "button, a[href], input, select, textarea, summary, [role=tab], [role=row][id], [role=option], label"
    return Array.from(document.querySelectorAll(pressable))
      .filter((element) => shown(element) && getComputedStyle(element).position !== "absolute")
      .filter((element) => {
        // A box of a form is pressed by its label as well, and a label by its box.
        if (element.tagName === "LABEL" && (element as HTMLLabelElement).control !== null) return false
        const area = element.matches("input[type=checkbox], input[type=radio]")
          ? element.closest("label") ?? element
          : element
        const { height, width } = area.getBoundingClientRect()
        return height < least - 0.5 || width < least - 0.5
      })
      .map((element) => {
        const { height, width } = element.getBoundingClientRect()
        return `${Math.round(width)}×${Math.round(height)}, less than ${least}: ${element.outerHTML.slice(0, 160)}`
      })
  }, least)

/** Whether the page stands within the screen: what scrolls are its parts, and header and tabs are always there. */
export const frame = (page: Page): Promise<ReadonlyArray<string>> =>
  page.evaluate(() => {
    const { scrollHeight } = document.documentElement
    const outside = ["header", "nav", "main"].flatMap((name) => {
      const box = document.querySelector(name)?.getBoundingClientRect()
      if (box === undefined) return [`no ${name}`]
      return box.top < 0 || box.bottom > innerHeight + 0.5 || box.height < 40
        ? [`${name} from ${Math.round(box.top)} to ${Math.round(box.bottom)}, on a screen of ${innerHeight}`]
        : []
    })
    const end = Math.max(
      ...["main", "nav"].map((name) => document.querySelector(name)?.getBoundingClientRect().bottom ?? 0)
    )
    return [
      ...outside,
      ...(scrollHeight > innerHeight ? [`${scrollHeight} px high, on a screen of ${innerHeight}`] : []),
      ...(end < innerHeight - 0.5 ? [`empty below ${Math.round(end)}, on a screen of ${innerHeight}`] : [])
    ]
  })

/** The least side of what can be pressed. */
export const leastTarget = (view: View): number => isPhone(view) ? 44 : 24

/** All that is wrong with the page as it stands. */
export const faults = async (
  { page, view, watch }: Pick<Stage, "page" | "view" | "watch">
): Promise<ReadonlyArray<string>> => [
  ...await violations(page),
  ...await sideways(page, view.width),
  ...await frame(page),
  ...await small(page, leastTarget(view)),
  ...watch.complaints()
]

// -----------------------------------------------------------------------------
// The states
// -----------------------------------------------------------------------------

type Check = (state: string) => Promise<void>

/** Goes through what the page can show, and has each looked at. */
const walk = async (on: Stage, check: Check): Promise<void> => {
  const { control, key, page, say } = on
  await page.getByRole("heading", { name: say("아직 메시지가 없습니다", "No messages yet") }).waitFor()
  await check("messages, none")
  for (const name of ["requests", "reservations", "controls"] as const) {
    await on.tab(name)
    await check(`${name}, none`)
  }
  await on.tab("messages")
  await past(on)
  const rows = page.locator("#list [role=row][aria-level]")
  await rows.first().waitFor()
  await check("messages")
  await on.reach(page.locator("#list"))
  await key("Home", "Enter")
  await page.locator("#detail").getByRole("heading").first().waitFor()
  await check("messages, details of a failed one")
  for (const summary of await page.locator("#detail summary").all()) await on.press(summary)
  await check("messages, JSON and curl")
  const closed = () => page.locator("#detail").waitFor({ state: "hidden" })
  await key("Escape")
  await closed()
  await page.locator("#chips").getByRole("button", { name: say("실패", "Failed") }).click()
  await page.locator("#strip").waitFor()
  await check("messages, failed ones and their codes")
  await page.locator("#q").fill("없는 말")
  await page.getByRole("heading", { name: say("맞는 메시지가 없습니다", "Nothing matches") }).waitFor()
  await check("messages, nothing matches")
  await page.locator("#q").fill("")
  await page.locator("#chips").getByRole("button", { name: say("전체", "All") }).click()
  // The ad, with its picture, its recipients unfolded.
  const many = rows.filter({ hasText: say("외 7명", "+7") }).first()
  await many.click()
  await page.locator("#detail img").first().waitFor()
  await check("messages, details of a request")
  await key("Escape")
  await closed()
  await key("ArrowRight")
  await page.locator("#list [role=row][aria-level='2']").first().waitFor()
  await check("messages, unfolded")
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur())
  await key("?")
  await page.getByRole("dialog").waitFor()
  await check("help")
  await key("Escape")

  const requests = await on.tab("requests")
  await requests.locator("details[open] .two").waitFor()
  await check("requests")
  const reservations = await on.tab("reservations")
  await reservations.getByRole("listitem").first().waitFor()
  await check("reservations")
  await on.press(reservations.getByRole("button", { name: say("취소…", "Cancel…") }).first())
  await check("reservations, asked")
  await key("Escape")

  const controls = await on.tab("controls")
  await controls.getByRole("heading", { name: say("걸린 장애", "Armed"), exact: true }).waitFor()
  await check("controls")
  await on.fill(controls.getByRole("combobox", { name: say("결과 코드", "Result code") }), say("전원", "switched"))
  await page.locator(".options").getByRole("option").first().waitFor()
  await check("controls, a code searched")
  await key("Escape")
  await on.press(controls.getByRole("button", { name: say("모두 초기화…", "Reset everything…") }))
  await controls.getByRole("button", { name: say("그만두기", "Keep it") }).waitFor()
  await check("controls, asked")
  await key("Escape")
  await control("DELETE", "/faults")
}

/** All states, in four views in which every pair of size, theme and language stands together. */
export const appearance = (folder: string, views: ReadonlyArray<View>) =>
  views.map((view) => ({
    name: `how everything looks (${nameOf(view)})`,
    run: async (client: Client, browser: Browser): Promise<void> => {
      await fill.nothing(client)
      const on = await stage(browser, client, view, folder)
      const wrong: Array<string> = []
      try {
        await walk(on, async (state) => {
          // What is said at a button is gone after four seconds; what it covers is looked at before.
          await on.page.evaluate(() => document.getElementById("toast")?.setAttribute("hidden", ""))
          await on.shot(state.replaceAll(",", ""))
          const found = await faults(on)
          wrong.push(...found.map((each) => `${state}: ${each}`))
        })
      } finally {
        await on.context.close()
      }
      equal(Array.from(new Set(wrong)), [], "what is wrong")
    }
  }))

/** Each check finds what it is for, once that is put into the page. */
export const checksThemselves = async (client: Client, browser: Browser): Promise<void> => {
  await fill.nothing(client)
  const on = await stage(browser, client, { width: 375, theme: "light", language: "ko" }, "")
  try {
    await on.page.getByRole("heading", { level: 2 }).first().waitFor()
    equal(await faults(on), [], "what is wrong with the page as it is")
    const expected: ReadonlyArray<readonly [string, string, () => void]> = [
      [
        "a button without a name",
        "button-name",
        () => document.querySelector("main")!.append(document.createElement("button"))
      ],
      ["pale text", "color-contrast", () => {
        const p = document.createElement("p")
        p.textContent = "흐린 글"
        p.style.color = "#bbb"
        p.style.background = "#fff"
        document.querySelector("main section, main")!.prepend(p)
      }],
      ["a small target", "less than 44", () => {
        const button = document.createElement("button")
        button.textContent = "."
        button.style.cssText = "min-height:0;height:20px;width:20px"
        document.querySelector("main")!.append(button)
      }],
      [
        "a part outside the screen",
        "on a screen of 812",
        () => document.querySelector("nav")!.style.cssText = "position:relative;top:90px"
      ],
      ["something wide", "px wide", () => {
        const div = document.createElement("div")
        div.style.cssText = "position:absolute;top:0;left:0;width:600px;height:1px"
        document.documentElement.append(div)
      }],
      ["an error", "error: wrong", () => console.error("wrong")],
      ["a request to elsewhere", "asks elsewhere", () => new Image().src = "http://127.0.0.1:9/x.png"],
      ["a script of elsewhere's", "Content Security Policy", () => {
        const script = document.createElement("script")
        script.textContent = "1"
        document.body.append(script)
      }]
    ]
    for (const [what, sign, put] of expected) {
      await on.page.evaluate(put)
      await on.page.waitForTimeout(50)
      if (!(await faults(on)).some((text) => text.includes(sign))) throw new Error(`${what} is not found`)
    }
  } finally {
    await on.context.close()
  }
}

/** The documents of the API: nothing from elsewhere, and no policy broken. */
export const documents = async (client: Client, browser: Browser, folder: string): Promise<void> => {
  const ledger = async () => (await client.control<ReadonlyArray<unknown>>("GET", "/ledger")).length
  await fill.nothing(client)
  for (const path of ["/", "/docs"]) {
    const policy = (await fetch(client.url + path)).headers.get("content-security-policy") ?? ""
    const scripts = /script-src ([^;]+)/.exec(policy)?.[1]?.split(" ") ?? []
    const open = scripts.filter((source) => source !== "'self'" && !/^'sha\d{3}-[^']+'$/.test(source))
    equal([scripts.length > 0, open], [true, []], `scripts that the policy of ${path} lets in`)
  }
  for (const colorScheme of ["light", "dark"] as const) {
    const context = await browser.newContext({ colorScheme, viewport: { width: 1280, height: 800 } })
    const page = await context.newPage()
    const { complaints } = watch(page, client.url)
    const response = await page.goto(`${client.url}/docs`)
    const policy = response?.headers()["content-security-policy"] ?? ""
    if (!/default-src 'none'|default-src 'self'/.test(policy)) throw new Error(`the policy of /docs: ${policy}`)
    await page.getByText("/unsubscribes").first().waitFor({ timeout: 10_000 })
    await page.waitForLoadState("networkidle")
    equal(complaints(), [], "what the browser complains of")
    await page.screenshot({ path: `${folder}/docs-${colorScheme}.png` })
    await context.close()
  }
  equal(await ledger(), 0, "entries of the ledger")
}
