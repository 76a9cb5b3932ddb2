import { assert, describe, it } from "@effect/vitest"
import { readFileSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { afterAll, beforeAll } from "vitest"
import * as Emulator from "../support/emulator.ts"
import { run, temporary } from "../support/program.ts"

let emulator: Emulator.Emulator
const folder = temporary()
const timedOut = "01000000032"

beforeAll(async () => {
  emulator = await Emulator.start("--completed-after", "0 seconds", "--outcome", `${timedOut}=2000`)
})

afterAll(async () => {
  await emulator[Symbol.asyncDispose]()
  folder[Symbol.dispose]()
})

const counts = async (): Promise<Readonly<Record<string, number>>> => {
  // @effect-diagnostics-next-line globalFetch:off
  const answer = await fetch(`${emulator.url}/__emulator/messages?limit=1000`)
  const found: Record<string, number> = {}
  for (const { to } of (await answer.json()) as ReadonlyArray<{ readonly to: string }>) found[to] = (found[to] ?? 0) + 1
  return found
}

describe("resend", () => {
  it("sends what surely failed once, however often it is run", async () => {
    const env = { ...emulator.env, XDG_STATE_HOME: join(folder.path, "state") }
    const effectSens = (...args: ReadonlyArray<string>) => run(args, { env, cwd: folder.path })
    const resend = async (...args: ReadonlyArray<string>) => {
      const ended = await effectSens("resend", ...args, "--json")
      return { ...ended, said: ended.stdout === "" ? undefined : JSON.parse(ended.stdout) }
    }
    const to = ["--to", Emulator.switchedOff, "--to", timedOut, "--to", "01000000033"]
    const sent = await effectSens("send", ...to, "--from", "0212345678", "--text", "hello", "--json")
    assert.strictEqual(sent.code, 0, sent.stderr)

    assert.strictEqual((await resend("--last", "1h")).code, 2)
    const planned = await resend("--last", "1h", "--dry-run")
    assert.deepInclude(planned.said, {
      state: "planned",
      messages: 1,
      before: 0,
      left: [{ why: "Uncertain", messages: 1 }],
      campaign: null
    })
    // Where somebody has to be asked, nothing is written down either.
    const asked = await resend("--last", "1h", "--once", "j.ndjson", "--base-url", emulator.elsewhere)
    assert.strictEqual(asked.code, 3)
    assert.include(asked.stderr, "--yes --max 1")

    const first = await resend("--last", "1h", "--once", "j.ndjson")
    assert.strictEqual(first.code, 6)
    assert.deepInclude(first.said.campaign, { recipients: 1, failed: 1, status: "done" })
    assert.strictEqual(statSync(join(folder.path, "j.ndjson")).mode & 0o077, 0)
    const journal = readFileSync(join(folder.path, "j.ndjson"), "utf8")
    assert.notInclude(journal, "0100000")
    // What failed once more is not sent a third time.
    const again = await resend("--last", "1h", "--once", "j.ndjson")
    assert.deepInclude(again.said, { state: "nothing", messages: 0, before: 2 })
    assert.strictEqual(again.code, 0)

    const { campaign, messageIds: [id] } = JSON.parse(journal)
    writeFileSync(join(folder.path, "picked.csv"), `Message ID,To\n${id},\nnothing,\n`)
    const picked = await resend("--from-file", "picked.csv", "--once", "j.ndjson")
    assert.deepInclude(picked.said, { state: "nothing", before: 1, left: [{ why: "NotFound", messages: 1 }] })
    assert.deepStrictEqual(await counts(), { [Emulator.switchedOff]: 2, [timedOut]: 1, "01000000033": 1 })

    const settled = await effectSens("settle", "--campaign", campaign, "--json")
    assert.strictEqual(settled.code, 0, settled.stderr)
    assert.deepInclude(JSON.parse(settled.stdout), { held: [] })
    assert.strictEqual((await effectSens("settle", "--campaign", campaign, "--give-up")).code, 3)
    assert.strictEqual((await effectSens("settle", "--campaign", "nothing")).code, 8)
  })
})
