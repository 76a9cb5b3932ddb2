import type * as SendRequest from "@effect-sens/core/SendRequest"
import * as Sens from "@effect-sens/http/Sens"
import * as BulkSend from "@effect-sens/streams/BulkSend"
import { assert, describe, it } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import * as Alike from "../../src/internal/alike.ts"
import { emulated, inVirtualTime, number } from "../emulated.ts"

const runs = Number(process.env["ALIKE_RUNS"] ?? 150)

const now = DateTime.makeUnsafe("2026-03-31T01:00:00Z")
const reserve = { at: DateTime.add(now, { hours: 5 }) }
const tooSoon = { at: DateTime.add(now, { minutes: 5 }) }
const files = [{ fileId: "abc" }]

const long = "가".repeat(46)
const ad = "(광고)[서점] 새 책\n무료수신거부 080-123-4567"

const texts = ["안녕하세요", "hello", ad, "ㅋ\u0007", "뷁", "", long, "\ud800", "(광고) x", " "] as const

/** What stands in a message: what may go out, and something else in the place of one field at a time. */
const Draft = Schema.Struct({
  type: Schema.Literals(["SMS", "LMS", "MMS"]),
  from: Schema.Literals(["0212345678", "02-1234-5678"]),
  to: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 30 })),
  content: Schema.Literals(["안녕하세요", "hello", ad]),
  contentType: Schema.Literals(["none", "COMM", "AD"]),
  subject: Schema.Literals(["none", "제목"]),
  reserve: Schema.Literals(["none", "later"])
})

const Text = Schema.Union([Schema.Literals(texts), Schema.String])

const Change = Schema.Struct({
  field: Schema.Literals([
    "from",
    "to",
    "content",
    "contentType",
    "subject",
    "countryCode",
    "files",
    "reserve",
    "type",
    "whole",
    "throws"
  ]),
  text: Text,
  other: Schema.Literals(["", "12", "+1 202 555 0100", "02-1234-5678", "1", "082", "AD", "XX", "LMS"]),
  odd: Schema.Literals(["text", "other", "number", "none", "empty", "soon"])
})

const toMessage = (draft: typeof Draft.Type): { readonly [key: string]: unknown } => ({
  type: draft.type,
  from: draft.from,
  to: number(draft.to),
  content: draft.content,
  contentType: draft.contentType === "none" ? undefined : draft.contentType,
  subject: draft.subject === "none" || draft.type === "SMS" ? undefined : draft.subject,
  files: draft.type === "MMS" ? files : undefined,
  reserve: draft.reserve === "none" ? undefined : reserve,
  id: 1
})

const changed = (
  message: { readonly [key: string]: unknown },
  { field, odd, other, text }: typeof Change.Type
): unknown => {
  const value = { text, other, number: 5, none: undefined, empty: [], soon: tooSoon }[odd]
  if (field === "whole") return value
  if (field !== "throws") return { ...message, [field]: value }
  return Object.defineProperty({ ...message }, other === "" ? "to" : "content", {
    get: () => {
      throw new Error("not to be read")
    }
  })
}

/** Runs of messages that are alike, of which one here and there is changed. */
const Runs = Schema.Array(Schema.Struct({
  draft: Draft,
  texts: Schema.Array(Schema.Union([Schema.Literals(["가", "나", "다"]), Text])).check(Schema.isMaxLength(6)),
  changes: Schema.Array(Change).check(Schema.isMaxLength(2))
})).check(Schema.isMaxLength(5))

const messagesOf = (all: typeof Runs.Type): ReadonlyArray<BulkSend.Message> => {
  let to = 100
  const messages = all.flatMap(({ changes, draft, texts }) => {
    const one = toMessage(draft)
    const alike = () => ({ ...one, to: number(to++) })
    return [
      one,
      ...texts.map((content) => ({ ...alike(), content })),
      alike(),
      ...changes.flatMap((change) => [changed(one, change), changed(alike(), change), alike()])
    ]
  })
  // What programs without a compiler give.
  return messages as ReadonlyArray<BulkSend.Message>
}

/** What is said of a message, whatever request it goes out with. */
const said = (outcome: BulkSend.Outcome) => {
  switch (outcome._tag) {
    case "Accepted": {
      const { message, request } = outcome
      const isIn = request.type === message.type && request.reserve === message.reserve &&
        request.messages.some(({ content, to }) =>
          to === message.to && (content ?? request.content) === message.content
        )
      return { _tag: outcome._tag, warnings: outcome.warnings, isIn }
    }
    case "Failed": {
      const { reason } = outcome.error
      return { _tag: outcome._tag, issues: reason._tag === "InvalidRequest" ? reason.issues : reason._tag }
    }
    case "NotSent":
      return { _tag: outcome._tag, why: outcome.why }
    case "Unknown":
      return { _tag: outcome._tag }
  }
}

const sent = (messages: Stream.Stream<BulkSend.Message>) =>
  inVirtualTime(Stream.runCollect(BulkSend.send(messages, { optOuts: "keep" }))).pipe(
    Effect.map((outcomes) => new Map(outcomes.map((outcome) => [outcome.message, said(outcome)])))
  )

describe("messages that are checked together", { concurrent: false }, () => {
  const seen = { accepted: 0, warned: 0, failed: 0 }

  it.effect.prop(
    "are told the same as each by itself",
    [Runs],
    ([all]) =>
      Effect.gen(function*() {
        yield* TestClock.setTime(now.epochMilliseconds)
        const messages = messagesOf(all)
        const together = yield* sent(Stream.fromIterable(messages))
        for (const message of messages) {
          const alone = (yield* sent(Stream.make(message))).get(message)
          assert.deepStrictEqual(together.get(message), alone)
          if (alone?._tag === "Accepted") {
            assert.isTrue(alone.isIn)
            seen[alone.warnings.length === 0 ? "accepted" : "warned"] += 1
          } else seen.failed += 1
        }
      }).pipe(Effect.provide(emulated())),
    { arbitrary: { runs }, timeout: 300_000 }
  )

  it("of those, many went out, some with a warning", () => {
    assert.isAbove(Math.min(seen.accepted, seen.failed), runs / 2)
    assert.isAbove(seen.warned, runs / 20)
  })
})

