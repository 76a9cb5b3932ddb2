/**
 * A delivery log that shows what it got in other forms: what a client sees of it, and what it may ask.
 */
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Schema from "effect/Schema"

type Record = { readonly [key: string]: unknown }

const numbers: ReadonlyArray<(number: string) => string> = [
  (number) => number,
  (number) => `+82${number.slice(1)}`,
  (number) => `82${number.slice(1)}`,
  (number) => number.slice(1),
  (number) => `${number.slice(0, 3)}-${number.slice(3, 7)}-${number.slice(7)}`,
  (number) => `${number.slice(0, 3)}****${number.slice(7)}`,
  (number) => `+82 ${number.slice(1, 3)}-****-${number.slice(-4)}`
]

const escaped: { readonly [char: string]: string } = { "&": "&amp;", "\"": "&quot;", "<": "&lt;", ">": "&gt;" }

const texts: ReadonlyArray<(text: string) => string> = [
  (text) => text,
  (text) => text.replaceAll(/[&"<>]/g, (char) => escaped[char] ?? char),
  (text) => text.replaceAll(/\s+/g, " "),
  (text) => text.replaceAll(/\s+/g, ""),
  (text) => text.replaceAll("\n", "<br>"),
  (text) => text.replaceAll("\"", "\u201C"),
  (text) => `${text.slice(0, 10)}...`,
  (text) => `${text.slice(0, 6)}\u2026`,
  // Without a sign that it was cut: never below 20 letters, as no limit of SENS is.
  (text) => text.slice(0, text.length > 40 ? -8 : undefined),
  (text) => text.replaceAll(/\d/g, "*"),
  (text) => text.replaceAll(/\d/g, "#"),
  (text) => text.normalize("NFD"),
  (text) => text.replaceAll(/\d{4,}/g, "[숨김]"),
  (text) => `${text.slice(0, 10)}… (생략)`,
  () => ""
]

const write = (millis: number): string => DateTime.formatIso(DateTime.makeUnsafe(millis)).slice(0, 19).replace("T", " ")

const read = (stamp: string): number => DateTime.makeUnsafe(`${stamp.replace(" ", "T")}Z`).epochMilliseconds

const times: ReadonlyArray<(stamp: string) => string> = [
  (stamp) => stamp,
  (stamp) => `${stamp.slice(0, -2)}00`,
  (stamp) => stamp.slice(0, -3),
  (stamp) => write(read(stamp) - 9 * 60 * 60 * 1000)
]

// Of these some can be read all the same, the others not.
const damages: ReadonlyArray<(record: Record) => Record> = [
  (record) => record,
  (record) => ({ ...record, telcoCode: 5, statusCode: 0, files: { name: "a.jpg" } }),
  ({ status: _, ...record }) => record,
  ({ messageId: _, ...record }) => record,
  (record) => ({ ...record, telcoCode: {} }),
  ({ content: _, ...record }) => ({ ...record, content: ["x"] }),
  ({ requestId: _, status: __, ...record }) => record
]

const upTo = (maximum: number) => Schema.Int.check(Schema.isBetween({ minimum: 0, maximum }))

/** How the log shows things; `mixed` says that each record has forms of its own. */
export const Forms = Schema.Struct({
  numbers: upTo(numbers.length - 1),
  texts: upTo(texts.length - 1),
  times: upTo(times.length - 1),
  isMixed: Schema.Boolean,
  drops: upTo(2),
  damages: upTo(damages.length - 1),
  offsetSeconds: Schema.Int.check(Schema.isBetween({ minimum: -10, maximum: 10 }))
})

export type Forms = typeof Forms.Type

export const asSent: Forms = { numbers: 0, texts: 0, times: 0, isMixed: false, drops: 0, damages: 0, offsetSeconds: 0 }

const hash = (text: string): number => Array.from(text).reduce((sum, char) => (sum * 31 + char.charCodeAt(0)) >>> 0, 7)

const isString = Schema.is(Schema.String)

const Page = Schema.Struct({ messages: Schema.optionalKey(Schema.Array(Schema.Record(Schema.String, Schema.Unknown))) })

const decode = Schema.decodeUnknownOption(Page)

const shift = (forms: Forms, url: string): string =>
  url.replaceAll(
    /((?:request)(?:Start|End)Time=)([^&]+)/g,
    (_, name: string, stamp: string) =>
      name + encodeURIComponent(write(read(decodeURIComponent(stamp)) - forms.offsetSeconds * 1000))
  )

const show = (forms: Forms, record: Record): Record => {
  const seed = hash(String(record["messageId"]))
  const pick = <A>(of: ReadonlyArray<A>, index: number, salt: number): A | undefined =>
    of[forms.isMixed ? (seed + salt) % (index + 1) : index]
  const change = (value: unknown, form: ((text: string) => string) | undefined) =>
    isString(value) && form !== undefined ? form(value) : value
  const time = isString(record["requestTime"])
    ? write(read(record["requestTime"]) + forms.offsetSeconds * 1000)
    : record["requestTime"]
  const damage = pick(damages, forms.damages, 5) ?? ((record: Record) => record)
  return damage({
    ...record,
    from: change(record["from"], pick(numbers.slice(0, 2), Math.min(1, forms.numbers), 1)),
    to: change(record["to"], pick(numbers, forms.numbers, 2)),
    content: change(record["content"], pick(texts, forms.texts, 3)),
    requestTime: change(time, pick(times, forms.times, 4))
  })
}

// Recipients end in 0, 1, 2 and another digit: the first or the second is dropped where there are several.
const isDropped = (forms: Forms, record: Record): boolean => {
  const to = String(record["to"])
  return to.endsWith("1") && (forms.drops === 1 ? to.at(-2) === "0" : forms.drops === 2 && to.at(-2) === "1")
}

/** The client as it sees such a log. */
export const shown = <E, R>(client: HttpClient.HttpClient.With<E, R>, forms: Forms): HttpClient.HttpClient.With<E, R> =>
  forms === asSent ? client : client.pipe(
    HttpClient.mapRequest((request) => HttpClientRequest.setUrl(request, shift(forms, request.url))),
    HttpClient.transformResponse(
      Effect.flatMap((response) =>
        response.request.method !== "GET" || response.status !== 200 ? Effect.succeed(response) : Effect.map(
          Effect.orDie(response.text),
          (body) => {
            const { date } = response.headers
            const parsed: unknown = body.startsWith("{") && body.endsWith("}") ? JSON.parse(body) : undefined
            const page = decode(parsed)
            const next = page._tag === "Some" && page.value.messages !== undefined && typeof parsed === "object"
              ? JSON.stringify({
                ...parsed,
                messages: page.value.messages.filter((record) => !isDropped(forms, record)).map((record) =>
                  show(forms, record)
                )
              })
              : body
            const headers = date === undefined ? {} : { date }
            return HttpClientResponse.fromWeb(response.request, new Response(next, { status: 200, headers }))
          }
        )
      )
    )
  )
