import * as Program from "@effect-sens/emulator/Program"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, describe, it } from "@effect/vitest"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import * as Record from "effect/Record"
import * as TestConsole from "effect/testing/TestConsole"
import { createServer } from "node:http"
import { buildSync } from "../../../scripts/esbuild.ts"

const names: { readonly [Name in keyof Program.Texts]: Name } = {
  command: "command",
  seed: "seed",
  seedCommand: "seedCommand",
  port: "port",
  host: "host",
  allowedHosts: "allowedHosts",
  env: "env",
  detach: "detach",
  accessKey: "accessKey",
  secretKey: "secretKey",
  serviceIds: "serviceIds",
  senders: "senders",
  outcomes: "outcomes",
  outcomesByContent: "outcomesByContent",
  strict: "strict",
  data: "data",
  charset: "charset",
  overLength: "overLength",
  unencodable: "unencodable",
  foreignText: "foreignText",
  unregisteredSender: "unregisteredSender",
  emptySearch: "emptySearch",
  badFile: "badFile",
  strayFiles: "strayFiles",
  inlineFiles: "inlineFiles",
  fileReuse: "fileReuse",
  reserveTime: "reserveTime",
  advertisingAtNight: "advertisingAtNight",
  paging: "paging",
  processingAfter: "processingAfter",
  completedAfter: "completedAfter",
  visibleAfter: "visibleAfter",
  timestampTolerance: "timestampTolerance",
  reservationLead: "reservationLead",
  reservationCutoff: "reservationCutoff",
  submittedAfter: "submittedAfter",
  fileExpiry: "fileExpiry",
  clockOffset: "clockOffset",
  maxFiles: "maxFiles",
  blockedCode: "blockedCode",
  maxBodyBytes: "maxBodyBytes",
  logCapacity: "logCapacity",
  messageCapacity: "messageCapacity",
  gracefulShutdownTimeout: "gracefulShutdownTimeout",
  "seed.messages": "seed.messages",
  "seed.days": "seed.days",
  "seed.failed": "seed.failed",
  "seed.from": "seed.from",
  "seed.url": "seed.url"
}

const texts: Program.Texts = Record.map(names, (name) => `무엇: ${name}.`)

/** What is said after these arguments. */
const said = (command: ReturnType<typeof Program.make<"emulate">>, args: ReadonlyArray<string>) =>
  Command.runWith(command, { version: "0" })(args).pipe(
    Effect.andThen(TestConsole.logLines),
    // The console is shared, and this is its newest text.
    Effect.map((lines) => String(lines.at(-1))),
    Effect.provide([NodeServices.layer, TestConsole.layer])
  )

describe("Program", () => {
  it.effect("says of itself what it is told to, of every flag", () =>
    Effect.gen(function*() {
      const other = Program.make("emulate", texts)
      const english = yield* said(Program.make("emulate"), ["--help"])
      const korean = yield* said(other, ["--help"])
      const seed = yield* said(other, ["seed", "--help"])
      for (const name of Object.keys(names).filter((name) => name !== "seed")) {
        assert.include(name.startsWith("seed.") ? seed : korean, `무엇: ${name}.`, name)
      }
      // No flag of its own is left as it was, and there are as many.
      const flags = (help: string) => help.split("\n").filter((line) => /^ {2}(?:-\w, )?--/.test(line))
      const own = flags(korean).filter((line) => line.includes("무엇: "))
      assert.strictEqual(flags(korean).length, flags(english).length)
      assert.strictEqual(own.length, Object.keys(names).filter((name) => !/^(?:command|seed.*)$/.test(name)).length + 1)
      // It is the same command.
      assert.strictEqual(yield* said(Program.make("emulate"), ["--help"]), english)
    }))

  it.live("tells by a word why it does not run", () =>
    Effect.gen(function*() {
      const taken = yield* Effect.acquireRelease(
        Effect.callback<number>((resume) => {
          const server = createServer().listen(0, "127.0.0.1", () => {
            const address = server.address()
            resume(Effect.succeed(typeof address === "object" && address !== null ? address.port : 0))
          })
          servers.push(server)
        }),
        () => Effect.sync(() => servers.forEach((server) => server.close()))
      )
      const whys = [
        [[`--port=${taken}`], "Port"],
        [["--port=0", "--host=256.0.0.1"], "Host"],
        [["--port=0", "--data=/"], "DataFile"],
        [["--port=0", "--sender=1"], "Argument"],
        [["seed", "--url=http://127.0.0.1:1"], "NoEmulator"]
      ] as const
      for (const [args, why] of whys) {
        const error = yield* Effect.flip(said(Program.make("emulate"), args))
        assert.deepInclude(error, { _tag: "Failed", why })
      }
    }).pipe(Effect.scoped))

  it("loads nothing that listens before it is run", () => {
    const { metafile } = buildSync({
      stdin: { contents: `export * from "@effect-sens/emulator/Program"`, resolveDir: import.meta.dirname },
      bundle: true,
      write: false,
      splitting: true,
      format: "esm",
      outdir: "out",
      platform: "node",
      external: ["effect", "@effect/platform-node"],
      metafile: true
    })
    const [first = ""] = Object.entries(metafile.outputs).find(([, { entryPoint }]) => entryPoint === "<stdin>") ?? []
    const loaded = new Set<string>()
    const follow = (file: string) => {
      if (loaded.has(file)) return
      loaded.add(file)
      for (const { kind, path } of metafile.outputs[file]?.imports ?? []) if (kind === "import-statement") follow(path)
    }
    follow(first)
    const inputs = [...loaded].flatMap((file) => Object.keys(metafile.outputs[file]?.inputs ?? {}))
    assert.isTrue(inputs.some((file) => file.endsWith("internal/programFlags.ts")))
    assert.deepStrictEqual(inputs.filter((file) => /EmulatorServer|Emulator\.ts|store|inbox/i.test(file)), [])
  })
})

const servers: Array<ReturnType<typeof createServer>> = []
