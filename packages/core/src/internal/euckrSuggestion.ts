// @effect-diagnostics missingPipeableSignature:off
import {
  isFinal,
  isInitial,
  isMark,
  isPictographic,
  isRegionalIndicator,
  isSkinTone,
  isTag,
  isVariationSelector,
  isVowel
} from "./euckrCluster.ts"

/** What to write instead, and of which characters. Everything on the left is in KS X 1001. */
const replacements: ReadonlyArray<readonly [suggestion: string, characters: string]> = [
  ["￦", "₩"],
  ["￥", "¥"],
  ["￡", "£"],
  ["￠", "¢"],
  ["￢", "¬"],
  ["|", "¦"],
  ["￣", "¯‾"],
  ["(C)", "©"],
  ["-", "‐‑‒–—−⁃﹘"],
  ["·", "•∙⋅‧・･"],
  ["'", "‚‛ʼ"],
  ["\"", "„‟"],
  ["《", "«"],
  ["》", "»"],
  ["〈", "‹"],
  ["〉", "›"],
  ["…", "⋯"],
  ["~", "〜˜〰"],
  ["/", "⁄"],
  ["D", "Đ"],
  [" ", "\u1680"],
  ["\n", "\u0085\u2028\u2029"],
  ["▶", "‣►▸📍📌"],
  ["■", "▪◼◾⬛"],
  ["□", "▫◻◽⬜☐"],
  ["○", "◦⭕"],
  ["●", "⚫🔴🔵"],
  ["√", "✓✔"],
  ["[v]", "✅☑"],
  ["×", "✕✖❌❎"],
  ["♥", "❤❣💓💕💖💗💘💙💚💛💜💝💞💟🖤🤍🤎🧡🩵🩶🩷"],
  ["★", "⭐🌟🎉🎊"],
  ["☆", "✨"],
  ["*", "✳✱∗"],
  ["→", "➡➜➔➙➝➞⟶"],
  ["←", "⬅⟵"],
  ["↑", "⬆👆☝"],
  ["↓", "⬇👇"],
  ["└", "↳"],
  ["☞", "👉"],
  ["☜", "👈"],
  ["☎", "📞"],
  ["※", "⚠"],
  ["!", "❗❕"],
  ["?", "❓❔"],
  ["!!", "‼"],
  ["!?", "⁉"],
  ["^^", "😀😁😃😄😅😆😇😈😉😊😋😌😍😎😘🙂☺🥰🤗"],
  ["ㅋㅋ", "😂🤣"],
  ["ㅠㅠ", "😭😢😥😪🥺"],
  ["(__)", "🙏🙇"],
  ["[휴대폰]", "📱"],
  ["[메일]", "✉📧📨📩"],
  ["[시간]", "⏰⏱⏲🕐"],
  ["[일정]", "📅📆🗓"],
  ["[선물]", "🎁"],
  ["[AB]", "🆎"],
  ["[CL]", "🆑"],
  ["[COOL]", "🆒"],
  ["[FREE]", "🆓"],
  ["[ID]", "🆔"],
  ["[NEW]", "🆕"],
  ["[NG]", "🆖"],
  ["[OK]", "🆗"],
  ["[SOS]", "🆘"],
  ["[UP!]", "🆙"],
  ["[VS]", "🆚"],
  ["(우)", "㉾"],
  ["(비)", "㊙"],
  ["高", "髙"],
  ["禮", "礼"]
]

let byCode: Map<number, string> | undefined

const buildByCode = () => {
  const map = new Map<number, string>()
  for (const [suggestion, characters] of replacements) {
    for (const character of characters) map.set(character.codePointAt(0) ?? 0, suggestion)
  }
  return map
}

const circled = (number: number): string =>
  number === 0 ? "(0)" : number <= 15 ? String.fromCharCode(0x245f + number) : `(${number})`

const within = (code: number, first: number, last: number) => code >= first && code <= last

/** Characters whose replacement follows from their place in a block. */
const fromBlock = (code: number): string | undefined => {
  if (within(code, 0x246f, 0x2473)) return circled(code - 0x245f)
  if (within(code, 0x2776, 0x277f)) return circled(code - 0x2775)
  if (within(code, 0x2780, 0x2789)) return circled(code - 0x277f)
  if (within(code, 0x278a, 0x2793)) return circled(code - 0x2789)
  if (within(code, 0x24eb, 0x24f4)) return circled(code - 0x24e0)
  if (within(code, 0x24f5, 0x24fe)) return circled(code - 0x24f4)
  if (code === 0x24ea || code === 0x24ff) return circled(0)
  if (within(code, 0x3251, 0x325f)) return circled(code - 0x323c)
  if (within(code, 0x32b1, 0x32bf)) return circled(code - 0x328d)
  if (within(code, 0x24b6, 0x24cf)) return String.fromCharCode(code + 26)
  if (within(code, 0x3280, 0x32b0)) return `(${String.fromCharCode(code).normalize("NFKC")})`
  if (within(code, 0x1f170, 0x1f189)) return `[${String.fromCharCode(code - 0x1f170 + 0x41)}]`
  return undefined
}

