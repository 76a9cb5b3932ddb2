import * as DeliveryCode from "@effect-sens/core/DeliveryCode"
import * as Emulator from "@effect-sens/emulator/Emulator"
import * as EmulatorClient from "@effect-sens/emulator/EmulatorClient"
import type * as Inbox from "@effect-sens/emulator/Inbox"
import type { InboxMessage } from "@effect-sens/emulator/InboxMessage"
import { assert, describe, it } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as TestClock from "effect/testing/TestClock"
import { ask, control, send, sms } from "./support.ts"

// 2026-01-01 23:59:50 KST
const start = 1_767_279_590_000

const carriers: Readonly<Record<string, string>> = { SKT: "SKT", KTF: "KT", LGT: "LGU+" }

// -----------------------------------------------------------------------------
// What the inbox should say, from what the process tells, by the plainest means
// -----------------------------------------------------------------------------

interface Question {
  readonly search: string
  readonly state: "all" | "waiting" | "delivered" | "failed"
  readonly types: string
  readonly ad: boolean
  readonly codes: string
}

const telcoCode = ({ to }: { readonly to: string }): string => ["SKT", "KTF", "LGT", "XYZ"][Number(to.at(-1)) % 4]!

const stateOf = (message: InboxMessage): "waiting" | "delivered" | "failed" =>
  message.status !== "COMPLETED" ? "waiting" : message.code === "0" ? "delivered" : "failed"

const finds = (message: InboxMessage, search: string): boolean => {
  const text = search.trim().toLowerCase()
  if (text === "") return true
  const digits = text.replace(/[- ]/g, "")
  const { meaning, meaningKo } = DeliveryCode.fromString(message.code)
  const telco = telcoCode(message)
  return message.content.toLowerCase().replace("\n", " ").includes(text) ||
    (message.subject ?? "").toLowerCase().includes(text) ||
    (/^\d{3,}$/.test(digits) && (message.to.includes(digits) || message.from.includes(digits))) ||
    (/^\d{1,2}$/.test(digits) && (message.to === digits || message.from === digits)) ||
    (/^[a-z\d-]{4,}$/.test(text) && message.requestId.toLowerCase().startsWith(text)) ||
    (/^[a-z\d-]{4,}$/.test(text) && (text.length >= 8 || /\D/.test(text)) && message.messageId.startsWith(text)) ||
    (stateOf(message) === "failed" &&
      (message.code.toLowerCase() === text ||
        (text.length > 1 && [meaning, meaningKo].some((each) => each.toLowerCase().includes(text))))) ||
    (stateOf(message) !== "waiting" && [telco, carriers[telco]].some((name) => name?.toLowerCase() === text))
}

const fits = (message: InboxMessage, { ad, codes, search, state, types }: Question) => ({
  search: finds(message, search),
  // The codes are a closer look at the state.
  state: (state === "all" || state === stateOf(message)) &&
    (codes === "" || (stateOf(message) === "failed" && codes.split(",").includes(message.code))),
  types: types === "" || types.split(",").includes(message.type),
  ad: !ad || message.contentType === "AD"
})

const koreanDay = (time: DateTime.Utc): string => DateTime.formatIso(DateTime.add(time, { hours: 9 })).slice(0, 10)

const countBy = <A>(all: ReadonlyArray<A>, key: (one: A) => string): Readonly<Record<string, number>> => {
  const counts: Record<string, number> = {}
  for (const one of all) counts[key(one)] = (counts[key(one)] ?? 0) + 1
  return counts
}

