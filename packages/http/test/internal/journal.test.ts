import * as RequestId from "@effect-sens/core/RequestId"
import * as ServiceId from "@effect-sens/core/ServiceId"
import { assert, describe, it } from "@effect/vitest"
import * as GatewayClock from "../../src/internal/gatewayClock.ts"
import * as Journal from "../../src/internal/journal.ts"
import { sms } from "../emulated.ts"

const hour = 60 * 60 * 1000
const options = { retention: 24 * hour, reach: 900_000 }

const attempt = (at: number, overrides?: Partial<Journal.Attempt>): Journal.Attempt => ({
  intent: {
    serviceId: ServiceId.make("ncp:sms:kr:000000000000:demo"),
    timestamp: at,
    preparedAt: at,
    notBefore: at - 302_000,
    expires: at + 300_000
  },
  age: 0,
  since: at,
  isResumed: false,
  signatures: 1,
  reason: "ConnectionLost",
  isAccepted: false,
  ...overrides
})

const open = (journal: Journal.Journal, at: number, request = sms()): Journal.Entry => {
  const entry = journal.open(request)
  entry.attempts = [attempt(at)]
  journal.keep(entry, at)
  return entry
}

const accepted = { _tag: "Accepted", adopted: 1000, response: { requestId: RequestId.make("R-1") } } as const

describe("Journal", () => {
  it("remembers an id for a day, and for longer where an open send reaches it", () => {
    const [near, far, late] = [RequestId.make("R-1"), RequestId.make("R-2"), RequestId.make("R-3")]
    const journal = Journal.make(options)
    open(journal, 0)
    journal.own(near, [attempt(60_000).intent], 60_000)
    journal.own(far, [attempt(2 * hour).intent], 2 * hour)
    assert.isDefined(journal.owner(far))
    journal.own(late, [attempt(30 * hour).intent], 30 * hour)
    assert.isDefined(journal.owner(near))
    assert.isUndefined(journal.owner(far))
    assert.isDefined(journal.owner(late))
  })

  it("keeps a send that got its id from the log as long as an equal one is open", () => {
    const journal = Journal.make(options)
    const first = open(journal, 0)
    const second = open(journal, 1000)
    first.answer = accepted
    open(journal, 40 * hour, sms("01099999999", "other"))
    assert.deepStrictEqual(journal.twins(second), [first])
    second.answer = { _tag: "NotAccepted" }
    open(journal, 80 * hour, sms("01099999999", "another"))
    assert.deepStrictEqual(journal.twins(open(journal, 80 * hour)), [])
  })

  it("a question with a further intent is not answered by what was proved of the others", () => {
    const journal = Journal.make(options)
    const first = attempt(0)
    const entry = journal.resume(sms(), [first], { mono: 0, isVerified: false })
    if (entry === undefined) return assert.fail("no entry")
    entry.answer = { _tag: "NotAccepted" }
    assert.strictEqual(journal.resume(sms(), [first], { mono: 1, isVerified: false })?.answer, entry.answer)
    const both = journal.resume(sms(), [first, attempt(400_000)], { mono: 1, isVerified: false })
    assert.strictEqual(both, entry)
    assert.isUndefined(entry.answer)
    assert.strictEqual(entry.attempts.length, 2)
  })

  it("equal intents of two processes are two questions where the request is known to be the right one", () => {
    const journal = Journal.make(options)
    const first = journal.resume(sms(), [attempt(0)], { mono: 0, isVerified: true })
    const other = sms("01099999999", "other")
    assert.isUndefined(journal.resume(other, [attempt(0)], { mono: 0, isVerified: false }))
    assert.notStrictEqual(journal.resume(other, [attempt(0)], { mono: 0, isVerified: true }), first)
  })

  it("a single Date alone does not say from when on a record may be adopted", () => {
    const clock = GatewayClock.make()
    // An hour behind.
    clock.observe("Thu, 01 Jan 2026 00:00:00 GMT", 0, 0)
    const began = Date.UTC(2026, 0, 1, 1)
    const post = Journal.post(attempt(began, { since: 0 }), { mono: 0, wall: began, clock })
    assert.isUndefined(post.began)
    assert.strictEqual(post.adoptsFrom, began - 2000)
  })
})
