// The reservations: what waits for its time, and what became of the others.
import type { App, Tab } from "./app.ts"
import { call, get, Refused } from "./control.ts"
import { h, icon, type Shape } from "./dom.ts"
import { count, day, distance, full, phone, short } from "./format.ts"
import { say } from "./language.ts"
import { ask, copyButton, toast } from "./notice.ts"
import { arrange } from "./requests.ts"

interface Reservation {
  readonly requestId: string
  readonly type: string
  readonly contentType: string
  readonly countryCode: string
  readonly to: string
  readonly recipients: number
  readonly subject?: string
  readonly text: string
  readonly reserveTime: string
  readonly status: string
  /** Only while it waits. */
  readonly cancelableUntil?: string
}

interface Reservations {
  readonly total: number
  readonly items: ReadonlyArray<Reservation>
}

const pageSize = 50

interface Status {
  readonly ko: string
  readonly en: string
  readonly kind: "good" | "bad" | "waiting" | "dim"
  readonly icon: Shape
}

const statuses: Readonly<Record<string, Status>> = {
  READY: { ko: "대기", en: "Waiting", kind: "waiting", icon: "wait" },
  PROCESSING: { ko: "보내는 중", en: "Sending", kind: "waiting", icon: "wait" },
  DONE: { ko: "보냄", en: "Sent", kind: "good", icon: "ok" },
  CANCELED: { ko: "취소됨", en: "Cancelled", kind: "dim", icon: "no" },
  FAIL: { ko: "실패", en: "Failed", kind: "bad", icon: "no" },
  STALE: { ko: "때를 놓침", en: "Stale", kind: "bad", icon: "no" },
  SKIP: { ko: "건너뜀", en: "Skipped", kind: "dim", icon: "no" }
}

