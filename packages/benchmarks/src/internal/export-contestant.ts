// @effect-diagnostics asyncFunction:off nodeBuiltinImport:off globalDate:off
/**
 * One export of a whole log in a process of its own: `node export-contestant.ts <where as JSON> <what> <who> <file> [warm]` tells what it cost, and
 * the peak of its memory. `what` is `csv` or `ndjson`, to a file, or `count`, by result code; `who` is `ours`, or `byHand`: the least loop
 * that SENS would answer, which signs and validates nothing more, quotes nothing, and tries nothing again.
 *
 * @since 0.1.0
 */
import type * as MessageRecord from "@effect-sens/core/MessageRecord"
import * as NodeTransport from "@effect-sens/http/NodeTransport"
import type * as Sens from "@effect-sens/http/Sens"
import * as DeliveryExport from "@effect-sens/streams/DeliveryExport"
import * as DeliveryLog from "@effect-sens/streams/DeliveryLog"
import * as DeliverySink from "@effect-sens/streams/DeliverySink"
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import type * as Ndjson from "effect/encoding/Ndjson"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import type * as PlatformError from "effect/PlatformError"
import * as Stream from "effect/Stream"
import { createHmac } from "node:crypto"
import { once } from "node:events"
import { createWriteStream } from "node:fs"
import { finished } from "node:stream/promises"
import { request } from "undici"
import * as Read from "./streams-read.ts"

/**
 * What is made of the log.
 *
 * @category models
 * @since 0.1.0
 */
export type What = "csv" | "ndjson" | "count"

/**
 * Who makes it.
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
  /** Of that, what is not the system's. */
  readonly user: number
  /** By the clock, in milliseconds. */
  readonly wall: number
  /** Of memory, in MB. */
  readonly peak: number
}

type Failure =
  | DeliveryLog.LogError
  | DeliveryLog.UnreadableRecords
  | Ndjson.NdjsonError
  | PlatformError.PlatformError

type Run = (where: Read.Where) => Promise<unknown>

const day = 86_400_000
const window = 30 * day

const start = (now: number) => Math.floor((now - 85 * day) / 1000) * 1000

// --- ours -------------------------------------------------------------------

const ours = (what: What, file: string): Run => {
  const log = ({ now, pageSize }: Read.Where) =>
    DeliveryLog.records({
      requestTime: { start: DateTime.makeUnsafe(start(now)), end: DateTime.makeUnsafe(now) },
      pageSize
    })
  const save = <E, R>(text: Stream.Stream<string, E, R>) =>
    Effect.flatMap(FileSystem.FileSystem, (fs) => Stream.run(Stream.encodeText(text), fs.sink(file)))
  const exports: Readonly<
    Record<What, (where: Read.Where) => Effect.Effect<unknown, Failure, Sens.Sens | FileSystem.FileSystem>>
  > = {
    csv: (where) => save(DeliveryExport.csv()(log(where))),
    ndjson: (where) => save(DeliveryExport.ndjson(log(where))),
    count: (where) => Stream.run(log(where), DeliverySink.countByCode)
  }
  return async (where) => {
    const runtime = ManagedRuntime.make(Layer.merge(Read.layer(where, NodeTransport.layer()), NodeFileSystem.layer))
    try {
      return await runtime.runPromise(exports[what](where))
    } finally {
      await runtime.dispose()
    }
  }
}

// --- by hand ----------------------------------------------------------------

// To the letter as ours asks: the server makes a page once for each way to ask for it.
const stamp = (millis: number) =>
  encodeURIComponent(new Date(millis + 9 * 3_600_000).toISOString().slice(0, 19).replace("T", " "))

interface Page {
  readonly messages: ReadonlyArray<MessageRecord.MessageRecord>
  readonly hasMore: boolean
}

const headers = (target: string) => {
  const timestamp = String(Date.now())
  return {
    "x-ncp-apigw-timestamp": timestamp,
    "x-ncp-iam-access-key": "access",
    "x-ncp-apigw-signature-v2": createHmac("sha256", "secret").update(`GET ${target}\n${timestamp}\naccess`)
      .digest("base64")
  }
}

/** Each page in turn, to the last; a window begins with the second at which the one before it ends, as ours do. */
async function* pages({ baseUrl, count, now, pageSize }: Read.Where): AsyncGenerator<Page["messages"]> {
  for (let from = start(now); from < now;) {
    const until = Math.min(from + window, now)
    const search = `/sms/v2/services/ncp:sms:kr:1:${count}/messages?requestStartTime=${stamp(from)}` +
      `&requestEndTime=${stamp(until)}&pageSize=${pageSize}`
    for (let pageIndex = 0;; pageIndex++) {
      const target = pageIndex === 0 ? search : `${search}&pageIndex=${pageIndex}`
      const { body } = await request(baseUrl + target, { headers: headers(target) })
      const page: Page = JSON.parse(await body.text())
      yield page.messages
      if (page.hasMore !== true) break
    }
    from = until === now ? now : until - 1000
  }
}

const byHand = (what: What, file: string): Run => async (where) => {
  if (what === "count") {
    const counts = new Map<unknown, number>()
    for await (const messages of pages(where)) {
      for (const { statusCode } of messages) counts.set(statusCode, (counts.get(statusCode) ?? 0) + 1)
    }
    return counts
  }
  const out = createWriteStream(file)
  const write = async (text: string) => {
    if (!out.write(text)) await once(out, "drain")
  }
  if (what === "csv") await write(`${DeliveryExport.columns.join(",")}\r\n`)
  const line = what === "csv"
    ? (message: MessageRecord.MessageRecord) =>
      `${DeliveryExport.columns.map((column) => message[column] ?? "").join(",")}\r\n`
    : (message: MessageRecord.MessageRecord) => `${JSON.stringify(message)}\n`
  for await (const messages of pages(where)) await write(messages.map(line).join(""))
  out.end()
  await finished(out)
}

// --- the run ----------------------------------------------------------------

const whats = ["csv", "ndjson", "count"] as const

const [where = "", said = "", who = "", file = "", warm] = process.argv.slice(2)
const what = whats.find((what) => what === said)
if (what === undefined) throw new Error(`There is no ${said}`)
const run = (who === "ours" ? ours : byHand)(what, file)
const read: Read.Where = JSON.parse(where)

// Not what is measured: compiling, and the first connections.
if (warm !== undefined) await run({ ...read, count: 20_000 })
const cpu = process.cpuUsage()
const begun = performance.now()
const made = await run(read)
const wall = performance.now() - begun
const { system, user } = process.cpuUsage(cpu)
if (what === "count" && !(made instanceof Map && (made.get("0") ?? 0) >= read.count)) throw new Error("Not all")
const cost: Cost = { cpu: system + user, user, wall, peak: process.resourceUsage().maxRSS / 1024 }
process.stdout.write(JSON.stringify(cost), () => process.exit(0))
