/**
 * One worker of each service in a cluster: an entity, whose id is that of the service. The engine places it on one of the runners, and
 * moves it when that one goes.
 *
 * An entity starts with its first message, and is not started again by itself where its runner has died. So each process calls each
 * entity once in a second, and at once when one of its own programs has put something into the outbox.
 */
import * as Sens from "@effect-sens/http/Sens"
import * as ClusterSchema from "effect/cluster/ClusterSchema"
import * as Entity from "effect/cluster/Entity"
import type * as Sharding from "effect/cluster/Sharding"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as FiberMap from "effect/FiberMap"
import * as Latch from "effect/Latch"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Rpc from "effect/rpc/Rpc"
import type * as SqlClient from "effect/sql/SqlClient"
import type * as Outbox from "../Outbox.ts"
import * as Wake from "./wake.ts"

/**
 * @internal
 */
export const entityOf = (shardGroup: string) =>
  Entity.make("@effect-sens/outbox/Dispatcher", [Rpc.make("Wake")]).annotate(
    ClusterSchema.ShardGroup,
    () => shardGroup
  )

const beat = "1 second"

// A runner that is frozen takes calls and answers none of them.
const patience = "5 seconds"

/**
 * @internal
 */
export interface Options {
  readonly shardGroup: string
  readonly clients: ReadonlyArray<Sens.Service>
  /** The worker of the one client in its context. */
  readonly worker: Layer.Layer<never, never, Outbox.Outbox | Sens.Sens | SqlClient.SqlClient>
}

/**
 * Runs the worker of each service that is placed on this runner.
 *
 * @internal
 */
export const layer = (
  { clients, shardGroup, worker }: Options
): Layer.Layer<never, never, Outbox.Outbox | SqlClient.SqlClient | Sharding.Sharding> =>
  entityOf(shardGroup).toLayer(
    Effect.gen(function*() {
      const { entityId } = yield* Entity.CurrentAddress
      const wake = yield* Latch.make(true)
      const client = clients.find(({ serviceId }) => String(serviceId) === entityId)
      if (client === undefined) {
        yield* Effect.logWarning("a runner has no client of a service that another has one of", { service: entityId })
      } else {
        yield* Layer.fresh(worker).pipe(
          Layer.provide(Layer.succeed(Sens.Sens, client)),
          Layer.build,
          Effect.provideService(Wake.Own, Option.some(wake))
        )
      }
      return { Wake: () => Effect.asVoid(wake.open) }
    }),
    { maxIdleTime: Duration.infinity }
  )

/**
 * Calls the entities, wherever they are placed, for as long as the scope is open.
 *
 * @internal
 */
export const keepAwake = Effect.fnUntraced(function*(
  { clients, shardGroup }: Pick<Options, "clients" | "shardGroup">,
  sql: SqlClient.SqlClient
) {
  const dispatcher = yield* entityOf(shardGroup).client
  const wake = Wake.of(sql)
  const calls = yield* FiberMap.make<string>()

  const call = (service: string) =>
    dispatcher(service).Wake().pipe(
      Effect.timeoutOption(patience),
      // There is another call soon.
      Effect.catchCause((cause) => Effect.logDebug("the dispatcher of a service does not answer", { service }, cause)),
      Effect.withTracerEnabled(false)
    )

  return yield* Effect.gen(function*() {
    wake.closeUnsafe()
    for (const { serviceId } of clients) {
      yield* FiberMap.run(calls, serviceId, call(serviceId), { onlyIfMissing: true })
    }
    yield* Effect.timeoutOption(wake.await, beat)
  }).pipe(Effect.forever)
})
