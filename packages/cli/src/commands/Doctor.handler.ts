/**
 * `effect-sens doctor`, once it is asked for.
 *
 * @since 0.1.0
 */
import * as PhoneNumber from "@effect-sens/core/PhoneNumber"
import * as NodeSigner from "@effect-sens/http/NodeSigner"
import * as NodeTransport from "@effect-sens/http/NodeTransport"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as Client from "../Client.ts"
import * as Credentials from "../Credentials.ts"
import * as Check from "../doctor/Check.ts"
import * as Checks from "../doctor/Checks.ts"
import * as Doctor from "../doctor/Doctor.ts"
import * as Report from "../doctor/Report.ts"
import * as Sample from "../doctor/Sample.ts"
import * as Settings from "../doctor/Settings.ts"
import * as Wire from "../doctor/Wire.ts"
import * as Ending from "../Ending.ts"
import * as ExitCode from "../ExitCode.ts"
import * as Failure from "../Failure.ts"
import * as Globals from "../Globals.ts"
import type { Both } from "../Language.ts"
import * as OutFile from "../OutFile.ts"
import * as Output from "../Output.ts"
import * as Plan from "../Plan.ts"
import * as Profiles from "../Profiles.ts"
import * as StateDir from "../StateDir.ts"
import * as Table from "../Table.ts"
import * as Text from "../Text.ts"
import { version } from "../Version.ts"
import type * as Flags from "./Doctor.ts"

export const Document = Report.Document

const texts = {
  noTo: {
    en: "--live needs --to: your own number, which gets the message",
    ko: "--live에는 --to가 필요합니다. 메시지를 받을 본인의 번호입니다"
  },
  noFrom: { en: "--live needs --from: the number that sends", ko: "--live에는 --from이 필요합니다. 보내는 번호입니다" },
  number: {
    en: (flag: string) => `${flag} is no such number`,
    ko: (flag: string) => `${flag}이(가) 그런 번호가 아닙니다`
  },
  notLive: {
    en: (flag: string) => `${flag} is for --live`,
    ko: (flag: string) => `${flag}은(는) --live와 함께 씁니다`
  },
  notOnline: {
    en: "--probe-errors is for --online or --live",
    ko: "--probe-errors는 --online이나 --live와 함께 씁니다"
  },
  noProfile: {
    en: "--save keeps the settings in a profile; these keys come from none (effect-sens profiles add NAME)",
    ko: "--save는 설정을 프로필에 저장합니다. 이 키는 프로필에서 오지 않았습니다 (effect-sens profiles add 이름)"
  },
  verdicts: {
    ok: { en: "ok", ko: "정상" },
    note: { en: "note", ko: "참고" },
    bad: { en: "bad", ko: "문제" }
  },
  plan: {
    message: {
      en: (n: string, to: string, from: string) => `SMS to ${to}, from ${from}: ${n} to be paid for`,
      ko: (n: string, to: string, from: string) => `${from}에서 ${to}로 SMS. 과금 ${n}건`
    },
    text: { en: (text: string) => `text "${text}"`, ko: (text: string) => `본문 "${text}"` },
    odd: { en: "one more with odd characters", ko: "특수한 글자가 든 것 한 건 더" },
    reserved: {
      en: "one is reserved for in 15 minutes and cancelled; it is paid for only if it cannot be cancelled",
      ko: "한 건은 15분 뒤로 예약했다가 취소합니다. 취소하지 못할 때만 과금됩니다"
    },
    place: {
      en: (host: string, source: string) => `by ${host}, keys from ${source}`,
      ko: (host: string, source: string) => `${host}, 키는 ${source}`
    }
  },
  lower: {
    en: (n: string, worst: string, lag: string) =>
      `${n} messages showed after ${worst} at worst. Set visibilityLag to ${lag}? Where the log is ever later than that, a text can arrive twice.`,
    ko: (n: string, worst: string, lag: string) =>
      `${n}건이 늦어도 ${worst} 뒤에 나타났습니다. visibilityLag을 ${lag}로 할까요? 로그가 그보다 늦으면 같은 문자가 두 번 갈 수 있습니다.`
  },
  block: { en: "Settings that follow:", ko: "결과에 맞는 설정:" },
  saved: {
    en: (name: string) => `kept in the profile ${name}`,
    ko: (name: string) => `${name} 프로필에 저장했습니다`
  },
  notSaved: {
    en: "nothing was measured that a profile keeps",
    ko: "프로필에 저장할 만한 것을 측정하지 못했습니다"
  },
  written: {
    en: (file: string) => `${file} holds shapes alone, and can be attached to an issue`,
    ko: (file: string) => `${file}에는 형식만 있으므로 이슈에 첨부해도 됩니다`
  },
  more: {
    en: {
      offline: "--online asks the service; it changes nothing",
      online: "--live --to NUMBER sends one SMS and measures the rest"
    },
    ko: {
      offline: "--online을 주면 서비스에 물어봅니다. 아무것도 바꾸지 않습니다",
      online: "--live --to 번호를 주면 SMS 한 건을 보내 나머지를 측정합니다"
    }
  }
} as const

