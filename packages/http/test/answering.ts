// A client whose service always gives the same answer, and whose calls are made once.
import * as ServiceId from "@effect-sens/core/ServiceId"
import * as RetryPolicy from "@effect-sens/http/RetryPolicy"
import * as Sens from "@effect-sens/http/Sens"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Redacted from "effect/Redacted"
import { signer } from "./emulated.ts"

export const options: Sens.Options = {
  accessKey: Redacted.make("made-up-access-key"),
  secretKey: Redacted.make("made-up-secret-key"),
  serviceId: ServiceId.make("ncp:sms:kr:000000000000:demo"),
  onAmbiguous: "fail"
}

export const client = (answer: (path: string) => Response): Effect.Effect<Sens.Service> =>
  Sens.make(options).pipe(
    Effect.provideService(
      HttpClient.HttpClient,
      HttpClient.make((request, url) =>
        Effect.sync(() => HttpClientResponse.fromWeb(request, answer(url.pathname + url.search)))
      )
    ),
    Effect.provide(signer)
  )

export const answering = (
  status: number,
  body: unknown,
  headers?: Record<string, string>
): Effect.Effect<Sens.Service> =>
  client(() => new Response(typeof body === "string" ? body : JSON.stringify(body), { status, headers: headers ?? {} }))

export const once = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.provideService(effect, RetryPolicy.CurrentRetryPolicy, RetryPolicy.never)
