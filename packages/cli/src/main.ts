/**
 * Runs the command line: signals, exit codes, and the one line that tells of an error.
 *
 * @since 0.1.0
 */
import * as Program from "@effect-sens/emulator/Program"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Cause from "effect/Cause"
import * as CliConfig from "effect/cli/CliConfig"
import type * as CliError from "effect/cli/CliError"
import * as CliOutput from "effect/cli/CliOutput"
import * as Command from "effect/cli/Command"
import * as GlobalFlag from "effect/cli/GlobalFlag"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Predicate from "effect/Predicate"
import * as Runtime from "effect/Runtime"
import * as Args from "./Args.ts"
import * as Cli from "./Cli.ts"
import * as Ending from "./Ending.ts"
import * as ExitCode from "./ExitCode.ts"
import * as Failure from "./Failure.ts"
import * as Globals from "./Globals.ts"
import * as Help from "./Help.ts"
import * as Language from "./Language.ts"
import * as Logging from "./Logging.ts"
import * as Output from "./Output.ts"
import * as Text from "./Text.ts"
import * as Usage from "./Usage.ts"
import { version } from "./Version.ts"

const args = process.argv.slice(2)
const { env } = process
const language = Language.choose({ args, env, locale: Intl.DateTimeFormat().resolvedOptions().locale })
const isMachine = Globals.isMachine(Globals.asked(args))
const ending = Ending.initial()

/** One line for people or programs. Nothing can be told to whoever has closed stderr. */
const tell = (text: string): void => {
  process.stderr.write(`${text}\n`)
}

// A write to a pipe that nobody reads fails where it is made; as an event it would end the process with a stack.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {})

// Of what a command is made is none of its user's: Node 22 calls SQLite experimental, on lines that no program expects.
process.removeAllListeners("warning")
process.on("warning", ({ message, name }) => {
  if (name !== "ExperimentalWarning" && !isMachine) tell(`${name}: ${message}`)
})

const report = (error: unknown): ExitCode.ExitCode => {
  if (Predicate.isTagged(error, "ReaderGone")) return ExitCode.table.done.code
  if (Predicate.isTagged(error, "Ended") && error instanceof Failure.Ended) return ExitCode.of(error)
  if (Predicate.isTagged(error, "ShowHelp")) {
    const shown = error as CliError.ShowHelp
    if (shown.errors.length === 0) return ExitCode.table.done.code
    const { error: said, help } = Usage.describe(shown, args)
    tell(Failure.line(Failure.describe(Failure.usage(said), language), { language, isMachine }))
    if (!isMachine) tell(help[language])
    return ExitCode.table.usage.code
  }
  const { code } = ExitCode.table.unknown
  const said = Failure.describe(error, language)
  // Whatever it is, what may have been sent before counts more.
  const description = ending.isUncertain ? { ...said, exitCode: code, mayHaveBeenSent: true } : said
  tell(Failure.line(description, { language, isMachine }))
  return ending.isUncertain ? code : ExitCode.of(error)
}

let signal: keyof typeof ExitCode.signals | undefined

const codeOf = (exit: Exit.Exit<unknown, unknown>): ExitCode.ExitCode => {
  if (Exit.isFailure(exit) && !Cause.hasInterruptsOnly(exit.cause)) {
    const code = report(Failure.squash(exit.cause))
    if (code !== ExitCode.table.done.code || signal === undefined) return code
  }
  // Something that may have been sent counts more than how the run ended.
  if (ending.isUncertain) return ExitCode.table.unknown.code
  if (signal !== undefined) return ExitCode.signals[signal]
  return Exit.isFailure(exit) ? ExitCode.table.interrupted.code : ending.exitCode
}

/** The first signal asks the run to end, the second says what is waited for, the third ends it. */
const runMain = Runtime.makeRunMain(({ fiber, teardown }) => {
  let signals = 0
  const onSignal = (name: NodeJS.Signals) => {
    signals++
    signal ??= name === "SIGINT" || name === "SIGHUP" ? name : "SIGTERM"
    if (signals === 1) return fiber.interruptUnsafe(fiber.id)
    if (signals === 2) {
      const awaited = Array.from(ending.awaited, (what) => what[language])
      if (!isMachine) tell(Text.errors.waitingFor[language](awaited.join(", ") || Text.errors.ending[language]))
      return
    }
    process.exit(ending.isUncertain ? ExitCode.table.unknown.code : ExitCode.signals[signal])
  }
  const names = ["SIGINT", "SIGTERM", "SIGHUP", ...(process.platform === "win32" ? ["SIGBREAK" as const] : [])] as const
  for (const name of names) process.on(name, onSignal)
  fiber.addObserver((exit) => {
    for (const name of names) process.off(name, onSignal)
    teardown(exit, (code) => {
      // What was written to a pipe has left, where stdout is one; nothing else is waited for.
      process.exitCode = code
      process.stdout.write("", () => process.exit(code))
    })
  })
})

const columns = process.stdout.columns ?? process.stderr.columns ?? 80

const canColor = process.stdout.isTTY && (env.NO_COLOR ?? "") === "" && env.TERM !== "dumb" &&
  !args.includes("--no-color")

/** Errors are told at the end, in one place, so that there is one line of them. */
const presenter = CliOutput.layerPresenter({
  present: (event) =>
    Effect.sync(() => {
      if (event._tag === "Version") process.stdout.write(`${version}\n`)
      if (event._tag === "Help") {
        const bold = canColor ? Output.coloured.bold : String
        process.stdout.write(`${Help.format(event.helpDoc, { language, columns: Math.min(columns, 120), bold })}\n`)
      }
    })
})

const cli = Cli.make(language, { env, columns }, args)

runMain(
  Command.runWith(cli, { version })(Args.settle(Program.joined(args), cli)).pipe(
    Effect.provide(Layer.mergeAll(
      NodeServices.layer,
      CliConfig.layer({ builtIns: [GlobalFlag.Help, GlobalFlag.Version, GlobalFlag.LogLevel] }),
      presenter,
      Layer.succeed(Ending.Ending, ending),
      Layer.succeed(Language.Current, language),
      Logging.layer(isMachine)
    ))
  ),
  { disableErrorReporting: true, teardown: (exit, onExit) => onExit(codeOf(exit)) }
)
