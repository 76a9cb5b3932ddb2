// The list of messages: all of them, of which only what is on the screen stands in the page and is asked for.
import { type CodeMeaning, get, type Inbox, type Query, type Recipient, type Row, type Rows } from "./control.ts"
import { h } from "./dom.ts"
import { day as dayOf } from "./format.ts"
import { current, say } from "./language.ts"
import * as Layout from "./layout.ts"
import * as RowsView from "./rows.ts"

/** What a place of the list holds, when it has come. */
export interface Chosen {
  readonly row: Row
  /** One of its recipients; absent where it is the request as a whole. */
  readonly recipient?: Recipient
}

interface Place {
  readonly row: number
  readonly kid?: number | undefined
}

export interface List {
  readonly pane: HTMLElement
  readonly element: HTMLElement
  /** Shows another inbox. With `keep`, what was selected, unfolded and looked at stays. */
  readonly load: (inbox: Inbox, query: Query, options: { readonly keep: boolean }) => void
  /** The same messages may be in another state: asks again for those on the screen. */
  readonly refresh: (inbox: Inbox) => void
  readonly isAtTop: () => boolean
  readonly toTop: () => void
  readonly selected: () => Chosen | undefined
  readonly move: (by: number) => void
  readonly first: () => void
  readonly last: () => void
  readonly fold: (unfolded?: boolean) => void
  readonly paint: () => void
  readonly codes: (codes: ReadonlyArray<CodeMeaning>) => void
}

const pageSize = 100

// A browser makes nothing higher than some ten million pixels.
const highest = 8_000_000

