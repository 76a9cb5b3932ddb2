import * as CountryCode from "@effect-sens/core/CountryCode"
import * as PhoneNumber from "@effect-sens/core/PhoneNumber"
import type * as SendRequest from "@effect-sens/core/SendRequest"
import type * as SendResponse from "@effect-sens/core/SendResponse"
import type * as SensError from "@effect-sens/core/SensError"
import * as UploadRequest from "@effect-sens/core/UploadRequest"
import * as Emulator from "@effect-sens/emulator/Emulator"
import * as Fault from "@effect-sens/emulator/Fault"
import * as Sens from "@effect-sens/http/Sens"
import { assert, describe, it } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Option from "effect/Option"
import * as Schedule from "effect/Schedule"
import * as TestClock from "effect/testing/TestClock"
import { credentials, emulated, inVirtualTime, signer, sms } from "./emulated.ts"

type Sent = Exit.Exit<SendResponse.SendResponse, SensError.SensError>

const error = (exit: Exit.Exit<unknown, SensError.SensError>): SensError.SensError =>
  Option.getOrThrow(Exit.findErrorOption(exit))

const requestId = (exit: Sent): string => {
  if (Exit.isFailure(exit)) throw new Error(error(exit).message)
  return exit.value.requestId
}

const start = TestClock.setTime(Date.UTC(2026, 0, 1))

const send = (request: SendRequest.SendRequest = sms(), options?: Sens.SendOptions) =>
  Effect.flatMap(Sens.Sens, ({ messages }) => messages.send(request, options))

// What the emulator accepted, one id a request.
const accepted = Effect.flatMap(
  Emulator.Emulator,
  ({ ledger }) =>
    Effect.map(
      ledger,
      (entries) => entries.flatMap(({ verdict }) => verdict._tag === "Accepted" ? [verdict.requestId] : [])
    )
)

const posts = Effect.flatMap(
  Emulator.Emulator,
  ({ ledger }) =>
    Effect.map(
      ledger,
      (entries) => entries.filter(({ late, operation }) => operation === "send" && late === undefined).length
    )
)

// So that the client knows the gateway's time.
const acquaint = Effect.flatMap(Sens.Sens, ({ messages }) => messages.learnClock)

const lost: ReadonlyArray<readonly [name: string, fault: Fault.Fault]> = [
  ["a 500 after acceptance", Fault.serverError({ accepted: true })],
  ["a reset after acceptance", Fault.reset({ accepted: true })],
  ["an answer that never comes", Fault.silence({ accepted: true })],
  ["an answer that cannot be read", Fault.unreadable()],
  ["acceptance three seconds after a reset", Fault.acceptedLater({ after: "3 seconds" })]
]

const refused: ReadonlyArray<readonly [name: string, fault: Fault.Fault]> = [
  ["a 500 before acceptance", Fault.serverError()],
  ["a reset before acceptance", Fault.reset()],
  ["silence without acceptance", Fault.silence({ accepted: false })]
]

