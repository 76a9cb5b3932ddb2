// The rows of the list: a day, a request, a recipient.
import type * as Control from "./control.ts"
import { bar, type Content, h, icon } from "./dom.ts"
import { dayName, phone, time } from "./format.ts"
import { say } from "./language.ts"

/** What the row of a request or a recipient needs to know beside it. */
export interface Look {
  readonly place: number
  readonly top: number
  readonly selected: boolean
  readonly search: string
  readonly meaning: (code: string) => string
}

/** The text with what was searched for marked. */
export const marked = (text: string, search: string): Content => {
  const word = search.trim()
  const at = word.length < 2 ? -1 : text.toLowerCase().indexOf(word.toLowerCase())
  return at < 0
    ? text
    : [text.slice(0, at), h("mark", {}, text.slice(at, at + word.length)), text.slice(at + word.length)]
}

const stateOf = (state: Control.State, status: string, code: string | undefined): Content =>
  state === "delivered"
    ? [icon("ok"), say("도착", "Delivered")]
    : state === "failed"
    ? [icon("no"), say("실패", "Failed"), h("span", { class: "mono" }, code)]
    : [icon("wait"), status === "READY" ? say("대기", "Ready") : say("처리 중", "Sending")]

const tone = { delivered: "good", failed: "bad", waiting: "waiting" } as const

const cell = (name: string, ...children: ReadonlyArray<Content>): HTMLElement =>
  h("span", { role: "gridcell", class: name }, ...children)

const line = (
  look: Look,
  name: string,
  attributes: Record<string, string | undefined>,
  cells: ReadonlyArray<HTMLElement>
): HTMLElement => {
  const element = h("div", {
    class: `row ${name}${look.selected ? " selected" : ""}`,
    role: "row",
    id: `r${look.place}`,
    "aria-rowindex": look.place + 2,
    "data-place": look.place,
    ...attributes
  }, cells)
  element.style.transform = `translateY(${look.top}px)`
  return element
}

export const day = (day: string, today: string, look: Pick<Look, "place" | "top">): HTMLElement => {
  const element = h(
    "div",
    { class: "row day", role: "row", "aria-rowindex": look.place + 2 },
    h("span", { role: "gridcell", "aria-colspan": 6 }, dayName(day, today))
  )
  element.style.transform = `translateY(${look.top}px)`
  return element
}

/** What stands there until it has come. */
export const empty = (look: Look): HTMLElement =>
  line(look, "empty", { "aria-level": "1", "aria-selected": String(look.selected), "aria-busy": "true" }, [
    cell(""),
    cell("number", "…"),
    cell("text"),
    cell("type"),
    cell("state"),
    cell("time")
  ])

const mixed = (row: Control.Row): HTMLElement =>
  h(
    "span",
    { role: "gridcell", class: "mix" },
    bar([
      { kind: "good", share: row.delivered / row.matching },
      { kind: "bad", share: row.failed / row.matching },
      { kind: "none", share: row.waiting / row.matching }
    ]),
    row.failed > 0
      ? h("span", { class: "bad" }, `${say("실패", "failed")} ${row.failed}`)
      : row.waiting > 0
      ? h("span", { class: "waiting" }, `${say("대기", "waiting")} ${row.waiting}`)
      : h("span", { class: "good" }, say("모두 도착", "all"))
  )

/** A text whose mark of an advertisement, at its beginning, is told from the rest. */
const advertised = (text: string, search: string): Content =>
  text.startsWith("(광고)") ? [tag("(광고)"), marked(text.slice(4), search)] : marked(text, search)

const tag = (text: string): HTMLElement => h("em", {}, text)

/** A request: one number, or the first of several with how many more there are. */
export const request = (row: Control.Row, unfolded: boolean, isNew: boolean, look: Look): HTMLElement => {
  const { first, matching } = row
  const many = matching > 1
  const subject = first.subject ?? row.subject
  const text = first.text ?? row.text
  const isAd = row.contentType === "AD" && !`${subject ?? ""}${text}`.includes("(광고)")
  const state = many
    ? mixed(row)
    : cell(`state ${tone[first.state]}`, stateOf(first.state, first.status, first.code))
  if (!many && first.state === "failed" && first.code !== undefined) state.title = look.meaning(first.code)
  return line(look, isNew ? "new" : "", {
    "aria-level": "1",
    "aria-selected": String(look.selected),
    "aria-expanded": many ? String(unfolded) : undefined
  }, [
    cell(many ? "fold" : "", many && icon("fold")),
    cell(
      "number",
      marked(phone(first.to, row.countryCode), look.search),
      many && h("small", {}, say(` 외 ${matching - 1}명`, ` +${matching - 1}`)),
      row.type !== "SMS" && h("small", { class: "narrow" }, ` ${row.type}`)
    ),
    cell(
      "text",
      isAd && tag(say("(광고) ", "(AD) ")),
      subject !== undefined && [h("span", { class: "subject" }, advertised(subject, look.search)), " "],
      advertised(text, look.search)
    ),
    cell("type", row.type),
    state,
    cell("time", time(row.requestTime))
  ])
}

/** A recipient of a request that is unfolded. */
export const recipient = (row: Control.Row, one: Control.Recipient, look: Look): HTMLElement => {
  const state = cell(`state ${tone[one.state]}`, stateOf(one.state, one.status, one.code))
  const meaning = one.state === "failed" && one.code !== undefined ? look.meaning(one.code) : ""
  if (meaning !== "") state.title = meaning
  return line(look, "kid", { "aria-level": "2", "aria-selected": String(look.selected) }, [
    cell(""),
    cell("number", marked(phone(one.to, row.countryCode), look.search)),
    cell(
      "text dim",
      one.text === undefined
        ? [one.carrier, meaning].filter((part) => part !== undefined && part !== "").join(" · ")
        : marked(one.text, look.search)
    ),
    cell("type", row.type),
    state,
    cell("time", time(row.requestTime))
  ])
}
