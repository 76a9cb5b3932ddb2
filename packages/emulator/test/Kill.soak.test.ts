import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import { assert, describe, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Schema from "effect/Schema"
import { spawn } from "node:child_process"
import { fileURLToPath } from "node:url"
import { base, sign, sms } from "./support.ts"

// A real process that dies in the middle of an append, after each number of its bytes: `KILL_STEP=1` takes every one, which is some
// hundred processes, and without it every sixteenth is taken. Each process is the restart of the one before it.

const step = Number(process.env["KILL_STEP"] ?? 16)

const program = fileURLToPath(new URL("./kill.program.ts", import.meta.url))

const Ready = Schema.fromJsonString(Schema.Struct({
  baseUrl: Schema.String,
  there: Schema.Array(Schema.Struct({ content: Schema.String, messageId: Schema.String, requestId: Schema.String }))
}))
const decodeReady = Schema.decodeUnknownSync(Ready)

/** Runs the program until it is dead, and gives what it has written. */
const run = <A>(file: string, bytes: number, use: (ready: typeof Ready.Type) => Effect.Effect<A>) =>
  Effect.acquireUseRelease(
    Effect.sync(() => {
      const child = spawn(process.execPath, [program, file, String(bytes)], { stdio: ["ignore", "pipe", "inherit"] })
      let output = ""
      child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
        output += chunk
      })
      const hasEnded = () => child.exitCode !== null || child.signalCode !== null
      const ended = Effect.callback<string>((resume) => {
        const done = () => resume(Effect.sync(() => output))
        if (hasEnded()) done()
        else child.once("close", done)
      })
      const ready = Effect.callback<typeof Ready.Type>((resume) => {
        const look = () => {
          // Warnings of the log may come before it.
          const line = /^\{.*\}$/m.exec(output)?.[0]
          if (line !== undefined) resume(Effect.sync(() => decodeReady(line)))
        }
        child.stdout.on("data", look)
        child.once("close", () => resume(Effect.die(new Error(`It has ended:\n${output}`))))
        look()
      })
      return { child, ended, ready }
    }),
    ({ child, ended, ready }) =>
      Effect.gen(function*() {
        const value = yield* Effect.flatMap(ready, use)
        const output = yield* ended
        assert.strictEqual(child.signalCode, "SIGKILL")
        return { output, value }
      }),
    ({ child }) => Effect.sync(() => child.kill("SIGKILL"))
  )

const post = Effect.fnUntraced(function*(baseUrl: string, content: string) {
  const target = `${base}/messages`
  const timestamp = yield* Clock.currentTimeMillis
  return yield* Effect.tryPromise(async () => {
    const response = await fetch(`${baseUrl}${target}`, {
      method: "POST",
      headers: { ...sign({ method: "POST", target, timestamp }), "content-type": "application/json" },
      body: JSON.stringify(sms({ content }))
    })
    return { status: response.status, requestId: String(JSON.parse(await response.text()).requestId) }
  })
})

/** What is acknowledged and what is not, over the lives of one file. */
const books = () => {
  const acknowledged = new Map<string, string>()
  const cut = new Set<string>()
  const ids = new Map<string, string>()
  return {
    acknowledged,
    cut,
    check: (there: typeof Ready.Type["there"]) => {
      const contents = there.map(({ content }) => content)
      assert.strictEqual(new Set(contents).size, contents.length)
      for (const content of contents) assert.isTrue(acknowledged.has(content) || cut.has(content))
      for (const [content, requestId] of acknowledged) {
        assert.strictEqual(there.find((message) => message.content === content)?.requestId, requestId)
      }
      for (const { content, messageId, requestId } of there) {
        for (const id of [messageId, requestId]) {
          assert.strictEqual(ids.get(id) ?? content, content)
          ids.set(id, content)
        }
      }
    }
  }
}

describe("kill -9 after any byte of an append", () => {
  it.live("what was acknowledged is there after a restart, once, and no id comes twice", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem.FileSystem
      const folder = yield* fs.makeTempDirectoryScoped()
      const once = (file: string, { acknowledged, check, cut }: ReturnType<typeof books>, bytes: number) =>
        Effect.map(
          run(file, bytes, ({ baseUrl, there }) =>
            Effect.gen(function*() {
              check(there)
              const name = String(bytes).padStart(4, "0")
              const answer = yield* Effect.orDie(post(baseUrl, `남는다 ${name}`))
              assert.strictEqual(answer.status, 202)
              acknowledged.set(`남는다 ${name}`, answer.requestId)
              cut.add(`끊긴다 ${name}`)
              assert.isTrue((yield* Effect.exit(post(baseUrl, `끊긴다 ${name}`)))._tag === "Failure")
            })),
          ({ output }) => Number(/^(\d+) bytes$/m.exec(output)?.[1])
        )
      const length = yield* once(`${folder}/first`, books(), 0)
      assert.isAbove(length, 200)
      const cuts = Array.from({ length: length + 1 }, (_, bytes) => bytes)
        .filter((bytes) => bytes % step === 0 || bytes < 3 || bytes > length - 3)
      const lanes = 2
      yield* Effect.forEach(
        Array.from({ length: lanes }, (_, lane) => lane),
        (lane) =>
          Effect.gen(function*() {
            const file = `${folder}/events-${lane}`
            const own = books()
            for (const bytes of cuts.filter((_, i) => i % lanes === lane)) yield* once(file, own, bytes)
            yield* once(file, own, 9999)
            assert.isAbove(own.acknowledged.size, cuts.length / lanes - 1)
          }),
        { concurrency: lanes }
      )
    }).pipe(Effect.scoped, Effect.provide(NodeFileSystem.layer)), 600_000)
})