describe("reconcile", () => {
  it.effect.each(lost)("finds the request after %s", ([, fault]) =>
    Effect.gen(function*() {
      yield* start
      const { faults } = yield* Emulator.Emulator
      yield* faults.next("send", 1, fault)
      const { elapsed, exit } = yield* inVirtualTime(send())
      assert.deepStrictEqual([requestId(exit)], yield* accepted)
      assert.strictEqual(yield* posts, 1)
      assert.isTrue(elapsed < 30_000, `${elapsed}`)
    }).pipe(Effect.provide(emulated({}, { visibleAfter: "2 seconds" }))))

  it.effect.each(refused)("does not know, within a minute, after %s", ([, fault]) =>
    Effect.gen(function*() {
      yield* start
      const { faults } = yield* Emulator.Emulator
      yield* faults.next("send", 1, fault)
      const { elapsed, exit } = yield* inVirtualTime(send())
      const { isAmbiguous, isRetryable, reason } = error(exit)
      assert.strictEqual(reason._tag, "OutcomeUnknown")
      assert.isTrue(isAmbiguous && !isRetryable)
      assert.strictEqual(yield* posts, 1)
      assert.isTrue(elapsed > 45_000 && elapsed <= 61_000, `${elapsed}`)
    }).pipe(Effect.provide(emulated())))

  it.effect.each(refused)(
    "sends again on proof, past the fence and the lag, after %s",
    ([, fault]) =>
      Effect.gen(function*() {
        yield* start
        const { faults, ledger } = yield* Emulator.Emulator
        yield* faults.next("send", 1, fault)
        const { exit } = yield* inVirtualTime(send(sms(), { callTimeout: "10 minutes" }))
        assert.deepStrictEqual([requestId(exit)], yield* accepted)
        const times = (yield* ledger).filter(({ operation }) => operation === "send").map(({ at }) =>
          at.epochMilliseconds
        )
        assert.strictEqual(times.length, 2)
        const apart = (times[1] ?? 0) - (times[0] ?? 0)
        assert.isTrue(apart >= 360_000 && apart < 380_000, `${apart}`)
      }).pipe(Effect.provide(emulated()))
  )

  it.effect("waits as long where no answer bears a Date, and longer", () =>
    Effect.gen(function*() {
      yield* start
      const { faults, ledger } = yield* Emulator.Emulator
      yield* faults.next("send", 1, Fault.reset())
      yield* faults.next("search", Infinity, Fault.noDate)
      const { exit } = yield* inVirtualTime(send(sms(), { callTimeout: "20 minutes" }))
      assert.deepStrictEqual([requestId(exit)], yield* accepted)
      const times = (yield* ledger).filter(({ operation }) => operation === "send").map(({ at }) =>
        at.epochMilliseconds
      )
      const apart = (times[1] ?? 0) - (times[0] ?? 0)
      assert.isTrue(apart >= 660_000 && apart < 680_000, `${apart}`)
    }).pipe(Effect.provide(emulated())))

  it.effect("sends again within two minutes where signatures live for thirty seconds", () =>
    Effect.gen(function*() {
      yield* start
      const { faults } = yield* Emulator.Emulator
      yield* inVirtualTime(acquaint)
      yield* faults.next("send", 1, Fault.reset())
      const { elapsed, exit } = yield* inVirtualTime(send(sms(), { callTimeout: "3 minutes" }))
      assert.deepStrictEqual(yield* accepted, [requestId(exit)])
      assert.isTrue(elapsed < 120_000, `${elapsed}`)
    }).pipe(Effect.provide(emulated({ signatureLifetime: "30 seconds" }))))

  it.effect("what is accepted later than its signature lives is not accepted, and sent once", () =>
    Effect.gen(function*() {
      yield* start
      const { faults } = yield* Emulator.Emulator
      yield* inVirtualTime(acquaint)
      yield* faults.next("send", 1, Fault.acceptedLater({ after: "40 seconds" }))
      const { exit } = yield* inVirtualTime(send(sms(), { callTimeout: "3 minutes" }))
      assert.deepStrictEqual(yield* accepted, [requestId(exit)])
    }).pipe(Effect.provide(emulated({ signatureLifetime: "30 seconds" }))))

  it.effect("what is accepted late, but while its signature lives, is found and not sent again", () =>
    Effect.gen(function*() {
      yield* start
      const { faults } = yield* Emulator.Emulator
      yield* faults.next("send", 1, Fault.acceptedLater({ after: "290 seconds" }))
      const { exit } = yield* inVirtualTime(send(sms(), { callTimeout: "10 minutes" }))
      assert.deepStrictEqual([requestId(exit)], yield* accepted)
      assert.strictEqual(yield* posts, 1)
    }).pipe(Effect.provide(emulated({}, { visibleAfter: "20 seconds" }))))

  it.effect("a search that fails proves nothing", () =>
    Effect.gen(function*() {
      yield* start
      const { faults } = yield* Emulator.Emulator
      yield* faults.next("send", 1, Fault.reset())
      yield* faults.next("search", Infinity, Fault.serverError())
      const { exit } = yield* inVirtualTime(send(sms(), { callTimeout: "15 minutes" }))
      assert.strictEqual(error(exit).reason._tag, "OutcomeUnknown")
      assert.strictEqual(yield* posts, 1)
    }).pipe(Effect.provide(emulated())))

  it.effect("never adopts another text to the same number, whoever sent it", () =>
    Effect.gen(function*() {
      yield* start
      const { faults } = yield* Emulator.Emulator
      yield* faults.next("send", 1, Fault.reset())
      const other = Effect.delay(send(sms("01012345678", "222222")), "100 millis")
      const { exit } = yield* inVirtualTime(
        Effect.all([Effect.exit(send(sms("01012345678", "111111"))), other], { concurrency: 2 })
      )
      assert.isTrue(Exit.isSuccess(exit))
      if (Exit.isFailure(exit)) return
      const [ours, { requestId }] = exit.value
      assert.strictEqual(error(ours).reason._tag, "OutcomeUnknown")
      assert.deepStrictEqual(yield* accepted, [String(requestId)])
    }).pipe(Effect.provide(emulated())))

  it.effect("two equal sends never take the same id", () =>
    Effect.gen(function*() {
      yield* start
      const { faults } = yield* Emulator.Emulator
      yield* faults.next("send", 1, Fault.silence({ accepted: false }))
      const both = Effect.all([Effect.exit(send()), Effect.exit(send())], { concurrency: 2 })
      const { exit } = yield* inVirtualTime(both)
      assert.isTrue(Exit.isSuccess(exit))
      if (Exit.isFailure(exit)) return
      const [first, second] = exit.value
      const succeeded = [first, second].filter(Exit.isSuccess).map(({ value }) => String(value.requestId))
      assert.deepStrictEqual(succeeded, yield* accepted)
      assert.strictEqual(succeeded.length, 1)
    }).pipe(Effect.provide(emulated())))

  it.effect("an MMS without a file is found although it is kept as an LMS", () =>
    Effect.gen(function*() {
      yield* start
      const { faults } = yield* Emulator.Emulator
      yield* faults.next("send", 1, Fault.reset({ accepted: true }))
      const mms: SendRequest.SendRequest = {
        type: "MMS",
        from: PhoneNumber.make("0212345678"),
        subject: "제목",
        content: "안녕하세요",
        messages: [
          { to: PhoneNumber.make("01012345678") },
          { to: PhoneNumber.make("01087654321"), content: "반갑습니다", subject: "다른 제목" }
        ]
      }
      const { exit } = yield* inVirtualTime(send(mms))
      assert.deepStrictEqual([requestId(exit)], yield* accepted)
    }).pipe(Effect.provide(emulated())))

  it.effect("a reserved send is never sent again, and its outcome stays open", () =>
    Effect.gen(function*() {
      yield* start
      const { faults } = yield* Emulator.Emulator
      const at = DateTime.makeUnsafe(Date.UTC(2026, 0, 2))
      const reserved = { ...sms(), reserve: { at } }
      for (const onAmbiguous of ["reconcile", "prompt"] as const) {
        const before = yield* posts
        yield* faults.next("send", 1, Fault.reset())
        const { exit } = yield* inVirtualTime(send(reserved, { onAmbiguous, callTimeout: "20 minutes" }))
        assert.strictEqual(error(exit).reason._tag, "OutcomeUnknown")
        assert.strictEqual((yield* posts) - before, 1)
      }
    }).pipe(Effect.provide(emulated())))
})

