// The keyboard: what works everywhere, and the page that says so.
import { byId, fill, h, icon } from "./dom.ts"
import { kept, say } from "./language.ts"

let single = kept.get("keys") !== "off"

/** Whether keys of one character are shortcuts (WCAG 2.1.4: they can be turned off). */
export const areSingle = (): boolean => single

const rows = (): ReadonlyArray<readonly [ReadonlyArray<string>, string]> => [
  [["j", "k", "↑", "↓"], say("다음, 이전 메시지", "next, previous message")],
  [["Enter"], say("자세히", "details")],
  [["→", "←"], say("요청 펼치기, 접기", "unfold, fold a request")],
  [["y"], say("인증번호 복사", "copy the one-time password")],
  [["/"], say("검색", "search")],
  [["1", "2", "3", "4"], say("탭", "tabs")],
  [["Esc"], say("닫기, 검색 지우기", "close, clear the search")],
  [["?"], say("이 도움말", "this help")]
]

const dialog = (): HTMLDialogElement | undefined => {
  const found = byId("help")
  return found instanceof HTMLDialogElement ? found : undefined
}

/** Shows the page of shortcuts. */
export const help = (): void => {
  const page = dialog()
  if (page === undefined) return
  fill(
    page,
    h(
      "div",
      { class: "lead between" },
      h("h2", { id: "help-title" }, say("단축키", "Keyboard")),
      h(
        "button",
        { type: "button", class: "quiet", "aria-label": say("닫기", "Close"), onclick: () => page.close() },
        icon("no")
      )
    ),
    h(
      "dl",
      {},
      rows().map(([keys, does]) => [
        h("dt", {}, keys.map((key) => [h("kbd", {}, key), " "])),
        h("dd", {}, does)
      ])
    ),
    h(
      "label",
      { class: "check" },
      h("input", {
        type: "checkbox",
        checked: single,
        onchange: (event) => {
          single = event.currentTarget instanceof HTMLInputElement && event.currentTarget.checked
          kept.set("keys", single ? "on" : "off")
        }
      }),
      h("span", {}, say("글자 하나짜리 단축키 쓰기", "Use single-character shortcuts"))
    )
  )
  page.showModal()
}

/** Whether an element takes characters. */
export const isField = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && /^(?:INPUT|SELECT|TEXTAREA)$/.test(target.tagName)

/** What keys do, beside what a tab makes of them. */
export const listen = (actions: {
  readonly tab: (index: number) => void
  readonly step: (by: 1 | -1) => void
  readonly other: (event: KeyboardEvent) => boolean
}): void => {
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return
    if (dialog()?.open === true) return
    if (event.target instanceof HTMLElement && event.target.getAttribute("role") === "tab") {
      if (event.key === "ArrowRight" || event.key === "ArrowLeft") {
        event.preventDefault()
        actions.step(event.key === "ArrowRight" ? 1 : -1)
        return
      }
    }
    if (actions.other(event)) {
      event.preventDefault()
      return
    }
    if (!single || isField(event.target)) return
    if (event.key === "?") help()
    else if (/^[1-4]$/.test(event.key)) actions.tab(Number(event.key) - 1)
    else return
    event.preventDefault()
  })
}
