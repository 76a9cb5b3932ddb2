import * as PhoneNumber from "@effect-sens/core/PhoneNumber"
import * as ServiceId from "@effect-sens/core/ServiceId"
import * as Account from "@effect-sens/emulator/Account"
import * as EmulatorWeb from "@effect-sens/emulator/EmulatorWeb"
import * as Sens from "@effect-sens/http/Sens"
import * as BulkSend from "@effect-sens/streams/BulkSend"
import * as Delivery from "@effect-sens/streams/Delivery"
import * as DeliveryExport from "@effect-sens/streams/DeliveryExport"
import * as DeliveryLog from "@effect-sens/streams/DeliveryLog"
import * as DeliverySink from "@effect-sens/streams/DeliverySink"
import * as Recipients from "@effect-sens/streams/Recipients"
import * as StreamsPromise from "@effect-sens/streams/StreamsPromise"
import * as Unsubscribes from "@effect-sens/streams/Unsubscribes"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import type * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"

// What `streams` has to do alike in every runtime, on top of `core` and `http`. The emulator in the same process stands in for
// `fetch`.

/** Runs every check and says how many there were; throws at the first that fails. */
export const run = async (): Promise<number> => {
  const { dispose, handler } = EmulatorWeb.toWebHandler({ completedAfter: "0 seconds" })
  const fetched: typeof globalThis.fetch = (input, init) => handler(new Request(input, init))
  const client = Sens.layer({
    accessKey: Redacted.make(Account.accessKey),
    secretKey: Redacted.make(Account.secretKey),
    serviceId: ServiceId.make(Account.serviceId),
    baseUrl: "https://sens.test",
    // It runs at any time of the day, and what it prints is what it counts.
    preflight: { severity: { AdAtNight: "off" } }
  }).pipe(Layer.provide(FetchHttpClient.layer), Layer.provide(Layer.succeed(FetchHttpClient.Fetch, fetched)))
  try {
    const checks = await Effect.runPromise(Effect.scoped(Effect.provide(program, client)))
    return checks + await withoutEffect(
      Layer.provide(FetchHttpClient.layer, Layer.succeed(FetchHttpClient.Fetch, fetched))
    )
  } finally {
    await dispose()
  }
}

const number = (index: number) => PhoneNumber.make(`010${String(index).padStart(8, "0")}`)

const messages = Stream.range(0, 249).pipe(
  Stream.map((index): BulkSend.Message => ({
    type: "SMS",
    contentType: "AD",
    from: PhoneNumber.make("0212345678"),
    to: number(index),
    content: `(광고) ${index % 2}\n무료수신거부 0801234567`
  }))
)

const program = Effect.gen(function*() {
  let checks = 0
  const equal = (what: string, actual: unknown, expected: unknown): void => {
    checks++
    const [a, e] = [JSON.stringify(actual), JSON.stringify(expected)]
    if (a !== e) throw new Error(`${what}: expected ${e}, got ${a}`)
  }
  const sens = yield* Sens.Sens
  const start = yield* DateTime.now

  yield* sens.unsubscribes.register([number(7), number(8)])
  equal("the block list", yield* Stream.runCount(Unsubscribes.all()), 2)
  const [allowed, refused] = yield* Unsubscribes.partition(messages, ({ to }) => to)
  const [some, others] = yield* Effect.all([Stream.runCount(allowed), Stream.runCount(refused)], { concurrency: 2 })
  equal("partition", [some, others], [248, 2])

  const outcomes = yield* Stream.runCollect(BulkSend.send(messages))
  const summary = yield* Stream.run(Stream.fromIterable(outcomes), BulkSend.summary)
  equal("bulk", [summary.accepted, summary.requests, summary.reasons], [248, 3, { OptedOut: 2 }])

  const changes = yield* Stream.fromIterable(outcomes).pipe(
    BulkSend.accepted,
    Delivery.trackAll(),
    Stream.runCollect
  )
  equal("track", changes.length, 248)

  const end = yield* DateTime.now
  const records = yield* Stream.runCollect(DeliveryLog.records({ completeTime: { start, end } }))
  equal("between", new Set(records.map(({ messageId }) => messageId)).size, 248)
  const [first] = yield* DeliveryLog.pages({ requestTime: { start, end } }).pipe(Stream.take(1), Stream.runCollect)
  if (first === undefined) throw new Error("no page")
  const cursor = yield* Schema.encodeEffect(DeliveryLog.CursorJson)(first.cursor)
  const rest = DeliveryLog.resume(yield* Schema.decodeEffect(DeliveryLog.CursorJson)(cursor))
  equal("resume", yield* Stream.runFold(rest, () => 0, (sum, { records }) => sum + records.length), 148)
  const late = DeliveryLog.tail({ start, interval: "10 millis" }).pipe(Stream.take(248), Stream.runCount)
  equal("tail", yield* late, 248)

  const counts = yield* Stream.run(Stream.fromIterable(records), DeliverySink.countByCode)
  equal("counts", Array.from(counts), [["0", 248]])
  const times = yield* Stream.run(Stream.fromIterable(records), DeliverySink.deliveryTimes())
  equal("delivery times", times.percentiles.size, 4)
  const lines = yield* Stream.mkString(DeliveryExport.ndjson(Stream.fromIterable(records)))
  equal("NDJSON", yield* Stream.runCount(DeliveryExport.fromNdjson(Stream.make(lines))), 248)
  const csv = yield* Stream.mkString(DeliveryExport.csv()(Stream.fromIterable(records)))
  equal("CSV", csv.split("\r\n").length, 250)
  for (const encoding of ["UTF-8", "CP949"] as const) {
    const file = DeliveryExport.excel({ encoding })(Stream.fromIterable(records))
    const read = yield* Stream.runCollect(Recipients.fromCsv(file))
    const numbers = read.map((row) => row._tag === "Message" ? row.message.to : row.message)
    equal(`Excel, ${encoding}`, numbers, records.map(({ to }) => to))
  }
  return checks
})

/** The same without Effect: promises, and values to read with `for await`. */
const withoutEffect = async (httpClient: Layer.Layer<HttpClient.HttpClient>): Promise<number> => {
  const sens = StreamsPromise.make({
    accessKey: Account.accessKey,
    secretKey: Account.secretKey,
    serviceId: Account.serviceId,
    baseUrl: "https://sens.test",
    httpClient
  })
  async function* rows() {
    for (let index = 0; index < 150; index++) {
      yield await Promise.resolve({
        type: "SMS" as const,
        from: "02-1234-5678",
        to: number(index),
        content: "안녕하세요"
      })
    }
  }
  const accepted = new Set<string>()
  for await (const outcome of sens.bulk(rows())) if (outcome._tag === "Accepted") accepted.add(outcome.requestId)
  if (accepted.size !== 2) throw new Error(`bulk without Effect: ${accepted.size} requests`)
  for (const requestId of accepted) {
    let read = 0
    for await (const _ of sens.records({ requestId })) if (++read === 50) break
    if (read !== 50) throw new Error(`records without Effect: ${read}`)
  }
  await sens.dispose()
  return 2
}
