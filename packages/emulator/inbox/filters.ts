// What is looked for: a search, a state, kinds of message, a result code. The counts on the chips obey the others.
import type * as Control from "./control.ts"
import { byId, fill, h, icon } from "./dom.ts"
import { count } from "./format.ts"
import { current, say } from "./language.ts"

export interface Filters {
  search: string
  state: "all" | Control.State
  readonly types: Set<string>
  ad: boolean
  code: string
}

export const none = (): Filters => ({ search: "", state: "all", types: new Set(), ad: false, code: "" })

export const isNone = ({ ad, code, search, state, types }: Filters): boolean =>
  search.trim() === "" && state === "all" && types.size === 0 && !ad && code === ""

/** The filters as the control API takes them. */
export const query = ({ ad, code, search, state, types }: Filters): Control.Query => ({
  search: search.trim().slice(0, 200),
  state: state === "all" ? undefined : state,
  types: Array.from(types).join(","),
  ad: ad ? "true" : undefined,
  codes: code
})

export const stateName = (state: Filters["state"]): string =>
  ({
    all: say("전체", "All"),
    waiting: say("대기", "Waiting"),
    delivered: say("도착", "Delivered"),
    failed: say("실패", "Failed")
  })[state]

/** The filters in words, for a list that has nothing to show. */
export const words = (filters: Filters): string =>
  [
    filters.search.trim() === "" ? "" : `“${filters.search.trim()}”`,
    filters.state === "all" ? "" : stateName(filters.state),
    filters.code,
    filters.ad ? say("광고", "Ads") : "",
    ...filters.types
  ].filter((word) => word !== "").join(" · ")

const states = ["all", "waiting", "delivered", "failed"] as const
const types = ["SMS", "LMS", "MMS"] as const

/** A chip: pressed or not, with how many it would show. */
export const chip = (label: string, press: () => void): HTMLButtonElement =>
  h("button", { type: "button", "aria-pressed": "false", onclick: press }, label, h("span", { class: "n" }))

const put = (button: HTMLButtonElement | undefined, pressed: boolean, n: number): void => {
  button?.setAttribute("aria-pressed", String(pressed))
  const place = button?.querySelector(".n")
  if (place instanceof HTMLElement) place.textContent = count(n)
}

export interface Bar {
  readonly element: HTMLElement
  readonly strip: HTMLElement
  readonly input: HTMLInputElement
  /** Shows what is chosen, and how many there are. */
  readonly update: (inbox: Control.Inbox, codes: ReadonlyArray<Control.CodeMeaning>) => void
  /** Shows what is chosen. */
  readonly sync: () => void
  readonly choose: (code: string) => void
  readonly clear: () => void
}

/** The field and the chips; `changed` is called when something is chosen. */
export const make = (filters: Filters, changed: () => void): Bar => {
  const input = h("input", {
    id: "q",
    type: "search",
    autocomplete: "off",
    spellcheck: "false",
    "aria-label": say("메시지 검색", "Search messages"),
    "aria-keyshortcuts": "/",
    placeholder: say("번호, 내용, ID, 결과 코드나 그 뜻", "Number, text, id, code or meaning"),
    oninput: () => {
      filters.search = input.value
      sync()
      changed()
    }
  })
  input.value = filters.search
  const wipe = h("button", {
    type: "button",
    class: "icon",
    id: "q-clear",
    "aria-label": say("검색 지우기", "Clear the search"),
    onclick: () => {
      filters.search = ""
      sync()
      changed()
      input.focus()
    }
  }, icon("no"))
  const hint = h("kbd", { "aria-hidden": "true" }, "/")
  const stateChips = new Map(states.map((state) => [
    state,
    chip(stateName(state), () => {
      filters.state = state
      if (state !== "failed") filters.code = ""
      changed()
    })
  ]))
  const ads = chip(say("광고", "Ads"), () => {
    filters.ad = !filters.ad
    changed()
  })
  const typeChips = new Map(types.map((type) => [
    type,
    chip(type, () => {
      if (!filters.types.delete(type)) filters.types.add(type)
      changed()
    })
  ]))
  const strip = h("div", { id: "strip", role: "group", "aria-label": say("결과 코드", "Result codes"), hidden: true })
  const sync = (): void => {
    if (input.value !== filters.search) input.value = filters.search
    wipe.hidden = filters.search === ""
    hint.hidden = filters.search !== ""
  }
  const choose = (code: string): void => {
    filters.code = filters.code === code ? "" : code
    if (filters.code !== "") {
      filters.state = "failed"
      filters.search = ""
    }
    sync()
    changed()
  }
  const updateStrip = (inbox: Control.Inbox, codes: ReadonlyArray<Control.CodeMeaning>): void => {
    const counts = new Map(inbox.codes.map(({ code, count }) => [code, count]))
    const known = new Map(codes.map((code) => [code.code, code]))
    const word = filters.search.trim().toLowerCase()
    const met = filters.state === "failed" || filters.code !== ""
      ? Array.from(counts.keys())
      : word.length < 2
      ? []
      : codes.filter(({ code, meaning, meaningKo, success }) =>
        !success &&
        (code.toLowerCase().startsWith(word) || meaning.toLowerCase().includes(word) ||
          meaningKo.toLowerCase().includes(word))
      ).map(({ code }) => code)
    const focused = document.activeElement instanceof HTMLElement && strip.contains(document.activeElement)
      ? document.activeElement.dataset["code"]
      : undefined
    strip.hidden = met.length === 0
    fill(
      strip,
      h("span", { class: "dim", "aria-hidden": "true" }, say("결과 코드", "Result codes")),
      met.slice(0, 40).map((code) => {
        const of = known.get(code)
        const meaning = current() === "ko" ? of?.meaningKo : of?.meaning
        return h(
          "button",
          {
            type: "button",
            "data-code": code,
            "aria-pressed": String(filters.code === code),
            title: of === undefined ? undefined : `${meaning ?? ""}. ${current() === "ko" ? of.adviceKo : of.adviceEn}`,
            onclick: () => choose(code)
          },
          h("b", { class: "mono" }, code),
          h("span", { class: "m" }, meaning),
          h("span", { class: "n" }, count(counts.get(code) ?? 0))
        )
      })
    )
    if (focused !== undefined) strip.querySelector<HTMLElement>(`[data-code="${CSS.escape(focused)}"]`)?.focus()
  }
  sync()
  return {
    element: h(
      "div",
      { class: "bar" },
      h("div", { class: "search" }, icon("search"), input, hint, wipe),
      h(
        "div",
        { id: "chips", class: "chips", role: "group", "aria-label": say("조건", "Filters") },
        Array.from(stateChips.values()),
        h("span", { class: "separator" }),
        ads,
        Array.from(typeChips.values())
      )
    ),
    strip,
    input,
    sync,
    choose,
    clear: () => {
      Object.assign(filters, { search: "", state: "all", ad: false, code: "" })
      filters.types.clear()
      sync()
      changed()
    },
    update: (inbox, codes) => {
      sync()
      for (const state of states) put(stateChips.get(state), filters.state === state, inbox.states[state])
      put(ads, filters.ad, inbox.ad)
      for (const type of types) put(typeChips.get(type), filters.types.has(type), inbox.types[type])
      updateStrip(inbox, codes)
    }
  }
}

export const focusSearch = (): void => byId("q")?.focus()
