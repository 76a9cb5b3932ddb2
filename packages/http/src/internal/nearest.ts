/**
 * Which of the known names was meant by one that is not known.
 */
import * as Option from "effect/Option"

// A longer one is no name, and the comparison grows with its square.
const longest = 40

/**
 * The known name that differs in a few letters, else the first that holds the name, as `callTimeout` does `timeout`.
 *
 * @internal
 */
export const nearest = (name: string, known: ReadonlyArray<string>): Option.Option<string> => {
  const given = name.toLowerCase()
  if (given === "" || given.length > longest) return Option.none()
  let best: string | undefined
  let least = Math.max(1, Math.min(3, Math.floor(given.length / 3))) + 1
  for (const candidate of known) {
    const steps = distance(given, candidate.toLowerCase())
    if (steps < least) {
      least = steps
      best = candidate
    }
  }
  if (best !== undefined) return Option.some(best)
  return given.length < 3
    ? Option.none()
    : Option.fromUndefinedOr(known.find((candidate) => candidate.toLowerCase().includes(given)))
}

/** How many letters are added, left out, changed, or have changed places with the next. */
const distance = (left: string, right: string): number => {
  let before: ReadonlyArray<number> = []
  let last = Array.from({ length: right.length + 1 }, (_, index) => index)
  for (let i = 1; i <= left.length; i++) {
    const row = [i]
    for (let j = 1; j <= right.length; j++) {
      const same = left[i - 1] === right[j - 1]
      const turned = i > 1 && j > 1 && left[i - 1] === right[j - 2] && left[i - 2] === right[j - 1]
      row.push(Math.min(
        at(row, j - 1) + 1,
        at(last, j) + 1,
        at(last, j - 1) + (same ? 0 : 1),
        turned ? at(before, j - 2) + 1 : Infinity
      ))
    }
    before = last
    last = row
  }
  return at(last, right.length)
}

const at = (row: ReadonlyArray<number>, index: number): number => row[index] ?? Infinity
