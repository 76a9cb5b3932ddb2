/**
 * `effect-sens send`, once it is asked for.
 *
 * @since 0.1.0
 */
import * as MessageRecord from "@effect-sens/core/MessageRecord"
import * as PhoneNumber from "@effect-sens/core/PhoneNumber"
import * as Preflight from "@effect-sens/core/Preflight"
import type * as RequestIssue from "@effect-sens/core/RequestIssue"
import * as SendRequest from "@effect-sens/core/SendRequest"
import * as UploadRequest from "@effect-sens/core/UploadRequest"
import * as Sens from "@effect-sens/http/Sens"
import * as Delivery from "@effect-sens/streams/Delivery"
import * as Unsubscribes from "@effect-sens/streams/Unsubscribes"
import * as DateTime from "effect/DateTime"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import * as Record from "effect/Record"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as Client from "../Client.ts"
import * as Credentials from "../Credentials.ts"
import * as Ending from "../Ending.ts"
import * as ExitCode from "../ExitCode.ts"
import * as Failure from "../Failure.ts"
import * as Instant from "../Instant.ts"
import * as Journal from "../journal/Journal.ts"
import * as Sending from "../journal/Sending.ts"
import * as SettleText from "../journal/SettleText.ts"
import type { Both } from "../Language.ts"
import * as ListArguments from "../lists/ListArguments.ts"
import * as ListFailure from "../lists/ListFailure.ts"
import * as ListText from "../lists/ListText.ts"
import * as MessageView from "../MessageView.ts"
import * as Output from "../Output.ts"
import * as Plan from "../Plan.ts"
import * as RecordLine from "../records/RecordLine.ts"
import * as Text from "../Text.ts"
import * as Times from "../Times.ts"
import type * as Send from "./Send.ts"

/** What is going to be sent, without its text. */
export const SendPlan = Schema.Struct({
  type: Schema.Literals(["SMS", "LMS", "MMS"]),
  /** Why it is no smaller one. */
  why: Schema.Literals(["Fits", "TooLongForSms", "HasSubject", "HasImage", "Asked"]),
  bytes: Schema.Int,
  limit: Schema.Int,
  recipients: Schema.Int,
  /** Recipients who refused advertisements, and get none. */
  optedOut: Schema.Int,
  from: Schema.String,
  /** When it is to be sent; null is at once. */
  at: Schema.NullOr(Schema.String),
  isAd: Schema.Boolean,
  host: Schema.String,
  /** What is odd about it, by the names of the rules. */
  warnings: Schema.Array(Schema.String)
})

export const Document = Output.document("send", {
  /** `planned` under `--dry-run`. */
  state: Schema.Literals(["planned", "accepted", "notAccepted", "unknown"]),
  plan: SendPlan,
  /** With `unknown`: what settle takes. */
  id: Schema.NullOr(Schema.String),
  requestId: Schema.NullOr(Schema.String),
  /** With `--wait`: what became of each. */
  results: Schema.Array(MessageView.Message)
})

