// @effect-diagnostics newPromise:off globalDate:off globalFetch:off
// The inbox of the emulator in a real browser. Debian's `chromium`, or the one that CHROMIUM names; without one everything is
// skipped. `--out directory` keeps the screenshots, `--packed` takes the emulator from its tarball, installed in an empty folder. The
// last line is `N passed, N failed, N skipped`.
import { type ChildProcess, execFileSync, spawn } from "node:child_process"
import { createHmac } from "node:crypto"
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"
import { parseArgs } from "node:util"
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core"

const { values: { out, packed: fromTarball } } = parseArgs({
  options: { out: { type: "string" }, packed: { type: "boolean", default: false } }
})

const executablePath = [process.env["CHROMIUM"], "/usr/bin/chromium", "/usr/bin/chromium-browser"]
  .find((path) => path !== undefined && existsSync(path))

// -----------------------------------------------------------------------------
// The emulator, as its users start it, and a client with nothing of this project in it
// -----------------------------------------------------------------------------

const base = "/sms/v2/services/ncp:sms:kr:000000000000:emulator"

interface Program {
  readonly command: string
  readonly args: ReadonlyArray<string>
  readonly cwd: string
}

const source = (): Program => ({
  command: process.execPath,
  args: [resolve("packages/emulator/src/bin.ts")],
  cwd: process.cwd()
})

const tarball = (): Program => {
  const cwd = mkdtempSync(join(tmpdir(), "emulator-"))
  process.on("exit", () => rmSync(cwd, { recursive: true, force: true }))
  const run = (command: string, args: ReadonlyArray<string>, where: string) =>
    execFileSync(command, args, { cwd: where, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] })
  const { packageManager } = JSON.parse(readFileSync("package.json", "utf8")) as { readonly packageManager: string }
  run("tsc", ["-b", "packages/emulator"], ".")
  const files = ["core", "emulator"].map((name) => {
    const packed = run("npx", ["-y", packageManager, "pack", "--json", "--pack-destination", cwd], `packages/${name}`)
    return (JSON.parse(packed) as { readonly filename: string }).filename
  })
  const { version } = JSON.parse(readFileSync("node_modules/effect/package.json", "utf8")) as {
    readonly version: string
  }
  run("npm", ["install", "--no-audit", "--no-fund", "--loglevel=error", `effect@${version}`, ...files], cwd)
  return { command: "npx", args: ["--no-install", "effect-sens-emulator"], cwd }
}

const start = async (): Promise<{ readonly url: string; readonly child: ChildProcess }> => {
  const { args, command, cwd } = fromTarball ? tarball() : source()
  const child = spawn(
    command,
    [...args, "--port=0", "--completed-after=2 seconds"],
    // A group of its own, so that what `npx` starts ends with it.
    { cwd, detached: true, stdio: ["ignore", "pipe", "inherit"] }
  )
  const url = await new Promise<string>((found, failed) => {
    let output = ""
    child.stdout.on("data", (chunk: Buffer) => {
      output += chunk.toString()
      const match = /http:\/\/127\.0\.0\.1:\d+/.exec(output)
      if (match !== null) found(match[0])
    })
    child.once("exit", () => failed(new Error(output)))
  })
  return { url, child }
}

const signed = async (url: string, path: string, body: unknown): Promise<Response> => {
  const timestamp = String(Date.now())
  return fetch(url + base + path, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      "x-ncp-apigw-timestamp": timestamp,
      "x-ncp-iam-access-key": "emulator-access-key",
      "x-ncp-apigw-signature-v2": createHmac("sha256", "emulator-secret-key")
        .update(`POST ${base}${path}\n${timestamp}\nemulator-access-key`)
        .digest("base64")
    },
    body: JSON.stringify(body)
  })
}

const sms = (over: Record<string, unknown> = {}) => ({
  type: "SMS",
  from: "0212345678",
  content: "안녕하세요",
  messages: [{ to: "01000000001" }],
  ...over
})

// -----------------------------------------------------------------------------
// Checks
// -----------------------------------------------------------------------------

