/**
 * What each phone number gets, as a mark of its text: enough to tell the same text from another, and far smaller.
 */
import { keyOf, slot, smallest } from "./numberSlots.ts"

/**
 * Two halves of 32 and 21 bits, by two multipliers: that two texts have the same is as good as never. Not for those who look for such.
 */
const mark = (subject: string, content: string): number => {
  let one = 0x9e3779b1
  let other = 0x85ebca6b
  const add = (text: string) => {
    for (let i = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i)
      one = Math.imul(one ^ unit, 0x01000193)
      other = Math.imul(other ^ unit, 0xc2b2ae35)
      other ^= other >>> 15
    }
  }
  if (subject !== "") {
    add(subject)
    // No text has such a unit.
    one = Math.imul(one ^ 0x10000, 0x01000193)
  }
  add(content)
  return (one >>> 0) * 0x200000 + ((other ^ (other >>> 11)) & 0x1fffff)
}

/** @internal */
export class NumberTexts {
  // Beside each number its mark: what is looked at together stands together.
  private slots = new Float64Array(2 * smallest)
  private used = 0
  private readonly others = new Map<string, number>()

  /** Says whether the number is new, or else whether it comes with the text that it had. */
  add(number: string, subject: string, content: string): "New" | "Same" | "Other" {
    const own = mark(subject, content)
    const key = keyOf(number)
    if (key === undefined) {
      const known = this.others.get(number)
      if (known === undefined) this.others.set(number, own)
      return known === undefined ? "New" : known === own ? "Same" : "Other"
    }
    const at = slot(this.slots, key, 2)
    if (this.slots[at] === key) return this.slots[at + 1] === own ? "Same" : "Other"
    this.slots[at] = key
    this.slots[at + 1] = own
    this.used += 1
    if (this.used * 4 > this.slots.length) this.grow()
    return "New"
  }

  private grow(): void {
    const { slots } = this
    const larger = new Float64Array(slots.length * 2)
    for (let index = 0; index < slots.length; index += 2) {
      const key = slots[index] ?? 0
      if (key === 0) continue
      const at = slot(larger, key, 2)
      larger[at] = key
      larger[at + 1] = slots[index + 1] ?? 0
    }
    this.slots = larger
  }
}
