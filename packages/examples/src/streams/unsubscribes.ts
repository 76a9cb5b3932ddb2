// Who refused advertisements, and who of the customers may get one.
import * as PhoneNumber from "@effect-sens/core/PhoneNumber"
import * as NodeTransport from "@effect-sens/http/NodeTransport"
import * as Sens from "@effect-sens/http/Sens"
import * as Unsubscribes from "@effect-sens/streams/Unsubscribes"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"

const customers = Stream.range(1, 100).pipe(
  Stream.map((id) => ({ id, to: PhoneNumber.make(`010${String(id).padStart(8, "0")}`) }))
)

const program = Effect.gen(function*() {
  const sens = yield* Sens.Sens
  yield* sens.unsubscribes.register(["01000000007"])

  const refused = yield* Stream.runCount(Unsubscribes.all())
  yield* Effect.log(`${refused} on the block list`)

  const [allowed, others] = yield* Unsubscribes.partition(customers, ({ to }) => to)
  const [some, none] = yield* Effect.all([Stream.runCount(allowed), Stream.runCollect(others)], { concurrency: 2 })
  yield* Effect.log(`${some} may get it, not so ${none.map(({ id }) => id).join(", ")}`)
})

const layer = Layer.provide(Sens.layerConfig(), NodeTransport.layer())
program.pipe(Effect.scoped, Effect.provide(layer), NodeRuntime.runMain)
