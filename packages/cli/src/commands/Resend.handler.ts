/**
 * `effect-sens resend`, once it is asked for.
 *
 * @since 0.1.0
 */
import * as KstDateTime from "@effect-sens/core/KstDateTime"
import * as Unsubscribes from "@effect-sens/streams/Unsubscribes"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
// @effect-diagnostics-next-line nodeBuiltinImport:off (a name that no other run has)
import { randomBytes } from "node:crypto"
import * as CampaignClient from "../campaign/CampaignClient.ts"
import * as CampaignRun from "../campaign/CampaignRun.ts"
import * as CampaignState from "../campaign/CampaignState.ts"
import * as CampaignText from "../campaign/CampaignText.ts"
import * as CampaignView from "../campaign/CampaignView.ts"
import * as Running from "../campaign/Running.ts"
import * as Client from "../Client.ts"
import * as Ending from "../Ending.ts"
import * as ExitCode from "../ExitCode.ts"
import * as Failure from "../Failure.ts"
import type { Language } from "../Language.ts"
import * as Output from "../Output.ts"
import * as Plan from "../Plan.ts"
import * as Range from "../records/Range.ts"
import * as Failures from "../resend/Failures.ts"
import * as ResendJournal from "../resend/ResendJournal.ts"
import * as Text from "../Text.ts"
import type * as Resend from "./Resend.ts"

export const Document = Output.document("resend", {
  /** `planned` under `--dry-run`; `nothing` where nobody is to get one. */
  state: Schema.Literals(["planned", "nothing", "sent"]),
  /** How many are sent once more. */
  messages: Schema.Int,
  /** How many the journal has of them already. */
  before: Schema.Int,
  /** Advertisements to numbers that refused such. */
  optedOut: Schema.Int,
  /** Those that are equal to another one: both are sent as one. */
  equal: Schema.Int,
  /** Those that are not sent, by why. */
  left: Schema.Array(Schema.Struct({ why: Failures.Why, messages: Schema.Int })),
  campaign: Schema.NullOr(CampaignView.Campaign)
})

const texts = {
  noJournal: {
    en: "--once is missing: the file that keeps what was sent once more from being sent twice",
    ko: "--once가 없습니다. 두 번 보내지 않도록 다시 보낸 것을 적어 둘 파일을 주십시오"
  },
  fileAndRange: {
    en: "--from-file stands in place of a range and its filters",
    ko: "--from-file은 범위나 거르는 플래그와 함께 쓸 수 없습니다"
  },
  inUse: {
    en: "another run sends some of these at this moment; nothing was sent by this one",
    ko: "다른 실행이 지금 이 가운데 일부를 보내고 있습니다. 이 실행은 아무것도 보내지 않았습니다"
  },
  messages: {
    en: (n: string) => `To be sent once more   ${n}`,
    ko: (n: string) => `다시 보낼 것   ${n}건`
  },
  before: { en: (n: string) => `  by this journal before   ${n}`, ko: (n: string) => `  기록에 이미 있음   ${n}건` },
  optedOut: { en: (n: string) => `  opted out (080)   ${n}`, ko: (n: string) => `  수신 거부(080)   ${n}건` },
  equal: {
    en: (n: string) => `  equal to another of them, sent as one   ${n}`,
    ko: (n: string) => `  같은 메시지라 하나로 보냄   ${n}건`
  },
  left: { en: (what: string, n: string) => `  ${what}   ${n}`, ko: (what: string, n: string) => `  ${what}   ${n}건` },
  nothing: { en: "Nothing to send.", ko: "보낼 것이 없습니다." },
  why: {
    Delivered: { en: "delivered after all", ko: "전달됨" },
    Pending: { en: "under way", ko: "진행 중" },
    Uncertain: { en: "may have arrived (--include-uncertain)", ko: "갔을지도 모름 (--include-uncertain)" },
    Advice: { en: "would fail again", ko: "다시 보내도 실패" },
    Mms: { en: "MMS: its pictures are gone", ko: "MMS: 그림이 남아 있지 않음" },
    NotFound: { en: "not in the log", ko: "로그에 없음" },
    Unreadable: { en: "cannot be read", ko: "읽을 수 없음" },
    UnknownType: { en: "of an unknown type", ko: "알 수 없는 유형" },
    Foreign: { en: "to another country", ko: "국외" },
    NoSender: { en: "the log shows no sender", ko: "로그에 발신번호가 없음" },
    NoRecipient: { en: "the log shows no recipient", ko: "로그에 수신번호가 없음" },
    NoText: { en: "the log shows no text", ko: "로그에 내용이 없음" },
    NoFile: { en: "its pictures are gone", ko: "그림이 남아 있지 않음" }
  },
  unfinished: {
    en: (id: string) => `An earlier run is not done. To go on: effect-sens campaign resume ${id}`,
    ko: (id: string) => `앞선 실행이 끝나지 않았습니다. 이어서 보내기: effect-sens campaign resume ${id}`
  }
} as const

