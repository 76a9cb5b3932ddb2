import * as PhoneNumber from "@effect-sens/core/PhoneNumber"
import * as RequestId from "@effect-sens/core/RequestId"
import * as Emulator from "@effect-sens/emulator/Emulator"
import * as Fault from "@effect-sens/emulator/Fault"
import * as Sens from "@effect-sens/http/Sens"
import * as SensMetrics from "@effect-sens/http/SensMetrics"
import { assert, describe, it } from "@effect/vitest"
import * as Cause from "effect/Cause"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as HttpClient from "effect/http/HttpClient"
import * as Metric from "effect/Metric"
import type * as Tracer from "effect/Tracer"
import { inspect } from "node:util"
import { capture, type Captured } from "./capture.ts"
import { emulated, inVirtualTime, sms } from "./emulated.ts"

const recording = (captured: Captured): Partial<Sens.Options> => ({
  transformClient: HttpClient.tapRequest((request) =>
    Effect.sync(() => {
      captured.headers.push(...Object.keys(request.headers))
    })
  )
})

const text = "인증번호 738201"
const secrets = [
  "emulator-access-key",
  "emulator-secret-key",
  "0212345678",
  "01012345678",
  "01087654321",
  text,
  "738201"
]

const query = (to?: string) => {
  const now = DateTime.makeUnsafe(0)
  return {
    requestTime: { start: now, end: DateTime.add(now, { days: 1 }) },
    from: PhoneNumber.make("0212345678"),
    ...to === undefined ? {} : { to: PhoneNumber.make(to) }
  }
}

// Every operation, well and badly.
const everything = Effect.gen(function*() {
  const sens = yield* Sens.Sens
  const { faults } = yield* Emulator.Emulator
  const number = PhoneNumber.make("01087654321")
  const errors: Array<unknown> = []
  for (
    const fault of [
      undefined,
      Fault.reset({ accepted: true }),
      Fault.serverError(),
      Fault.tooManyRequests({ code: "410" }),
      Fault.saysFailed(),
      Fault.unreadable({ body: "html", accepted: false }),
      Fault.clockSkew("7 minutes")
    ]
  ) {
    for (
      const call of [
        sens.messages.send(sms("01012345678", text)),
        sens.messages.search(query("01012345678")),
        sens.unsubscribes.register([number]),
        sens.unsubscribes.search({ clientTelNo: number }),
        sens.unsubscribes.remove([number]),
        sens.reservations.status(RequestId.make("RSSA-1"))
      ]
    ) {
      if (fault !== undefined) yield* faults.next("any", 6, fault)
      const exit = yield* Effect.exit(call)
      if (Exit.isFailure(exit)) errors.push(Cause.squash(exit.cause))
      yield* faults.clear
    }
  }
  return errors
})

// What an exporter sends of a span: a success leaves no value behind, a failure its cause.
const shown = ({ attributes, events, name, status }: Tracer.NativeSpan) => ({
  attributes,
  events,
  name,
  cause: status._tag === "Ended" && Exit.isFailure(status.exit) ? Cause.pretty(status.exit.cause) : undefined
})

