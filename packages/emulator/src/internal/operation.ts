/**
 * Which operation a request is for, told from method and path alone, before anything else of it is looked at.
 */
import * as Ledger from "../Ledger.ts"

const routes: ReadonlyArray<readonly [RegExp, Readonly<Record<string, Ledger.Operation>>]> = ([
  ["messages", { POST: "send", GET: "search" }],
  ["messages/[^/]+", { GET: "result" }],
  ["files", { POST: "upload" }],
  ["reservations/[^/]+/reserve-status", { GET: "reservationStatus" }],
  ["reservations/[^/]+", { DELETE: "reservationCancel" }],
  ["unsubscribes", { GET: "unsubscribesSearch", POST: "unsubscribesRegister", DELETE: "unsubscribesRemove" }]
] as const).map(([path, methods]) => [new RegExp(`^/sms/v2/services/[^/]+/${path}$`), methods] as const)

export const of = (method: string, target: string): Ledger.Operation | undefined => {
  const mark = target.indexOf("?")
  const path = mark === -1 ? target : target.slice(0, mark)
  for (const [pattern, methods] of routes) {
    if (pattern.test(path)) return methods[method]
  }
  return undefined
}

/** The operation that an endpoint is called after, which all are. */
export const named = (name: string): Ledger.Operation | undefined =>
  Ledger.Operation.literals.find((operation) => operation === name)

/** The HTTP status of success. */
export const successStatus: Readonly<Record<Ledger.Operation, number>> = {
  send: 202,
  search: 200,
  result: 200,
  upload: 200,
  reservationStatus: 200,
  reservationCancel: 204,
  unsubscribesSearch: 200,
  unsubscribesRegister: 200,
  unsubscribesRemove: 204
}
