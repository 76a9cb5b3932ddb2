/**
 * What an answer costs that refuses with 200,000 texts.
 *
 * @since 0.1.0
 */
import * as MessageId from "@effect-sens/core/MessageId"
import * as ServiceId from "@effect-sens/core/ServiceId"
import * as NodeSigner from "@effect-sens/http/NodeSigner"
import * as Sens from "@effect-sens/http/Sens"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Redacted from "effect/Redacted"
import * as Benchmark from "./http-message.ts"

/**
 * The body, of 4 MB.
 *
 * @category models
 * @since 0.1.0
 */
export const body: string = JSON.stringify({
  errors: Array.from({ length: 200_000 }, (_, index) => `receiver(to) ${index}`),
  errorMessage: "Validation failed. 200000 error(s)",
  status: 400
})

/**
 * A call that is refused with it; what it gives is how many texts were kept.
 *
 * @category contestants
 * @since 0.1.0
 */
export const refused: Effect.Effect<Effect.Effect<string>> = Sens.make({
  accessKey: Redacted.make(Benchmark.accessKey),
  secretKey: Redacted.make(Benchmark.secretKey),
  serviceId: ServiceId.make(Benchmark.serviceId)
}).pipe(
  Effect.provide(NodeSigner.layer),
  Effect.provideService(
    HttpClient.HttpClient,
    HttpClient.make((request) => {
      const response = HttpClientResponse.fromWeb(request, new Response("", { status: 400 }))
      const headers = { value: { "content-length": String(body.length) } }
      return Effect.succeed(Object.defineProperties(response, { headers, text: { value: Effect.succeed(body) } }))
    })
  ),
  Effect.map(({ messages }) =>
    Effect.match(messages.result(MessageId.make("1")), {
      onFailure: ({ reason }) => reason._tag === "BadRequest" ? String(reason.errors.length) : reason._tag,
      onSuccess: () => ""
    })
  )
)
