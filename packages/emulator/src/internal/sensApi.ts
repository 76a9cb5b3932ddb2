/**
 * The SENS SMS API v2 as an `HttpApi`: what the emulator serves and what its OpenAPI document describes.
 *
 * @since 0.1.0
 */
import * as HttpApi from "effect/http-api/HttpApi"
import * as OpenApi from "effect/http-api/OpenApi"
import { FilesApi } from "./filesApi.ts"
import { MessagesApi } from "./messagesApi.ts"
import { ReservationsApi } from "./reservationsApi.ts"
import { UnsubscribesApi } from "./unsubscribesApi.ts"

/**
 * The operations of the service, one group for each page family of the documents.
 *
 * @category models
 * @since 0.1.0
 */
export class SensApi
  extends HttpApi.make("sens").add(MessagesApi, FilesApi, ReservationsApi, UnsubscribesApi).annotateMerge(
    OpenApi.annotations({
      title: "SENS SMS API",
      version: "2.0.0",
      description: "The SMS part of NAVER Cloud SENS, as @effect-sens/emulator serves it."
    })
  )
{}
