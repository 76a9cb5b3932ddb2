import { assert, describe, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import * as Store from "../../src/internal/store.ts"

const day = 86_400_000

const Small = (most: number) => Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: most }))

const Step = Schema.Struct({
  kind: Schema.Literals(["accept", "accept", "reserve", "submit", "cancel", "end", "upload", "forget", "clear"]),
  service: Schema.Literals(["a", "b"]),
  // Some are older than those before, as a past is that is written later.
  days: Small(200),
  size: Small(3),
  number: Small(5)
})

const eventsOf = (steps: ReadonlyArray<typeof Step.Type>) => {
  const reserved: Array<string> = []
  return steps.map(({ days, kind, number, service: serviceId, size }, i): Store.Event | "forget" => {
    const at = days * day
    const common = {
      type: "SMS",
      contentType: "COMM",
      countryCode: "82",
      from: "02",
      content: String(i),
      files: []
    } as const
    const messages = Array.from({ length: size + 1 }, (_, j) => ({ to: String((number + j) % 5), code: "0" }))
    const requestId = reserved[number % Math.max(1, reserved.length)] ?? "none"
    const accepted = (requestId: string): Store.Event => ({
      _tag: "Accepted",
      request: {
        ...common,
        requestId,
        serviceId,
        requestedAt: at,
        processingAt: at,
        completedAt: at + number * 1000,
        messages: messages.map((message, j) => ({ ...message, messageId: `m${i}-${j}` }))
      }
    })
    switch (kind) {
      case "accept":
        return accepted(`r${i}`)
      case "reserve":
        reserved.push(`v${i}`)
        return {
          _tag: "Reserved",
          reservation: {
            requestId: `v${i}`,
            serviceId,
            reserveAt: at,
            timeZone: "Asia/Seoul",
            plan: { ...common, messages }
          }
        }
      case "submit": {
        const due = reserved.shift()
        return due === undefined ? accepted(`r${i}`) : accepted(due)
      }
      case "cancel":
        return { _tag: "Canceled", serviceId, requestId }
      case "end":
        return { _tag: "Ended", serviceId, requestId, outcome: "STALE" }
      case "upload":
        return {
          _tag: "Uploaded",
          file: {
            fileId: `f${i}`,
            serviceId,
            name: `${number}.jpg`,
            createdAt: at,
            expiresAt: at + 6 * day,
            body: new Uint8Array(100 + size)
          }
        }
      case "forget":
        return "forget"
      case "clear":
        return number === 0 ? { _tag: "Cleared" } : "forget"
    }
  })
}

/** All that can be asked of a store. */
const seen = (store: Store.Store) => {
  const ids = (messages: ReadonlyArray<Store.StoredMessage>) =>
    messages.map(({ messageId, sequence }) => `${sequence} ${messageId}`)
  return {
    all: ids(store.all()),
    to: Array.from({ length: 6 }, (_, to) => ids(store.to(String(to)))),
    next: store.nextReservation()?.requestId,
    waiting: store.waitingReservations(),
    services: ["a", "b"].map((id) => {
      const service = store.service(id)
      return {
        requests: Array.from(service.requests.keys()).toSorted(),
        messages: Array.from(service.messages.keys()).toSorted(),
        byRequestTime: ids(service.byRequestTime.items),
        byCompleteTime: ids(service.byCompleteTime.items),
        to: Array.from({ length: 6 }, (_, to) => ids(service.to(String(to)).items)),
        reservations: Array.from(service.reservations.values(), ({ requestId, ...rest }) => [requestId, rest] as const)
          .toSorted(([one], [other]) => one < other ? -1 : 1),
        files: Array.from(service.files.values(), ({ body, fileId }) => `${fileId} ${body.length}`).toSorted(),
        like: Array.from(
          { length: 6 },
          (_, name) => Array.from({ length: 4 }, (_, size) => service.fileLike(`${name}.jpg`, 100 + size)?.fileId)
        )
      }
    })
  }
}

describe("what is forgotten", () => {
  it.prop(
    "leaves the newest, of every view alike, and its events bring the same back",
    [Schema.Array(Step).check(Schema.isMaxLength(40)), Small(20)],
    ([steps, messages]) => {
      const store = Store.make()
      const whole = Store.make()
      for (const event of eventsOf(steps)) {
        if (event === "forget") store.forget({ now: Number.POSITIVE_INFINITY, messages })
        else {
          store.apply(event)
          whole.apply(event)
        }
      }
      store.forget({ now: Number.POSITIVE_INFINITY, messages })
      const again = Store.make()
      for (const event of store.events()) again.apply(event)
      assert.deepStrictEqual(seen(again), seen(store))

      const all = whole.all()
      const newest = Math.max(0, ...all.map(({ request }) => request.requestedAt))
      const kept = new Set(store.all().map(({ messageId }) => messageId))
      for (const [i, { messageId, request, sequence }] of all.entries()) {
        // Whole requests: of the oldest that is kept, all.
        const last = request.messages.at(-1)?.sequence ?? 0
        if (kept.has(messageId)) assert.isAtLeast(last, all.length - messages)
        else if (all.length - i <= messages) {
          assert.isBelow(request.requestedAt, Math.max(newest, 206 * day) - Store.history)
        }
        const there = store.all().find((message) => message.messageId === messageId)
        if (there !== undefined) assert.strictEqual(there.sequence, sequence)
      }
    }
  )

  it("is nothing where a clock has run ahead alone", () => {
    const store = Store.make()
    for (const event of eventsOf([{ kind: "accept", service: "a", days: 1, size: 1, number: 1 }])) {
      if (event !== "forget") store.apply(event)
    }
    const before = seen(store)
    store.forget({ now: 1000 * day, messages: 10 })
    assert.deepStrictEqual(seen(store), before)
  })
})

describe("after", () => {
  it.prop("gives the messages above a sequence", [Schema.Array(Small(30)), Small(31)], ([some, sequence]) => {
    const store = Store.make()
    for (const event of eventsOf(some.map((days) => ({ kind: "accept", service: "a", days, size: 2, number: 1 })))) {
      if (event !== "forget") store.apply(event)
    }
    store.forget({ now: Number.POSITIVE_INFINITY, messages: 20 })
    assert.deepStrictEqual(
      Store.after(store.all(), sequence - 1),
      store.all().filter((message) => message.sequence > sequence - 1)
    )
  })
})
