import * as RequestIssue from "@effect-sens/core/RequestIssue"
import { assert, describe, it } from "@effect/vitest"
import * as Schema from "effect/Schema"

const issue = (path: RequestIssue.RequestIssue["path"]): RequestIssue.RequestIssue => ({
  path,
  kind: "K",
  message: "m"
})

describe("RequestIssue", () => {
  it("writes the path as one would write it in code", () => {
    assert.strictEqual(RequestIssue.format(issue([])), "m")
    assert.strictEqual(RequestIssue.format(issue(["content"])), "content: m")
    assert.strictEqual(RequestIssue.format(issue(["messages", 3, "to"])), "messages[3].to: m")
    assert.strictEqual(RequestIssue.format(issue([0])), "[0]: m")
  })

  it("writes ten issues and counts the rest", () => {
    const issues = (count: number) => Array.from({ length: count }, (_, index) => issue([`p${index}`]))
    assert.strictEqual(RequestIssue.formatAll([]), "")
    assert.strictEqual(RequestIssue.formatAll(issues(2)), "p0: m; p1: m")
    assert.notInclude(RequestIssue.formatAll(issues(10)), "more")
    assert.isTrue(RequestIssue.formatAll(issues(12)).endsWith("p9: m; and 2 more"))
  })

  it.prop("decodes what it encodes", [RequestIssue.RequestIssue], ([issue]) => {
    const codec = Schema.toCodecJson(RequestIssue.RequestIssue)
    const text = JSON.stringify(Schema.encodeSync(codec)(issue))
    const decoded = Schema.decodeUnknownSync(codec)(JSON.parse(text))
    // Compared as text: JSON has no negative zero.
    assert.strictEqual(JSON.stringify(Schema.encodeSync(codec)(decoded)), text)
  })
})
