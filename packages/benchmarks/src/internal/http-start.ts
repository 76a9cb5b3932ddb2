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
import { median } from "./http-race.ts"

/**
 * The time of each program in milliseconds, by the clock of its process: the best, and the ratio to another (the median over the rounds).
 *
 * @category measuring
 * @since 0.1.0
 */
export const race = async <Name extends string>(
  programs: Readonly<Record<Name, string>>,
  baseUrl: string,
  rounds: number
): Promise<{ readonly best: (name: Name) => number; readonly ratio: (self: Name, that: Name) => number }> => {
  const names = Object.keys(programs) as Array<Name>
  const times = {} as Record<Name, Array<number>>
  for (const name of names) times[name] = []
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
globalThis.answered = (id) => { console.log(performance.now(), id); process.exit(0) }
await import("./${name}.program.mjs")`
      )
    }
    for (let round = -1; round < rounds; round++) {
      for (const name of round % 2 === 0 ? names : names.toReversed()) {
        const { stdout } = await promisify(execFile)(process.execPath, [join(directory, `${name}.mjs`)])
        const [time, id] = stdout.trim().split(" ")
        if (id === undefined || !id.startsWith("RSSA-")) throw new Error(`${name} was not answered: ${stdout}`)
        // The first round warms the disk.
        if (round >= 0) times[name].push(Number(time))
      }
    }
  } finally {
    rmSync(directory, { recursive: true })
  }
  return {
    best: (name) => Math.min(...times[name]),
    ratio: (self, that) => median(times[self].map((time, round) => time / (times[that][round] ?? Number.NaN)))
  }
}
