/**
 * Reaches an emulator as a function from a web `Request` to a `Response`, for workers, Bun, Deno and `fetch` mocks.
 *
 * @since 0.1.0
 */
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Emulator from "./Emulator.ts"
import * as SocketError from "./internal/socketError.ts"

/**
 * The web handler of the emulator in the context.
 *
 * **Details**
 *
 * A `Request` keeps its URL as a `URL` does, so the signature is checked over the path and query of `request.url`.
 * Where the connection is to fail, the promise rejects as that of `fetch` does in Node: a `TypeError` whose `cause` has the
 * `code`. Where no answer is to come, it settles when the request's `signal` aborts, or never.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make: Effect.Effect<(request: Request) => Promise<Response>, never, Emulator.Emulator> = Effect.gen(
  function*() {
    const emulator = yield* Emulator.Emulator
    const context = yield* Effect.context<never>()
    const run = Effect.runPromiseExitWith(context)
    return (request: Request) =>
      run(
        Effect.scoped(
          Effect.provideService(
            emulator.exchange,
            HttpServerRequest.HttpServerRequest,
            HttpServerRequest.fromWeb(request)
          )
        ),
        { signal: request.signal }
      ).then((exit) => {
        if (Exit.isFailure(exit)) return Promise.reject(request.signal.reason ?? Cause.squash(exit.cause))
        const reaction = exit.value
        return reaction._tag === "Answer"
          ? HttpServerResponse.toWeb(reaction.response, {
            context,
            signal: request.signal,
            withoutBody: request.method === "HEAD"
          })
          : Promise.reject(new TypeError("fetch failed", { cause: SocketError.make(reaction) }))
      })
  }
)

/**
 * An emulator of its own for programs that are not written in Effect.
 *
 * **Details**
 *
 * `emulator` resolves to what reads it back; `dispose` frees it.
 *
 * **Example** (An unsigned request)
 *
 * ```ts import.meta.vitest
 * import * as EmulatorWeb from "@effect-sens/emulator/EmulatorWeb"
 *
 * const { dispose, handler } = EmulatorWeb.toWebHandler()
 * const response = await handler(new Request("https://sens.test/sms/v2/services/some:service/messages"))
 *
 * response.status // => 401
 *
 * await dispose()
 * ```
 *
 * @category converting
 * @since 0.1.0
 */
export const toWebHandler = (options: Emulator.Options = {}): {
  /** Answers a request; see {@link make}. */
  readonly handler: (request: Request) => Promise<Response>
  /** What reads it back. */
  readonly emulator: Promise<Emulator.Service>
  /** Frees it. */
  readonly dispose: () => Promise<void>
} => {
  const runtime = ManagedRuntime.make(Emulator.layer(options))
  const handler = runtime.runPromise(make)
  return {
    handler: (request) => handler.then((handle) => handle(request)),
    emulator: runtime.runPromise(Emulator.Emulator),
    dispose: () => runtime.dispose()
  }
}
