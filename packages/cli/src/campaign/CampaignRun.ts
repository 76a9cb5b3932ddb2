/**
 * Sends a campaign in this run, to the last result, and closes the books however it ends: what is on its way is waited for, what waits is
 * paused, and what nobody knows yet is told.
 */
import type * as Campaigns from "@effect-sens/outbox/Campaigns"
import * as Outbox from "@effect-sens/outbox/Outbox"
import * as Clock from "effect/Clock"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schedule from "effect/Schedule"
import * as Stream from "effect/Stream"
import * as Ending from "../Ending.ts"
import * as Instant from "../Instant.ts"
import type { Language } from "../Language.ts"
import * as Output from "../Output.ts"
import * as ProgressBar from "../ProgressBar.ts"
import * as CampaignState from "./CampaignState.ts"
import * as CampaignText from "./CampaignText.ts"
import * as CampaignView from "./CampaignView.ts"
import * as Running from "./Running.ts"

const { run: texts } = CampaignText

const span = (seconds: number, language: Language): string =>
  seconds < 90
    ? texts.seconds[language](Math.max(1, Math.round(seconds)))
    : texts.minutes[language](Math.round(seconds / 60))

interface Point {
  readonly at: number
  readonly sent: number
}

/** What is said behind the bar; `since` is the first that was seen. */
export const said = (progress: Campaigns.Progress, since: Point, now: number, language: Language): string => {
  const sent = CampaignView.acceptedOf(progress)
  const bar = texts.bar[language](
    sent,
    progress.delivered,
    progress.failed + progress.refused,
    CampaignView.uncertainOf({ ...progress, open: 0 })
  )
  const seconds = (now - since.at) / 1000
  const perSecond = (sent - since.sent) / seconds
  if (progress.waiting === 0 || seconds < 2 || perSecond < 1) return bar
  return bar + texts.rate[language](Math.round(perSecond), span(progress.waiting / perSecond, language))
}

/** Shows each on the bar, and says what keeps it from going on, once. */
export const shower = Effect.gen(function*() {
  const output = yield* Output.Output
  const { language } = output
  const bar = yield* ProgressBar.make
  let since: Point | undefined
  let told = ""
  return {
    show: Effect.fnUntraced(function*(progress: Campaigns.Progress) {
      const now = yield* Clock.currentTimeMillis
      since ??= { at: now, sent: CampaignView.acceptedOf(progress) }
      const { at, status } = progress
      const isEarly = Option.exists(at, (at) => DateTime.toEpochMillis(at) > now) && progress.waiting > 0
      const why = status._tag === "Waiting"
        ? texts[status.why === "Quota" ? "quota" : "keys"][language](Instant.people(status.until))
        : isEarly && Option.isSome(at)
        ? texts.at[language](Instant.people(at.value))
        : ""
      if (why !== told) {
        told = why
        if (why !== "") {
          yield* bar.clear
          yield* output.say(why)
        }
      }
      const done = progress.recipients - progress.waiting - progress.open
      yield* bar.show({ done, total: progress.recipients, text: said(progress, since, now, language) })
    }),
    clear: bar.clear
  }
})

/** A campaign that is paused while an answer is looked for is not over. */
const hasEnded = (progress: Campaigns.Progress): boolean =>
  progress.status._tag === "Done" ||
  (progress.open === 0 && (progress.status._tag === "Cancelled" || progress.status._tag === "Paused"))

/** Says that this run sends a campaign, for as long as the scope is open: before it is begun, or goes on. It acts on no other. */
export const enter = (state: CampaignState.State, id: string) => Running.hold(state.path, id)

/**
 * Sends what waits of a campaign that is written down whole, and follows it to the last result. Gives how far it is then; a run that is told
 * to end pauses what waits, and waits for what is on its way.
 */
export const run = Effect.fnUntraced(function*(state: CampaignState.State, id: string, held: Running.Held) {
  const output = yield* Output.Output
  const { language } = output
  const { campaigns, outbox } = state
  const { clear, show } = yield* shower
  const told = CampaignState.told(state.path)
  let isOthers = false

  const stop = Effect.gen(function*() {
    yield* clear
    isOthers = yield* held.leave
    const { open, waiting } = yield* campaigns.progress(id)
    // Whoever else sends it is not told to end. What is open may turn out not to have been accepted, and waits then.
    if (waiting + open > 0 && !isOthers) yield* campaigns.pause(id)
    const { entries } = yield* outbox.health
    yield* output.note(texts.stopping[language](entries.Open))
  }).pipe(Effect.ignore)

  const close = Effect.tap(
    campaigns.progress(id),
    (end) => Ending.uncertain(CampaignView.uncertainOf(end) > 0)
  )

  const sending = Effect.gen(function*() {
    yield* Layer.build(Outbox.layerWorker({ campaign: id, onOpen: state.onOpen }))
    // What is open when it is cancelled is looked for all the same.
    const rest = Stream.fromEffectSchedule(campaigns.progress(id), Schedule.spaced("1 second"))
    yield* campaigns.watch(id).pipe(
      Stream.concat(rest),
      Stream.takeUntil(hasEnded),
      Stream.runForEach(show),
      Effect.onInterrupt(() => stop)
    )
    yield* clear
  }).pipe(
    Effect.scoped,
    Ending.awaiting(texts.awaited),
    Effect.provide(state.context)
  )

  const tellStopped = Effect.gen(function*() {
    const end = yield* close
    const uncertain = CampaignView.uncertainOf(end)
    yield* output.say(texts.stopped[language](CampaignView.acceptedOf(end), end.waiting, uncertain))
    if (isOthers) yield* output.say(texts.elsewhere[language](id))
    else if (end.waiting + uncertain > 0) yield* output.say(texts.goOn[language](id))
    else if (end.accepted > 0) yield* output.say(texts.results[language](id))
  })

  // Until the books say otherwise, something may be on its way.
  yield* Ending.uncertain(true)
  yield* told(sending).pipe(
    Effect.onInterrupt(() => Effect.ignore(tellStopped)),
    Effect.tapError(() => Effect.ignore(close))
  )
  const end = yield* told(close)
  if (end.held > 0) yield* output.say(texts.held[language](id))
  if (end.status._tag === "Paused") yield* output.say(texts.goOn[language](id))
  return end
})

/** What a run of it says at its end, and the code that it ends with. */
export const answer = Effect.fnUntraced(function*<const Name extends string>(
  name: Name,
  progress: Campaigns.Progress,
  isRunning: boolean
) {
  const { language } = yield* Output.Output
  const campaign = CampaignView.make(progress, isRunning)
  const document = CampaignView.document(name)
  yield* Output.answer({
    document,
    value: document.make({ campaign }),
    table: () => CampaignView.table(campaign, language)
  })
})
