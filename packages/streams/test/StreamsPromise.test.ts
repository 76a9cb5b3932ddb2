import * as MessageRecord from "@effect-sens/core/MessageRecord"
import * as SensError from "@effect-sens/core/SensError"
import * as Account from "@effect-sens/emulator/Account"
import * as Emulator from "@effect-sens/emulator/Emulator"
import * as EmulatorServer from "@effect-sens/emulator/EmulatorServer"
import * as Fault from "@effect-sens/emulator/Fault"
import type * as BulkSend from "@effect-sens/streams/BulkSend"
import * as Delivery from "@effect-sens/streams/Delivery"
import * as DeliveryLog from "@effect-sens/streams/DeliveryLog"
import * as StreamsPromise from "@effect-sens/streams/StreamsPromise"
import { assert, describe, it } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import { once } from "node:events"
import { createServer } from "node:http"
import { Readable } from "node:stream"
import { number } from "./emulated.ts"

// As a program without Effect sees it; the emulator around it is a matter of the test.
const withClient = (
  use: (sens: StreamsPromise.StreamsPromise, emulator: Emulator.Service) => Promise<void>,
  options?: Emulator.Options
) =>
  Effect.gen(function*() {
    const { baseUrl } = yield* EmulatorServer.EmulatorServer
    const emulator = yield* Emulator.Emulator
    yield* Effect.promise(async () => {
      await using sens = StreamsPromise.make({
        accessKey: Account.accessKey,
        secretKey: Account.secretKey,
        serviceId: Account.serviceId,
        baseUrl
      })
      await use(sens, emulator)
    })
  }).pipe(Effect.provide(EmulatorServer.layer({ completedAfter: "0 seconds", ...options })))

const rejection = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(() => assert.fail("It did not reject"), (error: unknown) => error)

const collect = async <A>(values: AsyncIterable<A>): Promise<ReadonlyArray<A>> => {
  const all: Array<A> = []
  for await (const value of values) all.push(value)
  return all
}

// A row as a database has it, with a field of its own.
const row = (id: number) => ({
  id,
  type: "SMS" as const,
  from: "02-1234-5678",
  to: number(id),
  content: "안녕하세요",
  reserve: undefined
})

type Row = ReturnType<typeof row>

const rows = (count: number) => Array.from({ length: count }, (_, id) => row(id))

const accepted = (emulator: Emulator.Service) => Effect.runPromise(emulator.allMessages)

const ago = (milliseconds: number) => DateTime.toDate(DateTime.subtract(DateTime.nowUnsafe(), { milliseconds }))

const until = (isSo: () => boolean | Promise<boolean>): Promise<void> =>
  Effect.runPromise(
    Effect.repeat(Effect.sleep("5 millis"), {
      until: () => Effect.promise(() => Promise.resolve(isSo()))
    }).pipe(Effect.asVoid)
  )

