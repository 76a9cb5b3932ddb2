import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, describe, it } from "@effect/vitest"
import * as CliOutput from "effect/cli/CliOutput"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { globSync, readFileSync } from "node:fs"
import { join } from "node:path"
import * as Cli from "../src/Cli.ts"
import * as Ending from "../src/Ending.ts"
import * as Globals from "../src/Globals.ts"

const root = join(import.meta.dirname, "../../..")

/** The words of a command line, up to what is of the shell. */
const words = (line: string): ReadonlyArray<string> =>
  Array.from(
    line.replace(/ [<>|].*$|\)$/, "").matchAll(/"([^"]*)"|'([^']*)'|\S+/g),
    ([all, double, single]) => double ?? single ?? all
  )

/** The leaf of a command line and what is left for it; flags of many commands may stand before its name. */
const find = (args: ReadonlyArray<string>) => {
  const at = args.findIndex((arg) => Cli.leaves.some(({ path }) => path[0] === arg))
  const rest = args.slice(at)
  const leaf = Cli.leaves.find(({ path }) => path.every((name, index) => rest[index] === name))
  return leaf === undefined ? undefined : { leaf, args: [...args.slice(0, at), ...rest.slice(leaf.path.length)] }
}

/** Whether it is understood; nothing is done. */
const parse = (line: string): Promise<void> => {
  const found = find(words(line))
  if (found === undefined) throw new Error(`no command in ${line}`)
  const command = found.leaf.definition.build({
    language: "en",
    flags: Globals.make("en"),
    environment: { env: {}, columns: 80 },
    path: []
  }).pipe(Command.withHandler(() => Effect.void))
  return Command.runWith(command, { version: "0.0.0" })(found.args).pipe(
    Effect.provide(Layer.mergeAll(
      NodeServices.layer,
      Layer.succeed(Ending.Ending, Ending.initial()),
      CliOutput.layerPresenter({ present: () => Effect.void })
    )),
    Effect.runPromise
  )
}

const ofHelp = Cli.leaves.flatMap(({ definition }) => (definition.examples ?? []).map(({ command }) => command))

/** What stands behind a prompt, or in a span of code. */
const ofPages = globSync(["README*.md", "docs/**/*.md", "packages/*/README.md"], { cwd: root }).flatMap((page) => {
  if (/^docs\/(?:api|cli(?:\.ko)?\.md)/.test(page)) return []
  const text = readFileSync(join(root, page), "utf8")
  return Array.from(
    text.matchAll(
      /^(?:\$ |ExecStart=\S*\/| +command: npx --yes )(?:npx )?effect-sens (.+)$|`(?:npx )?effect-sens ([^`]+)`/gm
    ),
    ([, prompt, span]) => prompt ?? span ?? ""
  )
})

/** What clients of MCP are told to start. */
const ofClients = globSync("docs/mcp*.md", { cwd: root }).flatMap((page) => {
  const text = readFileSync(join(root, page), "utf8")
  const lines = Array.from(text.matchAll(/ npx -y effect-sens (.+)$/gm), ([, line = ""]) => line)
  const args = Array.from(text.matchAll(/^```json\n([^]+?)^```$/gm), ([, json = ""]) => {
    const { mcpServers } = JSON.parse(json) as {
      mcpServers: { readonly [name: string]: { readonly command: string; readonly args: ReadonlyArray<string> } }
    }
    return Object.values(mcpServers).map(({ args, command }) => {
      assert.deepStrictEqual([command, ...args.slice(0, 2)], ["npx", "-y", "effect-sens"])
      return args.slice(2).join(" ")
    })
  })
  return [...lines, ...args.flat()]
})

describe("examples", () => {
  it("that are not understood are found", async () => {
    for (const line of ["bytes x --max 3", "bytes", "result a b", "unsubscribes list --nothing"]) {
      const isUnderstood = await parse(line).then(() => true, () => false)
      assert.isFalse(isUnderstood, line)
    }
  })

  it("of the help and of the pages are command lines that are understood", async () => {
    const lines = [...ofHelp.map((line) => line.slice(line.indexOf("effect-sens ") + 12)), ...ofPages, ...ofClients]
    assert.isAbove(lines.length, 5)
    assert.isAbove(ofClients.length, 3)
    // A flag alone tells of none, and the name of a group of all that it has.
    const groups = new Set(Cli.leaves.flatMap(({ path: [group = "", name] }) => name === undefined ? [] : [group]))
    for (const line of lines.filter((line) => !line.startsWith("--help") && !groups.has(line))) {
      await parse(line).catch((error: unknown) => assert.fail(`${line}: ${JSON.stringify(error)}`))
    }
  })
})