/** `open` is called for what is pressed, `moved` when another is selected. */
export const make = (on: {
  readonly open: (chosen: Chosen) => void
  readonly moved: (chosen: Chosen | undefined) => void
  readonly today: () => string
  readonly scrolled: () => void
}): List => {
  let layout = Layout.make([], new Map(), 36)
  let inbox: Inbox | undefined
  let query: Query = {}
  let pages = new Map<number, ReadonlyArray<Row>>()
  let fresh = new Set<number>()
  let asked = new Set<number>()
  // By request: its place, and its recipients where they have come.
  let unfolded = new Map<string, { row: number; length: number; kids?: ReadonlyArray<Recipient> }>()
  let place: Place | undefined
  // Something is selected that has yet to come.
  let isAwaited = false
  let arrived = 0
  let meanings = new Map<string, string>()
  let generation = 0

  const rows = h("div", { class: "rows", role: "rowgroup" })
  const head = h(
    "div",
    { role: "rowgroup" },
    h(
      "div",
      { class: "columns", role: "row", "aria-rowindex": 1 },
      [
        say("펼침", "Fold"),
        say("받는 번호", "To"),
        say("내용", "Text"),
        say("종류", "Type"),
        say("상태", "State"),
        say("접수 (KST)", "KST")
      ].map((name, i) =>
        h("span", { role: "columnheader" }, i === 0 ? h("span", { class: "visually-hidden" }, name) : name)
      )
    )
  )
  const element = h(
    "div",
    {
      id: "list",
      class: "scroll",
      role: "treegrid",
      tabindex: 0,
      "aria-label": say("메시지", "Messages"),
      "aria-colcount": 6,
      "aria-readonly": "true",
      onscroll: () => {
        on.scrolled()
        requestAnimationFrame(paint)
      },
      onclick: (event) => {
        const line = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-place]") : null
        const item = line === null ? undefined : layout.item(Number(line.dataset["place"]))
        if (item === undefined || item.kind === "day") return
        place = item.kind === "kid" ? { row: item.row, kid: item.kid } : { row: item.row }
        if (event.target instanceof Element && event.target.closest(".fold") !== null) fold()
        else {
          const chosen = selected()
          if (chosen !== undefined) on.open(chosen)
        }
        paint()
      }
    },
    head,
    rows
  )

  const rowAt = (index: number): Row | undefined => pages.get(Math.floor(index / pageSize))?.[index % pageSize]

  const at = ({ kid, row: index }: Place): Chosen | undefined => {
    const row = rowAt(index)
    if (row === undefined) return undefined
    if (kid === undefined) return { row }
    const recipient = unfolded.get(row.requestId)?.kids?.[kid]
    return recipient === undefined ? undefined : { row, recipient }
  }

  const selected = (): Chosen | undefined => place === undefined ? undefined : at(place)

  const rowHeight = (): number =>
    Number.parseInt(getComputedStyle(document.documentElement).getPropertyValue("--row"), 10) || 36

  const arrange = (): void => {
    layout = Layout.make(
      inbox?.days ?? [],
      new Map(Array.from(unfolded.values(), ({ length, row }) => [row, length])),
      rowHeight()
    )
    element.setAttribute("aria-rowcount", String(layout.length + 1))
    rows.style.height = `${Math.min(layout.height, highest)}px`
  }

  // Where there are more pixels than a browser can scroll, each of its pixels is several.
  const viewed = () => {
    const above = rows.offsetTop
    const height = Math.max(0, element.clientHeight - above)
    const scroll = Math.max(0, element.scrollTop)
    const spare = Math.min(layout.height, highest) - height
    const from = layout.height <= highest || spare <= 0 ? scroll : scroll / spare * (layout.height - height)
    return { from, to: from + height, shift: scroll - from }
  }

  const scrollTo = (y: number): void => {
    const { from, to } = viewed()
    const height = to - from
    const spare = Math.min(layout.height, highest) - height
    element.scrollTop = layout.height <= highest ? y : y / (layout.height - height) * spare
  }

  const meaning = (code: string): string => meanings.get(code) ?? ""

  /** Tells what was selected before it had come. */
  const tellMoved = (): void => {
    const chosen = isAwaited ? selected() : undefined
    if (chosen === undefined) return
    isAwaited = false
    on.moved(chosen)
  }

  const ask = (page: number): void => {
    if (asked.has(page) || inbox === undefined) return
    asked.add(page)
    const now = generation
    get<Rows>("/inbox/requests", { ...query, snapshot: inbox.snapshot, offset: page * pageSize, limit: pageSize }).then(
      (answer) => {
        if (now !== generation || answer.snapshot !== inbox?.snapshot) return
        pages.set(page, answer.items)
        fresh.add(page)
        paint()
        tellMoved()
      },
      // It is asked for again when it is next on the screen.
      () => asked.delete(page)
    )
  }

  const askKids = (row: Row): void => {
    const now = generation
    const path = `/inbox/requests/${encodeURIComponent(row.requestId)}/messages`
    get<{ readonly items: ReadonlyArray<Recipient> }>(path, { ...query, snapshot: inbox?.snapshot, limit: 100 }).then(
      ({ items }) => {
        const open = unfolded.get(row.requestId)
        if (now !== generation || open === undefined) return
        open.kids = items
        if (items.length !== open.length) {
          open.length = items.length
          arrange()
        }
        paint()
        tellMoved()
      },
      () => {}
    )
  }

  // By place: what a line shows, and the line. One that shows the same stays the same element, or a press that began on it would end
  // on another.
  let lines = new Map<number, { readonly shows: string; readonly line: HTMLElement }>()

  const draw = (index: number, shift: number): { readonly shows: string; readonly line: HTMLElement } | undefined => {
    const item = layout.item(index)
    if (item === undefined) return undefined
    const top = layout.top(index) + shift
    const drawn = (shows: ReadonlyArray<unknown>, make: () => HTMLElement) => {
      const known = lines.get(index)
      const key = JSON.stringify(shows)
      return known?.shows === key ? known : { shows: key, line: make() }
    }
    if (item.kind === "day") {
      const today = on.today()
      return drawn([item.day, today, top], () => RowsView.day(item.day, today, { place: index, top }))
    }
    const kid = item.kind === "kid" ? item.kid : undefined
    const look: RowsView.Look = {
      place: index,
      top,
      selected: place?.row === item.row && place.kid === kid,
      search: String(query["search"] ?? ""),
      meaning
    }
    const page = Math.floor(item.row / pageSize)
    if (!fresh.has(page)) ask(page)
    const row = rowAt(item.row)
    const common = [top, look.selected, look.search, meanings.size]
    if (row === undefined) return drawn(common, () => RowsView.empty(look))
    const open = unfolded.get(row.requestId)
    if (kid === undefined) {
      const [isOpen, isNew] = [open !== undefined, item.row < arrived]
      return drawn([...common, row, isOpen, isNew], () => RowsView.request(row, isOpen, isNew, look))
    }
    const one = open?.kids?.[kid]
    return one === undefined
      ? drawn(common, () => RowsView.empty(look))
      : drawn([...common, one, row.requestTime], () => RowsView.recipient(row, one, look))
  }

  const paint = (): void => {
    if (element.clientHeight === 0) return
    const { from, shift, to } = viewed()
    const [first, last] = [Math.max(0, layout.placeAt(from) - 6), Math.min(layout.length, layout.placeAt(to) + 7)]
    const next = new Map<number, { readonly shows: string; readonly line: HTMLElement }>()
    for (let index = first; index < last; index++) {
      const line = draw(index, shift)
      if (line !== undefined) next.set(index, line)
    }
    lines = next
    const elements = Array.from(next.values(), ({ line }) => line)
    const staying = new Set<Element>(elements)
    for (const element of Array.from(rows.children)) if (!staying.has(element)) element.remove()
    elements.forEach((element, i) => {
      if (rows.children[i] !== element) rows.insertBefore(element, rows.children[i] ?? null)
    })
    const active = place === undefined ? -1 : layout.placeOf(place.row, place.kid)
    if (active >= first && active < last) element.setAttribute("aria-activedescendant", `r${active}`)
    else element.removeAttribute("aria-activedescendant")
  }

  const reveal = (): void => {
    if (place === undefined) return
    const index = layout.placeOf(place.row, place.kid)
    const { from, to } = viewed()
    const [top, bottom] = [layout.top(index), layout.top(index + 1)]
    if (top < from) scrollTo(top)
    else if (bottom > to) scrollTo(bottom - (to - from))
  }

  const select = (index: number): void => {
    const item = layout.item(index)
    if (item === undefined || item.kind === "day") return
    place = item.kind === "kid" ? { row: item.row, kid: item.kid } : { row: item.row }
    reveal()
    paint()
    on.moved(selected())
    isAwaited = selected() === undefined
  }

  /** Selects the item at a place, the first or last where there are not so many; where a day stands, the next one beyond it. */
  const goTo = (place: number, step: 1 | -1): void => {
    let index = Math.min(Math.max(place, 0), layout.length - 1)
    if (layout.item(index)?.kind === "day") index += index === 0 ? 1 : step
    select(index)
  }

  const move = (by: number): void => {
    const from = place === undefined ? (by > 0 ? -1 : layout.length) : layout.placeOf(place.row, place.kid)
    goTo(from + by, by > 0 ? 1 : -1)
  }

  const fold = (to?: boolean): void => {
    if (place === undefined) return
    const row = rowAt(place.row)
    if (row === undefined || row.matching < 2) return
    const isOpen = unfolded.has(row.requestId)
    if (to === isOpen) return
    if (isOpen) {
      unfolded.delete(row.requestId)
      place = { row: place.row }
    } else {
      unfolded.set(row.requestId, { row: place.row, length: row.matching })
      askKids(row)
    }
    arrange()
    reveal()
    paint()
  }

  /** How many requests stand above those that were there before; `undefined` where that is not all that is new. */
  const above = (next: Inbox): number | undefined => {
    const top = rowAt(0)
    if (inbox === undefined || top === undefined) return undefined
    const found = next.items.findIndex(({ requestId }) => requestId === top.requestId)
    return found >= 0 && next.requests - inbox.requests === found ? found : undefined
  }

  return {
    pane: h("div", { class: "pane" }, element),
    element,
    load: (next, nextQuery, { keep }) => {
      const shift = keep ? above(next) : undefined
      arrived = shift ?? 0
      const old = unfolded
      if (shift === undefined) {
        place = undefined
        unfolded = new Map()
      } else {
        if (place !== undefined) place = { ...place, row: place.row + shift }
        unfolded = new Map(Array.from(old, ([id, open]) => [id, { ...open, row: open.row + shift }]))
      }
      generation++
      inbox = next
      query = nextQuery
      pages = new Map([[0, next.items]])
      fresh = new Set([0])
      asked = new Set([0])
      arrange()
      if (!keep) element.scrollTop = 0
      paint()
      for (const id of unfolded.keys()) {
        const row = next.items.find(({ requestId }) => requestId === id)
        if (row !== undefined) askKids(row)
      }
    },
    refresh: (next) => {
      generation++
      inbox = next
      pages.set(0, next.items)
      // What is there stays on the screen until its answer has come.
      fresh = new Set([0])
      asked = new Set([0])
      paint()
      for (const [id, { row: index }] of unfolded) {
        const row = rowAt(index)
        if (row?.requestId === id) askKids(row)
      }
    },
    isAtTop: () => element.scrollTop < 40,
    toTop: () => {
      element.scrollTop = 0
    },
    selected,
    move,
    first: () => goTo(0, 1),
    last: () => goTo(layout.length - 1, -1),
    fold,
    paint: () => {
      arrange()
      paint()
    },
    codes: (codes) => {
      meanings = new Map(codes.map(({ code, meaning, meaningKo }) => [code, current() === "ko" ? meaningKo : meaning]))
      paint()
    }
  }
}

/** The day that it is in Korea. */
export const today = (now: number): string => dayOf(now)
