// @effect-diagnostics asyncFunction:off newPromise:off nodeBuiltinImport:off
/**
 * Bulk sends in processes of their own, in turn: `node packages/benchmarks/src/internal/bulk-race.ts [rounds]` prints the ratios of P9.
 *
 * @since 0.1.0
 */
import { execFile, fork } from "node:child_process"
import { fileURLToPath, pathToFileURL } from "node:url"
import { promisify } from "node:util"
import type { Cost, Who } from "./bulk-contestant.ts"
import * as Race from "./http-race.ts"

const file = (name: string): string => fileURLToPath(new URL(name, import.meta.url))

const serve = (): Promise<{ readonly baseUrl: string; readonly stop: () => void }> =>
  new Promise((resolve, reject) => {
    const child = fork(file("./http-server.ts"))
    child.once("error", reject)
    child.once("message", (port) =>
      resolve({ baseUrl: `http://127.0.0.1:${Number(port)}`, stop: () => child.disconnect() }))
  })

const contestant = async (baseUrl: string, who: Who, recipients: number): Promise<Cost> => {
  const args = [file("./bulk-contestant.ts"), baseUrl, who, String(recipients)]
  const { stdout } = await promisify(execFile)(process.execPath, args)
  return JSON.parse(stdout)
}

/**
 * The cost of ours in that of a loop by hand, by processor time: of all, and of each further recipient. The median of the rounds.
 *
 * @category measuring
 * @since 0.1.0
 */
export interface Ratios {
  readonly all: number
  readonly further: number
  /** Of each further recipient, in microseconds. */
  readonly each: number
}

/**
 * Runs each contestant with few and with many recipients, in turn.
 *
 * @category measuring
 * @since 0.1.0
 */
export const race = async (rounds: number, few = 20_000, many = 100_000): Promise<Ratios> => {
  const { baseUrl, stop } = await serve()
  const all: Array<number> = []
  const further: Array<number> = []
  const each: Array<number> = []
  for (let round = 0; round < rounds; round++) {
    const cost = async (who: Who) => {
      const [short, long] = [await contestant(baseUrl, who, few), await contestant(baseUrl, who, many)]
      return { all: long.cpu, further: (long.cpu - short.cpu) / (many - few) }
    }
    const [ours, byHand] = round % 2 === 0
      ? [await cost("ours"), await cost("byHand")]
      : (await cost("byHand").then(async (byHand) => [await cost("ours"), byHand] as const))
    all.push(ours.all / byHand.all)
    further.push(ours.further / byHand.further)
    each.push(ours.further)
  }
  stop()
  return { all: Race.median(all), further: Race.median(further), each: Race.median(each) }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const { all, each, further } = await race(Number(process.argv[2] ?? 7))
  process.stdout.write(
    `P9 100,000 recipients ${all.toFixed(2)}x, each further ${further.toFixed(2)}x (${
      each.toFixed(2)
    } us) a loop by hand\n`
  )
}
