// The frame of the page: header, tabs, what is armed, and what each tab is told of what happens.
import { call, type News } from "./control.ts"
import * as Controls from "./controls.ts"
import { byId, fill, h, icon, type Shape, svg } from "./dom.ts"
import { armedText } from "./faults.ts"
import { count, shift, time } from "./format.ts"
import * as Keys from "./keys.ts"
import { change, current, say } from "./language.ts"
import * as Live from "./live.ts"
import * as Messages from "./messages.ts"
import { copy, placeOf, problem, toast } from "./notice.ts"
import * as Requests from "./requests.ts"
import * as Reservations from "./reservations.ts"

/** The tabs, by name. */
export type TabName = "messages" | "requests" | "reservations" | "controls"

/**
 * A tab of the page. Each is a module with `make(app)`, which is called anew when the language changes.
 */
export interface Tab {
  /** What stands in the tab's panel; it stays in the page, hidden, while another tab is shown. */
  readonly element: HTMLElement
  /** It is shown, or shown again: whatever changed meanwhile is to be asked for. */
  readonly show: () => void
  /** Another is shown. */
  readonly hide?: () => void
  /** Another takes its place in the page. */
  readonly close?: () => void
  /** Something happened at the emulator, while the tab is shown. `restarted`: nothing of before is there any more. */
  readonly news: (news: News) => void
  /** A key that no field has taken; whether it meant something here. */
  readonly key?: (event: KeyboardEvent) => boolean
}

/** What tabs share. */
export interface App {
  /** What the emulator said last, `undefined` before it has said anything. */
  readonly latest: () => News | undefined
  /** The emulator's time now, in milliseconds since 1970. */
  readonly now: () => number
  readonly go: (tab: TabName) => void
}

interface Frame {
  readonly tabs: Readonly<Record<TabName, Tab>>
  readonly news: (news: News) => void
  readonly close: () => void
}

const names: ReadonlyArray<TabName> = ["messages", "requests", "reservations", "controls"]

/** The ids of a tab and its panel end in the letter of the tab. */
const letters = { messages: "m", requests: "r", reservations: "v", controls: "c" } as const

const labels = (): Readonly<Record<TabName, string>> => ({
  messages: say("메시지", "Messages"),
  requests: say("요청", "Requests"),
  reservations: say("예약", "Reservations"),
  controls: say("제어", "Controls")
})

const mark = (): SVGSVGElement =>
  svg(
    "svg",
    { viewBox: "0 0 32 32", "aria-hidden": "true" },
    svg("path", { d: "M7 3h18a5 5 0 0 1 5 5v11a5 5 0 0 1-5 5H15l-8 6v-6a5 5 0 0 1-5-5V8a5 5 0 0 1 5-5z" })
  )

let shown: TabName = "messages"
let latest: News | undefined
/** How far the emulator's clock is ahead of this machine's, in milliseconds. */
let ahead = 0

const now = (): number => Date.now() + ahead

const header = (reload: () => void): HTMLElement => {
  const address = location.origin
  return h(
    "header",
    { class: "top" },
    h("h1", {}, mark(), say("SENS 에뮬레이터", "SENS emulator")),
    h("p", { id: "live", role: "status" }, h("i"), h("span", { id: "live-text" }, "")),
    h("span", { class: "grow" }),
    h("span", { class: "wide small dim", id: "clock" }),
    h(
      "button",
      {
        type: "button",
        class: "wide quiet mono",
        "aria-label": `${say("주소 복사", "Copy the address")} ${address}`,
        onclick: (event) => void copy(event.currentTarget as Element, address)
      },
      address,
      icon("copy")
    ),
    h("a", { class: "button quiet wide", href: "/docs" }, say("API 문서", "API docs")),
    h("button", {
      type: "button",
      lang: say("en", "ko"),
      onclick: () => {
        change(current() === "ko" ? "en" : "ko")
        reload()
        byId("language")?.focus()
      },
      id: "language"
    }, say("English", "한국어")),
    h("button", {
      type: "button",
      class: "wide",
      "aria-label": say("단축키", "Keyboard shortcuts"),
      onclick: Keys.help
    }, "?")
  )
}

const tabList = (): HTMLElement =>
  h(
    "nav",
    { "aria-label": "SENS" },
    h(
      "div",
      { class: "tabs", id: "tabs", role: "tablist", "aria-label": "SENS" },
      names.map((name) =>
        h(
          "button",
          {
            id: `t-${letters[name]}`,
            type: "button",
            role: "tab",
            "aria-controls": `p-${letters[name]}`,
            onclick: () => go(name, true)
          },
          icon(name as Shape),
          labels()[name],
          h("span", { class: `n ${name === "messages" ? "wide" : ""}`, id: `n-${letters[name]}` })
        )
      )
    )
  )

let frame: Frame | undefined

/** Shows a tab; from the keyboard, the focus goes to it. */
const go = (name: TabName, focus = false): void => {
  if (frame === undefined) return
  const before = shown
  shown = name
  for (const each of names) {
    const tab = byId(`t-${letters[each]}`)
    tab?.setAttribute("aria-selected", String(each === name))
    tab?.setAttribute("tabindex", each === name ? "0" : "-1")
    frame.tabs[each].element.hidden = each !== name
  }
  if (before !== name) frame.tabs[before].hide?.()
  frame.tabs[name].show()
  if (focus) byId(`t-${letters[name]}`)?.focus()
}

