// What a program in plain JavaScript may hand over: each call ends in a typed error that says what to give, and sends nothing.
import * as SensError from "@effect-sens/core/SensError"
import * as Account from "@effect-sens/emulator/Account"
import * as Emulator from "@effect-sens/emulator/Emulator"
import * as RetryPolicy from "@effect-sens/http/RetryPolicy"
import * as Sens from "@effect-sens/http/Sens"
import * as SensPromise from "@effect-sens/http/SensPromise"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as Schedule from "effect/Schedule"
import { emulated } from "./emulated.ts"

const sms = { type: "SMS", from: "0212345678", content: "안녕하세요", messages: [{ to: "01012345678" }] } as const

const intent = { serviceId: Account.serviceId, timestamp: 0, preparedAt: 0, notBefore: 0, expires: 300_000 }

const owners = () => Effect.succeed(new Map())

// One call each, by its path and what it is given.
const calls: ReadonlyArray<readonly [group: keyof Sens.Service, name: string, given: ReadonlyArray<unknown>]> = [
  ...[undefined, null, 5, "", [], {}, Symbol("x"), ".", ".."].flatMap((id) =>
    ([["messages", "result"], ["reservations", "status"], ["reservations", "cancel"]] as const).map(
      ([group, name]) => [group, name, [id]] as const
    )
  ),
  ...[undefined, null, 5, "", [], {}, () => sms, new Map(), new Error("x")].flatMap((request) =>
    [
      ["messages", "send", [request]],
      ["messages", "prepare", [request]],
      ["messages", "submit", [intent, request]],
      ["messages", "resolve", [[intent], request, { owners }]],
      ["messages", "reconcile", [intent, request]],
      ["files", "upload", [request]]
    ] as const
  ),
  ...[null, 5, "x", [], { query: "x" }].flatMap((query) =>
    [["messages", "search", [query]], ["unsubscribes", "search", [query]]] as const
  ),
  ["messages", "search", [undefined]],
  ["messages", "search", [{}]],
  ...[
    null,
    5,
    "x",
    [],
    {},
    { pageIndex: "1" },
    { pageIndex: -1 },
    { pageIndex: 0.5 },
    { nextToken: 5 },
    { pageIndex: 0, nextToken: "t" },
    { pageIndex: 0, pageSize: 20 },
    { nextToken: "t", index: 1 },
    { page: 2 }
  ].map((page) => ["messages", "search", [{ requestId: "x" }, page]] as const),
  ...[undefined, null, 5, "010-1234-5678", {}, [], [5], [null], new Set(["01012345678"])].flatMap((numbers) =>
    [["unsubscribes", "register", [numbers]], ["unsubscribes", "remove", [numbers]]] as const
  ),
  ...[undefined, null, 5, "x", {}, [], [undefined], [{}], [intent, {}], { ...intent, expires: "x" }, new Error("x")]
    .flatMap((question) =>
      [
        ["messages", "reconcile", [question, sms]],
        ["messages", "submit", [question, sms]],
        ["messages", "resolve", [question, sms, { owners }]]
      ] as const
    ),
  ...[undefined, null, 5, {}, { owners: "x" }, { owners, twins: 5 }, { owners, twin: Effect.void }].map((options) =>
    ["messages", "resolve", [[intent], sms, options]] as const
  )
]

