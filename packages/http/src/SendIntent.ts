/**
 * A send in three steps that can be written down: `prepare` gives an intent, `submit` makes its one POST, `resolve` looks for
 * it in the delivery log. `Sens.messages.send` is built on them with a journal in memory; an outbox or a job queue keeps its
 * journal where a crash does not reach it.
 *
 * **Example** (Written down, lost, and asked about)
 *
 * ```ts import.meta.vitest
 * import type * as SendRequest from "@effect-sens/core/SendRequest"
 * import * as Account from "@effect-sens/emulator/Account"
 * import * as Emulator from "@effect-sens/emulator/Emulator"
 * import * as EmulatorClient from "@effect-sens/emulator/EmulatorClient"
 * import * as Fault from "@effect-sens/emulator/Fault"
 * import * as SendIntent from "@effect-sens/http/SendIntent"
 * import * as Sens from "@effect-sens/http/Sens"
 * import * as Effect from "effect/Effect"
 * import * as Layer from "effect/Layer"
 * import * as Schema from "effect/Schema"
 *
 * const request: SendRequest.SendRequest = {
 *   type: "SMS",
 *   from: "0212345678",
 *   content: "안녕하세요",
 *   messages: [{ to: "01012345678" }]
 * }
 * const json = Schema.fromJsonString(SendIntent.SendIntent)
 * const journal = new Map<string, string>()
 *
 * const program = Effect.gen(function*() {
 *   const { messages } = yield* Sens.Sens
 *   const { faults } = yield* Emulator.Emulator
 *   yield* messages.learnClock
 *   const intent = yield* messages.prepare(request)
 *   journal.set("welcome", yield* Schema.encodeEffect(json)(intent))
 *   yield* faults.next("send", 1, Fault.reset({ accepted: true }))
 *   const lost = yield* Effect.flip(messages.submit(intent, request))
 *
 *   // Later, or in another process.
 *   const kept = yield* Schema.decodeEffect(json)(journal.get("welcome") ?? "")
 *   const resolution = yield* messages.resolve([kept], request, { owners: () => Effect.succeed(new Map()) })
 *   return [lost.isAmbiguous, resolution._tag]
 * })
 *
 * const layer = Sens.layer(Account.options).pipe(Layer.provideMerge(EmulatorClient.layer()))
 *
 * await Effect.runPromise(Effect.provide(program, layer)) // => [true, "Found"]
 * ```
 *
 * @since 0.1.0
 */
import type * as RequestId from "@effect-sens/core/RequestId"
import { SendIntent } from "@effect-sens/core/SendIntent"
import type * as SendRequest from "@effect-sens/core/SendRequest"
import type * as SendResponse from "@effect-sens/core/SendResponse"
import type * as Arr from "effect/Array"
import * as Data from "effect/Data"
import type * as Duration from "effect/Duration"
import type * as Effect from "effect/Effect"
import * as TwinKey from "./internal/twinKey.ts"

export {
  /**
   * What is known of one POST before it goes out.
   *
   * @category schemas
   * @since 0.1.0
   */
  SendIntent
}

// -----------------------------------------------------------------------------
// Journal
// -----------------------------------------------------------------------------

/**
 * Whose request an id is, as a journal has it: `this` question's own, or `another` send's. An id that no send has got is in
 * no journal.
 *
 * @category models
 * @since 0.1.0
 */
export type Owner = "this" | "another"

/**
 * A send of the same journal that is equal in sender, recipients and texts. In the delivery log nobody can tell the two apart,
 * so a look takes both into account.
 *
 * @category models
 * @since 0.1.0
 */
export interface Twin {
  /** Its POSTs that may have been accepted. */
  readonly intents: Arr.NonEmptyReadonlyArray<SendIntent>
  /** Whether it has got an id. Only one that got it from the log, or by hand, is still a twin then. */
  readonly hasId: boolean
  /**
   * The `requestTime` of the record that it got: that may be another's, so this one's interval reaches as far.
   *
   * @default not known
   */
  readonly requestTime?: string | null | undefined
}

/**
 * The same text for two requests exactly where they are twins: equal in sender, country, numbers, texts and subjects, in whichever
 * order their recipients stand. It holds all of these, so a journal keeps a keyed hash of it.
 *
 * **Example** (Nobody can tell them apart)
 *
 * ```ts import.meta.vitest
 * import * as Preflight from "@effect-sens/core/Preflight"
 * import * as SendIntent from "@effect-sens/http/SendIntent"
 *
 * const key = (content: string, numbers: ReadonlyArray<string>) => {
 *   const messages = numbers.map((to) => ({ to }))
 *   const { value } = Preflight.normalize({ type: "LMS", from: "0212345678", content, messages })
 *   return value === undefined ? undefined : SendIntent.twinKey(value)
 * }
 *
 * key("a\r\nb", ["01012345678", "01087654321"]) === key("a\nb ", ["01087654321", "01012345678"]) // => true
 * key("a", ["01012345678"]) === key("b", ["01012345678"]) // => false
 * ```
 *
 * @category models
 * @since 0.1.0
 */
export const twinKey = (request: SendRequest.Normalized): string => TwinKey.key(request, TwinKey.plain)

/**
 * What a look needs to know of the journal.
 *
 * @category options
 * @since 0.1.0
 */
export interface ResolveOptions<E = never, R = never> {
  /**
   * Which of these ids belong to a send of the journal. It is asked for all ids of a look at once: not at all where the log shows
   * none, and a second time, for further ones, by a look that goes on to all recipients.
   */
  readonly owners: (
    ids: Arr.NonEmptyReadonlyArray<RequestId.RequestId>
  ) => Effect.Effect<ReadonlyMap<RequestId.RequestId, Owner>, E, R>
  /**
   * The twins: equal sends that are open, held, given up by hand, or that got their id from the log. It is run when the look
   * begins, and again before it answers `NotAccepted`. Whoever writes that answer down does so only if, in the same
   * transaction, there is no twin that this Effect did not give.
   *
   * @default none
   */
  readonly twins?: Effect.Effect<ReadonlyArray<Twin>, E, R> | undefined
}

// -----------------------------------------------------------------------------
// Resolution
// -----------------------------------------------------------------------------

/**
 * What one look at the delivery log says of a send.
 *
 * - `Found`: it was accepted. The responses are of requests that are its own, or that nobody owns: take the first that nobody
 *   takes at the same time, by a unique constraint on the request id
 * - `NotAccepted`: proof that none of its POSTs was accepted, or ever will be: it may be sent again, with a new intent. After a
 *   2xx that could not be read this is no licence; see docs/retries.md
 * - `Open`: neither. `again` is when another look can prove more; what was accepted may be found sooner. `why`: `Early` (before the fence and the lag have passed),
 *   `Undecided` (the log has a record that may be this send and may not), `Unread` (the log could not be read)
 *
 * @category models
 * @since 0.1.0
 */
export type Resolution = Data.TaggedEnum<{
  Found: { readonly responses: Arr.NonEmptyReadonlyArray<SendResponse.SendResponse> }
  NotAccepted: {}
  Open: { readonly why: "Early" | "Undecided" | "Unread"; readonly again: Duration.Duration }
}>

/**
 * Constructors, guards and the exhaustive `$match` of {@link Resolution}.
 *
 * @category constructors
 * @since 0.1.0
 */
export const Resolution = Data.taggedEnum<Resolution>()
