import * as Equal from "effect/Equal"
import * as assert from "node:assert"

export const assertEquals = <A>(actual: A, expected: A): void => {
  if (Equal.equals(actual, expected)) return
  assert.deepStrictEqual(actual, expected)
  assert.fail("The values look alike but are not Equal.equals")
}
