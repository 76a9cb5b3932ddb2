// Whatever the service writes, and however it cuts, escapes, spaces or masks what it writes, nothing of a text or a number that
// was sent to it is in an error, a log line or a span.
import * as MessageId from "@effect-sens/core/MessageId"
import * as PhoneNumber from "@effect-sens/core/PhoneNumber"
import * as RequestId from "@effect-sens/core/RequestId"
import * as SensError from "@effect-sens/core/SensError"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Inspectable from "effect/Inspectable"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { inspect } from "node:util"
import { answering, once } from "./answering.ts"
import { capture } from "./capture.ts"

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
  (echo) => JSON.stringify({ errorMessage: echo }).slice(0, -4)
]

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
  // Our own figures are no digits of it.
  const folded = output.replace(/\[\d+ left out\]|HTTP \d{3}|\b(?:status|index)\b\D{1,4}\d+/g, "x").normalize("NFKC")
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

describe("redaction", () => {
  it.effect.prop(
    "nothing of a text or a number is in an error, a log line or a span",
    [Secret, Change, Change, Schema.Literals([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]), Schema.Literals(statuses)],
    ([secret, first, second, shape, status]) =>
      capture(Effect.fnUntraced(function*({ logs, spans }) {
        const to = `010${secret.number.join("")}`
        const content = `${secret.words.map((word) => word.map((letter) => letters[letter]).join("")).join(" ")} ${
          secret.code.join("")
        }`
        const echo = changes[second](changes[first](`${to} ${content}`))
        const sens = yield* answering(status, bodies[shape]?.(echo))
        const sms = {
          type: "SMS",
          from: PhoneNumber.make("0212345678"),
          content,
          messages: [{ to: PhoneNumber.make(to) }]
        } as const
        const errors: Array<SensError.SensError> = []
        for (
          const call of [
            Effect.asVoid(sens.messages.send(sms)),
            Effect.asVoid(sens.messages.search({ requestId: RequestId.make("R-1") })),
            Effect.asVoid(sens.messages.result(MessageId.make("1"))),
            Effect.asVoid(sens.unsubscribes.search())
          ]
        ) {
          const exit = yield* Effect.result(once(call))
          // That one holds nothing that the service wrote: times, masked numbers, and a hash.
          if (exit._tag === "Failure" && exit.failure.reason._tag !== "OutcomeUnknown") errors.push(exit.failure)
        }
        const seen = [
          ...errors.map(shown),
          ...logs,
          ...spans.map(({ attributes }) => inspect([...attributes].filter(([name]) => name.startsWith("sens."))))
        ]
        assert.deepStrictEqual(found(seen.join("\n"), secret), [])
      })),
    { arbitrary: { runs: 400 } }
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
