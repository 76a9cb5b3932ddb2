import * as Sens from "@effect-sens/http/Sens"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"

const program = Effect.gen(function*() {
  const sens = yield* Sens.Sens
  const from = "0212345678"
  const to = "01012345678"
  const { requestId } = yield* sens.messages.send({ type: "SMS", from, content: "안녕하세요", messages: [{ to }] })
  yield* Effect.log(`accepted as ${requestId}`)
})

const layer = Layer.provide(Sens.layerConfig(), NodeHttpClient.layerUndici)
program.pipe(Effect.provide(layer), NodeRuntime.runMain)
