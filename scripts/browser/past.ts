// @effect-diagnostics newPromise:off globalDate:off globalFetch:off globalTimers:off
// What stands in the emulator while the page is looked at: one of every thing that it shows.
import { base, type Client, complete, headers } from "./program.ts"
import type { Stage } from "./stage.ts"

const hour = 3_600_000

/** A time as the service reads it: to the minute, in KST. */
export const minute = (at: number): string => new Date(at + 9 * hour).toISOString().slice(0, 16).replace("T", " ")

/** What a search signs: everything, or nothing from the question mark on. */
export const query = "?requestStartTime=2026-11-27%2009%3A00%3A00&requestEndTime=2026-11-27%2018%3A00%3A00&pageSize=100"

/** Requests that are refused, the first one last: so the page shows it first. */
export const refusals = async (client: Client): Promise<void> => {
  const { call, url } = client
  const sms = (over: object = {}) => ({
    type: "SMS",
    from: "0212345678",
    content: "안녕하세요",
    messages: [{ to: "01000001234" }],
    ...over
  })
  // A number where a text has to be.
  await call("POST", "/messages", sms({ messages: [{ to: "01000001234" }, { to: 1_000_001_235 }] }))
  // A header is missing.
  const { "x-ncp-iam-access-key": _, ...two } = headers("POST", `${base}/messages`)
  await fetch(`${url}${base}/messages`, { method: "POST", headers: two, body: JSON.stringify(sms()) })
  // Another secret key.
  await call("POST", "/messages", sms(), { toSign: (text) => `${text}-` })
  // A clock that is behind.
  await call("POST", "/messages", sms(), { timestamp: Date.now() - 432_000 })
  // A line feed too many.
  await call("POST", "/messages", sms(), { toSign: (text) => `${text}\n` })
  // A query that was not signed.
  await call("GET", `/messages${query}`, undefined, { toSign: (text) => text.replace(query, "") })
}

/** A reservation, that many minutes ahead, for that many recipients. */
export const reserve = (
  { send }: Client,
  options: { readonly minutes: number; readonly recipients?: number; readonly over?: object }
): Promise<{ readonly requestId: string }> =>
  send({
    content: "[병원] 내일 09:30 예약이 있습니다.",
    messages: Array.from(
      { length: options.recipients ?? 1 },
      (_, i) => ({ to: `010000043${String(i).padStart(2, "0")}` })
    ),
    reserveTime: minute(Date.now() + options.minutes * 60_000),
    ...options.over
  })

export const fill = {
  /** Nothing at all, and the clock of this machine. */
  nothing: async ({ control }: Client): Promise<void> => {
    await control("POST", "/reset")
    await control("PUT", "/clock", { offsetMillis: 0 })
  }
}

// 1×1, grey.
const jpeg =
  "/9j/4AAQSkZJRgABAQEASABIAAD/2wBDAAMCAgICAgMCAgIDAwMDBAYEBAQEBAgGBgUGCQgKCgkICQkKDA8MCgsOCwkJDRENDg8QEBEQCgwSExIQEw8Q" +
  "EBD/yQALCAABAAEBAREA/8wABgAQEAX/2gAIAQEAAD8A0s8g/9k="

/** A bit of everything, in the emulator that the page shows. */
export const past = async (client: Stage): Promise<void> => {
  const { call, control, send } = client
  await control("PUT", "/outcomes/01000000018", { code: "3018" })
  await control("PUT", "/outcomes", { includes: "당첨", code: "3022" })
  await control("PUT", "/opt-outs/01000001111")
  await control("POST", "/seed", { messages: 300, days: 3, failed: 0.1, seed: "looks" })
  await reserve(client, { minutes: 60 })
  await reserve(client, { minutes: 900, recipients: 86 })
  const gone = await reserve(client, { minutes: 120, recipients: 12 })
  await call("DELETE", `/reservations/${gone.requestId}`)
  const uploaded = await call("POST", "/files", { fileName: "market.jpg", fileBody: jpeg })
  const { fileId } = await uploaded.json() as { readonly fileId: string }
  await send({
    type: "MMS",
    contentType: "AD",
    subject: "(광고) 주말 장터",
    content: "(광고)[가게] 이번 주말 장터가 열립니다.\n무료수신거부 080-000-0000",
    files: [{ fileId }],
    messages: Array.from({ length: 8 }, (_, i) => ({ to: `0100000001${i + 1}` }))
  })
  await send({ content: "[가게] 인증번호는 493021 입니다.", messages: [{ to: "01000000011" }] })
  await complete(client)
  await refusals(client)
  await send({ content: "축하합니다 🎉 당첨금 ₩12,000 받아 가세요", messages: [{ to: "01000000018" }] })
  await control("POST", "/faults", {
    operation: "send",
    count: 1,
    fault: { _tag: "Reset", accepted: true, code: "ECONNRESET" }
  })
  await control("PUT", "/clock", { offsetMillis: 360_000 })
}
