/**
 * What is read by `for await`, and what comes from a program's own iterables.
 */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Stream from "effect/Stream"
import type { Sequence } from "../StreamsPromise.ts"

// As many as go into a request: a generator is not run far ahead of what is sent.
const chunk = 100

/**
 * The values of an iterable, which is told when no more are taken.
 *
 * @internal
 */
export const fromIterable = <A>(iterable: Iterable<A>): Stream.Stream<A> =>
  Array.isArray(iterable) ? Stream.fromArray(iterable) : Stream.unwrap(Effect.map(
    Effect.acquireRelease(
      Effect.sync(() => iterable[Symbol.iterator]()),
      (iterator) => Effect.sync(() => void iterator.return?.())
    ),
    (iterator) => Stream.fromIterable({ [Symbol.iterator]: () => iterator }, { chunkSize: chunk })
  ))

const sequences = new WeakSet<object>()

/**
 * The values of an asynchronous iterable, which is told when no more are taken. One that is read by `for await` itself is waited for
 * then: it ends whatever it is doing. Others may not end before they have their next value.
 *
 * @internal
 */
export const fromAsyncIterable = <A>(iterable: AsyncIterable<A>): Stream.Stream<A, Error> => {
  const values = Stream.fromAsyncIterable(
    iterable,
    (error) => error instanceof Error ? error : new Error(String(error))
  )
  return sequences.has(iterable)
    ? Stream.unwrap(Effect.as(
      Effect.addFinalizer(() => Effect.promise(() => Promise.resolve(iterable[Symbol.asyncIterator]().return?.()))),
      values
    ))
    : values
}

interface Reader<A> {
  readonly resolve: (result: IteratorResult<A, undefined>) => void
  readonly reject: (error: unknown) => void
}

const done = { done: true, value: undefined } as const

/**
 * Values to read, of a program that gives them: it is begun when the first is asked for, waits while nobody asks, and is stopped
 * when nobody will any more.
 *
 * @internal
 */
export const make = <A>(
  begin: (give: (values: Iterable<A>) => Effect.Effect<void>, stopped: Effect.Effect<void>) => Promise<void>
): Sequence<A> => {
  const stop = Deferred.makeUnsafe<void>()
  const nothing: Iterable<A> = []
  let values = nothing[Symbol.iterator]()
  let readers: ReadonlyArray<Reader<A>> = []
  let wake: (() => void) | undefined
  // Settles when the program has ended; it never rejects.
  let ending: Promise<void> | undefined
  let isEnded = false
  let failure: { readonly error: unknown } | undefined

  const serve = (): void => {
    while (true) {
      const [reader, ...others] = readers
      if (reader === undefined) return
      const taken = values.next()
      if (taken.done === true) return
      readers = others
      reader.resolve({ done: false, value: taken.value })
    }
  }

  const give = (more: Iterable<A>): Effect.Effect<void> =>
    Effect.callback<void>((resume) => {
      values = more[Symbol.iterator]()
      serve()
      if (readers.length > 0) return resume(Effect.void)
      wake = () => {
        wake = undefined
        resume(Effect.void)
      }
    })

  const end = (failed: { readonly error: unknown } | undefined): void => {
    isEnded = true
    const [reader, ...others] = readers
    readers = []
    if (reader === undefined) failure = failed
    else if (failed === undefined) reader.resolve(done)
    else reader.reject(failed.error)
    for (const { resolve } of others) resolve(done)
  }

  const next: Sequence<A>["next"] = () => {
    const taken = values.next()
    if (taken.done !== true) return Promise.resolve({ done: false, value: taken.value })
    if (isEnded) {
      const failed = failure
      failure = undefined
      return failed === undefined ? Promise.resolve(done) : Promise.reject(failed.error)
    }
    const { promise, reject, resolve } = Promise.withResolvers<IteratorResult<A, undefined>>()
    readers = [...readers, { resolve, reject }]
    ending ??= begin(give, Deferred.await(stop)).then(() => end(undefined), (error: unknown) => end({ error }))
    wake?.()
    return promise
  }

  const stopped: Sequence<A>["return"] = () => {
    values = nothing[Symbol.iterator]()
    isEnded = true
    Deferred.doneUnsafe(stop, Exit.void)
    return (ending ?? Promise.resolve()).then(() => {
      failure = undefined
      return done
    })
  }

  const sequence: Sequence<A> = {
    next,
    return: stopped,
    [Symbol.asyncIterator]: () => sequence,
    [Symbol.asyncDispose]: () => stopped().then(() => undefined)
  }
  sequences.add(sequence)
  return sequence
}
