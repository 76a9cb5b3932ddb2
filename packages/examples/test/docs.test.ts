import * as EucKr from "@effect-sens/core/EucKr"
import * as MessageId from "@effect-sens/core/MessageId"
import type * as MessageRecord from "@effect-sens/core/MessageRecord"
import * as PhoneNumber from "@effect-sens/core/PhoneNumber"
import type * as SendRequest from "@effect-sens/core/SendRequest"
import * as ServiceId from "@effect-sens/core/ServiceId"
import * as Account from "@effect-sens/emulator/Account"
import * as Emulator from "@effect-sens/emulator/Emulator"
import * as EmulatorClient from "@effect-sens/emulator/EmulatorClient"
import * as EmulatorServer from "@effect-sens/emulator/EmulatorServer"
import * as Fault from "@effect-sens/emulator/Fault"
import * as NodeSigner from "@effect-sens/http/NodeSigner"
import type * as SendIntent from "@effect-sens/http/SendIntent"
import * as Sens from "@effect-sens/http/Sens"
import * as SensPromise from "@effect-sens/http/SensPromise"
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import { assert, describe, it, layer } from "@effect/vitest"
import * as ConfigProvider from "effect/ConfigProvider"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as FileSystem from "effect/FileSystem"
import type * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Metric from "effect/Metric"
import * as Option from "effect/Option"
import * as KeyValueStore from "effect/persistence/KeyValueStore"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import { globSync, readFileSync } from "node:fs"
import { sep } from "node:path"
import { fileURLToPath } from "node:url"
import * as Cp949 from "../src/docs/charset/cp949.ts"
import * as Inspect from "../src/docs/charset/inspect.ts"
import * as Length from "../src/docs/charset/length.ts"
import * as Repair from "../src/docs/charset/repair.ts"
import * as Metrics from "../src/docs/observability/metrics.ts"
import * as Abort from "../src/docs/promise/abort.ts"
import * as Read from "../src/docs/promise/read.ts"
import * as PromiseSteps from "../src/docs/promise/steps.ts"
import * as Interrupted from "../src/docs/retries/interrupted.ts"
import * as Limits from "../src/docs/retries/limits.ts"
import * as OneTimePassword from "../src/docs/retries/oneTimePassword.ts"
import * as Policy from "../src/docs/retries/policy.ts"
import * as Proof from "../src/docs/retries/proof.ts"
import * as Steps from "../src/docs/retries/steps.ts"
import * as Unknown from "../src/docs/retries/unknown.ts"
import * as Node from "../src/docs/runtimes/nodeSigner.ts"
import worker from "../src/docs/runtimes/worker.ts"
import * as Json from "../src/docs/security/json.ts"
import * as Abroad from "../src/docs/send/abroad.ts"
import * as Advertise from "../src/docs/send/advertise.ts"
import * as BlockList from "../src/docs/send/blockList.ts"
import * as Failed from "../src/docs/send/failed.ts"
import * as Fit from "../src/docs/send/fit.ts"
import * as Lms from "../src/docs/send/lms.ts"
import * as Mms from "../src/docs/send/mms.ts"
import * as Outcome from "../src/docs/send/outcome.ts"
import * as Recipients from "../src/docs/send/recipients.ts"
import * as Reserve from "../src/docs/send/reserve.ts"
import * as StrictAds from "../src/docs/send/strictAds.ts"
import * as Typed from "../src/docs/send/typed.ts"
import * as Settings from "../src/docs/started/settings.ts"
import * as Bulk from "../src/docs/streams/bulk.ts"
import * as BulkFollow from "../src/docs/streams/bulkFollow.ts"
import * as BulkJournal from "../src/docs/streams/bulkJournal.ts"
import * as Checkpoint from "../src/docs/streams/checkpoint.ts"
import * as Csv from "../src/docs/streams/csv.ts"
import * as Excel from "../src/docs/streams/excel.ts"
import * as List from "../src/docs/streams/list.ts"
import * as Range from "../src/docs/streams/range.ts"
import * as Resend from "../src/docs/streams/resend.ts"
import * as Tail from "../src/docs/streams/tail.ts"
import * as Texts from "../src/docs/streams/template.ts"
import * as Track from "../src/docs/streams/track.ts"
import * as Faults from "../src/docs/testing/faults.ts"
import * as Otp from "../src/docs/testing/otp.ts"
import * as Replace from "../src/docs/testing/replace.ts"
import * as Socket from "../src/docs/testing/socket.ts"
import { runOnEmulator } from "./program.ts"

// What the pages of docs/ quote, run against the emulator.

// It is a test itself.
await import("../src/docs/testing/inProcess.ts")

const keys = { accessKey: Account.accessKey, secretKey: Account.secretKey, serviceId: Account.serviceId }

const options: Sens.Options = {
  accessKey: Redacted.make(Account.accessKey),
  secretKey: Redacted.make(Account.secretKey),
  serviceId: ServiceId.make(Account.serviceId)
}

