/**
 * Secrets of webhooks, as Standard Webhooks writes them: `whsec_` and 24 to 64 random bytes in base64. While one is being replaced
 * there are several, and a message bears a signature of each.
 *
 * @since 0.1.0
 */
import * as Arr from "effect/Array"
import * as Config from "effect/Config"
import * as ConfigProvider from "effect/ConfigProvider"
import * as SecureRandom from "effect/crypto/SecureRandom"
import * as Effect from "effect/Effect"
import * as Base64 from "effect/encoding/Base64"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import * as Path from "effect/Path"
import type * as PlatformError from "effect/PlatformError"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as ExitCode from "../ExitCode.ts"
import * as Failure from "../Failure.ts"
import * as Globals from "../Globals.ts"
import * as Input from "../Input.ts"
import type { Both } from "../Language.ts"
import * as StateDir from "../StateDir.ts"

/** The bytes that sign, and the text that a receiver is given. */
export interface WebhookSecret {
  readonly text: Redacted.Redacted
  readonly bytes: Redacted.Redacted<Uint8Array>
}

/** The secrets in use, the newest first. */
export type WebhookSecrets = Arr.NonEmptyReadonlyArray<WebhookSecret>

export const variable = "SENS_WEBHOOK_SECRET"

const prefix = "whsec_"

const refuse = (tag: string, text: Both) => Failure.refuse(tag, ExitCode.table.keys.code, text)

const one = (text: string): Option.Option<WebhookSecret> =>
  text.startsWith(prefix)
    ? Base64.decode(text.slice(prefix.length)).pipe(
      Result.getSuccess,
      Option.filter(({ length }) => length >= 24 && length <= 64),
      Option.map((bytes) => ({ text: Redacted.make(text), bytes: Redacted.make(bytes) }))
    )
    : Option.none()

/** Secrets of a text, one a line or between spaces or commas. What is no secret is refused without being shown. */
export const parse = (text: string, source: Both): Result.Result<WebhookSecrets, Failure.Refused> => {
  const words = text.replace(/^\uFEFF/, "").split(/[\s,]+/).filter((word) => word !== "")
  const secrets = words.map(one)
  const wrong = secrets.findIndex(Option.isNone)
  const found = Arr.getSomes(secrets)
  if (wrong !== -1 || !Arr.isReadonlyArrayNonEmpty(found)) {
    const at = words.length > 1 ? ` (${wrong + 1})` : ""
    return Result.fail(refuse("WebhookSecret", {
      en:
        `${source.en}${at} holds no webhook secret: whsec_ and 24 to 64 bytes in base64, such as echo "whsec_$(openssl rand -base64 32)" prints`,
      ko:
        `${source.ko}${at}: 웹훅 시크릿이 아닙니다. whsec_ 뒤에 24~64바이트를 base64로 쓴 값이어야 합니다. 예: echo "whsec_$(openssl rand -base64 32)"`
    }))
  }
  return Result.succeed(found)
}

const fileOf = Effect.gen(function*() {
  return (yield* Path.Path).join(yield* StateDir.state, "webhook-secret")
})

const kept = Effect.fnUntraced(function*(file: string) {
  const fs = yield* FileSystem.FileSystem
  if (StateDir.isOpen((yield* fs.stat(file)).mode)) {
    return yield* refuse("OpenToOthers", {
      en: `others may read ${file}, so it is not used: chmod 600 ${JSON.stringify(file)}`,
      ko: `다른 사용자가 ${file}을(를) 읽을 수 있어 쓰지 않습니다: chmod 600 ${JSON.stringify(file)}`
    })
  }
  return yield* Effect.fromResult(parse(yield* fs.readFileString(file), { en: file, ko: file }))
})

/** The secrets of a run, and whether they were made in it. */
export interface Loaded {
  readonly secrets: WebhookSecrets
  readonly isNew: boolean
}

type Failures = Failure.Refused | PlatformError.PlatformError

/** The secret of this user, made where there is none yet: two that make it at the same time keep the one that was first. */
const own: Effect.Effect<Loaded, Failures, FileSystem.FileSystem | Path.Path> = Effect.gen(function*() {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const file = yield* fileOf
  if (yield* fs.exists(file)) return { secrets: yield* kept(file), isNew: false }
  yield* StateDir.make(path.dirname(file))
  const text = `${prefix}${Base64.encode(SecureRandom.randomBytesUnsafe(32))}`
  const beside = `${file}.${process.pid}.new`
  yield* StateDir.writeFile(beside, `${text}\n`)
  yield* fs.link(beside, file).pipe(
    Effect.catchReason("PlatformError", "AlreadyExists", () => Effect.void),
    Effect.ensuring(Effect.ignore(fs.remove(beside, { force: true })))
  )
  return { secrets: yield* kept(file), isNew: true }
})

/** What a file of settings says of it. */
const inEnvFile = Effect.fnUntraced(function*(file: string) {
  const provider = ConfigProvider.fromDotEnvContents(yield* Input.settings(file), { preserveEmptyStrings: true })
  return yield* Effect.orDie(Config.option(Config.String(variable)).parse(provider))
})

/**
 * The secrets of this run: of the file that was named, of the file that the keys are from, of the environment, or the one that is kept.
 */
export const load = Effect.fnUntraced(function*(
  file: Option.Option<string>,
  env: { readonly [name: string]: string | undefined }
): Effect.fn.Return<Loaded, Failures, FileSystem.FileSystem | Path.Path | Globals.Globals> {
  const of = (text: string, source: string) =>
    Effect.map(
      Effect.fromResult(parse(text, { en: source, ko: source })),
      (secrets): Loaded => ({ secrets, isNew: false })
    )
  if (Option.isSome(file)) return yield* of(yield* Input.settings(file.value), file.value)
  const { envFile } = yield* Globals.Globals
  const said = envFile === undefined ? Option.none<string>() : yield* inEnvFile(envFile)
  if (Option.isSome(said)) return yield* of(said.value, `${variable} (${envFile})`)
  // One that is set and empty is a mistake of whoever set it: another secret than he thinks would sign.
  return yield* env[variable] === undefined ? own : of(env[variable], variable)
})
