// A log in which a record cannot be read: everything else of it is read, and that one is told.
import * as MessageId from "@effect-sens/core/MessageId"
import * as MessageRecord from "@effect-sens/core/MessageRecord"
import * as RequestId from "@effect-sens/core/RequestId"
import * as SearchResponse from "@effect-sens/core/SearchResponse"
import * as UnreadableRecord from "@effect-sens/core/UnreadableRecord"
import * as Sens from "@effect-sens/http/Sens"
import * as Delivery from "@effect-sens/streams/Delivery"
import * as DeliveryLog from "@effect-sens/streams/DeliveryLog"
import { assert, describe, it } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import { calls, emulated, inVirtualTime, mocked, number, sms } from "./emulated.ts"

const now = DateTime.makeUnsafe("2026-03-31T15:04:05.678Z")

const Page = Schema.fromJsonString(Schema.Struct({
  messages: Schema.Array(Schema.Record(Schema.String, Schema.Unknown)),
  hasMore: Schema.Boolean
}))

/** Recipients that end in 7 have no status, for as many answers as is said. */
const damaging = (answers = Infinity): Partial<Sens.Options> => {
  let left = answers
  return {
    transformClient: HttpClient.transformResponse(
      Effect.flatMap((response) =>
        response.request.method !== "GET" || response.status !== 200 || left-- <= 0
          ? Effect.succeed(response)
          : Effect.map(Effect.orDie(response.text), (body) => {
            const page = Schema.decodeOption(Page)(body)
            const text = page._tag === "None" ? body : JSON.stringify({
              ...JSON.parse(body),
              messages: page.value.messages.map(({ status, ...record }) =>
                String(record["to"]).endsWith("7") ? record : { ...record, status }
              )
            })
            return HttpClientResponse.fromWeb(response.request, new Response(text, { status: 200 }))
          })
      )
    )
  }
}

const sent = (count: number) =>
  Effect.gen(function*() {
    yield* TestClock.setTime(now.epochMilliseconds)
    const { messages } = yield* Sens.Sens
    return yield* messages.send(sms(count))
  })

