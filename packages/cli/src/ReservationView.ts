/**
 * A reservation as commands show it.
 *
 * @since 0.1.0
 */
import * as ReservationStatus from "@effect-sens/core/ReservationStatus"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Instant from "./Instant.ts"
import type { Both, Language } from "./Language.ts"

export const Reservation = Schema.Struct({
  id: Schema.String,
  /** In the words of the service; `NOT_FOUND` where it knows no such reservation. */
  status: Schema.String,
  /** When it is to be sent. */
  time: Schema.NullOr(Schema.String),
  /** Whether nothing more becomes of it. */
  isFinal: Schema.Boolean,
  /** Whether it can still be cancelled. */
  isCancelable: Schema.Boolean
})

export type Reservation = typeof Reservation.Type

export const make = (id: string, status: ReservationStatus.ReservationStatus): Reservation => ({
  id,
  status: status.reserveStatus,
  time: Option.getOrNull(Option.map(ReservationStatus.reserveTime(status), Instant.iso)),
  isFinal: ReservationStatus.isFinal(status),
  isCancelable: ReservationStatus.isCancelable(status)
})

export const absent = (id: string): Reservation => ({
  id,
  status: "NOT_FOUND",
  time: null,
  isFinal: true,
  isCancelable: false
})

const states: { readonly [S in ReservationStatus.State | "NOT_FOUND"]: Both } = {
  READY: { en: "waits for its time", ko: "예약 대기" },
  PROCESSING: { en: "is being handed on", ko: "처리 중" },
  DONE: { en: "was handed on: see the log", ko: "처리됨. log로 확인하십시오" },
  CANCELED: { en: "was cancelled", ko: "취소됨" },
  FAIL: { en: "could not be handed on", ko: "처리 실패" },
  STALE: { en: "was not handed on in time", ko: "제때 처리되지 않음" },
  SKIP: { en: "its service no longer exists", ko: "서비스가 없어짐" },
  NOT_FOUND: { en: "is not known", ko: "그런 예약이 없음" }
}

const isState = (status: string): status is keyof typeof states => Object.hasOwn(states, status)

const heads = { en: ["reservation", "status", "time", ""], ko: ["예약", "상태", "시각", ""] } as const

export const rows = (
  reservations: ReadonlyArray<Reservation>,
  language: Language
): ReadonlyArray<ReadonlyArray<string>> => [
  heads[language],
  ...reservations.map(({ id, status, time }) => [
    id,
    status,
    time ?? "-",
    isState(status) ? states[status][language] : ""
  ])
]
