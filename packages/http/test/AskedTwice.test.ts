import * as PhoneNumber from "@effect-sens/core/PhoneNumber"
import type * as RequestId from "@effect-sens/core/RequestId"
import type * as SendRequest from "@effect-sens/core/SendRequest"
import * as SensError from "@effect-sens/core/SensError"
import * as Emulator from "@effect-sens/emulator/Emulator"
import * as EmulatorClient from "@effect-sens/emulator/EmulatorClient"
import * as Fault from "@effect-sens/emulator/Fault"
import type * as SendIntent from "@effect-sens/http/SendIntent"
import * as Sens from "@effect-sens/http/Sens"
import { assert, describe, it } from "@effect/vitest"
import * as Arbitrary from "effect/Arbitrary"
import type * as Arr from "effect/Array"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as TestClock from "effect/testing/TestClock"
import { credentials, signer, sms, valueInVirtualTime } from "./emulated.ts"

// `TWICE_RUNS=2000` and `LIVE_RUNS=2000` run more than CI does.
//
// Whatever a caller may ask again is asked again: at once by two, later, and by a client of another process that has the same
// journal. The answers may contradict neither each other nor what the emulator really accepted.

const upTo = (maximum: number) => Schema.Int.check(Schema.isBetween({ minimum: 0, maximum }))

const onSend: ReadonlyArray<Fault.Fault> = [
  Fault.reset(),
  Fault.reset({ accepted: true }),
  Fault.silence({ accepted: false }),
  Fault.silence({ accepted: true }),
  Fault.serverError(),
  Fault.serverError({ accepted: true }),
  Fault.unreadable({ accepted: true }),
  Fault.redirect({ location: "https://other.invalid/", status: 303 }),
  Fault.acceptedLater({ after: "40 seconds" }),
  Fault.acceptedLater({ after: "4 minutes" }),
  Fault.slow({ after: "20 seconds" }),
  Fault.refused,
  Fault.tooManyRequests({ code: "410" })
]

const onSearch: ReadonlyArray<Fault.Fault> = [
  Fault.serverError(),
  Fault.reset(),
  Fault.noDate,
  Fault.wrongDate("1 hours"),
  Fault.unreadable({ accepted: false })
]

const Scenario = Schema.Struct({
  // A few texts, so that several sends are equal to the letter.
  sends: Schema.Array(Schema.Struct({ text: upTo(1), afterMillis: upTo(20_000) })).check(Schema.isBetweenLength(1, 4)),
  onSend: Schema.Array(upTo(onSend.length - 1)).check(Schema.isMaxLength(5)),
  onSearch: Schema.Array(upTo(onSearch.length - 1)).check(Schema.isMaxLength(4)),
  visibleAfterSeconds: upTo(50),
  offsetMinutes: Schema.Int.check(Schema.isBetween({ minimum: -4, maximum: 4 })),
  policy: Schema.Literals(["reconcile", "fail"])
})

type Scenario = typeof Scenario.Type

const request = (text: number): SendRequest.SendRequest => sms("01012345678", `text ${text}`)

type Answer =
  | { readonly _tag: "Accepted"; readonly requestId: string }
  | { readonly _tag: "NotAccepted" }
  | { readonly _tag: "Unknown" }

const answer = (exit: Exit.Exit<Option.Option<{ readonly requestId: string }>, SensError.SensError>): Answer =>
  Exit.isSuccess(exit)
    ? Option.match(exit.value, {
      onNone: () => ({ _tag: "NotAccepted" }),
      onSome: ({ requestId }) => ({ _tag: "Accepted", requestId })
    })
    : { _tag: "Unknown" }

/** Whether `next` may follow `before`: what was told stays so. */
const agrees = (before: Answer, next: Answer): boolean =>
  before._tag === "Unknown" || next._tag === "Unknown" ||
  (before._tag === "Accepted" && next._tag === "Accepted"
    ? before.requestId === next.requestId
    : before._tag === next._tag)

