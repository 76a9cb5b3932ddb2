/**
 * `effect-sens settle`, once it is asked for.
 *
 * @since 0.1.0
 */
import * as Preflight from "@effect-sens/core/Preflight"
import type * as SendRequest from "@effect-sens/core/SendRequest"
import * as Sens from "@effect-sens/http/Sens"
import * as Unsubscribes from "@effect-sens/streams/Unsubscribes"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import * as Path from "effect/Path"
import * as Record from "effect/Record"
import * as Schema from "effect/Schema"
import * as CampaignSettle from "../campaign/CampaignSettle.ts"
import * as Client from "../Client.ts"
import * as Credentials from "../Credentials.ts"
import * as Ending from "../Ending.ts"
import * as ExitCode from "../ExitCode.ts"
import * as Failure from "../Failure.ts"
import * as Globals from "../Globals.ts"
import * as Instant from "../Instant.ts"
import type * as Entry from "../journal/Entry.ts"
import * as Journal from "../journal/Journal.ts"
import * as Sending from "../journal/Sending.ts"
import * as SettleText from "../journal/SettleText.ts"
import * as Output from "../Output.ts"
import * as Plan from "../Plan.ts"
import * as Table from "../Table.ts"
import * as Text from "../Text.ts"
import type * as Settle from "./Settle.ts"

const Send = Schema.Struct({
  id: Schema.String,
  /** When it was sent. */
  at: Schema.String,
  type: Schema.Literals(["SMS", "LMS", "MMS"]),
  recipients: Schema.Int,
  state: Schema.Literals(["accepted", "notAccepted", "givenUp", "open"]),
  requestId: Schema.NullOr(Schema.String),
  /** Why it is open. */
  why: Schema.NullOr(Schema.Literals(["Early", "Undecided", "Unread", "Unreadable", "Reserved"])),
  /** In how many seconds to ask again; null where asking does not help. */
  againAfter: Schema.NullOr(Schema.Int)
})

const Sends = Output.document("settle", { sends: Schema.Array(Send) })

/** Of single sends, or of a campaign. */
export const Document = Schema.Union([Sends, CampaignSettle.Document])

const texts = {
  several: {
    en: "--send-again, --give-up and --sent exclude one another",
    ko: "--send-again, --give-up, --sent는 하나만 줄 수 있습니다"
  },
  guard: {
    en: (flag: string) => `${flag} is for --send-again: nothing else is sent`,
    ko: (flag: string) => `${flag}은(는) --send-again과 함께 씁니다. 그 밖에는 아무것도 보내지 않습니다`
  },
  campaignAlone: {
    en: "--campaign cannot be meant together with ids or --dir",
    ko: "--campaign은 ID나 --dir과 함께 쓸 수 없습니다"
  },
  oneId: {
    en: (flag: string) => `${flag} is of one send: name its id`,
    ko: (flag: string) => `${flag}는 발송 하나에 대한 것입니다. ID를 하나 주십시오`
  },
  absent: {
    en: (id: string) => `the journal has no ${id} of this service`,
    ko: (id: string) => `이 서비스의 기록에 ${id}이(가) 없습니다`
  },
  none: { en: "Nothing is open.", ko: "남은 것이 없습니다." },
  notProved: {
    en: (id: string, said: string) => `${id} is not sent again: ${said}`,
    ko: (id: string, said: string) => `${id}: 다시 보내지 않습니다. ${said}`
  },
  wasGivenUp: {
    en: (id: string) => `${id} was given up: it is not sent again`,
    ko: (id: string) => `${id}: 정리된 것이라 다시 보내지 않습니다`
  },
  first: {
    en: (id: string) => `${id} is being sent again by another run`,
    ko: (id: string) => `${id}: 다른 실행이 다시 보내고 있습니다`
  },
  noRequest: {
    en: (id: string) => `${id}: its text is gone by now`,
    ko: (id: string) => `${id}: 문안이 이미 지워졌습니다`
  },
  unknownRequest: {
    en: (id: string) => `the log has no request ${id}`,
    ko: (id: string) => `로그에 요청 ${id}이(가) 없습니다`
  },
  taken: {
    en: (id: string) => `request ${id} is that of another send`,
    ko: (id: string) => `요청 ${id}은(는) 다른 발송의 것입니다`
  },
  again: {
    en: (type: string, n: string, host: string, source: string) =>
      `  ${type} to ${n}, once more\n  by ${host}, with the keys of ${source}`,
    ko: (type: string, n: string, host: string, source: string) =>
      `  ${type} ${n}명에게 다시\n  ${host}, 인증 키: ${source}`
  },
  atNight: {
    en: (id: string) => `${id} is an advertisement, which may not be sent from 21:00 to 08:00. Nothing was sent`,
    ko: (id: string) => `${id}: 광고는 21시부터 8시까지 보낼 수 없습니다. 아무것도 보내지 않았습니다`
  },
  optedOut: {
    en: (id: string) =>
      `${id} is an advertisement, and some of its recipients have refused them since: send it anew. Nothing was sent`,
    ko: (id: string) =>
      `${id}: 그사이 광고 수신을 거부한 사람이 있습니다. 새로 발송하십시오. 아무것도 보내지 않았습니다`
  },
  noFolder: {
    en: (folder: string) => `${folder} holds no journal of sends`,
    ko: (folder: string) => `${folder}에 발송 기록이 없습니다`
  },
  since: {
    en: (at: string) => `  Warning: the same was sent since, ${at}`,
    ko: (at: string) => `  경고: 같은 메시지를 그 뒤에 보냈습니다 (${at})`
  },
  asking: { en: "Asking the delivery log …", ko: "전송 로그를 확인합니다 …" },
  lost: { en: "The answer is lost; the delivery log is asked …", ko: "응답을 잃었습니다. 전송 로그를 확인합니다 …" }
} as const

