import * as Account from "@effect-sens/emulator/Account"
import * as Emulator from "@effect-sens/emulator/Emulator"
import * as EmulatorClient from "@effect-sens/emulator/EmulatorClient"
import * as Fault from "@effect-sens/emulator/Fault"
import * as Sens from "@effect-sens/http/Sens"
import * as Signer from "@effect-sens/http/Signer"
import * as NodeCrypto from "@effect/platform-node/NodeCrypto"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, describe, it } from "@effect/vitest"
import * as McpTest from "effect/ai/McpTest"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import type * as Scope from "effect/Scope"
import * as TestClock from "effect/testing/TestClock"
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { setImmediate, setTimeout } from "node:timers/promises"
import { options } from "../../src/commands/Mcp.handler.ts"
import type * as Mcp from "../../src/commands/Mcp.ts"
import * as Ending from "../../src/Ending.ts"
import * as Failure from "../../src/Failure.ts"
import * as Globals from "../../src/Globals.ts"
import * as Connection from "../../src/mcp/Connection.ts"
import type * as Sends from "../../src/mcp/Sends.ts"
import * as Server from "../../src/mcp/Server.ts"
import * as Output from "../../src/Output.ts"

const services = Layer.mergeAll(
  Sens.layer({ ...Account.options, reconcile: { visibilityLag: "60 seconds" } }).pipe(
    // Synchronous, so that virtual time does not run while a signature is computed.
    Layer.provideMerge(Signer.layer.pipe(Layer.provide(NodeCrypto.layer))),
    Layer.provideMerge(EmulatorClient.layer({ completedAfter: 0, outcomes: { "01000000009": "3001" } }))
  ),
  NodeServices.layer
).pipe(Layer.fresh)

const sender = "0212345678"

interface Setup {
  readonly send?: Partial<Omit<Sends.Options, "directory">>
  readonly allowManage?: boolean
  readonly allowReadTexts?: boolean
  /** Where nothing costs money, so that nobody is asked. */
  readonly isLoopback?: boolean
  /** Instead of the emulator. */
  readonly broken?: Effect.Effect<never, Failure.Refused>
}

/** A folder of its own, servers on it, and all that they ever answered. */
const opened = Effect.gen(function*() {
  const fs = yield* FileSystem.FileSystem
  const directory = yield* fs.makeTempDirectoryScoped()
  yield* TestClock.setTime(DateTime.toEpochMillis(DateTime.makeUnsafe("2026-11-28T03:00:00Z")))
  const emulator = yield* Emulator.Emulator
  const sens = yield* Sens.Sens
  const ending = Ending.initial()
  const frames: Array<unknown> = []
  const serve = Effect.fnUntraced(function*(
    { allowManage = false, allowReadTexts = false, broken, isLoopback = true, send }: Setup = {}
  ) {
    const connected: Connection.Connected = {
      sens,
      account: { serviceId: Account.serviceId, host: "127.0.0.1", isLoopback, sender: Option.none() }
    }
    const client = yield* McpTest.makeClient(
      Server.registrations({
        allowManage,
        allowReadTexts,
        directory,
        ...send === undefined
          ? undefined
          : { send: { maxRecipientsPerDay: 20, allowNumbers: undefined, yes: false, patience: 0, ...send } }
      }).pipe(
        Layer.provide(Layer.succeed(Connection.Connection, { get: broken ?? Effect.succeed(connected) })),
        Layer.provide(Output.layer(Globals.nothing, { env: {}, columns: undefined })),
        Layer.provide(Layer.succeed(Ending.Ending, ending))
      ),
      { protocols: Server.protocols }
    )
    const call = Effect.fnUntraced(function*(name: string, given: { readonly [name: string]: unknown } = {}) {
      const result = yield* client.callTool({ name, arguments: given })
      frames.push(result)
      const text = result.content.map((part) => part.type === "text" ? part.text : "").join("")
      // What a tool answers with is checked field by field below.
      const answer = result.structuredContent as { readonly [name: string]: any } | undefined
      return { isError: result.isError === true, text, answer }
    })
    const prepare = Effect.fnUntraced(function*(...to: ReadonlyArray<string>) {
      const { answer, isError, text } = yield* call("sens_prepare_send", { to, text: "secret words", from: sender })
      if (isError) return yield* Effect.die(text)
      return String(answer?.["planId"])
    })
    return { client, call, prepare, send: (planId: string) => call("sens_send", { planId }) }
  })
  return {
    directory,
    emulator,
    ending,
    frames,
    serve,
    got: (to: string) =>
      Effect.map(emulator.allMessages, (messages) => messages.filter((each) => each.to === to).length)
  }
})

