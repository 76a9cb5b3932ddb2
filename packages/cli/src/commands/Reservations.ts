/**
 * `effect-sens reservations`: sends that wait for their time.
 *
 * @since 0.1.0
 */
import * as Argument from "effect/cli/Argument"
import type * as Command from "effect/cli/Command"
import * as Definition from "../Definition.ts"
import * as Globals from "../Globals.ts"
import type { Both, Language } from "../Language.ts"

export const texts = {
  command: { en: "Sends that wait for their time", ko: "예약 발송" },
  status: { en: "Show how far reservations are", ko: "예약의 상태를 보여 줍니다" },
  cancel: {
    en: "Cancel a reservation, up to ten minutes before its time",
    ko: "예약을 취소합니다. 예약 시각 10분 전까지 됩니다"
  },
  id: { en: "The reservation, which is the request id of the send", ko: "예약 ID. 발송 요청 ID와 같습니다" }
} as const satisfies { readonly [name: string]: Both }

const id = (language: Language) => Argument.String("id").pipe(Argument.withDescription(texts.id[language]))

export const parameters = {
  status: (language: Language) => ({ ids: id(language).pipe(Argument.atLeast(1)) }),
  cancel: (language: Language) => ({ id: id(language) })
}

export type Status = Command.Command.Config.Infer<ReturnType<typeof parameters.status>>

export type Cancel = Command.Command.Config.Infer<ReturnType<typeof parameters.cancel>>

export const definition = Definition.group({
  name: "reservations",
  description: texts.command,
  commands: [
    Definition.leaf({
      name: "status",
      description: texts.status,
      uses: Globals.keys,
      formats: ["table", "json"],
      parameters: parameters.status,
      handler: () => import("./ReservationsStatus.handler.ts")
    }),
    Definition.leaf({
      name: "cancel",
      description: texts.cancel,
      uses: [...Globals.keys, "yes"],
      formats: ["table", "json"],
      parameters: parameters.cancel,
      handler: () => import("./ReservationsCancel.handler.ts")
    })
  ]
})
