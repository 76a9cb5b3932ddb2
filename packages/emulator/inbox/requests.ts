// The requests: what the ledger keeps, refused ones first, and why.
import type { App, Tab } from "./app.ts"
import { get } from "./control.ts"
import { type Content, fill, h } from "./dom.ts"
import { kindName } from "./faults.ts"
import { count, full, time } from "./format.ts"
import { say } from "./language.ts"
import { code, copyButton } from "./notice.ts"

/** A request that reached the emulator, as the ledger keeps it. */
interface Exchange {
  readonly index: number
  readonly at: string
  readonly method: string
  readonly target: string
  readonly traceId: string
  /** 0 where there was no answer. */
  readonly status: number
  readonly millis: number
  readonly verdict: "accepted" | "answered" | "refused" | "faulted"
  readonly requestId?: string
  readonly recipients?: number
  readonly faults?: ReadonlyArray<string>
  readonly late?: true
  readonly reasons: ReadonlyArray<
    { readonly en: string; readonly ko: string; readonly adviceEn?: string; readonly adviceKo?: string }
  >
  readonly signature?: Signature
}

interface ExchangeDetails extends Exchange {
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

interface Exchanges {
  /** What has to be sent along to get the pages of the same list. */
  readonly until: number
  readonly counts: { readonly all: number; readonly refused: number; readonly served: number }
  readonly total: number
  readonly items: ReadonlyArray<Exchange>
}

type Signature =
  | { readonly _tag: "HeadersMissing" | "UnknownAccessKey" }
  | { readonly _tag: "TimestampMalformed" | "TimestampRefused"; readonly timestamp: string }
  | {
    readonly _tag: "SignatureMismatch"
    readonly expectedToSign: string
    readonly expectedSignature: string
    readonly receivedSignature: string
    /** What was signed, where one of the usual mistakes explains what came. */
    readonly signedInstead?: string
  }

const pageSize = 50

type Side = "refused" | "served"

const sides: ReadonlyArray<Side> = ["refused", "served"]

// -----------------------------------------------------------------------------
// One request
// -----------------------------------------------------------------------------

/** How much two texts have in common at their beginnings, and at their ends. No character is cut in two. */
const common = (a: string, b: string): readonly [start: number, end: number] => {
  const least = Math.min(a.length, b.length)
  let start = 0
  while (start < least && a[start] === b[start]) start++
  if (start > 0 && /[\uD800-\uDBFF]/.test(a[start - 1] ?? "")) start--
  let end = 0
  while (end < least - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end++
  if (end > 0 && /[\uDC00-\uDFFF]/.test(a[a.length - end] ?? "")) end--
  return [start, end]
}

/** A text whose line feeds can be seen. */
const feeds = (text: string): Content =>
  text.split(/(\n)/).map((part) => part === "\n" ? [h("span", { class: "feed" }, "↵"), "\n"] : part)

/** A text with the piece framed that the other one does not share; where it has none, it says so. */
const framed = (text: string, [start, end]: readonly [number, number], tag: "ins" | "del", none: string): Content => {
  const piece = text.slice(start, text.length - end)
  return [
    feeds(text.slice(0, start)),
    h(tag, {}, piece === "" ? none : feeds(piece)),
    feeds(text.slice(text.length - end))
  ]
}

const block = (title: string, content: Content, copied?: string): HTMLElement =>
  h(
    "div",
    {},
    h("h3", {}, title, copied === undefined ? "" : copyButton(say("서명해야 할 글", "the text to sign"), copied)),
    h("pre", { tabindex: 0, role: "group", "aria-label": title }, content)
  )

const fact = (name: string, value: string, copied = false): HTMLElement =>
  h(
    "div",
    {},
    h("dt", {}, name),
    h("dd", {}, h("span", { class: copied ? "mono" : undefined }, value), copied && copyButton(name, value))
  )

/** What has to be signed and what was signed, side by side; the first alone, where nobody knows the second. */
const signed = (signature: Extract<Signature, { readonly _tag: "SignatureMismatch" }>): Content => {
  const { expectedSignature, expectedToSign, receivedSignature, signedInstead } = signature
  const title = say("서명해야 할 글", "What has to be signed")
  if (signedInstead === undefined) {
    return [
      block(title, feeds(expectedToSign), expectedToSign),
      h(
        "dl",
        { class: "facts" },
        fact(say("그 서명", "Its signature"), expectedSignature, true),
        fact(say("온 서명", "The one that came"), receivedSignature, true)
      )
    ]
  }
  const parts = common(expectedToSign, signedInstead)
  return h(
    "div",
    { class: "two" },
    block(title, framed(expectedToSign, parts, "ins", say("여기까지", "ends here")), expectedToSign),
    block(
      say("보낸 쪽이 서명한 글", "What the sender signed"),
      framed(signedInstead, parts, "del", say("빠짐", "left out"))
    )
  )
}

/** An instant of a header, where it is one. */
const instant = (timestamp: string): string => /^\d{1,14}$/.test(timestamp) ? full(Number(timestamp)) : timestamp

const sentence = (exchange: Exchange): string => {
  const { faults = [], late, reasons, recipients = 0, verdict } = exchange
  if (verdict === "refused") return reasons.map(({ en, ko }) => say(ko, en)).join(" · ")
  const fault = faults.map(kindName).join(", ")
  return [
    ...(fault === "" ? [] : [say(`장애: ${fault}`, `fault: ${fault}`)]),
    ...(verdict === "accepted"
      ? [say(`접수, ${count(recipients)}명`, `accepted, ${count(recipients)} recipient${recipients === 1 ? "" : "s"}`)]
      : verdict === "answered"
      ? [say("답함", "answered")]
      : []),
    ...(late === true ? [say("늦게 도착", "arrived late")] : [])
  ].join(" · ")
}

/** The body as it came, or on lines where it is JSON. */
const pretty = (body: string): string => {
  try {
    return JSON.stringify(JSON.parse(body), null, 2)
  } catch {
    return body
  }
}

const inside = (exchange: Exchange): Content => {
  const { at, index, method, reasons, requestId, signature, target, traceId } = exchange
  const advice = new Set(reasons.map(({ adviceEn, adviceKo }) => say(adviceKo, adviceEn) ?? ""))
  const timestamp = signature?._tag === "TimestampRefused" || signature?._tag === "TimestampMalformed"
    ? signature.timestamp
    : undefined
  const rest = h("div", { class: "rest" })
  // Headers and body are many bytes: asked for when somebody opens the entry.
  get<ExchangeDetails>(`/requests/${index}`).then(
    ({ body, headers }) =>
      fill(
        rest,
        body !== "" && [h("h3", {}, say("본문", "Body")), code(say("본문", "Body"), pretty(body))],
        h(
          "details",
          {},
          h("summary", {}, say("헤더", "Headers")),
          code(say("헤더", "Headers"), Object.entries(headers).map(([name, value]) => `${name}: ${value}`).join("\n"))
        )
      ),
    () => fill(rest, h("p", { class: "dim small" }, say("기록에서 이미 지워졌습니다.", "The ledger no longer has it.")))
  )
  return [
    Array.from(advice, (text) => text !== "" && h("p", {}, text)),
    h("p", { class: "mono" }, `${method} ${target}`),
    signature?._tag === "SignatureMismatch" && signed(signature),
    h(
      "dl",
      { class: "facts" },
      timestamp === undefined
        ? fact(say("시각", "Time"), full(at))
        : [
          fact(say("보낸 시각", "Timestamp sent"), instant(timestamp)),
          fact(say("에뮬레이터의 시각", "Emulator's clock"), full(at))
        ],
      requestId !== undefined && fact(say("요청 ID", "Request id"), requestId, true),
      fact(say("추적 ID", "Trace id"), traceId, true)
    ),
    rest
  ]
}

/** The part of a target that tells requests apart. */
const shortened = (target: string): string => target.replace(/^\/sms\/v2\/services\/[^/?]+/, "…")

const entry = (exchange: Exchange, open: boolean): HTMLDetailsElement => {
  const { at, faults = [], method, millis, status, target, verdict } = exchange
  const kind = verdict === "refused" ? "bad" : verdict === "faulted" || faults.length > 0 ? "waiting" : "good"
  const box = h("div", { class: "in" })
  const node = h(
    "details",
    { class: "entry", open },
    h(
      "summary",
      {},
      h("span", { class: "tm dim small" }, time(at)),
      h("b", { class: "mth small" }, method),
      h("span", { class: `status ${kind}` }, status === 0 ? "–" : status),
      h("span", { class: "path mono" }, shortened(target)),
      h("span", { class: `why small ${verdict === "refused" ? "" : "dim"}` }, sentence(exchange)),
      h("span", { class: "ms dim small" }, `${count(millis)} ms`)
    ),
    box
  )
  const show = (): void => {
    if (node.open && box.childElementCount === 0) fill(box, inside(exchange))
  }
  node.addEventListener("toggle", show)
  show()
  return node
}

// -----------------------------------------------------------------------------
// The lists
// -----------------------------------------------------------------------------

interface List {
  items: ReadonlyArray<Exchange>
  total: number
  until: number
  readonly nodes: Map<number, HTMLDetailsElement>
  readonly section: HTMLElement
  readonly box: HTMLElement
  readonly more: HTMLButtonElement
}

/** Puts nodes where they belong, and leaves alone those that are there already: what is open or has the focus stays so. */
export const arrange = (box: HTMLElement, nodes: ReadonlyArray<Element>): void => {
  const kept = new Set(nodes)
  for (const node of Array.from(box.children)) if (!kept.has(node)) node.remove()
  nodes.forEach((node, i) => {
    if (box.children[i] !== node) box.insertBefore(node, box.children[i] ?? null)
  })
}

export const make = (_app: App): Tab => {
  let shown: "all" | Side = "all"
  let counts: Exchanges["counts"] = { all: 0, refused: 0, served: 0 }
  // The first refused one is open, once.
  let wasOpened = false
  let turn = 0

  const list = (side: Side, title: string, hint: string): List => {
    const box = h("div", { class: "entries" })
    const more = h(
      "button",
      { type: "button", hidden: true, onclick: () => void further(side) },
      say("더 보기", "Show more")
    )
    const section = h(
      "section",
      { class: "side", "aria-label": title, hidden: true },
      h("div", { class: "sec" }, h("h2", {}, title), h("span", { class: "dim small" }, hint)),
      box,
      more
    )
    return { items: [], total: 0, until: 0, nodes: new Map(), section, box, more }
  }
  const lists: Readonly<Record<Side, List>> = {
    refused: list("refused", say("거절", "Refused"), say("펼치면 이유가 있습니다", "open one to see why")),
    served: list("served", say("나머지", "The others"), "")
  }
  const chips = h("div", { class: "chips", role: "group", "aria-label": say("조건", "Filters") })
  const none = h("p", { class: "void dim", hidden: true })

  const paint = (): void => {
    const names = { all: say("전체", "All"), refused: say("거절", "Refused"), served: say("접수·답함", "Served") }
    const had = chips.contains(document.activeElement)
    fill(
      chips,
      (["all", ...sides] as const).map((side) =>
        h(
          "button",
          {
            type: "button",
            "aria-pressed": String(shown === side),
            onclick: () => {
              shown = side
              paint()
            }
          },
          names[side],
          h("span", { class: "n" }, count(counts[side]))
        )
      )
    )
    if (had) chips.querySelector<HTMLElement>("[aria-pressed=true]")?.focus()
    for (const side of sides) {
      const { box, items, more, nodes, section, total } = lists[side]
      section.hidden = (shown !== "all" && shown !== side) || items.length === 0
      more.hidden = items.length >= total
      const kept = new Set(items.map(({ index }) => index))
      for (const index of nodes.keys()) if (!kept.has(index)) nodes.delete(index)
      arrange(
        box,
        items.map((exchange) => {
          const there = nodes.get(exchange.index)
          if (there !== undefined) return there
          const made = entry(exchange, side === "refused" && !wasOpened)
          if (side === "refused") wasOpened = true
          nodes.set(exchange.index, made)
          return made
        })
      )
    }
    none.hidden = counts[shown] > 0
    none.textContent = shown === "refused"
      ? say("거절된 요청이 없습니다.", "No request was refused.")
      : say("아직 요청이 없습니다.", "No requests yet.")
  }

  const load = async (side: Side): Promise<void> => {
    const own = lists[side]
    const got = await get<Exchanges>("/requests", { verdict: side, limit: pageSize })
    const top = own.items[0]?.index ?? -1
    const added = got.items.filter(({ index }) => index > top)
    // Where there may be others between these and those that are there, the list begins anew.
    own.items = added.length === got.items.length && added.length < got.total ? got.items : [...added, ...own.items]
    own.total = got.total
    own.until = got.until
    counts = got.counts
  }

  const reload = async (): Promise<void> => {
    const mine = ++turn
    await Promise.all(sides.map(load)).catch(() => undefined)
    if (mine === turn) paint()
  }

  const further = async (side: Side): Promise<void> => {
    const own = lists[side]
    const got = await get<Exchanges>("/requests", {
      verdict: side,
      limit: pageSize,
      offset: own.items.length,
      until: own.until
    })
    const known = new Set(own.items.map(({ index }) => index))
    const added = got.items.filter(({ index }) => !known.has(index))
    own.items = [...own.items, ...added]
    own.total = got.total
    paint()
    // Where the button has gone, the focus goes on to the first of what came.
    const [next] = added
    if (own.more.hidden && next !== undefined) own.nodes.get(next.index)?.querySelector("summary")?.focus()
  }

  return {
    element: h(
      "section",
      { class: "page scroll", tabindex: 0 },
      h(
        "div",
        { class: "wrap" },
        h(
          "div",
          { class: "lead" },
          chips,
          h(
            "span",
            { class: "dim small" },
            say("서명 없이 열리는 /__emulator 요청은 세지 않습니다.", "Requests to /__emulator are not counted.")
          )
        ),
        sides.map((side) => lists[side].section),
        none
      )
    ),
    show: () => void reload(),
    news: ({ changed, restarted }) => {
      if (restarted) {
        for (const side of sides) lists[side].items = []
        wasOpened = false
      }
      if (restarted || changed.includes("requests")) void reload()
    }
  }
}
