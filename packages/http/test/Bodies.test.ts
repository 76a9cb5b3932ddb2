// Bodies as NAVER's documents of several years have them, as other clients' fixtures have them, and as they come where somebody
// between changed a type: each is read, or what of it cannot be read is told beside the rest.
import * as MessageId from "@effect-sens/core/MessageId"
import * as MessageRecord from "@effect-sens/core/MessageRecord"
import * as PhoneNumber from "@effect-sens/core/PhoneNumber"
import * as RequestId from "@effect-sens/core/RequestId"
import * as SearchResponse from "@effect-sens/core/SearchResponse"
import * as UploadRequest from "@effect-sens/core/UploadRequest"
import type * as Sens from "@effect-sens/http/Sens"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import * as TestClock from "effect/testing/TestClock"
import { answering, once } from "./answering.ts"

const id = "132597da-68ab-499b-b509-174d06143b9e"
const query = { requestId: RequestId.make("RSSA-1") }

// A message of 2023, with made-up numbers; a search of 2025 has all fields.
const of2023 = {
  requestTime: "2023-10-03 18:11:58",
  from: "0212345678",
  to: "01012345678",
  contentType: "COMM",
  countryCode: "82",
  content: "내용",
  completeTime: "2023-10-03 18:12:03",
  status: "COMPLETED",
  telcoCode: "LGT",
  statusCode: "0",
  statusName: "success",
  statusMessage: "성공"
}
const of2021 = {
  messageId: "0-ESA-202104-4104031-0",
  requestTime: "2021-04-19 06:41:15",
  from: "0212345678",
  to: "01012345678",
  contentType: "COMM",
  countryCode: "82",
  status: "READY"
}
const of2025 = { ...of2023, requestId: "RSSA-1", messageId: id, type: "SMS", subject: "", files: [] }
const other = { ...of2025, messageId: "2", to: "01087654321" }
const without = (record: Record<string, unknown>, ...names: ReadonlyArray<string>) =>
  Object.fromEntries(Object.entries(record).filter(([name]) => !names.includes(name)))

const envelope = { statusCode: "202", statusName: "success", pageIndex: 0, pageSize: 20, itemCount: 1, hasMore: false }