describe("prompt", () => {
  it.effect.each(refused)("sends again after the settle time, after %s", ([, fault]) =>
    Effect.gen(function*() {
      yield* start
      const { faults } = yield* Emulator.Emulator
      yield* faults.next("send", 1, fault)
      const { elapsed, exit } = yield* inVirtualTime(
        send(sms(), { onAmbiguous: "prompt", attemptTimeout: "2 seconds" })
      )
      assert.deepStrictEqual([requestId(exit)], yield* accepted)
      assert.isTrue(elapsed >= 5000 && elapsed < 10_000, `${elapsed}`)
    }).pipe(Effect.provide(emulated())))

  it.effect.each(lost)("finds what shows up in time, after %s", ([, fault]) =>
    Effect.gen(function*() {
      yield* start
      const { faults } = yield* Emulator.Emulator
      yield* faults.next("send", 1, fault)
      const { exit } = yield* inVirtualTime(send(sms(), { onAmbiguous: "prompt" }))
      assert.deepStrictEqual([requestId(exit)], yield* accepted)
    }).pipe(Effect.provide(emulated())))

  it.effect("doubles what is accepted later than that, as documented", () =>
    Effect.gen(function*() {
      yield* start
      const { faults } = yield* Emulator.Emulator
      yield* faults.next("send", 1, Fault.acceptedLater({ after: "30 seconds" }))
      const { exit } = yield* inVirtualTime(send(sms(), { onAmbiguous: "prompt" }))
      yield* TestClock.adjust("1 minutes")
      const { allMessages } = yield* Emulator.Emulator
      assert.strictEqual((yield* allMessages).length, 2)
      assert.isTrue(Exit.isSuccess(exit))
    }).pipe(Effect.provide(emulated())))
})

describe("fail and resend", () => {
  it.effect.each([...lost, ...refused])("fail ends at once, after %s", ([, fault]) =>
    Effect.gen(function*() {
      yield* start
      const { faults } = yield* Emulator.Emulator
      yield* faults.next("send", 1, fault)
      const { elapsed, exit } = yield* inVirtualTime(send(sms(), { onAmbiguous: "fail" }))
      assert.isTrue(error(exit).isAmbiguous)
      assert.strictEqual(yield* posts, 1)
      assert.isTrue(elapsed <= 15_050, `${elapsed}`)
    }).pipe(Effect.provide(emulated())))

  it.effect("resend doubles what was accepted", () =>
    Effect.gen(function*() {
      yield* start
      const { faults } = yield* Emulator.Emulator
      yield* faults.next("send", 1, Fault.serverError({ accepted: true }))
      const { exit } = yield* inVirtualTime(send(sms(), { onAmbiguous: "resend" }))
      assert.strictEqual((yield* accepted).length, 2)
      assert.strictEqual((yield* accepted)[1], requestId(exit))
    }).pipe(Effect.provide(emulated())))

  it.effect("resend that ends in a refusal leaves the first attempt open", () =>
    Effect.gen(function*() {
      yield* start
      const { faults } = yield* Emulator.Emulator
      yield* faults.next("send", 1, Fault.serverError({ accepted: true }))
      yield* faults.next("send", 1, Fault.saysFailed())
      const { exit } = yield* inVirtualTime(send(sms(), { onAmbiguous: "resend" }))
      assert.strictEqual(error(exit).reason._tag, "OutcomeUnknown")
    }).pipe(Effect.provide(emulated())))
})

