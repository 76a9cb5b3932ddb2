import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import { afterAll, assert, describe, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import { spawn, spawnSync } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { base, folder, jpeg, sign, sms } from "./support.ts"

// The file of `--data`, with the emulator as a program: killed, stopped, on disks that are full.

const path = Effect.map(folder, (folder) => `${folder}/events`)

const program = fileURLToPath(new URL("../src/bin.ts", import.meta.url))

const start = (shell: string, file: string | undefined, ...more: ReadonlyArray<string>) =>
  Effect.acquireRelease(
    Effect.callback<{
      readonly url: string | undefined
      readonly ended: () => boolean
      readonly output: () => string
      readonly stop: (signal: "SIGKILL" | "SIGTERM") => Effect.Effect<void>
    }>((resume) => {
      const args = [process.execPath, program, "--port=0", ...file === undefined ? [] : [`--data=${file}`], ...more]
      const child = spawn("/bin/sh", ["-c", `${shell} exec "$0" "$@"`, ...args])
      let output = ""
      const ended = () => child.exitCode !== null || child.signalCode !== null
      const stop = (signal: "SIGKILL" | "SIGTERM") =>
        Effect.callback<void>((resume) => {
          if (ended()) return resume(Effect.void)
          child.once("exit", () => resume(Effect.void))
          child.kill(signal)
        })
      const add = (chunk: Buffer) => {
        output += chunk.toString()
        const url = /http:\/\/127\.0\.0\.1:\d+/.exec(output)?.[0]
        if (url !== undefined) resume(Effect.succeed({ url, ended, output: () => output, stop }))
      }
      child.stdout.on("data", add)
      child.stderr.on("data", add)
      child.once("close", () => resume(Effect.succeed({ url: undefined, ended, output: () => output, stop })))
    }),
    ({ stop }) => stop("SIGKILL")
  )

const ask = Effect.fnUntraced(function*(url: string | undefined, method: string, target: string, body?: unknown) {
  const timestamp = yield* Clock.currentTimeMillis
  return yield* Effect.tryPromise(async () => {
    const response = await fetch(`${url}${target}`, {
      method,
      headers: { ...sign({ method, target, timestamp }), "content-type": "application/json" },
      ...(body === undefined ? undefined : { body: JSON.stringify(body) })
    })
    return { status: response.status, text: await response.text() }
  })
})

const long = (n: number) => sms({ type: "LMS", content: `${n}. ${"가".repeat(900)}` })
const shown = (url: string | undefined) =>
  Effect.map(
    ask(url, "GET", "/__emulator/messages"),
    ({ text }) => new Set(Array.from(text.matchAll(/"content":"(\d+)\. /g), ([, n]) => Number(n)))
  )

const messages = `${base}/messages`

describe("the program", () => {
  it.live(
    "a second at the same time is refused; kill -9 leaves a lock that the next takes over",
    () =>
      Effect.gen(function*() {
        const file = yield* path
        const first = yield* start("", file)
        assert.strictEqual((yield* ask(first.url, "POST", messages, sms({ content: "남는다" }))).status, 202)
        const second = yield* start("", file)
        assert.isUndefined(second.url)
        assert.include(second.output(), "in use by process")
        yield* first.stop("SIGKILL")
        const third = yield* start("", file)
        assert.include((yield* ask(third.url, "GET", "/__emulator/messages")).text, "남는다")
      }).pipe(Effect.scoped, Effect.provide(NodeFileSystem.layer)),
    180_000
  )

  it.live("in the folder that it runs in: what is beside its file is found there", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem.FileSystem
      const where = yield* folder
      yield* fs.writeFileString(`${where}/events.1.a.b.new`, "")
      const { url } = yield* start(`cd ${where};`, "events")
      assert.strictEqual((yield* ask(url, "POST", messages, long(1))).status, 202)
      yield* fs.writeFileString(`${where}/events.torn`, "{\"_tag\":\"Accepted\",\"request\":{\"content\":\"비밀")
      assert.strictEqual((yield* ask(url, "POST", "/__emulator/reset")).status, 204)
      assert.deepStrictEqual((yield* fs.readDirectory(where)).toSorted(), ["events", "events.lock"])
    }).pipe(Effect.scoped, Effect.provide(NodeFileSystem.layer)), 180_000)

  it.live(
    "no id comes twice, over starts, kills and resets, with a file and without one",
    () =>
      Effect.gen(function*() {
        for (const file of [yield* path, undefined]) {
          const seen = new Set<string>()
          let count = 0
          const take = (id: unknown) => {
            count++
            seen.add(String(id))
          }
          for (const signal of ["SIGKILL", "SIGTERM"] as const) {
            const { stop, url } = yield* start("", file)
            for (let phase = 0; phase < 2; phase++) {
              const recipients = Array.from({ length: 100 }, (_, i) => ({ to: String(i) }))
              for (let i = 0; i < 10; i++) {
                const sent = yield* ask(url, "POST", messages, sms({ messages: recipients }))
                const { requestId } = JSON.parse(sent.text)
                take(requestId)
                const target = `${messages}?requestId=${requestId}`
                const listed = JSON.parse((yield* ask(url, "GET", target)).text).messages
                assert.lengthOf(listed, 100)
                for (const { messageId } of listed) take(messageId)
              }
              const fileBody = Buffer.from(jpeg()).toString("base64")
              for (let i = 0; i < 5; i++) {
                const fileName = `${signal}${phase}${i}.jpg`
                take(JSON.parse((yield* ask(url, "POST", `${base}/files`, { fileName, fileBody })).text).fileId)
              }
              if (phase === 0) assert.strictEqual((yield* ask(url, "POST", "/__emulator/reset")).status, 204)
            }
            yield* stop(signal)
          }
          assert.strictEqual(count, 4 * 1015)
          assert.strictEqual(seen.size, count)
        }
      }).pipe(Effect.scoped, Effect.provide(NodeFileSystem.layer)),
    180_000
  )

  it.live("kill -9 in the middle of many sends: what was acknowledged is there", () =>
    Effect.gen(function*() {
      const file = yield* path
      const acknowledged = new Set<number>()
      let n = 0
      for (const sent of [1, 12, 40]) {
        const { stop, url } = yield* start("", file)
        const one = Effect.suspend(() => {
          const own = n++
          return Effect.map(ask(url, "POST", messages, long(own)), ({ status }) => {
            if (status === 202) acknowledged.add(own)
          })
        })
        // Until the program is gone.
        const senders = Effect.all(Array.from({ length: 4 }, () => Effect.ignore(Effect.forever(one))), {
          concurrency: 4
        })
        const busy = Effect.repeat(Effect.sleep(1), { until: () => Effect.sync(() => acknowledged.size >= sent) })
        yield* Effect.all([senders, Effect.andThen(busy, stop("SIGKILL"))], { concurrency: 2 })
      }
      const { url } = yield* start("", file)
      const there = yield* shown(url)
      assert.deepStrictEqual(Array.from(acknowledged).filter((sent) => !there.has(sent)), [])
    }).pipe(Effect.scoped, Effect.provide(NodeFileSystem.layer)), 180_000)

  const fills = (shell: string, file: string) =>
    Effect.gen(function*() {
      const fs = yield* FileSystem.FileSystem
      const acknowledged = new Set<number>()
      const full = yield* start(shell, file)
      let refused = 0
      for (let n = 0; n < 60; n++) {
        const answer = yield* ask(full.url, "POST", messages, long(n))
        if (answer.status === 202) acknowledged.add(n)
        else {
          refused++
          assert.strictEqual(answer.status, 500)
          assert.deepInclude(JSON.parse(answer.text).error, { errorCode: "900" })
        }
      }
      assert.isAbove(refused, 5)
      assert.isAbove(acknowledged.size, 5)
      assert.include(full.output(), "cannot be written")
      assert.deepStrictEqual(yield* shown(full.url), acknowledged)
      yield* full.stop("SIGKILL")
      const bytes = yield* fs.readFileString(file)
      assert.isTrue(bytes.endsWith("\n"))

      const after = yield* start(shell, file)
      assert.deepStrictEqual(yield* shown(after.url), acknowledged)
      assert.strictEqual((yield* ask(after.url, "POST", messages, long(60))).status, 500)
      assert.strictEqual((yield* ask(after.url, "POST", "/__emulator/reset")).status, 204)
      assert.strictEqual((yield* ask(after.url, "POST", messages, long(61))).status, 202)
      assert.include(after.output(), "can be written again")
      assert.deepStrictEqual(yield* shown(after.url), new Set([61]))
    })

  it.live(
    "a file that may not grow: refused, told, nothing shown of it, mended when there is room, and readable after",
    () =>
      Effect.gen(function*() {
        // 128 times 512 bytes.
        yield* fills("ulimit -f 128;", yield* path)
      }).pipe(Effect.scoped, Effect.provide(NodeFileSystem.layer)),
    180_000
  )

  it.live(
    "a log that finds no room ends nothing, and goes on when there is room",
    () =>
      Effect.gen(function*() {
        const fs = yield* FileSystem.FileSystem
        const log = `${yield* path}.log`
        const server = yield* start(`ulimit -f 4; exec 2>>'${log}';`, undefined, "--env")
        for (let n = 0; n < 60; n++) assert.strictEqual((yield* ask(server.url, "POST", messages, sms())).status, 202)
        assert.isFalse(server.ended())
        assert.isBelow(Number((yield* fs.stat(log)).size), 4 * 512 + 1)
        yield* fs.truncate(log)
        assert.strictEqual((yield* ask(server.url, "POST", messages, sms())).status, 202)
        yield* server.stop("SIGTERM")
        assert.match(yield* fs.readFileString(log), /POST .* 202/)
      }).pipe(Effect.scoped, Effect.provide(NodeFileSystem.layer)),
    180_000
  )

  // A disk of its own takes the rights of root.
  const disk = () => {
    const folder = mkdtempSync(join(tmpdir(), "disk-"))
    const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", "size=96k", "tmpfs", folder]).status === 0
    afterAll(() => {
      if (mounted) spawnSync("umount", [folder])
      rmSync(folder, { recursive: true })
    })
    return { folder, mounted }
  }
  const { folder: small, mounted } = disk()
  const { folder: filled } = disk()

  it.live.skipIf(!mounted)(
    "a disk that others fill: a file that a crash has cut starts on it; mended, and the cut kept, when they are gone",
    () =>
      Effect.gen(function*() {
        const fs = yield* FileSystem.FileSystem
        const file = `${filled}/events`
        const first = yield* start("", file)
        assert.strictEqual((yield* ask(first.url, "POST", messages, long(1))).status, 202)
        yield* first.stop("SIGKILL")
        const tail = "{\"_tag\":\"Accepted\",\"request\":{\"requestId\":\"RSSA"
        yield* fs.writeFileString(file, tail, { flag: "a" })
        const bytes = yield* fs.readFileString(file)
        yield* Effect.ignore(fs.writeFile(`${filled}/filler`, new Uint8Array(1_000_000)))
        const full = yield* start("", file)
        assert.include(full.output(), "stays there until it can be kept beside: ENOSPC")
        assert.deepStrictEqual(yield* shown(full.url), new Set([1]))
        const refused = yield* ask(full.url, "POST", messages, long(2))
        assert.strictEqual(refused.status, 500)
        assert.deepInclude(JSON.parse(refused.text).error, { errorCode: "900" })
        assert.deepStrictEqual(yield* shown(full.url), new Set([1]))
        assert.strictEqual(yield* fs.readFileString(file), bytes)
        yield* fs.remove(`${filled}/filler`)
        assert.strictEqual((yield* ask(full.url, "POST", messages, long(3))).status, 202)
        assert.include(full.output(), "can be written again")
        assert.strictEqual(yield* fs.readFileString(`${file}.torn`), tail)
        yield* full.stop("SIGKILL")
        const after = yield* start("", file)
        assert.deepStrictEqual(yield* shown(after.url), new Set([1, 3]))
      }).pipe(Effect.scoped, Effect.provide(NodeFileSystem.layer)),
    180_000
  )
  it.live.skipIf(!mounted)(
    "a full disk: the same",
    () => Effect.scoped(Effect.provide(fills("", `${small}/events`), NodeFileSystem.layer)),
    180_000
  )
})
