/**
 * `effect-sens campaign resume`, once it is asked for.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as CampaignClient from "../campaign/CampaignClient.ts"
import * as CampaignRun from "../campaign/CampaignRun.ts"
import * as CampaignState from "../campaign/CampaignState.ts"
import * as CampaignText from "../campaign/CampaignText.ts"
import * as CampaignView from "../campaign/CampaignView.ts"
import * as Client from "../Client.ts"
import * as Ending from "../Ending.ts"
import * as ExitCode from "../ExitCode.ts"
import * as Failure from "../Failure.ts"
import type * as Campaign from "./Campaign.ts"

const name = "campaign resume"

export const Document = CampaignView.document(name)

const { importing } = CampaignText.plan

/** What is written down whole was agreed to before: it goes on without a question. */
export const run = Effect.fnUntraced(function*({ id, rate }: Campaign.Paced) {
  const pace = yield* CampaignClient.rate(rate)
  yield* Effect.gen(function*() {
    const state = yield* CampaignState.ofAccount(yield* Client.Account)
    const known = yield* CampaignState.progress(state, id)
    if (Option.isNone(known)) return yield* CampaignState.absent(id)
    if (known.value.status._tag === "Importing") {
      return yield* Failure.refuse("NotWrittenDown", ExitCode.table.refused.code, {
        en: importing.en(id),
        ko: importing.ko(id)
      })
    }
    const held = yield* CampaignRun.enter(state, id)
    yield* CampaignState.told(state.path)(state.campaigns.resume(id))
    const end = yield* CampaignRun.run(state, id, held)
    yield* CampaignRun.answer(name, end, false)
    yield* Ending.exit(CampaignView.exitCode(end))
  }).pipe(Effect.provide(CampaignClient.layer(pace)))
})