describe("a search", () => {
  interface Page {
    readonly name: string
    readonly body: unknown
    /** The `to` of those that can be read. */
    readonly read: ReadonlyArray<string>
    /** Which cannot, and why. */
    readonly unreadable?: ReadonlyArray<readonly [index: number, why: string]>
    readonly more?: boolean
    readonly check?: (page: SearchResponse.SearchResponse) => void
  }
  const to = ["01012345678"]
  const both = ["01012345678", "01087654321"]
  const pages: ReadonlyArray<Page> = [
    { name: "of 2025", body: { ...envelope, messages: [of2025] }, read: to },
    {
      name: "of 2021, whose request stands in the envelope",
      body: { requestId: "SEARCH-1", messages: [of2021] },
      read: to,
      check: (page) => assert.strictEqual(page.messages?.[0]?.requestId, "RSSA-1")
    },
    {
      name: "null and blank for what is left out",
      read: to,
      body: { ...envelope, messages: [{ ...of2025, subject: null, telcoCode: "", files: "", completeTime: null }] }
    },
    { name: "an envelope alone", body: { statusCode: "202", statusName: "success" }, read: [] },
    {
      name: "a reservation that waits",
      body: { statusCode: "202", statusName: "reserved" },
      read: [],
      check: (page) => assert.isTrue(SearchResponse.isReserved(page))
    },
    ...Object.entries({ ...envelope, nextToken: "t", messages: [] }).map(([name, value]): Page => ({
      name: `of which nothing but ${name} is there`,
      // A token leads on.
      body: name === "nextToken" ? { [name]: value, hasMore: false } : { [name]: value },
      read: []
    })),
    { name: "messages that are null", body: { ...envelope, messages: null }, read: [] },
    { name: "messages that are blank", body: { ...envelope, messages: "" }, read: [] },
    ...["fail", "FAIL", "reserved", "processing", "success", "somethingNew", ""].map((statusName): Page => ({
      name: `statusName ${JSON.stringify(statusName)} beside its records`,
      body: { ...envelope, statusName, messages: [of2025] },
      read: to
    })),
    { name: "a cancelled reservation", body: { statusCode: "202", statusName: "fail", messages: [] }, read: [] },
    {
      name: "numbers as texts in the envelope",
      read: to,
      more: true,
      body: { ...envelope, pageIndex: "0", pageSize: "20", itemCount: "1", hasMore: "true", messages: [of2025] }
    },
    {
      name: "hasMore as the text false",
      body: { ...envelope, hasMore: "false", messages: [of2025] },
      read: to,
      more: false
    },
    { name: "hasMore as 1", body: { ...envelope, hasMore: 1, messages: [of2025] }, read: to, more: true },
    { name: "a status code that is a number", body: { ...envelope, statusCode: 202, messages: [of2025] }, read: to },
    {
      name: "a token that is a number",
      body: { ...without(envelope, "hasMore"), nextToken: 7, messages: [of2025] },
      read: to,
      more: true
    },
    {
      name: "an envelope of other types",
      body: { ...envelope, pageSize: {}, itemCount: [], messages: [of2025] },
      read: to
    },
    {
      name: "texts as numbers in a record",
      read: to,
      body: { ...envelope, messages: [{ ...of2025, telcoCode: 5, statusCode: 0, countryCode: 82, content: 738 }] },
      check: (page) =>
        assert.deepStrictEqual([page.messages?.[0]?.telcoCode, page.messages?.[0]?.content], ["5", "738"])
    },
    {
      name: "a number that is one",
      body: { ...envelope, messages: [{ ...of2025, to: 1012345678 }] },
      read: ["1012345678"]
    },
    { name: "a message alone, not in an array", body: { ...envelope, messages: of2025 }, read: to },
    {
      name: "files without an id",
      read: to,
      body: { ...envelope, messages: [{ ...of2025, files: [{ name: "a.jpg" }] }] },
      check: (page) => assert.deepStrictEqual(page.messages?.[0]?.files, [{ name: "a.jpg" }])
    },
    {
      name: "files without a name",
      body: { ...envelope, messages: [{ ...of2025, files: [{ fileId: "a1" }] }] },
      read: to
    },
    {
      name: "one file, not in an array",
      body: { ...envelope, messages: [{ ...of2025, files: { fileId: "a1" } }] },
      read: to
    },
    { name: "fields that nobody knows", body: { ...envelope, x: {}, messages: [{ ...of2025, y: [1] }] }, read: to },
    {
      name: "a record without a status",
      body: { ...envelope, messages: [without(of2025, "status"), other] },
      read: ["01087654321"],
      unreadable: [[0, "status is missing"]]
    },
    {
      name: "a record whose status is null",
      body: { ...envelope, messages: [of2025, { ...other, status: null }] },
      read: to,
      unreadable: [[1, "status is null"]]
    },
    {
      name: "a record without an id",
      body: { ...envelope, messages: [of2025, without(other, "messageId")] },
      read: to,
      unreadable: [[1, "messageId is missing"]]
    },
    {
      name: "a record with a blank id",
      body: { ...envelope, messages: [of2025, { ...other, messageId: "" }] },
      read: to,
      unreadable: [[1, "messageId is empty"]]
    },
    {
      name: "a record without a number",
      body: { ...envelope, messages: [without(of2025, "to"), other] },
      read: ["01087654321"],
      unreadable: [[0, "to is missing"]]
    },
    {
      name: "a record with an object for a text",
      body: { ...envelope, messages: [{ ...of2025, content: {} }, other] },
      read: ["01087654321"],
      unreadable: [[0, "content is of type object"]]
    },
    {
      name: "records that are none",
      body: { ...envelope, messages: [null, of2025, 7, "x", [], other] },
      read: both,
      unreadable: [
        [0, "the record is null"],
        [2, "the record is of type number"],
        [3, "the record is of type string"],
        [4, "the record is an array"]
      ]
    },
    {
      name: "an empty record",
      body: { ...envelope, messages: [{}, of2025] },
      read: to,
      unreadable: [[0, "messageId is missing, to is missing, status is missing"]]
    },
    {
      name: "a page of which none can be read",
      body: { ...envelope, messages: [{}, {}] },
      read: [],
      unreadable: [0, 1].map((index) => [index, "messageId is missing, to is missing, status is missing"] as const)
    }
  ]

  it.effect.each(pages)("$name", ({ body, check, more, read, unreadable }) =>
    Effect.gen(function*() {
      const sens = yield* answering(200, body)
      const page = yield* sens.messages.search(query)
      assert.deepStrictEqual(SearchResponse.messages(page).map(({ to }) => to), read)
      assert.deepStrictEqual(
        SearchResponse.unreadable(page).map(({ index, why }) => [index, why] as const),
        unreadable ?? []
      )
      if (more !== undefined) assert.strictEqual(SearchResponse.hasMore(page), more)
      check?.(page)
    }))

  it.effect("what cannot be read is told as far as it can", () =>
    Effect.gen(function*() {
      const sens = yield* answering(200, {
        ...envelope,
        messages: [{ ...without(of2025, "status"), telcoCode: 5, files: 5 }]
      })
      const page = yield* sens.messages.search(query)
      assert.deepStrictEqual(page.unreadable, [{
        index: 0,
        why: "status is missing, files is of type number",
        fields: { ...without(of2025, "status", "files"), telcoCode: "5" }
      }])
    }))

  it.effect.each([
    { name: "an array", body: [of2025] },
    { name: "a text", body: "\"x\"" },
    { name: "null", body: "null" },
    { name: "an object that has nothing of a page", body: {} },
    { name: "another object", body: { foo: 1, requestId: "R-1", status: 200 } },
    { name: "an error in the place of an answer", body: { error: { errorCode: "900", message: "Unexpected Error" } } },
    { name: "an envelope that says nothing", body: { messages: null, statusCode: "", hasMore: null, nextToken: "" } },
    { name: "messages that are a text", body: { ...envelope, messages: "none" } },
    { name: "hasMore that says nothing", body: { ...envelope, hasMore: "maybe", messages: [of2025] } },
    { name: "a token that is none", body: { ...envelope, nextToken: {}, messages: [of2025] } },
    { name: "half a body", body: JSON.stringify({ ...envelope, messages: [of2025] }).slice(0, -9) }
  ])("is not guessed: $name", ({ body }) =>
    Effect.gen(function*() {
      const sens = yield* answering(200, body)
      const error = yield* Effect.flip(once(sens.messages.search(query)))
      assert.strictEqual(error.reason._tag, "UnexpectedResponse")
    }))

  const sent = {
    type: "SMS",
    from: PhoneNumber.make("0212345678"),
    content: "안녕하세요",
    messages: [{ to: PhoneNumber.make("01012345678") }]
  } as const
  const nobody = { owners: () => Effect.succeed(new Map<never, never>()) }

  it.effect("a page of more records than a call takes arguments is looked through, and proves nothing", () =>
    Effect.gen(function*() {
      const sens = yield* answering(200, { ...envelope, messages: Array.from({ length: 200_000 }, () => ({})) })
      const intent = yield* sens.messages.prepare(sent)
      const resolved = yield* sens.messages.resolve([intent], sent, nobody)
      assert.strictEqual(resolved._tag === "Open" ? resolved.why : resolved._tag, "Undecided")
    }))

  it.effect.each([
    // What is a log without it.
    [{ ...envelope, itemCount: 0, messages: [] }, "NotAccepted"],
    [{ ...envelope, messages: [] }, "Unread"],
    [{ messages: [] }, "NotAccepted"],
    [{}, "Unread"],
    [{ foo: 1 }, "Unread"],
    [{ error: { errorCode: "900" } }, "Unread"],
    [{ statusCode: "202", statusName: "success" }, "Unread"],
    [{ ...envelope, messages: null }, "Unread"],
    [{ ...envelope, messages: [{}] }, "Undecided"]
  ])(
    "whether %j proves that a send was not accepted, however late it is asked for: %s",
    ([body, expected]) =>
      Effect.gen(function*() {
        const sens = yield* answering(200, body)
        yield* TestClock.setTime(Date.UTC(2026, 0, 1))
        const intent = yield* sens.messages.prepare(sent)
        yield* TestClock.adjust("2 hours")
        const fiber = yield* Effect.forkChild(once(sens.messages.resolve([intent], sent, nobody)))
        yield* TestClock.adjust("2 hours")
        const resolved = yield* Fiber.join(fiber)
        assert.strictEqual(resolved._tag === "Open" ? resolved.why : resolved._tag, expected)
      })
  )

  it.effect.each(["400", 404, "500", "E1"])(
    "statusCode %j in the body is a refusal",
    (statusCode) =>
      Effect.gen(function*() {
        const sens = yield* answering(200, { ...envelope, statusCode, messages: [of2025] })
        const error = yield* Effect.flip(once(sens.messages.search(query)))
        assert.strictEqual(error.reason._tag, "Rejected")
      })
  )
})

