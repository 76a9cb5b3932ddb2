import * as Clock from "effect/Clock"
import * as Config from "effect/Config"
import * as Mac from "effect/crypto/Mac"
import * as Effect from "effect/Effect"
import * as Base64 from "effect/encoding/Base64"
import * as HttpRouter from "effect/http/HttpRouter"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"

const Headers = Schema.Struct({
  "webhook-id": Schema.String,
  "webhook-timestamp": Schema.FiniteFromString,
  "webhook-signature": Schema.String
})

const Completed = Schema.fromJsonString(Schema.Struct({
  type: Schema.Literal("message.completed"),
  data: Schema.Struct({
    messageId: Schema.String,
    to: Schema.String,
    code: Schema.NullOr(Schema.Struct({ code: Schema.String, advice: Schema.String }))
  })
}))

export type Completed = typeof Completed.Type

const isSigned = Effect.fnUntraced(function*(headers: typeof Headers.Type, body: string) {
  const secret = yield* Config.Redacted("SENS_WEBHOOK_SECRET")
  const mac = yield* Mac.Mac
  const bytes = yield* Effect.fromResult(Base64.decode(Redacted.value(secret).replace(/^whsec_/, "")))
  const key = yield* Mac.key(Mac.hmacSha256, bytes)
  const { "webhook-id": id, "webhook-signature": signature, "webhook-timestamp": time } = headers
  const isFresh = Math.abs((yield* Clock.currentTimeMillis) / 1000 - time) < 300
  const data = new TextEncoder().encode(`${id}.${time}.${body}`)
  // While a secret is being replaced there are several.
  const tags = signature.split(" ").flatMap((one) =>
    one.startsWith("v1,")
      ? Result.match(Base64.decode(one.slice(3)), { onFailure: () => [], onSuccess: (tag) => [tag] })
      : []
  )
  const matches = yield* Effect.forEach(tags, (tag) => mac.verify(key, tag, data))
  return isFresh && matches.includes(true)
})

/** `take` may be called again with a message that it was called with before. */
export const hook = <E, R>(take: (event: Completed) => Effect.Effect<void, E, R>) =>
  HttpRouter.add(
    "POST",
    "/hooks/sens",
    Effect.gen(function*() {
      const request = yield* HttpServerRequest.HttpServerRequest
      const body = yield* request.text
      const headers = yield* HttpServerRequest.schemaHeaders(Headers)
      if (!(yield* isSigned(headers, body))) return HttpServerResponse.empty({ status: 400 })
      yield* take(yield* Schema.decodeEffect(Completed)(body))
      return HttpServerResponse.empty({ status: 204 })
    })
  )
