import * as DeliveryCode from "@effect-sens/core/DeliveryCode"
import * as KstDateTime from "@effect-sens/core/KstDateTime"
import * as MessageId from "@effect-sens/core/MessageId"
import type * as MessageRecord from "@effect-sens/core/MessageRecord"
import * as DeliverySink from "@effect-sens/streams/DeliverySink"
import { assert, describe, it } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type * as Sink from "effect/Sink"
import * as Stream from "effect/Stream"

const start = DateTime.makeUnsafe("2026-01-01T00:00:00Z").epochMilliseconds

const stamp = (millis: number) => KstDateTime.formatSeconds(DateTime.makeUnsafe(millis))

const Result = Schema.Struct({
  requested: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 10_000_000 })),
  took: Schema.Union([
    Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 60 })),
    Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 2_000_000 }))
  ]),
  code: Schema.Literals(["0", "2003", "3001", "S004", "4321", "", "pending"]),
  telco: Schema.Literals(["SKT", "KTF", "", "LGT"]),
  text: Schema.String
})

const toRecord = (
  { code, requested, telco, text, took }: typeof Result.Type,
  index: number
): MessageRecord.MessageRecord => ({
  messageId: MessageId.make(`m${index}`),
  to: "01012345678",
  requestTime: stamp(start + requested * 1000),
  content: text,
  ...code === "pending" ? { status: "PROCESSING" } : {
    status: "COMPLETED",
    statusCode: code,
    statusName: code === "0" ? "success" : "fail",
    completeTime: stamp(start + (requested + took) * 1000),
    telcoCode: telco === "" ? null : telco
  }
})

const tally = <A, K>(items: ReadonlyArray<A>, key: (item: A) => K | undefined) => {
  const counts = new Map<K, number>()
  for (const item of items) {
    const kind = key(item)
    if (kind !== undefined) counts.set(kind, (counts.get(kind) ?? 0) + 1)
  }
  return counts
}

const Results = Schema.Array(Result).check(Schema.isMaxLength(300))

