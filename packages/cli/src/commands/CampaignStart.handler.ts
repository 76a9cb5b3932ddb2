/**
 * `effect-sens campaign start`, once it is asked for.
 *
 * @since 0.1.0
 */
import * as KstDateTime from "@effect-sens/core/KstDateTime"
import * as PhoneNumber from "@effect-sens/core/PhoneNumber"
import * as Unsubscribes from "@effect-sens/streams/Unsubscribes"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
// @effect-diagnostics-next-line nodeBuiltinImport:off (by which a list is known again)
import { createHash } from "node:crypto"
import * as CampaignClient from "../campaign/CampaignClient.ts"
import * as CampaignRun from "../campaign/CampaignRun.ts"
import * as CampaignState from "../campaign/CampaignState.ts"
import * as CampaignText from "../campaign/CampaignText.ts"
import * as CampaignView from "../campaign/CampaignView.ts"
import * as Running from "../campaign/Running.ts"
import * as Client from "../Client.ts"
import type * as Credentials from "../Credentials.ts"
import * as Ending from "../Ending.ts"
import * as ExitCode from "../ExitCode.ts"
import * as Failure from "../Failure.ts"
import * as Instant from "../Instant.ts"
import type { Both, Language } from "../Language.ts"
import * as CheckText from "../lists/CheckText.ts"
import * as ListArguments from "../lists/ListArguments.ts"
import * as ListCheck from "../lists/ListCheck.ts"
import * as ListFailure from "../lists/ListFailure.ts"
import * as ListFlags from "../lists/ListFlags.ts"
import * as ListPlan from "../lists/ListPlan.ts"
import * as Output from "../Output.ts"
import * as Plan from "../Plan.ts"
import * as Profiles from "../Profiles.ts"
import * as Times from "../Times.ts"
import type * as Campaign from "./Campaign.ts"

const name = "campaign start"

export const Document = CampaignView.document(name)

const { plan: texts } = CampaignText

const refuse = (tag: string, text: Both) => Failure.refuse(tag, ExitCode.table.refused.code, text)

/** The id is shown and kept: no number is to stand in it. */
export const checkId = Effect.fnUntraced(function*(id: string) {
  if (id.trim() === "") return yield* Failure.usage(texts.badId)
  const digits = id.replaceAll(/[^0-9+]/g, "")
  if (digits.length >= 9 && Result.isSuccess(PhoneNumber.normalize(digits))) return yield* Failure.usage(texts.numberId)
})

const sender = Effect.fnUntraced(function*(said: string | undefined, account: Credentials.Credentials) {
  const number = said ?? Option.getOrUndefined(account.sender)
  if (number === undefined) return yield* Failure.usage(texts.noFrom)
  return yield* Effect.mapError(
    Effect.fromResult(PhoneNumber.normalizeSender(number)),
    () => Failure.usage(texts.badFrom)
  )
})

/** When it is sent, and until when. */
const times = Effect.fnUntraced(function*({ at, expires }: Pick<Campaign.Start, "at" | "expires">) {
  const now = yield* DateTime.now
  const from = Option.isNone(at) ? undefined : yield* Times.parse(at.value, "--at")
  const until = Option.isNone(expires) ? undefined : yield* Times.parse(expires.value, "--expires")
  if (from !== undefined && DateTime.isLessThan(from, now)) return yield* Failure.usage(texts.past)
  if (until !== undefined && DateTime.isLessThanOrEqualTo(until, from ?? now)) {
    return yield* Failure.usage(texts.expired)
  }
  return { now, at: from, until }
})

/** Whether advertisements wait at this time: the worker sends none from 20:50 to 08:00 in Korea. */
const isNight = (time: DateTime.Utc): boolean => {
  const clock = KstDateTime.formatMinutes(time).slice(11, 16)
  return clock >= "20:50" || clock < "08:00"
}

interface Planned {
  readonly checked: ListCheck.Checked
  readonly account: Credentials.Credentials
  readonly at: DateTime.Utc | undefined
  readonly until: DateTime.Utc | undefined
  readonly rate: Option.Option<string>
  readonly now: DateTime.Utc
}