const environment = (more?: Record<string, string>) =>
  ConfigProvider.layer(ConfigProvider.fromEnvRecord({
    SENS_ACCESS_KEY: Account.accessKey,
    SENS_SECRET_KEY: Account.secretKey,
    SENS_SERVICE_ID: Account.serviceId,
    ...more
  }))

const over = <E>(sens: Layer.Layer<Sens.Sens, E, HttpClient.HttpClient>, emulator?: Emulator.Options) =>
  sens.pipe(Layer.provide(NodeSigner.layer), Layer.provideMerge(Layer.fresh(EmulatorClient.layer(emulator))))

const emulated = (emulator?: Emulator.Options) => over(Sens.layer(options), emulator)

const number = PhoneNumber.make("01012345678")

const sms = (content = "안녕하세요"): SendRequest.Sms => ({
  type: "SMS",
  from: PhoneNumber.make("0212345678"),
  content,
  messages: [{ to: number }]
})

const many = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    name: `손님${index}`,
    to: PhoneNumber.make(`010${String(index).padStart(8, "0")}`)
  }))

const received = Effect.flatMap(Emulator.Emulator, ({ allMessages }) => allMessages)

const countOf = (operation: string) =>
  Effect.map(
    Effect.flatMap(Emulator.Emulator, ({ ledger }) => ledger),
    (entries) => entries.filter((entry) => entry.operation === operation).length
  )

/** The value of an effect that waits, and how many seconds of virtual time it took. */
const inVirtualTime = Effect.fnUntraced(function*<A, E, R>(effect: Effect.Effect<A, E, R>) {
  const fiber = yield* Effect.forkChild(effect)
  yield* Effect.yieldNow
  let seconds = 0
  while (fiber.pollUnsafe() === undefined) {
    yield* TestClock.adjust("100 millis")
    seconds += 0.1
  }
  return { value: yield* Fiber.join(fiber), seconds }
})

describe("getting-started.md", () => {
  it.effect("settings from the environment, and other options", () =>
    Effect.gen(function*() {
      const sens = yield* Sens.Sens
      const { faults, ledger } = yield* Emulator.Emulator
      yield* sens.messages.send(sms())
      assert.strictEqual((yield* ledger)[0]?.headers["host"], "sens.apigw.gov-ntruss.com")
      yield* faults.next("send", 1, Fault.serverError())
      const error = yield* Effect.flip(sens.messages.send(sms()))
      assert.isTrue(error.reason._tag === "OutcomeUnknown" && error.reason.attempts[0].reason === "ServerFault")
    }).pipe(Effect.provide(over(Layer.provide(Settings.layer, environment())))))
})

