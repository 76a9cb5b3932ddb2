import { assert, describe, it } from "@effect/vitest"
import * as Arbitrary from "effect/Arbitrary"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as TestClock from "effect/testing/TestClock"
import { spawnSync } from "node:child_process"
import { Webhook, WebhookVerificationError } from "standardwebhooks"
import * as Failure from "../../src/Failure.ts"
import * as Endpoint from "../../src/listen/Endpoint.ts"
import * as Target from "../../src/listen/Target.ts"
import * as WebhookSecret from "../../src/listen/WebhookSecret.ts"
import * as WebhookSignature from "../../src/listen/WebhookSignature.ts"
import { isSigned, onPort, secret } from "./endpoint.ts"

const source = { en: "a source", ko: "어떤 곳" }

const secretsOf = (text: string): WebhookSecret.WebhookSecrets => Result.getOrThrow(WebhookSecret.parse(text, source))

const sign = (text: string, id: string, body: string) =>
  WebhookSignature.WebhookSignature.use((service) => service.sign(id, body)).pipe(
    Effect.provide(WebhookSignature.layer(secretsOf(text)))
  )

const between = (minimum: number, maximum: number) =>
  Arbitrary.schema(Schema.Int.check(Schema.isBetween({ minimum, maximum })))

const secrets = Arbitrary.array(between(0, 255), { minLength: 24, maxLength: 64 }).pipe(
  Arbitrary.map((bytes) => `whsec_${Buffer.from(bytes).toString("base64")}`)
)

