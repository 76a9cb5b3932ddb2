/**
 * The two languages that the command line speaks, and which of them.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"

export type Language = "en" | "ko"

/** A text, or what makes one, in both languages: what lacks one does not compile. */
export type Both<A = string> = { readonly [L in Language]: A }

/** The language of this run. */
export const Current: Context.Reference<Language> = Context.Reference("effect-sens/Language", {
  defaultValue: (): Language => "en"
})

/** What is said in the order in which it counts; Windows sets none of these variables. */
const variables = ["SENS_LANG", "LC_ALL", "LC_MESSAGES", "LANG"] as const

const isKorean = (locale: string): boolean => /^ko(?![a-z])/i.test(locale)

/** The value of a flag that has to be known before arguments are read. The last one counts. */
export const flagOf = (args: ReadonlyArray<string>, name: string): string | undefined => {
  const end = args.indexOf("--")
  const flags = end === -1 ? args : args.slice(0, end)
  for (let i = flags.length - 1; i >= 0; i--) {
    const arg = flags[i] ?? ""
    if (arg.startsWith(`${name}=`)) return arg.slice(name.length + 1)
    if (arg === name) return flags[i + 1]
  }
  return undefined
}

/** `--lang`, `SENS_LANG`, `LC_ALL`, `LC_MESSAGES`, `LANG`, then what the system says. An empty variable is none. */
export const choose = ({ args, env, locale }: {
  readonly args: ReadonlyArray<string>
  readonly env: { readonly [name: string]: string | undefined }
  readonly locale: string
}): Language => {
  const flag = flagOf(args, "--lang")
  if (flag === "en" || flag === "ko") return flag
  const name = variables.find((name) => (env[name] ?? "") !== "")
  return isKorean(name === undefined ? locale : env[name] ?? "") ? "ko" : "en"
}
