/**
 * Messages to any number of recipients: a stream of them in, a stream of outcomes out.
 *
 * Recipients are put together into as few requests as can be: 100 to a request, divided only by what cannot differ inside one
 * (type, content type, country, sender, reservation, files). A text or subject of somebody's own goes along as an override.
 *
 * @since 0.1.0
 */
import * as DeliveryCode from "@effect-sens/core/DeliveryCode"
import * as MessageId from "@effect-sens/core/MessageId"
import * as MessageRecord from "@effect-sens/core/MessageRecord"
import type * as Paging from "@effect-sens/core/Paging"
import * as PhoneNumber from "@effect-sens/core/PhoneNumber"
import type * as RequestId from "@effect-sens/core/RequestId"
import type * as RequestIssue from "@effect-sens/core/RequestIssue"
import * as SendRequest from "@effect-sens/core/SendRequest"
import * as SensError from "@effect-sens/core/SensError"
import type * as SendIntent from "@effect-sens/http/SendIntent"
import * as Sens from "@effect-sens/http/Sens"
import * as Arr from "effect/Array"
import type * as Cause from "effect/Cause"
import * as Data from "effect/Data"
import * as Deferred from "effect/Deferred"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import { dual } from "effect/Function"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Pull from "effect/Pull"
import * as Queue from "effect/Queue"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as Scope from "effect/Scope"
import * as Semaphore from "effect/Semaphore"
import * as Sink from "effect/Sink"
import * as Stream from "effect/Stream"
import type * as Delivery from "./Delivery.ts"
import * as Alike from "./internal/alike.ts"
import * as Batching from "./internal/batch.ts"
import { NumberSet } from "./internal/numberSet.ts"
import * as Given from "./internal/options.ts"
import * as Recipient from "./internal/recipient.ts"
import * as Span from "./internal/span.ts"
import * as Unsubscribes from "./Unsubscribes.ts"

// -----------------------------------------------------------------------------
// Models
// -----------------------------------------------------------------------------

/**
 * An SMS to one recipient: a send request with `to` in place of `messages`.
 *
 * @category models
 * @since 0.1.0
 */
export interface SmsMessage extends Omit<SendRequest.Sms, "messages">, Pick<SendRequest.Recipient, "to"> {}

/**
 * An LMS to one recipient: a send request with `to` in place of `messages`.
 *
 * @category models
 * @since 0.1.0
 */
export interface LmsMessage extends Omit<SendRequest.Lms, "messages">, Pick<SendRequest.Recipient, "to"> {}

/**
 * An MMS to one recipient: a send request with `to` in place of `messages`.
 *
 * @category models
 * @since 0.1.0
 */
export interface MmsMessage extends Omit<SendRequest.Mms, "messages">, Pick<SendRequest.Recipient, "to"> {}

/**
 * A message to one recipient. It may have fields of the caller's own, which come back with its outcome.
 *
 * @category models
 * @since 0.1.0
 */
export type Message = SmsMessage | LmsMessage | MmsMessage

/**
 * Why a message was not sent.
 *
 * - `Duplicate`: another message goes to its number, and `dedupe` is on
 * - `OptedOut`: it is an advertisement, and its number is on the block list
 * - `Quota`: the quota was used up before it was its turn
 * - `Stopped`: an earlier request failed in a way that all others would, too
 * - `Interrupted`: the stream was ended before it was its turn
 * - `Withheld`: `onRequest` failed for its request
 * - `NotAccepted`: its request went out and its answer was lost, and {@link reconcile} has proof that it was not accepted, nor
 *   can be any more; so it can be sent again
 *
 * @category models
 * @since 0.1.0
 */
export type NotSentReason =
  | "Duplicate"
  | "OptedOut"
  | "Quota"
  | "Stopped"
  | "Interrupted"
  | "Withheld"
  | "NotAccepted"

/**
 * A request, and the messages that it is made of: the recipient `request.messages[index]` is that of `messages[index]`.
 *
 * @category models
 * @since 0.1.0
 */
export interface Batch<M extends Message = Message> {
  /** A request to 1-100 recipients. */
  readonly request: SendRequest.SendRequest
  /** The messages, in the order of its recipients. */
  readonly messages: Arr.NonEmptyReadonlyArray<M>
}

/**
 * A request that is about to go out, with the intents of all its POSTs: the last one is that of the POST that comes next, and the
 * first one is the same each time.
 *
 * @category models
 * @since 0.1.0
 */
export interface Submission<M extends Message = Message> extends Batch<M> {
  /** What `Sens.messages.resolve` and `Sens.messages.reconcile` take, with the request. */
  readonly intents: Arr.NonEmptyReadonlyArray<SendIntent.SendIntent>
}

/**
 * What became of a message. Each message has one. `repeat` says that its number came before in the same stream, `warnings` what
 * the client warned of when it checked the message.
 *
 * - `Accepted`: SENS has taken it, under this id; whether anybody gets it is in the delivery log
 * - `Failed`: it was refused, and certainly not accepted
 * - `Unknown`: it may have been accepted: do not send it again. {@link reconcile} asks the delivery log, once for all messages
 *   of a request; keep `error.reason` and `request` to ask later, or from another process
 * - `NotSent`: it was not even tried, or, as `NotAccepted`, is proved not to have been accepted
 *
 * @category models
 * @since 0.1.0
 */
export type Outcome<M extends Message = Message> =
  | {
    readonly _tag: "Accepted"
    readonly message: M
    readonly repeat: boolean
    readonly warnings: ReadonlyArray<RequestIssue.RequestIssue>
    readonly requestId: RequestId.RequestId
    readonly request: SendRequest.SendRequest
  }
  | {
    readonly _tag: "Failed"
    readonly message: M
    readonly repeat: boolean
    readonly warnings: ReadonlyArray<RequestIssue.RequestIssue>
    readonly error: SensError.SensError
  }
  | {
    readonly _tag: "Unknown"
    readonly message: M
    readonly repeat: boolean
    readonly warnings: ReadonlyArray<RequestIssue.RequestIssue>
    readonly error: SensError.SensError
    readonly request: SendRequest.SendRequest
  }
  | {
    readonly _tag: "NotSent"
    readonly message: M
    readonly repeat: boolean
    readonly warnings: ReadonlyArray<RequestIssue.RequestIssue>
    readonly why: NotSentReason
  }

interface OutcomeDefinition extends Data.TaggedEnum.WithGenerics<1> {
  readonly taggedEnum: Outcome<this["A"] extends Message ? this["A"] : Message>
}

/**
 * Constructors, guards and the exhaustive `$match` of {@link Outcome}.
 *
 * @category constructors
 * @since 0.1.0
 */
export const Outcome = Data.taggedEnum<OutcomeDefinition>()

/**
 * What became of all messages. `recipients` is the sum of `accepted`, `failed`, `unknown` and `notSent`; `failures` divides up
 * `failed` and `unknown` by the tag of the error's reason, `reasons` divides up `notSent`. `requests` are those that were
 * accepted. `repeats` are messages to a number that came before, whatever became of them.
 *
 * @category models
 * @since 0.1.0
 */
export interface Summary {
  readonly recipients: number
  readonly requests: number
  readonly accepted: number
  readonly failed: number
  readonly unknown: number
  readonly notSent: number
  readonly repeats: number
  readonly failures: { readonly [T in SensError.Tag]?: number }
  readonly reasons: { readonly [W in NotSentReason]?: number }
}

