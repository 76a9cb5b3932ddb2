// The five commonest mistakes: what the compiler says of each, and what a program is told that has no compiler.
import type * as SendRequest from "@effect-sens/core/SendRequest"
import * as Emulator from "@effect-sens/emulator/Emulator"
import * as Sens from "@effect-sens/http/Sens"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { fileURLToPath } from "node:url"
import { emulated } from "./emulated.ts"
import { compileText, told } from "./plain/compile.ts"

const file = fileURLToPath(new URL("plain/mistakes.ts", import.meta.url))

// Lines of an editor.
const lines = (text: string) =>
  text.split("\n").reduce((sum, line) => sum + Math.max(1, Math.ceil(line.length / 140)), 0)

const compiled: ReadonlyArray<readonly [mistake: string, request: string, says: ReadonlyArray<string>]> = [
  [
    "a subject of an SMS",
    `{ type: "SMS", from, subject: "안내", content, messages }`,
    ["'subject' does not exist in type 'Sms'"]
  ],
  [
    "a file of an LMS",
    `{ type: "LMS", from, content, messages, files: [{ fileId: "a1" }] }`,
    ["'files' does not exist in type 'Lms'"]
  ],
  [
    "a number that is no text",
    `{ type: "SMS", from, content, messages: [{ to: 1012345678 }] }`,
    ["'number' is not assignable to type 'string'"]
  ],
  [
    "reserveTime in place of reserve",
    `{ type: "SMS", from, content, messages, reserveTime: "2026-12-01 09:00" }`,
    ["'reserveTime' does not exist in type 'Sms'"]
  ],
  ["no text", `{ type: "SMS", from, messages }`, ["'content' is missing", "required in type 'Sms'"]],
  ["no recipients", `{ type: "SMS", from, content }`, ["'messages' is missing", "required in type 'Sms'"]]
]

// A file of a project, with all of them.
const program = compileText(
  file,
  `
import type * as Sens from "@effect-sens/http/Sens"
import type * as SensPromise from "@effect-sens/http/SensPromise"

declare const sens: Sens.Service
declare const promised: SensPromise.SensPromise
const from = "02-312-3456"
const content = "안녕하세요"
const messages = [{ to: "010-1234-5678" }]
${
    ["sens", "promised"].map((door) => compiled.map(([, request]) => `${door}.messages.send(${request})`).join("\n"))
      .join("\n")
  }
`
)
const said = told(program, file)

const sms = { type: "SMS", from: "02-312-3456", content: "안녕하세요", messages: [{ to: "010-1234-5678" }] }
const { content: _, ...silent } = sms

const sent: ReadonlyArray<readonly [mistake: string, request: unknown, says: ReadonlyArray<string>]> = [
  ["a subject of an SMS", { ...sms, subject: "안내" }, ["subject: ", "send an LMS"]],
  ["a file of an LMS", { ...sms, type: "LMS", files: [{ fileId: "a1" }] }, ["files: ", "send an MMS"]],
  ["a wrong number", { ...sms, messages: [{ to: "1012345678" }] }, ["messages[0].to: ", "zero at the beginning"]],
  ["a number that is no text", { ...sms, messages: [{ to: 1012345678 }] }, ["messages[0].to: ", "Expected a text"]],
  ["reserveTime in place of reserve", { ...sms, reserveTime: "2026-12-01 09:00" }, ["reserveTime: ", "`reserve`"]],
  ["no text", silent, ["content: Missing, and needed"]],
  ["an empty text", { ...sms, content: "" }, ["content: Expected a text"]],
  ["no recipients", { ...sms, messages: [] }, ["messages: ", "Add one"]],
  ["recipients by another name", { ...sms, messages: undefined, to: "010-1234-5678" }, ["to: ", "`messages`"]]
]

describe("the commonest mistakes", () => {
  it("do not compile, each for one reason, by both doors", () => {
    assert.strictEqual(said.length, 2 * compiled.length)
    assert.deepStrictEqual(said.slice(compiled.length), said.slice(0, compiled.length))
  })

  it.each(compiled.map(([mistake, , says], index) => [mistake, says, said[index] ?? ""] as const))(
    "%s: what the compiler says fits in three lines",
    (mistake, says, message) => {
      console.log(`${mistake}:\n${message}`)
      assert.isAtMost(lines(message), 3)
      for (const word of says) assert.include(message, word)
    }
  )

  it.effect.each(sent)(
    "%s: what the error says fits in three lines",
    ([mistake, request, says]) =>
      Effect.gen(function*() {
        const sens = yield* Sens.Sens
        const error = yield* Effect.flip(sens.messages.send(request as SendRequest.SendRequest))
        console.log(`${mistake}:\n${error.message}`)
        assert.strictEqual(error.reason._tag, "InvalidRequest")
        assert.isAtMost(lines(error.message), 3)
        for (const word of says) assert.include(error.message, word)
        assert.notMatch(error.message, /1012345678|안녕/)
        assert.deepStrictEqual(yield* (yield* Emulator.Emulator).ledger, [])
      }).pipe(Effect.provide(emulated()))
  )
})
