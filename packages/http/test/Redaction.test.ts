// Whatever the service writes, and however it cuts, escapes, spaces or masks what it writes, nothing of a text or a number that
// was sent to it is in an error, a log line or a span.
import * as MessageId from "@effect-sens/core/MessageId"
import * as PhoneNumber from "@effect-sens/core/PhoneNumber"
import * as RequestId from "@effect-sens/core/RequestId"
import * as SensError from "@effect-sens/core/SensError"
import * as Sens from "@effect-sens/http/Sens"
import { assert, describe, it } from "@effect/vitest"
import * as Cause from "effect/Cause"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as HttpClient from "effect/http/HttpClient"
import * as Inspectable from "effect/Inspectable"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { inspect } from "node:util"
import { answering, once, options } from "./answering.ts"
import { capture } from "./capture.ts"
import { signer } from "./emulated.ts"

// Letters that no sentence of the service and no word of ours has next to each other.
const letters = ["쭤", "횻", "췰", "뻠", "튄", "q", "x", "Q", "Z", "j"]
const Letter = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: letters.length - 1 }))
// Times of the test's clock are full of noughts.
const Digit = Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 9 }))

const Secret = Schema.Struct({
  words: Schema.Array(Schema.Array(Letter).check(Schema.isMinLength(2), Schema.isMaxLength(8))).check(
    Schema.isMinLength(1),
    Schema.isMaxLength(4)
  ),
  number: Schema.Array(Digit).check(Schema.isMinLength(8), Schema.isMaxLength(8)),
  code: Schema.Array(Digit).check(Schema.isMinLength(4), Schema.isMaxLength(6))
})

const changes = {
  none: (text: string) => text,
  html: (text: string) => [...text].map((char) => `&#${char.codePointAt(0)};`).join(""),
  escaped: (text: string) => JSON.stringify(text).replace(/[^ -~]/g, (char) => `\\u${char.charCodeAt(0).toString(16)}`),
  percent: (text: string) => encodeURIComponent(text),
  spaced: (text: string) => [...text].join(" "),
  hyphens: (text: string) => text.replace(/\d{3,4}(?=\d)/g, "$& - "),
  brackets: (text: string) => text.replace(/010/g, "(010)").replace(/(\d{4})(\d{4})/g, "$1/$2"),
  pairs: (text: string) => text.replace(/\d{2}/g, "$& "),
  invisible: (text: string) => [...text].join("\u200B"),
  wide: (text: string) => text.replace(/\d/g, (digit) => String.fromCharCode(digit.charCodeAt(0) + 0xfee0)),
  mask: (text: string) => text.replace(/(.{3}).{4}/g, "$1****"),
  lines: (text: string) => text.replace(/ /g, "\r\n"),
  upper: (text: string) => text.toUpperCase(),
  markup: (text: string) => text.replace(/\d/g, "<b>$&</b>"),
  cells: (text: string) => text.replace(/\d{2}/g, "<td class=\"p\">$&</td> "),
  nbsp: (text: string) => [...text].join("&nbsp;"),
  words: (text: string) => text.replace(/\d{3}/g, "$& and "),
  keys: (text: string) => text.replace(/\d{1,3}/g, "code=$&&"),
  cut: (text: string) => text.slice(3, -2)
}
const Change = Schema.Literals(
  [
    "none",
    "html",
    "escaped",
    "percent",
    "spaced",
    "hyphens",
    "brackets",
    "pairs",
    "invisible",
    "wide",
    "mask",
    "lines",
    "upper",
    "markup",
    "cells",
    "nbsp",
    "words",
    "keys",
    "cut"
  ]
)

const bodies: ReadonlyArray<(echo: string) => unknown> = [
  (echo) => ({ error: { errorCode: "100", message: echo, details: JSON.stringify(echo) } }),
  (echo) => ({ error: { errorCode: echo, message: "Bad Request Exception" } }),
  (echo) => ({
    errors: [`The receiver(to) must be numeric: ${echo}`, echo],
    errorMessage: `Validation failed. ${echo}`,
    status: 400
  }),
  (echo) => ({ errors: echo, statusMessage: echo, statusCode: echo, statusName: echo }),
  (echo) => ({ status: 403, error: "Forbidden", message: echo }),
  (echo) => `<html><head><title>Error</title></head><body>content ${echo} is invalid</body></html>`,
  (echo) => echo,
  (echo) => ({ messages: [{ content: echo, to: echo }] }),
  (echo) => [echo],
  (echo) => JSON.stringify({ errorMessage: echo }).slice(0, -4),
  // A few characters in each of many texts, and of several fields.
  (echo) => ({ errors: echo.match(/[^]{1,3}/gu), errorMessage: echo.slice(0, 3), status: 400 }),
  (echo) => ({ errors: echo.split(/(?=\d)/), errorMessage: "Validation failed. 1 error(s)", status: 400 }),
  (echo) => ({ error: { errorCode: echo.slice(3, 6), message: echo.slice(6, 9), details: echo.slice(9, 12) } }),
  (echo) => ({ statusCode: echo.slice(3, 6), statusName: echo.slice(6, 9), statusMessage: echo.slice(9, 12) }),
  (echo) => ({ error: { errorCode: echo.slice(-3), message: echo.slice(-6, -3) } })
]

