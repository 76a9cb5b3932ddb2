// @effect-diagnostics asyncFunction:off nodeBuiltinImport:off globalDate:off
/**
 * The emulator with 1,000,000 messages against the same with 10,000: `node packages/benchmarks/src/emulator.ts`.
 *
 * Both take whole exchanges, from a signed request to the text of the answer, without a socket and in turn; the figures are medians and their
 * ratio. Of every hundred messages ten go to one number, the others to numbers of their own. `--small` compares 20,000 to 10,000, to try the program.
 *
 * @since 0.1.0
 */
import * as Account from "@effect-sens/emulator/Account"
import * as EmulatorClient from "@effect-sens/emulator/EmulatorClient"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { createHmac } from "node:crypto"
import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"
import * as Goals from "./internal/goals.ts"
import { main, progress } from "./internal/program.ts"
import { note, type Row, row } from "./internal/rows.ts"

const few = 10_000
const many = process.argv.includes("--small") ? 20_000 : 1_000_000

setFlagsFromString("--expose-gc")
const collect: () => void = runInNewContext("gc")

const base = `/sms/v2/services/${Account.serviceId}`
const regular = "01099999999"
const perRequest = 100
const regularPerRequest = 10

// --- an emulator full of messages ------------------------------------------

const Page = Schema.fromJsonString(Schema.Struct({
  itemCount: Schema.Int,
  hasMore: Schema.Boolean,
  nextToken: Schema.optionalKey(Schema.String),
  messages: Schema.Array(Schema.Struct({ requestId: Schema.String, messageId: Schema.String, to: Schema.String }))
}))
const decodePage = Schema.decodeSync(Page)

const Sent = Schema.fromJsonString(Schema.Struct({ requestId: Schema.String }))
const decodeSent = Schema.decodeSync(Sent)

const fill = (count: number) => {
  const context = Effect.runSync(
    Effect.scoped(Layer.build(EmulatorClient.layer({ logCapacity: 100, timestampTolerance: "1 day" })))
  )
  const client = Context.get(context, HttpClient.HttpClient)
  const call = (method: "GET" | "POST", target: string, body?: unknown): string => {
    const timestamp = String(Date.now())
    const request = HttpClientRequest.make(method)(`https://sens.apigw.ntruss.com${target}`, {
      headers: {
        "x-ncp-apigw-timestamp": timestamp,
        "x-ncp-iam-access-key": Account.accessKey,
        "x-ncp-apigw-signature-v2": createHmac("sha256", Account.secretKey)
          .update(`${method} ${target}\n${timestamp}\n${Account.accessKey}`)
          .digest("base64")
      }
    })
    return Effect.runSync(Effect.flatMap(
      client.execute(body === undefined ? request : HttpClientRequest.bodyJsonUnsafe(request, body)),
      (response) => response.text
    ))
  }
  collect()
  const before = process.memoryUsage().heapUsed
  const ids: Array<string> = []
  for (let sent = 0; sent < count; sent += perRequest) {
    const messages = Array.from({ length: perRequest }, (_, i) => ({
      to: i < regularPerRequest ? regular : `010${String(sent + i).padStart(8, "0")}`
    }))
    const answer = call("POST", `${base}/messages`, {
      type: "SMS",
      from: "0212345678",
      content: `[가게] 주문 ${sent}번이 출발했습니다.`,
      messages
    })
    ids.push(decodeSent(answer).requestId)
  }
  collect()
  const bytes = process.memoryUsage().heapUsed - before
  return { count, call, ids, bytes }
}

type Filled = ReturnType<typeof fill>

// --- the questions ----------------------------------------------------------

const stamp = (millis: number): string =>
  encodeURIComponent(new Date(millis + 9 * 3_600_000).toISOString().slice(0, 19).replace("T", " "))

interface Question {
  readonly name: (typeof Goals.questions)[number]
  readonly target: (filled: Filled) => string
  readonly expect: (page: typeof Page.Type) => boolean
}