describe("what can be observed", () => {
  it.effect("no key, signature, number or text is in any error, log, span or metric", () =>
    capture((captured) =>
      Effect.gen(function*() {
        const { exit } = yield* inVirtualTime(everything, 500)
        const errors = yield* exit
        const { ledger } = yield* Emulator.Emulator
        const signatures = (yield* ledger).flatMap(({ headers }) => {
          const signature = headers["x-ncp-apigw-signature-v2"]
          return signature === undefined ? [] : [signature]
        })
        const all = [
          inspect(errors, { depth: 20, showHidden: true }),
          JSON.stringify(errors),
          captured.logs.join("\n"),
          inspect(captured.spans.map(shown), { depth: 20, showHidden: true }),
          inspect(yield* Metric.snapshot, { depth: 20 })
        ].join("\n")
        assert.isTrue(captured.spans.length > 100 && captured.logs.length > 10 && errors.length > 10)
        assert.deepStrictEqual([...secrets, ...signatures].filter((secret) => all.includes(secret)), [])
      })
    ).pipe(Effect.provide(emulated())))

  it.effect("a call is a span, each attempt one below it, after the conventions of OpenTelemetry", () =>
    capture((captured) =>
      Effect.gen(function*() {
        const sens = yield* Sens.Sens
        const { faults } = yield* Emulator.Emulator
        yield* faults.next("any", 1, Fault.serverError({ status: 503 }))
        yield* inVirtualTime(sens.messages.search(query("01012345678")))
        const [call, first, second, ...others] = captured.spans
        assert.deepStrictEqual(others, [])
        assert.strictEqual(call?.name, "Sens.messages.search")
        assert.deepStrictEqual([first, second].map((span) => span?.name), [
          "GET /sms/v2/services/{serviceId}/messages",
          "GET /sms/v2/services/{serviceId}/messages"
        ])
        assert.deepStrictEqual([call?.kind, first?.kind], ["internal", "client"])
        assert.isTrue(first?.parent._tag === "Some" && first.parent.value.spanId === call?.spanId)
        const attributes = Object.fromEntries(first?.attributes ?? [])
        assert.deepInclude(attributes, {
          "http.request.method": "GET",
          "http.response.status_code": 503,
          "error.type": "503",
          "server.address": "sens.apigw.ntruss.com",
          "server.port": 443,
          "url.scheme": "https"
        })
        assert.include(attributes["url.query"], "from=REDACTED&to=REDACTED")
        assert.include(attributes["url.full"], "from=REDACTED&to=REDACTED")
        assert.strictEqual(second?.attributes.get("http.request.resend_count"), 1)
        assert.strictEqual(second?.attributes.get("http.response.status_code"), 200)
      })
    ).pipe(Effect.provide(emulated())))

  it.effect("a call says its type, how many it is for, and its request id", () =>
    capture((captured) =>
      Effect.gen(function*() {
        const { messages, reservations } = yield* Sens.Sens
        yield* messages.learnClock
        const { requestId } = yield* messages.send(sms())
        const intent = yield* messages.prepare(sms("01087654321"))
        const submitted = yield* messages.submit(intent, sms("01087654321"))
        yield* messages.resolve([intent], sms("01087654321"), { owners: () => Effect.succeed(new Map()) })
        const found = yield* inVirtualTime(messages.reconcile(intent, sms("01087654321")), 100)
        assert.isTrue(Exit.isSuccess(found.exit))
        yield* messages.search({ requestId })
        yield* Effect.exit(reservations.status(requestId))
        yield* Effect.exit(reservations.cancel(requestId))
        const said = captured.spans.filter(({ kind }) => kind === "internal").map(({ attributes, name }) => [
          name,
          Object.fromEntries(Array.from(attributes).filter(([key]) => /^sens\.(?!operation)/.test(key)))
        ])
        const type = { "sens.type": "SMS", "sens.recipients": 1 }
        const asked = { "sens.request_id": requestId }
        assert.deepStrictEqual(said, [
          ["Sens.messages.learnClock", {}],
          ["Sens.messages.send", { ...type, ...asked }],
          ["Sens.messages.prepare", type],
          ["Sens.messages.submit", { ...type, "sens.request_id": submitted.requestId }],
          ["Sens.messages.resolve", type],
          ["Sens.messages.reconcile", { ...type, "sens.request_id": submitted.requestId }],
          ["Sens.messages.search", asked],
          ["Sens.reservations.status", asked],
          ["Sens.reservations.cancel", asked]
        ])
      })
    ).pipe(Effect.provide(emulated())))

  it.effect("no trace header goes to NAVER", () =>
    capture((captured) =>
      Effect.gen(function*() {
        yield* Effect.flatMap(Sens.Sens, ({ messages }) => messages.send(sms())).pipe(
          Effect.provide(emulated(recording(captured))),
          inVirtualTime
        )
        assert.isTrue(captured.headers.length > 0)
        assert.deepStrictEqual(captured.headers.filter((name) => /^(?:traceparent|tracestate|b3|x-b3-)/.test(name)), [])
      })
    ))

  it.effect("counts calls, attempts, bytes and time", () =>
    Effect.gen(function*() {
      const sens = yield* Sens.Sens
      const { faults } = yield* Emulator.Emulator
      const value = (metric: Metric.Counter<number>, attributes: Record<string, string>) =>
        Effect.map(Metric.value(Metric.withAttributes(metric, attributes)), ({ count }) => count)
      const operation = "messages.send"
      yield* faults.next("any", 2, Fault.tooManyRequests({ code: "420" }))
      yield* inVirtualTime(sens.messages.send(sms()))
      yield* faults.next("any", 1, Fault.saysFailed())
      yield* inVirtualTime(Effect.exit(sens.messages.send(sms())))
      assert.strictEqual(yield* value(SensMetrics.calls, { operation, outcome: "success" }), 1)
      assert.strictEqual(yield* value(SensMetrics.calls, { operation, outcome: "Rejected" }), 1)
      assert.strictEqual(yield* value(SensMetrics.attempts, { operation, status: "429" }), 2)
      assert.strictEqual(yield* value(SensMetrics.attempts, { operation, status: "202" }), 2)
      assert.isTrue((yield* value(SensMetrics.sentBytes, { operation })) > 300)
      const { count } = yield* Metric.value(Metric.withAttributes(SensMetrics.duration, { operation }))
      assert.strictEqual(count, 2)
    }).pipe(
      Effect.provide(emulated()),
      Effect.provideService(Metric.MetricRegistry, new Map())
    ))
})
