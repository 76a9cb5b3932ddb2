import * as Account from "@effect-sens/emulator/Account"
import * as Emulator from "@effect-sens/emulator/Emulator"
import * as EmulatorClient from "@effect-sens/emulator/EmulatorClient"
import * as Sens from "@effect-sens/http/Sens"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as Sink from "effect/Sink"
import * as Stdio from "effect/Stdio"
import { spawn } from "node:child_process"
import { once } from "node:events"
import { existsSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { setTimeout } from "node:timers/promises"
import * as Handler from "../../src/commands/Check.handler.ts"
import * as Check from "../../src/commands/Check.ts"
import * as Ending from "../../src/Ending.ts"
import * as Globals from "../../src/Globals.ts"
import * as ListFlags from "../../src/lists/ListFlags.ts"
import * as Output from "../../src/Output.ts"
import { disk, utf8 } from "../lists/fixtures.ts"
import { bin, environment, run, temporary } from "../support/program.ts"

const Emulated = Sens.layer(Account.options).pipe(Layer.provideMerge(EmulatorClient.layer()))

const list = "name,phone\nkim,010-1111-2222\nlee,010-1111-2223\npark,1011112224\n"

/** Runs it in a folder with this list. */
const checked = async (args: ReadonlyArray<string>, file: string | Uint8Array = list) => {
  using folder = temporary()
  writeFileSync(join(folder.path, "list.csv"), file)
  const { code, stderr, stdout } = await run(["check", "list.csv", ...args], { cwd: folder.path })
  return { code, stderr, stdout }
}

/** Runs the handler with flags that say this, and gives what it writes as JSON. */
const handled = Effect.fnUntraced(function*(given: Partial<ListFlags.Plain<Check.Input>>) {
  const written: Array<string> = []
  const stdout = () =>
    Sink.forEach((text: string | Uint8Array) =>
      Effect.sync(() => {
        written.push(String(text))
      })
    )
  const ending = Ending.initial()
  const globals = { ...Globals.nothing, format: "json" } as const
  yield* Handler.handle({
    ...ListFlags.nothing,
    list: "list.csv",
    price: undefined,
    out: undefined,
    online: false,
    ...given
  }, Sens.Sens).pipe(
    Effect.provide(Output.layer(globals, { env: {}, columns: 100 })),
    Effect.provide(Layer.merge(Stdio.layerTest({ stdout }), Layer.succeed(Ending.Ending, ending)))
  )
  return { report: Schema.decodeUnknownSync(Handler.Document)(JSON.parse(written.join(""))), code: ending.exitCode }
})

describe("check", () => {
  it("ends with 3 where a row cannot be sent to, and with 0 where all can", async () => {
    const some = await checked(["--text", "Hello {name}"])
    assert.deepStrictEqual([some.code, some.stderr], [3, ""])
    assert.include(some.stdout, "2 messages to send (2 SMS, 0 LMS).")
    assert.include(some.stdout, "Nothing was sent.   Rows left out: --out rejects.csv\n")
    const all = await checked(["--text", "Hello {name}", "--repair-numbers", "--price", "sms=9"])
    assert.deepStrictEqual([all.code, all.stderr], [0, ""])
    assert.include(all.stdout, "3 messages to send (3 SMS, 0 LMS).   KRW 27 by the prices given.\n")
    const korean = await checked(["--text", "{name}님", "--lang", "ko"])
    assert.include(korean.stdout, "보낼 건수 2 (SMS 2 · LMS 0)")
  })

  it("writes one document under --format json, which its schema takes, without a number or a text", async () => {
    const { code, stderr, stdout } = await checked(["--text", "Hello {name}", "--json"])
    assert.deepStrictEqual([code, stderr], [3, ""])
    const report = Schema.decodeUnknownSync(Handler.Document)(JSON.parse(stdout))
    assert.strictEqual(report.send.messages, 2)
    assert.deepStrictEqual(stdout.split("\n").length, 2)
    assert.notMatch(stdout, /1111|kim|lee|park|Hello/)
  })

  it("tells what is wrong in one line", async () => {
    const people = await checked(["--text", "Hello {nam}"])
    const says = "There is no such column: {nam} → perhaps {name}"
    assert.deepStrictEqual(people, { code: 3, stdout: "", stderr: `Error: ${says}\n` })
    const json = await checked(["--text", "Hello {nam}", "--json"])
    assert.deepStrictEqual([json.code, json.stdout], [3, ""])
    assert.deepInclude(JSON.parse(json.stderr).error, {
      tag: "InvalidTemplate",
      message: says,
      exitCode: 3,
      mayHaveBeenSent: false
    })
  })

  it.effect.each<readonly [Partial<ListFlags.Plain<Check.Input>>, number, string]>([
    [{}, 2, "No text → give one of --text, --text-file and --text-column"],
    [{ text: "a", textColumn: "b" }, 2, "More than one text → give one of --text, --text-file and --text-column"],
    [{ text: "a", price: "9" }, 2, "Not a price: 9 → write --price sms=9,lms=27"],
    [{ text: "a", ignore: ["Law"] }, 2, "No such rule of --ignore: Law"],
    [{ text: "a", online: true }, 2, "--online asks who refused advertisements → give --ad, or leave it out"],
    [{ text: "Hello {nam}" }, 3, "There is no such column: {nam} → perhaps {name}"],
    [{ text: "Hello {name" }, 3, "{ without } → write {{ for a brace"],
    [
      { text: "a", toColumn: "tel" },
      3,
      "list.csv: There is no column of the name that --to-column says: \"name\", \"phone\""
    ]
  ])("%j is refused", ([given, exitCode, en]) =>
    Effect.gen(function*() {
      assert.deepInclude(yield* Effect.flip(handled(given)), { _tag: "Refused", exitCode, en })
    }).pipe(Effect.scoped, Effect.provide(disk(utf8(list))), Effect.provide(Emulated)))

  it("writes what has to be mended to a file of its owner's", async () => {
    using folder = temporary()
    const at = (name: string) => join(folder.path, name)
    writeFileSync(at("list.csv"), list)
    const { code, stdout } = await run(["check", "list.csv", "--text", "{name}", "--out", "rejects.csv"], {
      cwd: folder.path
    })
    assert.strictEqual(code, 3)
    assert.include(stdout, "Rows left out: rejects.csv")
    assert.strictEqual(
      readFileSync(at("rejects.csv"), "utf8"),
      "\ufeffline,why,name,phone\r\n4,Lost its first zero {phone},park,1011112224\r\n"
    )
    assert.strictEqual(statSync(at("rejects.csv")).mode & 0o777, 0o600)
    symlinkSync(at("list.csv"), at("link.csv"))
    const same = await run(["check", "list.csv", "--text", "{name}", "--out", "link.csv"], { cwd: folder.path })
    assert.strictEqual(same.code, 2)
    assert.strictEqual(readFileSync(at("list.csv"), "utf8"), list)
  })

  it("reads stdin once, and leaves nothing of it behind, also where it is ended in the middle", async () => {
    using folder = temporary()
    const env = { TMPDIR: folder.path }
    const piped = await run(["check", "-", "--text", "{name}", "--repair-numbers", "--json"], { stdin: list, env })
    assert.deepStrictEqual([piped.code, JSON.parse(piped.stdout).send.messages], [0, 3])
    assert.deepStrictEqual(readdirSync(folder.path), [])

    using home = temporary()
    const child = spawn(process.execPath, [bin, "check", "-", "--text", "{name}"], {
      env: { ...environment(home.path), ...env },
      stdio: ["pipe", "ignore", "ignore"]
    })
    child.stdin.write(list)
    const kept = () => readdirSync(folder.path).filter((name) => existsSync(join(folder.path, name, "list")))
    while (kept().length === 0) await setTimeout(20)
    const [name = ""] = kept()
    assert.strictEqual(statSync(join(folder.path, name, "list")).mode & 0o777, 0o600)
    assert.strictEqual(statSync(join(folder.path, name)).mode & 0o777, 0o700)
    const ended = once(child, "close")
    child.kill("SIGINT")
    assert.deepStrictEqual(await ended, [130, null])
    assert.deepStrictEqual(readdirSync(folder.path), [])
  })

  it("says in two languages what each flag is", () => {
    for (const texts of [...Object.values(Check.texts), ...Object.values(ListFlags.texts)]) {
      assert.match(texts.ko, /[가-힣]/)
      assert.notMatch(texts.en, /[가-힣]/)
    }
  })
})

describe("check --online", () => {
  it.effect("asks the block list for advertisements, once the rest makes sense", () =>
    Effect.gen(function*() {
      const { unsubscribes } = yield* Sens.Sens
      yield* unsubscribes.register(["01011112223"])
      const text = "(광고)[서점] {name} 무료수신거부 080-123-4567"
      const { code, report } = yield* handled({ text, ad: true, repairNumbers: true, online: true })
      assert.deepStrictEqual(report.optedOut, { rows: 1, lines: [3] })
      assert.strictEqual(report.send.messages, 2)
      // Who refused is left out for no fault of the list.
      assert.deepStrictEqual([report.ok, code], [true, 0])
      const emulator = yield* Emulator.Emulator
      const before = (yield* emulator.ledger).length
      assert.isUndefined((yield* handled({ text, ad: true })).report.optedOut)
      const error = yield* Effect.flip(handled({ text, online: true }))
      assert.deepInclude(error, { _tag: "Refused", tag: "Usage", exitCode: 2 })
      assert.strictEqual((yield* emulator.ledger).length, before)
      assert.deepStrictEqual(yield* emulator.allMessages, [])
    }).pipe(
      Effect.scoped,
      Effect.provide(disk(utf8(list))),
      Effect.provide(Emulated)
    ))
})