const planOf = (
  { account, at, checked: { report, settings }, now, rate, until }: Planned,
  language: Language,
  columns: number
): string =>
  [
    CheckText.render(report, { language, width: columns, isPlan: true }),
    "",
    texts[account.isLoopback ? "here" : "real"][language](
      account.host,
      account.source[language],
      PhoneNumber.hyphenate(settings.from),
      texts.messages[language](report.send.messages)
    ),
    ...at === undefined ? [] : [texts.at[language](Instant.people(at))],
    ...until === undefined ? [] : [texts.expires[language](Instant.people(until))],
    ...Option.isNone(rate) ? [] : [texts.rate[language](rate.value)],
    ...settings.ad && isNight(at ?? now) ? [texts.night[language]] : []
  ].join("\n")

export const run = Effect.fnUntraced(function*(input: Campaign.Start) {
  const { columns, language, say } = yield* Output.Output
  const given = ListFlags.plain(input)
  const refused = ListFailure.of(given.list)
  // What makes no sense is told before anything is asked or read.
  yield* checkId(input.id)
  const { at, now, until } = yield* times(input)
  const rate = yield* CampaignClient.rate(input.rate)
  const prices = given.price === undefined
    ? undefined
    : yield* Effect.fromResult(Result.mapError(ListArguments.prices(given.price), refused))
  yield* Effect.gen(function*() {
    const account = yield* Client.Account
    const from = yield* sender(given.from, account)
    const settings = yield* Effect.mapError(ListArguments.settings({ ...given, from }), refused)
    const blockList = settings.ad ? yield* Unsubscribes.load() : undefined
    const checked = yield* Effect.mapError(
      ListCheck.check(given.list, {
        settings,
        encoding: given.encoding,
        at,
        isSending: at !== undefined,
        blockList,
        prices: prices ?? Option.getOrUndefined(Option.map(account.profile, Profiles.pricesOf)),
        rejects: given.out,
        language
      }),
      refused
    )
    // By what was said: a time such as `tomorrow 09:00` is another one when the same is run again.
    const source = createHash("sha256").update(JSON.stringify([
      checked.file.sha256,
      settings,
      given.encoding ?? null,
      given.at ?? null,
      given.expires ?? null
    ])).digest("hex")
    const state = yield* CampaignState.ofAccount(account)
    const { campaigns, path } = state
    const told = CampaignState.told(path)
    const conflict = refuse("KeyConflict", { en: texts.conflict.en(input.id), ko: texts.conflict.ko(input.id) })
    const known = yield* CampaignState.progress(state, input.id)
    if (Option.isSome(known) && Option.getOrUndefined(known.value.source) !== source) return yield* conflict

    const isOthers = yield* Running.isHeld(path, input.id)
    const held = yield* CampaignRun.enter(state, input.id)
    if (Option.isSome(known) && known.value.status._tag === "Importing" && !isOthers) {
      // What was cut off while it was written down is nothing; a time that was said as `tomorrow` is another one by now.
      yield* told(Effect.andThen(campaigns.cancel(input.id), campaigns.purge(input.id, "everything")))
    }
    if (Option.isSome(known) && known.value.status._tag !== "Importing") {
      // It was agreed to before anything of it was let go.
      yield* Plan.withinMax(known.value.waiting + known.value.open)
      if (!CampaignView.isOver(known.value)) yield* say(CampaignText.run.joined[language](input.id))
      yield* told(campaigns.resume(input.id))
    } else {
      const recipients = checked.report.send.messages
      if (recipients === 0) {
        yield* say(CheckText.render(checked.report, { language, width: columns, isPlan: true }))
        return yield* refuse("NobodyToSendTo", texts.nothing)
      }
      yield* Plan.confirmSend({
        recipients,
        isLoopback: account.isLoopback,
        plan: planOf({ account, at, checked, now, rate: input.rate, until }, language, columns)
      })
      const begun = at ?? (yield* DateTime.now)
      const messages = ListPlan.messages(checked.file, checked.settings, checked.options)
      yield* campaigns.start(input.id, messages, {
        source,
        at,
        expiresAfter: until === undefined ? undefined : DateTime.distance(begun, until),
        maxRecipients: recipients
      }).pipe(
        told,
        Effect.catchTags({
          KeyConflict: () => Effect.fail(conflict),
          FileChanged: (error) => Effect.fail(refused(error)),
          InvalidList: (error) => Effect.fail(refused(error)),
          InvalidTemplate: (error) => Effect.fail(refused(error)),
          ListFileError: (error) => Effect.fail(refused(error))
        })
      )
    }
    const end = yield* CampaignRun.run(state, input.id, held)
    yield* CampaignRun.answer(name, end, false)
    yield* Ending.exit(CampaignView.exitCode(end))
  }).pipe(Effect.provide(CampaignClient.layer(rate)))
})
