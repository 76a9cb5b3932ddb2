// @effect-diagnostics newPromise:off globalDate:off globalFetch:off globalTimers:off
// The controls: faults, outcomes, clock, block list, seed, reset.
import { equal, type Feature, soon, type Stage } from "./stage.ts"

interface Faults {
  readonly pending: ReadonlyArray<{
    readonly operation: string
    readonly count: number | null
    readonly fault: { readonly _tag: string }
  }>
}

const pending = async ({ control }: Stage): Promise<ReadonlyArray<string>> =>
  (await control<Faults>("GET", "/faults")).pending.map(({ count, fault, operation }) =>
    `${operation} ${count} ${fault._tag}`
  )

const kinds = [
  "TooManyRequests",
  "ServerError",
  "Redirect",
  "SaysFailed",
  "Unreadable",
  "Flood",
  "ClockSkew",
  "EmptyNotFound",
  "Refused",
  "Reset",
  "Silence",
  "AcceptedLater",
  "Slow",
  "WrongDate",
  "NoDate"
]

const operations = [
  "send",
  "search",
  "result",
  "upload",
  "reservationStatus",
  "reservationCancel",
  "unsubscribesSearch",
  "unsubscribesRegister",
  "unsubscribesRemove",
  "any"
]

export const controls: Readonly<Record<string, Feature>> = {
  "controls: a fault is armed by one press, shows on every tab, and does what it says": {
    run: async (stage) => {
      const { call, control, page, say, send } = stage
      const panel = await stage.tab("controls")
      const operation = panel.getByRole("combobox", { name: say("작업", "Operation") })
      // Beside one another where there is room, and below one another on a phone.
      const places = await Promise.all(
        [say("장애", "Faults"), say("결과 정하기", "Outcomes"), say("시계", "Clock")].map(async (name) => {
          const { x, y } = (await panel.getByRole("region", { name, exact: true }).boundingBox())!
          return { x, y }
        })
      )
      const different = (by: "x" | "y") => new Set(places.map((place) => place[by])).size
      equal([different("x"), different("y")], stage.phone ? [1, 3] : [3, 1], "columns and rows of cards")
      equal(
        await operation.locator("option").evaluateAll((all) => all.map((one) => (one as HTMLOptionElement).value)),
        operations,
        "operations"
      )
      await stage.reach(operation)
      await stage.key("ArrowDown")
      equal(await operation.inputValue(), "search", "operation by key")
      await stage.fill(panel.getByRole("spinbutton", { name: say("횟수", "Times") }), "2")
      await stage.press(panel.getByRole("button", { name: say("접수 전 503", "503 before"), exact: true }))
      await soon("faults that wait", () => pending(stage), ["search 2 ServerError"])
      await page.locator("#say").getByText(say("걸었습니다: search × 2", "Armed: search × 2")).waitFor({
        state: "attached"
      })
      for (const name of ["messages", "requests", "reservations", "controls"] as const) {
        await stage.tab(name)
        await page.locator("#armed").getByText("search × 2").waitFor()
      }
      equal((await call("GET", "/messages?requestId=x")).status, 503, "status")
      await page.locator("#armed").getByText("search × 1").waitFor()
      await panel.getByRole("list", { name: say("걸린 장애", "Armed") }).getByText("search × 1").waitFor()
      equal((await call("GET", "/messages?requestId=x")).status, 503, "status")
      await page.locator("#armed").waitFor({ state: "hidden" })
      equal((await call("GET", "/messages?requestId=x")).status < 500, true, "served again")
      // Two, of which one is removed; and all, from another tab.
      await stage.fill(panel.getByRole("spinbutton", { name: say("횟수", "Times") }), "1")
      await stage.press(panel.getByRole("button", { name: say("Date 없음", "No Date"), exact: true }))
      await stage.press(panel.getByRole("button", { name: say("연결 거부", "Connection refused"), exact: true }))
      await soon("faults that wait", () => pending(stage), ["search 1 NoDate", "search 1 Refused"])
      await stage.press(panel.getByRole("button", { name: new RegExp(`^${say("지우기: ", "Remove: ")}.*Date`) }))
      await soon("faults that wait", () => pending(stage), ["search 1 Refused"])
      if (!await page.evaluate(() => document.activeElement?.closest("#p-c") !== null)) {
        throw new Error("the focus is lost")
      }
      await stage.tab("requests")
      await stage.press(page.locator("#armed").getByRole("button", { name: say("지우기", "Clear") }))
      await soon("faults that wait", () => pending(stage), [])
      await page.locator("#armed").waitFor({ state: "hidden" })
      equal(await page.evaluate(() => document.activeElement?.id), "t-r", "focus after the bar has gone")
      // For ever, until it is removed; armed by another program, it shows here as well.
      await control("POST", "/faults", {
        operation: "any",
        count: null,
        fault: { _tag: "ServerError", status: 504, accepted: true }
      })
      await page.locator("#armed").getByText(say("접수 후 504", "504 after")).waitFor()
      await control("DELETE", "/faults")
      await page.locator("#armed").waitFor({ state: "hidden" })
      equal((await send()).requestId !== "", true, "sends again")
    }
  },

  "controls: every kind of fault can be armed": {
    run: async (stage) => {
      const { page } = stage
      const panel = await stage.tab("controls")
      const buttons = panel.locator("button[data-fault]")
      await buttons.first().waitFor()
      await stage.reach(buttons.first())
      const names: Array<string> = []
      for (let i = await buttons.count(); i > 0; i--) {
        names.push((await page.evaluate(() => document.activeElement?.textContent)) ?? "")
        await stage.key("Enter", "Tab")
      }
      equal(new Set(names).size, names.length, "names told apart")
      await soon("how many wait", async () => (await pending(stage)).length, names.length)
      const armed = new Set((await pending(stage)).map((text) => text.split(" ")[2]))
      equal(kinds.filter((kind) => !armed.has(kind)), [], "kinds without a button")
      // What waits bears the name of the button.
      const listed = panel.getByRole("list", { name: stage.say("걸린 장애", "Armed") }).getByRole("listitem")
      // The bar on every tab names some, and does not take the screen.
      const bar = (await page.locator("#armed").boundingBox())!
      if (bar.height > 120) throw new Error(`the bar of what is armed is ${bar.height} px high`)
      await page.locator("#armed").getByText(stage.say(`외 ${names.length - 3}건`, `and ${names.length - 3} more`))
        .waitFor()
      await soon(
        "names of what waits",
        async () => (await listed.allTextContents()).map((text) => text.replace(/^.*?: /, "")),
        names
      )
      await stage.control("DELETE", "/faults")
    }
  },

  "controls: outcomes by number and by text, codes by search": {
    run: async (stage) => {
      const { control, page, say, send } = stage
      const panel = await stage.tab("controls")
      const codes = panel.getByRole("combobox", { name: say("결과 코드", "Result code") })
      const value = panel.getByRole("textbox", { name: say("값", "Value") })
      const set = panel.getByRole("button", { name: say("결과 정하기", "Set the outcome") })
      const outcomes = () => control("GET", "/outcomes")
      await stage.fill(value, "010-0000-0009")
      // By its meaning, in either language.
      await stage.fill(codes, say("전원", "switched off"))
      const option = page.getByRole("option", { name: /2003/ })
      await option.waitFor()
      const within = async () => {
        const { height, y } = (await option.boundingBox())!
        const end = (await page.locator("main").boundingBox())!
        return y > 0 && y + height <= end.y + end.height
      }
      await soon("the code that was found is on the screen", within, true)
      await stage.key("ArrowDown", "Enter")
      equal((await codes.inputValue()).startsWith("2003 "), true, "the code that was chosen")
      await stage.press(set)
      await soon("outcomes", outcomes, { byNumber: [{ recipient: "01000000009", code: "2003" }], byContent: [] })
      const list = panel.getByRole("list", { name: say("정한 결과", "Outcomes set") })
      await list.getByText("010-0000-0009").waitFor()
      // By text, and the code as it is.
      await stage.reach(panel.getByRole("combobox", { name: say("기준", "By") }))
      await stage.key("ArrowDown")
      await stage.fill(value, "당첨")
      await stage.fill(codes, "3022")
      await stage.key("Enter")
      await soon("outcomes", outcomes, {
        byNumber: [{ recipient: "01000000009", code: "2003" }],
        byContent: [{ includes: "당첨", code: "3022" }]
      })
      await send({ messages: [{ to: "01000000009" }] })
      await send({ content: "당첨입니다" })
      await stage.tab("messages")
      for (const code of ["2003", "3022"]) {
        await page.locator("#list").getByText(code, { exact: true }).waitFor()
      }
      await stage.tab("controls")
      await stage.press(list.getByRole("button", { name: /0009/ }))
      await stage.press(list.getByRole("button", { name: /당첨/ }))
      await soon("outcomes", outcomes, { byNumber: [], byContent: [] })
      // What is no code is told at the field.
      await stage.fill(value, "010-0000-0009")
      await stage.fill(codes, say("없는 뜻 같은 것", "no such meaning"))
      await page.getByText(say("맞는 코드가 없습니다.", "No code matches.")).waitFor()
      await stage.key("Escape")
      await stage.press(set)
      equal(await codes.evaluate((input) => (input as HTMLInputElement).validity.valid), false, "validity")
      equal(await outcomes(), { byNumber: [], byContent: [] }, "outcomes")
    }
  },

  "controls: clock, block list, a past, and reset": {
    run: async (stage) => {
      const { control, page, say, send } = stage
      const panel = await stage.tab("controls")
      const offset = async () =>
        (await control<{ readonly clockOffsetMillis: number }>("GET", "/news")).clockOffsetMillis
      await stage.press(panel.getByRole("button", { name: say("+6분", "+6 min") }))
      await soon("offset", offset, 360_000)
      if (!stage.phone) await page.locator("#clock").getByText(say("+6분", "+6 min")).waitFor()
      await stage.press(panel.getByRole("button", { name: say("+1시간", "+1 h") }))
      await soon("offset", offset, 3_960_000)
      await stage.press(panel.getByRole("button", { name: say("−6분", "−6 min") }))
      await soon("offset", offset, 3_600_000)
      await stage.press(panel.getByRole("button", { name: say("실제 시각", "Real time") }))
      await soon("offset", offset, 0)
      // Pressed twice without a pause it moves twice.
      await stage.reach(panel.getByRole("button", { name: say("+6분", "+6 min") }))
      await stage.key("Enter", "Enter")
      await soon("offset", offset, 720_000)
      await stage.press(panel.getByRole("button", { name: say("실제 시각", "Real time") }))
      await soon("offset", offset, 0)

      const blocked = panel.getByRole("textbox", { name: say("번호", "Number"), exact: true })
      await stage.fill(blocked, "010-0000-1111")
      await stage.key("Enter")
      const list = panel.getByRole("list", { name: say("수신 거부", "Block list") })
      await list.getByText("010-0000-1111").waitFor()
      equal(await blocked.inputValue(), "", "the field is free again")
      await stage.press(list.getByRole("button", { name: /1111/ }))
      await list.getByText("010-0000-1111").waitFor({ state: "detached" })

      await stage.fill(panel.getByRole("spinbutton", { name: say("메시지", "Messages") }), "1200")
      await stage.fill(panel.getByRole("spinbutton", { name: say("며칠 동안", "Days") }), "30")
      await stage.fill(panel.getByRole("spinbutton", { name: say("실패 (%)", "Failed (%)") }), "20")
      await stage.press(panel.getByRole("button", { name: say("만들기", "Make them") }))
      await page.locator("#say").getByText(say("1,200건을 만들었습니다", "1,200 messages made")).waitFor({
        state: "attached"
      })
      const { total } = await control<{ readonly total: number }>("GET", "/inbox?limit=0")
      equal(total, 1200, "messages")

      await send()
      await page.locator("#t-m .n").filter({ hasText: /^1,201/ }).waitFor({ state: "attached" })
      await stage.press(panel.getByRole("button", { name: say("모두 초기화…", "Reset everything…") }))
      const yes = panel.getByRole("button", { name: say("메시지 1,201건 지우기", "Remove 1,201 messages") })
      await yes.waitFor()
      await stage.key("Escape")
      await panel.getByRole("button", { name: say("모두 초기화…", "Reset everything…") }).waitFor()
      equal((await control<{ readonly total: number }>("GET", "/inbox?limit=0")).total, 1201, "messages after Esc")
      await stage.key("Enter")
      await yes.waitFor()
      await stage.key("Enter")
      await page.locator("#say").getByText(say("초기화했습니다.", "Everything is reset.")).waitFor({
        state: "attached"
      })
      await soon("messages", async () => (await control<{ readonly total: number }>("GET", "/inbox?limit=0")).total, 0)
      await stage.tab("messages")
      await page.getByRole("heading", { name: say("아직 메시지가 없습니다", "No messages yet") }).waitFor()
    }
  }
}
