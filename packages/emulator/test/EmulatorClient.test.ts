import * as Emulator from "@effect-sens/emulator/Emulator"
import * as EmulatorClient from "@effect-sens/emulator/EmulatorClient"
import * as EmulatorServer from "@effect-sens/emulator/EmulatorServer"
import { assert, describe, it } from "@effect/vitest"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/testing/TestClock"
import { base, call, list, origin, send, sms } from "./support.ts"

describe("EmulatorClient", () => {
  it.effect("puts on the wire what a real transport would", () =>
    Effect.gen(function*() {
      const socket = yield* Layer.build(EmulatorServer.layerTest())
      const none = yield* Layer.build(EmulatorClient.layer())
      const targetsSeen = Effect.fnUntraced(
        function*(context: Context.Context<Emulator.Emulator | HttpClient.HttpClient>, url: string) {
          yield* Effect.ignore(Context.get(context, HttpClient.HttpClient).execute(HttpClientRequest.get(url)))
          const ledger = yield* Context.get(context, Emulator.Emulator).ledger
          return ledger[ledger.length - 1]?.target
        }
      )
      for (
        const target of [
          "/a?b=c%20d&e=f+g&h=%3a%3A:",
          "/sms/v2/services/ncp:sms:kr:1:x/messages",
          "/sms/v2/services/ncp%3Asms%3akr/messages?x='y'&z=\"q\"",
          "/한글?값=는 \\",
          "/x?y#fragment",
          "/x?a=1&a=2&&=&b"
        ]
      ) {
        const real = yield* targetsSeen(socket, origin + target)
        assert.isString(real)
        assert.strictEqual(yield* targetsSeen(none, origin + target), real)
      }
    }))

  it.effect("an apostrophe that was signed as it is does not verify, as it would not against the service", () =>
    Effect.gen(function*() {
      const answer = yield* call({ target: `${base}/messages?requestId='` })
      assert.strictEqual(answer.status, 401)
    }).pipe(Effect.provide(EmulatorClient.layer())))

  it.effect("runs in the fiber of the caller, by the caller's clock", () =>
    Effect.gen(function*() {
      const fiber = yield* Effect.gen(function*() {
        yield* Effect.sleep("1 minute")
        const sent = yield* send(sms())
        yield* Effect.sleep("5 seconds")
        return yield* list(`requestId=${sent.body.requestId}`)
      }).pipe(Effect.forkChild)
      // One adjustment, with no pause for promises to settle in: every step happens at its own time.
      yield* TestClock.adjust("1 hour")
      const listed = yield* Fiber.join(fiber)
      assert.strictEqual(listed.body.messages[0].status, "COMPLETED")
      assert.strictEqual(listed.body.messages[0].requestTime, "1970-01-01 09:01:00")
      const emulator = yield* Emulator.Emulator
      assert.deepStrictEqual((yield* emulator.ledger).map((entry) => Number(entry.at.epochMilliseconds)), [
        60_000,
        65_000
      ])
    }).pipe(Effect.provide(EmulatorClient.layer())))

  it.effect("several emulators side by side share nothing", () =>
    Effect.gen(function*() {
      const one = yield* Layer.build(Layer.fresh(EmulatorClient.layer()))
      const two = yield* Layer.build(Layer.fresh(EmulatorClient.layer()))
      yield* Effect.provide(send(sms()), one)
      assert.lengthOf(yield* Context.get(one, Emulator.Emulator).allMessages, 1)
      assert.lengthOf(yield* Context.get(two, Emulator.Emulator).allMessages, 0)
    }))
})
