/**
 * What the emulator remembers, indexed by everything it is asked by. Here in memory; whatever else keeps it has this shape.
 */
import type { ContentType, MessageType } from "../MessagesApi.ts"
import * as TimeIndex from "./timeIndex.ts"

export interface StoredRequest {
  readonly requestId: string
  readonly serviceId: string
  readonly type: MessageType
  readonly contentType: ContentType
  readonly countryCode: string
  readonly from: string
  readonly subject: string | undefined
  readonly content: string
  readonly fileIds: ReadonlyArray<string>
  readonly requestedAt: number
  readonly processingAt: number
  readonly completedAt: number
  readonly messages: ReadonlyArray<StoredMessage>
}

export interface StoredMessage {
  readonly messageId: string
  readonly request: StoredRequest
  /** The order of acceptance, over all services. */
  readonly sequence: number
  readonly to: string
  /** What this recipient gets in place of the common subject. */
  readonly subject: string | undefined
  /** What this recipient gets in place of the common text. */
  readonly content: string | undefined
  readonly code: string
}

/** What one service knows of its messages. */
export interface ServiceStore {
  readonly requests: ReadonlyMap<string, StoredRequest>
  readonly messages: ReadonlyMap<string, StoredMessage>
  readonly byRequestTime: TimeIndex.TimeIndex
  readonly byCompleteTime: TimeIndex.TimeIndex
  /** In the order of their request times. */
  readonly to: (recipient: string) => TimeIndex.TimeIndex
}

export type NewRequest = Omit<StoredRequest, "messages"> & {
  readonly messages: ReadonlyArray<Omit<StoredMessage, "request" | "sequence">>
}

export interface Store {
  readonly add: (request: NewRequest) => StoredRequest
  readonly service: (serviceId: string) => ServiceStore
  /** To one number, of whatever service, in the order of acceptance. */
  readonly to: (recipient: string) => Iterable<StoredMessage>
  /** In the order of acceptance. */
  readonly all: () => Iterable<StoredMessage>
  readonly clear: () => void
}

const requestedAt = (message: StoredMessage): number => message.request.requestedAt
const completedAt = (message: StoredMessage): number => message.request.completedAt

const nothing = TimeIndex.make(requestedAt)

const makeService = () => {
  const recipients = new Map<string, TimeIndex.TimeIndex>()
  return {
    requests: new Map<string, StoredRequest>(),
    messages: new Map<string, StoredMessage>(),
    byRequestTime: TimeIndex.make(requestedAt),
    byCompleteTime: TimeIndex.make(completedAt),
    recipients,
    to: (recipient: string) => recipients.get(recipient) ?? nothing
  }
}

export const makeMemory = (): Store => {
  const services = new Map<string, ReturnType<typeof makeService>>()
  let all: Array<StoredMessage> = []

  const own = (serviceId: string) => {
    const existing = services.get(serviceId)
    if (existing !== undefined) return existing
    const made = makeService()
    services.set(serviceId, made)
    return made
  }

  return {
    add: (added) => {
      const service = own(added.serviceId)
      const messages: Array<StoredMessage> = []
      const request: StoredRequest = { ...added, messages }
      service.requests.set(request.requestId, request)
      for (const part of added.messages) {
        const message: StoredMessage = { ...part, request, sequence: all.length }
        all.push(message)
        messages.push(message)
        service.messages.set(message.messageId, message)
        service.byRequestTime.insert(message)
        service.byCompleteTime.insert(message)
        const recipient = service.recipients.get(message.to)
        if (recipient !== undefined) recipient.insert(message)
        else {
          const index = TimeIndex.make(requestedAt)
          index.insert(message)
          service.recipients.set(message.to, index)
        }
      }
      return request
    },
    service: own,
    to: (recipient) =>
      Array.from(services.values())
        .flatMap((service) => service.to(recipient).items)
        .sort((a, b) => a.sequence - b.sequence),
    all: () => all,
    clear: () => {
      services.clear()
      all = []
    }
  }
}
