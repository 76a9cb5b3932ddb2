import { assert, describe, it } from "@effect/vitest"
import { known } from "../../src/internal/redact.ts"

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
    "the length must be from 1 to 80",
    "<title>429 Too Many Requests</title>",
    "pageSize must be less than 100"
  ])(
    "what the service says stays: %s",
    (text) => assert.strictEqual(known(text), text)
  )
})