describe("StreamsPromise.bulk", () => {
  it.live.each(["an array", "a set", "a generator", "an async generator", "a stream of Node"] as const)(
    "takes %s of rows",
    (what) =>
      withClient(async (sens, emulator) => {
        const sources: Record<typeof what, () => StreamsPromise.Values<Row>> = {
          "an array": () => rows(250),
          "a set": () => new Set(rows(250)),
          "a generator": function*() {
            yield* rows(250)
          },
          "an async generator": async function*() {
            for (const row of rows(250)) yield await Promise.resolve(row)
          },
          "a stream of Node": () => Readable.from(rows(250))
        }
        const outcomes = await collect(sens.bulk(sources[what]()))
        assert.deepStrictEqual(
          outcomes.map(({ message }) => message.id).sort((a, b) => a - b),
          rows(250).map(({ id }) => id)
        )
        const ids = new Set(outcomes.map((outcome) => outcome._tag === "Accepted" ? String(outcome.requestId) : "none"))
        assert.deepStrictEqual(ids, new Set((await accepted(emulator)).map(({ requestId }) => requestId)))
        assert.strictEqual(ids.size, 3)
      })
  )

  it.live("sends nothing before it is read, and is read once", () =>
    withClient(async (sens, emulator) => {
      const outcomes = sens.bulk(rows(3))
      await Effect.runPromise(Effect.sleep(50))
      assert.deepStrictEqual(await accepted(emulator), [])
      assert.strictEqual((await collect(outcomes)).length, 3)
      assert.deepStrictEqual(await collect(outcomes), [])
      assert.strictEqual((await accepted(emulator)).length, 3)
      await sens.bulk(rows(3)).return()
      assert.strictEqual((await accepted(emulator)).length, 3)
    }))

  it.live("one bad message takes no others with it; warnings and errors are there", () =>
    withClient(async (sens) => {
      const messages = [row(0), { ...row(1), content: "가".repeat(46) }, { ...row(2), to: "1012345678" }, {
        ...row(3),
        contentType: "AD" as const
      }]
      const outcomes = await collect(sens.bulk(messages))
      const byId = [...outcomes].sort((a, b) => a.message.id - b.message.id)
      assert.deepStrictEqual(byId.map(({ _tag }) => _tag), ["Accepted", "Failed", "Failed", "Accepted"])
      const [, tooLong, noNumber, ad] = byId
      for (const outcome of [tooLong, noNumber]) {
        assert.isTrue(
          outcome?._tag === "Failed" && outcome.error instanceof SensError.SensError &&
            outcome.error.reason._tag === "InvalidRequest"
        )
      }
      assert.isTrue(ad?.warnings.some(({ kind }) => kind === "AdWithoutMark"))
    }))

  it.live("break ends it: nothing more is taken in or sent, and what was sent has its outcome", () =>
    withClient(async (sens, emulator) => {
      let taken = 0
      let isClosed = false
      const told: Array<BulkSend.Outcome> = []
      function* forever() {
        try {
          while (true) yield row(taken++)
        } finally {
          isClosed = true
        }
      }
      for await (const _ of sens.bulk(forever(), { concurrency: 2, onOutcome: (outcome) => void told.push(outcome) })) {
        break
      }
      assert.isTrue(isClosed)
      const sent = (await accepted(emulator)).length
      assert.isAtMost(sent, 400)
      assert.strictEqual(told.filter(({ _tag }) => _tag === "Accepted").length, sent)
      assert.strictEqual(new Set(told.map(({ message }) => message.to)).size, taken)
      assert.isTrue(
        told.every((outcome) =>
          outcome._tag === "Accepted" || (outcome._tag === "NotSent" && outcome.why === "Interrupted")
        )
      )
      await Effect.runPromise(Effect.sleep(100))
      assert.strictEqual((await accepted(emulator)).length, sent)
    }))

  it.live("break ends the source that it reads, where that is a stream", () =>
    withClient(async (sens) => {
      let isClosed = false
      async function* forever() {
        try {
          for (let id = 0;; id++) yield await Promise.resolve(row(id))
        } finally {
          isClosed = true
        }
      }
      for await (const _ of sens.bulk(forever())) break
      await until(() => isClosed)
    }))

  it.live("a sequence that reads another ends that, too, and waits for it", () =>
    withClient(async (sens, emulator) => {
      await Effect.runPromise(emulator.faults.next("send", Infinity, Fault.slow({ before: "100 millis" })))
      const told: Array<BulkSend.Outcome> = []
      const sequence = sens.reconcile(
        sens.bulk(rows(1000), { concurrency: 1, onOutcome: (outcome) => void told.push(outcome) })
      )
      for (let read = 0; read < 150; read++) await sequence.next()
      // While a request is on its way.
      const waiting = Promise.all(Array.from({ length: 100 }, () => sequence.next()))
      await Effect.runPromise(Effect.sleep(30))
      await sequence.return()
      assert.strictEqual(told.length, 1000)
      assert.strictEqual(told.filter(({ _tag }) => _tag === "Accepted").length, (await accepted(emulator)).length)
      assert.isTrue((await waiting).some(({ done }) => done === true))
    }))

  it.live("a signal ends it with its reason, after the outcomes of what was sent", () =>
    withClient(async (sens, emulator) => {
      await Effect.runPromise(emulator.faults.next("send", Infinity, Fault.slow({ before: "100 millis" })))
      const controller = new AbortController()
      const told: Array<BulkSend.Outcome> = []
      const sequence = sens.bulk(rows(1000), {
        concurrency: 1,
        onOutcome: async (outcome) => {
          await Promise.resolve()
          told.push(outcome)
        }
      }, controller.signal)
      const first = await sequence.next()
      assert.isFalse(first.done)
      controller.abort(new Error("enough"))
      const seen = [first.value]
      const error = await rejection((async () => {
        for await (const outcome of sequence) seen.push(outcome)
      })())
      assert.isTrue(error instanceof Error && error.message === "enough")
      assert.deepStrictEqual(await sequence.next(), { done: true, value: undefined })
      assert.strictEqual(told.length, 1000)
      const sent = (await accepted(emulator)).length
      assert.strictEqual(told.filter(({ _tag }) => _tag === "Accepted").length, sent)
      assert.isBelow(sent, 1000)
      assert.isAtLeast(seen.length, 100)
      const aborted = await rejection(sens.bulk(rows(1), {}, AbortSignal.abort(new Error("before"))).next())
      assert.isTrue(aborted instanceof Error && aborted.message === "before")
    }))

  it.live("rejects as its source does, with the same error, after the outcomes of what came before", () =>
    withClient(async (sens) => {
      const broken = new Error("no more rows")
      async function* later() {
        yield* rows(130)
        throw broken
      }
      function* now() {
        yield* rows(130)
        throw broken
      }
      for (const source of [later(), now()]) {
        const seen: Array<string> = []
        const error = await rejection((async () => {
          for await (const { _tag } of sens.bulk(source)) seen.push(_tag)
        })())
        assert.strictEqual(error, broken)
        assert.isAtLeast(seen.filter((tag) => tag === "Accepted").length, 100)
      }
    }))

  it.live("onRequest is told before each POST; where it rejects, the messages are not sent", () =>
    withClient(async (sens, emulator) => {
      const written: Array<BulkSend.Submission> = []
      const outcomes = await collect(sens.bulk(rows(200), {
        onRequest: async (submission) => {
          await Promise.resolve()
          if (written.push(submission) > 1) throw new Error("no database")
        }
      }))
      assert.strictEqual(written.length, 2)
      assert.strictEqual((await accepted(emulator)).length, 100)
      const summary = await sens.summary(outcomes)
      assert.deepInclude(summary, { accepted: 100, notSent: 100, reasons: { Withheld: 100 } })
      const [first] = written
      if (first === undefined) return assert.fail("nothing was written")
      const found = await sens.messages.reconcile(first.intents, first.request)
      assert.strictEqual(found?.requestId, (await accepted(emulator))[0]?.requestId)
    }))

  it.live("a number of the block list that cannot be read ends it, unless it is told to go on", () =>
    Effect.promise(async () => {
      let posts = 0
      const server = createServer((request, response) => {
        request.resume().on("end", () => {
          if (request.method === "POST") {
            posts += 1
            return response.writeHead(202).end(
              JSON.stringify({ requestId: "R-1", statusCode: "202", statusName: "success" })
            )
          }
          response.writeHead(200).end(JSON.stringify([{ registerType: "M" }, { clientTelNo: number(1) }]))
        })
      })
      server.listen(0, "127.0.0.1")
      await once(server, "listening")
      const address = server.address()
      const port = typeof address === "object" && address !== null ? address.port : 0
      try {
        await using sens = StreamsPromise.make({
          accessKey: Account.accessKey,
          secretKey: Account.secretKey,
          serviceId: Account.serviceId,
          baseUrl: `http://127.0.0.1:${port}`
        })
        const ads = [1, 2].map((id) => ({
          ...row(id),
          contentType: "AD" as const,
          content: "(광고) 내용 080-000-0000"
        }))
        const error = await rejection(collect(sens.bulk(ads)))
        assert.deepStrictEqual([Object(error)._tag, posts], ["UnreadableEntries", 0])
        const told: Array<string> = []
        const outcomes = await collect(sens.bulk(ads, {
          onUnreadableOptOut: async ({ why }) => {
            told.push(why)
          }
        }))
        assert.deepStrictEqual(outcomes.map(({ _tag }) => _tag).sort(), ["Accepted", "NotSent"])
        assert.deepStrictEqual([told, posts], [["clientTelNo is missing"], 1])
      } finally {
        server.close()
      }
    }))

  it.live("what is unknown is settled", () =>
    withClient(async (sens, emulator) => {
      await Effect.runPromise(emulator.faults.next("send", 1, Fault.reset({ accepted: true })))
      const outcomes = await collect(sens.bulk(rows(2), { send: { onAmbiguous: "fail" } }))
      assert.deepStrictEqual(outcomes.map(({ _tag }) => _tag), ["Unknown", "Unknown"])
      const settled = await collect(sens.reconcile(outcomes))
      assert.deepStrictEqual(settled.map(({ _tag }) => _tag), ["Accepted", "Accepted"])
      // In one go, as it is sent.
      await Effect.runPromise(emulator.faults.next("send", 1, Fault.reset({ accepted: true })))
      const summary = await sens.summary(
        sens.reconcile(
          sens.bulk(rows(2).map((row) => ({ ...row, content: "둘째" })), { send: { onAmbiguous: "fail" } })
        )
      )
      assert.deepInclude(summary, { recipients: 2, accepted: 2, unknown: 0 })
    }))

  it.live("dispose ends what is under way", () =>
    withClient(async (sens, emulator) => {
      await Effect.runPromise(emulator.faults.next("send", Infinity, Fault.slow({ before: "50 millis" })))
      const told: Array<BulkSend.Outcome> = []
      const sequence = sens.bulk(rows(2000), { concurrency: 1, onOutcome: (outcome) => void told.push(outcome) })
      await sequence.next()
      await sens.dispose()
      assert.strictEqual(told.length, 2000)
      const rest = await rejection((async () => {
        while ((await sequence.next()).done !== true);
      })())
      assert.isTrue(rest instanceof Error)
      const after = await rejection(sens.bulk(rows(1)).next())
      assert.isTrue(after instanceof Error)
    }))

  it.live("await using ends it", () =>
    withClient(async (sens, emulator) => {
      const told: Array<BulkSend.Outcome> = []
      {
        await using sequence = sens.bulk(rows(2000), {
          concurrency: 1,
          onOutcome: (outcome) => void told.push(outcome)
        })
        await sequence.next()
      }
      assert.strictEqual(told.length, 2000)
      assert.strictEqual(told.filter(({ _tag }) => _tag === "Accepted").length, (await accepted(emulator)).length)
    }))

  it.live("asked for several at once, each gets its own, and return answers whoever still waits", () =>
    withClient(async (sens) => {
      const sequence = sens.bulk(rows(3))
      const results = await Promise.all(Array.from({ length: 5 }, () => sequence.next()))
      assert.deepStrictEqual(results.map(({ done }) => done === true), [false, false, false, true, true])
      const tail = sens.tail()
      const waiting = tail.next()
      assert.deepStrictEqual(await tail.return(), { done: true, value: undefined })
      assert.deepStrictEqual(await waiting, { done: true, value: undefined })
    }))
})

