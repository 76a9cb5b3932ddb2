/**
 * What to do about a result code, as a sentence in both languages.
 *
 * @since 0.1.0
 */
import * as DeliveryCode from "@effect-sens/core/DeliveryCode"
import * as Schema from "effect/Schema"
import * as Struct from "effect/Struct"
import type { Both } from "./Language.ts"

/** The names of what there is to do. */
export const Advice = Schema.Literals(Struct.keys(DeliveryCode.adviceKo))

export const of = (advice: DeliveryCode.Advice): Both => ({
  en: DeliveryCode.adviceEn[advice],
  ko: DeliveryCode.adviceKo[advice]
})