describe("a result", () => {
  const result = (sens: Sens.Service) => once(sens.messages.result(MessageId.make(id)))

  it.effect.each([
    { name: "of 2023, without an id", body: { statusCode: "200", statusName: "success", messages: [of2023] } },
    {
      name: "of 2021, under 202",
      body: { statusCode: "202", statusName: "success", messages: [{ ...of2021, messageId: id }] }
    },
    { name: "of 2025", body: { statusCode: "200", statusName: "success", messages: [of2025] } },
    { name: "with a blank id", body: { statusCode: "200", messages: [{ ...of2025, messageId: "" }] } },
    { name: "with an id of null", body: { statusCode: "200", messages: [{ ...of2025, messageId: null }] } },
    { name: "a message that is not in an array", body: { statusCode: "200", messages: of2023 } },
    { name: "that says fail", body: { statusCode: "200", statusName: "fail", messages: [of2025] } },
    { name: "of a reservation", body: { statusCode: "200", statusName: "reserved", messages: [of2025] } },
    {
      name: "with numbers for texts",
      body: { statusCode: 200, messages: [{ ...of2023, telcoCode: 5, statusCode: 0 }] }
    }
  ])("$name", ({ body }) =>
    Effect.gen(function*() {
      const record = yield* result(yield* answering(200, body))
      assert.deepStrictEqual([record.messageId, record.to], [MessageId.make(id), "01012345678"])
    }))

  it.effect.each([
    { name: "inside the message", body: { messages: [{ ...of2023, files: [{ name: "a.jpg", fileId: "a1" }] }] } },
    { name: "beside it", body: { messages: [of2023], files: [{ name: "a.jpg", fileId: "a1" }] } },
    { name: "beside it, alone", body: { messages: [of2023], files: { name: "a.jpg", fileId: "a1" } } }
  ])("files $name", ({ body }) =>
    Effect.gen(function*() {
      const record = yield* result(yield* answering(200, body))
      assert.deepStrictEqual(MessageRecord.files(record).map(({ name }) => name), ["a.jpg"])
    }))

  it.effect.each([
    { name: "no messages", body: { statusCode: "200", statusName: "success", messages: [] } },
    { name: "an envelope alone", body: { statusCode: "200", statusName: "reserved" } }
  ])("$name: nothing is there, and it is asked once", ({ body }) =>
    Effect.gen(function*() {
      const sens = yield* answering(200, body)
      const error = yield* Effect.flip(sens.messages.result(MessageId.make(id)))
      assert.strictEqual(error.reason._tag, "NotFound")
    }))

  it.effect.each([{}, { foo: 1 }, { error: { errorCode: "900" } }, { messages: null }, { messageId: id }])(
    "%j is no answer about a message, so it does not say that there is none",
    (body) =>
      Effect.gen(function*() {
        const { reason } = yield* Effect.flip(result(yield* answering(200, body)))
        assert.strictEqual(reason._tag, "UnexpectedResponse")
      })
  )

  it.effect("a message that cannot be read says why, and nothing of it", () =>
    Effect.gen(function*() {
      const sens = yield* answering(200, { messages: [{ content: "인증번호 738201", to: "01012345678" }] })
      const { reason } = yield* Effect.flip(result(sens))
      assert.isTrue(reason._tag === "UnexpectedResponse" && reason.detail?.includes("status is missing"))
      assert.notInclude(reason.message, "738201")
    }))
})

