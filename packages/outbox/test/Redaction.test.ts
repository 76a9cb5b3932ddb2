import * as Account from "@effect-sens/emulator/Account"
import * as Emulator from "@effect-sens/emulator/Emulator"
import * as Fault from "@effect-sens/emulator/Fault"
import type * as EntryId from "@effect-sens/outbox/EntryId"
import * as Outbox from "@effect-sens/outbox/Outbox"
import { assert, it } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Logger from "effect/Logger"
import * as References from "effect/References"
import * as SqlClient from "effect/sql/SqlClient"
import * as Tracer from "effect/Tracer"
import { pass, sms, working } from "./emulated.ts"
import { recorded, shown } from "./recorded.ts"

const number = "01098765432"
const text = "비밀번호는 아무도 모릅니다"
const secrets = [number, "98765432", "비밀번호", Account.secretKey]

it.effect("no number, text or key is in a span, a log line or an error", () => {
  const { lines, logger, spans, tracer } = recorded()
  return Effect.gen(function*() {
    const sql = yield* SqlClient.SqlClient
    const { cancel, enqueue, holds, release, status } = yield* Outbox.Outbox
    const { faults } = yield* Emulator.Emulator
    const errors: Array<unknown> = []
    for (
      const fault of [
        Fault.reset({ accepted: true }),
        Fault.unreadable({ accepted: true }),
        Fault.tooManyRequests({ code: "400" }),
        Fault.saysFailed()
      ]
    ) yield* faults.next("send", 1, fault)
    for (let index = 0; index < 5; index++) {
      const id = yield* enqueue(sms(number, `${text} ${index}`), { key: `key/${index}` })
      yield* pass(5)
      errors.push(yield* status(id), yield* holds)
      yield* release(Account.serviceId)
    }
    errors.push(yield* Effect.flip(enqueue(sms(number, text), { key: "key/0" })))
    errors.push(yield* Effect.flip(enqueue(sms(`${number}9`, `${text}😀`))))
    // What cannot be read any more, and a database that fails.
    const id = yield* enqueue(sms(number, text))
    yield* sql`UPDATE sens_payload SET request = ${`{"to":"${number}","content":"${text}"}`} WHERE id = ${id}`
    yield* pass(5)
    errors.push(yield* status(id), yield* cancel(id))
    yield* sql`DROP TABLE sens_payload`
    errors.push(yield* Effect.flip(enqueue(sms(number, text))))
    yield* sql`DROP TABLE sens_send`
    yield* pass(5)
    errors.push(yield* Effect.flip(status(id)))

    assert.isTrue(spans.some(({ name }) => name === "Outbox.enqueue"))
    assert.isTrue(spans.some(({ name }) => name === "Outbox.act"))
    assert.isTrue(lines.some((line) => line.includes("has no request")))
    assert.isTrue(lines.some((line) => line.includes("cannot read its rows")))
    const all = [
      ...lines,
      ...spans.map(({ attributes, events, name, status }) =>
        // A value goes nowhere; a cause is exported.
        shown([
          name,
          [...attributes],
          events,
          status._tag === "Ended" && Exit.isFailure(status.exit) ? status.exit : ""
        ])
      ),
      ...errors.flatMap((error) => [shown(error), JSON.stringify(error), String(error)])
    ].join("\n")
    for (const secret of secrets) assert.notInclude(all, secret)
  }).pipe(
    Effect.provide(working()),
    Effect.provideService(Tracer.Tracer, tracer),
    Effect.provideService(References.MinimumLogLevel, "All"),
    Effect.provide(Logger.layer([logger]))
  )
})

// Everything that a database has, whatever its tables are.
const everything = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const tables = yield* sql`SELECT name FROM sqlite_master WHERE type = 'table'`.values
  const names = tables.map(([name]) => String(name)).toSorted()
  const dumps = yield* Effect.forEach(
    names,
    (name) => Effect.map(sql`SELECT * FROM ${sql(name)}`, (rows) => [name, JSON.stringify(rows)] as const)
  )
  return new Map(dumps)
})

it.effect("no table but that of payloads holds a number or a text, and purging empties that", () =>
  Effect.gen(function*() {
    const { cancel, enqueue, purge, release, settle, status } = yield* Outbox.Outbox
    const { faults } = yield* Emulator.Emulator
    const ids: Array<EntryId.EntryId> = []
    for (
      const fault of [
        Fault.reset({ accepted: true }),
        Fault.reset({ accepted: false }),
        Fault.unreadable({ accepted: false }),
        Fault.tooManyRequests({ code: "400" }),
        Fault.saysFailed(),
        undefined
      ]
    ) {
      if (fault !== undefined) yield* faults.next("send", 1, fault)
      for (const content of [`${text} ${ids.length}`, `${text} 둘`]) {
        ids.push(yield* enqueue(sms(number, content), { key: `order/${ids.length}` }))
      }
      yield* pass(2)
      yield* release(Account.serviceId)
    }
    // SENS names the number in what it refuses, too.
    const refused = yield* enqueue({ ...sms(number, text), from: "0299998765" })
    const later = yield* enqueue(sms(number, text), { at: DateTime.add(yield* DateTime.now, { days: 1 }) })
    yield* cancel(later)
    yield* pass(500, 1)
    for (const id of [...ids, refused]) {
      if ((yield* status(id))._tag === "Held") yield* settle(id, Outbox.Verdict.GiveUp())
    }
    const before = yield* everything
    assert.includeMembers([...before.keys()], ["sens_hold", "sens_meta", "sens_payload", "sens_send"])
    for (const [name, rows] of before) {
      if (name === "sens_payload") { for (const secret of [number, "비밀번호"]) assert.include(rows, secret) }
      else for (const secret of [...secrets, "0299998765"]) assert.notInclude(rows, secret, name)
    }
    yield* pass(60, 1)
    assert.isAbove(yield* purge({ olderThan: 0, what: "texts" }), 10)
    for (const [name, rows] of yield* everything) {
      for (const secret of secrets) assert.notInclude(rows, secret, name)
    }
    yield* purge({ olderThan: 0, what: "everything" })
    const after = yield* everything
    assert.strictEqual(after.get("sens_payload"), "[]")
    assert.strictEqual(after.get("sens_send"), "[]")
  }).pipe(Effect.provide(working())))
