/**
 * The error of a connection that failed, as a runtime would give it.
 */
import * as Reaction from "./reaction.ts"

const texts: Readonly<Record<string, string>> = {
  ECONNREFUSED: "connect ECONNREFUSED",
  ECONNRESET: "read ECONNRESET",
  EPIPE: "write EPIPE"
}

export const make = (reaction: Exclude<Reaction.Reaction, { readonly _tag: "Answer" }>): Error => {
  const code = Reaction.errorCode(reaction)
  return Object.assign(new Error(texts[code] ?? code), { code })
}
