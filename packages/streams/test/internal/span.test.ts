import * as BulkSend from "@effect-sens/streams/BulkSend"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import * as Tracer from "effect/Tracer"
import { emulated, inVirtualTime, number } from "../emulated.ts"

// Runs an effect with a tracer, and gives the internal spans that ended, each with the name of the one above it.
const traced = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.suspend(() => {
    const spans: Array<Tracer.NativeSpan> = []
    const tracer = Tracer.make({
      span: (options) => {
        const span = new Tracer.NativeSpan(options)
        spans.push(span)
        return span
      }
    })
    const above = (span: Tracer.NativeSpan): string | undefined =>
      Option.match(span.parent, {
        onNone: () => undefined,
        onSome: (parent) => spans.find(({ spanId }) => spanId === parent.spanId)?.name
      })
    return effect.pipe(
      Effect.provideService(Tracer.Tracer, tracer),
      Effect.map(() =>
        spans.filter(({ kind }) => kind === "internal").map((span) => {
          assert.strictEqual(span.status._tag, "Ended", span.name)
          return [span.name, above(span)]
        })
      )
    )
  })

const people = Stream.range(1, 150).pipe(
  Stream.map((index) => ({ type: "SMS" as const, from: "0212345678", to: number(index), content: "안녕하세요" }))
)

describe("streams have a span of their own", () => {
  it.effect("BulkSend.send, its requests below it", () =>
    Effect.gen(function*() {
      const spans = yield* traced(inVirtualTime(BulkSend.run(people)))
      assert.deepStrictEqual(spans, [
        ["BulkSend.send", undefined],
        ["Sens.messages.send", "BulkSend.send"],
        ["Sens.messages.send", "BulkSend.send"]
      ])
    }).pipe(Effect.provide(emulated())))

  it.effect("it ends where a stream is left early", () =>
    Effect.gen(function*() {
      const spans = yield* traced(inVirtualTime(Stream.runDrain(Stream.take(BulkSend.send(people), 1))))
      assert.deepStrictEqual(spans[0], ["BulkSend.send", undefined])
    }).pipe(Effect.provide(emulated())))

  it.effect("and is not there without a tracer", () =>
    Effect.gen(function*() {
      const seen: Array<string> = []
      const looking = Stream.tap(people, () => Effect.map(Effect.currentSpan, ({ name }) => seen.push(name)))
      yield* inVirtualTime(Effect.withSpan(BulkSend.run(looking), "mine"))
      assert.deepStrictEqual([...new Set(seen)], ["mine"])
      seen.length = 0
      yield* traced(inVirtualTime(Effect.withSpan(BulkSend.run(looking), "mine")))
      assert.deepStrictEqual([...new Set(seen)], ["BulkSend.send"])
    }).pipe(Effect.provide(emulated())))
})