// -----------------------------------------------------------------------------
// Resending
// -----------------------------------------------------------------------------

/**
 * No message is made of a record.
 *
 * - `Delivered`: it arrived
 * - `Pending`: it is still on its way
 * - `Uncertain`: it failed with a code after which it may have arrived all the same; see `DeliveryCode.isUncertain`. Or the log says
 *   both, that it failed and that it did not
 * - `UnknownType`: the log does not say whether it was an SMS, LMS or MMS, or whether an advertisement, in words that are known
 * - `Foreign`: it went abroad, and how the log writes a foreign number is not documented
 * - `NoSender`: the log does not show the number that it came from, or not as digits
 * - `NoRecipient`: the log does not show the number that it went to as digits
 * - `NoText`: the log does not show its text
 * - `NoFile`: it is an MMS, and the log does not show the ids of its files
 *
 * @category errors
 * @since 0.1.0
 */
export class CannotResend
  extends Schema.TaggedError<CannotResend>("@effect-sens/streams/BulkSend/CannotResend")("CannotResend", {
    messageId: MessageId.MessageId,
    why: Schema.Literals([
      "Delivered",
      "Pending",
      "Uncertain",
      "UnknownType",
      "Foreign",
      "NoSender",
      "NoRecipient",
      "NoText",
      "NoFile"
    ])
  })
{
  override get message(): string {
    return `No message is made of the record ${this.messageId}: ${whyNot[this.why]}`
  }
}

const whyNot: { readonly [Why in CannotResend["why"]]: string } = {
  Delivered: "it arrived. Allow `Delivered` where somebody wants it once more",
  Pending: "it is still on its way. Wait for its result, or allow `Pending`",
  Uncertain: "it may have arrived. Allow `Uncertain` where twice is better than not at all",
  UnknownType: "the log does not say its type. Write the message anew",
  Foreign: "it went abroad, and how the log writes a foreign number is not documented. Write the message anew",
  NoSender: "the log does not show its sender. Write the message anew",
  NoRecipient: "the log does not show the number that it went to. Look it up where it came from",
  NoText: "the log does not show its text. Read it by `messages.result`, or write it anew",
  NoFile: "the log does not show the ids of its files. Upload them again, and write the message anew"
}

/**
 * Why a message of the log may have arrived, or may yet.
 *
 * @category models
 * @since 0.1.0
 */
export type Arrived = "Delivered" | "Pending" | "Uncertain"

/**
 * What {@link fromRecord} takes besides a record.
 *
 * @category options
 * @since 0.1.0
 */
export interface FromRecordOptions {
  /**
   * What is sent once more although it may have arrived, or may yet.
   *
   * @default none of it
   */
  readonly allow?: ReadonlyArray<Arrived> | undefined
}

/**
 * Makes a message of a record of the delivery log, to send the same once more: type, content type, sender, recipient, subject, text
 * and files. When the first one was reserved for is left out, so it goes out at once.
 *
 * What may have arrived, or may yet, is left out unless {@link FromRecordOptions.allow} says otherwise. Which of the others are worth it
 * is for the caller to say, such as those whose `advice` is `retryLater`.
 *
 * **Gotchas**
 *
 * SENS keeps a file for a few days, until the `expireTime` of its upload, which the log does not show. After that an MMS fails
 * with the code S007: upload its pictures again, and give the message the new `files`.
 *
 * The text is what the log shows. Fails with {@link CannotResend}, which says what arrived, or what the log does not show.
 *
 * **Example** (A handset that was switched off)
 *
 * ```ts import.meta.vitest
 * import * as MessageId from "@effect-sens/core/MessageId"
 * import * as BulkSend from "@effect-sens/streams/BulkSend"
 * import * as Result from "effect/Result"
 *
 * const record = {
 *   messageId: MessageId.make("132597da-68ab-499b-b509-174d06143b9e"),
 *   type: "SMS",
 *   contentType: "COMM",
 *   countryCode: "82",
 *   from: "0212345678",
 *   to: "01012345678",
 *   content: "[서점] 책이 도착했습니다.",
 *   status: "COMPLETED",
 *   statusCode: "2003",
 *   statusName: "fail"
 * }
 *
 * const message = {
 *   type: "SMS" as const,
 *   contentType: "COMM" as const,
 *   from: "0212345678",
 *   to: "01012345678",
 *   content: "[서점] 책이 도착했습니다."
 * }
 *
 * BulkSend.fromRecord(record) // => Result.succeed(message)
 *
 * const refused = Result.mapError(BulkSend.fromRecord({ ...record, statusCode: "2000" }), ({ why }) => why)
 *
 * Result.merge(refused) // => "Uncertain"
 *
 * BulkSend.fromRecord({ ...record, statusCode: "2000" }, { allow: ["Uncertain"] }) // => Result.succeed(message)
 * ```
 *
 * @category converting
 * @since 0.1.0
 */
export const fromRecord = (
  record: MessageRecord.MessageRecord,
  options: FromRecordOptions = {}
): Result.Result<Message, CannotResend> => {
  const { content, messageId, subject, type } = record
  const no = (why: CannotResend["why"]) => Result.fail(new CannotResend({ messageId, why }))
  const arrived = mayArrive(record)
  if (arrived !== undefined && options.allow?.includes(arrived) !== true) return no(arrived)
  const country = String(record.countryCode ?? "")
  if (country !== "" && country !== "82") return no("Foreign")
  if (type !== "SMS" && type !== "LMS" && type !== "MMS") return no("UnknownType")
  const contentType = (["COMM", "AD"] as const).find((known) => known === record.contentType)
  if (contentType === undefined && isShown(record.contentType)) return no("UnknownType")
  const from = shownDigits(record.from)
  if (from === undefined) return no("NoSender")
  const to = shownDigits(record.to)
  if (to === undefined) return no("NoRecipient")
  if (!isShown(content)) return no("NoText")
  const common = { ...contentType === undefined ? {} : { contentType }, from, to, content }
  if (type === "SMS") return Result.succeed({ type, ...common })
  const long = { ...common, ...isShown(subject) ? { subject } : {} }
  if (type === "LMS") return Result.succeed({ type, ...long })
  const shown = MessageRecord.files(record)
  const files = shown.flatMap(({ fileId }) => isShown(fileId) ? [{ fileId }] : [])
  return files.length > 0 && files.length === shown.length ? Result.succeed({ type, ...long, files }) : no("NoFile")
}

const mayArrive = (record: MessageRecord.MessageRecord): Arrived | undefined => {
  const outcome = MessageRecord.outcome(record)
  if (outcome._tag !== "Failed") return outcome._tag
  // By its code it failed, by its name it did not.
  const isSuccess = record.statusName?.trim().toLowerCase() === "success"
  return isSuccess || DeliveryCode.isUncertain(outcome.code) ? "Uncertain" : undefined
}

const isShown = (text: string | null | undefined): text is string => Predicate.isString(text) && text !== ""

// Digits that are masked are no number.
const shownDigits = (number: string | null | undefined): string | undefined => {
  const shown = number?.replaceAll(/[-\s]/g, "") ?? ""
  return /^\d{1,25}$/.test(shown) ? shown : undefined
}

// -----------------------------------------------------------------------------
// Options
// -----------------------------------------------------------------------------

