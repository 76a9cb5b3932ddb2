/**
 * `effect-sens campaign retry`, once it is asked for.
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
import * as Output from "../Output.ts"
import * as Plan from "../Plan.ts"
import type * as Campaign from "./Campaign.ts"
import { checkId } from "./CampaignStart.handler.ts"

const name = "campaign retry"

export const Document = CampaignView.document(name)

const { plan: texts } = CampaignText

export const run = Effect.fnUntraced(function*({ as, id, rate }: Campaign.Retry) {
  const { language, say } = yield* Output.Output
  yield* checkId(as)
  if (as === id) return yield* Failure.usage(texts.sameId)
  const pace = yield* CampaignClient.rate(rate)
  yield* Effect.gen(function*() {
    const account = yield* Client.Account
    const state = yield* CampaignState.ofAccount(account)
    const { campaigns, path } = state
    const told = CampaignState.told(path)
    const first = yield* CampaignState.progress(state, id)
    if (Option.isNone(first)) return yield* CampaignState.absent(id)
    const held = yield* CampaignRun.enter(state, as)
    const known = yield* CampaignState.progress(state, as)
    const isBegun = Option.exists(known, ({ status }) => status._tag !== "Importing")
    let most: number | undefined
    if (!isBegun) {
      const recipients = yield* told(campaigns.retryable(id))
      if (recipients === 0) {
        return yield* Failure.refuse("NobodyFailed", ExitCode.table.refused.code, texts.nobodyFailed)
      }
      const { accepted, open, waiting } = first.value
      const underWay = accepted + open + waiting
      yield* Plan.confirmSend({
        recipients,
        isLoopback: account.isLoopback,
        plan: [
          texts.retry[language](id, recipients),
          ...underWay === 0 ? [] : [texts.retryUnderWay[language](underWay)],
          CampaignText.plan[account.isLoopback ? "onHere" : "onReal"][language](
            account.host,
            account.source[language],
            texts.messages[language](recipients)
          )
        ].join("\n")
      })
      most = recipients
    } else if (Option.isSome(known) && !CampaignView.isOver(known.value)) {
      yield* Plan.withinMax(known.value.waiting + known.value.open)
      yield* say(CampaignText.run.joined[language](as))
    }
    // Another campaign of this id is refused by it. What failed meanwhile was not agreed to.
    yield* told(campaigns.retryFailed(id, as, { maxRecipients: most }))
    yield* told(campaigns.resume(as))
    const end = yield* CampaignRun.run(state, as, held)
    yield* CampaignRun.answer(name, end, false)
    yield* Ending.exit(CampaignView.exitCode(end))
  }).pipe(Effect.provide(CampaignClient.layer(pace)))
})
