// @effect-diagnostics globalFetch:off
// Once an answer has come, nothing that goes wrong counts as a proof that nothing was sent.
import * as PhoneNumber from "@effect-sens/core/PhoneNumber"
import * as Sens from "@effect-sens/http/Sens"
import * as SensPromise from "@effect-sens/http/SensPromise"
import { assert, describe, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientError from "effect/http/HttpClientError"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Layer from "effect/Layer"
import { options } from "./answering.ts"
import { signer } from "./emulated.ts"

const sms = {
  type: "SMS",
  from: PhoneNumber.make("0212345678"),
  content: "안녕하세요",
  messages: [{ to: PhoneNumber.make("01012345678") }]
} as const

const accepted = JSON.stringify({ requestId: "R-1", statusCode: "202", statusName: "success" })

const refused = () => Object.assign(new TypeError("fetch failed"), { code: "ECONNREFUSED", syscall: "connect" })

/** Sends once through a service that answers so. */
const sent = (answer: () => Response, given: Partial<Sens.Options> = {}) =>
  Effect.gen(function*() {
    let posts = 0
    const client = HttpClient.make((request) =>
      Effect.sync(() => {
        posts++
        return HttpClientResponse.fromWeb(request, answer())
      })
    )
    const failed = yield* Sens.make({ ...options, ...given }).pipe(
      Effect.flatMap(({ messages }) => Effect.flip(messages.send(sms))),
      Effect.provideService(HttpClient.HttpClient, client),
      Effect.provide(signer)
    )
    return [failed.reason._tag, posts] as const
  })

const ok = () => new Response(accepted, { status: 202 })

describe("after an answer", () => {
  it.live("a recorder around the client that dies of its own connection", () =>
    Effect.gen(function*() {
      const transformClient = HttpClient.tap(() => Effect.die(refused()))
      assert.deepStrictEqual(yield* sent(ok, { transformClient }), ["OutcomeUnknown", 1])
    }))

  it.live("a recorder around the client that fails of its own connection", () =>
    Effect.gen(function*() {
      const transformClient = HttpClient.tap(({ request }) =>
        Effect.fail(
          new HttpClientError.HttpClientError({
            reason: new HttpClientError.TransportError({ request, cause: refused() })
          })
        )
      )
      assert.deepStrictEqual(yield* sent(ok, { transformClient }), ["OutcomeUnknown", 1])
    }))

  it.live("a body that breaks off for whatever it says", () =>
    Effect.gen(function*() {
      const broken = () => new Response(new ReadableStream({ pull: (to) => to.error(refused()) }), { status: 202 })
      assert.deepStrictEqual(yield* sent(broken), ["OutcomeUnknown", 1])
    }))

  it.live.each([
    `${"[".repeat(50_000)}${"]".repeat(50_000)}`,
    `${"{\"files\":[".repeat(50_000)}${"]}".repeat(50_000)}`
  ])(
    "a body that is as deep as it can be",
    (body) =>
      Effect.gen(function*() {
        assert.deepStrictEqual(yield* sent(() => new Response(body, { status: 202 })), ["OutcomeUnknown", 1])
      })
  )

  it.live("a client that fails of a status has been refused, where the status says so", () =>
    Effect.gen(function*() {
      const bad = () => new Response(JSON.stringify({ status: 400, errors: ["x"] }), { status: 400 })
      const transformClient = HttpClient.filterStatusOk
      assert.deepStrictEqual(yield* sent(bad, { transformClient }), yield* sent(bad))
    }))
})

describe("a client of the program's own in place of ours, which signs by itself", () => {
  const replaced = (failure: () => unknown) => {
    let posts = 0
    const client = HttpClient.make((request) =>
      Effect.suspend(() => {
        posts++
        return Effect.fail(
          new HttpClientError.HttpClientError({
            reason: new HttpClientError.TransportError({ request, cause: failure() })
          })
        )
      })
    )
    return { transformClient: () => client, posts: () => posts }
  }

  const failing = (code: string) => () => Object.assign(new Error("broken"), { code })

  it.live("a connection that breaks may have been accepted", () =>
    Effect.gen(function*() {
      const { posts, transformClient } = replaced(failing("ECONNRESET"))
      assert.deepStrictEqual(yield* sent(ok, { transformClient, onAmbiguous: "fail" }), ["OutcomeUnknown", 0])
      assert.strictEqual(posts(), 1)
    }))

  it.live("a failure that says nothing may have been accepted", () =>
    Effect.gen(function*() {
      const { posts, transformClient } = replaced(() => new TypeError("fetch failed"))
      assert.deepStrictEqual(yield* sent(ok, { transformClient, onAmbiguous: "fail" }), ["OutcomeUnknown", 0])
      assert.strictEqual(posts(), 1)
    }))

  it.live("a connection that did not come about is a proof that nothing was sent", () =>
    Effect.gen(function*() {
      const { posts, transformClient } = replaced(failing("ECONNREFUSED"))
      assert.deepStrictEqual(yield* sent(ok, { transformClient, onAmbiguous: "fail" }), ["ConnectionFailed", 0])
      assert.isAbove(posts(), 1)
    }))

  it.live("an interruption tells of what may have been accepted", () =>
    Effect.gen(function*() {
      const begun = yield* Deferred.make<void>()
      const client = HttpClient.make(() => Effect.andThen(Deferred.succeed(begun, undefined), Effect.never))
      const told: Array<string> = []
      const { messages } = yield* Sens.make({ ...options, transformClient: () => client }).pipe(
        Effect.provideService(HttpClient.HttpClient, client),
        Effect.provide(signer)
      )
      const onInterrupted = ({ attempts }: { readonly attempts: ReadonlyArray<{ readonly reason: string }> }) =>
        Effect.sync(() => told.push(...attempts.map(({ reason }) => reason)))
      const fiber = yield* Effect.forkChild(messages.send(sms, { onInterrupted }))
      yield* Deferred.await(begun)
      yield* Fiber.interrupt(fiber)
      assert.deepStrictEqual(told, ["Interrupted"])
    }))

  it.live("a refusal is one", () =>
    Effect.gen(function*() {
      const client = HttpClient.make((request) =>
        Effect.succeed(HttpClientResponse.fromWeb(request, new Response("{}", { status: 400 })))
      )
      assert.deepStrictEqual(yield* sent(ok, { transformClient: () => client }), ["BadRequest", 0])
    }))
})

describe("to build a client", () => {
  const quiet = (transport: HttpClient.HttpClient) =>
    Sens.make(options).pipe(Effect.provideService(HttpClient.HttpClient, transport), Effect.provide(signer))

  it.live("runs nothing of what the transport does about requests that fail", () =>
    Effect.gen(function*() {
      let ran = 0
      const transport = HttpClient.make((request) => Effect.sync(() => HttpClientResponse.fromWeb(request, ok()))).pipe(
        HttpClient.transformResponse(Effect.tapCause(() => Effect.sync(() => ran++))),
        HttpClient.transformResponse(Effect.catchCause((cause) => {
          ran++
          return Effect.failCause(cause)
        }))
      )
      yield* quiet(transport)
      assert.strictEqual(ran, 0)
    }))

  it.live("waits for nothing, whatever the transport is", () =>
    Effect.gen(function*() {
      const transport = HttpClient.make((request) => Effect.sync(() => HttpClientResponse.fromWeb(request, ok())))
      yield* quiet(HttpClient.transformResponse(transport, Effect.delay("1 hour")))
      yield* quiet(HttpClient.transformResponse(transport, () => {
        throw new Error("made up")
      }))
      yield* Sens.make(options).pipe(
        Effect.provide(Layer.provide(FetchHttpClient.layer, Layer.empty)),
        Effect.provide(signer)
      )
    }))
})

describe("options of an object that has them from elsewhere", () => {
  class Settings {
    readonly accessKey = "made-up-access-key"
    readonly secretKey = "made-up-secret-key"
    readonly serviceId = "ncp:sms:kr:000000000000:demo"
    readonly #baseUrl = "http://127.0.0.1:1"
    get baseUrl(): string {
      return this.#baseUrl
    }
  }

  it.live.each<readonly [string, SensPromise.Options]>([
    ["a class", new Settings()],
    ["a prototype", Object.create({ ...options, baseUrl: "http://127.0.0.1:1" })]
  ])("%s: the address is that of the object", ([, given]) =>
    Effect.gen(function*() {
      const urls: Array<string> = []
      const httpClient = Layer.succeed(
        HttpClient.HttpClient,
        HttpClient.make((request, url) =>
          Effect.sync(() => {
            urls.push(url.origin)
            return HttpClientResponse.fromWeb(request, ok())
          })
        )
      )
      Object.defineProperty(given, "httpClient", { value: httpClient })
      const sens = SensPromise.make(given)
      yield* Effect.promise(() => sens.messages.send(sms))
      yield* Effect.promise(() => sens.dispose())
      assert.deepStrictEqual(urls, ["http://127.0.0.1:1"])
    }))
})
