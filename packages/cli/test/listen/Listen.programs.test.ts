import type * as SensPromise from "@effect-sens/http/SensPromise"
import { assert, describe, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { afterAll, beforeAll, vi } from "vitest"
import { Document } from "../../src/commands/Listen.handler.ts"
import * as Replay from "../../src/commands/ListenReplay.handler.ts"
import * as Emulator from "../support/emulator.ts"
import { run, temporary } from "../support/program.ts"
import { onPort, secret } from "./endpoint.ts"
import { client, listener, send } from "./program.ts"

let emulator: Emulator.Emulator
let sens: SensPromise.SensPromise

beforeAll(async () => {
  emulator = await Emulator.start("--completed-after", "0 seconds", "--outcome", "01000000001=3001")
  sens = client(emulator)
})

afterAll(async () => {
  await sens.dispose()
  await emulator[Symbol.asyncDispose]()
})

const decode = Schema.decodeUnknownSync(Document)

const lines = (text: string) => text.trimEnd().split("\n").map((line) => decode(JSON.parse(line)))

const wait = (until: () => boolean) => vi.waitUntil(until, { timeout: 60_000, interval: 20 })

const environmentOf = () => ({ ...emulator.env, SENS_WEBHOOK_SECRET: secret })

describe("listen as a program", () => {
  it("forwards what is completed, alone with its cursor, and goes on where it was", async () => {
    using home = temporary()
    using endpoint = await onPort()
    const args = ["--forward-to", `${endpoint.origin}/hook?a=1&task=&b=%7e`, "--interval", "1s", "--format", "ndjson"]
    const options = { home: home.path, env: environmentOf() }
    const first = listener(args, options)
    await wait(() => first.shown.stdout.includes("\"listening\""))
    const mine = await send(sens, 3)
    const second = listener(args, options)
    assert.strictEqual(await second.ended(), 3)
    assert.strictEqual(second.shown.stdout, "")
    assert.deepInclude(JSON.parse(second.shown.stderr), { v: 1 })
    assert.include(second.shown.stderr, "CursorInUse")
    const of = (requestId: string) => endpoint.received.filter(({ body }) => body.includes(requestId))
    await wait(() => of(mine).length === 3)
    await wait(() => first.shown.stdout.includes(mine))
    assert.strictEqual(await first.end("SIGTERM"), 143)
    assert.strictEqual(first.shown.stderr, "")
    const said = lines(first.shown.stdout)
    assert.deepInclude(said.at(-1), { end: true, undelivered: 0 })
    const delivered = said.filter((line) => "event" in line && line.event === "delivered")
    assert.include(JSON.stringify(delivered), "\"outcome\":\"failed\",\"code\":\"3001\"")
    assert.include(JSON.stringify(delivered), "010****0001")
    assert.isTrue(endpoint.received.every(({ url }) => url === "/hook?a=1&task=&b=%7e"))
    // While nobody listens.
    const later = await send(sens, 2)
    await using third = listener(args.slice(0, 4), options)
    await wait(() => of(later).length === 2)
    assert.strictEqual(of(mine).length, 3)
    await wait(() => third.shown.stdout.split("\n").length > 2)
    assert.match(
      third.shown.stderr,
      /^Listening: messages that are completed from .* KST on go to http:\/\/127\.0\.0\.1:\d+\.\n$/
    )
    assert.match(third.shown.stdout, /KST {2}\S+ {2}010\*\*\*\*0000 {2}delivered {2}0 {2}HTTP 200\n/)
    endpoint.verify()
    // Neither what is shown nor what is kept holds a number or a key, and what is kept is its owner's alone.
    const kept = readdirSync(join(home.path, "state"), { recursive: true, withFileTypes: true })
    const files = kept.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
    assert.isAtLeast(files.length, 2)
    const texts = files.map((file) => readFileSync(file, "utf8"))
    for (const text of [...texts, ...[first, second, third].flatMap(({ shown }) => Object.values(shown))]) {
      assert.notMatch(text, /\b010\d{8}\b|emulator-secret-key|emulator-access-key|whsec_/)
    }
    for (const file of files) assert.strictEqual(statSync(file).mode & 0o077, 0, file)
  })

  it("--print-secret prints the one that is kept, that of a file, and that of the environment", async () => {
    using home = temporary()
    const file = join(home.path, "secrets.txt")
    writeFileSync(file, `${secret}\n`)
    const state = { XDG_STATE_HOME: join(home.path, "kept") }
    const settings = join(home.path, ".env")
    writeFileSync(settings, `SENS_ACCESS_KEY=x\nSENS_WEBHOOK_SECRET=${secret}\n`)
    const [made, again, ofFile, ofSettings, ofEnvironment, json, wrong] = await Promise.all([
      run(["listen", "--print-secret"], { env: state }),
      run(["listen", "--print-secret"], { env: state }),
      run(["listen", "--print-secret", "--secret-file", file]),
      run(["listen", "--print-secret", "--env-file", settings], { env: { SENS_WEBHOOK_SECRET: "whsec_other" } }),
      run(["listen", "--print-secret"], { env: { SENS_WEBHOOK_SECRET: secret } }),
      run(["listen", "--print-secret", "--format", "ndjson"], { env: { SENS_WEBHOOK_SECRET: secret } }),
      run(["listen", "--print-secret"], { env: { SENS_WEBHOOK_SECRET: "" } })
    ])
    assert.match(made.stdout, /^whsec_[A-Za-z0-9+/]{43}=\n$/)
    assert.deepStrictEqual([made.code, made.stderr, again.stdout], [0, "", made.stdout])
    assert.strictEqual(ofFile.stdout, `${secret}\n`)
    assert.strictEqual(ofSettings.stdout, `${secret}\n`)
    assert.strictEqual(ofEnvironment.stdout, `${secret}\n`)
    assert.deepInclude(lines(json.stdout)[0], { event: "secret", secret })
    assert.deepStrictEqual([wrong.code, wrong.stdout], [4, ""])
  })

  it("is refused before it begins where it cannot be meant", async () => {
    using home = temporary()
    const to = ["--forward-to", "https://example.com/"]
    const refused = [
      [[], 2, "--forward-to"],
      [["--forward-to", "http://example.com/hook"], 2, "--insecure"],
      [[...to, "--print-secret"], 2, "--print-secret"],
      [[...to, "--timeout", "fast"], 2, "--timeout"],
      [[...to, "--concurrency", "0"], 2, "--concurrency"],
      [[...to, "--secret-file", "nothing.txt"], 2, "nothing.txt"],
      [[...to, "--from=-200d"], 8, "90 days"]
    ] as const
    await Promise.all(refused.map(async ([args, code, said]) => {
      const ended = await run(["listen", ...args], { env: emulator.env, cwd: home.path })
      assert.deepStrictEqual([ended.code, ended.stdout], [code, ""], args.join(" "))
      assert.include(ended.stderr, said)
    }))
  })

  it("replay delivers single messages once more, and says what was answered", async () => {
    using endpoint = await onPort(({ url }) => url === "/fails" ? 503 : 200)
    const { messages } = await sens.messages.search({ requestId: await send(sens, 2, 70) })
    const ids = (messages ?? []).map(({ messageId }) => messageId)
    const replay = (path: string, ...args: ReadonlyArray<string>) =>
      run(["listen", "replay", ...args, "--forward-to", `${endpoint.origin}${path}`, "--json"], {
        env: environmentOf()
      })
    const [done, failed, absent] = await Promise.all([
      replay("/x?y=", ...ids),
      replay("/fails", ids[0] ?? ""),
      replay("/absent", ids[0] ?? "", "nothing")
    ])
    assert.deepStrictEqual([done.code, done.stderr], [0, ""])
    const read = (text: string) => Schema.decodeUnknownSync(Replay.Document)(JSON.parse(text)).messages
    assert.deepStrictEqual(
      read(done.stdout).map(({ answer, delivered, messageId, to }) => [messageId, to, delivered, answer]),
      ids.map((id, index) => [id, `010****007${index}`, true, "HTTP 200"])
    )
    assert.strictEqual(failed.code, 7)
    assert.deepInclude(read(failed.stdout)[0], { delivered: false, answer: "HTTP 503" })
    // None where one of them is not there.
    assert.deepStrictEqual([absent.code, absent.stdout], [8, ""])
    assert.isFalse(endpoint.received.some(({ url }) => url === "/absent"))
    assert.strictEqual(endpoint.received.filter(({ url }) => url === "/x?y=").length, 2)
    endpoint.verify()
  })
})
