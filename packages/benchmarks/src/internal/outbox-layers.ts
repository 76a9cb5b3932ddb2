/**
 * What the programs about the outbox share: its database, its client, its requests.
 *
 * @since 0.1.0
 */
import * as SendRequest from "@effect-sens/core/SendRequest"
import * as Account from "@effect-sens/emulator/Account"
import * as Sens from "@effect-sens/http/Sens"
import * as NodeSqlite from "@effect-sens/outbox/NodeSqlite"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as PgClient from "@effect/sql-pg/PgClient"
import * as Arr from "effect/Array"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import type * as SqlClient from "effect/sql/SqlClient"
import type * as SqlError from "effect/sql/SqlError"

/**
 * A file of SQLite, or the URL of a PostgreSQL.
 *
 * @category layers
 * @since 0.1.0
 */
export const database = (where: string, synchronous?: "NORMAL"): Layer.Layer<SqlClient.SqlClient, SqlError.SqlError> =>
  Layer.fresh(
    where.startsWith("postgres:")
      ? PgClient.layer({ url: Redacted.make(where), maxConnections: 8 })
      : NodeSqlite.layer({ filename: where, synchronous })
  )

/**
 * @category layers
 * @since 0.1.0
 */
export const client = (baseUrl: string): Layer.Layer<Sens.Sens> =>
  Sens.layer({ ...Account.options, baseUrl }).pipe(Layer.provide(NodeHttpClient.layerUndici))

/**
 * A short message to some numbers, from the one with this index on.
 *
 * @category constructors
 * @since 0.1.0
 */
export const request = (first: number, recipients: number = SendRequest.maxRecipients): SendRequest.SendRequest => ({
  type: "SMS",
  from: "0212345678",
  content: "[서점] 봄맞이 행사를 시작합니다.",
  messages: Arr.makeBy(recipients, (index) => ({ to: `010${20_000_000 + first + index}` }))
})
