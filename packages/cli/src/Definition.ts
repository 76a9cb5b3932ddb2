/**
 * What a command is: its flags, what it says of itself, and where its handler stands, which is loaded when it is asked for.
 *
 * @since 0.1.0
 */
import * as Command from "effect/cli/Command"
import type * as GlobalFlag from "effect/cli/GlobalFlag"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import * as Ending from "./Ending.ts"
import * as Failure from "./Failure.ts"
import * as Globals from "./Globals.ts"
import type { Both, Language } from "./Language.ts"
import * as Output from "./Output.ts"
import * as Text from "./Text.ts"

/** What a handler may ask for. Whatever needs keys makes its client of {@link Globals.Globals}. */
export type Services = Command.Environment | Globals.Globals | Output.Output | Ending.Ending | Scope.Scope

/** What `X.handler.ts` exports. */
export interface Handler<Input> {
  readonly run: (input: Input) => Effect.Effect<void, Failure.Any, Services>
  /** What stdout is under `--format json`, or a line of it under `ndjson`; its JSON Schema becomes a page. */
  readonly Document?: Schema.Top
}

export interface Example {
  readonly command: string
  readonly says: Both
}

/** A command, of both languages. */
export interface Leaf<Config extends Command.Command.Config> {
  readonly name: string
  readonly description: Both
  /** More than a sentence, under the description. */
  readonly details?: Both | undefined
  readonly examples?: ReadonlyArray<Example> | undefined
  /** The global flags that it uses, beside {@link Globals.always}: each other one is refused. */
  readonly uses: ReadonlyArray<Globals.Name>
  /** The forms of its output; without one, `--format` is refused. `table` is the first where nobody says one. */
  readonly formats?: ReadonlyArray<Globals.Format> | undefined
  /** Whether it spends money: then it goes on where the reader of its stdout has gone. */
  readonly isSpending?: boolean | undefined
  readonly parameters: (language: Language) => Config
  readonly handler: () => Promise<Handler<Command.Command.Config.Infer<Config>>>
  /** Commands below one that does something itself: `listen`, and `listen replay`. */
  readonly commands?: ReadonlyArray<AnyLeaf> | undefined
}

/** Commands under a name. */
export interface Group {
  readonly name: string
  readonly description: Both
  readonly commands: ReadonlyArray<Definition>
}

/** A command as it stands in the tree; what it takes is between it and its handler. */
export interface AnyLeaf extends Omit<Leaf<never>, "parameters" | "handler"> {
  readonly handler: () => Promise<{ readonly Document?: Schema.Top }>
  readonly build: (context: Context) => Built
}

/** A command as `effect/cli` runs it. */
export type Built = Command.Command<string, never, {}, Failure.Any, Command.Environment | Ending.Ending>

export type Heading = Both

export type Definition = AnyLeaf | (Group & { readonly build?: undefined })

/** What a tree is made with. */
export interface Context {
  readonly language: Language
  readonly flags: Globals.Flags
  /** The environment of the process, and the width of its terminal. */
  readonly environment: Parameters<typeof Output.make>[1]
  /** The path of the commands above. */
  readonly path: ReadonlyArray<string>
}

const globalsOf = Effect.fnUntraced(function*(
  { flags, language }: Context,
  uses: ReadonlyArray<Globals.Name>,
  formats: ReadonlyArray<Globals.Format>,
  name: string
) {
  const used = new Set(uses)
  const read = <Name extends Globals.Name, A>(name: Name, flag: GlobalFlag.Setting<Name, A>, fallback: A) =>
    // A flag that is not in use is not there.
    used.has(name) ? flag : Effect.succeed(fallback)
  const optional = <Name extends Globals.Name, A>(name: Name, flag: GlobalFlag.Setting<Name, Option.Option<A>>) =>
    Effect.map(read(name, flag, Option.none<A>()), Option.getOrUndefined)
  const asked = yield* optional("format", flags.format)
  const isJson = yield* read("json", flags.json, false)
  if (isJson && asked !== undefined && asked !== "json") return yield* Failure.usage(Text.usage.jsonAndFormat)
  const said = isJson ? "json" : asked ?? "table"
  // What comes line by line is JSON line by line.
  const format = said === "json" && !formats.includes("json") && formats.includes("ndjson") ? "ndjson" : said
  if (asked !== undefined && !formats.includes(format)) {
    return yield* Failure.usage({
      en: Text.usage.format.en(name, formats.join(", ")),
      ko: Text.usage.format.ko(name, formats.join(", "))
    })
  }
  const values: Globals.Values = {
    profile: yield* optional("profile", flags.profile),
    envFile: yield* optional("envFile", flags.envFile),
    baseUrl: yield* optional("baseUrl", flags.baseUrl),
    service: yield* optional("service", flags.service),
    format,
    yes: yield* read("yes", flags.yes, false),
    max: yield* optional("max", flags.max),
    showNumbers: yield* read("showNumbers", flags.showNumbers, false),
    showTexts: yield* read("showTexts", flags.showTexts, false),
    quiet: yield* read("quiet", flags.quiet, false),
    noColor: yield* read("noColor", flags.noColor, false)
  }
  return { values, language }
})

/**
 * A command for the tree. Its handler gets `Globals`, `Output` and `Ending`, and a scope that is closed at its end.
 */
export const leaf = <const Config extends Command.Command.Config>(definition: Leaf<Config>): AnyLeaf => {
  const formats = definition.formats ?? []
  const uses = [
    ...definition.uses,
    ...Globals.always,
    ...(formats.length === 0
      ? []
      : ["format", ...(formats.includes("json") || formats.includes("ndjson") ? ["json"] as const : [])] as const)
  ]
  return {
    ...definition,
    uses,
    build: (context) => {
      const { environment, flags, language, path } = context
      const run = Effect.fnUntraced(function*(input: Command.Command.Config.Infer<Config>) {
        const { values } = yield* globalsOf(context, uses, formats, [...path, definition.name].join(" "))
        const ending = yield* Ending.Ending
        ending.isSpending = definition.isSpending === true
        const { run } = yield* Effect.promise(definition.handler)
        yield* run(input).pipe(
          Effect.provideServiceEffect(Output.Output, Output.make(values, environment)),
          Effect.provideService(Globals.Globals, values),
          Effect.scoped
        )
      })
      return Command.make(definition.name, definition.parameters(language), run).pipe(
        Command.withDescription(
          definition.details === undefined
            ? definition.description[language]
            : `${definition.description[language]}\n\n${definition.details[language]}`
        ),
        Command.withShortDescription(definition.description[language]),
        Command.withExamples(
          (definition.examples ?? []).map(({ command, says }) => ({ command, description: says[language] }))
        ),
        Command.withGlobalFlags(uses.map((name) => flags[name])),
        Command.annotate(Globals.Formats, formats)
      )
    }
  }
}

export const group = (definition: Group): Definition => definition
