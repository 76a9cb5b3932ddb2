/**
 * All goals, and where one is missed, why.
 *
 * A reason is what was measured to be the cause; it is removed when its goal is met, and a run reports those that are left over.
 *
 * @since 0.1.0
 */
import { atLeast, atMost, type Goal } from "./rows.ts"

const each = <const Key extends string | number>(
  keys: ReadonlyArray<Key>,
  goal: (key: Key) => Goal
): Readonly<Record<Key, Goal>> =>
  // `Object.fromEntries` forgets which keys it was given.
  Object.fromEntries(keys.map((key) => [key, goal(key)])) as unknown as Readonly<Record<Key, Goal>>

// --- EUC-KR -------------------------------------------------------------------

/**
 * @category euckr
 * @since 0.1.0
 */
export type Corpus = "SMS" | "mixed SMS" | "80 ASCII" | "LMS"

const toIconv: Readonly<Record<Corpus, number>> = { SMS: 8, "mixed SMS": 8, "80 ASCII": 7, LMS: 4.5 }
const toExodus = { SMS: 5, "80 ASCII": 1.8, LMS: 2.5 } as const
const corpora = ["SMS", "mixed SMS", "80 ASCII", "LMS"] as const
const why1MB =
  "The time of iconv-lite differs by half from process to process; ours does not. A tenth of it is the copy that makes the array as long as it has to be."
const encoded = { SMS: 2.2, LMS: 2.2, "1 MB": 2 } as const
const encodedInto = { SMS: 6, LMS: 3 } as const

/**
 * @category euckr
 * @since 0.1.0
 */
export const euckr = {
  byteLength: each(
    corpora,
    (corpus) => atLeast(`EUC-KR byteLength, ${corpus}, to iconv-lite`, toIconv[corpus], "x")
  ),
  isEncodable: each(
    corpora,
    (corpus) => atLeast(`EUC-KR isEncodable, ${corpus}, to iconv-lite`, toIconv[corpus], "x")
  ),
  exodus: each(
    ["SMS", "80 ASCII", "LMS"],
    (corpus) => atLeast(`EUC-KR byteLength, ${corpus}, to @exodus/bytes`, toExodus[corpus], "x")
  ),
  utf8: atMost("EUC-KR time of byteLength, SMS, in Buffer.byteLength (UTF-8)", 1.3, "x"),
  json: atMost("EUC-KR time of byteLength, SMS, in JSON.stringify", 0.6, "x"),
  fits: atLeast("EUC-KR fits(90), SMS, to iconv-lite", 7, "x"),
  truncate: atLeast("EUC-KR truncate(90), LMS, to iconv-lite", 100, "x"),
  encodeInto: each(
    ["SMS", "LMS"],
    (corpus) => atLeast(`EUC-KR encodeInto, ${corpus}, to iconv-lite and a copy`, encodedInto[corpus], "x")
  ),
  encode: each(
    ["SMS", "LMS", "1 MB"],
    (corpus) =>
      atLeast(`EUC-KR encode, ${corpus}, to iconv-lite`, encoded[corpus], "x", corpus === "1 MB" ? why1MB : undefined)
  ),
  inspectClean: atMost("EUC-KR time of inspect, clean SMS, in byteLength", 1.25, "x"),
  inspectEmoji: atMost("EUC-KR time of inspect, SMS with an emoji, in byteLength", 5, "x"),
  set: atMost("EUC-KR set and its decoder, minified, gzip", 4000, " B"),
  table: atMost("EUC-KR full table and its decoder, minified, gzip", 10_000, " B"),
  cold: atLeast("EUC-KR import and first check that needs the set, cold, to iconv-lite", 5, "x")
}

// --- sending ------------------------------------------------------------------

/**
 * @category http
 * @since 0.1.0
 */
export const concurrencies = [1, 16, 64] as const

// By a profile of sends on a null transport.
const whyOverhead =
  "Of the processor's time over half is Effect's own (fibers, schemas, headers) and a fifth the HMAC and the clock of Node.js; this library's code is " +
  "a fifth. A send does more than the goal was set for: it checks the text in EUC-KR, counts metrics and follows the clock of the service."

// By `clientAlone`, which leaves nothing out that it could.
const whyUndici =
  "By processor time Effect's own client, sending a request that was made beforehand, takes 1.3 to 1.9 times what undici takes, and the goal leaves 2 " +
  "for all. Signature, check of the text, timeouts, decoding and metrics of this library take as much again as that client, and up to half more: the " +
  "same code costs several times what it costs in P1 when it runs between reads and writes of sockets."
const whyAxios =
  "By processor time a send over undici is 1.1 to 2.2 times as fast as axios; by the clock the server's share of the processor is added to both."
