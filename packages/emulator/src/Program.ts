/**
 * The command of the program `effect-sens-emulator`, for whoever gives it a place in a command line of its own.
 *
 * It needs Node: a port, a file, and processes. The emulator itself is loaded when the command is run, so that a command line of which it
 * is a part does not wait for it.
 *
 * @since 0.1.0
 */
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import * as Record from "effect/Record"
import * as Runtime from "effect/Runtime"
import * as Schema from "effect/Schema"
import * as Flags from "./internal/programFlags.ts"

/**
 * Why the program cannot run, in a sentence. Whoever runs the command prints `message`, and ends with exit code 1.
 *
 * @category errors
 * @since 0.1.0
 */
export class Failed extends Schema.TaggedError<Failed>("@effect-sens/emulator/Program/Failed")("Failed", {
  /**
   * What kept it from running: a value of a flag, a port that is taken, a host that is none of this machine, a data file that is not its own
   * or in use, no emulator that takes a past, or a process in the background that ended.
   */
  why: Schema.Literals(["Argument", "Port", "Host", "DataFile", "NoEmulator", "Background"]),
  /** The sentence. */
  message: Schema.String
}) {
  override readonly [Runtime.errorExitCode] = 1
  override readonly [Runtime.errorReported] = false
}

/**
 * What says something of itself: the command, its flags by the names of the options that they stand for, `seedCommand`, which is `seed` below it, and its flags.
 *
 * @category options
 * @since 0.1.0
 */
export type TextName =
  | "command"
  | "seed"
  | "seedCommand"
  | "port"
  | "host"
  | "allowedHosts"
  | "env"
  | "detach"
  | "accessKey"
  | "secretKey"
  | "serviceIds"
  | "senders"
  | "outcomes"
  | "outcomesByContent"
  | "strict"
  | "data"
  | "charset"
  | "overLength"
  | "unencodable"
  | "foreignText"
  | "unregisteredSender"
  | "emptySearch"
  | "badFile"
  | "strayFiles"
  | "inlineFiles"
  | "fileReuse"
  | "reserveTime"
  | "advertisingAtNight"
  | "paging"
  | "processingAfter"
  | "completedAfter"
  | "visibleAfter"
  | "timestampTolerance"
  | "reservationLead"
  | "reservationCutoff"
  | "submittedAfter"
  | "fileExpiry"
  | "clockOffset"
  | "maxFiles"
  | "blockedCode"
  | "maxBodyBytes"
  | "logCapacity"
  | "messageCapacity"
  | "gracefulShutdownTimeout"
  | "seed.messages"
  | "seed.days"
  | "seed.failed"
  | "seed.from"
  | "seed.url"

/**
 * What the command says of itself where it is to speak another language.
 *
 * @category options
 * @since 0.1.0
 */
export type Texts = { readonly [Name in TextName]: string }

/** The flags, saying of themselves what is written there; nothing else about them is other than it was. */
const saying = <const F extends Readonly<Record<string, Flag.Flag<unknown>>>>(
  flags: F,
  text: (name: keyof F & string) => string | undefined
): F =>
  Record.map(flags as Readonly<Record<string, Flag.Flag<unknown>>>, (flag, name) => {
    const said = text(name)
    return said === undefined ? flag : Flag.withDescription(flag, said)
  }) as F

const failing = Effect.mapError(({ message, why }: { readonly message: string; readonly why: Failed["why"] }) =>
  new Failed({ message, why })
)

const load = Effect.promise(() => import("./internal/programRun.ts"))

/**
 * A command of any name with every option of the emulator as a flag, and `seed` below it. It fails with {@link Failed} where it
 * cannot run. `texts` are what it says of itself in another language.
 *
 * **Example** (As a part of another command line)
 *
 * ```ts import.meta.vitest
 * import * as Program from "@effect-sens/emulator/Program"
 * import * as Command from "effect/cli/Command"
 *
 * const mine = Command.make("mine").pipe(Command.withSubcommands([Program.make("emulate")]))
 *
 * mine.subcommands.flatMap(({ commands }) => commands.map(({ name }) => name)) // => ["emulate"]
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = <const Name extends string>(name: Name, texts?: Texts) =>
  Command.make(
    name,
    {
      ...saying(Flags.flags, (flag) => texts?.[flag]),
      behaviour: saying(Flags.behaviour, (flag) => texts?.[flag]),
      switches: saying(Flags.switches, (flag) => texts?.[flag])
    },
    (input): Effect.Effect<void, Failed, FileSystem.FileSystem> =>
      Effect.flatMap(load, ({ run }) => failing(run(input)))
  ).pipe(
    Command.withDescription(texts?.command ?? "Emulates the SMS API of NAVER Cloud SENS on a port"),
    Command.withSubcommands([
      Command.make(
        "seed",
        saying(Flags.past, (flag) => texts?.[`seed.${flag}`]),
        (input): Effect.Effect<void, Failed> => Effect.flatMap(load, ({ seed }) => failing(seed(input)))
      ).pipe(Command.withDescription(texts?.seedCommand ?? "Gives an emulator that listens a past of any size"))
    ])
  )

/**
 * The command of the program `effect-sens-emulator`; see {@link make}.
 *
 * **Example** (Its name)
 *
 * ```ts import.meta.vitest
 * import * as Program from "@effect-sens/emulator/Program"
 *
 * Program.command.name // => "effect-sens-emulator"
 * ```
 *
 * @category commands
 * @since 0.1.0
 */
export const command = make("effect-sens-emulator")

/**
 * Arguments with each negative duration joined to its flag, which a command line would take for flags of one letter.
 *
 * **Example** (A clock that is behind)
 *
 * ```ts import.meta.vitest
 * import * as Program from "@effect-sens/emulator/Program"
 *
 * Program.joined(["--clock-offset", "-2 minutes", "--strict"]) // => ["--clock-offset=-2 minutes", "--strict"]
 * ```
 *
 * @category converting
 * @since 0.1.0
 */
export const joined = (args: ReadonlyArray<string>): ReadonlyArray<string> => {
  const out: Array<string> = []
  for (const arg of args) {
    const flag = out.at(-1)
    if (flag !== undefined && /^-\d/.test(arg) && /^--[a-z-]+$/.test(flag)) {
      out[out.length - 1] = `${flag}=${arg}`
    } else out.push(arg)
  }
  return out
}