const said = (make: (language: "en" | "ko") => string): Both => ({ en: make("en"), ko: make("ko") })

/** What cannot be meant is told before anything is asked. */
const modeOf = Effect.fnUntraced(function*(input: Flags.Input) {
  const { max, yes } = yield* Globals.Globals
  const live = [
    ["--max", max !== undefined],
    ["--yes", yes],
    ["--to", Option.isSome(input.to)],
    ["--from", Option.isSome(input.from)],
    ["--samples", Option.isSome(input.samples)],
    ["--texts", input.texts],
    ["--reserve", input.reserve],
    ["--files", input.files]
  ] as const
  const stray = input.live ? undefined : live.find(([, isGiven]) => isGiven)
  if (stray !== undefined) return yield* Failure.usage(said((language) => texts.notLive[language](stray[0])))
  if (input.live && Option.isNone(input.to)) return yield* Failure.usage(texts.noTo)
  if (input.probeErrors && !input.live && !input.online) return yield* Failure.usage(texts.notOnline)
  const mode: Check.Mode = input.live ? "live" : input.online ? "online" : "offline"
  return mode
})

const liveOf = Effect.fnUntraced(function*(
  input: Flags.Input,
  sender: Option.Option<string>
): Effect.fn.Return<Check.Live | undefined, Failure.Refused> {
  if (!input.live || Option.isNone(input.to)) return undefined
  const from = Option.orElse(input.from, () => sender)
  if (Option.isNone(from)) return yield* Failure.usage(texts.noFrom)
  const wrong = (flag: string) => () => Failure.usage(said((language) => texts.number[language](flag)))
  return {
    to: yield* Effect.mapError(Effect.fromResult(PhoneNumber.normalize(input.to.value)), wrong("--to")),
    from: yield* Effect.mapError(Effect.fromResult(PhoneNumber.normalizeSender(from.value)), wrong("--from")),
    samples: Option.getOrElse(input.samples, () => 1)
  }
})

/** Shows what is sent, and asks. */
const confirm = Effect.fnUntraced(function*(
  input: Flags.Input,
  live: Check.Live,
  { host, isLoopback, source }: Credentials.Credentials
) {
  const output = yield* Output.Output
  const { language } = output
  // What cannot be cancelled is paid for as well, so it counts.
  const recipients = live.samples + (input.texts ? 1 : 0) + (input.reserve ? 1 : 0)
  const plan = [
    texts.plan.message[language](Text.count(recipients), output.number(live.to), PhoneNumber.hyphenate(live.from)),
    texts.plan.text[language](Sample.content(1, live.samples)),
    ...input.texts ? [texts.plan.odd[language]] : [],
    ...input.reserve ? [texts.plan.reserved[language]] : [],
    texts.plan.place[language](host, source[language])
  ].map((line) => `  ${line}`).join("\n")
  yield* Plan.confirmSend({ recipients, isLoopback, plan })
})

