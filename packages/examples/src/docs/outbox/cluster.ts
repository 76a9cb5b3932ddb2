import * as Sens from "@effect-sens/http/Sens"
import * as ClusterWorker from "@effect-sens/outbox/ClusterWorker"
import * as Outbox from "@effect-sens/outbox/Outbox"
import * as NodeClusterSocket from "@effect/platform-node/NodeClusterSocket"
import * as PgClient from "@effect/sql-pg/PgClient"
import * as RunnerAddress from "effect/cluster/RunnerAddress"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import type * as Redacted from "effect/Redacted"

interface Machine {
  // Where the others reach it: a private address, and a port below 32768.
  readonly host: string
  readonly port: number
  readonly database: Redacted.Redacted
  readonly sens: Sens.Options
}

// The same on each machine, but for its address.
export const layer = ({ database, host, port, sens }: Machine) => {
  const address = Option.some(RunnerAddress.make(host, port))
  const shardingConfig = { runnerAddress: address, runnerListenAddress: address, shardLockExpiration: 10_000 }
  return ClusterWorker.layer().pipe(
    Layer.provide(NodeClusterSocket.layer({ storage: "sql", shardingConfig })),
    Layer.provideMerge(Outbox.layer()),
    Layer.provide(PgClient.layer({ url: database })),
    Layer.provide(Sens.layer(sens))
  )
}
