/**
 * Requests below the typed client: any timestamp, any path, and whatever comes back as a value. Nothing here fails.
 *
 * @since 0.1.0
 */
import * as Signature from "@effect-sens/http/Signature"
import * as Clock from "effect/Clock"
import * as Data from "effect/Data"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import type * as Credentials from "../Credentials.ts"
import * as ExitCode from "../ExitCode.ts"
import type { Both } from "../Language.ts"
import * as Shape from "./Shape.ts"

/** What came back, with when it was asked and read, by this machine's clock. */
export interface Answered {
  readonly _tag: "Answered"
  readonly status: number
  readonly headers: { readonly [name: string]: string | undefined }
  readonly text: string
  /** The body as JSON; undefined where it is none. */
  readonly json: unknown
  /** The instant of its `Date`, where it has one that can be read. */
  readonly date: number | undefined
  readonly startedAt: number
  readonly endedAt: number
}

/** That nothing came back, or not all of it. */
export interface Unanswered {
  readonly _tag: "Unanswered"
  readonly why: "NotThere" | "TimedOut" | "Cut" | "TooLarge"
  readonly startedAt: number
  readonly endedAt: number
}

export type Exchange = Answered | Unanswered

export interface Ask {
  /** Its name in a report: `messages.search`. */
  readonly operation: string
  readonly method: "GET" | "POST" | "DELETE"
  /** Below the service. */
  readonly path: ReadonlyArray<string>
  readonly query?: ReadonlyArray<readonly [name: string, value: string]> | undefined
  readonly body?: unknown
  /** How much older than now its signature is, in milliseconds; negative is ahead. */
  readonly age?: number | undefined
  /** Another service, and a secret key that is not the account's: for what the service says of them. */
  readonly serviceId?: string | undefined
  readonly isWrongSecret?: boolean | undefined
}

/** What is kept of an exchange for a report. */
export interface Seen {
  readonly operation: string
  readonly status: number | null
  readonly problem: Unanswered["why"] | null
  /** How long the first of them took, and how many were alike. */
  readonly millis: number
  readonly times: number
  readonly headers: ReadonlyArray<string>
  readonly body: Shape.Shape
}

export interface Wire {
  readonly ask: (ask: Ask) => Effect.Effect<Exchange>
  /** What was seen since it was asked last. */
  readonly seen: () => ReadonlyArray<Seen>
  /** How far the gateway's clock is ahead of this machine's, in milliseconds, once that is known. */
  offset: number
  /** The gateway's time. */
  readonly now: Effect.Effect<number>
}

/** How long an exchange may take. */
export const patience = Duration.seconds(15)

const mostBytes = 4 * 1024 * 1024

const notThere = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "UND_ERR_CONNECT_TIMEOUT",
  "ConnectTimeout"
])

/** The code of a socket, wherever it stands in the causes. */
const codeOf = (error: unknown, depth = 0): string | undefined => {
  if (depth > 6 || !Predicate.isObject(error)) return undefined
  if (Predicate.hasProperty(error, "code") && typeof error.code === "string") return error.code
  return (Predicate.hasProperty(error, "reason") ? codeOf(error.reason, depth + 1) : undefined) ??
    (Predicate.hasProperty(error, "cause") ? codeOf(error.cause, depth + 1) : undefined)
}

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** As the client takes it: without a slash at its end, and without the suffix of the documents. */
const rootOf = (baseUrl: string): string => baseUrl.replace(/\/+$/, "").replace(/\/sms\/v2$/, "")

const segment = (text: string): string => encodeURIComponent(text).replaceAll("%3A", ":")

class TooLarge extends Data.TaggedError("TooLarge")<{}> {}

const text = Effect.fnUntraced(function*<E>(chunks: Stream.Stream<Uint8Array, E>) {
  const decoder = new TextDecoder()
  let size = 0
  let all = ""
  yield* Stream.runForEach(chunks, (chunk) =>
    Effect.suspend(() => {
      size += chunk.length
      if (size > mostBytes) return Effect.fail(new TooLarge())
      all += decoder.decode(chunk, { stream: true })
      return Effect.void
    }))
  return all + decoder.decode()
})

const isEmptyBody = (error: unknown): boolean =>
  Predicate.hasProperty(error, "reason") && Predicate.isTagged(error.reason, "EmptyBodyError")

/** At most so many different exchanges of a check are told of. */
const kept = 16

