import * as DeliveryCode from "@effect-sens/core/DeliveryCode"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { spawn, spawnSync } from "node:child_process"
import { once } from "node:events"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { vi } from "vitest"
import { fenceAt } from "../../../../scripts/documentation/markdown.ts"
import * as Endpoint from "../../src/listen/Endpoint.ts"
import * as Target from "../../src/listen/Target.ts"
import * as WebhookEvent from "../../src/listen/WebhookEvent.ts"
import * as WebhookSecret from "../../src/listen/WebhookSecret.ts"
import * as WebhookSignature from "../../src/listen/WebhookSignature.ts"
import * as MessageView from "../../src/MessageView.ts"
import { secret } from "./endpoint.ts"

const root = join(import.meta.dirname, "../../../..")

const fencesOf = (page: string): ReadonlyArray<readonly [language: string, text: string]> => {
  const lines = readFileSync(join(root, page), "utf8").split("\n")
  const fences: Array<readonly [string, string]> = []
  for (let i = 0; i < lines.length; i++) {
    const fence = fenceAt(lines, i)
    if (fence === undefined) continue
    fences.push([fence.language, fence.body.join("\n")])
    i = fence.end ?? lines.length
  }
  return fences
}

const fences = fencesOf("docs/webhooks.md")

const one = (language: string): string => fences.find(([other]) => other === language)?.[1] ?? ""

const python = spawnSync("python3", ["--version"]).status === 0
if (!python) console.warn("python3 is missing: the receiver of docs/webhooks.md in Python is not run")

describe("the pages on webhooks", () => {
  it("hold the same code in both languages", () => {
    assert.isAbove(fences.length, 7)
    assert.deepStrictEqual(fencesOf("docs/webhooks.ko.md"), fences)
  })

  it("show a body as it is posted", () => {
    const text = one("json")
    const decoded = Schema.decodeUnknownSync(WebhookEvent.Body)(JSON.parse(text), { onExcessProperty: "error" })
    // With all that is always there, in its order.
    assert.deepStrictEqual(
      JSON.parse(text),
      JSON.parse(JSON.stringify(Schema.encodeSync(WebhookEvent.Body)(decoded)))
    )
    assert.deepStrictEqual(decoded.data.code, MessageView.code(DeliveryCode.fromString(decoded.data.statusCode ?? "")))
    assert.deepStrictEqual(
      Object.keys(WebhookEvent.Body.fields.data.fields).filter((name) => name !== "subject" && name !== "content"),
      Object.keys(decoded.data)
    )
  })

  it.skipIf(!python)("receive in Python what is signed, and refuse what is not", async () => {
    const program = one("python").replace("8000), Hook)", "0), Hook)")
      .replace(
        /HTTPServer\((.*)\)\.serve_forever\(\)/,
        "server = HTTPServer($1)\nprint(server.server_port, flush=True)\nserver.serve_forever()"
      )
    assert.include(program, "server_port")
    const child = spawn("python3", ["-c", program], {
      env: { ...process.env, SENS_WEBHOOK_SECRET: secret },
      stdio: ["ignore", "pipe", "ignore"]
    })
    const ended = once(child, "exit")
    let said = ""
    child.stdout.setEncoding("utf8").on("data", (text: string) => (said += text))
    try {
      await vi.waitUntil(() => said.includes("\n"), { timeout: 60_000, interval: 20 })
      const target = Result.getOrThrow(
        Target.parse(`http://127.0.0.1:${said.trim()}/hooks/sens`, { isInsecure: false })
      )
      const body = JSON.stringify(JSON.parse(one("json")))
      const post = (secrets: string, changed = body) =>
        Effect.gen(function*() {
          const headers = yield* WebhookSignature.WebhookSignature.use(({ sign }) => sign("m-1", body)).pipe(
            Effect.provide(WebhookSignature.layer(Result.getOrThrow(WebhookSecret.parse(secrets, { en: "", ko: "" }))))
          )
          return yield* Endpoint.Endpoint.use((endpoint) => endpoint.post(headers, changed))
        }).pipe(Effect.provide(Endpoint.layer(target)), Effect.runPromise)
      const other = `whsec_${Buffer.alloc(32, 9).toString("base64")}`
      assert.strictEqual(await post(secret), 204)
      assert.strictEqual(await post(`${other} ${secret}`), 204)
      assert.strictEqual(await post(other), 400)
      assert.strictEqual(await post(secret, `${body} `), 400)
      const shown = `${(JSON.parse(body) as typeof WebhookEvent.Body.Type).data.messageId} 3001`
      assert.deepStrictEqual(said.trim().split("\n").slice(1), [shown, shown])
    } finally {
      child.kill("SIGKILL")
      await ended
    }
  })
})
