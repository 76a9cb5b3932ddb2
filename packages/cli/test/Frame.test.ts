import * as SensError from "@effect-sens/core/SensError"
import { assert, describe, it } from "@effect/vitest"
import * as Arbitrary from "effect/Arbitrary"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as PlatformError from "effect/PlatformError"
import * as Schema from "effect/Schema"
import * as Sink from "effect/Sink"
import * as Stdio from "effect/Stdio"
import * as Args from "../src/Args.ts"
import * as Cli from "../src/Cli.ts"
import * as Ending from "../src/Ending.ts"
import * as ExitCode from "../src/ExitCode.ts"
import * as Failure from "../src/Failure.ts"
import * as Globals from "../src/Globals.ts"
import * as Language from "../src/Language.ts"
import * as Output from "../src/Output.ts"
import * as ProgressBar from "../src/ProgressBar.ts"
import * as Table from "../src/Table.ts"

const reasons = Effect.runSync(
  Arbitrary.sampleEffect(Arbitrary.schema(SensError.Reason), { count: 500, seed: 1 })
)

describe("ExitCode", () => {
  it("of a failed operation is never that of a fault of ours, and 5 exactly where it may have been sent", () => {
    const seen = new Set<string>()
    for (const reason of reasons) {
      for (const operation of ["messages.send", "messages.search"] as const) {
        // Of a send alone.
        if (reason._tag === "OutcomeUnknown" && operation !== "messages.send") continue
        const error = new SensError.SensError({ operation, reason })
        const code = ExitCode.of(error)
        assert.notStrictEqual(code, ExitCode.table.bug.code, reason._tag)
        assert.strictEqual(code === ExitCode.table.unknown.code, error.isAmbiguous, reason._tag)
        for (const language of ["en", "ko"] as const) {
          const description = Failure.describe(error, language)
          assert.strictEqual(description.mayHaveBeenSent, error.isAmbiguous)
          assert.notInclude(description.message, "\n")
        }
      }
      seen.add(reason._tag)
    }
    assert.deepStrictEqual(
      [...seen].sort(),
      SensError.Reason.members.map(({ fields }) => fields._tag.schema.literal).sort()
    )
  })

  it("has no code twice", () => {
    const codes = Object.values(ExitCode.table).map(({ code }) => code)
    assert.strictEqual(new Set(codes).size, codes.length)
  })
})

describe("Language", () => {
  it("is what is said first: the flag, the variables, the system", () => {
    const choose = (args: ReadonlyArray<string>, env: { readonly [name: string]: string }, locale = "en-US") =>
      Language.choose({ args, env, locale })
    assert.strictEqual(choose([], {}), "en")
    assert.strictEqual(choose([], {}, "ko-KR"), "ko")
    assert.strictEqual(choose([], { LANG: "ko_KR.UTF-8" }), "ko")
    assert.strictEqual(choose([], { LANG: "kok_IN.UTF-8" }), "en")
    assert.strictEqual(choose([], { LC_ALL: "C", LANG: "ko_KR.UTF-8" }), "en")
    assert.strictEqual(choose([], { LC_ALL: "", LANG: "ko_KR.UTF-8" }), "ko")
    assert.strictEqual(choose([], { SENS_LANG: "ko", LC_ALL: "C" }), "ko")
    assert.strictEqual(choose(["bytes", "x", "--lang", "en"], { SENS_LANG: "ko" }), "en")
    assert.strictEqual(choose(["--lang=ko", "bytes"], {}), "ko")
    assert.strictEqual(choose(["bytes", "--", "--lang=ko"], {}), "en")
  })
})

