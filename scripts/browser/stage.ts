// @effect-diagnostics newPromise:off globalDate:off globalFetch:off globalTimers:off
// A page on a screen of some size, in one of the two languages and one of the two themes, worked with the keyboard alone.
import { join } from "node:path"
import type { Browser, BrowserContext, Locator, Page } from "playwright-core"
import type { Client } from "./program.ts"

/** How somebody looks at the page. */
export interface View {
  readonly width: 1280 | 375
  readonly theme: "light" | "dark"
  readonly language: "ko" | "en"
}

export const isPhone = ({ width }: View): boolean => width < 720

/** Both sizes, themes and languages, in every combination. */
export const views = ([1280, 375] as const).flatMap((width) =>
  (["light", "dark"] as const).flatMap((theme) =>
    (["ko", "en"] as const).map((language): View => ({ width, theme, language }))
  )
)

/** Four views in which every pair of size, theme and language stands together once. */
export const pairs: ReadonlyArray<View> = views.filter(({ language, theme, width }) =>
  (Number(width === 375) + Number(theme === "dark") + Number(language === "en")) % 2 === 0
)

export const nameOf = ({ language, theme, width }: View): string => `${width} ${theme} ${language}`

export const equal = (actual: unknown, expected: unknown, what: string): void => {
  const [a, b] = [JSON.stringify(actual) ?? "undefined", JSON.stringify(expected) ?? "undefined"]
  if (a === b) return
  let i = 0
  while (a[i] === b[i]) i++
  // Long ones from shortly before the place where they differ.
  const shown = (text: string) => text.length < 400 ? text : `…${text.slice(Math.max(0, i - 40), i + 300)}…`
  throw new Error(`${what}: ${shown(a)}, not ${shown(b)}`)
}

/** Waits until something that the page was asked for is so. */
export const soon = async (what: string, actual: () => Promise<unknown>, expected: unknown): Promise<void> => {
  for (let i = 0; i < 200; i++) {
    if (JSON.stringify(await actual()) === JSON.stringify(expected)) return
    await new Promise((done) => setTimeout(done, 25))
  }
  equal(await actual(), expected, what)
}

/** Whoever copies first; a browser has one clipboard for all of its pages, and two tests run at once. */
let copying: Promise<unknown> = Promise.resolve()

/** What something copies. */
export const copied = (page: Page, copy: () => Promise<unknown>): Promise<string> => {
  const done = copying.then(async () => {
    const read = () => page.evaluate(() => navigator.clipboard.readText())
    await page.evaluate(() => navigator.clipboard.writeText("-"))
    await copy()
    await soon("something is copied", async () => await read() !== "-", true)
    return read()
  })
  copying = done.catch(() => undefined)
  return done
}

/** Everything that a browser complains of, and every request that goes elsewhere. */
export interface Watch {
  readonly complaints: () => ReadonlyArray<string>
  /** From now on a complaint that says this is what the test is after. */
  readonly allow: (text: string) => void
}

export const watch = (page: Page, url: string): Watch => {
  const complaints: Array<string> = []
  const allowed: Array<string> = []
  page.on("console", (said) => {
    if (said.type() === "error" || said.type() === "warning") complaints.push(`${said.type()}: ${said.text()}`)
  })
  page.on("pageerror", (error) => complaints.push(`thrown: ${error.message}`))
  page.on("request", (request) => {
    if (!request.url().startsWith(`${url}/`) && !/^(?:data|blob|about):/.test(request.url())) {
      complaints.push(`asks elsewhere: ${request.url()}`)
    }
  })
  return {
    complaints: () => complaints.filter((text) => !allowed.some((part) => text.includes(part))),
    allow: (text) => allowed.push(text)
  }
}

export interface Stage extends Client {
  readonly view: View
  readonly page: Page
  readonly context: BrowserContext
  readonly phone: boolean
  /** The word of the language that the page is in. */
  readonly say: (ko: string, en: string) => string
  readonly watch: Watch
  readonly key: (...keys: ReadonlyArray<string>) => Promise<void>
  readonly type: (text: string) => Promise<void>
  /** Goes to an element by `Tab` or `Shift+Tab`, as somebody without a mouse must. */
  readonly reach: (target: Locator) => Promise<void>
  /** Goes there and presses `Enter`. */
  readonly press: (target: Locator) => Promise<void>
  /** Goes there and types, in place of what stood there. */
  readonly fill: (target: Locator, text: string) => Promise<void>
  /** Opens a tab, by its number. */
  readonly tab: (name: "messages" | "requests" | "reservations" | "controls") => Promise<Locator>
  readonly shot: (name: string) => Promise<void>
}