/**
 * Whether a lower lag is wanted, where enough was seen to ask. `--yes` is about what is sent, so it is no answer. Whoever cannot be asked,
 * says no or leaves keeps what there is.
 */
const lowered = Effect.fnUntraced(
  function*(learned: Check.Learned, profile: Option.Option<Profiles.Profile>) {
    const globals = yield* Globals.Globals
    const current = Option.flatMap(profile, ({ visibilityLag }) => Option.fromUndefinedOr(visibilityLag))
    const lower = Settings.lower(learned, Option.getOrElse(current, () => Settings.defaults.visibilityLag))
    const worst = Settings.worst(learned)
    if (lower === undefined || worst === undefined) return undefined
    const question = said((language) =>
      texts.lower[language](Text.count(learned.sent.length), Check.span(worst)[language], Settings.text(lower))
    )
    return yield* Plan.confirm(question, { isLoopback: false }).pipe(
      Effect.provideService(Globals.Globals, { ...globals, yes: false }),
      Effect.as(lower),
      Effect.catchTag(["Refused", "QuitError"], () => Effect.undefined)
    )
  }
)

const save = Effect.fnUntraced(function*(name: string, settings: Settings.Settings) {
  const profiles = yield* Profiles.read
  const profile = Object.hasOwn(profiles, name) ? profiles[name] : undefined
  if (profile === undefined) return yield* Profiles.missing(name, Object.keys(profiles))
  const { onAmbiguous, timestampTolerance, visibilityLag } = settings
  // A fence that is there again lets it be asked for again.
  const { onAmbiguous: _, ...rest } = profile
  const kept = timestampTolerance === undefined && onAmbiguous === undefined ? profile : rest
  yield* Profiles.write({
    ...profiles,
    [name]: {
      ...kept,
      ...visibilityLag === undefined ? undefined : { visibilityLag },
      ...timestampTolerance === undefined ? undefined : { timestampTolerance },
      ...onAmbiguous === undefined ? undefined : { onAmbiguous }
    }
  })
})

const idColumns = Math.max(...Checks.all.map(({ id }) => id.length))

/** A line for each; what is longer goes on under its own beginning. */
const lineOf = ({ check, outcome }: Doctor.Finding, output: Output.Service): string => {
  const { columns, language, out: { style } } = output
  const paint = { ok: style.green, note: style.yellow, bad: style.red }[outcome.verdict]
  const verdict = Table.padEnd(texts.verdicts[outcome.verdict][language], 4)
  const id = Table.padEnd(check.id, idColumns)
  const indent = 4 + 2 + idColumns + 2
  const lines = Table.wrap(outcome.says[language], Math.max(30, Math.min(columns, 120) - indent))
  return lines.map((line, index) => {
    const text = outcome.verdict === "bad" ? style.red(line) : line
    return index === 0 ? `${paint(verdict)}  ${id}  ${text}` : `${" ".repeat(indent)}${text}`
  }).join("\n")
}

const isOpenFile = Effect.gen(function*() {
  const { envFile } = yield* Globals.Globals
  if (envFile === undefined) return false
  const fs = yield* FileSystem.FileSystem
  return yield* fs.stat(envFile).pipe(
    Effect.map(({ mode }) => StateDir.isOpen(mode)),
    Effect.orElseSucceed(() => false)
  )
})

/** What the client itself says of keys that cannot be right. */
const shapeOf = (credentials: Credentials.Credentials): Effect.Effect<Both | undefined> =>
  Effect.scoped(Layer.build(Client.of(credentials))).pipe(
    Effect.as(undefined),
    Effect.catch((error) =>
      Effect.succeed({ en: Failure.describe(error, "en").message, ko: Failure.describe(error, "ko").message })
    )
  )

const transport = Layer.merge(NodeTransport.layer(), NodeSigner.layer)

const encode = Schema.encodeEffect(Schema.fromJsonString(Report.File))

