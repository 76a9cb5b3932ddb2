/**
 * Which name somebody may have meant.
 */

/** How many letters have to be put in, taken out or changed. */
const distance = (one: string, other: string): number => {
  let above = Array.from({ length: other.length + 1 }, (_, index) => index)
  for (let i = 1; i <= one.length; i++) {
    const row = [i]
    for (let j = 1; j <= other.length; j++) {
      row.push(Math.min(
        (above[j] ?? 0) + 1,
        (row[j - 1] ?? 0) + 1,
        (above[j - 1] ?? 0) + (one[i - 1] === other[j - 1] ? 0 : 1)
      ))
    }
    above = row
  }
  return above[other.length] ?? 0
}

const longest = 40

/**
 * The nearest of the names, where it is near enough: a third of its letters may be wrong.
 *
 * @internal
 */
export const suggestion = (written: string, names: Iterable<string>): string | undefined => {
  if (written.length > longest) return undefined
  let nearest: { readonly name: string; readonly distance: number } | undefined
  for (const name of names) {
    const found = distance(written.toLowerCase(), name.toLowerCase())
    if (found <= Math.max(1, Math.floor(name.length / 3)) && found < (nearest?.distance ?? Infinity)) {
      nearest = { name, distance: found }
    }
  }
  return nearest?.name
}
