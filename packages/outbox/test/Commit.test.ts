import * as Account from "@effect-sens/emulator/Account"
import * as Emulator from "@effect-sens/emulator/Emulator"
import * as EmulatorClient from "@effect-sens/emulator/EmulatorClient"
import * as Sens from "@effect-sens/http/Sens"
import * as NodeSqlite from "@effect-sens/outbox/NodeSqlite"
import * as Outbox from "@effect-sens/outbox/Outbox"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
import { spawn } from "node:child_process"
import { join } from "node:path"
import { sms } from "./emulated.ts"
import { folder } from "./folder.ts"

/** How a program ends that writes a request down. */
const ended = (filename: string, at: string): Effect.Effect<NodeJS.Signals | number | null> =>
  Effect.callback((resume) => {
    const child = spawn(process.execPath, [join(import.meta.dirname, "commit.program.ts"), filename, at], {
      stdio: ["ignore", "inherit", "inherit"]
    })
    child.once("exit", (code, signal) => resume(Effect.succeed(signal ?? code)))
  })

describe("a program that is killed with kill -9", () => {
  it.live.each(
    [
      ["before the commit of its transaction: nothing is sent", "before", 0],
      ["between the commit and the send: one is sent, by whoever comes next", "after", 1]
    ] as const
  )("%s", ([, at, expected]) =>
    Effect.gen(function*() {
      const filename = join(yield* folder, "outbox.db")
      assert.strictEqual(yield* ended(filename, at), "SIGKILL")
      yield* Effect.gen(function*() {
        const sql = yield* SqlClient.SqlClient
        const { enqueue } = yield* Outbox.Outbox
        const { allMessages } = yield* Emulator.Emulator
        assert.strictEqual((yield* sql`SELECT name FROM orders`.values).length, expected)
        for (let pass = 0; pass < 3; pass++) yield* Outbox.drain()
        assert.strictEqual((yield* allMessages).length, expected)
        // Whoever asks again joins it, or writes it down.
        yield* enqueue(sms(undefined, "주문 1"), { key: "order/1" })
        const conflict = yield* Effect.flip(enqueue(sms(undefined, "주문 2"), { key: "order/1" }))
        assert.strictEqual(conflict._tag, "KeyConflict")
        for (let pass = 0; pass < 3; pass++) yield* Outbox.drain()
        assert.deepStrictEqual((yield* allMessages).map(({ content }) => content), ["주문 1"])
      }).pipe(Effect.provide(
        Outbox.layer().pipe(
          Layer.provideMerge(NodeSqlite.layer({ filename })),
          Layer.provideMerge(Sens.layer(Account.options)),
          Layer.provideMerge(EmulatorClient.layer()),
          Layer.fresh
        )
      ))
    }), 30_000)
})
