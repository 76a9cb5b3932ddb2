// @effect-diagnostics asyncFunction:off
/**
 * The journal of the recipe for BullMQ: an entry a job, in the Redis of the queue. No number and no text is in it.
 *
 * `job.updateData` is no place for it, since two workers could both write there. Redis has to keep what it was told:
 * `appendonly yes`, `appendfsync always`, `maxmemory-policy noeviction`.
 */
import type * as RequestId from "@effect-sens/core/RequestId"
import type * as SendResponse from "@effect-sens/core/SendResponse"
import type * as SendIntent from "@effect-sens/http/SendIntent"
import type { Redis } from "ioredis"

export interface Entry {
  readonly state: "waiting" | "open" | "accepted" | "refused" | "held"
  readonly attempt: number
  readonly intent?: SendIntent.SendIntent
  readonly isUnreadable?: boolean
  readonly isFromLog?: boolean
  readonly requestId?: RequestId.RequestId
  readonly requestTime?: string | null | undefined
}

// The entries of equal messages are the fields of one hash, `_` counts what was written to it, and each request id is a key of
// its own. An entry is written where it is as it was read, no other job has the id, and, for a proof, nothing was written since.
// All of it is kept as long as the delivery log: 90 days.
const script = `
if (redis.call("HGET", KEYS[1], ARGV[1]) or "") ~= ARGV[2] then return 0 end
if ARGV[4] ~= "" and redis.call("HGET", KEYS[1], "_") ~= ARGV[4] then return 0 end
if KEYS[2] and not redis.call("SET", KEYS[2], ARGV[1], "NX", "EX", 7776000) and redis.call("GET", KEYS[2]) ~= ARGV[1] then
  return 0
end
redis.call("HSET", KEYS[1], ARGV[1], ARGV[3])
redis.call("HINCRBY", KEYS[1], "_", 1)
redis.call("EXPIRE", KEYS[1], 7776000)
return 1`

const idKey = (id: RequestId.RequestId): string => `sens:id:${id}`

const first: Entry = { state: "waiting", attempt: 0 }

/** The journal of one job. `twin` is a keyed hash, the same for equal messages. */
export const open = ({ job, redis, twin }: { readonly redis: Redis; readonly twin: string; readonly job: string }) => {
  const key = `sens:send:${twin}`

  /** Of all that change an entry at the same time, one does: it gets the new entry, the others none. */
  const change = async (entry: Entry, by: Partial<Entry>, seen = ""): Promise<Entry | undefined> => {
    const next = { ...entry, ...by }
    const keys = by.requestId === undefined ? [key] : [key, idKey(by.requestId)]
    const before = entry === first ? "" : JSON.stringify(entry)
    const written = await redis.eval(script, keys.length, ...keys, job, before, JSON.stringify(next), seen)
    return written === 1 ? next : undefined
  }

  return {
    read: async (): Promise<Entry> => {
      const text = await redis.hget(key, job)
      return text === null ? first : JSON.parse(text)
    },
    claim: (entry: Entry, intent: SendIntent.SendIntent) =>
      change(entry, { state: "open", attempt: entry.attempt + 1, intent, isUnreadable: false }),
    accept: (entry: Entry, { requestId, requestTime }: SendResponse.SendResponse, isFromLog: boolean) =>
      change(entry, { state: "accepted", requestId, requestTime, isFromLog }),
    unreadable: (entry: Entry) => change(entry, { isUnreadable: true }),
    notAccepted: (entry: Entry, state: "waiting" | "refused") => change(entry, { state }),
    /** What a look at the delivery log asks, and how it is written down that it has proved that nothing was accepted. */
    look: (entry: Entry) => {
      let seen = ""
      return {
        owners: async (ids: ReadonlyArray<RequestId.RequestId>) => {
          const jobs = await redis.mget(ids.map(idKey))
          return new Map(ids.flatMap((id, index) => {
            const owner = jobs[index]
            return typeof owner === "string" ? [[id, owner === job ? "this" : "another"] as const] : []
          }))
        },
        // Equal messages that the log may show in place of this one: what is open or held, and what has its id from the log.
        twins: async () => {
          const { _: count = "", ...entries } = await redis.hgetall(key)
          seen = count
          return Object.entries(entries).flatMap(([other, text]) => {
            const { intent, isFromLog, requestId, requestTime, state }: Entry = JSON.parse(text)
            if (other === job || intent === undefined) return []
            return state === "open" || state === "held" || isFromLog === true
              ? [{ intents: [intent] as const, hasId: requestId !== undefined, requestTime }]
              : []
          })
        },
        // Not if anything has come to its twins since the look. And a 2xx that could not be read says more than an empty log:
        // that one is for a person to decide.
        proved: () => change(entry, { state: entry.isUnreadable === true ? "held" : "waiting" }, seen)
      }
    }
  }
}
