import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { spawn } from "node:child_process"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { base, sign, sms } from "./support.ts"

const program = fileURLToPath(new URL("../src/bin.ts", import.meta.url))

const run = (args: ReadonlyArray<string>) =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const child = spawn(process.execPath, [program, ...args], { stdio: ["ignore", "pipe", "pipe"] })
      let output = ""
      const waiting = new Set<() => void>()
      const add = (chunk: Buffer) => {
        output += chunk.toString()
        for (const look of waiting) look()
      }
      child.stdout.on("data", add)
      child.stderr.on("data", add)
      const exit = Effect.callback<number | null>((resume) => {
        const ended = () => resume(Effect.succeed(child.exitCode))
        if (child.exitCode === null && child.signalCode === null) child.once("exit", ended)
        else ended()
      })
      const until = (pattern: RegExp) =>
        Effect.callback<RegExpExecArray>((resume) => {
          const look = () => {
            const match = pattern.exec(output)
            if (match === null) return
            waiting.delete(look)
            resume(Effect.succeed(match))
          }
          waiting.add(look)
          look()
          child.once("exit", () => {
            look()
            resume(Effect.die(new Error(`ended before ${pattern}:\n${output}`)))
          })
        })
      return { child, exit, output: () => output, until }
    }),
    ({ child, exit }) =>
      Effect.suspend(() => {
        child.kill("SIGKILL")
        return exit
      })
  )

describe("effect-sens-emulator", () => {
  it.live("--help tells the options, --version the version", () =>
    Effect.gen(function*() {
      const help = yield* run(["--help"])
      assert.strictEqual(yield* help.exit, 0)
      for (const flag of ["--port", "--outcome", "--timestamp-tolerance", "--paging", "--strict"]) {
        assert.include(help.output(), flag)
      }
      const version = yield* run(["--version"])
      assert.strictEqual(yield* version.exit, 0)
      assert.match(version.output(), /\d+\.\d+\.\d+/)
    }), 30_000)

  it.live(
    "serves until it is told to stop, with one line a request and no phone number in it",
    () =>
      Effect.gen(function*() {
        const service = "ncp:sms:kr:1:mine"
        const server = yield* run([
          "--port=0",
          "--access-key=ak",
          "--secret-key=sk",
          `--service-id=${service}`,
          "--outcome=01000000001=3001",
          "--completed-after=1 millis"
        ])
        const [, baseUrl] = yield* server.until(/(http:\/\/127\.0\.0\.1:\d+)/)
        const messages = `/sms/v2/services/${service}/messages`
        const fetched = (method: string, target: string, signed: string, body?: unknown) =>
          Effect.promise(async () => {
            const response = await fetch(baseUrl + target, {
              method,
              headers: {
                ...sign({ method, target: signed, timestamp: Date.now(), accessKey: "ak", secretKey: "sk" }),
                "content-type": "application/json"
              },
              ...(body === undefined ? undefined : { body: JSON.stringify(body) })
            })
            return { status: response.status, body: await response.json() as any }
          })

        const sent = yield* fetched("POST", messages, messages, sms())
        assert.strictEqual(sent.status, 202)
        yield* Effect.sleep("20 millis")
        const query = `${messages}?requestId=${sent.body.requestId}&to=01000000001&from=0212345678`
        const listed = yield* fetched("GET", query, query)
        assert.strictEqual(listed.body.messages[0].statusCode, "3001")
        assert.strictEqual((yield* fetched("GET", query, messages)).status, 401)
        assert.strictEqual(
          (yield* fetched("GET", `${base}/messages?requestId=x`, `${base}/messages?requestId=x`)).status,
          403
        )

        yield* server.until(/403 \d+ ms/)
        server.child.kill("SIGTERM")
        const code = yield* server.exit
        assert.include([0, 130, 143], code)
        const output = server.output()
        assert.include(output, `POST ${messages} 202 `)
        assert.include(output, `GET ${messages}?requestId=${sent.body.requestId}&to=***&from=*** 200 `)
        assert.match(output, /401 \d+ ms: the signature must cover .*the query string was left out/)
        assert.notInclude(output, "01000000001")
        assert.notInclude(output, "0212345678")
        assert.notInclude(output, "내용")
      }),
    30_000
  )

  it.live(
    "--data: what was accepted survives a kill",
    () =>
      Effect.gen(function*() {
        const directory = yield* Effect.acquireRelease(
          Effect.sync(() => mkdtempSync(join(tmpdir(), "emulator-"))),
          (directory) => Effect.sync(() => rmSync(directory, { recursive: true }))
        )
        const args = ["--port=0", `--data=${join(directory, "events")}`]
        const target = `${base}/messages`
        const first = yield* run(args)
        const [, baseUrl] = yield* first.until(/(http:\/\/127\.0\.0\.1:\d+)/)
        const sent = yield* Effect.promise(() =>
          fetch(baseUrl + target, {
            method: "POST",
            headers: {
              ...sign({ method: "POST", target, timestamp: Date.now() }),
              "content-type": "application/json"
            },
            body: JSON.stringify(sms())
          }).then((response) => response.json() as any)
        )
        first.child.kill("SIGKILL")
        yield* first.exit
        const second = yield* run(args)
        const [, again] = yield* second.until(/(http:\/\/127\.0\.0\.1:\d+)/)
        const messages = yield* Effect.promise(() =>
          fetch(`${again}/__emulator/messages`).then((response) => response.json() as any)
        )
        assert.deepStrictEqual(messages.map((message: any) => message.requestId), [sent.requestId])

        writeFileSync(join(directory, "other"), "hello\n")
        const refused = yield* run(["--port=0", `--data=${join(directory, "other")}`])
        assert.notStrictEqual(yield* refused.exit, 0)
        assert.include(refused.output(), "line 1, is nothing that an emulator wrote")
      }),
    30_000
  )

  it.live("a port that does not exist is refused", () =>
    Effect.gen(function*() {
      const server = yield* run(["--port=70000"])
      assert.notStrictEqual(yield* server.exit, 0)
    }), 30_000)
})
