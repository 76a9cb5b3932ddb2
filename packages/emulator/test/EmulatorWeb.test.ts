import * as EmulatorWeb from "@effect-sens/emulator/EmulatorWeb"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { base, origin, sign, sms } from "./support.ts"

describe("EmulatorWeb", () => {
  it.live("answers a Request with a Response", () =>
    Effect.gen(function*() {
      const web = yield* Effect.acquireRelease(
        Effect.sync(() => EmulatorWeb.toWebHandler({ outcomes: { "01000000001": "3001" } })),
        ({ dispose }) => Effect.promise(dispose)
      )
      const emulator = yield* Effect.promise(() => web.emulator)
      const target = `${base}/messages`
      // The web handler lives by the real clock, and so must the signature.
      const timestamp = Date.now()
      const headers = sign({ method: "POST", target, timestamp })
      const sent = yield* Effect.promise(() =>
        web.handler(
          new Request(origin + target, {
            method: "POST",
            headers: { ...headers, "content-type": "Application/JSON;charset=UTF-8" },
            body: JSON.stringify(sms())
          })
        )
      )
      assert.strictEqual(sent.status, 202)
      assert.isString(sent.headers.get("x-ncp-trace-id"))
      assert.isBelow(Math.abs(Date.parse(sent.headers.get("date") ?? "") - timestamp), 60_000)
      const [message] = yield* emulator.messages("01000000001")
      assert.strictEqual(message?.code, "3001")

      const tampered = yield* Effect.promise(() =>
        web.handler(new Request(`${origin}${target}?a=1`, { method: "POST", headers, body: "{}" }))
      )
      assert.strictEqual(tampered.status, 401)
    }))
})
