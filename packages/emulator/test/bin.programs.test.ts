import * as Program from "@effect-sens/emulator/Program"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, describe, it } from "@effect/vitest"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import * as TestConsole from "effect/testing/TestConsole"
import { execFileSync, spawn } from "node:child_process"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { base, sign, sms } from "./support.ts"

const program = fileURLToPath(new URL("../src/bin.ts", import.meta.url))

interface RunOptions {
  readonly command?: ReadonlyArray<string>
  readonly env?: Record<string, string>
}

const run = (args: ReadonlyArray<string>, options: RunOptions = {}) =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const child = spawn(process.execPath, options.command ?? [program, ...args], {
        stdio: ["ignore", "pipe", "pipe"],
        env: { ...process.env, npm_command: "", npm_lifecycle_event: "", ...options.env }
      })
      let output = ""
      let stdout = ""
      const waiting = new Set<() => void>()
      const add = (chunk: Buffer) => {
        output += chunk.toString()
        for (const look of waiting) look()
      }
      // Before whoever waits for the output looks at it.
      child.stdout.on("data", (chunk: Buffer) => {
        stdout += chunk.toString()
      })
      child.stdout.on("data", add)
      child.stderr.on("data", add)
      const exit = Effect.callback<number | null>((resume) => {
        const ended = () => resume(Effect.succeed(child.exitCode))
        if (child.exitCode === null && child.signalCode === null) child.once("exit", ended)
        else ended()
      })
      const until = (pattern: RegExp) =>
        Effect.callback<RegExpExecArray>((resume) => {
          const look = () => {
            const match = pattern.exec(output)
            if (match === null) return
            waiting.delete(look)
            resume(Effect.succeed(match))
          }
          waiting.add(look)
          look()
          // What it wrote may come after its end.
          child.once("close", () => {
            look()
            resume(Effect.die(new Error(`ended before ${pattern}:\n${output}`)))
          })
        })
      return { child, exit, output: () => output, stdout: () => stdout, until }
    }),
    ({ child, exit }) =>
      Effect.suspend(() => {
        child.kill("SIGKILL")
        return exit
      })
  )