const whyFetch =
  "By processor time Effect's own client, sending a request that was made beforehand, takes 1.1 to 1.3 times what fetch takes, and the goal leaves " +
  "1.4 for all. What this library adds takes another third to two thirds of fetch's time."

const whyNode =
  "The transport alone takes 0.5 to 0.6 times the processor time of undici.request; the rest is what a send does beside it: the check of its text, the " +
  "signature, the time limit of an attempt, the schema of the answer and the metrics."
const whyNodeBusy = "Other programs ran beside: three runs on a quieter machine gave 1.54 to 1.76 times. " + whyNode
const whyStartNode =
  "Other programs ran beside: on a quieter machine it was 1.19 times. Most of a start is to load the program, Effect's runtime and the schemas."
const whyStart =
  "Over undici a program loads undici beside the copy that Node.js has for its fetch: that makes it 1.2 to 1.3 times the start over fetch."

/**
 * @category http
 * @since 0.1.0
 */
export const http = {
  node: each(
    concurrencies,
    (n) =>
      atMost(
        `P2 processor time of a send over NodeTransport, ${n} at a time, in undici.request`,
        { 1: 1.3, 16: 1.8, 64: 2 }[n],
        "x",
        { 1: whyNode, 16: whyNodeBusy, 64: undefined }[n]
      )
  ),
  nodeToFetch: each(
    [16, 64],
    (n) => atLeast(`P2 the same of fetch by hand, ${n} at a time, in a send over NodeTransport`, 1.5, "x")
  ),
  nodeToAxios: each(
    [16, 64],
    (n) => atLeast(`P2 the same of axios, ${n} at a time, in a send over NodeTransport`, 3, "x")
  ),
  nodeToSolapi: each(
    [16, 64],
    (n) => atLeast(`P2 the same of solapi, ${n} at a time, in a send over NodeTransport`, 2, "x")
  ),
  overhead: atMost("P1 a signed send on a null transport, less the transport", 12, " us", whyOverhead),
  ofStraightforward: atMost("P1 of it in a straightforward Effect program", 0.333, "x", whyOverhead),
  undici: each(
    concurrencies,
    (n) => atLeast(`P2 sends a second over undici, ${n} at a time, to undici.request`, 0.5, "x", whyUndici)
  ),
  axios: each(
    concurrencies,
    (n) => atLeast(`P2 sends a second over undici, ${n} at a time, to axios`, 1.5, "x", whyAxios)
  ),
  fetch: each(
    concurrencies,
    (n) => atLeast(`P3 sends a second over fetch, ${n} at a time, to fetch`, 0.7, "x", whyFetch)
  ),
  startNode: atMost("P8 start to first answer over NodeTransport, in that of axios", 1.25, "x", whyStartNode),
  startFetch: atMost("P8 start to first answer over fetch, in that of axios", 1.4, "x"),
  startUndici: atMost("P8 start to first answer over undici, in that of axios", 1.4, "x", whyStart)
}

// --- the delivery log ---------------------------------------------------------

const stretch = (count: number, pageSize: number) => `${count.toLocaleString("en")} records in pages of ${pageSize}`
const grown = (by: string, few: number, many: number) =>
  `${many.toLocaleString("en")} records by ${by}, to ${few.toLocaleString("en")}`

/**
 * @category streams
 * @since 0.1.0
 */
export const stretches = {
  short: { count: 100_000, pageSize: 100 },
  long: { count: 1_000_000, pageSize: 100 },
  largePages: { count: 1_000_000, pageSize: 1000 }
} as const

/**
 * @category streams
 * @since 0.1.0
 */
export const growths = {
  request: { few: 10_000, many: 1_000_000 },
  completion: { few: 20_000, many: 200_000 }
} as const

const whyCompiled =
  "A compiled check of 17 fields a record costs that: zod's takes 1.4 to 1.7. It is 1.34 to 1.50 from run to run."
const whyCompiledZod = "Both are compiled, and within a tenth of each other: 0.9 to 1.1 from run to run."
const whyInterpretedZod =
  "zod writes and compiles functions for its schemas, also here. Without its compiler (`jitless`) it takes as long as we do interpreted."
// By reading the same pages with Effect's client alone.
const whyRead =
  "Effect's client alone, reading the same pages and validating nothing, is as fast as the generator. The rest is each call's signature, policies " +
  "and metrics, and the validation."

const whyPeak =
  "With room to spare, the engine puts off collecting for as long as it likes, whatever a program holds: the generator by hand, which holds one page, " +
  "grows as much. In a heap of 48 MB the peak stays, and what is left after collection is the same."

/**
 * @category streams
 * @since 0.1.0
 */
