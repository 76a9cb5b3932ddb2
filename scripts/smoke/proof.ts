import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as PhoneNumber from "../../packages/core/src/PhoneNumber.ts"
import * as ServiceId from "../../packages/core/src/ServiceId.ts"
import * as Sens from "../../packages/http/src/Sens.ts"

// That nothing was sent is said only where nothing was, by the runtime's own `fetch`: each submit that fails is held against what
// reached the server (packages/http/test/countingServer.ts), and against what docs/runtimes.md says that the runtime tells.

const sms = {
  type: "SMS",
  from: PhoneNumber.make("0212345678"),
  content: "안녕하세요",
  messages: [{ to: PhoneNumber.make("01012345678") }]
} as const

interface Case {
  readonly name: string
  readonly change?: (request: HttpClientRequest.HttpClientRequest) => HttpClientRequest.HttpClientRequest
  readonly baseUrl?: string
  /** Where it is known that nothing was sent. */
  readonly toldBy: ReadonlyArray<string>
}

const all = ["node", "bun", "deno", "workerd"]
const header = (value: string) => HttpClientRequest.setHeader("x-header", value)

const cases: ReadonlyArray<Case> = [
  { name: "lf", change: header("a\nb"), toldBy: all },
  { name: "nul", change: header("a\0b"), toldBy: all },
  // workerd writes these as UTF-8.
  { name: "korean", change: header("가"), toldBy: ["node", "bun", "deno"] },
  { name: "zero-width", change: header("a\u200Bb"), toldBy: ["node", "bun", "deno"] },
  {
    name: "no-scheme",
    change: (request) => HttpClientRequest.setUrl(request, request.url.replace("http://127.0.0.1", "localhost")),
    // Bun connects.
    toldBy: ["node", "deno", "workerd"]
  },
  {
    name: "ftp",
    change: (request) => HttpClientRequest.setUrl(request, request.url.replace("http:", "ftp:")),
    toldBy: all
  },
  { name: "blocked", baseUrl: "http://127.0.0.1:6000", toldBy: ["node", "bun", "deno"] },
  { name: "refused", baseUrl: "http://127.0.0.1:2", toldBy: ["node", "bun", "deno"] },
  { name: "no-host", baseUrl: "http://nothing.invalid", toldBy: ["node", "bun", "deno"] }
]

/** Runs every check and says how many there were; throws at the first that fails. */
export const run = (baseUrl: string, runtime: string): Promise<number> => Effect.runPromise(program(baseUrl, runtime))

const json = (url: string) =>
  Effect.promise(() => globalThis.fetch(url).then((response): Promise<unknown> => response.json()))

/** Submits so often, and says of the last whether nothing was sent, and what the server saw. */
const submitted = Effect.fnUntraced(function*(
  server: string,
  name: string,
  baseUrl: string,
  options: {
    readonly times: number
    readonly change?: Case["change"] | undefined
    readonly init?: RequestInit | undefined
  }
) {
  const serviceId = ServiceId.make(`ncp:sms:kr:1:${name}`)
  const { change, init, times } = options
  const { messages } = yield* Effect.provide(
    Sens.make({
      accessKey: Redacted.make("made-up-access-key"),
      secretKey: Redacted.make("made-up-secret-key"),
      serviceId,
      baseUrl,
      transformClient: change === undefined ? undefined : HttpClient.mapRequest(change)
    }),
    init === undefined
      ? FetchHttpClient.layer
      : FetchHttpClient.layer.pipe(Layer.provideMerge(Layer.succeed(FetchHttpClient.RequestInit, init)))
  )
  let proved = false
  for (let submit = 0; submit < times; submit++) {
    const intent = yield* messages.prepare(sms)
    proved = yield* Effect.match(messages.submit(intent, sms), {
      onFailure: ({ isAmbiguous, reason }) => reason._tag === "ConnectionFailed" && !isAmbiguous,
      onSuccess: () => false
    })
  }
  const counts = yield* json(`${server}/counts/${serviceId}`)
  return { proved, posts: Number(Reflect.get(Object(counts), "posts")) }
})

const program = Effect.fnUntraced(function*(server: string, runtime: string) {
  let checks = 0
  for (const { baseUrl = server, change, name, toldBy } of cases) {
    const { posts, proved } = yield* submitted(server, `${name}-${runtime}`, baseUrl, { times: 1, change })
    if (proved && posts > 0) throw new Error(`${name}: nothing was sent, it says, and ${posts} came`)
    if (proved !== toldBy.includes(runtime)) throw new Error(`${name}: told ${proved}`)
    checks++
  }
  // A connection that breaks under a POST, and then nobody who listens: with a second try, the refusal would be that one's.
  for (const init of [undefined, Object.fromEntries([["client", undefined]])]) {
    const port = Number(Reflect.get(Object(yield* json(`${server}/gone`)), "port"))
    const name = `kept-gone-${init === undefined ? "ours" : "own"}-${runtime}`
    const { posts, proved } = yield* submitted(server, name, `http://127.0.0.1:${port}`, { times: 2, init })
    if (posts !== 2 || proved) throw new Error(`gone: ${posts} came, and nothing was sent, it says: ${proved}`)
    checks++
  }
  return checks
})
