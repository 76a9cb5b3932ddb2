/**
 * `effect-sens unsubscribes add`, once it is asked for.
 *
 * @since 0.1.0
 */
import * as UnsubscribeRequest from "@effect-sens/core/UnsubscribeRequest"
import * as Sens from "@effect-sens/http/Sens"
import * as Arr from "effect/Array"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Client from "../Client.ts"
import * as NumberArguments from "../NumberArguments.ts"
import * as Output from "../Output.ts"
import * as Text from "../Text.ts"
import type * as UnsubscribesFlags from "./Unsubscribes.ts"

export const Document = Output.document("unsubscribes add", { added: Schema.Int })

const texts = {
  added: {
    en: (n: string) => `${n} put on the list`,
    ko: (n: string) => `${n}건을 수신 거부 목록에 넣었습니다`
  }
} as const

export const run = Effect.fnUntraced(function*(input: UnsubscribesFlags.Numbers) {
  const { language } = yield* Output.Output
  const numbers = yield* NumberArguments.read(input)
  const { unsubscribes } = yield* Sens.Sens
  yield* Effect.forEach(Arr.chunksOf(numbers, UnsubscribeRequest.maxNumbers), (some) => unsubscribes.register(some), {
    discard: true
  })
  yield* Output.answer({
    document: Document,
    value: Document.make({ added: numbers.length }),
    table: () => texts.added[language](Text.count(numbers.length))
  })
}, Effect.provide(Client.layer))
