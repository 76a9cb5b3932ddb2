import * as Emulator from "@effect-sens/emulator/Emulator"
import * as EmulatorClient from "@effect-sens/emulator/EmulatorClient"
import * as EmulatorServer from "@effect-sens/emulator/EmulatorServer"
import * as EmulatorWeb from "@effect-sens/emulator/EmulatorWeb"
import * as Fault from "@effect-sens/emulator/Fault"
import * as Ledger from "@effect-sens/emulator/Ledger"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as HttpClientError from "effect/http/HttpClientError"
import * as Schema from "effect/Schema"
import * as TestClock from "effect/testing/TestClock"
import { base, call, list, origin, send, sign, sms } from "./support.ts"

// What a client sees of a send: a status, the code of a broken connection, or nothing within a second.
type Seen = number | string | undefined

const code = (error: unknown): string => {
  for (let cause = error; typeof cause === "object" && cause !== null;) {
    if ("code" in cause && typeof cause.code === "string") return cause.code
    cause = HttpClientError.isHttpClientError(cause)
      ? ("cause" in cause.reason ? cause.reason.cause : undefined)
      : "cause" in cause
      ? cause.cause
      : undefined
  }
  return "no code"
}

interface Row {
  readonly fault: Fault.Fault
  readonly seen: Seen
  /** How many messages the emulator holds right after. */
  readonly stored: 0 | 1
  readonly check?: (answer: {
    readonly headers: Readonly<Record<string, string | undefined>>
    // Each row asserts on the fields it names; a schema here would be the one under test.
    readonly body: any
    readonly text: string
  }) => void
}

const gatewayCode = (expected: string): NonNullable<Row["check"]> => ({ body }) =>
  assert.strictEqual(body.error.errorCode, expected)

