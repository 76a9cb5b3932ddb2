/**
 * The tree of commands, made of flags alone: what a command does is loaded when it is asked for, so that `--help` and `bytes` do
 * not wait for an HTTP client. Nothing that this module imports may load `http`, `streams`, `outbox`, `emulator` or `undici`; a
 * test holds it to that.
 *
 * To add a command:
 *
 * 1. `commands/X.ts`: `texts`, each `{ en, ko }`; `parameters(language)`, the flags and arguments; `definition =
 *    Definition.leaf({ name, description, uses, formats, parameters, handler: () => import("./X.handler.ts") })`. `uses` names
 *    the global flags that it reads (`...Globals.keys` for what talks to SENS); `formats` the forms of its output, `table`
 *    first. It imports `core` at most.
 * 2. `commands/X.handler.ts`: `run(input)`, an effect that may ask for `Definition.Services`, and `Document`, the schema of what
 *    it writes under `--format json` (`Output.document("x", { ... })`). It writes by `Output.answer`, `Output.line` (NDJSON) and
 *    `output.note`, refuses by `Failure.refuse`, and ends with another code than 0 by `Ending.exit`.
 * 3. Its line in {@link definitions}, here.
 * 4. Its row in `test/support/commands.ts`: a command line that works on the emulator. The tests of every command take it from there.
 *
 * @since 0.1.0
 */
import * as Command from "effect/cli/Command"
import * as Bytes from "./commands/Bytes.ts"
import * as Campaign from "./commands/Campaign.ts"
import * as Check from "./commands/Check.ts"
import * as Code from "./commands/Code.ts"
import * as Completions from "./commands/Completions.ts"
import * as Doctor from "./commands/Doctor.ts"
import * as Emulate from "./commands/Emulate.ts"
import * as Files from "./commands/Files.ts"
import * as Listen from "./commands/Listen.ts"
import * as Log from "./commands/Log.ts"
import * as Mcp from "./commands/Mcp.ts"
import * as Profiles from "./commands/Profiles.ts"
import * as Report from "./commands/Report.ts"
import * as Resend from "./commands/Resend.ts"
import * as Reservations from "./commands/Reservations.ts"
import * as Result from "./commands/Result.ts"
import * as Send from "./commands/Send.ts"
import * as Settle from "./commands/Settle.ts"
import * as Track from "./commands/Track.ts"
import * as Unsubscribes from "./commands/Unsubscribes.ts"
import type * as Definition from "./Definition.ts"
import * as Globals from "./Globals.ts"
import type { Language } from "./Language.ts"
import * as Text from "./Text.ts"

export const name = "effect-sens"

/** All commands, by the headings of the help. */
export const definitions = [
  {
    heading: Text.groups.send,
    commands: [
      Send.definition,
      Check.definition,
      Campaign.definition,
      Resend.definition,
      Settle.definition,
      Files.definition
    ]
  },
  {
    heading: Text.groups.look,
    commands: [
      Log.definition,
      Report.definition,
      Result.definition,
      Track.definition,
      Code.definition,
      Bytes.definition
    ]
  },
  { heading: Text.groups.manage, commands: [Reservations.definition, Unsubscribes.definition, Profiles.definition] },
  {
    heading: Text.groups.develop,
    commands: [Emulate.definition, Listen.definition, Doctor.definition, Mcp.definition, Completions.definition]
  }
] as const satisfies ReadonlyArray<{
  readonly heading: Definition.Heading
  readonly commands: ReadonlyArray<Definition.Definition>
}>

/** Each command that does something, with its path below the program. */
export interface Leaf {
  readonly path: ReadonlyArray<string>
  readonly definition: Definition.AnyLeaf
}

// What is below a command stands before it: of the paths that begin a command line the longest is meant.
const leavesOf = (definition: Definition.Definition, path: ReadonlyArray<string>): ReadonlyArray<Leaf> => [
  ...(definition.commands ?? []).flatMap((command) => leavesOf(command, [...path, definition.name])),
  ...definition.build === undefined ? [] : [{ path: [...path, definition.name], definition }]
]

export const leaves: ReadonlyArray<Leaf> = definitions.flatMap(({ commands }) =>
  commands.flatMap((definition) => leavesOf(definition, []))
)

const build = (definition: Definition.Definition, context: Definition.Context): Definition.Built => {
  const below = { ...context, path: [...context.path, definition.name] }
  const commands = (definition.commands ?? []).map((command) => build(command, below))
  return definition.build === undefined
    ? Command.make(definition.name).pipe(
      Command.withDescription(definition.description[context.language]),
      Command.withSubcommands(commands)
    )
    : commands.length === 0
    ? definition.build(context)
    : definition.build(context).pipe(Command.withSubcommands(commands))
}

/** A command that nobody asks for: help names it, and that is all. */
const stub = ({ description, name }: Definition.Definition, language: Language) =>
  Command.make(name).pipe(Command.withDescription(description[language]))

/**
 * The command line in this language. Where the arguments are given, commands that they do not name are there by name alone: of all that a
 * start does, to build their flags would take the longest.
 */
export const make = (
  language: Language,
  environment: Definition.Context["environment"],
  args?: ReadonlyArray<string>
) => {
  const flags = Globals.make(language)
  const context = { language, environment, flags, path: [name] }
  const isNamed = args === undefined ? () => true : (command: Definition.Definition) => args.includes(command.name)
  return Command.make(name).pipe(
    Command.withDescription(Text.about[language]),
    Command.withGlobalFlags(Globals.always.map((name) => flags[name])),
    Command.withSubcommands(
      definitions.map(({ commands, heading }) => ({
        group: heading[language],
        commands: commands.map((command) => isNamed(command) ? build(command, context) : stub(command, language))
      }))
    )
  )
}
