import * as NodeCrypto from "@effect/platform-node/NodeCrypto"
import { assert, describe, it } from "@effect/vitest"
import * as ConfigProvider from "effect/ConfigProvider"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as HttpRouter from "effect/http/HttpRouter"
import * as Layer from "effect/Layer"
import { once } from "node:events"
import type { AddressInfo } from "node:net"
import { Webhook } from "standardwebhooks"
import * as Hook from "../src/docs/webhooks/effect.ts"
import { type Completed, receiver } from "../src/docs/webhooks/node.ts"

const secretOf = (byte: number) => `whsec_${Buffer.alloc(32, byte).toString("base64")}`
const secret = secretOf(1)

const body = JSON.stringify({
  type: "message.completed",
  timestamp: "2026-11-28T09:00:00.000+09:00",
  data: {
    messageId: "m-1",
    requestId: "r-1",
    to: "01000000001",
    code: { code: "0", meaning: "Delivered", advice: "delivered" }
  }
})

/** As the listener posts it: with a signature of each secret. */
const signed = (secrets: ReadonlyArray<string>, ago = 0, text = body): RequestInit => {
  const at = DateTime.toDateUtc(DateTime.subtract(DateTime.nowUnsafe(), { seconds: ago }))
  const timestamp = String(Math.floor(at.getTime() / 1000))
  return {
    method: "POST",
    body: text,
    headers: {
      "content-type": "application/json",
      "webhook-id": "m-1",
      "webhook-timestamp": timestamp,
      "webhook-signature": secrets.map((secret) => new Webhook(secret).sign("m-1", at, body)).join(" ")
    }
  }
}

const posts = [
  [signed([secret]), 204],
  // Once more, and while a secret is being replaced.
  [signed([secret]), 204],
  [signed([secretOf(2), secret]), 204],
  [signed([secretOf(2)]), 400],
  [signed([secret], 0, `${body} `), 400],
  [signed([secret], 600), 400],
  [{ method: "POST", body }, 400]
] as const

describe("webhooks.md", () => {
  it("received in Node", async () => {
    const taken: Array<readonly [string, Completed]> = []
    const server = receiver(secret, async (id, event) => {
      if (taken.length === 3) throw new Error("the database is away")
      taken.push([id, event])
    })
    server.listen(0, "127.0.0.1")
    await once(server, "listening")
    try {
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks/sens`
      for (const [post, status] of posts) {
        // @effect-diagnostics-next-line globalFetch:off
        assert.strictEqual((await fetch(url, post)).status, status)
      }
      assert.deepStrictEqual(
        taken.map(([id, { data }]) => [id, data.code?.code]),
        Array.from({ length: 3 }, () => ["m-1", "0"])
      )
      // @effect-diagnostics-next-line globalFetch:off
      assert.strictEqual((await fetch(url, signed([secret]))).status, 500)
    } finally {
      server.closeAllConnections()
      server.close()
    }
  })

  it("received in Effect", async () => {
    const taken: Array<Hook.Completed> = []
    const { dispose, handler } = HttpRouter.toWebHandler(
      Hook.hook((event) => Effect.sync(() => void taken.push(event))).pipe(
        Layer.provideMerge(NodeCrypto.layer),
        Layer.provideMerge(ConfigProvider.layer(ConfigProvider.fromUnknown({ SENS_WEBHOOK_SECRET: secret })))
      ),
      { disableLogger: true }
    )
    for (const [post, status] of posts) {
      const response = await handler(new Request("http://127.0.0.1/hooks/sens", post))
      assert.strictEqual(response.status, status)
    }
    assert.deepStrictEqual(taken.map(({ data }) => data.messageId), ["m-1", "m-1", "m-1"])
    await dispose()
  })
})
