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
  // A unit that no text has stands between the two.
  const subjects = subject.length
  const length = subjects + 1 + content.length
  for (let i = 0; i < length; i++) {
    const unit = i < subjects ? subject.charCodeAt(i) : i === subjects ? 0x10000 : content.charCodeAt(i - subjects - 1)
    one = Math.imul(one ^ unit, 0x01000193)
    other = Math.imul(other ^ unit, 0xc2b2ae35)
    other ^= other >>> 15
  }
  return (one >>> 0) * 0x200000 + ((other ^ (other >>> 11)) & 0x1fffff)
}

/** @internal */
export class NumberTexts {
  private slots = new Float64Array(smallest)
  private marks = new Float64Array(smallest)
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
    const at = slot(this.slots, key)
    if (this.slots[at] === key) return this.marks[at] === own ? "Same" : "Other"
    this.slots[at] = key
    this.marks[at] = own
    this.used += 1
    if (this.used * 2 > this.slots.length) this.grow()
    return "New"
  }

  private grow(): void {
    const slots = new Float64Array(this.slots.length * 2)
    const marks = new Float64Array(slots.length)
    for (let index = 0; index < this.slots.length; index++) {
      const key = this.slots[index] ?? 0
      if (key === 0) continue
      const at = slot(slots, key)
      slots[at] = key
      marks[at] = this.marks[index] ?? 0
    }
    this.slots = slots
    this.marks = marks
  }
}
