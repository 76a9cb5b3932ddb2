import * as PhoneNumber from "@effect-sens/core/PhoneNumber"
import type * as SendRequest from "@effect-sens/core/SendRequest"
import type * as SendResponse from "@effect-sens/core/SendResponse"
import type * as SensError from "@effect-sens/core/SensError"
import * as Emulator from "@effect-sens/emulator/Emulator"
import * as EmulatorClient from "@effect-sens/emulator/EmulatorClient"
import * as Fault from "@effect-sens/emulator/Fault"
import * as Sens from "@effect-sens/http/Sens"
import { assert, describe, it } from "@effect/vitest"
import * as Arbitrary from "effect/Arbitrary"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as HttpClient from "effect/http/HttpClient"
import type * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as TestClock from "effect/testing/TestClock"
import * as Dispatching from "./dispatching.ts"
import { credentials, signer, valueInVirtualTime } from "./emulated.ts"
import * as LogForms from "./logForms.ts"

// Random sequences of faults, against what the emulator really accepted. Left out are faults in which the service lies: a
// body that says failed about an accepted request, and a log that says it is empty when it is not.

const sendFaults: ReadonlyArray<Fault.Fault> = [
  Fault.refused,
  Fault.reset(),
  Fault.reset({ accepted: true }),
  Fault.silence({ accepted: false }),
  Fault.silence({ accepted: true }),
  Fault.serverError(),
  Fault.serverError({ status: 503, accepted: true }),
  Fault.serverError({ status: 504, accepted: true }),
  Fault.tooManyRequests({ code: "400" }),
  Fault.tooManyRequests({ code: "410", retryAfter: 2 }),
  Fault.unreadable({ accepted: true }),
  Fault.unreadable({ body: "html", accepted: false }),
  Fault.saysFailed(),
  Fault.redirect({ location: "https://other.invalid/" }),
  Fault.slow({ before: "3 seconds", after: "2 seconds" }),
  Fault.slow({ after: "20 seconds" }),
  Fault.wrongDate("1 hours"),
  Fault.wrongDate("-1 hours"),
  Fault.noDate,
  Fault.clockSkew("7 minutes")
]

const late: ReadonlyArray<Fault.Fault> = [
  Fault.acceptedLater({ after: "3 seconds" }),
  Fault.acceptedLater({ after: "40 seconds", first: "Silence" }),
  Fault.acceptedLater({ after: "4 minutes" }),
  Fault.acceptedLater({ after: "6 minutes" })
]

const searchFaults: ReadonlyArray<Fault.Fault> = [
  Fault.refused,
  Fault.reset(),
  Fault.silence({ accepted: false }),
  Fault.serverError(),
  Fault.tooManyRequests({ code: "420" }),
  Fault.unreadable({ accepted: false }),
  Fault.slow({ before: "3 seconds" }),
  Fault.wrongDate("1 hours"),
  Fault.wrongDate("-1 hours"),
  Fault.noDate
]

const Body = Schema.fromJsonString(Schema.Struct({ content: Schema.String }))

const hasCode = Schema.is(Schema.Struct({ code: Schema.String }))

const upTo = (maximum: number) => Schema.Int.check(Schema.isBetween({ minimum: 0, maximum }))

const Scenario = Schema.Struct({
  // Who sends what, when: two clients, two numbers, so that several texts go to one number at the same time.
  sends: Schema.Array(Schema.Struct({
    kind: Schema.Literals(["SMS", "LMS", "MMS", "reserved"]),
    client: upTo(1),
    number: upTo(1),
    afterMillis: upTo(3000),
    callTimeout: Schema.Literals(["60 seconds", "10 minutes"])
  })).check(Schema.isBetweenLength(1, 4)),
  onSend: Schema.Array(upTo(sendFaults.length + late.length - 1)).check(Schema.isMaxLength(6)),
  onSearch: Schema.Array(upTo(searchFaults.length - 1)).check(Schema.isMaxLength(6)),
  visibleAfterSeconds: upTo(50),
  offsetMinutes: Schema.Int.check(Schema.isBetween({ minimum: -9, maximum: 9 })),
  isShortLived: Schema.Boolean,
  isLearned: Schema.Boolean,
  log: LogForms.Forms
})

type Scenario = typeof Scenario.Type

// Sends of one client may be equal to the letter; those of two clients never are, as nobody could tell them apart.
const text = (send: Scenario["sends"][number]): string =>
  `[서점] ${send.kind}  & "${send.client}"\n코드 ${send.client}${send.number}${send.kind.length} 주문하신 책이 오늘 도착했습니다 또 오세요.`

