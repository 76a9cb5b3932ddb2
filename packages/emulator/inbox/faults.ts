// Faults by the names that the page gives them: what a program sees that gets one.
import type * as Model from "../src/Fault.ts"
import type { PendingFault } from "./control.ts"
import { count } from "./format.ts"
import { say } from "./language.ts"

/** A fault as the control API has it. */
export type Fault =
  | { readonly _tag: "TooManyRequests"; readonly code?: "400" | "410" | "420"; readonly retryAfter?: string }
  | { readonly _tag: "ServerError"; readonly status: number; readonly accepted: boolean }
  | { readonly _tag: "Redirect"; readonly status: number; readonly location: string }
  | { readonly _tag: "SaysFailed"; readonly statusCode: string; readonly accepted: boolean }
  | { readonly _tag: "Unreadable"; readonly body: "brokenJson" | "html" | "empty"; readonly accepted: boolean }
  | { readonly _tag: "Flood"; readonly bytes: number; readonly accepted: boolean }
  | { readonly _tag: "ClockSkew"; readonly offsetMillis: number }
  | { readonly _tag: "EmptyNotFound" }
  | { readonly _tag: "Refused" }
  | { readonly _tag: "Reset"; readonly accepted: boolean; readonly code: string }
  | { readonly _tag: "Silence"; readonly accepted: boolean }
  | { readonly _tag: "AcceptedLater"; readonly afterMillis: number; readonly first: "Reset" | "Silence" }
  | { readonly _tag: "Slow"; readonly beforeMillis: number; readonly afterMillis: number }
  | { readonly _tag: "WrongDate"; readonly offsetMillis: number }
  | { readonly _tag: "NoDate" }

/** How long: `30초`, `10 min`. */
const duration = (millis: number): string => {
  const much = Math.abs(millis)
  if (much >= 60_000 && much % 60_000 === 0) return say(`${much / 60_000}분`, `${much / 60_000} min`)
  return much % 1000 === 0 ? say(`${much / 1000}초`, `${much / 1000} s`) : `${much} ms`
}

const off = (millis: number): string => `${millis < 0 ? "−" : "+"}${duration(millis)}`

const bytes = (n: number): string =>
  n >= 1e6 ? `${Math.round(n / 1e5) / 10} MB` : n >= 1000 ? `${Math.round(n / 100) / 10} kB` : `${n} B`

const notAccepted = (accepted: boolean): string => accepted ? "" : say(", 접수 안 함", ", not accepted")

/** What a fault does, in few words. */
export const faultName = (fault: Fault): string => {
  switch (fault._tag) {
    case "TooManyRequests": {
      const { code, retryAfter } = fault
      const kind = code === undefined
        ? say("SENS의 429", "429 of SENS")
        : {
          400: say("429 쿼터 (400)", "429 quota (400)"),
          410: say("429 조절 (410)", "429 throttle (410)"),
          420: say("429 속도 (420)", "429 rate (420)")
        }[code]
      if (retryAfter === undefined) return kind
      return /^\d+$/.test(retryAfter)
        ? say(`${kind}, ${retryAfter}초 뒤`, `${kind}, after ${retryAfter} s`)
        : `${kind}, ${retryAfter}`
    }
    case "ServerError":
      return fault.accepted
        ? say(`접수 후 ${fault.status}`, `${fault.status} after`)
        : say(`접수 전 ${fault.status}`, `${fault.status} before`)
    case "Redirect":
      return say(`리디렉션 ${fault.status}`, `Redirect ${fault.status}`)
    case "SaysFailed":
      return say(`실패라는 202 (${fault.statusCode})`, `202 that says failed (${fault.statusCode})`) +
        (fault.accepted ? say(", 접수함", ", accepted") : "")
    case "Unreadable":
      return {
        brokenJson: say("깨진 JSON", "Broken JSON"),
        html: say("HTML 응답", "HTML answer"),
        empty: say("빈 응답", "Empty answer")
      }[fault.body] + notAccepted(fault.accepted)
    case "Flood":
      return say("응답 ", "Answer of ") + bytes(fault.bytes) + notAccepted(fault.accepted)
    case "ClockSkew":
      return say("시계 차이 401", "Clock skew 401") + (fault.offsetMillis === 0 ? "" : ` (${off(fault.offsetMillis)})`)
    case "EmptyNotFound":
      return say("빈 404", "Empty 404")
    case "Refused":
      return say("연결 거부", "Connection refused")
    case "Reset":
      return (fault.accepted ? say("접수한 뒤 끊김", "Cut after acceptance") : say("접수 전 끊김", "Cut before")) +
        (fault.code === "ECONNRESET" ? "" : ` (${fault.code})`)
    case "Silence":
      return fault.accepted ? say("응답 유실", "Answer lost") : say("접수 없이 무응답", "No answer, not accepted")
    case "AcceptedLater": {
      const after = duration(fault.afterMillis)
      return fault.first === "Reset"
        ? say(`끊김, ${after} 뒤 접수`, `Cut, accepted ${after} later`)
        : say(`무응답, ${after} 뒤 접수`, `No answer, accepted ${after} later`)
    }
    case "Slow": {
      const [before, after] = [duration(fault.beforeMillis), duration(fault.afterMillis)]
      return [
        ...(fault.beforeMillis === 0 ? [] : [say(`${before} 늦게 접수`, `Looked at ${before} late`)]),
        ...(fault.afterMillis === 0 ? [] : [say(`${after} 늦게 답함`, `Answered ${after} late`)])
      ].join(", ") || say("지연 없음", "No delay")
    }
    case "WrongDate":
      return say(`틀린 Date (${off(fault.offsetMillis)})`, `Wrong Date (${off(fault.offsetMillis)})`)
    case "NoDate":
      return say("Date 없음", "No Date")
  }
}

