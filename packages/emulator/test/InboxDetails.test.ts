import * as Account from "@effect-sens/emulator/Account"
import * as Emulator from "@effect-sens/emulator/Emulator"
import * as EmulatorClient from "@effect-sens/emulator/EmulatorClient"
import * as EmulatorServer from "@effect-sens/emulator/EmulatorServer"
import * as Fault from "@effect-sens/emulator/Fault"
import * as Switches from "@effect-sens/emulator/Switches"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import { execFile } from "node:child_process"
import { ask, call, control, jpeg, list, reserved, send, sms, target, upload } from "./support.ts"

const outcomes = { "01000000002": "3018", "01000000003": "2000" }

const details = Effect.fnUntraced(function*(sequence: number) {
  const emulator = yield* Emulator.Emulator
  const { messageId } = (yield* emulator.allMessages)[sequence]!
  return (yield* ask(`/inbox/messages/${messageId}`)).body
})

describe("the details of a message", () => {
  it.effect("what became of it and what to do, once that is known", () =>
    Effect.gen(function*() {
      yield* send(sms({ messages: [{ to: "01000000001" }, { to: "01000000002" }, { to: "01000000003" }] }))
      const before = yield* details(1)
      assert.deepInclude(before, { state: "waiting", recipients: 3, undeliverable: [], pictures: [] })
      for (const unknown of ["result", "telcoCode", "carrier", "subject", "otp"]) assert.notProperty(before, unknown)
      yield* TestClock.adjust("5 seconds")
      const delivered = yield* details(0)
      assert.deepInclude(delivered, { state: "delivered" })
      assert.deepInclude(delivered.result, { code: "0", success: true, adviceEn: "Nothing to do" })
      const failed = yield* details(1)
      assert.deepInclude(failed.result, {
        code: "3018",
        success: false,
        uncertain: false,
        advice: "fixSender",
        adviceKo: "발신번호를 확인하십시오",
        adviceEn: "Check the sender number"
      })
      assert.include(["SKT", "KT", "LGU+"], failed.carrier)
      // It may have arrived, so the advice is not to send it again at once.
      assert.deepInclude((yield* details(2)).result, {
        uncertain: true,
        adviceKo: "도착했을 수도 있습니다. 다시 보내면 두 번 갈 수 있습니다"
      })
      assert.strictEqual((yield* ask("/inbox/messages/nobody")).status, 404)
      assert.deepStrictEqual((yield* ask("/inbox/messages/nobody")).body, { _tag: "Unknown" })
    }).pipe(Effect.provide(EmulatorClient.layer({ outcomes }))))

  it.effect("what the service answers for it, and for its request", () =>
    Effect.gen(function*() {
      const { body } = yield* send(sms({ messages: [{ to: "01000000001" }, { to: "01000000002", content: "나만" }] }))
      const emulator = yield* Emulator.Emulator
      for (const wait of ["0 seconds", "5 seconds"] as const) {
        yield* TestClock.adjust(wait)
        const shown = yield* details(1)
        const { messageId } = (yield* emulator.allMessages)[1]!
        assert.deepStrictEqual(shown.json.result, (yield* call({ target: target(`messages/${messageId}`) })).body)
        const request = (yield* ask(`/inbox/requests/${body.requestId}`)).body
        const listed = (yield* list(`requestId=${body.requestId}`)).body
        assert.deepStrictEqual(request.list, listed)
        assert.deepStrictEqual(shown.json.item, listed.messages[1])
      }
      const request = (yield* ask(`/inbox/requests/${body.requestId}`)).body
      assert.deepStrictEqual(request.codes, [{ code: "0", count: 1 }, { code: "3018", count: 1 }])
      assert.deepInclude(request.request, { matching: 2, delivered: 1, failed: 1 })
      const failed = (yield* ask(`/inbox/requests/${body.requestId}?state=failed`)).body
      assert.deepStrictEqual(failed.codes, [{ code: "3018", count: 1 }])
      const none = (yield* ask(`/inbox/requests/${body.requestId}?state=waiting`)).body
      assert.strictEqual(none.request.matching, 2)
      assert.strictEqual((yield* ask("/inbox/requests/nothing")).status, 404)
      assert.strictEqual((yield* ask("/inbox/requests/nothing/messages")).status, 404)
      // What was sent makes the same again.
      const again = yield* send(request.sent)
      assert.strictEqual(again.status, 202)
      assert.deepStrictEqual((yield* ask(`/inbox/requests/${again.body.requestId}`)).body.sent, request.sent)
    }).pipe(Effect.provide(EmulatorClient.layer({ outcomes }))))

  it.effect("nothing of the service's own before the service shows it", () =>
    Effect.gen(function*() {
      const { body } = yield* send(sms())
      assert.notProperty(yield* details(0), "json")
      assert.notProperty((yield* ask(`/inbox/requests/${body.requestId}`)).body, "list")
      yield* TestClock.adjust("3 seconds")
      assert.property(yield* details(0), "json")
    }).pipe(Effect.provide(EmulatorClient.layer({ visibleAfter: "3 seconds" }))))

  it.effect("bytes, where it is cut, and what cannot be sent", () =>
    Effect.gen(function*() {
      const long = `${"가".repeat(44)}a${"나".repeat(10)}`
      yield* send(sms({ content: long }))
      yield* send(sms({ type: "LMS", subject: "제목 🎉", content: "₩12,000 축하 🎉 👨‍👩‍👧" }))
      yield* send(sms({ countryCode: "81", content: "🎉" }))
      yield* send(sms({ content: "[서점] 인증번호는 493021 입니다." }))
      const cut = yield* details(0)
      assert.deepStrictEqual(cut.content, { bytes: 109, limit: 90, cutAt: 45 })
      assert.strictEqual(cut.message.content.slice(0, cut.content.cutAt), cut.message.delivered.content)
      const odd = yield* details(1)
      assert.deepStrictEqual(odd.subject, { bytes: 7, limit: 40 })
      assert.deepStrictEqual(odd.content.limit, 2000)
      for (const { index, length, part, text } of odd.undeliverable) {
        assert.strictEqual(odd.message[part].slice(index, index + length), text)
      }
      assert.deepStrictEqual(
        odd.undeliverable.map(({ part, text }: { part: string; text: string }) => [part, text]),
        [["subject", "🎉"], ["content", "₩"], ["content", "🎉"], ["content", "👨‍👩‍👧"]]
      )
      assert.deepStrictEqual((yield* details(2)).undeliverable, [])
      assert.strictEqual((yield* details(3)).otp, "493021")
    }).pipe(Effect.provide(EmulatorClient.layer())))

  it.effect("pictures: the bytes as they came, and as nothing but a picture", () =>
    Effect.gen(function*() {
      const bytes = jpeg({ bytes: 200 })
      const { body } = yield* upload("a.jpg", bytes)
      yield* send(sms({ type: "MMS", files: [{ fileId: body.fileId }] }))
      const [picture] = (yield* details(0)).pictures
      assert.deepStrictEqual(picture, {
        fileId: body.fileId,
        name: "a.jpg",
        bytes: 200,
        url: `/__emulator/files/${body.fileId}`
      })
      const file = yield* control("GET", picture.url)
      assert.strictEqual(file.status, 200)
      assert.deepInclude(file.headers, { "content-type": "image/jpeg", "x-content-type-options": "nosniff" })
      assert.match(file.headers["content-security-policy"] ?? "", /default-src 'none'.*sandbox/)
      assert.strictEqual((yield* ask("/inbox")).body.items[0].pictures, 1)
      assert.strictEqual((yield* ask("/files/000000000000")).status, 404)
    }).pipe(Effect.provide(EmulatorClient.layer())))

  it.live("its lines for a shell run as they are pasted", () =>
    Effect.gen(function*() {
      yield* send(sms({ content: "it's “$HOME” `x`\n둘째 줄", messages: [{ to: "01000000001" }] }))
      const { curl, message } = yield* details(0)
      const start = (yield* ask("/start")).body
      const shell = (script: string) =>
        Effect.callback<string>((resume) => {
          execFile(
            "bash",
            ["-c", `${start.exports}\n${script}`],
            (error, stdout, stderr) =>
              resume(error === null ? Effect.succeed(stdout) : Effect.die(new Error(stderr, { cause: error })))
          )
        })
      for (const script of [curl.send, start.curl]) {
        assert.strictEqual(JSON.parse(yield* shell(script)).statusName, "success")
      }
      assert.strictEqual(JSON.parse(yield* shell(curl.result)).messages[0].messageId, message.messageId)
      assert.strictEqual(JSON.parse(yield* shell(curl.list)).requestId, message.requestId)
      const emulator = yield* Emulator.Emulator
      assert.strictEqual((yield* emulator.allMessages)[1]!.content, message.content)
    }).pipe(Effect.provide(EmulatorServer.layerTest())), 30_000)
})