/**
 * How messages are sent.
 *
 * @category options
 * @since 0.1.0
 */
export interface Options<M extends Message = Message> {
  /**
   * How many requests are on their way, or done with outcomes that nobody has taken. So at most `100 * (concurrency + 1)`
   * recipients are between being sent and being dealt with, the last 100 of them with whoever takes them. So many also wait for their
   * turn at a time, where the client has a `rateLimit`; a wait counts as part of the call, for which `callTimeout` is the limit.
   *
   * @default 4
   */
  readonly concurrency?: number | undefined
  /**
   * Whether a number that came before is left out.
   *
   * @default false
   */
  readonly dedupe?: boolean | undefined
  /**
   * Whether advertisements to numbers of the block list are left out. The list is read before the first of them goes out.
   *
   * @default "remove"
   */
  readonly optOuts?: "remove" | "keep" | undefined
  /**
   * What to do about a number of the block list that cannot be read. With it, advertisements go out all the same, perhaps to that
   * number too; without it, sending fails with `Unsubscribes.UnreadableEntries` before the first of them.
   */
  readonly onUnreadableOptOut?: Unsubscribes.Options["onUnreadable"]
  /**
   * How many recipients wait for their request to be full. When there are more, the fullest goes out as it is.
   *
   * @default 10_000
   */
  readonly maxWaiting?: number | undefined
  /**
   * What each request is sent with.
   *
   * @default the options of the client
   */
  readonly send?: Omit<Sens.SendOptions, "onIntent"> | undefined
  /**
   * Is run before each POST of a request, once it is its turn, for whoever keeps a journal: what it has written down tells after a
   * crash what may have been accepted. A request that is tried again is given again, with one intent more. Where it fails, with any
   * `Error`, or takes longer than the call may, the POST is not made, and the messages are `NotSent` as `Withheld`, unless an earlier POST of theirs
   * may have been accepted. The gateway's time is learned before the first of them, by up to five reads of the log. By default
   * nothing is run.
   */
  readonly onRequest?: ((submission: Submission<M>) => Effect.Effect<unknown, Error>) | undefined
  /**
   * Is run with every outcome, once, before the stream gives it, and also when the stream has been interrupted: requests that
   * are on their way are then waited for, for as long as their timeout allows, and what has been taken in but not sent is
   * `NotSent`. Where it fails to keep up, so does the sending. By default nothing is run.
   */
  readonly onOutcome?: ((outcome: Outcome<M>) => Effect.Effect<void>) | undefined
}

// -----------------------------------------------------------------------------
// Requests
// -----------------------------------------------------------------------------

/**
 * How messages are put together.
 *
 * @category options
 * @since 0.1.0
 */
export interface BatchOptions {
  /**
   * How many messages wait for their request to be full. When there are more, the fullest goes out as it is.
   *
   * @default 10_000
   */
  readonly maxWaiting?: number | undefined
}

const mostWaiting = 10_000

const toBatch = <M extends Message>(messages: Arr.NonEmptyReadonlyArray<M>): Batch<M> => ({
  request: Batching.toRequest(messages),
  messages
})

/**
 * Puts messages together into requests, and sends nothing: 100 to a request, divided only by what cannot differ inside one. A text
 * or subject of somebody's own goes along as an override. {@link send} sends these requests; this is for whoever sends them in
 * another way.
 *
 * **Gotchas**
 *
 * Nothing is checked, and SENS refuses a request as a whole: check each message before, by `Sens.messages.check`, where one that is
 * wrong is to take no others with it. An option that is wrong or none is a defect, a `TypeError`.
 *
 * Fails as the stream of messages does, after the requests of those that came before.
 *
 * **Example** (250 messages in three requests)
 *
 * ```ts import.meta.vitest
 * import * as BulkSend from "@effect-sens/streams/BulkSend"
 * import * as Effect from "effect/Effect"
 * import * as Stream from "effect/Stream"
 *
 * const program = Stream.range(1, 250).pipe(
 *   Stream.map((id) => ({
 *     type: "SMS" as const,
 *     from: "0212345678",
 *     to: `010${String(id).padStart(8, "0")}`,
 *     content: "안녕하세요",
 *     id
 *   })),
 *   BulkSend.batch(),
 *   Stream.map(({ messages, request }) => [request.messages.length, messages[0].id]),
 *   Stream.runCollect
 * )
 *
 * await Effect.runPromise(program) // => [[100, 1], [100, 101], [50, 201]]
 * ```
 *
 * @category combinators
 * @since 0.1.0
 */
export const batch: {
  /**
   * Puts messages together into requests, and sends nothing.
   *
   * @category combinators
   * @since 0.1.0
   */
  (options?: BatchOptions): <M extends Message, E, R>(messages: Stream.Stream<M, E, R>) => Stream.Stream<Batch<M>, E, R>
  /**
   * Puts messages together into requests, and sends nothing.
   *
   * @category combinators
   * @since 0.1.0
   */
  <M extends Message, E, R>(
    messages: Stream.Stream<M, E, R>,
    options?: BatchOptions
  ): Stream.Stream<Batch<M>, E, R>
} = dual((args) => Stream.isStream(args[0]), <M extends Message, E, R>(
  messages: Stream.Stream<M, E, R>,
  options: BatchOptions = {}
): Stream.Stream<Batch<M>, E, R> => {
  const wrong = Given.problems(options, batchRules)
  if (wrong.length > 0) return Stream.die(Given.typeError("BulkSend.batch", wrong))
  return Stream.mapAccumArray(
    messages,
    () => Batching.make<M>(options.maxWaiting ?? mostWaiting),
    (waiting, messages) => {
      const batches: Array<Batch<M>> = []
      for (const message of messages) {
        const group = waiting.add(message, groupKey(message))
        if (group !== undefined) batches.push(toBatch(group))
      }
      return [waiting, batches] as const
    },
    { onHalt: (waiting) => left(waiting).map(toBatch) }
  )
})

const batchRules = { maxWaiting: Given.whole(0) } satisfies { readonly [Name in keyof BatchOptions]-?: Given.Rule }

const left = <T>(waiting: Batching.Waiting<T>): ReadonlyArray<Arr.NonEmptyReadonlyArray<T>> => {
  const groups: Array<Arr.NonEmptyReadonlyArray<T>> = []
  for (let group = waiting.next(); group !== undefined; group = waiting.next()) groups.push(group)
  return groups
}

/** Programs without a compiler give anything: of what throws when it is looked at, nothing is known. */
const looked = <A>(look: () => A): A | undefined => Result.getOrUndefined(Result.try(look))

/** Whether nothing is to be said of a number. Of one abroad the client has more to say, so it is asked each time. */
const isNumber = (message: Message): boolean =>
  Batching.country(message) === "82" && Result.isSuccess(PhoneNumber.normalize(message.to))

/** By what its recipient is known again; none has what is no text. */
const recipientKey = (message: Message): string | undefined =>
  looked(() => Predicate.isString(message.to) ? Recipient.key(message.to, Batching.country(message)) : undefined)

const groupKey = (message: Message): string | undefined => looked(() => Batching.groupKey(message))

const isAdvertisement = (message: Message): boolean => looked(() => message.contentType === "AD") === true

const unreadable = (message: string) =>
  new SensError.SensError({
    operation: "messages.send",
    reason: new SensError.InvalidRequest({ issues: [{ path: [], kind: "Schema", message }] })
  })

