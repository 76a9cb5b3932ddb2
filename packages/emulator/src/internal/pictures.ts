/**
 * Uploaded pictures, as a browser may show them.
 */
import * as Effect from "effect/Effect"
import * as HttpRouter from "effect/http/HttpRouter"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Option from "effect/Option"
import type * as Emulator from "../Emulator.ts"
import * as Jpeg from "./jpeg.ts"

// Whatever the bytes are, they are looked at as a picture, and do nothing.
const headers = {
  "cache-control": "no-store",
  "content-disposition": "inline",
  "content-security-policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
  "cross-origin-resource-policy": "same-origin",
  "x-content-type-options": "nosniff"
}

export const layer = (emulator: Emulator.Service) =>
  HttpRouter.add(
    "GET",
    "/__emulator/files/:fileId",
    Effect.gen(function*() {
      const { fileId } = yield* HttpRouter.params
      const file = Option.filter(yield* emulator.file(fileId ?? ""), ({ body }) => Jpeg.size(body) !== undefined)
      return Option.match(file, {
        onNone: () => HttpServerResponse.empty({ status: 404 }),
        onSome: ({ body }) => HttpServerResponse.uint8Array(body, { contentType: "image/jpeg", headers })
      })
    })
  )
