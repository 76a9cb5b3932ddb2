/**
 * A reservation, looked at and cancelled.
 *
 * @since 0.1.0
 */
import * as KstDateTime from "@effect-sens/core/KstDateTime"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Asking from "../Asking.ts"
import * as Check from "../Check.ts"
import * as Sample from "../Sample.ts"
import * as Shape from "../Shape.ts"
import * as Wire from "../Wire.ts"

const ahead = 15 * Asking.minute

const word = (text: string | undefined): string | null => text !== undefined && /^[A-Z]{1,20}$/.test(text) ? text : null

const statusOf = (exchange: Wire.Exchange): number | null => exchange._tag === "Answered" ? exchange.status : null

/** A `reserveTime` is written with an offset, with seconds, or in minutes. */
const formOf = (text: string | undefined): string | null =>
  text === undefined
    ? null
    : { "yyyy-MM-ddTHH:mm:ss+offset": "offset", "yyyy-MM-dd HH:mm": "minutes", "yyyy-MM-dd HH:mm:ss": "seconds" }[
      Shape.form(text)
    ] ?? "other"

export const check: Check.Check = {
  number: 18,
  id: "reservation",
  title: { en: "A reservation, and its end", ko: "예약과 취소" },
  mode: "live",
  extra: "reserve",
  needs: "signature",
  expected: {
    en: "not in the search, READY, then CANCELED (free, if it can be cancelled)",
    ko: "조회에 없음, READY, 그다음 CANCELED (취소되면 과금되지 않음)"
  },
  determines: {
    en: "how a reservation is told, and what cancelling one twice or an unknown one says",
    ko: "예약 상태의 형식, 두 번 취소하거나 없는 예약을 취소할 때의 응답"
  },
  run: Effect.gen(function*() {
    const wire = yield* Asking.wire
    const now = yield* wire.now
    // SENS knows minutes alone.
    const at = Math.ceil((now + ahead) / Asking.minute) * Asking.minute
    const reserved = {
      reserveTime: KstDateTime.formatMinutes(DateTime.makeUnsafe(at)),
      reserveTimeZone: "Asia/Seoul"
    }
    const of = (id: string, ...more: ReadonlyArray<string>) => ["reservations", id, ...more]
    const status = (id: string) =>
      wire.ask({ operation: "reservations.status", method: "GET", path: of(id, "reserve-status") })
    const cancel = (id: string) => wire.ask({ operation: "reservations.cancel", method: "DELETE", path: of(id) })
    // Whoever ends it in the middle is not to get a message in a quarter of an hour.
    return yield* Effect.acquireUseRelease(
      Sample.post("effect-sens doctor", reserved),
      (posted) =>
        Effect.gen(function*() {
          const { exchange, isAccepted, sent } = posted
          const id = sent.requestId
          if (!isAccepted || id === undefined) return Sample.refused(posted)
          const statusName = exchange._tag === "Answered" ? Wire.textOf(exchange.json, "statusName") ?? null : null
          const byRequest = yield* Asking.search(wire, [["requestId", id]])
          const byWindow = yield* Asking.search(wire, Sample.around(sent, now))
          const isShown = [byRequest, byWindow].some((found) =>
            found._tag === "Page" && found.items.some((item) => Sample.isOf(sent, item))
          )
          const before = yield* status(id)
          let cancelled = yield* cancel(id)
          for (let again = 0; again < 2 && cancelled._tag === "Unanswered"; again++) cancelled = yield* cancel(id)
          const after = yield* status(id)
          const twice = yield* cancel(id)
          const unknown = yield* cancel("RSSA-1000000000000-0000-00000000-aaaaaaaa")
          const read = (exchange: Wire.Exchange, key: string) =>
            exchange._tag === "Answered" ? Wire.textOf(exchange.json, key) : undefined
          const facts = {
            accepted: true,
            statusName,
            inSearch: isShown,
            reserveTime: formOf(read(before, "reserveTime")),
            statusBefore: word(read(before, "reserveStatus")),
            cancel: statusOf(cancelled),
            statusAfter: word(read(after, "reserveStatus")),
            cancelTwice: statusOf(twice),
            cancelUnknown: statusOf(unknown)
          }
          const isCancelled = facts.statusAfter === "CANCELED" ||
            (facts.statusAfter === null && cancelled._tag === "Answered" && cancelled.status < 300)
          const says = {
            en: `${isShown ? "in the search" : "not in the search"}; ${facts.statusBefore ?? "no status"}, then ${
              facts.statusAfter ?? "no status"
            }; cancelled twice: ${facts.cancelTwice ?? "no answer"}, unknown: ${facts.cancelUnknown ?? "no answer"}`,
            ko: `조회에 ${isShown ? "있음" : "없음"}. ${facts.statusBefore ?? "상태 없음"}, 취소 뒤 ${
              facts.statusAfter ?? "상태 없음"
            }. 두 번째 취소: ${facts.cancelTwice ?? "응답 없음"}, 없는 예약: ${facts.cancelUnknown ?? "응답 없음"}`
          }
          return isCancelled
            ? isShown ? Check.note(says, facts) : Check.ok(says, facts)
            : Check.amiss({
              en: `${says.en}: it could not be cancelled, and will be sent`,
              ko: `${says.ko}. 취소하지 못했으므로 발송됩니다`
            }, facts)
        }),
      ({ sent }, exit) => {
        const id = sent.requestId
        return exit._tag === "Success" || id === undefined ? Effect.void : Effect.asVoid(cancel(id))
      }
    )
  })
}
