import * as PhoneNumber from "@effect-sens/core/PhoneNumber"
import type * as SearchQuery from "@effect-sens/core/SearchQuery"
import type * as SendRequest from "@effect-sens/core/SendRequest"
import * as SensError from "@effect-sens/core/SensError"
import * as ServiceId from "@effect-sens/core/ServiceId"
import * as Account from "@effect-sens/emulator/Account"
import * as Emulator from "@effect-sens/emulator/Emulator"
import * as EmulatorClient from "@effect-sens/emulator/EmulatorClient"
import * as Fault from "@effect-sens/emulator/Fault"
import * as Sens from "@effect-sens/http/Sens"
import * as Signer from "@effect-sens/http/Signer"
import * as DeliveryLog from "@effect-sens/streams/DeliveryLog"
import * as NodeCrypto from "@effect/platform-node/NodeCrypto"
import { assert, describe, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as TestClock from "effect/testing/TestClock"
import type * as CursorFile from "../../src/listen/CursorFile.ts"
import * as Listener from "../../src/listen/Listener.ts"
import * as WebhookSecret from "../../src/listen/WebhookSecret.ts"
import * as WebhookSignature from "../../src/listen/WebhookSignature.ts"
import { inProcess, isSigned, type Post, secret } from "./endpoint.ts"

const now = DateTime.makeUnsafe("2026-03-31T15:04:05.678Z")
const second = 1000
const minute = 60 * second
const hour = 60 * minute

const emulated = (options?: Emulator.Options) =>
  Sens.layer({
    accessKey: Redacted.make(Account.accessKey),
    secretKey: Redacted.make(Account.secretKey),
    serviceId: ServiceId.make(Account.serviceId)
  }).pipe(
    Layer.provide(Signer.layer.pipe(Layer.provide(NodeCrypto.layer))),
    Layer.provideMerge(EmulatorClient.layer({ completedAfter: 0, logCapacity: 100_000, ...options }))
  )

const sms = (count: number, content = "안녕하세요"): SendRequest.SendRequest => {
  const [head, ...rest] = Array.from(
    { length: count },
    (_, index) => ({ to: PhoneNumber.make(`010${String(index).padStart(8, "0")}`) })
  )
  if (head === undefined) throw new Error("no recipient")
  return { type: "SMS", from: PhoneNumber.make("0212345678"), content, messages: [head, ...rest] }
}

const send = (count: number, content?: string) =>
  Effect.flatMap(Sens.Sens, ({ messages }) => messages.send(sms(count, content)))

const between = (minimum: number, maximum: number) => Schema.Int.check(Schema.isBetween({ minimum, maximum }))

/** Virtual time, a step at a time. */
const advance = Effect.fnUntraced(function*(millis: number, step = 10 * second) {
  for (let left = millis; left > 0; left -= step) yield* TestClock.adjust(Math.min(left, step))
})

/** A service whose searches fail for some pages. */
const searching = (
  sens: Sens.Service,
  fails: (page: SearchQuery.Page | undefined) => SensError.Reason | undefined
): Sens.Service => ({
  ...sens,
  messages: {
    ...sens.messages,
    search: (query, page) => {
      const reason = fails(page)
      return reason === undefined
        ? sens.messages.search(query, page)
        : Effect.fail(new SensError.SensError({ operation: "messages.search", reason }))
    }
  }
})

interface Setting {
  readonly place?: CursorFile.Place
  readonly start?: DateTime.Utc
  readonly giveUp?: Duration.Duration
  readonly includeText?: boolean
  readonly save?: (place: CursorFile.Place) => Effect.Effect<void, string>
  readonly onNews?: (news: Listener.News) => Effect.Effect<void, string>
}

/** A listener in the background, with what it said and saved. */
const listening = Effect.fnUntraced(function*(endpoint: ReturnType<typeof inProcess>, setting: Setting = {}) {
  const news: Array<Listener.News> = []
  const saved: Array<CursorFile.Place> = []
  const { start } = setting
  const place = setting.place ??
    (yield* Listener.beginning({ overlap: "10 minutes", ...start === undefined ? {} : { start } }))
  const fiber = yield* Listener.run({
    place,
    save: setting.save ?? ((place) => Effect.sync(() => void saved.push(place))),
    onNews: setting.onNews ?? ((one) => Effect.sync(() => void news.push(one))),
    interval: Duration.seconds(10),
    giveUp: Option.fromUndefinedOr(setting.giveUp),
    includeText: setting.includeText ?? false,
    concurrency: 4,
    timeout: Duration.seconds(10),
    patience: Duration.days(3)
  }).pipe(
    Effect.provide(Layer.merge(
      endpoint.layer,
      WebhookSignature.layer(Result.getOrThrow(WebhookSecret.parse(secret, { en: "", ko: "" })))
    )),
    Effect.forkChild({ startImmediately: true })
  )
  return {
    fiber,
    saved,
    place: () => saved.at(-1) ?? place,
    news,
    of: <Tag extends Listener.News["_tag"]>(tag: Tag) =>
      news.filter((one): one is Extract<Listener.News, { readonly _tag: Tag }> => one._tag === tag)
  }
})

const completed = Effect.gen(function*() {
  const emulator = yield* Emulator.Emulator
  return (yield* emulator.allMessages).filter(({ status }) => status === "COMPLETED").map(({ messageId }) => messageId)
})

/** That each message came, and each POST is signed; how many came more than once. */
const whole = Effect.fnUntraced(function*(posts: ReadonlyArray<Post>) {
  const ids = yield* completed
  const came = new Set(posts.map(({ id }) => id))
  assert.strictEqual(ids.filter((id) => !came.has(id)).length, 0, "missing")
  assert.isTrue(posts.every((post) => isSigned(post)))
  return posts.length - came.size
})

const searches = Effect.gen(function*() {
  const emulator = yield* Emulator.Emulator
  return (yield* emulator.ledger).filter(({ operation }) => operation === "search").length
})

describe("listen", () => {
  it.effect("tells each message once, with what became of it, and looks no more often than it has to", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(now.epochMilliseconds)
      // Before it begins: none of its.
      yield* send(2)
      yield* TestClock.adjust("3 seconds")
      const endpoint = inProcess(() => 204)
      const listener = yield* listening(endpoint)
      yield* TestClock.adjust("1 second")
      assert.deepStrictEqual(listener.news.map(({ _tag }) => _tag), ["Listening"])
      for (let i = 0; i < 12; i++) {
        yield* send(25)
        yield* advance(5 * minute, 30 * second)
      }
      const polls = yield* searches
      yield* Fiber.interrupt(listener.fiber)
      assert.strictEqual(endpoint.posts.length, 300)
      assert.strictEqual(new Set(endpoint.posts.map(({ id }) => id)).size, 300)
      assert.isTrue(endpoint.posts.every((post) => isSigned(post)))
      assert.isAtMost(polls, 1 + 360 + 1)
      assert.deepStrictEqual(Array.from(new Set(listener.news.map(({ _tag }) => _tag))), ["Listening", "Delivered"])
      const [post] = endpoint.posts
      const body = JSON.parse(post?.body ?? "") as { readonly data: { readonly messageId: string } }
      assert.strictEqual(body.data.messageId, post?.id)
      assert.notInclude(post?.body ?? "", "안녕하세요")
      // What is kept holds no number.
      assert.notMatch(JSON.stringify(listener.saved), /"?010\d{8}/)
    }).pipe(Effect.provide(emulated())))

  it.effect("is the body that the page on webhooks shows", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(now.epochMilliseconds)
      const endpoint = inProcess(() => 200)
      const listener = yield* listening(endpoint, { includeText: true })
      const { requestId } = yield* send(1)
      yield* TestClock.adjust("11 seconds")
      yield* Fiber.interrupt(listener.fiber)
      const [post] = endpoint.posts
      assert.deepStrictEqual(JSON.parse(post?.body ?? ""), {
        type: "message.completed",
        timestamp: "2026-04-01T00:04:05.000+09:00",
        data: {
          requestId,
          messageId: post?.id,
          from: "0212345678",
          to: "01000000000",
          status: "COMPLETED",
          statusCode: "3001",
          statusName: "fail",
          telcoCode: JSON.parse(post?.body ?? "").data.telcoCode,
          requestTime: "2026-04-01T00:04:05.000+09:00",
          completeTime: "2026-04-01T00:04:05.000+09:00",
          code: JSON.parse(post?.body ?? "").data.code,
          content: "안녕하세요"
        }
      })
      assert.deepInclude(JSON.parse(post?.body ?? "").data.code, { code: "3001", advice: "fixRecipient" })
    }).pipe(Effect.provide(emulated({ outcomes: { "01000000000": "3001" } }))))

  it.effect(
    "tries a message for three days, from 5 seconds to 5 minutes apart, and then goes on",
    () =>
      Effect.gen(function*() {
        yield* TestClock.setTime(now.epochMilliseconds)
        let bad = ""
        const endpoint = inProcess(({ id }) => {
          bad ||= id
          return id === bad ? 503 : 200
        })
        const listener = yield* listening(endpoint)
        yield* send(10)
        yield* advance(hour)
        // The others got through, and the place waits for the one.
        assert.strictEqual(listener.of("Delivered").length, 9)
        assert.strictEqual(listener.saved.length, 1)
        assert.strictEqual(listener.of("Stuck").length, 1)
        yield* send(1)
        yield* advance(71 * hour + 6 * minute, 5 * minute)
        const [undelivered, ...more] = listener.of("Undelivered")
        assert.deepStrictEqual([undelivered?.event.id, more], [bad, []])
        assert.strictEqual(undelivered?.outcome.why, "HTTP 503")
        const times = endpoint.posts.filter(({ id }) => id === bad).map(({ timestamp }) => timestamp)
        const gaps = times.slice(1).map((time, index) => time - (times[index] ?? 0))
        assert.strictEqual(undelivered?.outcome.attempts, times.length)
        for (const [index, gap] of gaps.entries()) {
          const due = Math.min(5 * 2 ** index, 300)
          assert.isTrue(gap >= Math.floor(due * 0.8) && gap <= Math.ceil(due * 1.2) + 1, `${index}: ${gap}`)
        }
        const last = (times.at(-1) ?? 0) - (times[0] ?? 0)
        assert.isAbove(last, 3 * 86_400 - 400)
        assert.isAtMost(last, 3 * 86_400)
        // Not all the same.
        assert.isAbove(new Set(gaps.slice(10)).size, 10)
        yield* advance(minute)
        assert.strictEqual(listener.of("Delivered").length, 10)
        yield* Fiber.interrupt(listener.fiber)
      }).pipe(Effect.provide(emulated())),
    60_000
  )

  it.effect("sends at most so many at a time, waits for no answer for ever, and goes on at once when the endpoint is back", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(now.epochMilliseconds)
      let isHanging = true
      const endpoint = inProcess(() => isHanging ? Effect.never : 200)
      const listener = yield* listening(endpoint)
      yield* send(10)
      yield* advance(30 * minute)
      assert.strictEqual(endpoint.most(), 4)
      assert.deepStrictEqual(listener.of("Outage").map(({ of, why }) => [of, why]), [["endpoint", "no answer"]])
      assert.strictEqual(listener.of("Stuck").length, 1)
      isHanging = false
      // The next attempt is within 6 minutes; the others do not wait for theirs.
      while (listener.of("Delivered").length === 0) yield* advance(10 * second)
      yield* advance(second)
      assert.strictEqual(listener.of("Delivered").length, 10)
      const [recovered, ...more] = listener.of("Recovered")
      assert.deepStrictEqual([recovered?.of, more], ["endpoint", []])
      assert.isAbove(recovered?.seconds ?? 0, 30 * 60 - 30)
      yield* Fiber.interrupt(listener.fiber)
      yield* whole(endpoint.posts)
    }).pipe(Effect.provide(emulated())))

  it.effect("ends where the endpoint wants no more, and keeps the place", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(now.epochMilliseconds)
      const endpoint = inProcess(() => 410)
      const listener = yield* listening(endpoint)
      yield* send(1)
      yield* advance(11 * second)
      const error = yield* Effect.flip(Fiber.join(listener.fiber))
      assert.deepInclude(error, { _tag: "Gone" })
      const again = inProcess(() => 200)
      const next = yield* listening(again, { place: listener.place() })
      yield* advance(11 * second)
      assert.strictEqual(again.posts.length, 1)
      yield* Fiber.interrupt(next.fiber)
    }).pipe(Effect.provide(emulated())))

  it.effect("waits out an outage of the service, says so once, and delivers what came in meanwhile", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(now.epochMilliseconds)
      const emulator = yield* Emulator.Emulator
      const endpoint = inProcess(() => 200)
      const listener = yield* listening(endpoint)
      yield* advance(minute)
      yield* emulator.faults.next("search", Infinity, Fault.serverError())
      for (let i = 0; i < 6; i++) {
        yield* send(30)
        yield* advance(10 * minute, 30 * second)
      }
      assert.strictEqual(endpoint.posts.length, 0)
      assert.deepStrictEqual(listener.of("Outage").map(({ of, why }) => [of, why]), [["service", "ServerFault"]])
      yield* emulator.faults.clear
      yield* advance(minute)
      assert.deepStrictEqual(
        listener.news.map(({ _tag }) => _tag).filter((tag) => tag !== "Delivered"),
        ["Listening", "Outage", "Recovered", "Behind", "CaughtUp"]
      )
      const [behind] = listener.of("Behind")
      assert.approximately(behind?.seconds ?? 0, 3600, 60)
      assert.approximately(listener.of("Recovered")[0]?.seconds ?? 0, 3600, 60)
      yield* Fiber.interrupt(listener.fiber)
      assert.strictEqual(yield* whole(endpoint.posts), 0)
      // Again: each outage is told.
      assert.strictEqual(endpoint.posts.length, 180)
    }).pipe(Effect.provide(emulated())))

  it.effect("gives the service up after as long as was said, not sooner, and not for an outage before", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(now.epochMilliseconds)
      const emulator = yield* Emulator.Emulator
      const listener = yield* listening(inProcess(() => 200), { giveUp: Duration.hours(1) })
      yield* advance(minute)
      for (let i = 0; i < 2; i++) {
        yield* emulator.faults.next("search", Infinity, Fault.refused)
        yield* advance(50 * minute, minute)
        yield* emulator.faults.clear
        yield* advance(minute)
      }
      assert.strictEqual(listener.of("Outage").length, 2)
      assert.strictEqual(listener.of("Recovered").length, 2)
      yield* emulator.faults.next("search", Infinity, Fault.refused)
      yield* advance(58 * minute, minute)
      assert.isUndefined(listener.fiber.pollUnsafe())
      yield* advance(5 * minute)
      const error = yield* Effect.flip(Fiber.join(listener.fiber))
      assert.deepInclude(error, { _tag: "SensError" })
    }).pipe(Effect.provide(emulated())))

  it.effect("a sleep of an hour is caught up with, and told", () =>
    Effect.gen(function*() {
      // The clock of a machine that wakes up is an hour further, and nothing has happened in between.
      let slept = 0
      const clock = yield* Clock.Clock
      const waking: Clock.Clock = {
        ...clock,
        currentTimeMillisUnsafe: () => clock.currentTimeMillisUnsafe() + slept,
        currentTimeMillis: Effect.map(clock.currentTimeMillis, (millis) => millis + slept),
        currentTimeNanosUnsafe: () => clock.currentTimeNanosUnsafe() + BigInt(slept) * 1_000_000n,
        currentTimeNanos: Effect.map(clock.currentTimeNanos, (nanos) => nanos + BigInt(slept) * 1_000_000n),
        sleep: (duration) => clock.sleep(duration)
      }
      yield* Effect.gen(function*() {
        yield* TestClock.setTime(now.epochMilliseconds)
        const endpoint = inProcess(() => 200)
        const listener = yield* listening(endpoint)
        yield* advance(minute)
        yield* send(5)
        yield* advance(second)
        const before = yield* searches
        slept = hour
        yield* send(100)
        yield* send(50)
        yield* advance(minute)
        yield* Fiber.interrupt(listener.fiber)
        assert.strictEqual(yield* whole(endpoint.posts), 0)
        assert.strictEqual(endpoint.posts.length, 155)
        assert.approximately(listener.of("Behind")[0]?.seconds ?? 0, 3600, 30)
        assert.strictEqual(listener.of("CaughtUp").length, 1)
        // Six looks, of two pages each: the overlap shows all of them again.
        assert.isAtMost((yield* searches) - before, 12)
      }).pipe(Effect.provide(emulated()), Effect.provideService(Clock.Clock, waking))
    }))

  it.effect("killed at any moment it repeats at most a page, and loses none", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(now.epochMilliseconds)
      let count = 0
      // Every tenth is refused at first, and answers take their time.
      const endpoint = inProcess(() => Effect.delay(Effect.sync(() => count++ % 10 === 0 ? 503 : 200), 200))
      let place: CursorFile.Place | undefined
      let killed = 0
      for (let life = 0; life < 8; life++) {
        const listener = yield* listening(endpoint, place === undefined ? {} : { place })
        yield* send(90)
        yield* send(60)
        yield* advance(11 * second, 137)
        yield* advance(life * 700, 137)
        place = listener.place()
        // Without a word: what it would save at its end is not kept.
        yield* Fiber.interrupt(listener.fiber)
        killed++
        yield* advance(hour, 10 * minute)
      }
      const last = yield* listening(endpoint, place === undefined ? {} : { place })
      yield* advance(10 * minute, second)
      yield* Fiber.interrupt(last.fiber)
      const refused = Math.ceil(endpoint.posts.length / 10)
      const twice = yield* whole(endpoint.posts)
      assert.isAtMost(twice - refused, killed * 100)
      assert.strictEqual((yield* completed).length, 8 * 150)
    }).pipe(Effect.provide(emulated())))

  it.effect("told to end, it repeats nothing of what was answered", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(now.epochMilliseconds)
      const endpoint = inProcess(() => Effect.delay(Effect.succeed(200), 500))
      const first = yield* listening(endpoint)
      yield* send(60)
      yield* advance(12_700, 100)
      yield* Fiber.interrupt(first.fiber)
      const answered = first.of("Delivered").length
      assert.isAbove(answered, 4)
      assert.isBelow(answered, 56)
      assert.strictEqual(first.place().done.length, answered)
      const second = yield* listening(endpoint, { place: first.place() })
      yield* advance(minute)
      yield* Fiber.interrupt(second.fiber)
      // What was under way is all that comes twice.
      assert.isAtMost(yield* whole(endpoint.posts), 4)
      assert.strictEqual(second.place().done.length, 0)
    }).pipe(Effect.provide(emulated())))

  it.effect("told to end while it keeps the place, it has kept it", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(now.epochMilliseconds)
      const endpoint = inProcess(() => 200)
      const kept: Array<CursorFile.Place> = []
      const save = (place: CursorFile.Place) => Effect.delay(Effect.sync(() => void kept.push(place)), "1 second")
      const first = yield* listening(endpoint, { save })
      yield* advance(2 * second, second)
      yield* send(3)
      yield* advance(9 * second, second)
      assert.strictEqual(first.of("Delivered").length, 3)
      const before = kept.length
      yield* Effect.forkChild(Fiber.interrupt(first.fiber), { startImmediately: true })
      yield* advance(5 * second, second)
      assert.isAbove(kept.length, before)
      const place = kept.at(-1)
      const later = yield* listening(endpoint, place === undefined ? {} : { place })
      yield* advance(minute)
      yield* Fiber.interrupt(later.fiber)
      assert.strictEqual(yield* whole(endpoint.posts), 0)
    }).pipe(Effect.provide(emulated())))

  it.effect("what was given up and cannot be written down is not passed over", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(now.epochMilliseconds)
      let isFull = true
      const endpoint = inProcess(() => isFull ? 400 : 200)
      const listener = yield* listening(endpoint, {
        onNews: ({ _tag }) => _tag === "Undelivered" ? Effect.fail("full") : Effect.void
      })
      yield* send(1)
      yield* advance(3 * 24 * hour + 10 * minute, 5 * minute)
      assert.strictEqual(yield* Effect.flip(Fiber.join(listener.fiber)), "full")
      isFull = false
      const again = yield* listening(endpoint, { place: listener.place() })
      yield* advance(minute)
      yield* Fiber.interrupt(again.fiber)
      assert.strictEqual(again.of("Delivered").length, 1)
    }).pipe(Effect.provide(emulated())))

  it.effect("from a time on it delivers the past, and says how far it is behind", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(now.epochMilliseconds)
      for (let day = 0; day < 5; day++) {
        yield* send(80)
        yield* TestClock.adjust("1 day")
      }
      const endpoint = inProcess(() => 200)
      const listener = yield* listening(endpoint, { start: now })
      yield* advance(30 * second)
      assert.strictEqual(yield* whole(endpoint.posts), 0)
      assert.deepStrictEqual(
        listener.news.map(({ _tag }) => _tag).filter((tag) => tag !== "Delivered"),
        ["Listening", "Behind", "CaughtUp"]
      )
      yield* Fiber.interrupt(listener.fiber)
    }).pipe(Effect.provide(emulated())))

  it.effect("a place whose page the service does not know any more is read from the beginning of its window", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(now.epochMilliseconds)
      const sens = yield* Sens.Sens
      yield* send(10)
      yield* TestClock.adjust("1 minute")
      const cursor = yield* DeliveryLog.beginning({ start: now, overlap: "10 minutes", pageSize: 4 })
      const window = { start: cursor.window.start, end: DateTime.addDuration(now, "30 seconds") }
      const stale = { ...cursor, window, next: { index: 1, page: { nextToken: "forgotten" } } }
      let refused = 0
      let asked = 0
      // The service is away when the listener comes up, and does not know the page when it is back.
      const refusing = searching(sens, (page) => {
        if (++asked <= 30) return new SensError.ConnectionFailed({ code: "ECONNREFUSED" })
        if (page === undefined || !("nextToken" in page) || page.nextToken !== "forgotten") return undefined
        refused++
        return new SensError.BadRequest({ status: 400, errors: [] })
      })
      const endpoint = inProcess(() => 200)
      const listener = yield* listening(endpoint, { place: { cursor: stale, done: [] } }).pipe(
        Effect.provideService(Sens.Sens, refusing)
      )
      yield* advance(10 * minute)
      yield* Fiber.interrupt(listener.fiber)
      assert.isAbove(asked, 30)
      assert.strictEqual(refused, 1)
      assert.strictEqual(yield* whole(endpoint.posts), 0)
    }).pipe(Effect.provide(emulated())))

  it.effect("a place that is older than the log is given up as far as it has to be, and that is told", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(now.epochMilliseconds)
      const cursor = yield* DeliveryLog.beginning({
        start: DateTime.subtract(now, { days: 120 }),
        overlap: "10 minutes"
      })
      const window = { ...cursor.window, end: DateTime.addDuration(cursor.window.start, "1 hour") }
      yield* send(3)
      const endpoint = inProcess(() => 200)
      const listener = yield* listening(endpoint, {
        place: { cursor: { ...cursor, window, next: { index: 2 } }, done: [] }
      })
      yield* advance(5 * minute)
      yield* Fiber.interrupt(listener.fiber)
      assert.strictEqual(endpoint.posts.length, 3)
      assert.strictEqual(listener.of("Lost").length, 1)
      assert.strictEqual(listener.of("Lost")[0]?.start.epochMilliseconds, cursor.window.start.epochMilliseconds)
    }).pipe(Effect.provide(emulated())))

  // Little time before each, since a page is under way for seconds alone.
  const after = { after: between(0, 12) }
  const Action = Schema.Union([
    Schema.Struct({ ...after, do: Schema.Literal("send"), count: between(1, 100) }),
    Schema.Struct({ ...after, do: Schema.Literal("wait"), seconds: between(30, 900) }),
    Schema.Struct({
      ...after,
      do: Schema.Literal("answer"),
      status: Schema.Literals([200, 404, 503, "ECONNRESET", "never"])
    }),
    Schema.Struct({ ...after, do: Schema.Literals(["away", "back"]) }),
    Schema.Struct({ ...after, do: Schema.Literals(["kill", "end", "stay dead"]) })
  ])

  it.effect.prop(
    "whatever happens, no message is missing, and a kill repeats a page at most",
    [Schema.Array(Action).check(Schema.isMinLength(6))],
    ([actions]) =>
      Effect.gen(function*() {
        yield* TestClock.setTime(now.epochMilliseconds)
        const emulator = yield* Emulator.Emulator
        let status: (typeof actions)[number] | { readonly status: 200 } = { status: 200 }
        const failed = { count: 0 }
        const endpoint = inProcess(() => {
          const now = "status" in status ? status.status : 200
          if (now === 200) return Effect.delay(Effect.succeed(200), 150)
          failed.count++
          return now === "never" ? Effect.never : now
        })
        let listener = yield* listening(endpoint)
        yield* advance(second, second)
        let cut = 0
        const again = (place: CursorFile.Place) =>
          Effect.map(listening(endpoint, { place }), (next) => void (listener = next))
        for (const action of actions) {
          yield* advance(action.after * second, second)
          switch (action.do) {
            case "send":
              yield* send(action.count)
              break
            case "wait":
              yield* advance(action.seconds * second, 31 * second)
              break
            case "answer":
              status = action
              break
            case "away":
              yield* emulator.faults.next("search", Infinity, Fault.serverError())
              break
            case "back":
              yield* emulator.faults.clear
              break
            case "stay dead":
              yield* Fiber.interrupt(listener.fiber)
              cut += 4
              yield* advance(hour, hour)
              yield* again(listener.place())
              break
            case "kill": {
              const place = listener.place()
              yield* Fiber.interrupt(listener.fiber)
              cut += 100
              yield* again(place)
              break
            }
            case "end":
              yield* Fiber.interrupt(listener.fiber)
              cut += 4
              yield* again(listener.place())
          }
        }
        status = { status: 200 }
        yield* emulator.faults.clear
        yield* advance(30 * minute, 31 * second)
        assert.isUndefined(listener.fiber.pollUnsafe())
        yield* Fiber.interrupt(listener.fiber)
        assert.isAtMost((yield* whole(endpoint.posts)) - failed.count, cut)
      }).pipe(Effect.provide(Layer.fresh(emulated()))),
    { arbitrary: { runs: 12 } }
  )

  it.effect("ends where the place cannot be kept, or nobody hears it any more", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(now.epochMilliseconds)
      for (const setting of [{ save: () => Effect.fail("full") }, { onNews: () => Effect.fail("gone") }]) {
        const listener = yield* listening(inProcess(() => 200), setting)
        yield* send(1)
        yield* advance(15 * second)
        const exit = listener.fiber.pollUnsafe()
        assert.isTrue(exit !== undefined && Exit.isFailure(exit), JSON.stringify(setting))
        assert.include(["full", "gone"], yield* Effect.flip(Fiber.join(listener.fiber)))
      }
    }).pipe(Effect.provide(emulated())))

  it.effect("keys that are refused end it, and so does a page that is refused for good", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(now.epochMilliseconds)
      const sens = yield* Sens.Sens
      for (
        const reason of [
          new SensError.AuthenticationFailed({ status: 401, why: "Signature" }),
          new SensError.BadRequest({ status: 400, errors: [] })
        ]
      ) {
        let asked = 0
        const listener = yield* listening(inProcess(() => 200)).pipe(
          Effect.provideService(Sens.Sens, searching(sens, () => (asked++, reason)))
        )
        yield* advance(5 * minute)
        const error = yield* Effect.flip(Fiber.join(listener.fiber))
        assert.strictEqual(error instanceof SensError.SensError && error.reason._tag, reason._tag)
        assert.deepStrictEqual(listener.news, [])
        // Once more from the beginning of the window, and no more.
        assert.isAtMost(asked, 2)
      }
    }).pipe(Effect.provide(emulated())))
})
