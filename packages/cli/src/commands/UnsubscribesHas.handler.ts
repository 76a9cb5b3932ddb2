/**
 * `effect-sens unsubscribes has`, once it is asked for.
 *
 * @since 0.1.0
 */
import * as Unsubscribes from "@effect-sens/streams/Unsubscribes"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Client from "../Client.ts"
import * as NumberArguments from "../NumberArguments.ts"
import * as Output from "../Output.ts"
import * as Table from "../Table.ts"
import type * as UnsubscribesFlags from "./Unsubscribes.ts"

export const Document = Output.document("unsubscribes has", {
  numbers: Schema.Array(Schema.Struct({ number: Schema.String, optedOut: Schema.Boolean }))
})

const texts = {
  heads: { en: ["number", "opted out"], ko: ["번호", "수신 거부"] },
  yes: { en: "yes", ko: "예" },
  no: { en: "no", ko: "아니요" }
} as const

export const run = Effect.fnUntraced(function*(input: UnsubscribesFlags.Numbers) {
  const output = yield* Output.Output
  const { language } = output
  const given = yield* NumberArguments.read(input)
  // Without leave to go on: a list of which something cannot be read does not tell who is not on it.
  const list = yield* Unsubscribes.load()
  const numbers = given.map((number) => ({ number: output.number(number), optedOut: list.has(number) }))
  const rows = [
    texts.heads[language],
    ...numbers.map(({ number, optedOut }) => [number, optedOut ? texts.yes[language] : texts.no[language]])
  ]
  yield* Output.answer({
    document: Document,
    value: Document.make({ numbers }),
    table: () => Table.render({ rows }),
    csv: rows
  })
}, Effect.provide(Client.layer))
