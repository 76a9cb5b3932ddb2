/**
 * Sends one text to any number of people and follows every message to its end.
 */
import type * as DeliveryCode from "@effect-sens/core/DeliveryCode"
import * as MessageRecord from "@effect-sens/core/MessageRecord"
import type * as PhoneNumber from "@effect-sens/core/PhoneNumber"
import type * as RequestId from "@effect-sens/core/RequestId"
import * as SendRequest from "@effect-sens/core/SendRequest"
import type * as SensError from "@effect-sens/core/SensError"
import * as Sens from "@effect-sens/http/Sens"
import * as DeliveryLog from "@effect-sens/streams/DeliveryLog"
import * as Arr from "effect/Array"
import * as Data from "effect/Data"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Ref from "effect/Ref"
import * as Result from "effect/Result"
import * as Schedule from "effect/Schedule"
import * as Stream from "effect/Stream"

export interface Campaign {
  readonly type: "SMS" | "LMS"
  readonly from: PhoneNumber.PhoneNumber
  readonly content: string
  readonly recipients: Arr.NonEmptyReadonlyArray<PhoneNumber.PhoneNumber>
}

/** What is known about one recipient in the end. */
export type Fate = Data.TaggedEnum<{
  /** The request was refused, or may have been lost; `error` says which. */
  NotAccepted: { readonly error: SensError.SensError }
  /** SENS accepted the message, but no final result came in time. */
  Unfinished: { readonly requestId: RequestId.RequestId }
  /** It waits to be sent. */
  Waiting: {}
  /** Nobody can tell, or nobody can tell yet, whether it was accepted. */
  Uncertain: {}
  /** Without a code where SENS gave none. */
  Final: { readonly code: Option.Option<DeliveryCode.DeliveryCode> }
}>

export const Fate = Data.taggedEnum<Fate>()

export interface Progress {
  readonly accepted: number
  readonly final: number
}

const codeOf = (record: MessageRecord.MessageRecord) =>
  MessageRecord.Outcome.$match(MessageRecord.outcome(record), {
    Pending: () => Option.none(),
    Delivered: ({ code }) => Option.some(code),
    Failed: ({ code }) => Option.some(code)
  })

/** Result pages are kept small, so that a request takes several. */
const pageSize = 40

export const run = Effect.fnUntraced(function*(campaign: Campaign, options: {
  readonly deadline: Duration.Input
  readonly onProgress: (progress: Progress) => Effect.Effect<void>
}): Effect.fn.Return<
  ReadonlyMap<PhoneNumber.PhoneNumber, Fate>,
  DeliveryLog.LogError | DeliveryLog.UnreadableRecords,
  Sens.Sens
> {
  const sens = yield* Sens.Sens
  const progress = yield* Ref.make<Progress>({ accepted: 0, final: 0 })
  const update = (change: (progress: Progress) => Progress) =>
    Effect.flatMap(Ref.updateAndGet(progress, change), options.onProgress)

  const send = Effect.fnUntraced(function*(numbers: Arr.NonEmptyReadonlyArray<PhoneNumber.PhoneNumber>) {
    const messages = Arr.map(numbers, (to) => ({ to }))
    const sent = yield* Effect.result(
      sens.messages.send({ type: campaign.type, from: campaign.from, content: campaign.content, messages })
    )
    if (Result.isFailure(sent)) {
      const fate = Fate.NotAccepted({ error: sent.failure })
      return numbers.map((number) => [number, fate] as const)
    }
    yield* update((progress) => ({ ...progress, accepted: progress.accepted + numbers.length }))
    return yield* follow(sent.success.requestId, numbers)
  })

  const follow = Effect.fnUntraced(function*(
    requestId: RequestId.RequestId,
    numbers: Arr.NonEmptyReadonlyArray<PhoneNumber.PhoneNumber>
  ) {
    const final = new Map<string, MessageRecord.MessageRecord>()
    const poll = Stream.runForEach(
      DeliveryLog.records({ requestId, pageSize }),
      (record) => {
        if (final.has(record.to) || !MessageRecord.isFinal(record)) return Effect.void
        final.set(record.to, record)
        return update((progress) => ({ ...progress, final: progress.final + 1 }))
      }
    )
    yield* poll.pipe(
      Effect.repeat({
        schedule: Schedule.spaced("500 millis"),
        until: () => final.size === numbers.length
      }),
      Effect.timeoutOption(options.deadline)
    )
    return numbers.map((number) => {
      const record = Option.fromUndefinedOr(final.get(number))
      return [
        number,
        Option.match(record, {
          onNone: (): Fate => Fate.Unfinished({ requestId }),
          onSome: (record) => Fate.Final({ code: codeOf(record) })
        })
      ] as const
    })
  })

  const requests = Arr.chunksOf(campaign.recipients, SendRequest.maxRecipients)
  const fates = yield* Effect.forEach(requests, send, { concurrency: 3 })
  return new Map(fates.flat())
})