// Of the emulator's service, but for what is wrong with it.
const issues = (error: unknown): ReadonlyArray<{ readonly message: string }> => {
  if (!(error instanceof SensError.SensError)) return assert.fail(`not a SensError: ${String(error)}`)
  if (!(error.reason instanceof SensError.InvalidRequest)) return assert.fail(`not refused: ${error.reason._tag}`)
  for (const { message } of error.reason.issues) {
    assert.notMatch(message, /undefined|null|Cannot|\[object|NaN/)
  }
  return error.reason.issues
}

const failure = (call: Effect.Effect<unknown, SensError.SensError>): Effect.Effect<unknown> =>
  Effect.match(call, { onFailure: (error) => error, onSuccess: () => "succeeded" })

const shown = (given: ReadonlyArray<unknown>): string =>
  given.map((value) => typeof value === "object" ? JSON.stringify(value) : String(value)).join(", ")

describe("anything at all", () => {
  it.effect.each(calls.map((call) => [`${call[0]}.${call[1]}(${shown(call[2])})`, call] as const))(
    "%s is refused",
    ([, [group, name, given]]) =>
      Effect.gen(function*() {
        const sens = yield* Sens.Sens
        const method: unknown = Reflect.get(Object(sens[group]), name)
        if (typeof method !== "function") return assert.fail(name)
        const effect: Effect.Effect<unknown, SensError.SensError> = Reflect.apply(method, undefined, given)
        assert.isAbove(issues(yield* failure(effect)).length, 0)
        const { ledger } = yield* Emulator.Emulator
        assert.strictEqual((yield* ledger).length, 0)
      }).pipe(Effect.provide(emulated()))
  )

  it("rejects in the Promise door, too", async () => {
    const none = Layer.succeed(HttpClient.HttpClient, HttpClient.make(() => Effect.die("sent")))
    await using sens = SensPromise.make({
      accessKey: Account.accessKey,
      secretKey: Account.secretKey,
      serviceId: Account.serviceId,
      httpClient: none
    })
    for (const [group, name, given] of calls) {
      // What tells owners is a function that gives a Map there.
      if (name === "resolve" && given[2] !== undefined) continue
      const method: unknown = Reflect.get(Object(sens[group]), name)
      if (typeof method !== "function") return assert.fail(name)
      const promise: unknown = Reflect.apply(method, undefined, given)
      assert.instanceOf(promise, Promise)
      issues(await Promise.resolve(promise).then(() => "resolved", (error: unknown) => error))
    }
    for (const options of [undefined, null, 5, {}, { owners: "x" }, { owners: () => new Map(), twins: Effect.void }]) {
      const promise: unknown = Reflect.apply(sens.messages.resolve, undefined, [[intent], sms, options])
      assert.instanceOf(promise, Promise)
      issues(await Promise.resolve(promise).then(() => "resolved", (error: unknown) => error))
    }
  })

  it.effect("the error in place of its reason is told", () =>
    Effect.gen(function*() {
      const { messages } = yield* Sens.Sens
      const reason = new SensError.OutcomeUnknown({
        attempts: [{ intent: yield* messages.prepare(sms), reason: "TimedOut", isAccepted: false }],
        recipients: 1,
        maskedRecipients: [],
        fingerprint: "x"
      })
      const error = new SensError.SensError({ operation: "messages.send", reason })
      const reconcile: (question: unknown) => Effect.Effect<unknown, SensError.SensError> = (question) =>
        Reflect.apply(messages.reconcile, undefined, [question, sms])
      assert.include(issues(yield* failure(reconcile(error)))[0]?.message, "Give the reason of the error")
      assert.include(issues(yield* failure(reconcile({ ...reason })))[0]?.message, "Not an OutcomeUnknown")
    }).pipe(Effect.provide(emulated())))
})

describe("RetryPolicy.make", () => {
  it.each([
    [{ throttled: 3 }, "throttled is not a Schedule: leave it out, or give one such as Schedule.recurs(2)"],
    [{ failed: null }, "failed is not a Schedule: leave it out, or give one such as Schedule.recurs(2)"],
    [{ maxRetryAfter: "30" }, "maxRetryAfter is not a duration that ends: leave it out, or write \"30 seconds\""],
    [{ maxRetryAfter: Infinity }, "maxRetryAfter is not a duration that ends: leave it out, or write \"30 seconds\""],
    [{ retries: 3 }, "an option is unknown: leave it out (known: throttled, failed, maxRetryAfter)"],
    [{ throttle: Schedule.recurs(1) }, "an option is unknown: write throttled"],
    ["never", "options is not an object: write { throttled, failed, ... }"]
  ])("%j throws a TypeError", (options, message) => {
    try {
      Reflect.apply(RetryPolicy.make, undefined, [options])
    } catch (error) {
      if (!(error instanceof TypeError)) throw error
      return assert.strictEqual(error.message, message)
    }
    assert.fail("taken")
  })

  it("takes durations as people write them", () => {
    const policy = RetryPolicy.make({ maxRetryAfter: "10 seconds", throttled: Schedule.recurs(1), failed: undefined })
    assert.strictEqual(RetryPolicy.make(policy).maxRetryAfter, policy.maxRetryAfter)
  })
})
