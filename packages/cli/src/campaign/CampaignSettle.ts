/**
 * `settle --campaign`: what became of the requests of a campaign that nobody knew of, and what a person has found out about those that are
 * held. It sends nothing: what is to be sent again waits for `campaign resume`.
 */
import * as RequestId from "@effect-sens/core/RequestId"
import * as Sens from "@effect-sens/http/Sens"
import * as Outbox from "@effect-sens/outbox/Outbox"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as Client from "../Client.ts"
import type * as Credentials from "../Credentials.ts"
import * as Ending from "../Ending.ts"
import * as ExitCode from "../ExitCode.ts"
import * as Failure from "../Failure.ts"
import * as Instant from "../Instant.ts"
import * as Output from "../Output.ts"
import * as Plan from "../Plan.ts"
import * as Text from "../Text.ts"
import * as CampaignClient from "./CampaignClient.ts"
import * as CampaignRun from "./CampaignRun.ts"
import * as CampaignState from "./CampaignState.ts"
import * as CampaignText from "./CampaignText.ts"
import * as CampaignView from "./CampaignView.ts"

/** What `settle --campaign` writes. */
export const Document = Output.document("settle", {
  campaign: CampaignView.Campaign,
  /** Those that a person has to settle. */
  held: Schema.Array(Schema.Struct({ entry: Schema.Int, sentAt: Schema.String, recipients: Schema.Int }))
})

export type Verdict =
  | { readonly _tag: "Ask" }
  | { readonly _tag: "SendAgain" }
  | { readonly _tag: "GiveUp" }
  | { readonly _tag: "Sent"; readonly requestId: string }

const texts = {
  nothingHeld: {
    en: (id: string) => `nothing of campaign ${id} is held`,
    ko: (id: string) => `캠페인 ${id}에 알 수 없는 것이 없습니다`
  },
  several: {
    en: (id: string) => `several requests of campaign ${id} are held: --sent can be that of one alone`,
    ko: (id: string) => `캠페인 ${id}에 알 수 없는 요청이 여럿입니다. --sent는 하나일 때만 쓸 수 있습니다`
  },
  unknown: {
    en: (id: string) => `the log has no request ${id}`,
    ko: (id: string) => `로그에 요청 ${id}이(가) 없습니다`
  },
  again: {
    en: (id: string, n: string, host: string, source: string) =>
      `  campaign ${id}: sent once more to ${n} recipients, though nobody can tell whether they have got it\n  by ${host}, with the keys of ${source}`,
    ko: (id: string, n: string, host: string, source: string) =>
      `  캠페인 ${id}: 이미 받았는지 알 수 없지만 ${n}명에게 다시\n  ${host}, 인증 키: ${source}`
  },
  wrongState: {
    NotHeld: { en: "it is settled already", ko: "이미 정리되었습니다" },
    IdTaken: { en: "that request is another one's", ko: "그 요청은 다른 것의 것입니다" },
    TooEarly: {
      en: (until: string) => `what was sent may still be accepted until ${until}: try again then`,
      ko: (until: string) => `보낸 것이 ${until}까지 접수될 수 있습니다. 그 뒤에 다시 하십시오`
    }
  }
} as const

type Said = { readonly en: (id: string) => string; readonly ko: (id: string) => string }

const refuse = (tag: string, text: Said, id: string, code: ExitCode.ExitCode = ExitCode.table.refused.code) =>
  Failure.refuse(tag, code, { en: text.en(id), ko: text.ko(id) })

/** For how long the log is asked: what takes longer is asked again later. */
const patience = "15 seconds"

/** Looks for what is open, and sends nothing meanwhile. */
const look = Effect.fnUntraced(function*({ campaigns, context, onOpen, path }: CampaignState.State, id: string) {
  const told = CampaignState.told(path)
  const { open, waiting } = yield* told(campaigns.progress(id))
  // What turns out not to have been accepted waits then, too.
  if (waiting + open > 0) yield* told(campaigns.pause(id))
  yield* Layer.build(Outbox.layerWorker({ campaign: id, onOpen })).pipe(
    Effect.andThen(
      Effect.repeat(campaigns.progress(id), {
        schedule: Schedule.spaced("500 millis"),
        until: ({ open }) => open === 0
      })
    ),
    Effect.timeoutOption(patience),
    Effect.scoped,
    Effect.provide(context),
    told
  )
})

