// A campaign that is killed at random moments while its requests meet faults, and gone on with: nobody is lost, and nobody gets two.
import { assert, describe, it } from "@effect/vitest"
import * as Soak from "./support/soak.ts"

describe("campaign, killed and gone on with", () => {
  it.concurrent("sends to each once", { timeout: 240_000 }, async () => {
    const outcome = await Soak.run({ recipients: 1200, kills: 4, seed: 7, rate: "3/s", longest: 2500 })
    assert.deepInclude(outcome, { lost: 0, doubled: 0, duplicates: 0, code: 0, wrong: [] })
    assert.isAbove(outcome.faults, 0)
    assert.isAbove(outcome.ends.length, 1)
  })
})
