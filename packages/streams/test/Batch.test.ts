import * as DeliveryCode from "@effect-sens/core/DeliveryCode"
import * as MessageId from "@effect-sens/core/MessageId"
import * as MessageRecord from "@effect-sens/core/MessageRecord"
import * as Preflight from "@effect-sens/core/Preflight"
import type * as SendRequest from "@effect-sens/core/SendRequest"
import * as Emulator from "@effect-sens/emulator/Emulator"
import * as BulkSend from "@effect-sens/streams/BulkSend"
import * as DeliveryLog from "@effect-sens/streams/DeliveryLog"
import { assert, describe, it } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import { emulated, inVirtualTime, number } from "./emulated.ts"

// A row of somebody's own, of which a message is made. Small ranges, so that many are alike.
const small = (maximum: number) => Schema.Int.check(Schema.isBetween({ minimum: 0, maximum }))

const Row = Schema.Struct({
  type: Schema.Literals(["SMS", "LMS", "MMS"]),
  contentType: Schema.Literals(["COMM", "AD", "none"]),
  from: Schema.Literals(["02-312-3456", "023123456", "+82 2 312 3456", "15881234"]),
  country: Schema.Literals(["82", "1", "none"]),
  content: Schema.Literals(["공지", "안녕하세요", ""]),
  subject: Schema.Literals(["제목", "알림", "", "none"]),
  reserve: small(2),
  files: small(2)
})

type Row = typeof Row.Type

const reserveAt = DateTime.makeUnsafe("2030-01-01T00:00:00Z")

interface Numbered {
  readonly id: number
}

const toMessage = (row: Row, id: number): BulkSend.Message & Numbered => {
  const common = {
    id,
    from: row.from,
    to: number(id),
    content: row.content,
    ...row.contentType === "none" ? {} : { contentType: row.contentType },
    ...row.country === "none" ? {} : { countryCode: row.country },
    reserve: row.reserve === 0
      ? undefined
      : { at: row.reserve === 1 ? DateTime.toDate(reserveAt) : DateTime.add(reserveAt, { hours: 1 }) }
  }
  const subject = row.subject === "none" ? {} : { subject: row.subject }
  switch (row.type) {
    case "SMS":
      return { type: "SMS", ...common }
    case "LMS":
      return { type: "LMS", ...common, ...subject }
    case "MMS":
      return {
        type: "MMS",
        ...common,
        ...subject,
        files: Array.from({ length: row.files }, (_, index) => ({ fileId: `f${index}` }))
      }
  }
}

const messagesOf = (rows: ReadonlyArray<Row>) => rows.map(toMessage)

/** What the recipient at a place gets, whichever way the request says it. An empty text or subject of his own is none. */
const effective = (request: SendRequest.SendRequest, index: number) => {
  const recipient = request.messages[index]
  if (recipient === undefined) return assert.fail(`no recipient ${index}`)
  const subject = "subject" in recipient ? recipient.subject : undefined
  const common = request.type === "SMS" ? undefined : request.subject
  return {
    to: recipient.to,
    content: recipient.content === undefined || recipient.content === "" ? request.content : recipient.content,
    subject: (subject === undefined || subject === "" ? common : subject) || undefined
  }
}

const sender = (from: string) => from.startsWith("15") ? from : "023123456"

/** What cannot differ inside a request, as the documents of SENS have it. */
const kind = (message: BulkSend.Message) =>
  JSON.stringify([
    message.type,
    message.contentType ?? "COMM",
    message.countryCode ?? "82",
    sender(message.from),
    message.reserve === undefined
      ? null
      : message.reserve.at instanceof Date
      ? message.reserve.at.getTime()
      : message.reserve.at.epochMilliseconds,
    message.type === "MMS" ? message.files : null,
    message.content === ""
  ])

const batched = (messages: ReadonlyArray<BulkSend.Message & Numbered>, options?: BulkSend.BatchOptions) =>
  Stream.runCollect(BulkSend.batch(Stream.fromIterable(messages), options))

