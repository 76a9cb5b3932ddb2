import * as Account from "@effect-sens/emulator/Account"
import * as Emulator from "@effect-sens/emulator/Emulator"
import * as EmulatorServer from "@effect-sens/emulator/EmulatorServer"
import * as Fault from "@effect-sens/emulator/Fault"
import { assert, layer } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { createServer } from "node:http"
import { runOnEmulator } from "./program.ts"

interface Received {
  readonly path: string
  readonly body: string
}

/** Takes what a collector takes, and keeps it. */
const collector = Effect.acquireRelease(
  Effect.callback<{ readonly url: string; readonly received: ReadonlyArray<Received>; readonly close: () => void }>(
    (resume) => {
      const received: Array<Received> = []
      const server = createServer((request, response) => {
        const chunks: Array<Buffer> = []
        request.on("data", (chunk) => chunks.push(chunk))
        request.on("end", () => {
          received.push({ path: request.url ?? "", body: Buffer.concat(chunks).toString() })
          response.writeHead(200, { "content-type": "application/json" }).end("{}")
        })
      })
      server.listen(0, "127.0.0.1", () => {
        const address = server.address()
        const port = typeof address === "object" ? address?.port : undefined
        resume(Effect.succeed({ url: `http://127.0.0.1:${port}`, received, close: () => server.close() }))
      })
    }
  ),
  ({ close }) => Effect.sync(close)
)

interface Attribute {
  readonly key: string
  readonly value: { readonly stringValue?: string; readonly intValue?: number | string }
}

interface Span {
  readonly name: string
  readonly kind: number
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly attributes: ReadonlyArray<Attribute>
}

const attribute = (span: Span | undefined, key: string) =>
  span?.attributes.find((attribute) => attribute.key === key)?.value

const from = "0212345678"
const to = "01012345678"
const text = "안녕하세요"

layer(EmulatorServer.layer(), { excludeTestServices: true, timeout: "60 seconds" })((it) => {
  it.effect(
    "a collector gets spans, metrics and logs of a send and a search, and nothing private",
    () =>
      Effect.gen(function*() {
        const emulator = yield* Emulator.Emulator
        const { received, url } = yield* collector
        // The first attempt fails, so that there is a retry to see.
        yield* emulator.faults.next("send", 1, Fault.tooManyRequests({ code: "410" }))
        const { output, status } = yield* runOnEmulator("observability", { env: { OTEL_EXPORTER_OTLP_ENDPOINT: url } })
        assert.strictEqual(status, 0, output)

        const bodies = (path: string) => received.filter((request) => request.path === path).map(({ body }) => body)
        const spans: ReadonlyArray<Span> = bodies("/v1/traces").flatMap((body) =>
          JSON.parse(body).resourceSpans.flatMap((
            resource: { scopeSpans: ReadonlyArray<{ spans: ReadonlyArray<Span> }> }
          ) => resource.scopeSpans.flatMap(({ spans }) => spans))
        )
        const named = (name: string) => spans.filter((span) => span.name === name)

        const [program] = named("program")
        const [send] = named("Sens.messages.send")
        const posts = named("POST /sms/v2/services/{serviceId}/messages")
        const [search] = named("Sens.messages.search")
        const [get] = named("GET /sms/v2/services/{serviceId}/messages")
        assert.strictEqual(send?.parentSpanId, program?.spanId)
        assert.strictEqual(search?.parentSpanId, program?.spanId)
        assert.deepStrictEqual(posts.map(({ parentSpanId }) => parentSpanId), [send?.spanId, send?.spanId])
        assert.strictEqual(get?.parentSpanId, search?.spanId)
        assert.deepStrictEqual(
          posts.map((post) => Number(attribute(post, "http.response.status_code")?.intValue)).toSorted(),
          [202, 429]
        )
        // Client spans, in OTLP's numbering.
        assert.deepStrictEqual([...posts, get].map((span) => span?.kind), [3, 3, 3])
        const query = attribute(get, "url.query")?.stringValue ?? ""
        assert.include(query, "requestStartTime=")
        assert.include(query, "from=REDACTED")
        assert.include(query, "to=REDACTED")

        const metrics = bodies("/v1/metrics").join("\n")
        for (const name of ["sens_client_calls", "sens_client_attempts", "sens_client_call_duration_ms"]) {
          assert.include(metrics, name)
        }
        const logs = bodies("/v1/logs").join("\n")
        const [message] = yield* emulator.messages(to)
        assert.include(logs, `accepted as ${message?.requestId}`)
        assert.match(logs, /messages\.send: Throttled, sent again in \d+ ms/)

        const requests = yield* emulator.ledger
        const signatures = requests.map(({ headers }) => headers["x-ncp-apigw-signature-v2"] ?? "")
        assert.deepStrictEqual(signatures.map((signature) => signature.length), [44, 44, 44])
        const everything = received.map(({ body }) => body).join("\n")
        for (const secret of [Account.accessKey, Account.secretKey, from, to, text, ...signatures]) {
          for (const form of [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)]) {
            assert.notInclude(everything, form)
          }
        }
        assert.notMatch(everything, /x-ncp-(?:apigw|iam)/i)
        // What went to the service bore no trace header.
        for (const { headers } of requests) {
          assert.notInclude(Object.keys(headers), "traceparent")
          assert.notInclude(Object.keys(headers), "b3")
        }
      }),
    60_000
  )
})
