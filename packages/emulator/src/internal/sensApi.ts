/**
 * The SENS SMS API v2 as an `HttpApi`: what the emulator serves and what its OpenAPI document describes.
 *
 * @since 0.1.0
 */
import * as HttpApi from "effect/http-api/HttpApi"
import * as OpenApi from "effect/http-api/OpenApi"
import * as Authentication from "./authentication.ts"
import * as Document from "./document.ts"
import { FilesApi } from "./filesApi.ts"
import { MessagesApi } from "./messagesApi.ts"
import { ReservationsApi } from "./reservationsApi.ts"
import { UnsubscribesApi } from "./unsubscribesApi.ts"

// What the gateway answers in place of the service, or the service where it cannot go on: every operation may get it.
const additions: Document.Additions = {
  securitySchemes: Authentication.securitySchemes,
  security: { timestamp: [], accessKey: [], signature: [] },
  schemas: {
    GatewayError: Document.gatewayError,
    PlainError: {
      type: "object",
      description: "An error of the framework below the service.",
      properties: { status: { type: "integer" }, error: { type: "string" }, message: { type: "string" } },
      required: ["status", "error", "message"]
    }
  },
  responses: {
    404: { description: "Nothing is there. The body is empty." },
    408: Document.answer("The request took too long.", Document.ref("PlainError")),
    429: {
      ...Document.answer(
        "Too many requests (410, 420), or the quota is used up (400, or an answer of the service itself). Nothing was " +
          "accepted.",
        { anyOf: [Document.ref("GatewayError"), Document.ref("PlainError")] }
      ),
      headers: {
        "retry-after": { description: "Seconds, or an HTTP date. It may be absent.", schema: { type: "string" } }
      }
    },
    500: Document.answer(
      "The service failed. The request may have been accepted.",
      { anyOf: [Document.ref("GatewayError"), Document.ref("PlainError")] }
    ),
    502: Document.answer(
      "The service cannot be reached. The request may have been accepted.",
      Document.ref("PlainError")
    ),
    503: Document.answer("The service is not there. The request may have been accepted.", Document.ref("GatewayError")),
    504: Document.answer(
      "The service did not answer in time. The request may have been accepted.",
      Document.ref("GatewayError")
    )
  },
  headers: { "x-ncp-trace-id": { description: "What the gateway calls this exchange by.", schema: { type: "string" } } }
}

const groups = HttpApi.make("sens").add(MessagesApi, FilesApi, ReservationsApi, UnsubscribesApi)

/**
 * The operations of the service, one group for each page family of the documents.
 *
 * @category models
 * @since 0.1.0
 */
export class SensApi extends groups.annotateMerge(
  OpenApi.annotations({
    title: "SENS SMS API",
    version: "2.0.0",
    description:
      "The SMS part of NAVER Cloud SENS, as @effect-sens/emulator serves it. Fields that are not described here " +
      "are ignored.",
    servers: [
      { url: "/", description: "The emulator that serves this document." },
      { url: "https://sens.apigw.ntruss.com", description: "The service: the public zone." },
      { url: "https://sens.apigw.gov-ntruss.com", description: "The service: the government zone." },
      { url: "https://sens.apigw.fin-ntruss.com", description: "The service: the financial zone." }
    ],
    transform: Document.transform(groups.groups, additions)
  })
) {}
