/**
 * Whose keys are used. The first source that is there is used whole: `--profile`, `--env-file`, the environment, `SENS_PROFILE`, the
 * profile `default`. Keys of two sources are never mixed, so that nobody's money is spent by the variable of somebody else.
 *
 * @since 0.1.0
 */
import * as Region from "@effect-sens/http/Region"
import * as Config from "effect/Config"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import type * as Path from "effect/Path"
import type * as PlatformError from "effect/PlatformError"
import type * as ChildProcessSpawner from "effect/process/ChildProcessSpawner"
import * as Redacted from "effect/Redacted"
import * as ExitCode from "./ExitCode.ts"
import * as Failure from "./Failure.ts"
import * as Globals from "./Globals.ts"
import * as Input from "./Input.ts"
import type { Both } from "./Language.ts"
import * as Profiles from "./Profiles.ts"

export interface Credentials {
  readonly accessKey: string
  readonly secretKey: Redacted.Redacted
  readonly serviceId: string
  /** Of the public zone where nobody says another. */
  readonly baseUrl: string
  /** As a plan tells it: `sens.apigw.ntruss.com`. */
  readonly host: string
  /** Whether it is on this machine, so that nothing costs money. */
  readonly isLoopback: boolean
  /** Where the keys came from. */
  readonly source: Both
  /** The profile, where they came from one. */
  readonly profile: Option.Option<Profiles.Profile>
  /** What it is called. */
  readonly profileName: Option.Option<string>
  /** The sender that was set for it. */
  readonly sender: Option.Option<string>
}

type Variables = { readonly [name: string]: string | undefined }

const names = {
  accessKey: "SENS_ACCESS_KEY",
  secretKey: "SENS_SECRET_KEY",
  serviceId: "SENS_SERVICE_ID",
  baseUrl: "SENS_BASE_URL"
} as const

const refuse = (tag: string, text: Both) => Failure.refuse(tag, ExitCode.table.keys.code, text)

const isLoopbackHost = (host: string): boolean =>
  host === "localhost" || host.endsWith(".localhost") || host === "[::1]" || /^127(?:\.\d{1,3}){3}$/.test(host)

/** What a base URL says of itself; the client says what is wrong with one that cannot be read. */
export const placeOf = (baseUrl: string): { readonly host: string; readonly isLoopback: boolean } => {
  if (!URL.canParse(baseUrl)) return { host: baseUrl, isLoopback: false }
  const { host, hostname } = new URL(baseUrl)
  return { host, isLoopback: isLoopbackHost(hostname) }
}

/** Variables of one source, with what was said by flags in their place. */
const fromVariables = (
  variables: Variables,
  source: Both,
  globals: Globals.Values
): Effect.Effect<Credentials, Failure.Refused> => {
  const accessKey = variables[names.accessKey] ?? ""
  const secretKey = variables[names.secretKey] ?? ""
  const serviceId = globals.service ?? variables[names.serviceId] ?? ""
  const missing = [
    ...accessKey === "" ? [names.accessKey] : [],
    ...secretKey === "" ? [names.secretKey] : [],
    ...serviceId === "" ? [names.serviceId] : []
  ].join(", ")
  if (missing !== "") {
    return refuse("KeysMissing", {
      en: `${missing} missing in ${source.en}; keys come from one source alone`,
      ko: `${source.ko}에 ${missing}이(가) 없습니다. 키는 한 곳에서만 가져옵니다`
    })
  }
  const said = globals.baseUrl ?? variables[names.baseUrl]
  // It would be the real service.
  if (said?.trim() === "") {
    return refuse("BaseUrlEmpty", {
      en: `${globals.baseUrl === undefined ? `${names.baseUrl} in ${source.en}` : "--base-url"} is empty`,
      ko: `${globals.baseUrl === undefined ? `${source.ko}의 ${names.baseUrl}` : "--base-url"} 값이 비어 있습니다`
    })
  }
  const baseUrl = said ?? Region.baseUrls.public
  return Effect.succeed({
    accessKey,
    secretKey: Redacted.make(secretKey),
    serviceId,
    baseUrl,
    ...placeOf(baseUrl),
    source,
    profile: Option.none(),
    profileName: Option.none(),
    sender: Option.none()
  })
}