const Kept = Schema.fromJsonString(Schema.toCodecJson(SensError.OutcomeUnknown))

interface Question {
  readonly text: number
  readonly kept: string
  readonly intents: Arr.NonEmptyReadonlyArray<SendIntent.SendIntent>
  readonly isRead: boolean
  told: Answer
  contradicted: boolean
}

const play = (scenario: Scenario) =>
  Effect.gen(function*() {
    const emulator = yield* Emulator.Emulator
    yield* TestClock.setTime(Date.UTC(2026, 0, 1))
    yield* emulator.setClockOffset(`${scenario.offsetMinutes} minutes`)
    const options: Sens.Options = { ...credentials, onAmbiguous: scenario.policy }
    const sens = yield* Sens.make(options)
    yield* valueInVirtualTime(sens.messages.learnClock, 1000)
    for (const index of scenario.onSend) yield* emulator.faults.next("send", 1, onSend[index] ?? Fault.noDate)
    for (const index of scenario.onSearch) yield* emulator.faults.next("search", 1, onSearch[index] ?? Fault.noDate)
    const sends = scenario.sends.map(({ afterMillis, text }) =>
      Effect.exit(Effect.delay(sens.messages.send(request(text)), afterMillis))
    )
    const { value: exits } = yield* valueInVirtualTime(Effect.all(sends, { concurrency: "unbounded" }), 2000)
    const owned: Array<{ readonly text: number; readonly requestId: string }> = []
    const questions: Array<Question> = []
    let refused = 0
    for (const [index, exit] of exits.entries()) {
      const text = scenario.sends[index]?.text ?? 0
      if (Exit.isSuccess(exit)) {
        owned.push({ text, requestId: exit.value.requestId })
        continue
      }
      const { reason } = Option.getOrThrow(Exit.findErrorOption(exit))
      if (reason._tag !== "OutcomeUnknown") {
        refused += 1
        continue
      }
      questions.push({
        text,
        kept: Schema.encodeSync(Kept)(reason),
        intents: reason.intents,
        isRead: reason.attempts.every(({ isAccepted }) => !isAccepted),
        told: { _tag: "Unknown" },
        contradicted: false
      })
    }
    const tell = (question: Question, next: Answer): void => {
      if (!agrees(question.told, next)) question.contradicted = true
      if (next._tag !== "Unknown") question.told = next
    }
    const ask = (question: Question) =>
      Effect.map(
        Effect.exit(
          Effect.flatMap(
            Effect.orDie(Schema.decodeEffect(Kept)(question.kept)),
            (unknown) => sens.messages.reconcile(unknown, request(question.text), { callTimeout: "30 seconds" })
          )
        ),
        (exit) => tell(question, answer(exit))
      )
    // At once, each by two, and all of them together; then past the fence, twice.
    const twice = questions.flatMap((question) => [ask(question), ask(question)])
    yield* valueInVirtualTime(Effect.all(twice, { concurrency: "unbounded" }), 2000)
    yield* TestClock.adjust("7 minutes")
    yield* valueInVirtualTime(Effect.all(twice, { concurrency: "unbounded" }), 2000)
    for (const question of questions) yield* valueInVirtualTime(ask(question), 2000)

    // A client of another process, with what was told as its journal.
    yield* emulator.faults.clear
    const other = yield* Sens.make(options)
    yield* valueInVirtualTime(other.messages.learnClock, 1000)
    const own = (id: RequestId.RequestId, question: Question) =>
      owned.some(({ requestId }) => requestId === id)
        ? "another"
        : questions.reduce<SendIntent.Owner | undefined>((owner, { told, ...rest }) =>
          told._tag === "Accepted" && told.requestId === id
            ? rest.kept === question.kept ? "this" : "another"
            : owner, undefined)
    for (let round = 0; round < 2; round++) {
      for (const question of questions) {
        const resolving = other.messages.resolve(question.intents, request(question.text), {
          owners: (ids) =>
            Effect.sync(() =>
              new Map(ids.flatMap((id) => {
                const owner = own(id, question)
                return owner === undefined ? [] : [[id, owner] as const]
              }))
            ),
          twins: Effect.sync(() =>
            questions.filter(({ kept, text, told }) =>
              kept !== question.kept && text === question.text && told._tag !== "NotAccepted"
            ).map(({ intents, told }) => ({ intents, hasId: told._tag === "Accepted" }))
          )
        })
        const { value } = yield* valueInVirtualTime(resolving, 2000)
        if (value._tag === "Found") tell(question, { _tag: "Accepted", requestId: value.responses[0].requestId })
        // After a 2xx that could not be read it is no licence. And whoever keeps a journal reads an answer there: an id that came
        // from a twin's record lies where the twin was.
        else if (value._tag === "NotAccepted" && question.isRead && question.told._tag !== "Accepted") {
          tell(question, { _tag: "NotAccepted" })
        }
      }
    }
    const accepted = (yield* emulator.allMessages).map(({ content, requestId }) => ({ content, requestId }))
    return { accepted, questions, owned, refused }
  }).pipe(Effect.provide([
    signer,
    EmulatorClient.layer({ visibleAfter: `${scenario.visibleAfterSeconds} seconds` })
  ]))

