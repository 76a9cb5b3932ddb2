import * as RequestId from "@effect-sens/core/RequestId"
import * as ServiceId from "@effect-sens/core/ServiceId"
import { assert, describe, it } from "@effect/vitest"
import * as Evidence from "../../src/internal/evidence.ts"

// One POST, signed at zero of the gateway's clock, which all clocks agree on: its fence is at 300 s, the lag is 60 s.
const post = (overrides?: Partial<Evidence.Post>, at = 0): Evidence.Post => ({
  intent: {
    serviceId: ServiceId.make("ncp:sms:kr:000000000000:demo"),
    timestamp: at,
    preparedAt: at,
    notBefore: at - 2000,
    expires: at + 300_000
  },
  began: at,
  adoptsFrom: at - 2000,
  life: 300_000,
  sinceSigned: 364_000 - at,
  sincePrepared: 364_000 - at,
  sinceAsked: 364_000 - at,
  ...overrides
})

const send = (...posts: ReadonlyArray<Evidence.Post>): Evidence.Send => {
  const [first = post(), ...others] = posts
  return { posts: [first, ...others], hasId: false }
}

const look = (overrides?: Partial<Evidence.Look>): Evidence.Look => {
  const own = overrides?.own ?? send()
  const twins = overrides?.twins ?? []
  return {
    own,
    twins,
    window: Evidence.window(own, twins),
    mayAdopt: true,
    coversAll: true,
    began: 364_000,
    date: 364_000,
    visibilityLag: 60_000,
    ...overrides
  }
}

const found = (overrides?: Partial<Evidence.Found>): Evidence.Found => ({
  requestId: RequestId.make("R-1"),
  time: 1000,
  isEqual: true,
  owner: undefined,
  ...overrides
})

const verdict = (...args: Parameters<typeof Evidence.judge>): string => Evidence.judge(...args)._tag

describe("a look that shows nothing", () => {
  it("proves it past the fence and the lag, where it covers all recipients", () => {
    assert.strictEqual(verdict(look(), []), "NotAccepted")
  })

  it.each<[string, Partial<Evidence.Look>]>([
    ["it does not cover all recipients", { coversAll: false }],
    ["it began before fence and lag had passed", { began: 360_000 }],
    ["the gateway's time was not known when it began", { began: undefined }],
    ["the Date of its first answer is not two seconds past them", { date: 362_000 }],
    ["the machine has not waited for as long", { own: send(post({ sinceSigned: 359_999 })) }],
    ["one of its POSTs is younger", { own: send(post(), post({}, 10_000)) }],
    ["it bears no Date, and ten minutes and the lag have not passed", { date: undefined }],
    ["the intent is older than 85 days", { date: 86 * 24 * 3_600_000, began: 86 * 24 * 3_600_000 }],
    [
      "another process asks, whose clock says that the intent is young",
      { own: send(post({ sinceSigned: undefined, sincePrepared: 10_000, sinceAsked: 10_000 })) }
    ]
  ])("does not where %s", (_, overrides) => {
    assert.strictEqual(verdict(look(overrides), []), "Early")
  })

  it("without a Date proves it after ten minutes and the lag", () => {
    const own = send(post({ sinceSigned: 662_000 }))
    assert.strictEqual(verdict(look({ own, date: undefined, began: undefined }), []), "NotAccepted")
  })

  it("of another process proves it by the clock of the machine, or after the whole life of the signature", () => {
    const old = send(post({ sinceSigned: undefined, sinceAsked: 0 }))
    const waited = send(post({ sinceSigned: undefined, sincePrepared: -1_000_000, sinceAsked: 360_000 }))
    assert.strictEqual(verdict(look({ own: old }), []), "NotAccepted")
    assert.strictEqual(verdict(look({ own: waited }), []), "NotAccepted")
  })
})

