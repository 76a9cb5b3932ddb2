// @effect-diagnostics asyncFunction:off globalDate:off nodeBuiltinImport:off
/**
 * Messages from a BullMQ queue: each is sent once, whatever dies in between and whichever worker has it next. For programs
 * without Effect.
 *
 * A queue hands a job out at least once, and SENS has no idempotency key. So a journal lies beside the queue: the intent
 * stands in it before the POST goes out, and a job that comes back with an intent asks the delivery log before anything is
 * sent again.
 */
import type * as SendRequest from "@effect-sens/core/SendRequest"
import * as SensError from "@effect-sens/core/SensError"
import type * as SensPromise from "@effect-sens/http/SensPromise"
import { DelayedError, Worker } from "bullmq"
import * as Duration from "effect/Duration"
import type { Redis } from "ioredis"
import { createHmac } from "node:crypto"
import * as Journal from "./bullMqJournal.ts"

export const queue = "sens"

/** What jobs are added with: the journal alone gives one up, and an error of Redis does not. */
export const jobOptions = { attempts: 1_000_000, backoff: { type: "fixed", delay: 10_000 } } as const

export interface Notice {
  readonly to: string
  readonly text: string
}

export interface Options {
  readonly sens: SensPromise.SensPromise
  /** With `maxRetriesPerRequest: null`, as BullMQ wants it. */
  readonly redis: Redis
  /** What the hashes of messages are keyed with: random, and always the same. */
  readonly journalKey: string
  /** How many milliseconds later the job of a worker that died comes back, or a little more. */
  readonly stalledInterval?: number
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

export const work = async (options: Options): Promise<Worker<Notice>> => {
  const { journalKey, redis, sens: { messages }, stalledInterval = 30_000 } = options

  /** One step of a job: how many milliseconds later the next is due, or nothing where the job is settled. */
  const step = async (job: string, notice: Notice): Promise<number | undefined> => {
    const request = toRequest(notice)
    const twin = createHmac("sha256", journalKey).update(JSON.stringify([request.from, notice.to, notice.text]))
    const journal = Journal.open({ redis, twin: twin.digest("base64url"), job })
    let entry = await journal.read()

    if (entry.state === "waiting") {
      try {
        // No call, but for the first time and after the process was held up: an intent of a client that does not know the
        // gateway's time tells less to whoever finds it.
        await messages.learnClock()
        const intent = await messages.prepare(request)
        const open = await journal.claim(entry, intent)
        // Of two workers that have come this far with the same job, one gets the entry.
        if (open === undefined) return 1000
        entry = open
        return await journal.accept(open, await messages.submit(intent, request), false) === undefined
          ? 1000
          : undefined
      } catch (error) {
        if (!(error instanceof SensError.SensError)) throw error
        // It may have been accepted, so it stays open, and the log will tell.
        if (!error.isAmbiguous) await journal.notAccepted(entry, isFinal(error) ? "refused" : "waiting")
        else if (saysAccepted(error)) await journal.unreadable(entry)
        return 1000
      }
    }
    if (entry.state !== "open" || entry.intent === undefined) return undefined

    const { owners, proved, twins } = journal.look(entry)
    const resolution = await messages.resolve([entry.intent], request, { owners, twins })
    // `again` is when a proof can be had; what was accepted may show up sooner.
    if (resolution._tag === "Open") return Math.min(Duration.toMillis(resolution.again), 10_000)
    if (resolution._tag === "NotAccepted") return await proved() === undefined ? 1000 : 0
    for (const response of resolution.responses) {
      if (await journal.accept(entry, response, true) !== undefined) return undefined
    }
    return 1000
  }

  return new Worker<Notice>(queue, async (job, token) => {
    const id = String(job.id)
    let again = await step(id, job.data)
    while (again === 0) again = await step(id, job.data)
    if (again === undefined) return
    await job.moveToDelayed(Date.now() + again, token)
    throw new DelayedError()
  }, {
    connection: redis,
    concurrency: 50,
    stalledInterval,
    lockDuration: 2 * stalledInterval,
    // A job is as good as any other after its worker has died for the second time.
    maxStalledCount: 1_000_000
  })
}