describe("Sens.messages.reconcile", () => {
  const unknown = (fault: Fault.Fault) =>
    Effect.gen(function*() {
      yield* start
      const { faults } = yield* Emulator.Emulator
      yield* faults.next("send", 1, fault)
      yield* faults.next("search", Infinity, Fault.serverError())
      const { exit } = yield* inVirtualTime(send())
      const { reason } = error(exit)
      yield* faults.clear
      if (reason._tag !== "OutcomeUnknown") throw new Error(reason._tag)
      return reason
    })

  const reconcile = (reason: SensError.OutcomeUnknown, request = sms()) =>
    Effect.flatMap(Sens.Sens, ({ messages }) => messages.reconcile(reason, request))

  it.effect("finds it later", () =>
    Effect.gen(function*() {
      const open = yield* unknown(Fault.reset({ accepted: true }))
      yield* TestClock.adjust("1 hours")
      const { exit } = yield* inVirtualTime(reconcile(open))
      assert.isTrue(Exit.isSuccess(exit) && Option.isSome(exit.value))
      if (Exit.isFailure(exit) || Option.isNone(exit.value)) return
      assert.deepStrictEqual([String(exit.value.value.requestId)], yield* accepted)
    }).pipe(Effect.provide(emulated())))

  it.effect("proves later that it was not accepted", () =>
    Effect.gen(function*() {
      const open = yield* unknown(Fault.reset())
      const early = yield* inVirtualTime(reconcile(open))
      assert.strictEqual(error(early.exit).reason._tag, "OutcomeUnknown")
      yield* TestClock.adjust("6 minutes")
      const { exit } = yield* inVirtualTime(reconcile(open))
      assert.isTrue(Exit.isSuccess(exit) && Option.isNone(exit.value))
    }).pipe(Effect.provide(emulated())))

  it.effect("knows a request again whose properties come in another order, as after JSON", () =>
    Effect.gen(function*() {
      const open = yield* unknown(Fault.reset({ accepted: true }))
      const { content, from, messages } = sms()
      const { exit } = yield* inVirtualTime(reconcile(open, { messages, content, from, type: "SMS" }))
      assert.isTrue(Exit.isSuccess(exit) && Option.isSome(exit.value))
    }).pipe(Effect.provide(emulated())))

  it.effect("refuses another request", () =>
    Effect.gen(function*() {
      const open = yield* unknown(Fault.reset())
      const { exit } = yield* inVirtualTime(reconcile(open, sms("01012345678", "다른 문자")))
      assert.strictEqual(error(exit).reason._tag, "InvalidRequest")
    }).pipe(Effect.provide(emulated())))

  it.effect("an open outcome tells when, how often and to whom, without a number or a text", () =>
    Effect.gen(function*() {
      const open = yield* unknown(Fault.reset())
      assert.deepInclude(open, { recipients: 1, maskedRecipients: ["010****5678"] })
      assert.strictEqual(open.attempts.length, 1)
      const [attempt] = open.attempts
      assert.strictEqual(attempt.reason, "ConnectionLost")
      assert.isTrue(Math.abs(attempt.intent.preparedAt - Date.UTC(2026, 0, 1)) <= 2000)
      assert.notMatch(JSON.stringify(open) + open.message, /01012345678|738201/)
    }).pipe(Effect.provide(emulated())))
})