/** The keys of a profile. */
export const ofProfile = Effect.fnUntraced(function*(
  name: string,
  profile: Profiles.Profile
): Effect.fn.Return<
  Credentials,
  Failure.Refused,
  Globals.Globals | ChildProcessSpawner.ChildProcessSpawner
> {
  const globals = yield* Globals.Globals
  const baseUrl = globals.baseUrl ?? profile.baseUrl ?? Region.baseUrls[profile.zone ?? "public"]
  const credentials: Credentials = {
    accessKey: profile.accessKey,
    secretKey: yield* Profiles.secretKey(name, profile),
    serviceId: globals.service ?? profile.serviceId,
    baseUrl,
    ...placeOf(baseUrl),
    source: { en: `profile ${name}`, ko: `프로필 ${name}` },
    profile: Option.some(profile),
    profileName: Option.some(name),
    sender: Option.fromUndefinedOr(profile.from)
  }
  return credentials
})

const fromProfile = (name: string) => Effect.flatMap(Profiles.get(name), (profile) => ofProfile(name, profile))

const fromFile = Effect.fnUntraced(function*(path: string, globals: Globals.Values) {
  const provider = ConfigProvider.fromDotEnvContents(yield* Input.settings(path), { preserveEmptyStrings: true })
  const variables: { [name: string]: string | undefined } = {}
  for (const name of Object.values(names)) {
    variables[name] = Option.getOrUndefined(yield* Effect.orDie(Config.option(Config.String(name)).parse(provider)))
  }
  return yield* fromVariables(variables, { en: path, ko: path }, globals)
})

/** Some of the three keys in the environment is one source; an address alone is none, and must not be passed over in silence. */
const isThere = (env: Variables): boolean =>
  [names.accessKey, names.secretKey, names.serviceId].some((name) => (env[name] ?? "") !== "")

type Access = Globals.Globals | FileSystem.FileSystem | Path.Path | ChildProcessSpawner.ChildProcessSpawner

/** The keys of this run. */
export const resolve: Effect.Effect<Credentials, Failure.Refused | PlatformError.PlatformError, Access> = Effect.gen(
  function*() {
    const { env } = process
    const globals = yield* Globals.Globals
    if (globals.profile !== undefined && globals.envFile !== undefined) {
      return yield* Failure.usage({
        en: "--profile and --env-file cannot both be meant: keys come from one source alone",
        ko: "--profile과 --env-file은 함께 쓸 수 없습니다. 키는 한 곳에서만 가져옵니다"
      })
    }
    if (globals.profile !== undefined) return yield* fromProfile(globals.profile)
    if (globals.envFile !== undefined) return yield* fromFile(globals.envFile, globals)
    if (isThere(env)) return yield* fromVariables(env, { en: "the environment", ko: "환경 변수" }, globals)
    const profiles = yield* Profiles.read
    const named = (env["SENS_PROFILE"] ?? "") !== "" ? env["SENS_PROFILE"] : undefined
    const name = named ?? (Object.hasOwn(profiles, "default") ? "default" : undefined)
    if (name === undefined) {
      return yield* refuse("KeysMissing", {
        en:
          `no keys: set ${names.accessKey}, ${names.secretKey} and ${names.serviceId}, name a file by --env-file, or make a profile (effect-sens profiles add default)`,
        ko:
          `인증 키가 없습니다. ${names.accessKey}, ${names.secretKey}, ${names.serviceId}를 설정하거나, --env-file로 파일을 주거나, 프로필을 만드십시오 (effect-sens profiles add default)`
      })
    }
    if (env[names.baseUrl] !== undefined && globals.baseUrl === undefined) {
      return yield* refuse("KeysMixed", {
        en:
          `${names.baseUrl} is set in the environment, but the keys would come from the profile ${name}: name it by --profile ${name}, or unset the variable`,
        ko:
          `환경 변수에 ${names.baseUrl}이 있는데 키는 프로필 ${name}에서 가져오게 됩니다. --profile ${name}을 주거나 그 변수를 지우십시오`
      })
    }
    return yield* fromProfile(name)
  }
)