describe("how to begin", () => {
  it.effect("shows no secret key but the emulator's own", () =>
    Effect.gen(function*() {
      const start = (yield* ask("/start")).body
      assert.include(start.exports, "export SENS_SECRET_KEY='<secret key>'")
      assert.notInclude(JSON.stringify(start), "mine")
      assert.strictEqual(start.accessKey, "somebody")
    }).pipe(Effect.provide(EmulatorClient.layer({
      accounts: [{ accessKey: "somebody", secretKey: "mine", serviceIds: ["ncp:sms:kr:1:x"] }]
    }))))

  it.effect("of the emulator's own account", () =>
    Effect.gen(function*() {
      const { exports } = (yield* ask("/start")).body
      assert.strictEqual(
        exports,
        [
          `export SENS_ACCESS_KEY=${Account.accessKey}`,
          `export SENS_SECRET_KEY=${Account.secretKey}`,
          `export SENS_SERVICE_ID=${Account.serviceId}`,
          "export SENS_BASE_URL=http://127.0.0.1"
        ].join("\n")
      )
    }).pipe(Effect.provide(EmulatorClient.layer())))
})

describe("requests of the ledger", () => {
  it.effect("by what became of them, newest first, and the next page whatever comes", () =>
    Effect.gen(function*() {
      const emulator = yield* Emulator.Emulator
      for (let i = 0; i < 3; i++) {
        yield* send(sms())
        yield* list("requestId=x")
        yield* call({ target: target("messages"), body: sms(), signed: { target: "/" } })
        yield* send(sms({ type: "FAX" }))
        yield* emulator.faults.next("send", 1, Fault.serverError())
        yield* send(sms())
      }
      const indices = (body: any) => body.items.map(({ index }: { index: number }) => index)
      const all = (yield* ask("/requests?limit=500")).body
      assert.deepStrictEqual(indices(all), Array.from({ length: 15 }, (_, i) => 14 - i))
      assert.deepStrictEqual(all.counts, { all: 15, refused: 6, served: 9, accepted: 3, answered: 3, faulted: 3 })
      const first = (yield* ask("/requests?verdict=refused&limit=4")).body
      assert.deepInclude(first, { total: 6, offset: 0, until: 15 })
      yield* send(sms({ type: "FAX" }))
      const second = (yield* ask(`/requests?verdict=refused&limit=4&offset=4&until=${first.until}`)).body
      assert.deepStrictEqual([...indices(first), ...indices(second)], [13, 12, 8, 7, 3, 2])
      assert.deepStrictEqual(indices((yield* ask("/requests?verdict=served&operation=search")).body), [11, 6, 1])
      assert.deepInclude((yield* ask("/requests?verdict=accepted&limit=1")).body.items[0], {
        index: 10,
        recipients: 1,
        operation: "send",
        status: 202,
        verdict: "accepted",
        reasons: []
      })
      assert.deepStrictEqual((yield* ask("/requests?verdict=faulted&limit=1")).body.items[0].faults, ["ServerError"])
      const one = (yield* ask("/requests/13")).body
      assert.strictEqual(JSON.parse(one.body).type, "FAX")
      assert.strictEqual(one.headers["x-ncp-iam-access-key"], Account.accessKey)
      assert.deepStrictEqual(one.reasons, [{
        en: "The type must be one of SMS, LMS, MMS.",
        ko: "type: SMS, LMS, MMS 가운데 하나여야 합니다"
      }])
      assert.strictEqual((yield* ask("/requests/99")).status, 404)
      yield* control("POST", "/__emulator/reset")
      assert.deepInclude((yield* ask("/requests")).body, { total: 0, until: 0, items: [] })
    }).pipe(Effect.provide(EmulatorClient.layer())))

  it.effect("a refused signature: why, what to do, and the two texts", () =>
    Effect.gen(function*() {
      const query = "messages?requestId=RSSA%3A1&b=%20"
      const mistakes: ReadonlyArray<readonly [Parameters<typeof call>[0], RegExp]> = [
        [{ target: target(query), signed: { target: target("messages") } }, /질의 문자열이 빠졌습니다/],
        [{ target: target(query), signed: { target: target(query).replace("%20", "+") } }, /\+로 서명/],
        [{ target: target(query), signed: { method: "get" } }, /소문자/],
        [{ target: target(query), signed: { method: "POST" } }, /다른 메서드/],
        [{ target: target(query), signed: { secretKey: "x" } }, /서명이 다릅니다/],
        [{ target: target(query), signed: { accessKey: "nobody" } }, /“nobody”인 계정이 없습니다/],
        [{ target: target(query), timestamp: 432_000 }, /7분 12초 빠릅니다\(5분까지/],
        [{ target: target(query), timestamp: "soon" }, /밀리초 숫자가 아닙니다/],
        [
          { target: target(query), headers: { "x-ncp-apigw-timestamp": undefined } },
          /헤더가 없습니다: x-ncp-apigw-timestamp/
        ]
      ]
      for (const [options, ko] of mistakes) {
        assert.strictEqual((yield* call(options)).status, 401)
        const [{ reasons, signature, verdict }] = (yield* ask("/requests?limit=1")).body.items
        assert.strictEqual(verdict, "refused")
        assert.lengthOf(reasons, 1)
        assert.match(reasons[0].ko, ko)
        for (const each of [reasons[0].en, reasons[0].adviceEn]) assert.match(each, /^[A-Z][\x20-\x7e“”]+$/)
        for (const each of [reasons[0].ko, reasons[0].adviceKo]) assert.match(each, /[가-힣]/)
        if (signature._tag !== "SignatureMismatch") continue
        assert.match(signature.expectedToSign, /^GET \/sms\/v2\/.*b=%20\n0\n/)
        assert.strictEqual(signature.signedInstead === undefined, options.signed?.secretKey !== undefined)
      }
    }).pipe(Effect.provide(EmulatorClient.layer())))

  it.effect("what the rules say is told in Korean, too", () =>
    Effect.gen(function*() {
      const sends = [
        null,
        {},
        [],
        sms({ type: 1 }),
        sms({ type: "MMS", files: [{ fileId: "x" }] }),
        sms({ from: "x", content: "" }),
        sms({ messages: [] }),
        sms({ messages: [{ to: "x".repeat(30) }] }),
        sms({ countryCode: "x" }),
        sms({ subject: 1 }),
        sms({ messages: Array.from({ length: 101 }, () => ({ to: "01" })) }),
        sms({ countryCode: "81", type: "LMS" }),
        sms({ reserveTime: "x" }),
        sms({ reserveTime: "1969-01-01 00:00" }),
        sms({ reserveTime: "1970-01-01 09:05" }),
        reserved({ reserveTimeZone: "x" }),
        sms({ files: 1 }),
        sms({ contentType: "x" })
      ]
      for (const body of sends) assert.strictEqual((yield* send(body)).status, 400, JSON.stringify(body))
      for (
        const query of ["", "requestId=1&requestId=2", "requestId=1&pageSize=x", "requestStartTime=1&requestEndTime=2"]
      ) {
        assert.strictEqual((yield* list(query)).status, 400, query)
      }
      yield* upload("a.png", new Uint8Array(10))
      yield* upload("a".repeat(50), jpeg({ width: 3000, bytes: 400_000 }))
      yield* call({ target: "/nowhere" })
      yield* call({ target: "/sms/v2/services/another/messages?requestId=1" })
      yield* call({ target: target("messages"), rawBody: "{}", headers: { "content-type": "text/plain" } })
      yield* call({ target: target("messages"), rawBody: " ".repeat(2_000_000) })
      yield* call({ target: target("messages"), rawBody: new Uint8Array([0xff]) })
      yield* call({ target: target("messages"), rawBody: "{" })
      yield* call({ target: target("unsubscribes"), body: {} })
      yield* call({ target: target("unsubscribes?pageSize=x&startTime=x&clientTelNo=x") })
      yield* call({ target: target("reservations/x/reserve-status") })
      const { items } = (yield* ask("/requests?verdict=refused&limit=500")).body
      assert.isAbove(items.length, sends.length)
      const english = items.flatMap(({ reasons }: any) => reasons).filter(({ ko }: any) => !/[가-힣]/.test(ko))
      assert.deepStrictEqual(english.map(({ en }: any) => en), [])
    }).pipe(Effect.provide(EmulatorClient.layer({ switches: Switches.strict }))))
})
