/**
 * Delivers an event to the endpoint: again and again, until it is answered 2xx, or for as long as is worth it.
 *
 * @since 0.1.0
 */
import * as Clock from "effect/Clock"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import * as Schema from "effect/Schema"
import * as Semaphore from "effect/Semaphore"
import * as Endpoint from "./Endpoint.ts"
import type * as WebhookEvent from "./WebhookEvent.ts"
import * as WebhookSignature from "./WebhookSignature.ts"

/** The endpoint wants no more: it answered 410. */
export class Gone extends Schema.TaggedError<Gone>("effect-sens/listen/Attempts/Gone")("Gone", {}) {}

export interface Delivered {
  readonly _tag: "Delivered"
  readonly status: number
  readonly attempts: number
}

/** It was given up. */
export interface Undelivered {
  readonly _tag: "Undelivered"
  /** `HTTP 503`, `ECONNREFUSED`, `no answer`. */
  readonly why: string
  readonly attempts: number
  /** When the first attempt was. */
  readonly since: number
}

export type Outcome = Delivered | Undelivered

/** What is worth telling whoever watches. */
export interface Watcher {
  /** Several attempts in a row have failed, and none in between was answered 2xx. */
  readonly onDown: (why: string) => Effect.Effect<void>
  /** The first 2xx since. */
  readonly onUp: (since: number) => Effect.Effect<void>
  /** This message is failing for as long as this, while others may get through. */
  readonly onStuck: (event: WebhookEvent.WebhookEvent, why: string, since: number) => Effect.Effect<void>
}

export interface Options {
  /** How many requests are under way at most. One that waits for its next attempt is none of them. */
  readonly concurrency: number
  /** How long an answer may take. */
  readonly timeout: Duration.Duration
  /** How long a message is tried. */
  readonly patience: Duration.Duration
  readonly watcher: Watcher
}

const first = 5000
const longest = 5 * 60_000
/** Failures in a row that are no chance any more. */
const suspicious = 3

/** How long to wait after this many attempts: doubling, and up to a fifth more or less, so that not all come back at once. */
const pause = (attempts: number): Effect.Effect<number> =>
  Effect.map(Random.next, (random) => Math.min(first * 2 ** (attempts - 1), longest) * (0.8 + 0.4 * random))

const isSuccess = (status: number): boolean => status >= 200 && status < 300

/** One endpoint, to which events are delivered at the same time. */
export const make = Effect.fnUntraced(function*({ concurrency, patience, timeout, watcher }: Options) {
  const endpoint = yield* Endpoint.Endpoint
  const { sign } = yield* WebhookSignature.WebhookSignature
  const permits = yield* Semaphore.make(concurrency)
  let failures = 0
  let failingSince = 0
  let isStuckTold = false
  // Opened when the endpoint is back: nobody waits longer than it does.
  let back = Deferred.makeUnsafe<void>()

  /** Why it failed, or the status of its success. */
  const once = Effect.fnUntraced(function*({ body, id }: WebhookEvent.WebhookEvent) {
    const headers = yield* sign(id, body)
    return yield* endpoint.post(headers, body).pipe(
      Effect.timeout(timeout),
      Effect.map((status) => isSuccess(status) || status === 410 ? status : `HTTP ${status}`),
      Effect.catchTags({
        TimeoutError: () => Effect.succeed("no answer"),
        Unreachable: ({ why }) => Effect.succeed(why)
      })
    )
  })

  const up = Effect.suspend(() => {
    const before = failures
    failures = 0
    isStuckTold = false
    if (before < suspicious) return Effect.void
    const waiting = back
    back = Deferred.makeUnsafe<void>()
    return Effect.andThen(watcher.onUp(failingSince), Deferred.succeed(waiting, undefined))
  })

  const down = (why: string) =>
    Effect.flatMap(Clock.currentTimeMillis, (now) => {
      failures++
      if (failures === 1) failingSince = now
      return failures === suspicious ? watcher.onDown(why) : Effect.void
    })

  /** Delivers it, or gives it up. */
  const deliver = Effect.fnUntraced(function*(
    event: WebhookEvent.WebhookEvent
  ): Effect.fn.Return<Outcome, Gone> {
    const since = yield* Clock.currentTimeMillis
    let isStuck = false
    for (let attempts = 1;; attempts++) {
      const result = yield* permits.withPermit(once(event))
      if (result === 410) return yield* new Gone()
      if (typeof result === "number") {
        yield* up
        return { _tag: "Delivered", status: result, attempts }
      }
      yield* down(result)
      const now = yield* Clock.currentTimeMillis
      const wait = yield* pause(attempts)
      if (now + wait - since > Duration.toMillis(patience)) {
        return { _tag: "Undelivered", why: result, attempts, since }
      }
      // Where none gets through, one is enough to be told of.
      if (!isStuck && !isStuckTold && now - since >= longest) {
        isStuck = true
        isStuckTold = true
        yield* watcher.onStuck(event, result, since)
      }
      yield* Effect.timeoutOrElse(Deferred.await(back), { duration: wait, orElse: () => Effect.void })
    }
  })

  /** One attempt, for whoever stands by. */
  const attempt = (event: WebhookEvent.WebhookEvent) => once(event)

  return { deliver, attempt }
})

export type Attempts = Effect.Success<ReturnType<typeof make>>