const expected = (all: ReadonlyArray<InboxMessage>, question: Question) => {
  const judged = all.map((message) => ({ message, ...fits(message, question) }))
  const list = judged.filter(({ ad, search, state, types }) => ad && search && state && types).map((each) =>
    each.message
  )
  const forStates = judged.filter(({ ad, search, types }) => ad && search && types).map((each) => each.message)
  const forTypes = judged.filter(({ ad, search, state }) => ad && search && state).map((each) => each.message)
  const forAd = judged.filter(({ search, state, types }) => search && state && types).map((each) => each.message)
  const states = countBy(forStates, stateOf)
  const byRequest = new Map<string, Array<InboxMessage>>()
  for (const message of list) byRequest.set(message.requestId, [...(byRequest.get(message.requestId) ?? []), message])
  // A sort is stable: those of one time stay in their order, and are turned around with the others.
  const requests = Array.from(byRequest.values())
    .sort((a, b) => DateTime.toEpochMillis(a[0]!.requestTime) - DateTime.toEpochMillis(b[0]!.requestTime)).toReversed()
  return {
    requests,
    overview: {
      total: all.length,
      requests: requests.length,
      messages: list.length,
      states: {
        all: forStates.length,
        waiting: states["waiting"] ?? 0,
        delivered: states["delivered"] ?? 0,
        failed: states["failed"] ?? 0
      },
      types: {
        SMS: forTypes.filter(({ type }) => type === "SMS").length,
        LMS: forTypes.filter(({ type }) => type === "LMS").length,
        MMS: forTypes.filter(({ type }) => type === "MMS").length
      },
      ad: forAd.filter(({ contentType }) => contentType === "AD").length,
      codes: countBy(forStates.filter((message) => stateOf(message) === "failed"), ({ code }) => code),
      days: countBy(
        requests,
        ([first]) => koreanDay(first!.requestTime)
      )
    }
  }
}

const queryOf = ({ ad, codes, search, state, types }: Question): string =>
  `search=${encodeURIComponent(search)}&state=${state}&types=${types}&ad=${ad}&codes=${codes}`

const everyPage = Effect.fnUntraced(function*(query: string, snapshot: string, limit: number) {
  const rows: Array<Inbox.Row> = []
  for (;;) {
    const { body } = yield* ask(`/inbox/requests?${query}&snapshot=${snapshot}&offset=${rows.length}&limit=${limit}`)
    assert.strictEqual(body.snapshot, snapshot)
    assert.strictEqual(body.offset, rows.length)
    rows.push(...body.items)
    if (rows.length >= body.requests) return rows
    assert.lengthOf(body.items, limit)
  }
})

const Sends = Schema.NonEmptyArray(Schema.Struct({
  gapMillis: Schema.Int.check(Schema.isBetween({ minimum: -4000, maximum: 5000 })),
  to: Schema.NonEmptyArray(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 9 }))).check(Schema.isMaxLength(4)),
  from: Schema.Literals(["0212345678", "15880000", "7"]),
  content: Schema.Literals(["인증번호 493021", "Sale 할인", "3018호 스팸\n안내", "no subscriber"]),
  own: Schema.NullOr(Schema.Literals(["나만의 SALE", "따로"])),
  subject: Schema.NullOr(Schema.Literals(["제목 할인", "Zwei"])),
  type: Schema.Literals(["SMS", "LMS"]),
  contentType: Schema.Literals(["COMM", "AD"])
})).check(Schema.isMaxLength(10))

const searches = [
  "",
  " ",
  "할인",
  "sale",
  "SALE ",
  "493021",
  "010-0000-0003",
  "0003",
  "0000",
  "1588-0000",
  "7",
  "3018",
  "e917",
  "E9",
  "스팸 안내",
  "3018호",
  "가입자",
  "no subscriber",
  "unknown",
  "알 수 없는",
  "kt",
  "SKT",
  "LGU+",
  "xyz",
  "rssa",
  "RSLA-17",
  "nichts",
  "-",
  "zwei"
]

const Questions = Schema.NonEmptyArray(Schema.Struct({
  search: Schema.Literals(searches),
  id: Schema.NullOr(Schema.Literals([4, 9, 20])),
  state: Schema.Literals(["all", "waiting", "delivered", "failed"]),
  types: Schema.Literals(["", "SMS", "LMS", "LMS,SMS"]),
  ad: Schema.Boolean,
  codes: Schema.Literals(["", "", "3018", "9999,E917"]),
  limit: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 4 }))
})).check(Schema.isMaxLength(6))

