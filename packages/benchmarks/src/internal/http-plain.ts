// @effect-diagnostics asyncFunction:off nodeBuiltinImport:off globalDate:off globalFetch:off
/**
 * The contestants without Effect: signed the same way, the answer parsed, and nothing else.
 *
 * @since 0.1.0
 */
import { createHmac } from "node:crypto"
import { createRequire } from "node:module"
import * as Benchmark from "./http-message.ts"
import type { Contestant } from "./http-race.ts"

/**
 * A send; what it gives is the id of the request.
 *
 * @category models
 * @since 0.1.0
 */
export type Send = () => Promise<string>

const hmac = (text: string): string => createHmac("sha256", Benchmark.secretKey).update(text).digest("base64")

const signed = (): Record<string, string> => {
  const timestamp = String(Date.now())
  return {
    "content-type": "application/json; charset=utf-8",
    "x-ncp-apigw-timestamp": timestamp,
    "x-ncp-iam-access-key": Benchmark.accessKey,
    "x-ncp-apigw-signature-v2": hmac(`POST ${Benchmark.path}\n${timestamp}\n${Benchmark.accessKey}`)
  }
}

interface Answer {
  readonly requestId: string
}

/**
 * `undici.request`.
 *
 * @category contestants
 * @since 0.1.0
 */
export const undici = async (baseUrl: string): Promise<Send> => {
  const { Agent, request } = await import("undici")
  const dispatcher = new Agent()
  return async () => {
    const { body } = await request(baseUrl + Benchmark.path, {
      dispatcher,
      method: "POST",
      headers: signed(),
      body: JSON.stringify(Benchmark.message)
    })
    return (await body.json() as Answer).requestId
  }
}

/**
 * `fetch`.
 *
 * @category contestants
 * @since 0.1.0
 */
export const fetched = (baseUrl: string): Send => async () => {
  const response = await fetch(baseUrl + Benchmark.path, {
    method: "POST",
    headers: signed(),
    body: JSON.stringify(Benchmark.message)
  })
  return (await response.json() as Answer).requestId
}

/**
 * axios, as it comes.
 *
 * @category contestants
 * @since 0.1.0
 */
export const axiosPost = async (baseUrl: string): Promise<Send> => {
  const { create } = await import("axios")
  const client = create({ baseURL: baseUrl })
  return async () => {
    const { data } = await client.post<Answer>(Benchmark.path, Benchmark.message, { headers: signed() })
    return data.requestId
  }
}

interface Solapi {
  readonly SolapiMessageService: new(key: string, secret: string) => {
    readonly send: (
      message: { readonly to: string; readonly from: string; readonly text: string }
    ) => Promise<{ readonly groupInfo: { readonly groupId: string } }>
  }
}

/**
 * A client of another service that sends text messages, signed as well, and checked by schemas of Effect 3. It asks the global `fetch`, always at the
 * address of the service, which is changed on the way. Its answer is longer than SENS's: that is its service.
 *
 * @category contestants
 * @since 0.1.0
 */
export const solapi = (baseUrl: string): Send => {
  const native = globalThis.fetch
  globalThis.fetch = (input, init) =>
    native(
      typeof input === "string" && input.startsWith(Benchmark.solapiUrl)
        ? baseUrl + input.slice(Benchmark.solapiUrl.length)
        : input,
      init
    )
  // Not by `import`: its types are made of those of Effect 3, which are not to be mixed with those of Effect 4.
  const { SolapiMessageService }: Solapi = createRequire(import.meta.url)("solapi")
  const service = new SolapiMessageService(Benchmark.accessKey, Benchmark.secretKey)
  const { content, from, messages: [{ to }] } = Benchmark.message
  return async () => (await service.send({ to, from, text: content })).groupInfo.groupId
}

interface Twilio {
  (account: string, token: string, options: { readonly httpClient: TwilioClient }): {
    readonly messages: {
      readonly create: (
        message: { readonly to: string; readonly from: string; readonly body: string }
      ) => Promise<{ readonly sid: string }>
    }
  }
  readonly RequestClient: new() => TwilioClient
}

interface TwilioClient {
  request: (options: { readonly uri: string }) => Promise<unknown>
}

/**
 * A client of another service, which sends by axios and signs nothing. Its address is changed on the way.
 *
 * @category contestants
 * @since 0.1.0
 */
export const twilio = (baseUrl: string): Send => {
  // Not by `import`: its types are thousands of files.
  const twilio: Twilio = createRequire(import.meta.url)("twilio")
  const httpClient = new twilio.RequestClient()
  const request = httpClient.request.bind(httpClient)
  httpClient.request = (options) => request({ ...options, uri: baseUrl + new URL(options.uri).pathname })
  const { messages } = twilio(Benchmark.twilioAccount, Benchmark.secretKey, { httpClient })
  const { content, from, messages: [{ to }] } = Benchmark.message
  return async () => (await messages.create({ to, from, body: content })).sid
}

/**
 * What nobody can leave out: body, signature, answer.
 *
 * @category contestants
 * @since 0.1.0
 */
export const floor: Contestant = async (calls) => {
  let id = ""
  for (let call = 0; call < calls; call++) {
    signed()
    JSON.stringify(Benchmark.message)
    id = (JSON.parse(Benchmark.answer()) as Answer).requestId
  }
  return id
}

/**
 * Sends so many times, `concurrency` of them at a time.
 *
 * @category running
 * @since 0.1.0
 */
export const repeat = (send: Send, concurrency: number): Contestant => async (calls) => {
  let left = calls
  const worker = async () => {
    while (left-- > 0) await send()
  }
  await Promise.all(Array.from({ length: concurrency }, worker))
}
