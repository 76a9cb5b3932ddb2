/**
 * A log of so many messages, and who reads it.
 *
 * @since 0.1.0
 */
import type * as MessageRecord from "@effect-sens/core/MessageRecord"
import type * as Paging from "@effect-sens/core/Paging"
import type * as SensError from "@effect-sens/core/SensError"
import * as ServiceId from "@effect-sens/core/ServiceId"
import * as NodeSigner from "@effect-sens/http/NodeSigner"
import * as Sens from "@effect-sens/http/Sens"
import * as DeliveryLog from "@effect-sens/streams/DeliveryLog"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import type * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"

/**
 * Where the log is.
 *
 * @category models
 * @since 0.1.0
 */
export interface Where {
  readonly baseUrl: string
  readonly count: number
  /** The end of the log, in milliseconds since 1970. */
  readonly now: number
  readonly pageSize: number
}

const start = (now: number) => Math.floor((now - 85 * 86_400_000) / 1000) * 1000

/**
 * Our client.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = (
  { baseUrl, count }: Where,
  transport: Layer.Layer<HttpClient.HttpClient>
): Layer.Layer<Sens.Sens> =>
  Sens.layer({
    accessKey: Redacted.make("access"),
    secretKey: Redacted.make("secret"),
    serviceId: ServiceId.make(`ncp:sms:kr:1:${count}`),
    baseUrl
  }).pipe(Layer.provide([transport, NodeSigner.layer]))

type Failure = SensError.SensError | Paging.PagingError | DeliveryLog.NotCovered | DeliveryLog.UnreadableRecords

const counted = <E>(
  records: Stream.Stream<MessageRecord.MessageRecord, E, Sens.Sens>
): Effect.Effect<number, E, Sens.Sens> =>
  Effect.suspend(() => {
    let count = 0
    return records.pipe(
      Stream.runForEachArray((records) =>
        Effect.sync(() => {
          for (const { statusCode } of records) if (statusCode === "0") count += 1
        })
      ),
      Effect.map(() => count)
    )
  })

/**
 * Reads the whole range as a stream, and counts.
 *
 * @category contestants
 * @since 0.1.0
 */
export const between = (
  { now, pageSize }: Where,
  by: "request" | "completion"
): Effect.Effect<number, Failure, Sens.Sens> => {
  const range = { start: DateTime.makeUnsafe(start(now)), end: DateTime.makeUnsafe(now) }
  return counted(
    DeliveryLog.records(by === "request" ? { requestTime: range, pageSize } : { completeTime: range, pageSize })
  )
}
