import * as Emulator from "@effect-sens/emulator/Emulator"
import * as EmulatorClient from "@effect-sens/emulator/EmulatorClient"
import * as InboxMessage from "@effect-sens/emulator/InboxMessage"
import * as Ledger from "@effect-sens/emulator/Ledger"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
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

  it.effect("numbers are those of the requests, whatever way they are written", () =>
    Effect.gen(function*() {
      const emulator = yield* Emulator.Emulator
      yield* emulator.setOutcome("+82 10-0000-0002", "3012")
      yield* emulator.optOut("010-0000-0003")
      const recipients = ["01000000001", "01000000002", "01000000003"]
      yield* send(sms({ from: "0212345678", contentType: "AD", messages: recipients.map((to) => ({ to })) }))
      yield* TestClock.adjust("5 seconds")
      const codes = yield* Effect.forEach(["010-0000-0001", "(010) 0000 0002", "+82 10 0000 0003"], (to) =>
        Effect.map(emulator.messages(to), (messages) => messages.map(({ code }) => code)))
      assert.deepStrictEqual(codes, [["3001"], ["3012"], ["E917"]])
      const message = yield* emulator.waitForMessage({ to: "010-0000-0002", from: "02-1234-5678" })
      assert.strictEqual(message.to, "01000000002")
      // Digits are what they are.
      assert.deepStrictEqual(yield* emulator.messages("1000000001"), [])
    }).pipe(Effect.provide(EmulatorClient.layer({ outcomes: { "010-0000-0001": "3001" } }))))

  it.effect("ends messages as scripted by recipient, with codes of all tables", () =>
    Effect.gen(function*() {
      const codes = { "1": "3018", "2": "S004", "3": "E915", "4": "4321", "5": "0" }
      const emulator = yield* Emulator.Emulator
      yield* emulator.setOutcome("4", "4321")
      const sent = yield* send(sms({ messages: Object.keys(codes).map((to) => ({ to })) }))
      // Too late for what was accepted before.
      yield* emulator.setOutcome("5", "2003")
      yield* TestClock.adjust("5 seconds")
      const listed = yield* list(`requestId=${sent.body.requestId}`)
      assert.deepStrictEqual(
        Object.fromEntries(
          listed.body.messages.map((item: Record<string, string>) => [item["to"], item["statusCode"]])
        ),
        codes
      )
      assert.deepStrictEqual(
        listed.body.messages.map((item: Record<string, string>) => item["statusName"]),
        ["fail", "fail", "fail", "fail", "success"]
      )
      for (const item of listed.body.messages) assert.isAbove(item.statusMessage.length, 0)
      const again = yield* send(sms({ messages: [{ to: "5" }] }))
      yield* TestClock.adjust("5 seconds")
      const last = yield* list(`requestId=${again.body.requestId}`)
      assert.strictEqual(last.body.messages[0].statusCode, "2003")
    }).pipe(Effect.provide(EmulatorClient.layer({ outcomes: { 1: "3018", 2: "S004", 3: "E915" } }))))

  it.effect("ends messages as scripted by text, where the number is not scripted", () =>
    Effect.gen(function*() {
      const emulator = yield* Emulator.Emulator
      yield* emulator.setOutcomeByContent({ includes: "인증", code: "2000" })
      yield* emulator.setOutcomeByContent({ includes: "광고", code: "2003" })
      yield* emulator.setOutcomeByContent({ includes: "인증", code: "3012" })
      yield* send(sms({
        content: "인증번호",
        messages: [{ to: "1" }, { to: "2", content: "안녕" }, { to: "3" }, { to: "4", content: "광고" }]
      }))
      assert.deepStrictEqual((yield* emulator.allMessages).map(({ code }) => code), ["3012", "0", "3018", "2003"])
      yield* emulator.reset
      yield* send(sms({ content: "기한 인증" }))
      assert.strictEqual((yield* emulator.allMessages)[0]?.code, "2005")
    }).pipe(
      Effect.provide(EmulatorClient.layer({
        outcomes: { 3: "3018" },
        outcomesByContent: [{ includes: "기한", code: "2005" }]
      }))
    ))

  it.effect("delays and carrier are options", () =>
    Effect.gen(function*() {
      const sent = yield* send(sms())
      const status = Effect.map(list(`requestId=${sent.body.requestId}`), (answer) => answer.body.messages[0])
      yield* TestClock.adjust("59 minutes")
      assert.strictEqual((yield* status).status, "READY")
      yield* TestClock.adjust("1 minute")
      assert.strictEqual((yield* status).status, "PROCESSING")
      yield* TestClock.adjust("1 hour")
      assert.deepInclude(yield* status, { status: "COMPLETED", telcoCode: "MVNO" })
    }).pipe(
      Effect.provide(EmulatorClient.layer({
        processingAfter: "1 hour",
        completedAfter: "2 hours",
        telcoCode: () => "MVNO"
      }))
    ))

  it.effect("paths that nobody serves, and paths that are served otherwise", () =>
    Effect.gen(function*() {
      for (
        const [method, target] of [
          ["GET", "/index.html"],
          ["GET", "/sms/v2/services"],
          ["PUT", `${base}/messages`],
          ["DELETE", `${base}/messages`],
          ["GET", `${base}//messages?requestId=x`],
          ["GET", `${base}/Messages?requestId=x`],
          ["GET", `/sms/v3/services/x/messages`],
          ["GET", `/sms/v2/services/%zz/messages`]
        ] as const
      ) {
        const answer = yield* call({ method, target })
        assert.strictEqual(answer.status, 404, target)
        assert.deepStrictEqual(answer.body, {
          error: { errorCode: "300", message: "Not Found Exception", details: "URL not found." }
        })
      }
    }).pipe(Effect.provide(EmulatorClient.layer())))

  it.effect("every answer bears the emulator's Date and a trace id", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(1_678_195_573_358)
      const seen = new Set<string | undefined>()
      for (
        const answer of [
          yield* send(sms()),
          yield* send({}),
          yield* send(sms(), { timestamp: 0 }),
          yield* list("requestId=x"),
          yield* call({ target: "/nowhere" }),
          yield* call({ target: `${base}/messages/unknown` })
        ]
      ) {
        assert.strictEqual(answer.headers["date"], "Tue, 07 Mar 2023 13:26:13 GMT")
        assert.match(answer.headers["x-ncp-trace-id"] ?? "", /^[\da-f]{16}$/)
        seen.add(answer.headers["x-ncp-trace-id"])
      }
      assert.strictEqual(seen.size, 6)
    }).pipe(Effect.provide(EmulatorClient.layer())))

  it.effect("the ledger holds every request and its verdict", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(1_678_195_573_358)
      const emulator = yield* Emulator.Emulator
      const sent = yield* send(sms({ messages: [{ to: "1" }, { to: "2" }] }))
      yield* list("requestId=x")
      yield* send(sms({ content: "" }))
      yield* send(sms(), { signed: { accessKey: "nobody" } })
      yield* call({ target: `${base}/messages/unknown` })
      yield* call({ target: "/nowhere?a=b%20c" })
      const ledger = yield* emulator.ledger
      assert.deepStrictEqual(
        ledger.map(({ index, method, operation, status, verdict }) => ({ index, method, operation, status, verdict })),
        [
          {
            index: 0,
            method: "POST",
            operation: "send",
            status: 202,
            verdict: { _tag: "Accepted", requestId: sent.body.requestId, recipients: 2 }
          },
          { index: 1, method: "GET", operation: "search", status: 200, verdict: { _tag: "Answered" } },
          {
            index: 2,
            method: "POST",
            operation: "send",
            status: 400,
            verdict: { _tag: "Refused", why: ["The content cannot be empty. (root content is mandatory)"] }
          },
          {
            index: 3,
            method: "POST",
            operation: "send",
            status: 401,
            verdict: {
              _tag: "Refused",
              why: ["no account has the access key \"nobody\""],
              signature: { _tag: "UnknownAccessKey", accessKey: "nobody" }
            }
          },
          {
            index: 4,
            method: "GET",
            operation: "result",
            status: 404,
            verdict: { _tag: "Refused", why: ["Nothing found."] }
          },
          {
            index: 5,
            method: "GET",
            operation: undefined,
            status: 404,
            verdict: { _tag: "Refused", why: ["URL not found."] }
          }
        ]
      )
      assert.strictEqual(ledger[5]?.target, "/nowhere?a=b%20c")
      assert.deepStrictEqual(JSON.parse(ledger[0]?.body ?? ""), sms({ messages: [{ to: "1" }, { to: "2" }] }))
      assert.strictEqual(ledger[0]?.headers["x-ncp-apigw-timestamp"], "1678195573358")
      assert.strictEqual(ledger[0]?.traceId, sent.headers["x-ncp-trace-id"])
      const encode = Schema.encodeEffect(Schema.toCodecJson(Schema.Array(Ledger.Entry)))
      assert.include(JSON.stringify(yield* encode(ledger)), "2023-03-07T13:26:13.358Z")
    }).pipe(Effect.provide(EmulatorClient.layer())))

  it.effect("the logs keep the newest entries, and count on", () =>
    Effect.gen(function*() {
      const emulator = yield* Emulator.Emulator
      for (let i = 0; i < 7; i++) yield* call({ target: `/n${i}` })
      assert.deepStrictEqual(
        (yield* emulator.ledger).map(({ index, target }) => [index, target]),
        [[4, "/n4"], [5, "/n5"], [6, "/n6"]]
      )
      for (let i = 0; i < 4; i++) yield* list(`requestId=${i}`).pipe(Effect.andThen(send(sms(), { timestamp: "x" })))
      assert.lengthOf(yield* emulator.signatureLog, 3)
    }).pipe(Effect.provide(EmulatorClient.layer({ logCapacity: 3 }))))

  it.effect("onRequest sees each entry before the answer", () => {
    const seen: Array<string> = []
    return Effect.gen(function*() {
      yield* send(sms())
      assert.deepStrictEqual(seen, [`POST ${base}/messages 202`])
    }).pipe(
      Effect.provide(EmulatorClient.layer({
        onRequest: ({ method, status, target }) =>
          Effect.sync(() => {
            seen.push(`${method} ${target} ${status}`)
          })
      }))
    )
  })

  it.effect("the inbox shows what was asked for and what became of it", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(1_678_195_573_358)
      const emulator = yield* Emulator.Emulator
      const sent = yield* send(sms({ messages: [{ to: "1" }, { to: "2", content: "너" }] }))
      yield* TestClock.adjust("2 seconds")
      yield* send(sms({ messages: [{ to: "1" }] }))
      const [first, second] = yield* emulator.messages("1")
      const encode = Schema.encodeEffect(Schema.toCodecJson(InboxMessage.InboxMessage))
      assert.deepStrictEqual(yield* encode(first!), {
        sequence: 0,
        messageId: first!.messageId,
        requestId: sent.body.requestId,
        serviceId: "ncp:sms:kr:000000000000:emulator",
        type: "SMS",
        contentType: "COMM",
        countryCode: "82",
        from: "0212345678",
        to: "1",
        content: "내용",
        delivered: { content: "내용" },
        bytes: 4,
        fileIds: [],
        requestTime: "2023-03-07T13:26:13.358Z",
        status: "PROCESSING",
        completeTime: "2023-03-07T13:26:18.358Z",
        code: "0"
      })
      assert.strictEqual(second?.status, "READY")
      assert.deepStrictEqual((yield* emulator.allMessages).map(({ content, to }) => [to, content]), [
        ["1", "내용"],
        ["2", "너"],
        ["1", "내용"]
      ])
      assert.lengthOf(yield* emulator.messages("nobody"), 0)
    }).pipe(Effect.provide(EmulatorClient.layer())))

  it.effect("reset forgets everything and starts the ids over; another seed gives others", () =>
    Effect.gen(function*() {
      const run = Effect.gen(function*() {
        const sent = yield* send(sms())
        const listed = yield* list(`requestId=${sent.body.requestId}`)
        return [sent.body.requestId, listed.body.messages[0].messageId, sent.headers["x-ncp-trace-id"]]
      })
      const emulator = yield* Emulator.Emulator
      yield* emulator.setOutcome("1", "0")
      yield* emulator.setOutcome("01000000001", "2003")
      const first = yield* run
      const second = yield* run
      assert.notDeepEqual(second, first)
      yield* emulator.reset
      assert.lengthOf(yield* emulator.ledger, 0)
      assert.lengthOf(yield* emulator.allMessages, 0)
      assert.strictEqual((yield* list(`requestId=${second[0]}`)).body.itemCount, 0)
      yield* emulator.reset
      assert.deepStrictEqual(yield* run, first)
      const [message] = yield* emulator.allMessages
      assert.strictEqual(message?.code, "0")
      const other = yield* Effect.provide(run, EmulatorClient.layer({ seed: "other" }))
      for (let i = 0; i < 3; i++) assert.notStrictEqual(other[i], first[i])
    }).pipe(Effect.provide(EmulatorClient.layer({ outcomes: { 1: "3001" } }))))

  it.effect("serves its OpenAPI document", () =>
    Effect.gen(function*() {
      const { body } = yield* call({ target: "/openapi.json" })
      const path = body.paths["/sms/v2/services/{serviceId}/messages"]
      assert.sameMembers(Object.keys(path), ["get", "post"])
      assert.containsAllKeys(path.post.responses, ["202", "400", "401", "403", "413", "415"])
      assert.containsAllKeys(path.get.responses, ["200", "400", "401", "403", "404"])
      const operations = Object.entries<Record<string, unknown>>(body.paths)
        .flatMap(([path, methods]) =>
          Object.keys(methods).map((method) => `${method} ${path.split("{serviceId}/")[1]}`)
        )
      assert.sameMembers(operations, [
        "post messages",
        "get messages",
        "get messages/{messageId}",
        "post files",
        "get reservations/{reserveId}/reserve-status",
        "delete reservations/{reserveId}",
        "get unsubscribes",
        "post unsubscribes",
        "delete unsubscribes"
      ])
    }).pipe(Effect.provide(EmulatorClient.layer())))
})
