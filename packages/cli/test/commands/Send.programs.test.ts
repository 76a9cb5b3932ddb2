import { assert, describe, it } from "@effect/vitest"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { afterAll, beforeAll } from "vitest"
import * as Emulator from "../support/emulator.ts"
import { atTerminal, hasTerminal, run, temporary } from "../support/program.ts"

const folder = temporary()
let emulator: Emulator.Emulator

beforeAll(async () => {
  emulator = await Emulator.start(
    "--completed-after",
    "0 seconds",
    "--outcome",
    "01000000002=3001",
    "--clock-offset",
    // Noon in Korea, when advertisements may go out.
    noon()
  )
})

const noon = (): string => {
  // @effect-diagnostics-next-line globalDate:off
  const now = new Date()
  const minutes = (now.getUTCHours() + 9) % 24 * 60 + now.getUTCMinutes()
  return `${12 * 60 - minutes} minutes`
}

afterAll(async () => {
  await emulator[Symbol.asyncDispose]()
  folder[Symbol.dispose]()
})

const send = (...args: ReadonlyArray<string>) => ["send", "--from", "02-1234-5678", ...args]

/** Who got a text, and how often. */
const got = async (content: string): Promise<ReadonlyArray<string>> => {
  // @effect-diagnostics-next-line globalFetch:off
  const answer = await fetch(`${emulator.url}/__emulator/messages?limit=1000`)
  const messages = (await answer.json()) as ReadonlyArray<{ readonly to: string; readonly content: string }>
  return messages.filter((message) => message.content === content).map(({ to }) => to)
}

const here = () => ({ env: emulator.env, cwd: folder.path })

/** Where it is asked what costs money. */
const elsewhere = () => ({ env: { ...emulator.env, SENS_BASE_URL: emulator.elsewhere }, cwd: folder.path })

