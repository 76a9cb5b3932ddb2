// @effect-diagnostics newPromise:off globalDate:off globalTimers:off
import { type ChildProcess, spawn } from "node:child_process"

// A reader's terminal: commands one after another, each in a shell that knows what the ones before it exported and where they
// went.

export interface Ran {
  /** Why it failed; undefined where it did not. */
  readonly failure: string | undefined
  readonly output: string
  readonly milliseconds: number
}

export interface Session {
  readonly folder: string
  readonly run: (command: string) => Promise<Ran>
  /**
   * For what does not end: until it has printed something; then it goes on in the background, in place of what was served
   * at the same place before.
   */
  readonly serve: (command: string, ready: RegExp, place: string) => Promise<Ran>
  /** For what asks: its question is all that it can get to, since nobody answers. */
  readonly ask: (command: string, question: RegExp) => Promise<Ran>
  readonly close: () => Promise<void>
}

const limit = 600_000

export const open = (
  folder: string,
  /** A file to keep what was exported in. */
  state: string,
  environment: Readonly<Record<string, string | undefined>>
): Session => {
  const servers = new Map<string, ChildProcess>()
  const alive = new Set<ChildProcess>()

  const start = (command: string, keep: boolean): ChildProcess => {
    const child = spawn("bash", [
      "-c",
      [
        `[ ! -e '${state}' ] || . '${state}'`,
        command,
        "status=$?",
        ...keep ? [`{ export -p; printf 'cd %q\\n' "$PWD"; } >'${state}'`] : [],
        "exit $status"
      ].join("\n")
    ], {
      cwd: folder,
      env: environment,
      stdio: ["ignore", "pipe", "pipe"],
      // A group of its own, so that what it starts ends with it.
      detached: true
    })
    alive.add(child)
    child.once("close", () => alive.delete(child))
    return child
  }

  const end = (child: ChildProcess, signal: NodeJS.Signals) => {
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
    try {
      process.kill(-child.pid, signal)
    } catch {
      // It has ended just now.
    }
  }

  /** Until it ends, or prints what it is waited for. */
  const watch = (child: ChildProcess, until?: RegExp): Promise<Ran & { readonly met: boolean }> => {
    const begin = Date.now()
    let output = ""
    return new Promise((done) => {
      const settle = (failure: string | undefined, met = false) => {
        clearTimeout(timer)
        done({ failure, output, milliseconds: Date.now() - begin, met })
      }
      const timer = setTimeout(() => {
        end(child, "SIGKILL")
        settle(`did not ${until === undefined ? "end" : "get there"} within ${limit / 1000} s`)
      }, limit)
      for (const stream of [child.stdout, child.stderr]) {
        stream?.setEncoding("utf8").on("data", (text: string) => {
          output += text
          if (until?.test(output) === true) settle(undefined, true)
        })
      }
      child.once("error", (error) => settle(error.message))
      child.once("close", (code, signal) => settle(code === 0 ? undefined : `ended with ${code ?? signal}`))
    })
  }

  const stop = async (place: string) => {
    const server = servers.get(place)
    if (server === undefined || server.exitCode !== null || server.signalCode !== null) return
    const ended = new Promise((done) => server.once("close", done))
    end(server, "SIGTERM")
    const timer = setTimeout(() => end(server, "SIGKILL"), 10_000)
    await ended
    clearTimeout(timer)
    servers.delete(place)
  }

  // Whatever ends this process ends them.
  const onExit = () => alive.forEach((child) => end(child, "SIGKILL"))
  process.prependListener("exit", onExit)

  return {
    folder,
    run: (command) => watch(start(command, true)),
    serve: async (command, ready, place) => {
      await stop(place)
      const server = start(command, false)
      servers.set(place, server)
      const ran = await watch(server, ready)
      return ran.met ? ran : { ...ran, failure: ran.failure ?? "ended" }
    },
    ask: async (command, question) => {
      const child = start(command, false)
      const ran = await watch(child, question)
      end(child, "SIGTERM")
      return ran.met ? ran : { ...ran, failure: ran.failure ?? "asked nothing" }
    },
    close: async () => {
      for (const place of servers.keys()) await stop(place)
      process.off("exit", onExit)
    }
  }
}