describe("send.md", () => {
  it.effect("recipients with texts of their own", () =>
    Effect.gen(function*() {
      yield* Recipients.program
      assert.deepStrictEqual((yield* received).map(({ content, to }) => [to, content.includes("2권")]), [
        ["01012345678", false],
        ["01087654321", true]
      ])
    }).pipe(Effect.provide(emulated())))

  it.effect("a number as a person typed it", () =>
    Effect.gen(function*() {
      yield* Typed.notify("+82 10 1234 5678")
      assert.strictEqual((yield* received)[0]?.to, "01012345678")
      assert.strictEqual((yield* Effect.flip(Typed.notify("+81 90 1234 5678")))._tag, "InvalidPhoneNumber")
    }).pipe(Effect.provide(emulated())))

  it.effect("the smallest type that holds a text", () =>
    Effect.gen(function*() {
      yield* Fit.send(number, "가".repeat(45))
      yield* Fit.send(number, "가".repeat(46))
      assert.deepStrictEqual((yield* received).map(({ type }) => type), ["SMS", "LMS"])
      assert.strictEqual((yield* Effect.flip(Fit.send(number, "가".repeat(1001))))._tag, "DoesNotFit")
    }).pipe(Effect.provide(emulated())))

  it.effect("an LMS with a subject for one recipient", () =>
    Effect.gen(function*() {
      yield* Lms.program
      const [message] = yield* received
      assert.deepInclude(message, { type: "LMS", subject: "김서점님 배송 안내" })
      assert.isAbove(message?.bytes ?? 0, 90)
    }).pipe(Effect.provide(emulated())))

  it.effect("a picture", () =>
    Effect.gen(function*() {
      // Start, frame of 1 x 1 pixels, scan, end.
      const frame = [0xff, 0xc0, 0, 11, 8, 0, 1, 0, 1, 1, 1, 0x11, 0]
      const scan = [0xff, 0xda, 0, 8, 1, 1, 0, 0, 63, 0, 0]
      yield* Mms.sendPicture(Uint8Array.from([0xff, 0xd8, ...frame, ...scan, 0xff, 0xd9]))
      const [message] = yield* received
      assert.strictEqual(message?.type, "MMS")
      assert.strictEqual(message?.fileIds.length, 1)
    }).pipe(Effect.provide(emulated())))

  it.effect("a reservation, cancelled", () =>
    Effect.gen(function*() {
      const requestId = yield* Reserve.program
      const sens = yield* Sens.Sens
      assert.strictEqual((yield* sens.reservations.status(requestId)).reserveStatus, "CANCELED")
      yield* TestClock.adjust("2 days")
      assert.deepStrictEqual(yield* received, [])
    }).pipe(Effect.provide(emulated())))

  it.effect("an advertisement, and one at night", () => {
    const strict = over(StrictAds.layer(keys))
    return Effect.gen(function*() {
      // It is nine in the morning in Korea.
      yield* Advertise.program
      assert.strictEqual((yield* received)[0]?.contentType, "AD")
      yield* TestClock.adjust("13 hours")
      const error = yield* Effect.flip(Advertise.program)
      assert.isTrue(
        error._tag === "SensError" && error.reason._tag === "InvalidRequest" &&
          error.reason.issues[0]?.kind === "AdAtNight"
      )
    }).pipe(Effect.provide(strict))
  })

  it.effect("the block list", () =>
    Effect.gen(function*() {
      assert.deepStrictEqual((yield* BlockList.program).entries.map(({ clientTelNo }) => clientTelNo), ["01012345678"])
      const sens = yield* Sens.Sens
      assert.deepStrictEqual((yield* sens.unsubscribes.search()).entries, [])
    }).pipe(Effect.provide(emulated())))

  it.effect("abroad", () =>
    Effect.gen(function*() {
      yield* Abroad.sendAbroad("+81 90-1234-5678")
      assert.deepInclude((yield* received)[0], { countryCode: "81", to: "9012345678" })
    }).pipe(Effect.provide(emulated())))

  it.effect("what became of a request", () =>
    Effect.gen(function*() {
      const { requestId } = yield* Recipients.program
      assert.deepStrictEqual(yield* Outcome.outcomes(requestId), ["still READY", "still READY"])
      yield* TestClock.adjust("5 seconds")
      assert.deepStrictEqual(yield* Outcome.outcomes(requestId), [
        "delivered",
        "2003: Handset is switched off (retryLater)"
      ])
    }).pipe(Effect.provide(emulated({ outcomes: { "01087654321": "2003" } }))))

  it.effect("a failure by its reason", () =>
    Effect.gen(function*() {
      const { faults } = yield* Emulator.Emulator
      assert.match(yield* Failed.send(sms()), /^accepted as RSSA-/)
      assert.match(yield* Failed.send(sms("가".repeat(46))), /^not sent: .*92 bytes/)
      yield* faults.next("send", Infinity, Fault.tooManyRequests({ code: "400" }))
      assert.strictEqual((yield* inVirtualTime(Failed.send(sms()))).value, "not sent: try again tomorrow")
      yield* faults.clear
      yield* faults.next("send", 1, Fault.reset())
      assert.match((yield* inVirtualTime(Failed.send(sms()))).value, /^perhaps sent/)
    }).pipe(Effect.provide(emulated())))
})

describe("charset.md", () => {
  it("inspects", () => {
    assert.deepStrictEqual(Inspect.problems("₩1,000 뷁 😊🧑‍🚀"), [
      "₩ at 0 (unsupported): write ￦",
      "뷁 at 7 (extension): nothing to put in its place",
      "😊 at 9 (emoji): write ^^",
      "🧑‍🚀 at 11 (emoji): leave it out"
    ])
  })

  it.effect("repairs what can be repaired", () =>
    Effect.gen(function*() {
      assert.strictEqual(yield* Repair.repaired("₩1,000 " + "서점".normalize("NFD") + " 😊"), "￦1,000 서점 ^^")
      const error = yield* Effect.flip(Repair.repaired("뷁"))
      assert.deepStrictEqual(error.problems.map(({ kind }) => kind), ["extension"])
    }))

  it("the table of characters", () => {
    const look = (text: string) => [EucKr.byteLength(text), EucKr.isEncodable(text)]
    assert.deepStrictEqual(["A", "\n"].map(look), [[1, true], [1, true]])
    const has = Array.from("가ㅋㅠ漢あЖ㎡①★€®™…￦")
    assert.deepStrictEqual(has.map(look), has.map(() => [2, true]))
    const lacks = Array.from("뷁똠₩–•©éñō\u00a0\u200b😊")
    assert.deepStrictEqual(lacks.map(look), lacks.map(() => [2, false]))
    assert.strictEqual(EucKr.repair("₩–•©éñō\u00a0\u200b").text, "￦-·(C)eno ")
    assert.isTrue(EucKr.isEncodable("뷁똠", { charset: "CP949" }))
  })

  it("counts and cuts", () => {
    assert.strictEqual(Length.counter("안녕 SENS"), "9 of 90 bytes")
    assert.strictEqual(EucKr.byteLength(Length.preview("가".repeat(50))), 90)
  })

  it.effect("CP949 by option", () =>
    Effect.gen(function*() {
      const send = Sens.Sens.use(({ messages }) => messages.send(sms("뷁")))
      const cp949 = over(Cp949.layer(keys), { switches: { charset: "CP949" } })
      assert.isString((yield* Effect.provide(send, cp949)).requestId)
      const error = yield* Effect.flip(Effect.provide(send, emulated()))
      assert.strictEqual(error.reason._tag, "InvalidRequest")
    }))
})

