// @effect-diagnostics newPromise:off globalDate:off globalFetch:off
// The inbox of the emulator in a real browser: what it can do, worked with the keyboard alone, on a screen and on a phone, light
// and dark, in Korean and in English; how it looks; that a hundred thousand messages are as quick as a thousand; that no page
// of another origin gets at anything. And the page of the command line's report, from a file. Debian's `chromium`, or the one that CHROMIUM names; without one everything is skipped.
// `--packed` takes the emulator from its tarball, installed in an empty folder; `--only text` runs the tests whose names hold it; `--all` runs
// each at both sizes, in both themes and both languages in every combination, where two or four are enough for every day.
// The screenshots lie in `artifacts/browser` (`--out directory`). The last line is `N passed, N failed, N skipped`.
import { existsSync, mkdirSync, rmSync } from "node:fs"
import { join, resolve } from "node:path"
import { parseArgs } from "node:util"
import { type Browser, chromium } from "playwright-core"
import { controls } from "./browser/controls.ts"
import { foreignPages } from "./browser/foreign.ts"
import { appearance, checksThemselves, documents } from "./browser/looks.ts"
import { messages } from "./browser/messages.ts"
import { type Client, client, program, start } from "./browser/program.ts"
import { reports } from "./browser/reports.ts"
import { requests } from "./browser/requests.ts"
import { reservations } from "./browser/reservations.ts"
import { few, many, sizes } from "./browser/size.ts"
import { type Feature, nameOf, opposites, pairs, stage, views } from "./browser/stage.ts"

const { values: { all, only = "", out = "artifacts/browser", packed } } = parseArgs({
  options: {
    all: { type: "boolean", default: false },
    out: { type: "string" },
    only: { type: "string" },
    packed: { type: "boolean", default: false }
  }
})

const executablePath = [process.env["CHROMIUM"], "/usr/bin/chromium", "/usr/bin/chromium-browser"]
  .find((path) => path !== undefined && existsSync(path))

const folder = resolve(out)

interface Test {
  readonly name: string
  readonly run: (client: Client, browser: Browser) => Promise<string | void>
}

/** Every feature at both sizes, in both themes and both languages. */
const features = (list: Readonly<Record<string, Feature>>): ReadonlyArray<Test> =>
  Object.entries(list).flatMap(([name, feature], n) =>
    (all ? views : opposites(n)).map((view): Test => ({
      name: `${name} (${nameOf(view)})`,
      run: async (client, browser) => {
        await client.control("POST", "/reset")
        await client.control("PUT", "/clock", { offsetMillis: 0 })
        await feature.before?.(client)
        const on = await stage(browser, client, view, folder, feature)
        try {
          await feature.run(on)
          const complaints = on.watch.complaints()
          if (complaints.length > 0) throw new Error(complaints.join("\n"))
        } catch (error) {
          await on.shot(`failed ${name}`).catch(() => undefined)
          throw error
        } finally {
          await on.context.close()
        }
      }
    }))
  )

// The long ones first, so that neither of the two emulators is left with one at the end.
const shared: ReadonlyArray<Test> = [
  { name: "a page of another origin gets at nothing", run: foreignPages },
  ...appearance(folder, all ? views : pairs),
  ...features({ ...controls, ...requests, ...messages, ...reservations }),
  ...reports(folder, all ? views : pairs),
  { name: "the checks see what is wrong", run: checksThemselves },
  { name: "the documents ask nobody else for anything", run: (client, browser) => documents(client, browser, folder) }
]

const chosen = shared.filter(({ name }) => name.includes(only))

const size = `${many} messages are as quick as ${few}`

const browsing = (): Promise<Browser> =>
  chromium.launch({
    executablePath: executablePath!,
    args: [
      "--headless",
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-sync",
      "--disable-background-networking",
      "--disable-component-update",
      // A name that the emulator has, as on a network, and one of somebody else's that leads to this machine.
      "--host-resolver-rules=MAP sens.test 127.0.0.1, MAP elsewhere.test 127.0.0.1"
    ]
  })

let passed = 0
let failed = 0

const report = async (name: string, test: () => Promise<string | void>): Promise<void> => {
  const from = performance.now()
  const outcome = await test().then(
    (said) => ({ ok: true, said: said ?? "" }),
    (error: unknown) => ({ ok: false, said: error instanceof Error ? error.stack ?? error.message : String(error) })
  )
  if (outcome.ok) passed++
  else failed++
  const took = ((performance.now() - from) / 1000).toFixed(1)
  console.log(
    `${outcome.ok ? "ok   " : "FAIL "} ${name}, ${took} s${outcome.said === "" ? "" : `\n      ${outcome.said}`}`
  )
}

if (executablePath === undefined) {
  console.log("no Chromium here: install Debian's chromium, or set CHROMIUM")
  console.log(`0 passed, 0 failed, ${chosen.length + 1} skipped`)
} else {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const how = program(packed)
  const flags = ["--processing-after=200 millis", "--completed-after=500 millis", "--allow-host=sens.test"]
  // Two at a time, each with an emulator of its own, since what one test resets is no other's.
  const emulators = await Promise.all([start(how, flags), start(how, flags)])
  // A browser each as well: pages of one browser share a clipboard.
  const browsers = await Promise.all(emulators.map(browsing))
  try {
    const left = [...chosen]
    await Promise.all(emulators.map(async ({ url }, i) => {
      const own = client(url)
      for (let test = left.shift(); test !== undefined; test = left.shift()) {
        const { name, run } = test
        await report(name, () => run(own, browsers[i]!))
      }
    }))
    // Alone, since it is about time.
    if (size.includes(only)) {
      const [small, large] = emulators.map(({ url }) => client(url)) as [Client, Client]
      await report(size, async () => {
        await Promise.all(
          ([[small, few], [large, many]] as const).map(async ([{ control }, messages]) => {
            await control("POST", "/reset")
            await control("PUT", "/clock", { offsetMillis: 0 })
            await control("POST", "/seed", { messages, days: 85, failed: 0.1, seed: "size" })
          })
        )
        return sizes(browsers[0]!, small, large)
      })
    }
  } finally {
    await Promise.all(browsers.map((browser) => browser.close()))
    for (const { stop } of emulators) stop()
  }
  console.log(`screenshots: ${join(out, "*.png")}`)
  console.log(`${passed} passed, ${failed} failed, 0 skipped`)
  process.exitCode = failed > 0 ? 1 : 0
}
