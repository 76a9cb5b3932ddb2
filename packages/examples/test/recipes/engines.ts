// What the gate asks of an engine: to take jobs, and to tell what its queue and its journal have of them.
import { Queue } from "bullmq"
import { Redis } from "ioredis"
import { PgBoss } from "pg-boss"
import * as BullMq from "../../src/recipes/bullMq.ts"
import * as PgBossRecipe from "../../src/recipes/pgBoss.ts"
import * as PgBossJournal from "../../src/recipes/pgBossJournal.ts"
import * as Servers from "./servers.ts"

export interface Job {
  readonly id: string
  readonly data: BullMq.Notice
}

export interface Entry {
  readonly job: string
  readonly state: string
  readonly attempt: number
  readonly requestId: string | undefined
  readonly isFromLog: boolean
}

export interface Engine {
  readonly worker: string
  readonly environment: Readonly<Record<string, string>>
  /** A worker of it has to be there. */
  readonly enqueue: (jobs: ReadonlyArray<Job>) => Promise<void>
  readonly journal: () => Promise<ReadonlyArray<Entry>>
  /** How many jobs of the queue are completed. */
  readonly completed: () => Promise<number>
  readonly close: () => Promise<void>
}

const pgBoss = async (): Promise<Engine | undefined> => {
  const url = await Servers.postgres()
  if (url === undefined) return undefined
  const boss = new PgBoss({ connectionString: url, schedule: false, supervise: false })
  boss.on("error", (error) => console.error(error.message))
  await boss.start()
  const sql = async (text: string) => (await boss.getDb().executeSql(text)).rows
  await sql(PgBossJournal.schema)
  return {
    worker: "pgBossWorker.ts",
    environment: { DATABASE_URL: url },
    enqueue: async (jobs) => {
      await boss.insert(PgBossRecipe.queue, jobs.map(({ data, id }) => ({ id, data: { ...data } })))
    },
    journal: async () =>
      (await sql("SELECT job, state, attempt, request_id, from_log FROM sens_send")).map((row) => ({
        job: row.job,
        state: row.state,
        attempt: row.attempt,
        requestId: row.request_id ?? undefined,
        isFromLog: row.from_log
      })),
    completed: async () => {
      const [row] = await sql(
        "SELECT count(*)::int AS count FROM pgboss.job WHERE name = 'sens' AND state = 'completed'"
      )
      return row.count
    },
    close: () => boss.stop({ graceful: false })
  }
}

const bullMq = async (): Promise<Engine | undefined> => {
  const port = await Servers.redis()
  if (port === undefined) return undefined
  const redis = new Redis({ port, maxRetriesPerRequest: null })
  const queue = new Queue<BullMq.Notice>(BullMq.queue, { connection: { port } })
  return {
    worker: "bullMqWorker.ts",
    environment: { REDIS_PORT: String(port) },
    enqueue: async (jobs) => {
      await queue.addBulk(
        jobs.map(({ data, id }) => ({ name: "notice", data, opts: { ...BullMq.jobOptions, jobId: id } }))
      )
    },
    journal: async () => {
      const keys = await redis.keys("sens:send:*")
      const all = await Promise.all(keys.map((key) => redis.hgetall(key)))
      return all.flatMap(({ _: _count, ...entries }) =>
        Object.entries(entries).map(([job, text]) => {
          const entry = JSON.parse(text)
          return {
            job,
            state: entry.state,
            attempt: entry.attempt,
            requestId: entry.requestId,
            isFromLog: entry.isFromLog ?? false
          }
        })
      )
    },
    completed: () => queue.getCompletedCount(),
    close: async () => {
      await queue.close()
      await redis.quit()
    }
  }
}

/** What each needs of Debian, and how it comes up: nothing where that is not there. */
export const engines = [
  { name: "pg-boss", needs: "PostgreSQL", open: pgBoss },
  { name: "BullMQ", needs: "Redis", open: bullMq }
]
