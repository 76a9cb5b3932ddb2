/**
 * `effect-sens listen`, once it is asked for.
 *
 * @since 0.1.0
 */
import * as Sens from "@effect-sens/http/Sens"
import * as DeliveryLog from "@effect-sens/streams/DeliveryLog"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as Client from "../Client.ts"
import * as ExitCode from "../ExitCode.ts"
import * as Failure from "../Failure.ts"
import * as Instant from "../Instant.ts"
import type { Both, Language } from "../Language.ts"
import * as CursorFile from "../listen/CursorFile.ts"
import * as Endpoint from "../listen/Endpoint.ts"
import * as Listener from "../listen/Listener.ts"
import * as ListenText from "../listen/ListenText.ts"
import * as Target from "../listen/Target.ts"
import * as Undelivered from "../listen/Undelivered.ts"
import * as WebhookSecret from "../listen/WebhookSecret.ts"
import * as WebhookSignature from "../listen/WebhookSignature.ts"
import * as MessageView from "../MessageView.ts"
import * as Output from "../Output.ts"
import * as Text from "../Text.ts"
import * as Times from "../Times.ts"
import type * as Listen from "./Listen.ts"

const Ids = { messageId: Schema.String, requestId: Schema.NullOr(Schema.String) }

const line = <const Name extends string, const Fields extends Schema.Struct.Fields>(event: Name, fields: Fields) =>
  Output.document("listen", { event: Schema.tag(event), ...fields })

const What = Schema.Literals(["service", "endpoint"])

const lines = {
  listening: line("listening", { origin: Schema.String, from: Schema.String, cursor: Schema.String }),
  delivered: line("delivered", {
    ...Ids,
    to: Schema.String,
    outcome: MessageView.Message.fields.outcome,
    code: Schema.NullOr(Schema.String),
    httpStatus: Schema.Int,
    attempts: Schema.Int
  }),
  undelivered: line("undelivered", { ...Ids, why: Schema.String, attempts: Schema.Int, file: Schema.String }),
  unreadable: line("unreadable", { messageId: Schema.NullOr(Schema.String), file: Schema.String }),
  outage: line("outage", { of: What, why: Schema.String }),
  recovered: line("recovered", { of: What, seconds: Schema.Int }),
  stuck: line("stuck", { messageId: Schema.String, why: Schema.String, seconds: Schema.Int }),
  behind: line("behind", { seconds: Schema.Int }),
  caughtUp: line("caughtUp", {}),
  lost: line("lost", { start: Schema.String, end: Schema.String }),
  secret: line("secret", { secret: Schema.String }),
  end: Output.document("listen", {
    end: Schema.tag(true),
    delivered: Schema.Int,
    undelivered: Schema.Int
  })
} as const

/** A line of what it writes. */
export const Document = Schema.Union(Object.values(lines))

const span = (text: string, flag: string, least: Duration.Duration = Duration.seconds(1)) =>
  Effect.fromResult(Times.span(text, flag)).pipe(
    Effect.filterOrFail(
      Duration.isGreaterThanOrEqualTo(least),
      () => Failure.usage({ en: `${flag} is too short`, ko: `${flag}: 너무 짧습니다` })
    )
  )

const each = <A>(of: { readonly en: A; readonly ko: A }, say: (said: A, language: Language) => string): Both => ({
  en: say(of.en, "en"),
  ko: say(of.ko, "ko")
})

const gone = (origin: string) =>
  Failure.refuse("EndpointGone", ExitCode.table.absent.code, {
    en: `${origin} answered 410: it wants no more. The place is kept; the message that it refused comes first`,
    ko: `${origin}이(가) 410으로 더 받지 않겠다고 답했습니다. 위치는 남아 있으며, 거절된 메시지부터 이어집니다`
  })

/** The place to begin at: where it stopped, or what was asked for. */
const placeOf = Effect.fnUntraced(function*(
  file: CursorFile.CursorFile,
  { failed, from, overlap }: {
    readonly failed: boolean
    readonly from: Option.Option<DateTime.Utc>
    readonly overlap: Duration.Duration
  }
) {
  const output = yield* Output.Output
  const kept = yield* file.read
  const filters = failed ? { statusName: "fail" as const } : {}
  if (Option.isSome(from) || Option.isNone(kept)) {
    const start = Option.getOrUndefined(from)
    if (Option.isSome(from)) {
      yield* DeliveryLog.covers({ completeTime: { start: from.value, end: yield* DateTime.now } })
      if (Option.isSome(kept)) yield* output.note(ListenText.news.anew[output.language](Instant.people(from.value)))
    }
    const place = yield* Listener.beginning({ by: "completion", overlap, ...filters, ...start && { start } })
    // Whoever dies before the first page goes on from here.
    yield* file.write(place)
    return place
  }
  const { cursor, done } = kept.value
  const isSame = cursor.filters.statusName === filters.statusName
  const mine = { ...cursor, overlap, filters }
  // The pages of another search are others.
  return isSame || cursor.next === null ? { cursor: mine, done } : { cursor: DeliveryLog.rewound(mine), done }
})

