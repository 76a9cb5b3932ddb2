// @effect-diagnostics newPromise:off globalDate:off globalFetch:off globalTimers:off
// The messages: list, filters, details, what arrives.
import { execFile } from "node:child_process"
import type { Locator } from "playwright-core"
import { type Client, complete } from "./program.ts"
import { copied, equal, type Feature, soon, type Stage } from "./stage.ts"

const rows = ({ page }: Stage): Locator => page.locator("#list [role=row][aria-level]")

const row = (stage: Stage, text: string): Locator => rows(stage).filter({ hasText: text })

/** What a shell prints that gets these lines, pasted. */
const paste = (lines: string): Promise<string> =>
  new Promise((done, failed) => {
    execFile("bash", ["-c", lines], { timeout: 10_000 }, (error, stdout, stderr) =>
      error === null ? done(stdout) : failed(new Error(`${error.message}${stderr}`)))
  })

const chip = ({ page }: Stage, name: string): Locator =>
  page.locator("#chips").getByRole("button", { name: new RegExp(`^${name}`) })

/** The number on a chip. */
const count = async (stage: Stage, name: string): Promise<string> =>
  (await chip(stage, name).locator(".n").textContent())?.trim() ?? ""

const selected = ({ page }: Stage): Promise<string> =>
  page.evaluate(() => {
    const id = document.querySelector("#list")?.getAttribute("aria-activedescendant") ?? ""
    return document.getElementById(id)?.textContent ?? ""
  })

/** The list, by `Tab`; then the first row. */
const first = async (stage: Stage): Promise<void> => {
  await stage.reach(stage.page.locator("#list"))
  await stage.key("Home")
}

const settled = (list: Locator, n: number): Promise<void> =>
  list.page().waitForFunction((n) => document.querySelectorAll("#list [role=row][aria-level]").length === n, n)
    .then(() => undefined)

/** What is said stands at the button that was pressed. */
const saidAt = async ({ page, view }: Stage, button: Locator, text: string): Promise<void> => {
  await page.locator("#say").getByText(text).waitFor({ state: "attached" })
  const toast = page.locator("#toast", { hasText: text })
  await toast.waitFor()
  const [at, said] = [(await button.boundingBox())!, (await toast.boundingBox())!]
  const away = Math.max(at.y - said.y - said.height, said.y - at.y - at.height)
  if (away < 0 || away > 16 || said.x > at.x + at.width || said.x + said.width < at.x) {
    throw new Error(`said at ${JSON.stringify(said)}, the button is at ${JSON.stringify(at)}`)
  }
  if (said.x < 0 || said.x + said.width > view.width) throw new Error("what is said is not on the screen")
}

/** Clears the search and waits until it has gone. */
const search = async (stage: Stage, text: string): Promise<void> => {
  await stage.page.locator("body").evaluate(() => (document.activeElement as HTMLElement | null)?.blur())
  await stage.key("/")
  await stage.key("Control+a", "Delete")
  if (text !== "") await stage.type(text)
}

/** A morning's work: nine messages in six requests. */
const morning = async (client: Client): Promise<void> => {
  await client.control("PUT", "/outcomes/01000000018", { code: "3018" })
  await client.control("PUT", "/outcomes/01000000003", { code: "2003" })
  await client.send({ content: "[가게] 인증번호는 493021 입니다.", messages: [{ to: "01000000011" }] })
  await client.send({ content: "[택배] 오늘 도착합니다.", messages: [{ to: "01000000018" }] })
  await client.send({ content: "[병원] 내일 10:00", messages: [{ to: "01000000003" }] })
  await client.send({
    type: "LMS",
    contentType: "AD",
    subject: "주말 장터",
    content: "(광고)[서점] 신간 20% 할인. 무료수신거부 080-000-0000",
    messages: ["21", "22", "23", "18"].map((end) => ({ to: `010000000${end}` }))
  })
  await client.send({ content: "축하합니다 🎉 당첨금 12,000원", messages: [{ to: "01000000031" }] })
  await client.send({ content: "가".repeat(50), messages: [{ to: "01000000032" }] })
  await complete(client)
}

