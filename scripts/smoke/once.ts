import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as Redacted from "effect/Redacted"
import * as PhoneNumber from "../../packages/core/src/PhoneNumber.ts"
import * as ServiceId from "../../packages/core/src/ServiceId.ts"
import * as Sens from "../../packages/http/src/Sens.ts"

// One submit is one POST with a `content-length`, by the runtime's own `fetch` and over its own connections: also where a connection
// that was used before breaks under it. What reached the server, the server tells (packages/http/test/countingServer.ts).

const sms = {
  type: "SMS",
  from: PhoneNumber.make("0212345678"),
  content: "안녕하세요",
  messages: [{ to: PhoneNumber.make("01012345678") }]
} as const

const submits = { kept: 4, fault: 1, misdirected: 1 } as const

/** Runs every check and says how many there were; throws at the first that fails. */
export const run = (baseUrl: string, runtime: string): Promise<number> =>
  Effect.runPromise(Effect.provide(program(baseUrl, runtime), FetchHttpClient.layer))

const program = Effect.fnUntraced(function*(baseUrl: string, runtime: string) {
  let checks = 0
  for (const how of ["kept", "fault", "misdirected"] as const) {
    const serviceId = ServiceId.make(`ncp:sms:kr:1:${how}-${runtime}`)
    const { messages } = yield* Sens.make({
      accessKey: Redacted.make("made-up-access-key"),
      secretKey: Redacted.make("made-up-secret-key"),
      serviceId,
      baseUrl
    })
    for (let submit = 0; submit < submits[how]; submit++) {
      const intent = yield* messages.prepare(sms)
      yield* Effect.exit(messages.submit(intent, sms))
    }
    const response = yield* Effect.promise(() => globalThis.fetch(`${baseUrl}/counts/${serviceId}`))
    const count = JSON.stringify(yield* Effect.promise(() => response.json()))
    // Node's `fetch` asks once more after a 421, which says that the first was not taken.
    const posts = runtime === "node" && how === "misdirected" ? 2 : submits[how]
    const expected = JSON.stringify({ posts, unframed: 0 })
    if (count !== expected) throw new Error(`${how}: expected ${expected}, got ${count}`)
    checks++
  }
  return checks
})
