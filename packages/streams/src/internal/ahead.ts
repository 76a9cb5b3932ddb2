/**
 * Reading ahead of whoever takes the pages.
 */
import type * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import type * as Pull from "effect/Pull"
import * as Queue from "effect/Queue"
import type * as Scope from "effect/Scope"
import * as Semaphore from "effect/Semaphore"

/**
 * Pulls ahead of whoever takes: at any time at most `pages` are on their way or wait to be taken. A plain buffer of one would
 * be two ahead, one in the buffer and one that waits for room.
 *
 * @internal
 */
export const ahead = Effect.fnUntraced(function*<A, E>(
  pull: Pull.Pull<A, E>,
  pages: number,
  scope: Scope.Scope
): Effect.fn.Return<Pull.Pull<A, E>> {
  if (pages <= 0) return pull
  const slots = Semaphore.makeUnsafe(pages)
  const queue = yield* Queue.make<A, E | Cause.Done>()
  yield* slots.take(1).pipe(
    Effect.andThen(pull),
    Effect.flatMap((page) => Queue.offer(queue, page)),
    Effect.forever({ disableYield: true }),
    Effect.catchCause((cause) => Queue.failCause(queue, cause)),
    Effect.forkIn(scope)
  )
  const taken: Pull.Pull<A, E> = Effect.tap(Queue.take(queue), () => slots.release(1))
  return taken
})
