/**
 * The same campaign, written down first: whatever ends the program, the next start goes on where it was.
 */
import * as SensError from "@effect-sens/core/SensError"
import type * as Sens from "@effect-sens/http/Sens"
import * as Outbox from "@effect-sens/outbox/Outbox"
import type * as OutboxError from "@effect-sens/outbox/OutboxError"
import * as Arr from "effect/Array"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import * as SqlClient from "effect/sql/SqlClient"
import type * as SqlError from "effect/sql/SqlError"
import { type Campaign, Fate, type Progress } from "./Campaign.ts"

/** The file holds another campaign, which must not become part of this one. */
export class OtherCampaign extends Schema.TaggedError<OtherCampaign>()("OtherCampaign", {}) {
  override get message(): string {
    return "The folder holds another text or list. Send that to its end, or name another folder by --folder"
  }
}

// Requests are kept small, so that there is a middle to be killed in.
const perRequest = 10

/** How far it was when the program started. */
export interface Before extends Progress {
  /** Recipients of requests that were on their way when the program was ended. */
  readonly open: number
}

const fatesOf = (status: Outbox.Status, count: number): ReadonlyArray<Fate> => {
  const all = (fate: Fate): ReadonlyArray<Fate> => Arr.makeBy(count, () => fate)
  return Outbox.Status.$match(status, {
    Waiting: () => all(Fate.Waiting()),
    Open: () => all(Fate.Uncertain()),
    // Given up by a person, who could not tell either.
    NotSent: () => all(Fate.Uncertain()),
    Held: () => all(Fate.Uncertain()),
    Refused: ({ reason }) =>
      all(Fate.NotAccepted({ error: new SensError.SensError({ operation: "messages.send", reason }) })),
    Accepted: ({ requestId }) => all(Fate.Unfinished({ requestId })),
    Final: ({ results }) => results.map(({ code }) => Fate.Final({ code }))
  })
}

export const run = Effect.fnUntraced(function*(campaign: Campaign, options: {
  readonly deadline: Duration.Input
  readonly onStart: (before: Before) => Effect.Effect<void>
  readonly onProgress: (progress: Progress) => Effect.Effect<void>
}): Effect.fn.Return<
  ReadonlyMap<Campaign["recipients"][number], Fate>,
  OtherCampaign | OutboxError.NotFound | SensError.SensError | SqlError.SqlError,
  Outbox.Outbox | Sens.Sens | SqlClient.SqlClient
> {
  const outbox = yield* Outbox.Outbox
  const sql = yield* SqlClient.SqlClient
  const requests = Arr.chunksOf(campaign.recipients, perRequest)

  // All of the list or nothing of it is written down, and what is there already is found by its key.
  const ids = yield* sql.withTransaction(Effect.gen(function*() {
    const before = (yield* sql`SELECT id FROM sens_send`).length
    if (before !== 0 && before !== requests.length) return yield* new OtherCampaign()
    return yield* Effect.forEach(requests, (numbers, index) =>
      outbox.enqueue({
        type: campaign.type,
        from: campaign.from,
        content: campaign.content,
        messages: Arr.map(numbers, (to) => ({ to }))
      }, { key: `demo/${index}` }))
  })).pipe(Effect.catchTag("KeyConflict", () => new OtherCampaign()))

  const statuses = Effect.forEach(ids, (id) => outbox.status(id))
  const recipients = (all: ReadonlyArray<Outbox.Status>, ...tags: ReadonlyArray<Outbox.Status["_tag"]>) =>
    all.reduce((sum, { _tag }, index) => tags.includes(_tag) ? sum + (requests[index]?.length ?? 0) : sum, 0)
  const progressOf = (all: ReadonlyArray<Outbox.Status>): Progress => ({
    accepted: recipients(all, "Accepted", "Final"),
    final: recipients(all, "Final")
  })

  const before = yield* statuses
  yield* options.onStart({ ...progressOf(before), open: recipients(before, "Open") })
  // The worker starts here, so that what was told is how the last one left it.
  const last = yield* Effect.repeat(Effect.tap(statuses, (all) => options.onProgress(progressOf(all))), {
    schedule: Schedule.spaced("200 millis"),
    until: (all) => recipients(all, "Waiting", "Open", "Accepted") === 0
  }).pipe(
    Effect.timeoutOption(options.deadline),
    Effect.andThen(statuses),
    Effect.provide(Outbox.layerWorker())
  )
  return new Map(
    last.flatMap((status, index) => {
      const numbers = requests[index] ?? []
      return Arr.zip(numbers, fatesOf(status, numbers.length))
    })
  )
})
