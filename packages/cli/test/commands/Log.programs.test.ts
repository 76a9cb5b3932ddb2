import * as MessageRecord from "@effect-sens/core/MessageRecord"
import * as SensPromise from "@effect-sens/http/SensPromise"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, describe, it } from "@effect/vitest"
import * as CliOutput from "effect/cli/CliOutput"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import iconv from "iconv-lite"
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { afterAll, beforeAll } from "vitest"
import { Document } from "../../src/commands/Log.handler.ts"
import * as Log from "../../src/commands/Log.ts"
import * as Ending from "../../src/Ending.ts"
import * as ExitCode from "../../src/ExitCode.ts"
import * as Globals from "../../src/Globals.ts"
import * as Emulator from "../support/emulator.ts"
import { run, shell, temporary } from "../support/program.ts"

const folder = temporary()
let emulator: Emulator.Emulator

const texts = ["안녕하세요", "=1+1", "따옴표 \" 와, 쉼표", "뷁 괜찮아요"] as const

/** What the service says of it, read otherwise than the program does. */
const records = async () => {
  // @effect-diagnostics-next-line globalFetch:off
  const answer = await fetch(`${emulator.url}/__emulator/messages?limit=1000`)
  return (await answer.json()) as ReadonlyArray<{ readonly messageId: string; readonly to: string }>
}

beforeAll(async () => {
  emulator = await Emulator.start(
    "--completed-after",
    "0 seconds",
    "--outcome",
    "01000000002=3001",
    "--charset",
    "CP949"
  )
  await using sens = SensPromise.make({
    accessKey: emulator.env["SENS_ACCESS_KEY"] ?? "",
    secretKey: emulator.env["SENS_SECRET_KEY"] ?? "",
    serviceId: emulator.env["SENS_SERVICE_ID"] ?? "",
    baseUrl: emulator.url,
    preflight: { charset: "CP949" }
  })
  for (const content of texts) {
    await sens.messages.send({
      type: "SMS",
      from: "0212345678",
      content,
      messages: [{ to: "01000000001" }, { to: "01000000002" }]
    })
  }
})

afterAll(async () => {
  await emulator[Symbol.asyncDispose]()
  folder[Symbol.dispose]()
})

const log = (...args: ReadonlyArray<string>) => run(["log", ...args], { env: emulator.env, cwd: folder.path })

const read = (name: string) => readFileSync(join(folder.path, name))

/** A reader of CSV of our own: no library of the program's. */
const cells = (text: string): ReadonlyArray<ReadonlyArray<string>> =>
  text.split("\r\n").slice(0, -1).map((line) =>
    Array.from(
      line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g),
      ([, quoted, plain]) => quoted === undefined ? plain ?? "" : quoted.replaceAll("\"\"", "\"")
    )
  )

