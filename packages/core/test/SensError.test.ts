import type * as SendIntent from "@effect-sens/core/SendIntent"
import * as SensError from "@effect-sens/core/SensError"
import * as ServiceId from "@effect-sens/core/ServiceId"
import { assert, describe, it } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { inspect } from "node:util"

const codec = Schema.toCodecJson(SensError.SensError)

const at = DateTime.makeUnsafe("2026-01-01T00:00:00Z")
const answered = { status: 500, gatewayCode: "900", traceId: "trace", detail: "detail" }
const retryAfter = Duration.seconds(3)

const intentAt = ({ epochMilliseconds }: DateTime.Utc): SendIntent.SendIntent => ({
  serviceId: ServiceId.make("ncp:sms:kr:000000000000:demo"),
  timestamp: epochMilliseconds,
  preparedAt: epochMilliseconds,
  notBefore: epochMilliseconds - 2000,
  expires: epochMilliseconds + 300_000
})

// One of each reason, and what it answers.
const table: ReadonlyArray<readonly [reason: SensError.Reason, retryable: boolean, ambiguous: boolean, says: string]> =
  [
    [
      new SensError.InvalidRequest({
        issues: [{ path: ["messages", 3, "to"], kind: "PhoneNumber", message: "no number" }]
      }),
      false,
      false,
      "messages[3].to: no number"
    ],
    [new SensError.BadRequest({ ...answered, errors: ["first", "second"] }), false, false, "; first; second"],
    [
      new SensError.AuthenticationFailed({ ...answered, why: "ClockSkew" }),
      false,
      false,
      "clock of this machine is off"
    ],
    [new SensError.AuthenticationFailed({ ...answered, why: "Signature" }), false, false, "clocks agree"],
    [new SensError.AuthenticationFailed({ ...answered, why: "Unknown" }), false, false, "refused the signature"],
    [new SensError.PermissionDenied(answered), false, false, "may not use this service"],
    [new SensError.NotFound(answered), false, false, "knows nothing"],
    [new SensError.PayloadTooLarge(answered), false, false, "too large"],
    [new SensError.QuotaExceeded({ ...answered, retryAfter }), false, false, "quota is used up"],
    [new SensError.Throttled({ ...answered, retryAfter }), true, false, "asks to wait 3s"],
    [
      new SensError.ServerFault({ ...answered, retryAfter }),
      true,
      true,
      "HTTP 500, gateway code 900, trace id trace): detail"
    ],
    [new SensError.Rejected({ ...answered, statusCode: "500", statusName: "fail" }), false, false, "500 fail"],
    [new SensError.ConnectionFailed({ code: "ECONNREFUSED" }), true, false, "ECONNREFUSED"],
    [new SensError.ConnectionLost({ code: "ECONNRESET" }), true, true, "ECONNRESET"],
    [new SensError.ConnectionLost({}), true, true, "broke."],
    [
      new SensError.TimedOut({ limit: "attempt", after: Duration.seconds(10) }),
      true,
      true,
      "within 10s (limit of the attempt)"
    ],
    [new SensError.UnexpectedResponse({ status: 200, excerpt: "<html>" }), true, true, "body \"<html>\""],
    [new SensError.UnexpectedResponse({ status: 202 }), true, true, "HTTP 202"],
    [new SensError.UnexpectedResponse({ status: 299 }), true, true, "HTTP 299"],
    [new SensError.UnexpectedResponse({ status: 199 }), false, true, "HTTP 199"],
    [new SensError.UnexpectedResponse({ status: 303 }), false, true, "HTTP 303"],
    [new SensError.UnexpectedResponse({ status: 400 }), false, false, "HTTP 400"],
    [
      new SensError.OutcomeUnknown({
        attempts: [
          { intent: intentAt(at), reason: "TimedOut", isAccepted: false },
          { intent: intentAt(DateTime.add(at, { minutes: 6 })), reason: "ConnectionLost", isAccepted: false }
        ],
        recipients: 2,
        maskedRecipients: ["010****5678", "010****4321"],
        fingerprint: "abc"
      }),
      false,
      true,
      "2 recipient(s), after TimedOut at 2026-01-01T00:00:00.000Z, ConnectionLost at 2026-01-01T00:06:00.000Z"
    ]
  ]

const failed = (operation: SensError.Operation, reason: SensError.Reason) =>
  new SensError.SensError({ operation, reason })

