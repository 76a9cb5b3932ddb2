/**
 * `effect-sens code`, once it is asked for.
 *
 * @since 0.1.0
 */
import * as DeliveryCode from "@effect-sens/core/DeliveryCode"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Advice from "../Advice.ts"
import * as Ending from "../Ending.ts"
import * as ExitCode from "../ExitCode.ts"
import * as Failure from "../Failure.ts"
import * as Output from "../Output.ts"
import * as Table from "../Table.ts"
import type * as Code from "./Code.ts"

export const Document = Output.document("code", {
  codes: Schema.Array(Schema.Struct({
    code: Schema.String,
    /** Whether it is in one of the tables. */
    isKnown: Schema.Boolean,
    meaning: Schema.String,
    meaningKo: Schema.String,
    advice: Advice.Advice,
    adviceKo: Schema.String,
    /** Whether the message may have been delivered all the same. */
    isUncertain: Schema.Boolean
  }))
})

const texts = {
  none: { en: "No code was given; --all shows them all", ko: "코드를 주십시오. --all은 전부 보여 줍니다" },
  both: { en: "Codes and --all cannot both be meant", ko: "코드와 --all은 함께 쓸 수 없습니다" },
  heads: { en: ["code", "meaning", "advice"], ko: ["코드", "뜻", "할 일"] }
} as const

/** What codes mean, and what to do about them. */
export const explain = (codes: ReadonlyArray<DeliveryCode.DeliveryCode>): typeof Document.Type =>
  Document.make({
    codes: codes.map((code) => ({
      code: code.code,
      isKnown: DeliveryCode.isKnown(code),
      meaning: code.meaning,
      meaningKo: code.meaningKo,
      advice: code.advice,
      adviceKo: code.adviceKo,
      isUncertain: DeliveryCode.isUncertain(code)
    }))
  })

/** Codes as people write them. */
export const parse = (text: string): DeliveryCode.DeliveryCode => DeliveryCode.fromString(text.trim().toUpperCase())

export const run = Effect.fnUntraced(function*({ all, codes: given }: Code.Input) {
  const { language } = yield* Output.Output
  if (all && given.length > 0) return yield* Failure.usage(texts.both)
  if (!all && given.length === 0) return yield* Failure.usage(texts.none)
  const codes: ReadonlyArray<DeliveryCode.DeliveryCode> = all
    ? DeliveryCode.all :
    given.map(parse)
  const value = explain(codes)
  const rows = value.codes.map((
    { advice, code, meaning, meaningKo }
  ) => [code, language === "ko" ? meaningKo : meaning, Advice.of(advice)[language]])
  const heads = texts.heads[language]
  yield* Output.answer({
    document: Document,
    value,
    table: () => Table.render({ heads, rows }),
    csv: [heads, ...rows]
  })
  if (value.codes.some(({ isKnown }) => !isKnown)) yield* Ending.exit(ExitCode.table.absent.code)
})