describe("a log that shows a message otherwise than it was sent", () => {
  // Rewrites every record that the log gives.
  const rewriting = (change: (record: Record<string, unknown>) => Record<string, unknown>): Partial<Sens.Options> => ({
    transformClient: HttpClient.transformResponse(
      Effect.flatMap((response) =>
        response.request.method !== "GET" || response.status !== 200 ? Effect.succeed(response) : Effect.map(
          Effect.orDie(response.text),
          (body) => {
            const page = JSON.parse(body)
            const { date } = response.headers
            return HttpClientResponse.fromWeb(
              response.request,
              new Response(JSON.stringify({ ...page, messages: page.messages?.map(change) }), {
                status: 200,
                headers: date === undefined ? {} : { date }
              })
            )
          }
        )
      )
    )
  })

  const lms: SendRequest.SendRequest = {
    type: "LMS",
    from: PhoneNumber.make("0212345678"),
    subject: "제목",
    content: "첫째 줄\r\n둘째 줄 ",
    messages: [{ to: PhoneNumber.make("01012345678") }]
  }

  it.effect.each<[string, (record: Record<string, unknown>) => Record<string, unknown>]>([
    ["no request time", (record) => ({ ...record, requestTime: null })],
    ["a request time that cannot be read", (record) => ({ ...record, requestTime: "soon" })],
    ["no request id", (record) => ({ ...record, requestId: null })],
    ["no text", (record) => ({ ...record, content: null })],
    ["an empty text", (record) => ({ ...record, content: "" })],
    ["an empty sender", (record) => ({ ...record, from: "" })],
    ["an empty subject", (record) => ({ ...record, subject: "" })],
    ["other line breaks", (record) => ({ ...record, content: String(record["content"]).replaceAll("\r\n", "\n") })],
    ["a text without the space at its end", (record) => ({ ...record, content: String(record["content"]).trim() })],
    ["numbers with hyphens", (record) => ({ ...record, from: "02-1234-5678", to: "010-1234-5678" })],
    ["numbers with +82", (record) => ({ ...record, from: "+82212345678", to: "+821012345678" })],
    ["numbers with 82", (record) => ({ ...record, from: "82212345678", to: "821012345678" })],
    ["numbers without their zero", (record) => ({ ...record, from: "212345678", to: "1012345678" })],
    ["masked numbers", (record) => ({ ...record, from: "02****5678", to: "010-****-5678" })],
    ["no number", (record) => ({ ...record, to: "" })],
    ["entities", (record) => ({ ...record, content: "첫째 줄&#13;&#10;둘째 줄&nbsp;" })],
    ["line breaks as spaces", (record) => ({ ...record, content: "첫째 줄 둘째 줄" })],
    ["a cut text", (record) => ({ ...record, content: "첫째 줄..." })],
    ["a masked text", (record) => ({ ...record, content: "첫째 * * 줄" })],
    ["a time to the minute", (record) => ({ ...record, requestTime: String(record["requestTime"]).slice(0, 16) })],
    ["a time of UTC", (record) => ({ ...record, requestTime: "2026-01-01 00:00:00" })],
    ["a clock 10 seconds behind", (record) => ({ ...record, requestTime: "2026-01-01 08:59:50" })],
    ["a subject of its own", (record) => ({ ...record, subject: "제 목" })]
  ])("%s: nothing is sent twice", ([, change]) =>
    Effect.gen(function*() {
      yield* start
      const { faults } = yield* Emulator.Emulator
      yield* faults.next("send", 1, Fault.reset({ accepted: true }))
      const { exit } = yield* inVirtualTime(send(lms, { callTimeout: "10 minutes" }), 1000)
      assert.strictEqual((yield* accepted).length, 1)
      assert.strictEqual(yield* posts, 1)
      if (Exit.isFailure(exit)) assert.isTrue(error(exit).isAmbiguous)
      else assert.deepStrictEqual([requestId(exit)], yield* accepted)
    }).pipe(Effect.provide(emulated(rewriting(change)))))

  it.effect("a page that does not name its messages proves nothing", () =>
    Effect.gen(function*() {
      yield* start
      const { faults } = yield* Emulator.Emulator
      yield* faults.next("send", 1, Fault.reset({ accepted: true }))
      const { exit } = yield* inVirtualTime(send(sms(), { callTimeout: "10 minutes" }), 1000)
      assert.strictEqual(error(exit).reason._tag, "OutcomeUnknown")
      assert.strictEqual(yield* posts, 1)
    }).pipe(Effect.provide(emulated({
      transformClient: HttpClient.transformResponse(Effect.map((response) =>
        response.request.method === "GET"
          ? HttpClientResponse.fromWeb(
            response.request,
            new Response("{}", { headers: { date: response.headers["date"] ?? "" } })
          )
          : response
      ))
    }))))

  it.effect("an empty text for one recipient is none, so the text for all is looked for", () =>
    Effect.gen(function*() {
      yield* start
      const { faults } = yield* Emulator.Emulator
      yield* faults.next("send", 1, Fault.reset({ accepted: true }))
      const request: SendRequest.SendRequest = {
        ...lms,
        content: "본문",
        messages: [
          { to: PhoneNumber.make("01012345678"), content: "", subject: "" },
          { to: PhoneNumber.make("01012345678"), content: "다른 본문" },
          { to: PhoneNumber.make("01087654321") }
        ]
      }
      const { exit } = yield* inVirtualTime(send(request, { callTimeout: "10 minutes" }), 1000)
      assert.deepStrictEqual([requestId(exit)], yield* accepted)
      assert.strictEqual(yield* posts, 1)
    }).pipe(Effect.provide(emulated())))

  it.effect("a request of many recipients whose messages show up one by one is waited for", () =>
    Effect.gen(function*() {
      yield* start
      const { faults } = yield* Emulator.Emulator
      yield* faults.next("send", 1, Fault.reset({ accepted: true }))
      const to = PhoneNumber.make("01012345678")
      const request: SendRequest.SendRequest = {
        ...sms(),
        type: "SMS",
        messages: [{ to }, ...Array.from({ length: 99 }, (_, index) => ({ to, content: `text ${index}` }))]
      }
      const { exit } = yield* inVirtualTime(send(request, { callTimeout: "10 minutes" }), 1000)
      assert.deepStrictEqual([requestId(exit)], yield* accepted)
    }).pipe(Effect.provide(emulated())))
})

