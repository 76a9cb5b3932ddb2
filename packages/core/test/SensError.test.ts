import * as SensError from "@effect-sens/core/SensError"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"

const codec = Schema.toCodecJson(SensError.SensError)

const ambiguous = new Set<SensError.Reason["_tag"]>(["ServerFault", "ConnectionLost", "TimedOut", "OutcomeUnknown"])

describe("SensError", () => {
  it.prop("survives JSON", [SensError.SensError], ([error]) => {
    const text = JSON.stringify(Schema.encodeSync(codec)(error))
    const decoded = Schema.decodeUnknownSync(codec)(JSON.parse(text))
    assert.strictEqual(decoded.message, error.message)
    assert.strictEqual(decoded.reason._tag, error.reason._tag)
    // Compared as text: JSON has no negative zero.
    assert.strictEqual(JSON.stringify(Schema.encodeSync(codec)(decoded)), text)
  })

  it.prop("a send that may have been accepted is never retryable", [SensError.Reason], ([reason]) => {
    const send = new SensError.SensError({ operation: "messages.send", reason })
    const read = new SensError.SensError({ operation: "messages.search", reason })
    if (ambiguous.has(reason._tag)) assert.isTrue(send.isAmbiguous)
    assert.isFalse(send.isAmbiguous && send.isRetryable)
    assert.isFalse(read.isAmbiguous)
    assert.strictEqual(read.isRetryable, reason.isRetryable)
    assert.strictEqual(send.isRetryable, reason.isRetryable && !reason.isAmbiguous)
    assert.strictEqual(send.cause, reason)
    const settled = new SensError.SensError({ operation: "messages.send", reason, accepted: false })
    assert.isFalse(settled.isAmbiguous)
    assert.strictEqual(settled.isRetryable, reason.isRetryable)
  })

  it("an answer under 2xx that cannot be read hides an accepted send, a redirect does not", () => {
    const isAmbiguous = (status: number) =>
      new SensError.SensError({ operation: "messages.send", reason: new SensError.UnexpectedResponse({ status }) })
        .isAmbiguous
    assert.isTrue(isAmbiguous(202))
    assert.isFalse(isAmbiguous(307))
  })

  it.effect("is handled by reason", () =>
    Effect.gen(function*() {
      const failing = Effect.fail(
        new SensError.SensError({ operation: "messages.send", reason: new SensError.Throttled({ status: 429 }) })
      )
      const caught = yield* failing.pipe(
        Effect.catchReasons("SensError", {
          Throttled: ({ status }) => Effect.succeed(`throttled ${status}`),
          QuotaExceeded: () => Effect.succeed("quota")
        })
      )
      assert.strictEqual(caught, "throttled 429")
    }))
})
