// @effect-diagnostics missingPipeableSignature:off

import { ksx1001 } from "./euckrSetData.ts"

/**
 * A digit of base 91: `#` to `~` without the backslash, so that no digit needs an escape in a string literal.
 *
 * @internal
 */
export const digit = (literal: string, index: number): number => {
  const c = literal.charCodeAt(index)
  return c > 92 ? c - 36 : c - 35
}

/**
 * Walks the members of a bitmap of the generated tables: six bits to a digit, and digits from 64 on repeat the one before
 * 2, 4, 8 and so on times more.
 *
 * @internal
 */
export const forEachMember = (literal: string, f: (index: number) => void): void => {
  let base = 0
  let bits = 0
  for (let i = 0; i < literal.length; i++) {
    const value = digit(literal, i)
    let times = value < 64 ? 1 : 2 << (value - 64)
    if (value < 64) bits = value
    for (; times > 0; times--, base += 6) {
      for (let rest = bits, index = base; rest > 0; rest >>= 1, index++) {
        if ((rest & 1) === 1) f(index)
      }
    }
  }
}

/**
 * Walks the code points of KS X 1001, in no order that matters: the Hangul by final, vowel and initial, then all from U+0080.
 *
 * @internal
 */
export const forEachKsx1001 = (f: (code: number) => void): void =>
  forEachMember(
    ksx1001,
    (index) =>
      f(
        index < 11172
          ? 0xac00 + (index % 19) * 588 + (Math.floor(index / 19) % 21) * 28 + Math.floor(index / 399)
          : index - 11044
      )
  )