const texts = {
  noText: { en: "--text or --text-file is missing", ko: "--text나 --text-file을 주십시오" },
  severalTexts: { en: "--text and --text-file cannot both be meant", ko: "--text와 --text-file은 함께 쓸 수 없습니다" },
  noFrom: {
    en: "--from is missing: the number that sends, registered in the console",
    ko: "--from이 없습니다. 콘솔에 등록한 발신번호를 주십시오"
  },
  tooMany: {
    en: (n: string) => `${n} recipients are more than the 100 of one request: use effect-sens campaign`,
    ko: (n: string) => `받는 사람 ${n}명은 한 번에 보낼 수 있는 100명보다 많습니다. effect-sens campaign을 쓰십시오`
  },
  number: {
    en: (at: number) => `--to number ${at} is no phone number`,
    ko: (at: number) => `--to ${at}번째: 전화번호가 아닙니다`
  },
  sender: { en: "--from is no number that can send", ko: "--from: 발신번호가 될 수 없는 번호입니다" },
  rule: {
    en: (rule: string) => `--ignore: there is no rule ${rule}`,
    ko: (rule: string) => `--ignore: ${rule} 규칙이 없습니다`
  },
  imageType: {
    en: (type: string) => `An ${type} has no pictures: leave out --image or --type`,
    ko: (type: string) => `${type}에는 그림을 넣을 수 없습니다. --image나 --type을 빼십시오`
  },
  subjectType: { en: "An SMS has no subject", ko: "SMS에는 제목을 넣을 수 없습니다" },
  oneTimeAt: { en: "--one-time is sent at once: leave out --at", ko: "--one-time은 바로 보냅니다. --at을 빼십시오" },
  waitAt: {
    en: "--wait cannot be meant together with --at: follow it by effect-sens track",
    ko: "--wait는 --at과 함께 쓸 수 없습니다. effect-sens track으로 지켜보십시오"
  },
  allOptedOut: { en: "all recipients refused advertisements", ko: "받는 사람이 모두 수신을 거부했습니다" },
  optedOut: {
    en: (n: string) => `${n} refused advertisements (080) and get none`,
    ko: (n: string) => `수신 거부(080) ${n}명에게는 보내지 않습니다`
  },
  image: { en: (file: string, why: string) => `${file}: ${why}`, ko: (file: string, why: string) => `${file}: ${why}` },
  invalid: {
    en: (issues: string) => `it cannot be sent: ${issues}. Nothing was sent`,
    ko: (issues: string) => `보낼 수 없습니다: ${issues}. 아무것도 보내지 않았습니다`
  },
  why: {
    Fits: { en: "", ko: "" },
    TooLongForSms: { en: ", more than the 90 of an SMS", ko: ", SMS의 90바이트를 넘음" },
    HasSubject: { en: ", since it has a subject", ko: ", 제목이 있음" },
    HasImage: { en: ", since it has a picture", ko: ", 그림이 있음" },
    Asked: { en: "", ko: "" }
  },
  size: {
    en: (type: string, bytes: string, limit: string, why: string) => `${type}, ${bytes} of ${limit} bytes${why}`,
    ko: (type: string, bytes: string, limit: string, why: string) => `${type}, ${limit}바이트 중 ${bytes}${why}`
  },
  ad: { en: "an advertisement", ko: "광고" },
  to: {
    en: (n: string, numbers: string) => `to ${n}: ${numbers}`,
    ko: (n: string, numbers: string) => `받는 사람 ${n}명: ${numbers}`
  },
  from: { en: (number: string) => `from ${number}`, ko: (number: string) => `보내는 번호 ${number}` },
  at: { en: (time: string) => `to be sent ${time}`, ko: (time: string) => `예약 ${time}` },
  place: {
    en: (host: string, source: string) => `by ${host}, with the keys of ${source}`,
    ko: (host: string, source: string) => `${host}, 인증 키: ${source}`
  },
  warning: { en: (what: string) => `Warning: ${what}`, ko: (what: string) => `경고: ${what}` },
  equal: {
    en: (id: string) =>
      `the same may have been sent already, and nobody knows yet. Ask before you send it again: effect-sens settle ${id}`,
    ko: (id: string) =>
      `같은 메시지가 이미 보내졌을 수 있으나 아직 알 수 없습니다. 다시 보내기 전에 확인하십시오: effect-sens settle ${id}`
  },
  accepted: { en: (id: string) => `accepted as ${id}`, ko: (id: string) => `접수되었습니다. 요청 ID ${id}` },
  reserved: {
    en: (id: string) => `reserved as ${id}; until ten minutes before: effect-sens reservations cancel ${id}`,
    ko: (id: string) => `예약되었습니다. 예약 ID ${id}. 10분 전까지 취소: effect-sens reservations cancel ${id}`
  },
  lost: { en: "The answer is lost; the delivery log is asked …", ko: "응답을 잃었습니다. 전송 로그를 확인합니다 …" },
  notAccepted: {
    en: "It is proved that it was not accepted, and never will be. Nothing was sent",
    ko: "접수되지 않았고 앞으로도 접수되지 않는 것이 증명되었습니다. 아무것도 보내지 않았습니다"
  },
  planned: { en: "Nothing was sent (--dry-run).", ko: "아무것도 보내지 않았습니다 (--dry-run)." }
} as const

export const refused = (issues: ReadonlyArray<RequestIssue.RequestIssue>) =>
  Failure.refuse("InvalidRequest", ExitCode.table.refused.code, {
    en: texts.invalid.en(ListText.issues(issues, "en")),
    ko: texts.invalid.ko(ListText.issues(issues, "ko"))
  })

const isRule = (text: string): text is Preflight.Rule => Object.hasOwn(Preflight.severities, text)

const lowered = { error: "warning", warning: "off", off: "off" } as const

