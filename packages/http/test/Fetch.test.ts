// @effect-diagnostics globalFetch:off
// Which `fetch` is called: the one that is there at the call, unless the program has given its own.
import * as PhoneNumber from "@effect-sens/core/PhoneNumber"
import * as Sens from "@effect-sens/http/Sens"
import * as SensPromise from "@effect-sens/http/SensPromise"
import { afterEach, assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { createServer } from "node:http"
import { vi } from "vitest"
import { options } from "./answering.ts"

const sms = {
  type: "SMS",
  from: PhoneNumber.make("0212345678"),
  content: "안녕하세요",
  messages: [{ to: PhoneNumber.make("01012345678") }]
} as const

const body = (requestId: string) => JSON.stringify({ requestId, statusCode: "202", statusName: "success" })

/** A `fetch` that sends nothing, and what it was asked for. */
const mock = (requestId: string) => {
  const calls: Array<{ readonly url: string; readonly init: RequestInit | undefined }> = []
  const fetch: typeof globalThis.fetch = (input, init) => {
    calls.push({ url: String(input), init })
    return Promise.resolve(
      new Response(body(calls.length === 1 ? requestId : `${requestId} ${calls.length}`), { status: 202 })
    )
  }
  return { calls, fetch }
}

/** A service on a port, which says of each request what its `content-length` and `transfer-encoding` were. */
const service = Effect.acquireRelease(
  Effect.callback<{ readonly baseUrl: string; readonly count: () => number; readonly close: () => void }>((resume) => {
    let count = 0
    const server = createServer((request, response) => {
      count++
      request.resume().on("end", () => response.writeHead(202).end(body(`real ${count}`)))
    })
    server.listen(0, "127.0.0.1", () => {
      const address = server.address()
      const port = typeof address === "object" && address !== null ? address.port : 0
      resume(Effect.succeed({ baseUrl: `http://127.0.0.1:${port}`, count: () => count, close: () => server.close() }))
    })
  }),
  ({ close }) => Effect.sync(close)
)

afterEach(() => {
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
})

// There is one global `fetch`.
const alone = { concurrent: false }

const send = Effect.flatMap(Sens.Sens, ({ messages }) => Effect.map(messages.send(sms), ({ requestId }) => requestId))

describe("fetch is looked up at each call", alone, () => {
  it.live("a mock set after a real send is used, and gone when it is restored", () =>
    Effect.gen(function*() {
      const { baseUrl, count } = yield* service
      yield* Effect.gen(function*() {
        assert.strictEqual(yield* send, "real 1")
        const { calls, fetch } = mock("mocked")
        vi.stubGlobal("fetch", fetch)
        assert.strictEqual(yield* send, "mocked")
        vi.unstubAllGlobals()
        assert.strictEqual(yield* send, "real 2")
        const spy = vi.spyOn(globalThis, "fetch").mockImplementation(fetch)
        assert.strictEqual(yield* send, "mocked 2")
        spy.mockRestore()
        assert.strictEqual(yield* send, "real 3")
        assert.deepStrictEqual([calls.length, count()], [2, 3])
      }).pipe(Effect.provide(Layer.provide(Sens.layer({ ...options, baseUrl }), FetchHttpClient.layer)))
    }).pipe(Effect.scoped))

  it.live("one set before the client is built does not stay", () =>
    Effect.gen(function*() {
      const { baseUrl } = yield* service
      const { fetch } = mock("mocked")
      vi.stubGlobal("fetch", fetch)
      yield* Effect.gen(function*() {
        assert.strictEqual(yield* send, "mocked")
        vi.unstubAllGlobals()
        assert.strictEqual(yield* send, "real 1")
      }).pipe(Effect.provide(Layer.provide(Sens.layer({ ...options, baseUrl }), FetchHttpClient.layer)))
    }).pipe(Effect.scoped))

  it.live("an instrumentation that is set up late sees the calls", () =>
    Effect.gen(function*() {
      const { baseUrl } = yield* service
      yield* Effect.promise(async () => {
        await using sens = SensPromise.make({
          accessKey: "made-up-access-key",
          secretKey: "made-up-secret-key",
          serviceId: options.serviceId,
          baseUrl
        })
        await sens.messages.send(sms)
        // As OpenTelemetry's instrumentation of `fetch` does it: the global is wrapped, and put back.
        const seen: Array<string> = []
        const original = globalThis.fetch
        globalThis.fetch = (input, init) => {
          seen.push(String(init?.method))
          return original(input, init)
        }
        try {
          await sens.messages.send(sms)
        } finally {
          globalThis.fetch = original
        }
        await sens.messages.send(sms)
        assert.deepStrictEqual(seen, ["POST"])
      })
    }).pipe(Effect.scoped))
})

describe("a fetch of the program's own is used", alone, () => {
  const { secretKey } = options

  it.effect.each(["beside the client", "in one array with it", "beneath the transport alone", "at the call"])(
    "%s",
    (where) =>
      Effect.gen(function*() {
        const own = mock("own")
        const other = mock("global")
        vi.stubGlobal("fetch", other.fetch)
        const provided = Layer.succeed(FetchHttpClient.Fetch, own.fetch)
        const sens = Sens.layer({ ...options, secretKey })
        const layer = where === "beside the client"
          ? sens.pipe(Layer.provide(FetchHttpClient.layer), Layer.provide(provided))
          : where === "in one array with it"
          ? sens.pipe(Layer.provide([FetchHttpClient.layer, provided]))
          : where === "at the call"
          ? Layer.provide(sens, FetchHttpClient.layer)
          : sens.pipe(Layer.provide(FetchHttpClient.layer.pipe(Layer.provide(provided))))
        const call = where === "at the call" ? Effect.provideService(send, FetchHttpClient.Fetch, own.fetch) : send
        assert.strictEqual(yield* Effect.provide(call, layer), "own")
        assert.strictEqual(other.calls.length, 0)
      })
  )

  it.effect("and so are its settings, but for redirects", () =>
    Effect.gen(function*() {
      const { calls, fetch } = mock("mocked")
      vi.stubGlobal("fetch", fetch)
      const settings = Layer.succeed(FetchHttpClient.RequestInit, { credentials: "omit", redirect: "follow" })
      const layer = Sens.layer(options).pipe(Layer.provide(FetchHttpClient.layer.pipe(Layer.provide(settings))))
      yield* Effect.provide(send, layer)
      assert.deepInclude(calls[0]?.init, { credentials: "omit", redirect: "manual", method: "POST" })
    }))

  it.effect("the look at a transport sends nothing", () =>
    Effect.gen(function*() {
      const { calls, fetch } = mock("mocked")
      vi.stubGlobal("fetch", fetch)
      yield* Effect.scoped(Layer.build(Layer.provide(Sens.layer(options), FetchHttpClient.layer)))
      assert.strictEqual(calls.length, 0)
    }))

  it("the keys are hidden all the same", () => {
    assert.strictEqual(String(secretKey), String(Redacted.make("")))
  })
})

describe("in Deno", alone, () => {
  it.effect("what is no GET goes through a client without idle connections, made once", () =>
    Effect.gen(function*() {
      const made: Array<unknown> = []
      vi.stubGlobal("Deno", { createHttpClient: (given: unknown) => ({ made: made.push(given) }) })
      const { calls, fetch } = mock("mocked")
      vi.stubGlobal("fetch", fetch)
      const { current } = yield* Effect.promise(() => {
        vi.resetModules()
        return import("../src/internal/fetch.ts")
      })
      yield* Effect.promise(() => current("https://sens.test", { method: "POST" }))
      yield* Effect.promise(() => current("https://sens.test", { method: "DELETE" }))
      yield* Effect.promise(() => current("https://sens.test", { method: "GET" }))
      const own: RequestInit = Object.assign({ method: "POST" }, { client: "own" })
      yield* Effect.promise(() => current("https://sens.test", own))
      assert.deepStrictEqual(calls.map(({ init }): unknown => init), [
        { method: "POST", client: { made: 1 } },
        { method: "DELETE", client: { made: 1 } },
        { method: "GET" },
        own
      ])
      assert.deepStrictEqual(made, [{ poolMaxIdlePerHost: 0 }])
    }))
})
