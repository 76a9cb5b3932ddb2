import * as Emulator from "@effect-sens/emulator/Emulator"
import * as EmulatorClient from "@effect-sens/emulator/EmulatorClient"
import * as EmulatorServer from "@effect-sens/emulator/EmulatorServer"
import { assert, describe, it } from "@effect/vitest"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as HttpRouter from "effect/http/HttpRouter"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
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

  it.effect("several emulators share nothing, nested or side by side", () =>
    Effect.gen(function*() {
      const count = Effect.gen(function*() {
        const emulator = yield* Emulator.Emulator
        return (yield* emulator.allMessages).length
      })
      yield* send(sms())
      yield* send(sms())
      const inner = send(sms()).pipe(Effect.andThen(count), Effect.provide(EmulatorClient.layer()))
      const [one, two] = yield* Effect.all([inner, inner])
      assert.deepStrictEqual([one, two, yield* count], [1, 1, 2])
    }).pipe(Effect.provide(EmulatorClient.layer())))

  it.effect("keeps its routes off the router of the program around it", () =>
    Effect.gen(function*() {
      const mine = Layer.effectDiscard(Effect.gen(function*() {
        const router = yield* HttpRouter.HttpRouter
        yield* router.add("GET", "/mine", HttpServerResponse.text("mine"))
      })).pipe(Layer.provideMerge(EmulatorClient.layer()))
      const around = yield* HttpRouter.toHttpEffect(mine)
      const status = (target: string) =>
        around.pipe(
          Effect.provideService(
            HttpServerRequest.HttpServerRequest,
            HttpServerRequest.fromClientRequest(HttpClientRequest.get(origin + target))
          ),
          Effect.match({ onFailure: () => 404, onSuccess: (response) => response.status })
        )
      assert.strictEqual(yield* status("/mine"), 200)
      assert.strictEqual(yield* status("/openapi.json"), 404)
    }))
})
