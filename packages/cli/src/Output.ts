/**
 * Where words go: data to stdout, everything for people to stderr, and nothing but data where a program reads.
 *
 * @since 0.1.0
 */
import * as PhoneNumber from "@effect-sens/core/PhoneNumber"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Csv from "effect/encoding/Csv"
import * as Layer from "effect/Layer"
import * as PlatformError from "effect/PlatformError"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import * as Stdio from "effect/Stdio"
import * as Stream from "effect/Stream"
import * as Ending from "./Ending.ts"
import * as ExitCode from "./ExitCode.ts"
import * as Failure from "./Failure.ts"
import * as Globals from "./Globals.ts"
import * as Language from "./Language.ts"

export interface Style {
  readonly bold: (text: string) => string
  readonly dim: (text: string) => string
  readonly red: (text: string) => string
  readonly green: (text: string) => string
  readonly yellow: (text: string) => string
}

export const plain: Style = { bold: String, dim: String, red: String, green: String, yellow: String }

const ansi = (open: number, close: number) => (text: string) => `\u001B[${open}m${text}\u001B[${close}m`

export const coloured: Style = {
  bold: ansi(1, 22),
  dim: ansi(2, 22),
  red: ansi(31, 39),
  green: ansi(32, 39),
  yellow: ansi(33, 39)
}

/** The stream, and whether it is a terminal. */
export interface Side {
  readonly isTerminal: boolean
  /** Whether a line may be written over: a terminal that can, and a person before it who wants to see it. */
  readonly canRedraw: boolean
  readonly style: Style
}

/** Where a command writes, and how what it writes is to look. */
export interface Service {
  readonly language: Language.Language
  readonly format: Globals.Format
  /** Whether a program reads: JSON or NDJSON. */
  readonly isMachine: boolean
  readonly out: Side
  readonly err: Side
  /** How many columns a person sees. */
  readonly columns: number
  /** Data, as it is. Fails with `ReaderGone` where nobody reads any more; a command that spends money goes on. */
  readonly write: (text: string) => Effect.Effect<void, Failure.ReaderGone>
  /** For people, on stderr, on a line of its own; not under `--quiet`, not where a program reads. */
  readonly note: (text: string) => Effect.Effect<void>
  /** The same without a line break: a bar that is drawn again in place. */
  readonly draw: (text: string) => Effect.Effect<void>
  /** For people, on stderr, under `--quiet` as well: what was asked for, such as a plan before a question. */
  readonly say: (text: string) => Effect.Effect<void>
  /** A number as it may be shown: `010****5678`, or in full with `--show-numbers`. */
  readonly number: (number: string) => string
  /** A text where `--show-texts` was said. */
  readonly text: (text: string) => string | undefined
}

export class Output extends Context.Service<Output, Service>()("effect-sens/Output") {}

/** Whether a write failed since the other end of the pipe is gone. */
const isReaderGone = (error: unknown): boolean => {
  const cause = error instanceof PlatformError.PlatformError ? error.reason.cause : error
  return Predicate.hasProperty(cause, "code") &&
    (cause.code === "EPIPE" || cause.code === "ERR_STREAM_DESTROYED" || cause.code === "EOF")
}

/** `NO_COLOR`, then `FORCE_COLOR`, then whether it is a terminal. */
const hasColours = (
  isTerminal: boolean,
  env: { readonly [name: string]: string | undefined },
  globals: Globals.Values
): boolean => {
  if (globals.noColor || Globals.isMachine(globals.format) || env.TERM === "dumb" || (env.NO_COLOR ?? "") !== "") {
    return false
  }
  const force = env.FORCE_COLOR ?? ""
  return force !== "" ? force !== "0" && force !== "false" : isTerminal
}