describe("SensError", () => {
  it("the table has every reason", () => {
    const tags = new Set(table.map(([reason]) => reason._tag))
    assert.deepStrictEqual([...tags].sort(), Object.keys(SensError.traits).sort())
    assert.strictEqual(SensError.Reason.members.length, tags.size)
  })

  for (const [reason, retryable, ambiguous, says] of table) {
    describe(`${reason._tag} (${says})`, () => {
      it("answers the two questions, for itself and for its operation", () => {
        assert.strictEqual(reason.isRetryable, retryable)
        assert.strictEqual(reason.isAmbiguous, ambiguous)
        const send = failed("messages.send", reason)
        assert.strictEqual(send.isAmbiguous, ambiguous)
        assert.strictEqual(send.isRetryable, retryable && !ambiguous)
        const read = failed("messages.search", reason)
        assert.isFalse(read.isAmbiguous)
        assert.strictEqual(read.isRetryable, retryable)
      })

      it("says what happened, whether anything was sent, and what to do", () => {
        const { message } = failed("messages.send", reason)
        assert.isTrue(message.startsWith("messages.send: "))
        assert.include(message, says)
        assert.include(message, SensError.traits[reason._tag].advice)
        assert.notMatch(message, /undefined|\.\.|\n/)
        assert.match(
          message,
          reason._tag === "InvalidRequest"
            ? /Nothing was sent\.$/
            : reason._tag === "OutcomeUnknown"
            ? /^messages\.send: It is not known whether SENS accepted (?!.*look for it before)/
            : ambiguous
            ? /It may have been accepted all the same: look for it before sending it again\.$/
            : /Nothing was accepted\.$/
        )
        if (reason._tag !== "InvalidRequest") {
          assert.isTrue(failed("files.upload", reason).message.endsWith(SensError.traits[reason._tag].advice))
        }
      })

      it("says each fact once, wherever it is written", () => {
        const error = failed("messages.send", reason)
        assert.hasAllKeys(JSON.parse(JSON.stringify(error)), ["_tag", "operation", "reason"])
        assert.deepStrictEqual(inspect(error, { depth: 10 }).split(`_tag: '${reason._tag}'`).length, 2)
        assert.strictEqual(error.cause, reason)
      })

      it("may pass by itself, or not", () => {
        const isTransient = retryable || reason._tag === "QuotaExceeded"
        assert.strictEqual(SensError.isTransient(reason), isTransient)
        assert.strictEqual(SensError.isTransient(failed("messages.search", reason)), isTransient)
        assert.strictEqual(SensError.isTransient(failed("messages.send", reason)), isTransient && !ambiguous)
      })

      it("survives JSON", () => {
        const error = failed("messages.send", reason)
        const decoded = Schema.decodeUnknownSync(codec)(JSON.parse(JSON.stringify(Schema.encodeSync(codec)(error))))
        assert.deepStrictEqual(decoded.reason, reason)
        assert.strictEqual(decoded.message, error.message)
      })
    })
  }

  it("one that was settled is neither ambiguous nor said to be", () => {
    const reason = new SensError.ServerFault({ status: 503 })
    const settled = new SensError.SensError({ operation: "messages.send", reason, accepted: false })
    assert.isFalse(settled.isAmbiguous)
    assert.isTrue(settled.isRetryable)
    assert.isTrue(settled.message.endsWith("Nothing was accepted."))
  })

  it("ends a sentence once", () => {
    const { message } = new SensError.NotFound({ status: 404, detail: "URL not found." })
    assert.include(message, "URL not found. Check")
    assert.include(new SensError.NotFound({ status: 404, detail: "HTTP/1.1 only" }).message, "HTTP/1.1 only. Check")
  })

  it("of many issues tells ten", () => {
    const issues = Array.from({ length: 500 }, () => ({ path: ["content"], kind: "NotEncodable", message: "m" }))
    assert.include(new SensError.InvalidRequest({ issues }).message, "and 490 more")
  })

  it.prop("survives JSON", [SensError.SensError], ([error]) => {
    const text = JSON.stringify(Schema.encodeSync(codec)(error))
    const decoded = Schema.decodeUnknownSync(codec)(JSON.parse(text))
    assert.strictEqual(decoded.message, error.message)
    assert.strictEqual(decoded.reason._tag, error.reason._tag)
    // Compared as text: JSON has no negative zero.
    assert.strictEqual(JSON.stringify(Schema.encodeSync(codec)(decoded)), text)
  })

  it.prop("a send that may have been accepted is never retryable", [SensError.SensError], ([error]) => {
    assert.isFalse(error.isAmbiguous && error.isRetryable)
    assert.strictEqual(error.cause, error.reason)
  })

  it.effect("is handled by reason", () =>
    Effect.gen(function*() {
      const failing = Effect.fail(failed("messages.send", new SensError.Throttled({ status: 429 })))
      const caught = yield* failing.pipe(
        Effect.catchReasons("SensError", {
          Throttled: ({ status }) => Effect.succeed(`throttled ${status}`),
          QuotaExceeded: () => Effect.succeed("quota")
        })
      )
      assert.strictEqual(caught, "throttled 429")
    }))
})
