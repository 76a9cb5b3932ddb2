/**
 * Where a message stands, worked out from the clock whenever somebody looks.
 */
import * as EucKr from "@effect-sens/core/EucKr"
import * as DateTime from "effect/DateTime"
import * as DeliveryResult from "../DeliveryResult.ts"
import type { InboxMessage } from "../InboxMessage.ts"
import type { MessageItem, MessageStatus, MessageType } from "../MessagesApi.ts"
import type { Switches } from "../Switches.ts"
import * as Kst from "./kst.ts"
import type { StoredMessage } from "./store.ts"

export const contentLimit: Record<MessageType, number> = { SMS: 90, LMS: 2000, MMS: 2000 }
export const subjectLimit = 40

export const subjectOf = (message: StoredMessage): string | undefined => message.subject ?? message.request.subject

export const contentOf = (message: StoredMessage): string => message.content ?? message.request.content

export interface Lifecycle {
  readonly status: (message: StoredMessage, now: number) => MessageStatus
  /** The carrier that it is delivered by, as the service calls it. */
  readonly telcoCode: (message: StoredMessage) => string
  /** As the list and the result show it. */
  readonly item: (message: StoredMessage, now: number) => typeof MessageItem.Type
  /** As the inbox shows it. */
  readonly message: (message: StoredMessage, now: number) => InboxMessage
}

export const make = (options: {
  readonly switches: Switches
  readonly telcoCode: (message: { readonly to: string; readonly countryCode: string }) => string
}): Lifecycle => {
  const charset = options.switches.charset

  const status = (message: StoredMessage, now: number): MessageStatus =>
    now >= message.request.completedAt
      ? "COMPLETED"
      : now >= message.request.processingAt
      ? "PROCESSING"
      : "READY"

  const telcoCode = ({ request, to }: StoredMessage): string =>
    options.telcoCode({ to, countryCode: request.countryCode })

  return {
    status,
    telcoCode,
    item: (message, now) => {
      const { request } = message
      const subject = subjectOf(message)
      const at = status(message, now)
      return {
        requestId: request.requestId,
        messageId: message.messageId,
        requestTime: Kst.seconds(request.requestedAt),
        contentType: request.contentType,
        type: request.type,
        ...(subject === undefined ? undefined : { subject }),
        content: contentOf(message),
        countryCode: request.countryCode,
        from: request.from,
        to: message.to,
        status: at,
        ...(request.files.length === 0
          ? undefined
          : { files: request.files.map(({ fileId, name }) => ({ fileId, name })) }),
        ...(at === "COMPLETED"
          ? {
            completeTime: Kst.seconds(request.completedAt),
            telcoCode: telcoCode(message),
            ...DeliveryResult.fromCode(message.code)
          }
          : undefined)
      }
    },
    message: (message, now) => {
      const { request } = message
      const subject = subjectOf(message)
      const content = contentOf(message)
      return {
        sequence: message.sequence,
        messageId: message.messageId,
        requestId: request.requestId,
        serviceId: request.serviceId,
        type: request.type,
        contentType: request.contentType,
        countryCode: request.countryCode,
        from: request.from,
        to: message.to,
        ...(subject === undefined ? undefined : { subject }),
        content,
        delivered: {
          ...(subject === undefined ? undefined : { subject: EucKr.truncate(subject, subjectLimit, { charset }) }),
          content: EucKr.truncate(content, contentLimit[request.type], { charset })
        },
        bytes: EucKr.byteLength(content, { charset }),
        fileIds: request.files.map(({ fileId }) => fileId),
        requestTime: DateTime.makeUnsafe(request.requestedAt),
        status: status(message, now),
        completeTime: DateTime.makeUnsafe(request.completedAt),
        code: message.code
      }
    }
  }
}