const armed = (): HTMLElement =>
  h(
    "div",
    { id: "armed", role: "region", "aria-label": say("걸린 장애", "Armed faults"), hidden: true },
    icon("fault"),
    h("span", { class: "grow" }, say("걸린 장애: ", "Armed: "), h("span", { id: "armed-text" })),
    h("button", {
      type: "button",
      class: "icon",
      onclick: (event) => {
        const at = placeOf(event.currentTarget as Element)
        call("DELETE", "/faults").then(
          () => toast(at, say("장애를 모두 지웠습니다.", "All faults are removed.")),
          (error: unknown) => toast(at, problem(error))
        )
      }
    }, say("지우기", "Clear"))
  )

/** What changes the next answer stands on every tab. */
const showArmed = (news: News): void => {
  const bar = byId("armed")
  const shownText = byId("armed-text")
  if (bar === null || shownText === null) return
  const text = armedText(news)
  // What has the focus must not go with the bar.
  if (text === "" && bar.contains(document.activeElement)) byId(`t-${letters[shown]}`)?.focus()
  bar.hidden = text === ""
  shownText.textContent = text
}

const showClock = (): void => {
  const clock = byId("clock")
  if (clock === null || latest === undefined) return
  const offset = shift(latest.clockOffsetMillis)
  clock.textContent = `${time(now())} KST${offset === "" ? "" : ` (${offset})`}`
  clock.classList.toggle("waiting", offset !== "")
  clock.classList.toggle("dim", offset === "")
}

const showCounts = ({ messages, refused, reservations }: News): void => {
  const put = (name: TabName, n: number, ...more: ReadonlyArray<Node>): void => {
    const place = byId(`n-${letters[name]}`)
    if (place !== null) fill(place, ...n === 0 && name !== "messages" ? [] : [count(n), ...more])
  }
  put("messages", messages)
  put("requests", refused, h("span", { class: "visually-hidden" }, say(" 거절", " refused")))
  byId("n-r")?.classList.toggle("alert", refused > 0)
  put("reservations", reservations)
}

/** Whether the emulator answers. */
const showLive = (state: Live.State): void => {
  const live = byId("live")
  const text = byId("live-text")
  if (live === null || text === null) return
  live.classList.toggle("lost", state._tag === "Lost")
  text.textContent = state._tag === "Lost"
    ? say(`끊김 · ${state.seconds}초 뒤`, `Lost · in ${state.seconds} s`)
    : state._tag === "Live"
    ? say("실시간", "Live")
    : say("연결하는 중", "Connecting")
}

const beat = (): void => {
  const live = byId("live")
  live?.classList.remove("beat")
  // Asked for its size, the browser begins the animation anew.
  void live?.offsetWidth
  live?.classList.add("beat")
}

const build = (): Frame => {
  document.documentElement.lang = current()
  document.title = say("받은 메시지 · SENS 에뮬레이터", "Inbox · SENS emulator")
  const app: App = { latest: () => latest, now, go: (tab) => go(tab, true) }
  const tabs: Readonly<Record<TabName, Tab>> = {
    messages: Messages.make(app),
    requests: Requests.make(app),
    reservations: Reservations.make(app),
    controls: Controls.make(app)
  }
  for (const name of names) {
    const { element } = tabs[name]
    element.id = `p-${letters[name]}`
    element.setAttribute("role", "tabpanel")
    element.setAttribute("aria-labelledby", `t-${letters[name]}`)
    element.hidden = true
  }
  document.body.replaceChildren(
    h("a", { class: "skip", href: "#main" }, say("본문으로 건너뛰기", "Skip to the content")),
    header(start),
    tabList(),
    armed(),
    h("main", { id: "main", tabindex: -1 }, names.map((name) => tabs[name].element)),
    h("p", { id: "say", class: "visually-hidden", role: "status" }),
    h("div", { id: "toast", "aria-hidden": "true", hidden: true }),
    h("dialog", { id: "help", "aria-labelledby": "help-title" })
  )
  return {
    tabs,
    news: (news) => tabs[shown].news(news),
    close: () => {
      for (const name of names) tabs[name].close?.()
    }
  }
}

const told = (news: News): void => {
  ahead = new Date(news.now).getTime() - Date.now()
  latest = news
  showArmed(news)
  showCounts(news)
  showClock()
  if (news.arrived > 0) beat()
  frame?.news(news)
}

/** Builds the page in the language of now, and shows the tab that was shown. */
const start = (): void => {
  frame?.close()
  frame = build()
  showLive(Live.state())
  if (latest !== undefined) {
    showArmed(latest)
    showCounts(latest)
    showClock()
  }
  go(shown)
}

export const run = (): void => {
  start()
  Live.run({ told, state: showLive })
  setInterval(showClock, 1000)
  Keys.listen({
    tab: (index) => {
      const name = names[index]
      if (name !== undefined) go(name, true)
    },
    step: (by) => {
      const name = names[(names.indexOf(shown) + by + names.length) % names.length]
      if (name !== undefined) go(name, true)
    },
    other: (event) => frame?.tabs[shown].key?.(event) ?? false
  })
}
