/**
 * Keys by a name, in a file that only their owner reads: as ssh has it, one that others may read is refused.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import * as Path from "effect/Path"
import type * as PlatformError from "effect/PlatformError"
import * as ChildProcess from "effect/process/ChildProcess"
import * as ChildProcessSpawner from "effect/process/ChildProcessSpawner"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as ExitCode from "./ExitCode.ts"
import * as Failure from "./Failure.ts"
import * as StateDir from "./StateDir.ts"

const Price = Schema.Finite.check(Schema.isGreaterThanOrEqualTo(0))

/** What is kept under a name. */
export const Profile = Schema.Struct({
  accessKey: Schema.String,
  secretKey: Schema.optionalKey(Schema.RedactedFromValue(Schema.String)),
  /** A program and its arguments, which prints the secret key: `["op", "read", "op://..."]`. It is run without a shell. */
  secretKeyCommand: Schema.optionalKey(Schema.NonEmptyArray(Schema.String)),
  serviceId: Schema.String,
  baseUrl: Schema.optionalKey(Schema.String),
  /** Whose zone of NAVER Cloud, where there is no `baseUrl`. */
  zone: Schema.optionalKey(Schema.Literals(["public", "government", "financial"])),
  /** The sender of what is sent with it, unless another is named. */
  from: Schema.optionalKey(Schema.String),
  /** Such as `"60 seconds"`: how late a message may show in the log. */
  visibilityLag: Schema.optionalKey(Schema.DurationFromString),
  /** Such as `"5 minutes"`: how old a signature the gateway takes. */
  timestampTolerance: Schema.optionalKey(Schema.DurationFromString),
  /** What becomes of a send whose answer was lost: `"fail"` where the gateway takes old signatures, so that nothing is proved. */
  onAmbiguous: Schema.optionalKey(Schema.Literals(["reconcile", "fail"])),
  /** In KRW a message. */
  prices: Schema.optionalKey(Schema.Struct({
    sms: Schema.optionalKey(Price),
    lms: Schema.optionalKey(Price),
    mms: Schema.optionalKey(Price)
  }))
})

export type Profile = typeof Profile.Type

const File = Schema.fromJsonString(Schema.Struct({
  v: Schema.Literal(1),
  profiles: Schema.Record(Schema.String, Profile)
}))

export type Profiles = (typeof File.Type)["profiles"]

const encode = Schema.encodeEffect(File)

const decode = Schema.decodeUnknownEffect(File)

/** A name that stands in a command line as it is. */
export const isName = (name: string): boolean => /^[\p{L}\p{N}][\p{L}\p{N}._-]{0,63}$/u.test(name)

export const file: Effect.Effect<string, never, Path.Path> = Effect.gen(function*() {
  return (yield* Path.Path).join(yield* StateDir.config, "profiles.json")
})

const open = (path: string, mode: string) =>
  Failure.refuse("OpenToOthers", ExitCode.table.keys.code, {
    en: `others may read ${path}, so it is not used: chmod ${mode} ${JSON.stringify(path)}`,
    ko: `다른 사용자가 ${path}을(를) 읽을 수 있어 쓰지 않습니다: chmod ${mode} ${JSON.stringify(path)}`
  })

const unreadable = (path: string) =>
  Failure.refuse("ProfilesUnreadable", ExitCode.table.keys.code, {
    en: `${path} is not what effect-sens profiles writes; mend it, or move it away`,
    ko: `${path}이(가) effect-sens profiles가 쓴 형식이 아닙니다. 고치거나 다른 곳으로 옮기십시오`
  })

type Access = FileSystem.FileSystem | Path.Path

/** All of them; none where there is no file. */
export const read: Effect.Effect<Profiles, Failure.Refused | PlatformError.PlatformError, Access> = Effect.gen(
  function*() {
    const fs = yield* FileSystem.FileSystem
    const path = yield* Path.Path
    const name = yield* file
    if (!(yield* fs.exists(name))) return {}
    for (const [part, mode] of [[path.dirname(name), "700"], [name, "600"]] as const) {
      if (StateDir.isOpen((yield* fs.stat(part)).mode)) return yield* open(part, mode)
    }
    const text = yield* fs.readFileString(name)
    // What stands in it is not shown: it may be a key.
    return (yield* Effect.mapError(decode(text), () => unreadable(name))).profiles
  }
)

