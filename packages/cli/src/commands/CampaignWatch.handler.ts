/**
 * `effect-sens campaign watch`, once it is asked for.
 *
 * @since 0.1.0
 */
import type * as Campaigns from "@effect-sens/outbox/Campaigns"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as CampaignRun from "../campaign/CampaignRun.ts"
import * as CampaignState from "../campaign/CampaignState.ts"
import * as CampaignText from "../campaign/CampaignText.ts"
import * as CampaignView from "../campaign/CampaignView.ts"
import * as Running from "../campaign/Running.ts"
import * as Ending from "../Ending.ts"
import * as Output from "../Output.ts"
import type * as Campaign from "./Campaign.ts"

const name = "campaign watch"

const Line = CampaignView.document(name)

const End = Output.document(name, { end: Schema.Literal(true), campaign: CampaignView.Campaign })

/** How far it is on each line, and a last line that says that it is the last. */
export const Document = Schema.Union([Line, End])

export const run = Effect.fnUntraced(function*({ id }: Campaign.One) {
  const output = yield* Output.Output
  const { language } = output
  const { campaigns, path } = yield* CampaignState.find(id)
  const told = CampaignState.told(path)
  const { clear, show } = yield* CampaignRun.shower
  let last = ""
  const tell = Effect.fnUntraced(function*(progress: Campaigns.Progress) {
    if (output.format === "table") return yield* show(progress)
    const campaign = CampaignView.make(progress, yield* Running.isHeld(path, id))
    const now = JSON.stringify(campaign)
    // Nothing has changed since.
    if (now === last) return
    last = now
    yield* Output.line({ document: Line, value: Line.make({ campaign }), table: () => "" })
  })
  // Where nobody sends it, there is nothing to watch.
  const isLeft = Effect.map(Running.isHeld(path, id), (isRunning) => !isRunning)
  yield* campaigns.watch(id).pipe(
    Stream.mapError((error) => error._tag === "SqlError" ? CampaignState.failed(path)(error) : error),
    Stream.tap(tell),
    Stream.takeUntilEffect(() => isLeft),
    Stream.runDrain
  )
  yield* clear
  const end = yield* told(campaigns.progress(id))
  const campaign = CampaignView.make(end, yield* Running.isHeld(path, id))
  yield* Output.line({
    document: End,
    value: End.make({ end: true, campaign }),
    table: () => CampaignView.table(campaign, language)
  })
  if (!CampaignView.isOver(end)) yield* output.say(CampaignText.run.nobody[language](id))
  yield* Ending.exit(CampaignView.exitCode(end))
})
