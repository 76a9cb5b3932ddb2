import * as Emulator from "@effect-sens/emulator/Emulator"
import * as EmulatorServer from "@effect-sens/emulator/EmulatorServer"
import * as NodeSqlite from "@effect-sens/outbox/NodeSqlite"
import * as RateLimiterStoreSql from "@effect-sens/outbox/RateLimiterStoreSql"
import { assert, describe, it, layer } from "@effect/vitest"
import * as Arr from "effect/Array"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as RateLimiter from "effect/persistence/RateLimiter"
import * as Schema from "effect/Schema"
import * as SqlClient from "effect/sql/SqlClient"
import * as TestClock from "effect/testing/TestClock"
import { join } from "node:path"
import * as Postgres from "./postgres.ts"
import * as Programs from "./programs.ts"
import * as Redis from "./redis.ts"

// What a limit is, is a matter of its key: 3, 7 and 50 tokens in a window whose tokens come in fractions of a millisecond, too.
const limits = {
  a: { limit: 3, window: "1 second" },
  b: { limit: 7, window: "2500 millis" },
  c: { limit: 50, window: "10 millis" }
} as const

const Step = Schema.Struct({
  pass: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 1500 })),
  short: Schema.Boolean,
  key: Schema.Literals(["a", "b", "c"]),
  what: Schema.Literals(["fixed-window", "token-bucket", "adaptive", "feedback"]),
  onExceeded: Schema.Literals(["delay", "fail"]),
  tokens: Schema.Literals([1, 1, 2, 5, 0.5, 8]),
  epoch: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 3 })),
  known: Schema.Boolean
})
const Steps = Schema.Array(Step).check(Schema.isMaxLength(60))

/** What a limiter says to a step, all in numbers. */
const says = (limiter: RateLimiter.RateLimiter, step: typeof Step.Type, epoch: number) => {
  const { key, onExceeded, tokens, what } = step
  const { limit, window } = limits[key]
  const fallbackWindow = Duration.fromInputUnsafe(window)
  switch (what) {
    case "adaptive":
      return Effect.map(
        limiter.adaptiveConsume({ key, tokens, fallbackLimit: limit, fallbackWindow }),
        ({ delay, epoch, phase }) => [Duration.toMillis(delay), epoch, phase]
      )
    case "feedback":
      return Effect.as(
        limiter.adaptiveFeedback({
          key,
          epoch,
          tokens,
          status: onExceeded === "fail" ? 429 : 202,
          retryAfter: step.short ? Duration.millis(step.pass) : Duration.seconds(step.pass)
        }),
        ["told"]
      )
    default:
      return limiter.consume({ key, algorithm: what, onExceeded, tokens, limit, window }).pipe(
        Effect.map(({ delay, limit, remaining, resetAfter }) => [
          Duration.toMillis(delay),
          limit,
          remaining,
          Duration.toMillis(resetAfter)
        ]),
        Effect.catchTag("RateLimiterError", ({ reason }) =>
          Effect.succeed(
            reason._tag === "RateLimitExceeded" ? [Duration.toMillis(reason.retryAfter), reason.remaining] : [reason]
          ))
      )
  }
}

const over = <E, R>(store: Layer.Layer<RateLimiter.RateLimiterStore, E, R>) =>
  Effect.map(
    Layer.build(Layer.provide(RateLimiter.layer, Layer.fresh(store))),
    (context) => RateLimiter.RateLimiter.pipe(Effect.provide(context))
  )

const inMemory = NodeSqlite.layer({ filename: ":memory:" })