describe("a log that does not show all recipients", () => {
  const request: SendRequest.SendRequest = {
    type: "SMS",
    from: PhoneNumber.make("0212345678"),
    content: "안녕하세요",
    messages: [
      { to: PhoneNumber.make("01012345678") },
      { to: PhoneNumber.make("01000000001") },
      { to: PhoneNumber.make("01000000002") },
      { to: PhoneNumber.make("01000000003") }
    ]
  }

  // The emulator knows the message under another number, so that neither a search for it nor its request shows it.
  const without = (numbers: ReadonlyArray<string>): Partial<Sens.Options> => ({
    transformClient: HttpClient.transformResponse(
      Effect.flatMap((response) =>
        response.request.method !== "GET" || response.status !== 200 ? Effect.succeed(response) : Effect.map(
          Effect.orDie(response.text),
          (body) => {
            const page = JSON.parse(body)
            const messages = page.messages?.filter(({ to }: { readonly to: string }) => !numbers.includes(to))
            const { date } = response.headers
            return HttpClientResponse.fromWeb(
              response.request,
              new Response(JSON.stringify({ ...page, messages }), {
                status: 200,
                headers: date === undefined ? {} : { date }
              })
            )
          }
        )
      )
    )
  })

  it.effect.each(
    [
      ["the first", ["01012345678"]],
      ["the last", ["01000000003"]],
      ["the first and the last", ["01012345678", "01000000003"]],
      ["all but one", ["01012345678", "01000000001", "01000000003"]]
    ] as const
  )("%s: nothing is sent twice", ([, numbers]) =>
    Effect.gen(function*() {
      yield* start
      const { faults } = yield* Emulator.Emulator
      yield* faults.next("send", 1, Fault.reset({ accepted: true }))
      const { exit } = yield* inVirtualTime(send(request, { callTimeout: "10 minutes" }), 1000)
      assert.strictEqual(yield* posts, 1)
      assert.strictEqual(error(exit).reason._tag, "OutcomeUnknown")
    }).pipe(Effect.provide(emulated(without(numbers)))))

  it.effect("prompt does not send again what the last recipient shows", () =>
    Effect.gen(function*() {
      yield* start
      const { faults } = yield* Emulator.Emulator
      yield* faults.next("send", 1, Fault.reset({ accepted: true }))
      yield* inVirtualTime(send(request, { onAmbiguous: "prompt" }), 100)
      assert.strictEqual(yield* posts, 1)
    }).pipe(Effect.provide(emulated(without(["01012345678"])))))
})

describe("who owns what", () => {
  it.effect("an open send never takes the id of an equal one that succeeded, hours later either", () =>
    Effect.gen(function*() {
      yield* start
      const { faults } = yield* Emulator.Emulator
      yield* faults.next("send", 1, Fault.reset())
      yield* faults.next("search", Infinity, Fault.serverError())
      const { exit } = yield* inVirtualTime(send())
      const { reason } = error(exit)
      yield* faults.clear
      const second = yield* send()
      yield* TestClock.adjust("3 hours")
      yield* send(sms("01099999999", "other"))
      if (reason._tag !== "OutcomeUnknown") return assert.fail(reason._tag)
      const later = yield* inVirtualTime(
        Effect.flatMap(Sens.Sens, ({ messages }) => messages.reconcile(reason, sms())),
        1000
      )
      assert.isTrue(Exit.isSuccess(later.exit) && Option.isNone(later.exit.value), String(second.requestId))
    }).pipe(Effect.provide(emulated())))

  it.effect("a request that its caller changes meanwhile is compared as it was sent", () =>
    Effect.gen(function*() {
      yield* start
      const { faults } = yield* Emulator.Emulator
      yield* faults.next("send", 1, Fault.reset({ accepted: true }))
      const request = { ...sms() }
      const sending = send(request, { callTimeout: "10 minutes" })
      const { exit } = yield* inVirtualTime(
        Effect.all([
          Effect.exit(sending),
          Effect.delay(Effect.sync(() => Object.assign(request, { content: "changed" })), "1 millis")
        ], { concurrency: 2 })
      )
      assert.strictEqual(yield* posts, 1)
      if (Exit.isFailure(exit)) return assert.fail("the test failed")
      assert.deepStrictEqual([requestId(exit.value[0])], yield* accepted)
    }).pipe(Effect.provide(emulated({}, { visibleAfter: "2 seconds" }))))
})

