/**
 * `effect-sens campaign cancel`, once it is asked for.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as CampaignRun from "../campaign/CampaignRun.ts"
import * as CampaignState from "../campaign/CampaignState.ts"
import * as CampaignText from "../campaign/CampaignText.ts"
import * as CampaignView from "../campaign/CampaignView.ts"
import * as Running from "../campaign/Running.ts"
import * as Plan from "../Plan.ts"
import type * as Campaign from "./Campaign.ts"

const name = "campaign cancel"

export const Document = CampaignView.document(name)

const { cancel } = CampaignText.plan

export const run = Effect.fnUntraced(function*({ id }: Campaign.One) {
  const { campaigns, isLoopback, path } = yield* CampaignState.find(id)
  yield* Plan.confirm({ en: cancel.en(id), ko: cancel.ko(id) }, { isLoopback })
  const told = CampaignState.told(path)
  const now = yield* told(campaigns.progress(id))
  // What is done is done, and is not to look as if it had not been sent.
  const progress = now.status._tag === "Done" ? now : yield* told(campaigns.cancel(id))
  yield* CampaignRun.answer(name, progress, yield* Running.isHeld(path, id))
})