/** What can stand in a line of HTTP, and in a URL of ours. */
const printable = Arbitrary.array(between(0x21, 0x7e), { maxLength: 60 }).pipe(
  Arbitrary.map((codes) => String.fromCharCode(...codes).replaceAll(/[#\\]/g, ""))
)

describe("a signature", () => {
  it.live.prop(
    "is one that standardwebhooks verifies, whatever the secret, the id and the body",
    { mine: secrets, other: secrets, id: printable, value: Schema.Json },
    Effect.fnUntraced(function*({ id, mine, other, value }) {
      const body = JSON.stringify(value)
      const headers = yield* sign(mine, `m${id}`, body)
      assert.deepStrictEqual(JSON.stringify(new Webhook(mine).verify(body, { ...headers })), body)
      const wrong = { ...headers, "webhook-id": `n${id}` }
      assert.throws(() => new Webhook(mine).verify(`${body} `, { ...headers }), WebhookVerificationError)
      assert.throws(() => new Webhook(mine).verify(body, wrong), WebhookVerificationError)
      if (other === mine) return
      assert.throws(() => new Webhook(other).verify(body, { ...headers }), WebhookVerificationError)
    })
  )

  it("of two secrets is taken by whoever has one of them", async () => {
    const [first, second] = [secret, `whsec_${Buffer.alloc(32, 7).toString("base64")}`]
    const headers = await Effect.runPromise(sign(`${second}\n${first}\n`, "id", "{}"))
    assert.strictEqual(headers["webhook-signature"].split(" ").length, 2)
    for (const one of [first, second]) assert.deepStrictEqual(new Webhook(one).verify("{}", { ...headers }), {})
  })

  it.effect("bears the time of the attempt", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(1_800_000_000_999)
      const headers = yield* sign(secret, "id", "{}")
      assert.strictEqual(headers["webhook-timestamp"], "1800000000")
      assert.isTrue(
        isSigned({ id: "id", timestamp: 1_800_000_000, signature: headers["webhook-signature"], body: "{}" })
      )
    }))

  const python = spawnSync("python3", ["--version"]).status === 0
  if (!python) console.warn("python3 is missing: the signature is not verified by hand in Python")

  it.skipIf(!python)("is one that Python verifies by hand", async () => {
    const body = `{"text":"똠방각하 한 그릇","n":1}`
    const headers = await Effect.runPromise(sign(secret, "msg-1", body))
    const program = `
import hmac, json, sys
from base64 import b64decode, b64encode
from hashlib import sha256
given = json.load(sys.stdin)
secret, id, ts, body = given["secret"], given["webhook-id"], given["webhook-timestamp"], given["body"]
expected = b64encode(hmac.new(b64decode(secret[6:]), f"{id}.{ts}.{body}".encode(), sha256).digest()).decode()
ok = any(hmac.compare_digest("v1," + expected, one) for one in given["webhook-signature"].split(" "))
print("verified" if ok else "forged")
`
    const verdict = (given: object) =>
      spawnSync("python3", ["-c", program], {
        input: JSON.stringify({ secret, body, ...headers, ...given }),
        encoding: "utf8"
      })
        .stdout.trim()
    assert.strictEqual(verdict({}), "verified")
    assert.strictEqual(verdict({ body: `${body} ` }), "forged")
  })
})

describe("secrets", () => {
  it("are several in a text, by lines, spaces or commas, with a mark at its start", () => {
    const two = secretsOf(`\uFEFF${secret}\r\n\r\n  ${secret}\r\n`)
    assert.deepStrictEqual(two.map(({ text }) => Redacted.value(text)), [secret, secret])
    assert.strictEqual(secretsOf(`${secret},${secret} ${secret}`).length, 3)
  })

  it("that are none are refused without being shown", () => {
    const short = Buffer.alloc(23).toString("base64")
    const long = Buffer.alloc(65).toString("base64")
    for (
      const wrong of [
        "",
        " \n",
        "password",
        secret.slice(6),
        `whsec_${short}`,
        `whsec_${long}`,
        "whsec_****",
        `${secret} x`
      ]
    ) {
      const refused = Result.getOrThrow(Result.flip(WebhookSecret.parse(wrong, source)))
      const said = Failure.describe(refused, "en")
      assert.deepInclude(said, { tag: "WebhookSecret", exitCode: 4 })
      if (wrong.trim() !== "") assert.notInclude(`${said.message} ${refused.ko}`, wrong)
    }
  })
})

describe("the target", () => {
  const parse = (url: string, isInsecure = false) => Result.getOrUndefined(Target.parse(url, { isInsecure }))

  it("is https anywhere, and plain http on this machine", () => {
    for (
      const url of [
        "https://example.com",
        "http://localhost:3000/x",
        "http://127.0.0.1",
        "http://[::1]:80/",
        "HTTPS://EXAMPLE.com/"
      ]
    ) {
      assert.isDefined(parse(url), url)
    }
    for (
      const url of [
        "http://example.com/",
        "http://localhost.example.com/",
        "http://10.0.0.1/",
        "http://127.0.0.1.example.com/"
      ]
    ) {
      assert.isUndefined(parse(url), url)
      assert.isDefined(parse(url, true), url)
    }
  })

  it("that is none, or would lose a part or a secret, is refused", () => {
    for (
      const url of [
        "",
        "example.com/x",
        "ftp://example.com/",
        "https://",
        "https:///x",
        "https://example.com/a b",
        "https://example.com/\n",
        "https://example.com/x#y",
        "https://example.com\\x",
        "https://user:password@example.com/"
      ]
    ) {
      const refused = Result.getOrThrow(Result.flip(Target.parse(url, { isInsecure: true })))
      assert.strictEqual(refused.exitCode, 2)
      assert.notInclude(refused.message, "password@")
    }
  })

  it("arrives byte for byte, query and all", async () => {
    using endpoint = await onPort()
    const given = [
      "/hook?a=1&task=&b=%7e%7E&c={x}|'^`&&",
      "/a/../b/./c//d?x=y?z",
      "?only=query&",
      "",
      "/;p=1,2/~u/%ea%b0%80"
    ]
    const drawn = Result.getOrThrow(
      await Effect.runPromise(Effect.result(Arbitrary.sampleEffect(printable, { count: 40, seed: 7 })))
    )
    const all = [...given, ...drawn.map((path) => `/${path}`)]
    const headers = { "webhook-id": "i", "webhook-timestamp": "1", "webhook-signature": "v1,x" }
    await Effect.runPromise(Effect.forEach(all, (path) => {
      const target = parse(`${endpoint.origin}${path}`)
      if (target === undefined) throw new Error(`refused: ${path}`)
      return Endpoint.Endpoint.use(({ post }) => post(headers, "{}")).pipe(Effect.provide(Endpoint.layer(target)))
    }))
    assert.deepStrictEqual(
      endpoint.received.map(({ url }) => url),
      all.map((path) => path.startsWith("/") ? path : `/${path}`)
    )
  })

  it("has Hangul in the form that stands in a line of HTTP", () => {
    assert.strictEqual(
      parse("https://example.com/웹훅?a=가&b=%")?.path,
      `/${encodeURIComponent("웹훅")}?a=%EA%B0%80&b=%`
    )
  })
})

describe("the endpoint", () => {
  const post = (origin: string) =>
    Endpoint.Endpoint.use(({ post }) =>
      post({ "webhook-id": "i", "webhook-timestamp": "1", "webhook-signature": "v1,x" }, "{\"가\":1}")
    ).pipe(Effect.provide(Endpoint.layer(Result.getOrThrow(Target.parse(`${origin}/x`, { isInsecure: false })))))

  it("gets JSON, and its status is told; a redirect is one like any other", async () => {
    using endpoint = await onPort((_, all) => [200, 302, 503][all.length - 1] ?? 200)
    const statuses = await Effect.runPromise(
      Effect.all([post(endpoint.origin), post(endpoint.origin), post(endpoint.origin)])
    )
    assert.deepStrictEqual(statuses, [200, 302, 503])
    assert.deepStrictEqual(endpoint.received.map(({ url }) => url), ["/x", "/x", "/x"])
    assert.deepStrictEqual(JSON.parse(endpoint.received[0]?.body ?? ""), { 가: 1 })
    assert.strictEqual(endpoint.received[0]?.headers["content-type"], "application/json")
  })

  it("that never ends its answer has answered", async () => {
    using endpoint = await onPort(() => "endless")
    assert.strictEqual(await Effect.runPromise(post(endpoint.origin)), 200)
  })

  it("that is not there is unreachable, by a word alone", async () => {
    const error = await Effect.runPromise(Effect.flip(post("http://127.0.0.1:1")))
    assert.deepStrictEqual(Schema.encodeSync(Endpoint.Unreachable)(error), { _tag: "Unreachable", why: "ECONNREFUSED" })
  })
})