describe("Args", () => {
  it("a word behind a flag without a value is a word of its own", () => {
    const cli = Cli.make("en", { env: {}, columns: 80 })
    const settle = (...args: ReadonlyArray<string>) => Args.settle(args, cli)
    assert.deepStrictEqual(settle("code", "--json", "0"), ["code", "--json=true", "0"])
    assert.deepStrictEqual(settle("reservations", "cancel", "-y", "1"), ["reservations", "cancel", "-y=true", "1"])
    assert.deepStrictEqual(settle("check", "l", "--text", "no"), ["check", "l", "--text", "no"])
    assert.deepStrictEqual(settle("code", "0", "--json"), ["code", "0", "--json"])
    assert.deepStrictEqual(settle("bytes", "--", "--json", "0"), ["bytes", "--", "--json", "0"])
  })
})

const Cell = Schema.Array(Schema.Literals(["a", "가", "😊", " ", "é", "한글 낱말", "word"])).pipe(
  Schema.check(Schema.isMaxLength(8))
)

const texts = Effect.runSync(Arbitrary.sampleEffect(Arbitrary.schema(Cell), { count: 200, seed: 2 })).map((parts) =>
  parts.join("")
)

describe("Table", () => {
  it("takes as many rows as a report may have", () => {
    const rows = Array.from({ length: 200_000 }, (_, row) => [String(row), "x"])
    assert.strictEqual(Table.render({ rows }).split("\n").at(-1), "199999  x")
  })

  it("begins each column at the same place, however wide its cells are", () => {
    const rows = texts.map((text, at) => [text, `|${at}`])
    const lines = Table.render({ rows }).split("\n")
    const places = new Set(lines.map((line) => Table.width(line.slice(0, line.lastIndexOf("|")))))
    assert.strictEqual(places.size, 1)
  })

  it("cuts and wraps to the columns that there are", () => {
    for (const text of texts) {
      for (const columns of [2, 5, 11, 40]) {
        assert.isAtMost(Table.width(Table.cut(text, columns)), columns)
        for (const line of Table.wrap(text, columns)) {
          assert.isTrue(Table.width(line) <= columns || !line.includes(" "), JSON.stringify(line))
        }
        assert.strictEqual(Table.wrap(text, columns).join(" ").replaceAll(" ", ""), text.replaceAll(" ", ""))
      }
    }
  })
})

describe("ProgressBar", () => {
  it("leaves what is said behind it whole, where the terminal is narrow", () => {
    const text = "접수 300 · 전달 300 · 실패 0 · 모름 0"
    for (const [columns, bar] of [[200, 40], [79, 39], [60, 20], [40, 10]] as const) {
      const line = ProgressBar.line({ done: 1, total: 2, text }, columns)
      assert.isTrue(line.endsWith(text))
      assert.strictEqual(line.indexOf("]") - 1, bar)
      if (columns > 50) assert.isAtMost(Table.width(line), columns)
    }
  })

  it("is as long as it is, and full at the end", () => {
    const bar = (done: number, total: number) => ProgressBar.line({ done, total, text: "text" })
    assert.strictEqual(bar(0, 10), `[${".".repeat(40)}] text`)
    assert.strictEqual(bar(5, 10), `[${"#".repeat(20)}${".".repeat(20)}] text`)
    for (const [done, total] of [[10, 10], [12, 10], [0, 0]] as const) {
      assert.strictEqual(bar(done, total), `[${"#".repeat(40)}] text`)
    }
  })
})

/** A stdout that fails, and what came to stderr. */
const streams = (code: string) => {
  const said: Array<string> = []
  const broken = Sink.fail(PlatformError.systemError({
    module: "Stdio",
    method: "stdout",
    _tag: "Unknown",
    cause: Object.assign(new Error("write"), { code })
  }))
  const layer = Stdio.layerTest({
    stdout: () => broken,
    stderr: () => Sink.forEach((text: string | Uint8Array) => Effect.sync(() => said.push(String(text))))
  })
  return { said, layer }
}

const output = (globals: Partial<Globals.Values>, ending: Ending.State, layer: Layer.Layer<Stdio.Stdio>) =>
  Output.make({ ...Globals.nothing, ...globals }, { env: {}, columns: 80 }).pipe(
    Effect.provide(Layer.merge(layer, Layer.succeed(Ending.Ending, ending)))
  )