describe("sends that the log may not tell apart", () => {
  const sent = (
    first: SendRequest.SendRequest,
    second: SendRequest.SendRequest,
    ...faults: ReadonlyArray<Fault.Fault>
  ) =>
    Effect.gen(function*() {
      yield* start
      const emulator = yield* Emulator.Emulator
      yield* inVirtualTime(acquaint)
      for (const fault of faults) yield* emulator.faults.next("send", 1, fault)
      const options = { callTimeout: "15 minutes" } as const
      const { exit } = yield* inVirtualTime(
        Effect.all(
          [Effect.exit(send(first, options)), Effect.exit(Effect.delay(send(second, options), "300 millis"))],
          {
            concurrency: 2
          }
        ),
        1000
      )
      if (Exit.isFailure(exit)) return assert.fail("the test failed")
      return exit.value
    })

  const abroad = (countryCode: string): SendRequest.SendRequest => ({
    type: "SMS",
    from: PhoneNumber.make("0212345678"),
    countryCode: CountryCode.make(countryCode),
    content: "hello",
    messages: [{ to: PhoneNumber.make("2025550123") }]
  })

  it.effect("the same number of two countries is two numbers", () =>
    Effect.gen(function*() {
      yield* sent(abroad("1"), abroad("44"), Fault.reset(), Fault.reset({ accepted: true }))
      const { allMessages } = yield* Emulator.Emulator
      assert.sameMembers((yield* allMessages).map(({ countryCode }) => countryCode), ["1", "44"])
    }).pipe(Effect.provide(emulated({}, { visibleAfter: "20 seconds" }))))

  it.effect("one with another picture is never taken for it", () =>
    Effect.gen(function*() {
      const { files } = yield* Sens.Sens
      const jpeg = (byte: number) =>
        Uint8Array.from(
          // Start, frame, scan, end; what follows is of no account.
          [
            0xFF,
            0xD8,
            0xFF,
            0xC0,
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
            0xFF,
            0xDA,
            0,
            8,
            1,
            1,
            0,
            0,
            63,
            0,
            0,
            0xFF,
            0xD9,
            byte
          ]
        )
      const ids = yield* Effect.forEach(
        [1, 2],
        (byte) => Effect.map(Effect.flatMap(UploadRequest.make(jpeg(byte)), files.upload), ({ fileId }) => fileId)
      )
      const mms = (index: number): SendRequest.SendRequest => ({
        type: "MMS",
        from: PhoneNumber.make("0212345678"),
        content: "안녕하세요",
        files: [{ fileId: ids[index] ?? assert.fail("no file") }],
        messages: [{ to: PhoneNumber.make("01012345678") }]
      })
      const exits = yield* sent(mms(0), mms(1), Fault.reset(), Fault.reset({ accepted: true }))
      const { ledger } = yield* Emulator.Emulator
      for (const [index, exit] of exits.entries()) {
        if (Exit.isFailure(exit)) continue
        const entry = (yield* ledger).find(({ verdict }) =>
          verdict._tag === "Accepted" && verdict.requestId === String(exit.value.requestId)
        )
        assert.include(entry?.body, String(ids[index]))
      }
      assert.isAtMost((yield* accepted).length, 2)
    }).pipe(Effect.provide(emulated({}, { visibleAfter: "20 seconds" }))))

  it.effect("a reservation that has become a message is not taken for an equal send of then", () =>
    Effect.gen(function*() {
      yield* start
      const { faults } = yield* Emulator.Emulator
      yield* faults.next("send", 1, Fault.reset({ accepted: true }))
      const at = DateTime.makeUnsafe(Date.UTC(2026, 0, 1, 0, 30))
      yield* inVirtualTime(send({ ...sms(), reserve: { at } }))
      yield* TestClock.setTime(Date.UTC(2026, 0, 1, 0, 29, 59))
      yield* faults.next("send", 1, Fault.reset())
      const { exit } = yield* inVirtualTime(send())
      assert.strictEqual(error(exit).reason._tag, "OutcomeUnknown")
    }).pipe(Effect.provide(emulated())))
})

describe("times that are partly to the minute", () => {
  it.effect("are not proof of anything", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(Date.UTC(2026, 0, 1, 0, 0, 50))
      const { faults } = yield* Emulator.Emulator
      yield* faults.next("send", 1, Fault.reset({ accepted: true }))
      const other = Effect.delay(send(sms("01012345678", "인증번호 111111")), "3 seconds")
      const { exit } = yield* inVirtualTime(
        Effect.all([Effect.exit(send(sms(), { callTimeout: "10 minutes" })), other], { concurrency: 2 }),
        1000
      )
      if (Exit.isFailure(exit)) return assert.fail("the test failed")
      assert.strictEqual(yield* posts, 2)
    }).pipe(Effect.provide(emulated({
      transformClient: HttpClient.transformResponse(
        Effect.flatMap((response) =>
          response.request.method !== "GET" || response.status !== 200 ? Effect.succeed(response) : Effect.map(
            Effect.orDie(response.text),
            (body) =>
              HttpClientResponse.fromWeb(
                response.request,
                new Response(body.replaceAll("09:00:50", "09:00:00"), {
                  headers: { date: response.headers["date"] ?? "" }
                })
              )
          )
        )
      )
    }))))
})

describe("a 2xx that cannot be read", () => {
  it.effect.each(["reconcile", "prompt", "resend", "fail"] as const)(
    "is never sent again under %s",
    (onAmbiguous) =>
      Effect.gen(function*() {
        yield* start
        const { faults } = yield* Emulator.Emulator
        yield* faults.next("send", 1, Fault.unreadable({ accepted: false }))
        const { exit } = yield* inVirtualTime(send(sms(), { onAmbiguous, callTimeout: "10 minutes" }), 1000)
        assert.strictEqual(error(exit).reason._tag, "OutcomeUnknown")
        assert.strictEqual(yield* posts, 1)
      }).pipe(Effect.provide(emulated()))
  )
})

describe("a program's own retry inside the client", () => {
  const retrying: Partial<Sens.Options> = { transformClient: (client) => HttpClient.retry(client, Schedule.recurs(1)) }

  it.effect.each<[string, Fault.Fault]>([
    ["no connection", Fault.refused],
    ["a body that says failed", Fault.saysFailed()]
  ])("hides an accepted first try behind %s: the outcome is open", ([, second]) =>
    Effect.gen(function*() {
      yield* start
      const { faults } = yield* Emulator.Emulator
      yield* faults.next("send", 1, Fault.reset({ accepted: true }))
      yield* faults.next("send", 1, second)
      const { exit } = yield* inVirtualTime(send())
      assert.deepStrictEqual([requestId(exit)], yield* accepted)
    }).pipe(Effect.provide(emulated(retrying))))
})

