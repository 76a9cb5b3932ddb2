/**
 * The client of the keys that the server was started with. It is made when a tool asks for it first, so that a server without keys
 * starts, and its tools say what is missing.
 *
 * @since 0.1.0
 */
import * as Sens from "@effect-sens/http/Sens"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Semaphore from "effect/Semaphore"
import * as Client from "../Client.ts"
import type * as Credentials from "../Credentials.ts"
import type * as Failure from "../Failure.ts"

/** Whose messages they are. */
export type Account = Pick<Credentials.Credentials, "host" | "isLoopback" | "sender" | "serviceId">

export interface Connected {
  readonly sens: Sens.Service
  readonly account: Account
}

export class Connection extends Context.Service<Connection, {
  readonly get: Effect.Effect<Connected, Failure.Any>
}>()("effect-sens/mcp/Connection") {}

/** With the service at hand. */
export const use = <A, E, R>(
  effect: (account: Account) => Effect.Effect<A, E, R>
): Effect.Effect<A, E | Failure.Any, Exclude<R, Sens.Sens> | Connection> =>
  Effect.flatMap(
    Connection.use(({ get }) => get),
    ({ account, sens }) => Effect.provideService(effect(account), Sens.Sens, sens)
  )

/** What went wrong is tried again with the next call; a client that was made is kept. */
export const layer = Layer.effect(
  Connection,
  Effect.gen(function*() {
    const scope = yield* Effect.scope
    const one = yield* Semaphore.make(1)
    const services = yield* Effect.context<Layer.Services<typeof Client.layer>>()
    let known: Connected | undefined
    const make = Effect.map(
      Effect.provide(Layer.buildWithScope(Client.layer, scope), services),
      (context): Connected => {
        known = { sens: Context.get(context, Sens.Sens), account: Context.get(context, Client.Account) }
        return known
      }
    )
    return { get: one.withPermits(1)(Effect.suspend(() => known === undefined ? make : Effect.succeed(known))) }
  })
)