// -----------------------------------------------------------------------------
// Sending
// -----------------------------------------------------------------------------

interface Item<M> {
  readonly message: M
  readonly repeat: boolean
  /** What the client warned of when it checked the message; none before. */
  warnings: ReadonlyArray<RequestIssue.RequestIssue>
}

/** After these all other requests would fail as well. */
const stops = (error: SensError.SensError): NotSentReason | undefined => {
  switch (error.reason._tag) {
    case "QuotaExceeded":
      return "Quota"
    case "AuthenticationFailed":
    case "PermissionDenied":
      return "Stopped"
    default:
      return undefined
  }
}

type Failure = SensError.SensError | Paging.PagingError | Unsubscribes.UnreadableEntries

const sending = Effect.fnUntraced(function*<M extends Message, E>(
  upstream: Pull.Pull<Arr.NonEmptyReadonlyArray<M>, E>,
  scope: Scope.Scope,
  options: Options<M>
) {
  const sens = yield* Sens.Sens
  const context = yield* Effect.context<Sens.Sens>()
  const slots = Semaphore.makeUnsafe(options.concurrency ?? 4)
  const results = yield* Queue.make<Arr.NonEmptyReadonlyArray<Outcome<M>>, E | Failure | Cause.Done>()
  const waiting = Batching.make<Item<M>>(options.maxWaiting ?? mostWaiting)
  // Numbers that were seen, and those a message goes to.
  const numbers = new NumberSet()
  const going = new NumberSet()
  const inFlight = new Set<Fiber.Fiber<void>>()
  let isClockKnown = options.onRequest === undefined
  let stopped: NotSentReason | undefined
  let blocked: Unsubscribes.List | undefined
  // The last array that came in, and how far it was looked at; outcomes that need no request; the group that waits for a slot.
  let taking: ReadonlyArray<M> = []
  let at = 0
  let ready: Array<Outcome<M>> = []
  let leaving: ReadonlyArray<Item<M>> = []
  // The message that is being looked at.
  let considered: ReadonlyArray<Item<M>> = []

  const notSent = (item: Item<M>, why: NotSentReason): Outcome<M> => ({ _tag: "NotSent", ...item, why })

  const { onOutcome } = options
  const report = (outcomes: ReadonlyArray<Outcome<M>>): Effect.Effect<void> =>
    onOutcome === undefined
      ? Effect.void
      // One that dies must not keep the others from being told.
      : Effect.flatMap(Effect.forEach(outcomes, (outcome) => Effect.exit(onOutcome(outcome))), (exits) => {
        const died = exits.find(Exit.isFailure)
        return died === undefined ? Effect.void : Effect.failCause(died.cause)
      })

  const give = (outcomes: Arr.NonEmptyReadonlyArray<Outcome<M>>) =>
    Effect.andThen(Queue.offer(results, outcomes), report(outcomes))

  const { onRequest } = options

  /** The request that was checked, where it is that of all of them and of no other. */
  const batchOf = (group: Arr.NonEmptyReadonlyArray<Item<M>>): Batch<M> => {
    const known = together
    return known !== undefined && known.messages.length === group.length &&
        group.every(({ message }, index) => message === known.messages[index])
      ? known
      : toBatch(Arr.map(group, ({ message }) => message))
  }

  const sendGroup = Effect.fnUntraced(function*(
    group: Arr.NonEmptyReadonlyArray<Item<M>>,
    { messages, request }: Batch<M>
  ) {
    let intents: ReadonlyArray<SendIntent.SendIntent> = []
    let isWithheld = false
    const sendOptions: Sens.SendOptions | undefined = onRequest === undefined ? options.send : {
      ...options.send,
      onIntent: (intent) => {
        const all = Arr.append(intents, intent)
        intents = all
        return Effect.onExit(Effect.suspend(() => onRequest({ intents: all, request, messages })), (exit) => {
          isWithheld = Exit.isFailure(exit)
          return Effect.void
        })
      }
    }
    const exit = yield* Effect.exit(Effect.result(sens.messages.send(request, sendOptions)))
    // What dies in the client may have been sent all the same.
    const result = Exit.isSuccess(exit) ? exit.value : Result.fail(
      new SensError.SensError({ operation: "messages.send", reason: new SensError.ConnectionLost({}) })
    )
    if (Result.isFailure(result)) stopped ??= stops(result.failure)
    yield* give(Arr.map(group, (item): Outcome<M> => {
      if (Result.isSuccess(result)) {
        const { message, repeat, warnings } = item
        return { _tag: "Accepted", message, repeat, warnings, requestId: result.success.requestId, request }
      }
      const error = result.failure
      if (error.isAmbiguous) return { _tag: "Unknown", ...item, error, request }
      return isWithheld ? notSent(item, "Withheld") : { _tag: "Failed", ...item, error }
    }))
    if (Exit.isFailure(exit)) return yield* Effect.failCause(exit.cause)
  })

  /** Gives outcomes that need no request. They take a slot as well, so that they wait for whoever takes them. */
  const settle = Effect.gen(function*() {
    if (ready.length === 0) return
    yield* slots.take(1)
    yield* Effect.uninterruptible(Effect.suspend(() => {
      const outcomes = ready
      ready = []
      return Arr.isArrayNonEmpty(outcomes) ? give(outcomes) : Effect.void
    }))
  })

  const dispatch = Effect.fnUntraced(function*(group: Arr.NonEmptyReadonlyArray<Item<M>>) {
    if (!isClockKnown && stopped === undefined) {
      yield* sens.messages.learnClock
      isClockKnown = true
    }
    yield* slots.take(1)
    // From here on they are on their way: nothing that happens to the stream happens to them.
    yield* Effect.uninterruptible(Effect.gen(function*() {
      leaving = []
      const why = stopped
      if (why !== undefined) return yield* give(Arr.map(group, (item) => notSent(item, why)))
      const fiber = yield* Effect.forkDetach(
        Effect.catchCause(sendGroup(group, batchOf(group)), (cause) => Effect.asVoid(Queue.failCause(results, cause))),
        { uninterruptible: false }
      )
      inFlight.add(fiber)
      fiber.addObserver(() => inFlight.delete(fiber))
    }))
  })

  // A text that is checked by itself is checked once for all who get the same next. What was said of a number concerns no other.
  let checked: { readonly message: Message; readonly key: string; readonly warnings: Item<M>["warnings"] } | undefined
  const checkedBefore = (message: M, key: string | undefined): Item<M>["warnings"] | undefined =>
    checked !== undefined && checked.key === key && checked.message.content === message.content &&
      Batching.subjectOf(checked.message) === Batching.subjectOf(message) && isNumber(message)
      ? checked.warnings
      : undefined

  /** What the client finds in a message, so that one that is wrong takes no others of a request with it. */
  const check = (
    message: M,
    key: string | undefined
  ): Effect.Effect<Result.Result<Item<M>["warnings"], SensError.SensError>> => {
    checked = undefined
    if (!Predicate.isObject(message)) {
      return Effect.succeed(Result.fail(unreadable("Expected a message: an object with type, from, to and content")))
    }
    return Effect.suspend(() => sens.messages.check(Batching.toCheck(message))).pipe(
      Effect.map(({ errors, warnings }) => {
        if (errors.length > 0) {
          const reason = new SensError.InvalidRequest({ issues: errors })
          return Result.fail(new SensError.SensError({ operation: "messages.send", reason }))
        }
        if (key !== undefined) {
          checked = { message, key, warnings: warnings.filter(({ path }) => path[0] !== "messages") }
        }
        return Result.succeed(warnings)
      }),
      Effect.catchDefect(() => Effect.succeed(Result.fail(unreadable("A field of the message throws when it is read"))))
    )
  }

  /** The outcome of a message that needs no look at it. */
  const settledAlready = (item: Item<M>, number: string | undefined, isAd: boolean): Outcome<M> | undefined => {
    if (stopped !== undefined) return notSent(item, stopped)
    // What never went out is no reason to keep back what would.
    if (options.dedupe === true && number !== undefined && going.has(number)) return notSent(item, "Duplicate")
    const { message } = item
    return isAd && looked(() => Batching.country(message) === "82" && blocked?.has(message.to)) === true
      ? notSent(item, "OptedOut")
      : undefined
  }

  /** At once, so that no interruption finds them neither waiting nor leaving. */
  const toLeave = <G extends ReadonlyArray<Item<M>> | undefined>(group: G): G => {
    if (group !== undefined) leaving = group
    return group
  }

  const toItem = (message: M, number: string | undefined): Item<M> => ({
    message,
    repeat: number !== undefined && !numbers.add(number),
    warnings: []
  })

  // Messages `begin` to `end` of the array that is taken in were looked at together; `together` is set where nothing was said of them.
  let together: Alike.Alike<M> | undefined
  let begin = 0
  let end = 0

  /** Checks as many as are alike together. Where anything is said of one of them, each is checked by itself. */
  const checkTogether = Effect.fnUntraced(function*(messages: ReadonlyArray<M>) {
    const alike = looked(() => Alike.from(messages, at, waiting.room))
    begin = at
    end = at + (alike?.numbers.length ?? 1)
    together = undefined
    if (alike === undefined) return
    const report = yield* Effect.suspend(() => sens.messages.check(alike.request)).pipe(
      Effect.catchDefect(() => Effect.undefined)
    )
    if (report !== undefined && report.errors.length + report.warnings.length === 0) together = alike
  })

  const takeIn = Effect.fnUntraced(function*(messages: ReadonlyArray<M>) {
    taking = messages
    end = 0
    for (at = 0; at < messages.length;) {
      const message = messages[at]!
      if (at >= end && stopped === undefined) yield* checkTogether(messages)
      const clean = at < end ? together : undefined
      const isAd = clean === undefined ? isAdvertisement(message) : clean.isAd
      if (isAd && blocked === undefined && options.optOuts !== "keep" && stopped === undefined) {
        blocked = yield* Effect.provideContext(Unsubscribes.load({ onUnreadable: options.onUnreadableOptOut }), context)
      }
      const number = clean === undefined ? recipientKey(message) : clean.numbers[at - begin]
      const item = toItem(message, number)
      considered = [item]
      at += 1
      let outcome = settledAlready(item, number, isAd)
      let group: Arr.NonEmptyReadonlyArray<Item<M>> | undefined
      if (outcome === undefined) {
        const key = clean === undefined ? groupKey(message) : clean.key
        const known = clean === undefined ? looked(() => checkedBefore(message, key)) : item.warnings
        const result = known === undefined ? yield* check(message, key) : Result.succeed(known)
        if (Result.isFailure(result)) outcome = { _tag: "Failed", ...item, error: result.failure }
        else {
          if (options.dedupe === true && number !== undefined) going.add(number)
          item.warnings = result.success
          group = toLeave(waiting.add(item, key))
        }
      }
      considered = []
      if (group !== undefined) yield* dispatch(group)
      if (outcome !== undefined && ready.push(outcome) >= SendRequest.maxRecipients) yield* settle
    }
    yield* settle
  })

  /** What was taken in and has no outcome yet. */
  const leftovers = (): ReadonlyArray<Outcome<M>> => {
    const items = [...leaving, ...considered, ...left(waiting).flat()]
    const unseen = taking.slice(at).map((message) => toItem(message, recipientKey(message)))
    const outcomes = [...ready, ...[...items, ...unseen].map((item) => notSent(item, "Interrupted"))]
    taking = ready = []
    leaving = considered = []
    return outcomes
  }

  const all = Effect.gen(function*() {
    yield* upstream.pipe(
      Effect.flatMap(takeIn),
      Effect.forever({ disableYield: true }),
      Pull.catchDone(() => Effect.void)
    )
    for (let group = toLeave(waiting.next()); group !== undefined; group = toLeave(waiting.next())) {
      yield* dispatch(group)
    }
    yield* Fiber.awaitAll(inFlight)
    yield* Queue.end(results)
  })

  // Added first, so that it runs last: when nothing more is being sent.
  yield* Scope.addFinalizer(
    scope,
    Effect.andThen(Effect.suspend(() => Fiber.awaitAll(inFlight)), Effect.suspend(() => report(leftovers())))
  )
  yield* all.pipe(
    // Where the recipients themselves fail, or are interrupted, what was sent has its outcome first. When it is this fiber
    // that is interrupted, the finalizer does it.
    Effect.catchCause(
      Effect.fnUntraced(function*(cause) {
        yield* Fiber.awaitAll(inFlight)
        yield* Effect.uninterruptible(Effect.suspend(() => {
          const left = leftovers()
          return Arr.isReadonlyArrayNonEmpty(left) ? give(left) : Effect.void
        }))
        yield* Queue.failCause(results, cause)
      })
    ),
    // Whatever happens, whoever waits for outcomes is told that there are no more.
    Effect.catchCause((cause) => Queue.failCause(results, cause)),
    Effect.forkIn(scope)
  )
  const pull: Pull.Pull<Arr.NonEmptyReadonlyArray<Outcome<M>>, E | Failure> = Effect.tap(
    Queue.take(results),
    () => slots.release(1)
  )
  return pull
})

