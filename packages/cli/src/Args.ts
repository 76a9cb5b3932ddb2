/**
 * Arguments as they were meant. `effect/cli` takes the word after a flag without a value for its value where it may be one of a
 * boolean, and `code --json 0` asks for the meaning of code 0.
 *
 * @since 0.1.0
 */
import type * as Command from "effect/cli/Command"
import * as Completions from "effect/cli/Completions"
import * as Globals from "./Globals.ts"

const literals = new Set(["true", "1", "y", "yes", "on", "false", "0", "n", "no", "off"])

const written = (name: string): string => name.length === 1 ? `-${name}` : `--${name}`

const localFlags = (descriptor: Completions.CommandDescriptor): ReadonlyArray<Completions.FlagDescriptor> => [
  ...descriptor.flags,
  ...descriptor.subcommands.flatMap(localFlags)
]

/** Flags whose value may be left out, and what it is then. */
const without: { readonly [flag: string]: string } = { "--wait": "10m" }

const span = /^\d+[smhdw]$/

const completed = (args: ReadonlyArray<string>, last: number): ReadonlyArray<string> =>
  args.map((arg, at) => {
    const value = at < last && Object.hasOwn(without, arg) ? without[arg] : undefined
    return value === undefined || at + 1 < last && span.test(args[at + 1] ?? "") ? arg : `${arg}=${value}`
  })

/** The arguments, each flag without a value told to be true where the next word could be taken for its value. */
export const settle = (given: ReadonlyArray<string>, command: Command.Command.Any): ReadonlyArray<string> => {
  const end = given.indexOf("--")
  const last = end === -1 ? given.length : end
  const args = completed(given, last)
  const isAmbiguous = (at: number) =>
    at + 1 < last && args[at]?.startsWith("-") === true && literals.has((args[at + 1] ?? "").toLowerCase())
  if (!args.some((_, at) => isAmbiguous(at))) return args
  const flags = [...localFlags(Completions.fromCommand(command)), ...localFlags(Globals.descriptor("en"))]
  const names = (isBoolean: boolean) =>
    new Set(
      flags.filter(({ type }) => (type._tag === "Boolean") === isBoolean)
        .flatMap(({ aliases, name }) => [name, ...aliases].map(written))
    )
  const booleans = names(true)
  const others = names(false)
  return args.map((arg, at) => isAmbiguous(at) && booleans.has(arg) && !others.has(arg) ? `${arg}=true` : arg)
}