const counted = (directory: string): number => {
  const file = join(directory, "mcp-recipients.json")
  assert.strictEqual(statSync(file).mode & 0o777, 0o600)
  const { recipients } = JSON.parse(readFileSync(file, "utf8")) as { recipients: { [key: string]: number } }
  return recipients[`127.0.0.1 ${Account.serviceId}`] ?? 0
}

const looking = [
  "sens_check_messages",
  "sens_explain_code",
  "sens_get_result",
  "sens_has_unsubscribed",
  "sens_list_unsubscribes",
  "sens_measure_text",
  "sens_report",
  "sens_reservation_status",
  "sens_search_log",
  "sens_track_request"
]

const test = <A, E>(
  name: string,
  body: Effect.Effect<A, E, Layer.Success<typeof services> | Scope.Scope>
) => it.effect(name, () => Effect.provide(body, services))

/** So many milliseconds of the day, whatever the clock of a test says. */
const real = (millis: number) => Effect.promise(() => setTimeout(millis))

/** An answer, while seconds pass; a minute and a quarter of them at most. */
const during = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.gen(function*() {
    const fiber = yield* Effect.forkChild(effect)
    for (let second = 0; second < 75 && fiber.pollUnsafe() === undefined; second++) {
      // A call goes through queues before it waits for the clock.
      yield* Effect.promise(() => setImmediate())
      yield* TestClock.adjust("1 second")
    }
    assert.isDefined(fiber.pollUnsafe(), "it hangs")
    return yield* Fiber.join(fiber)
  })

