/**
 * `effect-sens reservations cancel`, once it is asked for.
 *
 * @since 0.1.0
 */
import * as Sens from "@effect-sens/http/Sens"
import * as Effect from "effect/Effect"
import * as Client from "../Client.ts"
import * as Output from "../Output.ts"
import * as Plan from "../Plan.ts"
import * as ReservationView from "../ReservationView.ts"
import * as Table from "../Table.ts"
import type * as Reservations from "./Reservations.ts"

export const Document = Output.document("reservations cancel", { reservation: ReservationView.Reservation })

const texts = {
  question: {
    en: (id: string, time: string) => `Cancel the reservation ${id} of ${time}?`,
    ko: (id: string, time: string) => `예약 ${id} (${time})을 취소할까요?`
  }
} as const

export const run = Effect.fnUntraced(function*({ id }: Reservations.Cancel) {
  const { language } = yield* Output.Output
  const { reservations } = yield* Sens.Sens
  const { time } = ReservationView.make(id, yield* reservations.status(id))
  yield* Plan.confirm({
    en: texts.question.en(id, time ?? "-"),
    ko: texts.question.ko(id, time ?? "-")
  }, yield* Client.Account)
  yield* reservations.cancel(id)
  const reservation = ReservationView.make(id, yield* reservations.status(id))
  yield* Output.answer({
    document: Document,
    value: Document.make({ reservation }),
    table: () => Table.render({ rows: ReservationView.rows([reservation], language) })
  })
}, Effect.provide(Client.layer))
