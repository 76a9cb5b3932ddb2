// `log --follow` over an outage of the service.
import * as SensPromise from "@effect-sens/http/SensPromise"
import { assert, describe, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import { spawn } from "node:child_process"
import { Document } from "../src/commands/Log.handler.ts"
import * as Emulator from "./support/emulator.ts"
import { bin, environment, temporary } from "./support/program.ts"

/** A run that is looked at while it goes on. */
const following = (args: ReadonlyArray<string>, home: string, env: Readonly<Record<string, string>>) => {
  const child = spawn(process.execPath, [bin, "log", "--follow", ...args], {
    cwd: home,
    env: { ...environment(home), ...env },
    stdio: ["ignore", "pipe", "pipe"]
  })
  const shown = { stdout: "", stderr: "" }
  const ended = Promise.withResolvers<number | null>()
  let changed = Promise.withResolvers<void>()
  const grow = (side: "stdout" | "stderr") => (text: string) => {
    shown[side] += text
    changed.resolve()
    changed = Promise.withResolvers<void>()
  }
  child.stdout.setEncoding("utf8").on("data", grow("stdout"))
  child.stderr.setEncoding("utf8").on("data", grow("stderr"))
  child.once("close", (code) => {
    ended.resolve(code)
    changed.resolve()
  })
  return {
    shown,
    until: async (side: "stdout" | "stderr", has: RegExp) => {
      while (!has.test(shown[side])) {
        if (child.exitCode !== null) throw new Error(`it ended: ${shown.stderr}`)
        await changed.promise
      }
    },
    end: (signal: NodeJS.Signals) => {
      child.kill(signal)
      return ended.promise
    }
  }
}

describe("log --follow", () => {
  it.concurrent(
    "survives an outage, says so to people, and tells each message once",
    { timeout: 240_000 },
    async () => {
      await using emulator = await Emulator.start("--completed-after", "0 seconds")
      using home = temporary()
      await using sens = SensPromise.make({
        accessKey: emulator.env["SENS_ACCESS_KEY"] ?? "",
        secretKey: emulator.env["SENS_SECRET_KEY"] ?? "",
        serviceId: emulator.env["SENS_SERVICE_ID"] ?? "",
        baseUrl: emulator.url
      })
      const send = (to: string) =>
        sens.messages.send({ type: "SMS", from: "0212345678", content: "안녕", messages: [{ to }] })
      await send("01000000001")
      const people = following(["--from", "-1h", "--lang", "en"], home.path, emulator.env)
      const program = following(["--from", "-1h", "--format", "ndjson", "--by", "completion"], home.path, emulator.env)
      await people.until("stdout", /010\*{4}0001 .*delivered\n/)
      await program.until("stdout", /0001/)
      // @effect-diagnostics-next-line globalFetch:off
      await fetch(`${emulator.url}/__emulator/faults`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ operation: "search", count: 10_000, fault: { _tag: "ServerError" } })
      })
      await people.until("stderr", /does not answer/)
      await send("01000000002")
      // @effect-diagnostics-next-line globalFetch:off
      await fetch(`${emulator.url}/__emulator/faults`, { method: "DELETE" })
      await people.until("stdout", /0002/)
      await program.until("stdout", /0002/)
      // Once at the outage, however often it was asked again, and once at its end.
      assert.strictEqual(people.shown.stderr.match(/does not answer/g)?.length, 1)
      assert.strictEqual(people.shown.stderr.match(/answers again/g)?.length, 1)
      assert.strictEqual(people.shown.stdout.trim().split("\n").length, 2)
      assert.strictEqual(program.shown.stderr, "")
      const decode = Schema.decodeUnknownSync(Document)
      const lines = program.shown.stdout.trim().split("\n").map((line) => decode(JSON.parse(line)))
      assert.deepStrictEqual(
        lines.map((line) => "message" in line ? line.message.to : line),
        ["010****0001", "010****0002"]
      )
      assert.deepStrictEqual([await people.end("SIGINT"), await program.end("SIGTERM")], [130, 143])
    }
  )
})
