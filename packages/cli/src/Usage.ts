/**
 * What is wrong with a command line, in one sentence, and where help is.
 *
 * @since 0.1.0
 */
import type * as CliError from "effect/cli/CliError"
import * as Globals from "./Globals.ts"
import type { Both, Language } from "./Language.ts"
import * as Text from "./Text.ts"

const perhaps = (suggestions: ReadonlyArray<string>, language: Language): string =>
  suggestions.length === 0 ? "" : Text.usage.perhaps[language](suggestions.join(", "))

const secrets = new Set(["--secret-key", "--access-key", "--secret", "--password", "--key"])

const capital = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1)

/** `--text "-10%"` and `bytes "-10%"`: what looks like a flag was meant as a text. */
const meantAsText = (option: string, args: ReadonlyArray<string>, language: Language): string => {
  const at = args.findIndex((arg) =>
    arg === option || arg.startsWith(`${option}=`) || (/^-[^-]$/su.test(option) && /^-[^-]/.test(arg))
  )
  const before = args[at - 1] ?? ""
  if (/^--[a-z][a-z-]*$/.test(before)) return Text.usage.dash[language](before)
  return /^--?[a-z][a-z-]*$/.test(args[at] ?? "") ? "" : Text.usage.dashArgument[language]
}

/** `--text "-안내"`: the value was taken for a flag. */
const dashBehind = (flag: string, args: ReadonlyArray<string>, language: Language): string => {
  const at = args.indexOf(flag)
  const next = at === -1 ? "" : args[at + 1] ?? ""
  return next.startsWith("-") && !/^--?[a-z][a-z-]*(?:=|$)/.test(next) ? Text.usage.dash[language](flag) : ""
}

const sentence = (
  error: CliError.NonShowHelpErrors,
  path: ReadonlyArray<string>,
  args: ReadonlyArray<string>,
  language: Language
): string => {
  const command = path.join(" ")
  switch (error._tag) {
    case "UnrecognizedOption": {
      if (secrets.has(error.option)) return Text.usage.secretFlag[language]
      if (Globals.isGlobal(error.option)) return Text.usage.unusedFlag[language](error.option, command)
      return Text.usage.unknownFlag[language](error.option, command) + perhaps(error.suggestions, language) +
        meantAsText(error.option, args, language)
    }
    case "MissingOption":
      return Text.usage.missingFlag[language](`--${error.option}`)
    case "MissingArgument":
      return Text.usage.missingArgument[language](error.argument)
    case "UnexpectedArgument":
      return Text.usage.unexpected[language](error.arguments.length)
    case "InvalidValue": {
      const name = error.kind === "flag" ? `--${error.option}` : `<${error.option}>`
      return error.kind === "flag" && error.value === ""
        ? Text.usage.noValue[language](name) + dashBehind(name, args, language)
        : Text.usage.invalid[language](name, error.expected)
    }
    case "UnknownSubcommand":
      return Text.usage.unknownCommand[language](error.subcommand) + perhaps(error.suggestions, language)
    default:
      return error.message
  }
}

/** The first thing that is wrong; what is wrong beside it is often a consequence. */
export const describe = (
  error: CliError.ShowHelp,
  args: ReadonlyArray<string>
): { readonly error: Both; readonly help: Both } => {
  const command = error.commandPath.join(" ")
  const [first] = error.errors
  const said = (language: Language) =>
    first === undefined ? "" : capital(sentence(first, error.commandPath, args, language))
  return {
    error: { en: said("en"), ko: said("ko") },
    help: { en: Text.usage.tryHelp.en(command), ko: Text.usage.tryHelp.ko(command) }
  }
}
