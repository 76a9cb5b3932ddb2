/**
 * Result codes as they are shown to people, in both languages.
 */
import * as DeliveryCode from "@effect-sens/core/DeliveryCode"
import type { Code } from "../Inbox.ts"

const adviceEn: Readonly<Record<DeliveryCode.Advice, string>> = {
  delivered: "Nothing to do",
  retryLater: "Send it again later",
  fixRecipient: "Check the recipient's number",
  fixSender: "Check the sender number",
  fixContent: "Change the text or the subject",
  fixAttachment: "Check the attached file",
  quota: "The quota is used up: raise it, or send again when it is free",
  blocked: "The recipient or a filter refuses it: do not send it again",
  system: "A fault on the way: if it lasts, ask the support",
  never: "Do not send it again"
}

const maybeArrived = {
  en: "It may have arrived: sending it again may deliver it twice",
  ko: "도착했을 수도 있습니다. 다시 보내면 두 번 갈 수 있습니다"
}

export const describe = (code: string): Code => {
  const known = DeliveryCode.fromString(code)
  const uncertain = DeliveryCode.isUncertain(known)
  return {
    code,
    success: DeliveryCode.isSuccess(known),
    uncertain,
    meaning: known.meaning,
    meaningKo: known.meaningKo,
    advice: known.advice,
    adviceEn: uncertain ? maybeArrived.en : adviceEn[known.advice],
    adviceKo: uncertain ? maybeArrived.ko : known.adviceKo
  }
}