/** Writes all of them. */
export const write = Effect.fnUntraced(function*(
  profiles: Profiles
): Effect.fn.Return<void, PlatformError.PlatformError, Access> {
  const path = yield* Path.Path
  const name = yield* file
  yield* StateDir.make(path.dirname(name))
  const text = yield* Effect.orDie(encode({ v: 1, profiles }))
  yield* StateDir.writeFile(name, `${JSON.stringify(JSON.parse(text), undefined, 2)}\n`)
})

export const missing = (name: string, known: ReadonlyArray<string>): Failure.Refused =>
  Failure.refuse("NoSuchProfile", ExitCode.table.keys.code, {
    en: `there is no profile ${name}${known.length === 0 ? "" : ` (there are: ${known.join(", ")})`}`,
    ko: `${name} 프로필이 없습니다${known.length === 0 ? "" : ` (있는 프로필: ${known.join(", ")})`}`
  })

/** One of them. */
export const get = Effect.fnUntraced(function*(
  name: string
): Effect.fn.Return<Profile, Failure.Refused | PlatformError.PlatformError, Access> {
  const profiles = yield* read
  const profile = Object.hasOwn(profiles, name) ? profiles[name] : undefined
  return profile ?? (yield* missing(name, Object.keys(profiles)))
})

const noSecret = (name: string, en: string, ko: string) =>
  Failure.refuse("NoSecretKey", ExitCode.table.keys.code, {
    en: `the secret key of the profile ${name} is not to be had: ${en}`,
    ko: `${name} 프로필의 시크릿 키를 얻지 못했습니다: ${ko}`
  })

const patience = "10 seconds"

/** The secret key of a profile, from its file or from its command, which may ask on the terminal. */
export const secretKey = Effect.fnUntraced(function*(
  name: string,
  { secretKey, secretKeyCommand }: Profile
): Effect.fn.Return<Redacted.Redacted, Failure.Refused, ChildProcessSpawner.ChildProcessSpawner> {
  if (secretKey !== undefined) return secretKey
  if (secretKeyCommand === undefined) {
    return yield* noSecret(
      name,
      "it has neither secretKey nor secretKeyCommand",
      "secretKey도 secretKeyCommand도 없습니다"
    )
  }
  const [program, ...args] = secretKeyCommand
  const spawner = yield* ChildProcessSpawner.ChildProcessSpawner
  const failed = noSecret(name, `${program} failed`, `${program} 실행에 실패했습니다`)
  const printed = yield* Effect.scoped(Effect.gen(function*() {
    const child = yield* spawner.spawn(ChildProcess.make(program, args, { stdin: "inherit", stderr: "inherit" }))
    const text = yield* Stream.mkString(Stream.decodeText(child.stdout))
    return { code: yield* child.exitCode, text }
  })).pipe(
    Effect.mapError(() => failed),
    Effect.timeoutOption(patience)
  )
  if (Option.isNone(printed)) {
    return yield* noSecret(
      name,
      `${program} printed nothing in 10 seconds`,
      `${program}이(가) 10초 안에 끝나지 않았습니다`
    )
  }
  const { code, text } = printed.value
  if (code !== 0) return yield* failed
  const secret = text.replace(/\r?\n$/, "")
  return secret === ""
    ? yield* noSecret(name, `${program} printed nothing`, `${program}이(가) 아무것도 출력하지 않았습니다`)
    : Redacted.make(secret)
})

/** What its messages cost, as a check takes it. */
export const pricesOf = ({ prices }: Profile): { readonly SMS?: number; readonly LMS?: number } | undefined =>
  prices === undefined ? undefined : {
    ...prices.sms === undefined ? undefined : { SMS: prices.sms },
    ...prices.lms === undefined ? undefined : { LMS: prices.lms }
  }
