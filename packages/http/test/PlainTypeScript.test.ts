// @effect-diagnostics globalDate:off - plain programs have them
// A program in plain TypeScript: it compiles under default settings, sends by both doors, and its wrong numbers come back in one error.
import * as SensError from "@effect-sens/core/SensError"
import * as Account from "@effect-sens/emulator/Account"
import * as Emulator from "@effect-sens/emulator/Emulator"
import * as EmulatorServer from "@effect-sens/emulator/EmulatorServer"
import * as Sens from "@effect-sens/http/Sens"
import * as SensPromise from "@effect-sens/http/SensPromise"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import { fileURLToPath } from "node:url"
import { compile, told } from "./plain/compile.ts"
import * as Program from "./plain/program.ts"

const file = fileURLToPath(new URL("plain/program.ts", import.meta.url))

const row = (id: number, phone: string): Program.Row => ({
  id,
  name: `손님 ${id}`,
  phone,
  note: null,
  createdAt: new Date(0)
})

const job = (phones: ReadonlyArray<string>): Program.Job => ({
  from: "02-1234-5678",
  rows: phones.map((phone, index) => row(index, phone))
})

// As people and lists write them, and as lists damage them.
const right = ["010-1234-5678", "+82 10 8765 4321", "０１０ １１１１ ２２２２"]
const wrong = ["1012345678", "010-1234-5678", "1.01235E+09", "", "2026-11-27"]

const places = (error: unknown): ReadonlyArray<string> => {
  if (!(error instanceof SensError.SensError) || error.reason._tag !== "InvalidRequest") {
    return assert.fail(String(error))
  }
  return error.reason.issues.map(({ path }) => path.join("."))
}

describe("a program in plain TypeScript", () => {
  it("compiles with strict alone, and with every further check", () => {
    assert.deepStrictEqual(told(compile(file), file), [])
    const strictest = {
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      noPropertyAccessFromIndexSignature: true
    }
    assert.deepStrictEqual(told(compile(file, strictest), file), [])
  })

  it.live("sends by Sens and by SensPromise, and reads it back", () =>
    Effect.gen(function*() {
      const { baseUrl } = yield* EmulatorServer.EmulatorServer
      const { ledger, messages } = yield* Emulator.Emulator
      const inAnHour = new Date(Date.now() + 3_600_000)
      const requests = [
        Program.password(job(right)),
        Program.notice(job(right)),
        Program.notice({ ...job(right), sendAt: inAnHour, title: "안내" })
      ]
      const sens = yield* Effect.acquireRelease(
        Effect.sync(() => SensPromise.make({ ...Account.options, baseUrl })),
        (sens) => Effect.promise(() => sens.dispose())
      )
      const layer = Sens.layer({ ...Account.options, baseUrl })
      for (const request of requests) {
        const [accepted] = yield* Effect.provide(Program.sendByEffect(request), layer)
        const [again] = yield* Effect.promise(() => Program.sendByPromise(sens, request))
        assert.notStrictEqual(accepted.requestId, again.requestId)
      }
      // The reserved ones wait.
      assert.strictEqual((yield* messages("01012345678")).length, 4)
      assert.strictEqual((yield* messages("01011112222")).length, 4)
      const bodies = (yield* ledger).map(({ body }) => body).join("\n")
      assert.notMatch(bodies, /createdAt|"note"|"id"/)
    }).pipe(Effect.scoped, Effect.provide([EmulatorServer.layer(), FetchHttpClient.layer])))

  it.live("gets all its wrong numbers back in one error", () =>
    Effect.gen(function*() {
      const { baseUrl } = yield* EmulatorServer.EmulatorServer
      const { ledger } = yield* Emulator.Emulator
      const request = Program.notice({ ...job([...right, ...wrong]), from: "02-12" })
      const failed = yield* Program.sendByEffect(request).pipe(
        Effect.provide(Sens.layer({ ...Account.options, baseUrl })),
        Effect.flip
      )
      const expected = ["from", "messages.3.to", "messages.5.to", "messages.6.to", "messages.7.to"]
      assert.includeMembers([...places(failed)], expected)
      const sens = SensPromise.make({ ...Account.options, baseUrl })
      const rejected = yield* Effect.promise(() =>
        Program.sendByPromise(sens, request).then(() => undefined, (error: unknown) => error).finally(() =>
          sens.dispose()
        )
      )
      assert.deepStrictEqual(places(rejected), places(failed))
      assert.notMatch(String(rejected), /\d{4}/)
      assert.deepStrictEqual(yield* ledger, [])
    }).pipe(Effect.provide([EmulatorServer.layer(), FetchHttpClient.layer])))
})