describe("BulkSend.batch", () => {
  it.effect.prop(
    "every message is in exactly one request, as itself, and no request could be left out",
    [Schema.Array(Row).check(Schema.isBetweenLength(0, 100)), small(250)],
    ([rows, copies]) =>
      Effect.gen(function*() {
        const [first] = rows
        // Many of one kind, so that its requests are full, in between all others.
        const alike = Array.from({ length: first === undefined ? 0 : copies }, () => first ?? anyRow)
        const messages = messagesOf([...alike.slice(0, copies / 2), ...rows, ...alike.slice(copies / 2)])
        const batches = yield* batched(messages)
        assert.deepStrictEqual(
          batches.flatMap(({ messages }) => messages.map(({ id }) => id)).sort((a, b) => a - b),
          messages.map(({ id }) => id)
        )
        const kinds = new Map<string, number>()
        for (const message of messages) kinds.set(kind(message), (kinds.get(kind(message)) ?? 0) + 1)
        const least = Array.from(kinds.values()).reduce((sum, count) => sum + Math.ceil(count / 100), 0)
        assert.strictEqual(batches.length, least)
        for (const { messages: those, request } of batches) {
          assert.isAtMost(those.length, 100)
          assert.strictEqual(request.messages.length, those.length)
          for (const [index, message] of those.entries()) {
            assert.strictEqual(messages[message.id], message)
            assert.deepStrictEqual(effective(request, index), {
              to: message.to,
              content: message.content,
              subject: (message.type === "SMS" ? undefined : message.subject) || undefined
            })
            assert.strictEqual(kind({ ...message, ...request, content: message.content }), kind(message))
          }
        }
      }),
    { arbitrary: { runs: 150 } }
  )

  it.effect.prop(
    "what is right alone is right together",
    [Schema.Array(Row).check(Schema.isBetweenLength(1, 120))],
    ([rows]) =>
      Effect.gen(function*() {
        const now = DateTime.makeUnsafe("2026-03-31T01:00:00Z")
        const isRight = (request: SendRequest.SendRequest) => Preflight.check(request, { now }).errors.length === 0
        const alone = yield* Effect.forEach(messagesOf(rows), (message) =>
          Effect.map(batched([message]), (batches) => ({
            message,
            isRight: batches.every(({ request }) => isRight(request))
          })))
        const right = alone.flatMap(({ isRight, message }) => isRight ? [message] : [])
        for (const { request } of yield* batched(right)) assert.isTrue(isRight(request))
      }),
    { arbitrary: { runs: 60 } }
  )

  it.effect("a message without a text of its own never gets that of another", () =>
    Effect.gen(function*() {
      const one = toMessage({ ...anyRow, content: "공지" }, 0)
      // As a program without types may give it.
      const { content: _, ...rest } = toMessage({ ...anyRow, content: "공지" }, 1)
      const without: typeof one = Object.assign(Object.create(null), rest)
      const batches = yield* batched([one, without, { ...one, id: 2, to: number(2) }])
      assert.deepStrictEqual(batches.map(({ messages }) => messages.map(({ to }) => to)), [
        [number(0), number(2)],
        [number(1)]
      ])
    }))

  it.effect("gives a request when it is full, and the fullest when too many wait", () =>
    Effect.gen(function*() {
      let taken = 0
      let given = 0
      const messages = Stream.range(0, 999).pipe(
        Stream.rechunk(1),
        Stream.map((id) => {
          taken += 1
          assert.isAtMost(taken - given, 50 + 1)
          // Each sender has a request of its own.
          return { ...toMessage(anyRow, id), from: number(id % 40) }
        })
      )
      yield* messages.pipe(
        BulkSend.batch({ maxWaiting: 50 }),
        Stream.runForEach(({ messages }) => Effect.sync(() => given += messages.length))
      )
      assert.strictEqual(given, 1000)
    }))

  it.effect("fails as the messages do, after the requests of those that came", () =>
    Effect.gen(function*() {
      const seen: Array<number> = []
      const messages = Stream.concat(
        Stream.fromIterable(Array.from({ length: 130 }, (_, id) => toMessage(anyRow, id))),
        Stream.fail("no more")
      )
      const exit = yield* messages.pipe(
        BulkSend.batch(),
        Stream.runForEach(({ messages }) => Effect.sync(() => seen.push(messages.length))),
        Effect.exit
      )
      assert.deepStrictEqual(exit, Exit.fail("no more"))
      assert.deepStrictEqual(seen, [100, 30])
    }))
})

const anyRow: Row = {
  type: "SMS",
  contentType: "none",
  from: "023123456",
  country: "none",
  content: "공지",
  subject: "none",
  reserve: 0,
  files: 0
}

