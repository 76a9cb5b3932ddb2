// The controls: what changes the next answers.
import type { App, Tab } from "./app.ts"
import { codeField, meaningOf } from "./codeField.ts"
import { call, type CodeMeaning, get, type News, type PendingFault } from "./control.ts"
import { type Content, fill, h, icon } from "./dom.ts"
import { type Fault, faultName, kindName, operations, percent, presets, scopeName } from "./faults.ts"
import { count, full, phone, shift } from "./format.ts"
import { say } from "./language.ts"
import { ask, placeOf, problem, toast } from "./notice.ts"
import { arrange } from "./requests.ts"

interface Faults {
  readonly pending: ReadonlyArray<PendingFault>
  readonly applied: ReadonlyArray<{ readonly operation: string; readonly fault: string; readonly count: number }>
  readonly random?: { readonly rates: ReadonlyArray<{ readonly fault: Fault; readonly rate: number }> }
}

interface Outcomes {
  readonly byNumber: ReadonlyArray<{ readonly recipient: string; readonly code: string }>
  readonly byContent: ReadonlyArray<{ readonly includes: string; readonly code: string }>
}

interface Blocked {
  readonly total: number
  readonly items: ReadonlyArray<{ readonly recipient: string; readonly serviceId: string }>
}

// -----------------------------------------------------------------------------
// Pieces
// -----------------------------------------------------------------------------

const card = (title: string, note: string, ...children: ReadonlyArray<Content>): HTMLElement =>
  h("section", { class: "card", "aria-label": title }, h("h2", {}, title), h("p", {}, note), children)

const field = (label: string, control: HTMLElement): HTMLElement => h("label", {}, h("span", {}, label), control)

const select = (id: string, options: ReadonlyArray<readonly [value: string, text: string]>): HTMLSelectElement =>
  h("select", { id }, options.map(([value, text]) => h("option", { value }, text)))

const number = (id: string, value: number, min: number, max: number): HTMLInputElement =>
  h("input", { id, type: "number", inputmode: "numeric", required: true, value, min, max, step: 1 })

/** A form whose fields fit is done, and says so at its button; what went wrong is said there as well. */
const form = (act: () => Promise<string | undefined>, ...children: ReadonlyArray<Content>): HTMLFormElement =>
  h(
    "form",
    {
      class: "fields",
      onsubmit: (event) => {
        event.preventDefault()
        const button = event instanceof SubmitEvent ? event.submitter : null
        const at = placeOf(button ?? document.body)
        act().then(
          (text) => text !== undefined && toast(at, text),
          (error: unknown) => toast(at, problem(error))
        )
      }
    },
    children
  )

/** A button that does something, and says at its place what it did, or why not. */
const button = (
  label: string,
  act: () => Promise<string>,
  attributes: Readonly<Record<string, string>> = {}
): HTMLButtonElement =>
  h("button", {
    type: "button",
    ...attributes,
    onclick: ({ currentTarget }) => {
      const at = placeOf(currentTarget instanceof Element ? currentTarget : document.body)
      act().then((text) => toast(at, text), (error: unknown) => toast(at, problem(error)))
    }
  }, label)

interface Entry {
  readonly key: string
  readonly text: Content
  /** What is removed, in words, and how; without it, it cannot be. */
  readonly name?: string
  readonly remove?: () => Promise<unknown>
}

/** A list whose entries can be removed; the focus then goes on to the next one. */
const entries = (
  label: string
): { readonly element: HTMLElement; readonly show: (all: ReadonlyArray<Entry>) => void } => {
  const element = h("ul", { class: "items", "aria-label": label, tabindex: -1 })
  const none = h("li", { class: "dim" }, say("없음", "none"))
  let nodes = new Map<string, HTMLElement>()
  const make = ({ name = "", remove, text }: Entry): HTMLElement =>
    h(
      "li",
      {},
      h("span", {}, text),
      remove !== undefined && h("button", {
        type: "button",
        class: "icon",
        "aria-label": say(`지우기: ${name}`, `Remove: ${name}`),
        onclick: ({ currentTarget }) => {
          const at = placeOf(currentTarget instanceof Element ? currentTarget : element)
          remove().then(() => toast(at, say("지웠습니다.", "Removed.")), (error: unknown) => toast(at, problem(error)))
        }
      }, icon("no"))
    )
  return {
    element,
    show: (all) => {
      const focused = Array.from(element.children).findIndex((each) => each.contains(document.activeElement))
      nodes = new Map(all.map((each) => [each.key, nodes.get(each.key) ?? make(each)]))
      arrange(element, all.length === 0 ? [none] : Array.from(nodes.values()))
      if (focused < 0 || element.contains(document.activeElement)) return
      const buttons = element.querySelectorAll<HTMLElement>("li button")
      const next = buttons[Math.min(focused, buttons.length - 1)] ?? element
      next.focus()
    }
  }
}

