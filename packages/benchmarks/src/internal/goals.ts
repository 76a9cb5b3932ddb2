/**
 * All goals, and where one is missed, why.
 *
 * A reason is what was measured to be the cause; it is removed when its goal is met, and a run reports those that are left over.
 *
 * @since 0.1.0
 */
import { atLeast, atMost, type Goal, guard } from "./rows.ts"

const each = <const Key extends string | number>(
  keys: ReadonlyArray<Key>,
  goal: (key: Key) => Goal
): Readonly<Record<Key, Goal>> =>
  // `Object.fromEntries` forgets which keys it was given.
  Object.fromEntries(keys.map((key) => [key, goal(key)])) as unknown as Readonly<Record<Key, Goal>>

// --- EUC-KR -------------------------------------------------------------------

// All are met by far, and stay as guards.
const noLess = (...goal: Parameters<typeof atLeast>): Goal => guard(atLeast(...goal))
const noMore = (...goal: Parameters<typeof atMost>): Goal => guard(atMost(...goal))

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
    (corpus) => noLess(`EUC-KR byteLength, ${corpus}, to iconv-lite`, toIconv[corpus], "x")
  ),
  isEncodable: each(
    corpora,
    (corpus) => noLess(`EUC-KR isEncodable, ${corpus}, to iconv-lite`, toIconv[corpus], "x")
  ),
  exodus: each(
    ["SMS", "80 ASCII", "LMS"],
    (corpus) => noLess(`EUC-KR byteLength, ${corpus}, to @exodus/bytes`, toExodus[corpus], "x")
  ),
  utf8: noMore("EUC-KR time of byteLength, SMS, in Buffer.byteLength (UTF-8)", 1.3, "x"),
  json: noMore("EUC-KR time of byteLength, SMS, in JSON.stringify", 0.6, "x"),
  fits: noLess("EUC-KR fits(90), SMS, to iconv-lite", 7, "x"),
  truncate: noLess("EUC-KR truncate(90), LMS, to iconv-lite", 100, "x"),
  encodeInto: each(
    ["SMS", "LMS"],
    (corpus) => noLess(`EUC-KR encodeInto, ${corpus}, to iconv-lite and a copy`, encodedInto[corpus], "x")
  ),
  encode: each(
    ["SMS", "LMS", "1 MB"],
    (corpus) =>
      noLess(`EUC-KR encode, ${corpus}, to iconv-lite`, encoded[corpus], "x", corpus === "1 MB" ? why1MB : undefined)
  ),
  inspectClean: noMore("EUC-KR time of inspect, clean SMS, in byteLength", 1.25, "x"),
  inspectEmoji: noMore("EUC-KR time of inspect, SMS with an emoji, in byteLength", 5, "x"),
  set: noMore("EUC-KR set and its decoder, minified, gzip", 4000, " B"),
  table: noMore("EUC-KR full table and its decoder, minified, gzip", 10_000, " B"),
  cold: noLess("EUC-KR import and first check that needs the set, cold, to iconv-lite", 5, "x")
}

// --- sending ------------------------------------------------------------------

/**
 * @category http
 * @since 0.1.0
 */
export const concurrencies = [1, 16, 64] as const

/**
 * @category http
 * @since 0.1.0
 */
export type Concurrency = (typeof concurrencies)[number]

/**
 * What a send of somebody else's costs, beside ours.
 *
 * @category http
 * @since 0.1.0
 */
export const rival = (who: string, n: Concurrency): string => `↳ ${who}, ${n} at a time, in undici.request`

/**
 * @category http
 * @since 0.1.0
 */
export const starter = (who: string): string => `↳ ${who}, from start to first answer, in axios`

const beside =
  "the check of its text, the signature, the time limit of an attempt, the schema of the answer, the metrics, and a fiber that goes to sleep and is woken."
// By `client` in the race, and by a profile.
const whyNode =
  `One at a time nothing is shared, and a send pays alone for what it does beside the transport: ${beside} The transport itself is the row of the request made beforehand.`
const whyFetch =
  `Effect's FetchHttpClient takes 1.1 to 1.3 times fetch for a request made beforehand. The rest is what a send does beside it: ${beside}`
const whyStart =
  "Most of a start is reading and running code. Effect alone over fetch starts like axios (its row below), and the program of this library is 2.3 times its size (P7): its " +
  "schemas and checks. By the clock less of that is seen, for the connection is waited for as well."

/**
 * @category http
 * @since 0.1.0
 */
