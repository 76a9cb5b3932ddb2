import * as ControlApi from "@effect-sens/emulator/ControlApi"
import * as Emulator from "@effect-sens/emulator/Emulator"
import * as EmulatorClient from "@effect-sens/emulator/EmulatorClient"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as OpenApi from "effect/http-api/OpenApi"
import * as Schema from "effect/Schema"
import { ask, control, send, sms } from "./support.ts"

const operations = Object.entries(OpenApi.fromApi(ControlApi.ControlApi).paths).flatMap(([path, item]) =>
  (["get", "post", "put", "delete"] as const).flatMap((method) => {
    const operation = item[method]
    return operation === undefined ? [] : [{ path, method: method.toUpperCase() as "GET", operation }]
  })
)

describe("the control API", () => {
  it("says of each operation what it does", () => {
    assert.isAtLeast(operations.length, 35)
    for (const { operation, path } of operations) {
      assert.match(operation.summary ?? "", /^[A-Z].*[^.]$/, path)
      assert.match(operation.description ?? "", /\.$/, path)
    }
  })

  it.effect("no page of another origin gets at any of its operations", () =>
    Effect.gen(function*() {
      const emulator = yield* Emulator.Emulator
      yield* send(sms())
      yield* emulator.setOutcome("1", "3001")
      for (const { method, path } of operations) {
        const answer = yield* control(method, path.replace(/\{\w+\}/g, "1"), {
          headers: { origin: "https://evil.example" }
        })
        assert.strictEqual(answer.status, 403, `${method} ${path}`)
        assert.notInclude(answer.text, "내용")
      }
      assert.lengthOf(yield* emulator.allMessages, 1)
      assert.lengthOf((yield* emulator.outcomes).byNumber, 1)
    }).pipe(Effect.provide(EmulatorClient.layer())))

  const Odd = Schema.Union([
    Schema.String.check(Schema.isMaxLength(250)),
    Schema.Literals([
      "",
      "-1",
      "1e9",
      "NaN",
      "%",
      ".*",
      "\n",
      "\n\n",
      "+82",
      "+",
      "true",
      "all",
      "SMS,,",
      "((((",
      "0_0_0",
      "ㅎ",
      "\u0301"
    ])
  ])
  const names = [
    "search",
    "state",
    "types",
    "ad",
    "codes",
    "snapshot",
    "offset",
    "limit",
    "cursor",
    "verdict",
    "operation",
    "until",
    "status",
    "includes"
  ] as const
  const Query = Schema.Array(Schema.Struct({ name: Schema.Literals(names), value: Odd })).check(Schema.isMaxLength(4))
  const paths = ["/inbox", "/inbox/requests", "/requests", "/reservations", "/opt-outs", "/news"]

  it.effect.prop(
    "whatever it is asked, it answers or says what does not fit",
    [Query],
    ([query]) =>
      Effect.gen(function*() {
        const { body } = yield* send(sms({ content: "a\nb" }))
        const text = query.map(({ name, value }) => `${name}=${encodeURIComponent(value.toWellFormed())}`).join("&")
        for (
          const path of [...paths, `/inbox/requests/${body.requestId}`, `/inbox/requests/${body.requestId}/messages`]
        ) {
          // Without a cursor, since a wait for nothing lasts.
          const asked = path === "/news" ? text.replace(/cursor=[^&]*/g, "") : text
          const answer = yield* ask(`${path}?${asked}`)
          assert.include([200, 400], answer.status, `${path}?${text}: ${answer.text}`)
          if (answer.status === 400) assert.isNotEmpty(answer.body.problems)
        }
      }).pipe(Effect.provide(EmulatorClient.layer())),
    { arbitrary: { runs: 100 } }
  )
})