interface World {
  readonly url: string
  readonly page: Page
  readonly context: BrowserContext
  readonly send: (over?: Record<string, unknown>) => Promise<Response>
  readonly picture: (name: string) => Promise<void>
}

const equal = (actual: unknown, expected: unknown, what: string): void => {
  if (JSON.stringify(actual) !== JSON.stringify(expected)) {
    throw new Error(`${what}: ${JSON.stringify(actual)}, not ${JSON.stringify(expected)}`)
  }
}

const open = async ({ page, url }: World, language: "ko" | "en" = "ko"): Promise<void> => {
  await page.goto(`${url}/`)
  const shown = await page.locator("html").getAttribute("lang")
  if (shown !== language) await page.locator("#language").click()
  await page.locator(`html[lang=${language}]`).waitFor()
}

const message = (page: Page, text: string) => page.locator(".message").filter({ hasText: text })

/** The text that has too little contrast with what is behind it (WCAG 2.2, 1.4.3). */
const lowContrast = (page: Page): Promise<ReadonlyArray<string>> =>
  page.evaluate(() => {
    const parse = (color: string) => (color.match(/[\d.]+/g) ?? []).map(Number)
    const luminance = ([r, g, b]: ReadonlyArray<number>) => {
      const channel = (value: number) => {
        const c = value / 255
        return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4
      }
      return 0.2126 * channel(r!) + 0.7152 * channel(g!) + 0.0722 * channel(b!)
    }
    const behind = (element: Element | null): ReadonlyArray<number> => {
      for (let at = element; at !== null; at = at.parentElement) {
        const color = parse(getComputedStyle(at).backgroundColor)
        if (color.length === 3 || color[3] === 1) return color
      }
      return [255, 255, 255]
    }
    const low: Array<string> = []
    for (const element of document.querySelectorAll("body *")) {
      const own = Array.from(element.childNodes).some((node) => node.nodeType === 3 && node.textContent?.trim() !== "")
      if (!own || (element as HTMLElement).offsetParent === null || element.matches("option, .visually-hidden")) {
        continue
      }
      const [a, b] = [luminance(parse(getComputedStyle(element).color)), luminance(behind(element))]
      const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)
      if (ratio < 4.5) low.push(`${element.tagName} ${element.textContent} ${ratio.toFixed(2)}`)
    }
    return low
  })

