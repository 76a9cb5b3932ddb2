import * as Emulator from "@effect-sens/emulator/Emulator"
import * as EmulatorClient from "@effect-sens/emulator/EmulatorClient"
import { assert, describe, it } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as TestClock from "effect/testing/TestClock"
import { call, list, send, sms, target } from "./support.ts"

// 2026-01-01 00:00:00 KST
const newYear = 1_767_193_200_000
const hour = 3_600_000
const day = 24 * hour

// Plain arithmetic, and no code of the emulator.
const stamp = (millis: number): string =>
  encodeURIComponent(DateTime.formatIso(DateTime.makeUnsafe(millis + 9 * hour)).slice(0, 19).replace("T", " "))

const within = (start: number, end: number, which: "request" | "complete" = "request") =>
  `${which}StartTime=${stamp(start)}&${which}EndTime=${stamp(end)}`

const tos = (answer: { readonly body: any }): ReadonlyArray<string> =>
  answer.body.messages.map((item: { readonly to: string }) => item.to)

const assertRefused = (
  answer: { readonly status: number; readonly body: any; readonly text: string },
  problem: string
) => {
  assert.strictEqual(answer.status, 400, answer.text)
  assert.include(answer.body.errors, problem)
  assert.strictEqual(answer.body.errorMessage, `Validation failed. ${answer.body.errors.length} error(s)`)
}

// A shadow of what was sent, and the plainest way to search it.
interface Shadow {
  readonly to: string
  readonly from: string
  readonly type: string
  readonly requestedAt: number
  readonly code: string
}

const Sends = Schema.Array(Schema.Struct({
  gapMillis: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 3000 })),
  recipients: Schema.NonEmptyArray(Schema.Literals(["1", "2", "3"])).check(Schema.isMaxLength(5)),
  from: Schema.Literals(["021", "022"]),
  type: Schema.Literals(["SMS", "LMS"])
})).check(Schema.isMaxLength(12))

const Question = Schema.Struct({
  scope: Schema.Literals(["request", "complete"]),
  startSecond: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 30 })),
  seconds: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 30 })),
  to: Schema.NullOr(Schema.Literals(["1", "2", "3"])),
  from: Schema.NullOr(Schema.Literals(["021", "022"])),
  type: Schema.NullOr(Schema.Literals(["SMS", "LMS"])),
  status: Schema.NullOr(Schema.Literals(["READY", "PROCESSING", "COMPLETED"])),
  statusName: Schema.NullOr(Schema.Literals(["success", "FAIL"])),
  pageSize: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 7 })),
  by: Schema.Literals(["pageIndex", "nextToken"])
})

const followPages = Effect.fnUntraced(function*(query: string, by: "pageIndex" | "nextToken", pageSize: number) {
  const found: Array<{ readonly to: string; readonly messageId: string }> = []
  let further = ""
  for (let page = 0;; page++) {
    const answer = yield* list(`${query}&pageSize=${pageSize}${further}`)
    assert.strictEqual(answer.status, 200, answer.text)
    const { hasMore, itemCount, messages, nextToken, pageIndex } = answer.body
    assert.strictEqual(pageIndex, page)
    assert.strictEqual(answer.body.pageSize, pageSize)
    assert.strictEqual(itemCount, messages.length)
    assert.isAtMost(messages.length, pageSize)
    found.push(...messages)
    assert.strictEqual(nextToken !== undefined, hasMore)
    if (!hasMore) return found
    assert.strictEqual(messages.length, pageSize)
    further = by === "pageIndex" ? `&pageIndex=${page + 1}` : `&nextToken=${encodeURIComponent(nextToken)}`
  }
})

