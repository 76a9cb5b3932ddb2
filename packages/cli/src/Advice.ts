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

const english: { readonly [A in DeliveryCode.Advice]: string } = {
  delivered: "nothing, it arrived",
  retryLater: "send it again later",
  fixRecipient: "fix the recipient",
  fixSender: "fix the sender number",
  fixContent: "fix the text",
  fixAttachment: "fix the picture",
  quota: "wait, or have the quota raised",
  blocked: "do not send it again: it was refused",
  system: "ask NAVER's support if it lasts",
  never: "do not send it again"
}

export const of = (advice: DeliveryCode.Advice): Both => ({
  en: english[advice],
  ko: DeliveryCode.adviceKo[advice]
})
