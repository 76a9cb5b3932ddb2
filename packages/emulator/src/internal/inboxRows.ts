/**
 * Requests and messages as an inbox shows them.
 */
import * as EucKr from "@effect-sens/core/EucKr"
import * as Telco from "@effect-sens/core/Telco"
import * as DateTime from "effect/DateTime"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import type * as Inbox from "../Inbox.ts"
import * as Otp from "../Otp.ts"
import * as Codes from "./codes.ts"
import { fold, oneLine } from "./haystack.ts"
import { contentLimit, contentOf, subjectLimit, subjectOf } from "./lifecycle.ts"
import * as Paste from "./paste.ts"
import * as Search from "./search.ts"
import type { State } from "./state.ts"
import type { StoredMessage, StoredRequest } from "./store.ts"

const longest = 200

/** The beginning of a text, or what is around the place of it that was searched for. */
export const excerpt = (content: string, needle?: string): string => {
  // As much as can be of use of a text of thousands of characters.
  const line = oneLine(content).trim()
  if (line.length <= longest) return line
  const at = needle === undefined ? -1 : fold(line).indexOf(needle)
  const from = at < longest / 2 ? 0 : at - 40
  const mark = from === 0 ? "" : "… "
  return mark + whole(line, from, from + longest - mark.length)
}

/** A piece of a text that splits no pair of surrogates. */
const whole = (text: string, start: number, end: number): string =>
  text.slice(isLow(text, start) ? start + 1 : start, isLow(text, end) ? end - 1 : end)

const isLow = (text: string, at: number): boolean => (text.charCodeAt(at) & 0xfc00) === 0xdc00

const stateOf = (message: StoredMessage, now: number): Inbox.State =>
  now < message.request.completedAt ? "waiting" : message.code === "0" ? "delivered" : "failed"

const optional = <Key extends string, A>(key: Key, value: A | undefined): { readonly [K in Key]?: A } =>
  value === undefined ? {} : { [key]: value } as { readonly [K in Key]?: A }

const carrierOf = (state: State, message: StoredMessage) => {
  const telcoCode = state.lifecycle.telcoCode(message)
  return { telcoCode, carrier: Telco.nameOf(telcoCode) }
}

export const recipient = (state: State, message: StoredMessage, now: number, needle?: string): Inbox.Recipient => {
  const { content, messageId, sequence, subject, to } = message
  const at = stateOf(message, now)
  return {
    sequence,
    messageId,
    to,
    state: at,
    status: state.lifecycle.status(message, now),
    ...(at === "waiting" ? undefined : { code: message.code, ...carrierOf(state, message) }),
    ...optional("subject", subject),
    ...(content === undefined ? undefined : { text: excerpt(content, needle) })
  }
}

/** A request with those of its messages that fit, of which there is at least one. */
export const row = (
  state: State,
  messages: ReadonlyArray<StoredMessage>,
  now: number,
  needle?: string
): Inbox.Row => {
  const first = messages[0]!
  const { request } = first
  const over = now >= request.completedAt
  const failed = over ? messages.filter(({ code }) => code !== "0").length : 0
  return {
    requestId: request.requestId,
    sequence: request.messages[0]!.sequence,
    serviceId: request.serviceId,
    type: request.type,
    contentType: request.contentType,
    countryCode: request.countryCode,
    from: request.from,
    requestTime: DateTime.makeUnsafe(request.requestedAt),
    status: state.lifecycle.status(first, now),
    ...(over ? { completeTime: DateTime.makeUnsafe(request.completedAt) } : undefined),
    ...optional("subject", request.subject),
    text: excerpt(request.content, needle),
    pictures: request.files.length,
    recipients: request.messages.length,
    matching: messages.length,
    delivered: over ? messages.length - failed : 0,
    failed,
    waiting: over ? 0 : messages.length,
    first: recipient(state, first, now, needle)
  }
}

// -----------------------------------------------------------------------------
// Details
// -----------------------------------------------------------------------------

const sent = (request: StoredRequest): typeof Inbox.Sent.Type => ({
  type: request.type,
  contentType: request.contentType,
  countryCode: request.countryCode,
  from: request.from,
  ...optional("subject", request.subject),
  content: request.content,
  messages: request.messages.map(({ content, subject, to }) => ({
    to,
    ...optional("subject", subject),
    ...optional("content", content)
  })),
  ...(request.files.length === 0 ? undefined : { files: request.files.map(({ fileId }) => ({ fileId })) })
})

/** The path of the messages of a service, as a shell writes it. */
const messagesPath = (state: State, serviceId: string): string => {
  const variable = state.accounts[0]?.serviceIds[0] === serviceId ? "$SENS_SERVICE_ID" : serviceId
  return `/sms/v2/services/${variable}/messages`
}

