/**
 * The help of a command, as people read it: in both languages, which the one of `effect/cli` is not.
 *
 * @since 0.1.0
 */
import type * as HelpDoc from "effect/cli/HelpDoc"
import * as Context from "effect/Context"
import * as Option from "effect/Option"
import * as Globals from "./Globals.ts"
import type { Language } from "./Language.ts"
import * as Table from "./Table.ts"
import * as Text from "./Text.ts"

export { width } from "./Table.ts"

const isBuiltIn = (name: string): name is keyof typeof Text.builtIns => Object.hasOwn(Text.builtIns, name)

/** What a flag says of itself; those of `effect/cli` speak English alone. */
export const describe = (flag: HelpDoc.FlagDoc, language: Language): string =>
  isBuiltIn(flag.name) ? Text.builtIns[flag.name][language] : Option.getOrElse(flag.description, () => "")

/** The choices of a flag stand behind its description, in English. */
const choices = / ?\(choices: ([^)]*)\)$/

interface Line {
  readonly left: string
  readonly right: string
}

/** A flag and what it takes: `--format table|json|ndjson|csv`. */
const flagLine = (flag: HelpDoc.FlagDoc, language: Language, formats: ReadonlyArray<Globals.Format>): Line => {
  const said = describe(flag, language)
  const [, listed] = choices.exec(said) ?? []
  const known = flag.name === "format" ? formats.join(", ") : listed
  const short = flag.aliases.filter((alias) => !alias.startsWith("--"))
  const long = flag.aliases.filter((alias) => alias.startsWith("--"))
  const type = known === undefined
    ? flag.type === "boolean" ? "" : ` ${flag.type.replace(/^<|>$/g, "")}`
    : ` ${known.replaceAll(", ", "|")}`
  const required = flag.required ? ` (${Text.headings.required[language]})` : ""
  return {
    left: `${[...short, `--${flag.name}`, ...long].join(", ")}${
      isBuiltIn(flag.name) && flag.name === "log-level" ? " level" : type
    }`,
    right: said.replace(choices, "") + required
  }
}

const argumentLine = (argument: HelpDoc.ArgDoc): Line => ({
  left: `${argument.required ? `<${argument.name}>` : `[${argument.name}]`}${argument.variadic ? "..." : ""}`,
  right: Option.getOrElse(argument.description, () => "").replace(choices, "")
})

export interface Options {
  readonly language: Language
  readonly columns: number
  readonly bold?: ((text: string) => string) | undefined
}

/** The left column is as wide as most of it; a longer one has its right on the next line. */
const section = (title: string, lines: ReadonlyArray<Line>, { bold = String, columns }: Options): string => {
  const most = Math.min(28, Math.floor(columns / 3))
  const widest = Math.max(0, ...lines.map(({ left }) => Table.width(left)).filter((width) => width <= most))
  const indent = widest + 4
  return [
    bold(title),
    ...lines.flatMap(({ left, right }) => {
      const [first = "", ...rest] = Table.wrap(right, Math.max(30, columns - indent))
      const more = rest.map((line) => " ".repeat(indent) + line)
      return Table.width(left) <= widest
        ? [`  ${Table.padEnd(left, widest)}  ${first}`.trimEnd(), ...more]
        : [`  ${left}`, ...first === "" ? [] : [" ".repeat(indent) + first], ...more]
    })
  ].join("\n")
}

const usageOf = (doc: HelpDoc.HelpDoc): string => {
  const path = (doc.commandPath ?? []).join(" ")
  const hasCommands = (doc.subcommands ?? []).length > 0
  const args = (doc.args ?? []).map(({ name, required, variadic }) =>
    `${required ? `<${name}>` : `[${name}]`}${variadic ? "..." : ""}`
  )
  return [path, ...hasCommands ? [doc.flags.length === 0 ? "<command>" : "[command]"] : [], "[flags]", ...args].join(
    " "
  )
}

export const format = (doc: HelpDoc.HelpDoc, options: Options): string => {
  const { bold = String, columns, language } = options
  const heading = (name: Exclude<keyof typeof Text.headings, "more">) => Text.headings[name][language]
  const formats = Context.get(doc.annotations, Globals.Formats)
  const flags = doc.flags.map((flag) => flagLine(flag, language, formats))
  const globals = [...doc.inheritedFlags ?? [], ...doc.globalFlags ?? []].map((flag) =>
    flagLine(flag, language, formats)
  )
  const commands = doc.subcommands ?? []
  return [
    Table.wrap(doc.description, columns).join("\n"),
    `${bold(heading("usage"))}\n  ${usageOf(doc)}`,
    ...commands.map(({ commands, group }) =>
      section(
        group ?? heading("commands"),
        commands.map(({ description, name, shortDescription }) => ({
          left: name,
          right: shortDescription ?? description
        })),
        options
      )
    ),
    ...doc.args === undefined
      ? []
      : [section(heading("arguments"), doc.args.map((argument) => argumentLine(argument)), options)],
    ...flags.length === 0 ? [] : [section(heading("flags"), flags, options)],
    ...globals.length === 0 ? [] : [section(heading("globals"), globals, options)],
    ...doc.examples === undefined ? [] : [
      `${bold(heading("examples"))}\n${
        doc.examples.map(({ command, description }) =>
          `  ${description === undefined ? "" : `# ${description}\n  `}${command}`
        ).join("\n")
      }`
    ],
    ...commands.length === 0 ? [] : [Text.headings.more[language]((doc.commandPath ?? []).join(" "))]
  ].join("\n\n")
}