/**
 * Sends messages, and gives what becomes of each: one outcome for every message that is taken in, in the order in which requests
 * end.
 *
 * **Details**
 *
 * Only as many messages are taken in as can be sent, and only as many are sent as somebody takes the outcomes of: see
 * `concurrency`. Once the quota is used up nothing more is sent, and the rest is `NotSent`; so it is after a failure of the
 * keys. All other failures concern their own request alone.
 *
 * **Gotchas**
 *
 * Numbers that came are remembered, at 16-32 bytes each, to tell those that come again.
 *
 * A send that fails is an outcome, not a failure of the stream, and so is a message that cannot be read: `Failed`, with
 * `InvalidRequest`. The stream fails as that of the messages does; with `SensError`, whose reason is `InvalidRequest`, where an option
 * is wrong or none; with `SensError`, `PagingError` or `Unsubscribes.UnreadableEntries` where the block list cannot be read, which happens before the first advertisement goes
 * out; and with `SensError`
 * where the gateway's time cannot be learned, which `onRequest` asks for before the first request.
 *
 * How many requests may go out in a second is the `rateLimit` of the client.
 *
 * **Example** (A text of their own for each)
 *
 * ```ts import.meta.vitest
 * import * as Account from "@effect-sens/emulator/Account"
 * import * as EmulatorClient from "@effect-sens/emulator/EmulatorClient"
 * import * as Sens from "@effect-sens/http/Sens"
 * import * as BulkSend from "@effect-sens/streams/BulkSend"
 * import * as Effect from "effect/Effect"
 * import * as Layer from "effect/Layer"
 * import * as Stream from "effect/Stream"
 *
 * const layer = Sens.layer(Account.options).pipe(Layer.provide(EmulatorClient.layer()))
 *
 * const from = "0212345678"
 * const people = Stream.make({ to: "01012345678", name: "홍길동" }, { to: "01087654321", name: "김철수" })
 *
 * const program = people.pipe(
 *   Stream.map(({ name, to }) => ({
 *     type: "SMS" as const,
 *     from,
 *     to,
 *     content: `[서점] ${name}님, 책이 도착했습니다.`,
 *     name
 *   })),
 *   BulkSend.send({ concurrency: 2, dedupe: true }),
 *   Stream.map(({ _tag, message }) => `${message.name}: ${_tag}`),
 *   Stream.runCollect
 * )
 *
 * await Effect.runPromise(Effect.provide(program, layer)) // => ["홍길동: Accepted", "김철수: Accepted"]
 * ```
 *
 * @category combinators
 * @since 0.1.0
 */