const tabNames = {
  messages: ["1", "메시지", "Messages"],
  requests: ["2", "요청", "Requests"],
  reservations: ["3", "예약", "Reservations"],
  controls: ["4", "제어", "Controls"]
} as const

export const stage = async (
  browser: Browser,
  client: Client,
  view: View,
  folder: string,
  options: { readonly at?: string } = {}
): Promise<Stage> => {
  const phone = isPhone(view)
  const context = await browser.newContext({
    locale: "ko-KR",
    colorScheme: view.theme,
    // What stands still can be looked at and measured.
    reducedMotion: "reduce",
    viewport: { width: view.width, height: phone ? 812 : 800 },
    isMobile: phone,
    hasTouch: phone,
    permissions: ["clipboard-read", "clipboard-write"]
  })
  context.setDefaultTimeout(10_000)
  const page = await context.newPage()
  const watched = watch(page, client.url)
  const say = (ko: string, en: string): string => view.language === "ko" ? ko : en

  const key = async (...keys: ReadonlyArray<string>): Promise<void> => {
    for (const each of keys) await page.keyboard.press(each)
  }
  /** Whether the element has the focus, and what it shows of that. Found anew each time: what is drawn anew is another element. */
  const ring = (target: Locator): Promise<string | undefined> =>
    target.first().evaluate((element) =>
      element !== document.activeElement
        ? undefined
        : element.matches("[data-ring]")
        ? "its own"
        : getComputedStyle(element).outlineStyle
    )
  /** How many stops it should be from where the focus is: backwards, where negative. */
  const stops = (target: Locator): Promise<number> =>
    target.first().evaluate((element) => {
      const all = Array.from(
        document.querySelectorAll<HTMLElement>("a[href], button, input, select, summary, [tabindex]")
      )
        .filter((each) =>
          each.tabIndex >= 0 && !each.matches(":disabled") && each.getClientRects().length > 0 &&
          !each.closest("[inert]")
        )
      const [from, to] = [document.activeElement, element].map((each) => all.findIndex((one) => one === each))
      return from === undefined || to === undefined || from < 0 || to < 0 ? 0 : to - from
    })
  const reach: Stage["reach"] = async (target) => {
    // As many as should do at once; then, where the page has it otherwise, one by one.
    const guess = await stops(target)
    for (let i = Math.abs(guess); i > 0; i--) await page.keyboard.press(guess > 0 ? "Tab" : "Shift+Tab")
    for (let i = 0; i < 150; i++) {
      const outline = await ring(target)
      if (outline === "none") throw new Error(`no ring around ${target}`)
      if (outline !== undefined) return
      await page.keyboard.press("Tab")
    }
    throw new Error(`the keyboard does not get to ${target}`)
  }
  const press: Stage["press"] = async (target) => {
    await reach(target)
    await key("Enter")
  }
  const fill: Stage["fill"] = async (target, text) => {
    await reach(target)
    await key("Control+a")
    if (text === "") await key("Delete")
    else await page.keyboard.insertText(text)
  }
  const tab: Stage["tab"] = async (name) => {
    const [number, ko, en] = tabNames[name]
    await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur())
    await key(number)
    const panel = page.getByRole("tabpanel", { name: new RegExp(`^${say(ko, en)}`) })
    await panel.waitFor()
    return panel
  }

  await page.goto(`${client.url}/${options.at ?? ""}`)
  await page.getByRole("tablist").waitFor()
  if (await page.locator("html").getAttribute("lang") !== view.language) {
    await press(page.getByRole("button", { name: say("한국어", "English"), exact: true }))
    await page.locator(`html[lang=${view.language}]`).waitFor()
  }
  return {
    ...client,
    view,
    page,
    context,
    phone,
    say,
    watch: watched,
    key,
    type: (text) => page.keyboard.insertText(text),
    reach,
    press,
    fill,
    tab,
    shot: async (name) => {
      await page.screenshot({ path: join(folder, `${name} ${nameOf(view)}.png`.replaceAll(" ", "-")) })
    }
  }
}

/** Something that the inbox can do. */
export interface Feature {
  /** What stands there when the page is opened. */
  readonly before?: (client: Client) => Promise<unknown>
  /** What follows the address of the page. */
  readonly at?: string
  readonly run: (stage: Stage) => Promise<void>
}

/**
 * The views of the nth feature: two that have nothing in common, another two for the next one. So each feature is worked at both sizes,
 * in both themes and both languages.
 */
export const opposites = (n: number): ReadonlyArray<View> =>
  [views[n % 4], views[7 - n % 4]].filter((view) => view !== undefined)