const settleHeld = Effect.fnUntraced(function*(
  state: CampaignState.State,
  id: string,
  verdict: Exclude<Verdict, { readonly _tag: "Ask" }>,
  { host, isLoopback, source }: Credentials.Credentials
) {
  const { language } = yield* Output.Output
  const told = CampaignState.told(state.path)
  const held = yield* told(Stream.runCollect(state.campaigns.held(id)))
  if (held.length === 0) return yield* refuse("NotHeld", texts.nothingHeld, id)
  const settle = (entry: Outbox.Held, verdict: Outbox.Verdict) =>
    state.outbox.settle(entry.id, verdict).pipe(
      told,
      Effect.catchTag("WrongState", ({ until, why }) => {
        const at = until === undefined ? "" : Instant.people(until)
        const said = why === "TooEarly"
          ? { en: texts.wrongState.TooEarly.en(at), ko: texts.wrongState.TooEarly.ko(at) }
          : texts.wrongState[why]
        return Failure.refuse("WrongState", ExitCode.table.refused.code, said)
      })
    )
  switch (verdict._tag) {
    case "GiveUp":
      return yield* Effect.forEach(held, (entry) => settle(entry, Outbox.Verdict.GiveUp()), { discard: true })
    case "Sent": {
      const [entry] = held
      if (entry === undefined || held.length > 1) return yield* refuse("Several", texts.several, id)
      const requestId = yield* Effect.mapError(
        Schema.decodeEffect(RequestId.RequestId)(verdict.requestId),
        () => refuse("UnknownRequest", texts.unknown, verdict.requestId, ExitCode.table.absent.code)
      )
      const found = yield* Sens.Sens.use(({ messages }) => messages.search({ requestId }))
      if ((found.messages ?? []).length === 0) {
        return yield* refuse("UnknownRequest", texts.unknown, requestId, ExitCode.table.absent.code)
      }
      return yield* settle(entry, Outbox.Verdict.Accepted({ requestId }))
    }
    case "SendAgain": {
      const recipients = held.reduce((sum, entry) => sum + entry.recipients, 0)
      const plan = texts.again[language](id, Text.count(recipients), host, source[language])
      yield* Plan.confirmSend({ recipients, isLoopback, plan })
      // They wait until somebody lets the campaign go on.
      yield* told(state.campaigns.pause(id))
      return yield* Effect.forEach(held, (entry) => settle(entry, Outbox.Verdict.SendAgain()), { discard: true })
    }
  }
})

/** Settles a campaign of the keys of this run. */
export const run = Effect.fnUntraced(function*(id: string, verdict: Verdict) {
  const output = yield* Output.Output
  const { language } = output
  yield* Effect.gen(function*() {
    const account = yield* Client.Account
    const state = yield* CampaignState.ofAccount(account)
    const told = CampaignState.told(state.path)
    const known = yield* CampaignState.progress(state, id)
    if (Option.isNone(known)) return yield* CampaignState.absent(id)
    if (verdict._tag === "Ask") {
      yield* Ending.uncertain(CampaignView.uncertainOf(known.value) > 0)
      // A run that sends it looks as well.
      const lock = yield* CampaignRun.enter(state, id)
      if (known.value.open > 0 && !(yield* lock.leave)) yield* look(state, id)
    } else yield* settleHeld(state, id, verdict, account)
    const end = yield* told(state.campaigns.progress(id))
    const held = yield* told(Stream.runCollect(state.campaigns.held(id)))
    yield* Ending.uncertain(CampaignView.uncertainOf(end) > 0)
    const campaign = CampaignView.make(end, false)
    yield* Output.answer({
      document: Document,
      value: Document.make({
        campaign,
        held: held.map(({ id, intentAt, recipients }) => ({ entry: id, sentAt: Instant.iso(intentAt), recipients }))
      }),
      table: () => CampaignView.table(campaign, language)
    })
    if (end.held > 0) yield* output.say(CampaignText.results.settle[language](id))
    if (end.waiting > 0) yield* output.say(CampaignText.run.goOn[language](id))
  }).pipe(Effect.provide(CampaignClient.layer(undefined)))
})
