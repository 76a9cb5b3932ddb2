/**
 * The flags that several commands take. A command names those it uses; the others are refused there, so that nobody believes in a
 * guard that is not there.
 *
 * @since 0.1.0
 */
import * as Command from "effect/cli/Command"
import * as Completions from "effect/cli/Completions"
import * as Flag from "effect/cli/Flag"
import * as GlobalFlag from "effect/cli/GlobalFlag"
import * as Context from "effect/Context"
import * as Record from "effect/Record"
import * as Schema from "effect/Schema"
import { flagOf, type Language } from "./Language.ts"
import * as Text from "./Text.ts"

export const formats = ["table", "json", "ndjson", "csv"] as const

export type Format = (typeof formats)[number]

/** What a command writes, for its help. */
export const Formats: Context.Reference<ReadonlyArray<Format>> = Context.Reference("effect-sens/Globals/Formats", {
  defaultValue: (): ReadonlyArray<Format> => formats
})

/** What was said by flags of many commands; what was not, or what the command does not use, is as if it had not been said. */
export interface Values {
  readonly profile: string | undefined
  readonly envFile: string | undefined
  readonly baseUrl: string | undefined
  readonly service: string | undefined
  readonly format: Format
  readonly yes: boolean
  readonly max: number | undefined
  readonly showNumbers: boolean
  readonly showTexts: boolean
  readonly quiet: boolean
  readonly noColor: boolean
}

export class Globals extends Context.Service<Globals, Values>()("effect-sens/Globals") {}

export const nothing: Values = {
  profile: undefined,
  envFile: undefined,
  baseUrl: undefined,
  service: undefined,
  format: "table",
  yes: false,
  max: undefined,
  showNumbers: false,
  showTexts: false,
  quiet: false,
  noColor: false
}

const Positive = Schema.Int.check(Schema.isGreaterThanOrEqualTo(1))

/** All of them, saying what they are in this language. */
export const make = (language: Language) => {
  const said = (name: keyof typeof Text.globals) => <A>(flag: Flag.Flag<A>) =>
    Flag.withDescription(flag, Text.globals[name][language])
  const isGiven = (name: keyof typeof Text.globals, flag: string) =>
    Flag.Boolean(flag).pipe(Flag.withoutNegation, said(name), Flag.withDefault(false))
  return {
    profile: GlobalFlag.Setting("profile")({
      flag: Flag.String("profile").pipe(Flag.withAlias("P"), Flag.withMetavar("name"), said("profile"), Flag.optional)
    }),
    envFile: GlobalFlag.Setting("envFile")({
      flag: Flag.File("env-file").pipe(said("envFile"), Flag.optional)
    }),
    baseUrl: GlobalFlag.Setting("baseUrl")({
      flag: Flag.String("base-url").pipe(Flag.withMetavar("url"), said("baseUrl"), Flag.optional)
    }),
    service: GlobalFlag.Setting("service")({
      flag: Flag.String("service").pipe(Flag.withMetavar("id"), said("service"), Flag.optional)
    }),
    format: GlobalFlag.Setting("format")({
      flag: Flag.Literals("format", formats).pipe(said("format"), Flag.optional)
    }),
    json: GlobalFlag.Setting("json")({ flag: isGiven("json", "json") }),
    lang: GlobalFlag.Setting("lang")({
      flag: Flag.Literals("lang", ["ko", "en"]).pipe(said("lang"), Flag.optional)
    }),
    yes: GlobalFlag.Setting("yes")({ flag: isGiven("yes", "yes").pipe(Flag.withAlias("y")) }),
    max: GlobalFlag.Setting("max")({
      flag: Flag.Int("max").pipe(Flag.withSchema(Positive), said("max"), Flag.optional)
    }),
    showNumbers: GlobalFlag.Setting("showNumbers")({ flag: isGiven("showNumbers", "show-numbers") }),
    showTexts: GlobalFlag.Setting("showTexts")({ flag: isGiven("showTexts", "show-texts") }),
    quiet: GlobalFlag.Setting("quiet")({ flag: isGiven("quiet", "quiet").pipe(Flag.withAlias("q")) }),
    noColor: GlobalFlag.Setting("noColor")({ flag: isGiven("noColor", "no-color") })
  }
}

export type Flags = ReturnType<typeof make>

export type Name = keyof Flags

/** What a command with keys uses. */
export const keys = ["profile", "envFile", "baseUrl", "service"] as const satisfies ReadonlyArray<Name>

/** What every command takes. */
export const always = ["lang", "quiet", "noColor"] as const satisfies ReadonlyArray<Name>

/** All of them as flags of one command, in the order of {@link make}, for whoever needs to know what they take. */
export const descriptor = (language: Language): Completions.CommandDescriptor =>
  Completions.fromCommand(Command.make("globals", Record.map(make(language), ({ flag }) => flag)))

/** Whether it is one of them, as it stands on a command line. */
export const isGlobal = (flag: string): boolean => descriptor("en").flags.some(({ name }) => `--${name}` === flag)

/** The format that was asked for, before arguments are read: an error in them is told in it, too. */
export const asked = (args: ReadonlyArray<string>): Format => {
  const end = args.indexOf("--")
  const format = flagOf(args, "--format")
  if (format === "json" || format === "ndjson" || format === "csv") return format
  return args.slice(0, end === -1 ? args.length : end).includes("--json") ? "json" : "table"
}

export const isMachine = (format: Format): boolean => format === "json" || format === "ndjson"
