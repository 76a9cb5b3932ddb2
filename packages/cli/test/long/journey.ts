// @effect-diagnostics asyncFunction:off
// The whole job, as a new user does it: the package from its tarball, in an empty folder, with npm alone. An emulator in one terminal; in
// another a damaged list is checked, a message sent, a campaign run, its results followed, exported, reported on, and forwarded to a
// receiver in Node that verifies by npm's `standardwebhooks` and to one in Python that verifies by hand.
import * as EucKrCodec from "@effect-sens/core/EucKrCodec"
import * as Result from "effect/Result"
import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process"
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { bin, environment } from "../support/program.ts"

const home = mkdtempSync(join(tmpdir(), "effect-sens-journey-"))
const project = join(home, "project")
const children: Array<ChildProcess> = []
const problems: Array<string> = []

const check = (what: string, isSo: boolean, more: unknown = "") => {
  console.log(`${isSo ? "ok   " : "WRONG"} ${what}${isSo ? "" : ` ${String(more)}`}`)
  if (!isSo) problems.push(what)
}

// @effect-diagnostics-next-line newPromise:off globalTimers:off
const pause = (millis: number) => new Promise((resolve) => setTimeout(resolve, millis))

const until = async (isSo: () => boolean, seconds: number): Promise<boolean> => {
  for (let tries = 0; tries < seconds * 10; tries++) {
    if (isSo()) return true
    await pause(100)
  }
  return isSo()
}

const env = { ...environment(home), npm_config_cache: join(home, "npm") }

/** The program as npm has installed it. */
const program = join(project, "node_modules/.bin/effect-sens")

const run = (...args: ReadonlyArray<string>) => {
  const { status, stderr, stdout } = spawnSync(program, args, { cwd: project, env, encoding: "utf8", timeout: 300_000 })
  return { code: status, stdout, stderr }
}

/** 5,000 rows as spreadsheets leave them, in CP949. */
const damaged = (): { readonly bytes: Uint8Array; readonly sendable: number; readonly repairable: number } => {
  const lines = ["이름;휴대폰 번호;비고"]
  let [sendable, repairable] = [0, 0]
  for (let row = 0; row < 5000; row++) {
    const digits = String(row).padStart(8, "0")
    const number = `010${digits}`
    const hyphens = `010-${digits.slice(0, 4)}-${digits.slice(4)}`
    const cells = row % 10
    const written = cells === 1
      // Taken for an amount: its zero is gone.
      ? number.slice(1)
      : cells === 2
      ? `010.${digits.slice(0, 4)}.${digits.slice(4)}`
      : cells === 3
      ? `+82 10-${digits.slice(0, 4)}-${digits.slice(4)}`
      : cells === 4
      ? `="${number}"`
      : cells === 5 && row % 100 === 5
      ? `${hyphens} / 02-123-4567`
      : cells === 6 && row % 100 === 6
      ? "1.01E+09"
      : hyphens
    if (cells === 1) repairable++
    else if (written !== "1.01E+09" && !written.includes("/")) sendable++
    lines.push(`홍길동${row};${written};"메모, ""인용"""`)
    // A row comes twice now and then, and one is empty.
    if (row % 500 === 0) lines.push(`홍길동${row};${written};`, ";;")
  }
  return {
    bytes: Result.getOrThrow(EucKrCodec.encode(`${lines.join("\r\n")}\r\n`, { charset: "CP949" })),
    sendable,
    repairable
  }
}

const receiver = `import { createServer } from "node:http"
import { appendFileSync, writeFileSync } from "node:fs"
import { Webhook } from "standardwebhooks"
const hook = new Webhook(process.env.SECRET)
const server = createServer((request, response) => {
  let body = ""
  request.on("data", (piece) => (body += piece))
  request.on("end", () => {
    try {
      hook.verify(body, request.headers)
      appendFileSync("node.log", request.headers["webhook-id"] + "\\n")
      response.writeHead(204).end()
    } catch { response.writeHead(400).end() }
  })
})
server.listen(0, "127.0.0.1", () => writeFileSync("node.port", String(server.address().port)))
`