describe("the tools", () => {
  test(
    "that are not allowed are not there",
    Effect.gen(function*() {
      const { serve } = yield* opened
      const names = (setup: Setup) =>
        Effect.gen(function*() {
          const { client } = yield* serve(setup)
          return (yield* client.listTools()).tools.map(({ name }) => name).sort()
        })
      assert.deepStrictEqual(yield* names({}), looking)
      assert.deepStrictEqual(
        yield* names({ send: {} }),
        [...looking, "sens_prepare_send", "sens_send"].sort()
      )
      assert.deepStrictEqual(
        yield* names({ allowManage: true }),
        [
          ...looking,
          "sens_cancel_reservation",
          "sens_unsubscribe_add",
          "sens_unsubscribe_remove",
          "sens_upload_file"
        ].sort()
      )
      // Nor can they be called.
      const { client } = yield* serve()
      const error = yield* Effect.flip(client.callTool({ name: "sens_send", arguments: { planId: "x" } }))
      assert.include(error.message, "not found")
    })
  )

  test(
    "are told of in the page, in both languages",
    Effect.gen(function*() {
      const { serve } = yield* opened
      const { client } = yield* serve({ send: {}, allowManage: true })
      const names = (yield* client.listTools()).tools.map(({ name }) => name).sort()
      for (const page of ["mcp.md", "mcp.ko.md"]) {
        const text = readFileSync(join(import.meta.dirname, "../../../../docs", page), "utf8")
        const rows = text.split("\n").filter((line) => line.startsWith("| `sens_"))
        const told = rows.flatMap((row) =>
          Array.from((row.split("|")[1] ?? "").matchAll(/`(\w+)`/g), ([, name]) => name)
        )
        assert.deepStrictEqual(told.sort(), names)
      }
    })
  )

  test(
    "say what they may do, and take nothing that they do not know",
    Effect.gen(function*() {
      const { serve } = yield* opened
      const { call, client } = yield* serve({ send: {}, allowManage: true })
      const { tools } = yield* client.listTools()
      assert.strictEqual(tools.length, 16)
      const hints = (name: string) => {
        const { annotations } = tools.find((tool) => tool.name === name) ?? {}
        return [
          annotations?.readOnlyHint,
          annotations?.destructiveHint,
          annotations?.idempotentHint,
          annotations?.openWorldHint
        ]
      }
      const closed = new Set(["sens_measure_text", "sens_check_messages", "sens_explain_code", "sens_prepare_send"])
      for (const { annotations, description, inputSchema, name, outputSchema } of tools) {
        assert.isAbove(annotations?.title?.length ?? 0, 5)
        assert.isAbove(description?.length ?? 0, 40)
        assert.deepInclude(inputSchema, { type: "object", additionalProperties: false })
        assert.deepInclude(outputSchema, { type: "object" })
        assert.strictEqual(annotations?.openWorldHint, !closed.has(name), name)
        const reads = looking.includes(name) || name === "sens_prepare_send"
        assert.deepStrictEqual(hints(name).slice(0, 2), [reads, !reads], name)
      }
      assert.deepStrictEqual(hints("sens_send"), [false, true, false, true])
      const { isError, text } = yield* call("sens_explain_code", { codes: ["0"], codez: true })
      assert.isTrue(isError)
      assert.include(text, "codez")
    })
  )

  test(
    "read the log with numbers masked, and texts only where that was allowed",
    Effect.gen(function*() {
      const { frames, serve } = yield* opened
      const { messages } = yield* Sens.Sens
      const request = { type: "SMS", from: sender, content: "secret words" } as const
      const { requestId } = yield* messages.send({
        ...request,
        messages: [{ to: "01000000001" }, { to: "01000000002" }, { to: "01000000009" }]
      })
      yield* TestClock.adjust("10 seconds")
      const { call } = yield* serve()
      const found = yield* call("sens_search_log", { last: "1h", limit: 2 })
      assert.deepInclude(found.answer, { isComplete: false, unreadable: 0 })
      assert.strictEqual(found.answer?.["messages"].length, 2)
      const failed = yield* call("sens_search_log", { last: "1h", failed: true })
      assert.strictEqual(failed.answer?.["isComplete"], true)
      assert.deepInclude(failed.answer?.["messages"][0], { to: "010****0009", outcome: "failed" })
      const messageId = String(failed.answer?.["messages"][0].messageId)
      const result = yield* call("sens_get_result", { messageId })
      assert.deepInclude(result.answer?.["message"].code, { code: "3001" })
      const report = yield* call("sens_report", { last: "1h", by: ["telco", "code"] })
      assert.deepInclude(report.answer?.["total"], { messages: 3, delivered: 2, failed: 1 })
      const tracked = yield* call("sens_track_request", { requestId })
      assert.deepInclude(tracked.answer, { state: "final", delivered: 2, failed: 1 })
      assert.notInclude(JSON.stringify(frames), "secret words")
      assert.notMatch(JSON.stringify(frames), /010000000\d\d|0212345678/)
      const reader = yield* serve({ allowReadTexts: true })
      const read = yield* reader.call("sens_get_result", { messageId })
      assert.strictEqual(read.answer?.["message"].content, "secret words")
      assert.strictEqual(read.answer?.["message"].to, "010****0009")
    })
  )

  test(
    "that look measure, check and explain without the service",
    Effect.gen(function*() {
      const { serve } = yield* opened
      const { call } = yield* serve({ broken: Failure.refuse("KeysMissing", 4, { en: "no keys", ko: "" }) })
      assert.deepInclude((yield* call("sens_measure_text", { text: "안녕" })).answer, { bytes: 4, type: "SMS" })
      const codes = yield* call("sens_explain_code", { codes: ["3001", "nothing"] })
      assert.deepStrictEqual(codes.answer?.["codes"].map(({ isKnown }: { isKnown: boolean }) => isKnown), [true, false])
      const checked = yield* call("sens_check_messages", {
        recipients: [
          { to: "010-0000-0001", values: { name: "Kim" } },
          { to: "010-0000-0002", values: { name: "뷁" } },
          { to: "01000000001", values: { name: "Kim" } },
          { to: "1" }
        ],
        text: "Hello {name}"
      })
      assert.deepInclude(checked.answer?.["send"], { messages: 1 })
      assert.strictEqual(checked.answer?.["refused"].rows, 2)
      assert.strictEqual(checked.answer?.["repeats"].rows, 1)
      const most = Array.from({ length: 1001 }, () => ({ to: "010-0000-0001" }))
      const many = yield* call("sens_check_messages", { recipients: most, text: "hi" })
      assert.isTrue(many.isError)
      // Nor does what is wrong with a call tell numbers again.
      const numbers = most.map(({ to }) => to)
      for (const given of [numbers, [1_000_000_001], "010-0000-0001"]) {
        const { isError, text } = yield* call("sens_has_unsubscribed", { numbers: given })
        assert.isTrue(isError)
        assert.notMatch(`${many.text}${text}`, /0000-?0001|1000000001/)
      }
      assert.deepInclude(yield* call("sens_check_messages", { recipients: most.slice(0, 1), text: "hi {name}" }), {
        isError: true
      })
    })
  )

  test(
    "tell of the service: the 080 list, reservations, pictures",
    Effect.gen(function*() {
      const { directory, serve } = yield* opened
      const { messages } = yield* Sens.Sens
      const { requestId } = yield* messages.send({
        type: "SMS",
        from: sender,
        content: "later",
        messages: [{ to: "01000000001" }],
        reserve: { at: DateTime.makeUnsafe("2026-11-29T03:00:00Z") }
      })
      const { call, client } = yield* serve({ allowManage: true })
      const numbers = ["010-0000-0003", "01000000004", "010-0000-0003"]
      assert.deepStrictEqual((yield* call("sens_unsubscribe_add", { numbers })).answer, { added: 2 })
      assert.deepInclude((yield* call("sens_list_unsubscribes", { limit: 1 })).answer, { count: 2 })
      assert.deepStrictEqual((yield* call("sens_unsubscribe_remove", { numbers: ["01000000004"] })).answer, {
        removed: 1
      })
      const has = yield* call("sens_has_unsubscribed", { numbers: ["010-0000-0003", "010-0000-0004"] })
      assert.deepStrictEqual(has.answer?.["numbers"], [
        { number: "010****0003", optedOut: true },
        { number: "010****0004", optedOut: false }
      ])
      const status = yield* call("sens_reservation_status", { ids: [requestId, "nothing"] })
      assert.deepStrictEqual(status.answer?.["reservations"].map(({ status }: { status: string }) => status), [
        "READY",
        "NOT_FOUND"
      ])
      const reserved = yield* during(call("sens_track_request", { requestId, waitSeconds: 5 }))
      assert.strictEqual(reserved.answer?.["state"], "reserved")
      const cancelled = yield* call("sens_cancel_reservation", { id: requestId })
      assert.strictEqual(cancelled.answer?.["reservation"].status, "CANCELED")
      const picture = join(directory, "picture.jpg")
      writeFileSync(
        picture,
        Buffer.from("ffd8ffc00011080001000103011100021100031100ffda000c03010002000300003f00ffd9", "hex")
      )
      assert.isString((yield* call("sens_upload_file", { path: picture })).answer?.["fileId"])
      writeFileSync(join(directory, "none.jpg"), "no picture")
      assert.isTrue((yield* call("sens_upload_file", { path: join(directory, "none.jpg") })).isError)
      assert.isTrue((yield* call("sens_upload_file", { path: join(directory, "missing.jpg") })).isError)
      for (const path of ["/dev/zero", directory]) {
        assert.include((yield* call("sens_upload_file", { path })).text, "no picture")
      }
      const { resources } = yield* client.listResources()
      assert.deepStrictEqual(resources.map(({ uri }) => uri).sort(), ["sens://codes", "sens://limits"])
      const { contents } = yield* client.readResource({ uri: "sens://codes" })
      const [codes] = contents
      assert.include(codes !== undefined && "text" in codes ? codes.text : "", "3001")
    })
  )

  test(
    "answer with a sentence where nothing else can be said, and in time",
    Effect.gen(function*() {
      const { emulator, serve } = yield* opened
      const calls = [
        ["sens_search_log", {}],
        ["sens_report", {}],
        ["sens_get_result", { messageId: "M" }],
        ["sens_track_request", { requestId: "R" }],
        ["sens_reservation_status", { ids: ["R"] }],
        ["sens_list_unsubscribes", {}],
        ["sens_has_unsubscribed", { numbers: ["01000000001"] }],
        ["sens_cancel_reservation", { id: "R" }],
        ["sens_unsubscribe_add", { numbers: ["01000000001"] }],
        ["sens_unsubscribe_remove", { numbers: ["01000000001"] }]
      ] as const
      const keyless = yield* serve({
        send: {},
        allowManage: true,
        broken: Failure.refuse("KeysMissing", 4, { en: "no keys: set them", ko: "" })
      })
      for (const [name, given] of calls) {
        assert.deepInclude(yield* keyless.call(name, given), { isError: true, text: "no keys: set them" })
      }
      const given = { to: ["01000000001"], text: "hi", from: sender }
      assert.deepInclude(yield* keyless.call("sens_prepare_send", given), { isError: true, text: "no keys: set them" })
      const server = yield* serve({ allowManage: true })
      const faults = [
        Fault.clockSkew("1 hour"),
        Fault.refused,
        Fault.serverError(),
        Fault.silence(),
        Fault.slow({ before: "5 minutes" })
      ]
      for (const fault of faults) {
        yield* emulator.faults.next("any", 1000, fault)
        for (const [name, given] of calls) {
          const { isError, text } = yield* during(server.call(name, given))
          assert.isTrue(isError, `${name} ${fault._tag}`)
          assert.isAbove(text.length, 10)
          assert.notMatch(text, /internal server error|0100000/)
        }
        yield* emulator.faults.clear
      }
      // And then it answers again.
      assert.isFalse((yield* server.call("sens_search_log")).isError)
    })
  )

  test(
    "tell what is wrong with what they are asked by the names that they have",
    Effect.gen(function*() {
      const { serve } = yield* opened
      const { call } = yield* serve({ send: {} })
      const wrong = [
        ["sens_search_log", { last: "1h", from: "now" }, "`last`"],
        ["sens_search_log", { last: "91d" }, "`last`"],
        ["sens_search_log", { fromNumber: "1" }, "`fromNumber`"],
        ["sens_track_request", {}, "`requestId`"],
        ["sens_track_request", { sendId: "nothing" }, "nothing"],
        ["sens_prepare_send", { to: ["010-0000-0001"], text: "hi" }, "`from`"],
        ["sens_prepare_send", { to: ["010-0000-0001", "12"], text: "hi", from: sender }, "number 2"],
        ["sens_prepare_send", { to: ["010-0000-0001"], text: "뷁", from: sender }, "U+BDC1"],
        ["sens_prepare_send", { to: ["010-0000-0001"], text: "hi", from: sender, at: "soon" }, "`at`"],
        ["sens_prepare_send", { to: ["010-0000-0001"], text: "hi", from: sender, isAd: true }, "(광고)"]
      ] as const
      for (const [name, given, said] of wrong) {
        const { isError, text } = yield* call(name, given)
        assert.isTrue(isError, said)
        assert.include(text, said)
      }
    })
  )
})

