/**
 * The options of a client out of the settings of the program. All that is missing or wrong is told at once, by the names of its
 * variables.
 */
import * as Arr from "effect/Array"
import * as Config from "effect/Config"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as SchemaIssue from "effect/SchemaIssue"
import * as Region from "../Region.ts"
import type * as Sens from "../Sens.ts"
import * as Options from "./options.ts"

const variables = [
  ["accessKey", "SENS_ACCESS_KEY"],
  ["secretKey", "SENS_SECRET_KEY"],
  ["serviceId", "SENS_SERVICE_ID"],
  ["baseUrl", "SENS_BASE_URL"],
  ["attemptTimeout", "SENS_ATTEMPT_TIMEOUT"],
  ["callTimeout", "SENS_CALL_TIMEOUT"]
] as const satisfies ReadonlyArray<readonly [keyof Sens.ConfigOptions, string]>

const cannotTell = (variable: string): Config.ConfigError =>
  new Config.ConfigError(
    new Schema.SchemaError(
      new SchemaIssue.InvalidValue({
        message: Options.sentence({
          option: variable,
          what:
            `may be empty, which nobody can tell from not set beside a variable whose name begins with ${variable}_`,
          cure: `write ${Region.baseUrls.public} into it, or give that other variable another name`
        })
      })
    )
  )

/**
 * What the environment says of a variable whose name is the beginning of others', where it is the environment that the settings come
 * from: it has the same others.
 */
const fromEnvironment = (variable: string, group: ConfigProvider.Node): Option.Option<string | undefined> => {
  const process: unknown = Reflect.get(globalThis, "process")
  const env = Predicate.hasProperty(process, "env") && Predicate.isObject(process.env) ? process.env : {}
  const others = Object.keys(env).filter((name) => name.startsWith(`${variable}_`))
  const names = new Set(others.map((name) => name.slice(variable.length + 1).split("_")[0]))
  const isSame = group._tag === "Record" && group.keys.size === names.size &&
    Array.from(group.keys).every((key) => names.has(key))
  const value = env[variable]
  return isSame && (value === undefined || typeof value === "string") ? Option.some(value) : Option.none()
}

/**
 * What a variable holds; undefined where it is not set, which the check of the options judges. A provider gives nothing for one
 * that is empty, unless it was told otherwise, but still names it: an address that is empty would be the real gateway, in silence.
 * Where its name is also the beginning of another's, it is named either way: then the environment is asked, or it is refused.
 */
const read = Effect.fnUntraced(function*(
  option: keyof Sens.ConfigOptions,
  variable: string
): Effect.fn.Return<string | undefined, Config.ConfigError> {
  const value = yield* Config.withDefault(Config.String(variable), undefined)
  // An empty timeout does no harm.
  if (value !== undefined || option === "attemptTimeout" || option === "callTimeout") return value
  const provider = yield* ConfigProvider.ConfigProvider
  const parts = variable.split("_")
  const found = (path: ConfigProvider.Path, is: (node: ConfigProvider.Node | undefined) => boolean) =>
    Effect.suspend(() => provider.load(path)).pipe(
      Effect.map(is),
      // A provider that has nothing to say of a group of settings says nothing of one that is empty.
      Effect.catchCause(() => Effect.succeed(false))
    )
  const names = (name: string) => (node: ConfigProvider.Node | undefined) =>
    node?._tag === "Record" && node.keys.has(name)
  // An environment groups by the underscores.
  const isNamed = (yield* found([], names(variable))) ||
    (yield* found(parts.slice(0, -1), names(parts.at(-1) ?? "")))
  if (!isNamed) return undefined
  const group = yield* Effect.orElseSucceed(Effect.suspend(() => provider.load(parts)), () => undefined)
  if (group === undefined) return ""
  // What has to be there is refused as missing.
  if (option !== "baseUrl") return undefined
  const inEnvironment = fromEnvironment(variable, group)
  return Option.isSome(inEnvironment) ? inEnvironment.value : yield* Effect.fail(cannotTell(variable))
})

/**
 * Reads the settings and checks all options. What is wrong with the settings is a `ConfigError`; what is wrong with that which
 * stands in the program is a defect, as it is without settings.
 *
 * @internal
 */
export const settle = Effect.fnUntraced(function*(
  given: (Omit<Sens.Options, keyof Sens.ConfigOptions> & Sens.ConfigOptions) | undefined
): Effect.fn.Return<Options.Settled, Config.ConfigError> {
  const values: { -readonly [Name in keyof Sens.ConfigOptions]: unknown } = {}
  const mistakes: Array<Options.Problem> = []
  const errors = new Map<string, Config.ConfigError>()
  for (const [option, variable] of variables) {
    // Over what is given, which is no value of the option.
    values[option] = undefined
    const config: Config.Config<unknown> | undefined = given?.[option]
    if (config !== undefined && !Config.isConfig(config)) {
      const cure = "write Config.succeed(...) around it, or use Sens.layer"
      mistakes.push({ option, what: "is not a Config", cure })
      continue
    }
    const setting = yield* Effect.result<unknown, Config.ConfigError, never>(config ?? read(option, variable))
    if (Result.isSuccess(setting)) values[option] = setting.success
    // Where the settings cannot be read at all, there is nothing to say about the others.
    else if (setting.failure.cause._tag === "SourceError") return yield* Effect.fail(setting.failure)
    else errors.set(option, setting.failure)
  }
  const settled = Options.settle({ ...given, ...values })
  const told = new Set([...errors.keys(), ...mistakes.map(({ option }) => option)])
  const problems = Result.isSuccess(settled) ? [] : settled.failure.filter(({ option }) => !told.has(option))
  mistakes.push(...problems.filter(({ option }) => !Object.hasOwn(values, option)))

  const wrong: Array<string> = []
  const issues: Array<SchemaIssue.Issue> = []
  for (const [option, variable] of variables) {
    const error = errors.get(option)
    if (error?.cause._tag === "SchemaError") issues.push(error.cause.issue)
    for (const problem of problems.filter((problem) => problem.option === option)) {
      const message = Options.sentence(given?.[option] === undefined ? Options.ofVariable(problem, variable) : problem)
      wrong.push(message)
      issues.push(new SchemaIssue.InvalidValue({ message }))
    }
  }
  if (mistakes.length > 0) return yield* Effect.die(Options.typeError([...mistakes.map(Options.sentence), ...wrong]))
  if (Arr.isArrayNonEmpty(issues)) {
    const [first, ...others] = issues
    const issue = others.length === 0 ? first : new SchemaIssue.Composite(Schema.Unknown.ast, issues)
    return yield* Effect.fail(new Config.ConfigError(new Schema.SchemaError(issue)))
  }
  return Result.getOrThrow(settled)
})
