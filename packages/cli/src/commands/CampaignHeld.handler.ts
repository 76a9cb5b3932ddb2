/**
 * `effect-sens campaign held`, once it is asked for.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as CampaignState from "../campaign/CampaignState.ts"
import * as CampaignText from "../campaign/CampaignText.ts"
import * as Ending from "../Ending.ts"
import * as ExitCode from "../ExitCode.ts"
import * as Instant from "../Instant.ts"
import * as Output from "../Output.ts"
import * as Table from "../Table.ts"
import * as Text from "../Text.ts"
import type * as Campaign from "./Campaign.ts"

export const Document = Output.document("campaign held", {
  id: Schema.String,
  entries: Schema.Array(Schema.Struct({ entry: Schema.Int, sentAt: Schema.String, recipients: Schema.Int }))
})

export const run = Effect.fnUntraced(function*({ id }: Campaign.One) {
  const output = yield* Output.Output
  const { language } = output
  const { campaigns, path } = yield* CampaignState.find(id)
  const held = yield* CampaignState.told(path)(Stream.runCollect(campaigns.held(id)))
  const entries = held.map(({ id, intentAt, recipients }) => ({ entry: id, sentAt: Instant.iso(intentAt), recipients }))
  yield* Output.answer({
    document: Document,
    value: Document.make({ id, entries }),
    table: () =>
      entries.length === 0 ? CampaignText.results.noHeld[language] : Table.render({
        heads: CampaignText.heads.held[language],
        rows: entries.map(({ entry, recipients, sentAt }) => [
          String(entry),
          sentAt.slice(0, 19).replace("T", " "),
          Text.count(recipients)
        ]),
        align: ["right", "left", "right"]
      })
  })
  if (entries.length === 0) return
  yield* output.note(CampaignText.results.settle[language](id))
  yield* Ending.exit(ExitCode.table.unknown.code)
})