export const send: {
  /**
   * Sends messages, and gives what becomes of each.
   *
   * @category combinators
   * @since 0.1.0
   */
  <M extends Message>(options?: Options<M>): <E, R>(
    messages: Stream.Stream<M, E, R>
  ) => Stream.Stream<
    Outcome<M>,
    E | SensError.SensError | Paging.PagingError | Unsubscribes.UnreadableEntries,
    R | Sens.Sens
  >
  /**
   * Sends messages, and gives what becomes of each.
   *
   * @category combinators
   * @since 0.1.0
   */
  <M extends Message, E, R>(
    messages: Stream.Stream<M, E, R>,
    options?: Options<M>
  ): Stream.Stream<
    Outcome<M>,
    E | SensError.SensError | Paging.PagingError | Unsubscribes.UnreadableEntries,
    R | Sens.Sens
  >
} = dual((args) => Stream.isStream(args[0]), <M extends Message, E, R>(
  messages: Stream.Stream<M, E, R>,
  options: Options<M> = {}
): Stream.Stream<
  Outcome<M>,
  E | SensError.SensError | Paging.PagingError | Unsubscribes.UnreadableEntries,
  R | Sens.Sens
> => {
  const wrong = Given.problems(options, Given.bulkSend)
  return Span.traced("BulkSend.send")(
    wrong.length > 0
      ? Stream.fail(Given.invalid("messages.send", wrong))
      : Stream.flattenArray(
        Stream.transformPull(messages, (pull, scope) => Effect.map(sending(pull, scope, options), Effect.map(Arr.of)))
      )
  )
})

// -----------------------------------------------------------------------------
// Unknown outcomes
// -----------------------------------------------------------------------------

/**
 * How unknown outcomes are settled.
 *
 * @category options
 * @since 0.1.0
 */
export interface ReconcileOptions {
  /**
   * How many requests are asked about at a time, or are done with outcomes that nobody has taken.
   *
   * @default 4
   */
  readonly concurrency?: number | undefined
  /**
   * How long the log is asked about one request. A proof that it was not accepted comes about six minutes after it was sent.
   *
   * @default that of the client
   */
  readonly callTimeout?: Duration.Input | undefined
}

type Unknown<M extends Message> = Extract<Outcome<M>, { readonly _tag: "Unknown" }>

/** The id, or none on proof; else why it is still not known, where there is anything newer to say of it. */
type Answer = Result.Result<Option.Option<RequestId.RequestId>, SensError.SensError | undefined>

interface Question<M extends Message> {
  readonly answered: Deferred.Deferred<void>
  answer: Answer | undefined
  waiting: Array<Unknown<M>>
}

/** How many requests are remembered, to know those that come again. */
const mostRemembered = 10_000

/**
 * By this a question is known again, in whatever form it was kept. The fingerprint is there since two processes may have prepared
 * two requests in the same millisecond.
 */
const questionKey = ({ fingerprint, intents }: SensError.OutcomeUnknown): string =>
  [fingerprint, ...intents.map(({ preparedAt, timestamp }) => `${timestamp}/${preparedAt}`)].join(" ")

const settled = <M extends Message>(outcome: Unknown<M>, answer: Answer): Outcome<M> => {
  const { message, repeat, request, warnings } = outcome
  if (Result.isFailure(answer)) return answer.failure === undefined ? outcome : { ...outcome, error: answer.failure }
  return Option.isSome(answer.success)
    ? { _tag: "Accepted", message, repeat, warnings, requestId: answer.success.value, request }
    : { _tag: "NotSent", message, repeat, warnings, why: "NotAccepted" }
}

const reconciling = Effect.fnUntraced(function*<M extends Message, E>(
  upstream: Pull.Pull<Arr.NonEmptyReadonlyArray<Outcome<M>>, E>,
  scope: Scope.Scope,
  options: ReconcileOptions
) {
  const sens = yield* Sens.Sens
  const slots = Semaphore.makeUnsafe(options.concurrency ?? 4)
  const results = yield* Queue.make<Arr.NonEmptyReadonlyArray<Outcome<M>>, E | Cause.Done>({ capacity: 1 })
  const questions = new Map<string, Question<M>>()
  const inFlight = new Set<Fiber.Fiber<void>>()

  const give = (outcomes: ReadonlyArray<Outcome<M>>): Effect.Effect<unknown> =>
    Arr.isReadonlyArrayNonEmpty(outcomes) ? Queue.offer(results, outcomes) : Effect.void

  const ask = Effect.fnUntraced(function*(reason: SensError.OutcomeUnknown, request: SendRequest.SendRequest) {
    const { callTimeout } = options
    const result = yield* Effect.result(sens.messages.reconcile(reason, request, { callTimeout }))
    if (Result.isSuccess(result)) return Result.succeed(Option.map(result.success, ({ requestId }) => requestId))
    const error = result.failure
    if (error.reason._tag === "OutcomeUnknown") return Result.fail(error)
    // That the question was refused says nothing about the message, so its outcome stays as it was, and can be asked rightly.
    yield* Effect.logWarning(
      `BulkSend.reconcile: an outcome stays unknown, its question failed. ${error.reason.message}`
    )
    return Result.fail(undefined)
  })

  /** Takes in unknown outcomes of one request. */
  const takeUnknown = Effect.fnUntraced(function*(
    key: string,
    reason: SensError.OutcomeUnknown,
    outcomes: Arr.NonEmptyReadonlyArray<Unknown<M>>
  ) {
    const known = questions.get(key)
    if (known !== undefined) {
      // The latest that was asked for is the last to be forgotten.
      questions.delete(key)
      questions.set(key, known)
      if (known.answer === undefined && known.waiting.length < SendRequest.maxRecipients) {
        known.waiting = [...known.waiting, ...outcomes]
        return
      }
      yield* Deferred.await(known.answered)
      const { answer } = known
      return answer === undefined ? undefined : yield* give(outcomes.map((outcome) => settled(outcome, answer)))
    }
    yield* slots.take(1)
    const question: Question<M> = { answered: Deferred.makeUnsafe(), answer: undefined, waiting: [...outcomes] }
    questions.set(key, question)
    if (questions.size > mostRemembered) {
      for (const [oldest, { answer }] of questions) {
        if (answer === undefined) continue
        questions.delete(oldest)
        break
      }
    }
    const asking = Effect.flatMap(ask(reason, outcomes[0].request), (answer) => {
      const { waiting } = question
      question.answer = answer
      question.waiting = []
      Deferred.doneUnsafe(question.answered, Exit.void)
      return give(waiting.map((outcome) => settled(outcome, answer)))
    })
    const fiber = yield* asking.pipe(
      Effect.catchCause((cause) => Queue.failCause(results, cause)),
      Effect.ensuring(slots.release(1)),
      Effect.asVoid,
      Effect.forkIn(scope)
    )
    inFlight.add(fiber)
    fiber.addObserver(() => inFlight.delete(fiber))
  })

  // The outcomes of a request have one error.
  let last: { readonly error: SensError.SensError; readonly key: string } | undefined
  const keyOf = (outcome: Outcome<M>): string | undefined => {
    if (outcome._tag !== "Unknown" || outcome.error.reason._tag !== "OutcomeUnknown") return undefined
    if (last?.error !== outcome.error) last = { error: outcome.error, key: questionKey(outcome.error.reason) }
    return last.key
  }

  /** Takes in as many as belong together: unknown outcomes of one request, or those that are no question. */
  const takeIn = Effect.fnUntraced(function*(outcomes: ReadonlyArray<Outcome<M>>) {
    for (let at = 0; at < outcomes.length;) {
      const from = at
      const key = keyOf(outcomes[from]!)
      while (at < outcomes.length && keyOf(outcomes[at]!) === key) at++
      const together = outcomes.slice(from, at)
      const unknown = key === undefined ? [] : together.filter((outcome) => outcome._tag === "Unknown")
      const reason = unknown[0]?.error.reason
      if (key !== undefined && reason?._tag === "OutcomeUnknown" && Arr.isArrayNonEmpty(unknown)) {
        yield* takeUnknown(key, reason, unknown)
      } else yield* give(together)
    }
  })

  yield* upstream.pipe(
    Effect.flatMap(takeIn),
    Effect.forever({ disableYield: true }),
    Pull.catchDone(() => Effect.void),
    Effect.matchCauseEffect({
      onFailure: (cause) => Effect.andThen(Fiber.awaitAll(inFlight), Queue.failCause(results, cause)),
      onSuccess: () => Effect.andThen(Fiber.awaitAll(inFlight), Queue.end(results))
    }),
    Effect.forkIn(scope)
  )
  const pull: Pull.Pull<Arr.NonEmptyReadonlyArray<Outcome<M>>, E> = Queue.take(results)
  return pull
})