const kinds: Readonly<Record<Model.Fault["_tag"], readonly [string, string]>> = {
  TooManyRequests: ["429", "429"],
  ServerError: ["5xx", "5xx"],
  Redirect: ["리디렉션", "redirect"],
  SaysFailed: ["실패라는 202", "202 that says failed"],
  Unreadable: ["읽을 수 없는 응답", "unreadable answer"],
  Flood: ["너무 긴 응답", "flood"],
  ClockSkew: ["시계 차이 401", "clock skew 401"],
  EmptyNotFound: ["빈 404", "empty 404"],
  Refused: ["연결 거부", "connection refused"],
  Reset: ["끊김", "cut"],
  Silence: ["무응답", "no answer"],
  AcceptedLater: ["늦은 접수", "accepted later"],
  Slow: ["지연", "slow"],
  WrongDate: ["틀린 Date", "wrong Date"],
  NoDate: ["Date 없음", "no Date"]
}

const kindNames = new Map(Object.entries(kinds))

/** A kind of fault, where no more is known, as in the ledger. */
export const kindName = (tag: string): string => {
  const [ko, en] = kindNames.get(tag) ?? [tag, tag]
  return say(ko, en)
}

/** A share as it is read: `2.5%`. */
export const percent = (share: number): string => `${Math.round(share * 1000) / 10}%`

/** Which requests, and how many of them: `send × 1`. */
export const scopeName = ({ count: times, operation }: Pick<PendingFault, "count" | "operation">): string =>
  `${operation === "any" ? say("모든 작업", "any") : operation} ${
    times === null ? say("계속", "for ever") : `× ${count(times)}`
  }`

// One that the emulator learns and the page does not know does not compile.
const scopes: Readonly<Record<Model.Pending["operation"], true>> = {
  send: true,
  search: true,
  result: true,
  upload: true,
  reservationStatus: true,
  reservationCancel: true,
  unsubscribesSearch: true,
  unsubscribesRegister: true,
  unsubscribesRemove: true,
  any: true
}

/** The operations that a fault can be for. */
export const operations: ReadonlyArray<string> = Object.keys(scopes)

interface Group {
  readonly ko: string
  readonly en: string
  readonly faults: ReadonlyArray<Fault>
}

/** Those that can be armed by one press: at least one of every kind. */
export const presets: ReadonlyArray<Group> = [
  {
    ko: "접수하지 않음",
    en: "Not accepted",
    faults: [
      { _tag: "TooManyRequests", code: "400" },
      { _tag: "TooManyRequests", code: "420", retryAfter: "2" },
      { _tag: "TooManyRequests", code: "410" },
      { _tag: "TooManyRequests" },
      { _tag: "ServerError", status: 500, accepted: false },
      { _tag: "ServerError", status: 503, accepted: false },
      { _tag: "Refused" },
      { _tag: "Reset", accepted: false, code: "ECONNRESET" },
      { _tag: "Silence", accepted: false },
      { _tag: "SaysFailed", statusCode: "500", accepted: false },
      { _tag: "EmptyNotFound" },
      { _tag: "Redirect", status: 307, location: "https://example.com/" }
    ]
  },
  {
    ko: "접수하고 나서",
    en: "Accepted, then",
    faults: [
      { _tag: "ServerError", status: 500, accepted: true },
      { _tag: "ServerError", status: 504, accepted: true },
      { _tag: "Reset", accepted: true, code: "ECONNRESET" },
      { _tag: "Silence", accepted: true },
      { _tag: "Unreadable", body: "brokenJson", accepted: true },
      { _tag: "Unreadable", body: "html", accepted: true },
      { _tag: "Unreadable", body: "empty", accepted: true },
      { _tag: "Flood", bytes: 100_000_000, accepted: true },
      { _tag: "AcceptedLater", afterMillis: 30_000, first: "Reset" },
      { _tag: "AcceptedLater", afterMillis: 30_000, first: "Silence" }
    ]
  },
  {
    ko: "느림·시계",
    en: "Slow, clock",
    faults: [
      { _tag: "Slow", beforeMillis: 5000, afterMillis: 0 },
      { _tag: "Slow", beforeMillis: 0, afterMillis: 5000 },
      { _tag: "ClockSkew", offsetMillis: 0 },
      { _tag: "WrongDate", offsetMillis: 600_000 },
      { _tag: "NoDate" }
    ]
  }
]

/** How many of what is armed the bar names. */
const named = 3

/** What is armed, for the bar that stands on every tab; empty where nothing is. */
export const armedText = (
  { faults, random }: {
    readonly faults: ReadonlyArray<PendingFault>
    readonly random?: { readonly rates: ReadonlyArray<{ readonly fault: Fault; readonly rate: number }> }
  }
): string => {
  const all = [
    ...faults.map((each) => `${scopeName(each)} ${faultName(each.fault)}`),
    ...(random?.rates ?? []).map(({ fault, rate }) => `${faultName(fault)} ${percent(rate)}`)
  ]
  const others = all.length - named
  return all.slice(0, named).join(" · ") +
    (others > 0 ? say(` 외 ${count(others)}건`, ` and ${count(others)} more`) : "")
}
