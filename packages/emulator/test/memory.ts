/**
 * What the emulator holds in memory after long use, against what it held before: requests of every kind, heap after collection.
 *
 * `node --expose-gc packages/emulator/test/memory.ts` sends 50 a second over a socket for an hour, with a reset each minute, and compares the
 * end with the tenth minute; `--minutes 6 --rate 500` sends as many in less time, and every time in it is as much shorter. With `--fast` it
 * sends 60,000 without a socket, as fast as they go, with resets, and compares the end with 20,000; then 30,000 with none, and with 10,000, where
 * few messages are kept, with a data file; then 300 that are large. Exit code 1 where the end is more than 10 % above.
 */
import * as Emulator from "@effect-sens/emulator/Emulator"
import * as EmulatorClient from "@effect-sens/emulator/EmulatorClient"
import * as EmulatorServer from "@effect-sens/emulator/EmulatorServer"
import * as Storage from "@effect-sens/emulator/Storage"
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as Clock from "effect/Clock"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import { spawn } from "node:child_process"
import { parseArgs } from "node:util"
import { base, call, jpeg, list, reserved, send, sms, upload } from "./support.ts"

const { values } = parseArgs({
  options: {
    fast: { type: "boolean", default: false },
    minutes: { type: "string", default: "60" },
    rate: { type: "string", default: "50" },
    // How the program starts itself to send.
    load: { type: "string" }
  }
})

const collect = globalThis.gc
if (collect === undefined && values.load === undefined) {
  console.error("It needs node --expose-gc.")
  process.exit(2)
}

/** In bytes, after what nobody needs any more is gone. */
const held = Effect.gen(function*() {
  // What a collection lets go may itself hold more.
  for (let i = 0; i < 4; i++) {
    collect?.()
    yield* Effect.sleep("20 millis")
  }
  const { arrayBuffers, heapUsed } = process.memoryUsage()
  return heapUsed + arrayBuffers
})

const megabytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(1)} MB`

/** A send that waits, by its days. */
const later = (days: number) =>
  Effect.flatMap(DateTime.now, (now) => {
    const [day = "", time = ""] = DateTime.formatIso(DateTime.add(now, { days })).split("T")
    return send(reserved({ reserveTime: `${day} ${time.slice(0, 5)}` }))
  })

const register = (method: "POST" | "DELETE", clientTelNo: string) =>
  call({ method, target: `${base}/unsubscribes`, body: [{ clientTelNo }] })

/** The request of a number; of each twenty there is every kind. */
const request = Effect.fnUntraced(function*(n: number) {
  const number = `0100000${String((n * 7919) % 10_000).padStart(4, "0")}`
  switch (n % 20) {
    case 0:
      return yield* upload(`${n}.jpg`, jpeg({ bytes: 2000 + (n % 1000) }))
    case 1: {
      const { body } = yield* later(2)
      return yield* call({ target: `${base}/reservations/${body.requestId}/reserve-status` })
    }
    case 2: {
      const { body } = yield* later(3)
      return yield* call({ method: "DELETE", target: `${base}/reservations/${body.requestId}` })
    }
    case 3:
      return yield* register(n % 40 === 3 ? "POST" : "DELETE", number)
    case 4:
      return yield* list(`requestId=none-${n}`)
    case 5:
      return yield* send(sms({ content: `글 ${n}`, messages: [{ to: number }, { to: number, content: "다른 글" }] }))
    case 6:
      return yield* send(sms(), { signed: { secretKey: "wrong" } })
    case 7:
      // Refused, and long: what the ledger tells of it is its beginning.
      return yield* send(sms({ from: "no number", junk: "x".repeat(n % 400 === 7 ? 500_000 : 5000) }))
    case 8: {
      const { body } = yield* send(sms({ content: `결과 ${n}` }))
      return yield* list(`requestId=${body.requestId}`)
    }
    case 9:
      return yield* call({ target: "/__emulator/messages?limit=10" })
    default:
      return yield* send(sms({ content: `글 ${n}`, messages: [{ to: number }] }))
  }
})

let worst = 0

const compare = (what: string, early: number, late: number) => {
  worst = Math.max(worst, late / early)
  console.log(`${what}: ${megabytes(early)}, then ${megabytes(late)}: ${(late / early).toFixed(3)}`)
}

// -----------------------------------------------------------------------------
// As fast as they go
// -----------------------------------------------------------------------------

const fast = Effect.fnUntraced(function*(what: string, count: number, resets: boolean) {
  const emulator = yield* Emulator.Emulator
  const figures: Array<number> = []
  for (let n = 1; n <= count; n++) {
    yield* request(n)
    if (n === count / 3 || n === count) figures.push(yield* held)
    if (resets && n % 2500 === 0) yield* emulator.reset
  }
  const { length } = yield* emulator.allMessages
  compare(`${count} ${what}, ${length} messages`, figures[0] ?? Number.NaN, figures[1] ?? Number.NaN)
})

/** The ledger tells of each for its beginning alone, and keeps no more of it. */
const large = Effect.gen(function*() {
  const figures: Array<number> = []
  for (let n = 1; n <= 300; n++) {
    yield* n % 2 === 0
      ? send(sms({ junk: "가".repeat(150_000) }))
      : call({ target: `${base}/files`, body: { fileName: "a.jpg", fileBody: "A".repeat(500_000) } })
    if (n % 100 === 0) figures.push(yield* held)
  }
  compare("300 of half a megabyte", figures[0] ?? Number.NaN, figures[2] ?? Number.NaN)
})

const small = Layer.unwrap(Effect.gen(function*() {
  const fs = yield* FileSystem.FileSystem
  const storage = yield* Storage.file(`${yield* fs.makeTempDirectoryScoped()}/events`)
  return EmulatorClient.layer({ storage, messageCapacity: 1000, logCapacity: 500, fileExpiry: "1 second" })
})).pipe(Layer.provide(NodeFileSystem.layer))

const allFast = Effect.all([
  fast("with resets", 60_000, true).pipe(Effect.provide(EmulatorClient.layer())),
  fast("with none and a data file", 30_000, false).pipe(Effect.provide(small)),
  large.pipe(Effect.provide(EmulatorClient.layer()))
], { discard: true })

// -----------------------------------------------------------------------------
// Over an hour
// -----------------------------------------------------------------------------

const minutes = Number(values.minutes)
const rate = Number(values.rate)
const total = Math.round(minutes * 60 * rate)
/** A minute of the hour, in requests. */
const minute = Math.round(total / 60)

const load = (baseUrl: string) =>
  Effect.gen(function*() {
    const start = yield* Clock.currentTimeMillis
    const one = (n: number) =>
      Effect.gen(function*() {
        const due = start + (n / rate) * 1000
        const now = yield* Clock.currentTimeMillis
        if (due > now) yield* Effect.sleep(due - now)
        yield* request(n)
      })
    for (let done = 0; done < total; done += minute) {
      yield* Effect.forEach(Array.from({ length: minute }, (_, i) => done + i), one, { concurrency: 4, discard: true })
      // The server looks at itself, and is reset then.
      process.send?.("minute")
      yield* Effect.callback<void>((resume) => {
        process.once("message", () => resume(Effect.void))
      })
    }
    process.disconnect?.()
  }).pipe(Effect.provide(EmulatorServer.layerClient.pipe(
    Layer.provide(NodeHttpClient.layerUndici),
    Layer.provide(Layer.succeed(EmulatorServer.EmulatorServer, {
      baseUrl,
      host: "",
      port: 0,
      refusing: (self) => self
    }))
  )))

const hour = Effect.gen(function*() {
  const { baseUrl } = yield* EmulatorServer.EmulatorServer
  const emulator = yield* Emulator.Emulator
  const child = yield* Effect.acquireRelease(
    Effect.sync(() =>
      spawn(process.execPath, [
        import.meta.filename,
        "--load",
        baseUrl,
        "--minutes",
        String(minutes),
        "--rate",
        String(rate)
      ], {
        stdio: ["ignore", "inherit", "inherit", "ipc"]
      })
    ),
    (child) => Effect.sync(() => child.kill("SIGKILL"))
  )
  const figures: Array<number> = []
  for (let n = 1; n <= 60; n++) {
    yield* Effect.callback<void>((resume) => {
      child.once("message", () => resume(Effect.void))
    })
    figures.push(yield* held)
    if (n % 10 === 0) console.log(`minute ${n}: ${megabytes(figures.at(-1) ?? 0)}`)
    yield* emulator.reset
    child.send("go on")
  }
  compare(`${total} over a socket`, figures[9] ?? Number.NaN, figures[59] ?? Number.NaN)
}).pipe(Effect.scoped, Effect.provide(EmulatorServer.layer()))

await (values.load !== undefined
  ? Effect.runPromise(load(values.load))
  : Effect.runPromise<void, unknown>(values.fast ? allFast : hour))
if (!(worst <= 1.1) && values.load === undefined) process.exitCode = 1
