import * as PhoneNumber from "@effect-sens/core/PhoneNumber"
import type * as SendRequest from "@effect-sens/core/SendRequest"
import * as Emulator from "@effect-sens/emulator/Emulator"
import * as EmulatorServer from "@effect-sens/emulator/EmulatorServer"
import * as Fault from "@effect-sens/emulator/Fault"
import type * as SendIntent from "@effect-sens/http/SendIntent"
import * as BulkSend from "@effect-sens/streams/BulkSend"
import { assert, describe, it } from "@effect/vitest"
import type * as Arr from "effect/Array"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import { type ChildProcess, spawn } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { calls, emulated, inVirtualTime, number } from "./emulated.ts"

const setTime = TestClock.setTime(Date.UTC(2026, 2, 31, 1))

const smsTo = (count: number, first = 0) =>
  Array.from({ length: count }, (_, index): BulkSend.Message => ({
    type: "SMS",
    from: PhoneNumber.make("0212345678"),
    to: number(first + index),
    content: "안녕하세요"
  }))

class NoDatabase extends Data.TaggedError("NoDatabase") {}

const countOf = (outcomes: ReadonlyArray<BulkSend.Outcome>) => {
  const counts: Record<string, number> = {}
  for (const outcome of outcomes) {
    const key = outcome._tag === "NotSent" ? outcome.why : outcome._tag
    counts[key] = (counts[key] ?? 0) + 1
  }
  return counts
}

interface Row {
  readonly request: SendRequest.SendRequest
  readonly intents: Arr.NonEmptyReadonlyArray<SendIntent.SendIntent>
}

/** What a journal keeps: a row a request, known by the first of its intents, that a further one is added to. */
const journal = () => {
  const rows = new Map<string, Row>()
  const write = ({ intents, request }: Row): void => {
    rows.set(`${intents[0].timestamp}/${intents[0].preparedAt}`, { request, intents })
  }
  return { rows, write }
}

const accepted = Emulator.Emulator.use(({ allMessages }) =>
  Effect.map(allMessages, (messages) => messages.map(({ requestId, to }) => `${requestId} ${to}`))
)

