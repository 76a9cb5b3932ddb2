import * as Account from "@effect-sens/emulator/Account"
import * as Emulator from "@effect-sens/emulator/Emulator"
import * as EmulatorClient from "@effect-sens/emulator/EmulatorClient"
import * as Fault from "@effect-sens/emulator/Fault"
import * as Sens from "@effect-sens/http/Sens"
import * as NodeSqlite from "@effect-sens/outbox/NodeSqlite"
import * as Outbox from "@effect-sens/outbox/Outbox"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
import { pass, signer, sms } from "./emulated.ts"

// Whatever acts on an entry stops once, for good or for longer than the fence and the lag, between any two of its steps; and its first
// POST meets any fault.

const tolerance = 20
const lag = 5

/** What happens to whoever comes to a point for the first time. */
const stops = {
  "dies": Effect.die("stopped"),
  "freezes": Effect.sleep(`${2 * (tolerance + lag)} seconds`)
} as const

const points = [
  "after the preparation",
  "before the POST",
  "after the POST",
  "before a look",
  "after a look",
  "after its results"
] as const

const faults = [
  ["no fault", undefined],
  ["500 though accepted", Fault.serverError({ accepted: true })],
  ["reset though accepted", Fault.reset({ accepted: true })],
  ["silence though accepted", Fault.silence({ accepted: true })],
  ["accepted later", Fault.acceptedLater({ after: "15 seconds", first: "Reset" })],
  ["a 202 that cannot be read", Fault.unreadable({ accepted: true })],
  ["429", Fault.tooManyRequests({ code: "410" })],
  ["no connection", Fault.refused],
  ["503, not accepted", Fault.serverError({ accepted: false })],
  ["reset, not accepted", Fault.reset({ accepted: false })],
  ["silence, not accepted", Fault.silence({ accepted: false })]
] as const

/** A client that stops at one of the points, the first time that it is there. */
const stopping = (point: typeof points[number], stop: Effect.Effect<void>) =>
  Layer.effect(
    Sens.Sens,
    Effect.map(
      Sens.make({
        ...Account.options,
        reconcile: { timestampTolerance: `${tolerance} seconds`, visibilityLag: `${lag} seconds` },
        attemptTimeout: "4 seconds"
      }),
      (sens) => {
        let stopped = false
        const at = (here: typeof point) =>
          Effect.suspend(() => {
            if (here !== point || stopped) return Effect.void
            stopped = true
            return stop
          })
        const { messages } = sens
        return Sens.Sens.of({
          ...sens,
          messages: {
            ...messages,
            prepare: (...args) => Effect.tap(messages.prepare(...args), at("after the preparation")),
            submit: (...args) =>
              Effect.andThen(at("before the POST"), messages.submit(...args)).pipe(
                Effect.onExit(() => at("after the POST"))
              ),
            resolve: (...args) =>
              Effect.andThen(at("before a look"), messages.resolve(...args)).pipe(Effect.tap(at("after a look"))),
            search: (...args) => Effect.tap(messages.search(...args), at("after its results"))
          }
        })
      }
    )
  )

const attempts = SqlClient.SqlClient.use((sql) =>
  Effect.map(sql`SELECT attempt FROM sens_send`.values, ([row]) => row?.[0])
)

describe.each(Object.entries(stops))("what acts on an entry %s", (_, stop) => {
  describe.each(points)("%s", (point) => {
    it.effect.each(faults)("%s: it is accepted once, and its results are known", ([, fault]) =>
      Effect.gen(function*() {
        const { enqueue, status } = yield* Outbox.Outbox
        const emulator = yield* Emulator.Emulator
        if (fault !== undefined) yield* emulator.faults.next("send", 1, fault)
        const id = yield* enqueue(sms())
        yield* pass(6 * (tolerance + lag))
        const accepted = (yield* emulator.allMessages).map(({ requestId }) => requestId)
        const now = yield* status(id)
        assert.deepStrictEqual(accepted, [now._tag === "Final" ? now.requestId : now._tag])
        assert.isAtMost(Number(yield* attempts), 4)
        // What stood still before its POST is not made with a signature that has expired.
        const refused = (yield* emulator.ledger).filter(({ late, status }) => status === 401 && late === undefined)
        if (point === "after the preparation") assert.strictEqual(refused.length, 0)
      }).pipe(
        // Two workers: one that stops, and one that does not wait for it.
        Effect.provide(
          Outbox.layerWorker().pipe(
            Layer.provideMerge(Layer.fresh(Outbox.layerWorker())),
            Layer.provideMerge(Outbox.layer()),
            Layer.provideMerge(NodeSqlite.layer({ filename: ":memory:" })),
            Layer.provideMerge(stopping(point, stop)),
            Layer.provideMerge(signer),
            Layer.provideMerge(EmulatorClient.layer({ timestampTolerance: `${tolerance} seconds` })),
            Layer.fresh
          )
        )
      ))
  })
})
