// The tab of the messages: filters above, the list, and the details of what is chosen beside it (on a phone over it).
import type { App, Tab } from "./app.ts"
import * as Control from "./control.ts"
import * as Detail from "./detail.ts"
import { byId, fill, h, isNarrow } from "./dom.ts"
import * as Filters from "./filters.ts"
import { count } from "./format.ts"
import { areSingle, isField } from "./keys.ts"
import { current, say } from "./language.ts"
import * as List from "./list.ts"
import { copy, problem, toast } from "./notice.ts"
import { welcome } from "./welcome.ts"

// Chosen for as long as the page is there, in whichever language it is shown.
const filters = Filters.none()

export const make = (app: App): Tab => {
  let inbox: Control.Inbox | undefined
  let codes: ReadonlyArray<Control.CodeMeaning> = []
  let asking = new AbortController()
  let shown: { readonly chosen: List.Chosen; readonly isWaiting: boolean } | undefined
  let isPushed = false
  let isLate = false
  let isBusy = false

  const detail = h("aside", { id: "detail", "aria-label": say("자세히", "Details"), tabindex: -1, hidden: true })
  const nothing = h("div", {
    id: "void",
    class: "scroll",
    tabindex: 0,
    role: "region",
    "aria-label": say("메시지 없음", "No messages"),
    hidden: true
  })
  const pill = h("button", {
    id: "fresh",
    type: "button",
    class: "primary",
    hidden: true,
    onclick: () => {
      list.toTop()
      list.element.focus()
      void load(true)
    }
  })

  const meaning = (code: string): string => {
    const found = codes.find((each) => each.code === code)
    return found === undefined ? "" : current() === "ko" ? found.meaningKo : found.meaning
  }

  // ---- What is shown

  const load = async (keep: boolean): Promise<void> => {
    asking.abort()
    asking = new AbortController()
    const { signal } = asking
    const query = Filters.query(filters)
    try {
      const answer = await Control.get<Control.Inbox>("/inbox", { ...query, limit: 100 }, signal)
      inbox = answer
      pill.hidden = true
      show(answer)
      list.load(answer, query, { keep })
    } catch (error) {
      if (!signal.aborted) toast(bar.input, problem(error))
    }
  }

  const show = (answer: Control.Inbox): void => {
    bar.update(answer, codes)
    const isEmpty = answer.requests === 0
    split.hidden = isEmpty
    nothing.hidden = !isEmpty
    if (!isEmpty) return
    if (Filters.isNone(filters)) {
      void Control.get<Control.Start>("/start").then((start) => {
        if (inbox?.requests !== 0 || !Filters.isNone(filters)) return
        const focused = document.activeElement
        const refused = app.latest()?.refused ?? 0
        const known = `${start.exports} ${refused} ${current()}`
        if (nothing.dataset["known"] === known && focused !== null && nothing.contains(focused)) return
        nothing.dataset["known"] = known
        fill(nothing, welcome(start, refused, () => app.go("requests")))
      }, () => {})
      return
    }
    delete nothing.dataset["known"]
    fill(
      nothing,
      h(
        "div",
        { class: "void" },
        h("h2", {}, say("맞는 메시지가 없습니다", "Nothing matches")),
        h(
          "p",
          { class: "dim" },
          Filters.words(filters),
          say(`, 전체 ${count(answer.total)}건 가운데`, `, of ${count(answer.total)} messages`)
        ),
        h(
          "button",
          { type: "button", class: "primary", onclick: clear },
          say("검색과 조건 지우기", "Clear search and filters")
        )
      )
    )
  }

  const clear = (): void => {
    bar.clear()
    bar.input.focus()
  }

  /** What arrived, while somebody looks further down. */
  const announce = async (): Promise<void> => {
    const counts = await Control.get<Control.Inbox>("/inbox", { ...Filters.query(filters), limit: 0 })
    const more = counts.messages - (inbox?.messages ?? 0)
    pill.hidden = more <= 0
    pill.textContent = say(`새 메시지 ${count(more)}건 ↑`, `${count(more)} new ↑`)
  }

  const refresh = async (): Promise<void> => {
    if (inbox === undefined) return
    const answer = await Control.get<Control.Inbox>("/inbox", {
      ...Filters.query(filters),
      snapshot: inbox.snapshot,
      limit: 100
    })
    if (answer.snapshot !== inbox.snapshot) return
    inbox = { ...answer, days: inbox.days, requests: inbox.requests }
    bar.update(answer, codes)
    list.refresh(inbox)
  }

  // ---- Details

  const beneath = (): ReadonlyArray<Element> =>
    Array.from(document.querySelectorAll(".skip, .top, nav, #armed, #p-m > .bar, #p-m > #strip, #p-m .pane"))

  /** On a phone the details cover the rest, and are a step of the browser's history; a screen may become one by being turned. */
  const cover = (): void => {
    const isCovered = shown !== undefined && !detail.hidden && isNarrow()
    for (const element of beneath()) element.toggleAttribute("inert", isCovered)
    document.title = (isCovered ? byId("detail-title")?.textContent : undefined) ??
      say("받은 메시지 · SENS 에뮬레이터", "Inbox · SENS emulator")
    if (!isCovered || isPushed) return
    history.pushState({ details: true }, "")
    isPushed = true
  }

  const hide = (): void => {
    if (shown === undefined) return
    shown = undefined
    // Who is elsewhere, at the search for one, stays there.
    const hadFocus = isNarrow() || detail.contains(document.activeElement)
    detail.hidden = true
    split.classList.add("shut")
    cover()
    list.paint()
    if (hadFocus) list.element.focus()
  }

  /** On a phone the details are a step of the browser's history, so that its *back* closes them. */
  const close = (): void => {
    if (isPushed) history.back()
    else hide()
  }

  const onBack = (): void => {
    isPushed = false
    hide()
  }

  const actions: Detail.Actions = {
    close,
    only: (code) => {
      if (isNarrow()) close()
      bar.choose(code)
    },
    unfold: () => {
      list.fold(true)
      if (isNarrow()) close()
      else list.element.focus()
    },
    meaning
  }

  const parts = async (chosen: List.Chosen): Promise<{ elements: ReadonlyArray<HTMLElement>; isWaiting: boolean }> => {
    const { recipient, row } = chosen
    const one = recipient ?? row.first
    const first = Control.get<Control.MessageDetails>(`/inbox/messages/${encodeURIComponent(one.messageId)}`)
    if (recipient !== undefined || row.matching === 1) {
      const details = await first
      return { elements: Detail.message(details, actions), isWaiting: details.state === "waiting" }
    }
    const [details, message] = await Promise.all([
      Control.get<Control.RequestDetails>(`/inbox/requests/${encodeURIComponent(row.requestId)}`),
      first
    ])
    return { elements: Detail.request(details, message, actions), isWaiting: details.request.waiting > 0 }
  }

  const open = async (chosen: List.Chosen, isAgain = false): Promise<void> => {
    const before = shown
    shown = { chosen, isWaiting: true }
    try {
      const { elements, isWaiting } = await parts(chosen)
      if (shown?.chosen !== chosen) return
      shown = { chosen, isWaiting }
      const isOpen = new Set(
        isAgain
          ? Array.from(detail.querySelectorAll<HTMLElement>("details[open]"), (each) => each.dataset["name"] ?? "")
          : []
      )
      const scrolled = isAgain ? detail.scrollTop : 0
      const hasFocus = detail.contains(document.activeElement)
      fill(detail, elements)
      for (const each of detail.querySelectorAll<HTMLDetailsElement>("details")) {
        each.open = isOpen.has(each.dataset["name"] ?? "")
      }
      detail.hidden = false
      split.classList.remove("shut")
      detail.scrollTop = scrolled
      cover()
      if (isNarrow() ? !isAgain : hasFocus && isAgain) byId("detail-title")?.focus()
      list.paint()
    } catch (error) {
      shown = before
      toast(list.element, problem(error))
    }
  }

  // ---- Parts

  const bar = Filters.make(filters, () => {
    if (shown !== undefined && !isNarrow()) hide()
    void load(false)
  })
  const list = List.make({
    open: (chosen) => void open(chosen),
    moved: (chosen) => {
      if (shown !== undefined && chosen !== undefined && !isNarrow()) void open(chosen)
    },
    today: () => List.today(app.now()),
    scrolled: () => {
      if (!pill.hidden && list.isAtTop()) void load(true)
    }
  })
  list.pane.append(pill)
  const split = h("div", { class: "split shut", hidden: true }, list.pane, detail)
  const element = h("section", { class: "messages" }, bar.element, bar.strip, split, nothing)

  const onResize = (): void => {
    const wasCovered = isPushed
    cover()
    if (isPushed && !wasCovered) byId("detail-title")?.focus()
    list.paint()
  }
  addEventListener("resize", onResize)
  addEventListener("popstate", onBack)

  /** One question at a time; what happens meanwhile is asked for after it. */
  const update = async (news: Control.News): Promise<void> => {
    if (isBusy) {
      isLate = true
      return
    }
    isBusy = true
    try {
      if (news.restarted) {
        if (shown !== undefined) close()
        await load(false)
      } else if (inbox === undefined || inbox.requests === 0 || list.isAtTop()) await load(true)
      else {
        if (news.changed.includes("messages")) await announce()
        await refresh()
      }
      if (shown !== undefined && shown.isWaiting && news.changed.includes("states")) await open(shown.chosen, true)
    } catch {
      // The next news asks again.
    }
    isBusy = false
    if (isLate) {
      isLate = false
      await update({ ...news, restarted: false })
    }
  }

  const copyPassword = async (): Promise<void> => {
    const chosen = list.selected()
    if (chosen === undefined) return
    const { messageId } = chosen.recipient ?? chosen.row.first
    const line = document.querySelector("#list .selected") ?? list.element
    try {
      const { otp } = await Control.get<Control.MessageDetails>(`/inbox/messages/${encodeURIComponent(messageId)}`)
      if (otp === undefined) toast(line, say("인증번호가 없습니다.", "There is no one-time password."))
      else await copy(line, otp)
    } catch (error) {
      toast(line, problem(error))
    }
  }

  const listKey = (key: string): boolean => {
    switch (key) {
      case "ArrowDown":
        list.move(1)
        return true
      case "ArrowUp":
        list.move(-1)
        return true
      case "Home":
        list.first()
        return true
      case "End":
        list.last()
        return true
      case "PageDown":
        list.move(10)
        return true
      case "PageUp":
        list.move(-10)
        return true
      case "ArrowRight":
        list.fold(true)
        return true
      case "ArrowLeft":
        list.fold(false)
        return true
      case "Enter": {
        const chosen = list.selected()
        if (chosen !== undefined) void open(chosen)
        return true
      }
      default:
        return false
    }
  }

  return {
    element,
    show: () => {
      void load(true)
      if (codes.length > 0) return
      void Control.get<ReadonlyArray<Control.CodeMeaning>>("/codes").then((known) => {
        codes = known
        list.codes(known)
        if (inbox !== undefined) bar.update(inbox, codes)
      }, () => {})
    },
    hide: () => {
      if (shown !== undefined) close()
    },
    close: () => {
      asking.abort()
      removeEventListener("resize", onResize)
      removeEventListener("popstate", onBack)
    },
    news: (news) => {
      if (news.restarted || news.changed.some((change) => change === "messages" || change === "states")) {
        void update(news)
      } else if (inbox?.requests === 0) show(inbox)
    },
    key: (event) => {
      const { key, target } = event
      if (key === "Escape") {
        if (shown !== undefined) close()
        else if (target === bar.input) {
          if (Filters.isNone(filters)) list.element.focus()
          else bar.clear()
        } else return false
        return true
      }
      if (target === bar.input && key === "ArrowDown") {
        list.element.focus()
        list.move(1)
        return true
      }
      if (target === list.element && listKey(key)) return true
      if (!areSingle() || isField(target)) return false
      switch (key) {
        case "/":
          bar.input.focus()
          return true
        case "j":
        case "k":
          list.element.focus()
          list.move(key === "j" ? 1 : -1)
          return true
        case "y":
          void copyPassword()
          return true
        default:
          return false
      }
    }
  }
}