const curls = (state: State, request: StoredRequest) => {
  const path = messagesPath(state, request.serviceId)
  const offset = state.clockOffset()
  return {
    send: Paste.signed({ method: "POST", target: path, body: JSON.stringify(sent(request)), offset }),
    list: Paste.signed({ method: "GET", target: `${path}?requestId=${request.requestId}`, offset }),
    result: (messageId: string) => Paste.signed({ method: "GET", target: `${path}/${messageId}`, offset })
  }
}

const isVisible = (state: State, request: StoredRequest, now: number): boolean =>
  now >= request.requestedAt + state.visibleAfter

const measure = (
  text: string,
  limit: number,
  shown: string,
  state: State
): typeof Inbox.MessageDetails.Type.content => ({
  bytes: EucKr.byteLength(text, { charset: state.switches.charset }),
  limit,
  ...(shown.length < text.length ? { cutAt: shown.length } : undefined)
})

const undeliverable = (state: State, part: "subject" | "content", text: string) =>
  EucKr.inspect(text, { charset: state.switches.charset })
    .filter(({ severity }) => severity === "error")
    .map(({ codePoints, index, length, suggestion, text }) => ({
      part,
      index,
      length,
      text,
      codePoints,
      ...optional("suggestion", Option.getOrUndefined(suggestion))
    }))

export const messageDetails = (state: State, stored: StoredMessage, now: number): typeof Inbox.MessageDetails.Type => {
  const { request } = stored
  const message = state.lifecycle.message(stored, now)
  const at = stateOf(stored, now)
  const subject = subjectOf(stored)
  const content = contentOf(stored)
  const files = state.store.service(request.serviceId).files
  const item = state.lifecycle.item(stored, now)
  const { list, result, send } = curls(state, request)
  // What goes abroad is no matter of the charset, unless a switch says so.
  const judged = request.countryCode === "82" || state.switches.foreignText === "charset"
  return {
    message,
    state: at,
    ...(at === "waiting" ? undefined : { result: Codes.describe(stored.code), ...carrierOf(state, stored) }),
    content: measure(content, contentLimit[request.type], message.delivered.content, state),
    ...(subject === undefined
      ? undefined
      : { subject: measure(subject, subjectLimit, message.delivered.subject ?? subject, state) }),
    undeliverable: judged
      ? [
        ...(subject === undefined ? [] : undeliverable(state, "subject", subject)),
        ...undeliverable(state, "content", content)
      ]
      : [],
    ...optional("otp", Option.getOrUndefined(Otp.fromText(content))),
    recipients: request.messages.length,
    pictures: request.files.map(({ fileId, name }) => {
      const file = files.get(fileId)
      return {
        fileId,
        name,
        // What it is called by is kept longer than its bytes.
        ...(file === undefined || file.body.length === 0
          ? undefined
          : { bytes: file.body.length, url: `/__emulator/files/${encodeURIComponent(fileId)}` })
      }
    }),
    ...(isVisible(state, request, now)
      ? { json: { result: { statusCode: "200", statusName: "success", messages: [item] }, item } }
      : undefined),
    sent: sent(request),
    curl: { send, list, result: result(stored.messageId) }
  }
}

/** As the service lists it, once it does. */
const listed = (state: State, request: StoredRequest, now: number) =>
  Result.map(
    Search.run({
      store: state.store.service(request.serviceId),
      query: { requestId: request.requestId },
      switches: state.switches,
      lifecycle: state.lifecycle,
      now,
      visibleAfter: state.visibleAfter
    }),
    (page) => Search.answer(page, state, now)
  )

export const byCount = (codes: ReadonlyMap<string, number>): ReadonlyArray<Inbox.CodeCount> =>
  Array.from(codes, ([code, count]) => ({ code, count }))
    .sort((a, b) => b.count - a.count || (a.code < b.code ? -1 : 1))

/** A request with those of its messages that fit. */
export const requestDetails = (
  state: State,
  messages: ReadonlyArray<StoredMessage>,
  now: number,
  needle?: string
): typeof Inbox.RequestDetails.Type => {
  const { request } = messages[0]!
  const codes = new Map<string, number>()
  if (now >= request.completedAt) {
    for (const { code } of messages) codes.set(code, (codes.get(code) ?? 0) + 1)
  }
  const { list, send } = curls(state, request)
  return {
    request: row(state, messages, now, needle),
    codes: byCount(codes),
    sent: sent(request),
    ...(isVisible(state, request, now)
      ? optional("list", Result.getOrUndefined(listed(state, request, now)))
      : undefined),
    curl: { send, list }
  }
}
