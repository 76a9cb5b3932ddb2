/**
 * The ledger as people look at it: by what became of the requests, the newest first.
 */
import type * as Inbox from "../Inbox.ts"
import type * as Ledger from "../Ledger.ts"
import * as Refusals from "./refusals.ts"

export type Verdict = Inbox.Exchange["verdict"] | "served"

export interface Query {
  readonly verdict?: Verdict
  readonly operation?: Ledger.Operation
  /** Only those before this index. */
  readonly until?: number
  readonly offset: number
  readonly limit: number
}

const nameOf = ({ verdict }: Ledger.Entry): Inbox.Exchange["verdict"] => {
  switch (verdict._tag) {
    case "Accepted":
      return "accepted"
    case "Answered":
      return "answered"
    case "Refused":
      return "refused"
    case "Faulted":
      return "faulted"
  }
}

const exchange = (entry: Ledger.Entry): Inbox.Exchange => {
  const { body: _, headers: __, verdict, ...rest } = entry
  return {
    ...rest,
    verdict: nameOf(entry),
    ...(verdict._tag === "Accepted" ? { requestId: verdict.requestId, recipients: verdict.recipients } : undefined),
    reasons: verdict._tag !== "Refused"
      ? []
      : verdict.signature === undefined
      ? verdict.why.map(Refusals.ofRule)
      : [Refusals.ofSignature(verdict.signature)],
    ...(verdict._tag === "Refused" && verdict.signature !== undefined ? { signature: verdict.signature } : undefined)
  }
}

/** A request with its headers and the beginning of its body. */
export const details = (entry: Ledger.Entry): typeof Inbox.ExchangeDetails.Type => ({
  ...exchange(entry),
  headers: entry.headers,
  body: entry.body
})

/** Those of the kept entries that are asked for, and how many there are of each kind. */
export const select = (
  entries: ReadonlyArray<Ledger.Entry>,
  { limit, offset, operation, until, verdict }: Query
): typeof Inbox.Exchanges.Type => {
  const newest = entries[entries.length - 1]
  const end = until ?? (newest === undefined ? 0 : newest.index + 1)
  const counts = { all: 0, refused: 0, served: 0, accepted: 0, answered: 0, faulted: 0 }
  const items: Array<Inbox.Exchange> = []
  let total = 0
  for (let i = entries.length - 1; i >= 0; i--) {
    const entry = entries[i]!
    if (operation !== undefined && entry.operation !== operation) continue
    const name = nameOf(entry)
    counts.all++
    counts[name]++
    if (name !== "refused") counts.served++
    if (entry.index >= end) continue
    if (verdict !== undefined && verdict !== name && (verdict !== "served" || name === "refused")) continue
    if (total >= offset && items.length < limit) items.push(exchange(entry))
    total++
  }
  return { until: end, counts, total, offset, items }
}
