import * as RequestId from "@effect-sens/core/RequestId"
import * as SensError from "@effect-sens/core/SensError"
import * as Account from "@effect-sens/emulator/Account"
import * as Emulator from "@effect-sens/emulator/Emulator"
import * as EmulatorServer from "@effect-sens/emulator/EmulatorServer"
import * as Fault from "@effect-sens/emulator/Fault"
import type * as SendIntent from "@effect-sens/http/SendIntent"
import * as Sens from "@effect-sens/http/Sens"
import * as SensPromise from "@effect-sens/http/SensPromise"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as Layer from "effect/Layer"
import { inspect } from "node:util"
import { sms } from "./emulated.ts"

// As a program without Effect sees it; the emulator around it is a matter of the test.
const withClient = (
  use: (sens: SensPromise.SensPromise, emulator: Emulator.Service) => Promise<void>,
  options?: Partial<SensPromise.Options>
) =>
  Effect.gen(function*() {
    const { baseUrl } = yield* EmulatorServer.EmulatorServer
    const emulator = yield* Emulator.Emulator
    yield* Effect.promise(async () => {
      await using sens = SensPromise.make({
        accessKey: Account.accessKey,
        secretKey: Account.secretKey,
        serviceId: Account.serviceId,
        baseUrl,
        ...options
      })
      await use(sens, emulator)
    })
  }).pipe(Effect.provide(EmulatorServer.layer({ completedAfter: "0 seconds" })))

const rejection = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(() => assert.fail("It did not reject"), (error: unknown) => error)