describe("other answers", () => {
  const sms = {
    type: "SMS",
    from: PhoneNumber.make("0212345678"),
    content: "안녕하세요",
    messages: [{ to: PhoneNumber.make("01012345678") }]
  } as const

  it.effect.each([
    { statusCode: 202, statusName: "success", requestId: "R-1", requestTime: "2023-03-07T22:26:13.358" },
    { statusCode: "202", statusName: "success", requestId: 17, requestTime: 5 },
    { requestId: "R-1" },
    { statusCode: "202", statusName: "reserved", requestId: "R-1", requestTime: null }
  ])("a send: %j", (body) =>
    Effect.gen(function*() {
      const sens = yield* answering(202, body)
      assert.strictEqual(String((yield* sens.messages.send(sms)).requestId), String(body.requestId))
    }))

  it.effect.each([" 202 ", "202 ACCEPTED", "202.0", "200", 201])(
    "a send with a code of success: %j",
    (statusCode) =>
      Effect.gen(function*() {
        const sens = yield* answering(202, { statusCode, statusName: "success", requestId: "R-1" })
        assert.strictEqual((yield* sens.messages.send(sms)).requestId, "R-1")
      })
  )

  it.effect.each(
    [["ACCEPTED", "success"], ["0", "success"], [0, "success"], ["400", "success"], [500, ""], ["2020", ""]] as const
  )("a send with an id was not surely refused: %j %j", ([statusCode, statusName]) =>
    Effect.gen(function*() {
      const sens = yield* answering(202, { statusCode, statusName, requestId: "R-1" })
      const error = yield* Effect.flip(sens.messages.send(sms, { onAmbiguous: "fail" }))
      assert.deepStrictEqual([error.reason._tag, error.isAmbiguous], ["OutcomeUnknown", true])
    }))

  it.effect.each([{ statusCode: "500" }, { statusCode: "0", requestId: "" }, {
    statusCode: "302",
    statusName: "success"
  }])(
    "a send without an id is refused by its code: %j",
    (body) =>
      Effect.gen(function*() {
        const sens = yield* answering(202, body)
        assert.strictEqual((yield* Effect.flip(sens.messages.send(sms))).reason._tag, "Rejected")
      })
  )

  it.effect.each([["202", "fail"], ["202", "FAIL"], ["202", " fail "], ["400", "fail"]] as const)(
    "a send that says failed: %j %j",
    ([statusCode, statusName]) =>
      Effect.gen(function*() {
        const sens = yield* answering(202, { statusCode, statusName, requestId: "R-1" })
        const error = yield* Effect.flip(sens.messages.send(sms))
        assert.deepStrictEqual([error.reason._tag, error.isAmbiguous], ["Rejected", false])
      })
  )

  it.effect("a reservation, an upload and a block list with numbers for texts", () =>
    Effect.gen(function*() {
      const status = yield* answering(200, {
        reserveId: 5,
        reserveTimeZone: null,
        reserveStatus: "READY",
        statusName: "fail"
      })
      assert.strictEqual((yield* status.reservations.status(RequestId.make("5"))).reserveStatus, "READY")
      const list = yield* answering(200, [{ clientTelNo: 1012345678, registerType: "M", registerTime: 5 }])
      assert.deepStrictEqual(yield* list.unsubscribes.search(), {
        entries: [{ clientTelNo: "1012345678", registerType: "M", registerTime: "5" }],
        unreadable: []
      })
    }))

  // A whole JPEG of 1 x 1 pixels: start, frame, scan, end.
  const photo = Uint8Array.from(
    "ff d8 ff c0 00 0b 08 00 01 00 01 01 01 11 00 ff da 00 08 01 01 00 00 3f 00 00 ff d9".split(" "),
    (byte) => Number.parseInt(byte, 16)
  )

  it.effect.each([{}, { foo: 1 }, null, 5])("%j is none of them", (body) =>
    Effect.gen(function*() {
      const sens = yield* answering(200, body)
      const calls = [
        Effect.asVoid(sens.messages.send(sms)),
        Effect.asVoid(Effect.flatMap(UploadRequest.make(photo), sens.files.upload)),
        Effect.asVoid(sens.reservations.status(RequestId.make("5"))),
        Effect.asVoid(sens.unsubscribes.search()),
        Effect.asVoid(sens.unsubscribes.register(["01012345678"]))
      ]
      const reasons = yield* Effect.forEach(calls, (call) =>
        Effect.map(Effect.flip(once(call)), ({ reason }) => reason._tag))
      assert.deepStrictEqual(reasons, [
        "OutcomeUnknown",
        ...Array.from({ length: 4 }, () =>
          "UnexpectedResponse" as const)
      ])
    }))

  it.effect.each([
    { entry: { registerType: "M" }, why: "clientTelNo is missing" },
    { entry: { clientTelNo: null }, why: "clientTelNo is null" },
    { entry: { clientTelNo: "" }, why: "clientTelNo is empty" },
    { entry: { clientTelNo: " \t" }, why: "clientTelNo is empty" },
    { entry: { clientTelNo: 0 }, why: "clientTelNo is of type number" },
    { entry: { clientTelNo: ["01087654321"] }, why: "clientTelNo is an array" },
    { entry: null, why: "the entry is null" },
    { entry: "01087654321", why: "the entry is of type string" },
    { entry: [], why: "the entry is an array" }
  ])(
    "an entry of the block list without a number hides nobody who stands there: $why",
    ({ entry, why }) =>
      Effect.gen(function*() {
        const list = yield* answering(200, [entry, { clientTelNo: "01012345678" }, entry])
        for (const ask of [list.unsubscribes.search(), list.unsubscribes.register(["01012345678"])]) {
          assert.deepStrictEqual(yield* ask, {
            entries: [{ clientTelNo: "01012345678" }],
            unreadable: [{ index: 0, why }, { index: 2, why }]
          })
        }
      })
  )

  it.effect("an odd way or time takes no number off the block list", () =>
    Effect.gen(function*() {
      const list = yield* answering(200, [{ clientTelNo: "01012345678", registerType: {}, registerTime: [], x: 1 }])
      assert.deepStrictEqual(yield* list.unsubscribes.search(), {
        entries: [{ clientTelNo: "01012345678" }],
        unreadable: []
      })
    }))

  it.effect.each([{}, { entries: [] }, { "0": { clientTelNo: "01012345678" } }, "[]x"])(
    "%j is no block list",
    (body) =>
      Effect.gen(function*() {
        const error = yield* Effect.flip(once((yield* answering(200, body)).unsubscribes.search()))
        assert.strictEqual(error.reason._tag, "UnexpectedResponse")
      })
  )

  it("knows none of that as delivered that is not", () => {
    const record = { ...of2025, messageId: MessageId.make(id), requestId: null, files: null, statusName: "fail" }
    const outcome = MessageRecord.outcome(record)
    assert.isTrue(outcome._tag === "Failed" && outcome.code.advice !== "delivered")
    assert.isTrue(Option.isSome(MessageRecord.deliveryCode(record)))
  })
})