describe("beside a record that cannot be read", () => {
  it.effect("records gives the others of the page, then fails", () =>
    Effect.gen(function*() {
      const { requestId } = yield* sent(10)
      const read: Array<string> = []
      const error = yield* DeliveryLog.records({ requestId }).pipe(
        Stream.runForEach(({ to }) => Effect.sync(() => read.push(to))),
        Effect.flip
      )
      assert.strictEqual(read.length, 9)
      if (error._tag !== "UnreadableRecords") return assert.fail(error._tag)
      assert.deepStrictEqual(error.records.map(({ index, why }) => [index, why]), [[7, "status is missing"]])
      assert.notInclude(error.message, number(7))
    }).pipe(Effect.provide(emulated({ completedAfter: 0 }, damaging()))))

  it.effect.each([1, 2, 3, 10])("records goes on where it is told to: %i a page", (pageSize) =>
    Effect.gen(function*() {
      const { requestId } = yield* sent(30)
      const unreadable: Array<UnreadableRecord.UnreadableRecord> = []
      const onUnreadable = (record: UnreadableRecord.UnreadableRecord) =>
        Effect.sync(() => void unreadable.push(record))
      const query = { requestId, pageSize }
      const records = yield* Stream.runCollect(DeliveryLog.records(query, { onUnreadable }))
      assert.strictEqual(records.length, 27)
      assert.deepStrictEqual(unreadable.map(({ fields }) => fields.to).sort(), [7, 17, 27].map(number))
      const pages = yield* Stream.runCollect(DeliveryLog.pages(query))
      assert.strictEqual(pages.flatMap(({ unreadable }) => unreadable).length, 3)
    }).pipe(Effect.provide(emulated({ completedAfter: 0 }, damaging()))))

  it.effect("they are told after the others of their page, and before the next page", () =>
    Effect.gen(function*() {
      const { requestId } = yield* sent(20)
      const seen: Array<string> = []
      const note = (to: string) => Effect.sync(() => void seen.push(to))
      const onUnreadable = ({ fields }: UnreadableRecord.UnreadableRecord) => note(`unreadable ${fields.to}`)
      yield* DeliveryLog.records({ requestId, pageSize: 10 }, { onUnreadable }).pipe(
        Stream.runForEach(({ to }) => note(to))
      )
      const others = (from: number) => Array.from({ length: 10 }, (_, index) => number(from + index))
      assert.deepStrictEqual(
        seen,
        [0, 10].flatMap((from) => [
          ...others(from).filter((to) => to !== number(from + 7)),
          `unreadable ${number(from + 7)}`
        ])
      )
    }).pipe(Effect.provide(emulated({ completedAfter: 0 }, damaging()))))

  it.effect("those that look alike are told one by one, with their index", () =>
    Effect.gen(function*() {
      yield* sent(3)
      const found: Array<number> = []
      const read = yield* Stream.runCollect(
        DeliveryLog.records(
          { requestTime: { start: DateTime.subtract(now, { hours: 1 }), end: DateTime.add(now, { minutes: 1 }) } },
          { onUnreadable: ({ index }) => Effect.sync(() => void found.push(index)) }
        )
      )
      assert.deepStrictEqual([read.length, found], [3, [0, 1, 2]])
    }).pipe(Effect.provide(emulated({ completedAfter: 0 }, {
      transformClient: HttpClient.transformResponse(
        Effect.flatMap((response) =>
          response.request.method === "GET"
            ? Effect.map(Effect.orDie(response.text), (body) =>
              HttpClientResponse.fromWeb(
                response.request,
                new Response(body.replace("\"messages\":[", "\"messages\":[null,null,null,"), { status: 200 })
              ))
            : Effect.succeed(response)
        )
      )
    }))))

  it.effect("a range as well, each once over the seams of its windows", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(now.epochMilliseconds)
      const { messages } = yield* Sens.Sens
      for (let day = 0; day < 6; day++) {
        yield* messages.send(sms(10, day * 10))
        yield* TestClock.adjust("12 hours")
      }
      const unreadable: Array<string> = []
      const read = yield* DeliveryLog.records({
        completeTime: { start: now, end: DateTime.add(now, { days: 4 }) },
        pageSize: 3
      }, { onUnreadable: ({ fields }) => Effect.sync(() => void unreadable.push(fields.to ?? "")) }).pipe(
        Stream.runCollect
      )
      assert.strictEqual(new Set(read.map(({ messageId }) => messageId)).size, 54)
      assert.strictEqual(read.length, 54)
      assert.deepStrictEqual(unreadable.sort(), [7, 17, 27, 37, 47, 57].map(number))
    }).pipe(Effect.provide(emulated({ completedAfter: 0 }, damaging()))))

  it.effect("a page of which none can be read is not the end, and a log of such pages has one", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(now.epochMilliseconds)
      const { messages } = yield* Sens.Sens
      yield* Effect.forEach([7, 17, 27, 37, 40], (index) => messages.send(sms(1, index)))
      yield* TestClock.adjust("1 minute")
      const pages = yield* Stream.runCollect(
        DeliveryLog.pages({ requestTime: { start: now, end: DateTime.add(now, { minutes: 1 }) }, pageSize: 1 })
      )
      assert.deepStrictEqual(pages.map(({ records, unreadable }) => [records.length, unreadable.length]), [
        [0, 1],
        [0, 1],
        [0, 1],
        [0, 1],
        [1, 0]
      ])
    }).pipe(Effect.provide(emulated({ completedAfter: 0 }, damaging()))))

  /** A log of pages of messages without an id, `alike` of which come again. */
  const nameless = (pages: number, { alike = 1, size = 100 } = {}) =>
    mocked({
      search: (_, page) => {
        const index = page !== undefined && "pageIndex" in page ? page.pageIndex : 0
        const messages = Array.from({ length: size }, () => ({ to: String(index % alike), status: "READY" }))
        return Effect.succeed(Option.getOrThrow(SearchResponse.read({ messages, hasMore: index < pages - 1 })))
      }
    })
  const hour = { requestTime: { start: DateTime.subtract(now, { hours: 1 }), end: now } }

  it.effect.each([{ requestId: "1" }, hour])(
    "many that look alike are read to the end, each told: %j",
    (query) =>
      Effect.gen(function*() {
        yield* TestClock.setTime(now.epochMilliseconds)
        for (let twice = 0; twice < 2; twice++) {
          const told: Array<number> = []
          const onUnreadable = ({ index }: UnreadableRecord.UnreadableRecord) =>
            Effect.sync(() => void told.push(index))
          const read = yield* Stream.runCollect(DeliveryLog.records(query, { onUnreadable }))
          assert.deepStrictEqual(read, [])
          assert.deepStrictEqual(told, Array.from({ length: 300 }, (_, index) => index % 100))
          const found = yield* Stream.runCollect(DeliveryLog.pages(query))
          assert.deepStrictEqual(found.map(({ unreadable }) => unreadable.length), [100, 100, 100])
        }
      }).pipe(Effect.provide(nameless(3)))
  )

  it.effect("as many that look alike in the next window are others", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(now.epochMilliseconds)
      const range = { requestTime: { start: DateTime.subtract(now, { days: 80 }), end: now } }
      const pages = yield* Stream.runCollect(DeliveryLog.pages(range))
      // Three windows.
      assert.deepStrictEqual(pages.map(({ unreadable }) => unreadable.length), Array.from({ length: 9 }, () => 100))
      // However many they are, a cursor is not long.
      for (const { cursor } of pages) assert.isBelow(Schema.encodeSync(DeliveryLog.CursorJson)(cursor).length, 1000)
      const fifth = pages[4]?.cursor
      if (fifth === undefined) return assert.fail("no cursor")
      const rest = yield* Stream.runCollect(DeliveryLog.resume(fifth))
      assert.deepStrictEqual(rest.map(({ unreadable }) => unreadable.length), [100, 100, 100, 100])
    }).pipe(Effect.provide(nameless(3))))

  it.effect("tail tells those without id and time once, and more of them when there are more", () => {
    let count = 2
    const log = mocked({
      search: () =>
        Effect.sync(() =>
          Option.getOrThrow(
            SearchResponse.read({ messages: Array.from({ length: count }, () => ({})), hasMore: false })
          )
        )
    })
    return Effect.gen(function*() {
      yield* TestClock.setTime(now.epochMilliseconds)
      let told = 0
      const fiber = yield* DeliveryLog.tail({ interval: "10 seconds", overlap: "2 minutes" }).pipe(
        Stream.runForEach(() => Effect.sync(() => void told++)),
        Effect.forkChild({ startImmediately: true })
      )
      for (let poll = 0; poll < 5; poll++) yield* TestClock.adjust("10 seconds")
      assert.strictEqual(told, 2)
      count = 5
      for (let poll = 0; poll < 5; poll++) yield* TestClock.adjust("10 seconds")
      assert.strictEqual(told, 5)
      yield* Fiber.interrupt(fiber)
    }).pipe(Effect.provide(log))
  })

  it.effect.each([[{ requestId: "1" }, 1], [{ requestId: "1" }, 3], [hour, 1], [hour, 3]] as const)(
    "a log that gives them for ever ends in an error: %j, %i pages that come again",
    ([query, alike]) =>
      Effect.gen(function*() {
        yield* TestClock.setTime(now.epochMilliseconds)
        const error = yield* Effect.flip(
          Stream.runDrain(DeliveryLog.records(query, { onUnreadable: () => Effect.void }))
        )
        assert.strictEqual("why" in error ? error.why : error._tag, "RepeatedPage")
      }).pipe(Effect.provide(nameless(Infinity, { alike, size: 2 })))
  )

  it.effect("tail gives it as a value, once, and goes on", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(now.epochMilliseconds)
      const seen: Array<string> = []
      const fiber = yield* DeliveryLog.tail({ interval: "10 seconds", overlap: "2 minutes" }).pipe(
        Stream.runForEach((record) =>
          Effect.sync(() => seen.push(UnreadableRecord.is(record) ? `unreadable ${record.fields.to}` : record.to))
        ),
        Effect.forkChild({ startImmediately: true })
      )
      const { messages } = yield* Sens.Sens
      yield* messages.send(sms(2, 6))
      for (let poll = 0; poll < 60; poll++) yield* TestClock.adjust("10 seconds")
      yield* messages.send(sms(1, 9))
      for (let poll = 0; poll < 6; poll++) yield* TestClock.adjust("10 seconds")
      yield* Fiber.interrupt(fiber)
      assert.deepStrictEqual(seen, [number(6), `unreadable ${number(7)}`, number(9)])
    }).pipe(Effect.provide(emulated({ completedAfter: 0 }, damaging()))))

  it.effect("Delivery.await ends with the others, and names it", () =>
    Effect.gen(function*() {
      const { requestId } = yield* sent(9)
      const ended = yield* inVirtualTime(Delivery.await({ requestId, recipients: 9 }))
      assert.strictEqual(ended.records.filter(MessageRecord.isFinal).length, 8)
      assert.deepStrictEqual(ended.unreadable.map(({ fields }) => fields.to), [number(7)])
      // It was looked at more than once, in case the log was still being written, and not for ever.
      assert.isAtLeast(yield* calls("search"), 3)
      assert.isAtMost(yield* calls("search"), 10)
    }).pipe(Effect.provide(emulated({}, damaging()))))

  it.effect("one that can be read later is tracked as any other", () =>
    Effect.gen(function*() {
      const { requestId } = yield* sent(9)
      const ended = yield* inVirtualTime(Delivery.await({ requestId, recipients: 9 }))
      assert.strictEqual(ended.records.filter(MessageRecord.isFinal).length, 9)
      assert.deepStrictEqual(ended.unreadable, [])
    }).pipe(Effect.provide(emulated({}, damaging(2)))))

  it.effect("track says it, and what changes of it", () =>
    Effect.gen(function*() {
      const { requestId } = yield* sent(8)
      const changes = yield* inVirtualTime(Stream.runCollect(Delivery.track(requestId)))
      const unreadable = changes.flatMap((change) =>
        change._tag === "Unreadable" ? [change.record.fields.statusCode] : []
      )
      assert.deepStrictEqual(unreadable, [undefined, "0"])
    }).pipe(Effect.provide(emulated({}, damaging()))))

  const requestId = RequestId.make("1")
  /** Looks at a request, one after another; the last of them for ever. */
  const looks = (...looks: ReadonlyArray<(look: number) => ReadonlyArray<unknown>>) => {
    let look = 0
    return mocked({
      search: () =>
        Effect.sync(() => {
          const messages = looks[Math.min(look, looks.length - 1)]?.(look)
          look += 1
          return Option.getOrThrow(SearchResponse.read({ messages, hasMore: false }))
        })
    })
  }
  const final = (id: number) => ({
    messageId: String(id),
    to: number(id),
    status: "COMPLETED",
    statusCode: "0",
    statusName: "success"
  })
  const { messageId: _, ...unnamed } = final(9)

  it.effect.each([undefined, 2])(
    "one without an id that changes at each look holds up nobody for long: %j recipients",
    (recipients) =>
      Effect.gen(function*() {
        const ended = yield* inVirtualTime(Delivery.await({ requestId, recipients }))
        assert.deepStrictEqual(ended.records.map(({ messageId }) => messageId), ["1"])
        assert.deepStrictEqual(ended.unreadable.map(({ fields }) => fields.content), ["3"])
        const changes = yield* inVirtualTime(Stream.runCollect(Delivery.track({ requestId, recipients })))
        // Each time that it looks new.
        assert.deepStrictEqual(
          changes.map(({ _tag }) => _tag),
          ["Message", "Unreadable", "Unreadable", "Unreadable"]
        )
      }).pipe(Effect.provide(looks((look) => [{ ...unnamed, content: String(look + 1) }, final(1)])))
  )

  it.effect("but not before the others have ended, and all are there", () =>
    Effect.gen(function*() {
      const ended = yield* inVirtualTime(Delivery.await({ requestId, recipients: 3 }))
      assert.deepStrictEqual(ended.records.map(({ messageId }) => messageId), ["1", "2"])
      assert.strictEqual(ended.unreadable.length, 1)
    }).pipe(Effect.provide(looks(
      ...Array.from({ length: 6 }, () => (look: number) => [{ ...unnamed, content: String(look) }, final(1)]),
      (look) => [{ ...unnamed, content: String(look) }, final(1), { ...final(2), status: "READY" }],
      (look) => [{ ...unnamed, content: String(look) }, final(1), final(2)]
    ))))

  it.effect("more of them are waited for anew, one that moves in its page is told once, and one that can be read later is none", () =>
    Effect.gen(function*() {
      const changes = yield* inVirtualTime(Stream.runCollect(Delivery.track({ requestId })))
      assert.deepStrictEqual(changes.map(({ _tag }) => _tag), ["Message", "Unreadable", "Unreadable", "Message"])
    }).pipe(Effect.provide(looks(
      () => [final(1), unnamed],
      () => [unnamed, final(1)],
      () => [unnamed, unnamed, final(1)],
      () => [final(9), unnamed, final(1)]
    ))))

  it.effect("what could be read later is not told at the end, and what could be read before is", () =>
    Effect.gen(function*() {
      const ended = yield* inVirtualTime(Delivery.await({ requestId }))
      assert.deepStrictEqual(ended.records.map(({ messageId }) => messageId), [MessageId.make("9")])
      assert.deepStrictEqual(ended.unreadable.map(({ fields }) => fields.messageId), [MessageId.make("1")])
    }).pipe(Effect.provide(looks(
      () => [unnamed, { ...final(1), status: "READY" }],
      () => [final(9), { ...final(1), status: null }]
    ))))

  it.effect("one with an id that changes at each look is still waited for", () =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(inVirtualTime(Delivery.await({ requestId }), 60_000))
      assert.isTrue(error._tag === "DeadlineExceeded" && error.requests[0].pending === 1)
    }).pipe(Effect.provide(looks((look) => [{ ...final(1), status: null, content: String(look) }]))))
})
