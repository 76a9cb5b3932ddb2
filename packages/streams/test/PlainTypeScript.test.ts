import * as Account from "@effect-sens/emulator/Account"
import * as Emulator from "@effect-sens/emulator/Emulator"
import * as EmulatorServer from "@effect-sens/emulator/EmulatorServer"
import * as StreamsPromise from "@effect-sens/streams/StreamsPromise"
import { assert, describe, it } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import { fileURLToPath } from "node:url"
import { compile, told } from "../../http/test/plain/compile.ts"
import * as Plain from "./plain.ts"

const file = fileURLToPath(new URL("plain.ts", import.meta.url))

const rows = ["010-1234-5678", "+82 10 8765 4321", "1012345678"].map((phone, id): Plain.Row => ({
  id,
  name: `손님 ${id}`,
  phone,
  note: null,
  createdAt: DateTime.toDate(DateTime.makeUnsafe(0))
}))

describe("a program in plain TypeScript that sends to many", () => {
  it("compiles with strict alone, and with every further check", () => {
    assert.deepStrictEqual(told(compile(file), file), [])
    const strictest = {
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      noPropertyAccessFromIndexSignature: true
    }
    assert.deepStrictEqual(told(compile(file, strictest), file), [])
  })

  it.live("sends, follows, and reads", () =>
    Effect.gen(function*() {
      const { baseUrl } = yield* EmulatorServer.EmulatorServer
      const { ledger } = yield* Emulator.Emulator
      const sens = StreamsPromise.make({ ...Account.options, baseUrl })
      const program = Effect.fnUntraced(function*() {
        assert.deepStrictEqual(yield* Effect.promise(() => Plain.announce(sens, rows)), [0, 1])
        const summary = yield* Effect.promise(() => Plain.remind(sens, rows))
        assert.deepInclude(summary, { accepted: 2, failed: 1, requests: 1 })
        const ids = (yield* ledger).flatMap(({ verdict }) => verdict._tag === "Accepted" ? [verdict.requestId] : [])
        const { log, records, states } = yield* Effect.promise(() => Plain.ended(sens, ids))
        assert.deepStrictEqual([log.length, records.length, states.size], [4, 2, 4])
        // What is the program's own stays there.
        const bodies = (yield* ledger).map(({ body }) => body).join("\n")
        assert.notMatch(bodies, /createdAt|"note"|"id"|"phone"/)
      })
      yield* Effect.ensuring(program(), Effect.promise(() => sens.dispose()))
    }).pipe(Effect.provide(EmulatorServer.layer({ completedAfter: "0 seconds" }))))
})