const request = (send: Scenario["sends"][number]): SendRequest.SendRequest => {
  const [first, ...others] = Array.from({ length: send.number === 0 ? 1 : 3 }, (_, index) => ({
    to: PhoneNumber.make(`010000000${index}${send.number}`),
    ...index === 1 ? { content: "another text" } : {}
  }))
  if (first === undefined) throw new Error("no recipient")
  const common = {
    from: PhoneNumber.make("0212345678"),
    content: text(send),
    messages: [first, ...others]
  } as const
  switch (send.kind) {
    case "SMS":
      return { type: "SMS", ...common }
    case "LMS":
      return { type: "LMS", subject: "subject", ...common }
    case "MMS":
      return { type: "MMS", ...common }
    case "reserved":
      return { type: "SMS", ...common, reserve: { at: DateTime.makeUnsafe(Date.UTC(2030, 0, 1)) } }
  }
}

/** What became of the sends that are equal to each other, one of them in most cases. */
interface Outcome {
  readonly exits: ReadonlyArray<Exit.Exit<SendResponse.SendResponse, SensError.SensError>>
  /** The ids under which the emulator accepted them. */
  readonly accepted: ReadonlyArray<string>
  /** Requests that were made for them. */
  readonly attempts: number
  /** Those that the gateway did not refuse there and then. */
  readonly posts: number
}

const ids = ({ exits }: Outcome): ReadonlyArray<string> =>
  exits.filter(Exit.isSuccess).map(({ value }) => String(value.requestId))

const failures = ({ exits }: Outcome): ReadonlyArray<SensError.SensError> =>
  exits.flatMap((exit) => Option.toArray(Exit.findErrorOption(exit)))

const isDoubled = ({ accepted, exits }: Outcome): boolean => accepted.length > exits.length

const play = (
  scenario: Scenario,
  onAmbiguous: Sens.OnAmbiguous,
  faults: ReadonlyArray<Fault.Fault>,
  isNode = false
) =>
  Effect.gen(function*() {
    const emulator = yield* Emulator.Emulator
    yield* emulator.setClockOffset(`${scenario.offsetMinutes} minutes`)
    for (const index of scenario.onSend) {
      const fault = faults[index]
      if (fault !== undefined) yield* emulator.faults.next("send", 1, fault)
    }
    for (const index of scenario.onSearch) {
      const fault = searchFaults[index]
      if (fault !== undefined) yield* emulator.faults.next("search", 1, fault)
    }
    // What each request came to, seen from the client: a status, or the tag of a failure.
    const attempts: Array<{ readonly text: string; readonly ended: number | string }> = []
    const record = (request: HttpClientRequest.HttpClientRequest, ended: number | string) =>
      Effect.sync(() => {
        if (request.method !== "POST" || request.body._tag !== "Uint8Array") return
        const { content } = Schema.decodeUnknownSync(Body)(new TextDecoder().decode(request.body.body))
        attempts.push({ text: content, ended })
      })
    const options: Sens.Options = {
      ...credentials,
      transformClient: (client) =>
        HttpClient.transform(LogForms.shown(client, scenario.log), (response, request) =>
          response.pipe(
            Effect.tap(({ status }) => record(request, status)),
            Effect.tapError(({ reason }) =>
              record(request, "cause" in reason && hasCode(reason.cause) ? reason.cause.code : reason._tag)
            ),
            Effect.onInterrupt(() => record(request, "interrupted"))
          )),
      onAmbiguous,
      signatureLifetime: scenario.isShortLived ? "30 seconds" : undefined
    }
    const make = isNode ? Effect.provide(Sens.make(options), Dispatching.layer) : Sens.make(options)
    const clients = yield* Effect.all([make, make])
    if (scenario.isLearned) {
      for (const { messages } of clients) yield* valueInVirtualTime(Effect.ignore(messages.learnClock), 5000)
    }
    const sends = scenario.sends.map((send) =>
      (clients[send.client] ?? clients[0]).messages.send(request(send), { callTimeout: send.callTimeout }).pipe(
        Effect.delay(send.afterMillis),
        Effect.exit
      )
    )
    const { value } = yield* valueInVirtualTime(Effect.all(sends, { concurrency: "unbounded" }), 5000)
    // Whatever is still on its way arrives.
    yield* TestClock.adjust("20 minutes")
    const messages = yield* emulator.allMessages
    const ledger = yield* emulator.ledger
    const outcomes = new Map<string, Outcome>()
    value.forEach((exit, index) => {
      const send = scenario.sends[index]
      if (send === undefined) return
      const content = text(send)
      const known = outcomes.get(content)
      if (known !== undefined) {
        outcomes.set(content, { ...known, exits: [...known.exits, exit] })
        return
      }
      const tried = attempts.filter((attempt) => attempt.text === content).map(({ ended }) => ended)
      const own = ledger.filter(({ body, operation }) => operation === "send" && body.includes(JSON.stringify(content)))
      outcomes.set(content, {
        exits: [exit],
        // The store has messages, the ledger reservations as well, but not what was cut off while it was answered.
        accepted: [
          ...new Set([
            ...own.flatMap(({ verdict }) => verdict._tag === "Accepted" ? [verdict.requestId] : []),
            ...messages.filter((message) => message.content === content).map(({ requestId }) => requestId)
          ])
        ],
        attempts: tried.length,
        posts: tried.filter((ended) => ended !== 401 && ended !== 429 && ended !== "ECONNREFUSED").length
      })
    })
    return [...outcomes.values()]
  }).pipe(Effect.provide([
    signer,
    EmulatorClient.layer({ visibleAfter: `${scenario.visibleAfterSeconds} seconds` })
  ]))

