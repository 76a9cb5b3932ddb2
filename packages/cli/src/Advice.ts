/**
 * What to do about a result code, as a sentence in both languages.
 *
 * @since 0.1.0
 */
import * as DeliveryCode from "@effect-sens/core/DeliveryCode"
import type { Both } from "./Language.ts"

const english: { readonly [A in DeliveryCode.Advice]: string } = {
  delivered: "nothing, it arrived",
  retryLater: "send it again later",
  fixRecipient: "fix the recipient",
  fixSender: "fix the sender number",
  fixContent: "fix the text",
  fixAttachment: "fix the picture",
  quota: "wait, or have the quota raised",
  blocked: "do not send: the recipient refused it",
  system: "ask NAVER's support",
  never: "do not send it again"
}

export const of = (advice: DeliveryCode.Advice): Both => ({
  en: english[advice],
  ko: DeliveryCode.adviceKo[advice]
})