describe("StreamsPromise, the log", () => {
  const sent = async (sens: StreamsPromise.StreamsPromise, count: number) => {
    const outcomes = await collect(sens.bulk(rows(count)))
    return outcomes.flatMap((outcome) => outcome._tag === "Accepted" ? [outcome.requestId] : [])
  }

  it.live("records and pages of a search, and reading on from a text", () =>
    withClient(async (sens) => {
      const [requestId] = await sent(sens, 7)
      if (requestId === undefined) return assert.fail("nothing was sent")
      const records = await collect(sens.records({ requestId }))
      assert.deepStrictEqual(records.map(({ to }) => to), rows(7).map(({ to }) => to))
      assert.deepStrictEqual(records.map((record) => MessageRecord.outcome(record)._tag), Array(7).fill("Delivered"))
      const pages = sens.pages({ requestId, pageSize: 3 })
      const { value: page } = await pages.next()
      await pages.return()
      if (page === undefined) return assert.fail("no page")
      // As it comes back from a database.
      const { cursor } = JSON.parse(JSON.stringify(page))
      assert.deepStrictEqual((await collect(sens.resume(cursor))).map(({ records }) => records.length), [3, 1])
      const wrong = await rejection(sens.resume("page 2").next())
      assert.isTrue(wrong instanceof SensError.SensError && wrong.reason._tag === "InvalidRequest")
      assert.notInclude(String(wrong), "page 2")
    }))

  it.live("by dates; what is wrong with a search, and what the log does not cover, rejects with the same errors", () =>
    withClient(async (sens) => {
      await sent(sens, 3)
      const hour = 3_600_000
      const range = { start: ago(hour), end: ago(-hour) }
      assert.strictEqual((await collect(sens.records({ requestTime: range }))).length, 3)
      const wrong = await rejection(sens.records({ requestTime: { start: range.end, end: range.start } }).next())
      assert.isTrue(wrong instanceof SensError.SensError && wrong.reason._tag === "InvalidRequest")
      const old = { start: ago(200 * 24 * hour), end: range.end }
      assert.isTrue(await rejection(sens.records({ requestTime: old }).next()) instanceof DeliveryLog.NotCovered)
      const gaps: Array<DeliveryLog.NotCovered> = []
      const rest = sens.records({ requestTime: old }, { onNotCovered: (gap) => void gaps.push(gap), concurrency: 4 })
      assert.strictEqual((await collect(rest)).length, 3)
      assert.strictEqual(gaps.length, 1)
    }))

  it.live("what comes in is followed, until whoever reads has enough", () =>
    withClient(async (sens) => {
      const start = ago(60_000)
      await sent(sens, 5)
      const seen: Array<string> = []
      for await (const record of sens.tail({ start, interval: "20 millis" })) {
        if (!("to" in record)) return assert.fail("unreadable")
        if (seen.push(record.to) === 5) break
      }
      assert.strictEqual(new Set(seen).size, 5)
      for await (const { cursor, records } of sens.tailPages({ start })) {
        if (records.length === 0) continue
        assert.strictEqual(typeof cursor, "string")
        break
      }
      const silent = await rejection(
        sens.tail({ interval: "20 millis", statusName: "fail" }, AbortSignal.timeout(100)).next()
      )
      assert.isTrue(silent instanceof Error && silent.name === "TimeoutError")
    }))

  it.live("an outage is told at each look, and given up by an error of whoever is told", () =>
    Effect.gen(function*() {
      const { baseUrl } = yield* EmulatorServer.EmulatorServer
      yield* Effect.promise(async () => {
        await using sens = StreamsPromise.make({
          accessKey: Account.accessKey,
          secretKey: "none-of-its",
          serviceId: Account.serviceId,
          baseUrl
        })
        const told: Array<string> = []
        const tail = sens.tail({
          interval: "10 millis",
          isOutage: () => true,
          onOutage: async ({ reason }) => {
            if (told.push(reason._tag) === 3) throw new Error("enough")
          }
        })
        assert.strictEqual(Object(await rejection(tail.next())).message, "enough")
        assert.deepStrictEqual(told, Array(3).fill("AuthenticationFailed"))
      })
    }).pipe(Effect.provide(EmulatorServer.layer())))

  it.live("what becomes of requests is tracked, or waited for", () =>
    withClient(async (sens) => {
      const ids = [...new Set(await sent(sens, 3))]
      const [requestId] = ids
      if (requestId === undefined) return assert.fail("nothing was sent")
      async function* later() {
        for (const requestId of ids) yield await Promise.resolve({ requestId, recipients: 3 })
      }
      for (const requests of [requestId, { requestId, recipients: 3 }, ids, later()]) {
        const changes = await collect(sens.track(requests))
        assert.deepStrictEqual(
          changes.flatMap((change) => change._tag === "Message" ? [[change.record.to, change.before]] : []),
          rows(3).map(({ to }) => [to, undefined])
        )
      }
      const { records, reservation } = await sens.awaitDelivery({ requestId, recipients: 3 })
      assert.deepStrictEqual([records.length, reservation], [3, undefined])
      const late = await rejection(sens.awaitDelivery("nobody", { deadline: "50 millis", firstDelay: 10 }))
      assert.isTrue(late instanceof Delivery.DeadlineExceeded)
      for (const wrong of [sens.awaitDelivery(""), sens.track([""]).next()]) {
        const error = await rejection(wrong)
        assert.isTrue(error instanceof SensError.SensError && error.reason._tag === "InvalidRequest")
      }
    }))
})