describe("a send", () => {
  test(
    "goes out once, by the plan that was prepared and by nothing else",
    Effect.gen(function*() {
      const { directory, ending, frames, got, serve } = yield* opened
      const server = yield* serve({ send: {} })
      const planId = yield* server.prepare("010-0000-0001", "01000000002")
      assert.strictEqual(yield* got("01000000001"), 0)
      const sent = yield* server.send(planId)
      assert.deepInclude(sent.answer, { recipients: 2, optedOut: 0, leftToday: 18 })
      const again = yield* server.send(planId)
      assert.isTrue(again.isError)
      assert.include(again.text, "used already")
      for (const wrong of [`${planId}0`, `${planId.slice(0, -1)}x`, planId.replace("plan_", ""), "", "__proto__"]) {
        const { isError, text } = yield* server.send(wrong)
        assert.isTrue(isError)
        assert.include(text, "no such planId")
      }
      const other = yield* serve({ send: {} })
      const theirs = yield* other.prepare("010-0000-0001")
      assert.include((yield* server.send(theirs)).text, "no such planId")
      assert.strictEqual(yield* got("01000000001"), 1)
      assert.strictEqual(counted(directory), 2)
      assert.isFalse(ending.isUncertain)
      // It was written down, and what was written has neither numbers nor texts any more.
      const [name = ""] = readdirSync(join(directory, "settled"))
      assert.notMatch(readFileSync(join(directory, "settled", name), "utf8"), /01000000001|secret/)
      assert.notMatch(JSON.stringify(frames), /010000000\d\d|0212345678|secret words/)
    })
  )

  test(
    "goes out once, though it is called twice at the same time",
    Effect.gen(function*() {
      const { got, serve } = yield* opened
      const server = yield* serve({ send: {} })
      const planId = yield* server.prepare("010-0000-0001")
      const answers = yield* Effect.all(Array.from({ length: 5 }, () => server.send(planId)), {
        concurrency: "unbounded"
      })
      assert.strictEqual(answers.filter(({ isError }) => !isError).length, 1)
      assert.strictEqual(yield* got("01000000001"), 1)
    })
  )

  test(
    "that is cancelled while it is on its way is not sent again, and its end can be asked for",
    Effect.gen(function*() {
      const { directory, emulator, ending, got, serve } = yield* opened
      const server = yield* serve({ send: {} })
      const planId = yield* server.prepare("010-0000-0001")
      yield* emulator.faults.next("send", 1, Fault.slow({ after: "5 seconds" }))
      const fiber = yield* Effect.forkChild(server.send(planId))
      // It is written down first, in real time.
      for (let tries = 0; tries < 500 && (yield* got("01000000001")) === 0; tries++) yield* real(10)
      yield* Fiber.interrupt(fiber)
      let again = yield* server.send(planId)
      assert.isTrue(again.isError)
      yield* TestClock.adjust("10 seconds")
      for (let tries = 0; tries < 500 && readdirSync(join(directory, "settled")).length === 0; tries++) yield* real(10)
      again = yield* server.send(planId)
      const [, sendId] = /sendId (\S+) /.exec(again.text) ?? []
      assert.include(again.text, "used already")
      assert.strictEqual((yield* server.call("sens_track_request", { sendId })).answer?.["state"], "final")
      assert.strictEqual(yield* got("01000000001"), 1)
      assert.strictEqual(counted(directory), 1)
      assert.isFalse(ending.isUncertain)
    })
  )

  test(
    "is not made of a plan of more than ten minutes ago",
    Effect.gen(function*() {
      const { got, serve } = yield* opened
      const server = yield* serve({ send: {} })
      const planId = yield* server.prepare("010-0000-0001")
      yield* TestClock.adjust("10 minutes")
      const { isError, text } = yield* server.send(planId)
      assert.isTrue(isError)
      assert.include(text, "10 minutes")
      assert.strictEqual(yield* got("01000000001"), 0)
    })
  )

  test(
    "that may have gone out is told as that, never sent again, and found later",
    Effect.gen(function*() {
      const { directory, emulator, ending, got, serve } = yield* opened
      const server = yield* serve({ send: {} })
      const planId = yield* server.prepare("010-0000-0001")
      yield* emulator.faults.next("send", 1, Fault.reset({ accepted: true }))
      const lost = yield* server.send(planId)
      assert.isTrue(lost.isError)
      assert.include(lost.text, "may have been sent")
      assert.include(lost.text, "do not send it again")
      assert.isTrue(ending.isUncertain)
      assert.include((yield* server.send(planId)).text, "used already")
      assert.strictEqual(counted(directory), 1)
      yield* TestClock.adjust("5 seconds")
      const [, sendId] = /sendId (\S+),/.exec(lost.text) ?? []
      // By another server as well, since this one may have been restarted.
      for (const each of [server, yield* serve()]) {
        const found = yield* each.call("sens_track_request", { sendId })
        assert.deepInclude(found.answer, { state: "final", delivered: 1 })
      }
      assert.strictEqual(yield* got("01000000001"), 1)
    })
  )

  test(
    "of which it is proved that it did not go out is told as that",
    Effect.gen(function*() {
      const { directory, emulator, got, serve } = yield* opened
      const server = yield* serve({ send: {} })
      const planId = yield* server.prepare("010-0000-0001")
      yield* emulator.faults.next("send", 1, Fault.reset({ accepted: false }))
      const [, sendId] = /sendId (\S+),/.exec((yield* server.send(planId)).text) ?? []
      assert.strictEqual((yield* server.call("sens_track_request", { sendId })).answer?.["state"], "unknown")
      yield* TestClock.adjust("7 minutes")
      assert.strictEqual((yield* server.call("sens_track_request", { sendId })).answer?.["state"], "notAccepted")
      // A plan that was used stays so, whatever became of it.
      assert.include((yield* server.send(planId)).text, "used already")
      assert.strictEqual(yield* got("01000000001"), 0)
      assert.strictEqual(counted(directory), 1)
    })
  )

  test(
    "that was surely refused takes nothing from the day, and may be made again",
    Effect.gen(function*() {
      const { directory, emulator, got, serve } = yield* opened
      const server = yield* serve({ send: {} })
      const planId = yield* server.prepare("010-0000-0001")
      yield* emulator.faults.next("send", 1, Fault.tooManyRequests({ code: "400" }))
      const refused = yield* server.send(planId)
      assert.isTrue(refused.isError)
      assert.strictEqual(counted(directory), 0)
      assert.isFalse((yield* server.send(planId)).isError)
      assert.strictEqual(counted(directory), 1)
      assert.strictEqual(yield* got("01000000001"), 1)
    })
  )

  test(
    "goes to those on the list alone",
    Effect.gen(function*() {
      const { serve } = yield* opened
      const server = yield* serve({ send: { allowNumbers: new Set(["01000000001"]) } })
      const planId = yield* server.prepare("010-0000-0001")
      assert.isFalse((yield* server.send(planId)).isError)
      const given = { to: ["01000000001", "01000000002"], text: "hi", from: sender }
      const { isError, text } = yield* server.call("sens_prepare_send", given)
      assert.isTrue(isError)
      assert.include(text, "1 of the recipients are not on the list")
    })
  )

  test(
    "needs a person, or the word that none is needed",
    Effect.gen(function*() {
      const { got, serve } = yield* opened
      const server = yield* serve({ isLoopback: false, send: {} })
      const refused = yield* server.send(yield* server.prepare("010-0000-0001"))
      assert.isTrue(refused.isError)
      assert.include(refused.text, "a person has to say yes")
      assert.strictEqual(yield* got("01000000001"), 0)
      // The client says that it can ask, and cannot.
      const yes = yield* serve({ isLoopback: false, send: { yes: true } })
      assert.isFalse((yield* yes.send(yield* yes.prepare("010-0000-0001"))).isError)
      assert.strictEqual(yield* got("01000000001"), 1)
    })
  )

  test(
    "of an advertisement leaves out who refused, and none goes out at night",
    Effect.gen(function*() {
      const { got, serve } = yield* opened
      const { unsubscribes } = yield* Sens.Sens
      yield* unsubscribes.register(["01000000001"])
      const server = yield* serve({ send: {} })
      const text = "(광고)[서점] 신간 안내\n무료수신거부 080-000-0000"
      const prepare = (...to: ReadonlyArray<string>) =>
        Effect.map(
          server.call("sens_prepare_send", { to, text, from: sender, isAd: true }),
          ({ answer }) => String(answer?.["planId"])
        )
      const sent = yield* server.send(yield* prepare("01000000001", "01000000002"))
      assert.deepInclude(sent.answer, { recipients: 1, optedOut: 1 })
      assert.include((yield* server.send(yield* prepare("01000000001"))).text, "all recipients refused")
      yield* TestClock.setTime(DateTime.toEpochMillis(DateTime.makeUnsafe("2026-11-28T11:55:00Z")))
      const planId = yield* prepare("01000000002")
      yield* TestClock.adjust("6 minutes")
      const late = yield* server.send(planId)
      assert.isTrue(late.isError)
      assert.strictEqual(yield* got("01000000002"), 1)
    })
  )
})