const rows: Readonly<Record<string, Row>> = {
  "429, quota": {
    fault: Fault.tooManyRequests({ code: "400" }),
    seen: 429,
    stored: 0,
    check: (answer) => {
      gatewayCode("400")(answer)
      assert.isUndefined(answer.headers["retry-after"])
    }
  },
  "429, throttle, with Retry-After": {
    fault: Fault.tooManyRequests({ code: "410", retryAfter: 2 }),
    seen: 429,
    stored: 0,
    check: (answer) => {
      gatewayCode("410")(answer)
      assert.strictEqual(answer.headers["retry-after"], "2")
    }
  },
  "429, rate": { fault: Fault.tooManyRequests({ code: "420" }), seen: 429, stored: 0, check: gatewayCode("420") },
  "429 of SENS itself": {
    fault: Fault.tooManyRequests(),
    seen: 429,
    stored: 0,
    check: ({ body }) => assert.isUndefined(body.error.errorCode)
  },
  "408": { fault: Fault.serverError({ status: 408 }), seen: 408, stored: 0 },
  "500 before acceptance": { fault: Fault.serverError(), seen: 500, stored: 0, check: gatewayCode("900") },
  "500 after acceptance": { fault: Fault.serverError({ accepted: true }), seen: 500, stored: 1 },
  "502": { fault: Fault.serverError({ status: 502 }), seen: 502, stored: 0 },
  "503": { fault: Fault.serverError({ status: 503 }), seen: 503, stored: 0, check: gatewayCode("500") },
  "504 after acceptance": {
    fault: Fault.serverError({ status: 504, accepted: true }),
    seen: 504,
    stored: 1,
    check: gatewayCode("510")
  },
  "307": {
    fault: Fault.redirect({ location: "http://127.0.0.1:1/elsewhere" }),
    seen: 307,
    stored: 0,
    check: ({ headers }) => assert.strictEqual(headers["location"], "http://127.0.0.1:1/elsewhere")
  },
  "202 that says failed": {
    fault: Fault.saysFailed(),
    seen: 202,
    stored: 0,
    check: ({ body }) => assert.deepInclude(body, { statusCode: "500", statusName: "fail" })
  },
  "202 with broken JSON": {
    fault: Fault.unreadable(),
    seen: 202,
    stored: 1,
    check: ({ body, text }) => {
      assert.isUndefined(body)
      assert.match(text, /^\{"/)
    }
  },
  "202 with HTML": {
    fault: Fault.unreadable({ body: "html" }),
    seen: 202,
    stored: 1,
    check: ({ text }) => assert.match(text, /^<!DOCTYPE html>/)
  },
  "202 with no body, nothing accepted": {
    fault: Fault.unreadable({ body: "empty", accepted: false }),
    seen: 202,
    stored: 0,
    check: ({ text }) => assert.strictEqual(text, "")
  },
  "a flood": {
    fault: Fault.flood({ bytes: 300_001 }),
    seen: 202,
    stored: 1,
    check: ({ headers, text }) => {
      assert.strictEqual(text.length, 300_001)
      assert.isUndefined(headers["content-length"])
    }
  },
  "401 as from a clock that is off": {
    fault: Fault.clockSkew("10 minutes"),
    seen: 401,
    stored: 0,
    check: (answer) => {
      gatewayCode("200")(answer)
      assert.strictEqual(answer.headers["date"], "Thu, 01 Jan 1970 00:10:00 GMT")
    }
  },
  "an empty 404": {
    fault: Fault.emptyNotFound,
    seen: 404,
    stored: 0,
    check: ({ text }) => assert.strictEqual(text, "")
  },
  "reset before acceptance": { fault: Fault.reset(), seen: "ECONNRESET", stored: 0 },
  "reset after acceptance": { fault: Fault.reset({ accepted: true }), seen: "ECONNRESET", stored: 1 },
  "the answer is lost": { fault: Fault.answerLost, seen: undefined, stored: 1 },
  "silence, nothing accepted": { fault: Fault.silence({ accepted: false }), seen: undefined, stored: 0 },
  "reset, accepted later": { fault: Fault.acceptedLater({ after: "30 seconds" }), seen: "ECONNRESET", stored: 0 },
  "silence, accepted later": {
    fault: Fault.acceptedLater({ after: "30 seconds", first: "Silence" }),
    seen: undefined,
    stored: 0
  },
  "no Date": {
    fault: Fault.noDate,
    seen: 202,
    stored: 1,
    check: ({ headers }) => assert.isUndefined(headers["date"])
  },
  "a wrong Date": {
    fault: Fault.wrongDate("-1 hours"),
    seen: 202,
    stored: 1,
    check: ({ headers }) => assert.strictEqual(headers["date"], "Wed, 31 Dec 1969 23:00:00 GMT")
  }
}

type Answered = Effect.Success<ReturnType<typeof send>>

const seenOf = <R>(answer: Effect.Effect<Answered, HttpClientError.HttpClientError, R>) =>
  answer.pipe(
    Effect.map((answer): { readonly seen: Seen; readonly answer?: Answered } => ({ seen: answer.status, answer })),
    Effect.catch((error) => Effect.succeed({ seen: code(error) as Seen }))
  )

const count = Effect.gen(function*() {
  const emulator = yield* Emulator.Emulator
  return (yield* emulator.allMessages).length
})

const makeAbort = (): AbortController => new AbortController()

// What happens on a socket takes real time, and how much is the machine's to say.
const until = <R>(ready: Effect.Effect<boolean, never, R>): Effect.Effect<void, never, R> =>
  Effect.flatMap(
    ready,
    (yes) => yes ? Effect.void : Effect.andThen(TestClock.withLive(Effect.sleep("5 millis")), until(ready))
  )

// Two requests get the fault and the third does not, whatever the fault.
const runRow = Effect.fnUntraced(function*<R>(
  row: Row,
  within: (answer: ReturnType<typeof send>) => Effect.Effect<
    { readonly seen: Seen; readonly answer?: Answered },
    HttpClientError.HttpClientError,
    R
  >
) {
  const emulator = yield* Emulator.Emulator
  yield* emulator.faults.next("send", 2, row.fault)
  for (const times of [1, 2]) {
    // Another operation is not concerned.
    assert.strictEqual((yield* list("requestId=x")).status, 200)
    const { answer, seen } = yield* within(send(sms()))
    assert.strictEqual(seen, row.seen)
    if (answer !== undefined) row.check?.(answer)
    assert.strictEqual(yield* count, row.stored * times)
  }
  assert.deepStrictEqual(yield* emulator.faults.pending, [])
  assert.strictEqual((yield* send(sms())).status, 202)
  assert.strictEqual(yield* count, row.stored * 2 + 1)
  assert.deepStrictEqual(yield* emulator.faults.applied, [{
    operation: "send",
    fault: row.fault._tag,
    count: 2
  }])
  const sends = (yield* emulator.ledger).filter(({ operation }) => operation === "send")
  const faulted = `${typeof row.seen === "number" ? row.seen : 0} ${row.stored === 1 ? "Accepted" : "Faulted"}`
  assert.deepStrictEqual(
    sends.map(({ faults, status, verdict }) => `${status} ${verdict._tag} ${faults ?? ""}`),
    [`${faulted} ${row.fault._tag}`, `${faulted} ${row.fault._tag}`, "202 Accepted "]
  )
})

describe("faults", () => {
  describe("without a socket, in virtual time", () => {
    for (const [name, row] of Object.entries(rows)) {
      it.effect(name, () =>
        runRow(row, (answer) =>
          Effect.gen(function*() {
            const fiber = yield* Effect.forkChild(Effect.timeoutOrElse(seenOf(answer), {
              duration: "1 second",
              orElse: () => Effect.succeed({ seen: undefined as Seen })
            }))
            if (row.seen === undefined) yield* TestClock.adjust("1 second")
            return yield* Fiber.join(fiber)
          })).pipe(Effect.provide(EmulatorClient.layer())))
    }
  })

  describe("over a socket", () => {
    for (const [name, row] of Object.entries(rows)) {
      it.effect(name, () =>
        runRow(row, (answer) => {
          if (row.seen !== undefined) return seenOf(answer)
          return Effect.gen(function*() {
            const emulator = yield* Emulator.Emulator
            const before = (yield* emulator.ledger).length
            const fiber = yield* Effect.forkChild(seenOf(answer))
            yield* until(Effect.map(emulator.ledger, (ledger) => ledger.length > before))
            yield* TestClock.withLive(Effect.sleep("100 millis"))
            assert.isUndefined(fiber.pollUnsafe())
            yield* Fiber.interrupt(fiber)
            return { seen: undefined }
          })
        }).pipe(Effect.provide(EmulatorServer.layerTest({ gracefulShutdownTimeout: "10 millis" }))), 60_000)
    }
  })

  const refusedSeen = seenOf(send(sms()))

  it.effect("refused: without a socket by count, over a socket while the port is closed", () =>
    Effect.gen(function*() {
      const emulator = yield* Emulator.Emulator
      yield* emulator.faults.next("any", 1, Fault.refused)
      assert.strictEqual((yield* refusedSeen).seen, "ECONNREFUSED")
      assert.strictEqual(yield* count, 0)
      assert.strictEqual((yield* refusedSeen).seen, 202)

      yield* Effect.gen(function*() {
        const server = yield* EmulatorServer.EmulatorServer
        assert.strictEqual((yield* refusedSeen).seen, 202)
        for (const { seen } of yield* server.refusing(Effect.all([refusedSeen, refusedSeen]))) {
          assert.strictEqual(seen, "ECONNREFUSED")
        }
        assert.strictEqual((yield* refusedSeen).seen, 202)
        assert.strictEqual(yield* count, 2)
      }).pipe(Effect.provide(EmulatorServer.layerTest()))
    }).pipe(Effect.provide(EmulatorClient.layer())))

  it.effect.each(
    [
      ["unreadable", Fault.unreadable()],
      ["a flood", Fault.flood({ bytes: 10 })],
      ["says failed, though accepted", Fault.saysFailed({ accepted: true })]
    ] as const
  )("no success is told of a request that was refused: %s", ([, fault]) =>
    Effect.gen(function*() {
      const emulator = yield* Emulator.Emulator
      yield* TestClock.adjust("1 hour")
      yield* emulator.faults.next("send", 2, fault)
      const late = yield* send(sms(), { timestamp: 0 })
      assert.strictEqual(late.status, 401)
      assert.strictEqual(yield* count, 0)
      assert.strictEqual((yield* send(sms())).status, 202)
      assert.strictEqual(yield* count, 1)
    }).pipe(Effect.provide(EmulatorClient.layer())))

  describe("accepted later", () => {
    const later = (after: number): Fault.Fault => Fault.acceptedLater({ after })

    it.effect("the request is looked at when it is due, and bears that time", () =>
      Effect.gen(function*() {
        const emulator = yield* Emulator.Emulator
        yield* emulator.faults.next("send", 1, later(30_000))
        yield* Effect.flip(send(sms()))
        yield* TestClock.adjust("29999 millis")
        assert.strictEqual(yield* count, 0)
        yield* TestClock.adjust("1 hour")
        const [message] = yield* emulator.allMessages
        assert.strictEqual(Number(message?.requestTime.epochMilliseconds), 30_000)
        assert.strictEqual(message?.status, "COMPLETED")
        const found = yield* list(
          "requestStartTime=1970-01-01%2009%3A00%3A30&requestEndTime=1970-01-01%2009%3A00%3A30&to=01000000001"
        )
        assert.strictEqual(found.body.itemCount, 1)
        assert.deepStrictEqual(
          (yield* emulator.ledger).map(({ at, late, operation, status, verdict }) => [
            Number(at.epochMilliseconds),
            operation,
            status,
            verdict._tag,
            late
          ]),
          [
            [0, "send", 0, "Faulted", undefined],
            [30_000, "send", 202, "Accepted", true],
            [3_629_999, "search", 200, "Answered", undefined]
          ]
        )
      }).pipe(Effect.provide(EmulatorClient.layer())))

    it.effect("only if its signature is still good then, by the gateway's clock", () =>
      Effect.gen(function*() {
        const emulator = yield* Emulator.Emulator
        const arrivesAfter = Effect.fnUntraced(function*(after: number, signedAgo: number) {
          yield* emulator.faults.next("send", 1, later(after))
          const timestamp = (yield* Effect.clockWith((clock) => clock.currentTimeMillis)) - signedAgo
          yield* Effect.flip(send(sms(), { timestamp }))
          const before = yield* count
          yield* TestClock.adjust(after)
          return (yield* count) - before
        })
        assert.strictEqual(yield* arrivesAfter(300_000, 0), 1)
        assert.strictEqual(yield* arrivesAfter(300_001, 0), 0)
        // A signature that looks older lives shorter.
        assert.strictEqual(yield* arrivesAfter(30_000, 270_000), 1)
        assert.strictEqual(yield* arrivesAfter(30_001, 270_000), 0)
        yield* emulator.setClockOffset("-2 minutes")
        assert.strictEqual(yield* arrivesAfter(420_000, 0), 1)
        assert.strictEqual(yield* arrivesAfter(420_001, 0), 0)
        assert.strictEqual((yield* emulator.signatureLog).length, 3)
      }).pipe(Effect.provide(EmulatorClient.layer())))

    it.effect("what was due first comes first, before whoever comes next, and reset forgets it", () =>
      Effect.gen(function*() {
        const emulator = yield* Emulator.Emulator
        for (const [after, content] of [[3000, "셋"], [1000, "하나"], [2000, "둘"]] as const) {
          yield* emulator.faults.next("send", 1, later(after))
          yield* Effect.flip(send(sms({ content })))
        }
        yield* TestClock.adjust("1 minute")
        yield* send(sms({ content: "넷" }))
        assert.deepStrictEqual(
          (yield* emulator.allMessages).map(({ content, requestTime }) => [content, requestTime.epochMilliseconds]),
          [["하나", 1000], ["둘", 2000], ["셋", 3000], ["넷", 60_000]]
        )
        yield* emulator.faults.next("send", 1, later(1000))
        yield* Effect.flip(send(sms()))
        yield* emulator.reset
        yield* TestClock.adjust("1 minute")
        assert.strictEqual(yield* count, 0)
      }).pipe(Effect.provide(EmulatorClient.layer())))

    it.effect("over a socket", () =>
      Effect.gen(function*() {
        const emulator = yield* Emulator.Emulator
        yield* emulator.faults.next("send", 2, later(2000))
        yield* Effect.flip(send(sms()))
        yield* Effect.flip(send(sms(), { timestamp: -1 }))
        yield* TestClock.adjust("2 seconds")
        assert.strictEqual(yield* count, 1)
        assert.strictEqual((yield* emulator.signatureLog)[0]?.problem._tag, "TimestampMalformed")
      }).pipe(Effect.provide(EmulatorServer.layerTest({ timestampTolerance: "2 seconds" }))))
  })

  describe("slow", () => {
    it.effect("before it is looked at, and before it is answered", () =>
      Effect.gen(function*() {
        const emulator = yield* Emulator.Emulator
        yield* emulator.faults.next("send", 1, Fault.slow({ before: "2 seconds", after: "3 seconds" }))
        const fiber = yield* Effect.forkChild(send(sms()))
        yield* TestClock.adjust("1999 millis")
        assert.strictEqual(yield* count, 0)
        yield* TestClock.adjust("1 millis")
        assert.strictEqual(yield* count, 1)
        yield* TestClock.adjust("2999 millis")
        assert.isUndefined(fiber.pollUnsafe())
        yield* TestClock.adjust("1 millis")
        const answer = yield* Fiber.join(fiber)
        assert.strictEqual(answer.body.requestTime, "1970-01-01T09:00:02.000")
        assert.strictEqual(answer.headers["date"], "Thu, 01 Jan 1970 00:00:05 GMT")
        assert.strictEqual((yield* emulator.ledger)[0]?.millis, 5000)
      }).pipe(Effect.provide(EmulatorClient.layer())))

    for (const [name, layer] of [["without", EmulatorClient.layer()], ["over", EmulatorServer.layerTest()]] as const) {
      it.effect(`a client that has gone does not stop what is on its way, ${name} a socket`, () =>
        Effect.gen(function*() {
          const emulator = yield* Emulator.Emulator
          yield* emulator.faults.next("send", 1, Fault.slow({ before: "1 minute" }))
          const fiber = yield* Effect.forkChild(send(sms()))
          yield* until(Effect.map(emulator.faults.pending, (pending) => pending.length === 0))
          yield* TestClock.withLive(Effect.sleep("50 millis"))
          yield* TestClock.adjust("10 seconds")
          yield* Fiber.interrupt(fiber)
          assert.strictEqual(yield* count, 0)
          yield* TestClock.adjust("1 hour")
          const [message] = yield* emulator.allMessages
          assert.strictEqual(message?.requestTime.epochMilliseconds, 60_000)
        }).pipe(Effect.provide(layer as typeof layer)))
    }
  })

  it.effect("each of the nine operations has faults of its own, whatever the spelling of the path", () =>
    Effect.gen(function*() {
      const emulator = yield* Emulator.Emulator
      const requests = {
        send: ["POST", "messages"],
        search: ["GET", "messages?requestId=x"],
        result: ["GET", "messages/x"],
        upload: ["POST", "files"],
        reservationStatus: ["GET", "reservations/x/reserve-status"],
        reservationCancel: ["DELETE", "reservations/x"],
        unsubscribesSearch: ["GET", "unsubscribes"],
        unsubscribesRegister: ["POST", "unsubscribes"],
        unsubscribesRemove: ["DELETE", "unsubscribes"]
      } as const
      const statuses = Effect.forEach(Object.values(requests), ([method, path]) =>
        Effect.map(
          call({
            method,
            target: `${base.replaceAll(":", "%3A")}/${path}`,
            ...(method === "GET" ? {} : { rawBody: "{" })
          }),
          ({ status }) => status
        ))
      const unharmed = yield* statuses
      for (const operation of Ledger.Operation.literals) {
        yield* emulator.faults.next(operation, 1, Fault.serverError({ status: 502 }))
        const expected = unharmed.map((status, i) => Object.keys(requests)[i] === operation ? 502 : status)
        assert.deepStrictEqual(yield* statuses, expected, operation)
      }
      assert.sameMembers(Object.keys(requests), [...Ledger.Operation.literals])
      for (const [operation, broken] of [["reservationCancel", 200], ["upload", 200], ["send", 202]] as const) {
        yield* emulator.faults.next(operation, 1, Fault.unreadable())
        const [method, path] = requests[operation]
        const answer = yield* call({ method, target: `${base}/${path}`, rawBody: "{" })
        assert.strictEqual(answer.status, broken)
        assert.isUndefined(answer.body)
      }
    }).pipe(Effect.provide(EmulatorClient.layer())))

  it.effect("an answer, a delay and a Date can go together; the rest waits its turn", () =>
    Effect.gen(function*() {
      const emulator = yield* Emulator.Emulator
      yield* emulator.faults.next("any", Number.POSITIVE_INFINITY, Fault.noDate)
      yield* emulator.faults.next("send", 1, Fault.serverError())
      yield* emulator.faults.next("any", 1, Fault.emptyNotFound)
      yield* emulator.faults.next("send", 1, Fault.slow({ after: "1 second" }))
      assert.deepStrictEqual(
        (yield* emulator.faults.pending).map(({ count, fault, operation }) => [operation, count, fault._tag]),
        [["any", null, "NoDate"], ["send", 1, "ServerError"], ["any", 1, "EmptyNotFound"], ["send", 1, "Slow"]]
      )
      const fiber = yield* Effect.forkChild(send(sms()))
      yield* TestClock.adjust("1 second")
      const first = yield* Fiber.join(fiber)
      assert.strictEqual(first.status, 500)
      assert.isUndefined(first.headers["date"])
      assert.strictEqual((yield* call({ target: "/openapi.json" })).status, 200)
      const second = yield* list("requestId=x")
      assert.strictEqual(second.status, 404)
      assert.isUndefined(second.headers["date"])
      const third = yield* send(sms())
      assert.strictEqual(third.status, 202)
      assert.isUndefined(third.headers["date"])
      yield* emulator.faults.clear
      assert.isString((yield* send(sms())).headers["date"])
      const applied = yield* emulator.faults.applied
      assert.deepStrictEqual(applied.map(({ count, fault, operation }) => [operation, fault, count]), [
        ["send", "NoDate", 2],
        ["send", "ServerError", 1],
        ["send", "Slow", 1],
        ["search", "NoDate", 1],
        ["search", "EmptyNotFound", 1]
      ])
      const encode = Schema.encodeEffect(Schema.toCodecJson(Schema.Array(Fault.Applied)))
      assert.deepStrictEqual(yield* encode(applied), applied.map((each) => ({ ...each })))
    }).pipe(Effect.provide(EmulatorClient.layer())))

  it.effect("at random: the rates come out, and a seed repeats them", () => {
    const rates: Fault.Random["rates"] = [
      { fault: Fault.reset(), rate: 0.2, operation: "send" },
      { fault: Fault.serverError({ accepted: true }), rate: 0.1 }
    ]
    const run = Effect.fnUntraced(function*(seed: string) {
      const emulator = yield* Emulator.Emulator
      yield* emulator.faults.random({ seed, rates })
      const seen = yield* Effect.forEach(Array.from({ length: 1000 }), () => seenOf(send(sms())))
      const listed = yield* Effect.forEach(Array.from({ length: 200 }), () => seenOf(list("requestId=x")))
      assert.isFalse(listed.some(({ seen }) => seen === "ECONNRESET"))
      assert.strictEqual(yield* count, seen.filter(({ seen }) => seen !== "ECONNRESET").length)
      return seen.map(({ seen }) => seen)
    })
    const fresh = (seed: string) => Effect.provide(run(seed), EmulatorClient.layer())
    return Effect.gen(function*() {
      const first = yield* fresh("a")
      // Within four standard deviations.
      assert.closeTo(first.filter((seen) => seen === "ECONNRESET").length, 200, 51)
      assert.closeTo(first.filter((seen) => seen === 500).length, 100, 38)
      assert.deepStrictEqual(yield* fresh("a"), first)
      assert.notDeepEqual(yield* fresh("b"), first)
    })
  })

  it.effect("the gateway's clock may differ from the caller's, and all its stamps with it", () =>
    Effect.gen(function*() {
      const emulator = yield* Emulator.Emulator
      assert.strictEqual((yield* send(sms())).status, 401)
      const sent = yield* send(sms(), { timestamp: 600_000 })
      assert.strictEqual(sent.status, 202)
      assert.strictEqual(sent.headers["date"], "Thu, 01 Jan 1970 00:10:00 GMT")
      assert.strictEqual(sent.body.requestTime, "1970-01-01T09:10:00.000")
      yield* emulator.setClockOffset(0)
      assert.strictEqual((yield* send(sms())).status, 202)
      yield* emulator.reset
      assert.strictEqual((yield* send(sms())).status, 401)
      assert.deepInclude((yield* emulator.signatureLog)[0]?.problem, { offsetMillis: -600_000 })
    }).pipe(Effect.provide(EmulatorClient.layer({ clockOffset: "10 minutes" }))))

  it.live("the web handler rejects as fetch does, and ends a silence when the signal does", () =>
    Effect.gen(function*() {
      const web = yield* Effect.acquireRelease(
        Effect.sync(() => EmulatorWeb.toWebHandler()),
        ({ dispose }) => Effect.promise(dispose)
      )
      const emulator = yield* Effect.promise(() => web.emulator)
      const target = `${base}/messages`
      const post = (signal?: AbortSignal) =>
        Effect.promise(() =>
          web.handler(
            new Request(origin + target, {
              method: "POST",
              headers: {
                ...sign({ method: "POST", target, timestamp: Date.now() }),
                "content-type": "application/json"
              },
              body: JSON.stringify(sms()),
              ...(signal === undefined ? undefined : { signal })
            })
          ).then((response) => response.status, (error: unknown) => error)
        )
      for (const [fault, seen] of [[Fault.refused, "ECONNREFUSED"], [Fault.reset(), "ECONNRESET"]] as const) {
        yield* emulator.faults.next("send", 1, fault)
        const error = yield* post()
        assert.instanceOf(error, TypeError)
        assert.strictEqual(code(error), seen)
      }
      yield* emulator.faults.next("send", 1, Fault.answerLost)
      const controller = makeAbort()
      const waiting = yield* Effect.forkChild(post(controller.signal))
      yield* emulator.waitForMessage({ timeout: "20 seconds" })
      controller.abort(new Error("enough"))
      const error = yield* Fiber.join(waiting)
      assert.strictEqual((error as Error).message, "enough")
      assert.lengthOf(yield* emulator.allMessages, 1)
      yield* emulator.faults.next("send", 1, Fault.flood({ bytes: 1_000_000 }))
      assert.strictEqual(yield* post(), 202)
      assert.strictEqual(yield* post(), 202)
      assert.lengthOf(yield* emulator.allMessages, 3)
    }))
})