describe("alike", () => {
  const message = (index: number, change: object = {}): BulkSend.Message => ({
    type: "SMS",
    from: "0212345678",
    to: number(index),
    content: `text ${index}`,
    ...change
  })
  const length = (...messages: ReadonlyArray<BulkSend.Message>) =>
    Alike.from(messages, 0, () => 100)?.messages.length ?? 0

  it("are those that differ in number and text alone", () => {
    assert.strictEqual(length(message(1), message(2), message(3)), 3)
    assert.strictEqual(length(message(1)), 0)
    for (
      const change of [
        { type: "LMS" },
        { from: "0212345679" },
        { contentType: "AD" },
        { countryCode: "1" },
        { subject: "x" },
        { files },
        { reserve },
        { content: "" },
        { content: 5 },
        { to: undefined },
        // Twice the same in one request is told, and alone it is not.
        { to: number(2) }
      ]
    ) assert.strictEqual(length(message(1), message(2), message(3, change), message(4)), 2, JSON.stringify(change))
  })

  it("are at most as many as there is room for", () => {
    const many = Array.from({ length: 250 }, (_, index) => message(index))
    const room = (count: number) => Alike.from(many, 10, () => count)?.numbers
    assert.strictEqual(room(100)?.length, 100)
    assert.strictEqual(room(7)?.length, 7)
    assert.strictEqual(room(7)?.[0], number(10))
    assert.isUndefined(room(1))
  })
})

describe("a bulk send", () => {
  it.effect("checks a hundred at a time, and one by one where one of them is wrong", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(now.epochMilliseconds)
      const sens = yield* Sens.Sens
      const checked: Array<number> = []
      const counting = {
        ...sens,
        messages: {
          ...sens.messages,
          check: (request: SendRequest.SendRequest) => {
            checked.push(request.messages.length)
            return sens.messages.check(request)
          }
        }
      }
      const messages = Array.from({ length: 300 }, (_, index): BulkSend.Message => ({
        type: "SMS",
        from: "0212345678",
        to: number(index),
        content: index === 150 ? "뷁" : `text ${index}`
      }))
      const summary = yield* inVirtualTime(BulkSend.run(Stream.fromIterable(messages))).pipe(
        Effect.provideService(Sens.Sens, counting)
      )
      assert.deepInclude(summary, { accepted: 299, failed: 1, requests: 3 })
      // Behind the one that is wrong a request has room for one more than a hundred of those that came.
      assert.deepStrictEqual([checked[0], checked[1]], [100, 100])
      assert.strictEqual(checked.filter((recipients) => recipients === 1).length, 101)
    }).pipe(Effect.provide(emulated())))

  const clean = (index: number, change: object = {}): BulkSend.Message => ({
    type: "SMS",
    from: "0212345678",
    to: number(index),
    content: `text ${index}`,
    ...change
  })

  it.effect("leaves out who refused advertisements, of those that are checked together, too", () =>
    Effect.gen(function*() {
      // Noon in Korea, and nothing to be said of the text.
      yield* TestClock.setTime(DateTime.makeUnsafe("2026-03-31T03:00:00Z").epochMilliseconds)
      const sens = yield* Sens.Sens
      yield* sens.unsubscribes.register([number(2)])
      const ads = [1, 2, 3].map((index) => clean(index, { contentType: "AD", content: ad }))
      assert.isDefined(Alike.from(ads, 0, () => 100))
      const outcomes = yield* inVirtualTime(Stream.runCollect(BulkSend.send(Stream.fromIterable(ads))))
      assert.deepStrictEqual(
        outcomes.map((outcome) => [outcome.message.to, outcome._tag, outcome._tag === "NotSent" ? outcome.why : ""])
          .sort(),
        [[number(1), "Accepted", ""], [number(2), "NotSent", "OptedOut"], [number(3), "Accepted", ""]]
      )
    }).pipe(Effect.provide(emulated())))

  it.effect("knows a number again however it is written, of those that are checked together, too", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(now.epochMilliseconds)
      const messages = [1, 2, 3].map((index) => clean(index, { content: "the same" }))
      const written = ["010-0000-0001", "+82 10 0000 0002", "010-0000-0004"].map((to) =>
        clean(0, { content: "the same", to })
      )
      const summary = yield* inVirtualTime(
        BulkSend.run(Stream.concat(Stream.fromIterable(messages), Stream.fromIterable(written)), { dedupe: true })
      )
      assert.deepInclude(summary, { accepted: 4, notSent: 2, repeats: 2 })
    }).pipe(Effect.provide(emulated())))

  it.effect("sends to a group that begins as another did, and is longer", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(now.epochMilliseconds)
      // The first two are checked together, and the third joins them later.
      const messages = [clean(1), clean(2), clean(3, { subject: "" }), clean(4, { subject: "" })]
      const outcomes = yield* inVirtualTime(Stream.runCollect(BulkSend.send(Stream.fromIterable(messages))))
      const requests = new Set(outcomes.map((outcome) => outcome._tag === "Accepted" ? outcome.request : undefined))
      assert.deepStrictEqual([...requests].map((request) => request?.messages.length), [4])
    }).pipe(Effect.provide(emulated())))
})
