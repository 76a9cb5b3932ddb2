/**
 * What the emulator remembers, indexed by everything it is asked by. It is held in memory; what changes it is an event, so
 * that a file of events can bring it back.
 */
import type * as Events from "./event.ts"
import type { ReservationOutcome } from "./reservationsApi.ts"
import * as TimeIndex from "./timeIndex.ts"

// -----------------------------------------------------------------------------
// What is stored
// -----------------------------------------------------------------------------

export type Event = Events.Event

export type Plan = typeof Events.Plan.Type

export type FileName = Plan["files"][number]

export type NewRequest = typeof Events.AcceptedRequest.Type

export interface StoredRequest extends Omit<NewRequest, "messages" | "sequence"> {
  readonly messages: ReadonlyArray<StoredMessage>
}

export interface StoredMessage {
  readonly messageId: string
  readonly request: StoredRequest
  /** The order of acceptance, over all services. */
  readonly sequence: number
  readonly to: string
  readonly subject: string | undefined
  readonly content: string | undefined
  readonly code: string
}

export interface StoredReservation extends Readonly<typeof Events.Reservation.Type> {
  canceled: boolean
  /** What becomes of it when its time has come. */
  outcome: ReservationOutcome
  submitted: boolean
}

export type StoredFile = typeof Events.UploadedFile.Type

export type StoredUnsubscribe = typeof Events.UnsubscribeEntry.Type

// -----------------------------------------------------------------------------
// The store
// -----------------------------------------------------------------------------

/** What one service knows. */
export interface ServiceStore {
  readonly requests: ReadonlyMap<string, StoredRequest>
  readonly messages: ReadonlyMap<string, StoredMessage>
  readonly byRequestTime: TimeIndex.TimeIndex<StoredMessage>
  readonly byCompleteTime: TimeIndex.TimeIndex<StoredMessage>
  /** In the order of their request times. */
  readonly to: (recipient: string) => TimeIndex.TimeIndex<StoredMessage>
  /** The shortest and the longest time from a request to its completion. */
  readonly durations: () => { readonly shortest: number; readonly longest: number }
  readonly reservations: ReadonlyMap<string, StoredReservation>
  readonly files: ReadonlyMap<string, StoredFile>
  /** The newest file of this name and size. */
  readonly fileLike: (name: string, size: number) => StoredFile | undefined
  readonly unsubscribes: ReadonlyMap<string, StoredUnsubscribe>
  /** In the order of their registration. */
  readonly unsubscribed: () => ReadonlyArray<StoredUnsubscribe>
}

export interface Store {
  readonly apply: (event: Event) => void
  readonly service: (serviceId: string) => ServiceStore
  /** Whether anything was ever kept under the id; `service` would make room for it. */
  readonly services: () => ReadonlyArray<ServiceStore>
  readonly serviceIds: () => ReadonlyArray<string>
  readonly reservation: (requestId: string) => StoredReservation | undefined
  /** In the order in which they were made. */
  readonly reservations: () => Iterable<StoredReservation>
  /** The first that waits to be submitted, in the order of their times. */
  readonly nextReservation: () => StoredReservation | undefined
  readonly waitingReservations: () => number
  /** To one number, of whatever service, in the order of acceptance. */
  readonly to: (recipient: string) => ReadonlyArray<StoredMessage>
  /** In the order of acceptance. */
  readonly all: () => ReadonlyArray<StoredMessage>
  /** How often it was emptied; the sequences start over each time. */
  readonly clears: () => number
  /** Whether there is so much more than these messages that it is worth the time to forget. */
  readonly isCrowded: (messages: number) => boolean
  /**
   * Forgets what no operation tells of any more, and of the rest all but the newest messages, whole requests at a time. A
   * clock that has run ahead alone makes nothing old.
   */
  readonly forget: (options: { readonly now: number; readonly messages: number }) => void
  /** The fewest events that come to the same. */
  readonly events: () => Iterable<Event>
}

/** How long the service tells of what it accepted, in milliseconds. */
export const history = 90 * 24 * 60 * 60 * 1000

/** The messages, which are in the order of acceptance, above a sequence. */
export const after = (messages: ReadonlyArray<StoredMessage>, sequence: number): ReadonlyArray<StoredMessage> => {
  let low = 0
  let high = messages.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (messages[middle]!.sequence <= sequence) low = middle + 1
    else high = middle
  }
  return low === 0 ? messages : messages.slice(low)
}

const requestedAt = (message: StoredMessage): number => message.request.requestedAt
const completedAt = (message: StoredMessage): number => message.request.completedAt

const nothing = TimeIndex.make(requestedAt)

const likeness = (name: string, size: number): string => `${size}/${name}`