describe("BulkSend.fromRecord", () => {
  const record = {
    messageId: MessageId.make("132597da-68ab-499b-b509-174d06143b9e"),
    type: "LMS",
    contentType: "AD",
    countryCode: "82",
    from: "0212345678",
    to: "01012345678",
    subject: "(광고) 신간",
    content: "(광고)[서점] 신간\n무료수신거부 0801234567",
    status: "COMPLETED",
    statusCode: "2003",
    statusName: "fail"
  }
  const { content, from, subject, to } = record

  const files = (...fileIds: ReadonlyArray<string>) => fileIds.map((fileId) => ({ fileId, name: "a.jpg" }))

  it("has what the log shows, and nothing that it does not", () => {
    const common = { from, to, content }
    assert.deepStrictEqual(
      BulkSend.fromRecord({ ...record, type: "SMS" }),
      Result.succeed({ type: "SMS", contentType: "AD", ...common })
    )
    assert.deepStrictEqual(
      BulkSend.fromRecord(record),
      Result.succeed({ type: "LMS", contentType: "AD", ...common, subject })
    )
    assert.deepStrictEqual(
      BulkSend.fromRecord(
        Schema.decodeUnknownSync(MessageRecord.MessageRecord)({
          ...record,
          type: "MMS",
          contentType: null,
          countryCode: 82,
          subject: "",
          files: files("f1", "f2")
        })
      ),
      Result.succeed({ type: "MMS", ...common, files: [{ fileId: "f1" }, { fileId: "f2" }] })
    )
  })

  it.each(
    [
      [{ type: undefined }, "UnknownType"],
      [{ type: "RCS" }, "UnknownType"],
      [{ contentType: "OTHER" }, "UnknownType"],
      [{ countryCode: "1" }, "Foreign"],
      [{ countryCode: 81 }, "Foreign"],
      [{ from: "" }, "NoSender"],
      [{ from: null }, "NoSender"],
      [{ from: "02******78" }, "NoSender"],
      [{ to: "010****5678" }, "NoRecipient"],
      [{ content: "" }, "NoText"],
      [{ content: undefined }, "NoText"],
      [{ type: "MMS" }, "NoFile"],
      [{ type: "MMS", files: files("f1", "") }, "NoFile"]
    ] as const
  )("%j is none: %s", (change, why) => {
    const result = BulkSend.fromRecord(Schema.decodeUnknownSync(MessageRecord.MessageRecord)({ ...record, ...change }))
    if (Result.isSuccess(result)) return assert.fail("a message")
    assert.strictEqual(result.failure.why, why)
    assert.strictEqual(result.failure.messageId, record.messageId)
    // Neither a number nor the text.
    assert.notInclude(result.failure.message, to.slice(3))
    assert.notInclude(result.failure.message, "서점")
  })

  it.each(
    [
      [{ statusCode: "0", statusName: "success" }, "Delivered"],
      [{ status: "PROCESSING", statusCode: undefined, statusName: undefined }, "Pending"],
      [{ status: "READY", statusCode: null, statusName: null }, "Pending"],
      [{ statusCode: "2000" }, "Uncertain"],
      [{ statusCode: "1019" }, "Uncertain"],
      // The log says both.
      [{ statusCode: "0" }, "Uncertain"],
      [{ statusCode: 0, statusName: " FAIL " }, "Uncertain"],
      [{ statusCode: "3001", statusName: "success" }, "Uncertain"],
      [{ statusCode: "9999", statusName: "Success " }, "Uncertain"]
    ] as const
  )("%j may arrive, and is made into a message only where that is allowed: %s", (change, why) => {
    const given = Schema.decodeUnknownSync(MessageRecord.MessageRecord)({ ...record, ...change })
    const others = (["Delivered", "Pending", "Uncertain"] as const).filter((other) => other !== why)
    for (const options of [undefined, {}, { allow: undefined }, { allow: others }]) {
      const result = BulkSend.fromRecord(given, options)
      if (Result.isSuccess(result)) return assert.fail("a message")
      assert.strictEqual(result.failure.why, why)
    }
    assert.deepStrictEqual(BulkSend.fromRecord(given, { allow: [why] }), BulkSend.fromRecord(record))
  })

  it("never makes one of a code that leaves it open, unless told", () => {
    for (const { code } of DeliveryCode.all) {
      const result = BulkSend.fromRecord({ ...record, statusCode: code, statusName: code === "0" ? "success" : "fail" })
      const arrived = code === "0" || code === "2000" || code === "1019"
      assert.strictEqual(Result.isFailure(result), arrived, code)
    }
  })

  it.effect("what failed is sent once more, and arrives", () =>
    Effect.gen(function*() {
      const start = DateTime.makeUnsafe("2026-03-31T01:00:00Z")
      yield* TestClock.setTime(start.epochMilliseconds)
      const { messages } = yield* Emulator.Emulator
      const first = Stream.fromIterable([0, 1, 2].map((id) => toMessage({ ...anyRow, content: `공지` }, id)))
      yield* inVirtualTime(BulkSend.run(first))
      yield* TestClock.adjust("2 hours")
      const end = yield* DateTime.now
      const summary = yield* DeliveryLog.records({ requestTime: { start, end }, statusName: "fail" }).pipe(
        Stream.mapEffect((record) => Effect.fromResult(BulkSend.fromRecord(record))),
        BulkSend.run(),
        inVirtualTime
      )
      assert.deepInclude(summary, { recipients: 1, accepted: 1 })
      const sent = yield* messages(number(1))
      assert.deepStrictEqual(sent.map(({ content }) => content), ["공지", "공지"])
    }).pipe(Effect.provide(emulated({ outcomes: { [number(1)]: "2003" } }))))
})
