// One submit is one POST, whatever becomes of it: over each transport of Node. scripts/smoke/once.ts has the other runtimes.
import * as PhoneNumber from "@effect-sens/core/PhoneNumber"
import * as ServiceId from "@effect-sens/core/ServiceId"
import * as NodeTransport from "@effect-sens/http/NodeTransport"
import * as Sens from "@effect-sens/http/Sens"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as HttpClient from "effect/http/HttpClient"
import { options } from "./answering.ts"
import { type Count, listen } from "./countingServer.ts"
import { signer } from "./emulated.ts"

const transports = {
  NodeTransport: NodeTransport.layer(),
  fetch: FetchHttpClient.layer,
  undici: NodeHttpClient.layerUndici,
  "node:http": NodeHttpClient.layerNodeHttp
}

const sms = {
  type: "SMS",
  from: PhoneNumber.make("0212345678"),
  content: "안녕하세요",
  messages: [{ to: PhoneNumber.make("01012345678") }]
} as const

const server = Effect.acquireRelease(Effect.promise(listen), ({ close }) => Effect.sync(close))

describe("one submit is one POST", () => {
  const cases = (["NodeTransport", "fetch", "undici", "node:http"] as const).flatMap((transport) =>
    (["kept", "fault", "misdirected"] as const).map((how) => [transport, how] as const)
  )

  it.live.each(cases)("%s, %s", ([transport, how]) =>
    Effect.gen(function*() {
      const { baseUrl } = yield* server
      const serviceId = ServiceId.make(`ncp:sms:kr:1:${how}`)
      const { messages } = yield* Sens.make({ ...options, baseUrl, serviceId })
      const submits = how === "kept" ? 3 : 1
      for (let submit = 0; submit < submits; submit++) {
        const intent = yield* messages.prepare(sms)
        yield* Effect.exit(messages.submit(intent, sms))
      }
      const client = yield* HttpClient.HttpClient
      const count = yield* Effect.flatMap(client.get(`${baseUrl}/counts/${serviceId}`), ({ json }) => json)
      // Node's `fetch` asks once more after a 421, which says that the first was not taken.
      const posts = transport === "fetch" && how === "misdirected" ? 2 : submits
      assert.deepStrictEqual(count, { posts, unframed: 0 } satisfies Count)
    }).pipe(Effect.scoped, Effect.provide([transports[transport], signer])))
})
