import type { App, Tab } from "./app.ts"
import { h } from "./dom.ts"

export const make = (_app: App): Tab => ({
  element: h("section", { class: "page scroll", tabindex: 0 }),
  show: () => {},
  news: () => {}
})
