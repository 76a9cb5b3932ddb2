import * as EmulatorClient from "@effect-sens/emulator/EmulatorClient"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import { base, call, list, send, sms } from "./support.ts"

describe("Emulator", () => {
  it.effect("a message goes from READY through PROCESSING to COMPLETED, as the clock says", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(1_678_195_573_358)
      const sent = yield* send(sms())
      assert.strictEqual(sent.status, 202, sent.text)
      assert.strictEqual(sent.body.statusCode, "202")
      assert.strictEqual(sent.body.statusName, "success")
      // The stamp and the id of the answer observed in 2023 fit together just so.
      assert.strictEqual(sent.body.requestTime, "2023-03-07T22:26:13.358")
      assert.match(sent.body.requestId, /^RSSA-1678195573358-\d{4}-\d{8}-[A-Za-z]{8}$/)

      const listed = yield* list(`requestId=${sent.body.requestId}`)
      assert.strictEqual(listed.status, 200)
      const { messageId, ...item } = listed.body.messages[0]
      assert.match(messageId, /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/)
      const ready = {
        requestId: sent.body.requestId,
        requestTime: "2023-03-07 22:26:13",
        contentType: "COMM",
        type: "SMS",
        content: "내용",
        countryCode: "82",
        from: "0212345678",
        to: "01000000001",
        status: "READY"
      }
      assert.deepStrictEqual(item, ready)
      assert.deepStrictEqual({ ...listed.body, messages: [] }, {
        statusCode: "202",
        statusName: "success",
        requestId: sent.body.requestId,
        messages: [],
        pageIndex: 0,
        pageSize: 1000,
        itemCount: 1,
        hasMore: false
      })

      const result = call({ target: `${base}/messages/${messageId}` })
      yield* TestClock.adjust("999 millis")
      assert.deepStrictEqual((yield* result).body.messages, [{ ...ready, messageId }])
      yield* TestClock.adjust("1 millis")
      assert.deepStrictEqual((yield* result).body.messages, [{ ...ready, messageId, status: "PROCESSING" }])
      yield* TestClock.adjust("3999 millis")
      assert.deepStrictEqual((yield* result).body.messages, [{ ...ready, messageId, status: "PROCESSING" }])
      yield* TestClock.adjust("1 millis")
      const done = yield* result
      assert.strictEqual(done.body.statusCode, "200")
      assert.include(["SKT", "KTF", "LGT"], done.body.messages[0].telcoCode)
      assert.deepStrictEqual(done.body.messages, [{
        ...ready,
        messageId,
        status: "COMPLETED",
        completeTime: "2023-03-07 22:26:18",
        telcoCode: done.body.messages[0].telcoCode,
        statusCode: "0",
        statusName: "success",
        statusMessage: "성공"
      }])
    }).pipe(Effect.provide(EmulatorClient.layer())))
})