export const make = (globals: Globals.Values, environment: {
  readonly env: { readonly [name: string]: string | undefined }
  readonly columns: number | undefined
}): Effect.Effect<Service, never, Stdio.Stdio | Ending.Ending> =>
  Effect.gen(function*() {
    const stdio = yield* Stdio.Stdio
    const ending = yield* Ending.Ending
    const language = yield* Language.Current
    const isMachine = Globals.isMachine(globals.format)
    const side = (isTerminal: boolean): Side => ({
      isTerminal,
      canRedraw: isTerminal && !isMachine && !globals.quiet && environment.env.TERM !== "dumb",
      style: hasColours(isTerminal, environment.env, globals) ? coloured : plain
    })
    // Nobody is to lose a command for a message that nobody reads.
    const draw = (text: string) => Effect.ignore(Stream.run(Stream.succeed(text), stdio.stderr()))
    // What was paid for is done all the same: whoever would do it again is to look first.
    const untold = (error: unknown) =>
      Effect.andThen(
        draw(`${Failure.line(Failure.describe(error, language), { language, isMachine })}\n`),
        Effect.provideService(Ending.exit(ExitCode.table.part.code), Ending.Ending, ending)
      )
    const write = (text: string) =>
      Stream.run(Stream.succeed(text), stdio.stdout()).pipe(
        Effect.catch((error) =>
          Effect.suspend(() => {
            if (isReaderGone(error)) return ending.isSpending ? Effect.void : Effect.fail(new Failure.ReaderGone({}))
            return ending.isSpending ? untold(error) : Effect.die(error)
          })
        )
      )
    const say = (text: string) => draw(`${text}\n`)
    return {
      language,
      format: globals.format,
      isMachine,
      out: side(yield* stdio.stdoutIsTerminal),
      err: side(yield* stdio.stderrIsTerminal),
      columns: environment.columns ?? 80,
      write,
      draw: (text) => isMachine || globals.quiet ? Effect.void : draw(text),
      say: (text) => isMachine ? Effect.void : say(text),
      note: (text) => isMachine || globals.quiet ? Effect.void : say(text),
      number: (number) => globals.showNumbers ? number : PhoneNumber.mask(number),
      text: (text) => globals.showTexts ? text : undefined
    }
  })

export const layer = (
  ...options: Parameters<typeof make>
): Layer.Layer<Output, never, Stdio.Stdio | Ending.Ending> => Layer.effect(Output, make(...options))

/** The document of a command: `{ "v": 1, "command": "bytes", … }`. Fields are only ever added to it. */
export const document = <const Name extends string, const Fields extends Schema.Struct.Fields>(
  command: Name,
  fields: Fields
) => Schema.Struct({ v: Schema.tag(1), command: Schema.tag(command), ...fields })

/** What a command tells, in every form that it has. */
export interface Answer<S extends Schema.Top> {
  /** The document of `--format json`: `v` and `command` are its first fields. */
  readonly document: S
  readonly value: S["Type"]
  /** For people, without a line break at its end. */
  readonly table: (output: Service) => string
  /** For spreadsheets: rows, heads first. */
  readonly csv?: ReadonlyArray<ReadonlyArray<string>> | undefined
}

/** One document on stdout, in the form that was asked for. */
export const answer = <S extends Schema.Top>(
  { csv, document, table, value }: Answer<S>
): Effect.Effect<void, Failure.ReaderGone, Output | S["EncodingServices"]> =>
  Effect.gen(function*() {
    const output = yield* Output
    switch (output.format) {
      case "json":
      case "ndjson": {
        // What is said in it is ours: that it cannot be encoded is a fault of the program.
        const encoded = yield* Effect.orDie(Schema.encodeEffect(document)(value))
        return yield* output.write(`${JSON.stringify(encoded)}\n`)
      }
      case "csv":
        return yield* Stream.fromIterable(csv ?? []).pipe(
          Stream.pipeThroughChannel(Csv.encodeString()),
          Stream.mkString,
          Effect.flatMap(output.write)
        )
      case "table":
        return yield* output.write(`${table(output)}\n`)
    }
  })

/** One line of NDJSON, or what it is for people. */
export const line = <S extends Schema.Top>(
  { document, table, value }: Answer<S>
): Effect.Effect<void, Failure.ReaderGone, Output | S["EncodingServices"]> => answer({ document, table, value })
