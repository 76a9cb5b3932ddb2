import { assert, describe, it } from "@effect/vitest"
import { digits, isId, known } from "../../src/internal/redact.ts"

describe("an id of a machine", () => {
  it.each([
    ["a1b2c3d4-1f2e-4a3b-8c4d-5e6f7a8b9c0d", true],
    ["4bf92f3577b34da6a3ce929d0e0e4736", true],
    ["a1234567801012345678", false],
    ["01012345678abcdef", false]
  ])("%s: %s", (text, expected) => {
    assert.strictEqual(isId(text), expected)
  })
})

describe("known", () => {
  it.each([
    "<b>4</b><b>8</b><b>2</b><b>9</b><b>1</b><b>3</b>",
    "<span>010</span> <span>123</span><span>45</span><span>678</span>",
    "<td class=\"p\">48</td><td class=\"p\">29</td>",
    "p4p8p2p9p1p3",
    "a 48 b 29 s 13"
  ])("a number that is spelled between marks is left out: %s", (text) => {
    assert.notMatch(known(text).replace(/\[\d+ left out\]/g, ""), /\d/)
  })

  it.each([
    ["code=482&code=913", "code=482&code=[3 left out]"],
    ["code 48, code 29, code 13", "code 48, code [2 left out], code [2 left out]"],
    ["from 1 to 2, above 3, below 4", "from 1 to 2, above 3, below [1 left out]"],
    ["to 0<b>1</b>0, to 1234", "to 0<b>1</b>0, to [4 left out]"],
    ["to 010&nbsp;1234&nbsp;5678", "to [23 left out]"],
    ["from 010 to 12", "from 010 to [2 left out]"]
  ])("of all that a text says at most three digits stay: %s", (text, shown) => {
    assert.strictEqual(known(text), shown)
  })

  it("so it is for all texts of an answer", () => {
    const budget = digits()
    assert.deepStrictEqual(["code 48", "code 29", "code 1"].map((text) => known(text, budget)), [
      "code 48",
      "code [2 left out]",
      "code [1 left out]"
    ])
  })

  it.each([
    "the length must be from 1 to 80",
    "<title>429 Too Many Requests</title>",
    "pageSize must be less than 100"
  ])(
    "what the service says stays: %s",
    (text) => assert.strictEqual(known(text), text)
  )
})
