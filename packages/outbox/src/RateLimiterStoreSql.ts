/**
 * The counters of a `RateLimiter` of `effect/persistence` in the program's own database, so that all programs on it share one rate, with
 * no server beside it. `effect/persistence` itself has stores for one process and for Redis.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as RateLimiter from "effect/persistence/RateLimiter"
import type * as Scope from "effect/Scope"
import * as SqlClient from "effect/sql/SqlClient"
import type * as SqlError from "effect/sql/SqlError"
import * as Persist from "./internal/persist.ts"
import * as Rates from "./internal/rates.ts"
import * as Tables from "./internal/tables.ts"

/**
 * Makes the tables where they are not there, and gives a store that counts in one of them: `sens_rate`. What is taken is taken in one
 * statement, by the clock of the database on PostgreSQL and by that of the machine on SQLite. A key that says nothing any more is taken
 * away within an hour, as long as the scope is open. Keep phone numbers out of the keys.
 *
 * It counts as the store of Effect for one process does. What is taken within a transaction of the same `SqlClient` is part of that
 * transaction, and keeps all others who count under the key waiting for its end.
 *
 * Fails with `SqlError` where the database cannot be reached within a minute. A store whose database fails later makes what is
 * counted fail with `RateLimiterError`.
 *
 * **Example** (Two programs, one rate)
 *
 * ```ts import.meta.vitest
 * import * as NodeSqlite from "@effect-sens/outbox/NodeSqlite"
 * import * as RateLimiterStoreSql from "@effect-sens/outbox/RateLimiterStoreSql"
 * import * as Effect from "effect/Effect"
 * import * as RateLimiter from "effect/persistence/RateLimiter"
 *
 * const limiter = Effect.gen(function*() {
 *   const store = yield* RateLimiterStoreSql.make
 *   return yield* Effect.provideService(RateLimiter.make, RateLimiter.RateLimiterStore, store)
 * })
 *
 * const program = Effect.gen(function*() {
 *   const [one, other] = [yield* limiter, yield* limiter]
 *   const left = ({ consume }: RateLimiter.RateLimiter) =>
 *     Effect.map(consume({ key: "sens", limit: 20, window: "1 minute" }), ({ remaining }) => remaining)
 *   return [yield* left(one), yield* left(other), yield* left(one)]
 * })
 *
 * const inMemory = NodeSqlite.layer({ filename: ":memory:" })
 * await Effect.runPromise(Effect.scoped(Effect.provide(program, inMemory))) // => [19, 18, 17]
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const make: Effect.Effect<
  RateLimiter.RateLimiterStore["Service"],
  SqlError.SqlError,
  SqlClient.SqlClient | Scope.Scope
> = Effect.gen(function*() {
  const client = yield* SqlClient.SqlClient
  yield* Tables.make(Persist.atStart)
  const { store, sweep } = Rates.make(client)
  yield* sweep.pipe(
    Effect.catch((error) => Effect.logWarning("the rates cannot be swept", error)),
    Effect.andThen(Effect.sleep("1 hour")),
    Effect.forever,
    Effect.forkScoped
  )
  return store
})

/**
 * Provides the store of the program's database; see {@link make}.
 *
 * Fails with `SqlError` where the database cannot be reached within a minute.
 *
 * **Example** (A client whose rate all machines share)
 *
 * ```ts import.meta.vitest
 * import * as Account from "@effect-sens/emulator/Account"
 * import * as EmulatorClient from "@effect-sens/emulator/EmulatorClient"
 * import * as Sens from "@effect-sens/http/Sens"
 * import * as NodeSqlite from "@effect-sens/outbox/NodeSqlite"
 * import * as RateLimiterStoreSql from "@effect-sens/outbox/RateLimiterStoreSql"
 * import * as Effect from "effect/Effect"
 * import * as Layer from "effect/Layer"
 * import * as RateLimiter from "effect/persistence/RateLimiter"
 *
 * const client = Layer.effect(
 *   Sens.Sens,
 *   Effect.gen(function*() {
 *     const limiter = yield* RateLimiter.RateLimiter
 *     return yield* Sens.make({ ...Account.options, rateLimit: { limiter, limit: 20, window: "1 second" } })
 *   })
 * )
 *
 * const layer = client.pipe(
 *   Layer.provide(RateLimiter.layer),
 *   Layer.provide(RateLimiterStoreSql.layer),
 *   Layer.provide(NodeSqlite.layer({ filename: ":memory:" })),
 *   Layer.provide(EmulatorClient.layer())
 * )
 *
 * const program = Sens.Sens.use(({ messages }) =>
 *   messages.send({ type: "SMS", from: "0212345678", content: "안녕하세요", messages: [{ to: "01012345678" }] })
 * )
 * const { statusCode } = await Effect.runPromise(Effect.provide(program, layer))
 * statusCode // => "202"
 * ```
 *
 * @category layers
 * @since 0.1.0
 */
export const layer: Layer.Layer<RateLimiter.RateLimiterStore, SqlError.SqlError, SqlClient.SqlClient> = Layer.effect(
  RateLimiter.RateLimiterStore,
  make
)
