/**
 * `effect-sens campaign pause`, once it is asked for.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as CampaignRun from "../campaign/CampaignRun.ts"
import * as CampaignState from "../campaign/CampaignState.ts"
import * as CampaignView from "../campaign/CampaignView.ts"
import * as Running from "../campaign/Running.ts"
import type * as Campaign from "./Campaign.ts"

const name = "campaign pause"

export const Document = CampaignView.document(name)

export const run = Effect.fnUntraced(function*({ id }: Campaign.One) {
  const { campaigns, path } = yield* CampaignState.find(id)
  const progress = yield* CampaignState.told(path)(campaigns.pause(id))
  yield* CampaignRun.answer(name, progress, yield* Running.isHeld(path, id))
})