/** What a server or a proxy may write into headers: all of what was sent, the number, or words and numbers with a look of an id. */
const headerOf: ReadonlyArray<(echo: string, number: string, code: string) => string> = [
  (echo) => echo,
  (_, number) => number,
  (_, number) => `+82-${number}`,
  (_, number, code) => `trace-${number}-${code}`,
  (_, number, code) => `number=${number}.code=${code}:qxQZj`,
  (_, number) => `Basic realm="${number}"`,
  (_, number) => `call-of-${number.slice(0, 3)}-${number.slice(3, 7)}-${number.slice(7)}`
]
const headerNames = [
  "x-ncp-trace-id",
  "retry-after",
  "www-authenticate",
  "location",
  "content-type",
  "content-language",
  "date",
  "server",
  "etag",
  "set-cookie",
  "x-ratelimit-remaining",
  "x-request-id"
]

const documented = new Set(["100", "200", "210", "230", "300", "400", "410", "420", "430", "500", "510", "900"])

/** How many digits of what the service wrote are in a reason, but for the codes that the documents have. */
const figures = (reason: SensError.Reason): number => {
  const texts = [
    "detail" in reason && reason._tag !== "UnexpectedResponse" ? reason.detail ?? "" : "",
    ..."errors" in reason ? reason.errors : [],
    "excerpt" in reason ? reason.excerpt ?? "" : "",
    "statusCode" in reason && reason._tag === "Rejected" ? reason.statusCode.replace(/^[2-5]\d\d$/, "") : "",
    "statusName" in reason && reason._tag === "Rejected" ? reason.statusName : "",
    "gatewayCode" in reason && !documented.has(reason.gatewayCode ?? "") ? reason.gatewayCode ?? "" : ""
  ]
  // A detail is cut, perhaps in the middle of what says how much was left out.
  return texts.flatMap((text) =>
    text.replace(/\[\d+[^\]]*(?:\]|$)|Validation failed\. \d+ error\(s\)/g, "").match(/\p{Nd}/gu) ?? []
  ).length
}

const statuses = [200, 202, 307, 400, 401, 403, 404, 413, 429, 500]

/** All that can be seen of an error, but for its stack, which has numbers of lines. */
const shown = (error: SensError.SensError): string =>
  [
    JSON.stringify(error),
    String(error),
    error.reason.message,
    inspect(error, { depth: 20, showHidden: true }).replace(/\n\s+at .*/g, ""),
    Inspectable.toStringUnknown(error),
    JSON.stringify(Schema.encodeSync(Schema.toCodecJson(SensError.SensError))(error))
  ].join("\n")