// What must hold under the default policy: every id that was reported is one that was accepted, none is reported twice, and
// of what was reported as not accepted nothing was.
const isHonest = (outcome: Outcome): boolean => {
  const reported = ids(outcome)
  const open = failures(outcome).filter(({ isAmbiguous }) => isAmbiguous).length
  return new Set(reported).size === reported.length &&
    reported.every((id) => outcome.accepted.includes(id)) &&
    outcome.accepted.length <= reported.length + open
}

// 1,000 in CI; `FAULT_RUNS=5000` for more.
const runs = Number(process.env["FAULT_RUNS"] ?? 1000)

const check = (
  name: string,
  onAmbiguous: Sens.OnAmbiguous,
  faults: ReadonlyArray<Fault.Fault>,
  property: (outcomes: ReadonlyArray<Outcome>, scenario: Scenario) => boolean,
  options: {
    readonly runs: number
    readonly fixed?: Partial<Scenario>
    /** Whether the log shows things otherwise than they were sent. */
    readonly shown?: boolean
    /** Whether over `NodeTransport`. */
    readonly isNode?: boolean
  }
): Effect.Effect<void> =>
  Effect.gen(function*() {
    const seed = Math.trunc(Math.random() * 2 ** 31)
    console.log(`${name}: ${options.runs} runs, seed ${seed}`)
    const result = yield* Arbitrary.checkEffect(
      Arbitrary.schema(Scenario),
      (scenario) => {
        const log = options.shown === true ? scenario.log : LogForms.asSent
        const fixed = { ...scenario, log, ...options.fixed }
        return Effect.map(play(fixed, onAmbiguous, faults, options.isNode), (outcomes) => property(outcomes, fixed))
      },
      { runs: options.runs, seed }
    )
    assert.strictEqual(result._tag, "Passed", JSON.stringify(result, null, 1))
  })