interface Planned extends Failures.Found {
  readonly before: number
  readonly optedOut: number
  /** Messages that are equal to one that is sent, and go out as one. */
  readonly equal: number
}

const planText = (
  { before, chosen, equal, left, optedOut }: Planned,
  language: Language
): string =>
  [
    texts.messages[language](Text.count(chosen.length)),
    ...equal === 0 ? [] : [texts.equal[language](Text.count(equal))],
    ...before === 0 ? [] : [texts.before[language](Text.count(before))],
    ...optedOut === 0 ? [] : [texts.optedOut[language](Text.count(optedOut))],
    ...Array.from(left, ([why, count]) => texts.left[language](texts.why[why][language], Text.count(count)))
  ].join("\n")

/** Whether somebody got something of it, or may have. */
const hasSent = (
  progress: Parameters<typeof CampaignView.acceptedOf>[0] & Parameters<typeof CampaignView.uncertainOf>[0]
) => CampaignView.acceptedOf(progress) + CampaignView.uncertainOf(progress) > 0

/** What was sent once more before: the ids of the messages that had failed, and of the requests that they were sent by. */
interface Before {
  readonly messageIds: Set<string>
  readonly requestIds: Set<string>
}

/** What is not to be sent by this run. What was cut off before anything of it went out is set free, where something is to be sent. */
const beforeOf = Effect.fnUntraced(
  function*(journal: ResendJournal.Journal, state: CampaignState.State, isDryRun: boolean) {
    const { language, say } = yield* Output.Output
    const told = CampaignState.told(state.path)
    const before: Before = { messageIds: new Set(), requestIds: new Set() }
    for (const { campaign, messageIds } of yield* journal.claims) {
      const known = yield* CampaignState.progress(state, campaign)
      const status = Option.getOrUndefined(known)?.status._tag
      const isLeft = !isDryRun && (status === "Importing" || status === "Cancelled") &&
        !(yield* Running.isHeld(state.path, campaign))
      // What is cancelled is never let go, by whoever is about to.
      if (isLeft && !hasSent(yield* told(state.campaigns.cancel(campaign)))) {
        yield* journal.drop(campaign)
        continue
      }
      for (const id of messageIds) before.messageIds.add(id)
      if (Option.isNone(known)) continue
      yield* told(
        Stream.runForEach(state.campaigns.results(campaign), ({ requestId }) =>
          Effect.sync(() => {
            if (Option.isSome(requestId)) before.requestIds.add(requestId.value)
          }))
      )
      if (known.value.waiting > 0 && status !== "Cancelled") yield* say(texts.unfinished[language](campaign))
    }
    return before
  }
)

/** Of those that are equal one is sent, and the ids of all of them are written down. */
const once = (chosen: ReadonlyArray<Failures.Chosen>): ReadonlyArray<Failures.Chosen> => {
  const distinct = new Map<string, Failures.Chosen>()
  for (const each of chosen) {
    const key = JSON.stringify(each.message)
    if (!distinct.has(key)) distinct.set(key, each)
  }
  return Array.from(distinct.values())
}

