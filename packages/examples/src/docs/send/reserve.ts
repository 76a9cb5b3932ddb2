import * as ReservationStatus from "@effect-sens/core/ReservationStatus"
import * as Sens from "@effect-sens/http/Sens"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"

export const program = Effect.gen(function*() {
  const sens = yield* Sens.Sens
  const at = DateTime.add(yield* DateTime.now, { days: 1 })
  const { requestId } = yield* sens.messages.send({
    type: "SMS",
    from: "0212345678",
    content: "[치과] 내일 14시 진료 예약입니다.",
    messages: [{ to: "01012345678" }],
    reserve: { at }
  })
  const status = yield* sens.reservations.status(requestId)
  if (ReservationStatus.isCancelable(status)) yield* sens.reservations.cancel(requestId)
  return requestId
})
