import * as MessageId from "@effect-sens/core/MessageId"
import * as PhoneNumber from "@effect-sens/core/PhoneNumber"
import * as RequestId from "@effect-sens/core/RequestId"
import * as ReservationStatus from "@effect-sens/core/ReservationStatus"
import * as SendRequest from "@effect-sens/core/SendRequest"
import * as ServiceId from "@effect-sens/core/ServiceId"
import * as UploadRequest from "@effect-sens/core/UploadRequest"
import * as Account from "@effect-sens/emulator/Account"
import * as Emulator from "@effect-sens/emulator/Emulator"
import * as Fault from "@effect-sens/emulator/Fault"
import * as Sens from "@effect-sens/http/Sens"
import { assert, describe, it } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Logger from "effect/Logger"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as TestClock from "effect/testing/TestClock"
import { emulated, sms, valueInVirtualTime } from "./emulated.ts"

// Every operation against the emulator, which verifies each signature on the raw request target.

const number = (digits: string) => PhoneNumber.make(digits)

const start = TestClock.setTime(Date.UTC(2026, 0, 1, 3))

// A whole JPEG of 1 x 1 pixels, by hand: start, frame, scan, end.
const jpeg = Uint8Array.from([
  0xff,
  0xd8,
  0xff,
  0xc0,
  0,
  11,
  8,
  0,
  1,
  0,
  1,
  1,
  1,
  0x11,
  0,
  0xff,
  0xda,
  0,
  8,
  1,
  1,
  0,
  0,
  63,
  0,
  0,
  0xff,
  0xd9
])

