// @effect-diagnostics asyncFunction:off newPromise:off nodeBuiltinImport:off processEnv:off
/**
 * Contestants in processes of their own, so that none disturbs the heap and the compiled code of another, and the processor time of each is
 * its own. They are started once, and told when their turn is.
 *
 * @since 0.1.0
 */
import { type ChildProcess, execFile, fork } from "node:child_process"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import * as Race from "./http-race.ts"

/**
 * What a process runs: a program of this folder that calls {@link take}, and its arguments.
 *
 * @category models
 * @since 0.1.0
 */
export interface Program {
  readonly program: string
  readonly args: ReadonlyArray<string>
  readonly env?: Readonly<Record<string, string>> | undefined
}

/**
 * The path of a program of this folder.
 *
 * @category running
 * @since 0.1.0
 */
export const path = (name: string): string => fileURLToPath(new URL(`./${name}.ts`, import.meta.url))

/**
 * In the process of a contestant: takes its turns until the other process has ended.
 *
 * @category running
 * @since 0.1.0
 */
export const take = (contestant: Race.Contestant): void => {
  const turn = Race.here(contestant)
  process.on("message", (calls) =>
    void turn(Number(calls)).then((cost) => process.send?.(cost), (cause) => {
      process.stderr.write(`${String(cause)}\n`)
      process.exit(1)
    }))
  process.on("disconnect", () => process.exit())
  process.send?.("ready")
}

const next = (child: ChildProcess, who: string): Promise<unknown> =>
  new Promise((resolve, reject) => {
    const ended = (code: number | null) => reject(new Error(`${who} has ended with ${code}`))
    child.once("exit", ended)
    child.once("message", (message) => {
      child.off("exit", ended)
      resolve(message)
    })
  })

/**
 * Starts a server or a proxy of this folder, which tells its port and ends with this process.
 *
 * @category running
 * @since 0.1.0
 */
export const serve = async (
  program: string,
  args: ReadonlyArray<string> = []
): Promise<{ readonly port: number; readonly stop: () => void }> => {
  const child = fork(path(program), args)
  const port = Number(await next(child, program))
  return { port, stop: () => child.disconnect() }
}

/**
 * What a program of this folder prints as JSON, which runs once to its end.
 *
 * @category running
 * @since 0.1.0
 */
export const run = async <A>(
  program: string,
  args: ReadonlyArray<string>,
  options: {
    /** Of Node.js. */
    readonly flags?: ReadonlyArray<string> | undefined
    readonly env?: Readonly<Record<string, string>> | undefined
  } = {}
): Promise<A> => {
  const { stdout } = await promisify(execFile)(process.execPath, [...options.flags ?? [], path(program), ...args], {
    env: { ...process.env, ...options.env }
  })
  return JSON.parse(stdout)
}

/**
 * Races programs against each other. Who fails has no place in the table: the race fails.
 *
 * @category measuring
 * @since 0.1.0
 */
export const race = async <Name extends string>(
  programs: Readonly<Record<Name, Program>>,
  options: Race.Options
): Promise<Race.Race<Name>> => {
  const children: Array<ChildProcess> = []
  try {
    const turns = {} as Record<Name, Race.Turn>
    for (const name of Object.keys(programs) as Array<Name>) {
      const { args, env, program } = programs[name]
      const child = fork(path(program), args, { env: { ...process.env, ...env } })
      children.push(child)
      await next(child, name)
      turns[name] = async (calls) => {
        const told = next(child, name)
        child.send(calls)
        // By `take`.
        return await told as Race.Cost
      }
    }
    return await Race.race(turns, options)
  } finally {
    for (const child of children) child.kill()
  }
}