/**
 * Settles unknown outcomes: asks the delivery log what became of their requests, once a request, and gives each message the
 * outcome that it has now. All other outcomes are given as they are.
 *
 * An `Unknown` becomes `Accepted`, with the id of its request; `NotSent` with `NotAccepted`, on proof that its request was not
 * accepted; or it stays `Unknown`, with the latest error, where the log does not tell within `callTimeout`. Those of one request
 * get the same answer, wherever they come in the stream, and so do those that come twice; asked again later, an answer that was
 * found stays what it was, while one that was not may be found.
 *
 * **Details**
 *
 * Outcomes are given as they are settled, those of one request that wait together, and what is no question goes past them. Held are
 * the outcomes of `concurrency` requests, those that came in with the last of them, and the answers of the last 10,000 requests: an
 * id or an error of each. While so many requests are asked about, no more outcomes are taken in; behind {@link send}, this keeps
 * back what would be sent.
 *
 * They may be of another process, and come from JSON: a request is known by the attempts that `error.reason` tells of.
 *
 * **Gotchas**
 *
 * Of a request that went out before its client knew the gateway's time, another process can tell only that it was not accepted:
 * run `Sens.messages.learnClock` before the first send where outcomes are settled elsewhere.
 *
 * Where the question itself is refused, since `request` is not the one that was sent, or since the client has another service or
 * other keys, nothing is known of the message: it stays `Unknown` as it is, and a warning is logged.
 *
 * Fails as the stream of outcomes does, after the answers of the requests that were asked about. That the log cannot be read is
 * an outcome that stays unknown, not a failure. An option that is wrong or none is a defect, a `TypeError`.
 *
 * **Example** (An answer that was lost)
 *
 * ```ts import.meta.vitest
 * import * as Account from "@effect-sens/emulator/Account"
 * import * as Emulator from "@effect-sens/emulator/Emulator"
 * import * as EmulatorClient from "@effect-sens/emulator/EmulatorClient"
 * import * as Fault from "@effect-sens/emulator/Fault"
 * import * as Sens from "@effect-sens/http/Sens"
 * import * as BulkSend from "@effect-sens/streams/BulkSend"
 * import * as Effect from "effect/Effect"
 * import * as Layer from "effect/Layer"
 * import * as Stream from "effect/Stream"
 *
 * const layer = Sens.layer(Account.options).pipe(Layer.provideMerge(EmulatorClient.layer()))
 *
 * const from = "0212345678"
 * const program = Effect.gen(function*() {
 *   const { faults } = yield* Emulator.Emulator
 *   yield* faults.next("send", 1, Fault.reset({ accepted: true }))
 *   const outcomes = yield* Stream.make("01012345678", "01087654321").pipe(
 *     Stream.map((to) => ({ type: "SMS" as const, from, to, content: "안녕하세요" })),
 *     BulkSend.send({ send: { onAmbiguous: "fail" } }),
 *     Stream.runCollect
 *   )
 *   const settled = yield* Stream.runCollect(BulkSend.reconcile(outcomes))
 *   return [outcomes, settled].map((each) => each.map(({ _tag }) => _tag))
 * })
 *
 * await Effect.runPromise(Effect.provide(program, layer)) // => [["Unknown", "Unknown"], ["Accepted", "Accepted"]]
 * ```
 *
 * @category combinators
 * @since 0.1.0
 */
export const reconcile: {
  /**
   * Settles unknown outcomes: asks the delivery log what became of their requests, once a request.
   *
   * @category combinators
   * @since 0.1.0
   */
  (options?: ReconcileOptions): <M extends Message, E = never, R = never>(
    outcomes: Stream.Stream<Outcome<M>, E, R> | Iterable<Outcome<M>>
  ) => Stream.Stream<Outcome<M>, NoInfer<E>, NoInfer<R> | Sens.Sens>
  /**
   * Settles unknown outcomes: asks the delivery log what became of their requests, once a request.
   *
   * @category combinators
   * @since 0.1.0
   */
  <M extends Message, E = never, R = never>(
    outcomes: Stream.Stream<Outcome<M>, E, R> | Iterable<Outcome<M>>,
    options?: ReconcileOptions
  ): Stream.Stream<Outcome<M>, NoInfer<E>, NoInfer<R> | Sens.Sens>
} = dual((args) => Stream.isStream(args[0]) || Predicate.isIterable(args[0]), <M extends Message, E, R>(
  outcomes: Stream.Stream<Outcome<M>, E, R> | Iterable<Outcome<M>>,
  options: ReconcileOptions = {}
): Stream.Stream<Outcome<M>, E, R | Sens.Sens> => {
  const wrong = Given.problems(options, reconcileRules)
  return Span.traced("BulkSend.reconcile")(
    wrong.length > 0
      ? Stream.die(Given.typeError("BulkSend.reconcile", wrong))
      : Stream.transformPull(
        Stream.isStream(outcomes) ? outcomes : Stream.fromIterable(outcomes),
        (pull, scope) => reconciling(pull, scope, options)
      )
  )
})

