/**
 * One line that says how far the messages are.
 */
import * as Effect from "effect/Effect"
import * as Terminal from "effect/Terminal"
import type { Progress } from "./Campaign.ts"

const width = 40

/** Redrawn in place on a terminal; elsewhere a line for every tenth. */
export const make = Effect.fnUntraced(function*(total: number, interactive: boolean) {
  const terminal = yield* Terminal.Terminal
  let tenth = -1
  return ({ accepted, final }: Progress): Effect.Effect<void> => {
    const filled = Math.floor(final / total * width)
    const bar = "#".repeat(filled) + ".".repeat(width - filled)
    const line = `[${bar}] ${accepted} accepted, ${final} of ${total} final`
    if (interactive) {
      return Effect.orDie(terminal.display(`\r${line}${final === total ? "\n" : ""}`))
    }
    const reached = Math.floor(final / total * 10)
    if (reached === tenth) return Effect.void
    tenth = reached
    return Effect.orDie(terminal.display(`${line}\n`))
  }
})