const finals = "ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ"
const initials = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"

let oldJamo: Map<string, string> | undefined

const buildOldJamo = () => {
  const map = new Map<string, string>()
  for (let code = 0x3165; code < 0x318f; code++) {
    const letter = String.fromCharCode(code)
    map.set(letter.normalize("NFKC"), letter)
  }
  return map
}

/**
 * The compatibility jamo that shows what a conjoining one shows, `""` for a filler.
 *
 * @internal
 */
export const compatibilityJamo = (code: number): string | undefined => {
  if (code === 0x115f || code === 0x1160) return ""
  if (within(code, 0x1100, 0x1112)) return initials[code - 0x1100]
  if (within(code, 0x1161, 0x1175)) return String.fromCharCode(0x314f + code - 0x1161)
  if (within(code, 0x11a8, 0x11c2)) return finals[code - 0x11a8]
  oldJamo ??= buildOldJamo()
  return oldJamo.get(String.fromCharCode(code))
}

const ignorable = /^[\p{Default_Ignorable_Code_Point}\p{Cf}]+$/u

/**
 * Nothing that a reader would see.
 *
 * @internal
 */
export const isInvisible = (text: string): boolean => ignorable.test(text)

type IsEncodable = (text: string) => boolean

const withoutMarks = (text: string): string =>
  Array.from(text.normalize("NFKD")).filter((character) => !isMark(character.codePointAt(0) ?? 0)).join("")

const ofCharacter = (character: string, isEncodable: IsEncodable): string | undefined => {
  const code = character.codePointAt(0) ?? 0
  byCode ??= buildByCode()
  const candidate = byCode.get(code) ?? fromBlock(code)
  if (candidate !== undefined && isEncodable(candidate)) return candidate
  if (isInitial(code) || isVowel(code) || isFinal(code)) return compatibilityJamo(code)
  return undefined
}

/** Compatibility characters one by one, each by its own replacement or without its marks. */
const decomposed = (text: string, isEncodable: IsEncodable): string | undefined => {
  let out = ""
  for (const character of text.normalize("NFKC")) {
    if (isEncodable(character)) {
      out += character
      continue
    }
    const plain = withoutMarks(character)
    const replacement = ofCharacter(character, isEncodable) ??
      (isEncodable(plain) ? plain : ofCharacter(plain, isEncodable))
    if (replacement === undefined) return undefined
    out += replacement
  }
  return out
}

const isModifier = (code: number) => isVariationSelector(code) || isSkinTone(code) || isTag(code)

/**
 * @internal
 */
export const codePointsOf = (text: string): ReadonlyArray<number> => {
  const codes: Array<number> = []
  for (let i = 0; i < text.length; i++) {
    const code = text.codePointAt(i) ?? 0
    if (code > 0xffff) i++
    codes.push(code)
  }
  return codes
}

/**
 * What to write instead of a character that the charset lacks; `""` where nothing is lost, `undefined` where something would be.
 *
 * @internal
 */
export const suggestionFor = (text: string, isEncodable: IsEncodable): string | undefined => {
  const codes = codePointsOf(text)
  const first = codes[0] ?? 0
  if (codes.includes(0x20e3) && first < 0x80) {
    return within(first, 0x30, 0x39) ? circled(first - 0x30) : String.fromCharCode(first)
  }
  if (isRegionalIndicator(first)) {
    const letters = codes.filter(isRegionalIndicator).map((code) => String.fromCharCode(code - 0x1f1e6 + 0x41))
    return letters.length < 2 ? "" : `[${letters.join("")}]`
  }
  const joiner = codes.indexOf(0x200d)
  const visible = (joiner < 0 ? codes : codes.slice(0, joiner)).filter((code) => !isModifier(code))
  const plain = String.fromCodePoint(...visible)
  if (isEncodable(plain)) return plain
  const own = visible.length === 1 ? ofCharacter(plain, isEncodable) : undefined
  if (own !== undefined) return own
  // None of these has a decomposition.
  if (first >= 0x1f300 && visible.length === 1 && isPictographic(first)) return ""
  const composed = plain.normalize("NFC")
  if (isEncodable(composed)) return composed
  return decomposed(plain, isEncodable) ?? (isPictographic(first) ? "" : undefined)
}