export const http = {
  signed: guard(atMost("P1 a signed send on a null transport", 25, " us")),
  node: each(
    concurrencies,
    (n) =>
      atMost(
        `P2 a send over NodeTransport, ${n} at a time, in undici.request`,
        { 1: 1.3, 16: 1.8, 64: 2 }[n],
        "x",
        n === 1 ? whyNode : undefined
      )
  ),
  toFetch: each([16, 64], (n) => atLeast(`P2 fetch by hand, ${n} at a time, in a send over NodeTransport`, 1.5, "x")),
  toAxios: each([16, 64], (n) => atLeast(`P2 axios, ${n} at a time, in a send over NodeTransport`, 3, "x")),
  toSolapi: each([16, 64], (n) => atLeast(`P2 solapi, ${n} at a time, in a send over NodeTransport`, 2, "x")),
  overFetch: each(
    concurrencies,
    (n) => atMost(`P3 a send over FetchHttpClient, ${n} at a time, in fetch by hand`, 1.8, "x", whyFetch)
  ),
  size: guard(atMost("P7 a program that sends, bundled, gzip, in what is recorded of it", 1.05, "x")),
  start: atMost("P8 start to first answered send over NodeTransport, bundled, in axios", 1.25, "x", whyStart)
}

// --- the delivery log ---------------------------------------------------------

/**
 * @category streams
 * @since 0.1.0
 */
export const growths = {
  request: { few: 10_000, many: 1_000_000 },
  completion: { few: 20_000, many: 200_000 }
} as const

const grown = (by: keyof typeof growths) =>
  `${growths[by].many.toLocaleString("en")} records by ${by}, in that of ${growths[by].few.toLocaleString("en")}`

// By leaving them out, one at a time.
const whyCount =
  "It is close to it, and met in some runs. Of a page an eighth is what a loop by hand does not do: the check of the search, its parameters written anew, and " +
  "the time limit of an attempt."

/**
 * @category streams
 * @since 0.1.0
 */
export const streams = {
  page: atMost("P4 a page of 100 as the log reads it, in JSON.parse", 1.2, "x"),
  zod: atMost("P4 a page of 100 as the log reads it, in zod 4", 1, "x"),
  unreadable: atMost("P4 a page of 100 with an unreadable record in it, in JSON.parse", 2, "x"),
  interpreted: guard(atMost("P4 the same where nothing may be compiled, in zod 4 so (jitless)", 1, "x")),
  csv: atMost("P5 1,000,000 records to a CSV file, every one validated, in a loop by hand", 1.3, "x"),
  count: atMost("P5 1,000,000 records counted by result code, in a loop by hand", 1.3, "x", whyCount),
  memory: atMost("P6 peak memory of 1,000,000 records to a CSV file, in a loop by hand", 1, "x"),
  small: atMost(`P6 the same in a heap of 48 MB, ${grown("request")}`, 1.25, "x"),
  heap: each(
    ["request", "completion"],
    (by) => guard(atMost(`P6 heap after collection, ${grown(by)}`, 1.05, "x"))
  )
}

// --- bulk ---------------------------------------------------------------------

// By a profile of 300,000 recipients.
const whyBulk =
  "A sixth of the time is code of this library for each recipient: that the number is in no request twice, that there is room in the request, the check of number and " +
  "text. A tenth is Effect's, and most of the rest Node.js's and undici's, as in the loop."

/**
 * @category bulk
 * @since 0.1.0
 */
export const bulk = {
  all: atMost("P9 a bulk send of texts of their own to 100,000 recipients, in a loop by hand", 2.5, "x"),
  further: atMost("P9 each further recipient of it, in a loop by hand", 2.2, "x", whyBulk)
}

// --- what a contributor waits for -----------------------------------------------

// By the processor time of a run.
const whyTests =
  "The tests take about 190 s of processor time, of which two cores make 95: the random faults, the hundred thousands of records and recipients, and the tables of " +
  "the charsets. Those that start programs by the dozen have a gate of their own by now."
const whyGates =
  "Programs that are killed need the machine for themselves for four minutes, in which it mostly waits, and the commands of the docs and the packed packages are run in projects of " +
  "their own, which install what they need."

/**
 * @category gates
 * @since 0.1.0
 */
export const gates = {
  tests: atMost("P12 npm test on two cores", 90, " s", whyTests),
  all: atMost("P12 .ci/run on two cores", 15, " minutes", whyGates)
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
export const all: ReadonlyArray<Goal> = [http, streams, bulk, gates, outbox, cli, emulator, euckr].flatMap(flatten)
