import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { once } from "node:events"
import { createServer, type IncomingHttpHeaders } from "node:http"
import type { AddressInfo } from "node:net"
import { Webhook } from "standardwebhooks"
import * as Endpoint from "../../src/listen/Endpoint.ts"
import type * as WebhookSignature from "../../src/listen/WebhookSignature.ts"

/** Made up, and known to all tests. */
export const secret = `whsec_${Buffer.from("a secret that is made up for tests").toString("base64")}`

export interface Post {
  readonly id: string
  /** When it came, in seconds, as it says itself. */
  readonly timestamp: number
  readonly signature: string
  readonly body: string
}

/** Whether the signature is the one that another implementation makes. */
export const isSigned = ({ body, id, signature, timestamp }: Post, by = secret): boolean =>
  signature.split(" ").includes(
    new Webhook(by).sign(id, DateTime.toDateUtc(DateTime.makeUnsafe(timestamp * 1000)), body)
  )

const toPost = (headers: WebhookSignature.Headers, body: string): Post => ({
  id: headers["webhook-id"],
  timestamp: Number(headers["webhook-timestamp"]),
  signature: headers["webhook-signature"],
  body
})

/** An endpoint in the process, which answers as it is told: a status, a reason not to answer, or never. */
export const inProcess = (
  answer: (post: Post, posts: ReadonlyArray<Post>) => Effect.Effect<number | string> | number | string
) => {
  const posts: Array<Post> = []
  let most = 0
  let now = 0
  const layer = Layer.succeed(Endpoint.Endpoint, {
    post: (headers, body) =>
      Effect.acquireUseRelease(
        Effect.sync(() => {
          now++
          most = Math.max(most, now)
          const post = toPost(headers, body)
          posts.push(post)
          return post
        }),
        (post) =>
          Effect.suspend(() => {
            const answered = answer(post, posts)
            return Effect.isEffect(answered) ? answered : Effect.succeed(answered)
          }).pipe(
            Effect.filterOrFail(
              (answer): answer is number => typeof answer === "number",
              (why) => new Endpoint.Unreachable({ why: String(why) })
            )
          ),
        () => Effect.sync(() => void now--)
      )
  })
  return { layer, posts, most: () => most }
}

export interface Received {
  readonly url: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** A status, no answer at all, or one that never ends. */
export type Answer = number | "silence" | "endless"

/** An endpoint on a port of this machine. What `answer` says nothing of is 200. */
export const onPort = async (
  answer: (received: Received, all: ReadonlyArray<Received>) => Answer | Promise<Answer> = () => 200
) => {
  const received: Array<Received> = []
  const server = createServer((request, response) => {
    let body = ""
    request.setEncoding("utf8").on("data", (piece: string) => (body += piece)).on("end", async () => {
      const one = { url: request.url ?? "", headers: request.headers, body }
      received.push(one)
      const status = await answer(one, received)
      if (status === "silence") return
      if (status === "endless") {
        response.writeHead(200)
        response.write("and so on")
        return
      }
      response.writeHead(status, status === 302 ? { location: "/elsewhere" } : {})
      response.end("thanks")
    })
  })
  server.listen(0, "127.0.0.1")
  await once(server, "listening")
  const { port } = server.address() as AddressInfo
  return {
    origin: `http://127.0.0.1:${port}`,
    received,
    /** Verified by npm's `standardwebhooks`: throws where it is not signed, or not of now. */
    verify: (by = secret) => {
      for (const { body, headers } of received) new Webhook(by).verify(body, headers as Record<string, string>)
    },
    [Symbol.dispose]: () => {
      server.closeAllConnections()
      server.close()
    }
  }
}
