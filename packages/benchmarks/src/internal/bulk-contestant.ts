// @effect-diagnostics asyncFunction:off nodeBuiltinImport:off globalDate:off
/**
 * One bulk send in a process of its own: `node bulk-contestant.ts <base URL> <who> <recipients>` tells what it cost. Each recipient has a
 * text of their own. `who` is `ours`, with all checks on, or `byHand`: the loop that anybody would write, which checks nothing.
 *
 * @since 0.1.0
 */
import * as NodeSigner from "@effect-sens/http/NodeSigner"
import * as NodeTransport from "@effect-sens/http/NodeTransport"
import * as Sens from "@effect-sens/http/Sens"
import * as BulkSend from "@effect-sens/streams/BulkSend"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import { createHmac } from "node:crypto"
import { pathToFileURL } from "node:url"
import { Agent, request } from "undici"
import * as Benchmark from "./http-message.ts"

/**
 * Who sends.
 *
 * @category models
 * @since 0.1.0
 */
export type Who = "ours" | "byHand"

/**
 * What it took.
 *
 * @category models
 * @since 0.1.0
 */
export interface Cost {
  /** Of the processor, in microseconds. */
  readonly cpu: number
  /** By the clock, in milliseconds. */
  readonly wall: number
}

interface Message {
  readonly type: "SMS"
  readonly from: string
  readonly to: string
  readonly content: string
}

function* messages(count: number): Generator<Message> {
  for (let index = 0; index < count; index++) {
    yield {
      type: "SMS",
      from: "0212345678",
      to: `010${20_000_000 + index}`,
      content: `[서점] 손님${index}님, 주문하신 책이 도착했습니다.`
    }
  }
}

// As many as `BulkSend` has on their way by itself.
const concurrency = 4

const ours = (baseUrl: string, count: number) =>
  BulkSend.run(Stream.fromIterable(messages(count)), { concurrency }).pipe(
    Effect.provide(
      Sens.layer({
        accessKey: Redacted.make(Benchmark.accessKey),
        secretKey: Redacted.make(Benchmark.secretKey),
        serviceId: Benchmark.serviceId,
        baseUrl
      }).pipe(Layer.provide([NodeTransport.layer(), NodeSigner.layer]))
    ),
    Effect.map(({ accepted }) => accepted),
    Effect.runPromise
  )

const byHand = async (baseUrl: string, count: number): Promise<number> => {
  const dispatcher = new Agent()
  const left = messages(count)
  let accepted = 0
  const send = async (first: Message, recipients: ReadonlyArray<{ readonly to: string; readonly content: string }>) => {
    const timestamp = String(Date.now())
    const signature = createHmac("sha256", Benchmark.secretKey)
      .update(`POST ${Benchmark.path}\n${timestamp}\n${Benchmark.accessKey}`).digest("base64")
    const { body, statusCode } = await request(baseUrl + Benchmark.path, {
      dispatcher,
      method: "POST",
      headers: {
        "content-type": "application/json; charset=utf-8",
        "x-ncp-apigw-timestamp": timestamp,
        "x-ncp-iam-access-key": Benchmark.accessKey,
        "x-ncp-apigw-signature-v2": signature
      },
      body: JSON.stringify({ type: first.type, from: first.from, content: first.content, messages: recipients })
    })
    const { requestId } = (await body.json()) as { readonly requestId: string }
    if (statusCode === 202 && requestId !== "") accepted += recipients.length
  }
  const worker = async () => {
    for (;;) {
      const recipients: Array<{ readonly to: string; readonly content: string }> = []
      let first: Message | undefined
      while (recipients.length < 100) {
        const next = left.next()
        if (next.done === true) break
        first ??= next.value
        recipients.push({ to: next.value.to, content: next.value.content })
      }
      if (first === undefined) return
      await send(first, recipients)
    }
  }
  await Promise.all(Array.from({ length: concurrency }, worker))
  return accepted
}

const run = async (baseUrl: string, who: Who, count: number): Promise<Cost> => {
  const start = performance.now()
  const before = process.cpuUsage()
  const accepted = await (who === "ours" ? ours(baseUrl, count) : byHand(baseUrl, count))
  const { system, user } = process.cpuUsage(before)
  if (accepted !== count) throw new Error(`${who}: ${accepted} of ${count} were accepted`)
  return { cpu: system + user, wall: performance.now() - start }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const [, , baseUrl = "", who, count] = process.argv
  process.stdout.write(JSON.stringify(await run(baseUrl, who === "ours" ? "ours" : "byHand", Number(count))))
  process.exit(0)
}