describe("send", () => {
  it("sends one request to all of its recipients, each once", async () => {
    const ended = await run(
      send("--to", "010-0000-0001, 01000000003", "--to", "+82 10 0000 0001", "--text", "to two", "--json"),
      here()
    )
    assert.strictEqual(ended.code, 0, ended.stderr)
    const { plan, requestId, state } = JSON.parse(ended.stdout)
    assert.strictEqual(state, "accepted")
    assert.isString(requestId)
    assert.deepInclude(plan, { type: "SMS", recipients: 2, bytes: 6, from: "021****678" })
    assert.deepStrictEqual([...await got("to two")].sort(), ["01000000001", "01000000003"])
  })

  it("waits for the results, and ends with 6 where one did not arrive", async () => {
    const ended = await run(send("--to", "01000000001,01000000002", "--text", "waited", "--wait", "--json"), here())
    assert.strictEqual(ended.code, 6)
    const { results } = JSON.parse(ended.stdout)
    assert.deepStrictEqual(results.map(({ outcome }: { outcome: string }) => outcome).sort(), ["delivered", "failed"])
  })

  it("sends an LMS where the text is long, and an MMS where there is a picture", async () => {
    writeFileSync(
      join(folder.path, "picture.jpg"),
      Buffer.from("ffd8ffc00011080001000103011100021100031100ffda000c03010002000300003f00ffd9", "hex")
    )
    writeFileSync(join(folder.path, "text.txt"), `${"가".repeat(50)}\r\n`)
    const long = await run(send("--to", "01000000001", "--text-file", "text.txt", "--json"), here())
    assert.deepInclude(JSON.parse(long.stdout).plan, { type: "LMS", why: "TooLongForSms", bytes: 100 })
    const picture = await run(
      send("--to", "01000000001", "--text", "look", "--image", "picture.jpg", "--subject", "new", "--json"),
      here()
    )
    assert.deepInclude(JSON.parse(picture.stdout).plan, { type: "MMS", why: "HasImage" })
    assert.deepStrictEqual(await got("look"), ["01000000001"])
  })

  it("reserves, and tells how to cancel it", async () => {
    const ended = await run(send("--to", "01000000001", "--text", "later", "--at", "+2d"), here())
    assert.strictEqual(ended.code, 0, ended.stderr)
    assert.match(ended.stdout, /reserved as \S+; .*effect-sens reservations cancel/)
    assert.match(ended.stderr, /to be sent \d{4}-\d\d-\d\d \d\d:\d\d:00 KST/)
  })

  it("sends nothing that was not agreed to, and nothing that cannot be meant", async () => {
    const hundred = Array.from({ length: 101 }, (_, at) => `010${String(at).padStart(8, "0")}`).join(",")
    const refused: ReadonlyArray<readonly [ReadonlyArray<string>, number, RegExp, "here" | "elsewhere"]> = [
      [["--to", "01000000001,01000000003", "--yes"], 3, /--yes --max 2/, "elsewhere"],
      [["--to", "01000000001"], 3, /--yes --max 1/, "elsewhere"],
      [["--to", "01000000001,01000000003", "--max", "1"], 3, /--max 1/, "here"],
      [["--to", hundred], 3, /campaign/, "here"],
      [["--to", "01000000001", "--ad"], 3, /\(광고\)/, "here"],
      [["--to", "01000000001", "--type", "mms"], 3, /\S/, "here"],
      [["--to", "12"], 2, /--to/, "here"],
      [["--to", "01000000001", "--type", "sms", "--subject", "x"], 2, /subject/, "here"],
      [["--to", "01000000001", "--type", "lms", "--image", "picture.jpg"], 2, /pictures/, "here"],
      [["--to", "01000000001", "--ignore", "Nothing"], 2, /Nothing/, "here"],
      [["--to", "01000000001", "--one-time", "--at", "+1d"], 2, /--at/, "here"],
      [["--to", "01000000001", "--wait", "--at", "+1d"], 2, /track/, "here"]
    ]
    for (const [args, code, says, place] of refused) {
      const options = place === "here" ? here() : elsewhere()
      const ended = await run(send(...args, "--text", "never"), options)
      assert.deepStrictEqual([ended.code, ended.stdout], [code, ""], args.join(" "))
      assert.match(ended.stderr, says)
    }
    // In the words of the reader, with what it takes to mend it.
    const late = await run(send("--to", "01000000001", "--text", "never", "--at", "어제 09:00", "--lang", "ko"), here())
    assert.include(late.stderr, "이미 지남")
    const odd = await run(send("--to", "01000000001", "--text", "never 뷁", "--lang", "ko"), here())
    assert.include(odd.stderr, "뷁 (U+BDC1), 7번째 글자")
    const withoutText = await run(send("--to", "01000000001"), here())
    assert.strictEqual(withoutText.code, 2)
    const hangul = await run(send("--to", "01000000001", "--text", "never 뷁", "--lang", "ko"), here())
    assert.strictEqual(hangul.code, 3)
    assert.deepStrictEqual(await got("never"), [])
  })

  it.skipIf(!hasTerminal)(
    "asks at a terminal: for one whether, for more how many, which has to be typed right",
    async () => {
      const two = send("--to", "01000000001,01000000003", "--text", "asked")
      const one = send("--to", "01000000001", "--text", "asked")
      const type = /type 2:/
      for (
        const [args, after, keys, code] of [
          [two, type, "3\r", 3],
          [two, type, "y\r", 3],
          [two, type, "둘\r", 3],
          [two, type, "\u0003", 130],
          [two, type, "\u0004", 130],
          [one, /Send it\?/, "\r", 3],
          [one, /Send it\?/, "n", 3]
        ] as const
      ) {
        const ended = await atTerminal(args, [{ after, keys }], elsewhere())
        assert.strictEqual(ended.code, code, JSON.stringify(keys))
      }
      assert.deepStrictEqual(await got("asked"), [])
      assert.strictEqual((await atTerminal(two, [{ after: type, keys: "2\r" }], elsewhere())).code, 0)
      assert.strictEqual((await got("asked")).length, 2)
    }
  )

  it("tells a warning once, in the plan", async () => {
    const marked = (...args: ReadonlyArray<string>) =>
      send(
        "--to",
        "01000000001",
        "--ad",
        "--ignore",
        "AdAtNight",
        "--ignore",
        "AdWithoutMark",
        "--text",
        "책 무료거부 0800000000",
        ...args
      )
    const ended = await run(marked("--json"), here())
    assert.deepStrictEqual([ended.code, ended.stderr], [0, ""])
    assert.include(JSON.parse(ended.stdout).plan.warnings, "AdWithoutMark")
    const people = await run(marked(), here())
    assert.strictEqual(people.code, 0)
    assert.strictEqual(people.stderr.split("(광고)").length + people.stdout.split("(광고)").length, 3, people.stderr)
  })

  it("tells what is odd about a picture in the plan", async () => {
    // Arithmetic coding (SOF9), which handsets may not show.
    const odd = Buffer.from("ffd8ffc90011080001000103011100021100031100ffda000c03010002000300003f00ffd9", "hex")
    writeFileSync(join(folder.path, "odd.jpg"), odd)
    const ended = await run(
      send("--to", "01000000001", "--text", "with an odd one", "--image", "odd.jpg", "--json"),
      here()
    )
    assert.strictEqual(ended.code, 0, ended.stderr)
    assert.include(JSON.parse(ended.stdout).plan.warnings, "UnusualJpeg")
  })

  it("leaves out who refused advertisements", async () => {
    await run(["unsubscribes", "add", "01000000005"], here())
    const text = "(광고)[서점] 새 책 무료거부 0800000000"
    const ended = await run(
      send("--to", "01000000001,01000000005", "--ad", "--ignore", "AdAtNight", "--text", text, "--json"),
      here()
    )
    assert.strictEqual(ended.code, 0, ended.stderr)
    assert.deepInclude(JSON.parse(ended.stdout).plan, { recipients: 1, optedOut: 1, isAd: true })
    assert.deepStrictEqual(await got(text), ["01000000001"])
    const nobody = await run(send("--to", "01000000005", "--ad", "--ignore", "AdAtNight", "--text", text), here())
    assert.strictEqual(nobody.code, 3)
  })
})
