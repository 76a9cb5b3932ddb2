/**
 * `effect-sens completions`, once it is asked for.
 *
 * @since 0.1.0
 */
import * as Completions from "effect/cli/Completions"
import * as Effect from "effect/Effect"
import * as Cli from "../Cli.ts"
import type * as Definition from "../Definition.ts"
import * as Globals from "../Globals.ts"
import type { Language } from "../Language.ts"
import * as Output from "../Output.ts"
import * as Text from "../Text.ts"
import type * as CompletionsFlags from "./Completions.ts"

const builtIns = (language: Language): ReadonlyArray<Completions.FlagDescriptor> => [
  {
    name: "help",
    aliases: ["h"],
    description: Text.builtIns.help[language],
    type: { _tag: "Boolean" },
    negation: false
  },
  {
    name: "version",
    aliases: ["v"],
    description: Text.builtIns.version[language],
    type: { _tag: "Boolean" },
    negation: false
  },
  {
    name: "log-level",
    aliases: [],
    description: Text.builtIns["log-level"][language],
    type: { _tag: "Choice", values: ["debug", "info", "warning", "error", "none"] }
  }
]

/** The tree with the global flags at each command that uses them: what `effect/cli` generates leaves them out. */
export const descriptor = (language: Language): Completions.CommandDescriptor => {
  const globals = Globals.descriptor(language).flags
  const named = new Map(Object.entries(Globals.make("en")).map(([key], at) => [key, globals[at]]))
  const of = (uses: ReadonlyArray<Globals.Name>, formats: ReadonlyArray<Globals.Format> = Globals.formats) => [
    ...uses.flatMap((name): ReadonlyArray<Completions.FlagDescriptor> => {
      const flag = named.get(name)
      if (flag === undefined) return []
      return name === "format" ? [{ ...flag, type: { _tag: "Choice", values: formats } }] : [flag]
    }),
    ...builtIns(language)
  ]
  const add = (
    node: Completions.CommandDescriptor,
    definitions: ReadonlyArray<Definition.Definition>,
    uses: ReadonlyArray<Globals.Name>,
    formats?: ReadonlyArray<Globals.Format>
  ): Completions.CommandDescriptor => ({
    ...node,
    flags: [...node.flags, ...of(uses, formats)],
    subcommands: node.subcommands.map((child) => {
      const definition = definitions.find(({ name }) => name === child.name)
      return definition === undefined
        ? add(child, [], uses)
        : definition.build === undefined
        ? add(child, definition.commands, Globals.always)
        : add(child, [], definition.uses, definition.formats)
    })
  })
  const root = Completions.fromCommand(Cli.make(language, { env: {}, columns: undefined }))
  return add(root, Cli.definitions.flatMap(({ commands }) => [...commands]), Globals.always)
}

export const run = Effect.fnUntraced(function*({ shell }: CompletionsFlags.Input) {
  const { language, write } = yield* Output.Output
  const script = Completions.generate(Cli.name, shell, descriptor(language))
  // Its comments name the flag of `effect/cli`, in whose place this command is.
  yield* write(`${script.replaceAll(`${Cli.name} --completions`, `${Cli.name} completions`)}\n`)
})