describe("asked twice", () => {
  it.effect("the answers contradict neither each other nor the ledger", () => {
    const seen = { questions: 0, accepted: 0, notAccepted: 0, unknown: 0 }
    return Effect.gen(function*() {
      const seed = Math.trunc(Math.random() * 2 ** 31)
      const result = yield* Arbitrary.checkEffect(
        Arbitrary.schema(Scenario),
        (scenario) =>
          Effect.map(play(scenario), ({ accepted, owned, questions }) => {
            const told = questions.flatMap(({ told }) => told._tag === "Accepted" ? [told.requestId] : [])
            seen.questions += questions.length
            seen.accepted += told.length
            seen.notAccepted += questions.filter(({ told }) => told._tag === "NotAccepted").length
            seen.unknown += questions.filter(({ told }) => told._tag === "Unknown").length
            const all = [...told, ...owned.map(({ requestId }) => requestId)]
            return questions.every(({ contradicted }) => !contradicted) && new Set(all).size === all.length &&
              [0, 1].every((text) => {
                const ids = new Set(
                  accepted.filter(({ content }) => content === `text ${text}`).map(({ requestId }) => requestId)
                )
                const open = questions.filter((question) => question.text === text && question.told._tag === "Unknown")
                const mine = [
                  ...owned.filter((one) => one.text === text).map(({ requestId }) => requestId),
                  ...questions.flatMap((question) =>
                    question.text === text && question.told._tag === "Accepted" ? [question.told.requestId] : []
                  )
                ]
                return mine.every((id) => ids.has(id)) && ids.size <= mine.length + open.length
              })
          }),
        { runs: Number(process.env["TWICE_RUNS"] ?? 250), seed }
      )
      console.log(`asked twice: ${JSON.stringify(seen)}, seed ${seed}`)
      assert.strictEqual(result._tag, "Passed", JSON.stringify(result, null, 1))
      assert.isTrue(seen.accepted > 20 && seen.notAccepted > 20)
    })
  }, 300_000)
})

// With a true log: whatever else went to the same number, what was accepted is found, and what was not is proved.
const Lively = Schema.Struct({
  isAccepted: Schema.Boolean,
  isFresh: Schema.Boolean,
  recipients: Schema.Literals([1, 2, 30]),
  visibleAfterSeconds: upTo(50),
  offsetMinutes: Schema.Int.check(Schema.isBetween({ minimum: -4, maximum: 4 })),
  // Messages of another process to the same number: other codes of the template before and after, equal ones before.
  codes: Schema.Array(upTo(600)).check(Schema.isMaxLength(3)),
  // More than ten seconds: what a `Date` and a log leave out of a second, and their time on the way, comes on top.
  equal: Schema.Array(Schema.Int.check(Schema.isBetween({ minimum: 15, maximum: 899 }))).check(Schema.isMaxLength(3)),
  isLater: Schema.Boolean
})

