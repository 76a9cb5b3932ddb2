import * as Schema from "effect/Schema"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { Document } from "../../src/commands/Doctor.handler.ts"
import * as Report from "../../src/doctor/Report.ts"
import * as Emulator from "../support/emulator.ts"
import { atTerminal, hasTerminal, run, shell, temporary } from "../support/program.ts"

let emulator: Emulator.Emulator
let unfenced: Emulator.Emulator
const folder = temporary()

beforeAll(async () => {
  const quick = ["--completed-after", "0 seconds", "--visible-after", "0 seconds"]
  emulator = await Emulator.start(...quick)
  unfenced = await Emulator.start(...quick, "--timestamp-tolerance", "1000 days")
})

afterAll(async () => {
  await emulator?.[Symbol.asyncDispose]()
  await unfenced?.[Symbol.asyncDispose]()
  folder[Symbol.dispose]()
})

const live = ["doctor", "--live", "--to", "010-0000-0001", "--from", "02-1234-5678"]

const decode = Schema.decodeUnknownSync(Schema.fromJsonString(Document))

const profileOf = ({ env, url }: Emulator.Emulator) => ({
  v: 1,
  profiles: {
    test: {
      accessKey: env["SENS_ACCESS_KEY"],
      secretKey: env["SENS_SECRET_KEY"],
      serviceId: env["SENS_SERVICE_ID"],
      baseUrl: url
    }
  }
})

const sends = async (emulator: Emulator.Emulator): Promise<number> =>
  (await emulator.requests()).filter((operation) => operation === "send").length

// What was sent is counted, so one after another.
describe("doctor", { concurrent: false }, () => {
  it("sends nothing without a number, a yes, and leave for as many as it takes", async () => {
    const env = { ...emulator.env, SENS_BASE_URL: emulator.elsewhere }
    const before = await sends(emulator)
    const [noTo, stray, noYes, over, texts] = await Promise.all([
      run(["doctor", "--live", "--yes"], { env }),
      run(["doctor", "--online", "--texts"], { env }),
      run(live, { env }),
      run([...live, "--yes", "--samples", "2"], { env }),
      run([...live, "--yes", "--texts", "--max", "1"], { env })
    ])
    assert.deepStrictEqual([noTo.code, stray.code, noYes.code, over.code, texts.code], [2, 2, 3, 3, 3])
    // What is sent nowhere needs no guard, so that nobody believes in one.
    for (const guard of [["--yes"], ["--max", "1"]]) {
      const unused = await run(["doctor", "--online", ...guard], { env })
      assert.deepStrictEqual([unused.code, unused.stderr.includes(guard[0] ?? "")], [2, true])
    }
    assert.match(noTo.stderr, /--to/)
    assert.match(noYes.stderr, /--yes/)
    assert.match(over.stderr, /--max 2/)
    assert.strictEqual(await sends(emulator), before)
  })

  it("sends one, and writes what it found into the profile and a report", async () => {
    const report = join(folder.path, "report.json")
    const before = await sends(emulator)
    const ended = await shell(
      `effect-sens ${live.join(" ")} --reserve --files --profile test --save --json --out ${report} && ` +
        "effect-sens profiles show test --json",
      { profiles: profileOf(emulator) }
    )
    assert.strictEqual(ended.code, 0, ended.stderr)
    const [first = "", second = ""] = ended.stdout.trim().split("\n")
    const { checks, saved, settings } = decode(first)
    assert.isTrue(saved)
    assert.deepStrictEqual(checks.filter(({ verdict }) => verdict === "bad"), [])
    assert.strictEqual(settings.visibilityLag, "60 seconds")
    assert.include(second, "\"visibilityLag\":\"1m\"")
    assert.include(second, "\"timestampTolerance\":\"5m\"")
    // One, and one that was reserved and cancelled.
    assert.strictEqual(await sends(emulator), before + 2)
    const text = readFileSync(report, "utf8")
    Schema.decodeUnknownSync(Schema.fromJsonString(Report.File))(text)
    for (const value of [...Object.values(emulator.env), "01000000001", "0212345678", "010-0000-0001", "127.0.0.1"]) {
      assert.notInclude(text, value)
    }
  })

  it("says in red that the fence is not enforced, and keeps what follows", async () => {
    const ended = await shell(
      "effect-sens doctor --online --profile test --save; echo \"code $?\"; effect-sens profiles show test",
      { profiles: profileOf(unfenced), env: { FORCE_COLOR: "1" } }
    )
    assert.include(ended.stdout, "\u001B[31mthe fence is not enforced")
    assert.match(ended.stdout, /onAmbiguous: "fail"/)
    assert.match(ended.stdout, /onOpen: "hold"/)
    assert.match(ended.stdout, /code 6/)
    assert.match(ended.stdout, /a lost answer\s+fail/)
  })

  const twenty = [...live, "--samples", "20", "--yes", "--max", "20", "--profile", "test"]

  it.skipIf(!hasTerminal)("lowers the lag where a person says so to twenty messages, and by no flag", async () => {
    const profiles = profileOf(emulator)
    const [unasked, no, yes] = await Promise.all([
      run([...twenty, "--json"], { profiles }),
      atTerminal(twenty, [{ after: /visibilityLag to 10 seconds\?/, keys: "\r" }], { profiles }),
      atTerminal(twenty, [{ after: /visibilityLag to 10 seconds\?/, keys: "y" }], { profiles })
    ])
    assert.deepStrictEqual([unasked.code, no.code, yes.code], [0, 0, 0])
    assert.strictEqual(decode(unasked.stdout).settings.visibilityLag, "60 seconds")
    assert.include(no.stdout, "visibilityLag: \"60 seconds\"")
    assert.include(yes.stdout, "visibilityLag: \"10 seconds\"")
  })

  it("looks at this machine without keys and without a network, and tells what is missing", async () => {
    const away = { SENS_ACCESS_KEY: "made-up", SENS_SECRET_KEY: "made-up-secret", SENS_SERVICE_ID: "ncp:sms:kr:0:x" }
    const nowhere = { ...away, SENS_BASE_URL: "http://127.0.0.1:1" }
    const [keyless, offline, online, unsaved] = await Promise.all([
      run(["doctor", "--json"]),
      run(["doctor", "--json"], { env: nowhere }),
      run(["doctor", "--online", "--json"], { env: nowhere }),
      run(["doctor", "--online", "--save"], { env: nowhere })
    ])
    assert.deepStrictEqual([keyless.code, offline.code, online.code, unsaved.code], [4, 0, 7, 2])
    assert.deepStrictEqual(decode(keyless.stdout).checks.map(({ verdict }) => verdict), ["ok", "bad", "ok"])
    const found = decode(online.stdout)
    assert.strictEqual(found.checks.length, 10)
    assert.isFalse(found.ok)
  })
})