describe("log", () => {
  it("shows people what became of each, without a number in full", async () => {
    const ended = await log("--last", "1h", "--lang", "ko")
    assert.strictEqual(ended.code, 0)
    const lines = ended.stdout.trim().split("\n")
    assert.strictEqual(lines.length, 8)
    assert.strictEqual(lines.filter((line) => line.includes("실패 3001 가입자 없음")).length, 4)
    assert.strictEqual(lines.filter((line) => line.includes("전달됨")).length, 4)
    assert.include(ended.stderr, "8건")
    assert.notInclude(ended.stdout, "안녕")
  })

  it("writes a line of JSON a message and one that says that it was the last", async () => {
    const ended = await log("--last", "1h", "--failed", "--format", "ndjson", "--show-texts")
    const decode = Schema.decodeUnknownSync(Document)
    const lines = ended.stdout.trim().split("\n").map((line) => decode(JSON.parse(line)))
    const end = lines.pop()
    assert.deepInclude(end, { end: true, messages: 4, unreadable: 0, out: null })
    assert.deepStrictEqual(
      lines.flatMap((line) => "message" in line ? [line.message.content] : []).sort(),
      [...texts].sort()
    )
    for (const line of lines) if ("message" in line) assert.strictEqual(line.message.to, "010****0002")
  })

  it("takes --json for what it is line by line, and keys from a file in UTF-16, as an older PowerShell writes it", async () => {
    const lines = Object.entries(emulator.env).map(([name, value]) => `${name}=${value}\r\n`).join("")
    writeFileSync(join(folder.path, "utf16.env"), `\uFEFF${lines}`, "utf16le")
    const ended = await run(["log", "--last", "1h", "--json", "--env-file", "utf16.env"], { cwd: folder.path })
    assert.strictEqual(ended.code, 0, ended.stderr)
    assert.deepInclude(JSON.parse(ended.stdout.trim().split("\n").at(-1) ?? ""), { end: true, messages: 8 })
  })

  it("writes a file for Excel: numbers in full, formulas as texts, in each encoding", async () => {
    const columns = "to,content,meaning"
    const expected = texts.flatMap((content) => {
      const cell = content.startsWith("=") ? `'${content}` : content
      return [["010-0000-0001", cell, "Delivered"], ["010-0000-0002", cell, "No subscriber with this number"]]
    }).sort()
    for (const encoding of ["utf-8-bom", "utf-8", "cp949"]) {
      const file = `${encoding}.csv`
      const ended = await log("--last", "1h", "--out", file, "--encoding", encoding, "--columns", columns)
      assert.strictEqual(ended.code, 0)
      const bytes = read(file)
      assert.strictEqual(statSync(join(folder.path, file)).mode & 0o777, 0o600)
      assert.strictEqual(bytes.subarray(0, 3).toString("hex") === "efbbbf", encoding === "utf-8-bom")
      const [head, ...rows] = cells(
        encoding === "cp949" ? iconv.decode(bytes, "cp949") : bytes.toString().replace(/^\uFEFF/, "")
      )
      assert.deepStrictEqual(head, ["To", "Text", "Meaning"])
      assert.deepStrictEqual([...rows].sort(), expected)
    }
  })

  it("writes what SENS wrote as NDJSON and as raw CSV", async () => {
    await log("--last", "1h", "--out", "all.ndjson")
    const decode = Schema.decodeUnknownSync(MessageRecord.MessageRecord)
    const lines = read("all.ndjson").toString().trim().split("\n").map((line) => decode(JSON.parse(line)))
    const ids = (await records()).map(({ messageId }) => messageId)
    assert.deepStrictEqual(lines.map(({ messageId }) => String(messageId)).sort(), [...ids].sort())
    await log("--last", "1h", "--out", "raw.csv", "--headers", "raw", "--columns", "messageId,to,statusCode")
    const [head, ...rows] = cells(read("raw.csv").toString())
    assert.deepStrictEqual(head, ["messageId", "to", "statusCode"])
    assert.deepStrictEqual(
      [...rows].sort(),
      lines.map((
        record
      ) => [
        record.messageId,
        record.to,
        Option.getOrElse(MessageRecord.deliveryCode(record), () => ({ code: "" })).code
      ]).sort()
    )
  })

  it("ends well where its reader goes away, and leaves no half of a file", async () => {
    const ended = await shell("effect-sens log --last 1h | head -1; echo ${PIPESTATUS[0]}", {
      env: emulator.env,
      cwd: folder.path
    })
    assert.match(ended.stdout, /\n0\n$/)
    const failed = await log("--last", "1h", "--out", "broken.csv", "--base-url", "http://127.0.0.1:1")
    assert.strictEqual(failed.code, 7)
    for (const args of [["--out", "none/a.csv"], ["--out", "broken.csv", "--checkpoint", "none/c.json"]]) {
      const refused = await log("--last", "1h", ...args)
      assert.strictEqual(refused.code, 2)
      assert.match(refused.stderr, /^Error: \S+\/none: there is no such file\n$/)
    }
    for (const name of ["broken.csv", "broken.csv.part"]) assert.isFalse(existsSync(join(folder.path, name)))
  })

  it("goes on by a checkpoint of the same export alone, and leaves none behind", async () => {
    const args = ["--last", "1h", "--out", "c.csv", "--checkpoint", "c.json"]
    assert.strictEqual((await log(...args)).code, 0)
    assert.isFalse(existsSync(join(folder.path, "c.json")))
    // Again, as somebody would: it is written anew.
    assert.strictEqual((await log(...args)).code, 0)
    for (
      const [text, part] of [
        ["nonsense", undefined],
        [
          JSON.stringify({
            v: 1,
            of: "another",
            start: "2026-01-01T00:00:00Z",
            end: "2026-01-02T00:00:00Z",
            bytes: 0,
            messages: 0,
            unreadable: 0,
            replaced: 0,
            cursor: null
          }),
          ""
        ]
      ] as const
    ) {
      writeFileSync(join(folder.path, "c.json"), text)
      if (part !== undefined) writeFileSync(join(folder.path, "c.csv.part"), part)
      const ended = await log(...args, "--format", "ndjson")
      assert.strictEqual(ended.code, 3)
      assert.include(ended.stderr, "InvalidCheckpoint")
      assert.strictEqual(readFileSync(join(folder.path, "c.json"), "utf8"), text)
    }
  })

  it.live("refuses what cannot be meant before it asks for keys", () =>
    Effect.gen(function*() {
      const command = Log.definition.build({
        language: "en",
        flags: Globals.make("en"),
        environment: { env: {}, columns: 80 },
        path: []
      })
      const refused = (args: ReadonlyArray<string>) =>
        Command.runWith(command, { version: "0.0.0" })(args).pipe(
          Effect.provide(Layer.mergeAll(
            NodeServices.layer,
            Layer.succeed(Ending.Ending, Ending.initial()),
            CliOutput.layerPresenter({ present: () => Effect.void })
          )),
          Effect.flip,
          Effect.map((error) => [args.join(" "), ExitCode.of(error)])
        )
      const wrong: ReadonlyArray<readonly [code: number, ReadonlyArray<string>]> = [
        [2, ["--out", "log.txt"]],
        [2, ["--encoding", "cp949"]],
        [2, ["--columns", "to,nothing", "--out", "a.csv"]],
        [2, ["--columns", "to,meaning", "--headers", "raw", "--out", "a.csv"]],
        [2, ["--columns", "toString", "--out", "a.csv"]],
        [2, ["--columns", "to,content", "--format", "csv"]],
        [2, ["--headers", "raw", "--encoding", "cp949", "--out", "a.csv"]],
        [2, ["--headers", "raw", "--encoding", "utf-8-bom", "--out", "a.csv"]],
        [2, ["--headers", "raw", "--numbers", "hyphen", "--out", "a.csv"]],
        [2, ["--headers", "raw", "--numbers", "hyphen", "--format", "csv"]],
        [2, ["--headers", "raw", "--strict", "--out", "a.csv"]],
        [2, ["--headers", "raw", "--encoding", "cp949", "--strict", "--out", "a.csv"]],
        [2, ["--strict", "--out", "a.csv"]],
        [2, ["--numbers", "digits", "--out", "a.ndjson"]],
        [2, ["--checkpoint", "c.json"]],
        [2, ["--numbers", "digits"]],
        [2, ["--follow", "--last", "1d"]],
        [2, ["--follow", "--out", "a.csv"]],
        [8, ["--last", "86d"]],
        [8, ["--from=-91d", "--until=-1d", "--out", "a.csv"]]
      ]
      for (const [code, args] of wrong) assert.deepStrictEqual(yield* refused(args), [args.join(" "), code])
      // All of it can be meant, and so keys are missed.
      for (const args of [["--last=85d"], ["--headers=raw", "--encoding=utf-8", "--numbers=digits", "--out=a.csv"]]) {
        assert.deepStrictEqual(yield* refused(args), [args.join(" "), 4])
      }
    }))

  it("says in either language what cannot be meant together with --headers raw", async () => {
    for (
      const [args, flag] of [
        [["--encoding", "cp949"], "--encoding cp949"],
        [["--numbers", "hyphen"], "--numbers hyphen"],
        [["--strict"], "--strict"]
      ] as const
    ) {
      for (
        const [language, what] of [["en", "cannot be meant together with"], ["ko", "함께 쓸 수 없습니다"]] as const
      ) {
        const ended = await log("--headers", "raw", ...args, "--out", "refused.csv", "--lang", language)
        assert.deepStrictEqual([ended.code, ended.stdout], [2, ""])
        for (const each of ["--headers raw", flag, what]) assert.include(ended.stderr, each)
        assert.isFalse(existsSync(join(folder.path, "refused.csv")))
      }
    }
  })

  it("says so in one line, with nothing on stdout", async () => {
    const ended = await run(["log", "--from", "-91d"], { cwd: folder.path })
    assert.deepStrictEqual([ended.code, ended.stdout], [8, ""])
    assert.match(ended.stderr, /^.*--from "20.*\n$/)
  })
})
