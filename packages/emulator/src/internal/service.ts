/**
 * What an emulator does for whoever runs it.
 */
import type * as Cause from "effect/Cause"
import type * as DateTime from "effect/DateTime"
import type * as Duration from "effect/Duration"
import type * as Effect from "effect/Effect"
import type * as HttpServerRequest from "effect/http/HttpServerRequest"
import type * as Option from "effect/Option"
import type * as Result from "effect/Result"
import type * as Scope from "effect/Scope"
import type * as DeliveryResult from "../DeliveryResult.ts"
import type * as Duplicate from "../Duplicate.ts"
import type * as Fault from "../Fault.ts"
import type { InboxMessage } from "../InboxMessage.ts"
import type * as Ledger from "../Ledger.ts"
import type * as SignatureLog from "../SignatureLog.ts"
import type { PastOptions, WaitOptions } from "./options.ts"
import type { Reaction } from "./reaction.ts"
import type { ReservationOutcome } from "./reservationsApi.ts"

/**
 * An uploaded picture.
 *
 * @category models
 * @since 0.1.0
 */
export interface File {
  /** The id that a send names it by. */
  readonly fileId: string
  /** The service that it was uploaded to. */
  readonly serviceId: string
  /** The name that it was given. */
  readonly name: string
  /** When it was uploaded. */
  readonly createTime: DateTime.Utc
  /** Until when a send may name it. */
  readonly expireTime: DateTime.Utc
  /** Its bytes. */
  readonly body: Uint8Array
}

/**
 * One emulator.
 *
 * @category models
 * @since 0.1.0
 */
export interface Service {
  /**
   * Reacts to the current request. All ways to reach an emulator go through it.
   */
  readonly exchange: Effect.Effect<Reaction, never, HttpServerRequest.HttpServerRequest | Scope.Scope>
  /**
   * What goes wrong with the next requests.
   */
  readonly faults: Fault.Faults
  /**
   * Sets how far the clock of the gateway is ahead of the caller's, from now on; negative is behind.
   */
  readonly setClockOffset: (offset: Duration.Input) => Effect.Effect<void>
  /**
   * From now on, messages to this number, as people write it, end with this result code. Those that were accepted before keep theirs.
   */
  readonly setOutcome: (recipient: string, code: string) => Effect.Effect<void>
  /**
   * From now on, messages whose text includes this end with this result code, where their number is not scripted.
   */
  readonly setOutcomeByContent: (outcome: DeliveryResult.ByContent) => Effect.Effect<void>
  /**
   * What is scripted for numbers and texts, in the order in which it is looked at.
   */
  readonly outcomes: Effect.Effect<{
    readonly byNumber: ReadonlyArray<{ readonly recipient: string; readonly code: string }>
    readonly byContent: ReadonlyArray<DeliveryResult.ByContent>
  }>
  /**
   * Forgets what is scripted for a number, as people write it; says whether anything was.
   */
  readonly removeOutcome: (recipient: string) => Effect.Effect<boolean>
  /**
   * Forgets what is scripted for a text; says whether anything was.
   */
  readonly removeOutcomeByContent: (includes: string) => Effect.Effect<boolean>
  /**
   * Cancels a reservation by the rules of the service: none where there is no such one, else whether it is cancelled now, or why it
   * cannot be. Asked again, it still is.
   */
  readonly cancelReservation: (requestId: string) => Effect.Effect<Option.Option<Result.Result<void, string>>>
  /**
   * What becomes of a reservation when its time has come; says whether there is such a one that still waits.
   */
  readonly setReservationOutcome: (requestId: string, outcome: ReservationOutcome) => Effect.Effect<boolean>
  /**
   * What a recipient does who calls the 080 number: from now on no advertising of a service reaches the number.
   */
  readonly optOut: (recipient: string, serviceId?: string) => Effect.Effect<void>
  /**
   * Takes a number off the block list of a service, or of all.
   */
  readonly optIn: (recipient: string, serviceId?: string) => Effect.Effect<void>
  /**
   * Every request so far with its verdict, oldest first.
   */
  readonly ledger: Effect.Effect<ReadonlyArray<Ledger.Entry>>
  /**
   * Why signatures were refused, oldest first.
   */
  readonly signatureLog: Effect.Effect<ReadonlyArray<SignatureLog.Entry>>
  /**
   * The messages to a number, as people write it, in the order they were accepted.
   */
  readonly messages: (recipient: string) => Effect.Effect<ReadonlyArray<InboxMessage>>
  /**
   * All messages, in the order they were accepted.
   */
  readonly allMessages: Effect.Effect<ReadonlyArray<InboxMessage>>
  /**
   * The first message that fits, in the order of acceptance: one that is there already, or the next that comes. The text is
   * that of the message's own recipient. Messages whose `sequence` is not above `after` do not count. Fails with
   * `TimeoutError` when none comes within `timeout`, 10 seconds unless told otherwise.
   */
  readonly waitForMessage: (options?: WaitOptions) => Effect.Effect<InboxMessage, Cause.TimeoutError>
  /**
   * The one-time password in the first message that fits and has one; see `waitForMessage` and `Otp`. Fails with `TimeoutError`
   * when none comes in time.
   */
  readonly waitForOtp: (options?: WaitOptions) => Effect.Effect<string, Cause.TimeoutError>
  /**
   * What was accepted more than once, within an hour unless told otherwise.
   */
  readonly duplicates: (options?: {
    readonly window?: Duration.Input | undefined
  }) => Effect.Effect<ReadonlyArray<Duplicate.Duplicate>>
  /**
   * An uploaded file, of whatever service. Its bytes are kept until it expires, and while there are few of them also after that.
   */
  readonly file: (fileId: string) => Effect.Effect<Option.Option<File>>
  /**
   * Writes a past: finished messages of the last days, with made-up numbers and texts. The same seed, the same emulator and
   * the same time give the same past. A figure that makes no sense is a defect.
   */
  readonly seedPast: (past?: PastOptions) => Effect.Effect<void>
  /**
   * Forgets everything, faults and what is on its way included, and starts the ids over, unless a storage keeps messages, where
   * no id comes twice; outcomes and the clock's offset are those of the options again.
   */
  readonly reset: Effect.Effect<void>
}