const python = `import base64, hashlib, hmac, os
from http.server import BaseHTTPRequestHandler, HTTPServer
secret = base64.b64decode(os.environ["SECRET"][6:])
class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        signed = self.headers["webhook-id"].encode() + b"." + self.headers["webhook-timestamp"].encode() + b"." + body
        expected = "v1," + base64.b64encode(hmac.new(secret, signed, hashlib.sha256).digest()).decode()
        ok = any(hmac.compare_digest(expected, each) for each in self.headers["webhook-signature"].split(" "))
        if ok:
            with open("python.log", "a") as log: log.write(self.headers["webhook-id"] + "\\n")
        self.send_response(204 if ok else 400)
        self.end_headers()
    def log_message(self, *args): pass
server = HTTPServer(("127.0.0.1", 0), Handler)
with open("python.port", "w") as port: port.write(str(server.server_port))
server.serve_forever()
`

const main = async () => {
  // What is published is the bundle, the README and the licence.
  execFileSync("mkdir", ["-p", project, join(home, "package/dist")])
  const source = join(import.meta.dirname, "../..")
  const manifest = JSON.parse(readFileSync(join(source, "package.json"), "utf8"))
  const { devDependencies: _, publishConfig, ...rest } = manifest
  writeFileSync(join(home, "package/package.json"), JSON.stringify({ ...rest, bin: publishConfig.bin }))
  execFileSync("cp", ["-r", `${dirname(bin)}/.`, join(home, "package/dist")])
  execFileSync("tar", ["-czf", "effect-sens.tgz", "package"], { cwd: home })
  writeFileSync(join(project, "package.json"), JSON.stringify({ private: true, type: "module" }))
  execFileSync("npm", ["install", "--offline", "--no-audit", "--no-fund", join(home, "effect-sens.tgz")], {
    cwd: project,
    env,
    stdio: "ignore"
  })
  check("npm installs it alone, without a network", existsSync(program))

  // In one terminal.
  const output = spawn("sh", ["-c", `exec ${program} emulate --port 0 --completed-after "1 second" --env > .env`], {
    cwd: project,
    env,
    stdio: "ignore"
  })
  children.push(output)
  const settings = () => existsSync(join(project, ".env")) ? readFileSync(join(project, ".env"), "utf8") : ""
  check("emulate --env > .env", await until(() => settings().includes("SENS_BASE_URL="), 30))
  const keys = ["--env-file", ".env"] as const
  const url = /^SENS_BASE_URL=(.*)$/m.exec(settings())?.[1] ?? ""

  // In another.
  const { bytes, repairable, sendable } = damaged()
  writeFileSync(join(project, "명단.csv"), bytes)
  writeFileSync(join(project, "문안.txt"), "{이름}님, 주문하신 책이 도착했습니다.\n")
  const text = ["--text-file", "문안.txt"] as const
  const first = run("check", "명단.csv", ...text, "--out", "빠진행.csv", "--json")
  const report = JSON.parse(first.stdout || "{}")
  check("check finds what cannot be sent to, and ends with 3", first.code === 3, `${first.code} ${first.stderr}`)
  check("  as many as can be", report.send?.messages === sendable, `${report.send?.messages} of ${sendable}`)
  check("  and writes the others down", existsSync(join(project, "빠진행.csv")))
  const repaired = run("check", "명단.csv", ...text, "--repair-numbers", "--json")
  const all = JSON.parse(repaired.stdout || "{}").send?.messages
  check("check --repair-numbers brings the lost zeros back", all === sendable + repairable, `${all}`)

  const sent = run(
    "send",
    ...keys,
    "--to",
    "010-0000-0001",
    "--from",
    "02-1234-5678",
    "--text",
    "안녕하세요",
    "--wait",
    "--json"
  )
  check("send --wait", sent.code === 0, sent.stderr)
  const { requestId } = JSON.parse(sent.stdout || "{}")
  check("track", run("track", ...keys, requestId, "--format", "ndjson").code === 0)

  const campaign = [
    "campaign",
    "start",
    "명단.csv",
    "--id",
    "봄할인",
    ...keys,
    ...text,
    "--from",
    "02-1234-5678",
    "--repair-numbers"
  ] as const
  const started = run(...campaign)
  check("campaign start, of what can be sent to", started.code === 0, `${started.code} ${started.stderr}`)
  // @effect-diagnostics-next-line globalFetch:off
  const doubled = (await (await fetch(`${url}/__emulator/duplicates`)).json()) as ReadonlyArray<unknown>
  check("  nobody got it twice", doubled.length === 0, JSON.stringify(doubled).slice(0, 200))
  const status = JSON.parse(run("campaign", "status", "봄할인", "--json").stdout || "{}")
  const delivered = JSON.stringify(status).match(/"delivered":(\d+)/)?.[1]
  check(
    "  and all of them did",
    Number(delivered) === all,
    `${delivered} of ${all}`
  )
  const again = run(...campaign)
  check("  again: it joins, and sends nothing", again.code === 0, again.stderr)

  const log = run("log", ...keys, "--last", "1d", "--out", "로그.csv", "--checkpoint", "로그.json")
  check("log --out", log.code === 0, log.stderr)
  const lines = readFileSync(join(project, "로그.csv"), "utf8").trim().split("\r\n")
  check("  has a line for each message, and one for the names", lines.length === all + 2, `${lines.length}`)
  const page = run("report", ...keys, "--last", "1d", "--html", "보고서.html", "--lang", "ko")
  const html = existsSync(join(project, "보고서.html")) ? readFileSync(join(project, "보고서.html"), "utf8") : ""
  check(
    "report --html, of at most 150 kB and without a script",
    page.code === 0 && html.length > 1000 && html.length <= 150_000 && !/<script/i.test(html),
    page.stderr
  )

  // Webhooks, to two receivers that do not know each other.
  writeFileSync(join(project, "receiver.mjs"), receiver)
  writeFileSync(join(project, "receiver.py"), python)
  // By the npm of this machine, with whatever registry it has.
  execFileSync("npm", ["install", "--no-audit", "--no-fund", "standardwebhooks@1.1.1"], {
    cwd: project,
    stdio: "ignore"
  })
  const secret = run("listen", "--print-secret").stdout.trim()
  check("listen --print-secret", secret.startsWith("whsec_"))
  for (const [command, script] of [["node", "receiver.mjs"], ["python3", "receiver.py"]] as const) {
    children.push(spawn(command, [script], { cwd: project, env: { ...env, SECRET: secret }, stdio: "inherit" }))
  }
  for (const name of ["node", "python"]) {
    check(`a receiver in ${name}`, await until(() => existsSync(join(project, `${name}.port`)), 30))
    const port = readFileSync(join(project, `${name}.port`), "utf8")
    const args = [
      "listen",
      ...keys,
      "--forward-to",
      `http://127.0.0.1:${port}/hook?of=${name}&x=1`,
      "--from",
      "-1h",
      "--cursor",
      `${name}.json`
    ]
    const listener = spawn(program, args, { cwd: project, env, stdio: "ignore" })
    children.push(listener)
    const ids = () =>
      existsSync(join(project, `${name}.log`))
        ? new Set(readFileSync(join(project, `${name}.log`), "utf8").trim().split("\n"))
        : new Set()
    check(`  gets each delivery, signed`, await until(() => ids().size >= all + 1, 180), `${ids().size} of ${all + 1}`)
    listener.kill("SIGTERM")
  }
}

try {
  await main()
} finally {
  for (const child of children) child.kill("SIGTERM")
  await pause(500)
  rmSync(home, { recursive: true, force: true })
}
console.log(problems.length === 0 ? "all as the docs say" : `${problems.length} wrong`)
process.exitCode = problems.length === 0 ? 0 : 1
