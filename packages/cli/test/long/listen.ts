// How fast a listener is, how often it looks when nothing happens, and that nothing is missing however it is treated.
import { mkdtempSync, rmSync } from "node:fs"
import { cpus, tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { onPort, type Received, secret } from "../listen/endpoint.ts"
import { client, listener, send } from "../listen/program.ts"
import * as Emulator from "../support/emulator.ts"
import { type Figure, table } from "../support/figures.ts"

const home = mkdtempSync(join(tmpdir(), "effect-sens-listen-"))
await using emulator = await Emulator.start("--completed-after", "0 seconds", "--paging", "nextToken")
await using sens = client(emulator)
const env = { ...emulator.env, SENS_WEBHOOK_SECRET: secret }

const sendMany = async (count: number, first: number): Promise<void> => {
  for (let sent = 0; sent < count; sent += 100) await send(sens, Math.min(100, count - sent), first + sent)
}

const until = async (isThere: () => boolean, within = 300_000): Promise<boolean> => {
  const end = performance.now() + within
  while (!isThere() && performance.now() < end) await sleep(5)
  return isThere()
}

const idOf = ({ headers }: Received): string => String(headers["webhook-id"])

const start = (origin: string, cursor: string, ...args: ReadonlyArray<string>) =>
  listener(["--forward-to", `${origin}/hook?a=1&b=`, "--cursor", cursor, ...args], { home, env })

// -----------------------------------------------------------------------------
// Killed twice, with a 503 on every 40th
// -----------------------------------------------------------------------------

const killed = async (): Promise<ReadonlyArray<Figure>> => {
  const answered = new Set<string>()
  let count = 0
  using endpoint = await onPort((received) => {
    if (++count % 40 === 0) return 503
    answered.add(idOf(received))
    return 200
  })
  const total = 1800
  for (const most of [total / 3, 2 * total / 3, total]) {
    await using child = start(endpoint.origin, "killed.json", "--interval", "1s")
    await until(() => child.shown.stderr.includes("Listening"))
    if (most < total) {
      await sendMany(most === total / 3 ? total : 0, 0)
      await until(() => answered.size >= most)
      await child.end("SIGKILL")
      continue
    }
    await until(() => answered.size >= total)
  }
  endpoint.verify()
  const twice = endpoint.received.length - Math.floor(count / 40) - answered.size
  console.log(
    `killed twice, 503 on every 40th: ${answered.size} of ${total} delivered, ${twice} of them twice, all ${endpoint.received.length} POSTs verified`
  )
  return [
    { what: "messages delivered of 1,800, killed twice", is: answered.size, least: total },
    { what: "of them twice", is: twice, most: 2 * 100 }
  ]
}

// -----------------------------------------------------------------------------
// As fast as it goes
// -----------------------------------------------------------------------------

const fast = async (total: number): Promise<ReadonlyArray<Figure>> => {
  const came: Array<number> = []
  using endpoint = await onPort(async () => {
    await sleep(5)
    came.push(performance.now())
    return 200
  })
  await using child = start(endpoint.origin, `fast-${total}.json`, "--interval", "1s")
  await until(() => child.shown.stderr.includes("Listening"))
  await child.end("SIGTERM")
  await sendMany(total, 0)
  await using again = start(endpoint.origin, `fast-${total}.json`, "--interval", "1s")
  await until(() => came.length >= total)
  endpoint.verify()
  await again.end("SIGTERM")
  const rate = (came.length - 1) / (((came.at(-1) ?? 0) - (came[0] ?? 0)) / 1000)
  return [{ what: `messages a second to a 5 ms endpoint, of ${total.toLocaleString("en")}`, is: rate, least: 200 }]
}

// -----------------------------------------------------------------------------
// When nothing happens
// -----------------------------------------------------------------------------

const idle = async (): Promise<ReadonlyArray<Figure>> => {
  using endpoint = await onPort()
  const searches = async () => (await emulator.requests()).filter((operation) => operation === "search").length
  await using child = start(endpoint.origin, "idle.json", "--interval", "2s", "--overlap", "0s")
  await until(() => child.shown.stderr.includes("Listening"))
  const before = await searches()
  await sleep(30_000)
  const asked = (await searches()) - before
  await child.end("SIGTERM")
  return [{ what: "searches an interval when nothing happens", is: asked / 15, most: 1 }]
}

console.log(`${cpus().length} processors, Node ${process.version}`)
const figures = [...await idle(), ...await killed(), ...await fast(1800), ...await fast(10_000)]
rmSync(home, { recursive: true, force: true })
process.exitCode = table(figures) ? 0 : 1
