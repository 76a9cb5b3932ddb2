// Clients that go away, servers that are killed, and several of them at once.
import { assert, describe, it } from "@effect/vitest"
import type { ChildProcess } from "node:child_process"
import { once } from "node:events"
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { setTimeout } from "node:timers/promises"
import * as Emulator from "./support/emulator.ts"
import * as Mcp from "./support/mcp.ts"
import { temporary } from "./support/program.ts"

const allowed = (cap: number) => ["--allow-send", "--max-recipients-per-day", String(cap), "--yes"]

const state = (home: string, ...path: ReadonlyArray<string>) => join(home, "state", "effect-sens", ...path)

const entries = (home: string, folder: "unknown" | "settled"): ReadonlyArray<string> => {
  const path = state(home, folder)
  return existsSync(path) ? readdirSync(path).filter((name) => name.endsWith(".json")) : []
}

const counted = (home: string): number => {
  const { recipients } = JSON.parse(readFileSync(state(home, "mcp-recipients.json"), "utf8")) as {
    recipients: { readonly [key: string]: number }
  }
  return Object.values(recipients).reduce((sum, each) => sum + each, 0)
}

const isThere = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

const gone = async (pid: number): Promise<void> => {
  for (let tries = 0; isThere(pid); tries++) {
    if (tries > 300) throw new Error("it does not end")
    await setTimeout(100)
  }
}

/** How many sends there were, once the emulator has written down what it has answered. */
const settled = async (emulator: Emulator.Emulator): Promise<number> => {
  for (let tries = 0; tries < 50 && await sends(emulator) === 0; tries++) await setTimeout(100)
  return await sends(emulator)
}

const sends = async (emulator: Emulator.Emulator) =>
  (await emulator.requests()).filter((operation) => operation === "send").length

/** Once a send is written down, and so may be on its way. */
const written = async (home: string): Promise<void> => {
  for (let tries = 0; entries(home, "unknown").length === 0; tries++) {
    if (tries > 500) throw new Error("nothing is written down")
    await setTimeout(10)
  }
}

/** A client that goes as one does that is closed: by its end of the pipe. */
const leave = async (server: Mcp.Server): Promise<void> => {
  const { transport } = server.client
  const child = Reflect.get(transport ?? {}, "_process") as ChildProcess
  const exit = once(child, "exit")
  child.stdin?.end()
  const [code] = await exit
  assert.strictEqual(code, 0)
}