describe("a program's own retry under fail", () => {
  it.effect("hides an accepted first try as well: the outcome is open", () =>
    Effect.gen(function*() {
      yield* start
      const { faults } = yield* Emulator.Emulator
      yield* faults.next("send", 1, Fault.reset({ accepted: true }))
      yield* faults.next("send", 1, Fault.saysFailed())
      const { exit } = yield* inVirtualTime(send(sms(), { onAmbiguous: "fail" }))
      assert.isTrue(error(exit).isAmbiguous)
      assert.isFalse(error(exit).isRetryable)
      assert.strictEqual((yield* accepted).length, 1)
    }).pipe(Effect.provide(emulated({ transformClient: (client) => HttpClient.retry(client, Schedule.recurs(1)) }))))
})

describe("two open outcomes of equal sends", () => {
  it.effect("never end in the same id, taken up at the same time", () =>
    Effect.gen(function*() {
      yield* start
      const { faults } = yield* Emulator.Emulator
      const open = Effect.gen(function*() {
        const { exit } = yield* inVirtualTime(send())
        const { reason } = error(exit)
        return reason._tag === "OutcomeUnknown" ? reason : assert.fail(reason._tag)
      })
      yield* faults.next("search", Infinity, Fault.serverError())
      yield* faults.next("send", 1, Fault.reset({ accepted: true }))
      const first = yield* open
      yield* TestClock.adjust("1 minutes")
      yield* faults.next("send", 1, Fault.reset())
      const second = yield* open
      yield* faults.clear
      yield* TestClock.adjust("1 hours")
      // A client of another process, which knows of neither.
      const later = yield* Sens.make(credentials).pipe(Effect.provide(signer))
      const { exit } = yield* inVirtualTime(
        Effect.forEach([first, second], (reason) => Effect.exit(later.messages.reconcile(reason, sms())), {
          concurrency: 2
        }),
        1000
      )
      if (Exit.isFailure(exit)) return assert.fail("the test failed")
      const found = exit.value.flatMap((exit) => Exit.isSuccess(exit) ? Option.toArray(exit.value) : [])
      assert.strictEqual(new Set(found.map(({ requestId }) => requestId)).size, found.length)
    }).pipe(Effect.provide(emulated())))
})

describe("clocks that differ, later", () => {
  it.effect.each(["5 seconds", "1 minutes", "7 minutes", "-5 seconds", "-7 minutes"] as const)(
    "a gateway that is %s ahead: what was accepted is found",
    (offset) =>
      Effect.gen(function*() {
        yield* start
        const { faults, setClockOffset } = yield* Emulator.Emulator
        yield* setClockOffset(offset)
        yield* inVirtualTime(acquaint)
        yield* faults.next("send", 1, Fault.reset({ accepted: true }))
        yield* faults.next("search", Infinity, Fault.serverError())
        const { exit } = yield* inVirtualTime(send())
        const { reason } = error(exit)
        yield* faults.clear
        yield* TestClock.adjust("1 hours")
        if (reason._tag !== "OutcomeUnknown") return assert.fail(reason._tag)
        const later = yield* inVirtualTime(
          Effect.flatMap(Sens.Sens, ({ messages }) => messages.reconcile(reason, sms())),
          1000
        )
        assert.isTrue(Exit.isSuccess(later.exit) && Option.isSome(later.exit.value))
      }).pipe(Effect.provide(emulated()))
  )

  it.effect("is taken up a month and more later", () =>
    Effect.gen(function*() {
      yield* start
      const { faults } = yield* Emulator.Emulator
      yield* faults.next("send", 1, Fault.reset({ accepted: true }))
      yield* faults.next("search", Infinity, Fault.serverError())
      const { exit } = yield* inVirtualTime(send())
      const { reason } = error(exit)
      yield* faults.clear
      yield* TestClock.adjust("40 days")
      if (reason._tag !== "OutcomeUnknown") return assert.fail(reason._tag)
      const later = yield* inVirtualTime(
        Effect.flatMap(Sens.Sens, ({ messages }) => messages.reconcile(reason, sms())),
        1000
      )
      assert.isTrue(Exit.isSuccess(later.exit) && Option.isSome(later.exit.value))
    }).pipe(Effect.provide(emulated())))

  it.effect("a signature that lives shortly is corrected when the gateway's clock steps", () =>
    Effect.gen(function*() {
      yield* start
      const { ledger, setClockOffset } = yield* Emulator.Emulator
      yield* inVirtualTime(acquaint)
      for (let call = 0; call < 9; call++) yield* inVirtualTime(send())
      yield* setClockOffset("2 minutes")
      const before = (yield* ledger).length
      yield* inVirtualTime(send()).pipe(Effect.flatMap(({ exit }) => exit))
      yield* inVirtualTime(send()).pipe(Effect.flatMap(({ exit }) => exit))
      assert.strictEqual((yield* ledger).length - before, 3)
    }).pipe(Effect.provide(emulated({ signatureLifetime: "30 seconds" }))))
})
