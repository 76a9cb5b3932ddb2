// @effect-diagnostics newPromise:off globalDate:off globalFetch:off globalTimers:off
// A hundred thousand messages are as quick as a thousand: the two are measured in turn, and the best of each counts, so that a
// machine with other work to do slows both.
import type { Browser, Page } from "playwright-core"
import type { Client } from "./program.ts"
import { watch } from "./stage.ts"

export const few = 1000
export const many = 100_000

/** What takes time, in milliseconds from what a person does up to the frame that shows it. */
interface Times {
  readonly paint: number
  readonly search: number
  readonly chip: number
  readonly scroll: number
}

const frame = 1000 / 60

/** How many times longer a hundred thousand may take. */
const most = 3

const rounds = 3

/**
 * From `start` to the change of the page after which the condition holds: what is shown by then stands in the next frame. A machine
 * that is busy paints late, so frames are not waited for.
 */
const until = (page: Page, start: string, condition: string): Promise<number> =>
  page.evaluate(
    `new Promise((done, failed) => {
      const holds = () => { ${condition} };
      const late = setTimeout(() => failed(new Error(${JSON.stringify(condition)})), 20000);
      const look = () => {
        if (!holds()) return;
        done(performance.now() - from);
        clearTimeout(late);
        changes.disconnect();
      };
      const changes = new MutationObserver(look);
      changes.observe(document, { subtree: true, childList: true, attributes: true });
      const from = performance.now();
      ${start};
      look();
    })`
  )

const rows = `document.querySelectorAll("#list [role=row][aria-level]")`
const count = `Number(document.querySelector("#list").getAttribute("aria-rowcount"))`
const search = (text: string) =>
  `const q = document.querySelector("#q"); q.value = ${JSON.stringify(text)};
   q.dispatchEvent(new InputEvent("input", { bubbles: true }))`

const measure = async (browser: Browser, client: Client): Promise<Times> => {
  const context = await browser.newContext({ locale: "ko-KR", viewport: { width: 1280, height: 800 } })
  context.setDefaultTimeout(30_000)
  const page = await context.newPage()
  const { complaints } = watch(page, client.url)
  // The first frame with rows in it, counted from the navigation.
  await page.addInitScript(`{
    const look = () => {
      if (!document.querySelector("#list [role=row][aria-level]")) return;
      changes.disconnect();
      requestAnimationFrame(() => { globalThis.shown = performance.now(); document.documentElement.dataset.shown = ""; });
    };
    const changes = new MutationObserver(look);
    changes.observe(document, { subtree: true, childList: true });
  }`)
  try {
    await page.goto(client.url)
    const paint = await until(page, "0", "return globalThis.shown !== undefined")
      .then(() => page.evaluate("globalThis.shown") as Promise<number>)
    const all = await page.evaluate(count) as number
    const found = await until(
      page,
      search("3018"),
      `const n = ${count}; return n > 1 && n < ${all} && ${rows}.length > 0`
    )
    await until(page, search(""), `return ${count} === ${all} && ${rows}.length > 0`)
    const chip = await until(
      page,
      `Array.from(document.querySelectorAll("#chips button")).find((b) => /실패/.test(b.textContent)).click()`,
      `const n = ${count}; return n > 1 && n < ${all} && ${rows}.length > 0`
    )
    await until(
      page,
      `Array.from(document.querySelectorAll("#chips button")).find((b) => /전체/.test(b.textContent)).click()`,
      `return ${count} === ${all} && ${rows}.length > 0`
    )
    // To the end of all, where nothing has been loaded yet, and no row is left blank.
    const scroll = await until(
      page,
      `const list = document.querySelector("#list"); list.scrollTop = list.scrollHeight`,
      `return Array.from(${rows}).some((row) =>
         Number(row.getAttribute("aria-rowindex")) >= ${all} && /010-/.test(row.textContent))`
    )
    if (complaints().length > 0) throw new Error(complaints().join("\n"))
    return { paint, search: found, chip, scroll }
  } finally {
    await context.close()
  }
}

const names = ["paint", "search", "chip", "scroll"] as const

/** Measured in turn, until both have been seen at their best; further rounds can only make up for what else the machine did. */
export const sizes = async (browser: Browser, small: Client, large: Client): Promise<string> => {
  const seen: { readonly small: Array<Times>; readonly large: Array<Times> } = { small: [], large: [] }
  const best = (times: ReadonlyArray<Times>, name: keyof Times) => Math.min(...times.map((each) => each[name]))
  const table = () =>
    names.map((name) => {
      const [a, b] = [best(seen.small, name), best(seen.large, name)]
      // What is shown within a frame is at once, however little of it the other one took.
      return { name, a, b, ratio: Math.max(b, frame) / Math.max(a, frame) }
    })
  for (let i = 0; i < rounds || (i < 4 * rounds && table().some(({ ratio }) => ratio > most)); i++) {
    seen.small.push(await measure(browser, small))
    seen.large.push(await measure(browser, large))
  }
  const lines = table().map(({ a, b, name, ratio }) =>
    `${name} ${a.toFixed(0)} ms with ${few}, ${b.toFixed(0)} ms with ${many}: ${ratio.toFixed(2)} times`
  )
  if (table().some(({ ratio }) => ratio > most)) throw new Error(`more than ${most} times\n${lines.join("\n")}`)
  return lines.join("; ")
}
