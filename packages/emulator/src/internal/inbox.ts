/**
 * The inbox of one emulator: what it answers to whoever looks.
 */
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import type * as Inbox from "../Inbox.ts"
import type { MessageType } from "../MessagesApi.ts"
import * as InboxIndex from "./inboxIndex.ts"
import * as InboxQuery from "./inboxQuery.ts"
import * as InboxRows from "./inboxRows.ts"
import * as News from "./news.ts"
import * as Reservations from "./reservations.ts"
import type { State } from "./state.ts"
import type { StoredReservation } from "./store.ts"

/** How many selections are kept, so that the pages of one are not searched for anew. */
const kept = 4

interface Snapshot {
  readonly messages: number
  readonly at: number
}

interface Slice {
  readonly offset: number
  readonly limit: number
}

const isType = (name: string): name is MessageType => name === "SMS" || name === "LMS" || name === "MMS"

/** `yyyy-MM-dd` of a day counted from 1970. */
const dayName = (day: number): string => DateTime.formatIso(DateTime.makeUnsafe(day * 86_400_000)).slice(0, 10)

/** Those that wait first, soonest first, then the others, latest first. */
const inOrder = (now: number, state: State) => (a: StoredReservation, b: StoredReservation): number => {
  const rank = (reservation: StoredReservation) => Reservations.status(reservation, now, state) === "READY" ? 0 : 1
  const first = rank(a)
  return first - rank(b) || (first === 0 ? a.reserveAt - b.reserveAt : b.reserveAt - a.reserveAt)
}

