import * as Sens from "@effect-sens/http/Sens"
import * as BulkSend from "@effect-sens/streams/BulkSend"
import * as Delivery from "@effect-sens/streams/Delivery"
import * as DeliveryLog from "@effect-sens/streams/DeliveryLog"
import { assert, describe, it } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import * as Tracer from "effect/Tracer"
import { emulated, inVirtualTime, number, sms } from "../emulated.ts"

// Runs an effect with a tracer, and gives the internal spans that ended, each with the name of the one above it.
const traced = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.suspend(() => {
    const spans: Array<Tracer.NativeSpan> = []
    const tracer = Tracer.make({
      span: (options) => {
        const span = new Tracer.NativeSpan(options)
        spans.push(span)
        return span
      }
    })
    const above = (span: Tracer.NativeSpan): string | undefined =>
      Option.match(span.parent, {
        onNone: () => undefined,
        onSome: (parent) => spans.find(({ spanId }) => spanId === parent.spanId)?.name
      })
    return effect.pipe(
      Effect.provideService(Tracer.Tracer, tracer),
      Effect.map(() =>
        spans.filter(({ kind }) => kind === "internal").map((span) => {
          assert.strictEqual(span.status._tag, "Ended", span.name)
          return [span.name, above(span)]
        })
      )
    )
  })

type Failure = DeliveryLog.LogError | DeliveryLog.UnreadableRecords | Delivery.DeadlineExceeded

const people = Stream.range(1, 150).pipe(
  Stream.map((index) => ({ type: "SMS" as const, from: "0212345678", to: number(index), content: "안녕하세요" }))
)

describe("streams have a span of their own", () => {
  it.effect("BulkSend.send, its requests below it", () =>
    Effect.gen(function*() {
      const spans = yield* traced(inVirtualTime(BulkSend.run(people)))
      assert.deepStrictEqual(spans, [
        ["BulkSend.send", undefined],
        ["Sens.messages.send", "BulkSend.send"],
        ["Sens.messages.send", "BulkSend.send"]
      ])
    }).pipe(Effect.provide(emulated())))

  it.effect("what reads the log and what tracks, each by its own name", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(Date.UTC(2026, 0, 1))
      const start = yield* DateTime.now
      const sens = yield* Sens.Sens
      const { requestId } = yield* sens.messages.send(sms(1))
      yield* TestClock.adjust("10 minutes")
      const query = { requestId }
      const first = yield* Stream.runHead(
        DeliveryLog.pages({ requestTime: { start, end: start } }).pipe(Stream.take(1))
      )
      const cursor = Option.getOrThrow(first).cursor
      const streams: ReadonlyArray<readonly [string, Effect.Effect<unknown, Failure, Sens.Sens>]> = [
        ["DeliveryLog.pages", Stream.runDrain(DeliveryLog.pages(query))],
        ["DeliveryLog.records", Stream.runDrain(DeliveryLog.records(query))],
        [
          "DeliveryLog.tail",
          Stream.runDrain(Stream.take(DeliveryLog.tail({ by: "request", start: start }), 1))
        ],
        [
          "DeliveryLog.tailPages",
          Stream.runDrain(Stream.take(DeliveryLog.tailPages({ start: start }), 1))
        ],
        ["DeliveryLog.resume", Stream.runDrain(DeliveryLog.resume(cursor))],
        ["Delivery.track", Stream.runDrain(Delivery.track(requestId))],
        ["Delivery.trackAll", Stream.runDrain(Delivery.trackAll(Stream.make(requestId)))],
        ["Delivery.await", Delivery.await(requestId)]
      ]
      for (const [name, effect] of streams) {
        const spans = yield* traced(inVirtualTime(effect))
        assert.deepStrictEqual(spans[0], [name, undefined])
        assert.isTrue(spans.slice(1).every(([, above]) => above === name), JSON.stringify(spans))
      }
    }).pipe(Effect.provide(emulated())))

  it.effect("it ends where a stream is left early", () =>
    Effect.gen(function*() {
      const spans = yield* traced(inVirtualTime(Stream.runDrain(Stream.take(BulkSend.send(people), 1))))
      assert.deepStrictEqual(spans[0], ["BulkSend.send", undefined])
    }).pipe(Effect.provide(emulated())))

  it.effect("and is not there without a tracer", () =>
    Effect.gen(function*() {
      const seen: Array<string> = []
      const looking = Stream.tap(people, () => Effect.map(Effect.currentSpan, ({ name }) => seen.push(name)))
      yield* inVirtualTime(Effect.withSpan(BulkSend.run(looking), "mine"))
      assert.deepStrictEqual([...new Set(seen)], ["mine"])
      seen.length = 0
      yield* traced(inVirtualTime(Effect.withSpan(BulkSend.run(looking), "mine")))
      assert.deepStrictEqual([...new Set(seen)], ["BulkSend.send"])
    }).pipe(Effect.provide(emulated())))
})
