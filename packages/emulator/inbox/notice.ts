// What the page says of what was just done: at the button that was pressed, and once to a screen reader.
import { byId, h, icon } from "./dom.ts"
import { say } from "./language.ts"

interface Place {
  readonly getBoundingClientRect: () => DOMRect
}

/** Where something stands now, for what is said after it has gone. */
export const placeOf = (element: Element): Place => {
  const box = element.getBoundingClientRect()
  return { getBoundingClientRect: () => box }
}

let timer: ReturnType<typeof setTimeout> | undefined

/** Says it at a place for four seconds. */
export const toast = (at: Place, text: string): void => {
  const live = byId("say")
  const box = byId("toast")
  if (live === null || box === null) return
  live.textContent = text
  box.textContent = text
  box.hidden = false
  const place = at.getBoundingClientRect()
  const below = place.bottom + 8
  const top = below + box.offsetHeight > innerHeight ? place.top - box.offsetHeight - 8 : below
  const left = place.left + place.width / 2 - box.offsetWidth / 2
  // By properties of the element: the policy of the page allows no style in its text.
  box.style.top = `${Math.max(8, top)}px`
  box.style.left = `${Math.max(12, Math.min(left, innerWidth - box.offsetWidth - 12))}px`
  clearTimeout(timer)
  timer = setTimeout(() => {
    box.hidden = true
  }, 4000)
}

/** What went wrong with a call, in a sentence. */
export const problem = (error: unknown): string =>
  error instanceof TypeError
    ? say("에뮬레이터가 답하지 않습니다.", "The emulator does not answer.")
    : `${say("하지 못했습니다.", "It was not done.")} ${error instanceof Error ? error.message : ""}`.trim()

/** Copies a text, and says at the element that it did. */
export const copy = async (at: Place, text: string): Promise<void> => {
  try {
    await navigator.clipboard.writeText(text)
    toast(at, say("복사했습니다.", "Copied."))
  } catch {
    toast(at, say("복사하지 못했습니다. 글을 선택해 복사하십시오.", "Could not copy. Select the text instead."))
  }
}

const pressed = (event: Event): Place => event.currentTarget instanceof Element ? event.currentTarget : document.body

/** A button that copies a text. `what` names it for whoever does not see it; with `label` it says that in place of it. */
export const copyButton = (what: string, text: string, label?: string): HTMLButtonElement =>
  h(
    "button",
    {
      class: label === undefined ? "icon" : undefined,
      type: "button",
      "aria-label": label === undefined ? say(`${what} 복사`, `Copy ${what}`) : undefined,
      onclick: (event) => void copy(pressed(event), text)
    },
    icon("copy"),
    label
  )

/** Lines to copy. */
export const code = (what: string, text: string): HTMLElement =>
  h(
    "div",
    { class: "code" },
    h("pre", { tabindex: 0, role: "group", "aria-label": what }, text),
    copyButton(what, text, say("복사", "Copy"))
  )

/**
 * Asks in place of a button whether to do what cannot be undone: the button becomes `yes`, which says what it will do, and one that
 * leaves it. `Escape` leaves it too.
 */
export const ask = (button: HTMLButtonElement, yes: string, act: (at: Place) => Promise<void>): void => {
  const box = button.parentElement
  if (box === null) return
  const leave = (): void => {
    box.replaceChildren(...before)
    button.focus()
  }
  const before = Array.from(box.childNodes)
  const certain = h("button", {
    class: "danger",
    type: "button",
    onclick: () => {
      const at = placeOf(box)
      certain.disabled = true
      act(at).catch((error: unknown) => {
        leave()
        toast(at, problem(error))
      })
    }
  }, yes)
  const asked = h(
    "span",
    {
      class: "asked",
      onkeydown: (event) => {
        if (!(event instanceof KeyboardEvent) || event.key !== "Escape") return
        event.stopPropagation()
        leave()
      }
    },
    certain,
    h("button", { type: "button", onclick: leave }, say("그만두기", "Keep it"))
  )
  box.replaceChildren(asked)
  certain.focus()
}
