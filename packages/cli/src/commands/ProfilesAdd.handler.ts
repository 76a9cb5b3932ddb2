/**
 * `effect-sens profiles add`, once it is asked for.
 *
 * @since 0.1.0
 */
import * as PhoneNumber from "@effect-sens/core/PhoneNumber"
import * as Prompt from "effect/cli/Prompt"
import * as TerminalCapabilities from "effect/cli/TerminalCapabilities"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as CommandLine from "effect/process/CommandLine"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as Client from "../Client.ts"
import * as Credentials from "../Credentials.ts"
import * as ExitCode from "../ExitCode.ts"
import * as Failure from "../Failure.ts"
import * as Globals from "../Globals.ts"
import * as Input from "../Input.ts"
import type { Both } from "../Language.ts"
import * as Output from "../Output.ts"
import * as Profiles from "../Profiles.ts"
import * as ProfileView from "../ProfileView.ts"
import type * as Flags from "./Profiles.ts"

export const Document = Output.document("profiles add", { profile: ProfileView.View })

const texts = {
  accessKey: { en: "Access key", ko: "액세스 키" },
  secretKey: { en: "Secret key (it is not shown)", ko: "시크릿 키 (보이지 않습니다)" },
  service: { en: "SMS service id (ncp:sms:kr:...)", ko: "SMS 서비스 ID (ncp:sms:kr:...)" },
  name: {
    en: "a name is of letters, digits and . _ -, 64 at most",
    ko: "이름에는 글자, 숫자와 . _ - 만 쓸 수 있고 64자까지입니다"
  },
  exists: {
    en: "there is a profile of this name; --replace puts this in its place",
    ko: "같은 이름의 프로필이 있습니다. 바꾸려면 --replace를 주십시오"
  },
  both: {
    en: "--secret-key-stdin and --secret-key-command cannot both be meant",
    ko: "--secret-key-stdin과 --secret-key-command는 함께 쓸 수 없습니다"
  },
  command: {
    en: "--secret-key-command is no command: write its words, without the syntax of a shell",
    ko: "--secret-key-command가 명령이 아닙니다. 셸 문법 없이 단어만 쓰십시오"
  },
  noTerminal: {
    en: (flags: string) => `there is no terminal to ask on; give ${flags}`,
    ko: (flags: string) => `물어볼 터미널이 없습니다. ${flags} 플래그를 주십시오`
  },
  from: { en: "--from is no number of a sender", ko: "--from이 발신번호가 아닙니다" },
  zone: { en: "--zone and --base-url cannot both be meant", ko: "--zone과 --base-url은 함께 쓸 수 없습니다" },
  added: {
    en: (name: string, path: string) => `${name} is kept in ${path}`,
    ko: (name: string, path: string) => `${name} 프로필을 ${path}에 저장했습니다`
  }
} as const

const usage = (text: Both) => Effect.fail(Failure.usage(text))

/** What was not said is asked for, where somebody can answer. */
const missing = Effect.fnUntraced(function*(flags: ReadonlyArray<string>) {
  const { canPrompt } = yield* TerminalCapabilities.TerminalCapabilities
  const { isMachine } = yield* Output.Output
  if (flags.length > 0 && (!canPrompt || isMachine)) {
    const all = flags.join(", ")
    return yield* usage({ en: texts.noTerminal.en(all), ko: texts.noTerminal.ko(all) })
  }
})

export const run = Effect.fnUntraced(function*(given: Flags.Add) {
  const { name } = given
  const output = yield* Output.Output
  const { baseUrl, service } = yield* Globals.Globals
  if (!Profiles.isName(name)) return yield* usage(texts.name)
  if (given.secretKeyStdin && Option.isSome(given.secretKeyCommand)) return yield* usage(texts.both)
  if (Option.isSome(given.zone) && baseUrl !== undefined) return yield* usage(texts.zone)
  if (baseUrl?.trim() === "") return yield* usage({ en: "--base-url is empty", ko: "--base-url 값이 비어 있습니다" })
  if (!given.replace && Object.hasOwn(yield* Profiles.read, name)) {
    return yield* Failure.refuse("ProfileExists", ExitCode.table.refused.code, texts.exists)
  }
  const words = Option.map(
    given.secretKeyCommand,
    (text) => Result.map(CommandLine.template(Object.assign([text], { raw: [text] })), (words) => words.map(String))
  )
  const [program, ...args] = Option.getOrElse(Option.flatMap(words, Result.getSuccess), () => [])
  if (Option.isSome(words) && program === undefined) return yield* usage(texts.command)
  const from = Option.map(given.from, PhoneNumber.normalizeSender)
  if (Option.isSome(from) && Result.isFailure(from.value)) return yield* usage(texts.from)

  yield* missing([
    ...Option.isNone(given.accessKey) ? ["--access-key"] : [],
    ...!given.secretKeyStdin && program === undefined ? ["--secret-key-stdin"] : [],
    ...service === undefined ? ["--service"] : []
  ])
  const ask = (message: Both) => Prompt.run(Prompt.String({ message: message[output.language] }))
  const accessKey = Option.isSome(given.accessKey) ? given.accessKey.value : yield* ask(texts.accessKey)
  const secretKey = program !== undefined
    ? undefined
    : given.secretKeyStdin
    ? Redacted.make(Input.withoutLastBreak(yield* Input.stdin))
    : yield* Prompt.run(Prompt.Hidden({ message: texts.secretKey[output.language] }))
  const serviceId = service ?? (yield* ask(texts.service))

  const profile: Profiles.Profile = {
    accessKey,
    ...secretKey === undefined ? undefined : { secretKey },
    ...program === undefined ? undefined : { secretKeyCommand: [program, ...args] },
    serviceId,
    ...baseUrl === undefined ? undefined : { baseUrl },
    ...Option.isNone(given.zone) ? undefined : { zone: given.zone.value },
    ...Option.isSome(from) && Result.isSuccess(from.value) ? { from: from.value.success } : undefined
  }
  // What cannot be right is told now; a command is tried.
  const credentials = yield* Credentials.ofProfile(name, profile)
  yield* Effect.scoped(Layer.build(Client.of(credentials)))
  yield* Profiles.write({ ...yield* Profiles.read, [name]: profile })
  const path = yield* Profiles.file
  const view = ProfileView.make(name, profile, output)
  yield* Output.answer({
    document: Document,
    value: Document.make({ profile: view }),
    table: ({ language }) => texts.added[language](name, path)
  })
})
