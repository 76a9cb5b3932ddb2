import * as MessageId from "@effect-sens/core/MessageId"
import * as RequestId from "@effect-sens/core/RequestId"
import * as SensError from "@effect-sens/core/SensError"
import * as ServiceId from "@effect-sens/core/ServiceId"
import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as Machine from "../src/internal/machine.ts"
import * as Results from "../src/internal/results.ts"

const failed = (reason: SensError.Reason) => new SensError.SensError({ operation: "messages.send", reason })

const edges = Object.entries(Machine.transitions).flatMap(([name, { from, to }]) =>
  from.flatMap((from) => to.map((to) => ({ name, from, to })))
)

describe("transitions", () => {
  it("leave no row in a state that it cannot come out of, but for those that are an end", () => {
    const ends: ReadonlyArray<Machine.State> = ["Final", "Refused", "NotSent"]
    assert.deepStrictEqual(edges.filter(({ from }) => ends.includes(from)), [])
    for (const state of Machine.State.literals) {
      const reached = new Set<Machine.State>([state])
      for (const here of reached) for (const { from, to } of edges) if (from === here) reached.add(to)
      assert.isTrue(ends.some((end) => reached.has(end)), state)
    }
  })

  it("lead to another POST only by an answer, by proof, or by hand", () => {
    const sentAgain = edges.filter(({ from, to }) => to === "Waiting" && from !== "Waiting").map(({ name }) => name)
    assert.deepStrictEqual(sentAgain, ["GiveBack", "Prove", "SendAgain"])
    assert.deepStrictEqual(edges.filter(({ to }) => to === "Open").map(({ from, name }) => [name, from]), [
      ["Claim", "Waiting"],
      ["StayOpen", "Open"]
    ])
  })
})

describe("an answer", () => {
  it.prop("is never taken for a refusal where the request may have been accepted", [SensError.Reason], ([reason]) => {
    const error = failed(reason)
    const change = Machine.answered(1, Result.fail(error))
    assert.strictEqual(change._tag === "StayOpen", error.isAmbiguous)
    // What is refused for good is neither worth a retry nor the service's own trouble.
    if (change._tag === "Refuse") {
      assert.isFalse(SensError.isTransient(error))
      assert.isUndefined(Machine.obstacle(error))
    }
    if (Machine.obstacle(error) !== undefined) assert.strictEqual(change._tag, "GiveBack")
    assert.notStrictEqual(Machine.notPrepared(0, error)._tag, "GiveBack")
  })

  it("that asks to wait is waited for", () => {
    const throttled = failed(new SensError.Throttled({ status: 429, retryAfter: Duration.seconds(90) }))
    const change = Machine.answered(1, Result.fail(throttled))
    assert.deepInclude(change, { _tag: "GiveBack", delay: 90_000 })
    const skewed = failed(new SensError.AuthenticationFailed({ status: 401, why: "ClockSkew" }))
    assert.deepInclude(Machine.answered(1, Result.fail(skewed)), { _tag: "GiveBack", delay: 1000 })
  })
})

describe("a look", () => {
  it.prop(
    "comes again after 1, 2, 4 … seconds, at the latest when a proof can be had",
    [
      Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 50 })),
      Schema.Int.check(Schema.isBetween({
        minimum: 1,
        maximum: 1000
      }))
    ],
    ([looks, seconds]) => {
      const again = Duration.seconds(seconds)
      const change = Machine.looked({ looks, age: 0 }, { _tag: "Open", why: "Early", again })
      assert.deepInclude(change, { _tag: "StayOpen", delay: Math.min(1000 * 2 ** looks, seconds * 1000) })
    }
  )

  it("that cannot tell for a day gives the row to a person, one that is early does not", () => {
    const again = Duration.seconds(60)
    const age = Duration.toMillis("25 hours")
    for (const why of ["Undecided", "Unread"] as const) {
      assert.strictEqual(Machine.looked({ looks: 9, age }, { _tag: "Open", why, again })._tag, "Hold")
      assert.strictEqual(Machine.looked({ looks: 9, age: 0 }, { _tag: "Open", why, again })._tag, "StayOpen")
    }
    assert.strictEqual(Machine.looked({ looks: 9, age }, { _tag: "Open", why: "Early", again })._tag, "StayOpen")
    // The process was away for as long.
    assert.strictEqual(Machine.looked({ looks: 3, age }, { _tag: "Open", why: "Unread", again })._tag, "StayOpen")
  })
})

