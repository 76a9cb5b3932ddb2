/**
 * The demo: `effect-sens campaign` sends a Korean text to 250 people, signed, over a real socket, to an emulator that it starts itself, and
 * follows each to its delivery code. Ended at any moment and started again, it goes on where it was.
 */
import * as EucKr from "@effect-sens/core/EucKr"
import * as Account from "@effect-sens/emulator/Account"
import * as EmulatorServer from "@effect-sens/emulator/EmulatorServer"
import * as Storage from "@effect-sens/emulator/Storage"
import * as Recipients from "@effect-sens/streams/Recipients"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Arr from "effect/Array"
import * as CliError from "effect/cli/CliError"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as ChildProcess from "effect/process/ChildProcess"
import * as Runtime from "effect/Runtime"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { fileURLToPath } from "node:url"

const file = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

const list = file("../data/recipients.csv")

const text = "[이펙트] 인증번호는 738201 입니다. 타인에게 알려주지 마세요."

/** A run that ended before its end, which has said why. */
class Ended extends Schema.TaggedError<Ended>()("Ended", { code: Schema.Int, why: Schema.String }) {
  override readonly [CliError.userMessage] = this.why
  override readonly [Runtime.errorExitCode] = this.code
}

// -----------------------------------------------------------------------------
// The emulator
// -----------------------------------------------------------------------------

/** What the emulator is to report of each number, as the list says. */
const outcomes = Effect.gen(function*() {
  const fs = yield* FileSystem.FileSystem
  const rows = yield* Stream.runCollect(Recipients.fromCsv(fs.stream(list)))
  return Object.fromEntries(rows.flatMap((row) => {
    const outcome = row._tag === "Message" ? row.message.cells["outcome"] ?? "" : ""
    return row._tag === "Message" && outcome !== "" ? [[row.message.to, outcome]] : []
  }))
})

/** As long as it takes to see it go by, and no longer: the real service refuses a signature after five minutes. */
const tolerance = "6 seconds"

const portOf = (folder: string): string => `${folder}/port`

/** It is ended together with the demo, keeps what it has accepted in a file as the service does, and comes back at the same port. */
const emulator = (folder: string) =>
  Layer.unwrap(Effect.gen(function*() {
    const fs = yield* FileSystem.FileSystem
    const before = portOf(folder)
    return EmulatorServer.layer({
      port: (yield* fs.exists(before)) ? Number(yield* fs.readFileString(before)) : 0,
      processingAfter: "300 millis",
      completedAfter: "1 second",
      timestampTolerance: tolerance,
      outcomes: yield* outcomes,
      storage: yield* Storage.file(`${folder}/emulator.events`)
    })
  }))

// -----------------------------------------------------------------------------
// The command line
// -----------------------------------------------------------------------------

/** What a user has: a profile with the keys of the account, and a folder for what is written down. */
const user = Effect.fnUntraced(function*(folder: string, baseUrl: string) {
  const fs = yield* FileSystem.FileSystem
  const profile = {
    accessKey: Account.accessKey,
    secretKey: Account.secretKey,
    serviceId: Account.serviceId,
    baseUrl,
    from: "02-1234-5678",
    timestampTolerance: tolerance,
    visibilityLag: "1 second"
  }
  yield* fs.writeFileString(portOf(folder), new URL(baseUrl).port)
  const config = `${folder}/config/effect-sens`
  yield* fs.makeDirectory(config, { recursive: true, mode: 0o700 })
  yield* fs.writeFileString(`${config}/profiles.json`, JSON.stringify({ v: 1, profiles: { demo: profile } }), {
    mode: 0o600
  })
  const [settings, state] = [`${folder}/config`, `${folder}/state`]
  return { XDG_CONFIG_HOME: settings, APPDATA: settings, XDG_STATE_HOME: state, LOCALAPPDATA: state }
})

const effectSens = (
  args: ReadonlyArray<string>,
  env: Record<string, string>,
  stdout: "inherit" | "pipe"
) =>
  ChildProcess.make(process.execPath, [file("../../cli/src/bin.ts"), ...args], {
    env,
    extendEnv: true,
    // What ends the demo ends it as well: Ctrl-C goes to both.
    detached: false,
    stdin: "inherit",
    stdout,
    stderr: "inherit"
  })

const Line = Schema.fromJsonString(
  Schema.Struct({
    recipient: Schema.optionalKey(Schema.Struct({
      to: Schema.NullOr(Schema.String),
      status: Schema.String,
      code: Schema.NullOr(Schema.Struct({
        code: Schema.String,
        meaning: Schema.String,
        meaningKo: Schema.String,
        advice: Schema.String
      }))
    }))
  })
)