describe("retries.md", () => {
  it.effect("a one-time password is sent again after the settle time", () =>
    Effect.gen(function*() {
      const { faults } = yield* Emulator.Emulator
      yield* faults.next("send", 1, Fault.reset())
      const { seconds } = yield* inVirtualTime(OneTimePassword.sendCode(number, "493021"))
      assert.strictEqual(yield* countOf("send"), 2)
      assert.strictEqual((yield* received).length, 1)
      assert.isTrue(seconds >= 5 && seconds < 7, String(seconds))
    }).pipe(Effect.provide(emulated())))

  it.effect("a job at night is sent again on proof, after two minutes", () =>
    Effect.gen(function*() {
      const { faults } = yield* Emulator.Emulator
      yield* TestClock.setTime(Date.UTC(2026, 0, 1, 3))
      yield* faults.next("send", 1, Fault.reset())
      const { seconds } = yield* inVirtualTime(Proof.sendOnce(sms()))
      assert.strictEqual(yield* countOf("send"), 2)
      assert.strictEqual((yield* received).length, 1)
      assert.isTrue(seconds >= 120 && seconds < 140, String(seconds))
    }).pipe(Effect.provide(emulated())))

  it.effect("an open outcome is settled later", () =>
    Effect.gen(function*() {
      const { faults } = yield* Emulator.Emulator
      const notice = { to: number, text: "안녕하세요" }
      yield* faults.next("send", 1, Fault.reset({ accepted: true }))
      yield* faults.next("search", Infinity, Fault.serverError())
      const kept = yield* Effect.fromOption((yield* inVirtualTime(Unknown.send(notice))).value)
      assert.notInclude(kept, notice.to)
      assert.notInclude(kept, notice.text)
      yield* faults.clear
      const [message] = yield* received
      const { value } = yield* inVirtualTime(Unknown.settle(notice, kept))
      assert.strictEqual(String(Option.getOrThrow(value).requestId), message?.requestId)
      assert.isTrue(Option.isNone(yield* Unknown.send({ ...notice, text: "다른 글" })))
    }).pipe(Effect.provide(emulated())))

  it.effect("a send that is stopped leaves something to ask about", () => {
    const kept: Array<string> = []
    const layer = Interrupted.layer((json) => Effect.sync(() => kept.push(json)))
    return Effect.gen(function*() {
      const { faults } = yield* Emulator.Emulator
      yield* faults.next("send", 1, Fault.silence({ accepted: true }))
      const sending = yield* Effect.forkChild(Sens.Sens.use(({ messages }) => messages.send(sms())))
      yield* TestClock.adjust("1 second")
      yield* Fiber.interrupt(sending)
      const [json = ""] = kept
      const { value } = yield* inVirtualTime(Unknown.settle({ to: number, text: "안녕하세요" }, json))
      assert.strictEqual(String(Option.getOrThrow(value).requestId), (yield* received)[0]?.requestId)
    }).pipe(Effect.provide(over(Layer.provide(layer, environment()))))
  })

  it.effect("three steps with a journal: once, whatever happens in between", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(Date.UTC(2026, 0, 1))
      const { faults } = yield* Emulator.Emulator
      // Accepted, and the process dies: the next one finds it.
      yield* faults.next("send", 1, Fault.silence({ accepted: true }))
      const dying = yield* Effect.forkChild(Steps.sendOnce("report", sms()))
      yield* TestClock.adjust("1 second")
      yield* Fiber.interrupt(dying)
      const next = yield* Effect.provide(Sens.make(options), NodeSigner.layer)
      const found = yield* inVirtualTime(Effect.provideService(Steps.sendOnce("report", sms()), Sens.Sens, next))
      assert.strictEqual(String(found.value), (yield* received)[0]?.requestId)
      assert.strictEqual(yield* Steps.sendOnce("report", sms()), found.value)

      // Not accepted: sent again on proof.
      yield* faults.next("send", 1, Fault.reset())
      const { seconds } = yield* inVirtualTime(Steps.sendOnce("another", sms("다른 글")))
      assert.isTrue(seconds >= 360 && seconds < 380, String(seconds))
      assert.strictEqual((yield* received).length, 2)

      // Refused: an error, and no entry.
      yield* faults.next("send", 1, Fault.tooManyRequests({ code: "400" }))
      assert.strictEqual((yield* Effect.flip(Steps.sendOnce("third", sms("셋째 글"))))._tag, "SensError")
      yield* Steps.sendOnce("third", sms("셋째 글"))
      assert.strictEqual((yield* received).length, 3)

      // Accepted, it says, and the log does not have it.
      yield* faults.next("send", 1, Fault.unreadable({ accepted: false }))
      const held = yield* inVirtualTime(Effect.flip(Steps.sendOnce("fourth", sms("넷째 글"))))
      assert.strictEqual(held.value._tag, "Held")
    }).pipe(Effect.provide([emulated(), KeyValueStore.layerMemory])))

  it.effect("a policy of one's own", () =>
    Effect.gen(function*() {
      const { faults } = yield* Emulator.Emulator
      const send = Sens.Sens.use(({ messages }) => messages.send(sms()))
      yield* faults.next("send", 8, Fault.tooManyRequests({ code: "420" }))
      yield* inVirtualTime(Policy.withPatience(send))
      assert.strictEqual(yield* countOf("send"), 9)
      yield* faults.next("result", 1, Fault.serverError())
      const error = yield* Effect.flip(Policy.once(MessageId.make("1")))
      assert.strictEqual(error.reason._tag, "ServerFault")
    }).pipe(Effect.provide(emulated())))

  it.effect("a rate limit and a circuit breaker", () =>
    Effect.gen(function*() {
      const { faults } = yield* Emulator.Emulator
      const sens = yield* Sens.Sens
      const { seconds } = yield* inVirtualTime(
        Effect.forEach(Array.from({ length: 60 }, (_, index) => sms(String(index))), (request) =>
          sens.messages.send(request), { concurrency: 60 })
      )
      assert.isTrue(seconds >= 2, String(seconds))
      yield* faults.next("any", Infinity, Fault.serverError())
      const { value } = yield* inVirtualTime(
        Effect.flip(Effect.retry(sens.unsubscribes.search(), { times: 1 }))
      )
      assert.deepInclude(value.reason, { _tag: "ConnectionFailed", code: "CircuitOpen" })
      assert.strictEqual(yield* countOf("unsubscribesSearch"), 5)
    }).pipe(Effect.provide(over(Limits.layer(options)))))
})