describe("a probe", () => {
  it.prop(
    "goes out within the hour, and not past 00:05 in Korea",
    [
      Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 4_000_000_000_000 })),
      Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 100 }))
    ],
    ([now, probes]) => {
      const delay = Machine.untilProbe({ kind: "Quota", retryAfter: undefined }, probes, now)
      assert.isAbove(delay, 0)
      assert.isAtMost(delay, 3_600_000)
      const minutes = (time: number) => Math.floor((time + 9 * 3_600_000 - 5 * 60_000) / 86_400_000)
      // It may end in the first moment of the next day of the quota, and not later.
      assert.isTrue(minutes(now + delay - 1) === minutes(now))
    }
  )
})

describe("an advertisement", () => {
  it("waits from 20:50 to 08:00 in Korea, at every minute of two days", () => {
    for (let minute = 0; minute < 2 * 1440; minute++) {
      const now = Date.parse("2026-12-31T00:00:00+09:00") + minute * 60_000
      const time = minute % 1440
      const then = (time + Machine.untilMorning(now) / 60_000) % 1440
      const isDay = time >= 480 && time < 1250
      assert.strictEqual(Machine.untilMorning(now) === 0, isDay)
      if (!isDay) assert.strictEqual(then, 480)
    }
    assert.strictEqual(Machine.untilMorning(Date.parse("1969-12-31T23:00:00+09:00")), 9 * 3_600_000)
  })
})

describe("a POST", () => {
  it("is not made with a signature that is half over", () => {
    const intent = {
      serviceId: ServiceId.make("ncp:sms:kr:1:a"),
      timestamp: 1_000_000,
      preparedAt: 5_000_000,
      notBefore: 998_000,
      expires: 1_300_000
    }
    assert.isFalse(Machine.isStale(intent, 5_150_000))
    assert.isTrue(Machine.isStale(intent, 5_150_001))
  })
})

describe("results", () => {
  const record = (to: string, statusCode: string) => ({
    requestId: RequestId.make("r"),
    messageId: MessageId.make(`${to} ${statusCode}`),
    to,
    status: "COMPLETED",
    statusName: statusCode === "0" ? "success" : "fail",
    statusCode,
    completeTime: "2026-01-01 09:00:05"
  })

  it("stand in the order of the recipients, whichever order the log has", () => {
    const recipients = ["01000000001", "01000000002", "01000000001", "01000000003"].map((to) => ({ to }))
    const { isComplete, results } = Results.collect(recipients, [
      record("+82 10-0000-0002", "3001"),
      record("01000000001", "0"),
      record("01000000001", "2003")
    ])
    assert.isFalse(isComplete)
    const at = Date.parse("2026-01-01T00:00:05Z")
    assert.deepStrictEqual(results, [["D", "0", at], ["F", "3001", at], ["F", "2003", at], ["?", null, null]])
    assert.isTrue(Results.collect(recipients.slice(0, 1), [record("01000000001", "0")]).isComplete)
    assert.isFalse(
      Results.collect(recipients.slice(0, 1), [{ ...record("01000000001", "0"), status: "PROCESSING" }]).isComplete
    )
  })

  const kept = Schema.Array(
    Schema.Tuple([Schema.Literals(["D", "F", "?"]), Schema.NullOr(Schema.String), Schema.NullOr(Schema.Natural)])
  )

  it.prop("come back as they were kept", [kept], ([results]) => {
    const text = Schema.encodeSync(Results.Json)(results)
    assert.deepStrictEqual(Schema.decodeUnknownSync(Results.Json)(text), results)
  })
})
