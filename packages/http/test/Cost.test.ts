import * as PhoneNumber from "@effect-sens/core/PhoneNumber"
import type * as SendRequest from "@effect-sens/core/SendRequest"
import type * as SensError from "@effect-sens/core/SensError"
import * as Account from "@effect-sens/emulator/Account"
import * as Emulator from "@effect-sens/emulator/Emulator"
import * as EmulatorServer from "@effect-sens/emulator/EmulatorServer"
import * as Fault from "@effect-sens/emulator/Fault"
import type * as Storage from "@effect-sens/emulator/Storage"
import * as NodeTransport from "@effect-sens/http/NodeTransport"
import * as Sens from "@effect-sens/http/Sens"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as TestClock from "effect/testing/TestClock"
import { credentials, emulated, sms, valueInVirtualTime } from "./emulated.ts"

// What a send and a look cost, counted on the ledger of the emulator.

const count = (operation: "send" | "search" | "result") =>
  Effect.flatMap(
    Emulator.Emulator,
    ({ ledger }) => Effect.map(ledger, (entries) => entries.filter((entry) => entry.operation === operation).length)
  )

const number = (index: number): PhoneNumber.PhoneNumber => PhoneNumber.make(`010${String(index).padStart(8, "0")}`)

const request = (recipients: number): SendRequest.SendRequest => ({
  type: "SMS",
  from: PhoneNumber.make("0212345678"),
  content: "안녕하세요",
  messages: [{ to: number(0) }, ...Array.from({ length: recipients - 1 }, (_, index) => ({ to: number(index + 1) }))]
})

const numbers = Array.from({ length: 100 }, (_, index) => number(1000 + index))

const start = Date.UTC(2026, 0, 1)

/** Requests of others, each of so many messages, one every so many milliseconds up to the start. */
const others = (requests: number, apart: number, to: (index: number) => ReadonlyArray<string>): Storage.Storage => ({
  events: Array.from({ length: requests }, (_, index): Storage.Event => {
    const requestedAt = start - 1000 - (requests - index) * apart
    return {
      _tag: "Accepted",
      request: {
        requestId: `RSSA-${index}`,
        serviceId: Account.serviceId,
        type: "SMS",
        contentType: "COMM",
        countryCode: "82",
        from: "0212345678",
        subject: undefined,
        content: `other ${index}`,
        files: [],
        requestedAt,
        processingAt: requestedAt + 500,
        completedAt: requestedAt + 5000,
        messages: to(index).map((to, message) => ({
          messageId: `past-${index}-${message}`,
          to,
          subject: undefined,
          content: undefined,
          code: "0"
        }))
      }
    }
  }),
  append: () => Effect.void
})

const unknown = (exit: Exit.Exit<unknown, SensError.SensError>): SensError.OutcomeUnknown => {
  const reason = Option.getOrThrow(Exit.findErrorOption(exit)).reason
  return reason._tag === "OutcomeUnknown" ? reason : assert.fail(reason._tag)
}

describe("a send", () => {
  it.live.each(
    [
      ["NodeTransport", NodeTransport.layer()],
      ["fetch", FetchHttpClient.layer],
      ["undici", NodeHttpClient.layerUndici],
      ["node:http", NodeHttpClient.layerNodeHttp]
    ] as const
  )("of a fresh client over %s is one request on the wire", ([, transport]) =>
    Effect.gen(function*() {
      const { baseUrl } = yield* EmulatorServer.EmulatorServer
      const make = Effect.provide(Sens.make({ ...credentials, baseUrl }), yield* Layer.build(transport))
      const { messages } = yield* make
      yield* messages.send(sms())
      const { ledger } = yield* Emulator.Emulator
      assert.deepStrictEqual((yield* ledger).map(({ operation }) => operation), ["send"])
      const { messages: writing } = yield* make
      yield* writing.submit(yield* writing.prepare(sms()), sms())
      assert.deepStrictEqual((yield* ledger).map(({ operation }) => operation), ["send", "send"])
    }).pipe(Effect.scoped, Effect.provide(EmulatorServer.layer())))
})

describe("a look", () => {
  // All within the window, also of a client that does not know the gateway's time.
  it.effect.each(
    [
      ["300 others to the number", 1, others(300, 900, () => [number(0)])],
      ["300 others to the first number", 100, others(300, 900, () => [number(0)])],
      ["660,000 others", 100, others(6600, 40, () => numbers)]
    ] as const
  )("with %s finds a request to %i within 5 requests", ([, recipients, storage]) =>
    Effect.gen(function*() {
      yield* TestClock.setTime(start)
      const { messages } = yield* Sens.Sens
      const { faults } = yield* Emulator.Emulator
      yield* faults.next("send", 1, Fault.reset({ accepted: true }))
      yield* valueInVirtualTime(messages.send(request(recipients)))
      assert.isAtMost((yield* count("search")) + (yield* count("result")), 5)
    }).pipe(Effect.provide(emulated({}, { storage, logCapacity: 10_000 }))))

  it.effect.each(
    [
      ["300 others to the number", 1, others(300, 900, () => [number(0)])],
      ["660,000 others", 100, others(6600, 40, () => numbers)]
    ] as const
  )(
    "with %s proves within 130 requests that one to %i was not accepted",
    ([, recipients, storage]) =>
      Effect.gen(function*() {
        yield* TestClock.setTime(start)
        const { messages } = yield* Sens.Sens
        const { faults } = yield* Emulator.Emulator
        yield* faults.next("send", 1, Fault.reset())
        const { value } = yield* valueInVirtualTime(
          Effect.exit(messages.send(request(recipients), { onAmbiguous: "fail" }))
        )
        yield* TestClock.adjust("7 minutes")
        const { value: proof } = yield* valueInVirtualTime(messages.reconcile(unknown(value), request(recipients)))
        assert.deepStrictEqual(proof, Option.none())
        assert.isAtMost((yield* count("search")) + (yield* count("result")), 130)
      }).pipe(Effect.provide(emulated({}, { storage, logCapacity: 10_000 })))
  )
})