/** What the law and the service want is no advice here: whoever sends from a terminal reads no debug log. */
export const rulesOf = Effect.fnUntraced(function*({ charset, ignore }: Pick<Send.Input, "charset" | "ignore">) {
  const severity: { [R in Preflight.Rule]: Preflight.Severity } = {
    ...Preflight.severities,
    AdWithoutMark: "error",
    AdWithoutOptOut: "error",
    AdAtNight: "error",
    NoFile: "error"
  }
  for (const rule of ignore) {
    if (!isRule(rule)) return yield* Failure.usage({ en: texts.rule.en(rule), ko: texts.rule.ko(rule) })
    severity[rule] = lowered[severity[rule]]
  }
  return { charset, severity } satisfies Preflight.Options
})

const textOf = Effect.fnUntraced(function*({ text, textFile }: Send.Input) {
  if (Option.isSome(text) && Option.isSome(textFile)) return yield* Failure.usage(texts.severalTexts)
  if (Option.isSome(text)) return text.value
  if (Option.isNone(textFile)) return yield* Failure.usage(texts.noText)
  return yield* Effect.mapError(ListArguments.readText(textFile.value), ListFailure.of(textFile.value))
})

/** The numbers of `--to`, each once. */
export const recipientsOf = Effect.fnUntraced(function*(to: ReadonlyArray<string>) {
  const words = to.flatMap((text) => text.split(",")).map((text) => text.trim()).filter((text) => text !== "")
  const numbers = yield* Effect.forEach(
    words,
    (text, at) =>
      Effect.mapError(
        Effect.fromResult(PhoneNumber.normalize(text)),
        () => Failure.usage({ en: texts.number.en(at + 1), ko: texts.number.ko(at + 1) })
      )
  )
  const distinct = Array.from(new Set(numbers))
  if (distinct.length > SendRequest.maxRecipients) {
    const count = Text.count(distinct.length)
    return yield* Failure.refuse("TooManyRecipients", ExitCode.table.refused.code, {
      en: texts.tooMany.en(count),
      ko: texts.tooMany.ko(count)
    })
  }
  return distinct
})

export type Type = {
  readonly type: "SMS" | "LMS" | "MMS"
  readonly why: (typeof SendPlan.Type)["why"]
  readonly bytes: number
}

/** The type that a text is sent as, and why. */
export const typeOf = Effect.fnUntraced(
  function*(
    input: Pick<Send.Input, "charset" | "subject" | "type"> & { readonly image: ReadonlyArray<unknown> },
    content: string
  ): Effect.fn.Return<Type, Failure.Refused> {
    const subject = Option.getOrUndefined(input.subject)
    const asked = input.type === "auto" ? undefined : ({ sms: "SMS", lms: "LMS", mms: "MMS" } as const)[input.type]
    const hasImage = input.image.length > 0
    if (hasImage && asked !== undefined && asked !== "MMS") {
      return yield* Failure.usage({ en: texts.imageType.en(asked), ko: texts.imageType.ko(asked) })
    }
    if (subject !== undefined && asked === "SMS") return yield* Failure.usage(texts.subjectType)
    const fitted = SendRequest.fit(content, { subject, charset: input.charset })
    // A type that was asked for is held against its own limits by the check of the request.
    if (Result.isFailure(fitted)) return yield* refused(fitted.failure.issues)
    const { bytes, type, why } = fitted.success
    if (hasImage) return { type: "MMS", why: "HasImage", bytes }
    return asked === undefined || asked === type ? { type, why, bytes } : { type: asked, why: "Asked", bytes }
  }
)

const picturesOf = (files: ReadonlyArray<string>) =>
  Effect.forEach(files, (file) =>
    Effect.gen(function*() {
      const request = yield* UploadRequest.make(yield* FileSystem.FileSystem.use((fs) => fs.readFile(file)))
      const { errors, warnings } = Preflight.checkUpload(request, {})
      if (errors.length === 0) return { request, warnings }
      return yield* Failure.refuse("InvalidFile", ExitCode.table.refused.code, {
        en: texts.image.en(file, ListText.issues(errors, "en")),
        ko: texts.image.ko(file, ListText.issues(errors, "ko"))
      })
    }))