export const run = Effect.fnUntraced(function*(input: Flags.Input) {
  const output = yield* Output.Output
  const { language } = output
  const mode = yield* modeOf(input)
  const found = yield* Effect.result(Credentials.resolve)
  const keys = Result.mapError(found, (error): Both => ({
    en: Failure.describe(error, "en").message,
    ko: Failure.describe(error, "ko").message
  }))
  const credentials = Result.isSuccess(found) ? found.success : undefined
  const name = credentials === undefined ? Option.none<string>() : credentials.profileName
  if (input.save && credentials !== undefined && Option.isNone(name)) return yield* Failure.usage(texts.noProfile)
  const live = yield* liveOf(input, credentials === undefined ? Option.none() : credentials.sender)
  if (mode === "live" && Result.isFailure(found)) return yield* found.failure
  const ending = yield* Ending.Ending
  if (live !== undefined && credentials !== undefined) {
    yield* confirm(input, live, credentials)
    ending.isSpending = true
  }
  const wrong = credentials === undefined ? undefined : yield* shapeOf(credentials)
  const learned = Check.nothing()
  const machine = {
    node: process.version,
    version,
    timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone
  }
  const tell = (finding: Doctor.Finding) =>
    output.format === "table" ? output.write(`${lineOf(finding, output)}\n`) : Effect.void
  const secrets = live === undefined ? [] : [live.to, live.from]
  const findings = yield* Effect.gen(function*() {
    const wire = credentials === undefined || wrong !== undefined || mode === "offline"
      ? undefined
      : yield* Wire.make(credentials, secrets)
    return yield* Effect.provideService(Doctor.run(Checks.of({ ...input, mode }), tell), Check.Bench, {
      machine,
      keys,
      shape: Effect.succeed(wrong),
      isFileOpen: yield* isOpenFile,
      wire,
      live,
      learned,
      uncertain: (isUncertain) => Effect.provideService(Ending.uncertain(isUncertain), Ending.Ending, ending),
      note: (text) => output.note(text[language])
    })
  }).pipe(Effect.provide(transport))

  const profile = credentials === undefined ? Option.none<Profiles.Profile>() : credentials.profile
  const settings = Settings.make(learned, {
    current: Option.getOrElse(profile, () => ({})),
    lowered: live === undefined ? undefined : yield* lowered(learned, profile)
  })
  const isSaved = input.save && Option.isSome(name) &&
    (settings.visibilityLag ?? settings.timestampTolerance ?? settings.onAmbiguous) !== undefined
  if (isSaved && Option.isSome(name)) yield* save(name.value, settings)
  if (Option.isSome(input.out)) {
    const text = yield* Effect.orDie(encode(Report.file(findings, settings, machine)))
    const pretty = `${JSON.stringify(JSON.parse(text), undefined, 2)}\n`
    yield* OutFile.bytes(input.out.value, Stream.make(new TextEncoder().encode(pretty)))
  }
  const code = Doctor.codeOf(findings, learned)
  yield* Ending.exit(code)

  const lines = Settings.lines(settings, learned)
  yield* Output.answer({
    document: Document,
    value: Document.make({
      ok: code === ExitCode.table.done.code,
      checks: findings.map(({ check, outcome }) => ({
        number: check.number,
        id: check.id,
        mode: check.mode,
        verdict: outcome.verdict,
        exitCode: outcome.code,
        says: outcome.says[language],
        facts: outcome.facts
      })),
      settings: Report.settingsOf(settings),
      saved: isSaved,
      out: Option.getOrNull(input.out)
    }),
    table: () =>
      [
        ...lines.length === 0 ? [] : ["", texts.block[language], ...lines.map((line) => `  ${line}`)],
        ...!input.save || Option.isNone(name)
          ? []
          : [isSaved ? texts.saved[language](name.value) : texts.notSaved[language]],
        ...Option.isSome(input.out) ? [texts.written[language](input.out.value)] : [],
        ...mode === "live" ? [] : ["", texts.more[language][mode]]
      ].join("\n")
  })
})
