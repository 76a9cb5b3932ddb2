// @effect-diagnostics asyncFunction:off globalFetch:off globalDate:off
/**
 * Readers of a log of so many messages: ours, and the one that anybody would write by hand.
 *
 * @since 0.1.0
 */
import type * as MessageRecord from "@effect-sens/core/MessageRecord"
import type * as Paging from "@effect-sens/core/Paging"
import * as RequestId from "@effect-sens/core/RequestId"
import type * as SensError from "@effect-sens/core/SensError"
import * as ServiceId from "@effect-sens/core/ServiceId"
import * as NodeSigner from "@effect-sens/http/NodeSigner"
import * as Sens from "@effect-sens/http/Sens"
import * as DeliveryLog from "@effect-sens/streams/DeliveryLog"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import type * as HttpClientError from "effect/http/HttpClientError"
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

/**
 * Reads a search by request id as a stream, and counts. It is the one that may have pages of more than 100.
 *
 * @category contestants
 * @since 0.1.0
 */
export const byRequestId = ({ pageSize }: Where): Effect.Effect<number, Failure, Sens.Sens> =>
  counted(DeliveryLog.records({ requestId: RequestId.make("RSSA-1"), pageSize }))

const stamp = (millis: number) => new Date(millis + 9 * 3_600_000).toISOString().slice(0, 19).replace("T", "%20")

/** The searches that cover all of it, but for the number of the page. A window has pages of 100 at the most. */
const searches = ({ baseUrl, count, now, pageSize }: Where): ReadonlyArray<string> => {
  const search = (query: string) =>
    `${baseUrl}/sms/v2/services/ncp:sms:kr:1:${count}/messages?${query}&pageSize=${pageSize}&pageIndex=`
  if (pageSize > 100) return [search("requestId=RSSA-1")]
  const window = 30 * 86_400_000
  const windows: Array<string> = []
  for (let from = start(now); from < now; from += window) {
    windows.push(
      search(`requestStartTime=${stamp(from)}&requestEndTime=${stamp(Math.min(from + window, now))}`)
    )
  }
  return windows
}

interface Page {
  readonly messages: ReadonlyArray<{ readonly statusCode?: string }>
  readonly hasMore: boolean
}

const headers = () => ({ "x-ncp-apigw-timestamp": String(Date.now()) })

async function* records(search: string) {
  for (let pageIndex = 0;; pageIndex++) {
    const response = await fetch(search + String(pageIndex), { headers: headers() })
    const page: Page = await response.json()
    yield* page.messages
    if (page.hasMore !== true) return
  }
}

/**
 * Reads the same with an async generator over `fetch`: nothing is validated, signed, tried again or given once.
 *
 * @category contestants
 * @since 0.1.0
 */
export const byHand = async (where: Where): Promise<number> => {
  let count = 0
  for (const search of searches(where)) {
    for await (const { statusCode } of records(search)) if (statusCode === "0") count += 1
  }
  return count
}

/**
 * Reads the same with Effect's client alone: the pages parsed, and nothing else.
 *
 * @category contestants
 * @since 0.1.0
 */
export const byClient = (
  where: Where
): Effect.Effect<number, HttpClientError.HttpClientError, HttpClient.HttpClient> =>
  Effect.gen(function*() {
    const client = yield* HttpClient.HttpClient
    let count = 0
    for (const search of searches(where)) {
      for (let pageIndex = 0;; pageIndex++) {
        const response = yield* client.get(search + String(pageIndex), { headers: headers() })
        const page: Page = JSON.parse(yield* response.text)
        for (const { statusCode } of page.messages) if (statusCode === "0") count += 1
        if (page.hasMore !== true) break
      }
    }
    return count
  })
