import * as NodeTransport from "@effect-sens/http/NodeTransport"
import * as Sens from "@effect-sens/http/Sens"
import * as Campaigns from "@effect-sens/outbox/Campaigns"
import * as Outbox from "@effect-sens/outbox/Outbox"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as PgClient from "@effect/sql-pg/PgClient"
import * as Config from "effect/Config"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"

const message = { type: "SMS", from: "0212345678", content: "[서점] 봄맞이 행사를 시작합니다." } as const
const messages = Stream.map(Stream.range(1, 20_000), (index) => ({ ...message, to: `010${20_000_000 + index}` }))

const program = Effect.gen(function*() {
  const campaigns = yield* Campaigns.Campaigns
  yield* campaigns.start("spring", messages)
  yield* Stream.runForEach(
    campaigns.watch("spring"),
    ({ accepted, delivered, open, waiting }) =>
      Console.log(`${waiting} wait, ${open} open, ${accepted} accepted, ${delivered} delivered`)
  )
})

const database = PgClient.layerConfig({ url: Config.Redacted("DATABASE_URL") })

const layer = Layer.merge(Campaigns.layer(), Outbox.layerWorker()).pipe(
  Layer.provide(Outbox.layer()),
  Layer.provide(database),
  Layer.provide(Sens.layerConfig()),
  Layer.provide(NodeTransport.layer())
)

program.pipe(Effect.provide(layer), NodeRuntime.runMain)
