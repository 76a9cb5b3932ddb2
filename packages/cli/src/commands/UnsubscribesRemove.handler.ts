/**
 * `effect-sens unsubscribes remove`, once it is asked for.
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
import * as Plan from "../Plan.ts"
import * as Text from "../Text.ts"
import type * as UnsubscribesFlags from "./Unsubscribes.ts"

export const Document = Output.document("unsubscribes remove", { removed: Schema.Int })

const texts = {
  question: {
    en: (n: string) => `Take ${n} off the list? Who refused must have agreed again.`,
    ko: (n: string) => `${n}건을 수신 거부 목록에서 뺄까요? 받는 사람이 다시 동의했어야 합니다.`
  },
  removed: {
    en: (n: string) => `${n} taken off the list`,
    ko: (n: string) => `${n}건을 수신 거부 목록에서 뺐습니다`
  }
} as const

export const run = Effect.fnUntraced(function*(input: UnsubscribesFlags.Numbers) {
  const { language } = yield* Output.Output
  const numbers = yield* NumberArguments.read(input)
  const count = Text.count(numbers.length)
  yield* Plan.confirm({ en: texts.question.en(count), ko: texts.question.ko(count) }, yield* Client.Account)
  const { unsubscribes } = yield* Sens.Sens
  yield* Effect.forEach(Arr.chunksOf(numbers, UnsubscribeRequest.maxNumbers), (some) => unsubscribes.remove(some), {
    discard: true
  })
  yield* Output.answer({
    document: Document,
    value: Document.make({ removed: numbers.length }),
    table: () => texts.removed[language](count)
  })
}, Effect.provide(Client.layer))