describe("search", () => {
  it.effect.prop(
    "finds what a plain search would, by pages of any size, in the order of time",
    [Sends, Question],
    ([sends, question]) =>
      Effect.gen(function*() {
        yield* TestClock.setTime(newYear)
        const shadow: Array<Shadow> = []
        for (const { from, gapMillis, recipients, type } of sends) {
          yield* TestClock.adjust(gapMillis)
          const requestedAt = yield* Effect.clockWith((clock) => clock.currentTimeMillis)
          yield* send(sms({ from, type, messages: recipients.map((to) => ({ to })) }))
          for (const to of recipients) shadow.push({ to, from, type, requestedAt, code: to === "3" ? "3001" : "0" })
        }
        const now = yield* Effect.clockWith((clock) => clock.currentTimeMillis)

        const start = newYear + question.startSecond * 1000
        const end = start + question.seconds * 1000
        const statusOf = ({ requestedAt }: Shadow) =>
          now - requestedAt >= 5000 ? "COMPLETED" : now - requestedAt >= 1000 ? "PROCESSING" : "READY"
        const expected = shadow.filter((message) => {
          const at = question.scope === "request" ? message.requestedAt : message.requestedAt + 5000
          const second = Math.floor(at / 1000) * 1000
          return start <= second && second <= end &&
            (question.scope === "request" || at <= now) &&
            (question.to === null || message.to === question.to) &&
            (question.from === null || message.from === question.from) &&
            (question.type === null || message.type === question.type) &&
            (question.status === null || statusOf(message) === question.status) &&
            (question.statusName === null ||
              (statusOf(message) === "COMPLETED" &&
                (message.code === "0" ? "success" : "FAIL") === question.statusName))
        })

        const filters = (["to", "from", "type", "status", "statusName"] as const)
          .map((name) => question[name] === null ? "" : `&${name}=${question[name]}`)
          .join("")
        const found = yield* followPages(
          within(start, end, question.scope) + filters,
          question.by,
          question.pageSize
        )
        assert.deepStrictEqual(found.map(({ to }) => to), expected.map(({ to }) => to))
        assert.lengthOf(new Set(found.map(({ messageId }) => messageId)), found.length)
      }).pipe(Effect.provide(EmulatorClient.layer({ outcomes: { 3: "3001" } }))),
    { arbitrary: { runs: 200 } }
  )

  it.effect("wants exactly one of the three alternatives, and both ends of a window", () =>
    Effect.gen(function*() {
      const one =
        "One of requestId, requestStartTime and requestEndTime, completeStartTime and completeEndTime is required."
      const only =
        "Only one of requestId, requestStartTime and requestEndTime, completeStartTime and completeEndTime is allowed."
      assertRefused(yield* list(""), one)
      assertRefused(yield* list("to=1"), one)
      assertRefused(yield* list(`requestId=x&${within(newYear, newYear)}`), only)
      assertRefused(yield* list(`${within(newYear, newYear)}&${within(newYear, newYear, "complete")}`), only)
      assertRefused(yield* list(`requestStartTime=${stamp(newYear)}`), "The requestEndTime cannot be empty.")
      assertRefused(yield* list(`completeEndTime=${stamp(newYear)}`), "The completeStartTime cannot be empty.")
    }).pipe(Effect.provide(EmulatorClient.layer())))

  it.effect("windows: 30 days by request, 24 hours by completion, and not backwards", () =>
    Effect.gen(function*() {
      const tooLong = (which: string, longest: string) =>
        `The period of ${which}StartTime and ${which}EndTime cannot exceed ${longest}.`
      assert.strictEqual((yield* list(within(newYear, newYear + 30 * day))).status, 200)
      assertRefused(yield* list(within(newYear, newYear + 30 * day + 1000)), tooLong("request", "30 days"))
      assert.strictEqual((yield* list(within(newYear, newYear + day, "complete"))).status, 200)
      assertRefused(yield* list(within(newYear, newYear + day + 1000, "complete")), tooLong("complete", "24 hours"))
      assertRefused(
        yield* list(within(newYear, newYear - 1000)),
        "The requestEndTime cannot be before the requestStartTime."
      )
      for (const bad of ["2026-01-01", "2026-02-30%2000:00:00", "2026-01-01T00:00:00", "1767193200000", "%20"]) {
        assertRefused(
          yield* list(`requestStartTime=${bad}&requestEndTime=${stamp(newYear)}`),
          "The requestStartTime must be in the form yyyy-MM-dd HH:mm:ss."
        )
      }
    }).pipe(Effect.provide(EmulatorClient.layer())))

  it.effect("takes a space as %20 and as +, and colons both ways", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(newYear)
      yield* send(sms())
      for (
        const query of [
          "requestStartTime=2026-01-01%2000%3A00%3A00&requestEndTime=2026-01-01%2000%3A00%3A00",
          "requestEndTime=2026-01-01+00:00:00&requestStartTime=2026-01-01+00%3a00%3a00"
        ]
      ) {
        assert.deepStrictEqual(tos(yield* list(query)), ["01000000001"])
      }
    }).pipe(Effect.provide(EmulatorClient.layer())))

  it.effect("a window reaches to the end of its last second, whatever it is asked along with", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(newYear + 999)
      yield* send(sms())
      const emulator = yield* Emulator.Emulator
      const [message] = yield* emulator.allMessages
      yield* TestClock.adjust("1 hour")
      for (const also of ["", "&to=01000000001", `&messageId=${message?.messageId}`]) {
        for (const [which, at] of [["request", newYear], ["complete", newYear + 5000]] as const) {
          const found = (start: number, end: number) => Effect.map(list(within(start, end, which) + also), tos)
          assert.lengthOf(yield* found(at, at), 1, which + also)
          assert.lengthOf(yield* found(at - 1000, at - 1000), 0, which + also)
          assert.lengthOf(yield* found(at + 1000, at + 1000), 0, which + also)
        }
      }
    }).pipe(Effect.provide(EmulatorClient.layer())))

  it.effect("page sizes: 20 unless asked, up to 100; by request id 1000, up to 1000", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(newYear)
      const messages = Array.from({ length: 100 }, (_, i) => ({ to: String(i) }))
      const { body } = yield* send(sms({ messages }))
      yield* send(sms({ messages }))
      const window = within(newYear, newYear)
      assert.deepInclude((yield* list(window)).body, { pageSize: 20, itemCount: 20, hasMore: true })
      assert.deepInclude((yield* list(`${window}&pageSize=100`)).body, { itemCount: 100, hasMore: true })
      const byId = `requestId=${body.requestId}`
      assert.deepInclude((yield* list(byId)).body, { pageSize: 1000, itemCount: 100, hasMore: false })
      assert.deepInclude((yield* list(`${byId}&pageSize=40&pageIndex=2`)).body, { itemCount: 20, hasMore: false })
      assert.deepInclude((yield* list(`${byId}&pageSize=40&pageIndex=3`)).body, { itemCount: 0, hasMore: false })
      for (const size of ["0", "101", "-1", "x", "1.5"]) {
        assertRefused(yield* list(`${window}&pageSize=${size}`), "The pageSize must be between 1 and 100.")
      }
      assertRefused(yield* list(`${byId}&pageSize=1001`), "The pageSize must be between 1 and 1000.")
      assertRefused(yield* list(`${byId}&pageIndex=-1`), "The pageIndex must be between 0 and 999999999.")
      assertRefused(yield* list(`${byId}&to=1&to=2`), "The to can be given once.")
    }).pipe(Effect.provide(EmulatorClient.layer())))

  it.effect("filters take any letter case, and only what exists", () =>
    Effect.gen(function*() {
      const { body } = yield* send(sms())
      const byId = `requestId=${body.requestId}`
      yield* TestClock.adjust("5 seconds")
      for (
        const filter of ["type=sms", "contentType=comm", "status=completed", "statusName=SUCCESS", "countryCode=82"]
      ) {
        assert.strictEqual((yield* list(`${byId}&${filter}`)).body.itemCount, 1, filter)
      }
      for (const filter of ["type=LMS", "contentType=AD", "status=READY", "statusName=fail", "countryCode=81"]) {
        assert.strictEqual((yield* list(`${byId}&${filter}`)).body.itemCount, 0, filter)
      }
      const item = (yield* list(byId)).body.messages[0]
      assert.strictEqual((yield* list(`${byId}&messageId=${item.messageId}`)).body.itemCount, 1)
      assert.strictEqual((yield* list(`${byId}&messageId=other`)).body.itemCount, 0)
      assert.strictEqual((yield* list(`${byId}&messageId=${item.messageId}&to=1`)).body.itemCount, 0)
      assertRefused(yield* list(`${byId}&type=KMS`), "The type must be one of SMS, LMS, MMS.")
      assertRefused(yield* list(`${byId}&contentType=x`), "The contentType must be one of COMM, AD.")
      assertRefused(yield* list(`${byId}&status=DONE`), "The status must be one of READY, PROCESSING, COMPLETED.")
      assertRefused(yield* list(`${byId}&statusName=no`), "The statusName must be one of success, fail.")
    }).pipe(Effect.provide(EmulatorClient.layer())))

  describe("paging by switch", () => {
    const three = sms({ messages: [{ to: "1" }, { to: "2" }, { to: "3" }] })

    it.effect("pageIndex: no token, and one that comes is not looked at", () =>
      Effect.gen(function*() {
        const { body } = yield* send(three)
        const query = `requestId=${body.requestId}&pageSize=2`
        const first = yield* list(query)
        assert.notProperty(first.body, "nextToken")
        assert.isTrue(first.body.hasMore)
        assert.deepStrictEqual(tos(yield* list(`${query}&pageIndex=1&nextToken=whatever`)), ["3"])
      }).pipe(Effect.provide(EmulatorClient.layer({ switches: { paging: "pageIndex" } }))))

    it.effect("nextToken: pageIndex is not looked at, nor answered", () =>
      Effect.gen(function*() {
        const { body } = yield* send(three)
        const query = `requestId=${body.requestId}&pageSize=2`
        const first = yield* list(`${query}&pageIndex=1`)
        assert.deepStrictEqual(tos(first), ["1", "2"])
        assert.notProperty(first.body, "pageIndex")
        const second = yield* list(`${query}&nextToken=${encodeURIComponent(first.body.nextToken)}`)
        assert.deepStrictEqual(tos(second), ["3"])
        assert.notProperty(second.body, "nextToken")
        assertRefused(yield* list(`${query}&nextToken=made-up`), "The nextToken is invalid.")
      }).pipe(Effect.provide(EmulatorClient.layer({ switches: { paging: "nextToken" } }))))

    it.effect("a token neither repeats nor misses when the pages before it change", () =>
      Effect.gen(function*() {
        yield* TestClock.setTime(newYear)
        yield* send(sms({ messages: [{ to: "1" }, { to: "2" }] }))
        yield* TestClock.adjust("3 seconds")
        yield* send(sms({ messages: [{ to: "3" }, { to: "4" }] }))
        const query = `${within(newYear, newYear + hour)}&status=PROCESSING&pageSize=2`
        yield* TestClock.adjust("1500 millis")
        const first = yield* list(query)
        assert.deepStrictEqual(tos(first), ["1", "2"])
        // The first two are COMPLETED now, so page 1 by index would hold nothing.
        yield* TestClock.adjust("1 second")
        assert.deepStrictEqual(tos(yield* list(`${query}&pageIndex=1`)), [])
        assert.deepStrictEqual(tos(yield* list(`${query}&nextToken=${first.body.nextToken}`)), ["3", "4"])
      }).pipe(Effect.provide(EmulatorClient.layer())))

    it.effect.each([0.37, 0.1 + 0.2, 2 ** -12])(
      "a token of a clock that tells fractions of a millisecond: %d",
      (fraction) =>
        Effect.gen(function*() {
          for (const to of ["1", "2", "3"]) {
            yield* TestClock.setTime(newYear + fraction * Number(to))
            // What is signed are whole milliseconds.
            yield* send(sms({ messages: [{ to: `${to}1` }, { to: `${to}2` }] }), { timestamp: newYear })
          }
          yield* TestClock.setTime(newYear + hour)
          const expected = ["11", "12", "21", "22", "31", "32"]
          for (const which of ["request", "complete"] as const) {
            for (const size of [1, 2, 3, 4]) {
              const found = yield* followPages(within(newYear, newYear + hour, which), "nextToken", size)
              assert.deepStrictEqual(found.map(({ to }) => to), expected, `${which} ${size}`)
            }
          }
        }).pipe(Effect.provide(EmulatorClient.layer()))
    )
  })

  it.effect("what nobody sent: an empty page, or 404 with no body by switch; a result is 404", () =>
    Effect.gen(function*() {
      const nothing = yield* list("requestId=unknown")
      assert.strictEqual(nothing.status, 200)
      assert.deepStrictEqual(nothing.body.messages, [])
      const result = yield* call({ target: target("messages/unknown") })
      assert.strictEqual(result.status, 404)
      assert.strictEqual(result.text, "")
      const empty = yield* Effect.provide(
        list("requestId=unknown"),
        EmulatorClient.layer({ switches: { emptySearch: "notFound" } })
      )
      assert.strictEqual(empty.status, 404)
      assert.strictEqual(empty.text, "")
    }).pipe(Effect.provide(EmulatorClient.layer())))

  it.effect("an accepted message comes to light after visibleAfter", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(newYear)
      const { body } = yield* send(sms())
      const emulator = yield* Emulator.Emulator
      const [message] = yield* emulator.messages("01000000001")
      const looks = [
        list(`requestId=${body.requestId}`),
        list(within(newYear, newYear + hour)),
        list(`${within(newYear, newYear + hour)}&to=01000000001`),
        list(within(newYear, newYear + hour, "complete")),
        list(`${within(newYear, newYear + hour, "complete")}&to=01000000001`),
        list(`${within(newYear, newYear + hour)}&messageId=${message?.messageId}`)
      ]
      yield* TestClock.adjust("59999 millis")
      for (const look of looks) assert.deepStrictEqual(tos(yield* look), [])
      const result = call({ target: target(`messages/${message?.messageId}`) })
      assert.strictEqual((yield* result).status, 404)
      yield* TestClock.adjust("1 millis")
      for (const look of looks) assert.deepStrictEqual(tos(yield* look), ["01000000001"])
      assert.strictEqual((yield* result).status, 200)
    }).pipe(Effect.provide(EmulatorClient.layer({ visibleAfter: "1 minute" }))))

  it.effect("what is older than 90 days is forgotten", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(newYear)
      const { body } = yield* send(sms())
      const looks = [list(`requestId=${body.requestId}`), list(within(newYear, newYear))]
      yield* TestClock.adjust("90 days")
      for (const look of looks) assert.lengthOf(tos(yield* look), 1)
      yield* TestClock.adjust("1 millis")
      for (const look of looks) assert.lengthOf(tos(yield* look), 0)
    }).pipe(Effect.provide(EmulatorClient.layer())))

  it.effect("a clock that was set back does not disturb the order", () =>
    Effect.gen(function*() {
      for (const [at, to] of [[newYear + 2000, "2"], [newYear, "0"], [newYear + 1000, "1"]] as const) {
        yield* TestClock.setTime(at)
        yield* send(sms({ messages: [{ to }] }))
      }
      yield* TestClock.setTime(newYear + hour)
      assert.deepStrictEqual(tos(yield* list(within(newYear, newYear + 2000))), ["0", "1", "2"])
      assert.deepStrictEqual(tos(yield* list(within(newYear + 1000, newYear + 2000))), ["1", "2"])
    }).pipe(Effect.provide(EmulatorClient.layer())))
})
