import * as SearchResponse from "@effect-sens/core/SearchResponse"
import * as Account from "@effect-sens/emulator/Account"
import * as Emulator from "@effect-sens/emulator/Emulator"
import * as EmulatorClient from "@effect-sens/emulator/EmulatorClient"
import * as NodeSigner from "@effect-sens/http/NodeSigner"
import * as Sens from "@effect-sens/http/Sens"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/testing/TestClock"

const layer = Sens.layer(Account.options).pipe(
  Layer.provide(NodeSigner.layer),
  Layer.provideMerge(EmulatorClient.layer())
)

it.effect("a handset that is off", () =>
  Effect.gen(function*() {
    const { messages } = yield* Sens.Sens
    const emulator = yield* Emulator.Emulator
    const to = "01012345678"
    yield* emulator.setOutcome(to, "2003")
    const { requestId } = yield* messages.send({
      type: "SMS",
      from: "0212345678",
      content: "안녕하세요",
      messages: [{ to }]
    })

    // Five seconds of virtual time later the carrier has reported.
    yield* TestClock.adjust("5 seconds")
    const [record] = SearchResponse.messages(yield* messages.search({ requestId }))
    assert.strictEqual(record?.statusCode, "2003")

    const [received] = yield* emulator.messages(to)
    assert.strictEqual(received?.content, "안녕하세요")
  }).pipe(Effect.provide(layer)))