/** The plan, as people read it. */
const planText = (
  plan: typeof SendPlan.Type,
  numbers: ReadonlyArray<string>,
  warnings: ReadonlyArray<string>,
  at: Option.Option<DateTime.Utc>,
  source: Both,
  output: Output.Service
): string => {
  const { language } = output
  const size = texts.size[language](
    plan.type,
    Text.count(plan.bytes),
    Text.count(plan.limit),
    texts.why[plan.why][language]
  )
  const shown = numbers.slice(0, 3).map(output.number).join(", ")
  return [
    plan.isAd ? `${size}, ${texts.ad[language]}` : size,
    texts.to[language](Text.count(plan.recipients), numbers.length > 3 ? `${shown} …` : shown),
    texts.from[language](PhoneNumber.hyphenate(plan.from)),
    ...Option.isNone(at) ? [] : [texts.at[language](Instant.people(at.value))],
    texts.place[language](plan.host, source[language]),
    ...plan.optedOut === 0 ? [] : [texts.optedOut[language](Text.count(plan.optedOut))],
    ...warnings.map(texts.warning[language])
  ].map((line) => `  ${line}`).join("\n")
}

/** What is the same for whoever gets it. */
export interface Letter {
  readonly type: Type["type"]
  readonly from: string
  readonly content: string
  readonly subject: string | undefined
  readonly at: Option.Option<DateTime.Utc>
  readonly ad: boolean
}

/** The request that it makes. */
export const requestOf = (
  { ad, at, content, from, subject, type }: Letter,
  to: ReadonlyArray<string>,
  files: ReadonlyArray<SendRequest.File>
): SendRequest.SendRequest => {
  const common = {
    from,
    content,
    contentType: ad ? "AD" : "COMM",
    ...Option.isNone(at) ? undefined : { reserve: { at: at.value } },
    messages: to.map((to) => ({ to }))
  } as const
  const titled = subject === undefined ? common : { ...common, subject }
  return type === "SMS"
    ? { type, ...common }
    : type === "LMS"
    ? { type, ...titled }
    : { type, ...titled, files }
}

const waitOf = Effect.fnUntraced(function*({ at, oneTime, wait }: Send.Input) {
  if (oneTime && Option.isSome(at)) return yield* Failure.usage(texts.oneTimeAt)
  if (Option.isNone(wait)) return undefined
  if (Option.isSome(at)) return yield* Failure.usage(texts.waitAt)
  return yield* Effect.fromResult(Times.span(wait.value, "--wait"))
})

/** Follows it to the end, and puts what became of each into `records`. */
const results = Effect.fnUntraced(function*(
  requestId: string,
  recipients: number,
  deadline: Duration.Duration,
  records: Map<string, MessageRecord.MessageRecord>
) {
  const output = yield* Output.Output
  const { language } = output
  const followed = yield* Delivery.track({ requestId, recipients }, { deadline }).pipe(
    Stream.runForEach((change) => {
      if (change._tag !== "Message") return Effect.void
      records.set(change.record.messageId, change.record)
      if (!MessageRecord.isFinal(change.record)) return Effect.void
      return output.note(RecordLine.make(MessageView.make(change.record, output), { by: "completion", language }))
    }),
    Effect.result
  )
  // It was accepted, whatever keeps its results from being read.
  if (Result.isFailure(followed)) yield* output.say(Failure.describe(followed.failure, language).message)
  const isAll = Result.isSuccess(followed) && records.size >= recipients &&
    Array.from(records.values()).every((record) => MessageRecord.outcome(record)._tag === "Delivered")
  if (!isAll) yield* Ending.exit(ExitCode.table.part.code)
})

