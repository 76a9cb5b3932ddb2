// The control API of the emulator, as far as the page asks it. What it answers is said by the schemas of the emulator itself.

import type * as DateTime from "effect/DateTime"
import type * as Model from "../src/Inbox.ts"
import type { Fault } from "./faults.ts"

/** A value as its JSON has it: a time is a text. */
type Json<A> = A extends DateTime.Utc ? string
  : A extends object ? { readonly [K in keyof A]: Json<A[K]> }
  : A

export type State = Model.State

export type Recipient = Json<Model.Recipient>

/** A request, of which a row is made: what of it matches the filters. */
export type Row = Json<Model.Row>

export type Code = Model.CodeCount

export type Inbox = Json<typeof Model.Overview.Type>

export type Rows = Json<typeof Model.Page.Type>

export type MessageDetails = Json<typeof Model.MessageDetails.Type>

export type Undeliverable = MessageDetails["undeliverable"][number]

export type RequestDetails = Json<typeof Model.RequestDetails.Type>

export type CodeMeaning = Model.Code

export interface PendingFault {
  readonly id: number
  readonly operation: string
  readonly count: number | null
  readonly fault: Fault
}

export type Change = Model.Topic

export interface News extends Omit<Json<Model.News>, "faults" | "random"> {
  readonly faults: ReadonlyArray<PendingFault>
  /** Only where faults come at random. */
  readonly random?: { readonly rates: ReadonlyArray<{ readonly fault: Fault; readonly rate: number }> }
}

export type Start = typeof Model.Start.Type

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
