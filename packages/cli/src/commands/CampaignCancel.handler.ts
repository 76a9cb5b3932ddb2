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
import * as ExitCode from "../ExitCode.ts"
import * as Failure from "../Failure.ts"
import * as Plan from "../Plan.ts"
import type * as Campaign from "./Campaign.ts"

const name = "campaign cancel"

export const Document = CampaignView.document(name)

const { cancel, done } = CampaignText.plan

export const run = Effect.fnUntraced(function*({ id }: Campaign.One) {
  const { campaigns, isLoopback, path } = yield* CampaignState.find(id)
  const { status } = yield* CampaignState.told(path)(campaigns.progress(id))
  if (status._tag === "Done") {
    return yield* Failure.refuse("WrongState", ExitCode.table.refused.code, { en: done.en(id), ko: done.ko(id) })
  }
  yield* Plan.confirm({ en: cancel.en(id), ko: cancel.ko(id) }, { isLoopback })
  const progress = yield* CampaignState.told(path)(campaigns.cancel(id))
  yield* CampaignRun.answer(name, progress, yield* Running.isHeld(path, id))
})