const refuse = (
  tag: string,
  text: { readonly en: (id: string) => string; readonly ko: (id: string) => string },
  id: string
) => Failure.refuse(tag, ExitCode.table.refused.code, { en: text.en(id), ko: text.ko(id) })

// What is sent again was checked when it was sent, by rules that were said then.
const unchecked: Preflight.Options = {
  charset: "CP949",
  severity: Record.map(Preflight.severities, () => "off" as const)
}

const night: Preflight.Options = { severity: { ...unchecked.severity, AdAtNight: "error" } }

const states = { Accepted: "accepted", NotAccepted: "notAccepted", GivenUp: "givenUp", Open: "open" } as const

const viewOf = (outcome: Sending.Outcome): typeof Send.Type => {
  const { createdAt, id, recipients, type } = outcome.entry
  return {
    id,
    at: Instant.iso(createdAt),
    type,
    recipients,
    state: states[outcome._tag],
    requestId: outcome._tag === "Accepted" ? outcome.requestId : null,
    why: outcome._tag === "Open" ? outcome.why : null,
    againAfter: outcome._tag === "Open"
      ? Option.getOrNull(Option.map(outcome.again, (again) => Math.max(1, Math.ceil(Duration.toSeconds(again)))))
      : null
  }
}

/** A folder that is made by its first reading has nothing to tell. */
const isJournal = Effect.fnUntraced(function*(folder: string) {
  const path = yield* Path.Path
  if (yield* FileSystem.FileSystem.use((fs) => fs.exists(path.join(folder, "unknown")))) return
  return yield* Failure.usage({ en: texts.noFolder.en(folder), ko: texts.noFolder.ko(folder) })
})

const sentAs = Effect.fnUntraced(function*(journal: Journal.Journal, entry: Entry.Entry, requestId: string) {
  const { messages } = yield* Sens.Sens
  const { messages: found } = yield* messages.search({ requestId })
  const [record] = found ?? []
  if (record === undefined) return yield* refuse("UnknownRequest", texts.unknownRequest, requestId)
  const outcome = yield* Sending.sentAs(journal, entry, { requestId, requestTime: record.requestTime ?? null })
  return Option.isSome(outcome) ? outcome.value : yield* refuse("IdTaken", texts.taken, requestId)
})

/** What was allowed when it was sent first may not be now: an advertisement at night, or to who has refused them since. */
const isStillAllowed = Effect.fnUntraced(function*(id: string, request: SendRequest.Normalized) {
  if (request.contentType !== "AD") return
  const list = yield* Unsubscribes.load()
  const count = request.messages.filter(({ to }) => list.has(to)).length
  if (count > 0) return yield* refuse("OptedOut", texts.optedOut, id)
  const { errors } = Preflight.check(request, { ...unchecked, ...night, now: yield* DateTime.now })
  if (errors.length > 0) return yield* refuse("AdAtNight", texts.atNight, id)
})