const tests: Readonly<Record<string, (world: World) => Promise<void>>> = {
  "a Korean message arrives live and goes through its states": async (world) => {
    const { page, send } = world
    await open(world)
    await page.getByText("아직 메시지가 없습니다.").waitFor()
    let loads = 0
    page.on("load", () => loads++)
    equal((await send({ content: "[가게] 인증번호는 493021 입니다." })).status, 202, "status")
    const item = message(page, "493021")
    await item.waitFor()
    equal(await item.locator(".badge").allTextContents(), ["SMS"], "badges")
    equal(await item.locator(".number").textContent(), "01000000001", "recipient")
    equal(await item.locator(".from").textContent(), "발신 0212345678", "sender")
    equal(await item.locator(".content").textContent(), "[가게] 인증번호는 493021 입니다.", "text")
    await item.getByText("32 / 90 바이트").waitFor()
    await item.getByText("완료: 0 성공").waitFor()
    await page.getByText("새 메시지 1건").waitFor({ state: "attached" })
    equal(loads, 0, "reloads")
    await page.screenshot({ path: join(screenshots, "inbox.png") })
  },

  "text is rendered as text": async (world) => {
    const { page, send } = world
    await open(world)
    const texts = [
      "<script>window.hacked = 1</script>",
      "<img src=x onerror='window.hacked = 2'>",
      "</div><b>굵게</b>&amp;"
    ]
    for (const content of texts) await send({ type: "LMS", subject: content.slice(0, 30), content })
    for (const content of texts) {
      await page.locator(".content", { hasText: content }).waitFor()
    }
    equal(await page.evaluate(() => (window as { hacked?: number }).hacked ?? 0), 0, "scripts that ran")
    equal(await page.locator(".bubble script, .bubble img, .bubble b").count(), 0, "elements made of text")
  },

  "subject, picture, limit and cut of LMS and MMS": async (world) => {
    const { page, picture, send } = world
    await open(world)
    await send({ content: "가".repeat(50) })
    const cut = message(page, "가".repeat(45))
    await cut.getByText("100 / 90 바이트, 잘려서 전송됨").waitFor()
    equal(await cut.locator(".content").textContent(), "가".repeat(45), "what the handset shows")
    await picture("kimbap.jpg")
    const item = message(page, "사진입니다")
    await item.getByText("MMS", { exact: true }).waitFor()
    equal(await item.locator(".subject").textContent(), "메뉴", "subject")
    await item.getByText("10 / 2000 바이트").waitFor()
    await page.waitForFunction(() => {
      const image = document.querySelector<HTMLImageElement>(".bubble img")
      return image !== null && image.complete && image.naturalWidth === 320
    })
    await page.screenshot({ path: join(screenshots, "mms.png") })
  },

  "the search box": async (world) => {
    const { page, send } = world
    await open(world)
    await send({ content: "하나", messages: [{ to: "01000000011" }] })
    await send({ content: "둘", messages: [{ to: "01000000012" }] })
    await message(page, "하나").waitFor()
    const search = page.getByRole("searchbox", { name: "번호, 내용, ID 검색" })
    await search.fill("010-0000-0012")
    await message(page, "하나").waitFor({ state: "detached" })
    equal(await page.locator(".content").allTextContents(), ["둘"], "found by number")
    await search.fill("하나")
    await message(page, "하나").waitFor()
    equal(await page.locator(".content").allTextContents(), ["하나"], "found by text")
    await search.press("Escape")
    await message(page, "둘").waitFor()
  },

  "the outcome of a number, in Korean and English": async (world) => {
    const { page, send } = world
    await open(world)
    await page.getByLabel("수신 번호").fill("010-0000-0021")
    await page.getByLabel("결과 코드").selectOption("3001")
    await page.getByRole("button", { name: "결과 정하기" }).click()
    await page.getByText("적용했습니다.").waitFor()
    await send({ messages: [{ to: "01000000021" }] })
    await page.getByText("완료: 3001 가입자 없음").waitFor()
    await page.getByRole("button", { name: "English" }).click()
    await page.getByText("Completed: 3001 No subscriber with this number").waitFor()
    equal(await page.locator("html").getAttribute("lang"), "en", "language")
    equal(await page.title(), "SENS inbox", "title")
  },

  "the faults": async (world) => {
    const { page, send, url } = world
    await open(world, "en")
    await page.getByLabel("Times").fill("2")
    for (const name of ["500 before", "broken JSON"]) await page.getByRole("button", { name }).click()
    await page.getByText("send × 2: Unreadable").waitFor()
    equal([(await send()).status, (await send()).status], [500, 500], "statuses")
    await page.getByText("send × 2: ServerError").waitFor({ state: "detached" })
    equal((await send()).status, 202, "status")
    await page.getByText("send × 1: Unreadable").waitFor()
    await page.getByRole("button", { name: "Clear all faults" }).click()
    await page.getByText("send × 1: Unreadable").waitFor({ state: "detached" })
    page.once("dialog", (dialog) => void dialog.accept())
    await page.getByRole("button", { name: "Reset everything" }).click()
    await page.getByText("No messages yet.").waitFor()
    equal(await (await fetch(`${url}/__emulator/messages`)).json(), [], "messages")
  },

  "everything by keyboard alone": async (world) => {
    const { page, send } = world
    await open(world)
    await page.keyboard.press("Tab")
    equal(await page.evaluate(() => document.activeElement?.textContent), "메시지로 건너뛰기", "first stop")
    await page.keyboard.press("Enter")
    equal(await page.evaluate(() => document.activeElement?.id), "messages", "skipped to")
    await page.keyboard.press("/")
    equal(await page.evaluate(() => document.activeElement?.id), "search", "slash goes to")
    await page.keyboard.type("a/b")
    equal(await page.locator("#search").inputValue(), "a/b", "typed")
    await page.keyboard.press("Escape")
    const stops = new Set<string>()
    for (let i = 0; i < 60; i++) {
      await page.keyboard.press("Tab")
      const stop = await page.evaluate(() => {
        const at = document.activeElement
        if (at === null || at === document.body) return undefined
        return { name: at.textContent?.trim() || at.id, outline: getComputedStyle(at).outlineStyle }
      })
      if (stop === undefined || stops.has(stop.name)) continue
      stops.add(stop.name)
      if (stop.outline === "none") throw new Error(`no outline on ${stop.name}`)
      if (stop.name === "503") await page.keyboard.press("Space")
    }
    for (
      const name of ["API 문서", "English", "times", "접수 후 500", "결과 정하기", "장애 모두 지우기", "모두 초기화"]
    ) {
      if (!stops.has(name)) throw new Error(`the keyboard does not get to ${name}: ${Array.from(stops).join(", ")}`)
    }
    await page.getByText("send × 1: ServerError").waitFor()
    equal((await send()).status, 503, "status")
  },

  "names and contrast, in light and dark": async (world) => {
    const { page, send } = world
    await open(world)
    await send({ contentType: "AD", content: "(광고) 안녕" })
    await message(page, "(광고)").getByText("완료").waitFor()
    const nameless = await page.evaluate(() =>
      Array.from(document.querySelectorAll<HTMLInputElement>("input, select, button, a, img, meter"))
        .filter((element) =>
          (element.getAttribute("aria-label") ?? element.getAttribute("alt") ?? "") === "" &&
          element.textContent?.trim() === "" && Array.from(element.labels ?? []).every((label) =>
            label.textContent?.trim() === ""
          )
        )
        .map((element) => element.outerHTML)
    )
    equal(nameless, [], "controls without a name")
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme })
      equal(await lowContrast(page), [], `low contrast, ${colorScheme}`)
    }
    await page.screenshot({ path: join(screenshots, "dark.png") })
    await page.setViewportSize({ width: 360, height: 740 })
    const wide = await page.evaluate(() => document.documentElement.scrollWidth)
    if (wide > 360) throw new Error(`${wide} pixels wide on a phone`)
    await page.screenshot({ path: join(screenshots, "phone.png") })
  },

  "the pages ask nobody else for anything, and break no policy": async (world) => {
    const { page, url } = world
    const strangers: Array<string> = []
    const complaints: Array<string> = []
    page.on("request", (request) => {
      if (!request.url().startsWith(url) && !/^(?:data|blob):/.test(request.url())) strangers.push(request.url())
    })
    page.on("console", (said) => {
      if (said.type() === "error") complaints.push(said.text())
    })
    await open(world)
    await page.getByText("실시간").waitFor()
    equal(complaints, [], "complaints of the browser")
    await page.goto(`${url}/docs`)
    await page.getByText("/unsubscribes").first().waitFor()
    equal(strangers, [], "requests to others")
  },

  "a page of another origin cannot touch it": async (world) => {
    const { context, page, send, url } = world
    await open(world)
    await send({ content: "남아 있음" })
    await message(page, "남아 있음").waitFor()
    const ledger = async () => (await (await fetch(`${url}/__emulator/ledger`)).json() as ReadonlyArray<unknown>).length
    const counted = await ledger()
    await fetch(`${url}/__emulator/faults`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ operation: "any", count: 1, fault: { _tag: "Refused" } })
    })
    const server = createServer((_, response) => response.setHeader("content-type", "text/html").end("<p>other</p>"))
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening))
    try {
      const other = await context.newPage()
      await other.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
      const tried = await other.evaluate(async ([url, service]) => {
        const results: Array<string> = []
        const attempt = (path: string, init: RequestInit) =>
          fetch(url + path, init).then(
            (response) => results.push(`${path} ${response.type} ${response.status}`),
            () => results.push(`${path} refused`)
          )
        await attempt("/__emulator/reset", { method: "POST", mode: "no-cors" })
        await attempt("/__emulator/reset", { method: "POST" })
        await attempt("/__emulator/faults", { method: "DELETE" })
        await attempt("/__emulator/messages", {})
        for (const method of ["GET", "POST"]) {
          await attempt(service, { method, mode: "no-cors" })
          await attempt(service, { method })
        }
        await new Promise((done) => {
          const image = new Image()
          image.addEventListener("load", done)
          image.addEventListener("error", done)
          image.src = url + service
        })
        return results
      }, [url, `${base}/messages`] as const)
      equal(tried, [
        "/__emulator/reset opaque 0",
        "/__emulator/reset refused",
        "/__emulator/faults refused",
        "/__emulator/messages refused",
        ...["GET", "POST"].flatMap(() => [`${base}/messages opaque 0`, `${base}/messages refused`])
      ], "what the other page got")
      await other.close()
    } finally {
      server.close()
    }
    const kept = await (await fetch(`${url}/__emulator/messages`)).json() as ReadonlyArray<unknown>
    equal(kept.length, 1, "messages")
    equal(await ledger(), counted, "entries of the ledger")
    const { pending } = await (await fetch(`${url}/__emulator/faults`)).json() as { pending: ReadonlyArray<unknown> }
    equal(pending.length, 1, "faults that wait")
    await fetch(`${url}/__emulator/faults`, { method: "DELETE" })
  }
}

