// Each code that a run may end with, as what makes a run end so: faults of the service above all.
import { assert, describe, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import { existsSync } from "node:fs"
import { afterAll, beforeAll } from "vitest"
import * as Cli from "../src/Cli.ts"
import * as ExitCode from "../src/ExitCode.ts"
import * as Failure from "../src/Failure.ts"
import { rows as commands, type Things, things } from "./support/commands.ts"
import * as Emulator from "./support/emulator.ts"
import { run, shell, temporary } from "./support/program.ts"

interface Fault {
  readonly _tag: string
  readonly [field: string]: unknown
}

interface Row {
  readonly code: ExitCode.ExitCode
  readonly args: ReadonlyArray<string>
  /** What goes wrong, with every request of an operation until the run has ended. */
  readonly fault?: Fault & { readonly operation: string }
  readonly env?: Readonly<Record<string, string>>
  /** The name of the error; a run without one has told its answer on stdout. */
  readonly tag?: string | undefined
}

const folder = temporary()
let emulator: Emulator.Emulator
let named: Things

beforeAll(async () => {
  emulator = await Emulator.start("--completed-after", "0 seconds", "--outcome", "01000000001=3001")
  named = await things(emulator, folder.path)
})

afterAll(async () => {
  await emulator[Symbol.asyncDispose]()
  folder[Symbol.dispose]()
})

const { absent, done, keys, part, refused, unavailable, unknown, usage } = ExitCode.table

/** Those of a group run one after another: their faults are of one operation. */
const groups = (): ReadonlyArray<ReadonlyArray<Row>> => {
  const at = (operation: string, ...args: ReadonlyArray<string>) =>
  (
    code: ExitCode.ExitCode,
    tag: string | undefined,
    fault: Fault
  ): Row => ({ code, args, tag, fault: { ...fault, operation } })
  const result = at("result", "result", named.messageId)
  const register = at("unsubscribesRegister", "unsubscribes", "add", "010-0000-0008")
  const status = at("reservationStatus", "reservations", "status", named.reserveId)
  const sending = ["send", "--from", "02-1234-5678", "--to", "010-0000-0001", "--text", "hello"]
  const send = at("send", ...sending)
  const upload = at("upload", "files", "upload", "picture.jpg")
  return [
    [
      result(unavailable.code, "QuotaExceeded", { _tag: "TooManyRequests" }),
      result(unavailable.code, "ServerFault", { _tag: "ServerError", status: 503 }),
      { code: done.code, args: ["result", named.messageId] },
      { code: absent.code, args: ["result", "nothing"], tag: "NotFound" }
    ],
    [
      register(unavailable.code, "Throttled", { _tag: "TooManyRequests", code: "410" }),
      register(unavailable.code, "ConnectionLost", { _tag: "Reset" }),
      { code: done.code, args: ["unsubscribes", "add", "010-0000-0008"] }
    ],
    [
      status(unavailable.code, "UnexpectedResponse", { _tag: "Unreadable", body: "html" }),
      status(unavailable.code, "UnexpectedResponse", { _tag: "Redirect", location: "http://127.0.0.1:1/" }),
      status(keys.code, "AuthenticationFailed", { _tag: "ClockSkew", offsetMillis: 3_600_000 }),
      {
        code: keys.code,
        args: ["reservations", "status", named.reserveId],
        env: { SENS_SERVICE_ID: "ncp:sms:kr:111111111111:another" },
        tag: "PermissionDenied"
      }
    ],
    [
      upload(refused.code, "Rejected", { _tag: "SaysFailed", statusCode: "400" }),
      { code: keys.code, args: ["track", "nothing"], env: { SENS_SECRET_KEY: "wrong" }, tag: "AuthenticationFailed" },
      { code: part.code, args: ["track", named.requestId] }
    ],
    [
      send(unavailable.code, "QuotaExceeded", { _tag: "TooManyRequests" }),
      // The log does not show what is reserved, so it is not asked for long.
      { ...send(unknown.code, undefined, { _tag: "Reset", accepted: true }), args: [...sending, "--at", "+1d"] },
      send(refused.code, "Rejected", { _tag: "SaysFailed", statusCode: "400" }),
      send(keys.code, "AuthenticationFailed", { _tag: "ClockSkew", offsetMillis: 3_600_000 })
    ],
    [
      { code: usage.code, args: ["code", "0", "--max", "1"], tag: "Usage" },
      { code: usage.code, args: ["nothing"], tag: "Usage" },
      { code: refused.code, args: ["bytes", "뷁"] },
      { code: absent.code, args: ["code", "nothing"] }
    ]
  ]
}

/** All take their keys from the same place: one that reads, one that changes something, and those that spend money are enough. */
const keyless = new Set(["result", "unsubscribes add", "send", "settle"])

/** They ask the books of this machine first, which are empty here, or whoever asks them. */
const asksOthers = /^(?:campaign|settle|mcp)\b/

/** It asks the service where it is told to. */
const online = ["check", "list.csv", "--ad", "--online", "--text", "(광고)[서점] {name} 무료수신거부 080-000-0000"]

const decode = Schema.decodeUnknownSync(Failure.Document)

/** The form for programs of a command. */
const formatOf = (args: ReadonlyArray<string>): string => {
  const leaf = Cli.leaves.find(({ path }) => path.every((word, at) => args[at] === word))
  return leaf?.definition.formats?.includes("json") === false ? "ndjson" : "json"
}

const ends = async ({ args, code, env, fault, tag }: Row): Promise<void> => {
  const what = JSON.stringify({ args, fault })
  if (fault !== undefined) {
    const { operation, ...wrong } = fault
    await Emulator.fault(emulator.url, operation, wrong, null)
  }
  const ended = await run([...args, "--format", formatOf(args)], { env: { ...emulator.env, ...env }, cwd: folder.path })
  if (fault !== undefined) await Emulator.mend(emulator.url, fault.operation)
  assert.strictEqual(ended.code, code, `${what} ${ended.stderr}`)
  if (tag === undefined) return assert.strictEqual(ended.stderr, "", what)
  assert.strictEqual(ended.stdout, "", what)
  const { error } = decode(JSON.parse(ended.stderr))
  assert.deepInclude(error, { tag, exitCode: code, mayHaveBeenSent: code === ExitCode.table.unknown.code }, what)
}

describe("exit codes", () => {
  it("is each what the table says, in the error as in the process", async () => {
    const all = groups()
    await Promise.all(all.map(async (rows) => {
      for (const row of rows) await ends(row)
    }))
    const tested = new Set<number>(all.flatMap((rows) => rows.map(({ code }) => code)))
    const others = new Set<number>([...Object.values(ExitCode.signals), ExitCode.table.bug.code])
    const left = Object.values(ExitCode.table).filter(({ code }) => !tested.has(code) && !others.has(code))
    assert.deepStrictEqual(left, [])
  })

  it.skipIf(!existsSync("/dev/full"))("is 7 where nothing can be written, and says why", async () => {
    for (const [lang, text] of [["en", "no space is left on the disk"], ["ko", "남은 공간이 없습니다"]] as const) {
      const { code, stderr } = await shell(`effect-sens code --all --lang ${lang} > /dev/full`)
      assert.strictEqual(code, unavailable.code)
      assert.include(stderr, text)
    }
  })

  it("is 1 of what has no name, which says how it is reported", () => {
    const { exitCode, message } = Failure.describe(new Error("made up"), "en")
    assert.strictEqual(exitCode, ExitCode.table.bug.code)
    assert.include(message, "Please report it")
  })

  it("is 7 of every command where nobody answers, and 4 without keys", async () => {
    const lines = Cli.leaves.flatMap(({ definition, path }) => {
      const row = commands.find((row) => row.path === path.join(" "))
      if (row === undefined || row.isServer === true || !definition.uses.includes("envFile")) return []
      const { args, asks = [], stdin } = row
      // It waits until an outage is over, for as long as it is told to.
      const more = row.path === "track" ? ["--deadline", "1s"] : []
      const line = row.path === "check" ? online : [...path, ...args(named), ...asks, ...more]
      const options = { cwd: folder.path, ...(stdin === undefined ? undefined : { stdin }) }
      const nobody = { ...options, env: { ...emulator.env, SENS_BASE_URL: "http://127.0.0.1:1" } }
      const none = keyless.has(row.path) ? [[line, options, keys.code] as const] : []
      return asksOthers.test(row.path) ? none : [[line, nobody, unavailable.code] as const, ...none]
    })
    // Some at a time: most of it is waiting before a call is tried again.
    for (let at = 0; at < lines.length; at += 6) {
      await Promise.all(
        lines.slice(at, at + 6).map(async ([line, options, expected]) => {
          const { code, stderr } = await run(line, options)
          assert.strictEqual(code, expected, `${line.join(" ")} ${stderr}`)
        })
      )
    }
  })
})
