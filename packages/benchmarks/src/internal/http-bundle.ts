// @effect-diagnostics nodeBuiltinImport:off
/**
 * Programs that send one signed message and print the id of the request, as sources for a bundler.
 *
 * @since 0.1.0
 */
import { buildSync } from "esbuild"
import { builtinModules } from "node:module"
import { gzipSync } from "node:zlib"
import * as Benchmark from "./http-message.ts"

const { messages: [{ to }], ...message } = Benchmark.message
const text = JSON.stringify

/**
 * This project's client: `transport` is the module and the name of a layer.
 *
 * @category programs
 * @since 0.1.0
 */
export const ours = (transport: string, layer: string, signer = false): string => `
import * as PhoneNumber from "@effect-sens/core/PhoneNumber"
import * as ServiceId from "@effect-sens/core/ServiceId"
import * as Sens from "@effect-sens/http/Sens"
${signer ? `import * as NodeSigner from "@effect-sens/http/NodeSigner"` : ""}
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Transport from "${transport}"

const layer = Sens.layer({
  accessKey: Redacted.make(${text(Benchmark.accessKey)}),
  secretKey: Redacted.make(${text(Benchmark.secretKey)}),
  serviceId: ServiceId.make(${text(Benchmark.serviceId)}),
  baseUrl: globalThis.baseUrl
}).pipe(Layer.provide([Transport.${layer}${signer ? ", NodeSigner.layer" : ""}]))

Sens.Sens.use(({ messages }) =>
  messages.send({
    ...${text(message)},
    from: PhoneNumber.make(${text(message.from)}),
    messages: [{ to: PhoneNumber.make(${text(to)}) }]
  })
).pipe(Effect.provide(layer), Effect.runPromise).then(({ requestId }) => globalThis.answered(requestId))
`

/**
 * The same on Effect alone: signed by \`effect/crypto/Mac\`, \`filterStatusOk\`, \`retryTransient\`; \`schema\` says whether the answer is
 * decoded by a schema.
 *
 * @category programs
 * @since 0.1.0
 */
export const bare = (schema: boolean): string => `
import * as Clock from "effect/Clock"
import * as Mac from "effect/crypto/Mac"
import * as SecureRandom from "effect/crypto/SecureRandom"
import * as Effect from "effect/Effect"
import * as Base64 from "effect/encoding/Base64"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
${
  schema
    ? `import * as HttpClientResponse from "effect/http/HttpClientResponse"\nimport * as Schema from "effect/Schema"`
    : ""
}
import * as Layer from "effect/Layer"

const utf8 = new TextEncoder()
const decode = ${
  schema
    ? "HttpClientResponse.schemaBodyJson(Schema.Struct({ requestId: Schema.NonEmptyString, requestTime: Schema.String }))"
    : "(response) => response.json"
}

Effect.gen(function*() {
  const mac = yield* Mac.Mac
  const key = yield* Mac.key(Mac.hmacSha256, utf8.encode(${text(Benchmark.secretKey)}))
  const client = (yield* HttpClient.HttpClient).pipe(
    HttpClient.mapRequestEffect(Effect.fnUntraced(function*(request) {
      const timestamp = yield* Clock.currentTimeMillis
      const signed = "POST ${Benchmark.path}\\n" + timestamp + "\\n${Benchmark.accessKey}"
      return HttpClientRequest.setHeaders(request, {
        "x-ncp-apigw-timestamp": String(timestamp),
        "x-ncp-iam-access-key": ${text(Benchmark.accessKey)},
        "x-ncp-apigw-signature-v2": Base64.encode(yield* mac.sign(key, utf8.encode(signed)))
      })
    })),
    HttpClient.filterStatusOk,
    HttpClient.retryTransient({ times: 3 })
  )
  return yield* HttpClientRequest.post(globalThis.baseUrl + ${text(Benchmark.path)}).pipe(
    HttpClientRequest.bodyJsonUnsafe(${text(Benchmark.message)}),
    client.execute,
    Effect.flatMap(decode)
  )
}).pipe(
  Effect.provide([FetchHttpClient.layer, Layer.provide(Mac.layerWebCrypto, SecureRandom.layerWebCrypto)]),
  Effect.runPromise
).then(({ requestId }) => globalThis.answered(requestId))
`

/**
 * @category programs
 * @since 0.1.0
 */
export const axios = `
import axios from "axios"
import { createHmac } from "node:crypto"

const timestamp = String(Date.now())
axios.post(globalThis.baseUrl + ${text(Benchmark.path)}, ${text(Benchmark.message)}, {
  headers: {
    "x-ncp-apigw-timestamp": timestamp,
    "x-ncp-iam-access-key": ${text(Benchmark.accessKey)},
    "x-ncp-apigw-signature-v2": createHmac("sha256", ${text(Benchmark.secretKey)})
      .update("POST ${Benchmark.path}\\n" + timestamp + "\\n${Benchmark.accessKey}").digest("base64")
  }
}).then(({ data }) => globalThis.answered(data.requestId))
`

/**
 * @category programs
 * @since 0.1.0
 */
export const undici = `
import { createHmac } from "node:crypto"
import { request } from "undici"

const timestamp = String(Date.now())
request(globalThis.baseUrl + ${text(Benchmark.path)}, {
  method: "POST",
  headers: {
    "content-type": "application/json",
    "x-ncp-apigw-timestamp": timestamp,
    "x-ncp-iam-access-key": ${text(Benchmark.accessKey)},
    "x-ncp-apigw-signature-v2": createHmac("sha256", ${text(Benchmark.secretKey)})
      .update("POST ${Benchmark.path}\\n" + timestamp + "\\n${Benchmark.accessKey}").digest("base64")
  },
  body: JSON.stringify(${text(Benchmark.message)})
}).then(({ body }) => body.json()).then(({ requestId }) => globalThis.answered(requestId))
`

/**
 * Sends to its own service's address, unless `globalThis.fetch` takes it elsewhere.
 *
 * @category programs
 * @since 0.1.0
 */
export const solapi = `
import { SolapiMessageService } from "solapi"
new SolapiMessageService("key", "secret").send({ to: "${to}", from: "${message.from}", text: "text" })
  .then(({ groupInfo }) => globalThis.answered(groupInfo.groupId))
`

/**
 * @category programs
 * @since 0.1.0
 */
export const twilio = `
import twilio from "twilio"
twilio("AC0", "token").messages.create({ to: "${to}", from: "${message.from}", body: "text" }).then(globalThis.answered)
`

/**
 * Bundles a program. For a browser, Node's modules are left out where somebody imports them.
 *
 * @category bundling
 * @since 0.1.0
 */
export const bundle = (source: string, platform: "browser" | "node"): string =>
  buildSync({
    stdin: { contents: source, resolveDir: import.meta.dirname, loader: "ts" },
    bundle: true,
    minify: true,
    write: false,
    format: "esm",
    platform,
    target: "es2022",
    logLevel: "silent",
    // What is CommonJS asks for Node's modules by \`require\`.
    ...platform === "browser"
      ? { external: [...builtinModules, "node:*"] }
      : {
        banner: { js: `import { createRequire } from "node:module"; const require = createRequire(import.meta.url);` }
      }
  }).outputFiles[0]?.text ?? ""

/**
 * The size of a program, minified and compressed, in KB (1,000 bytes).
 *
 * @category bundling
 * @since 0.1.0
 */
export const kilobytes = (source: string, platform: "browser" | "node" = "browser"): number =>
  gzipSync(bundle(source, platform), { level: 9 }).length / 1000