export const make = (parts: {
  readonly state: State
  readonly settle: Effect.Effect<void>
  readonly nextDue: () => number | undefined
}) => {
  const { settle, state } = parts
  const index = InboxIndex.make(state.store)
  const now = Effect.andThen(settle, state.now)

  let epoch = ""
  let selections: Array<{ readonly key: string; readonly selection: InboxQuery.Selection }> = []
  const select = (query: InboxQuery.Query, filters: Inbox.Filters): InboxQuery.Selection => {
    if (epoch !== state.epoch()) {
      epoch = state.epoch()
      selections = []
    }
    const { ad = false, codes = "", search = "", state: chosen = "all", types = "" } = filters
    const key = JSON.stringify([query.messages, query.at, search, chosen, types, ad, codes])
    const same = selections.find((each) => each.key === key)
    if (same !== undefined) return same.selection
    const selection = InboxQuery.select(index.entries(), query)
    selections = [{ key, selection }, ...selections.slice(0, kept - 1)]
    return selection
  }

  const read = (text: string | undefined): Snapshot | undefined => {
    const [epoch, messages, at, ...more] = (text ?? "").split("_")
    if (epoch !== state.epoch() || more.length > 0) return undefined
    if (!/^\d{1,12}$/.test(messages ?? "") || !/^-?\d{1,16}(?:\.\d{1,20})?$/.test(at ?? "")) return undefined
    return { messages: Number(messages), at: Number(at) }
  }

  const queryOf = (filters: Inbox.Filters, now: number): InboxQuery.Query => ({
    needle: InboxQuery.needle(filters.search ?? ""),
    state: filters.state ?? "all",
    types: new Set(InboxQuery.parts(filters.types).filter(isType)),
    ad: filters.ad ?? false,
    codes: new Set(InboxQuery.parts(filters.codes)),
    telcoCode: state.lifecycle.telcoCode,
    ...(read(filters.snapshot) ?? { messages: state.store.all().length, at: now })
  })

  const snapshotOf = ({ at, messages }: InboxQuery.Query): string => [state.epoch(), messages, at].join("_")

  const rows = (
    selection: InboxQuery.Selection,
    query: InboxQuery.Query,
    { limit, offset }: Slice,
    now: number
  ): ReadonlyArray<Inbox.Row> => {
    const { entries } = selection
    const last = Math.max(0, entries.length - offset)
    return entries.slice(Math.max(0, last - limit), last).toReversed().map((entry) =>
      InboxRows.row(state, entry, InboxQuery.matching(entry, query), now, query.needle?.text)
    )
  }

  const reservation = (reservation: StoredReservation, now: number): Inbox.Reservation => {
    const { outcome, plan, requestId, reserveAt, serviceId, timeZone } = reservation
    const status = Reservations.status(reservation, now, state)
    return {
      requestId,
      serviceId,
      type: plan.type,
      contentType: plan.contentType,
      countryCode: plan.countryCode,
      from: plan.from,
      to: plan.messages[0]?.to ?? "",
      recipients: plan.messages.length,
      ...(plan.subject === undefined ? undefined : { subject: plan.subject }),
      text: InboxRows.excerpt(plan.content),
      reserveTime: DateTime.makeUnsafe(reserveAt),
      timeZone,
      status,
      ...(status === "READY"
        ? { cancelableUntil: DateTime.makeUnsafe(reserveAt - state.reservationCutoff) }
        : undefined),
      outcome
    }
  }

  return {
    overview: (filters: Inbox.Filters, limit: number): Effect.Effect<typeof Inbox.Overview.Type> =>
      Effect.map(now, (now) => {
        const query = queryOf(filters, now)
        const selection = select(query, filters)
        return {
          snapshot: snapshotOf(query),
          now: DateTime.makeUnsafe(now),
          clockOffsetMillis: state.clockOffset(),
          total: state.store.all().length,
          requests: selection.entries.length,
          messages: selection.messages,
          states: selection.states,
          types: selection.types,
          ad: selection.ad,
          codes: InboxRows.byCount(selection.codes),
          days: selection.days.map(({ day, requests }) => ({ day: dayName(day), requests })),
          items: rows(selection, query, { offset: 0, limit }, now)
        }
      }),

    page: (filters: Inbox.Filters, slice: Slice): Effect.Effect<typeof Inbox.Page.Type> =>
      Effect.map(now, (now) => {
        const query = queryOf(filters, now)
        const selection = select(query, filters)
        return {
          snapshot: snapshotOf(query),
          offset: slice.offset,
          requests: selection.entries.length,
          items: rows(selection, query, slice, now)
        }
      }),

    recipients: (
      requestId: string,
      filters: Inbox.Filters,
      { limit, offset }: Slice
    ): Effect.Effect<typeof Inbox.Recipients.Type | undefined> =>
      Effect.map(now, (now) => {
        const entry = index.entry(requestId)
        if (entry === undefined) return undefined
        const query = queryOf(filters, now)
        const messages = InboxQuery.matching(entry, query)
        return {
          total: messages.length,
          offset,
          items: messages.slice(offset, offset + limit)
            .map((message) => InboxRows.recipient(state, message, now, query.needle?.text))
        }
      }),

    request: (
      requestId: string,
      filters: Inbox.Filters
    ): Effect.Effect<typeof Inbox.RequestDetails.Type | undefined> =>
      Effect.map(now, (now) => {
        const entry = index.entry(requestId)
        return entry === undefined ? undefined : InboxRows.requestDetails(state, entry, queryOf(filters, now), now)
      }),

    message: (messageId: string): Effect.Effect<typeof Inbox.MessageDetails.Type | undefined> =>
      Effect.map(now, (now) => {
        const message = index.message(messageId)
        return message === undefined ? undefined : InboxRows.messageDetails(state, message, now)
      }),

    reservations: (
      status: Inbox.Reservation["status"] | undefined,
      { limit, offset }: Slice
    ): Effect.Effect<typeof Inbox.Reservations.Type> =>
      Effect.map(now, (now) => {
        const counts = { all: 0, READY: 0, PROCESSING: 0, CANCELED: 0, DONE: 0, FAIL: 0, STALE: 0, SKIP: 0 }
        const some: Array<StoredReservation> = []
        for (const each of state.store.reservations()) {
          const at = Reservations.status(each, now, state)
          counts.all++
          counts[at]++
          if (status === undefined || status === at) some.push(each)
        }
        return {
          counts,
          total: some.length,
          offset,
          items: some.sort(inOrder(now, state)).slice(offset, offset + limit).map((each) => reservation(each, now))
        }
      }),

    optOuts: (search: string, { limit, offset }: Slice): Effect.Effect<typeof Inbox.OptOuts.Type> =>
      Effect.map(now, () => {
        const digits = search.replace(/\D/g, "")
        const some = state.store.serviceIds().flatMap((serviceId) =>
          state.store.service(serviceId).unsubscribed().map((entry) => ({ ...entry, serviceId }))
        ).filter(({ clientTelNo }) => clientTelNo.includes(digits)).sort((a, b) => b.registeredAt - a.registeredAt)
        return {
          total: some.length,
          offset,
          items: some.slice(offset, offset + limit).map(({ clientTelNo, registerType, registeredAt, serviceId }) => ({
            recipient: clientTelNo,
            serviceId,
            registerType,
            registerTime: DateTime.makeUnsafe(registeredAt)
          }))
        }
      }),

    news: News.make({ ...parts, index })
  }
}