const again = Effect.fnUntraced(function*(
  journal: Journal.Journal,
  given: Entry.Entry,
  credentials: Credentials.Credentials,
  restore: NonNullable<Sending.Options["restore"]>
) {
  const output = yield* Output.Output
  const { language } = output
  const known = yield* restore(Sending.look(journal, given))
  yield* Ending.uncertain(known._tag === "Open")
  if (known._tag === "Accepted") return known
  const { entry } = known
  if (known._tag === "GivenUp") return yield* refuse("GivenUp", texts.wasGivenUp, entry.id)
  if (known._tag !== "NotAccepted") {
    yield* output.say(texts.notProved[language](entry.id, SettleText.said(known, language)))
    return known
  }
  const { request } = entry
  if (request === null) return yield* refuse("TextGone", texts.noRequest, entry.id)
  yield* restore(isStillAllowed(entry.id, request))
  // Whoever has sent it anew meanwhile may have forgotten this one.
  const since = (yield* journal.all).filter((other) =>
    other.twin === entry.twin && other.state === "Accepted" && DateTime.isGreaterThan(other.createdAt, entry.createdAt)
  )
  yield* restore(Plan.confirmSend({
    recipients: entry.recipients,
    isLoopback: credentials.isLoopback,
    plan: [
      texts.again[language](
        entry.type,
        Text.count(entry.recipients),
        credentials.host,
        credentials.source[language]
      ),
      ...since.slice(-1).map(({ createdAt }) => texts.since[language](Instant.people(createdAt)))
    ].join("\n")
  }))
  const sent = yield* Sending.sendAgain(journal, entry, request, {
    patience: "15 seconds",
    onLost: output.note(texts.lost[language]),
    restore
  })
  if (Option.isNone(sent)) return yield* refuse("SentByAnother", texts.first, entry.id)
  return sent.value
})

export const run = Effect.fnUntraced(function*(input: Settle.Input) {
  const output = yield* Output.Output
  const { language } = output
  const flags = [
    ...input.sendAgain ? ["--send-again"] : [],
    ...input.giveUp ? ["--give-up"] : [],
    ...Option.isSome(input.sent) ? ["--sent"] : []
  ]
  const [flag] = flags
  if (flags.length > 1) return yield* Failure.usage(texts.several)
  const { max, yes } = yield* Globals.Globals
  if (!input.sendAgain && (yes || max !== undefined)) {
    const guard = yes ? "--yes" : "--max"
    return yield* Failure.usage({ en: texts.guard.en(guard), ko: texts.guard.ko(guard) })
  }
  if (Option.isSome(input.campaign)) {
    if (input.ids.length > 0 || Option.isSome(input.dir)) return yield* Failure.usage(texts.campaignAlone)
    return yield* CampaignSettle.run(
      input.campaign.value,
      input.sendAgain
        ? { _tag: "SendAgain" }
        : input.giveUp
        ? { _tag: "GiveUp" }
        : Option.match(input.sent, {
          onNone: (): CampaignSettle.Verdict => ({ _tag: "Ask" }),
          onSome: (requestId) => ({ _tag: "Sent", requestId })
        })
    )
  }
  const [onlyId] = input.ids
  if (flag !== undefined && (onlyId === undefined || input.ids.length > 1)) {
    return yield* Failure.usage({ en: texts.oneId.en(flag), ko: texts.oneId.ko(flag) })
  }
  const credentials = yield* Credentials.resolve
  const { host, serviceId } = credentials
  if (Option.isSome(input.dir)) yield* isJournal(input.dir.value)
  const journal = yield* Journal.make({ serviceId, host, directory: Option.getOrUndefined(input.dir) })
  const entries = input.ids.length === 0
    ? yield* journal.pending
    : yield* Effect.forEach(input.ids, (id) =>
      Effect.flatMap(
        journal.find(id),
        Option.match({
          onNone: () =>
            Failure.refuse("NotFound", ExitCode.table.absent.code, {
              en: texts.absent.en(id),
              ko: texts.absent.ko(id)
            }),
          onSome: Effect.succeed
        })
      ))
  // Whoever asks what became of it is told that nobody knows, whatever keeps the log from being asked.
  const isAsked = !input.giveUp && Option.isNone(input.sent)
  yield* Ending.uncertain(isAsked && entries.some(({ state }) => state === "Open"))
  yield* Effect.uninterruptibleMask((restore) =>
    Effect.gen(function*() {
      const settled = yield* Effect.gen(function*() {
        const [entry] = entries
        if (entry !== undefined && input.giveUp) return [yield* Sending.giveUp(journal, entry)]
        if (entries.some(({ state }) => state === "Open")) {
          yield* output.note(texts.asking[language])
          // A client that does not know the gateway's time cannot tell.
          yield* restore(Effect.flatMap(Sens.Sens, ({ messages }) => messages.learnClock))
        }
        if (entry !== undefined && Option.isSome(input.sent)) {
          return [yield* restore(sentAs(journal, entry, input.sent.value))]
        }
        if (entry !== undefined && input.sendAgain) return [yield* again(journal, entry, credentials, restore)]
        return yield* restore(Effect.forEach(entries, (entry) => Sending.look(journal, entry)))
      }).pipe(Effect.provide(Client.layerWith({ preflight: unchecked })))
      yield* Ending.uncertain(settled.some(({ _tag }) => _tag === "Open"))
      yield* Output.answer({
        document: Sends,
        value: Sends.make({ sends: settled.map(viewOf) }),
        table: () =>
          settled.length === 0 ? texts.none[language] : Table.render({
            rows: settled.map((outcome) => [outcome.entry.id, SettleText.said(outcome, language)])
          })
      })
    })
  )
})