describe("mcp", { timeout: 60_000 }, () => {
  it("closes its books when its client goes away in the middle of a send", async () => {
    using home = temporary()
    await using emulator = await Emulator.start()
    const server = await Mcp.start(allowed(5), { home: home.path, env: emulator.env })
    const planId = await server.prepare("010-0000-0001")
    await emulator.fault("send", { _tag: "Slow", beforeMillis: 0, afterMillis: 5000 })
    const answer = server.send(planId).catch(() => undefined)
    await written(home.path)
    await setTimeout(300)
    await leave(server)
    await answer
    assert.deepStrictEqual([entries(home.path, "unknown").length, entries(home.path, "settled").length], [0, 1])
    assert.strictEqual(await settled(emulator), 1)
    assert.strictEqual(counted(home.path), 1)
  })

  it("sends nothing when its client goes away while a person is asked", async () => {
    using home = temporary()
    await using emulator = await Emulator.start()
    const asked = Promise.withResolvers<void>()
    const server = await Mcp.start(allowed(5), {
      home: home.path,
      env: { ...emulator.env, SENS_BASE_URL: emulator.elsewhere },
      person: () => {
        asked.resolve()
        return Promise.withResolvers<never>().promise
      }
    })
    const answer = server.send(await server.prepare("010-0000-0001")).catch(() => undefined)
    await asked.promise
    await leave(server)
    await answer
    assert.strictEqual(await sends(emulator), 0)
    assert.isFalse(existsSync(state(home.path, "mcp-recipients.json")))
  })

  it("is found out about by the next server, where it was killed in the middle of a send", async () => {
    using home = temporary()
    await using emulator = await Emulator.start("--completed-after", "0 seconds")
    const server = await Mcp.start(allowed(2), { home: home.path, env: emulator.env })
    const planId = await server.prepare("010-0000-0001")
    await emulator.fault("send", { _tag: "Slow", beforeMillis: 0, afterMillis: 5000 })
    const answer = server.send(planId).catch(() => undefined)
    await written(home.path)
    // The gateway has it, and has not answered.
    await setTimeout(1500)
    process.kill(server.pid, "SIGKILL")
    await gone(server.pid)
    await answer
    // It counts, since it may have been sent; and no lock is left behind.
    assert.strictEqual(counted(home.path), 1)
    await using next = await Mcp.start(allowed(2), { home: home.path, env: emulator.env })
    assert.include((await next.send(planId)).text, "no such planId")
    const [name = ""] = entries(home.path, "unknown")
    const [sendId] = name.split(".")
    let found = await next.call("sens_track_request", { sendId })
    for (let tries = 0; tries < 20 && found.answer["state"] !== "final"; tries++) {
      await setTimeout(500)
      found = await next.call("sens_track_request", { sendId })
    }
    assert.deepInclude(found.answer, { state: "final", delivered: 1 })
    const { answer: log } = await next.call("sens_report", { last: "1h" })
    assert.deepInclude(log["total"], { messages: 1 })
    const over = await next.call("sens_prepare_send", {
      to: ["010-0000-0001", "010-0000-0002"],
      text: "hi",
      from: Mcp.sender
    })
    assert.include(over.text, "1 of 2 recipients are left")
    assert.isFalse((await next.send(await next.prepare("010-0000-0002"))).isError)
  })

  it("never passes the cap, though two processes send at the same time", async () => {
    using home = temporary()
    await using emulator = await Emulator.start()
    const options = { home: home.path, env: emulator.env }
    await using one = await Mcp.start(allowed(7), options)
    await using two = await Mcp.start(allowed(7), options)
    const plans = await Promise.all(
      Array.from({ length: 12 }, async (_, at) => {
        const server = at % 2 === 0 ? one : two
        return [server, await server.prepare(`010-0000-00${String(at + 10)}`)] as const
      })
    )
    // Each of them twice at once.
    const answers = await Promise.all([...plans, ...plans].map(([server, planId]) => server.send(planId)))
    assert.strictEqual(answers.filter(({ isError }) => !isError).length, 7)
    assert.strictEqual(await sends(emulator), 7)
    assert.strictEqual(counted(home.path), 7)
  })

  it("answers with a sentence where there is no network", async () => {
    using home = temporary()
    await using server = await Mcp.start(allowed(5), {
      home: home.path,
      env: {
        SENS_ACCESS_KEY: "made-up",
        SENS_SECRET_KEY: "made-up-secret",
        SENS_SERVICE_ID: "ncp:sms:kr:000000000000:test",
        SENS_BASE_URL: "http://127.0.0.1:1"
      }
    })
    const calls = [
      ["sens_search_log", {}],
      ["sens_report", {}],
      ["sens_get_result", { messageId: "M" }],
      ["sens_track_request", { requestId: "R", waitSeconds: 1 }],
      ["sens_reservation_status", { ids: ["R"] }],
      ["sens_list_unsubscribes", {}],
      ["sens_has_unsubscribed", { numbers: ["010-0000-0001"] }]
    ] as const
    const answers = await Promise.all(calls.map(([name, given]) => server.call(name, given)))
    for (const { isError, text } of answers) {
      assert.isTrue(isError)
      assert.isAbove(text.length, 20)
      assert.notMatch(text, /made-up-secret|internal server error/)
    }
    const refused = await server.send(await server.prepare("010-0000-0001"))
    assert.isTrue(refused.isError)
    // Nobody was reached, so nothing is counted and nothing is left open.
    assert.deepStrictEqual([counted(home.path), entries(home.path, "unknown").length], [0, 0])
  })
})