describe("effect-sens-emulator", () => {
  it.live("--help tells the options, --version the version", () =>
    Effect.gen(function*() {
      const help = yield* run(["--help"])
      yield* help.until(/--strict[^]*--log-level/)
      assert.strictEqual(yield* help.exit, 0)
      for (const flag of ["--port", "--outcome", "--timestamp-tolerance", "--paging", "--strict"]) {
        assert.include(help.output(), flag)
      }
      const version = yield* run(["--version"])
      yield* version.until(/\d+\.\d+\.\d+/)
      assert.strictEqual(yield* version.exit, 0)
    }), 180_000)

  it.live(
    "serves until it is told to stop, with one line a request and no phone number in it",
    () =>
      Effect.gen(function*() {
        const service = "ncp:sms:kr:1:mine"
        const server = yield* run([
          "--port=0",
          "--access-key=ak",
          "--secret-key=sk",
          `--service-id=${service}`,
          "--outcome=01000000001=3001",
          "--completed-after=1 millis"
        ])
        const [, baseUrl] = yield* server.until(/(http:\/\/127\.0\.0\.1:\d+)/)
        const messages = `/sms/v2/services/${service}/messages`
        const fetched = (method: string, target: string, signed: string, body?: unknown) =>
          Effect.promise(async () => {
            const response = await fetch(baseUrl + target, {
              method,
              headers: {
                ...sign({ method, target: signed, timestamp: Date.now(), accessKey: "ak", secretKey: "sk" }),
                "content-type": "application/json"
              },
              ...(body === undefined ? undefined : { body: JSON.stringify(body) })
            })
            return { status: response.status, body: await response.json() as any }
          })

        const sent = yield* fetched("POST", messages, messages, sms())
        assert.strictEqual(sent.status, 202)
        yield* Effect.sleep("20 millis")
        const query = `${messages}?requestId=${sent.body.requestId}&to=01000000001&from=0212345678`
        const listed = yield* fetched("GET", query, query)
        assert.strictEqual(listed.body.messages[0].statusCode, "3001")
        assert.strictEqual((yield* fetched("GET", query, messages)).status, 401)
        assert.strictEqual(
          (yield* fetched("GET", `${base}/messages?requestId=x`, `${base}/messages?requestId=x`)).status,
          403
        )

        yield* server.until(/403 \d+ ms/)
        server.child.kill("SIGTERM")
        const code = yield* server.exit
        assert.strictEqual(code, 143)
        const output = server.output()
        assert.include(output, `POST ${messages} 202 `)
        assert.include(output, `GET ${messages}?requestId=${sent.body.requestId}&to=***&from=*** 200 `)
        assert.match(output, /401 \d+ ms: the signature must cover .*the query string was left out/)
        assert.notInclude(output, "01000000001")
        assert.notInclude(output, "0212345678")
        assert.notInclude(output, "내용")
      }),
    180_000
  )

  it.live(
    "--data: what was accepted survives a kill",
    () =>
      Effect.gen(function*() {
        const directory = yield* Effect.acquireRelease(
          Effect.sync(() => mkdtempSync(join(tmpdir(), "emulator-"))),
          (directory) => Effect.sync(() => rmSync(directory, { recursive: true }))
        )
        const args = ["--port=0", `--data=${join(directory, "events")}`]
        const target = `${base}/messages`
        const first = yield* run(args)
        const [, baseUrl] = yield* first.until(/(http:\/\/127\.0\.0\.1:\d+)/)
        const sent = yield* Effect.promise(() =>
          fetch(baseUrl + target, {
            method: "POST",
            headers: {
              ...sign({ method: "POST", target, timestamp: Date.now() }),
              "content-type": "application/json"
            },
            body: JSON.stringify(sms())
          }).then((response) => response.json() as any)
        )
        first.child.kill("SIGKILL")
        yield* first.exit
        const second = yield* run(args)
        const [, again] = yield* second.until(/(http:\/\/127\.0\.0\.1:\d+)/)
        const messages = yield* Effect.promise(() =>
          fetch(`${again}/__emulator/messages`).then((response) => response.json() as any)
        )
        assert.deepStrictEqual(messages.map((message: any) => message.requestId), [sent.requestId])

        writeFileSync(join(directory, "other"), "hello\n")
        const refused = yield* run(["--port=0", `--data=${join(directory, "other")}`])
        assert.notStrictEqual(yield* refused.exit, 0)
        assert.include(refused.output(), "line 1, is nothing that an emulator wrote")
      }),
    180_000
  )

  const listening = (args: ReadonlyArray<string>, options: RunOptions = {}) =>
    Effect.gen(function*() {
      const server = yield* run(["--port=0", ...args], options)
      const [, baseUrl = ""] = yield* server.until(/SENS_BASE_URL=(http:\/\/127\.0\.0\.1:\d+)\n/)
      return { ...server, baseUrl }
    })

  const messagesOf = (baseUrl: string) =>
    Effect.promise(() => fetch(`${baseUrl}/__emulator/messages`).then((response) => response.json() as Promise<any>))

  for (
    const [name, args] of [
      ["as it is", []],
      ["with a clock that is ten minutes off", ["--clock-offset", "-10 minutes", "--timestamp-tolerance", "1 minute"]],
      ["with odd keys", ["--access-key=a b'c", "--secret-key=$x\"y 'z"]]
    ] as const
  ) {
    it.live(`what it prints can be pasted and sends, again and again: ${name}`, () =>
      Effect.gen(function*() {
        const server = yield* listening(args)
        const [pasted] = yield* server.until(/^export [\s\S]*\}'$/m)
        for (let i = 1; i <= 2; i++) {
          const answer = yield* Effect.sync(() =>
            execFileSync("sh", ["-c", pasted], { encoding: "utf8", stdio: "pipe" })
          )
          assert.strictEqual(JSON.parse(answer).statusCode, "202", answer)
          assert.strictEqual((yield* messagesOf(server.baseUrl)).length, i)
        }
      }), 180_000)
  }

  it.live("--env prints the four settings alone, once it listens", () =>
    Effect.gen(function*() {
      const server = yield* listening(["--env"])
      yield* messagesOf(server.baseUrl)
      yield* Effect.promise(() => fetch(`${server.baseUrl}${base}/messages`))
      yield* server.until(/401 \d+ ms/)
      assert.deepStrictEqual(server.stdout().split("\n"), [
        "SENS_ACCESS_KEY=emulator-access-key",
        "SENS_SECRET_KEY=emulator-secret-key",
        "SENS_SERVICE_ID=ncp:sms:kr:000000000000:emulator",
        `SENS_BASE_URL=${server.baseUrl}`,
        ""
      ])
    }), 180_000)

  it.live("--detach returns when it listens, or says why it does not", () =>
    Effect.gen(function*() {
      const starter = yield* run(["--port=0", "--detach", "true"])
      assert.strictEqual(yield* starter.exit, 0)
      const [, baseUrl = ""] = yield* starter.until(/SENS_BASE_URL=(\S+)/)
      const [, pid] = yield* starter.until(/kill (\d+)/)
      yield* Effect.addFinalizer(() => Effect.sync(() => process.kill(Number(pid))))
      assert.deepStrictEqual(yield* messagesOf(baseUrl), [])
      const again = yield* run([`--port=${new URL(baseUrl).port}`, "--detach", "--env"])
      assert.strictEqual(yield* again.exit, 1)
      assert.match(again.output(), /^Port \d+ is in use; --port 0 takes a free one\.\n$/)
      assert.deepStrictEqual(yield* messagesOf(baseUrl), [])
    }), 180_000)

  it.live("what cannot be: one sentence, and exit code 1", () =>
    Effect.gen(function*() {
      const { baseUrl } = yield* listening([])
      for (
        const [args, sentence] of [
          [[`--port=${new URL(baseUrl).port}`], /^Port \d+ is in use; --port 0 takes a free one\.\n$/],
          [["--port=0", "--host=203.0.113.7"], /^The host "203\.0\.113\.7" cannot be bound \(EADDRNOTAVAIL\)\.\n$/],
          [["--port=0", `--data=${tmpdir()}`], /^\S+ cannot be used as a data file \(\w+\)\.\n$/],
          [["--port=0", "--sender=1012345678"], /^--sender: The zero at the beginning is missing[^\n]*\n$/],
          [["--port=0", "--outcome=1012345678=3001"], /^--outcome: The zero at the beginning is missing[^\n]*\n$/]
        ] as const
      ) {
        const refused = yield* run(args)
        assert.strictEqual(yield* refused.exit, 1, args.join(" "))
        assert.match(refused.output(), sentence)
        assert.notInclude(refused.output(), "1012345678")
      }
    }), 180_000)

  it.live("a value that makes no sense is refused before anything listens, and named", () =>
    Effect.gen(function*() {
      const refusal = (args: ReadonlyArray<string>) =>
        Command.runWith(Program.command, { version: "0" })(Program.joined(["--port=0", ...args])).pipe(
          Effect.flip,
          Effect.map((error) => error._tag === "ShowHelp" ? error.errors.map(({ message }) => message).join(" ") : ""),
          Effect.provide([NodeServices.layer, TestConsole.layer]),
          Effect.timeout("5 seconds")
        )
      for (
        const [arg, expected] of [
          // An empty variable of a shell must not open the emulator to the network.
          ["--host=", /flag --host.*a name or an address/],
          ["--access-key=", /flag --access-key.*ASCII/],
          ["--secret-key=", /flag --secret-key.*one line/],
          ["--service-id=", /flag --service-id.*ncp:sms:kr/],
          ["--service-id=a/b", /flag --service-id: "a\/b".*ncp:sms:kr/],
          ["--data=", /flag --data.*path of a file/],
          ["--outcome-by-content=3001", /flag --outcome-by-content: "3001".*TEXT=CODE/],
          ["--clock-offset=Infinity", /flag --clock-offset: "Infinity".*100 years/],
          ["--clock-offset=-1000000 weeks", /flag --clock-offset: .*100 years/],
          ["--completed-after=-2 seconds", /flag --completed-after: .*5 seconds/],
          ["--file-expiry=Infinity", /flag --file-expiry: .*100 years/]
        ] as const
      ) {
        assert.match(yield* refusal([arg]), expected)
      }
      // A negative value without a unit is told as such, not as flags of one letter.
      const joined = yield* refusal(["--clock-offset", "-90s"])
      assert.match(joined, /flag --clock-offset: "-90s"/)
      assert.notInclude(joined, "Unrecognized")
    }))

  it.live("settings with signs in them come whole out of a file of them", () =>
    Effect.gen(function*() {
      const secretKey = "a b#c\"d$HOME=`e`"
      const server = yield* listening(["--env", `--secret-key=${secretKey}`])
      const file = join(mkdtempSync(join(tmpdir(), "env-")), ".env")
      yield* Effect.addFinalizer(() => Effect.sync(() => rmSync(file, { force: true })))
      writeFileSync(file, server.stdout())
      const read = "console.log(process.env.SENS_SECRET_KEY)"
      const node = execFileSync(process.execPath, [`--env-file=${file}`, "-e", read], { encoding: "utf8" })
      assert.strictEqual(node, `${secretKey}\n`)
      const shell = execFileSync("sh", ["-c", `. "${file}"; printf %s "$SENS_SECRET_KEY"`], { encoding: "utf8" })
      assert.strictEqual(shell, secretKey)
    }), 180_000)

  it.live(
    "a signal ends it with its own exit code, without waiting for open long polls",
    () =>
      Effect.gen(function*() {
        for (const [signal, code] of [["SIGTERM", 143], ["SIGINT", 130]] as const) {
          const server = yield* listening([])
          const poll = fetch(`${server.baseUrl}/__emulator/wait?timeoutMillis=60000`).catch(() => undefined)
          yield* messagesOf(server.baseUrl)
          const began = performance.now()
          server.child.kill(signal)
          assert.strictEqual(yield* server.exit, code)
          // It gives itself a second; how fast the machine is besides is not asked here.
          assert.isBelow(performance.now() - began, 20_000)
          yield* Effect.promise(() => poll)
        }
      }),
    180_000
  )

  it.live("started by npx it ends with its parent, and stays without npx", () =>
    Effect.gen(function*() {
      for (const [command, ends] of [["exec", true], ["", false]] as const) {
        // As npx does it: a process that starts a shell that starts the program.
        const starter = `require("child_process").spawn("sh", ["-c", process.argv[1]], { stdio: "inherit" })`
        const script = `"${process.execPath}" "${program}" --port=0 & echo "pid $!"; wait`
        const parent = yield* listening([], {
          command: ["-e", starter, script],
          env: { npm_command: command, npm_lifecycle_event: "" }
        })
        const { baseUrl, child } = parent
        const [, pid] = yield* parent.until(/pid (\d+)/)
        yield* messagesOf(baseUrl)
        child.kill("SIGKILL")
        yield* Effect.sleep("1500 millis")
        const alive = yield* Effect.promise(() => fetch(`${baseUrl}/__emulator/messages`).then(() => true, () => false))
        assert.strictEqual(alive, !ends)
        if (alive) process.kill(Number(pid))
      }
    }), 180_000)

  it.live("no id comes twice over starts and resets, unless a seed is given", () =>
    Effect.gen(function*() {
      const ids = (args: ReadonlyArray<string>) =>
        Effect.gen(function*() {
          const { baseUrl } = yield* listening(args)
          const target = `${base}/messages`
          const out: Array<string> = []
          for (let i = 0; i < 2; i++) {
            yield* Effect.promise(() =>
              fetch(baseUrl + target, {
                method: "POST",
                headers: {
                  ...sign({ method: "POST", target, timestamp: Date.now() }),
                  "content-type": "application/json"
                },
                body: JSON.stringify(sms())
              })
            )
            for (const message of yield* messagesOf(baseUrl)) out.push(message.messageId)
            yield* Effect.promise(() => fetch(`${baseUrl}/__emulator/reset`, { method: "POST" }))
          }
          return out
        })
      const drawn = [...yield* ids([]), ...yield* ids([])]
      assert.strictEqual(drawn.length, 4)
      assert.strictEqual(new Set(drawn).size, 4)
      const seeded = [...yield* ids(["--seed=x"]), ...yield* ids(["--seed=x"])]
      assert.strictEqual(new Set(seeded).size, 1)
    }), 180_000)

  it.live("numbers in options are read as people write them; each switch is a flag", () =>
    Effect.gen(function*() {
      const { baseUrl } = yield* listening([
        "--outcome=+82 10-0000-0001=3001",
        "--outcome=+81 90-1234-5678=3002",
        "--outcome-by-content=1+1=2=3004",
        "--outcome-by-content=배송=3003",
        "--sender=02-1234-5678",
        "--inline-files=accept",
        "--empty-search=notFound"
      ])
      const post = (body: unknown) =>
        Effect.promise(async () => {
          const target = `${base}/messages`
          const response = await fetch(baseUrl + target, {
            method: "POST",
            headers: { ...sign({ method: "POST", target, timestamp: Date.now() }), "content-type": "application/json" },
            body: JSON.stringify(body)
          })
          return { status: response.status, text: await response.text() }
        })
      assert.strictEqual((yield* post(sms({ messages: [{ to: "01000000001" }] }))).status, 202)
      assert.strictEqual((yield* post(sms({ messages: [{ to: "01000000002", content: "배송 안내" }] }))).status, 202)
      assert.strictEqual((yield* post(sms({ messages: [{ to: "01000000002", content: "1+1=2" }] }))).status, 202)
      assert.strictEqual((yield* post(sms({ countryCode: "81", messages: [{ to: "9012345678" }] }))).status, 202)
      assert.strictEqual((yield* post(sms({ from: "0311234567" }))).status, 400)
      const codes = (yield* messagesOf(baseUrl)).map((message: any) => message.code)
      assert.deepStrictEqual(codes, ["3001", "3003", "3004", "3002"])
      const picture = { name: "a.jpg", body: Buffer.from([0xff, 0xd8, 0xff, 0xd9]).toString("base64") }
      const inline = yield* post(sms({ type: "MMS", files: [picture] }))
      assert.notInclude(inline.text, "--inline-files")
      const search = `${base}/messages?requestId=none`
      const found = yield* Effect.promise(() =>
        fetch(baseUrl + search, { headers: sign({ method: "GET", target: search, timestamp: Date.now() }) })
      )
      assert.strictEqual(found.status, 404)
    }), 180_000)

  it.live("a file in the send itself is refused with a hint at the flag", () =>
    Effect.gen(function*() {
      const server = yield* listening([])
      const target = `${base}/messages`
      const refused = yield* Effect.promise(() =>
        fetch(server.baseUrl + target, {
          method: "POST",
          headers: { ...sign({ method: "POST", target, timestamp: Date.now() }), "content-type": "application/json" },
          body: JSON.stringify(sms({ type: "MMS", files: [{ name: "a.jpg", body: "/9j/" }] }))
        }).then((response) => response.json() as Promise<any>)
      )
      assert.strictEqual(refused.status, 400)
      assert.include(JSON.stringify(refused), "--inline-files accept")
      yield* server.until(/400 \d+ ms: .*--inline-files accept/)
    }), 180_000)

  it.live("seed: a past of any size, in seconds, the same for the same seeds", () =>
    Effect.gen(function*() {
      const past = (args: ReadonlyArray<string>) =>
        Effect.gen(function*() {
          const { baseUrl } = yield* listening(["--seed=x"])
          const seeding = yield* run(["seed", `--url=${baseUrl}`, ...args])
          assert.strictEqual(yield* seeding.exit, 0, seeding.output())
          return { baseUrl, messages: yield* messagesOf(baseUrl), output: seeding.output() }
        })
      const large = yield* past(["--messages", "50000", "--days", "85", "--failed", "10%"])
      assert.include(large.output, "50,000 messages of the last 85 days")
      const inbox = yield* Effect.promise(() =>
        fetch(`${large.baseUrl}/__emulator/inbox?limit=1`).then((response) => response.json() as Promise<any>)
      )
      assert.strictEqual(inbox.total, 50_000)
      const content = ({ code, content, delivered, messageId, to }: any) => ({
        code,
        content,
        delivered,
        messageId,
        to
      })
      const [one, two] = [yield* past(["--messages=90"]), yield* past(["--messages=90"])]
      assert.deepStrictEqual(one.messages.map(content), two.messages.map(content))
      const refused = yield* run(["seed", `--url=${large.baseUrl}`, "--failed=300%"])
      assert.strictEqual(yield* refused.exit, 1)
      const nobody = yield* run(["seed", "--url=http://127.0.0.1:9"])
      assert.strictEqual(yield* nobody.exit, 1)
      assert.strictEqual(nobody.output(), "No emulator listens at http://127.0.0.1:9.\n")
    }), 180_000)

  it.live("a port that does not exist is refused", () =>
    Effect.gen(function*() {
      const server = yield* run(["--port=70000"])
      assert.notStrictEqual(yield* server.exit, 0)
    }), 180_000)
})
