/**
 * What the findings mean for a client: the lines to paste, and what is kept in a profile.
 *
 * @since 0.1.0
 */
import * as Duration from "effect/Duration"
import type * as Check from "./Check.ts"
import * as Visibility from "./checks/Visibility.ts"

/** What a client takes unless it is told otherwise. */
export const defaults = {
  visibilityLag: Duration.seconds(60),
  timestampTolerance: Duration.minutes(5),
  overlap: Duration.seconds(60)
} as const

/** From so many messages on it may be asked whether less would do. */
export const enough = 20

/** No setting goes below this, however fast the log was. */
const least = Duration.seconds(10)

export interface Settings {
  readonly visibilityLag: Duration.Duration | undefined
  readonly timestampTolerance: Duration.Duration | undefined
  readonly overlap: Duration.Duration | undefined
  /** Where the fence is not enforced, a lost send is not sent again by itself. */
  readonly onAmbiguous: "fail" | undefined
}

const roundUp = (millis: number, to: number): number => Math.ceil(millis / to) * to

/** Three times the worst, in whole 5 seconds. */
const safe = (millis: number): Duration.Duration => Duration.millis(roundUp(3 * millis, 5000))

/** Worst of what was seen; none where nothing was measured, or one was never seen. */
export const worst = (learned: Check.Learned): number | undefined => {
  const lags = learned.sent.length === 0 ? undefined : Visibility.lags(learned)
  return lags === undefined ? undefined : Math.max(...lags)
}

/** Less than now, where so many messages were seen that it may be asked for; whoever is asked decides. */
export const lower = (learned: Check.Learned, now: Duration.Duration): Duration.Duration | undefined => {
  const most = worst(learned)
  if (most === undefined || learned.sent.length < enough) return undefined
  const candidate = Duration.max(safe(most), least)
  return Duration.isLessThan(candidate, now) ? candidate : undefined
}

/**
 * What follows. `current` is what the profile has; nothing but `lowered`, which a person has agreed to, goes below it or below the
 * default: absence that is proved too early doubles a text.
 */
export const make = (learned: Check.Learned, { current, lowered }: {
  readonly current: {
    readonly visibilityLag?: Duration.Duration | undefined
    readonly timestampTolerance?: Duration.Duration | undefined
  }
  readonly lowered?: Duration.Duration | undefined
}): Settings => {
  const most = worst(learned)
  const { completionLag, fence } = learned
  const refused = fence?.refused
  return {
    visibilityLag: lowered ??
      (most === undefined ? undefined : Duration.max(current.visibilityLag ?? defaults.visibilityLag, safe(most))),
    timestampTolerance: refused === undefined
      ? undefined
      : [
        defaults.timestampTolerance,
        current.timestampTolerance ?? defaults.timestampTolerance,
        // The least that was refused, but for the 10 s by which the documented 5 minutes are probed.
        Duration.millis(roundUp(refused - 10_000, 60_000))
      ].reduce(Duration.max),
    overlap: completionLag === undefined ? undefined : Duration.max(defaults.overlap, safe(completionLag)),
    onAmbiguous: fence !== undefined && refused === undefined ? "fail" : undefined
  }
}

/** As code has it, and as `Schema.DurationFromString` reads it: `"60 seconds"`. */
export const text = (duration: Duration.Duration): string => {
  const seconds = Math.ceil(Duration.toSeconds(duration))
  return seconds >= 120 && seconds % 60 === 0 ? `${seconds / 60} minutes` : `${seconds} seconds`
}

/** The lines to paste, each with what it rests on. */
export const lines = (settings: Settings, learned: Check.Learned): ReadonlyArray<string> => {
  const most = worst(learned)
  const seconds = (millis: number) => `${Math.round(millis / 100) / 10} s`
  const { fence } = learned
  return [
    ...settings.visibilityLag === undefined || most === undefined
      ? []
      : [
        `visibilityLag: "${text(settings.visibilityLag)}", // seen ${learned.sent.length}: ${
          learned.sent.length === 1 ? "" : "at worst "
        }${seconds(most)}`
      ],
    ...settings.timestampTolerance === undefined || fence?.refused === undefined
      ? []
      : [
        `timestampTolerance: "${text(settings.timestampTolerance)}", // accepted ${fence.accepted / 1000} s, refused ${
          fence.refused / 1000
        } s`
      ],
    ...settings.onAmbiguous === undefined
      ? []
      : [
        `onAmbiguous: "${settings.onAmbiguous}", // old timestamps are accepted`,
        `onOpen: "hold", // of the outbox's layerWorker, for the same reason`
      ],
    ...settings.overlap === undefined || learned.completionLag === undefined
      ? []
      : [
        `overlap: "${text(settings.overlap)}", // of DeliveryLog.tail: a completion showed ${
          seconds(learned.completionLag)
        } after its time`
      ]
  ]
}