describe("RateLimiterStoreSql on SQLite", () => {
  it.effect.prop(
    "counts as the store of Effect for one process",
    [Steps],
    ([steps]) =>
      Effect.gen(function*() {
        const sql = yield* yield* over(RateLimiterStoreSql.layer.pipe(Layer.provide(Layer.fresh(inMemory))))
        const memory = yield* yield* over(RateLimiter.layerStoreMemory)
        // The last epoch that was seen, so that what is told is heard.
        let epoch = 0
        for (const [index, step] of steps.entries()) {
          yield* TestClock.adjust(step.short ? step.pass / 100 : step.pass)
          const told = step.known ? epoch : step.epoch
          const expected = yield* says(memory, step, told)
          assert.deepStrictEqual(yield* says(sql, step, told), expected, `step ${index}`)
          if (step.what === "adaptive") epoch = Number(expected[1])
        }
      }).pipe(Effect.scoped),
    { timeout: 60_000, arbitrary: { runs: 200 } }
  )

  it.effect("takes away what says nothing any more", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const store = yield* RateLimiterStoreSql.make
      const refillRate = Duration.millis(100)
      const keys = Effect.map(sql`SELECT key FROM sens_rate ORDER BY key`.values, (rows) => rows.flat())
      yield* store.fixedWindow({ key: "window", tokens: 1, refillRate, limit: 10 })
      yield* store.tokenBucket({ key: "bucket", tokens: 1, refillRate, limit: 10, allowOverflow: true })
      yield* store.adaptiveFeedback({
        key: "adaptive",
        epoch: 0,
        tokens: 1,
        status: 429,
        retryAfter: Duration.seconds(1)
      })
      // It owes the tokens of nearly two hours.
      yield* store.tokenBucket({ key: "debt", tokens: 71_000, refillRate, limit: 10, allowOverflow: true })
      assert.deepStrictEqual(yield* keys, ["adaptive", "bucket", "debt", "window"])
      yield* TestClock.adjust("61 minutes")
      assert.deepStrictEqual(yield* keys, ["debt"])
      yield* TestClock.adjust("60 minutes")
      assert.deepStrictEqual(yield* keys, [])
    }).pipe(Effect.provide(Layer.fresh(inMemory))))

  it.effect("does not wait for a clock that was set back", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const store = yield* RateLimiterStoreSql.make
      const refillRate = Duration.seconds(1)
      const window = store.fixedWindow({ key: "k", tokens: 5, refillRate, limit: undefined })
      const bucket = store.tokenBucket({ key: "k", tokens: 5, refillRate, limit: 5, allowOverflow: true })
      assert.deepStrictEqual([yield* window, yield* bucket], [[5, 5000], [0, 0]])
      assert.deepStrictEqual([yield* window, yield* bucket], [[10, 10_000], [-5, 0]])
      yield* sql`UPDATE sens_rate SET at = at + 86400000, mark = mark + 86400000, expires_at = expires_at + 86400000`
      assert.deepStrictEqual([yield* window, yield* bucket], [[5, 5000], [0, 0]])
    }).pipe(Effect.provide(Layer.fresh(inMemory))))

  it.effect("says that the database could not count", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const store = yield* RateLimiterStoreSql.make
      yield* sql`DROP TABLE sens_rate`
      const refillRate = Duration.seconds(1)
      const all = [
        store.fixedWindow({ key: "k", tokens: 1, refillRate, limit: 1 }),
        store.tokenBucket({ key: "k", tokens: 1, refillRate, limit: 1, allowOverflow: true }),
        store.adaptiveConsume({ key: "k", tokens: 1, fallbackLimit: 1, fallbackWindow: refillRate }),
        store.adaptiveFeedback({ key: "k", epoch: 0, tokens: 1, status: 429, retryAfter: refillRate })
      ]
      const reasons = yield* Effect.forEach(all, (each) => Effect.flip(Effect.asVoid(each)))
      assert.isTrue(reasons.every(({ reason }) => reason._tag === "RateLimitStoreError"))
    }).pipe(Effect.provide(Layer.fresh(inMemory))))
})

const refillRate = Duration.hours(1)

/** That takings at once are counted one after the other. */
const countsAll = (store: RateLimiter.RateLimiterStore["Service"]) =>
  Effect.gen(function*() {
    const answers = yield* Effect.forEach(
      Arr.range(1, 200),
      () => store.tokenBucket({ key: "many", tokens: 1, refillRate, limit: 100, allowOverflow: true }),
      { concurrency: "unbounded" }
    )
    assert.deepStrictEqual(
      answers.map(([left]) => left).toSorted((a, b) => b - a),
      Arr.makeBy(200, (index) => 99 - index)
    )
    const counts = yield* Effect.forEach(
      Arr.range(1, 200),
      () => store.fixedWindow({ key: "many", tokens: 1, refillRate, limit: undefined }),
      { concurrency: "unbounded" }
    )
    assert.deepStrictEqual(
      counts.map(([count]) => count).toSorted((a, b) => a - b),
      Arr.makeBy(200, (index) => index + 1)
    )
  })

/** What 3 programs may have sent between any two moments, at a limit of so many a second. */
const keeps = (times: ReadonlyArray<number>, limit: number) => {
  // A machine that is busy wakes late what waited, and so together with what comes next.
  const slack = limit / 4
  for (const [first, from] of times.entries()) {
    for (const [index, to] of times.slice(first).entries()) {
      assert.isAtMost(index + 1, limit + (to - from) / 1000 * limit + slack)
    }
  }
}

