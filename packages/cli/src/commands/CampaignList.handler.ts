/**
 * `effect-sens campaign list`, once it is asked for.
 *
 * @since 0.1.0
 */
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as CampaignState from "../campaign/CampaignState.ts"
import * as CampaignText from "../campaign/CampaignText.ts"
import * as CampaignView from "../campaign/CampaignView.ts"
import * as Running from "../campaign/Running.ts"
import * as Output from "../Output.ts"

export const Document = Output.document("campaign list", { campaigns: Schema.Array(CampaignView.Campaign) })

export const run = Effect.fnUntraced(function*() {
  const found = yield* Effect.forEach(
    yield* CampaignState.all,
    ({ campaigns, path }) =>
      Effect.map(CampaignState.told(path)(campaigns.list), (all) => all.map((progress) => ({ path, progress })))
  )
  const newest = found.flat().toSorted((one, other) =>
    DateTime.toEpochMillis(other.progress.startedAt) - DateTime.toEpochMillis(one.progress.startedAt)
  )
  const campaigns = yield* Effect.forEach(
    newest,
    ({ path, progress }) =>
      Effect.map(Running.isHeld(path, progress.id), (isRunning) => CampaignView.make(progress, isRunning))
  )
  yield* Output.answer({
    document: Document,
    value: Document.make({ campaigns }),
    table: ({ language }) =>
      campaigns.length === 0 ? CampaignText.results.none[language] : CampaignView.list(campaigns, language)
  })
})