describe("Output", () => {
  it.effect("a command that spends money goes on where the reader of its stdout has gone; another ends", () =>
    Effect.gen(function*() {
      const { layer } = streams("EPIPE")
      const ending = Ending.initial()
      const { write } = yield* output({}, ending, layer)
      assert.deepInclude(yield* Effect.flip(write("text")), { _tag: "ReaderGone" })
      ending.isSpending = true
      yield* write("text")
      yield* write("text")
    }))

  it.effect("a full disk is no reader who has gone", () =>
    Effect.gen(function*() {
      const { write } = yield* output({}, Ending.initial(), streams("ENOSPC").layer)
      assert.isTrue(Exit.hasDies(yield* Effect.exit(write("text"))))
    }))

  it.effect("a command that spent money goes on, and says that its answer could not be written", () =>
    Effect.gen(function*() {
      const { layer, said } = streams("ENOSPC")
      const ending = { ...Ending.initial(), isSpending: true }
      const { write } = yield* output({ format: "json" }, ending, layer)
      yield* write("text")
      assert.strictEqual(ending.exitCode, ExitCode.table.part.code)
      assert.match(said.join(""), /^\{"v":1,"error":.*stdout: no space is left on the disk.*\}\n$/)
    }))

  it.effect("says nothing to people where a program reads, and only what was asked for under --quiet", () =>
    Effect.gen(function*() {
      for (
        const [globals, expected] of [
          [{}, ["note\n", "say\n", "draw"]],
          [{ quiet: true }, ["say\n"]],
          [{ format: "json" }, []],
          [{ format: "ndjson" }, []],
          [{ format: "csv" }, ["note\n", "say\n", "draw"]]
        ] as const
      ) {
        const { layer, said } = streams("EPIPE")
        const { draw, note, say } = yield* output(globals, Ending.initial(), layer)
        yield* note("note")
        yield* say("say")
        yield* draw("draw")
        assert.deepStrictEqual(said, [...expected])
      }
    }))

  it.effect("masks numbers and leaves texts out, unless asked for", () =>
    Effect.gen(function*() {
      const { layer } = streams("EPIPE")
      const masked = yield* output({}, Ending.initial(), layer)
      assert.deepStrictEqual([masked.number("01012345678"), masked.text("text")], ["010****5678", undefined])
      const shown = yield* output({ showNumbers: true, showTexts: true }, Ending.initial(), layer)
      assert.deepStrictEqual([shown.number("01012345678"), shown.text("text")], ["01012345678", "text"])
    }))

  it.effect("has colours on a terminal alone, and not against NO_COLOR", () =>
    Effect.gen(function*() {
      const colours = (
        env: { readonly [name: string]: string },
        globals: Partial<Globals.Values> = {},
        isTerminal = true
      ) =>
        Output.make({ ...Globals.nothing, ...globals }, { env, columns: 80 }).pipe(
          Effect.map(({ out }) => out.style.red("x") !== "x"),
          Effect.provide(Layer.merge(
            Stdio.layerTest({ stdoutIsTerminal: Effect.succeed(isTerminal) }),
            Layer.succeed(Ending.Ending, Ending.initial())
          ))
        )
      assert.isTrue(yield* colours({}))
      assert.isFalse(yield* colours({}, {}, false))
      assert.isTrue(yield* colours({ FORCE_COLOR: "1" }, {}, false))
      assert.isFalse(yield* colours({ NO_COLOR: "1", FORCE_COLOR: "1" }))
      assert.isTrue(yield* colours({ NO_COLOR: "" }))
      assert.isFalse(yield* colours({ TERM: "dumb" }))
      assert.isFalse(yield* colours({}, { noColor: true }))
      assert.isFalse(yield* colours({ FORCE_COLOR: "1" }, { format: "json" }))
    }))
})
