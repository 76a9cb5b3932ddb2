import * as Account from "@effect-sens/emulator/Account"
import * as Emulator from "@effect-sens/emulator/Emulator"
import * as EmulatorClient from "@effect-sens/emulator/EmulatorClient"
import * as Sens from "@effect-sens/http/Sens"
import * as Campaigns from "@effect-sens/outbox/Campaigns"
import * as NodeSqlite from "@effect-sens/outbox/NodeSqlite"
import * as Outbox from "@effect-sens/outbox/Outbox"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import * as Campaign from "../src/docs/outbox/campaign.ts"

it.live("outbox.md: many messages under one name, also asked for twice", () =>
  Effect.gen(function*() {
    const { allMessages, setOutcome } = yield* Emulator.Emulator
    yield* setOutcome("01000000002", "3001")
    const messages = Stream.range(1, 120).pipe(Stream.map((index) => ({
      type: "SMS" as const,
      from: "0212345678",
      to: `010${String(index).padStart(8, "0")}`,
      content: "[서점] 주문하신 책이 도착했습니다."
    })))
    for (const _ of [1, 2]) {
      const failed = yield* Campaign.send("arrived/1", messages)
      assert.deepStrictEqual(failed.map(({ status, to }) => [Option.getOrNull(to), status]), [[
        "01000000002",
        "Failed"
      ]])
    }
    assert.strictEqual((yield* allMessages).length, 120)
  }).pipe(Effect.provide(
    Outbox.layerWorker().pipe(
      Layer.provideMerge(Campaigns.layer()),
      Layer.provideMerge(Outbox.layer()),
      Layer.provideMerge(NodeSqlite.layer({ filename: ":memory:" })),
      Layer.provideMerge(Sens.layer(Account.options)),
      Layer.provideMerge(EmulatorClient.layer({ completedAfter: "0 seconds" }))
    )
  )))