const makeService = () => {
  const recipients = new Map<string, TimeIndex.TimeIndex<StoredMessage>>()
  const alike = new Map<string, StoredFile>()
  const unsubscribes = new Map<string, StoredUnsubscribe>()
  let unsubscribed: ReadonlyArray<StoredUnsubscribe> | undefined
  const durations = { shortest: Number.POSITIVE_INFINITY, longest: 0 }
  return {
    requests: new Map<string, StoredRequest>(),
    messages: new Map<string, StoredMessage>(),
    byRequestTime: TimeIndex.make(requestedAt),
    byCompleteTime: TimeIndex.make(completedAt),
    recipients,
    to: (recipient: string) => recipients.get(recipient) ?? nothing,
    durations: () => durations,
    took: (duration: number) => {
      durations.shortest = Math.min(durations.shortest, duration)
      durations.longest = Math.max(durations.longest, duration)
    },
    reservations: new Map<string, StoredReservation>(),
    files: new Map<string, StoredFile>(),
    alike,
    fileLike: (name: string, size: number) => alike.get(likeness(name, size)),
    unsubscribes,
    unsubscribed: () =>
      unsubscribed ??= Array.from(unsubscribes.values()).sort((a, b) => a.registeredAt - b.registeredAt),
    register: (entry: StoredUnsubscribe) => {
      // Who is on the list stays there as he came.
      if (unsubscribes.has(entry.clientTelNo)) return
      unsubscribes.set(entry.clientTelNo, entry)
      unsubscribed = undefined
    },
    remove: (clientTelNo: string) => {
      if (unsubscribes.delete(clientTelNo)) unsubscribed = undefined
    }
  }
}