describe("BulkSend.send with onRequest", () => {
  it.effect("each request is handed over before it goes out, with its messages in order, and its outcomes after", () =>
    Effect.gen(function*() {
      yield* setTime
      const emulator = yield* Emulator.Emulator
      const submissions: Array<BulkSend.Submission> = []
      const events: Array<string> = []
      const outcomes = yield* Stream.fromIterable(smsTo(250)).pipe(
        BulkSend.send({
          onRequest: (submission) =>
            Effect.map(emulator.allMessages, (before) => {
              assert.isFalse(before.some(({ to }) => submission.messages.some((message) => message.to === to)))
              submissions.push(submission)
              for (const { to } of submission.messages) events.push(`request ${to}`)
            }),
          onOutcome: ({ message }) => Effect.sync(() => void events.push(`outcome ${message.to}`))
        }),
        Stream.runCollect,
        inVirtualTime
      )
      assert.deepStrictEqual(countOf(outcomes), { Accepted: 250 })
      assert.deepStrictEqual(submissions.map(({ messages }) => messages.length).sort(), [100, 100, 50])
      for (const { intents, messages, request } of submissions) {
        assert.strictEqual(intents.length, 1)
        assert.deepStrictEqual(request.messages.map(({ to }) => to), messages.map(({ to }) => to))
        // The same object, by which whoever keeps a journal knows it again.
        for (const outcome of outcomes) {
          if (outcome._tag !== "Accepted" || !messages.includes(outcome.message)) continue
          assert.strictEqual(outcome.request, request)
        }
      }
      for (let index = 0; index < 250; index++) {
        const [asked, told] = [`request ${number(index)}`, `outcome ${number(index)}`].map((event) =>
          events.indexOf(event)
        )
        assert.isTrue(asked !== undefined && told !== undefined && asked >= 0 && told > asked)
      }
      assert.strictEqual(events.length, 500)
      // The gateway's time was learned first, once.
      assert.strictEqual(yield* calls("search"), 5)
    }).pipe(Effect.provide(emulated())))

  it.effect("without it the log is not read", () =>
    Effect.gen(function*() {
      yield* setTime
      yield* inVirtualTime(BulkSend.run(Stream.fromIterable(smsTo(3))))
      yield* inVirtualTime(BulkSend.run(Stream.empty, { onRequest: () => Effect.die("nothing to send") }))
      assert.strictEqual(yield* calls("search"), 0)
    }).pipe(Effect.provide(emulated())))

  it.effect("a request that is tried again is handed over with one intent more, before each POST", () =>
    Effect.gen(function*() {
      yield* setTime
      const { faults } = yield* Emulator.Emulator
      yield* faults.next("send", 1, Fault.tooManyRequests({ code: "410" }))
      yield* faults.next("send", 1, Fault.reset({ accepted: false }))
      const given: Array<readonly [intents: number, posts: number]> = []
      const emulator = yield* Emulator.Emulator
      const summary = yield* Stream.fromIterable(smsTo(3)).pipe(
        BulkSend.run({
          send: { callTimeout: "10 minutes" },
          onRequest: ({ intents }) =>
            Effect.map(
              emulator.ledger,
              (entries) =>
                void given.push([intents.length, entries.filter(({ operation }) => operation === "send").length])
            )
        }),
        inVirtualTime
      )
      assert.deepInclude(summary, { accepted: 3, requests: 1 })
      assert.deepStrictEqual(given, [[1, 0], [2, 1], [3, 2]])
    }).pipe(Effect.provide(emulated())))

  it.effect("where it fails, its request is not sent, not partly either, and the others are", () =>
    Effect.gen(function*() {
      yield* setTime
      const outcomes = yield* Stream.fromIterable(smsTo(300)).pipe(
        BulkSend.send({
          onRequest: ({ messages: [first] }) => first.to === number(100) ? Effect.fail(new NoDatabase()) : Effect.void
        }),
        Stream.runCollect,
        inVirtualTime
      )
      assert.deepStrictEqual(countOf(outcomes), { Accepted: 200, Withheld: 100 })
      const sent = new Set((yield* accepted).map((line) => line.split(" ")[1]))
      for (const outcome of outcomes) {
        assert.strictEqual(sent.has(outcome.message.to), outcome._tag === "Accepted")
      }
      assert.strictEqual(yield* calls("send"), 2)
      const { reasons } = yield* Stream.run(Stream.fromIterable(outcomes), BulkSend.summary)
      assert.deepStrictEqual(reasons, { Withheld: 100 })
      // Given again, they are sent.
      const again = Stream.fromIterable(outcomes).pipe(
        Stream.filter(BulkSend.Outcome.$is("NotSent")),
        Stream.map(({ message }) => message)
      )
      assert.strictEqual((yield* inVirtualTime(BulkSend.run(again))).accepted, 100)
    }).pipe(Effect.provide(emulated())))

  it.effect("where it dies or hangs, too", () =>
    Effect.gen(function*() {
      yield* setTime
      const send = (onRequest: () => Effect.Effect<void>, first: number) =>
        inVirtualTime(BulkSend.run(Stream.fromIterable(smsTo(2, first)), { onRequest }))
      assert.deepStrictEqual((yield* send(() => Effect.die("broken"), 0)).reasons, { Withheld: 2 })
      assert.deepStrictEqual((yield* send(() => Effect.never, 10)).reasons, { Withheld: 2 })
      assert.strictEqual(yield* calls("send"), 0)
    }).pipe(Effect.provide(emulated())))

  it.effect("where it fails after an earlier POST that may have been accepted, its messages are unknown", () =>
    Effect.gen(function*() {
      yield* setTime
      const { faults } = yield* Emulator.Emulator
      yield* faults.next("send", 1, Fault.reset({ accepted: true }))
      const { rows, write } = journal()
      const outcomes = yield* Stream.fromIterable(smsTo(2)).pipe(
        BulkSend.send({
          send: { onAmbiguous: "resend" },
          onRequest: (submission) =>
            submission.intents.length > 1 ? Effect.fail(new NoDatabase()) : Effect.sync(() => write(submission))
        }),
        Stream.runCollect,
        inVirtualTime
      )
      assert.deepStrictEqual(countOf(outcomes), { Unknown: 2 })
      const settled = yield* inVirtualTime(Stream.runCollect(BulkSend.reconcile(outcomes)))
      assert.deepStrictEqual(countOf(settled), { Accepted: 2 })
      assert.strictEqual(rows.size, 1)
    }).pipe(Effect.provide(emulated())))

  it.effect("a gateway whose time cannot be learned ends the stream before anything is sent", () =>
    Effect.gen(function*() {
      yield* setTime
      const { faults } = yield* Emulator.Emulator
      yield* faults.next("search", Infinity, Fault.serverError())
      const reported: Array<BulkSend.Outcome> = []
      const error = yield* Stream.fromIterable(smsTo(250)).pipe(
        BulkSend.send({
          onRequest: () => Effect.die("not to be asked"),
          onOutcome: (outcome) => Effect.sync(() => void reported.push(outcome))
        }),
        Stream.runDrain,
        Effect.flip,
        inVirtualTime
      )
      assert.isTrue(error._tag === "SensError" && error.reason._tag === "ServerFault")
      assert.deepStrictEqual(countOf(reported), { Interrupted: 250 })
      assert.strictEqual(yield* calls("send"), 0)
    }).pipe(Effect.provide(emulated())))
})