export const run = Effect.fnUntraced(function*(input: Resend.Input) {
  const output = yield* Output.Output
  const { language } = output
  if (!input.dryRun && Option.isNone(input.once)) return yield* Failure.usage(texts.noJournal)
  const pace = yield* CampaignClient.rate(input.rate)
  const options: Failures.Options = {
    advice: input.advice.length > 0 || input.code.length > 0 || Option.isSome(input.fromFile)
      ? input.advice
      : ["retryLater"],
    includeUncertain: input.includeUncertain
  }
  const { fromFile, ...range } = input
  const isRange = [range.last, range.from, range.until, range.to, range.fromNumber, range.type].some(Option.isSome) ||
    range.code.length + range.telco.length > 0
  if (Option.isSome(fromFile) && isRange) return yield* Failure.usage(texts.fileAndRange)
  const selection = yield* Range.resolve({ ...range, failed: true, status: Option.none() })
  yield* Effect.gen(function*() {
    const account = yield* Client.Account
    const state = yield* CampaignState.ofAccount(account)
    const told = CampaignState.told(state.path)
    const journal = Option.isNone(input.once) ? undefined : yield* ResendJournal.make(input.once.value)
    const before: Before = journal === undefined
      ? { messageIds: new Set(), requestIds: new Set() }
      : yield* beforeOf(journal, state, input.dryRun)
    const found = Option.isSome(fromFile)
      ? yield* Failures.ofFile(fromFile.value, options)
      : yield* Failures.ofRange(selection, options)
    // What was sent once more and failed again is not sent a third time.
    const fresh = found.chosen.filter(({ messageId, requestId }) =>
      !before.messageIds.has(messageId) && !Option.exists(requestId, (id) => before.requestIds.has(id))
    )
    const blockList = fresh.some(({ message }) => message.contentType === "AD") ? yield* Unsubscribes.load() : undefined
    const allowed = fresh.filter(({ message }) =>
      message.contentType !== "AD" || blockList === undefined || !blockList.has(message.to)
    )
    const chosen = once(allowed)
    const plan: Planned = {
      chosen,
      left: found.left,
      before: found.chosen.length - fresh.length,
      optedOut: fresh.length - allowed.length,
      equal: allowed.length - chosen.length
    }
    const answer = (state: (typeof Document.Type)["state"], campaign: CampaignView.Campaign | null, table: string) =>
      Output.answer({
        document: Document,
        value: Document.make({
          state,
          messages: chosen.length,
          before: plan.before,
          optedOut: plan.optedOut,
          equal: plan.equal,
          left: Array.from(plan.left, ([why, messages]) => ({ why, messages })),
          campaign
        }),
        table: () => table
      })
    const text = planText(plan, language)
    if (input.dryRun) return yield* answer("planned", null, text)
    if (chosen.length === 0 || journal === undefined) {
      return yield* answer("nothing", null, `${text}\n${texts.nothing[language]}`)
    }
    yield* Plan.confirmSend({
      recipients: chosen.length,
      isLoopback: account.isLoopback,
      plan: [
        text,
        "",
        CampaignText.plan[account.isLoopback ? "onHere" : "onReal"][language](
          account.host,
          account.source[language],
          CampaignText.plan.messages[language](chosen.length)
        )
      ].join("\n")
    })
    const stamp = KstDateTime.formatSeconds(yield* DateTime.now).replaceAll(/[-:]/g, "").replace(/\D/, "-")
    const id = `resend-${stamp}-${randomBytes(3).toString("hex")}`
    const held = yield* CampaignRun.enter(state, id)
    // All of it is written down, then its ids are, and then it is let go: what is cut off in between was never sent.
    const claimed = journal.claim(id, allowed.map(({ messageId }) => messageId)).pipe(
      Effect.filterOrFail(
        (isFirst) => isFirst,
        () => Failure.refuse("JournalInUse", ExitCode.table.refused.code, texts.inUse)
      )
    )
    const messages = Stream.fromIterable(chosen.map(({ message }) => message)).pipe(
      Stream.concat(Stream.fromEffectDrain(claimed))
    )
    yield* told(state.campaigns.start(id, messages, { source: "resend", maxRecipients: chosen.length }))
    const end = yield* CampaignRun.run(state, id, held)
    const campaign = CampaignView.make(end, false)
    yield* answer("sent", campaign, CampaignView.table(campaign, language))
    yield* Ending.exit(CampaignView.exitCode(end))
  }).pipe(Effect.provide(CampaignClient.layer(pace)))
})
