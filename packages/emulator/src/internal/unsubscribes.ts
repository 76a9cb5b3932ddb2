/**
 * Searching the block list.
 */
import * as Result from "effect/Result"
import type { ServiceStore, StoredUnsubscribe } from "./store.ts"
import type { UnsubscribesQuery } from "./unsubscribesApi.ts"

const given = (value: string | undefined): string | undefined => value === undefined || value === "" ? undefined : value

/** How many of the entries, which are in the order of their times, were registered before a time. */
const before = (entries: ReadonlyArray<StoredUnsubscribe>, time: number): number => {
  let low = 0
  let high = entries.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (entries[middle]!.registeredAt < time) low = middle + 1
    else high = middle
  }
  return low
}

export const search = (
  store: ServiceStore,
  query: typeof UnsubscribesQuery.Type
): Result.Result<ReadonlyArray<StoredUnsubscribe>, ReadonlyArray<string>> => {
  const problems: Array<string> = []
  const millis = (name: "startTime" | "endTime"): number | undefined => {
    const value = given(query[name])
    if (value === undefined) return undefined
    if (/^\d{1,15}$/.test(value)) return Number(value)
    problems.push(`The ${name} must be in milliseconds.`)
    return undefined
  }
  const count = (name: "pageIndex" | "pageSize", fallback: number, least: number, most: number): number => {
    const value = given(query[name])
    if (value === undefined) return fallback
    if (/^\d{1,9}$/.test(value) && Number(value) >= least && Number(value) <= most) return Number(value)
    problems.push(`The ${name} must be between ${least} and ${most}.`)
    return fallback
  }
  const start = millis("startTime")
  const end = millis("endTime")
  if (start !== undefined && end !== undefined && end < start) {
    problems.push("The endTime cannot be before the startTime.")
  }
  const clientTelNo = given(query.clientTelNo)
  if (clientTelNo !== undefined && !/^\d{1,25}$/.test(clientTelNo)) {
    problems.push("The clientTelNo must be numeric and cannot exceed 25 characters.")
  }
  const pageSize = count("pageSize", 100, 1, 100)
  const pageIndex = count("pageIndex", 0, 0, 999_999_999)
  if (problems.length > 0) return Result.fail(problems)

  let entries = store.unsubscribed()
  if (clientTelNo !== undefined) {
    const entry = store.unsubscribes.get(clientTelNo)
    entries = entry === undefined ? [] : [entry]
  }
  const low = start === undefined ? 0 : before(entries, start)
  const high = end === undefined ? entries.length : before(entries, end + 1)
  const first = low + pageIndex * pageSize
  return Result.succeed(entries.slice(first, Math.min(Math.max(first, high), first + pageSize)))
}
