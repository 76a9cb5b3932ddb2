import { assert, describe, it } from "@effect/vitest"
import { afterAll, beforeAll } from "vitest"
import { rows, stateOf, type Things, things } from "./support/commands.ts"
import * as Emulator from "./support/emulator.ts"
import { atTerminal, hasTerminal, run, temporary } from "./support/program.ts"

const folder = temporary()
let emulator: Emulator.Emulator
let named: Things

beforeAll(async () => {
  emulator = await Emulator.start()
  named = await things(emulator, folder.path, emulator.elsewhere)
})

afterAll(async () => {
  await emulator[Symbol.asyncDispose]()
  folder[Symbol.dispose]()
})

/** Of a service that is not on this machine, where it is asked. */
const env = () => ({ ...emulator.env, SENS_BASE_URL: emulator.elsewhere })

const reading = new Set(["search", "result", "reservationStatus", "unsubscribesSearch"])

const changes = async () => (await emulator.requests()).filter((operation) => !reading.has(operation))

describe("what asks", { concurrent: false }, () => {
  it("refuses at once where nobody can be asked, and says by which flags", async () => {
    const before = await changes()
    for (const { args, asks, hasCampaigns, path, profiles } of rows) {
      if (asks === undefined) continue
      const line = [...path.split(" "), ...args(named)]
      for (const more of [[], ["--json"]]) {
        const state = hasCampaigns === true ? stateOf(folder.path) : undefined
        const ended = await run([...line, ...more], { env: { ...env(), ...state }, cwd: folder.path, profiles })
        assert.deepStrictEqual([ended.code, ended.stdout], [3, ""])
        for (const flag of asks.filter((flag) => flag.startsWith("-"))) assert.include(ended.stderr, flag)
      }
    }
    assert.deepStrictEqual(await changes(), before)
  })

  const line = ["unsubscribes", "remove", "010-0000-0004"]

  it.skipIf(!hasTerminal)("does nothing on a no, on ^C and on ^D", async () => {
    const before = await changes()
    for (const [keys, code] of [["n", 3], ["\r", 3], ["\u0003", 130], ["\u0004", 130]] as const) {
      const ended = await atTerminal(line, [{ after: /off the list\?/, keys }], { env: env() })
      assert.strictEqual(ended.code, code, JSON.stringify(keys))
    }
    assert.deepStrictEqual(await changes(), before)
  })

  it.skipIf(!hasTerminal)("does it on a yes, and asks nobody about an emulator", async () => {
    const before = (await changes()).length
    const korean = await atTerminal([...line, "--lang", "ko"], [{ after: /뺄까요\?/, keys: "y" }], { env: env() })
    assert.strictEqual(korean.code, 0)
    assert.include(korean.stdout, "1건을 수신 거부 목록에서 뺐습니다")
    const here = await run(line, { env: emulator.env })
    assert.deepStrictEqual([here.code, here.stdout], [0, "1 taken off the list\n"])
    assert.strictEqual((await changes()).length, before + 2)
  })

  it.skipIf(!hasTerminal)("a secret is typed unseen", async () => {
    const ended = await atTerminal(
      ["profiles", "add", "typed", "--access-key", "made-up", "--service", "ncp:sms:kr:000000000000:typed"],
      [{ after: /Secret key/, keys: "made-up-secret\r" }]
    )
    // The sweep of every run has looked for the secret.
    assert.strictEqual(ended.code, 0)
    assert.include(ended.stdout, "typed is kept in")
  })
})
