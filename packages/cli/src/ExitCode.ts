/**
 * How a run ends, for whoever runs it from a script. The one table: code, page and test take it from here.
 *
 * @since 0.1.0
 */
import * as Predicate from "effect/Predicate"
import * as Runtime from "effect/Runtime"
import type { Both } from "./Language.ts"

export interface Row {
  readonly code: number
  readonly means: Both
  /** What running the same again does. */
  readonly again: Both
}

const row = <const Code extends number>(code: Code, means: Both, again: Both) => ({ code, means, again })

export const table = {
  done: row(
    0,
    { en: "done; also where the reader of a pipe has gone", ko: "끝남. 파이프를 읽는 쪽이 먼저 닫은 경우도 포함" },
    { en: "-", ko: "-" }
  ),
  bug: row(
    1,
    { en: "a fault of this program, or one without a name", ko: "이 프로그램의 결함이거나 이름 없는 오류" },
    { en: "unclear", ko: "알 수 없음" }
  ),
  usage: row(
    2,
    {
      en: "a flag, an argument, a value, or Node is not as it has to be",
      ko: "플래그, 인수, 값이나 Node 버전이 맞지 않음"
    },
    { en: "pointless", ko: "소용없음" }
  ),
  refused: row(
    3,
    {
      en: "refused before anything was sent: a check, a list, --max, no yes, a changed file",
      ko: "아무것도 보내기 전에 거절함: 검사, 명단, --max, 확인 없음, 바뀐 파일"
    },
    { en: "safe", ko: "안전" }
  ),
  keys: row(
    4,
    { en: "keys are missing or refused", ko: "인증 키가 없거나 거절됨" },
    { en: "safe", ko: "안전" }
  ),
  unknown: row(
    5,
    { en: "something may have been sent, and nobody knows yet", ko: "보내졌을 수 있으나 아직 알 수 없음" },
    { en: "dangerous: settle first", ko: "위험: 먼저 settle" }
  ),
  part: row(
    6,
    {
      en: "done in part: some was refused, or was not delivered",
      ko: "일부만 됨: 거절되었거나 전달되지 않은 것이 있음"
    },
    { en: "look first", ko: "먼저 확인" }
  ),
  unavailable: row(
    7,
    {
      en: "the service or the network is not there, quota, throttled, a port in use; nothing was accepted",
      ko: "서비스나 네트워크에 닿지 않음, 한도, 속도 제한, 사용 중인 포트. 접수된 것은 없음"
    },
    { en: "safe, later", ko: "나중에, 안전" }
  ),
  absent: row(
    8,
    { en: "not found, or the log does not reach so far back", ko: "없음. 또는 로그가 그만큼 거슬러 올라가지 않음" },
    { en: "pointless", ko: "소용없음" }
  ),
  hangup: row(
    129,
    { en: "the terminal was closed; the books are in order", ko: "터미널이 닫힘. 기록은 정리됨" },
    { en: "go on where it was", ko: "이어서 할 수 있음" }
  ),
  interrupted: row(
    130,
    { en: "^C; the books are in order", ko: "^C. 기록은 정리됨" },
    { en: "go on where it was", ko: "이어서 할 수 있음" }
  ),
  terminated: row(
    143,
    { en: "told to end; the books are in order", ko: "종료 신호를 받음. 기록은 정리됨" },
    { en: "go on where it was", ko: "이어서 할 수 있음" }
  )
} as const satisfies { readonly [name: string]: Row }

/** The code that a run ends with. */
export type ExitCode = (typeof table)[keyof typeof table]["code"]

export const signals = {
  SIGHUP: table.hangup.code,
  SIGINT: table.interrupted.code,
  SIGTERM: table.terminated.code
} as const

