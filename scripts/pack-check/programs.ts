// @effect-diagnostics newPromise:off globalFetch:off
import { spawn } from "node:child_process"
import { once } from "node:events"
import { globSync, readFileSync, writeFileSync } from "node:fs"
import { delimiter, dirname, join } from "node:path"
import { root, run } from "../packages.ts"

// The programs that the READMEs show, run as a reader runs them: saved to a file in a project of their own, started
// with plain Node, pointed at the emulator by the environment, one after another in the order of the READMEs.

export interface Program {
  /** The file of packages/examples that a README quotes. */
  readonly source: string
  readonly file: string
  readonly code: string
}

const quote = /<!-- quote: packages\/examples\/src\/(\S+) -->\s*```ts\n([\s\S]*?)```/g

/** The programs of all READMEs. `scripts/quotes.ts` sees to it that no README shows another. */
export const programs: ReadonlyArray<Program> = [
  ...new Map(
    globSync(["README*.md", "packages/*/README.md"], { cwd: root })
      .sort((a, b) => a.length - b.length)
      .flatMap((readme) => [...readFileSync(join(root, readme), "utf8").matchAll(quote)])
      .map(([, source = "", code = ""]) => [source, { source, file: source.replaceAll("/", "-"), code }])
  ).values()
]

interface Message {
  readonly messageId: string
  readonly requestId: string
  readonly content: string
}

interface Run {
  readonly printed: string
  /** What the emulator on the port has got, from all programs so far. */
  readonly messages: ReadonlyArray<Message>
  /** What of it is from this program. */
  readonly added: ReadonlyArray<Message>
}

const sent = ({ added: [message, ...others], printed }: Run): boolean =>
  message?.content === "안녕하세요" && others.length === 0 && printed.endsWith(`accepted as ${message.requestId}`)

/** What has to be true after each program; one that is not here is an error. */
const expectations: Readonly<Record<string, (run: Run) => boolean>> = {
  "send.ts": sent,
  "docs/started/send.ts": sent,
  "stream.ts": ({ messages, printed }) =>
    messages.length > 0 && printed.split("\n").length === messages.length &&
    messages.every(({ messageId }) => printed.includes(`${messageId} Delivered`)),
  "packages/core.ts": ({ printed }) => printed.includes("SMS, ") && printed.includes("2 changes"),
  "packages/emulator.ts": ({ printed }) => printed.includes("the code is 493021") && printed.endsWith("0 duplicates"),
  "packages/outbox.ts": ({ printed }) => printed.endsWith("Final"),
  "packages/streams.ts": ({ printed }) => /\b0\D+249\b/.test(printed) && /\b3001\D+1\b/.test(printed)
}

const account = { accessKey: "reader-access", secretKey: "reader-secret", serviceId: "ncp:sms:kr:123456789012:reader" }

/** The emulator as a program, by the command that its package installs. */
const startEmulator = async (project: string, env: NodeJS.ProcessEnv) => {
  const child = spawn(
    join(project, "node_modules", ".bin", "effect-sens-emulator"),
    [
      "--port=0",
      "--processing-after=0 seconds",
      "--completed-after=0 seconds",
      `--access-key=${account.accessKey}`,
      `--secret-key=${account.secretKey}`,
      `--service-id=${account.serviceId}`
    ],
    { cwd: project, env, stdio: ["ignore", "pipe", "pipe"], shell: process.platform === "win32" }
  )
  const kill = () => child.kill()
  process.once("exit", kill)
  const ended = once(child, "exit")
  const url = await new Promise<string>((found, failed) => {
    let said = ""
    const read = (chunk: Buffer) => {
      said += chunk.toString()
      const match = /http:\/\/127\.0\.0\.1:\d+/.exec(said)
      if (match !== null) found(match[0])
    }
    child.stdout.on("data", read)
    child.stderr.on("data", read)
    child.once("error", failed)
    child.once("exit", (code) => failed(new Error(`the emulator ended (${code})\n${said}`)))
  })
  return {
    url,
    stop: async () => {
      process.off("exit", kill)
      kill()
      await ended
    }
  }
}

export const writePrograms = (project: string): void => {
  for (const { code, file } of programs) writeFileSync(join(project, file), code)
}

/** Runs all programs in `project` on one Node, and says what went wrong. */
export const runPrograms = async (project: string, node: string): Promise<ReadonlyArray<string>> => {
  const env = { ...process.env, PATH: `${dirname(node)}${delimiter}${process.env["PATH"]}`, NO_COLOR: "1" }
  const emulator = await startEmulator(project, env)
  const problems: Array<string> = []
  try {
    let before = 0
    for (const { file, source } of programs) {
      const expectation = expectations[source]
      if (expectation === undefined) {
        problems.push(`A README shows ${source}, and scripts/pack-check/programs.ts does not know what it does`)
        continue
      }
      const printed = await run(node, [file], {
        cwd: project,
        timeout: 120_000,
        env: {
          NO_COLOR: "1",
          SENS_ACCESS_KEY: account.accessKey,
          SENS_SECRET_KEY: account.secretKey,
          SENS_SERVICE_ID: account.serviceId,
          SENS_BASE_URL: emulator.url
        }
      })
      const answer = await fetch(`${emulator.url}/__emulator/messages`)
      const messages = await answer.json() as ReadonlyArray<Message>
      const added = messages.slice(before)
      before = messages.length
      if (!expectation({ printed: printed.trimEnd(), messages, added })) {
        problems.push(`${source} printed ${JSON.stringify(printed)}; the emulator has got ${JSON.stringify(added)}`)
      }
    }
  } finally {
    await emulator.stop()
  }
  return problems
}
