// The dispatcher of Node's own `fetch`, and where there is none. What all of a process share is changed here, so nothing else runs meanwhile.
import * as NodeTransport from "@effect-sens/http/NodeTransport"
import Undici from "@effect/platform-node/Undici"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import { createServer } from "node:http"

const server = Effect.acquireRelease(
  Effect.callback<{ readonly url: string; readonly close: () => void }>((resume) => {
    const server = createServer((_, response) => response.end("from the server"))
    server.listen(0, "127.0.0.1", () => {
      const address = server.address()
      const port = typeof address === "object" && address !== null ? address.port : 0
      const close = () => {
        server.closeAllConnections()
        server.close()
      }
      resume(Effect.succeed({ url: `http://127.0.0.1:${port}`, close }))
    })
  }),
  ({ close }) => Effect.sync(close)
)

const get = (url: string) => Effect.flatMap(HttpClient.get(url), ({ text }) => text)

const symbol = Symbol.for("undici.globalDispatcher.1")

describe("the dispatcher of Node", { concurrent: false }, () => {
  it.live("is looked up at each request", () =>
    Effect.gen(function*() {
      const { url } = yield* server
      assert.strictEqual(yield* get(url), "from the server")
      let requests = 0
      const before = Undici.getGlobalDispatcher()
      const counting = new Undici.Agent().compose((dispatch) => (options, handler) => {
        requests++
        return dispatch(options, handler)
      })
      yield* Effect.acquireUseRelease(
        Effect.sync(() => Undici.setGlobalDispatcher(counting)),
        () => Effect.andThen(get(url), get(url)),
        () =>
          Effect.promise(() => {
            Undici.setGlobalDispatcher(before)
            return counting.destroy()
          })
      )
      assert.strictEqual(requests, 2)
      assert.strictEqual(yield* get(url), "from the server")
      assert.strictEqual(requests, 2)
    }).pipe(Effect.scoped, Effect.provide(NodeTransport.layer())))

  it.live("is none in other runtimes: then `fetch` sends", () => {
    let calls = 0
    const stub: typeof globalThis.fetch = () => {
      calls++
      return Promise.resolve(new Response("from fetch"))
    }
    return Effect.gen(function*() {
      const { url } = yield* server
      assert.strictEqual(yield* get(url), "from the server")
      const found: unknown = Reflect.get(globalThis, symbol)
      yield* Effect.acquireUseRelease(
        Effect.sync(() => Reflect.set(globalThis, symbol, undefined)),
        () =>
          Effect.gen(function*() {
            assert.deepStrictEqual([yield* get(url), yield* get(url)], ["from fetch", "from fetch"])
          }),
        () => Effect.sync(() => Reflect.set(globalThis, symbol, found))
      )
      assert.strictEqual(yield* get(url), "from the server")
      assert.strictEqual(calls, 2)
    }).pipe(
      Effect.scoped,
      Effect.provide(NodeTransport.layer().pipe(Layer.provideMerge(Layer.succeed(FetchHttpClient.Fetch, stub))))
    )
  })
})
