/**
 * What the emulator remembers, indexed by everything it is asked by. It is held in memory; what changes it is an event, so
 * that a file of events can bring it back.
 */
import type { ReservationOutcome } from "../ReservationsApi.ts"
import type * as Storage from "../Storage.ts"
import * as TimeIndex from "./timeIndex.ts"

// -----------------------------------------------------------------------------
// What is stored
// -----------------------------------------------------------------------------

export type Event = Storage.Event

export type Plan = typeof Storage.Plan.Type

export type FileName = Plan["files"][number]

export type NewRequest = typeof Storage.AcceptedRequest.Type

export interface StoredRequest extends Omit<NewRequest, "messages"> {
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

export interface StoredReservation extends Readonly<typeof Storage.Reservation.Type> {
  canceled: boolean
  /** What becomes of it when its time has come. */
  outcome: ReservationOutcome
  submitted: boolean
}

export type StoredFile = typeof Storage.UploadedFile.Type

export type StoredUnsubscribe = typeof Storage.UnsubscribeEntry.Type

// -----------------------------------------------------------------------------
// The store
// -----------------------------------------------------------------------------

/** What one service knows. */
export interface ServiceStore {
  readonly requests: ReadonlyMap<string, StoredRequest>
  readonly messages: ReadonlyMap<string, StoredMessage>
  readonly byRequestTime: TimeIndex.TimeIndex
  readonly byCompleteTime: TimeIndex.TimeIndex
  /** In the order of their request times. */
  readonly to: (recipient: string) => TimeIndex.TimeIndex
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
  /** The fewest events that come to the same. */
  readonly events: () => ReadonlyArray<Event>
}

const requestedAt = (message: StoredMessage): number => message.request.requestedAt
const completedAt = (message: StoredMessage): number => message.request.completedAt

const nothing = TimeIndex.make(requestedAt)

const likeness = (name: string, size: number): string => `${size}/${name}`

const makeService = () => {
  const recipients = new Map<string, TimeIndex.TimeIndex>()
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

  const own = (serviceId: string) => {
    const existing = services.get(serviceId)
    if (existing !== undefined) return existing
    const made = makeService()
    services.set(serviceId, made)
    return made
  }

  const accept = (added: NewRequest) => {
    const service = own(added.serviceId)
    const messages: Array<StoredMessage> = []
    const request: StoredRequest = { ...added, messages }
    service.requests.set(request.requestId, request)
    service.took(request.completedAt - request.requestedAt)
    for (const { code, content, messageId, subject, to } of added.messages) {
      const message: StoredMessage = { messageId, request, sequence: all.length, to, subject, content, code }
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
    events: () => {
      const events: Array<Event> = []
      for (const [serviceId, service] of services) {
        for (const file of service.files.values()) events.push({ _tag: "Uploaded", file })
        // In the order of the map, in which numbers of one time are listed.
        const entries = Array.from(service.unsubscribes.values())
        if (entries.length > 0) events.push({ _tag: "Unsubscribed", serviceId, entries })
      }
      for (const { canceled, outcome, submitted: _, ...reservation } of reservations.values()) {
        const { requestId, serviceId } = reservation
        events.push({ _tag: "Reserved", reservation })
        if (canceled) events.push({ _tag: "Canceled", serviceId, requestId })
        if (outcome !== "DONE") events.push({ _tag: "Ended", serviceId, requestId, outcome })
      }
      let last: StoredRequest | undefined
      for (const { request } of all) {
        if (request === last) continue
        last = request
        events.push({
          _tag: "Accepted",
          request: {
            ...request,
            messages: request.messages.map(({ code, content, messageId, subject, to }) => ({
              messageId,
              to,
              subject,
              content,
              code
            }))
          }
        })
      }
      return events
    }
  }
}
