import * as Account from "@effect-sens/emulator/Account"
import * as Emulator from "@effect-sens/emulator/Emulator"
import * as Fault from "@effect-sens/emulator/Fault"
import * as Sens from "@effect-sens/http/Sens"
import * as DeliveryFeed from "@effect-sens/outbox/DeliveryFeed"
import { assert, it } from "@effect/vitest"
import * as Data from "effect/Data"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Logger from "effect/Logger"
import * as References from "effect/References"
import * as SqlClient from "effect/sql/SqlClient"
import * as TestClock from "effect/testing/TestClock"
import * as Tracer from "effect/Tracer"
import { outbox, pass, sms } from "./emulated.ts"
import { recorded, shown } from "./recorded.ts"

const number = "01098765432"
const text = "비밀번호는 아무도 모릅니다"
const secrets = [number, "98765432", "비밀번호", Account.secretKey]

class Unwilling extends Data.TaggedError("Unwilling")<{ readonly record: string }> {}

it.effect("a feed puts no number, text or key into a span, a log line, an error or a table of its own", () => {
  const { lines, logger, spans, tracer } = recorded()
  return Effect.gen(function*() {
    yield* TestClock.setTime(DateTime.makeUnsafe("2026-03-02T00:00:00Z").epochMilliseconds)
    const sql = yield* SqlClient.SqlClient
    const { messages } = yield* Sens.Sens
    const { faults } = yield* Emulator.Emulator
    const errors: Array<unknown> = []
    let handed = 0
    const handler = ({ records }: DeliveryFeed.Page) =>
      Effect.sync(() => {
        handed += records.length
      })
    // In the layer, what a handler fails with is not logged, whatever it holds.
    const failing = DeliveryFeed.layer({
      name: "failing",
      handler: ({ records }) => Effect.fail(new Unwilling({ record: JSON.stringify(records) }))
    })
    const broken = DeliveryFeed.layer({
      name: "broken",
      handler: ({ records }) => {
        throw new Error(JSON.stringify(records))
      }
    })
    const fiber = yield* DeliveryFeed.run({ name: "feed", handler }).pipe(Effect.forkChild({ startImmediately: true }))
    yield* Effect.gen(function*() {
      for (
        const fault of [Fault.serverError(), Fault.reset(), Fault.unreadable(), Fault.tooManyRequests({ code: "410" })]
      ) {
        yield* faults.next("search", 5, fault)
        yield* messages.send(sms(number, text))
        yield* pass(90, 1)
        yield* faults.clear
      }
    }).pipe(Effect.provide([failing, broken]))
    assert.isTrue(lines.some((line) => line.includes("a feed of delivery results has failed")))
    assert.strictEqual(handed, 4)
    const tables = [yield* sql`SELECT * FROM sens_feed`, yield* sql`SELECT * FROM sens_feed_seen`]
    assert.isAbove(tables[1]?.length ?? 0, 0)

    // A database that fails.
    yield* sql`DROP TABLE sens_feed_seen`
    yield* messages.send(sms(number, text))
    yield* pass(60, 1)
    errors.push(yield* Effect.flip(Fiber.join(fiber)))
    errors.push(yield* Effect.flip(DeliveryFeed.run({ name: "", handler })))

    assert.isTrue(spans.some(({ name }) => name === "DeliveryFeed.page"))
    const all = [
      ...lines,
      ...spans.map(({ attributes, events, name, status }) =>
        shown([
          name,
          [...attributes],
          events,
          status._tag === "Ended" && Exit.isFailure(status.exit) ? status.exit : ""
        ])
      ),
      ...errors.flatMap((error) => [shown(error), JSON.stringify(error), String(error)]),
      JSON.stringify(tables)
    ].join("\n")
    for (const secret of secrets) assert.notInclude(all, secret)
  }).pipe(
    Effect.provide(outbox()),
    Effect.provideService(Tracer.Tracer, tracer),
    Effect.provideService(References.MinimumLogLevel, "All"),
    Effect.provide(Logger.layer([logger]))
  )
}, 120_000)