/** What of the secret is there: two of its letters in a row, or four of its digits, over whatever stands between digits. */
const found = (output: string, { code, number, words }: typeof Secret.Type): ReadonlyArray<string> => {
  // Our own figures are no digits of it: lengths, times, a keyed hash, and the end of a masked number.
  const folded = output.replace(
    /\[\d+ left out\]|HTTP \d{3}|\b(?:status|index|timestamp|preparedAt|notBefore|expires|gatewayCode|gateway code)\b\D{1,4}\d+/g,
    "x"
  ).replace(/\b010\*{4}\d{4}|\bfingerprint\b\W{1,6}[^"',\s]+|\d{4}-\d\d-\d\dT[\d:.]+Z/g, "x").normalize("NFKC")
    .toLowerCase()
  const runs = folded.replace(/[^\p{L}\p{Nd}]+/gu, "").match(/\p{Nd}{4,}/gu) ?? []
  const digits = [`010${number.join("")}`, code.join("")].flatMap((digits) =>
    Array.from({ length: Math.max(0, digits.length - 3) }, (_, at) => digits.slice(at, at + 4))
  )
  const pairs = words.flatMap((word) =>
    word.slice(1).map((letter, at) => `${letters[word[at] ?? 0]}${letters[letter]}`.toLowerCase())
  )
  return [
    ...digits.filter((part) => runs.some((run) => run.includes(part))),
    ...pairs.filter((pair) => folded.includes(pair))
  ]
}

describe("a transport that dies", () => {
  it.effect.each(["the transport", "transformClient"])(
    "%s: what it says of the request is in no error",
    (where) =>
      Effect.gen(function*() {
        const dying = HttpClient.make((request, url) =>
          Effect.die(new TypeError(`no ${request.method} to ${url.href}`))
        )
        const sens = yield* Sens.make({
          ...options,
          ...where === "the transport" ? {} : { transformClient: () => dying }
        }).pipe(
          Effect.provideService(
            HttpClient.HttpClient,
            where === "the transport" ? dying : HttpClient.make(() => Effect.never)
          ),
          Effect.provide(signer)
        )
        const day = { start: yield* DateTime.now, end: yield* DateTime.now }
        const calls: ReadonlyArray<Effect.Effect<unknown, SensError.SensError>> = [
          sens.messages.search({ requestTime: day, from: "0212345678", to: "01012345678" }),
          sens.unsubscribes.search({ clientTelNo: "01012345678" }),
          sens.unsubscribes.register(["01012345678"])
        ]
        for (const call of calls) {
          const exit = yield* Effect.exit(once(call))
          const error = Exit.isFailure(exit) ? Cause.squash(exit.cause) : assert.fail("succeeded")
          assert.instanceOf(error, SensError.SensError)
          assert.notMatch(inspect(exit, { depth: 20, showHidden: true }) + String(error), /12345678/)
        }
      })
  )
})

describe("redaction", () => {
  it.effect.prop(
    "nothing of a text or a number is in an error, a log line or a span",
    [
      Secret,
      Change,
      Change,
      Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: bodies.length - 1 })),
      Schema.Literals(statuses),
      Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: headerOf.length - 1 }))
    ],
    ([secret, first, second, shape, status, header]) =>
      capture(Effect.fnUntraced(function*({ logs, spans }) {
        const to = `010${secret.number.join("")}`
        const code = secret.code.join("")
        const content = `${
          secret.words.map((word) => word.map((letter) => letters[letter]).join("")).join(" ")
        } ${code}`
        const echo = changes[second](changes[first](`${to} ${content}`))
        const value = (headerOf[header]?.(echo, to, code) ?? "").replace(/[^ -~]/g, "-")
        const sens = yield* answering(
          status,
          bodies[shape]?.(echo),
          Object.fromEntries(headerNames.map((name) => [name, value]))
        )
        const sms = {
          type: "SMS",
          from: PhoneNumber.make("0212345678"),
          content,
          messages: [{ to: PhoneNumber.make(to) }]
        } as const
        // Its digits are none that a number of the test has in a row: 2000-02-02 00:00:00 to 02:00:00.
        const window = { start: new Date("2000-02-01T15:00:00Z"), end: new Date("2000-02-01T17:00:00Z") }
        const errors: Array<SensError.SensError> = []
        for (
          const call of [
            Effect.asVoid(sens.messages.send(sms)),
            Effect.asVoid(sens.messages.search({ requestId: RequestId.make("R-1") })),
            Effect.asVoid(sens.messages.search({ requestTime: window, to })),
            Effect.asVoid(sens.messages.result(MessageId.make("1"))),
            Effect.asVoid(sens.reservations.status(RequestId.make("1"))),
            Effect.asVoid(sens.unsubscribes.search({ clientTelNo: to })),
            Effect.asVoid(sens.unsubscribes.register([to]))
          ]
        ) {
          const exit = yield* Effect.result(once(call))
          if (exit._tag === "Failure") errors.push(exit.failure)
        }
        const seen = [
          ...errors.map(shown),
          ...logs,
          ...spans.map(({ attributes, events, name, status }) =>
            [
              name,
              inspect([...attributes], { depth: 20 }),
              inspect(events, { depth: 20 }),
              status._tag === "Ended" && Exit.isFailure(status.exit)
                ? `${Cause.pretty(status.exit.cause)}${inspect(status.exit.cause, { depth: 20 })}`.replace(
                  /\n\s+at .*/g,
                  ""
                )
                : ""
            ].join("\n")
          )
        ]
        assert.deepStrictEqual(found(seen.join("\n"), secret), [])
        for (const { reason } of errors) assert.isAtMost(figures(reason), 3, inspect(reason))
      })),
    { arbitrary: { runs: 600 }, timeout: 120_000 }
  )

  it.effect.each([
    "4f0c8a1d93be6725",
    "132597da-68ab-499b-b509-174d06143b9e",
    "52aoi1q0ld3rqlqb7iuhs4qm5n",
    "Root=1-67b9a1c3-abcdef012345abcdef012345"
  ])("an id of a machine stays: %s", (id) =>
    Effect.gen(function*() {
      const sens = yield* answering(500, "", { "x-ncp-trace-id": id })
      const { reason } = yield* Effect.flip(once(sens.messages.result(MessageId.make("1"))))
      assert.strictEqual("traceId" in reason ? reason.traceId : undefined, id)
    }))

  it.effect.each([
    "trace-1",
    "verification-482913-of-you",
    "01012345678",
    "0101234-5678-482913",
    "hello-hello-hello-hello",
    "a b"
  ])(
    "a word or a number is none: %s",
    (id) =>
      Effect.gen(function*() {
        const sens = yield* answering(500, "", { "x-ncp-trace-id": id })
        const { reason } = yield* Effect.flip(once(sens.messages.result(MessageId.make("1"))))
        assert.isFalse("traceId" in reason)
      })
  )

  it.effect.each([["120", 120_000], ["86400", 86_400_000], ["86401", undefined], ["01012345678", undefined]] as const)(
    "Retry-After %s is a wait of %j ms",
    ([value, expected]) =>
      Effect.gen(function*() {
        const sens = yield* answering(503, "", { "retry-after": value })
        const { reason } = yield* Effect.flip(once(sens.messages.result(MessageId.make("1"))))
        const delay = "retryAfter" in reason ? reason.retryAfter : undefined
        assert.strictEqual(delay === undefined ? undefined : Duration.toMillis(delay), expected)
      })
  )

  it.effect("at most twenty texts are kept, of two hundred characters each, and only on purpose", () =>
    Effect.gen(function*() {
      const errors = Array.from({ length: 5000 }, (_, index) => `The receiver(to) ${index} ${"뷁".repeat(500)}`)
      const sens = yield* answering(400, { errors, errorMessage: "Validation failed. 5000 error(s)", status: 400 })
      const { reason } = yield* Effect.flip(once(sens.messages.result(MessageId.make("1"))))
      if (reason._tag !== "BadRequest") return assert.fail(reason._tag)
      assert.strictEqual(reason.errors.length, 20)
      const texts = Redacted.value(reason.serviceText)
      assert.deepStrictEqual([texts.length, Math.max(...texts.map(({ length }) => length))], [20, 200])
      assert.deepStrictEqual(texts[3], errors[3]?.slice(0, 200))
      assert.notInclude(inspect(reason, { depth: 9, showHidden: true }) + JSON.stringify(reason) + String(reason), "뷁")
      const codec = Schema.toCodecJson(SensError.Reason)
      const decoded = Schema.decodeSync(codec)(Schema.encodeSync(codec)(reason))
      assert.deepStrictEqual(decoded, reason)
      assert.isTrue("serviceText" in decoded && Redacted.value(decoded.serviceText).length === 0)
    }))

  it.effect.each([
    ["The receiver(to) must be numeric and cannot exceed 25 characters.", "Validation failed. 1 error(s)"],
    ["The content cannot be empty. (root content is mandatory)", "The receiver(to) cannot be empty."],
    ["Do not have access to this 'serviceId'", "Forbidden"],
    ["Authentication information are missing.", "Invalid authentication information."],
    ["URL not found.", "Not Found Exception"],
    ["Request Entity Too Large", "Throttle Limited"],
    ["Quota Exceeded", "Rate Limited"],
    ["Endpoint Timeout", "Unexpected Error"]
  ])("the sentences of the documents stay: %j", (sentences) =>
    Effect.gen(function*() {
      const sens = yield* answering(400, { errors: sentences })
      const { reason } = yield* Effect.flip(once(sens.messages.result(MessageId.make("1"))))
      assert.deepStrictEqual(reason._tag === "BadRequest" ? reason.errors : [], sentences)
    }))

  it.effect("says how much was left out", () =>
    Effect.gen(function*() {
      const sens = yield* answering(400, { errors: ["to: 010-1234-5678 is invalid", "코드 738201"] })
      const { reason } = yield* Effect.flip(once(sens.messages.result(MessageId.make("1"))))
      assert.deepStrictEqual(reason._tag === "BadRequest" ? reason.errors : [], [
        "to: [13 left out] is invalid",
        "[9 left out]"
      ])
    }))
})
