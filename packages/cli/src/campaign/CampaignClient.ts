/**
 * The client that sends a campaign: with a pace, where one was asked for.
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as RateLimiter from "effect/persistence/RateLimiter"
import * as Client from "../Client.ts"
import * as Failure from "../Failure.ts"
import * as CampaignText from "./CampaignText.ts"
import * as Rules from "./Rules.ts"

export interface Rate {
  readonly limit: number
  readonly window: Duration.Duration
}

const windows: { readonly [unit: string]: Duration.Duration } = {
  s: Duration.seconds(1),
  m: Duration.minutes(1),
  h: Duration.hours(1)
}

/** `10/s`, `300/m`. */
export const rate = Effect.fnUntraced(function*(said: Option.Option<string>) {
  if (Option.isNone(said)) return undefined
  const [, count = "", unit = ""] = /^([1-9]\d{0,5})\/([smh])$/.exec(said.value.trim()) ?? []
  const window = windows[unit]
  if (window === undefined) return yield* Failure.usage(CampaignText.plan.rateWrong)
  const rate: Rate = { limit: Number(count), window }
  return rate
})

const key = "send"

/** Counts what sends alone: what asks what became of it is as quick as ever, or a slow campaign would never know. */
const sendingAlone = (limiter: RateLimiter.RateLimiter): RateLimiter.RateLimiter => ({
  ...limiter,
  consume: (options) =>
    options.key === key
      ? limiter.consume(options)
      : Effect.succeed({
        delay: Duration.zero,
        limit: options.limit,
        remaining: options.limit,
        resetAfter: Duration.zero
      })
})

/** A client of the keys of this run, and whose they are. */
export const layer = (rate: Rate | undefined) =>
  rate === undefined
    ? Client.layerWith({ preflight: Rules.none })
    : Layer.unwrap(
      Effect.map(RateLimiter.RateLimiter, (limiter) =>
        Client.layerWith({ preflight: Rules.none, rateLimit: { limiter: sendingAlone(limiter), key, ...rate } }))
    ).pipe(Layer.provide(RateLimiter.layer.pipe(Layer.provide(RateLimiter.layerStoreMemory))))
