import * as NodeTransport from "@effect-sens/http/NodeTransport"
import * as Sens from "@effect-sens/http/Sens"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"

const program = Sens.Sens.use((sens) =>
  sens.messages.send({
    type: "SMS",
    from: "0212345678",
    content: "안녕하세요",
    messages: [{ to: "01012345678" }]
  })
)

const layer = Sens.layerConfig().pipe(Layer.provide(NodeTransport.layer()))

await program.pipe(
  Effect.tap(({ requestId }) => Effect.log(`accepted as ${requestId}`)),
  Effect.provide(layer),
  Effect.runPromise
)