export const run = Effect.fnUntraced(function*(input: Send.Input) {
  const output = yield* Output.Output
  const { language } = output
  const rules = yield* rulesOf(input)
  const wait = yield* waitOf(input)
  const numbers = yield* recipientsOf(input.to)
  const content = yield* textOf(input)
  const type = yield* typeOf(input, content)
  const at = Option.isNone(input.at)
    ? Option.none<DateTime.Utc>()
    // SENS knows minutes alone.
    : Option.some(DateTime.startOf(yield* Times.parse(input.at.value, "--at"), "minute"))
  const pictures = yield* picturesOf(input.image)
  const credentials = yield* Credentials.resolve
  const sender = Option.getOrUndefined(Option.orElse(input.from, () => credentials.sender))
  if (sender === undefined) return yield* Failure.usage(texts.noFrom)
  const from = yield* Effect.mapError(
    Effect.fromResult(PhoneNumber.normalizeSender(sender)),
    () => Failure.usage(texts.sender)
  )
  const subject = Option.getOrUndefined(input.subject)

  const letter: Letter = { type: type.type, from, content, subject, at, ad: input.ad }

  const sending = Effect.gen(function*() {
    const sens = yield* Sens.Sens
    const optedOut = input.ad ? yield* Unsubscribes.load() : undefined
    const to = optedOut === undefined ? numbers : numbers.filter((number) => !optedOut.has(number))
    if (to.length === 0) {
      return yield* Failure.refuse("AllOptedOut", ExitCode.table.refused.code, texts.allOptedOut)
    }
    // What is not uploaded yet counts as if it were.
    const planned = requestOf(letter, to, pictures.map((_, index) => ({ fileId: `picture-${index + 1}` })))
    const now = yield* DateTime.now
    const { errors, value: checked, warnings } = Preflight.read(planned, { ...rules, now })
    if (checked === undefined) return yield* refused(errors)
    // A plan alone leaves nothing behind.
    const opened = input.dryRun
      ? Option.none<Journal.Journal>()
      : Option.some(yield* Journal.make({ serviceId: credentials.serviceId, host: credentials.host }))
    const found = [...warnings, ...pictures.flatMap((picture) => picture.warnings)]
    const equal = Option.isNone(opened) ? [] : yield* opened.value.openLike(checked)
    const plan = SendPlan.make({
      type: type.type,
      why: type.why,
      bytes: type.bytes,
      limit: SendRequest.maxBytes[type.type],
      recipients: to.length,
      optedOut: numbers.length - to.length,
      from: output.number(from),
      at: Instant.isoOrNull(at),
      isAd: input.ad,
      host: credentials.host,
      warnings: [...found.map(({ kind }) => kind), ...equal.length === 0 ? [] : ["EqualSendOpen"]]
    })
    const warned = [
      ...found.map((issue) => ListText.issue(issue, language)),
      ...equal.slice(0, 1).map(({ id }) => texts.equal[language](id))
    ]
    const text = planText({ ...plan, from }, to, warned, at, credentials.source, output)
    const answer = (
      state: (typeof Document.Type)["state"],
      found: {
        readonly id?: string
        readonly requestId?: string
        readonly results?: ReadonlyArray<MessageView.Message>
      },
      table: string
    ) =>
      Output.answer({
        document: Document,
        value: Document.make({
          state,
          plan,
          id: found.id ?? null,
          requestId: found.requestId ?? null,
          results: found.results ?? []
        }),
        table: () => table
      })
    if (Option.isNone(opened)) return yield* answer("planned", {}, `${text}\n${texts.planned[language]}`)

    yield* Plan.confirmSend({ recipients: to.length, isLoopback: credentials.isLoopback, plan: text })

    const uploaded = yield* Effect.forEach(
      pictures,
      ({ request }) => Effect.map(sens.files.upload(request), ({ fileId }) => ({ fileId }))
    )
    const { errors: wrong, value: request } = Preflight.read(requestOf(letter, to, uploaded), {
      ...rules,
      now: yield* DateTime.now
    })
    if (request === undefined) return yield* refused(wrong)
    const journal = opened.value
    // From the POST on a signal ends what is waited for, and no more: what is known is told all the same.
    yield* Effect.uninterruptibleMask((restore) =>
      Effect.gen(function*() {
        const outcome = yield* Sending.send(journal, request, {
          lifetime: input.oneTime ? "30 seconds" : undefined,
          patience: input.oneTime ? "3 minutes" : "15 seconds",
          onLost: output.note(texts.lost[language]),
          restore
        })
        switch (outcome._tag) {
          case "Accepted": {
            const { requestId } = outcome
            const said = Option.isSome(at) ? texts.reserved[language](requestId) : texts.accepted[language](requestId)
            if (wait === undefined) return yield* answer("accepted", { requestId }, said)
            yield* output.note(said)
            const known = new Map<string, MessageRecord.MessageRecord>()
            yield* Effect.exit(restore(results(requestId, to.length, wait, known)))
            const views = Array.from(known.values(), (record) => MessageView.make(record, output))
            return yield* answer("accepted", { requestId, results: views }, said)
          }
          case "NotAccepted":
            yield* Ending.exit(ExitCode.table.unavailable.code)
            return yield* answer("notAccepted", { id: outcome.entry.id }, texts.notAccepted[language])
          case "GivenUp":
          case "Open":
            yield* Ending.uncertain(true)
            return yield* answer("unknown", { id: outcome.entry.id }, SettleText.ask[language](outcome.entry.id))
        }
      })
    )
  })
  // The plan has told the warnings.
  const severity = Record.map(rules.severity, (severity) => severity === "warning" ? "off" : severity)
  yield* Effect.provide(sending, Client.layerWith({ preflight: { ...rules, severity } }))
})
