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
import * as Result from "effect/Result"

// In Deno a connection that is kept and breaks makes `fetch` send its request again, a POST too. Without idle connections there is
// none to break.
const withoutIdle = (): unknown => {
  const deno: unknown = Reflect.get(globalThis, "Deno")
  if (!Predicate.hasProperty(deno, "createHttpClient") || typeof deno.createHttpClient !== "function") return undefined
  const { createHttpClient } = deno
  // Some that call themselves Deno have the name of it alone.
  return Result.getOrUndefined(Result.try((): unknown => createHttpClient({ poolMaxIdlePerHost: 0 })))
}

// It holds no connection, so one for all lasts as long as the process.
let client: { readonly value: unknown } | undefined

const once = (init: RequestInit | undefined): RequestInit | undefined => {
  if (init === undefined || init.method === "GET" || "client" in init) return init
  client ??= { value: withoutIdle() }
  return client.value === undefined ? init : Object.assign({}, init, { client: client.value })
}

// Errors of requests that went through that client.
const triedOnce = new WeakSet<object>()

const note = (error: unknown): Promise<never> => {
  if (typeof error === "object" && error !== null) triedOnce.add(error)
  return Promise.reject(error)
}

/**
 * Whether an error is that of a request that Deno tried to send once. Of another it may be that of a second try: then a connection
 * that could not be made does not prove that nothing was sent.
 *
 * @internal
 */
export const wasTriedOnce = (error: object): boolean => triedOnce.has(error)

/**
 * Looks `globalThis.fetch` up at each call: Effect's client keeps the first one, so that a mock or an instrumentation set later
 * would never be called, and one set before it would stay for ever.
 *
 * @internal
 */
export const current: typeof globalThis.fetch = (input, init) => {
  const sent = once(init)
  const answered = globalThis.fetch(input, sent)
  return sent === init ? answered : answered.catch(note)
}

/**
 * What the program has given to the transport.
 *
 * @internal
 */
export interface Provided {
  /** The `fetch` to hand to each request that brings none; none where the transport has told nothing, and nothing is changed. */
  readonly fetch: typeof globalThis.fetch | undefined
  readonly requestInit: RequestInit
}

/**
 * Asks the transport what it was given. A layer keeps what was provided to it alone, and hands it to each request from within; so
 * a request is handed in that looks around, and is interrupted before it becomes one: whatever the program does about requests that
 * fail, it does not do for this one. A transport that does not hand it on at once tells nothing, and nothing is changed for it.
 *
 * @internal
 */
export const provided = (transport: HttpClient.HttpClient): Effect.Effect<Provided> =>
  Effect.suspend(() => {
    // Where nobody asks for the request, nothing is known, and nothing is to be changed.
    let found: Provided = { fetch: undefined, requestInit: {} }
    const request = Effect.withFiber<never>((fiber) => {
      const { context } = fiber
      found = {
        // What was provided to the client alone is not there when it is called.
        fetch: context.mapUnsafe.has(FetchHttpClient.Fetch.key) ? Context.get(context, FetchHttpClient.Fetch) : current,
        requestInit: Option.getOrElse(Context.getOption(context, FetchHttpClient.RequestInit), () => ({}))
      }
      fiber.interruptUnsafe()
      return Effect.never
    })
    const look = Effect.suspend(() => transport.postprocess(request))
    return Effect.map(Effect.forkDetach(look, { startImmediately: true }), (fiber) => {
      fiber.interruptUnsafe()
      return found
    })
  })