// None of them has a digit three times: that may hide another.
const template = (code: number): string => `[서점] 인증번호는 ${code} 입니다. 타인에게 알리지 마세요.`

describe("liveness", () => {
  it.effect("what was accepted is found, and what was not is proved not to have been", () => {
    const seen = { found: 0, proved: 0, undecided: 0 }
    return Effect.gen(function*() {
      const seed = Math.trunc(Math.random() * 2 ** 31)
      const result = yield* Arbitrary.checkEffect(Arbitrary.schema(Lively), (scenario) =>
        Effect.gen(function*() {
          const emulator = yield* Emulator.Emulator
          yield* TestClock.setTime(Date.UTC(2026, 0, 1))
          yield* emulator.setClockOffset(`${scenario.offsetMinutes} minutes`)
          const { from } = sms()
          const ours: SendRequest.SendRequest = {
            type: "SMS",
            from,
            content: template(738_201),
            messages: [
              { to: PhoneNumber.make("01012345678") },
              ...Array.from({ length: scenario.recipients - 1 }, (_, index) => ({
                to: PhoneNumber.make(`0100000${String(index).padStart(4, "0")}`)
              }))
            ]
          }
          const stranger = yield* Sens.make(credentials)
          const sens = yield* Sens.make({ ...credentials, callTimeout: "55 seconds" })
          if (!scenario.isFresh) yield* valueInVirtualTime(sens.messages.learnClock, 500)
          const others = [
            ...scenario.equal.map((before) => ({ at: 900 - before, request: ours })),
            ...scenario.codes.map((at, index) => ({
              at: 601 + at,
              request: sms("01012345678", template(314_151 + index))
            }))
          ].map(({ at, request }) => Effect.delay(stranger.messages.send(request), `${at} seconds`))
          const sending = yield* Effect.forkChild(Effect.all(others, { concurrency: "unbounded" }))
          for (let seconds = 0; seconds < 900; seconds += 5) yield* TestClock.adjust("5 seconds")
          yield* emulator.faults.next("send", 1, Fault.reset({ accepted: scenario.isAccepted }))
          const { value: exit } = yield* valueInVirtualTime(Effect.exit(sens.messages.send(ours)), 250)
          let accepted = Option.map(Exit.getSuccess(exit), ({ requestId }) => requestId)
          if (Exit.isFailure(exit)) {
            const { reason } = Option.getOrThrow(Exit.findErrorOption(exit))
            if (reason._tag !== "OutcomeUnknown") return assert.fail(reason._tag)
            // The fence is later by as much as the clock of this machine is ahead.
            yield* TestClock.adjust(scenario.isLater ? "2 hours" : "10 minutes")
            yield* Fiber.join(sending)
            const asker = scenario.isLater && !scenario.isFresh ? yield* Sens.make(credentials) : sens
            const { value } = yield* valueInVirtualTime(Effect.exit(asker.messages.reconcile(reason, ours)), 250)
            if (Exit.isFailure(value)) {
              seen.undecided += 1
              return false
            }
            accepted = Option.map(value.value, ({ requestId }) => requestId)
          }
          if (Option.isSome(accepted)) seen.found += 1
          else seen.proved += 1
          return Option.isSome(accepted) === scenario.isAccepted
        }).pipe(Effect.provide([
          signer,
          EmulatorClient.layer({ visibleAfter: `${scenario.visibleAfterSeconds} seconds` })
        ])), { runs: Number(process.env["LIVE_RUNS"] ?? 150), seed })
      console.log(`liveness: ${JSON.stringify(seen)}, seed ${seed}`)
      assert.strictEqual(result._tag, "Passed", JSON.stringify(result, null, 1))
      assert.isTrue(seen.found > 20 && seen.proved > 20)
    })
  }, 300_000)
})
