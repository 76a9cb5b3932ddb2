import * as Telco from "@effect-sens/core/Telco"
import { assert, describe, it } from "@effect/vitest"

describe("Telco", () => {
  it("has the names that people know, and leaves what it does not know", () => {
    const codes = ["SKT", "KTF", "LGT", "KT", "", "toString"]
    assert.deepStrictEqual(codes.map(Telco.nameOf), ["SKT", "KT", "LGU+", "KT", "", "toString"])
  })
})
