/**
 * The answers that faults put in place of the emulator's own.
 */
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Stream from "effect/Stream"
import type * as Fault from "../Fault.ts"
import type * as Ledger from "../Ledger.ts"
import { successStatus } from "./operation.ts"
import * as ServiceError from "./serviceError.ts"

type Of<Tag extends Fault.Fault["_tag"]> = Extract<Fault.Fault, { readonly _tag: Tag }>

const gateway = (code: ServiceError.GatewayCode, details?: string) =>
  HttpServerResponse.jsonUnsafe(
    { error: ServiceError.gatewayBody({ code, details }) },
    { status: ServiceError.gatewayErrors[code].status }
  )

// The shape of the documented 403.
const plain = (status: number, error: string, message: string) =>
  HttpServerResponse.jsonUnsafe({ status, error, message }, { status })

// A 204 has no body that could be wrong.
const successOf = (operation: Ledger.Operation): number =>
  successStatus[operation] === 204 ? 200 : successStatus[operation]

export const tooManyRequests = (fault: Of<"TooManyRequests">): HttpServerResponse.HttpServerResponse => {
  const response = fault.code === undefined
    ? plain(429, "Too Many Requests", "The quota of the day is used up")
    : gateway(fault.code)
  return fault.retryAfter === undefined
    ? response
    : HttpServerResponse.setHeader(response, "retry-after", fault.retryAfter)
}

export const serverError = ({ accepted, status }: Of<"ServerError">): HttpServerResponse.HttpServerResponse => {
  switch (status) {
    case 408:
      return plain(408, "Request Timeout", "The request took too long")
    case 502:
      return plain(502, "Bad Gateway", "The service cannot be reached")
    case 500:
      return accepted ? plain(500, "Internal Server Error", "Unexpected error") : gateway("900")
    case 503:
      return gateway("500")
    case 504:
      return gateway("510")
  }
}

export const redirect = (fault: Of<"Redirect">): HttpServerResponse.HttpServerResponse =>
  HttpServerResponse.empty({ status: fault.status, headers: { location: fault.location } })

/**
 * Whether its answer has a status of success.
 *
 * @internal
 */
export const isSuccess = ({ _tag }: Fault.Fault): boolean =>
  _tag === "Unreadable" || _tag === "Flood" || _tag === "SaysFailed"

export const saysFailed = (fault: Of<"SaysFailed">, operation: Ledger.Operation) =>
  HttpServerResponse.jsonUnsafe(
    { statusCode: fault.statusCode, statusName: "fail", statusMessage: "The request failed." },
    { status: successOf(operation) }
  )

const html = "<!DOCTYPE html><html><head><title>502 Bad Gateway</title></head><body>Bad Gateway</body></html>"

/** Half of what would have been answered, or of something like it. */
const half = (response: HttpServerResponse.HttpServerResponse | undefined): string => {
  const text = response?.body._tag === "Uint8Array" ? new TextDecoder().decode(response.body.body) : ""
  const whole = text === "" ? "{\"statusCode\":\"202\",\"statusName\":\"success\"}" : text
  return whole.slice(0, Math.floor(whole.length / 2))
}

export const unreadable = (
  fault: Of<"Unreadable">,
  operation: Ledger.Operation,
  answered: HttpServerResponse.HttpServerResponse | undefined
): HttpServerResponse.HttpServerResponse => {
  const status = successOf(operation)
  switch (fault.body) {
    case "brokenJson":
      return HttpServerResponse.text(half(answered), { status, contentType: "application/json" })
    case "html":
      return HttpServerResponse.text(html, { status, contentType: "text/html; charset=utf-8" })
    case "empty":
      return HttpServerResponse.empty({ status })
  }
}

const chunkBytes = 65_536

export const flood = (fault: Of<"Flood">, operation: Ledger.Operation): HttpServerResponse.HttpServerResponse => {
  // Blanks, which a JSON reader would go through to the end.
  const chunk = new Uint8Array(chunkBytes).fill(0x20)
  const chunks = Math.floor(fault.bytes / chunkBytes)
  const body = Stream.concat(
    // One at a time: a flood is not to fill the emulator's own memory.
    Stream.map(Stream.range(1, chunks, 1), () => chunk),
    Stream.succeed(chunk.subarray(0, fault.bytes % chunkBytes))
  )
  return HttpServerResponse.stream(body, { status: successOf(operation), contentType: "application/json" })
}

export const unauthorized = (): HttpServerResponse.HttpServerResponse =>
  gateway("200", "Invalid authentication information.")

export const notFound = (): HttpServerResponse.HttpServerResponse => HttpServerResponse.empty({ status: 404 })
