// Elements. Whatever a message holds gets into the page by `append`, as text: nothing here reads HTML.

type Child = Node | string | number | false | undefined | ReadonlyArray<Child>

type Attributes = Readonly<Record<string, string | number | boolean | undefined | ((event: Event) => void)>>

const namespace = "http://www.w3.org/2000/svg"

const flat = (children: ReadonlyArray<Child>): ReadonlyArray<Node | string> =>
  children.flatMap((child): ReadonlyArray<Node | string> =>
    child === undefined || child === false || child === ""
      ? []
      : typeof child === "number"
      ? [String(child)]
      : child instanceof Node || typeof child === "string"
      ? [child]
      : flat(child)
  )

const dress = (element: Element, attributes: Attributes, children: ReadonlyArray<Child>): void => {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue
    if (typeof value === "function") element.addEventListener(name.slice(2), value)
    else element.setAttribute(name, value === true ? "" : String(value))
  }
  element.append(...flat(children))
}

/** An element: attributes by name, listeners as `onclick`, and so on; what is `undefined` or `false` is left out. */
export const h = <Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Attributes = {},
  ...children: ReadonlyArray<Child>
): HTMLElementTagNameMap[Name] => {
  const element = document.createElement(name)
  dress(element, attributes, children)
  return element
}

export const svg = <Name extends keyof SVGElementTagNameMap>(
  name: Name,
  attributes: Attributes = {},
  ...children: ReadonlyArray<Child>
): SVGElementTagNameMap[Name] => {
  const element = document.createElementNS(namespace, name)
  dress(element, attributes, children)
  return element
}

/** Puts children in place of those that are there. */
export const fill = (element: Element, ...children: ReadonlyArray<Child>): void =>
  element.replaceChildren(...flat(children))

export type Content = Child

const shapes = {
  ok: "M3 8.5l3.2 3.2L13 4.8",
  no: "M4 4l8 8M12 4l-8 8",
  wait: "M8 4.5V8l2.4 1.6M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2",
  fold: "M6 3.5L10.5 8 6 12.5",
  search: "M7 2.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9M10.3 10.3L14 14",
  copy: "M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3",
  back: "M10 3L5 8l5 5",
  fault: "M9 1.5L3.5 9H8l-1 5.5L12.5 7H8z",
  messages: "M2.5 3h11v8h-6l-3 2.5V11h-2z",
  requests: "M2 4h12M2 8h12M2 12h7",
  reservations: "M3 4h10v9.5H3zM3 7h10M5.5 2v3M10.5 2v3",
  controls: "M2 5h6M12 5h2M10 3v4M2 11h2M8 11h6M6 9v4"
} as const

export type Shape = keyof typeof shapes

/** A small picture, which says nothing that its neighbour does not say in words. */
export const icon = (shape: Shape): SVGSVGElement =>
  svg("svg", { viewBox: "0 0 16 16", "aria-hidden": "true" }, svg("path", { d: shapes[shape] }))

/** A bar of pieces, each of a share of its width. */
export const bar = (
  pieces: ReadonlyArray<{ readonly share: number; readonly kind: "good" | "bad" | "wait" | "none" | "mark" }>
): SVGSVGElement => {
  let x = 0
  return svg(
    "svg",
    { viewBox: "0 0 100 8", preserveAspectRatio: "none", "aria-hidden": "true" },
    pieces.filter(({ share }) => share > 0).map(({ kind, share }) => {
      const piece = svg("rect", { class: `bar-${kind}`, x: x * 100, width: share * 100, height: 8 })
      x += share
      return piece
    })
  )
}

export const byId = (id: string): HTMLElement | null => document.getElementById(id)

/** Whether the screen is one of a phone. */
export const isNarrow = (): boolean => matchMedia("(max-width: 720px)").matches