const reconcileRules = {
  concurrency: Given.whole(1),
  callTimeout: Given.aDuration
} satisfies { readonly [Name in keyof ReconcileOptions]-?: Given.Rule }

// -----------------------------------------------------------------------------
// Outcomes
// -----------------------------------------------------------------------------

/** Tells whether a request comes for the first time, as far as the last of them are remembered. */
const firstTime = (): (requestId: RequestId.RequestId) => boolean => {
  const seen = new Set<RequestId.RequestId>()
  // The outcomes of a request come together, unless somebody has scattered them.
  let last: RequestId.RequestId | undefined
  return (requestId) => {
    if (requestId === last) return false
    last = requestId
    if (seen.has(requestId)) return false
    seen.add(requestId)
    if (seen.size > mostRemembered) {
      for (const oldest of seen) {
        seen.delete(oldest)
        break
      }
    }
    return true
  }
}

interface Sums {
  readonly counts: { [T in Outcome["_tag"]]: number }
  recipients: number
  requests: number
  repeats: number
  readonly failures: { [T in SensError.Tag]?: number }
  readonly reasons: { [W in NotSentReason]?: number }
  readonly isNew: (requestId: RequestId.RequestId) => boolean
}

/**
 * Adds outcomes up.
 *
 * @category sinks
 * @since 0.1.0
 */
export const summary: Sink.Sink<Summary, Outcome> = Sink.map(
  Sink.reduceArray(
    (): Sums => ({
      counts: { Accepted: 0, Failed: 0, Unknown: 0, NotSent: 0 },
      recipients: 0,
      requests: 0,
      repeats: 0,
      failures: {},
      reasons: {},
      isNew: firstTime()
    }),
    (sum, outcomes: Arr.NonEmptyReadonlyArray<Outcome>) => {
      for (const outcome of outcomes) {
        sum.recipients += 1
        sum.counts[outcome._tag] += 1
        if (outcome.repeat) sum.repeats += 1
        switch (outcome._tag) {
          case "Accepted":
            if (sum.isNew(outcome.requestId)) sum.requests += 1
            break
          case "NotSent":
            sum.reasons[outcome.why] = (sum.reasons[outcome.why] ?? 0) + 1
            break
          default: {
            const { _tag } = outcome.error.reason
            sum.failures[_tag] = (sum.failures[_tag] ?? 0) + 1
          }
        }
      }
      return sum
    }
  ),
  ({ counts, failures, reasons, recipients, repeats, requests }): Summary => ({
    recipients,
    requests,
    accepted: counts.Accepted,
    failed: counts.Failed,
    unknown: counts.Unknown,
    notSent: counts.NotSent,
    repeats,
    failures,
    reasons
  })
)

/**
 * Sends messages, and adds up what becomes of them.
 *
 * Fails as {@link send} does: with `SensError`, `PagingError` or `Unsubscribes.UnreadableEntries` where the block list cannot be read.
 *
 * **Example** (A number that comes twice)
 *
 * ```ts import.meta.vitest
 * import * as Account from "@effect-sens/emulator/Account"
 * import * as EmulatorClient from "@effect-sens/emulator/EmulatorClient"
 * import * as Sens from "@effect-sens/http/Sens"
 * import * as BulkSend from "@effect-sens/streams/BulkSend"
 * import * as Effect from "effect/Effect"
 * import * as Layer from "effect/Layer"
 * import * as Stream from "effect/Stream"
 *
 * const layer = Sens.layer(Account.options).pipe(Layer.provide(EmulatorClient.layer()))
 *
 * const from = "0212345678"
 * const program = Stream.make("01012345678", "01087654321", "01012345678").pipe(
 *   Stream.map((to) => ({ type: "SMS" as const, from, to, content: "안녕하세요" })),
 *   BulkSend.run({ dedupe: true }),
 *   Effect.map(({ accepted, notSent, reasons, requests }) => ({ accepted, notSent, reasons, requests }))
 * )
 *
 * await Effect.runPromise(Effect.provide(program, layer)) // => { accepted: 2, notSent: 1, reasons: { Duplicate: 1 }, requests: 1 }
 * ```
 *
 * @category combinators
 * @since 0.1.0
 */
export const run: {
  /**
   * Sends messages, and adds up what becomes of them.
   *
   * @category combinators
   * @since 0.1.0
   */
  <M extends Message>(options?: Options<M>): <E, R>(
    messages: Stream.Stream<M, E, R>
  ) => Effect.Effect<
    Summary,
    E | SensError.SensError | Paging.PagingError | Unsubscribes.UnreadableEntries,
    R | Sens.Sens
  >
  /**
   * Sends messages, and adds up what becomes of them.
   *
   * @category combinators
   * @since 0.1.0
   */
  <M extends Message, E, R>(
    messages: Stream.Stream<M, E, R>,
    options?: Options<M>
  ): Effect.Effect<
    Summary,
    E | SensError.SensError | Paging.PagingError | Unsubscribes.UnreadableEntries,
    R | Sens.Sens
  >
} = dual((args) => Stream.isStream(args[0]), <M extends Message, E, R>(
  messages: Stream.Stream<M, E, R>,
  options: Options<M> = {}
): Effect.Effect<
  Summary,
  E | SensError.SensError | Paging.PagingError | Unsubscribes.UnreadableEntries,
  R | Sens.Sens
> => Stream.run(send(messages, options), summary))

/**
 * The requests that were accepted, each once, as `Delivery.trackAll` takes them.
 *
 * **Example** (Sending, and following what was sent)
 *
 * ```ts import.meta.vitest
 * import * as Account from "@effect-sens/emulator/Account"
 * import * as EmulatorClient from "@effect-sens/emulator/EmulatorClient"
 * import * as Sens from "@effect-sens/http/Sens"
 * import * as BulkSend from "@effect-sens/streams/BulkSend"
 * import * as Delivery from "@effect-sens/streams/Delivery"
 * import * as Effect from "effect/Effect"
 * import * as Layer from "effect/Layer"
 * import * as Stream from "effect/Stream"
 *
 * const layer = Sens.layer(Account.options).pipe(Layer.provide(EmulatorClient.layer({ completedAfter: 0 })))
 *
 * const from = "0212345678"
 * const program = Stream.make("01012345678", "01087654321").pipe(
 *   Stream.map((to) => ({ type: "SMS" as const, from, to, content: "안녕하세요" })),
 *   BulkSend.send(),
 *   BulkSend.accepted,
 *   Delivery.trackAll(),
 *   Stream.runCount
 * )
 *
 * await Effect.runPromise(Effect.provide(program, layer)) // => 2
 * ```
 *
 * @category combinators
 * @since 0.1.0
 */
export const accepted = <M extends Message, E, R>(
  outcomes: Stream.Stream<Outcome<M>, E, R>
): Stream.Stream<Delivery.Tracked, E, R> =>
  Stream.mapAccumArray(outcomes, firstTime, (isNew, outcomes) => {
    const requests: Array<Delivery.Tracked> = []
    for (const outcome of outcomes) {
      if (outcome._tag !== "Accepted" || !isNew(outcome.requestId)) continue
      requests.push({ requestId: outcome.requestId, recipients: outcome.request.messages.length })
    }
    return [isNew, requests] as const
  })
