/**
 * Reading ahead of whoever takes.
 */
import type * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import type * as Pull from "effect/Pull"
import type * as Scope from "effect/Scope"

/** More cannot help anybody, and `Infinity` would never be reached. */
const most = 1000

type Reading<A, E> = Fiber.Fiber<Exit.Exit<A, E | Cause.Done>>

/**
 * Pulls ahead of whoever takes: at any time at most `pages` are on their way or wait to be taken, one after the other. Every
 * page is a fiber, which starts and is joined on the spot: one fiber for all of them, that offers to a queue and waits for room
 * in it, goes twice around the event loop for a page, a tenth of what reading it costs.
 *
 * @internal
 */
export const ahead = Effect.fnUntraced(function*<A, E>(
  pull: Pull.Pull<A, E>,
  pages: number,
  scope: Scope.Scope
): Effect.fn.Return<Pull.Pull<A, E>> {
  if (!(pages >= 1)) return pull
  // Not that of whoever takes: a page may be begun long before the take that gives it away.
  const context = yield* Effect.context()
  const read = Effect.provideContext(pull, context)
  const reading: Array<Reading<A, E>> = []
  const readOn = Effect.suspend(() => {
    const before = reading.at(-1)
    const next = before === undefined ? read : Effect.andThen(Effect.flatten(Fiber.join(before)), read)
    return Effect.map(Effect.forkIn(Effect.exit(next), scope, { startImmediately: true }), (fiber) => {
      reading.push(fiber)
    })
  })
  for (let page = 1; page <= Math.min(pages, most); page++) yield* readOn
  const wanted = reading.length
  const taken: Pull.Pull<A, E> = Effect.suspend(() => {
    const first = reading[0]
    if (first === undefined) return pull
    return Effect.flatMap(Fiber.join(first), (exit) => {
      // After a failure there is nothing to read: it stays what is taken.
      if (Exit.isFailure(exit)) return exit
      // A page that is begun is held, whenever the take is interrupted: begun a second time, it would be read beside itself.
      return Effect.map(reading.length > wanted ? Effect.void : Effect.uninterruptible(readOn), () => {
        reading.shift()
        return exit.value
      })
    })
  })
  return taken
})