describe("what a program without a compiler gives", () => {
  const refused = async (promise: Promise<unknown>) => {
    const error = await rejection(promise)
    if (!(error instanceof SensError.SensError)) return assert.fail(String(error))
    const { operation, reason } = error
    if (reason._tag !== "InvalidRequest") return assert.fail(reason._tag)
    return [operation, ...reason.issues.map(({ kind, path }) => `${path.join(".")} ${kind}`)]
  }

  // None of these is what its type says.
  const given = (value: unknown) => value as never

  it.live("is an InvalidRequest where it is no list, no request and no option, each time", () =>
    withClient(async (sens, emulator) => {
      for (let time = 0; time < 2; time++) {
        for (const none of [undefined, null, 5, "abc", {}, row(1)]) {
          assert.deepStrictEqual(await refused(sens.bulk(given(none)).next()), ["messages.send", "messages Schema"])
          const outcomes = ["messages.send", "outcomes Schema"]
          assert.deepStrictEqual(await refused(sens.reconcile(given(none)).next()), outcomes)
          assert.deepStrictEqual(await refused(sens.summary(given(none))), outcomes)
        }
        for (const none of [undefined, null, 5, {}]) {
          assert.deepStrictEqual(await refused(sens.track(given(none)).next()), ["messages.search", "requests Schema"])
        }
        for (const none of [undefined, null, 5, []]) {
          assert.deepStrictEqual(await refused(sens.track(given([none])).next()), ["messages.search", " Schema"])
          assert.deepStrictEqual(await refused(sens.awaitDelivery(given(none))), ["messages.search", " Schema"])
        }
        for (const recipients of [null, "2", Number.NaN, -1, 0.5]) {
          const tracked = given({ requestId: "1", recipients })
          assert.deepStrictEqual(await refused(sens.track(tracked).next()), ["messages.search", "recipients Schema"])
          assert.deepStrictEqual(await refused(sens.awaitDelivery(tracked)), ["messages.search", "recipients Schema"])
        }
        assert.deepStrictEqual(await refused(sens.awaitDelivery(given({}))), ["messages.search", "requestId RequestId"])
        const { signal } = new AbortController()
        const options: ReadonlyArray<readonly [unknown, ReadonlyArray<string>]> = [
          [null, ["options Option"]],
          [signal, ["options Option"]],
          [{ concurrency: Number.NaN, rate: 3 }, ["options.concurrency Option", "options.rate Option"]]
        ]
        for (const [wrong, issues] of options) {
          assert.deepStrictEqual(await refused(sens.bulk([row(1)], given(wrong)).next()), ["messages.send", ...issues])
          assert.deepStrictEqual(await refused(sens.track("1", given(wrong)).next()), ["messages.search", ...issues])
          assert.deepStrictEqual(await refused(sens.awaitDelivery("1", given(wrong))), ["messages.search", ...issues])
        }
        assert.deepStrictEqual(await refused(sens.bulk([row(1)], given({ onRequest: "log" })).next()), [
          "messages.send",
          "options.onRequest Option"
        ])
        assert.deepStrictEqual(
          await refused(sens.track("1", given({ deadline: "soon", firstDelay: -1, maxDelay: {} })).next()),
          ["messages.search", "options.deadline Option", "options.firstDelay Option", "options.maxDelay Option"]
        )
      }
      assert.deepStrictEqual(await Effect.runPromise(emulator.ledger), [])
    }))

  it.live("a message that cannot be read takes no others with it", () =>
    withClient(async (sens) => {
      const messages = [row(1), null, { ...row(2), to: null }, { ...row(3), to: 1_012_345_678 }, row(4)]
      const outcomes = await collect(sens.bulk(given(messages)))
      assert.deepStrictEqual(outcomes.map(({ _tag }) => _tag).sort(), [
        "Accepted",
        "Accepted",
        "Failed",
        "Failed",
        "Failed"
      ])
    }))
})
