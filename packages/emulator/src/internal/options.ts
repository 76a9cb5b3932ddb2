/**
 * What an emulator is told: when it is made, and what is asked of it later.
 */
import type * as Duration from "effect/Duration"
import type * as Effect from "effect/Effect"
import type { Account } from "../Account.ts"
import type * as DeliveryResult from "../DeliveryResult.ts"
import type * as Ledger from "../Ledger.ts"
import type { Storage } from "../Storage.ts"
import type { Switches } from "../Switches.ts"

/**
 * How an emulator behaves. Everything has a default.
 *
 * @category options
 * @since 0.1.0
 */
export interface Options {
  /**
   * Who may call.
   *
   * @default `Account.emulatorAccount` alone
   */
  readonly accounts?: ReadonlyArray<Account> | undefined
  /**
   * The result code that messages to a number end with, by number, as people write it; all others are delivered (`"0"`).
   *
   * @default none
   */
  readonly outcomes?: Readonly<Record<string, string>> | undefined
  /**
   * The same by text, for messages to no number of `outcomes`: the first entry whose `includes` is in the text.
   *
   * @default none
   */
  readonly outcomesByContent?: ReadonlyArray<DeliveryResult.ByContent> | undefined
  /**
   * What the documents leave open.
   *
   * @default Switches.lenient
   */
  readonly switches?: Partial<Switches> | undefined
  /**
   * How far the timestamp of a signature may be off, either way.
   *
   * @default "5 minutes"
   */
  readonly timestampTolerance?: Duration.Input | undefined
  /**
   * How long after its acceptance a message turns `PROCESSING`.
   *
   * @default "1 second"
   */
  readonly processingAfter?: Duration.Input | undefined
  /**
   * How long after its acceptance a message turns `COMPLETED`.
   *
   * @default "5 seconds"
   */
  readonly completedAfter?: Duration.Input | undefined
  /**
   * How long an accepted message is in no search and no result yet.
   *
   * @default 0
   */
  readonly visibleAfter?: Duration.Input | undefined
  /**
   * How far ahead a reservation must be.
   *
   * @default "10 minutes"
   */
  readonly reservationLead?: Duration.Input | undefined
  /**
   * How long before its time it can be cancelled last.
   *
   * @default "10 minutes"
   */
  readonly reservationCutoff?: Duration.Input | undefined
  /**
   * How long after its time a reservation is `DONE` and its messages are `READY`.
   *
   * @default "1 second"
   */
  readonly submittedAfter?: Duration.Input | undefined
  /**
   * How long an uploaded file is kept.
   *
   * @default "6 days"
   */
  readonly fileExpiry?: Duration.Input | undefined
  /**
   * How many files an MMS may have.
   *
   * @default 3
   */
  readonly maxFiles?: number | undefined
  /**
   * The result code of an `AD` to a number of the block list.
   *
   * @default "E917"
   */
  readonly blockedCode?: string | undefined
  /**
   * How far the clock of the gateway is ahead of the caller's; negative for behind.
   *
   * @default 0
   */
  readonly clockOffset?: Duration.Input | undefined
  /**
   * The carrier that a message is delivered by.
   *
   * @default `SKT`, `KTF` or `LGT` by the number, `ETC` abroad
   */
  readonly telcoCode?: ((message: { readonly to: string; readonly countryCode: string }) => string) | undefined
  /**
   * What keeps the messages, reservations, files and the block list over a restart.
   *
   * @default nothing
   */
  readonly storage?: Storage | undefined
  /**
   * What all ids come from: the same seed and the same requests give the same ids. A function is asked at the start and at
   * each reset, so that one that never says the same makes ids that never come twice.
   *
   * @default "effect-sens"
   */
  readonly seed?: string | (() => string) | undefined
  /**
   * The largest body that is read, in bytes; a larger one gets 413.
   *
   * @default 1_048_576
   */
  readonly maxBodyBytes?: number | undefined
  /**
   * Is run with the ledger entry of every request, before it is answered.
   *
   * @default nothing
   */
  readonly onRequest?: ((entry: Ledger.Entry) => Effect.Effect<void>) | undefined
  /**
   * How many entries the ledger and the signature log keep each.
   *
   * @default 10_000
   */
  readonly logCapacity?: number | undefined
}

/**
 * Which message to wait for.
 *
 * @category options
 * @since 0.1.0
 */
export interface WaitOptions {
  /** The number that it goes to, as people write it; any without it. */
  readonly to?: string | undefined
  /** The number that it comes from, as people write it; any without it. */
  readonly from?: string | undefined
  /** What its text includes; anything without it. */
  readonly includes?: string | undefined
  /** The `sequence`, counted from 0, that it has to be above; without it all messages count. */
  readonly after?: number | undefined
  /**
   * How long to wait.
   *
   * @default "10 seconds"
   */
  readonly timeout?: Duration.Input | undefined
}

/**
 * How large a past is.
 *
 * @category options
 * @since 0.1.0
 */
export interface PastOptions {
  /**
   * How many messages.
   *
   * @default 1000
   */
  readonly messages?: number | undefined
  /**
   * Over how many days up to now.
   *
   * @default 30
   */
  readonly days?: number | undefined
  /**
   * The share of them that failed, from 0 to 1.
   *
   * @default 0.05
   */
  readonly failed?: number | undefined
  /**
   * What numbers, texts, times and codes come from.
   *
   * @default "effect-sens"
   */
  readonly seed?: string | undefined
}