/** Three programs that send 150 each, as fast as their common limit of 100 a second lets them. */
const shared = (store: string) =>
  Effect.gen(function*() {
    const { baseUrl } = yield* EmulatorServer.EmulatorServer
    const emulator = yield* Emulator.Emulator
    const program = join(import.meta.dirname, "rate.program.ts")
    const programs = yield* Effect.forEach(
      Arr.range(1, 3),
      () => Programs.started(program, [baseUrl, store, "150", "100"]),
      { concurrency: "unbounded" }
    )
    const outputs = yield* Effect.forEach(programs, Programs.exited, { concurrency: "unbounded" })
    assert.deepStrictEqual(outputs.map((output) => output.match(/sent \d+/)?.[0]), Arr.makeBy(3, () => "sent 150"))
    const entries = yield* emulator.ledger
    // When each had its turn: it is signed then. When it arrives says how busy the machine is.
    const times = entries.map(({ headers }) => Number(headers["x-ncp-apigw-timestamp"])).toSorted((a, b) => a - b)
    keeps(times, 100)
    const sends = entries.filter(({ operation }) => operation === "send")
    assert.isTrue(sends.length === 450 && sends.every(({ status }) => status === 202))
    // 100 at once, and the others at 100 a second.
    const took = times.at(-1)! - times[0]!
    const rate = (times.length - 100) / took * 1000
    assert.isTrue(rate > 10 && rate < 105, `${rate} a second`)
    yield* Effect.log(`three programs at 100 a second: ${rate.toFixed(1)} after the first 100`)
  }).pipe(Effect.provide(Layer.fresh(EmulatorServer.layer())))

describe.skipIf(!Postgres.isThere)("RateLimiterStoreSql on PostgreSQL", () => {
  layer(Postgres.Postgres.layer, { timeout: 60_000, excludeTestServices: true })((it) => {
    it.effect("counts as the store of Effect for one process", () =>
      Effect.gen(function*() {
        const sql = yield* RateLimiterStoreSql.make
        const memory = yield* RateLimiter.RateLimiterStore.pipe(Effect.provide(RateLimiter.layerStoreMemory))
        // No token comes in meanwhile.
        const steps = Arr.flatMap([1, 0.5, 3, 4, 1, 2, 7, 0.25], (tokens) =>
          Arr.flatMap([10, undefined], (limit) => Arr.map(["k", "l"], (key) => ({ tokens, limit, key }))))
        for (const { key, limit, tokens } of steps) {
          const allowOverflow = limit === undefined
          const [one, other] = yield* Effect.forEach([sql, memory], ({ fixedWindow }) =>
            fixedWindow({ key, tokens, refillRate, limit }))
          assert.strictEqual(one![0], other![0])
          assert.closeTo(one![1], other![1], 10_000)
          const [left, right] = yield* Effect.forEach([sql, memory], ({ tokenBucket }) =>
            tokenBucket({ key, tokens, refillRate, limit: 10, allowOverflow }))
          assert.strictEqual(left![0], right![0])
          assert.closeTo(left![1], right![1], 10_000)
        }
        const told = { key: "k", epoch: 0, tokens: 1, status: 429, retryAfter: Duration.hours(1) }
        const asked = { key: "k", tokens: 1, fallbackLimit: 1, fallbackWindow: refillRate }
        for (const { adaptiveConsume, adaptiveFeedback } of [sql, memory]) {
          assert.strictEqual((yield* adaptiveConsume(asked)).phase, "inactive")
          yield* adaptiveFeedback(told)
          const { delay, phase } = yield* adaptiveConsume(asked)
          assert.strictEqual(phase, "cooldown")
          assert.closeTo(Duration.toMillis(delay), 3_600_000, 10_000)
        }
      }).pipe(Effect.provide(Postgres.layer)))

    it.effect("counts each that is taken at once", () =>
      Effect.flatMap(RateLimiterStoreSql.make, countsAll).pipe(Effect.provide(Postgres.layer)))

    it.effect("fills a bucket by the clock of the database", () =>
      Effect.gen(function*() {
        const store = yield* RateLimiterStoreSql.make
        const take = (tokens: number) =>
          Effect.map(
            store.tokenBucket({ key: "k", tokens, refillRate: Duration.seconds(1), limit: 5, allowOverflow: false }),
            ([left]) => left
          )
        assert.strictEqual(yield* take(5), 0)
        assert.isBelow(yield* take(5), 0)
        yield* Effect.sleep(1100)
        assert.isAtLeast(yield* take(1), 0)
      }).pipe(Effect.provide(Postgres.layer)))

    it.effect("gives three programs one rate", () => Effect.flatMap(Postgres.database, shared), 60_000)
  })
})

// The store of Effect for Redis, as the documents of this package name it.
describe.skipIf(!Redis.isThere)("the store of Effect on Redis", () => {
  layer(Redis.Redis.layer, { timeout: 60_000, excludeTestServices: true })((it) => {
    it.effect("gives three programs one rate", () => Effect.flatMap(Redis.Redis, ({ url }) => shared(url)), 60_000)
  })
})