// What stands in the fields stays there when the page is built anew, in the other language.
let written: ReadonlyArray<readonly [id: string, value: string | boolean]> = []

const isField = (element: Element): element is HTMLInputElement | HTMLSelectElement =>
  element instanceof HTMLInputElement || element instanceof HTMLSelectElement

// -----------------------------------------------------------------------------
// The tab
// -----------------------------------------------------------------------------

export const make = (app: App): Tab => {
  let codes: ReadonlyArray<CodeMeaning> = []
  let timer: ReturnType<typeof setInterval> | undefined

  const meaning = (code: string): string => {
    const found = codes.find((each) => each.code === code)
    return found === undefined ? "" : meaningOf(found)
  }

  // Faults
  const armed = entries(say("걸린 장애", "Armed"))
  const applied = entries(say("일어난 장애", "What happened"))
  const appliedTitle = h("h3", {}, say("일어난 장애", "What happened"))
  const showFaults = async (): Promise<void> => {
    const { applied: happened, pending, random } = await get<Faults>("/faults")
    armed.show([
      ...pending.map(({ count: times, fault, id, operation }): Entry => {
        const name = `${scopeName({ operation, count: times })}: ${faultName(fault)}`
        return { key: `${id} ${times}`, text: name, name, remove: () => call("DELETE", `/faults/${id}`) }
      }),
      ...(random?.rates ?? []).map(({ fault, rate }, i): Entry => {
        const share = `${percent(rate)}: ${faultName(fault)}`
        return { key: `random ${i} ${share}`, text: say(`무작위 ${share}`, `at random, ${share}`) }
      })
    ])
    appliedTitle.hidden = applied.element.hidden = happened.length === 0
    applied.show(happened.map(({ count: times, fault, operation }) => {
      const text = `${operation}: ${kindName(fault)} × ${count(times)}`
      return { key: text, text }
    }))
  }
  const operation = select("operation", operations.map((name) => [name, name === "any" ? say("모두", "any") : name]))
  const times = number("times", 1, 1, 1000)
  const forever = h("input", { id: "forever", type: "checkbox", onchange: () => times.disabled = forever.checked })
  // One after the other, so that they apply in the order in which they were armed.
  let arming: Promise<unknown> = Promise.resolve()
  const arm = (fault: Fault): HTMLButtonElement =>
    button(faultName(fault), async () => {
      if (!times.reportValidity()) throw new Error(say("횟수를 고치십시오.", "Mend the times."))
      const wanted = { operation: operation.value, count: forever.checked ? null : Number(times.value) }
      const mine = arming.then(() => call("POST", "/faults", { body: { ...wanted, fault } }))
      arming = mine.catch(() => undefined)
      await mine
      return say("걸었습니다: ", "Armed: ") + scopeName(wanted)
    }, { "data-fault": fault._tag })
  const faultCard = card(
    say("장애", "Faults"),
    say(
      "다음 요청에 일어날 일을 정합니다. 누르면 바로 걸립니다.",
      "What happens to the next requests. One press arms it."
    ),
    h("div", { class: "pair" }, field(say("작업", "Operation"), operation), field(say("횟수", "Times"), times)),
    h("label", { class: "check" }, forever, h("span", {}, say("지울 때까지 계속", "Until it is removed"))),
    presets.map(({ en, faults, ko }) =>
      h(
        "div",
        { class: "buttons", role: "group", "aria-label": say(ko, en) },
        h("p", { class: "dim small" }, say(ko, en)),
        faults.map(arm)
      )
    ),
    h("h3", {}, say("걸린 장애", "Armed")),
    armed.element,
    appliedTitle,
    applied.element
  )

  // Outcomes
  const outcomes = entries(say("정한 결과", "Outcomes set"))
  const showOutcomes = async (): Promise<void> => {
    const { byContent, byNumber } = await get<Outcomes>("/outcomes")
    const entry = (name: string, what: string, code: string, remove: () => Promise<unknown>): Entry => ({
      key: `${what} ${code}`,
      name,
      remove,
      text: [what, " → ", h("span", { class: "mono" }, code), " ", h("span", { class: "dim" }, meaning(code))]
    })
    outcomes.show([
      ...byNumber.map(({ code, recipient }) =>
        entry(
          phone(recipient),
          phone(recipient),
          code,
          () => call("DELETE", `/outcomes/${encodeURIComponent(recipient)}`)
        )
      ),
      ...byContent.map(({ code, includes }) =>
        entry(
          includes,
          say(`“${includes}” 포함`, `contains “${includes}”`),
          code,
          () => call("DELETE", "/outcomes", { query: { includes } })
        )
      )
    ])
  }
  const by = select("outcome-by", [
    ["number", say("받는 번호", "recipient")],
    ["text", say("본문에 든 말", "words in the text")]
  ])
  const value = h("input", { id: "outcome-value", required: true, autocomplete: "off", maxlength: 200 })
  const example = (): void => {
    value.placeholder = by.value === "number" ? "010-0000-0009" : say("당첨", "winner")
  }
  by.addEventListener("change", example)
  const code = codeField({ id: "outcome-code", label: say("결과 코드", "Result code"), codes: () => codes })
  const outcomeCard = card(
    say("결과 정하기", "Outcomes"),
    say(
      "번호나 본문에 따라 메시지의 결과 코드를 정합니다.",
      "Which result code messages end with, by number or by text."
    ),
    form(
      async () => {
        const chosen = code.value()
        if (chosen === undefined) {
          code.input.setCustomValidity(say("목록에서 결과 코드를 고르십시오.", "Choose a result code from the list."))
          code.input.reportValidity()
          return undefined
        }
        await (by.value === "number"
          ? call("PUT", `/outcomes/${encodeURIComponent(value.value.trim())}`, { body: { code: chosen } })
          : call("PUT", "/outcomes", { body: { includes: value.value, code: chosen } }))
        value.value = ""
        code.clear()
        return say("정했습니다.", "Set.")
      },
      h("div", { class: "pair" }, field(say("기준", "By"), by), field(say("값", "Value"), value)),
      code.element,
      h("button", { class: "primary" }, say("결과 정하기", "Set the outcome"))
    ),
    outcomes.element
  )

  // Block list
  const blocked = entries(say("수신 거부", "Block list"))
  const search = h("input", {
    id: "blocked-search",
    type: "search",
    inputmode: "tel",
    autocomplete: "off",
    maxlength: 40
  })
  const searching = h("div", { hidden: true }, field(say("번호 찾기", "Search a number"), search))
  const others = h("p", { class: "dim small", hidden: true })
  const showBlocked = async (): Promise<void> => {
    const wanted = search.value.trim()
    const { items, total } = await get<Blocked>("/opt-outs", { search: wanted, limit: 100 })
    if (wanted !== search.value.trim()) return
    blocked.show(items.map(({ recipient, serviceId }) => ({
      key: `${recipient} ${serviceId}`,
      text: phone(recipient),
      name: phone(recipient),
      remove: () => call("DELETE", `/opt-outs/${encodeURIComponent(recipient)}`)
    })))
    const rest = total - items.length
    others.hidden = rest === 0
    others.textContent = say(`외 ${count(rest)}건은 번호로 찾으십시오.`, `${count(rest)} more: search for the number.`)
    searching.hidden = wanted === "" && total < 10
  }
  search.addEventListener("input", () => void showBlocked().catch(() => undefined))
  const added = h("input", {
    id: "blocked-number",
    inputmode: "tel",
    required: true,
    autocomplete: "off",
    maxlength: 40
  })
  const blockCard = card(
    say("수신 거부", "Block list"),
    say("광고(AD)를 받지 않을 번호입니다.", "Numbers that get no advertisement."),
    searching,
    blocked.element,
    others,
    form(
      async () => {
        await call("PUT", `/opt-outs/${encodeURIComponent(added.value.trim())}`)
        added.value = ""
        return say("넣었습니다.", "Added.")
      },
      h("div", { class: "pair" }, field(say("번호", "Number"), added), h("button", {}, say("넣기", "Add")))
    )
  )

  // Clock
  const clock = h("p", { class: "mono" })
  const offset = (): number => app.latest()?.clockOffsetMillis ?? 0
  const showClock = (): void => {
    const off = shift(offset())
    clock.textContent = `${full(app.now())}${off === "" ? "" : ` (${off})`}`
  }
  const minute = 60_000
  const moves: ReadonlyArray<readonly [by: number, label: string]> = [
    [-6 * minute, say("−6분", "−6 min")],
    [6 * minute, say("+6분", "+6 min")],
    [60 * minute, say("+1시간", "+1 h")],
    [1440 * minute, say("+1일", "+1 day")]
  ]
  let moving: Promise<unknown> = Promise.resolve()
  const move = (to: (now: number) => number) => async (): Promise<string> => {
    // From where the clock is now, which the page may not have heard of yet: two presses are two moves.
    const mine = moving.then(async () => {
      const { clockOffsetMillis } = await get<News>("/news")
      await call("PUT", "/clock", { body: { offsetMillis: to(clockOffsetMillis) } })
    })
    moving = mine.catch(() => undefined)
    await mine
    return say("시계를 옮겼습니다.", "Clock moved.")
  }
  const clockCard = card(
    say("시계", "Clock"),
    say(
      "에뮬레이터의 시각을 옮깁니다. 예약과 서명 허용 시간을 시험할 때 씁니다.",
      "Moves the emulator's time, to test reservations and stale signatures."
    ),
    clock,
    h(
      "div",
      { class: "buttons" },
      moves.map(([by, label]) => button(label, move((now) => now + by))),
      button(say("실제 시각", "Real time"), move(() => 0))
    )
  )

  // A past
  const messages = number("seed-messages", 50_000, 1, 1_000_000)
  const days = number("seed-days", 85, 1, 3650)
  const failed = number("seed-failed", 10, 0, 100)
  const seed = h("input", { id: "seed-word", autocomplete: "off", maxlength: 100 })
  const makeThem = h("button", { class: "primary" }, say("만들기", "Make them"))
  const seedCard = card(
    say("과거 만들기", "Seed a past"),
    say(
      "지난 메시지를 만들어 넣습니다. 같은 씨앗이면 같은 메시지입니다.",
      "Fills in past messages. The same seed gives the same ones."
    ),
    form(
      async () => {
        const from = performance.now()
        makeThem.disabled = true
        try {
          await call("POST", "/seed", {
            body: {
              messages: Number(messages.value),
              days: Number(days.value),
              failed: Number(failed.value) / 100,
              ...(seed.value === "" ? undefined : { seed: seed.value })
            }
          })
        } finally {
          makeThem.disabled = false
          makeThem.focus()
        }
        const seconds = ((performance.now() - from) / 1000).toFixed(1)
        const made = count(Number(messages.value))
        return say(`${made}건을 만들었습니다. ${seconds}초`, `${made} messages made in ${seconds} s`)
      },
      h(
        "div",
        { class: "pair" },
        field(say("메시지", "Messages"), messages),
        field(say("며칠 동안", "Days"), days),
        field(say("실패 (%)", "Failed (%)"), failed),
        field(say("씨앗", "Seed"), seed)
      ),
      makeThem
    )
  )

  // Reset
  const reset: HTMLButtonElement = h("button", {
    type: "button",
    class: "danger",
    onclick: () => {
      // How many there are now, not when the page last heard of it.
      get<News>("/news").then(
        ({ messages }) =>
          ask(
            reset,
            say(`메시지 ${count(messages)}건 지우기`, `Remove ${count(messages)} messages`),
            async (at) => {
              await call("POST", "/reset")
              fill(resetPlace, reset)
              reset.focus()
              toast(at, say("초기화했습니다.", "Everything is reset."))
            }
          ),
        (error: unknown) => toast(reset, problem(error))
      )
    }
  }, say("모두 초기화…", "Reset everything…"))
  const resetPlace = h("div", { class: "lead" }, reset)
  const resetCard = card(
    say("초기화", "Reset"),
    say(
      "메시지, 요청 기록, 예약, 장애, 결과 설정을 모두 지웁니다. 되돌릴 수 없습니다.",
      "Removes messages, ledger, reservations, faults and outcomes. There is no way back."
    ),
    resetPlace
  )

  const element = h(
    "section",
    { class: "page scroll", tabindex: 0 },
    h(
      "div",
      { class: "wrap controls" },
      h("div", {}, faultCard),
      h("div", {}, outcomeCard, blockCard),
      h("div", {}, clockCard, seedCard, resetCard)
    )
  )
  for (const [id, before] of written) {
    const there = element.querySelector(`#${id}`)
    if (there === null || !isField(there)) continue
    if (there instanceof HTMLInputElement && typeof before === "boolean") there.checked = before
    else there.value = String(before)
  }
  times.disabled = forever.checked
  example()

  const keep = (): void => {
    written = Array.from(element.querySelectorAll("input[id], select[id]")).filter(isField).map((each) => [
      each.id,
      each instanceof HTMLInputElement && each.type === "checkbox" ? each.checked : each.value
    ])
  }
  const reload = (): void => {
    for (const show of [showFaults, showOutcomes, showBlocked]) show().catch(() => undefined)
    showClock()
  }
  return {
    element,
    show: () => {
      get<ReadonlyArray<CodeMeaning>>("/codes").then((all) => {
        codes = all
        reload()
      }, () => undefined)
      timer ??= setInterval(showClock, 1000)
    },
    hide: () => {
      keep()
      clearInterval(timer)
      timer = undefined
    },
    news: ({ changed, restarted }) => {
      showClock()
      if (restarted || changed.includes("controls")) reload()
    }
  }
}