const outcomes = { "01000000001": "3018", "01000000002": "E917", "01000000003": "9999", "01000000004": "3001" }

const layer = () => EmulatorClient.layer({ outcomes, telcoCode, timestampTolerance: "1 hour" })

const sendOne = (one: typeof Sends.Type[number]) =>
  Effect.gen(function*() {
    const { from, content, contentType, own, subject, type } = one
    const answer = yield* send(sms({
      from,
      content,
      contentType,
      type,
      ...(subject === null ? undefined : { subject }),
      messages: one.to.map((last, i) => ({
        to: `0100000000${last}`,
        ...(own === null || i % 2 === 0 ? undefined : { content: own })
      }))
    }))
    assert.strictEqual(answer.status, 202, answer.text)
  })

const sendAll = Effect.fnUntraced(function*(sends: typeof Sends.Type) {
  const emulator = yield* Emulator.Emulator
  yield* TestClock.setTime(start)
  let offset = 0
  for (const one of sends) {
    // The clock goes back, too: a test may set it so.
    if (one.gapMillis < 0) yield* emulator.setClockOffset(offset += one.gapMillis)
    else yield* TestClock.adjust(one.gapMillis)
    yield* sendOne(one)
  }
})

describe("the inbox", () => {
  it.effect.prop(
    "holds what the plainest search finds, and its pages are the whole",
    [Sends, Questions],
    ([sends, questions]) =>
      Effect.gen(function*() {
        const emulator = yield* Emulator.Emulator
        yield* sendAll(sends)
        const all = yield* emulator.allMessages
        for (const { id, limit, ...question } of questions) {
          const asked = id === null ? question : { ...question, search: all[0]!.messageId.slice(0, id) }
          const { overview, requests } = expected(all, asked)
          const query = queryOf(asked)
          const { body } = yield* ask(`/inbox?${query}&limit=${limit}`)
          const { clockOffsetMillis: _, items, now: __, snapshot, ...rest } = body
          assert.deepStrictEqual(
            {
              ...rest,
              codes: Object.fromEntries(rest.codes.map(({ code, count }: Inbox.CodeCount) => [code, count])),
              days: Object.fromEntries(rest.days.map(({ day, requests }: any) => [day, requests]))
            },
            overview,
            query
          )
          const rows = yield* everyPage(query, snapshot, limit)
          assert.deepStrictEqual(items, rows.slice(0, limit))
          assert.deepStrictEqual(
            rows.map(({ delivered, failed, first, matching, recipients, requestId, waiting }) => ({
              requestId,
              first: first.messageId,
              matching,
              delivered,
              failed,
              waiting,
              recipients
            })),
            requests.map((messages) => ({
              requestId: messages[0]!.requestId,
              first: messages[0]!.messageId,
              matching: messages.length,
              delivered: messages.filter((each) => stateOf(each) === "delivered").length,
              failed: messages.filter((each) => stateOf(each) === "failed").length,
              waiting: messages.filter((each) => stateOf(each) === "waiting").length,
              recipients: all.filter((each) => each.requestId === messages[0]!.requestId).length
            })),
            query
          )
          // The days stand in the order of the rows.
          assert.deepStrictEqual(
            rest.days.map(({ day }: any) => day),
            Array.from(new Set(rows.map(({ requestTime }) => koreanDay(DateTime.makeUnsafe(requestTime)))))
          )
          for (const [i, row] of rows.entries()) {
            const path = `/inbox/requests/${row.requestId}/messages?${query}&snapshot=${snapshot}`
            const folded = (yield* ask(path)).body
            assert.strictEqual(folded.total, row.matching)
            assert.deepStrictEqual(
              folded.items.map(({ messageId }: Inbox.Recipient) => messageId),
              requests[i]!.map(({ messageId }) => messageId)
            )
            const second = (yield* ask(`${path}&offset=1&limit=1`)).body
            assert.deepStrictEqual(second.items, folded.items.slice(1, 2))
          }
        }
      }).pipe(Effect.provide(layer())),
    { arbitrary: { runs: 60 } }
  )

  it.effect.prop(
    "a snapshot stays as it was, whatever comes and however late it gets",
    [Sends, Questions, Sends],
    ([sends, questions, later]) =>
      Effect.gen(function*() {
        yield* sendAll(sends)
        const taken = yield* Effect.forEach(questions, ({ id: _, limit, ...question }) =>
          Effect.gen(function*() {
            const query = queryOf(question)
            const { snapshot } = (yield* ask(`/inbox?${query}&limit=0`)).body
            return { query, snapshot, limit, rows: yield* everyPage(query, snapshot, limit) }
          }))
        for (const one of later) {
          yield* TestClock.adjust(Math.abs(one.gapMillis))
          yield* sendOne(one)
        }
        // It is searched for anew when it is no longer one of those that were asked for last.
        for (let i = 0; i < 8; i++) yield* ask(`/inbox?search=other${i}`)
        for (const { limit, query, rows, snapshot } of taken) {
          const again = yield* everyPage(query, snapshot, limit)
          assert.deepStrictEqual(
            again.map(({ first, matching, requestId }) => [requestId, matching, first.messageId]),
            rows.map(({ first, matching, requestId }) => [requestId, matching, first.messageId])
          )
        }
      }).pipe(Effect.provide(layer())),
    { arbitrary: { runs: 40 } }
  )

  it.effect("after a reset, what was found before is found no more, be it in the same moment", () =>
    Effect.gen(function*() {
      yield* send(sms({ messages: [{ to: "01000000001" }, { to: "01000000002" }] }))
      assert.strictEqual((yield* ask("/inbox?search=01000000002")).body.messages, 1)
      yield* control("POST", "/__emulator/reset")
      yield* send(sms({ messages: [{ to: "01000000001" }, { to: "01000000003" }] }))
      assert.strictEqual((yield* ask("/inbox?search=01000000002")).body.messages, 0)
    }).pipe(Effect.provide(layer())))

  it.effect("shows where each stands now, also in an older snapshot; a reset ends it", () =>
    Effect.gen(function*() {
      yield* send(sms({ messages: [{ to: "01000000001" }, { to: "01000000000" }] }))
      const { snapshot } = (yield* ask("/inbox?state=waiting")).body
      const row = () =>
        Effect.map(ask(`/inbox/requests?state=waiting&snapshot=${snapshot}`), ({ body }) => body.items[0])
      assert.deepInclude(yield* row(), { status: "READY", waiting: 2, delivered: 0, failed: 0 })
      assert.notProperty((yield* row()).first, "code")
      yield* TestClock.adjust("5 seconds")
      assert.deepInclude(yield* row(), { status: "COMPLETED", waiting: 0, delivered: 1, failed: 1 })
      // What is chosen next is counted as of now, what is shown as of then.
      yield* send(sms())
      const overview = (yield* ask(`/inbox?state=waiting&snapshot=${snapshot}`)).body
      assert.deepInclude(overview, {
        snapshot,
        total: 3,
        requests: 1,
        messages: 2,
        states: { all: 3, waiting: 1, delivered: 1, failed: 1 },
        types: { SMS: 1, LMS: 0, MMS: 0 }
      })
      yield* TestClock.adjust("5 seconds")
      assert.deepInclude((yield* row()).first, { code: "3018", telcoCode: "KTF", carrier: "KT", state: "failed" })
      assert.deepInclude((yield* ask("/inbox?state=waiting")).body, { requests: 0, items: [] })
      yield* control("POST", "/__emulator/reset")
      const after = (yield* ask(`/inbox/requests?state=waiting&snapshot=${snapshot}`)).body
      assert.notStrictEqual(after.snapshot, snapshot)
      assert.deepStrictEqual(after.items, [])
      for (const odd of ["x", "__", `${snapshot}_1`, snapshot.replace(/_\d+_/, "_-1_")]) {
        assert.strictEqual((yield* ask(`/inbox?snapshot=${odd}`)).status, 200, odd)
      }
    }).pipe(Effect.provide(layer())))
})
