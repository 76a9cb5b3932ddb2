// @effect-diagnostics globalFetch:off
// It is what Effect's client calls.
/**
 * `fetch` as the client wants it: the one that is there when it is called, and in Deno one that posts once.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import type * as HttpClient from "effect/http/HttpClient"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"

// In Deno a connection that is kept and breaks makes `fetch` send its request again, a POST too. Without idle connections there is
// none to break.
const withoutIdle = (): unknown => {
  const deno: unknown = Reflect.get(globalThis, "Deno")
  return Predicate.hasProperty(deno, "createHttpClient") && typeof deno.createHttpClient === "function"
    ? deno.createHttpClient({ poolMaxIdlePerHost: 0 })
    : undefined
}

// It holds no connection, so one for all lasts as long as the process.
let client: { readonly value: unknown } | undefined

const once = (init: RequestInit | undefined): RequestInit | undefined => {
  if (init === undefined || init.method === "GET" || "client" in init) return init
  client ??= { value: withoutIdle() }
  return client.value === undefined ? init : Object.assign({}, init, { client: client.value })
}

/**
 * Looks `globalThis.fetch` up at each call: Effect's client keeps the first one, so that a mock or an instrumentation set later
 * would never be called, and one set before it would stay for ever.
 *
 * @internal
 */
export const current: typeof globalThis.fetch = (input, init) => globalThis.fetch(input, once(init))

/**
 * What the program has given to the transport.
 *
 * @internal
 */
export interface Provided {
  readonly hasFetch: boolean
  readonly requestInit: RequestInit
}

/**
 * Asks the transport what it was given. A layer keeps what was provided to it alone, and hands it to each request from within; so
 * a request is handed in that looks around, and dies before it becomes one.
 *
 * @internal
 */
export const provided = (transport: HttpClient.HttpClient): Effect.Effect<Provided> =>
  Effect.suspend(() => {
    // Where nobody asks for the request, nothing is known, and nothing is to be changed.
    let found: Provided = { hasFetch: true, requestInit: {} }
    const request = Effect.contextWith((context: Context.Context<never>) => {
      found = {
        hasFetch: context.mapUnsafe.has(FetchHttpClient.Fetch.key),
        requestInit: Option.getOrElse(Context.getOption(context, FetchHttpClient.RequestInit), () => ({}))
      }
      return Effect.die("A look, and no request")
    })
    return Effect.map(Effect.exit(transport.postprocess(request)), () => found)
  })