export const streams = {
  jit: each([100, 1000], (size) => atMost(`P4 a page of ${size} with the JIT, to JSON.parse`, 1.4, "x", whyCompiled)),
  interpreted: each([100, 1000], (size) => atMost(`P4 a page of ${size} interpreted, to JSON.parse`, 2.6, "x")),
  zodJit: each([100, 1000], (size) => atMost(`P4 a page of ${size} with the JIT, to zod 4`, 1, "x", whyCompiledZod)),
  zodInterpreted: each(
    [100, 1000],
    (size) => atMost(`P4 a page of ${size} interpreted, to zod 4`, 1, "x", whyInterpretedZod)
  ),
  read: each(["short", "long", "largePages"], (name) => {
    const { count, pageSize } = stretches[name]
    return atLeast(`P5 ${stretch(count, pageSize)}, to a generator over fetch`, 0.9, "x", whyRead)
  }),
  peak: each(
    ["request", "completion"],
    (by) => atMost(`P6 peak memory, ${grown(by, growths[by].few, growths[by].many)}`, 1.25, "x", whyPeak)
  ),
  heap: each(
    ["request", "completion"],
    (by) => atMost(`P6 heap after collection, ${grown(by, growths[by].few, growths[by].many)}`, 1.05, "x")
  )
}

// --- the emulator -------------------------------------------------------------

/**
 * @category emulator
 * @since 0.1.0
 */
export const questions = [
  "by request id",
  "by request id and recipient",
  "by window, first page",
  "by window, middle page",
  "by window, last page",
  "by window of completion, first page",
  "by window of completion, last page",
  "by window and recipient of one message",
  "by window and recipient of many, first page",
  "by window of completion and recipient of many, last page",
  "by window and recipient of many, last page",
  "by window, last page by nextToken"
] as const

/**
 * @category emulator
 * @since 0.1.0
 */
export const emulator = each(
  questions,
  (question) => atMost(`Emulator with 1,000,000 messages, ${question}, to one with 10,000`, 3, "x")
)

// --- durable sending ------------------------------------------------------------

// By a profile of a worker: half of its time passes in statements.
const whyDisk =
  "An entry is committed three times before its POST (when it is written, when a worker takes it, and when its intent is written down) and once after it, and " +
  "the worker asks the database what is due, for the request, and for holds."

const databases = { sqlite: "SQLite", postgres: "PostgreSQL" } as const

/**
 * @category outbox
 * @since 0.1.0
 */
export const outbox = {
  latency: atMost(
    "O1 enqueued, committed and accepted, in a plain send and two commits of the database",
    1,
    "x",
    whyDisk
  ),
  bulk: atLeast("O2 200,000 recipients to a file and from it, to a bulk send in memory", 0.5, "x"),
  cpu: atMost("O3 processor time of a worker for a request of 100, with its results", 4, " ms"),
  idle: atMost("O4 statements of a worker that has nothing to do, a second", 1, ""),
  import: atLeast("O5 recipients that are written to a file, a second", 200_000, ""),
  grown: atMost("O6 processor time of a request, 1,000,000 recipients to 20,000", 1.2, "x"),
  memory: each(
    ["sqlite", "postgres"],
    (where) => atMost(`O6 most memory of a worker, 1,000,000 recipients on ${databases[where]}`, 450, " MB")
  ),
  bytes: each(
    ["sqlite", "postgres"],
    (where) => atMost(`O6 a request of 100 with its results on ${databases[where]}`, 5000, " bytes")
  ),
  takeover: atMost("O8 until another worker acts on what a killed one was sending", 4, " s")
}

// --- the command line -------------------------------------------------------------

const whyProgram =
  "A start of Node.js is a quarter of it. The rest is code of `effect` that is read and run whatever is asked for: its core, schemas, the command line, the " +
  "services of Node.js."

/**
 * @category cli
 * @since 0.1.0
 */
export const cli = {
  help: atMost("L1 effect-sens --help, from its start to its end, in that of node -e 0", 4, "x", whyProgram),
  bytes: atMost("L1 effect-sens bytes, in that of node -e 0", 4, "x", whyProgram),
  call: atMost("L2 a call to the emulator (unsubscribes list), in that of node -e 0", 8, "x")
}

const flatten = (goals: Readonly<Record<string, Goal | Readonly<Record<string, Goal>>>>): ReadonlyArray<Goal> =>
  Object.values(goals).flatMap((goal) => isGoal(goal) ? [goal] : Object.values(goal))

const isGoal = (goal: Goal | Readonly<Record<string, Goal>>): goal is Goal => typeof goal["measure"] === "string"

/**
 * @category goals
 * @since 0.1.0
 */
export const all: ReadonlyArray<Goal> = [euckr, http, streams, emulator, outbox, cli].flatMap(flatten)
