/**
 * Phone numbers as keys of an array with open addressing. A number of up to 15 digits is a double with a 1 before it, so that leading
 * zeros count.
 */
const longest = 15

/** @internal */
export const smallest = 64

// Both halves of the number have their say in the slot.
const hash = (key: number): number => {
  let mixed = Math.imul((key % 4_294_967_296) | 0, 0x9e3779b1) ^ Math.imul((key / 4_294_967_296) | 0, 0x85ebca6b)
  mixed ^= mixed >>> 15
  mixed = Math.imul(mixed, 0x2c1b3c6d)
  return (mixed ^ (mixed >>> 13)) >>> 0
}

/**
 * Where a key is, or would be, in an array in which each has so many places.
 *
 * @internal
 */
export const slot = (slots: Float64Array, key: number, size: 1 | 2): number => {
  const mask = slots.length - 1
  let at = (hash(key) * size) & mask
  while (slots[at] !== 0 && slots[at] !== key) at = (at + size) & mask
  return at
}

const digits = /^\d+$/

/**
 * The key of a number; none where it is not digits, or too many.
 *
 * @internal
 */
export const keyOf = (number: string): number | undefined =>
  number.length > longest || !digits.test(number) ? undefined : Number(`1${number}`)
