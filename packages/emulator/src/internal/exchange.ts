/**
 * What becomes known about a request while it is served, for the ledger.
 */
import * as Context from "effect/Context"
import type * as Ledger from "../Ledger.ts"

export interface Notes {
  operation: Ledger.Operation | undefined
  verdict: Ledger.Verdict | undefined
  body: string
  /** Whether the ledger has it. */
  recorded: boolean
  /** The raw request target, where it is not that of the request as it stands. */
  readonly target: string | undefined
  /** When the request is looked at by the gateway's clock, if not now. */
  readonly at: number | undefined
}

export const makeNotes = (
  known?: { readonly target?: string | undefined; readonly at?: number | undefined }
): Notes => ({
  operation: undefined,
  verdict: undefined,
  body: "",
  recorded: false,
  target: known?.target,
  at: known?.at
})

/** The notes of the current request. The gateway sets them; outside a request they go nowhere. */
export const Exchange = Context.Reference<Notes>("@effect-sens/emulator/internal/exchange", {
  defaultValue: () => makeNotes()
})

/** The raw request target: what follows the origin, as it came. */
export const rawTarget = (originalUrl: string): string => {
  const origin = /^[a-z][a-z\d+.-]*:\/\/[^/?#]*/i.exec(originalUrl)
  const rest = origin === null ? originalUrl : originalUrl.slice(origin[0].length)
  const fragment = rest.indexOf("#")
  const target = fragment === -1 ? rest : rest.slice(0, fragment)
  return target.startsWith("/") ? target : `/${target}`
}