describe("SensPromise", () => {
  it.live("sends, and finds what it sent", () =>
    withClient(async (sens) => {
      const { requestId } = await sens.messages.send(sms())
      const { messages } = await sens.messages.search({ requestId })
      assert.strictEqual(messages?.[0]?.statusCode, "0")
    }))

  it.live("rejects with the errors of the Effect client", () =>
    withClient(async (sens, emulator) => {
      await Effect.runPromise(emulator.faults.next("any", 1, Fault.saysFailed()))
      const error = await rejection(sens.messages.send(sms()))
      assert.isTrue(error instanceof SensError.SensError && error.reason instanceof SensError.Rejected)
      const invalid = await rejection(sens.messages.send(sms("01012345678", "가".repeat(46))))
      assert.isTrue(invalid instanceof SensError.SensError && invalid.reason instanceof SensError.InvalidRequest)
    }))

  it.live("rejects with the signal's reason where nothing can have been accepted", () =>
    withClient(async (sens) => {
      const aborted = AbortSignal.abort(new Error("enough"))
      const error = await rejection(sens.messages.send(sms(), {}, aborted))
      assert.isTrue(error instanceof Error && error.message === "enough")
    }))

  it.live("what is no AbortSignal is refused, whatever the operation, and nothing is sent", () =>
    withClient(async (sens, emulator) => {
      for (const given of [{}, 5, "x", true, [], new AbortController(), { aborted: false }]) {
        const signal: AbortSignal = Object(given)
        const calls = [
          ["messages.send", sens.messages.send(sms(), {}, signal)],
          ["messages.send", sens.messages.prepare(sms(), {}, signal)],
          ["messages.send", sens.messages.learnClock(signal)],
          ["messages.search", sens.messages.search({ requestId: "1" }, undefined, signal)],
          ["messages.result", sens.messages.result("1", signal)],
          ["reservations.status", sens.reservations.status("1", signal)],
          ["reservations.cancel", sens.reservations.cancel("1", signal)],
          ["unsubscribes.search", sens.unsubscribes.search({}, signal)],
          ["unsubscribes.register", sens.unsubscribes.register(["01012345678"], signal)],
          ["unsubscribes.remove", sens.unsubscribes.remove(["01012345678"], signal)],
          ["messages.search", sens.run(Effect.die("it ran"), signal)]
        ] as const
        for (const [operation, call] of calls) {
          const error = await rejection(call)
          if (!(error instanceof SensError.SensError)) return assert.fail(String(error))
          assert.strictEqual(error.operation, operation)
          if (!(error.reason instanceof SensError.InvalidRequest)) return assert.fail(error.message)
          assert.deepStrictEqual(error.reason.issues.map(({ kind, path }) => [kind, path]), [["Option", ["signal"]]])
          assert.include(error.message, "AbortController")
        }
      }
      assert.strictEqual((await Effect.runPromise(emulator.ledger)).length, 0)
      // One that is not of this realm is one as well.
      const { signal } = new AbortController()
      const foreign: AbortSignal = Object.create(null, {
        aborted: { get: () => signal.aborted },
        reason: { get: () => signal.reason },
        addEventListener: { value: signal.addEventListener.bind(signal) },
        removeEventListener: { value: signal.removeEventListener.bind(signal) }
      })
      assert.isTrue((await sens.messages.send(sms(), {}, foreign)).requestId.length > 0)
    }))

  it.live("hands over what may have been accepted when its signal says so", () =>
    withClient(async (sens, emulator) => {
      await Effect.runPromise(emulator.faults.next("send", 1, Fault.silence({ accepted: true })))
      const controller = new AbortController()
      const told: Array<SensError.OutcomeUnknown> = []
      const onInterrupted = async (unknown: SensError.OutcomeUnknown) => {
        await Promise.resolve()
        told.push(unknown)
      }
      const sending = rejection(sens.messages.send(sms(), { onInterrupted }, controller.signal))
      await Effect.runPromise(Effect.repeat(Effect.sleep("20 millis"), {
        until: () => Effect.map(emulator.ledger, ({ length }) => length > 0)
      }))
      controller.abort(new Error("enough"))
      const error = await sending
      if (!(error instanceof SensError.SensError)) return assert.fail("not a SensError")
      if (!(error.reason instanceof SensError.OutcomeUnknown)) return assert.fail(error.message)
      assert.isTrue(error.cause instanceof Error && error.cause.message === "enough")
      assert.deepStrictEqual(told, [error.reason])
      const { requestId } = await sens.messages.reconcile(error.reason, sms()) ?? assert.fail("not found")
      const [message] = await Effect.runPromise(emulator.messages("01012345678"))
      assert.strictEqual(message?.requestId, String(requestId))
    }))

  it.live("three steps, with a journal of promises", () =>
    withClient(async (sens, emulator) => {
      await sens.messages.learnClock()
      const intent = await sens.messages.prepare(sms())
      assert.strictEqual(intent.serviceId, sens.serviceId)
      await Effect.runPromise(emulator.faults.next("send", 1, Fault.reset({ accepted: true })))
      const error = await rejection(sens.messages.submit(intent, sms()))
      assert.isTrue(error instanceof SensError.SensError && error.isAmbiguous)
      const again = await rejection(sens.messages.submit(intent, sms()))
      assert.isTrue(again instanceof SensError.SensError && again.reason instanceof SensError.InvalidRequest)
      const resolution = await sens.messages.resolve([intent], sms(), {
        owners: () => Promise.resolve(new Map()),
        twins: () => []
      })
      assert.strictEqual(resolution._tag, "Found")
      const failing = await rejection(sens.messages.resolve([intent], sms(), {
        owners: () => Promise.reject(new Error("no database"))
      }))
      assert.isTrue(failing instanceof Error && failing.message === "no database")
    }))

  it.live("hands each intent to a function that returns a promise; where it rejects, nothing is sent", () =>
    withClient(async (sens, emulator) => {
      const kept: Array<SendIntent.SendIntent> = []
      const onIntent = (intent: SendIntent.SendIntent) => Promise.resolve(void kept.push(intent))
      const { requestId } = await sens.messages.send(sms(), { onIntent })
      assert.strictEqual((await sens.messages.reconcile(kept[0] ?? assert.fail("none"), sms()))?.requestId, requestId)
      const refused = await rejection(sens.messages.send(sms(), { onIntent: () => Promise.reject(new Error("no")) }))
      assert.isTrue(refused instanceof SensError.SensError && refused.reason._tag === "ConnectionFailed")
      assert.strictEqual((await Effect.runPromise(emulator.allMessages)).length, 1)
    }))

  it.live("runs an Effect with its client", () =>
    withClient(async (sens) => {
      const serviceId = Sens.Sens.useSync(({ serviceId }) => serviceId)
      assert.strictEqual(await sens.run(serviceId), sens.serviceId)
      const failing = Sens.Sens.use(({ messages }) => messages.send(sms("01012345678", "가".repeat(46))))
      const invalid = await rejection(sens.run(failing))
      assert.isTrue(invalid instanceof SensError.SensError && invalid.reason._tag === "InvalidRequest")
      const aborted = await rejection(sens.run(Effect.never, AbortSignal.timeout(20)))
      assert.isTrue(aborted instanceof Error && aborted.name === "TimeoutError")
    }))

  it.live("takes up an open outcome", () =>
    withClient(async (sens, emulator) => {
      await Effect.runPromise(emulator.faults.next("send", 1, Fault.reset({ accepted: true })))
      await Effect.runPromise(emulator.faults.next("search", Infinity, Fault.serverError()))
      const error = await rejection(sens.messages.send(sms(), { callTimeout: "1 seconds" }))
      await Effect.runPromise(emulator.faults.clear)
      if (!(error instanceof SensError.SensError)) return assert.fail("not a SensError")
      if (!(error.reason instanceof SensError.OutcomeUnknown)) return assert.fail(error.message)
      const found = await sens.messages.reconcile(error.reason, sms())
      const accepted = await Effect.runPromise(emulator.messages("01012345678"))
      assert.deepStrictEqual(accepted.map(({ requestId }) => requestId), [String(found?.requestId)])
    }))

  it.live("gives up what is under way when it is disposed of", () =>
    withClient(async (sens, emulator) => {
      await Effect.runPromise(emulator.faults.next("any", 1, Fault.silence({ accepted: false })))
      const sending = rejection(sens.messages.send(sms()))
      await Effect.runPromise(Effect.sleep("100 millis"))
      await sens.dispose()
      assert.isTrue((await sending) instanceof Error)
      assert.isTrue(
        (await rejection(sens.reservations.status(RequestId.make("1")))) instanceof Error,
        "a client that was disposed of answers"
      )
    }))

  const keys = { accessKey: "made-up-access", secretKey: "made-up-secret", serviceId: Account.serviceId }

  // As a program without a compiler calls it.
  const refusal = (options: unknown): ReadonlyArray<string> => {
    try {
      Reflect.apply(SensPromise.make, undefined, [options])
    } catch (error) {
      if (!(error instanceof TypeError)) throw error
      assert.notMatch(inspect(error, { depth: 20 }), /made-up-secret/)
      return error.message.split("\n")
    }
    return []
  }

  it.each([
    [{ ...keys, accessKey: "" }, ["accessKey is empty"]],
    [{ ...keys, secretKey: "" }, ["secretKey is empty"]],
    [{ ...keys, secretKey: undefined }, ["secretKey is missing"]],
    [{ ...keys, secretKey: "made-up-secret\n" }, ["secretKey ends in a line feed"]],
    [{ ...keys, secretKey: "made-up secret" }, ["secretKey holds a space (at position 8)"]],
    [{ ...keys, secretKey: "made-up-secret가" }, ["secretKey ends in a Korean letter"]],
    [{ ...keys, serviceId: "ncp:kkobizmsg:kr:1:x" }, [
      "serviceId is the id of an AlimTalk service (KakaoTalk Biz Message)"
    ]],
    [{ ...keys, baseUrl: "" }, ["baseUrl is empty"]],
    [{ ...keys, baseUrl: "localhost:8080" }, ["baseUrl does not begin with http"]],
    [{ ...keys, baseUrl: "ftp://x" }, ["baseUrl has a scheme that is neither http nor https"]],
    [{ ...keys, callTimeout: "90" }, ["callTimeout is not a duration with its unit"]],
    [{ ...keys, timeout: 5 }, ["timeout is no option"]],
    [{ ...keys, httpClient: fetch }, ["httpClient is not a Layer"]],
    [undefined, ["accessKey is missing", "secretKey is missing", "serviceId is missing"]],
    [null, ["accessKey is missing", "secretKey is missing", "serviceId is missing"]],
    [{}, ["accessKey is missing", "secretKey is missing", "serviceId is missing"]],
    ["made-up-secret", ["options is not an object"]]
  ])("%o throws a TypeError at once: %j", (options, expected) => {
    assert.deepStrictEqual(refusal(options).map((line) => line.split(":")[0]), expected)
  })

  it("undefined is as good as absent", () => {
    assert.deepStrictEqual(refusal({ ...keys, baseUrl: undefined, httpClient: undefined, timeout: undefined }), [])
  })

  it.live("the API URL of the documents is taken as the gateway's address", () =>
    Effect.promise(async () => {
      const urls: Array<string> = []
      const body = {
        statusCode: "202",
        statusName: "success",
        requestId: "RSSA-1",
        requestTime: "2026-01-01T00:00:00.000"
      }
      const recording: typeof fetch = (input) => {
        urls.push(String(input))
        return Promise.resolve(new Response(JSON.stringify(body), { status: 202 }))
      }
      await using sens = SensPromise.make({
        ...keys,
        baseUrl: "https://sens.apigw.ntruss.com/sms/v2/",
        httpClient: FetchHttpClient.layer.pipe(Layer.provideMerge(Layer.succeed(FetchHttpClient.Fetch, recording)))
      })
      await sens.messages.send(sms())
      assert.deepStrictEqual(urls, [`https://sens.apigw.ntruss.com/sms/v2/services/${Account.serviceId}/messages`])
    }))

  it.live("the options of a call reject as the Effect fails", () =>
    withClient(async (sens, emulator) => {
      const given: ReadonlyArray<unknown> = [
        { callTimeout: "90" },
        { timeout: 5 },
        { onInterrupted: "no" },
        "prompt",
        AbortSignal.timeout(1000)
      ]
      for (const options of given) {
        const error = await rejection(Reflect.apply(sens.messages.send, undefined, [sms(), options]))
        assert.isTrue(error instanceof SensError.SensError && error.reason instanceof SensError.InvalidRequest)
      }
      assert.strictEqual((await Effect.runPromise(emulator.ledger)).length, 0)
    }))

  it("shows no key", () => {
    const sens = SensPromise.make(keys)
    assert.notMatch(JSON.stringify(sens) + String(sens), /made-up/)
  })
})