// -----------------------------------------------------------------------------
// The run
// -----------------------------------------------------------------------------

const screenshots = out === undefined ? mkdtempSync(join(tmpdir(), "inbox-")) : resolve(out)
mkdirSync(screenshots, { recursive: true })

const makePicture = async (context: BrowserContext): Promise<string> => {
  const page = await context.newPage()
  const url = await page.evaluate(() => {
    const canvas = document.createElement("canvas")
    canvas.width = 320
    canvas.height = 200
    const drawing = canvas.getContext("2d")!
    drawing.fillStyle = "#2e7d32"
    drawing.fillRect(0, 0, 320, 200)
    drawing.fillStyle = "#ffffff"
    drawing.font = "48px sans-serif"
    drawing.fillText("김밥", 100, 115)
    return canvas.toDataURL("image/jpeg")
  })
  await page.close()
  return url.slice(url.indexOf(",") + 1)
}

const run = async (browser: Browser, url: string): Promise<{ readonly passed: number; readonly failed: number }> => {
  let passed = 0
  let failed = 0
  for (const [name, test] of Object.entries(tests)) {
    await fetch(`${url}/__emulator/reset`, { method: "POST" })
    const context = await browser.newContext({ locale: "ko-KR", viewport: { width: 1100, height: 800 } })
    context.setDefaultTimeout(10_000)
    const page = await context.newPage()
    const send = (over: Record<string, unknown> = {}) => signed(url, "/messages", sms(over))
    const picture = async (fileName: string): Promise<void> => {
      const uploaded = await signed(url, "/files", { fileName, fileBody: await makePicture(context) })
      const { fileId } = await uploaded.json() as { readonly fileId: string }
      await send({ type: "MMS", subject: "메뉴", content: "사진입니다", files: [{ fileId }] })
    }
    try {
      await test({ url, page, context, send, picture })
      passed++
      console.log(`ok    ${name}`)
    } catch (error) {
      failed++
      console.log(`FAIL  ${name}\n${error instanceof Error ? error.message : String(error)}`)
      await page.screenshot({ path: join(screenshots, `failed-${failed}.png`) }).catch(() => undefined)
    }
    await context.close()
  }
  return { passed, failed }
}

if (executablePath === undefined) {
  console.log("no Chromium here: install Debian's chromium, or set CHROMIUM")
  console.log(`0 passed, 0 failed, ${Object.keys(tests).length} skipped`)
} else {
  const { child, url } = await start()
  const browser = await chromium.launch({
    executablePath,
    args: [
      "--headless",
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-sync",
      "--disable-background-networking",
      "--disable-component-update"
    ]
  })
  const { failed, passed } = await run(browser, url).finally(async () => {
    await browser.close()
    if (child.pid !== undefined) process.kill(-child.pid, "SIGTERM")
    if (out === undefined) rmSync(screenshots, { recursive: true, force: true })
  })
  console.log(`${passed} passed, ${failed} failed, 0 skipped`)
  process.exitCode = failed > 0 ? 1 : 0
}
