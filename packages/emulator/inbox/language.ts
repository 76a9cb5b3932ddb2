// Korean first, English as well; what is chosen is kept in the browser.

export type Language = "ko" | "en"

/** What the browser keeps for this page. A private window may keep nothing. */
export const kept = {
  get: (name: string): string | null => {
    try {
      return localStorage.getItem(`sens-${name}`)
    } catch {
      return null
    }
  },
  set: (name: string, value: string): void => {
    try {
      localStorage.setItem(`sens-${name}`, value)
    } catch {
      // It holds until the page is left.
    }
  }
}

let language: Language = kept.get("language") === "en" ? "en" : "ko"

export const current = (): Language => language

export const change = (to: Language): void => {
  language = to
  kept.set("language", to)
}

/** The words of the language of the page. */
export const say = <A>(ko: A, en: A): A => language === "ko" ? ko : en