describe("a record", () => {
  it.each<[string, Partial<Evidence.Found>, string]>([
    ["that is equal, in the interval", {}, "Found"],
    ["two seconds before it", { time: -2000 }, "Found"],
    ["two seconds behind the fence", { time: 302_000 }, "Found"],
    ["that is owned by this send, whenever", { owner: "this", time: undefined, isEqual: false }, "Found"],
    ["that is another's by its id", { owner: "another" }, "NotAccepted"],
    ["from more than ten seconds before", { time: -11_500 }, "NotAccepted"],
    ["from ten seconds before", { time: -10_000 }, "Undecided"],
    ["in the ten seconds behind the fence", { time: 305_000 }, "Undecided"],
    ["of a time that was not asked for", { time: -9 * 3_600_000 }, "Undecided"],
    ["of a time that cannot be read", { time: undefined }, "Undecided"],
    ["without an id", { requestId: undefined }, "Undecided"],
    ["that is not shown as it was sent", { isEqual: false }, "Undecided"]
  ])("%s", (_, overrides, expected) => {
    assert.strictEqual(verdict(look(), [found(overrides)]), expected)
  })

  it("before the attempt by the gateway's clock alone, or by a clock that is not known, is undecided", () => {
    const wide = { from: -400_000, to: 310_000 }
    const before = found({ time: -100_000 })
    assert.strictEqual(verdict(look({ window: wide }), [before]), "NotAccepted")
    const behind = post()
    const own = send({ ...behind, intent: { ...behind.intent, preparedAt: -200_000 } })
    assert.strictEqual(verdict(look({ own, window: wide }), [before]), "Undecided")
    assert.strictEqual(verdict(look({ own: send(post({ began: undefined })), window: wide }), [before]), "Undecided")
  })

  it("whose time is a whole minute may be a minute early", () => {
    const window = { from: -400_000, to: 310_000 }
    assert.strictEqual(verdict(look({ window }), [found({ time: -60_000 })]), "Undecided")
    assert.strictEqual(verdict(look({ window }), [found({ time: -61_000 })]), "NotAccepted")
    assert.strictEqual(verdict(look({ window }), [found({ time: -120_000 })]), "NotAccepted")
  })

  it("is not adopted where an unlike send would look the same", () => {
    assert.strictEqual(verdict(look({ mayAdopt: false }), [found()]), "Undecided")
    assert.strictEqual(verdict(look({ mayAdopt: false }), []), "NotAccepted")
  })

  it("is not adopted beside another that may be ours, but for one from earlier", () => {
    assert.strictEqual(verdict(look(), [found(), found({ time: 2000, isEqual: false })]), "Undecided")
    assert.strictEqual(verdict(look(), [found(), found({ time: -9000, isEqual: false })]), "Undecided")
    assert.strictEqual(verdict(look(), [found(), found({ time: 305_000, isEqual: false })]), "Found")
  })

  it("is not adopted where the gateway's time was not known", () => {
    const own = send(post({ began: undefined, adoptsFrom: undefined }))
    assert.strictEqual(verdict(look({ own }), [found()]), "Undecided")
  })
})

describe("twins", () => {
  const twin = (at: number, hasId = false): Evidence.Send => ({ posts: [post({}, at)], hasId })

  it("count where their intervals touch, directly or over others", () => {
    const times = (twins: ReadonlyArray<Evidence.Send>) => twins.map(({ posts }) => posts[0].intent.timestamp)
    assert.deepStrictEqual(
      times(Evidence.touching(send(), [twin(700_000), twin(310_000)])),
      [700_000, 310_000].slice(1)
    )
    assert.deepStrictEqual(times(Evidence.touching(send(), [twin(620_000), twin(310_000)])), [620_000, 310_000])
    assert.deepStrictEqual(times(Evidence.touching(send(), [twin(330_000)])), [])
    assert.deepStrictEqual(times(Evidence.touching(send(), [{ ...twin(700_000, true), got: 200_000 }])), [700_000])
  })

  it("share the fence, and as many records are theirs as there are twins without an id", () => {
    const records = [found(), found({ requestId: RequestId.make("R-2") })]
    assert.strictEqual(verdict(look({ twins: [twin(30_000)] }), []), "Early")
    assert.strictEqual(verdict(look({ twins: [twin(30_000)] }), records), "Found")
    assert.strictEqual(verdict(look({ twins: [twin(30_000, true)] }), records), "Undecided")
    assert.strictEqual(verdict(look({ twins: [] }), records), "Undecided")
  })

  it("the oldest record comes first", () => {
    const [early, late] = [found({ time: 500 }), found({ time: 1500, requestId: RequestId.make("R-2") })]
    const judged = Evidence.judge(look({ twins: [twin(1000)] }), [late, early])
    assert.deepStrictEqual(judged._tag === "Found" ? judged.found.map(({ time }) => time) : [], [500, 1500])
  })
})
