// The control API of the emulator, as far as the page asks it. `docs/emulator.md` describes it; the schemas are in ControlApi.ts.

import type { Fault } from "./faults.ts"

export type State = "waiting" | "delivered" | "failed"

export interface Recipient {
  readonly sequence: number
  readonly messageId: string
  readonly to: string
  readonly state: State
  readonly status: string
  readonly code?: string
  readonly carrier?: string
  readonly subject?: string
  readonly text?: string
}

/** A request, of which a row is made: what of it matches the filters. */
export interface Row {
  readonly requestId: string
  readonly sequence: number
  readonly type: string
  readonly contentType: string
  readonly countryCode: string
  readonly from: string
  readonly requestTime: string
  readonly status: string
  readonly completeTime?: string
  readonly subject?: string
  readonly text: string
  readonly pictures: number
  readonly recipients: number
  readonly matching: number
  readonly delivered: number
  readonly failed: number
  readonly waiting: number
  readonly first: Recipient
}

export interface Code {
  readonly code: string
  readonly count: number
}

export interface Inbox {
  readonly snapshot: string
  readonly now: string
  readonly clockOffsetMillis: number
  readonly total: number
  readonly requests: number
  readonly messages: number
  readonly states: {
    readonly all: number
    readonly waiting: number
    readonly delivered: number
    readonly failed: number
  }
  readonly types: { readonly SMS: number; readonly LMS: number; readonly MMS: number }
  readonly ad: number
  readonly codes: ReadonlyArray<Code>
  readonly days: ReadonlyArray<{ readonly day: string; readonly requests: number }>
  readonly items: ReadonlyArray<Row>
}

export interface Page<A> {
  readonly items: ReadonlyArray<A>
}

export interface Rows extends Page<Row> {
  readonly snapshot: string
  readonly offset: number
  readonly requests: number
}

export interface Undeliverable {
  readonly part: "content" | "subject"
  readonly index: number
  readonly length: number
  readonly text: string
  readonly codePoints: ReadonlyArray<number>
  readonly suggestion?: string
}

export interface MessageDetails {
  readonly message: {
    readonly messageId: string
    readonly requestId: string
    readonly type: string
    readonly contentType: string
    readonly countryCode: string
    readonly from: string
    readonly to: string
    readonly subject?: string
    readonly content: string
    readonly requestTime: string
    readonly status: string
    readonly completeTime?: string
  }
  readonly state: State
  readonly result?: {
    readonly code: string
    readonly success: boolean
    readonly uncertain: boolean
    readonly meaning: string
    readonly meaningKo: string
    readonly adviceEn: string
    readonly adviceKo: string
  }
  readonly carrier?: string
  readonly content: { readonly bytes: number; readonly limit: number; readonly cutAt?: number }
  readonly subject?: { readonly bytes: number; readonly limit: number }
  readonly undeliverable: ReadonlyArray<Undeliverable>
  readonly otp?: string
  readonly recipients: number
  readonly pictures: ReadonlyArray<{ readonly fileId: string; readonly name: string; readonly url?: string }>
  readonly json?: { readonly result: unknown; readonly item: unknown }
  readonly sent: unknown
  readonly curl: { readonly send: string; readonly result: string; readonly list: string }
}

export interface RequestDetails {
  readonly request: Row
  readonly codes: ReadonlyArray<Code>
  readonly sent: unknown
  readonly list?: unknown
  readonly curl: { readonly send: string; readonly list: string }
}

export interface CodeMeaning {
  readonly code: string
  readonly success: boolean
  readonly meaning: string
  readonly meaningKo: string
  readonly adviceEn: string
  readonly adviceKo: string
}

export interface PendingFault {
  readonly id: number
  readonly operation: string
  readonly count: number | null
  readonly fault: Fault
}

export type Change = "messages" | "states" | "requests" | "reservations" | "controls"

export interface News {
  readonly cursor: string
  readonly restarted: boolean
  readonly changed: ReadonlyArray<Change>
  readonly arrived: number
  readonly now: string
  readonly clockOffsetMillis: number
  readonly messages: number
  readonly requests: number
  readonly refused: number
  readonly reservations: number
  readonly faults: ReadonlyArray<PendingFault>
  /** Only where faults come at random. */
  readonly random?: { readonly rates: ReadonlyArray<{ readonly fault: Fault; readonly rate: number }> }
}

export interface Start {
  readonly accessKey: string
  readonly serviceId: string
  readonly exports: string
  readonly curl: string
}

/** What an answer said that was no success. */
export class Refused extends Error {
  readonly status: number
  readonly problems: ReadonlyArray<string>
  constructor(status: number, problems: ReadonlyArray<string>) {
    super(problems.join(" ") || `HTTP ${status}`)
    this.status = status
    this.problems = problems
  }
}

export type Query = Readonly<Record<string, string | number | undefined>>

const target = (path: string, query: Query): string => {
  const given = Object.entries(query).flatMap(([name, value]) =>
    value === undefined || value === "" ? [] : [[name, String(value)]]
  )
  return given.length === 0 ? path : `${path}?${new URLSearchParams(given)}`
}

/** Calls the control API; `body` goes out as JSON. Fails with {@link Refused}, or as `fetch` does. */
export const call = async <A>(
  method: "GET" | "POST" | "PUT" | "DELETE",
  path: string,
  { body, query = {}, signal }: { readonly query?: Query; readonly body?: unknown; readonly signal?: AbortSignal } = {}
): Promise<A> => {
  const response = await fetch(target(`/__emulator${path}`, query), {
    method,
    ...(signal === undefined ? {} : { signal }),
    ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { "content-type": "application/json" } })
  })
  const text = await response.text()
  if (!response.ok) {
    let problems: ReadonlyArray<string> = []
    try {
      const refused: { readonly problems?: ReadonlyArray<string> } = JSON.parse(text)
      problems = refused.problems ?? []
    } catch {
      // Its status says enough.
    }
    throw new Refused(response.status, problems)
  }
  return text === "" ? undefined as A : JSON.parse(text)
}

export const get = <A>(path: string, query: Query = {}, signal?: AbortSignal): Promise<A> =>
  call<A>("GET", path, { query, ...(signal === undefined ? {} : { signal }) })
