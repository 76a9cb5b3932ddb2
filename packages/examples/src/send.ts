import * as NodeTransport from "@effect-sens/http/NodeTransport"
import * as Sens from "@effect-sens/http/Sens"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"

const program = Effect.gen(function*() {
  const { messages } = yield* Sens.Sens
  const to = [{ to: "010-1234-5678" }]
  const { requestId } = yield* messages.send({ type: "SMS", from: "02-1234-5678", content: "안녕하세요", messages: to })
  yield* Effect.log(`accepted as ${requestId}`)
})

const layer = Layer.provide(Sens.layerConfig(), NodeTransport.layer())
await program.pipe(Effect.provide(layer), Effect.runPromise)
