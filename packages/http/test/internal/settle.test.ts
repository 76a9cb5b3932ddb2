import * as MessageId from "@effect-sens/core/MessageId"
import type * as MessageRecord from "@effect-sens/core/MessageRecord"
import * as RequestId from "@effect-sens/core/RequestId"
import * as ServiceId from "@effect-sens/core/ServiceId"
import { assert, describe, it } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as TestClock from "effect/testing/TestClock"
import * as GatewayClock from "../../src/internal/gatewayClock.ts"
import * as Journal from "../../src/internal/journal.ts"
import type * as Look from "../../src/internal/look.ts"
import * as Reconcile from "../../src/internal/reconcile.ts"
import { sms } from "../emulated.ts"

// What happens in the journal while a look reads the log: here the log is a function that does it.

const now = 3_600_000

const attempt = (at: number): Journal.Attempt => ({
  intent: {
    serviceId: ServiceId.make("ncp:sms:kr:000000000000:demo"),
    timestamp: at,
    preparedAt: at,
    notBefore: at - 2000,
    expires: at + 300_000
  },
  age: 0,
  since: at,
  isResumed: true,
  signatures: 1,
  reason: "ConnectionLost",
  isAccepted: false
})

const record = (requestId: string, time: string): MessageRecord.MessageRecord => ({
  requestId: RequestId.make(requestId),
  messageId: MessageId.make(`message ${requestId}`),
  requestTime: time,
  content: sms().content,
  from: "0212345678",
  to: "01012345678",
  status: "COMPLETED"
})

const shared = (search: Look.Log["search"]): Reconcile.Shared => {
  const clock = GatewayClock.make()
  for (let answers = 0; answers < 9; answers++) {
    clock.observe(DateTime.toDateUtc(DateTime.makeUnsafe(now)).toUTCString(), now, now)
  }
  return {
    clock,
    journal: Journal.make({ retention: 86_400_000, reach: 900_000 }),
    visibilityLag: 60_000,
    settleTime: 5000,
    log: { search, content: () => Effect.succeedNone }
  }
}

const settle = (shared: Reconcile.Shared, entry: Journal.Entry) =>
  Effect.andThen(
    TestClock.setTime(now),
    Reconcile.settle(shared, entry, { deadline: now + 1, until: "proof" })
  )

const opened = (shared: Reconcile.Shared, at: number): Journal.Entry =>
  shared.journal.resume(sms(), [attempt(at)], { mono: 0, isVerified: true }) ?? assert.fail("no entry")

const page = (...records: ReadonlyArray<MessageRecord.MessageRecord>) =>
  Effect.succeed({ records, unreadable: [], date: now, isWhole: true, isSound: true })

describe("settle", () => {
  it.effect("proves absence where nothing changes meanwhile", () =>
    Effect.gen(function*() {
      const here = shared(() => page())
      const entry = opened(here, 0)
      assert.deepStrictEqual(yield* settle(here, entry), { _tag: "NotAccepted" })
      assert.deepStrictEqual(entry.answer, { _tag: "NotAccepted" })
    }))

  it.effect("proves nothing where a twin came up while the log was read", () =>
    Effect.gen(function*() {
      const here: Reconcile.Shared = shared(() => {
        opened(here, 1000)
        return page()
      })
      assert.deepStrictEqual(yield* settle(here, opened(here, 0)), { _tag: "Unknown" })
    }))

  it.effect("proves nothing from a search that was not read to its end", () =>
    Effect.gen(function*() {
      const here = shared(() =>
        Effect.succeed({ records: [], unreadable: [], date: now, isWhole: false, isSound: true })
      )
      assert.deepStrictEqual(yield* settle(here, opened(here, 0)), { _tag: "Unknown" })
    }))

  it.effect("does not take what another has got while the log was read", () =>
    Effect.gen(function*() {
      const here: Reconcile.Shared = shared((query) => {
        if ("requestId" in query) here.journal.own(query.requestId, [attempt(9).intent], 0)
        return page(record("R-1", "1970-01-01 09:00:01"))
      })
      const entry = opened(here, 0)
      assert.deepStrictEqual(yield* settle(here, entry), { _tag: "Unknown" })
      assert.isUndefined(entry.answer)
    }))

  it.effect("gives the answer that the same question has got while the log was read", () =>
    Effect.gen(function*() {
      const response = { requestId: RequestId.make("R-1") }
      const here: Reconcile.Shared = shared(() => {
        entry.answer = { _tag: "Accepted", response, adopted: undefined }
        return page()
      })
      const entry = opened(here, 0)
      assert.deepStrictEqual(yield* settle(here, entry), { _tag: "Found", response })
    }))

  it.effect("an unread acceptance is proved away by a twin that got a record of its time, and by nothing else", () =>
    Effect.gen(function*() {
      const here = shared((query) => "requestId" in query ? page() : page(record("R-1", "1970-01-01 09:00:01")))
      const entry = opened(here, 0)
      entry.attempts = [{ ...attempt(0), isAccepted: true }]
      const twin = opened(here, 500)
      here.journal.own(RequestId.make("R-1"), [attempt(500).intent], 0)
      twin.answer = { _tag: "Accepted", response: { requestId: RequestId.make("R-1") }, adopted: undefined }
      assert.deepStrictEqual(yield* settle(here, entry), { _tag: "Unknown" })
      twin.answer = { ...twin.answer, adopted: 1000 }
      assert.deepStrictEqual(yield* settle(here, entry), { _tag: "NotAccepted" })
    }))

  it.effect("texts that the log leaves out are asked for one by one", () =>
    Effect.gen(function*() {
      const bare = { ...record("R-1", "1970-01-01 09:00:01"), content: null }
      const here = shared(() => page(bare))
      const asked: Array<string> = []
      const reading: Reconcile.Shared = {
        ...here,
        log: {
          ...here.log,
          content: ({ messageId }) =>
            Effect.sync(() => {
              asked.push(messageId)
              return Option.some(sms().content)
            })
        }
      }
      const found = yield* settle(reading, opened(reading, 0))
      assert.isTrue(found._tag === "Found" && found.response.requestId === "R-1")
      assert.deepStrictEqual(asked, ["message R-1"])
    }))
})
