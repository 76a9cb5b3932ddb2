import * as Preflight from "@effect-sens/core/Preflight"
import * as RequestIssue from "@effect-sens/core/RequestIssue"
import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as Check from "../../src/internal/options.ts"

const keys = { accessKey: "made-up-access", secretKey: "made-up-secret", serviceId: "ncp:sms:kr:000000000000:demo" }

// As plain JavaScript hands them over.
const settle = (options: object, door?: "effect" | "promise") => Check.settle({ ...keys, ...options }, door)

const sentences = (options: object, door?: "effect" | "promise"): ReadonlyArray<string> =>
  Result.match(settle(options, door), {
    onSuccess: () => [],
    onFailure: (problems) => problems.map(Check.sentence)
  })

const settled = (options: object): Check.Settled =>
  Result.getOrThrowWith(settle(options), () => new Error(sentences(options).join("\n")))

const one = (options: object): string => {
  const [first, ...others] = sentences(options)
  assert.deepStrictEqual(others, [])
  return first ?? assert.fail("nothing is wrong")
}

describe("a key", () => {
  it.each([
    ["made-up-key\n", "ends in a line feed"],
    ["made-up-key\r\n", "ends in a line feed"],
    ["made-up-key\r", "ends in a carriage return"],
    ["made-up-key ", "ends in a space"],
    [" made-up-key", "begins with a space"],
    ["\tmade-up-key", "begins with a tab"],
    ["made up-key", "holds a space (at position 5)"],
    ["\"made-up-key\"", "is in quotes"],
    ["'made-up-key'", "is in quotes"],
    ["“made-up-key”", "is in quotes"],
    ["made\"up-key", "holds a quote (at position 5)"],
    ["made-키-key", "holds a Korean letter (at position 6)"],
    ["made-up-ㅋ", "ends in a Korean letter"],
    ["made-é-key", "holds a character that is not ASCII (at position 6)"],
    ["\uFEFFmade-up-key", "begins with a byte order mark"],
    ["made-up-key\u200B", "ends in a zero-width space"],
    ["made\u200Dup-key", "holds a zero-width joiner (at position 5)"],
    ["made\u2060up-key", "holds a zero-width word joiner (at position 5)"],
    ["made-up-key\u00A0", "ends in a no-break space"],
    ["made\u3000up-key", "holds a wide space (at position 5)"],
    ["made\u2003up-key", "holds a white space that is not ASCII (at position 5)"],
    ["made\u202Eup-key", "holds an invisible character (at position 5)"],
    ["made\u0000up-key", "holds a control character (at position 5)"],
    ["made\uD800up-key", "holds half of a character (at position 5)"],
    ["\u{1F511}made-up-key", "begins with a character that is not ASCII"],
    ["made-😀😀-key", "holds a character that is not ASCII (at position 6)"],
    ["", "is empty"],
    ["undefined", "is the text \"undefined\", which stands for nothing"],
    ["null", "is the text \"null\", which stands for nothing"],
    ["None", "is the text \"None\", which stands for nothing"],
    ["[object Object]", "is the text \"[object Object]\", which stands for nothing"],
    ["${SENS_KEY}", "is a placeholder that nobody filled in"],
    ["$SENS_KEY", "is a placeholder that nobody filled in"],
    ["$(cat key)", "is a placeholder that nobody filled in"],
    ["%SENS_KEY%", "is a placeholder that nobody filled in"],
    ["{{ sens.key }}", "is a placeholder that nobody filled in"],
    ["<secret>", "is a placeholder that nobody filled in"],
    ["process.env.SENS_KEY", "is a placeholder that nobody filled in"],
    ["********", "is a placeholder that nobody filled in"],
    [" \n", "is blank"],
    [undefined, "is missing"],
    [null, "is not a text"],
    [12345678, "is not a text"],
    [["made-up-key"], "is not a text"],
    [{ value: "made-up-key" }, "is not a text"]
  ])("%j %s", (value, what) => {
    for (const name of ["accessKey", "secretKey"]) {
      const sentence = one({ [name]: value })
      assert.isTrue(sentence.startsWith(`${name} ${what}: `), sentence)
      assert.notMatch(sentence, /made|up-key|1234/)
      assert.strictEqual(one({ [name]: Redacted.make(value) }), sentence)
    }
  })

  it("of printable ASCII is taken, as a text or hidden", () => {
    const key = String.fromCharCode(...Array.from({ length: 94 }, (_, index) => 0x21 + index)).replace(/["'`]/g, "")
    for (const accessKey of [key, Redacted.make(key, { label: "a key" })]) {
      assert.strictEqual(Redacted.value(settled({ accessKey }).accessKey), key)
    }
    assert.strictEqual(
      String(settled({ accessKey: Redacted.make(key, { label: "a key" }) }).accessKey),
      "<redacted:a key>"
    )
  })

  it("that was wiped is none", () => {
    const accessKey = Redacted.make("made-up-key")
    Redacted.wipeUnsafe(accessKey)
    assert.include(one({ accessKey }), "accessKey was wiped: give the access key of the account")
  })

  const half = Schema.String.check(Schema.isPattern(/^[A-Za-z0-9]{12}$/))
  const bad = Schema.Union([
    Schema.String.check(Schema.isPattern(/^(?:[^!-~]|["'`])$/)),
    Schema.Literals([" ", "\n", "\"", "가", "\u200B", "\uFEFF", "\u00A0", "😀"])
  ])

  it.prop(
    "with any other character is refused, and not shown",
    [half, bad, half, Schema.Literals(["accessKey", "secretKey"])],
    ([left, bad, right, name]) => {
      for (const key of [left + bad + right, left + bad, bad + right]) {
        const sentence = one({ [name]: key })
        assert.isTrue(sentence.startsWith(`${name} `))
        assert.isFalse(sentence.includes(left) || sentence.includes(right), sentence)
      }
    }
  )
})

describe("a service id", () => {
  it.each([keys.serviceId, "ncp:sms:fkr:000000000000:demo", "ncp:sms:kr:0:한글"])("%s is taken", (serviceId) => {
    assert.strictEqual(String(settled({ serviceId }).serviceId), serviceId)
  })

  it.each([
    [undefined, "is missing"],
    ["", "is empty"],
    [7, "is not a text"],
    ["demo", "is not the id of an SMS service"],
    ["ncp:sms:kr:000000000000", "is not the id of an SMS service"],
    ["ncp:sms:kr:000000000000:demo/messages", "goes on as the URL of a call does"],
    ["ncp:sms:kr:000000000000:demo/messages?requestId=x", "goes on as the URL of a call does"],
    ["ncp:sms:kr:000000000000:demo/reservations/x/reserve-status", "goes on as the URL of a call does"],
    ["ncp:sms:kr:000000000000:demo/", "goes on as the URL of a call does"],
    ["undefined", "is the text \"undefined\", which stands for nothing"],
    ["{serviceId}", "is not the id of an SMS service"],
    ["ncp:sms:kr:{123}:demo", "has a placeholder in it that nobody filled in"],
    ["ncp:sms:kr:000000000000:<demo>", "has a placeholder in it that nobody filled in"],
    ["ncp:sms:kr:1:a%20b", "is percent-encoded"],
    ["ncp:sms:kr:1:a%EC%8B", "is percent-encoded"],
    ["{{serviceId}}", "is a placeholder that nobody filled in"],
    ["ncp:sms:kr:${NUMBER}:demo", "is a placeholder that nobody filled in"],
    ["ncp:kkobizmsg:kr:000000000000:demo", "is the id of an AlimTalk service (KakaoTalk Biz Message)"],
    ["ncp:push:kr:000000000000:demo", "is the id of a Push service"],
    ["ncp:other:kr:000000000000:demo", "is the id of another service than SMS"],
    [`${keys.serviceId}\n`, "ends in a line feed"],
    [`"${keys.serviceId}"`, "is in quotes"],
    ["ncp:sms:kr:000000000000:de\u200Bmo", "holds a zero-width space (at position 27)"]
  ])("%j %s", (serviceId, what) => {
    const sentence = one({ serviceId })
    assert.isTrue(sentence.startsWith(`serviceId ${what}: `), sentence)
  })

  it("of another product is told where that of SMS is", () => {
    assert.match(one({ serviceId: "ncp:kkobizmsg:kr:1:demo" }), /the id of the SMS service, .*SENS console/)
  })
})

describe("a base URL", () => {
  const gateway = "https://sens.apigw.ntruss.com"

  it.each([
    [undefined, gateway],
    [gateway, gateway],
    [`${gateway}/`, gateway],
    [`${gateway}///`, gateway],
    [`${gateway}/sms/v2`, gateway],
    [`${gateway}/sms/v2/`, gateway],
    [`${gateway}/sms/v2//sms/v2/`, gateway],
    [`${gateway}/SMS/V2`, gateway],
    [`${gateway}//sms//v2//`, gateway],
    ["http://localhost:8080/v2", "http://localhost:8080/v2"],
    // What stands before the gateway has a path of its own.
    [
      "http://127.0.0.1:8001/api/v1/namespaces/default/services/sens:80/proxy",
      "http://127.0.0.1:8001/api/v1/namespaces/default/services/sens:80/proxy"
    ],
    ["https://relay.test/services", "https://relay.test/services"],
    ["https://relay.test/naver/sms/v1", "https://relay.test/naver/sms/v1"],
    ["https://relay.test/common/v1/sens", "https://relay.test/common/v1/sens"],
    ["https://relay.test/a%20b/", "https://relay.test/a%20b"],
    ["HTTP://LOCALHOST:8080", "http://localhost:8080"],
    ["http://localhost:8080/proxy/sms/v2/", "http://localhost:8080/proxy"],
    ["http://[::1]:8080/", "http://[::1]:8080"],
    ["https://gateway.test/sms/v2x", "https://gateway.test/sms/v2x"],
    ["https://게이트웨이.test/", "https://xn--o39aq2aa25cmv6a0ub.test"]
  ])("%s is taken as %s", (baseUrl, expected) => {
    const taken = settled({ baseUrl }).baseUrl
    if (expected.includes("xn--")) assert.match(taken, /^https:\/\/xn--[a-z0-9]+\.test$/)
    else assert.strictEqual(taken, expected)
  })

  it.each([
    ["", "is empty: leave it out for https://sens.apigw.ntruss.com, or write"],
    [" \t", "is blank: leave it out for https://sens.apigw.ntruss.com, or write"],
    ["localhost:8080", "does not begin with http:// or https://: write http://localhost:8080"],
    ["localhost", "does not begin with http:// or https://: write http://localhost"],
    ["127.0.0.1:8080/", "does not begin with http:// or https://: write http://127.0.0.1:8080"],
    ["[::1]:8080", "does not begin with http:// or https://: write http://[::1]:8080"],
    ["emulator:8080", "does not begin with http:// or https://: write http://emulator:8080"],
    ["sens.apigw.ntruss.com", "does not begin with http:// or https://: write https://sens.apigw.ntruss.com"],
    [
      "sens.apigw.gov-ntruss.com/sms/v2",
      "does not begin with http:// or https://: write https://sens.apigw.gov-ntruss.com"
    ],
    ["gateway.test", "does not begin with http:// or https://: put https:// before it"],
    ["https:gateway.test", "does not begin with http:// or https://: write two slashes after the colon"],
    ["http:/localhost:8080", "does not begin with http:// or https://: write two slashes after the colon"],
    ["https//gateway.test", "does not begin with http:// or https://: put https:// before it"],
    ["ftp://x", "has a scheme that is neither http nor https: leave it out"],
    ["//localhost:8080", "does not begin with http:// or https://: write http://localhost:8080"],
    ["//sens.apigw.ntruss.com/sms/v2", "does not begin with http:// or https://: write https://sens.apigw.ntruss.com"],
    ["//gateway.test", "does not begin with http:// or https://: write https: before it"],
    ["undefined", "is the text \"undefined\", which stands for nothing: leave it out"],
    ["${SENS_BASE_URL}", "is a placeholder that nobody filled in: leave it out"],
    ["https://${HOST}/sms/v2", "is a placeholder that nobody filled in: leave it out"],
    ["http:///x", "is not an address: leave it out"],
    ["http:\\\\localhost", "does not begin with http:// or https://: write two slashes"],
    ["http://localhost:0", "has the port 0, which is none: write the port"],
    ["http://localhost:8080/sms%2Fv2", "has a brace, a backslash or an encoded slash in it: leave it out"],
    ["http://localhost:8080/sms/v2/{serviceId}", "has a brace, a backslash or an encoded slash in it: leave it out"],
    ["01012345678:80", "does not begin with http:// or https://: put https:// before it"],
    ["http://localhost:8080/sms/v1", "is the address of another API than SMS v2: write http://localhost:8080"],
    [`${gateway}/alimtalk/v2`, `is the address of another API than SMS v2: write ${gateway}`],
    [`${gateway}/sms/v2/ncp:sms:kr:1:x`, `is the address of another API than SMS v2: write ${gateway}`],
    [`${gateway}/sms`, `has a path, and the gateway has none: write ${gateway}`],
    [`${gateway}/v2`, `has a path, and the gateway has none: write ${gateway}`],
    ["http://", "is not an address: leave it out"],
    ["http://localhost:99999", "is not an address: leave it out"],
    ["http://me:hush@gateway.test", "holds a user name or a password: take off"],
    ["http://user@gateway.test", "holds a user name or a password: take off"],
    ["http://gateway.test/?x=1", "has a query or a fragment: take off"],
    ["http://gateway.test/#x", "has a query or a fragment: take off"],
    [
      `${gateway}/sms/v2/services/ncp:sms:kr:1:x/messages`,
      "is the URL of a call, not of the gateway: take off /sms/v2/services"
    ],
    [`${gateway}/sms/v2/services`, "is the URL of a call, not of the gateway: take off /sms/v2/services"],
    [`${gateway}\n`, "ends in a line feed: take it off"],
    [`"${gateway}"`, "is in quotes: take them off"],
    [` ${gateway}`, "begins with a space: take it off"],
    [null, "is not a text"],
    [new URL(gateway), "is not a text"]
  ])("%j %s", (baseUrl, expected) => {
    const sentence = one({ baseUrl })
    assert.isTrue(sentence.startsWith(`baseUrl ${expected}`), sentence)
    assert.notInclude(sentence, "hush")
  })

  it("that is a key by mistake is not shown", () => {
    assert.notInclude(one({ baseUrl: "wJalrXUtnFEMIK7MDENG" }), "wJal")
  })

  const part = Schema.Literals(["/", "/sms/v2", "/sms", "/v2", "/a", "/sms/v2/", "//"])

  it.prop("that is taken ends neither in a slash nor in /sms/v2", [Schema.Array(part)], ([parts]) => {
    const given = `http://gateway.test${parts.join("")}`
    // Another version of the API is told.
    if (sentences({ baseUrl: given }).length > 0) return assert.match(given, /^\w+:\/\/gateway\.test\/+sms\/+v2\/+/)
    const { baseUrl } = settled({ baseUrl: given })
    assert.notMatch(baseUrl, /(?:\/|\/sms\/v2)$/)
    assert.strictEqual(settled({ baseUrl }).baseUrl, baseUrl)
  })

  it.prop("is taken, or told in a sentence", [Schema.String], ([baseUrl]) => {
    for (const url of [baseUrl, `http://${baseUrl}`]) {
      const result = settle({ baseUrl: url })
      if (Result.isSuccess(result)) {
        assert.strictEqual(settled({ baseUrl: result.success.baseUrl }).baseUrl, result.success.baseUrl)
      }
    }
  })
})

describe("durations", () => {
  const names = [
    "attemptTimeout",
    "callTimeout",
    "upload.callTimeout",
    "reconcile.settleTime",
    "reconcile.visibilityLag",
    "reconcile.timestampTolerance",
    "signatureLifetime"
  ]

  const having = (name: string, value: unknown) => {
    const [first = "", second] = name.split(".")
    return { [first]: second === undefined ? value : { [second]: value } }
  }

  it.each([
    ["90", "write \"90 seconds\""],
    ["90s", "write \"90 seconds\""],
    ["60000", "write \"60000 millis\""],
    ["1.5 min", "write \"1.5 minutes\""],
    ["500ms", "write \"500 millis\""],
    ["2 h", "write \"2 hours\""],
    ["1 fortnight", "write"],
    ["PT90S", "write"],
    ["", "is empty"],
    ["0", "write"],
    ["0s", "write"],
    ["9999999999 days", "is longer than a timer can wait"],
    ["25 days", "is longer than a timer can wait"],
    [2 ** 31, "is longer than a timer can wait"],
    [NaN, "is not a duration"],
    ["Infinity", "does not end"],
    [Infinity, "does not end"],
    [-1, "is negative"],
    ["-Infinity", "does not end"],
    [null, "is not a duration"],
    [{}, "is not a duration"],
    [{ seconds: "5" }, "is not a duration"],
    [{ second: 5 }, "is not a duration"],
    [[1], "is not a duration"],
    [new Map(), "is not a duration"],
    [true, "is not a duration"]
  ])("%j is refused: %s", (value, expected) => {
    for (const name of names) {
      const sentence = one(having(name, value))
      assert.isTrue(sentence.startsWith(`${name} `) && sentence.includes(expected), sentence)
    }
  })

  it("no time at all is enough to wait, not to answer in", () => {
    for (const name of names) {
      const isWait = name === "reconcile.settleTime" || name === "reconcile.visibilityLag"
      assert.strictEqual(sentences(having(name, 0)).length, isWait ? 0 : 1)
      // The cure is none that is refused as well.
      assert.notMatch(sentences(having(name, "0")).join(), /write "0/)
    }
  })

  it.each([
    [{ signatureLifetime: "6 minutes" }, "signatureLifetime is longer than the gateway takes a timestamp for"],
    [
      { signatureLifetime: "30 seconds", reconcile: { timestampTolerance: "20 seconds" } },
      "signatureLifetime is longer than the gateway takes a timestamp for"
    ]
  ])("%j contradict each other", (given, expected) => {
    assert.strictEqual(one(given).split(":")[0], expected)
  })

  it.each([
    // The call ends first, then.
    { attemptTimeout: "2 minutes", callTimeout: "1 minute" },
    { signatureLifetime: "5 minutes" },
    { signatureLifetime: "10 minutes", reconcile: { timestampTolerance: "10 minutes" } }
  ])("%j do not", (given) => {
    assert.deepStrictEqual(sentences(given), [])
  })

  it.each([
    [90_000, 90_000],
    [90_000_000_000n, 90_000],
    ["90 seconds", 90_000],
    ["1.5 minutes", 90_000],
    [[90, 0], 90_000],
    [{ minutes: 1, seconds: 30 }, 90_000],
    [Duration.seconds(90), 90_000]
  ])("%o is taken", (callTimeout, expected) => {
    assert.strictEqual(Duration.toMillis(settled({ callTimeout }).limits.call.callTimeout), expected)
    assert.strictEqual(Duration.toMillis(settled({ upload: { callTimeout } }).limits.upload.callTimeout), expected)
  })

  it("have the documented defaults", () => {
    const { limits, settleTime, signatureLifetime, timestampTolerance, visibilityLag } = settled({})
    assert.deepStrictEqual(
      [
        limits.call.attemptTimeout,
        limits.call.callTimeout,
        limits.upload.attemptTimeout,
        limits.upload.callTimeout,
        settleTime,
        visibilityLag,
        timestampTolerance
      ].map(Duration.toSeconds),
      [15, 60, 60, 180, 5, 60, 300]
    )
    assert.isUndefined(signatureLifetime)
  })
})

describe("other options", () => {
  const limiter = { consume: () => undefined }

  it.each([
    [
      { onAmbiguous: "promt" },
      "onAmbiguous is none of \"reconcile\", \"prompt\", \"fail\", \"resend\": write \"prompt\""
    ],
    [{ onAmbiguous: true }, "onAmbiguous is none of"],
    [{ maxAnswerBytes: 0 }, "maxAnswerBytes is not a whole number from 1"],
    [{ maxAnswerBytes: 1.5 }, "maxAnswerBytes is not a whole number from 1"],
    [{ maxAnswerBytes: "1000" }, "maxAnswerBytes is not a whole number from 1"],
    [{ retryBudget: 5 }, "retryBudget is not an object"],
    [{ retryBudget: { capacity: 5 } }, "retryBudget.refillPerSecond is missing"],
    [{ retryBudget: { capacity: NaN, refillPerSecond: 1 } }, "retryBudget.capacity is not a number from 0"],
    [
      { retryBudget: { capacity: 5, refill: 1, refillPerSecond: 1 } },
      "retryBudget.refill is no option: write refillPerSecond"
    ],
    [{ rateLimit: { limiter, limit: 0, window: "1 second" } }, "rateLimit.limit is not a whole number from 1"],
    [
      { rateLimit: { limiter, limit: 5, window: "1" } },
      "rateLimit.window is not a duration with its unit: write \"1 seconds\""
    ],
    [{ rateLimit: { limiter: {}, limit: 5, window: "1 second" } }, "rateLimit.limiter is not a RateLimiter"],
    [{ rateLimit: { limiter, limit: 5, window: "1 second", key: 5 } }, "rateLimit.key is not a text"],
    [{ circuitBreaker: {} }, "circuitBreaker is not a CircuitBreaker"],
    [{ transformClient: "proxy" }, "transformClient is not a function"],
    [{ onInterrupted: null }, "onInterrupted is not a function"],
    [{ preflight: true }, "preflight is not an object"],
    [{ preflight: { charset: "euc-kr" } }, "preflight.charset is none of \"EUC-KR\", \"CP949\": write \"EUC-KR\""],
    [{ preflight: { truncate: true } }, "preflight.truncate is none of"],
    [{ preflight: { severity: { TooLong: "warn" } } }, "preflight.severity.TooLong is none of"],
    [{ preflight: { severity: { TooLnog: "warning" } } }, "preflight.severity.TooLnog is no option: write TooLong"],
    [{ upload: { timeout: 1 } }, "upload.timeout is no option: write callTimeout"],
    [{ timeout: 1 }, "timeout is no option: write callTimeout"],
    [{ accesskey: "x" }, "accesskey is no option: write accessKey"],
    [{ constructor: 1 }, "constructor is no option: leave it out (known: accessKey"],
    [{ "01012345678": 1 }, "a name that is not one word is no option: leave it out (known: accessKey"],
    [{ wJalrXUtnFEMIKMDENGbPxRfiCYEXAMPLEKEY: 1 }, "a name that is not one word is no option: leave it out"],
    [{ "010-1234-5678": 1 }, "a name that is not one word is no option: leave it out (known: accessKey"],
    [{ "홍길동 인증번호 738201": 1 }, "a name that is not one word is no option: leave it out (known: accessKey"],
    [{ httpClient: FetchHttpClient.layer }, "httpClient is no option"]
  ])("%o: %s", (options, expected) => {
    const sentence = one(options)
    assert.isTrue(sentence.startsWith(expected), sentence)
  })

  it("are taken where they are right", () => {
    const severity = { ...Preflight.severities, TooLong: undefined }
    assert.deepStrictEqual(
      sentences({
        preflight: { charset: "CP949", truncate: "server", severity },
        onAmbiguous: "prompt",
        retryBudget: { capacity: Infinity, refillPerSecond: 0 },
        maxAnswerBytes: 1,
        rateLimit: { limiter, limit: 5, window: 1000 },
        circuitBreaker: { execute: () => undefined },
        transformClient: () => undefined,
        onInterrupted: () => undefined
      }),
      []
    )
  })

  it("that are undefined are as good as absent, whatever their name", () => {
    const names = [
      "baseUrl",
      "callTimeout",
      "upload",
      "preflight",
      "retryBudget",
      "rateLimit",
      "transformClient",
      "proxy"
    ]
    assert.deepStrictEqual(
      settled(Object.fromEntries(names.map((name) => [name, undefined]))).limits,
      settled({}).limits
    )
  })

  it("a transport belongs to the promises alone", () => {
    assert.deepStrictEqual(sentences({ httpClient: FetchHttpClient.layer }, "promise"), [])
    assert.deepStrictEqual(sentences({ httpClient: fetch }, "promise"), [
      "httpClient is not a Layer: leave it out, or give one such as FetchHttpClient.layer"
    ])
  })

  it("all problems are told at once", () => {
    const options = { accessKey: "", secretKey: undefined, serviceId: "x", baseUrl: "", callTimeout: "9", retries: 3 }
    assert.deepStrictEqual(sentences(options).map((sentence) => sentence.split(" ")[0]), [
      "accessKey",
      "secretKey",
      "serviceId",
      "baseUrl",
      "callTimeout",
      "retries"
    ])
    assert.strictEqual(Result.getOrThrow(Result.flip(Check.settle(undefined))).length, 3)
  })

  const names = [
    "accessKey",
    "secretKey",
    "serviceId",
    "baseUrl",
    "callTimeout",
    "attemptTimeout",
    "upload",
    "preflight",
    "onAmbiguous",
    "reconcile",
    "signatureLifetime",
    "retryBudget",
    "maxAnswerBytes",
    "rateLimit",
    "circuitBreaker",
    "onInterrupted",
    "transformClient"
  ] as const
  const edit = Schema.Literals(["add", "drop", "change", "turn"])
  const letter = Schema.String.check(Schema.isPattern(/^[A-Za-z]$/))

  it.prop(
    "a name that is misspelt by a letter is told the right one",
    [Schema.Literals(names), edit, Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 30 })), letter],
    ([name, edit, place, letter]) => {
      const at = place % name.length
      const [left, right] = [name.slice(0, at), name.slice(at)]
      const misspelt = edit === "add"
        ? left + letter + right
        : edit === "drop"
        ? left + right.slice(1)
        : edit === "change"
        ? left + letter + right.slice(1)
        : left + right.slice(1, 2) + right.slice(0, 1) + right.slice(2)
      if (misspelt === name) return
      assert.deepStrictEqual(sentences({ [misspelt]: "x" }), [`${misspelt} is no option: write ${name}`])
    }
  )
})

describe("the options of a call", () => {
  const told = (step: Check.Step, given: unknown) => Check.refused(step, given)?.issues.map(RequestIssue.format)

  it.each(
    [
      ["send", { callTimeout: "90" }, "options.callTimeout: It is not a duration with its unit: write \"90 seconds\""],
      [
        "send",
        { attemptTimeout: 0 },
        "options.attemptTimeout: It is no time at all: write a longer duration, such as \"15 seconds\""
      ],
      ["send", { timeout: 5 }, "options.timeout: It is no option: write callTimeout"],
      ["send", { lifetime: 5 }, "options.lifetime: It is no option: write signatureLifetime"],
      ["send", { onInterrupted: 5 }, "options.onInterrupted: It is not a function: leave it out, or give a function"],
      ["send", { onIntent: 5 }, "options.onIntent: It is not a function: leave it out, or give a function"],
      [
        "send",
        { onAmbiguous: "Prompt" },
        "options.onAmbiguous: It is none of \"reconcile\", \"prompt\", \"fail\", \"resend\": write \"prompt\""
      ],
      ["send", "prompt", "options: It is not an object: write { callTimeout, attemptTimeout, ... }"],
      ["send", null, "options: It is not an object: write { callTimeout, attemptTimeout, ... }"],
      ["send", AbortSignal.abort(), "options: It is an AbortSignal: give it as the last argument, after the options"],
      [
        "prepare",
        { signatureLifetime: 5 },
        "options.signatureLifetime: It is no option: leave it out (known: lifetime, wait)"
      ],
      ["submit", { callTimeout: 5 }, "options.callTimeout: It is no option: leave it out (known: attemptTimeout)"],
      ["reconcile", { callTimeout: "" }, "options.callTimeout: It is empty: leave it out, or write \"60 seconds\""]
    ] as const
  )("%s %o", (step, given, expected) => {
    assert.deepStrictEqual(told(step, given), [expected])
  })

  it.each(
    [
      ["send", {}],
      ["send", { callTimeout: undefined, onAmbiguous: "fail", signatureLifetime: 30_000 }],
      ["prepare", { lifetime: "1 minute", wait: false }],
      ["submit", { attemptTimeout: { seconds: 5 } }],
      ["reconcile", { callTimeout: "10 minutes" }]
    ] as const
  )("%s %o is right", (step, given) => {
    assert.isUndefined(told(step, given))
  })
})