export const make = Effect.fnUntraced(function*(
  { accessKey, baseUrl, secretKey, serviceId }: Pick<
    Credentials.Credentials,
    "accessKey" | "baseUrl" | "secretKey" | "serviceId"
  >,
  /** What no report may show, beside keys and ids: numbers. */
  secrets: ReadonlyArray<string> = []
): Effect.fn.Return<Wire, never, HttpClient.HttpClient> {
  const client = yield* HttpClient.HttpClient
  const signed = (secretKey: Redacted.Redacted) =>
    Signature.withSignature(client, { accessKey: Redacted.make(accessKey), secretKey })
  const right = yield* signed(secretKey)
  const wrong = yield* signed(Redacted.make(`${Redacted.value(secretKey)}x`))
  const hidden = [accessKey, Redacted.value(secretKey), serviceId, ...secrets]
  const seen = new Map<string, Seen>()
  const note = (operation: string, exchange: Exchange) => {
    const { endedAt, startedAt } = exchange
    const entry: Seen = {
      operation,
      millis: Math.round(endedAt - startedAt),
      times: 1,
      ...exchange._tag === "Unanswered"
        ? { status: null, problem: exchange.why, headers: [], body: { type: "nothing" } }
        : {
          status: exchange.status,
          problem: null,
          headers: Shape.headers(exchange.headers, hidden),
          body: exchange.text === ""
            ? { type: "nothing" }
            : exchange.json === undefined
            ? { type: "text", length: exchange.text.length, html: isHtml(exchange) }
            : Shape.of(exchange.json, hidden)
        }
    }
    const key = JSON.stringify({ ...entry, millis: 0 })
    const known = seen.get(key)
    if (known !== undefined) seen.set(key, { ...known, times: known.times + 1 })
    else if (seen.size < kept) seen.set(key, entry)
  }

  const wire: Wire = {
    offset: 0,
    now: Effect.map(Clock.currentTimeMillis, (now) => now + wire.offset),
    seen: () => {
      const all = Array.from(seen.values())
      seen.clear()
      return all
    },
    ask: Effect.fnUntraced(function*(ask: Ask) {
      const query = (ask.query ?? []).map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join("&")
      const path = [ask.serviceId ?? serviceId, ...ask.path].map(segment).join("/")
      const url = `${rootOf(baseUrl)}/sms/v2/services/${path}${query === "" ? "" : `?${query}`}`
      const plain = HttpClientRequest.make(ask.method)(url)
      const request = ask.body === undefined
        ? plain
        : HttpClientRequest.bodyUint8Array(
          plain,
          new TextEncoder().encode(JSON.stringify(ask.body)),
          "application/json; charset=utf-8"
        )
      const startedAt = yield* Clock.currentTimeMillis
      const result = yield* (ask.isWrongSecret === true ? wrong : right).execute(request).pipe(
        Effect.provideService(
          Signature.CurrentTimestamp,
          Effect.map(wire.now, (now) => Math.round(now - (ask.age ?? 0)))
        ),
        Effect.flatMap((response) =>
          (response.status === 204 ? Effect.succeed("") : text(response.stream)).pipe(
            Effect.catchIf(isEmptyBody, () => Effect.succeed("")),
            Effect.map((body) => ({ status: response.status, headers: response.headers, text: body }))
          )
        ),
        Effect.timeoutOption(patience),
        Effect.result
      )
      const endedAt = yield* Clock.currentTimeMillis
      const exchange: Exchange = result._tag === "Failure"
        ? {
          _tag: "Unanswered",
          why: result.failure instanceof TooLarge
            ? "TooLarge"
            : notThere.has(codeOf(result.failure) ?? "")
            ? "NotThere"
            : "Cut",
          startedAt,
          endedAt
        }
        : Option.isNone(result.success)
        ? { _tag: "Unanswered", why: "TimedOut", startedAt, endedAt }
        : {
          _tag: "Answered",
          ...result.success.value,
          json: parse(result.success.value.text),
          date: instant(result.success.value.headers["date"]),
          startedAt,
          endedAt
        }
      note(ask.operation, exchange)
      return exchange
    })
  }
  return wire
})

const instant = (date: string | undefined): number | undefined => {
  const parsed = date === undefined ? Option.none() : DateTime.make(date)
  return Option.isSome(parsed) ? DateTime.toEpochMillis(parsed.value) : undefined
}

export const isHtml = ({ text }: Answered): boolean => /^\s*<(?:!doctype|html|head|body)/i.test(text)

/** The object of a body; none where it is something else. */
export const objectOf = (value: unknown): { readonly [key: string]: unknown } =>
  Predicate.isObject(value) && !Array.isArray(value) ? { ...value } : {}

/** A field that is a text, or a number as one. */
export const textOf = (value: unknown, key: string): string | undefined => {
  const found = objectOf(value)[key]
  return typeof found === "string" ? found : typeof found === "number" ? String(found) : undefined
}

/** Why it is none of what was hoped for, in words that hold nothing of it. */
export const told = (exchange: Exchange): Both => {
  if (exchange._tag === "Answered") {
    const { json, status, text } = exchange
    if (isHtml(exchange)) return { en: `HTTP ${status} with a page in HTML`, ko: `HTTP ${status}, HTML 페이지` }
    if (text === "") return { en: `HTTP ${status} without a body`, ko: `HTTP ${status}, 본문 없음` }
    if (json === undefined) {
      return { en: `HTTP ${status} with a body that is no JSON`, ko: `HTTP ${status}, JSON이 아닌 본문` }
    }
    return { en: `HTTP ${status}`, ko: `HTTP ${status}` }
  }
  switch (exchange.why) {
    case "NotThere":
      return { en: "no connection could be made", ko: "연결할 수 없음" }
    case "TimedOut":
      return { en: "no answer within 15 seconds", ko: "15초 안에 응답이 없음" }
    case "Cut":
      return { en: "the connection broke before the answer was whole", ko: "응답이 끝나기 전에 연결이 끊김" }
    case "TooLarge":
      return { en: "an answer of more than 4 MB", ko: "4 MB가 넘는 응답" }
  }
}

/** What a run ends with where this is the worst. */
export const codeFor = (exchange: Exchange): ExitCode.ExitCode => {
  if (exchange._tag === "Unanswered") return ExitCode.table.unavailable.code
  const { status } = exchange
  if (status === 401 || status === 403) return ExitCode.table.keys.code
  if (status === 404) return ExitCode.table.absent.code
  if (status < 400 || status >= 500 || status === 408 || status === 429) return ExitCode.table.unavailable.code
  return ExitCode.table.refused.code
}

/** Whether an answer of a POST leaves open whether it was accepted. */
export const isAmbiguous = (exchange: Exchange): boolean =>
  exchange._tag === "Unanswered"
    ? exchange.why !== "NotThere"
    : exchange.status >= 500 || exchange.status === 408 || exchange.status < 200 ||
      (exchange.status >= 300 && exchange.status < 400) ||
      (exchange.status < 300 && exchange.json === undefined)