describe("the cap of a day", () => {
  test(
    "holds over restarts and for servers together, and begins anew with the day in Korea",
    Effect.gen(function*() {
      const { directory, got, serve } = yield* opened
      const send = { maxRecipientsPerDay: 3 }
      const first = yield* serve({ send })
      const [one, two] = [yield* first.prepare("01000000001", "01000000002"), yield* first.prepare("01000000003")]
      const second = yield* serve({ send })
      const three = yield* second.prepare("01000000004", "01000000005")
      assert.isFalse((yield* first.send(one)).isError)
      const over = yield* second.send(three)
      assert.isTrue(over.isError)
      assert.include(over.text, "1 of 3 recipients are left")
      assert.isFalse((yield* first.send(two)).isError)
      const third = yield* serve({ send })
      const refused = yield* third.call("sens_prepare_send", { to: ["01000000006"], text: "hi", from: sender })
      assert.isTrue(refused.isError)
      assert.include(refused.text, "0 of 3")
      assert.strictEqual(counted(directory), 3)
      // 23:59 in Korea, then midnight; in New York it is morning.
      yield* TestClock.setTime(DateTime.toEpochMillis(DateTime.makeUnsafe("2026-11-28T14:59:00Z")))
      assert.isTrue((yield* third.call("sens_prepare_send", { to: ["01000000006"], text: "hi", from: sender })).isError)
      yield* TestClock.adjust("1 minute")
      assert.isFalse((yield* third.send(yield* third.prepare("01000000006"))).isError)
      assert.strictEqual(counted(directory), 1)
      // A clock that goes back gives nothing back.
      yield* TestClock.setTime(DateTime.toEpochMillis(DateTime.makeUnsafe("2026-11-28T03:00:00Z")))
      assert.isFalse((yield* third.send(yield* third.prepare("01000000007"))).isError)
      assert.strictEqual(counted(directory), 2)
      assert.strictEqual(yield* got("01000000004"), 0)
    })
  )

  test(
    "holds where servers send at the same time",
    Effect.gen(function*() {
      const { directory, emulator, serve } = yield* opened
      const send = { maxRecipientsPerDay: 7 }
      const servers = yield* Effect.all([serve({ send }), serve({ send }), serve({ send })])
      const plans = yield* Effect.forEach(
        Array.from({ length: 12 }, (_, at) => at),
        (at) => {
          const server = servers[at % 3]
          const to = `010000001${String(at).padStart(2, "0")}`
          return server === undefined ? Effect.die("") : Effect.map(server.prepare(to), (id) => server.send(id))
        }
      )
      const answers = yield* Effect.all(plans, { concurrency: "unbounded" })
      assert.strictEqual(answers.filter(({ isError }) => !isError).length, 7)
      assert.strictEqual((yield* emulator.allMessages).length, 7)
      assert.strictEqual(counted(directory), 7)
    })
  )

  test(
    "that cannot be read is none that is not there",
    Effect.gen(function*() {
      const { directory, serve } = yield* opened
      const server = yield* serve({ send: {} })
      const planId = yield* server.prepare("01000000001")
      for (const broken of ["", "{}", "{\"v\":2}", "x"]) {
        writeFileSync(join(directory, "mcp-recipients.json"), broken)
        const { isError, text } = yield* server.send(planId)
        assert.isTrue(isError)
        assert.include(text, "cannot be read")
      }
    })
  )
})

