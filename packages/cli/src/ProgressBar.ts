/**
 * One line on stderr that says how far something is. Only `#` and `.`: other signs are two columns wide on Korean consoles.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Output from "./Output.ts"
import * as Table from "./Table.ts"

const longest = 40
const shortest = 10

export interface Progress {
  readonly done: number
  readonly total: number
  /** What is said behind the bar. */
  readonly text: string
}

/** The bar, and what is said behind it, which is whole as long as ten columns are left for the bar. */
export const line = ({ done, text, total }: Progress, columns = Number.POSITIVE_INFINITY): string => {
  const size = Math.max(shortest, Math.min(longest, columns - Table.width(text) - 3))
  const filled = Math.floor((total === 0 ? 1 : Math.min(1, done / total)) * size)
  return `[${"#".repeat(filled)}${".".repeat(size - filled)}] ${text}`
}

/**
 * Redrawn in place on a terminal; elsewhere a line for every tenth, and none where nobody reads. `clear` ends the line, so that the
 * next begins on its own.
 */
export const make = Effect.gen(function*() {
  const output = yield* Output.Output
  let tenth = -1
  let isOpen = false
  return {
    show: (progress: Progress): Effect.Effect<void> =>
      Effect.suspend(() => {
        if (output.err.canRedraw) {
          isOpen = true
          // A line that is wrapped cannot be redrawn.
          return output.draw(`\r${Table.cut(line(progress, output.columns - 1), output.columns - 1)}\u001B[K`)
        }
        const reached = Math.floor(progress.total === 0 ? 10 : (progress.done / progress.total) * 10)
        if (reached === tenth) return Effect.void
        tenth = reached
        return output.note(line(progress))
      }),
    clear: Effect.suspend(() => {
      if (!isOpen) return Effect.void
      isOpen = false
      return output.draw("\n")
    })
  }
})
