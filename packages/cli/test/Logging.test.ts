import { assert, describe, it } from "@effect/vitest"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Logging from "../src/Logging.ts"

/** What a warning writes, and where. */
const written = Effect.fnUntraced(function*(isMachine: boolean) {
  const answers: Array<string> = []
  const errors: Array<string> = []
  const toErrors = (...args: ReadonlyArray<unknown>) => {
    errors.push(args.map(String).join(" "))
  }
  const toAnswers = (...args: ReadonlyArray<unknown>) => {
    answers.push(args.map(String).join(" "))
  }
  const console: Console.Console = {
    ...globalThis.console,
    log: toAnswers,
    info: toAnswers,
    debug: toAnswers,
    warn: toErrors,
    error: toErrors
  }
  yield* Effect.logWarning("the list cannot be read").pipe(
    Effect.andThen(Effect.logInfo("a detail")),
    Effect.provide(Logging.layer(isMachine)),
    Effect.provideService(Console.Console, console)
  )
  return { answers, errors }
})

describe("Logging", () => {
  it.effect("writes warnings to standard error, for people and for programs", () =>
    Effect.gen(function*() {
      const machine = yield* written(true)
      assert.deepStrictEqual(machine.answers, [])
      assert.strictEqual(machine.errors.length, 1)
      assert.deepInclude(JSON.parse(machine.errors[0] ?? ""), { level: "WARN", message: "the list cannot be read" })
      const people = yield* written(false)
      assert.deepStrictEqual(people.answers, [])
      assert.match(people.errors.join("\n"), /the list cannot be read/)
      assert.notMatch(people.errors.join("\n"), /a detail/)
    }))
})