export const messages: Readonly<Record<string, Feature>> = {
  "an empty inbox says how to begin, and what is pasted works": {
    run: async (stage) => {
      const { page, say } = stage
      await page.getByRole("heading", { name: say("아직 메시지가 없습니다", "No messages yet") }).waitFor()
      const copies = page.getByRole("button", { name: say("복사", "Copy"), exact: true })
      const exports = await copied(page, () => stage.press(copies.first()))
      equal(
        exports.trim().split("\n").map((line) => line.split("=")[0]),
        ["SENS_ACCESS_KEY", "SENS_SECRET_KEY", "SENS_SERVICE_ID", "SENS_BASE_URL"].map((name) => `export ${name}`),
        "what to export"
      )
      await saidAt(stage, copies.first(), say("복사했습니다.", "Copied."))
      const curl = await copied(page, () => stage.press(copies.nth(1)))
      // Somebody whose first requests are refused looks here.
      await stage.call("GET", "/messages", undefined, { toSign: (text) => `${text}\n` })
      await page.getByText(say("거절된 요청이 1건 있습니다", "1 request was refused")).waitFor()
      await stage.press(page.getByRole("button", { name: say("왜 거절되었는지 보기", "See why") }))
      await page.locator("#p-r details.entry[open]").waitFor()
      await stage.tab("messages")
      const answer = JSON.parse(await paste(`${exports}\n${curl}`)) as { readonly statusCode: string }
      equal(answer.statusCode, "202", "answer")
      // It shows without a reload, and goes on to its result.
      await rows(stage).first().waitFor()
      await rows(stage).first().getByText(say("도착", "Delivered")).waitFor()
    }
  },

  "rows tell number, text, type, state with its code, and time": {
    before: morning,
    run: async (stage) => {
      const { page, say } = stage
      await settled(rows(stage), 6)
      const failed = row(stage, "[택배]")
      await failed.getByText("010-0000-0018").waitFor()
      await failed.getByText(say("실패", "Failed")).waitFor()
      await failed.getByText("3018", { exact: true }).waitFor()
      if (!/\d\d:\d\d:\d\d/.test(await failed.textContent() ?? "")) throw new Error("no time in a row")
      await row(stage, "493021").getByText(say("도착", "Delivered")).waitFor()
      const many = row(stage, "주말 장터")
      await many.getByText(say("외 3명", "+3")).waitFor()
      await many.getByText(say("실패 1", "failed 1")).waitFor()
      await many.getByText("LMS").first().waitFor({ state: "attached" })
      equal(await page.locator("#list").getAttribute("aria-rowcount"), "8", "rows with the head and the day")
      equal(
        await row(stage, "[병원]").evaluate((each) => getComputedStyle(each).wordBreak),
        "keep-all",
        "where Korean words break"
      )
      // A request of several is one row, which the keys unfold and fold.
      await first(stage)
      for (let i = 0; i < 10 && !(await selected(stage)).includes("주말 장터"); i++) await stage.key("ArrowDown")
      await stage.key("ArrowRight")
      await settled(rows(stage), 10)
      equal(await many.first().getAttribute("aria-expanded"), "true", "unfolded")
      await stage.key("ArrowDown", "ArrowLeft")
      await settled(rows(stage), 6)
      equal(await many.getAttribute("aria-expanded"), "false", "folded")
    }
  },

  "chips count, and narrow; each obeys the others": {
    before: morning,
    run: async (stage) => {
      const { page, say } = stage
      await settled(rows(stage), 6)
      const [all, waiting, delivered, failed, ad] = stage.view.language === "ko"
        ? ["전체", "대기", "도착", "실패", "광고"] as const
        : ["All", "Waiting", "Delivered", "Failed", "Ads"] as const
      const counts = async () => {
        const seen: Record<string, string> = {}
        for (const name of [all, waiting, delivered, failed, ad, "SMS", "LMS", "MMS"]) {
          seen[name] = await count(stage, name)
        }
        return Object.values(seen).join(" ")
      }
      equal(await counts(), "9 0 5 4 4 5 4 0", "counts")
      await stage.press(chip(stage, failed))
      await settled(rows(stage), 4)
      equal(await chip(stage, failed).getAttribute("aria-pressed"), "true", "pressed")
      equal(await counts(), "9 0 5 4 1 3 1 0", "counts of the failed")
      // A request holds what matches.
      await row(stage, "주말 장터").getByText("010-0000-0018").waitFor()
      await stage.press(chip(stage, "LMS"))
      await settled(rows(stage), 1)
      equal(await counts(), "4 0 3 1 1 3 1 0", "counts of the failed LMS")
      await stage.press(chip(stage, "LMS"))
      await settled(rows(stage), 4)
      // The codes of what failed, most of all first: each is a filter.
      const codes = page.locator("#strip").getByRole("button")
      equal(
        (await codes.allTextContents()).map((text) => text.slice(0, 4)),
        ["3018", "2003", "3022"],
        "codes"
      )
      await stage.press(codes.filter({ hasText: "3018" }))
      await settled(rows(stage), 2)
      await stage.press(codes.filter({ hasText: "3018" }))
      await settled(rows(stage), 4)
      await stage.press(chip(stage, all))
      await stage.press(chip(stage, ad))
      await settled(rows(stage), 1)
      await search(stage, "없는 말")
      const nothing = page.getByRole("heading", { name: say("맞는 메시지가 없습니다", "Nothing matches") })
      await nothing.waitFor()
      await page.getByText("“없는 말”").first().waitFor()
      await stage.press(page.getByRole("button", { name: say("검색과 조건 지우기", "Clear search and filters") }))
      await settled(rows(stage), 6)
      equal(await page.evaluate(() => document.activeElement?.id), "q", "focus after clearing")
    }
  },

  "the search finds numbers, texts, ids, codes and their meaning": {
    before: morning,
    run: async (stage) => {
      const { control, page, say } = stage
      await settled(rows(stage), 6)
      const [some] = await control<ReadonlyArray<{ readonly messageId: string; readonly requestId: string }>>(
        "GET",
        "/messages?to=01000000018&limit=1"
      )
      const finds: ReadonlyArray<readonly [string, number]> = [
        ["010-0000-0003", 1],
        ["01000000003", 1],
        ["0018", 2],
        ["주말 장터", 1],
        ["당첨", 1],
        [some!.requestId.slice(0, 22), 1],
        [some!.messageId.slice(0, 13), 1],
        ["2003", 1],
        [say("단말기 전원", "switched off"), 1],
        [say("switched off", "단말기 전원"), 1]
      ]
      for (const [text, n] of finds) {
        await search(stage, text)
        await settled(rows(stage), n).catch(async () => {
          throw new Error(`${text}: ${await rows(stage).count()} rows, not ${n}`)
        })
        await search(stage, "")
        await settled(rows(stage), 6)
      }
      await search(stage, say("전원", "switched"))
      // What the search meets of the meanings stands as codes to press.
      await page.locator("#strip").getByText("2003").waitFor()
      await stage.key("Escape")
      await settled(rows(stage), 6)
      equal(await page.locator("#q").inputValue(), "", "cleared by Esc")
    }
  },

  "details: the result and what to do, ids, JSON, curl, times, carrier": {
    before: morning,
    run: async (stage) => {
      const { page, phone, say } = stage
      await settled(rows(stage), 6)
      await search(stage, "[택배]")
      await settled(rows(stage), 1)
      await first(stage)
      await stage.key("Enter")
      const detail = page.locator("#detail")
      await detail.getByRole("heading", { name: "010-0000-0018" }).waitFor()
      await detail.getByText(say("발신번호를 확인하십시오", "Check the sender number")).waitFor()
      await detail.getByText(say("통신사", "Carrier")).waitFor()
      equal(await detail.getByText(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d KST$/).count(), 2, "times")
      await detail.getByText("[택배] 오늘 도착합니다.").first().waitFor()
      if (phone) {
        const { height, width } = (await detail.boundingBox())!
        equal([width, height], [375, 812], "details over the whole screen")
        equal(await page.evaluate(() => document.activeElement?.closest("#detail") !== null), true, "focus within them")
        equal(
          await page.locator("#list").evaluate((list) => list.closest("[inert]") !== null),
          true,
          "inert below them"
        )
      }
      const copyId = detail.getByRole("button", { name: say("메시지 ID 복사", "Copy Message id") })
      const id = await copied(page, () => stage.press(copyId))
      if (!/^[0-9a-f-]{36}$/.test(id)) throw new Error(`not an id: ${id}`)
      for (const name of ["JSON", "curl"]) await stage.press(detail.locator("summary", { hasText: name }))
      const json = detail.getByRole("group", { name: "JSON" }).first()
      equal(
        (JSON.parse(await json.textContent() ?? "") as {
          readonly messages: ReadonlyArray<{ readonly messageId: string }>
        })
          .messages.map(({ messageId }) => messageId),
        [id],
        "JSON"
      )
      // The line runs as pasted after the exports.
      const { exports } = await stage.control<{ readonly exports: string }>("GET", "/start")
      const curl = await detail.getByRole("group", { name: "curl" }).first().textContent() ?? ""
      equal((await paste(`${exports}\n${curl}`)).includes(id), true, "what the curl line prints")
      await stage.press(detail.getByRole("button", { name: say("3018 메시지만 보기", "Only messages with 3018") }))
      await settled(rows(stage), 2)
    }
  },

  "the phone shows what arrives: one-time password, cut text, what cannot go": {
    before: morning,
    run: async (stage) => {
      const { page, phone, say } = stage
      const detail = page.locator("#detail")
      const back = async () => {
        await stage.key("Escape")
        await detail.waitFor({ state: "hidden" })
        equal(await page.evaluate(() => document.activeElement?.id), "list", "focus after closing")
      }
      await settled(rows(stage), 6)
      const open = async (text: string) => {
        await search(stage, text)
        // The one row of the search before may still be there.
        await row(stage, text).waitFor()
        await settled(rows(stage), 1)
        await first(stage)
        await stage.key("Enter")
        await detail.getByRole("heading", { level: 2 }).first().waitFor()
      }
      await open("493021")
      await detail.getByText("493021", { exact: true }).first().waitFor()
      await detail.getByText(say("인증번호", "One-time password"), { exact: true }).waitFor()
      await back()
      equal(await copied(page, () => stage.key("y")), "493021", "copied by y")
      await page.locator("#say").getByText(say("복사했습니다.", "Copied.")).waitFor({ state: "attached" })
      await open("가가가")
      await detail.getByText(say("여기서 잘림", "cut here")).waitFor()
      await detail.getByText(say("100 / 90바이트, 10바이트 잘림", "100 / 90 bytes, 10 cut off")).waitFor()
      equal(await detail.locator(".meter .bar-good").count(), 0, "green pieces of the meter of what was cut")
      equal(await detail.locator(".cut").first().textContent(), "가".repeat(5), "what is struck out")
      await stage.shot("cut")
      await back()
      await open("당첨금")
      await detail.getByText(say("보낼 수 없는 글자 1개", "cannot be sent")).first().waitFor()
      await detail.getByText("U+1F389").first().waitFor()
      equal(await detail.locator(".bubble .nope").allTextContents(), ["🎉"], "marked")
      await stage.shot("undeliverable")
      if (phone) {
        await page.goBack()
        await detail.waitFor({ state: "hidden" })
        await rows(stage).first().waitFor()
      }
    }
  },

  "what arrives moves nothing away": {
    before: async (client) => {
      await client.control("POST", "/seed", { messages: 400, days: 3, failed: 0.1, seed: "arrive" })
    },
    run: async (stage) => {
      const { page, say, send } = stage
      await rows(stage).first().waitFor()
      await send({ content: "맨 위에 나타납니다" })
      await row(stage, "맨 위에 나타납니다").waitFor()
      await first(stage)
      for (let i = 0; i < 40; i++) await stage.key("j")
      const at = () => page.locator("#list").evaluate((list) => list.scrollTop)
      const before = { at: await at(), row: await selected(stage) }
      if (before.at === 0) throw new Error("the list did not scroll")
      await send({ content: "하나" })
      await send({ content: "둘" })
      const pill = page.locator("#fresh")
      await pill.getByText(say("새 메시지 2건", "2 new")).waitFor()
      equal(await selected(stage), before.row, "the selected row")
      const inSight = () =>
        page.evaluate(() => {
          const box = document.querySelector("#list [aria-selected=true]")?.getBoundingClientRect()
          const list = document.querySelector("#list")!.getBoundingClientRect()
          return box !== undefined && box.top >= list.top && box.bottom <= list.bottom + 1
        })
      equal(await inSight(), true, "the selected row is in sight")
      await stage.shot("pill")
      await stage.press(pill)
      await row(stage, "둘").waitFor()
      equal(await at(), 0, "scrolled to the top")
    }
  },

  "with details open, one goes on: searches, goes to the end, turns the screen": {
    before: async (client) => {
      await client.control("POST", "/seed", { messages: 3000, days: 30, failed: 0.1, seed: "details" })
    },
    run: async (stage) => {
      const { page, phone, say, view } = stage
      const title = page.locator("#detail-title")
      const behind = () => page.locator(".bar[inert], .top[inert]").count()
      await rows(stage).first().waitFor()
      await first(stage)
      await stage.key("Enter")
      await title.waitFor()
      equal(await behind(), phone ? 2 : 0, "what lies behind the details and cannot be reached")
      if (view.width > 720) {
        // A selected row may have to come first.
        for (let i = 0; i < 12; i++) await stage.key("PageDown")
        const number = page.locator("#list .selected .number")
        const numberOf = async (text: Promise<string | null>) => (await text)?.slice(0, 13)
        await soon(
          "the details are of what is selected",
          async () => await numberOf(title.textContent()) === await numberOf(number.textContent()),
          true
        )
        await page.setViewportSize({ width: 375, height: 812 })
        await page.locator(".bar[inert]").waitFor()
        equal(await title.evaluate((element) => element === document.activeElement), true, "the heading has the focus")
        await page.setViewportSize({ width: view.width, height: 800 })
      } else await page.setViewportSize({ width: 1280, height: 800 })
      await page.locator(".bar:not([inert])").waitFor()
      equal(await title.isVisible(), true, "the details are there on a screen that was turned")
      await page.locator("#q").focus()
      for (const key of "2003") await page.keyboard.press(key)
      await page.locator("#strip button", { hasText: "2003" }).waitFor()
      await title.waitFor({ state: "hidden" })
      equal(await page.locator("#q").inputValue(), "2003", "what was typed")
      equal(
        await page.locator("#q").evaluate((element) => element === document.activeElement),
        true,
        "it can be typed on"
      )
      await stage.key("Escape")
      await page.getByRole("tab", { name: say("메시지", "Messages") }).waitFor()
      await soon("all are there", () => count(stage, say("전체", "All")), "3,000")
      await first(stage)
      await stage.key("End")
      const list = page.locator("#list")
      const last = async () => `r${Number(await list.getAttribute("aria-rowcount")) - 2}`
      equal(await list.getAttribute("aria-activedescendant"), await last(), "the last row is selected")
      await stage.key("PageUp", "PageDown", "PageDown")
      equal(await list.getAttribute("aria-activedescendant"), await last(), "the last row again")
    }
  },

  "text is text": {
    before: async (client) => {
      for (
        const content of [
          "<script>window.hacked = 1</script>",
          "<img src=x onerror='window.hacked = 2'>",
          "</div><b>굵게</b>&amp;"
        ]
      ) await client.send({ type: "LMS", subject: content.slice(0, 30), content })
    },
    run: async (stage) => {
      const { page } = stage
      await settled(rows(stage), 3)
      for (const text of ["<script>", "<img", "&amp;"]) {
        await search(stage, text)
        await settled(rows(stage), 1)
        await row(stage, text).waitFor()
        await first(stage)
        await stage.key("Enter")
        await page.locator("#detail .bubble", { hasText: text }).waitFor()
        await stage.key("Escape")
      }
      equal(await page.evaluate(() => (window as { hacked?: number }).hacked ?? 0), 0, "scripts that ran")
      const made = await page.evaluate(() =>
        Array.from(document.querySelectorAll("main *")).filter((element) =>
          element.matches("script, [onerror]") || element.textContent === "굵게"
        ).length
      )
      equal(made, 0, "elements made of text")
    }
  },

  "language, shortcuts and a lost connection": {
    run: async (stage) => {
      const { context, page, say } = stage
      await page.locator("#live").getByText(say("실시간", "Live")).waitFor()
      // A key that composes a syllable is no shortcut.
      await page.evaluate(() =>
        document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "3", isComposing: true, bubbles: true }))
      )
      equal(await page.locator("[role=tab][aria-selected=true]").getAttribute("id"), "t-m", "tab while composing")
      await stage.key("?")
      const help = page.getByRole("dialog")
      await help.waitFor()
      const keys = help.getByRole("checkbox")
      await stage.reach(keys)
      await stage.key("Space", "Escape")
      await help.waitFor({ state: "hidden" })
      await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur())
      await stage.key("3")
      equal(await page.locator("[role=tab][aria-selected=true]").getAttribute("id"), "t-m", "tab without shortcuts")
      // Both are kept.
      await page.reload()
      await page.getByRole("tablist").waitFor()
      equal(await page.locator("html").getAttribute("lang"), stage.view.language, "language after a reload")
      await stage.key("3")
      equal(await page.locator("[role=tab][aria-selected=true]").getAttribute("id"), "t-m", "the same after a reload")
      // Tabs go by arrows all the same.
      await stage.reach(page.locator("#t-m"))
      await stage.key("ArrowRight")
      equal(await page.locator("[role=tab][aria-selected=true]").getAttribute("id"), "t-r", "tab by arrow")
      stage.watch.allow("ERR_INTERNET_DISCONNECTED")
      await context.setOffline(true)
      await page.locator("#live").getByText(say("끊김", "Lost")).waitFor()
      await stage.shot("lost")
      await context.setOffline(false)
      await page.locator("#live").getByText(say("실시간", "Live")).waitFor()
    }
  }
}
