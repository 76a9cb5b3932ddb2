/**
 * What answers cost that are large and say little: a refusal with 200,000 texts, and a page of 20,000 records of which none can
 * be read.
 *
 * @since 0.1.0
 */
import * as MessageId from "@effect-sens/core/MessageId"
import * as RequestId from "@effect-sens/core/RequestId"
import * as SearchResponse from "@effect-sens/core/SearchResponse"
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
 * A page, of 120 kB: of records that lack what every record has, each in one of two ways.
 *
 * @category models
 * @since 0.1.0
 */
export const page: string = JSON.stringify({
  messages: Array.from({ length: 20_000 }, (_, index) => index % 2 === 0 ? {} : { to: 5 })
})

const answered = (status: number, body: string): Effect.Effect<Sens.Service> =>
  Sens.make({
    accessKey: Redacted.make(Benchmark.accessKey),
    secretKey: Redacted.make(Benchmark.secretKey),
    serviceId: ServiceId.make(Benchmark.serviceId)
  }).pipe(
    Effect.provide(NodeSigner.layer),
    Effect.provideService(
      HttpClient.HttpClient,
      HttpClient.make((request) => {
        const response = HttpClientResponse.fromWeb(request, new Response("", { status }))
        const headers = { value: { "content-length": String(body.length) } }
        return Effect.succeed(Object.defineProperties(response, { headers, text: { value: Effect.succeed(body) } }))
      })
    )
  )

/**
 * A call that is refused with the first; what it gives is how many texts were kept.
 *
 * @category contestants
 * @since 0.1.0
 */
export const refused: Effect.Effect<Effect.Effect<string>> = answered(400, body).pipe(
  Effect.map(({ messages }) =>
    Effect.match(messages.result(MessageId.make("1")), {
      onFailure: ({ reason }) => reason._tag === "BadRequest" ? String(reason.errors.length) : reason._tag,
      onSuccess: () => ""
    })
  )
)

/**
 * A search that is answered with the second; what it gives is how many of its records were told.
 *
 * @category contestants
 * @since 0.1.0
 */
export const searched: Effect.Effect<Effect.Effect<string>> = answered(200, page).pipe(
  Effect.map(({ messages }) =>
    Effect.match(messages.search({ requestId: RequestId.make("1") }), {
      onFailure: ({ reason }) => reason._tag,
      onSuccess: (page) => String(SearchResponse.unreadable(page).length)
    })
  )
)