describe("DeliverySink", () => {
  it.effect.prop(
    "counts what is there, however it is cut into pages",
    [Results, Schema.Literals([1, 7, 100])],
    ([results, page]) =>
      Effect.gen(function*() {
        const records = results.map(toRecord)
        const run = <A>(sink: Sink.Sink<A, MessageRecord.MessageRecord>) =>
          Stream.run(Stream.rechunk(Stream.fromIterable(records), page), sink)
        const completed = results.filter(({ code }) => code !== "pending")
        const byCode = tally(completed, ({ code }) => code === "" ? undefined : code)
        const byAdvice = tally(completed, ({ code }) => DeliveryCode.fromString(code).advice)
        const byTelco = tally(completed, ({ telco }) => telco === "" ? undefined : telco)
        assert.deepStrictEqual(yield* run(DeliverySink.countByCode), new Map(byCode))
        assert.deepStrictEqual(yield* run(DeliverySink.countByAdvice), new Map(byAdvice))
        assert.deepStrictEqual(yield* run(DeliverySink.countByTelco), new Map(byTelco))
        const hour = (seconds: number) => stamp(start + seconds * 1000).slice(0, 13)
        assert.deepStrictEqual(
          yield* run(DeliverySink.countByHour()),
          new Map(tally(results, ({ requested }) => hour(requested)))
        )
        assert.deepStrictEqual(
          yield* run(DeliverySink.countByHour("completion")),
          new Map(tally(completed, ({ requested, took }) => hour(requested + took)))
        )
        const totals = yield* run(DeliverySink.totals)
        assert.deepStrictEqual(totals, {
          messages: results.length,
          delivered: results.filter(({ code }) => code === "0").length,
          failed: completed.length - results.filter(({ code }) => code === "0").length,
          pending: results.length - completed.length,
          byCode,
          byAdvice,
          byTelco
        })
      })
  )

  it.effect.prop(
    "counts by several things at once what is counted by each of them alone",
    [Results, Schema.Literals([1, 7, 100])],
    ([results, page]) =>
      Effect.gen(function*() {
        const records = results.map(toRecord)
        const keys = {
          code: DeliverySink.code,
          telco: DeliverySink.telco,
          advice: DeliverySink.advice,
          day: DeliverySink.day("completion")
        }
        const groups = yield* Stream.run(
          Stream.rechunk(Stream.fromIterable(records), page),
          DeliverySink.countBy(keys)
        )
        const keyOf = (record: MessageRecord.MessageRecord) => ({
          code: keys.code(record),
          telco: keys.telco(record),
          advice: keys.advice(record),
          day: keys.day(record)
        })
        const expected = tally(records, (record) => {
          const key = keyOf(record)
          return Object.values(key).every((value) => value === undefined) ? undefined : JSON.stringify(key)
        })
        assert.deepStrictEqual(groups.map(({ count, key }) => [JSON.stringify(key), count]), Array.from(expected))
        const sumBy = (name: keyof typeof keys) => {
          const sums = new Map<string, number>()
          for (const { count, key } of groups) {
            const kind = key[name]
            if (kind !== undefined) sums.set(kind, (sums.get(kind) ?? 0) + count)
          }
          return sums
        }
        for (const name of ["code", "telco", "advice", "day"] as const) {
          const alone = yield* Stream.run(Stream.fromIterable(records), DeliverySink.countBy(keys[name]))
          assert.deepStrictEqual(sumBy(name), new Map<string, number>(alone))
        }
      })
  )

  it.effect("keys of any kind are told apart, and the sink may be run again", () =>
    Effect.gen(function*() {
      const records = Stream.fromIterable(["1", "1", "2"].map((messageId, index) => ({
        messageId: MessageId.make(messageId),
        to: "01012345678",
        status: index === 1 ? "null" : "READY"
      })))
      const sink = DeliverySink.countBy({
        count: ({ messageId }) => Number(messageId),
        key: ({ status }) => status === "null" ? null : undefined
      })
      for (const _ of [1, 2]) {
        assert.deepStrictEqual(yield* Stream.run(records, sink), [
          { key: { count: 1, key: undefined }, count: 1 },
          { key: { count: 1, key: null }, count: 1 },
          { key: { count: 2, key: undefined }, count: 1 }
        ])
      }
    }))

  it.effect("what failed with the code of a success is delivered nowhere", () =>
    Effect.gen(function*() {
      const record = toRecord({ code: "0", requested: 0, took: 5, telco: "SKT", text: "" }, 1)
      const records = Stream.make({ ...record, statusName: "fail" }, {
        ...record,
        statusName: "success",
        statusCode: null
      })
      const totals = yield* Stream.run(records, DeliverySink.totals)
      assert.deepInclude(totals, { delivered: 1, failed: 1, pending: 0 })
      assert.deepStrictEqual(totals.byAdvice, new Map([["system", 1], ["delivered", 1]]))
      assert.deepStrictEqual(yield* Stream.run(records, DeliverySink.countByAdvice), totals.byAdvice)
      assert.deepStrictEqual(
        yield* Stream.run(records, DeliverySink.countBy({ code: DeliverySink.code, advice: DeliverySink.advice })),
        [
          { key: { code: "0", advice: "system" }, count: 1 },
          { key: { code: undefined, advice: "delivered" }, count: 1 }
        ]
      )
    }))

  it.effect("the hour is that of Korea, however the stamp is written", () =>
    Effect.gen(function*() {
      const records = ["2026-01-01 00:30:00", "2026-01-01T00:30:00.123", "2025-12-31T15:30:00Z", "nonsense", null].map(
        (requestTime, index) => ({ messageId: MessageId.make(String(index)), to: "1", status: "READY", requestTime })
      )
      assert.deepStrictEqual(
        yield* Stream.run(Stream.fromIterable(records), DeliverySink.countByHour()),
        new Map([["2026-01-01 00", 3]])
      )
    }))

  it.effect.prop(
    "percentiles are those of the nearest rank: to the second, and to 1 % beyond 200",
    [Results],
    ([results]) =>
      Effect.gen(function*() {
        const percentiles = [0, 1, 25, 50, 90, 99, 100]
        const times = yield* Stream.run(
          Stream.fromIterable(results.map(toRecord)),
          DeliverySink.deliveryTimes(percentiles)
        )
        const sorted = results.filter(({ code }) => code !== "pending").map(({ took }) => took).sort((a, b) => a - b)
        assert.strictEqual(times.count, sorted.length)
        if (sorted.length === 0) {
          assert.isTrue(Option.isNone(times.mean))
          assert.strictEqual(times.percentiles.size, 0)
          return
        }
        const mean = sorted.reduce((sum, took) => sum + took, 0) / sorted.length
        assert.approximately(Duration.toSeconds(Option.getOrThrow(times.mean)), mean, 0.001 * mean + 0.001)
        assert.strictEqual(Duration.toSeconds(Option.getOrThrow(times.max)), sorted.at(-1))
        assert.strictEqual(Duration.toSeconds(Option.getOrThrow(times.min)), sorted[0])
        for (const percentile of percentiles) {
          const expected = sorted[Math.max(1, Math.ceil(percentile / 100 * sorted.length)) - 1] ?? 0
          const found = Duration.toSeconds(times.percentiles.get(percentile) ?? Duration.infinity)
          assert.approximately(found, expected, expected < 200 ? 0 : 0.01 * expected)
        }
      })
  )

  it.effect.prop(
    "sums are what a plain list comes to, grouped in several ways at once and run again",
    [Results, Schema.Literals([1, 7, 100])],
    ([results, page]) =>
      Effect.gen(function*() {
        const percentiles = [0, 50, 90, 99, 100]
        const sink = DeliverySink.summaries({
          all: {},
          telco: { telco: DeliverySink.telco },
          codeAndDay: { code: DeliverySink.code, day: DeliverySink.day() }
        }, { percentiles })
        const plain = (key: (result: typeof Result.Type) => object) => {
          const groups = Map.groupBy(results, (result) => JSON.stringify(key(result)))
          return Array.from(groups, ([key, group]) => ({
            key,
            messages: group.length,
            delivered: group.filter(({ code }) => code === "0").length,
            failed: group.filter(({ code }) => code !== "0" && code !== "pending").length,
            pending: group.filter(({ code }) => code === "pending").length,
            took: group.filter(({ code }) => code === "0").map(({ took }) => took).sort((a, b) => a - b)
          }))
        }
        const telcoOf = ({ code, telco }: typeof Result.Type) => code === "pending" || telco === "" ? undefined : telco
        const expected = {
          all: plain(() => ({})),
          telco: plain((result) => ({ telco: telcoOf(result) })),
          codeAndDay: plain(({ code, requested }) => ({
            code: code === "pending" || code === "" ? undefined : code,
            day: stamp(start + requested * 1000).slice(0, 10)
          }))
        }
        const records = Stream.rechunk(Stream.fromIterable(results.map(toRecord)), page)
        for (const _ of [1, 2]) {
          const sums = yield* Stream.run(records, sink)
          for (const name of ["all", "telco", "codeAndDay"] as const) {
            const found: ReadonlyArray<DeliverySink.Summary<object>> = sums[name]
            assert.deepStrictEqual(
              found.map(({ key, times: _, ...counts }) => ({ key: JSON.stringify(key), ...counts })),
              expected[name].map(({ took: _, ...counts }) => counts)
            )
            for (const [index, { took }] of expected[name].entries()) {
              const times = found[index]?.times
              assert.strictEqual(times?.count, took.length)
              for (const [percentile, time] of times?.percentiles ?? []) {
                const rank = took[Math.max(1, Math.ceil(percentile / 100 * took.length)) - 1] ?? 0
                assert.approximately(Duration.toSeconds(time), rank, rank < 200 ? 0 : 0.01 * rank)
              }
              const distribution = times?.distribution ?? []
              assert.strictEqual(distribution.reduce((sum, [, count]) => sum + count, 0), took.length)
              // To the second, as they came.
              assert.deepStrictEqual(
                distribution.flatMap(([time, count]) => Array.from({ length: count }, () => Duration.toSeconds(time)))
                  .filter((seconds) => seconds < 200),
                took.filter((seconds) => seconds < 200)
              )
            }
          }
        }
      })
  )
})