// Real processes: the next one has nothing but what the first wrote down.

const started = (...args: ReadonlyArray<string>) =>
  Effect.acquireRelease(
    Effect.sync(() => spawn(process.execPath, [worker, ...args], { stdio: ["ignore", "pipe", "inherit"] })),
    (child) => Effect.sync(() => child.kill("SIGKILL"))
  )

const worker = join(import.meta.dirname, "bulk.program.ts")

const Answers = Schema.fromJsonString(
  Schema.Array(Schema.Struct({ id: Schema.NullOr(Schema.String), to: Schema.Array(Schema.String) }))
)

/** What another process is told of each request that is written down. */
const asked = (baseUrl: string, folder: string) =>
  Effect.flatMap(
    started(baseUrl, folder, "ask"),
    (child) =>
      Effect.callback<typeof Answers.Type, Schema.SchemaError>((resume) => {
        let output = ""
        child.stdout.on("data", (chunk) => output += String(chunk))
        child.on("close", () => resume(Schema.decodeEffect(Answers)(output)))
      })
  )

const ended = (child: ChildProcess) =>
  Effect.callback<void>((resume) => {
    child.on("exit", () => resume(Effect.void))
  })

const folder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "effect-sens-"))),
  (folder) => Effect.sync(() => rmSync(folder, { recursive: true }))
)

describe("a process that is killed while it sends to many", () => {
  it.live(
    "between onRequest and the POST: proof that it was not accepted, so that it can be sent",
    () =>
      Effect.gen(function*() {
        const { baseUrl } = yield* EmulatorServer.EmulatorServer
        const journal = yield* folder
        yield* ended(yield* started(baseUrl, journal, "between"))
        assert.deepStrictEqual(yield* accepted, [])
        const answers = yield* asked(baseUrl, journal)
        assert.deepStrictEqual(answers.map(({ id, to }) => [id, to.length]), [[null, 100]])
        // Asked once more, by a third one.
        assert.deepStrictEqual(yield* asked(baseUrl, journal), answers)
      }).pipe(Effect.scoped, Effect.provide(EmulatorServer.layer({ timestampTolerance: "4 seconds" }))),
    60_000
  )

  it.live(
    "after the POST: what was accepted has its id, what was lost is proved not to have been",
    () =>
      Effect.gen(function*() {
        const { baseUrl } = yield* EmulatorServer.EmulatorServer
        const { faults, ledger } = yield* Emulator.Emulator
        yield* faults.next("send", 1, Fault.silence({ accepted: true }))
        yield* faults.next("send", 1, Fault.silence({ accepted: false }))
        const journal = yield* folder
        const child = yield* started(baseUrl, journal, "send")
        yield* Effect.repeat(Effect.sleep("20 millis"), {
          until: () =>
            Effect.map(ledger, (entries) => entries.filter(({ operation }) => operation === "send").length === 2)
        })
        const gone = yield* Effect.forkChild(ended(child), { startImmediately: true })
        child.kill("SIGKILL")
        yield* Fiber.join(gone)
        const sent = yield* accepted
        assert.strictEqual(sent.length, 100)
        const answers = yield* asked(baseUrl, journal)
        assert.deepStrictEqual(answers.map(({ id }) => id === null).sort(), [false, true])
        const found = answers.flatMap(({ id, to }) => id === null ? [] : to.map((to) => `${id} ${to}`))
        assert.deepStrictEqual(found.sort(), [...sent].sort())
        assert.deepStrictEqual(yield* asked(baseUrl, journal), answers)
      }).pipe(Effect.scoped, Effect.provide(EmulatorServer.layer({ timestampTolerance: "4 seconds" }))),
    60_000
  )
})