const questions = (start: number, end: number): ReadonlyArray<Question> => {
  const window = `requestStartTime=${stamp(start)}&requestEndTime=${stamp(end)}&pageSize=100`
  const completed = `completeStartTime=${stamp(start)}&completeEndTime=${stamp(end)}&pageSize=100`
  const middle = (filled: Filled) => filled.ids[filled.ids.length >> 1]
  const own = (filled: Filled) => `010${String((filled.count >> 1) + regularPerRequest).padStart(8, "0")}`
  const pages = (filled: Filled, share: number) => Math.floor(filled.count * share / 100)
  const full = (page: typeof Page.Type) => page.itemCount === 100
  const search = (query: (filled: Filled) => string) => (filled: Filled) => `${base}/messages?${query(filled)}`
  const regularShare = regularPerRequest / perRequest
  return [
    { name: "by request id", target: search((_) => `requestId=${middle(_)}`), expect: full },
    {
      name: "by request id and recipient",
      target: search((_) => `requestId=${middle(_)}&to=${regular}`),
      expect: ({ itemCount }) => itemCount === regularPerRequest
    },
    { name: "by window, first page", target: search(() => window), expect: full },
    {
      name: "by window, middle page",
      target: search((_) => `${window}&pageIndex=${pages(_, 0.5)}`),
      expect: full
    },
    {
      name: "by window, last page",
      target: search((_) => `${window}&pageIndex=${pages(_, 1) - 1}`),
      expect: ({ hasMore, itemCount }) => itemCount === 100 && !hasMore
    },
    { name: "by window of completion, first page", target: search(() => completed), expect: full },
    {
      name: "by window of completion, last page",
      target: search((_) => `${completed}&pageIndex=${pages(_, 1) - 1}`),
      expect: full
    },
    {
      name: "by window and recipient of one message",
      target: search((_) => `${window}&to=${own(_)}`),
      expect: ({ itemCount }) => itemCount === 1
    },
    {
      name: "by window and recipient of many, first page",
      target: search(() => `${window}&to=${regular}`),
      expect: full
    },
    {
      name: "by window of completion and recipient of many, last page",
      target: search((_) => `${completed}&to=${regular}&pageIndex=${pages(_, regularShare) - 1}`),
      expect: full
    },
    {
      name: "by window and recipient of many, last page",
      target: search((_) => `${window}&to=${regular}&pageIndex=${pages(_, regularShare) - 1}`),
      expect: ({ hasMore, itemCount }) => itemCount === 100 && !hasMore
    }
  ]
}

const median = (values: ReadonlyArray<number>): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0

const time = (question: () => void): number => {
  const start = performance.now()
  question()
  return performance.now() - start
}

// --- the run ----------------------------------------------------------------

const warmUp = 30
const rounds = 101

const rows = async (): Promise<ReadonlyArray<Row>> => {
  progress(`Emulator: ${few} and ${many} messages`)
  const start = Date.now() - 1000
  const small = fill(few)
  const large = fill(many)
  // Completions follow five seconds after.
  const end = Date.now() + 10_000
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 6000)

  /** The token of the page before the last, found by asking for it. */
  const deepToken = (filled: Filled): string => {
    const query = `requestStartTime=${stamp(start)}&requestEndTime=${stamp(end)}&pageSize=100&pageIndex=${
      filled.count / 100 - 2
    }`
    return decodePage(filled.call("GET", `${base}/messages?${query}`)).nextToken ?? ""
  }
  const tokens = new Map([[small, deepToken(small)], [large, deepToken(large)]])
  const byToken: Question = {
    name: "by window, last page by nextToken",
    target: (filled) =>
      `${base}/messages?requestStartTime=${stamp(start)}&requestEndTime=${stamp(end)}&pageSize=100&nextToken=${
        tokens.get(filled)
      }`,
    expect: ({ hasMore, itemCount }) => itemCount === 100 && !hasMore
  }

  const answered = [...questions(start, end), byToken].flatMap(({ expect, name, target }) => {
    progress(`Emulator ${name}`)
    const times: { small: Array<number>; large: Array<number> } = { small: [], large: [] }
    for (const filled of [small, large]) {
      const answer = filled.call("GET", target(filled))
      if (!expect(decodePage(answer))) throw new Error(`${name}, ${filled.count}: ${answer.slice(0, 300)}`)
    }
    for (let round = -warmUp; round < rounds; round++) {
      if (round === 0) {
        times.small = []
        times.large = []
      }
      times.small.push(time(() => small.call("GET", target(small))))
      times.large.push(time(() => large.call("GET", target(large))))
    }
    const [before, after] = [median(times.small), median(times.large)]
    const growth = after / before
    return [
      many === 1_000_000 ? row(Goals.emulator[name], growth) : note(`Emulator ${name}, ${many} to ${few}`, growth, "x"),
      note(`↳ ${name}, ${many.toLocaleString("en")}`, after, " ms")
    ]
  })
  return [
    ...answered,
    note(`Emulator memory of a message, at ${many.toLocaleString("en")}`, large.bytes / large.count, " bytes"),
    note(`Emulator memory of a message, at ${few.toLocaleString("en")}`, small.bytes / small.count, " bytes")
  ]
}

if (import.meta.main) await main({ rows, section: "the emulator" })