describe("streams.md", () => {
  it.effect("a range that is longer than SENS takes", () =>
    Effect.gen(function*() {
      const start = yield* DateTime.now
      yield* Recipients.program
      yield* TestClock.adjust("50 days")
      yield* Recipients.program
      yield* TestClock.adjust("1 day")
      const counts = yield* Range.failures(start, yield* DateTime.now)
      assert.deepStrictEqual([...counts], [["2003", 2]])
      assert.isAbove(yield* countOf("search"), 1)
    }).pipe(Effect.provide(emulated({ outcomes: { "01087654321": "2003" } }))))

  it.effect("a copy that is killed and goes on", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(Date.UTC(2026, 0, 1))
      const sens = yield* Sens.Sens
      for (let index = 0; index < 150; index++) yield* sens.messages.send(sms(`${index}`))
      yield* TestClock.adjust("1 minute")
      const texts: Array<unknown> = []
      let cursor: string | undefined
      let pages = 0
      const save = (records: ReadonlyArray<MessageRecord.MessageRecord>, next: string) =>
        Effect.suspend(() => {
          // Two windows are empty, the third has two pages. It dies at the second, before that is written down.
          if (pages++ === 3) return Effect.die(new Error("killed"))
          cursor = next
          texts.push(...records.map(({ content }) => content))
          return Effect.void
        })
      assert.isTrue(Exit.isFailure(yield* Effect.exit(Checkpoint.copy({ cursor, save }))))
      assert.isAbove(texts.length, 0)
      assert.isBelow(texts.length, 150)
      yield* Checkpoint.copy({ cursor, save })
      assert.strictEqual(texts.length, 150)
      assert.strictEqual(new Set(texts).size, 150)
    }).pipe(Effect.provide(emulated())))

  it.effect("an alert on what comes in", () => {
    const lines: Array<unknown> = []
    const logger = Logger.make(({ message }) => {
      lines.push(message)
    })
    return Effect.gen(function*() {
      yield* TestClock.setTime(Date.UTC(2026, 0, 1))
      const fiber = yield* Effect.forkChild(Tail.alerts, { startImmediately: true })
      yield* TestClock.adjust("1 minute")
      yield* Recipients.program
      yield* TestClock.adjust("2 minutes")
      yield* Fiber.interrupt(fiber)
      assert.strictEqual(lines.length, 1)
    }).pipe(
      Effect.provide(Logger.layer([logger])),
      Effect.provide(emulated({ outcomes: { "01087654321": "2003" } }))
    )
  })

  it.effect("a text of their own to many, and a log without numbers", () => {
    const lines: Array<string> = []
    const logger = Logger.make(({ message }) => {
      lines.push(String(message))
    })
    const people = [...many(250), { name: "가".repeat(40), to: number }]
    return Effect.gen(function*() {
      yield* TestClock.setTime(Date.UTC(2026, 0, 1, 3))
      const { value } = yield* inVirtualTime(Bulk.announce(Stream.fromIterable([...people, ...many(1)])))
      assert.deepInclude(value, { recipients: 252, requests: 3, accepted: 250, failed: 1, notSent: 1, repeats: 1 })
      assert.deepStrictEqual(lines.sort(), ["010****5678,InvalidRequest", "010****0000,Duplicate"].sort())
      assert.strictEqual(new Set((yield* received).map(({ content }) => content)).size, 250)
    }).pipe(Effect.provide(Logger.layer([logger])), Effect.provide(emulated()))
  })

  it.effect("many messages, followed and added up", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(Date.UTC(2026, 0, 1, 3))
      const messages = many(150).map(({ name: content, to }) => ({
        type: "SMS" as const,
        from: PhoneNumber.make("0212345678"),
        to,
        content
      }))
      const { value } = yield* inVirtualTime(BulkFollow.sendAndCount(Stream.fromIterable(messages)))
      assert.deepInclude(value, { messages: 150, delivered: 149, failed: 1, pending: 0 })
      assert.deepStrictEqual(Object.fromEntries(value.byAdvice), { delivered: 149, retryLater: 1 })
    }).pipe(Effect.provide(emulated({ outcomes: { "01000000000": "2003" } }))))

  it.effect("many messages, with a journal: what a process left behind is settled by the next", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(Date.UTC(2026, 0, 1, 3))
      const { faults } = yield* Emulator.Emulator
      yield* faults.next("send", 1, Fault.silence({ accepted: true }))
      const messages = many(2).map(({ name: content, to }) => ({
        type: "SMS" as const,
        from: "0212345678",
        to,
        content,
        id: content
      }))
      const dying = yield* Effect.forkChild(BulkJournal.send(Stream.fromIterable(messages)))
      yield* TestClock.adjust("1 second")
      const next = yield* Effect.provide(Sens.make(options), NodeSigner.layer)
      const [first, second] = messages
      if (first === undefined || second === undefined) return assert.fail("nobody")
      const { value } = yield* inVirtualTime(
        BulkJournal.settle(first.id, {
          type: "SMS",
          from: first.from,
          content: first.content,
          messages: [{ to: first.to }, { to: second.to, content: second.content }]
        }).pipe(Effect.provideService(Sens.Sens, next))
      )
      assert.strictEqual(String(Option.getOrThrow(value).requestId), (yield* received)[0]?.requestId)
      yield* inVirtualTime(Fiber.interrupt(dying))
    }).pipe(Effect.provide([emulated(), KeyValueStore.layerMemory])))

  it.effect("what did not arrive, once more", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(Date.UTC(2026, 0, 1, 3))
      yield* Sens.Sens.use(({ messages }) => messages.send({ ...sms(), messages: many(3) }))
      yield* TestClock.adjust("1 hour")
      const start = DateTime.subtract(yield* DateTime.now, { hours: 2 })
      const { value } = yield* inVirtualTime(
        Resend.resend({ requestTime: { start, end: yield* DateTime.now }, statusName: "fail" })
      )
      assert.deepInclude(value, { recipients: 1, accepted: 1 })
      assert.strictEqual((yield* received).filter(({ to }) => to === "01000000000").length, 2)
    }).pipe(Effect.provide(emulated({ outcomes: { "01000000000": "2003", "01000000001": "3018" } }))))

  it.live("a CSV file", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem.FileSystem
      const path = yield* fs.makeTempFileScoped()
      const start = yield* DateTime.now
      yield* Recipients.program
      yield* Csv.save(path, start, yield* DateTime.now)
      const [header, ...rows] = (yield* fs.readFileString(path)).trim().split("\r\n")
      assert.match(header ?? "", /^requestId,messageId,requestTime/)
      assert.deepStrictEqual(rows.map((row) => /,(010\d+),/.exec(row)?.[1]), ["01012345678", "01087654321"])
    }).pipe(Effect.scoped, Effect.provide([emulated(), NodeFileSystem.layer])))

  it.live("a file for Excel", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem.FileSystem
      const path = yield* fs.makeTempFileScoped()
      const start = yield* DateTime.now
      yield* Recipients.program
      yield* Excel.saveForExcel(path, start, yield* DateTime.now)
      const [header, ...rows] = (yield* fs.readFileString(path)).trim().split("\r\n")
      assert.match(header ?? "", /^\ufeff?수신번호,발신번호,/)
      assert.deepStrictEqual(rows.map((row) => row.split(",")[0]), ["010-1234-5678", "010-8765-4321"])
    }).pipe(Effect.scoped, Effect.provide([emulated(), NodeFileSystem.layer])))

  it.live("a list from a spreadsheet, as the page shows it", () => {
    const lines: Array<string> = []
    const logger = Logger.make(({ message }) => {
      lines.push(String(message))
    })
    return Effect.gen(function*() {
      const fs = yield* FileSystem.FileSystem
      const path = yield* fs.makeTempFileScoped()
      const page = readFileSync(new URL("../../../docs/streams.md", import.meta.url), "utf8")
      const table = page.split("\n").map((line) => line.split("|").map((cell) => cell.trim()).slice(1, -1))
      const rows = table.filter(([line]) => line === "line" || /^\d+$/.test(line ?? ""))
      const file = rows.map((row) => row.slice(1, -1).map((cell) => `"${cell}"`).join(","))
      assert.strictEqual(file[0], "\"이름\",\"주소\",\"휴대폰\",\"책\"")
      yield* fs.writeFileString(path, file.join("\r\n"))
      assert.deepInclude(yield* List.sendList(path), { recipients: 1, accepted: 1 })
      assert.deepStrictEqual((yield* received).map(({ content, to }) => [to, content]), [
        ["01012345678", "[서점] 홍길동님, 주문하신 책(토지)이 도착했습니다."]
      ])
      const told = rows.flatMap((row) => /^`(.+) …`$/.exec(row.at(-1) ?? "")?.[1] ?? [])
      assert.deepStrictEqual(lines.map((line, index) => line.slice(0, told[index]?.length)), told)
      assert.strictEqual(lines.length, 2)
    }).pipe(
      Effect.scoped,
      Effect.provide(Logger.layer([logger])),
      Effect.provide([emulated(), NodeFileSystem.layer])
    )
  })

  it.effect("a template for rows from anywhere", () =>
    Effect.gen(function*() {
      const rows = [{ id: 1, name: "홍길동" }, { id: 2, name: null }]
      assert.deepStrictEqual(yield* Texts.texts("{name|고객}님, {id}번입니다.", rows), [
        "홍길동님, 1번입니다.",
        "고객님, 2번입니다."
      ])
      const error = yield* Effect.flip(Texts.texts("{name}님", rows))
      assert.strictEqual(error.message, "The column \"name\" is empty, and the template has no default for it")
    }))

  it.effect("a request that is followed to its end", () => {
    const lines: Array<string> = []
    const logger = Logger.make(({ message }) => {
      lines.push(String(message))
    })
    return Effect.gen(function*() {
      yield* TestClock.setTime(Date.UTC(2026, 0, 1))
      const to = PhoneNumber.make("01087654321")
      yield* inVirtualTime(Track.sendAndFollow({ ...sms(), messages: [{ to: number }, { to }] }))
      const ends = lines.map((line) => line.split(" is ")[1])
      assert.deepStrictEqual(ends.filter((end) => end !== "Pending").sort(), ["Delivered", "Failed"])
      assert.isTrue(ends.includes("Pending"))
    }).pipe(
      Effect.provide(Logger.layer([logger])),
      Effect.provide(emulated({ outcomes: { "01087654321": "2003" } }))
    )
  })
})

