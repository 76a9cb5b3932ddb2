import * as Emulator from "@effect-sens/emulator/Emulator"
import * as EmulatorClient from "@effect-sens/emulator/EmulatorClient"
import * as Switches from "@effect-sens/emulator/Switches"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as TestClock from "effect/testing/TestClock"
import { assertRefused, base, call, list, reserved, send, sms } from "./support.ts"

const target = `${base}/unsubscribes`

const register = (...numbers: ReadonlyArray<string>) =>
  call({ target, body: numbers.map((clientTelNo) => ({ clientTelNo })) })

const remove = (...numbers: ReadonlyArray<string>) =>
  call({ method: "DELETE", target, body: numbers.map((clientTelNo) => ({ clientTelNo })) })

const search = (query = "") => call({ target: query === "" ? target : `${target}?${query}` })

const numbers = (answer: { readonly body: any }): ReadonlyArray<string> =>
  answer.body.map((entry: { readonly clientTelNo: string }) => entry.clientTelNo)

const codeOf = Effect.fnUntraced(function*(body: Record<string, unknown>) {
  const sent = yield* send(body)
  assert.strictEqual(sent.status, 202, sent.text)
  yield* TestClock.adjust("5 seconds")
  return (yield* list(`requestId=${sent.body.requestId}`)).body.messages[0].statusCode as string
})

