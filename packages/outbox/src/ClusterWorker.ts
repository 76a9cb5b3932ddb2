/**
 * The worker of an outbox on Effect Cluster: of all machines of a cluster one sends for a service at a time, and another one goes on
 * where it goes away. So a limit that a client counts in memory is that of the service, and no machine asks the database in vain.
 *
 * What once means does not rest on it: where two send for a service, while one is taking over, each entry is still sent by one.
 *
 * Effect Cluster is marked as unstable. A program that has none is served as well by `Outbox.layerWorker` on each machine.
 *
 * @since 0.1.0
 */
import * as Sens from "@effect-sens/http/Sens"
import type * as Sharding from "effect/cluster/Sharding"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
import * as Dispatcher from "./internal/dispatcher.ts"
import * as Outbox from "./Outbox.ts"

/**
 * Who sends, how much at once, and on which machines.
 *
 * @category options
 * @since 0.1.0
 */
export interface Options extends Outbox.WorkerOptions {
  /**
   * The shard group that the services are placed in: each runner that has the group assigned provides this layer, with the same
   * clients.
   *
   * @default "default"
   */
  readonly shardGroup?: string | undefined
}

/**
 * Sends what is in the outbox, as {@link Outbox.layerWorker} does, on the runner that the cluster has placed a service on: that of the
 * client in the context, and each of `clients`. It stands in place of `layerWorker`, on every runner. What is enqueued on a runner is told
 * to the one that sends; what other programs enqueue is found within a second.
 *
 * **Example** (A cluster of one)
 *
 * ```ts import.meta.vitest
 * import * as Account from "@effect-sens/emulator/Account"
 * import * as EmulatorClient from "@effect-sens/emulator/EmulatorClient"
 * import * as Sens from "@effect-sens/http/Sens"
 * import * as ClusterWorker from "@effect-sens/outbox/ClusterWorker"
 * import * as NodeSqlite from "@effect-sens/outbox/NodeSqlite"
 * import * as Outbox from "@effect-sens/outbox/Outbox"
 * import * as TestRunner from "effect/cluster/TestRunner"
 * import * as Effect from "effect/Effect"
 * import * as Layer from "effect/Layer"
 *
 * const layer = ClusterWorker.layer().pipe(
 *   Layer.provideMerge(Outbox.layer()),
 *   Layer.provideMerge(NodeSqlite.layer({ filename: ":memory:" })),
 *   Layer.provideMerge(Sens.layer(Account.options)),
 *   Layer.provideMerge(EmulatorClient.layer()),
 *   // In place of `NodeClusterSocket.layer({ storage: "sql" })` of `@effect/platform-node`.
 *   Layer.provideMerge(TestRunner.layer)
 * )
 *
 * const program = Effect.gen(function*() {
 *   const outbox = yield* Outbox.Outbox
 *   const id = yield* outbox.enqueue({
 *     type: "SMS",
 *     from: "0212345678",
 *     content: "안녕하세요",
 *     messages: [{ to: "01012345678" }]
 *   })
 *   const { _tag } = yield* outbox.await(id, "accepted")
 *   return _tag
 * })
 *
 * await Effect.runPromise(Effect.provide(program, layer)) // => "Accepted"
 * ```
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = (
  { clients = [], shardGroup = "default", ...options }: Options = {}
): Layer.Layer<never, never, Outbox.Outbox | Sens.Sens | SqlClient.SqlClient | Sharding.Sharding> =>
  Layer.unwrap(Effect.gen(function*() {
    const sql = yield* SqlClient.SqlClient
    const dispatching = {
      shardGroup,
      clients: [yield* Sens.Sens, ...clients],
      worker: Outbox.layerWorker(options)
    }
    return Layer.merge(
      Dispatcher.layer(dispatching),
      Layer.effectDiscard(Effect.forkScoped(Dispatcher.keepAwake(dispatching, sql)))
    )
  }))
