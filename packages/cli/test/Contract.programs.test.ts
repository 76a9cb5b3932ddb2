import { assert, describe, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import { afterAll, beforeAll } from "vitest"
import * as Cli from "../src/Cli.ts"
import * as Failure from "../src/Failure.ts"
import { type Row, rows, stateOf, type Things, things } from "./support/commands.ts"
import * as Emulator from "./support/emulator.ts"
import { atTerminal, hasTerminal, run, shell, temporary } from "./support/program.ts"

const folder = temporary()
let emulator: Emulator.Emulator
let named: Things

beforeAll(async () => {
  emulator = await Emulator.start()
  named = await things(emulator, folder.path)
})

afterAll(async () => {
  await emulator[Symbol.asyncDispose]()
  folder[Symbol.dispose]()
})

const documentOf = async (path: string): Promise<(value: unknown) => unknown> => {
  const leaf = Cli.leaves.find((leaf) => leaf.path.join(" ") === path)
  const { Document } = (await leaf?.definition.handler()) ?? {}
  if (Document === undefined) throw new Error(`${path} has no Document`)
  return Schema.decodeUnknownSync(Document as Schema.Codec<unknown>)
}

/** What it wrote for a program, as its schema reads it. */
const read = async ({ format = "json", path }: Row, text: string): Promise<void> => {
  const decode = await documentOf(path)
  assert.isTrue(text.endsWith("\n"))
  const lines = text.slice(0, -1).split("\n").map((line): unknown => JSON.parse(line))
  if (format === "json") assert.strictEqual(lines.length, 1)
  else assert.deepInclude(lines.at(-1), { end: true })
  for (const line of lines) decode(line)
}

const argsOf = ({ args, asks = [], format = "json", path }: Row) => [
  ...path.split(" "),
  ...args(named),
  ...asks,
  ...(format === "none" ? [] : ["--format", format])
]

describe("for programs", () => {
  it("has a row for every command", () => {
    const paths = Cli.leaves.map(({ path }) => path.join(" "))
    assert.deepStrictEqual(Array.from(new Set(rows.map(({ path }) => path))).sort(), [...paths].sort())
  })

  for (const row of rows) {
    if (row.isServer === true) continue
    const { code = 0, format = "json", profiles, stdin } = row
    it(`${row.path} ${row.args({ messageId: "M", picture: "P", requestId: "Q", reserveId: "R" }).join(" ")}`, async () => {
      const args = argsOf(row)
      const options = {
        env: { ...emulator.env, ...(row.hasCampaigns === true ? stateOf(folder.path) : undefined) },
        cwd: folder.path,
        profiles,
        ...(stdin === undefined ? undefined : { stdin })
      }
      if (format === "none") {
        const ended = await run(args, options)
        assert.deepStrictEqual([ended.code, ended.stderr], [code, ""])
        return
      }
      // What is written to stderr would stand before or in the document.
      const words = args.map((word) => `'${word}'`).join(" ")
      const both = await shell(`effect-sens ${words} 2>&1`, options)
      assert.deepStrictEqual([both.code, both.stderr], [code, ""], both.stdout)
      await read(row, both.stdout)
      // A terminal is looked at once a command: each start takes its time.
      if (!hasTerminal || stdin !== undefined || rows.find(({ path }) => path === row.path) !== row) return
      const seen = await atTerminal(args, [], options)
      assert.strictEqual(seen.code, code)
      await read(row, seen.stdout)
    })
  }

  it("tells of an error in one line of JSON on stderr, and of nothing on stdout", async () => {
    const decode = Schema.decodeUnknownSync(Failure.Document)
    const failing = [
      { args: ["result", "nothing"], exitCode: 8, tag: "NotFound" },
      { args: ["result", "nothing"], env: { SENS_SECRET_KEY: "wrong" }, exitCode: 4, tag: "AuthenticationFailed" },
      { args: ["result", "nothing"], env: { SENS_SECRET_KEY: "" }, exitCode: 4, tag: "KeysMissing" },
      { args: ["result", "nothing", "--base-url", "http://127.0.0.1:1"], exitCode: 7, tag: "ConnectionFailed" },
      { args: ["files", "upload", "nothing.jpg"], exitCode: 2, tag: "PlatformError" },
      { args: ["unsubscribes", "add", "12"], exitCode: 2, tag: "InvalidPhoneNumber" },
      { args: ["unsubscribes", "add", "--list", "picture.jpg"], exitCode: 3, tag: "InvalidList" },
      { args: ["unsubscribes", "add", "--list", "nothing.csv"], exitCode: 2, tag: "Usage" },
      { args: ["result", "a", "b"], exitCode: 2, tag: "Usage" }
    ] as const
    for (const row of failing) {
      const env = { ...emulator.env, ...("env" in row ? row.env : undefined) }
      const ended = await run([...row.args, "--json"], { env, cwd: folder.path })
      assert.deepStrictEqual([ended.code, ended.stdout, ended.stderr.split("\n").length], [row.exitCode, "", 2])
      const { error } = decode(JSON.parse(ended.stderr))
      assert.deepInclude(error, { tag: row.tag, exitCode: row.exitCode, mayHaveBeenSent: false })
    }
  })
})