describe("testing.md", () => {
  it.effect("a lost answer", () =>
    Effect.gen(function*() {
      const { value } = yield* inVirtualTime(Faults.lostAnswer)
      const [message] = yield* received
      assert.deepStrictEqual({ ...value, requestId: String(value.requestId) }, {
        requestId: message?.requestId,
        sends: 1,
        duplicates: 0
      })
    }).pipe(Effect.provide(emulated())))

  it.live("over a socket", () =>
    Effect.gen(function*() {
      const sens = yield* Sens.Sens
      const { requestId } = yield* sens.messages.send(sms())
      assert.strictEqual((yield* received)[0]?.requestId, String(requestId))
    }).pipe(Effect.provide(Socket.layer)))

  it.effect("a one-time password", () =>
    Effect.gen(function*() {
      assert.strictEqual(yield* Otp.signIn, "493021")
    }).pipe(Effect.provide(emulated())))

  it.effect("one operation replaced", () =>
    Effect.gen(function*() {
      const sens = yield* Sens.Sens
      assert.strictEqual((yield* Effect.flip(sens.messages.send(sms()))).reason._tag, "QuotaExceeded")
      assert.deepStrictEqual((yield* sens.unsubscribes.search()).entries, [])
    }).pipe(Effect.provide(Layer.provide(Replace.outOfQuota, emulated()))))
})

