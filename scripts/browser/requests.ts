// @effect-diagnostics newPromise:off globalDate:off globalFetch:off globalTimers:off
// The requests: refused ones first, why, and what was signed in place of what has to be.
import { query, refusals } from "./past.ts"
import type { Client } from "./program.ts"
import { base } from "./program.ts"
import { copied, equal, type Feature, soon } from "./stage.ts"

const some = async (client: Client): Promise<void> => {
  await client.send()
  await client.call("GET", "/messages?requestId=x")
  await refusals(client)
  await client.send({ messages: [{ to: "01000000001" }, { to: "01000000002" }] })
}

export const requests: Readonly<Record<string, Feature>> = {
  "requests: refused ones first, why, and the two texts side by side": {
    before: some,
    run: async (stage) => {
      const { page, phone, say } = stage
      await page.locator("#t-r .n").filter({ hasText: /^6\b/ }).waitFor()
      const panel = await stage.tab("requests")
      const entries = panel.locator("details.entry")
      await entries.nth(8).waitFor()
      equal(await entries.count(), 9, "entries")
      equal(await panel.getByRole("heading", { level: 2 }).allTextContents(), [
        say("거절", "Refused"),
        say("나머지", "The others")
      ], "headings")
      equal(
        await entries.evaluateAll((all) => all.map((entry) => (entry as HTMLDetailsElement).open)),
        [true, ...Array.from({ length: 8 }, () => false)],
        "open at the beginning"
      )
      const [first] = await entries.all()
      await first!.locator("> summary").getByText("401").waitFor()
      await first!.locator("> summary").getByText(say("질의 문자열이 빠졌습니다", "query string was not signed"))
        .waitFor()
      const texts = first!.locator(".two pre")
      equal(await texts.count(), 2, "texts")
      const [wanted, signed] = [await texts.first().innerText(), await texts.nth(1).innerText()]
      const target = `GET ${base}/messages${query}↵`
      equal(wanted.split("\n")[0], target, "what has to be signed")
      equal(signed.split("\n")[0], `GET ${base}/messages${say("빠짐", "left out")}↵`, "what was signed")
      equal(await texts.first().locator("ins").allTextContents(), [query], "the piece that differs")
      equal(await texts.nth(1).locator("del").allTextContents(), [say("빠짐", "left out")], "its place")
      const [left, right] = [(await texts.first().boundingBox())!, (await texts.nth(1).boundingBox())!]
      equal(
        phone ? right.y >= left.y + left.height : right.y === left.y && right.x > left.x,
        true,
        "side by side, or below"
      )
      await stage.shot("signatures")
      const copy = first!.getByRole("button", { name: say("서명해야 할 글 복사", "Copy the text to sign") })
      equal(
        (await copied(page, () => stage.press(copy))).split("\n")[0],
        `GET ${base}/messages${query}`,
        "copied"
      )
      // A line feed at the end: the other side has nothing there.
      const second = entries.nth(1)
      await stage.press(second.locator("> summary"))
      await second.locator(".two").waitFor()
      equal(await second.locator(".two pre ins").allTextContents(), [say("여기까지", "ends here")], "the end")
      equal(await second.locator(".two pre del").allTextContents(), ["↵\n"], "the line feed")
      // What the others say.
      for (
        const [i, text] of [
          [2, say("7분 12초 늦습니다", "7 min 12 s behind")],
          [3, say("서명이 다릅니다", "The signature differs")],
          [4, "x-ncp-iam-access-key"],
          [5, /\bto\b/]
        ] as const
      ) await entries.nth(i).locator("> summary").getByText(text).waitFor()
      // The body of one that did not fit is there to look at.
      await stage.press(entries.nth(5).locator("> summary"))
      await entries.nth(5).getByText("1000001235").waitFor()
      await entries.nth(6).locator("> summary").getByText(say("접수, 2명", "accepted, 2 recipients")).waitFor()
      await stage.shot("requests-open")
    }
  },

  "requests: chips, and what comes while one reads": {
    before: some,
    run: async (stage) => {
      const { page, say, send } = stage
      const panel = await stage.tab("requests")
      const entries = panel.locator("details.entry")
      await entries.nth(8).waitFor()
      const shown = panel.locator("details.entry:visible")
      const chip = (name: string) => panel.getByRole("button", { name: new RegExp(`^${name}`) })
      const names = stage.view.language === "ko" ? ["전체", "거절", "접수·답함"] : ["All", "Refused", "Served"]
      equal(
        await Promise.all(names.map((name) => chip(name).locator(".n").textContent())),
        ["9", "6", "3"],
        "counts"
      )
      await stage.press(chip(names[2]!))
      await soon("entries", () => shown.count(), 3)
      await stage.press(shown.nth(1).locator("> summary"))
      const open = await shown.nth(1).locator("> summary").textContent()
      // One that comes stands before it; what is open stays open, and the focus stays where it is.
      await send({ messages: [{ to: "01000000007" }] })
      await soon("entries", () => shown.count(), 4)
      equal(
        await panel.locator("details.entry[open] > summary:visible").allTextContents(),
        [open],
        "open after one came"
      )
      equal(await page.evaluate(() => document.activeElement?.textContent), open, "focus after one came")
      await stage.press(chip(names[1]!))
      await soon("entries", () => shown.count(), 6)
      // A further one refused counts on the tab, on any of them.
      await stage.tab("controls")
      await stage.call("GET", "/messages", undefined, { toSign: (text) => `${text}\n` })
      await page.locator("#t-r .n").filter({ hasText: /^7\b/ }).waitFor()
      await page.locator("#t-r").getByText(say("거절", "refused")).waitFor({ state: "attached" })
    }
  },

  "requests: more than a page of them": {
    before: async ({ call }) => {
      for (let i = 0; i < 120; i++) {
        await call("GET", `/messages?requestId=${i}`, undefined, { toSign: (text) => `${text} ` })
      }
    },
    run: async (stage) => {
      const { page, say } = stage
      await page.locator("#t-r .n").filter({ hasText: /^120\b/ }).waitFor()
      const panel = await stage.tab("requests")
      const entries = panel.locator("details.entry")
      await entries.first().waitFor()
      for (let n = await entries.count(); n < 120; n = await entries.count()) {
        await stage.press(panel.getByRole("button", { name: say("더 보기", "Show more") }))
        await page.waitForFunction((n) => document.querySelectorAll("details.entry").length > n, n)
      }
      await entries.last().getByText("requestId=0").first().waitFor()
      equal(await panel.getByRole("button", { name: say("더 보기", "Show more") }).count(), 0, "more, at the end")
    }
  }
}
