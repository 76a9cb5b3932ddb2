/**
 * What a limiter learns of a service that says 429: it waits as long as it is told, counts what is let through after that until the next
 * 429, and from then on lets through as many in the same time. Pure: a state and what happens give another state.
 */
import * as Duration from "effect/Duration"
import * as Option from "effect/Option"
import type * as RateLimiter from "effect/persistence/RateLimiter"
import * as Schema from "effect/Schema"

// -----------------------------------------------------------------------------
// State
// -----------------------------------------------------------------------------

const State = Schema.TaggedUnion({
  /** Nothing goes out before `until`. */
  cooldown: { epoch: Schema.Int, until: Schema.Finite },
  /** What goes out is counted. */
  learning: { epoch: Schema.Int, since: Schema.Finite, observed: Schema.Finite },
  /** `limit` go out in a window; `until` is when all that went out is paid for. */
  learned: {
    epoch: Schema.Int,
    until: Schema.Finite,
    observed: Schema.Finite,
    limit: Schema.Finite,
    window: Schema.Finite
  }
})

/**
 * @internal
 */
export type State = typeof State.Type

const Json = Schema.fromJsonString(State)

/**
 * @internal
 */
export const decode = Schema.decodeUnknownEffect(Json)

/**
 * @internal
 */
export const encode = Schema.encodeEffect(Json)

/**
 * A state, and until when it holds, in milliseconds since 1970.
 *
 * @internal
 */
export interface Kept {
  readonly state: State
  readonly expiresAt: number
}

// -----------------------------------------------------------------------------
// Steps
// -----------------------------------------------------------------------------

const grace = 60_000
const longest = 3_600_000

const clamp = (millis: number): number => Number.isNaN(millis) || millis <= 0 ? 1 : Math.min(millis, longest)

const cooldown = (epoch: number, until: number): Kept => ({
  state: { _tag: "cooldown", epoch, until },
  expiresAt: until + grace
})

const answer = (
  { _tag, epoch }: State,
  delay: number
): RateLimiter.AdaptiveConsumeResult => ({ delay: Duration.millis(Math.max(0, delay)), epoch, phase: _tag })

/**
 * What is let through where nothing has been learned.
 *
 * @internal
 */
export const inactive: RateLimiter.AdaptiveConsumeResult = { delay: Duration.zero, epoch: 0, phase: "inactive" }

/**
 * Takes tokens, and says how long they have to wait.
 *
 * @internal
 */
export const consume = (
  { expiresAt, state }: Kept,
  now: number,
  { fallbackWindow, tokens }: Pick<RateLimiter.AdaptiveConsumeOptions, "fallbackWindow" | "tokens">
): readonly [RateLimiter.AdaptiveConsumeResult, Kept] => {
  switch (state._tag) {
    case "cooldown": {
      if (state.until > now) return [answer(state, state.until - now), { expiresAt, state }]
      const next: State = { _tag: "learning", epoch: state.epoch + 1, since: now, observed: tokens }
      return [answer(next, 0), { state: next, expiresAt: now + Duration.toMillis(fallbackWindow) + grace }]
    }
    case "learning": {
      const next: State = { ...state, observed: state.observed + tokens }
      return [answer(next, 0), { state: next, expiresAt }]
    }
    case "learned": {
      const isOver = state.until <= now
      const each = state.window / state.limit
      const observed = (isOver ? 0 : state.observed) + tokens
      const until = (isOver ? now : state.until) + each * tokens
      const elapsed = observed * each - (until - now)
      const delay = Math.floor((observed - 1) / state.limit) * state.window - elapsed
      const next: State = { ...state, observed, until }
      return [answer(next, delay), { state: next, expiresAt }]
    }
  }
}

/**
 * What a 429 says. None where it changes nothing: it answers a request from before the last change.
 *
 * @internal
 */
export const feedback = (
  kept: Option.Option<Kept>,
  now: number,
  { epoch, retryAfter, tokens }: {
    readonly epoch: number
    readonly retryAfter: Duration.Duration
    readonly tokens: number
  }
): Option.Option<Kept> => {
  const pause = clamp(Duration.toMillis(retryAfter))
  const until = now + pause
  if (Option.isNone(kept)) return epoch === 0 ? Option.some(cooldown(0, until)) : Option.none()
  const { state } = kept.value
  if (state.epoch !== epoch) return Option.none()
  switch (state._tag) {
    case "cooldown":
      return Option.some(cooldown(epoch, Math.max(state.until, until)))
    case "learning": {
      const limit = state.observed - tokens
      if (limit <= 0) return Option.some(cooldown(epoch, until))
      const window = clamp(now - state.since + pause)
      return Option.some({
        state: {
          _tag: "learned",
          epoch: epoch + 1,
          until: state.since + window,
          observed: limit,
          limit,
          window
        },
        expiresAt: now + window + grace
      })
    }
    case "learned":
      return Option.some(cooldown(epoch, until))
  }
}