describe("observability.md", () => {
  it.effect("counts calls", () =>
    Effect.gen(function*() {
      yield* Sens.Sens.use(({ messages }) => messages.send(sms()))
      assert.strictEqual(yield* Metrics.sends("success"), 1)
      assert.strictEqual(yield* Metrics.sends("Throttled"), 0)
    }).pipe(Effect.provide(emulated()), Effect.provideService(Metric.MetricRegistry, new Map())))
})

describe("security.md", () => {
  it.effect("a failure as JSON", () =>
    Effect.gen(function*() {
      const lines: Array<unknown> = []
      const logger = Logger.make(({ message }) => {
        lines.push(message)
      })
      const failing = Sens.Sens.use(({ messages }) => messages.send(sms("가".repeat(46))))
      yield* Effect.exit(Json.logFailure(failing)).pipe(Effect.provide(Logger.layer([logger])))
      const text = lines.flat().join("\n")
      assert.include(text, "TooLong")
      assert.notInclude(text, "가")
    }).pipe(Effect.provide(emulated())))
})

const unreachable = "01000000003"

layer(EmulatorServer.layer({ completedAfter: "0 seconds", outcomes: { [unreachable]: "2003" } }), {
  excludeTestServices: true,
  timeout: "60 seconds"
})(
  "runtimes.md and without-effect.md",
  (it) => {
    it.effect("on fetch, as a program", () =>
      Effect.gen(function*() {
        const { output, status } = yield* runOnEmulator("docs/started/send")
        assert.strictEqual(status, 0, output)
        assert.match(output, /accepted as RSSA-/)
      }), 60_000)

    it.effect("without Effect, as a program", () =>
      Effect.gen(function*() {
        const { output, status } = yield* runOnEmulator("docs/promise/send")
        assert.strictEqual(status, 0, output)
        assert.match(output, /^accepted as RSSA-/)
      }), 60_000)

    it.effect("to many, and the log, without Effect, as programs", () =>
      Effect.gen(function*() {
        const { output, status } = yield* runOnEmulator("docs/promise/bulk")
        assert.strictEqual(status, 0, output)
        assert.match(output, /^1: Accepted\n2: Accepted\n\S+ is Delivered\n\S+ is Delivered\n$/)
        const { baseUrl } = yield* EmulatorServer.EmulatorServer
        const { requestId } = yield* Effect.promise(async () => {
          await using sens = SensPromise.make({ ...keys, baseUrl })
          return await sens.messages.send({ ...sms(), messages: [{ to: number }, { to: unreachable }] })
        })
        const failures = yield* runOnEmulator("docs/promise/log", { args: [requestId] })
        assert.strictEqual(failures.status, 0, failures.output)
        assert.match(failures.output, /^\S+: Handset is switched off\n$/)
      }), 60_000)

    it.effect("in a worker", () =>
      Effect.gen(function*() {
        const { baseUrl } = yield* EmulatorServer.EmulatorServer
        const env = {
          SENS_ACCESS_KEY: Account.accessKey,
          SENS_SECRET_KEY: Account.secretKey,
          SENS_SERVICE_ID: Account.serviceId,
          SENS_BASE_URL: baseUrl
        }
        const post = (secretKey: string) =>
          Effect.promise(() =>
            worker.fetch(new Request("https://worker.test/"), { ...env, SENS_SECRET_KEY: secretKey })
          )
        const answer = yield* post(Account.secretKey)
        assert.match(yield* Effect.promise(() => answer.text()), /^RSSA-/)
        assert.strictEqual((yield* post("another")).status, 502)
      }), 60_000)

    it.effect("with the signer of Node.js", () =>
      Effect.gen(function*() {
        const { baseUrl } = yield* EmulatorServer.EmulatorServer
        const send = Sens.Sens.use(({ messages }) => messages.send(sms()))
        const { requestId } = yield* Effect.provide(
          send,
          Layer.provide(Node.layer, environment({ SENS_BASE_URL: baseUrl }))
        )
        assert.match(requestId, /^RSSA-/)
      }), 60_000)

    it.effect("reads outcomes without Effect", () =>
      Effect.gen(function*() {
        const { baseUrl } = yield* EmulatorServer.EmulatorServer
        const outcomes = yield* Effect.promise(async () => {
          await using sens = SensPromise.make({ ...keys, baseUrl })
          const { requestId } = await sens.messages.send(sms())
          return await Read.outcomes(sens)(requestId)
        })
        assert.deepStrictEqual(outcomes, ["Delivered"])
      }), 60_000)

    it.effect("is aborted, and takes three steps, without Effect", () =>
      Effect.gen(function*() {
        const { baseUrl } = yield* EmulatorServer.EmulatorServer
        yield* Effect.promise(async () => {
          await using sens = SensPromise.make({ ...keys, baseUrl })
          assert.property(await Abort.send(sens)(sms("하나"), AbortSignal.timeout(30_000)), "requestId")
          const aborted = AbortSignal.abort(new Error("enough"))
          assert.strictEqual(await Abort.send(sens)(sms(), aborted).catch((error: Error) => error.message), "enough")

          const kept: Array<SendIntent.SendIntent> = []
          const keep = (intent: SendIntent.SendIntent) => Promise.resolve(void kept.push(intent))
          const response = await PromiseSteps.send(sens)(sms("둘"), keep)
          const [intent] = kept
          if (intent === undefined) return assert.fail("nothing was kept")
          const resolution = await PromiseSteps.look(sens)(sms("둘"), intent)
          assert.isTrue(
            resolution._tag === "Found" && resolution.responses[0].requestId === response?.requestId,
            resolution._tag
          )
        })
      }), 60_000)
  }
)

describe("the pages", () => {
  const root = new URL("../../../", import.meta.url)
  const read = (path: string) => readFileSync(new URL(path, root), "utf8")
  const documents = globSync(["*.md", "docs/*.md", "packages/*/README.md"], { cwd: fileURLToPath(root) })

  it("quote every file of src/docs and src/packages", () => {
    const quoted = new Set(
      documents.flatMap((path) => Array.from(read(path).matchAll(/^<!-- quote: (\S+) -->$/gm), ([, file]) => file))
    )
    const files = globSync("packages/examples/src/{docs,packages}/**/*.ts", { cwd: fileURLToPath(root) })
    assert.isAbove(files.length, 20)
    assert.deepStrictEqual(files.filter((file) => !quoted.has(file.split(sep).join("/"))), [])
  })
})
