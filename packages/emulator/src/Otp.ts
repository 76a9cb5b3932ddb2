/**
 * Finding the one-time password in a message, as a person would.
 *
 * @since 0.1.0
 */
import * as Option from "effect/Option"

const keyword =
  /인증\s*(?:번호|코드)?|확인\s*번호|비밀\s*번호|보안\s*코드|코드|\bcode\b|\botp\b|\bpin\b|pass(?:word|code)|verif/gi

// 4 to 8 digits, or two groups of three; not a part of a longer number, a date, a time or a phone number.
const candidate = /(?<![\d.:/]|\d-)(?:\d{3}[- ]\d{3}|\d{4,8})(?![\d/]|[-.:]\d)/g

const amount = /^\s*(?:원|won|krw|usd|년|월|일|시|분|초|개|건|점|%|p\b)/i
const price = /[₩￦\\$]\s*$/

/**
 * The code in a text: 4 to 8 digits, next to a word such as 인증번호, 코드, code or OTP where there are several.
 *
 * **Details**
 *
 * Amounts, dates, times and phone numbers are none. A text without such a word has a code only if it has one number of six
 * digits. Two groups of three digits are joined.
 *
 * **Example** (A number that is not the code)
 *
 * ```ts import.meta.vitest
 * import * as Otp from "@effect-sens/emulator/Otp"
 * import * as Option from "effect/Option"
 *
 * Otp.fromText("[가게] 12000원 결제 인증번호 [493021] 문의 1588-0000") // => Option.some("493021")
 * Otp.fromText("12000원이 결제되었습니다") // => Option.none()
 * ```
 *
 * @category converting
 * @since 0.1.0
 */
export const fromText = (text: string): Option.Option<string> => {
  const words = Array.from(text.matchAll(keyword), (match) => ({
    start: match.index,
    end: match.index + match[0].length
  }))
  const found = Array.from(text.matchAll(candidate), (match) => ({
    start: match.index,
    end: match.index + match[0].length,
    code: match[0].replace(/[- ]/, "")
  })).filter(({ end, start }) => !amount.test(text.slice(end)) && !price.test(text.slice(0, start)))
  if (words.length === 0) {
    const six = found.filter(({ code }) => code.length === 6)
    return six.length === 1 ? Option.fromUndefinedOr(six[0]?.code) : Option.none()
  }
  // The word mostly stands before the code.
  const distance = ({ end, start }: { readonly start: number; readonly end: number }): number =>
    Math.min(...words.map((word) => word.end <= start ? start - word.end : 2 * Math.max(0, word.start - end) + 1))
  let best: { readonly code: string; readonly distance: number } | undefined
  for (const each of found) {
    const away = distance(each)
    if (best === undefined || away < best.distance) best = { code: each.code, distance: away }
  }
  return Option.fromUndefinedOr(best?.code)
}
