/**
 * `effect-sens reservations status`, once it is asked for.
 *
 * @since 0.1.0
 */
import * as Sens from "@effect-sens/http/Sens"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Client from "../Client.ts"
import * as Ending from "../Ending.ts"
import * as ExitCode from "../ExitCode.ts"
import * as Output from "../Output.ts"
import * as ReservationView from "../ReservationView.ts"
import * as Table from "../Table.ts"
import type * as Reservations from "./Reservations.ts"

export const Document = Output.document("reservations status", {
  reservations: Schema.Array(ReservationView.Reservation)
})

export const run = Effect.fnUntraced(function*({ ids }: Reservations.Status) {
  const { language } = yield* Output.Output
  const sens = yield* Sens.Sens
  const reservations = yield* Effect.forEach(ids, (id) =>
    sens.reservations.status(id).pipe(
      Effect.map((status) => ReservationView.make(id, status)),
      // The others are told all the same.
      Effect.catchIf(({ reason }) => reason._tag === "NotFound", () => Effect.succeed(ReservationView.absent(id)))
    ))
  yield* Output.answer({
    document: Document,
    value: Document.make({ reservations }),
    table: () => Table.render({ rows: ReservationView.rows(reservations, language) })
  })
  if (reservations.some(({ status }) => status === "NOT_FOUND")) yield* Ending.exit(ExitCode.table.absent.code)
}, Effect.provide(Client.layer))