/** Of errors by their tag, where the tag alone says it. */
const byTag: { readonly [tag: string]: ExitCode } = {
  ConfigError: table.keys.code,
  DeadlineExceeded: table.part.code,
  DoesNotFit: table.refused.code,
  InvalidAdvertisement: table.refused.code,
  InvalidJpeg: table.refused.code,
  InvalidList: table.refused.code,
  InvalidRow: table.refused.code,
  KeyConflict: table.refused.code,
  NotCovered: table.absent.code,
  NotFound: table.absent.code,
  PagingError: table.unavailable.code,
  QuitError: table.interrupted.code,
  TextsPurged: table.refused.code,
  UnreadableEntries: table.unavailable.code,
  UnreadableRecords: table.unavailable.code,
  WrongState: table.refused.code
}

/** Why an operation of the API failed. */
const byReason: { readonly [tag: string]: ExitCode } = {
  AuthenticationFailed: table.keys.code,
  BadRequest: table.refused.code,
  ConnectionFailed: table.unavailable.code,
  ConnectionLost: table.unavailable.code,
  NotFound: table.absent.code,
  PayloadTooLarge: table.refused.code,
  PermissionDenied: table.keys.code,
  QuotaExceeded: table.unavailable.code,
  Rejected: table.refused.code,
  ServerFault: table.unavailable.code,
  Throttled: table.unavailable.code,
  TimedOut: table.unavailable.code,
  UnexpectedResponse: table.unavailable.code
}

// What only reads is refused for how it was asked; the others before they did anything.
const readers = new Set<unknown>(["messages.search", "messages.result", "reservations.status", "unsubscribes.search"])

/** What a file system says of a file that somebody named. */
const files = new Set(["AlreadyExists", "BadResource", "InvalidData", "NotFound", "PermissionDenied"])

/** What a disk says: it is not for what was asked, and may be otherwise later. */
const disks = ["EDQUOT", "EFBIG", "EIO", "ENOSPC", "EROFS"] as const

/** Which of them stopped it. */
export const diskOf = (error: unknown): (typeof disks)[number] | undefined => {
  if (!Predicate.hasProperty(error, "reason") || !Predicate.hasProperty(error.reason, "cause")) return undefined
  const { cause } = error.reason
  return Predicate.hasProperty(cause, "code") ? disks.find((code) => code === cause.code) : undefined
}

const tagOf = (value: unknown): string =>
  Predicate.hasProperty(value, "_tag") && typeof value._tag === "string" ? value._tag : ""

/** Why the emulator does not run. */
const byEmulator: { readonly [why: string]: ExitCode } = {
  Argument: table.usage.code,
  Background: table.unavailable.code,
  DataFile: table.refused.code,
  Host: table.usage.code,
  NoEmulator: table.unavailable.code,
  Port: table.unavailable.code
}

const codes = new Set<number>(Object.values(table).map(({ code }) => code))

export const isExitCode = (code: number): code is ExitCode => codes.has(code)

/** The code of an error. Something that may have been sent is code 5, whatever else is so. */
export const of = (error: unknown): ExitCode => {
  const reason = Predicate.hasProperty(error, "reason") ? error.reason : undefined
  if (tagOf(error) === "SensError" && Predicate.hasProperty(error, "operation")) {
    if (Predicate.hasProperty(error, "isAmbiguous") && error.isAmbiguous === true) return table.unknown.code
    if (tagOf(reason) === "InvalidRequest") {
      return readers.has(error.operation) ? table.usage.code : table.refused.code
    }
    return byReason[tagOf(reason)] ?? table.bug.code
  }
  const own = Runtime.getErrorExitCode(error)
  if (own !== 1 && isExitCode(own)) return own
  if (tagOf(error) === "PlatformError") {
    if (diskOf(error) !== undefined) return table.unavailable.code
    return files.has(tagOf(reason)) ? table.usage.code : table.bug.code
  }
  if (tagOf(error) === "Failed" && Predicate.hasProperty(error, "why")) {
    return byEmulator[String(error.why)] ?? table.bug.code
  }
  return byTag[tagOf(error)] ?? table.bug.code
}
