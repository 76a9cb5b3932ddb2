import { assert, describe, it } from "@effect/vitest"
import { join } from "node:path"
import { afterAll, beforeAll } from "vitest"
import * as Emulator from "./support/emulator.ts"
import { shell, temporary } from "./support/program.ts"

let emulator: Emulator.Emulator

beforeAll(async () => {
  emulator = await Emulator.start("--timestamp-tolerance", "4 seconds")
})

afterAll(() => emulator[Symbol.asyncDispose]())

const profile = (onAmbiguous: "reconcile" | "fail") => ({
  v: 1,
  profiles: {
    default: {
      accessKey: emulator.env["SENS_ACCESS_KEY"],
      secretKey: emulator.env["SENS_SECRET_KEY"],
      serviceId: emulator.env["SENS_SERVICE_ID"],
      baseUrl: emulator.url,
      from: "0212345678",
      timestampTolerance: "4 seconds",
      visibilityLag: "1 second",
      onAmbiguous
    }
  }
})

/** How many requests to send came so far. */
const sends = async (): Promise<number> =>
  (await emulator.requests()).filter((operation) => operation === "send").length

describe("what doctor --save keeps of a fence that is not enforced", () => {
  it("holds the request of a campaign whose answer was lost, which is sent again otherwise", async () => {
    using folder = temporary()
    const list = join(folder.path, "list.csv")
    const campaign = async (onAmbiguous: "reconcile" | "fail") => {
      await emulator.fault("send", { _tag: "ServerError", status: 500, accepted: false })
      const before = await sends()
      const ended = await shell(
        `printf 'phone\\n010-0000-0001\\n' > ${list}; effect-sens campaign start ${list} --id ${onAmbiguous} --text ${onAmbiguous} --yes --max 1`,
        { profiles: profile(onAmbiguous), cwd: folder.path }
      )
      return { ...ended, sends: (await sends()) - before }
    }
    const held = await campaign("fail")
    assert.strictEqual(held.code, 5, held.stderr)
    assert.strictEqual(held.sends, 1)
    const again = await campaign("reconcile")
    assert.strictEqual(again.code, 0, again.stderr)
    assert.strictEqual(again.sends, 2)
  }, 60_000)
})