describe("under random faults", () => {
  it.effect("reconcile: no message is accepted twice, and every report is true", () => {
    const seen = { sends: 0, successes: 0, unknown: 0, doubles: 0, recovered: 0, equal: 0 }
    return Effect.gen(function*() {
      yield* check("reconcile", "reconcile", [...sendFaults, ...late], (outcomes) => {
        for (const outcome of outcomes) {
          seen.sends += outcome.exits.length
          seen.successes += ids(outcome).length
          seen.unknown += failures(outcome).filter(({ isAmbiguous }) => isAmbiguous).length
          if (outcome.exits.length > 1) seen.equal += outcome.exits.length
          if (ids(outcome).length > 0 && outcome.attempts > outcome.exits.length) seen.recovered += 1
          if (isDoubled(outcome)) seen.doubles += 1
        }
        return outcomes.every(isHonest)
      }, { runs: 300 })
      console.log("reconcile:", JSON.stringify(seen))
      assert.strictEqual(seen.doubles, 0)
      // The test would prove nothing if all went well, or nothing did.
      assert.isTrue(seen.successes > seen.sends * 0.3 && seen.unknown > seen.sends * 0.05 && seen.recovered > 0)
    })
  }, 300_000)

  it.effect(
    "reconcile: the same of a log that shows numbers, texts and times otherwise, and not all recipients",
    () => {
      const seen = { sends: 0, successes: 0, unknown: 0 }
      return Effect.gen(function*() {
        yield* check("reconcile, other forms", "reconcile", [...sendFaults, ...late], (outcomes) => {
          for (const outcome of outcomes) {
            seen.sends += outcome.exits.length
            seen.successes += ids(outcome).length
            seen.unknown += failures(outcome).filter(({ isAmbiguous }) => isAmbiguous).length
          }
          return outcomes.every((outcome) => isHonest(outcome) && !isDoubled(outcome))
        }, { runs, shown: true })
        console.log("reconcile, other forms:", JSON.stringify(seen))
        assert.isTrue(seen.successes > seen.sends * 0.3 && seen.unknown > seen.sends * 0.05)
      })
    },
    300_000
  )

  it.effect("reconcile: the same over NodeTransport, with what it knows of requests that were not begun", () => {
    const seen = { sends: 0, successes: 0, unknown: 0 }
    return Effect.gen(function*() {
      yield* check("reconcile, NodeTransport", "reconcile", [...sendFaults, ...late], (outcomes) => {
        for (const outcome of outcomes) {
          seen.sends += outcome.exits.length
          seen.successes += ids(outcome).length
          seen.unknown += failures(outcome).filter(({ isAmbiguous }) => isAmbiguous).length
        }
        return outcomes.every((outcome) => isHonest(outcome) && !isDoubled(outcome))
      }, { runs: 100, isNode: true })
      console.log("reconcile, NodeTransport:", JSON.stringify(seen))
      assert.isTrue(seen.successes > seen.sends * 0.3 && seen.unknown > seen.sends * 0.05)
    })
  }, 300_000)

  it.effect(
    "fail: the same over NodeTransport",
    () =>
      check(
        "fail, NodeTransport",
        "fail",
        [...sendFaults, ...late],
        (outcomes) => outcomes.every((outcome) => outcome.posts <= outcome.exits.length && !isDoubled(outcome)),
        { runs: 100, isNode: true }
      ),
    300_000
  )

  it.effect(
    "fail: never posts again what may have been accepted",
    () =>
      check(
        "fail",
        "fail",
        [...sendFaults, ...late],
        (outcomes) => outcomes.every((outcome) => outcome.posts <= outcome.exits.length && !isDoubled(outcome)),
        { runs: 300 }
      ),
    300_000
  )

  it.effect(
    "prompt: doubles nothing but what is accepted late",
    () =>
      check("prompt", "prompt", sendFaults, (outcomes) => outcomes.every((outcome) => !isDoubled(outcome)), {
        runs: 300,
        fixed: { visibleAfterSeconds: 0, log: LogForms.asSent }
      }),
    300_000
  )

  it.effect("prompt: a Date that lies while the log is read hides nothing", () =>
    Effect.gen(function*() {
      const send = { kind: "MMS", client: 0, number: 0, afterMillis: 0, callTimeout: "60 seconds" } as const
      const outcomes = yield* play(
        {
          sends: [
            send,
            { ...send, kind: "reserved", client: 1 },
            { ...send, afterMillis: 2 },
            { ...send, kind: "reserved", number: 1, afterMillis: 1 }
          ],
          onSend: [13, 13, 16, 4, 19, 4],
          onSearch: [2, 5],
          visibleAfterSeconds: 0,
          offsetMinutes: 5,
          isShortLived: true,
          isLearned: false,
          log: LogForms.asSent
        },
        "prompt",
        sendFaults
      )
      assert.deepStrictEqual(outcomes.filter(isDoubled), [])
    }), 180_000)

  it.effect("prompt does double that, and resend doubles anyway: the test would see it", () =>
    Effect.gen(function*() {
      let prompt = 0
      let resend = 0
      yield* check("prompt, late acceptance", "prompt", late, (outcomes) => {
        prompt += outcomes.filter(isDoubled).length
        return true
      }, { runs: 100, fixed: { visibleAfterSeconds: 0 } })
      yield* check("resend", "resend", sendFaults, (outcomes) => {
        resend += outcomes.filter(isDoubled).length
        return true
      }, { runs: 100 })
      console.log(`doubled: ${prompt} by prompt, ${resend} by resend`)
      assert.isTrue(prompt > 0 && resend > 0)
    }), 300_000)
})
