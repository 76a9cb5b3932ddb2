// @effect-diagnostics asyncFunction:off nodeBuiltinImport:off
/**
 * From the start of a process to the first answer: every program in processes of its own, in turn.
 *
 * @since 0.1.0
 */
import { execFile } from "node:child_process"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { promisify } from "node:util"
import * as Bundle from "./http-bundle.ts"
import { solapiUrl } from "./http-message.ts"
import * as Race from "./http-race.ts"

/**
 * The time of each program in milliseconds, from the start of its process.
 *
 * @category measuring
 * @since 0.1.0
 */
export const race = async <Name extends string>(
  programs: Readonly<Record<Name, string>>,
  baseUrl: string,
  rounds: number,
  env: Readonly<Record<string, string>> = {}
): Promise<Race.Race<Name>> => {
  const names = Object.keys(programs) as Array<Name>
  const directory = mkdtempSync(join(tmpdir(), "start-"))
  try {
    for (const name of names) {
      writeFileSync(join(directory, `${name}.program.mjs`), Bundle.bundle(programs[name], "node"))
      writeFileSync(
        join(directory, `${name}.mjs`),
        `globalThis.baseUrl = ${JSON.stringify(baseUrl)}
const { fetch } = globalThis
globalThis.fetch = (input, init) =>
  fetch(typeof input === "string" ? input.replace(${JSON.stringify(solapiUrl)}, globalThis.baseUrl) : input, init)
globalThis.answered = (id) => {
  const wall = performance.now()
  const { system, user } = process.cpuUsage()
  console.log(JSON.stringify({ id, wall, cpu: (system + user) / 1000 }))
  process.exit(0)
}
await import("./${name}.program.mjs")`
      )
    }
    const start = async (name: Name): Promise<Race.Cost> => {
      const { stdout } = await promisify(execFile)(process.execPath, [join(directory, `${name}.mjs`)], {
        env: { ...process.env, ...env }
      })
      const { id, ...cost }: Race.Cost & { readonly id: string } = JSON.parse(stdout)
      if (!id.startsWith("RSSA-")) throw new Error(`${name} was not answered: ${stdout}`)
      return cost
    }
    // The first round warms the disk.
    await Race.inTurn(names, 1, start)
    return Race.compare(await Race.inTurn(names, rounds, start))
  } finally {
    rmSync(directory, { recursive: true })
  }
}
