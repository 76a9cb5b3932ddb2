/**
 * Phone numbers as keys of an array with open addressing. A number of up to 15 digits is a double with a 1 before it, so that leading
 * zeros count.
 */
const longest = 15

/** @internal */
export const smallest = 64

// Both halves of the number have their say in the slot.
const hash = (key: number): number => {
  // Bitwise operators take the lower 32 bits of it.
  let mixed = Math.imul(key, 0x9e3779b1) ^ Math.imul(key / 4_294_967_296, 0x85ebca6b)
  mixed ^= mixed >>> 15
  mixed = Math.imul(mixed, 0x2c1b3c6d)
  return mixed ^ (mixed >>> 13)
}

/**
 * Where a key is, or would be, in an array in which each has so many places.
 *
 * @internal
 */
export const slot = (slots: Float64Array, key: number, size: 1 | 2): number => {
  const mask = slots.length - 1
  let at = Math.imul(hash(key), size) & mask
  while (slots[at] !== 0 && slots[at] !== key) at = (at + size) & mask
  return at
}

/**
 * The key of a number; none where it is not digits, or too many.
 *
 * @internal
 */
export const keyOf = (number: string): number | undefined => {
  if (number === "" || number.length > longest) return undefined
  let key = 1
  for (let at = 0; at < number.length; at++) {
    const digit = number.charCodeAt(at) - 48
    if (digit < 0 || digit > 9) return undefined
    key = key * 10 + digit
  }
  return key
}
