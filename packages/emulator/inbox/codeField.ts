// A field for result codes: it finds them by code, by their meaning in either language, and by what to do. What it is to a
// screen reader is the editable combobox with a list of the ARIA practices.
import type { CodeMeaning } from "./control.ts"
import { fill, h } from "./dom.ts"
import { say } from "./language.ts"

export interface CodeField {
  readonly element: HTMLElement
  readonly input: HTMLInputElement
  /** The code that stands there; `undefined` where it is none. */
  readonly value: () => string | undefined
  readonly clear: () => void
}

export const meaningOf = ({ meaning, meaningKo }: CodeMeaning): string => say(meaningKo, meaning)

export const codeField = (
  options: { readonly id: string; readonly label: string; readonly codes: () => ReadonlyArray<CodeMeaning> }
): CodeField => {
  const { codes, id, label } = options
  let found: ReadonlyArray<CodeMeaning> = []
  let at = -1

  const list = h("ul", { id: `${id}-list`, class: "options", role: "listbox", "aria-label": label, hidden: true })
  const none = h(
    "p",
    { class: "options dim", role: "status", hidden: true },
    say("맞는 코드가 없습니다.", "No code matches.")
  )
  const input = h("input", {
    id,
    role: "combobox",
    "aria-autocomplete": "list",
    "aria-expanded": "false",
    "aria-controls": `${id}-list`,
    autocomplete: "off",
    spellcheck: "false",
    required: true,
    placeholder: say("코드나 뜻", "Code or meaning")
  })

  const words = (code: CodeMeaning): string => `${code.code} ${meaningOf(code)}`

  const matching = (text: string): ReadonlyArray<CodeMeaning> => {
    const wanted = text.trim().toLowerCase()
    // What was chosen before is no search: from there on all can be chosen.
    if (wanted === "" || codes().some((code) => words(code).toLowerCase() === wanted)) return codes()
    return codes().filter((code) =>
      code.code.toLowerCase().startsWith(wanted) ||
      (wanted.length > 1 &&
        [code.meaning, code.meaningKo, code.adviceEn, code.adviceKo].some((each) =>
          each.toLowerCase().includes(wanted)
        ))
    )
  }

  const mark = (index: number): void => {
    at = index
    Array.from(list.children).forEach((option, i) => option.setAttribute("aria-selected", String(i === index)))
    const option = list.children[index]
    if (option === undefined) input.removeAttribute("aria-activedescendant")
    else {
      input.setAttribute("aria-activedescendant", option.id)
      option.scrollIntoView({ block: "nearest" })
    }
  }

  const close = (): void => {
    list.hidden = true
    none.hidden = true
    input.setAttribute("aria-expanded", "false")
    mark(-1)
  }

  const take = (code: CodeMeaning): void => {
    input.value = words(code)
    input.setCustomValidity("")
    close()
  }

  const open = (): void => {
    found = matching(input.value)
    fill(
      list,
      found.map((code, i) =>
        h(
          "li",
          {
            id: `${id}-${i}`,
            role: "option",
            "aria-selected": "false",
            // The field keeps the focus.
            onmousedown: (event) => event.preventDefault(),
            onclick: () => take(code)
          },
          h("b", { class: "mono" }, code.code),
          " ",
          h("span", {}, meaningOf(code)),
          !code.success && h("span", { class: "dim small" }, say(code.adviceKo, code.adviceEn))
        )
      )
    )
    list.hidden = found.length === 0
    none.hidden = found.length > 0
    input.setAttribute("aria-expanded", String(found.length > 0))
    mark(-1)
    // Near the end of the screen it would stand below it.
    for (const each of [list, none]) if (!each.hidden) each.scrollIntoView({ block: "nearest" })
  }

  input.addEventListener("input", () => {
    input.setCustomValidity("")
    open()
  })
  input.addEventListener("blur", close)
  input.addEventListener("click", open)
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return
    const isOpen = !list.hidden || !none.hidden
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault()
      if (!isOpen) open()
      if (found.length === 0) return
      mark(event.key === "ArrowDown" ? (at + 1) % found.length : (at <= 0 ? found.length : at) - 1)
    } else if (event.key === "Enter" && at >= 0) {
      event.preventDefault()
      const code = found[at]
      if (code !== undefined) take(code)
    } else if (event.key === "Escape" && isOpen) {
      event.stopPropagation()
      close()
    }
  })

  return {
    element: h(
      "div",
      { class: "combo" },
      h("label", { for: id }, h("span", {}, label)),
      input,
      list,
      none
    ),
    input,
    value: () => {
      const text = input.value.trim()
      const [word = ""] = text.split(/\s/)
      const exact = codes().find(({ code }) => code.toLowerCase() === word.toLowerCase())
      if (exact !== undefined) return exact.code
      const some = matching(text)
      if (text !== "" && some.length === 1) return some[0]?.code
      // A code of none of the tables.
      return /^[A-Za-z]?\d{1,5}$/.test(text) ? text : undefined
    },
    clear: () => {
      input.value = ""
      input.setCustomValidity("")
    }
  }
}
