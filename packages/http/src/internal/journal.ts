/**
 * What a client remembers of its sends, so that a message found in the log is taken for the right one.
 */
import type * as RequestId from "@effect-sens/core/RequestId"
import * as SendRequest from "@effect-sens/core/SendRequest"

/**
 * One HTTP request that carried a send, or was to. Times in milliseconds.
 *
 * @internal
 */
export interface Attempt {
  /** By the clock of this machine. */
  readonly startedWall: number
  readonly startedMono: number
  /** The timestamp of its signature; undefined until it is signed, which is when it can be sent. */
  signedAt: number | undefined
  /** How much older than the gateway's time the timestamp was made. */
  age: number
  /** How often it was signed. More than once where the program's own client tries again. */
  signatures: number
  /** Whether it was taken over from an outcome that stayed open, so that when it began is not known by this clock. */
  readonly isResumed: boolean
  /** The tag of the reason for which its outcome is open. */
  reason: "ServerFault" | "ConnectionLost" | "TimedOut" | "UnexpectedResponse" | undefined
}

/**
 * A send that is under way, or one whose outcome stayed open.
 *
 * @internal
 */
export interface Entry {
  readonly request: SendRequest.SendRequest
  /** Those that may have been accepted, the running one included. */
  attempts: ReadonlyArray<Attempt>
  running: boolean
}

/**
 * Which sends of this client are open, and which request ids its sends have got, so that no two of them take the same id.
 *
 * @internal
 */
export interface Journal {
  readonly open: (request: SendRequest.SendRequest, mono: number) => Entry
  readonly close: (entry: Entry) => void
  readonly own: (requestId: RequestId.RequestId, mono: number) => void
  readonly isOwned: (requestId: RequestId.RequestId) => boolean
  /** The other open sends that would look the same in the delivery log. */
  readonly twins: (entry: Entry) => ReadonlyArray<Entry>
}

/** @internal */
export const text = (
  request: SendRequest.SendRequest,
  message: SendRequest.SendRequest["messages"][number]
): { readonly content: string; readonly subject: string } => ({
  // An empty override is none: SENS takes the text for all.
  content: message.content || request.content,
  subject: ("subject" in message ? message.subject : undefined) ||
    ("subject" in request ? request.subject : undefined) || ""
})

/**
 * A request in one order, whatever order its properties have, so that one that was kept as JSON is known again.
 *
 * @internal
 */
export const canonical = (request: SendRequest.SendRequest): string => {
  const body = SendRequest.toWire(request)
  return JSON.stringify([
    body.type,
    body.contentType,
    body.countryCode,
    body.from,
    "subject" in body ? body.subject : undefined,
    body.content,
    body.messages.map((message) => [message.to, "subject" in message ? message.subject : undefined, message.content]),
    "files" in body ? body.files?.map(({ fileId }) => fileId) : undefined,
    body.reserveTime,
    body.reserveTimeZone
  ])
}

/**
 * Whether an entry takes up the question that another left open.
 *
 * @internal
 */
export const isContinued = (left: Entry, taken: Entry): boolean =>
  !left.running &&
  left.attempts.every(({ signedAt }) => taken.attempts.some((attempt) => attempt.signedAt === signedAt))

const contents = (request: SendRequest.SendRequest): string =>
  JSON.stringify([
    request.from,
    request.messages.map((message) => {
      const { content, subject } = text(request, message)
      return JSON.stringify([message.to, content, subject])
    }).toSorted()
  ])

/**
 * `retention` is how long an id is remembered at the least; it is kept for longer while a send is open that began before
 * it. `validity` is how long the gateway may take an attempt at the most. Both in milliseconds.
 *
 * @internal
 */
export const make = (options: { readonly retention: number; readonly validity: number }): Journal => {
  const entries = new Set<Entry>()
  const owned = new Map<RequestId.RequestId, number>()
  const capacity = 200_000
  const oldest = (): number => {
    for (const { attempts: [first] } of entries) if (first !== undefined) return first.startedMono
    return Infinity
  }
  // Nothing can come any more of a send that stayed open and has expired.
  const prune = (mono: number): void => {
    for (const entry of entries) {
      if (entry.running || entry.attempts.some(({ startedMono }) => startedMono + options.validity > mono)) return
      entries.delete(entry)
    }
  }
  return {
    open: (request, mono) => {
      prune(mono)
      const entry: Entry = { request, attempts: [], running: true }
      entries.add(entry)
      return entry
    },
    close: (entry) => {
      entries.delete(entry)
    },
    own: (requestId, mono) => {
      owned.set(requestId, mono)
      prune(mono)
      const horizon = Math.min(mono, oldest()) - options.retention
      for (const [id, at] of owned) {
        if (at >= horizon && owned.size <= capacity) break
        owned.delete(id)
      }
    },
    isOwned: (requestId) => owned.has(requestId),
    twins: (entry) => {
      const key = contents(entry.request)
      return [...entries].filter((other) => other !== entry && contents(other.request) === key)
    }
  }
}
