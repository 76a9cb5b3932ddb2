/**
 * Messages from a pg-boss queue: each is sent once, whatever dies in between and whichever worker has it next.
 *
 * A queue hands a job out at least once, and SENS has no idempotency key. So a journal lies beside the queue: the intent
 * stands in it before the POST goes out, and a job that comes back with an intent asks the delivery log before anything is
 * sent again. One delivery of a job is one step; pg-boss hands it out until it is settled.
 */
import type * as SendRequest from "@effect-sens/core/SendRequest"
import type * as SensError from "@effect-sens/core/SensError"
import type * as SendIntent from "@effect-sens/http/SendIntent"
import * as Sens from "@effect-sens/http/Sens"
import * as Signer from "@effect-sens/http/Signer"
import * as Effect from "effect/Effect"
import type * as Redacted from "effect/Redacted"
import type { PgBoss } from "pg-boss"
import * as Journal from "./pgBossJournal.ts"

export const queue = "sens"

export interface Notice {
  readonly to: string
  readonly text: string
}

export interface Options {
  /** What the hashes of messages are keyed with: random, and always the same. */
  readonly journalKey: Redacted.Redacted
  /** When the job of a worker that died comes back, which pg-boss looks after once in its `monitorIntervalSeconds`. */
  readonly expireInSeconds?: number
  /** How many seconds later a job that is not settled is looked at again. */
  readonly retryDelay?: number
}

const toRequest = ({ text, to }: Notice): SendRequest.Sms => ({
  type: "SMS",
  from: "0212345678",
  content: text,
  messages: [{ to }]
})

// A 2xx that cannot be read: it was accepted, under an id that is to be found.
const saysAccepted = ({ reason }: SensError.SensError): boolean =>
  reason._tag === "UnexpectedResponse" && reason.status >= 200 && reason.status < 300

// These say that the message itself is wrong. A quota, a key, a clock or a network will be another one day.
const isFinal = ({ reason }: SensError.SensError): boolean =>
  ["InvalidRequest", "BadRequest", "PayloadTooLarge", "Rejected"].includes(reason._tag)

export const work = Effect.fn("work")(function*(boss: PgBoss, options: Options) {
  const { messages } = yield* Sens.Sens
  const digest = yield* (yield* Signer.Signer).withKey(options.journalKey)
  const journal = Journal.make(boss.getDb())

  const failed = (row: Journal.Row) => (error: SensError.SensError) => {
    if (!error.isAmbiguous) return journal.notAccepted(row, isFinal(error) ? "refused" : "waiting")
    // It may have been accepted, so it stays open, and the log will tell.
    return saysAccepted(error) ? journal.unreadable(row) : Effect.succeed([row])
  }

  const send = (row: Journal.Row, request: SendRequest.Sms) =>
    Effect.gen(function*() {
      // No call, but for the first time and after the process was held up: an intent of a client that does not know the
      // gateway's time tells less to whoever finds it.
      yield* messages.learnClock
      const intent = yield* messages.prepare(request)
      const [open] = yield* journal.claim(row, intent)
      // Of two workers that have come this far with the same job, one gets the row.
      if (open === undefined) return []
      return yield* messages.submit(intent, request).pipe(
        Effect.flatMap((response) => journal.accept(open, response, false)),
        Effect.catchTag("SensError", failed(open))
      )
    }).pipe(Effect.catchTag("SensError", failed(row)))

  const look = Effect.fnUntraced(
    function*(row: Journal.Row, intent: SendIntent.SendIntent, request: SendRequest.Sms) {
      const { owners, proved, twins } = journal.look(row)
      const resolution = yield* messages.resolve([intent], request, { owners, twins })
      if (resolution._tag === "NotAccepted") return yield* proved
      if (resolution._tag === "Open") return [row]
      for (const response of resolution.responses) {
        const accepted = yield* journal.accept(row, response, true)
        if (accepted.length > 0) return accepted
      }
      return [row]
    }
  )

  const isSettled = Effect.fnUntraced(function*(job: string, notice: Notice) {
    const request = toRequest(notice)
    const twin = yield* digest(JSON.stringify([request.from, notice.to, notice.text]))
    const [row] = yield* journal.read(job, twin)
    if (row === undefined) return false
    const rows = row.state === "waiting"
      ? yield* send(row, request)
      : row.state === "open" && row.intent !== null
      ? yield* look(row, row.intent, request)
      : [row]
    return rows.some(({ state }) => state !== "waiting" && state !== "open")
  })

  yield* Effect.promise(() =>
    boss.createQueue(queue, {
      expireInSeconds: options.expireInSeconds ?? 60,
      retryDelay: options.retryDelay ?? 10,
      // The journal alone gives a job up.
      retryLimit: 1_000_000
    })
  )
  const run = Effect.runPromiseWith(yield* Effect.context())
  yield* Effect.promise(() =>
    boss.work<Notice, unknown>(
      queue,
      {
        perJobResults: true,
        batchSize: 5,
        localConcurrency: 30,
        burstWhenBatchFull: true,
        pollingIntervalSeconds: 0.5
      },
      (jobs) =>
        run(Effect.forEach(jobs, ({ data, id }) =>
          isSettled(id, data).pipe(
            Effect.catch((error) => Effect.as(Effect.logWarning("a job is tried again", error), false)),
            Effect.map((settled) => ({ id, status: settled ? "completed" as const : "failed" as const }))
          ), { concurrency: "unbounded" }))
    )
  )
})