export const run = Effect.fnUntraced(function*(input: Listen.Input) {
  const output = yield* Output.Output
  const { language } = output
  const { isNew, secrets } = yield* WebhookSecret.load(input.secretFile, process.env)
  if (input.printSecret) {
    if (Option.isSome(input.forwardTo)) {
      return yield* Failure.usage({
        en: "--print-secret prints the secret and ends: say it without --forward-to",
        ko: "--print-secret은 시크릿을 출력하고 끝납니다. --forward-to 없이 쓰십시오"
      })
    }
    const secret = Redacted.value(secrets[0].text)
    return yield* Output.line({ document: lines.secret, value: lines.secret.make({ secret }), table: () => secret })
  }
  const target = yield* Effect.fromResult(Target.optional(input.forwardTo, { isInsecure: input.insecure }))
  const timeout = yield* span(input.timeout, "--timeout")
  const interval = yield* span(input.interval, "--interval")
  const overlap = yield* span(input.overlap, "--overlap", Duration.zero)
  const patience = yield* span(input.retryFor, "--retry-for", Duration.zero)
  const giveUp = yield* Effect.transposeOption(
    Option.map(input.giveUp, (text) => span(text, "--give-up"))
  )
  const from = yield* Effect.transposeOption(Option.map(input.from, (text) => Times.parse(text, "--from")))
  return yield* Effect.gen(function*() {
    const { serviceId } = yield* Sens.Sens
    const file = yield* CursorFile.open(serviceId, input.cursor)
    const place = yield* placeOf(file, { failed: input.failed, from, overlap })
    const fs = yield* FileSystem.FileSystem
    if (isNew) yield* output.note(ListenText.news.madeSecret[language])
    const counts = { delivered: 0, undelivered: 0 }
    const { news: said } = ListenText
    const wrote = (line: Parameters<typeof Undelivered.append>[1]) =>
      Effect.provideService(Undelivered.append(file.undelivered, line), FileSystem.FileSystem, fs)
    const tell = <S extends Schema.Codec<unknown, unknown>>(document: S, value: S["Type"], shown: Both) =>
      output.isMachine ? Output.line({ document, value, table: () => "" }) : output.note(shown[language])
    /** A line for people and one for programs. */
    const heard = Effect.fnUntraced(function*(news: Listener.News) {
      switch (news._tag) {
        case "Delivered": {
          counts.delivered++
          const { event: { code, id: messageId, outcome, requestId, to }, outcome: { attempts, status } } = news
          const number = output.number(to)
          const at = Instant.people(yield* DateTime.now)
          return yield* Output.line({
            document: lines.delivered,
            value: lines.delivered.make({
              messageId,
              requestId,
              to: number,
              outcome,
              code,
              httpStatus: status,
              attempts
            }),
            table: () =>
              [at, messageId, number, MessageView.outcomes[outcome][language], code ?? "-", `HTTP ${status}`].join("  ")
          })
        }
        case "Undelivered": {
          counts.undelivered++
          const { event: { id: messageId, requestId }, outcome: { attempts, since, why } } = news
          yield* wrote({ messageId, requestId, why, attempts, since: Instant.iso(DateTime.makeUnsafe(since)) })
          return yield* tell(
            lines.undelivered,
            lines.undelivered.make({ messageId, requestId, why, attempts, file: file.undelivered }),
            each(said.undelivered, (say) => say(messageId, why, file.undelivered))
          )
        }
        case "Unreadable": {
          counts.undelivered++
          const messageId = news.messageId ?? null
          yield* wrote({ messageId, requestId: null, why: "unreadable", attempts: 0, since: null })
          return yield* tell(
            lines.unreadable,
            lines.unreadable.make({ messageId, file: file.undelivered }),
            each(said.unreadable, (say) => say(messageId ?? "-", file.undelivered))
          )
        }
        case "Listening":
          return yield* tell(
            lines.listening,
            lines.listening.make({ origin: target.origin, from: Instant.iso(news.from), cursor: file.path }),
            each(said.listening, (say) => say(target.origin, Instant.people(news.from)))
          )
        case "Outage":
          return yield* tell(
            lines.outage,
            lines.outage.make({ of: news.of, why: news.why }),
            news.of === "service"
              ? each(said.away, (say, language) => say(Text.reasons[news.why][language]))
              : each(said.down, (say) => say(news.why))
          )
        case "Recovered":
          return yield* tell(
            lines.recovered,
            lines.recovered.make({ of: news.of, seconds: news.seconds }),
            each(said.recovered, (say, language) => say(news.of, ListenText.span(news.seconds, language)))
          )
        case "Stuck":
          return yield* tell(
            lines.stuck,
            lines.stuck.make({ messageId: news.messageId, why: news.why, seconds: news.seconds }),
            each(said.stuck, (say, language) => say(news.messageId, ListenText.span(news.seconds, language), news.why))
          )
        case "Behind":
          return yield* tell(
            lines.behind,
            lines.behind.make({ seconds: news.seconds }),
            each(said.behind, (say, language) => say(ListenText.span(news.seconds, language)))
          )
        case "CaughtUp":
          return yield* tell(lines.caughtUp, lines.caughtUp.make({}), said.caughtUp)
        case "Lost":
          return yield* tell(
            lines.lost,
            lines.lost.make({ start: Instant.iso(news.start), end: Instant.iso(news.end) }),
            each(said.lost, (say) => say(Instant.people(news.start), Instant.people(news.end)))
          )
      }
    })
    return yield* Listener.run({
      place,
      save: file.write,
      onNews: (news) => Effect.provideService(heard(news), Output.Output, output),
      interval,
      giveUp,
      includeText: input.includeText,
      concurrency: input.concurrency,
      timeout,
      patience
    }).pipe(
      Effect.provide(Layer.merge(Endpoint.layer(target), WebhookSignature.layer(secrets))),
      Effect.catchTag("Gone", () => Effect.fail(gone(target.origin))),
      Effect.onInterrupt(() =>
        Effect.ignore(tell(
          lines.end,
          lines.end.make(counts),
          each(said.end, (say) => say(Text.count(counts.delivered), Text.count(counts.undelivered)))
        ))
      )
    )
  }).pipe(Effect.provide(Client.layer))
})
