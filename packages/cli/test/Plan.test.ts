import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, describe, it } from "@effect/vitest"
import type * as Cause from "effect/Cause"
import * as TerminalCapabilities from "effect/cli/TerminalCapabilities"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Queue from "effect/Queue"
import * as Result from "effect/Result"
import * as Sink from "effect/Sink"
import * as Stdio from "effect/Stdio"
import * as Terminal from "effect/Terminal"
import * as Ending from "../src/Ending.ts"
import * as Globals from "../src/Globals.ts"
import * as Output from "../src/Output.ts"
import * as Plan from "../src/Plan.ts"

const plan = "12 messages from 02-1234-5678"

/** Somebody at a terminal who types this; without it there is no terminal. */
const terminal = (keys: string | undefined, shown: Array<string>) =>
  Layer.merge(
    Layer.succeed(TerminalCapabilities.TerminalCapabilities, {
      canPrompt: keys !== undefined,
      canColor: false,
      canAnimate: false
    }),
    Layer.succeed(
      Terminal.Terminal,
      Terminal.make({
        columns: Effect.succeed(80),
        rows: Effect.succeed(24),
        size: Effect.die("not asked for"),
        readLine: Effect.die("not asked for"),
        display: (text) => Effect.sync(() => void shown.push(text)),
        readInput: Effect.gen(function*() {
          const queue = yield* Queue.unbounded<Terminal.UserInput, Cause.Done>()
          for (const key of keys ?? "") {
            const ctrl = key === "\u0003"
            const name = key === "\r" ? "enter" : ctrl ? "c" : key
            const pressed = {
              input: Option.some(ctrl || key === "\r" ? "" : key),
              key: { name, ctrl, meta: false, shift: false }
            }
            yield* ctrl ? Queue.end(queue) : Queue.offer(queue, pressed)
          }
          return queue
        })
      })
    )
  )

/** How it ends, and what was shown. */
const asked = <A>(
  effect: Effect.Effect<A, { readonly _tag: string }, Effect.Services<ReturnType<typeof Plan.confirmSend>>>,
  globals: Partial<Globals.Values>,
  keys?: string
) =>
  Effect.gen(function*() {
    const said: Array<string> = []
    const shown: Array<string> = []
    const values = { ...Globals.nothing, ...globals }
    const stdio = Stdio.layerTest({
      stderr: () => Sink.forEach((text: string | Uint8Array) => Effect.sync(() => said.push(String(text))))
    })
    const result = yield* Effect.result(effect).pipe(
      Effect.provideServiceEffect(Output.Output, Output.make(values, { env: {}, columns: 80 })),
      Effect.provideService(Globals.Globals, values),
      Effect.provide(terminal(keys, shown)),
      Effect.provide(Layer.mergeAll(NodeServices.layer, stdio, Layer.succeed(Ending.Ending, Ending.initial())))
    )
    const error = Result.isFailure(result) ? result.failure : undefined
    const tag = error === undefined ? "ok" : "tag" in error ? String(error.tag) : error._tag
    return {
      tag,
      en: error !== undefined && "en" in error ? String(error.en) : "",
      said: said.join(""),
      shown: shown.join("")
    }
  })

const send = (recipients: number, isLoopback = false) => Plan.confirmSend({ recipients, isLoopback, plan })

describe("what costs money", () => {
  it.effect("without a terminal is refused at once, with the flags that answer", () =>
    Effect.gen(function*() {
      for (const globals of [{}, { format: "json" }, { format: "ndjson" }, { max: 20 }] as const) {
        const { en, tag } = yield* asked(send(12), globals)
        assert.strictEqual(tag, "NotConfirmed")
        assert.strictEqual(en, "12 recipients; to send without a question: --yes --max 12")
      }
      // A program at a terminal is not asked, either.
      assert.strictEqual((yield* asked(send(12), { format: "json" }, "12\r")).tag, "NotConfirmed")
      assert.include(
        (yield* asked(send(12_163), {})).en,
        "12,163 recipients; to send without a question: --yes --max 12163"
      )
      assert.include((yield* asked(send(1), {})).en, "1 recipient; ")
    }))

  it.effect("--yes is for one message, unless --max says more; --max holds wherever it is said", () =>
    Effect.gen(function*() {
      const rows = [
        [1, { yes: true }, "ok"],
        [2, { yes: true }, "NotConfirmed"],
        [2, { yes: true, max: 2 }, "ok"],
        [3, { yes: true, max: 2 }, "MaxExceeded"],
        [2, { yes: true, max: 1 }, "MaxExceeded"],
        [3, { max: 2 }, "MaxExceeded"]
      ] as const
      for (const [recipients, globals, tag] of rows) {
        assert.strictEqual((yield* asked(send(recipients), globals)).tag, tag, JSON.stringify([recipients, globals]))
      }
      // An emulator costs nothing, and is held to what was said.
      assert.strictEqual((yield* asked(send(5000, true), {})).tag, "ok")
      assert.strictEqual((yield* asked(send(5000, true), { yes: true })).tag, "ok")
      assert.strictEqual((yield* asked(send(5000, true), { max: 4999 })).tag, "MaxExceeded")
    }))

  it.effect("at a terminal shows the plan, and one is asked for, of many the number has to be typed", () =>
    Effect.gen(function*() {
      const rows = [
        [1, "y", "ok"],
        [1, "n", "NotConfirmed"],
        [1, "\r", "NotConfirmed"],
        [1, "\u0003", "QuitError"],
        [12, "12\r", "ok"],
        [12, "y\r", "NotConfirmed"],
        [12, "\r", "NotConfirmed"],
        [12, "121\r", "NotConfirmed"],
        [12, "열둘\r", "NotConfirmed"],
        [12, "\u0003", "QuitError"],
        [12_163, "12,163\r", "ok"]
      ] as const
      for (const [recipients, keys, tag] of rows) {
        const { said, shown, ...rest } = yield* asked(send(recipients), {}, keys)
        assert.strictEqual(rest.tag, tag, JSON.stringify([recipients, keys]))
        assert.strictEqual(said, `${plan}\n`)
        assert.include(shown, recipients === 1 ? "Send it?" : `type ${recipients}`)
      }
    }))

  it.effect("what cannot be undone is asked for by yes or no, without --max", () =>
    Effect.gen(function*() {
      const cancel = (isLoopback = false) => Plan.confirm({ en: "Cancel it?", ko: "취소할까요?" }, { isLoopback })
      const rows = [
        [cancel(), {}, undefined, "NotConfirmed"],
        [cancel(), { yes: true }, undefined, "ok"],
        [cancel(), {}, "y", "ok"],
        [cancel(), {}, "\r", "NotConfirmed"],
        [cancel(true), {}, undefined, "ok"]
      ] as const
      for (const [effect, globals, keys, tag] of rows) {
        const { en, ...rest } = yield* asked(effect, globals, keys)
        assert.strictEqual(rest.tag, tag)
        if (keys === undefined && tag !== "ok") assert.include(en, "--yes")
      }
    }))
})
