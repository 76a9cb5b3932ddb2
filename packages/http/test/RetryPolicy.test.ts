import * as MessageId from "@effect-sens/core/MessageId"
import * as RequestId from "@effect-sens/core/RequestId"
import type * as SensError from "@effect-sens/core/SensError"
import * as Emulator from "@effect-sens/emulator/Emulator"
import * as Fault from "@effect-sens/emulator/Fault"
import * as RetryPolicy from "@effect-sens/http/RetryPolicy"
import * as Sens from "@effect-sens/http/Sens"
import { assert, describe, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Schedule from "effect/Schedule"
import * as TestClock from "effect/testing/TestClock"
import { credentials, emulated, inVirtualTime, signer, sms, valueInVirtualTime } from "./emulated.ts"

const query = { requestId: RequestId.make("RSSA-1") }

const search = Effect.asVoid(Effect.flatMap(Sens.Sens, ({ messages }) => messages.search(query)))
const send = Effect.asVoid(Effect.flatMap(Sens.Sens, ({ messages }) => messages.send(sms())))

const attempts = Effect.flatMap(Emulator.Emulator, ({ ledger }) => Effect.map(ledger, (entries) => entries.length))

const reason = (exit: Exit.Exit<unknown, SensError.SensError>): string =>
  Exit.isSuccess(exit) ?
    "success" :
    exit.cause.reasons.map((part) => part._tag === "Fail" ? tag(part.error.reason) : part._tag).join()

// Of an outcome that is unknown, why.
const tag = (reason: SensError.Reason): string =>
  reason._tag === "OutcomeUnknown"
    ? `unknown: ${reason.attempts.map(({ isAccepted, reason }) => isAccepted ? `${reason}, accepted` : reason).join()}`
    : reason._tag

// One row of the design's table: what the gateway does, for ever; how often a read and a send are tried; how they end.
interface Row {
  readonly name: string
  readonly fault: Fault.Fault
  readonly read: readonly [attempts: number, reason: string]
  readonly send: readonly [attempts: number, reason: string]
}

const rows: ReadonlyArray<Row> = [
  {
    name: "nothing was sent",
    fault: Fault.refused,
    read: [4, "ConnectionFailed"],
    send: [4, "ConnectionFailed"]
  },
  { name: "connection reset", fault: Fault.reset(), read: [4, "ConnectionLost"], send: [1, "unknown: ConnectionLost"] },
  {
    name: "no answer",
    fault: Fault.silence({ accepted: false }),
    read: [4, "TimedOut"],
    send: [1, "unknown: TimedOut"]
  },
  ...([408, 500, 502, 503, 504] as const).map((status): Row => ({
    name: `HTTP ${status}`,
    fault: Fault.serverError({ status }),
    read: [4, "ServerFault"],
    send: [1, "unknown: ServerFault"]
  })),
  {
    name: "429, throttled (410)",
    fault: Fault.tooManyRequests({ code: "410" }),
    read: [4, "Throttled"],
    send: [4, "Throttled"]
  },
  {
    name: "429, throttled (420)",
    fault: Fault.tooManyRequests({ code: "420" }),
    read: [4, "Throttled"],
    send: [4, "Throttled"]
  },
  {
    name: "429, quota (400)",
    fault: Fault.tooManyRequests({ code: "400" }),
    read: [4, "QuotaExceeded"],
    send: [4, "QuotaExceeded"]
  },
  {
    name: "429 without a word",
    fault: Fault.tooManyRequests(),
    read: [4, "QuotaExceeded"],
    send: [4, "QuotaExceeded"]
  },
  { name: "a 2xx that says failed", fault: Fault.saysFailed(), read: [1, "Rejected"], send: [1, "Rejected"] },
  {
    name: "a 2xx that cannot be read",
    fault: Fault.unreadable({ accepted: false }),
    read: [4, "UnexpectedResponse"],
    send: [1, "unknown: UnexpectedResponse, accepted"]
  },
  ...([301, 302, 303, 307, 308] as const).map((status): Row => ({
    name: `a redirect ${status}`,
    fault: Fault.redirect({ location: "https://other.invalid/", status }),
    read: [1, "UnexpectedResponse"],
    send: [1, "unknown: UnexpectedResponse"]
  })),
  { name: "an empty 404", fault: Fault.emptyNotFound, read: [1, "success"], send: [1, "NotFound"] }
]

describe("what is tried again, and how often", () => {
  it.effect.each(rows)("$name", (row) =>
    Effect.gen(function*() {
      for (const [call, expected] of [[search, row.read], [send, row.send]] as const) {
        const ended = yield* Effect.gen(function*() {
          const { faults } = yield* Emulator.Emulator
          yield* faults.next("any", Infinity, row.fault)
          const { exit } = yield* inVirtualTime(call)
          return [yield* attempts, reason(exit)] as const
        }).pipe(Effect.provide(emulated({ onAmbiguous: "fail" })))
        assert.deepStrictEqual(ended, expected)
      }
    }))

  it.effect("a call that fails three times succeeds at the fourth", () =>
    Effect.gen(function*() {
      const { faults } = yield* Emulator.Emulator
      yield* faults.next("any", 2, Fault.tooManyRequests({ code: "420" }))
      yield* faults.next("any", 1, Fault.refused)
      assert.isTrue(Exit.isSuccess((yield* inVirtualTime(send)).exit))
      assert.strictEqual(yield* attempts, 4)
      assert.strictEqual((yield* (yield* Emulator.Emulator).messages("01012345678")).length, 1)
    }).pipe(Effect.provide(emulated())))

  it.effect.each(["messages.result", "messages.search"] as const)(
    "%s never tries 400, 401, 403 and 404 again",
    (operation) =>
      Effect.gen(function*() {
        for (const status of [400, 401, 403, 404, 405, 413, 415]) {
          let seen = 0
          const client = HttpClient.make((request) => {
            seen += 1
            return Effect.succeed(HttpClientResponse.fromWeb(request, new Response("{}", { status })))
          })
          const sens = yield* Sens.make(credentials).pipe(
            Effect.provideService(HttpClient.HttpClient, client),
            Effect.provide(signer)
          )
          const call = operation === "messages.result"
            ? Effect.asVoid(sens.messages.result(MessageId.make("1")))
            : Effect.asVoid(sens.messages.search(query))
          assert.isTrue(Exit.isFailure((yield* inVirtualTime(call)).exit))
          assert.strictEqual(seen, 1)
        }
      })
  )
})

describe("when it is tried again", () => {
  it.effect("after delays of full jitter: 0.2 s, 0.4 s and 0.8 s at most", () =>
    Effect.gen(function*() {
      const { faults, ledger } = yield* Emulator.Emulator
      const delays: Array<ReadonlyArray<number>> = []
      for (let run = 0; run < 200; run++) {
        yield* faults.next("any", 4, Fault.serverError())
        const before = (yield* ledger).length
        yield* inVirtualTime(search, 5)
        const at = (yield* ledger).slice(before).map(({ at }) => at.epochMilliseconds)
        assert.strictEqual(at.length, 4, `run ${run}`)
        delays.push(at.slice(1).map((time, index) => time - (at[index] ?? 0)))
      }
      for (const [index, bound] of [200, 400, 800].entries()) {
        const all = delays.map((delays) => delays[index] ?? NaN)
        assert.isTrue(all.every((delay) => delay >= 0 && delay <= bound + 5), `${index}: ${Math.max(...all)}`)
        // Full jitter spreads over the whole of it.
        assert.isTrue(Math.min(...all) < bound * 0.2 && Math.max(...all) > bound * 0.8)
      }
    }).pipe(Effect.provide(emulated({ retryBudget: { capacity: 1000, refillPerSecond: 1000 } }))))

  it.effect("not before Retry-After says, and not later than 30 s", () =>
    Effect.gen(function*() {
      const { faults } = yield* Emulator.Emulator
      yield* faults.next("any", 1, Fault.tooManyRequests({ code: "410", retryAfter: 7 }))
      const obeyed = yield* valueInVirtualTime(search)
      assert.isTrue(obeyed.elapsed >= 7000 && obeyed.elapsed < 7300, `${obeyed.elapsed}`)
      yield* faults.next("any", 1, Fault.tooManyRequests({ code: "410", retryAfter: 86_400 }))
      const capped = yield* valueInVirtualTime(search)
      assert.isTrue(capped.elapsed >= 30_000 && capped.elapsed < 30_300, `${capped.elapsed}`)
    }).pipe(Effect.provide(emulated())))

  it.effect("not where the call would be over by then", () =>
    Effect.gen(function*() {
      const { faults } = yield* Emulator.Emulator
      yield* faults.next("any", 1, Fault.tooManyRequests({ code: "410", retryAfter: 20 }))
      const { elapsed, exit } = yield* inVirtualTime(search)
      assert.strictEqual(reason(exit), "Throttled")
      assert.isTrue(elapsed < 1000)
    }).pipe(Effect.provide(emulated({ callTimeout: "10 seconds" }))))

  it.effect("only while the budget that all calls share lasts", () =>
    Effect.gen(function*() {
      const { faults, ledger } = yield* Emulator.Emulator
      yield* faults.next("any", Infinity, Fault.serverError())
      yield* Effect.forEach(Array.from({ length: 10 }), () => Effect.exit(search)).pipe(inVirtualTime)
      // Ten calls, five tokens, and what was refilled meanwhile.
      const spent = (yield* ledger).length - 10
      assert.isTrue(spent >= 5 && spent <= 10, `${spent}`)
      yield* TestClock.adjust("10 seconds")
      const before = (yield* ledger).length
      yield* inVirtualTime(Effect.exit(search))
      assert.strictEqual((yield* ledger).length - before, 4)
    }).pipe(Effect.provide(emulated({ retryBudget: { capacity: 5, refillPerSecond: 1 } }))))

  it.effect("as the policy of the fiber says", () =>
    Effect.gen(function*() {
      const { faults } = yield* Emulator.Emulator
      yield* faults.next("any", Infinity, Fault.serverError())
      const policy = RetryPolicy.make({ failed: Schedule.spaced("1 second").pipe(Schedule.upTo({ times: 2 })) })
      const { elapsed } = yield* inVirtualTime(Effect.provideService(search, RetryPolicy.CurrentRetryPolicy, policy))
      assert.strictEqual(yield* attempts, 3)
      assert.isTrue(elapsed >= 2000 && elapsed < 2200, `${elapsed}`)
      const once = yield* inVirtualTime(
        Effect.provideService(search, RetryPolicy.CurrentRetryPolicy, RetryPolicy.never)
      )
      assert.strictEqual(yield* attempts, 4)
      assert.strictEqual(once.elapsed, 0)
    }).pipe(Effect.provide(emulated())))
})

describe("clocks that differ", () => {
  it.effect.each(["7 minutes", "-7 minutes"] as const)(
    "a gateway %s ahead is met by one more attempt, once",
    (offset) =>
      Effect.gen(function*() {
        yield* TestClock.setTime(Date.UTC(2026, 0, 1))
        const { ledger, setClockOffset } = yield* Emulator.Emulator
        yield* setClockOffset(offset)
        yield* inVirtualTime(send).pipe(Effect.flatMap(({ exit }) => exit))
        assert.strictEqual((yield* ledger).length, 2)
        yield* TestClock.adjust("1 hours")
        yield* inVirtualTime(send).pipe(Effect.flatMap(({ exit }) => exit))
        assert.strictEqual((yield* ledger).length, 3)
      }).pipe(Effect.provide(emulated()))
  )

  it.effect("a clock that was set right meanwhile is met as well", () =>
    Effect.gen(function*() {
      const gateway = Date.UTC(2026, 0, 1)
      yield* TestClock.setTime(gateway)
      // The wall clock of this machine, seven minutes behind until it is corrected while the request is on its way.
      let behind = 420_000
      const clock = yield* Clock.Clock
      const corrected: Clock.Clock = {
        ...clock,
        sleep: (duration) => clock.sleep(duration),
        currentTimeMillisUnsafe: () => clock.currentTimeMillisUnsafe() - behind,
        currentTimeMillis: Effect.sync(() => clock.currentTimeMillisUnsafe() - behind)
      }
      const timestamps: Array<number> = []
      const client = HttpClient.make((request) =>
        Effect.sync(() => {
          timestamps.push(Number(request.headers["x-ncp-apigw-timestamp"]))
          behind = 0
          const headers = { date: new Date(gateway).toUTCString() }
          return HttpClientResponse.fromWeb(
            request,
            timestamps.length === 1
              ? new Response("{}", { status: 401, headers })
              : new Response("{\"messages\":[]}", { headers })
          )
        })
      )
      const sens = yield* Sens.make(credentials).pipe(
        Effect.provideService(HttpClient.HttpClient, client),
        Effect.provide(signer)
      )
      yield* Effect.provideService(sens.messages.search(query), Clock.Clock, corrected)
      const [first = 0, second = 0] = timestamps
      assert.strictEqual(timestamps.length, 2)
      assert.strictEqual(first, gateway - 420_000)
      assert.isTrue(Math.abs(second - gateway) <= 1000, `${second - gateway}`)
    }))

  it.effect("wrong keys are not tried again", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(Date.UTC(2026, 0, 1))
      const { ledger } = yield* Emulator.Emulator
      const { exit } = yield* inVirtualTime(send)
      assert.strictEqual(reason(exit), "AuthenticationFailed")
      assert.strictEqual((yield* ledger).length, 1)
    }).pipe(Effect.provide(emulated({ accessKey: credentials.secretKey }))))
})
