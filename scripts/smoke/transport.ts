import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Redacted from "effect/Redacted"
import * as PhoneNumber from "../../packages/core/src/PhoneNumber.ts"
import * as ServiceId from "../../packages/core/src/ServiceId.ts"
import * as NodeTransport from "../../packages/http/src/NodeTransport.ts"
import * as Sens from "../../packages/http/src/Sens.ts"

// `NodeTransport` in each runtime: on every Node by the dispatcher that is in it, elsewhere by `fetch`; one POST a submit, told apart from
// those that were not begun. What reached the server, the server tells (packages/http/test/countingServer.ts).

const sms = {
  type: "SMS",
  from: PhoneNumber.make("0212345678"),
  content: "안녕하세요",
  messages: [{ to: PhoneNumber.make("01012345678") }]
} as const

const submits = { kept: 4, fault: 1, misdirected: 1 } as const

/** Runs every check and says how many there were; throws at the first that fails. */
export const run = (baseUrl: string, runtime: string): Promise<number> =>
  Effect.runPromise(Effect.provide(program(baseUrl, runtime), NodeTransport.layer({ connectTimeout: "1 second" })))

const client = (
  baseUrl: string,
  service: string,
  change?: (request: HttpClientRequest.HttpClientRequest) => HttpClientRequest.HttpClientRequest
) =>
  Sens.make({
    accessKey: Redacted.make("made-up-access-key"),
    secretKey: Redacted.make("made-up-secret-key"),
    serviceId: ServiceId.make(`ncp:sms:kr:1:${service}`),
    baseUrl,
    transformClient: change === undefined ? undefined : HttpClient.mapRequest(change)
  })

const program = Effect.fnUntraced(function*(baseUrl: string, runtime: string) {
  let checks = 0
  const equal = (what: string, actual: unknown, expected: unknown): void => {
    checks++
    const [a, e] = [JSON.stringify(actual), JSON.stringify(expected)]
    if (a !== e) throw new Error(`${what}: expected ${e}, got ${a}`)
  }
  const isNode = runtime.startsWith("node")
  let fetched = 0
  const { fetch } = globalThis
  globalThis.fetch = (...args) => {
    fetched++
    return fetch(...args)
  }

  let sent = 0
  for (const how of ["kept", "fault", "misdirected"] as const) {
    const { messages } = yield* client(baseUrl, `${how}-transport-${runtime.replaceAll(" ", "-")}`)
    for (let submit = 0; submit < submits[how]; submit++) {
      const intent = yield* messages.prepare(sms)
      yield* Effect.exit(messages.submit(intent, sms))
      sent++
    }
  }
  equal("by `fetch`", fetched, isNode ? 0 : sent)
  for (const how of ["kept", "fault", "misdirected"] as const) {
    const service = `ncp:sms:kr:1:${how}-transport-${runtime.replaceAll(" ", "-")}`
    const response = yield* Effect.promise(() => fetch(`${baseUrl}/counts/${service}`))
    equal(how, yield* Effect.promise(() => response.json()), { posts: submits[how], unframed: 0 })
  }

  const outcome = (
    to: string,
    change?: (request: HttpClientRequest.HttpClientRequest) => HttpClientRequest.HttpClientRequest
  ) =>
    client(to, "proof", change).pipe(
      Effect.flatMap(({ messages }) => Effect.flatMap(messages.prepare(sms), (intent) => messages.submit(intent, sms))),
      Effect.match({
        onFailure: ({ isAmbiguous, reason }) => `${reason._tag}${isAmbiguous ? "?" : ""}`,
        onSuccess: () => "accepted"
      })
    )
  if (runtime !== "workerd") equal("refused", yield* outcome("http://127.0.0.1:2"), "ConnectionFailed")
  equal("a line feed", yield* outcome(baseUrl, HttpClientRequest.setHeader("x-header", "a\nb")), "ConnectionFailed")
  // What `fetch` leaves open, or sends otherwise.
  if (isNode) {
    equal("go on?", yield* outcome(baseUrl, HttpClientRequest.setHeader("expect", "100-continue")), "ConnectionFailed")
    equal("no TLS", yield* outcome(baseUrl.replace("http:", "https:"), undefined), "ConnectionFailed")
  }
  globalThis.fetch = fetch
  return checks
})