export const make = (app: App): Tab => {
  let items: ReadonlyArray<Reservation> = []
  let total = 0
  let turn = 0
  let nodes = new Map<string, HTMLElement>()
  let timer: ReturnType<typeof setInterval> | undefined

  const list = h("ul", { class: "entries reservations", hidden: true, "aria-label": say("예약", "Reservations") })
  const none = h("p", { class: "void dim", hidden: true }, say("예약이 없습니다.", "No reservations."))
  const more = h("button", { type: "button", hidden: true, onclick: () => void further() }, say("더 보기", "Show more"))
  const element = h(
    "section",
    { class: "page scroll", tabindex: 0 },
    h(
      "div",
      { class: "wrap" },
      h(
        "p",
        { class: "dim" },
        say(
          "예약 시각이 될 때까지 메시지 목록과 검색에는 나오지 않습니다. 시각은 KST입니다.",
          "Until their time comes they are neither in the list nor found by a search. Times are KST."
        )
      ),
      list,
      none,
      more
    )
  )

  const canBeCancelled = ({ cancelableUntil, status }: Reservation): boolean =>
    status === "READY" && cancelableUntil !== undefined && Date.parse(cancelableUntil) > app.now()

  const cancel = ({ cancelableUntil = "", recipients, requestId }: Reservation): HTMLElement =>
    h(
      "span",
      {},
      h(
        "button",
        {
          type: "button",
          class: "danger",
          onclick: ({ currentTarget }) => {
            if (!(currentTarget instanceof HTMLButtonElement)) return
            ask(
              currentTarget,
              say(`${count(recipients)}명 예약 취소`, `Cancel ${count(recipients)}`),
              async (at) => {
                const refused = await call("DELETE", `/reservations/${encodeURIComponent(requestId)}`).then(
                  () => undefined,
                  (error: unknown) => error
                )
                // It may have been too late, or is gone: what is so now is shown in any case.
                await reload()
                list.querySelector("button")?.focus()
                if (!list.contains(document.activeElement)) element.focus()
                if (refused === undefined) toast(at, say("예약을 취소했습니다.", "Reservation cancelled."))
                else if (refused instanceof Refused) {
                  toast(
                    at,
                    say("취소하지 못했습니다. 이미 늦었습니다.", "Not cancelled: it is too late.")
                  )
                } else throw refused
              }
            )
          }
        },
        say("취소…", "Cancel…")
      ),
      h("span", { class: "dim small" }, say(`${short(cancelableUntil)}까지`, `until ${short(cancelableUntil)}`))
    )

  const item = (reservation: Reservation): HTMLElement => {
    const {
      contentType,
      countryCode,
      recipients,
      requestId,
      reserveTime,
      status,
      subject,
      text,
      to,
      type
    } = reservation
    const { en, icon: shape, kind, ko } = statuses[status] ?? { ko: status, en: status, kind: "dim", icon: "wait" }
    const isThisYear = day(reserveTime).slice(0, 4) === day(app.now()).slice(0, 4)
    return h(
      "li",
      {},
      h(
        "div",
        { class: "when" },
        isThisYear ? short(reserveTime) : full(reserveTime).slice(0, 16),
        h("br"),
        h("span", { class: "dim small away", "data-at": Date.parse(reserveTime) })
      ),
      h(
        "div",
        { class: "what" },
        h("b", {}, phone(to, countryCode)),
        recipients > 1 && say(` 외 ${count(recipients - 1)}명`, ` and ${count(recipients - 1)} more`),
        " ",
        h("span", { class: "type" }, type),
        contentType === "AD" && [" ", h("span", { class: "type ad" }, say("광고", "AD"))],
        h("br"),
        subject !== undefined && [h("b", {}, subject), " "],
        text,
        h(
          "span",
          { class: "id" },
          h("span", { class: "mono dim" }, requestId),
          copyButton(say("요청 ID", "Request id"), requestId)
        )
      ),
      h("div", { class: `state ${kind}` }, icon(shape), say(ko, en)),
      h(
        "div",
        { class: "act" },
        canBeCancelled(reservation)
          ? cancel(reservation)
          : status === "READY" && h("span", { class: "dim small" }, say("취소 마감", "Too late to cancel"))
      )
    )
  }

  const paint = (): void => {
    const seen = new Map<string, HTMLElement>()
    for (const reservation of items) {
      // Made anew only where it differs, so that a question that is asked stays so.
      const key = `${reservation.requestId} ${reservation.status} ${canBeCancelled(reservation)}`
      seen.set(key, nodes.get(key) ?? item(reservation))
    }
    nodes = seen
    arrange(list, Array.from(seen.values()))
    for (const away of Array.from(list.querySelectorAll<HTMLElement>(".away"))) {
      away.textContent = distance(Number(away.dataset["at"]) - app.now())
    }
    list.hidden = items.length === 0
    none.hidden = items.length > 0
    more.hidden = items.length >= total
  }

  const reload = async (): Promise<void> => {
    const mine = ++turn
    const limit = Math.min(500, Math.max(pageSize, items.length))
    const got = await get<Reservations>("/reservations", { limit }).catch(() => undefined)
    if (got === undefined || mine !== turn) return
    items = got.items
    total = got.total
    paint()
  }

  const further = async (): Promise<void> => {
    const before = items.length
    const got = await get<Reservations>("/reservations", { limit: pageSize, offset: before })
    const known = new Set(items.map(({ requestId }) => requestId))
    items = [...items, ...got.items.filter(({ requestId }) => !known.has(requestId))]
    total = got.total
    paint()
    if (more.hidden) list.children[before]?.querySelector("button")?.focus()
  }

  return {
    element,
    show: () => {
      void reload()
      // The time until which one can be cancelled goes by without anything that happens.
      timer ??= setInterval(paint, 1000)
    },
    hide: () => {
      clearInterval(timer)
      timer = undefined
    },
    news: ({ changed, restarted }) => {
      if (restarted || changed.includes("reservations")) void reload()
    }
  }
}
