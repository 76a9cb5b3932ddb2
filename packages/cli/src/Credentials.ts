/**
 * Whose keys are used, and where they come from.
 *
 * @since 0.1.0
 */
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type * as Redacted from "effect/Redacted"
import * as ExitCode from "./ExitCode.ts"
import * as Failure from "./Failure.ts"
import * as Globals from "./Globals.ts"
import type { Both } from "./Language.ts"

export interface Credentials {
  readonly accessKey: string
  readonly secretKey: Redacted.Redacted
  readonly serviceId: string
  /** The public zone where there is none. */
  readonly baseUrl: string | undefined
  /** Where the keys come from, for a plan. */
  readonly source: Both
}

const names = ["SENS_ACCESS_KEY", "SENS_SECRET_KEY", "SENS_SERVICE_ID"] as const

const environment = Config.all({
  accessKey: Config.option(Config.NonEmptyString(names[0])),
  secretKey: Config.option(Config.Redacted(names[1])),
  serviceId: Config.option(Config.NonEmptyString(names[2])),
  baseUrl: Config.option(Config.String("SENS_BASE_URL"))
})

/** The keys of this run. */
export const resolve = Effect.gen(function*() {
  const globals = yield* Globals.Globals
  const said = yield* environment
  const serviceId = Option.fromUndefinedOr(globals.service).pipe(Option.orElse(() => said.serviceId))
  if (Option.isNone(said.accessKey) || Option.isNone(said.secretKey) || Option.isNone(serviceId)) {
    const isMissing = [said.accessKey, said.secretKey, serviceId].map((value) => Option.isNone<unknown>(value))
    const missing = names.filter((_, at) => isMissing[at])
    return yield* Failure.refuse("NoKeys", ExitCode.table.keys.code, {
      en: `No keys: ${missing.join(", ")} is not set`,
      ko: `인증 키가 없습니다: ${missing.join(", ")}`
    })
  }
  const credentials: Credentials = {
    accessKey: said.accessKey.value,
    secretKey: said.secretKey.value,
    serviceId: serviceId.value,
    baseUrl: globals.baseUrl ?? Option.getOrUndefined(said.baseUrl),
    source: { en: "environment", ko: "환경 변수" }
  }
  return credentials
})