const decode = Schema.decodeEffect(Line)

type Recipient = NonNullable<(typeof Line.Type)["recipient"]>

const results = Effect.fnUntraced(function*(env: Record<string, string>) {
  const child = yield* effectSens(["campaign", "results", "demo", "--format", "ndjson"], env, "pipe")
  const lines = yield* Stream.runCollect(Stream.splitLines(Stream.decodeText(child.stdout)))
  const read = yield* Effect.forEach(lines.filter((line) => line !== ""), (line) => decode(line))
  return read.flatMap(({ recipient }) => recipient === undefined ? [] : [recipient])
})

// -----------------------------------------------------------------------------
// The table
// -----------------------------------------------------------------------------

type Language = "en" | "ko"

// A terminal gives two columns to what EUC-KR gives two bytes.
const pad = (text: string, width: number): string => text + " ".repeat(Math.max(0, width - EucKr.byteLength(text)))

const align = (rows: ReadonlyArray<ReadonlyArray<string>>): ReadonlyArray<string> => {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((cells) => EucKr.byteLength(cells[column] ?? "")))
  )
  return rows.map((cells) => cells.map((cell, column) => pad(cell, widths[column] ?? 0)).join("  ").trimEnd())
}

const said = ({ code, status }: Recipient, language: Language): readonly [string, string, string] =>
  code === null
    ? ["-", status, ""]
    : [code.code, language === "ko" ? code.meaningKo : code.meaning, code.advice]

const table = (recipients: ReadonlyArray<Recipient>, language: Language): ReadonlyArray<string> => {
  const groups = Arr.groupBy(recipients, (recipient) => said(recipient, language)[0])
  const totals = Object.values(groups).toSorted((a, b) => b.length - a.length).map((group) => {
    const [code, meaning, advice] = said(group[0], language)
    return [code, String(group.length), meaning, advice]
  })
  const bytes = String(EucKr.byteLength(text))
  return [
    ...align([
      ["recipient", "type", "bytes", "code", "meaning", "advice"],
      ...recipients.map((recipient) => [recipient.to ?? "", "SMS", bytes, ...said(recipient, language)])
    ]),
    "",
    ...align([
      ["code", "count", "meaning", "advice"],
      ...totals,
      ["all", String(recipients.length), "", ""]
    ])
  ]
}

// -----------------------------------------------------------------------------
// The command
// -----------------------------------------------------------------------------

/** Where some were not delivered, it ends with this code. */
const inPart = 6

const run = Effect.fnUntraced(function*(folder: string, language: Language) {
  const { baseUrl } = yield* EmulatorServer.EmulatorServer
  const env = yield* user(folder, baseUrl)
  const args = ["campaign", "start", list, "--id", "demo", "--text", text, "--profile", "demo", "--lang", language]
  // Ctrl-C is for the campaign, which waits for what is on its way; the emulator answers until then.
  const code = yield* Effect.uninterruptible(
    Effect.scoped(Effect.flatMap(effectSens(args, env, "inherit"), ({ exitCode }) => exitCode))
  )
  if (code !== 0 && code !== inPart) {
    return yield* new Ended({ code, why: "Start it again, and it goes on where it was." })
  }
  yield* Console.log(["", ...table(yield* Effect.scoped(results(env)), language)].join("\n"))
})

const demo = Command.make(
  "demo",
  {
    language: Flag.Literals("language", ["en", "ko"]).pipe(
      Flag.withDescription("The language of the command line, and of the meanings in the table"),
      Flag.withDefault("en" as const)
    ),
    folder: Flag.String("folder").pipe(
      Flag.withDescription("Where it keeps what it has written down"),
      Flag.withDefault(file("../../../node_modules/.cache/demo"))
    )
  },
  Effect.fnUntraced(function*({ folder, language }) {
    const fs = yield* FileSystem.FileSystem
    const done = `${folder}/done`
    // What came to its end is begun anew.
    if (yield* fs.exists(done)) yield* fs.remove(folder, { recursive: true })
    yield* fs.makeDirectory(folder, { recursive: true })
    yield* Effect.provide(run(folder, language), emulator(folder))
    yield* fs.writeFileString(done, "")
  })
).pipe(Command.withDescription("Sends a text to 250 made-up people by effect-sens campaign, on an emulator of its own"))

demo.pipe(
  Command.run({ version: "0.0.0" }),
  Effect.provide(NodeServices.layer),
  NodeRuntime.runMain
)