describe("files.upload", () => {
  it.effect("whatever the spelling, one picture is one file, under a composed name", () =>
    Effect.gen(function*() {
      yield* start
      const sens = yield* Sens.Sens
      const fileName = "약도.jpg"
      const { fileBody } = yield* UploadRequest.make(jpeg)
      const url = fileBody.replace(/\//g, "_").replace(/\+/g, "-").replace(/=/g, "")
      const ids: Array<string> = []
      for (const body of [fileBody, url, `data:image/jpeg;base64,${fileBody}`]) {
        ids.push((yield* sens.files.upload({ fileName: fileName.normalize("NFD"), fileBody: body })).fileId)
      }
      assert.strictEqual(new Set(ids).size, 1)
      const sent = (yield* (yield* Emulator.Emulator).ledger).map(({ body }) => JSON.parse(body))
      assert.deepStrictEqual(sent, [{ fileName, fileBody }, { fileName, fileBody }, { fileName, fileBody }])
    }).pipe(Effect.provide(emulated())))

  it.effect("uploads a picture, and its id goes into an MMS", () =>
    Effect.gen(function*() {
      yield* start
      const sens = yield* Sens.Sens
      const upload = yield* UploadRequest.make(jpeg)
      const { fileId } = yield* sens.files.upload(upload)
      // The same picture again is the same file.
      assert.strictEqual((yield* sens.files.upload(upload)).fileId, fileId)
      const mms: SendRequest.SendRequest = {
        type: "MMS",
        from: number("0212345678"),
        content: "사진",
        messages: [{ to: number("01012345678") }],
        files: [{ fileId }]
      }
      yield* sens.messages.send(mms)
      const { messages } = yield* Emulator.Emulator
      assert.strictEqual((yield* messages("01012345678"))[0]?.type, "MMS")
    }).pipe(Effect.provide(emulated())))

  it.effect("refuses what is no picture before anything is sent", () =>
    Effect.gen(function*() {
      const sens = yield* Sens.Sens
      const error = yield* Effect.flip(sens.files.upload({ fileName: "a.png", fileBody: "iVBORw0KGgo=" }))
      assert.strictEqual(error.reason._tag, "InvalidRequest")
      assert.deepStrictEqual(yield* (yield* Emulator.Emulator).ledger, [])
    }).pipe(Effect.provide(emulated())))

  it.effect("has a minute for an attempt, and is tried again", () =>
    Effect.gen(function*() {
      yield* start
      const sens = yield* Sens.Sens
      const { faults } = yield* Emulator.Emulator
      yield* faults.next("any", 1, Fault.silence({ accepted: true }))
      const upload = yield* UploadRequest.make(jpeg)
      const { elapsed } = yield* valueInVirtualTime(sens.files.upload(upload))
      assert.isTrue(elapsed >= 60_000 && elapsed < 61_000, `${elapsed}`)
    }).pipe(Effect.provide(emulated())))
})

describe("reservations", () => {
  const reserved = (at: DateTime.Utc) => ({ ...sms(), reserve: { at } })

  it.effect("waits, can be read and cancelled, twice if need be", () =>
    Effect.gen(function*() {
      yield* start
      const sens = yield* Sens.Sens
      const at = DateTime.add(yield* DateTime.now, { hours: 2 })
      const { requestId } = yield* sens.messages.send(reserved(at))
      const waiting = yield* sens.reservations.status(requestId)
      assert.deepStrictEqual(ReservationStatus.state(waiting), Option.some("READY"))
      assert.deepStrictEqual(ReservationStatus.reserveTime(waiting), Option.some(at))
      yield* sens.reservations.cancel(requestId)
      yield* sens.reservations.cancel(requestId)
      const canceled = yield* sens.reservations.status(requestId)
      assert.deepStrictEqual(ReservationStatus.state(canceled), Option.some("CANCELED"))
      // Its search says that the hand-off failed, which is an answer.
      const page = yield* sens.messages.search({ requestId })
      assert.strictEqual(page.statusName, "fail")
      yield* TestClock.adjust("3 hours")
      assert.deepStrictEqual(yield* (yield* Emulator.Emulator).messages("01012345678"), [])
    }).pipe(Effect.provide(emulated())))

  it.effect("a cancellation whose answer is lost succeeds all the same", () =>
    Effect.gen(function*() {
      yield* start
      const sens = yield* Sens.Sens
      const { faults } = yield* Emulator.Emulator
      const { requestId } = yield* sens.messages.send(reserved(DateTime.add(yield* DateTime.now, { hours: 2 })))
      yield* faults.next("any", 1, Fault.reset({ accepted: true }))
      yield* valueInVirtualTime(sens.reservations.cancel(requestId))
    }).pipe(Effect.provide(emulated())))

  it.effect("what is done or unknown cannot be cancelled", () =>
    Effect.gen(function*() {
      yield* start
      const sens = yield* Sens.Sens
      const { requestId } = yield* sens.messages.send(reserved(DateTime.add(yield* DateTime.now, { hours: 2 })))
      yield* TestClock.adjust("3 hours")
      const done = yield* Effect.flip(sens.reservations.cancel(requestId))
      assert.strictEqual(done.reason._tag, "BadRequest")
      const unknown = yield* Effect.flip(sens.reservations.cancel(RequestId.make("RSSA-unknown")))
      assert.strictEqual(unknown.reason._tag, "NotFound")
    }).pipe(Effect.provide(emulated())))
})

describe("unsubscribes", () => {
  it.effect("registers, finds and removes numbers", () =>
    Effect.gen(function*() {
      yield* start
      const sens = yield* Sens.Sens
      const numbers = [number("01011111111"), number("01022222222")]
      assert.strictEqual((yield* sens.unsubscribes.register(numbers)).entries.length, 2)
      const found = yield* sens.unsubscribes.search({ clientTelNo: number("01011111111") })
      assert.deepStrictEqual(found.entries.map(({ clientTelNo }) => clientTelNo), ["01011111111"])
      assert.strictEqual((yield* sens.unsubscribes.search()).entries.length, 2)
      yield* sens.unsubscribes.remove([number("01011111111")])
      assert.strictEqual((yield* sens.unsubscribes.search({ pageSize: 100, pageIndex: 0 })).entries.length, 1)
    }).pipe(Effect.provide(emulated())))

  it.effect("an empty 404 is an empty list", () =>
    Effect.gen(function*() {
      const sens = yield* Sens.Sens
      const { faults } = yield* Emulator.Emulator
      yield* faults.next("any", 1, Fault.emptyNotFound)
      assert.deepStrictEqual(yield* sens.unsubscribes.search(), { entries: [], unreadable: [] })
    }).pipe(Effect.provide(emulated())))

  it.effect("an empty 404 to a number that opts out is no success", () =>
    Effect.gen(function*() {
      const sens = yield* Sens.Sens
      const { faults } = yield* Emulator.Emulator
      yield* faults.next("any", 1, Fault.emptyNotFound)
      const error = yield* Effect.flip(sens.unsubscribes.register([number("01011111111")]))
      assert.strictEqual(error.reason._tag, "NotFound")
    }).pipe(Effect.provide(emulated())))

  it.effect.each([0, 1001])("refuses %i numbers before anything is sent", (count) =>
    Effect.gen(function*() {
      const sens = yield* Sens.Sens
      const error = yield* Effect.flip(
        sens.unsubscribes.remove(Array.from({ length: count }, () => number("01011111111")))
      )
      assert.strictEqual(error.reason._tag, "InvalidRequest")
      assert.deepStrictEqual(yield* (yield* Emulator.Emulator).ledger, [])
    }).pipe(Effect.provide(emulated())))
})

describe("preflight", () => {
  it.effect("refuses what SENS would cut or drop, with figures and without the text", () =>
    Effect.gen(function*() {
      const sens = yield* Sens.Sens
      const long = yield* Effect.flip(sens.messages.send(sms("01012345678", "가".repeat(46))))
      const emoji = yield* Effect.flip(sens.messages.send(sms("01012345678", "가격 ₩1,000")))
      assert.isTrue(long.reason._tag === "InvalidRequest" && emoji.reason._tag === "InvalidRequest")
      if (long.reason._tag !== "InvalidRequest" || emoji.reason._tag !== "InvalidRequest") return
      assert.deepInclude(long.reason.issues[0], { kind: "TooLong", actual: 92, limit: 90 })
      assert.deepInclude(emoji.reason.issues[0], { kind: "NotEncodable", index: 3 })
      assert.notMatch(JSON.stringify([long, emoji]), /가격|1,000/)
      assert.deepStrictEqual(yield* (yield* Emulator.Emulator).ledger, [])
    }).pipe(Effect.provide(emulated())))

  it.effect("logs what is odd as a warning, without text and number, and sends it", () => {
    const lines: Array<string> = []
    const logger = Logger.make(({ logLevel, message }) => {
      lines.push(`${logLevel} ${String(message)}`)
    })
    return Effect.gen(function*() {
      yield* start
      const sens = yield* Sens.Sens
      const blank = {
        type: "MMS",
        from: "0212345678",
        content: "\u3164비밀",
        messages: [{ to: "01012345678" }]
      } as const
      const repeated = { ...sms("01012345678", "비밀"), messages: [{ to: "01012345678" }, { to: "010-1234-5678" }] }
      yield* sens.messages.send(blank)
      yield* sens.messages.send(repeated)
      yield* sens.messages.send(sms("01012345678", "비밀"))
      const old = { requestTime: { start: DateTime.makeUnsafe(0), end: DateTime.makeUnsafe(1000) } }
      yield* sens.messages.search(old)
      assert.deepStrictEqual(lines.map((line) => line.slice(0, line.indexOf(":", line.indexOf(":") + 1))), [
        "Warn messages.send: content",
        "Warn messages.send: messages[1].to",
        "Warn messages.search: requestTime.start"
      ])
      assert.include(lines[0], "files: ")
      assert.notMatch(lines.join("\n"), /비밀|1234/)
      assert.strictEqual((yield* (yield* Emulator.Emulator).messages("01012345678")).length, 4)
    }).pipe(Effect.provide(emulated()), Effect.provide(Logger.layer([logger])))
  })

  it.effect("a search that is too long names what takes any range", () =>
    Effect.gen(function*() {
      yield* start
      const sens = yield* Sens.Sens
      const day = 86_400_000
      const end = DateTime.makeUnsafe(Date.UTC(2026, 0, 1))
      const from = (days: number) => DateTime.makeUnsafe(end.epochMilliseconds - days * day)
      for (const query of [{ requestTime: { start: from(40), end } }, { completeTime: { start: from(2), end } }]) {
        const { reason } = yield* Effect.flip(sens.messages.search(query))
        assert.strictEqual(reason._tag, "InvalidRequest")
        assert.include(reason.message, "DeliveryLog.pages")
        assert.include(reason.message, "@effect-sens/streams")
      }
      assert.deepStrictEqual(yield* (yield* Emulator.Emulator).ledger, [])
    }).pipe(Effect.provide(emulated())))

  it.effect("lets pass what its options allow", () =>
    Effect.gen(function*() {
      const sens = yield* Sens.Sens
      yield* sens.messages.send(sms("01012345678", "뷁".repeat(46)))
      assert.strictEqual((yield* (yield* Emulator.Emulator).messages("01012345678")).length, 1)
    }).pipe(Effect.provide(emulated({ preflight: { charset: "CP949", truncate: "server" } }))))

  it.effect("SendRequest.fit chooses what holds a text", () =>
    Effect.gen(function*() {
      const { type } = Result.getOrThrow(SendRequest.fit("가".repeat(46)))
      const sens = yield* Sens.Sens
      yield* sens.messages.send({ ...sms("01012345678", "가".repeat(46)), type })
      assert.strictEqual((yield* (yield* Emulator.Emulator).messages("01012345678"))[0]?.type, "LMS")
    }).pipe(Effect.provide(emulated())))
})

describe("ids with every character", () => {
  const serviceId = ServiceId.make("ncp:sms:kr:1:a;b+c%d/한글?#&=")

  it.effect.prop(
    "are signed as they go over the wire, in path and query",
    [RequestId.RequestId, MessageId.MessageId],
    ([requestId, messageId]) =>
      Effect.gen(function*() {
        const sens = yield* Sens.Sens
        const isWritable = messageId.isWellFormed() && messageId !== "." && messageId !== ".."
        const result = yield* Effect.flip(sens.messages.result(messageId))
        assert.strictEqual(result.reason._tag, isWritable ? "NotFound" : "InvalidRequest")
        const search = yield* Effect.result(sens.messages.search({ requestId }))
        assert.strictEqual(search._tag, requestId.isWellFormed() ? "Success" : "Failure")
        assert.deepStrictEqual(yield* (yield* Emulator.Emulator).signatureLog, [])
      }).pipe(Effect.provide(emulated({ serviceId }, {
        accounts: [{ accessKey: Account.accessKey, secretKey: Account.secretKey, serviceIds: [serviceId] }]
      })))
  )

  it.effect("a message of such a service is accepted and found", () =>
    Effect.gen(function*() {
      const sens = yield* Sens.Sens
      const { requestId } = yield* sens.messages.send(sms())
      const page = yield* sens.messages.search({ requestId })
      assert.strictEqual(page.messages?.length, 1)
    }).pipe(Effect.provide(emulated({ serviceId }, {
      accounts: [{ accessKey: Account.accessKey, secretKey: Account.secretKey, serviceIds: [serviceId] }]
    }))))
})
