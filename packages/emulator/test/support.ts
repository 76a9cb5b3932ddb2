import * as Account from "@effect-sens/emulator/Account"
import { assert } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import { createHmac } from "node:crypto"

// An independent oracle: Node's own HMAC over the documented string, with nothing of this project in it.
export const sign = (options: {
  readonly method: string
  readonly target: string
  readonly timestamp: number | string
  readonly accessKey?: string
  readonly secretKey?: string
}): Record<string, string> => {
  const accessKey = options.accessKey ?? Account.accessKey
  return {
    "x-ncp-apigw-timestamp": String(options.timestamp),
    "x-ncp-iam-access-key": accessKey,
    "x-ncp-apigw-signature-v2": createHmac("sha256", options.secretKey ?? Account.secretKey)
      .update(`${options.method} ${options.target}\n${options.timestamp}\n${accessKey}`)
      .digest("base64")
  }
}

export const origin = "https://sens.apigw.ntruss.com"
export const base = `/sms/v2/services/${Account.serviceId}`

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | undefined>>
  // What a body holds is asserted by the tests, field by field.
  readonly body: any
  readonly text: string
}

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

export const call = Effect.fnUntraced(function*(options: {
  readonly method?: "GET" | "POST" | "PUT" | "DELETE"
  readonly target: string
  readonly body?: unknown
  readonly rawBody?: string | Uint8Array
  readonly headers?: Record<string, string | undefined>
  readonly timestamp?: number | string
  readonly signed?: Partial<Parameters<typeof sign>[0]>
  readonly origin?: string
}) {
  const client = yield* HttpClient.HttpClient
  const now = yield* Clock.currentTimeMillis
  const method = options.method ?? (options.body === undefined && options.rawBody === undefined ? "GET" : "POST")
  let request = HttpClientRequest.make(method)((options.origin ?? origin) + options.target).pipe(
    HttpClientRequest.setHeaders(
      sign({ method, target: options.target, timestamp: options.timestamp ?? now, ...options.signed })
    )
  )
  if (options.rawBody !== undefined) {
    request = typeof options.rawBody === "string"
      ? HttpClientRequest.bodyText(request, options.rawBody, "application/json")
      : HttpClientRequest.bodyUint8Array(request, options.rawBody, "application/json")
  } else if (options.body !== undefined) request = HttpClientRequest.bodyJsonUnsafe(request, options.body)
  for (const [name, value] of Object.entries(options.headers ?? {})) {
    request = value === undefined
      ? HttpClientRequest.removeHeader(request, name)
      : HttpClientRequest.setHeader(request, name, value)
  }
  const response = yield* client.execute(request)
  const text = yield* response.text
  const answer: Answer = {
    status: response.status,
    headers: response.headers,
    text,
    body: /json/.test(response.headers["content-type"] ?? "") ? parsed(text) : undefined
  }
  return answer
})

export const sms = (over: Record<string, unknown> = {}): Record<string, unknown> => ({
  type: "SMS",
  contentType: "COMM",
  countryCode: "82",
  from: "0212345678",
  content: "내용",
  messages: [{ to: "01000000001" }],
  ...over
})

export const send = (body: unknown, options: Partial<Parameters<typeof call>[0]> = {}) =>
  call({ target: `${base}/messages`, body, ...options })

export const list = (query: string) => call({ target: `${base}/messages?${query}` })

export const target = (path: string): string => `${base}/${path}`

/** The plainest JPEG of a size: a frame, a scan of nothing, and as many bytes as asked for. */
export const jpeg = (options: { readonly width?: number; readonly height?: number; readonly bytes?: number } = {}) => {
  const { bytes = 100, height = 10, width = 10 } = options
  const segments = [
    [0xff, 0xd8],
    [0xff, 0xe0, 0, 4, 1, 2],
    [0xff, 0xff, 0xc0, 0, 11, 8, height >> 8, height & 255, width >> 8, width & 255, 1, 1, 0x11, 0],
    [0xff, 0xda, 0, 8, 1, 1, 0, 0, 63, 0]
  ]
  const out = new Uint8Array(bytes)
  out.set(segments.flat())
  out.set([0xff, 0xd9], bytes - 2)
  return out
}

export const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64")

export const upload = (fileName: string, bytes: Uint8Array) =>
  call({ target: `${base}/files`, body: { fileName, fileBody: base64(bytes) } })

export const reserved = (over: Record<string, unknown> = {}) => sms({ reserveTime: "1970-01-01 10:00", ...over })

// The answer of the service when validation fails, with nothing besides.
export const assertRefused = (
  answer: { readonly status: number; readonly body: any },
  errors: ReadonlyArray<string>
) => {
  assert.deepStrictEqual(answer.body, {
    errors,
    errorMessage: `Validation failed. ${errors.length} error(s)`,
    status: 400
  })
  assert.strictEqual(answer.status, 400)
}

/** Asks the control API, without a signature, as anybody would. */
export const control = Effect.fnUntraced(function*(
  method: "GET" | "POST" | "PUT" | "DELETE",
  path: string,
  options: { readonly body?: unknown; readonly headers?: Record<string, string> } = {}
) {
  const client = yield* HttpClient.HttpClient
  let request = HttpClientRequest.make(method)(`http://127.0.0.1${path}`).pipe(
    HttpClientRequest.setHeaders(options.headers ?? {})
  )
  if (options.body !== undefined) request = HttpClientRequest.bodyJsonUnsafe(request, options.body)
  const response = yield* client.execute(request)
  const text = yield* response.text
  const answer: Answer = {
    status: response.status,
    headers: response.headers,
    text,
    body: /json/.test(response.headers["content-type"] ?? "") ? parsed(text) : undefined
  }
  return answer
})

export const ask = (path: string) => control("GET", `/__emulator${path}`)