describe("unsubscribes", () => {
  it.effect("register, search, remove: bare arrays, stamps in KST", () =>
    Effect.gen(function*() {
      const emulator = yield* Emulator.Emulator
      yield* TestClock.setTime(1_764_119_519_271)
      const registered = yield* register("01000000001", "01000000002")
      assert.strictEqual(registered.status, 200, registered.text)
      assert.deepStrictEqual(
        registered.body,
        ["01000000001", "01000000002"].map((clientTelNo) => ({
          clientTelNo,
          registerType: "M",
          registerTime: "2025-11-26T10:11:59.271"
        }))
      )
      yield* TestClock.adjust("1 second")
      yield* emulator.optOut("01000000003")
      // Who is on the list stays there as he came.
      assert.deepStrictEqual((yield* register("01000000001")).body, [registered.body[0]])
      const all = yield* search()
      assert.strictEqual(all.status, 200)
      assert.deepStrictEqual(all.body, [
        ...registered.body,
        { clientTelNo: "01000000003", registerType: "C", registerTime: "2025-11-26T10:12:00.271" }
      ])
      const removed = yield* remove("01000000002", "01000000009")
      assert.strictEqual(removed.status, 204)
      assert.strictEqual(removed.text, "")
      assert.deepStrictEqual(numbers(yield* search()), ["01000000001", "01000000003"])
    }).pipe(Effect.provide(EmulatorClient.layer())))

  it.effect("filters by number and by milliseconds, both ends included; pages of 1 to 100", () =>
    Effect.gen(function*() {
      const all = Array.from({ length: 250 }, (_, i) => `010${String(i).padStart(8, "0")}`)
      for (const number of all) {
        yield* register(number)
        yield* TestClock.adjust("1 second")
      }
      assert.deepStrictEqual(numbers(yield* search()), all.slice(0, 100))
      assert.deepStrictEqual(numbers(yield* search("pageIndex=2")), all.slice(200))
      assert.deepStrictEqual(numbers(yield* search("pageIndex=3")), [])
      assert.deepStrictEqual(numbers(yield* search("pageSize=7&pageIndex=3")), all.slice(21, 28))
      assert.deepStrictEqual(numbers(yield* search("startTime=10000&endTime=12000")), all.slice(10, 13))
      assert.deepStrictEqual(numbers(yield* search("startTime=10001&endTime=11999")), all.slice(11, 12))
      assert.deepStrictEqual(numbers(yield* search("startTime=248001")), all.slice(249))
      assert.deepStrictEqual(numbers(yield* search("endTime=999")), all.slice(0, 1))
      assert.deepStrictEqual(numbers(yield* search(`clientTelNo=${all[42]}`)), all.slice(42, 43))
      assert.deepStrictEqual(numbers(yield* search(`clientTelNo=${all[42]}&endTime=41999`)), [])
      assertRefused(yield* search("pageSize=0"), ["The pageSize must be between 1 and 100."])
      assertRefused(yield* search("pageSize=101"), ["The pageSize must be between 1 and 100."])
      assertRefused(yield* search("startTime=2025-01-01"), ["The startTime must be in milliseconds."])
      assertRefused(yield* search("startTime=2&endTime=1"), ["The endTime cannot be before the startTime."])
      assertRefused(yield* search("clientTelNo=010-1"), [
        "The clientTelNo must be numeric and cannot exceed 25 characters."
      ])
    }).pipe(Effect.provide(EmulatorClient.layer())))

  it.effect("takes 1 to 1,000 numbers of digits, and nothing else", () =>
    Effect.gen(function*() {
      const many: ReadonlyArray<string> = Array.from({ length: 1001 }, (_, i) => String(i))
      assert.strictEqual((yield* register(...many.slice(1))).status, 200)
      assertRefused(yield* register(...many), ["The request body cannot exceed 1000 items."])
      assertRefused(yield* register(), ["The request body cannot be empty."])
      assertRefused(yield* remove(...many), ["The request body cannot exceed 1000 items."])
      assertRefused(yield* register("010-0000-0000"), [
        "The clientTelNo must be numeric and cannot exceed 25 characters. (0.clientTelNo)"
      ])
      assertRefused(yield* call({ target, body: { clientTelNo: "1" } }), ["The request body must be a JSON array."])
      assertRefused(yield* call({ target, body: [{}] }), ["The clientTelNo cannot be empty. (0.clientTelNo)"])
      assertRefused(yield* call({ method: "DELETE", target, rawBody: "" }), ["The request body is not JSON."])
      assert.lengthOf(numbers(yield* search()), 100)
    }).pipe(Effect.provide(EmulatorClient.layer())))

  it.effect("what finds nothing: an empty array, or 404 with no body by switch", () =>
    Effect.gen(function*() {
      assert.deepStrictEqual((yield* search()).body, [])
      const strict = yield* Effect.provide(search(), EmulatorClient.layer({ switches: Switches.strict }))
      assert.deepStrictEqual([strict.status, strict.text], [404, ""])
    }).pipe(Effect.provide(EmulatorClient.layer())))

  it.effect("advertising does not reach those on the list; other messages do", () =>
    Effect.gen(function*() {
      const to = "01000000001"
      const ad = sms({ contentType: "AD", messages: [{ to }] })
      assert.strictEqual(yield* codeOf(ad), "0")
      yield* register(to)
      assert.strictEqual(yield* codeOf(ad), "E917")
      assert.strictEqual(yield* codeOf(sms({ messages: [{ to }] })), "0")
      // A reservation asks when its time has come.
      yield* remove(to)
      const sent = yield* send({ ...reserved(), contentType: "AD", messages: [{ to }] })
      yield* register(to)
      yield* TestClock.adjust("2 hours")
      assert.strictEqual((yield* list(`requestId=${sent.body.requestId}`)).body.messages[0].statusCode, "E917")
      const other = EmulatorClient.layer({ blockedCode: "E916" })
      assert.strictEqual(yield* Effect.provide(Effect.andThen(register(to), codeOf(ad)), other), "E916")
    }).pipe(Effect.provide(EmulatorClient.layer())))

  it.effect("advertising at night is sent, or fails by switch", () =>
    Effect.gen(function*() {
      const ad = sms({ contentType: "AD" })
      // 09:00 KST on 1 January 1970 is time 0.
      const at = (hour: number) => TestClock.setTime(Math.round((hour + 15) * 3_600_000))
      const codes = Effect.gen(function*() {
        const found: Array<string> = []
        for (const hour of [0, 7.99, 8, 20.99, 21, 23.99]) {
          yield* at(hour)
          found.push(yield* codeOf(ad))
        }
        return found
      })
      assert.deepStrictEqual(yield* codes, Array.from({ length: 6 }, () => "0"))
      const strict = EmulatorClient.layer({ switches: { advertisingAtNight: "fail" } })
      assert.deepStrictEqual(yield* Effect.provide(codes, strict), ["E919", "E919", "0", "0", "E919", "E919"])
    }).pipe(Effect.provide(EmulatorClient.layer())))

  it.effect.prop(
    "the list is what was registered last and not removed since",
    [Schema.Array(Schema.Tuple([
      Schema.Boolean,
      Schema.NonEmptyArray(Schema.Literals(["1", "2", "3", "4"]))
    ]))],
    ([steps]) =>
      Effect.gen(function*() {
        const model = new Set<string>()
        for (const [add, tels] of steps) {
          yield* add ? register(...tels) : remove(...tels)
          for (const tel of tels) {
            if (add) model.add(tel)
            else model.delete(tel)
          }
          yield* TestClock.adjust("1 millis")
        }
        assert.deepStrictEqual(numbers(yield* search()), Array.from(model))
      }).pipe(Effect.provide(EmulatorClient.layer())),
    { arbitrary: { runs: 50 } }
  )
})
