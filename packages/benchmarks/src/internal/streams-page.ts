// @effect-diagnostics globalDate:off
/**
 * Pages of a delivery log as SENS writes them, of any size, without the objects that a service would have to make for them.
 *
 * @since 0.1.0
 */

const second = 1000
const kst = 9 * 3_600_000

const stamp = (millis: number): string => new Date(millis + kst).toISOString().slice(0, 19).replace("T", " ")

const record = (id: string, requested: string, completed: string, index: number): string =>
  JSON.stringify({
    requestId: `RSSA-1767225600000-1234-${String(10_000_000 + Math.floor(index / 100)).padStart(8, "0")}-AbCdEfGh`,
    messageId: id,
    requestTime: requested,
    contentType: "COMM",
    type: "SMS",
    content: "[서점] 주문하신 책이 도착했습니다. 오늘 오후 6시까지 찾아가세요.",
    countryCode: "82",
    from: "0212345678",
    to: `010${String(index % 100_000_000).padStart(8, "0")}`,
    completeTime: completed,
    telcoCode: "SKT",
    status: "COMPLETED",
    statusCode: "0",
    statusName: "success",
    statusMessage: "성공"
  })

/**
 * Where the messages of a log stand in time: message k is requested, and completed, at `start + k * step` (milliseconds).
 *
 * @category models
 * @since 0.1.0
 */
export interface Log {
  readonly count: number
  readonly start: number
  readonly step: number
}

/**
 * A log of so many messages, evenly over the 85 days before a time.
 *
 * @category constructors
 * @since 0.1.0
 */
export const log = (count: number, end: number): Log => {
  const start = Math.floor((end - 85 * 86_400_000) / second) * second
  return { count, start, step: (end - start) / count }
}

/**
 * A page of the messages from one time to another, both ends included, to the second.
 *
 * @category constructors
 * @since 0.1.0
 */
export const page = (
  { count, start, step }: Log,
  options: { readonly from: number; readonly to: number; readonly pageIndex: number; readonly pageSize: number }
): string => {
  const first = Math.max(0, Math.ceil((options.from - start) / step))
  const end = Math.min(count, Math.ceil((options.to + second - start) / step))
  const at = first + options.pageIndex * options.pageSize
  const last = Math.min(end, at + options.pageSize)
  const records: Array<string> = []
  for (let index = at; index < last; index++) {
    const time = stamp(start + index * step)
    const id = `${String(index).padStart(8, "0")}-68ab-499b-b509-174d06143b9e`
    records.push(record(id, time, time, index))
  }
  return `{"statusCode":"202","statusName":"success","messages":[${
    records.join(",")
  }],"pageIndex":${options.pageIndex},"pageSize":${options.pageSize},"itemCount":${records.length},"hasMore":${
    last < end
  }}`
}