export const make = (): Store => {
  const services = new Map<string, ReturnType<typeof makeService>>()
  const reservations = new Map<string, StoredReservation>()
  let all: Array<StoredMessage> = []
  let waiting: Array<StoredReservation> = []
  let sequence = 0
  let clears = 0
  // By the times that the events bear.
  let newest = 0
  let pictureBytes = 0
  // What was left when things were forgotten last.
  let left = { messages: 0, reservations: 0, pictureBytes: 0 }

  const own = (serviceId: string) => {
    const existing = services.get(serviceId)
    if (existing !== undefined) return existing
    const made = makeService()
    services.set(serviceId, made)
    return made
  }

  const accept = ({ sequence: first = sequence, ...added }: NewRequest) => {
    const service = own(added.serviceId)
    const messages: Array<StoredMessage> = []
    const request: StoredRequest = { ...added, messages }
    sequence = first
    newest = Math.max(newest, request.requestedAt)
    service.requests.set(request.requestId, request)
    service.took(request.completedAt - request.requestedAt)
    for (const { code, content, messageId, subject, to } of added.messages) {
      const message: StoredMessage = { messageId, request, sequence: sequence++, to, subject, content, code }
      all.push(message)
      messages.push(message)
      service.messages.set(messageId, message)
      service.byRequestTime.insert(message)
      service.byCompleteTime.insert(message)
      let recipient = service.recipients.get(to)
      if (recipient === undefined) {
        recipient = TimeIndex.make(requestedAt)
        service.recipients.set(to, recipient)
      }
      recipient.insert(message)
    }
    const reservation = reservations.get(request.requestId)
    if (reservation !== undefined) reservation.submitted = true
  }

  const withReservation = (requestId: string, change: (reservation: StoredReservation) => void) => {
    const reservation = reservations.get(requestId)
    if (reservation !== undefined) change(reservation)
  }

  const isOver = ({ canceled, outcome, submitted }: StoredReservation) => canceled || submitted || outcome !== "DONE"

  const forgetMessages = (isGone: (request: StoredRequest) => boolean) => {
    const gone = new Set<StoredRequest>()
    for (const { request } of all) if (isGone(request)) gone.add(request)
    if (gone.size === 0) return
    const stays = (message: StoredMessage) => !gone.has(message.request)
    const recipients = new Map<ReturnType<typeof makeService>, Set<string>>()
    for (const request of gone) {
      const service = own(request.serviceId)
      const touched = recipients.get(service) ?? new Set()
      recipients.set(service, touched)
      service.requests.delete(request.requestId)
      for (const { messageId, to } of request.messages) {
        service.messages.delete(messageId)
        touched.add(to)
      }
    }
    for (const [service, touched] of recipients) {
      service.byRequestTime.keep(stays)
      service.byCompleteTime.keep(stays)
      for (const to of touched) {
        const index = service.recipients.get(to)
        index?.keep(stays)
        if (index?.items.length === 0) service.recipients.delete(to)
      }
    }
    all = all.filter(stays)
  }

  return {
    apply: (event) => {
      switch (event._tag) {
        case "Accepted":
          return accept(event.request)
        case "Reserved": {
          const reservation = { ...event.reservation, canceled: false, outcome: "DONE" as const, submitted: false }
          own(reservation.serviceId).reservations.set(reservation.requestId, reservation)
          reservations.set(reservation.requestId, reservation)
          const after = waiting.findIndex(({ reserveAt }) => reserveAt > reservation.reserveAt)
          waiting.splice(after === -1 ? waiting.length : after, 0, reservation)
          return
        }
        case "Canceled":
          return withReservation(event.requestId, (reservation) => {
            reservation.canceled = true
          })
        case "Ended":
          return withReservation(event.requestId, (reservation) => {
            reservation.outcome = event.outcome
          })
        case "Uploaded": {
          const service = own(event.file.serviceId)
          service.files.set(event.file.fileId, event.file)
          newest = Math.max(newest, event.file.createdAt)
          pictureBytes += event.file.body.length
          service.alike.set(likeness(event.file.name, event.file.body.length), event.file)
          return
        }
        case "Unsubscribed": {
          const service = own(event.serviceId)
          for (const entry of event.entries) service.register(entry)
          return
        }
        case "Resubscribed": {
          const service = own(event.serviceId)
          for (const number of event.numbers) service.remove(number)
          return
        }
        case "Cleared":
          services.clear()
          reservations.clear()
          all = []
          waiting = []
          sequence = 0
          clears++
          newest = 0
          pictureBytes = 0
          left = { messages: 0, reservations: 0, pictureBytes: 0 }
          return
      }
    },
    service: own,
    services: () => Array.from(services.values()),
    serviceIds: () => Array.from(services.keys()),
    reservation: (requestId) => reservations.get(requestId),
    reservations: () => reservations.values(),
    nextReservation: () => {
      let first = waiting[0]
      while (first !== undefined && (first.submitted || first.canceled || first.outcome !== "DONE")) {
        waiting.shift()
        first = waiting[0]
      }
      return first
    },
    waitingReservations: () =>
      waiting.filter(({ canceled, outcome, submitted }) => !canceled && !submitted && outcome === "DONE").length,
    to: (recipient) => {
      const found = Array.from(services.values(), (service) => service.to(recipient).items)
        .filter((items) => items.length > 0)
      return found.length === 1 ? found[0]! : found.flat().sort((a, b) => a.sequence - b.sequence)
    },
    all: () => all,
    clears: () => clears,
    isCrowded: (messages) =>
      all.length > Math.max(messages, left.messages) * 1.01 + 100 ||
      reservations.size > Math.max(messages, 2 * left.reservations) + 100 ||
      pictureBytes > 2 * left.pictureBytes + 2 ** 26,
    forget: ({ messages, now }) => {
      // One that was set ahead for a while tells nothing of what comes next.
      const time = Math.min(now, newest)
      const oldest = time - history
      const first = all.length > messages ? all[all.length - messages]?.sequence ?? sequence : 0
      forgetMessages((request) => request.requestedAt < oldest || (request.messages.at(-1)?.sequence ?? 0) < first)
      const over = Array.from(reservations.values()).filter(isOver)
      let surplus = over.length - messages
      for (const reservation of over) {
        const { requestId, reserveAt, serviceId, submitted } = reservation
        const service = own(serviceId)
        if (surplus-- <= 0 && reserveAt >= oldest && (!submitted || service.requests.has(requestId))) continue
        reservations.delete(requestId)
        service.reservations.delete(requestId)
      }
      waiting = waiting.filter((reservation) => !isOver(reservation))
      const expired = Array.from(
        services.values(),
        (service) => Array.from(service.files.values()).filter(({ expiresAt }) => expiresAt < time)
      ).flat()
      expired.sort((a, b) => a.expiresAt - b.expiresAt)
      let tooMany = expired.length - messages
      for (const file of expired) {
        const { files } = own(file.serviceId)
        // What it is called by is told of longer than its bytes are kept.
        if (tooMany-- > 0 || file.expiresAt < oldest) files.delete(file.fileId)
        else files.set(file.fileId, { ...file, body: new Uint8Array() })
        pictureBytes -= file.body.length
      }
      for (const { alike, files } of services.values()) {
        alike.clear()
        for (const file of files.values()) alike.set(likeness(file.name, file.body.length), file)
      }
      left = { messages: all.length, reservations: reservations.size, pictureBytes }
    },
    *events() {
      for (const [serviceId, service] of services) {
        for (const file of service.files.values()) yield { _tag: "Uploaded", file }
        // In the order of the map, in which numbers of one time are listed.
        const entries = Array.from(service.unsubscribes.values())
        if (entries.length > 0) yield { _tag: "Unsubscribed", serviceId, entries }
      }
      for (const { canceled, outcome, submitted: _, ...reservation } of reservations.values()) {
        const { requestId, serviceId } = reservation
        yield { _tag: "Reserved", reservation }
        if (canceled) yield { _tag: "Canceled", serviceId, requestId }
        if (outcome !== "DONE") yield { _tag: "Ended", serviceId, requestId, outcome }
      }
      let last: StoredRequest | undefined
      let next = 0
      for (const { request, sequence } of all) {
        if (request === last) continue
        last = request
        yield {
          _tag: "Accepted",
          request: {
            ...request,
            // Those before it were forgotten; it keeps its own all the same.
            ...(sequence === next ? undefined : { sequence }),
            messages: request.messages.map(({ code, content, messageId, subject, to }) => ({
              messageId,
              to,
              subject,
              content,
              code
            }))
          }
        }
        next = sequence + request.messages.length
      }
    }
  }
}