describe("a server", () => {
  const input: Mcp.Input = {
    allowSend: false,
    maxRecipientsPerDay: Option.none(),
    allowNumbers: [],
    allowManage: false,
    allowReadTexts: false
  }

  it.effect("is not started where a guard is said that guards nothing", () =>
    Effect.gen(function*() {
      const cap = Option.some(5)
      const wrong = [
        [{ maxRecipientsPerDay: cap }, false, "--max-recipients-per-day"],
        [{ allowNumbers: ["010-0000-0001"] }, false, "--allow-numbers"],
        [{}, true, "--yes"],
        [{ allowSend: true }, false, "--max-recipients-per-day"],
        [{ allowSend: true, maxRecipientsPerDay: cap, allowNumbers: ["010-0000-0001, 12"] }, false, "number 2"]
      ] as const
      for (const [given, yes, said] of wrong) {
        const { exitCode, message } = yield* Effect.flip(options({ ...input, ...given }, yes))
        assert.strictEqual(exitCode, 2)
        assert.include(message, said)
      }
    }))

  it.effect("allows what was said and nothing else", () =>
    Effect.gen(function*() {
      assert.deepStrictEqual(yield* options(input, false), { allowReadTexts: false, allowManage: false })
      const given = { ...input, allowSend: true, maxRecipientsPerDay: Option.some(5) }
      assert.deepInclude((yield* options(given, true)).send, {
        maxRecipientsPerDay: 5,
        allowNumbers: undefined,
        yes: true
      })
      const numbers = (...allowNumbers: ReadonlyArray<string>) =>
        Effect.map(options({ ...given, allowNumbers }, false), ({ send }) => Array.from(send?.allowNumbers ?? ["all"]))
      assert.deepStrictEqual(yield* numbers("010-0000-0001,01000000002", "+82 10-0000-0003"), [
        "01000000001",
        "01000000002",
        "01000000003"
      ])
      // A list that came out empty allows nobody, and not everybody.
      assert.deepStrictEqual(yield* numbers(""), [])
    }))
})
