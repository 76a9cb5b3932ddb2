/**
 * Result codes as they are shown to people, in both languages.
 */
import * as DeliveryCode from "@effect-sens/core/DeliveryCode"
import type { Code } from "../Inbox.ts"

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
    adviceEn: uncertain ? maybeArrived.en : DeliveryCode.adviceEn[known.advice],
    adviceKo: uncertain ? maybeArrived.ko : known.adviceKo
  }
}
