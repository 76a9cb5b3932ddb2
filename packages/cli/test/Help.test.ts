import { assert, describe, it } from "@effect/vitest"
import * as Option from "effect/Option"
import * as Help from "../src/Help.ts"
import { helpOf, paths } from "./support/help.ts"

const hangul = /\p{sc=Hangul}/u

/** What a help says in words: of the command, its flags, its arguments. */
const said = async (path: ReadonlyArray<string>, language: "en" | "ko") => {
  const doc = await helpOf(path, language)
  return [
    doc.description,
    ...[...doc.flags, ...doc.inheritedFlags ?? [], ...doc.globalFlags ?? []].map((flag) =>
      Help.describe(flag, language)
    ),
    ...(doc.args ?? []).map(({ description }) => Option.getOrElse(description, () => "")),
    ...(doc.subcommands ?? []).flatMap(({ commands, group }) => [
      ...(group === undefined ? [] : [group]),
      ...commands.map(({ description }) => description)
    ]),
    ...(doc.examples ?? []).map(({ description = "" }) => description)
  ]
}

describe("Help", () => {
  for (const path of paths) {
    it(`of ${["effect-sens", ...path].join(" ")} speaks both languages`, async () => {
      const english = await said(path, "en")
      const korean = await said(path, "ko")
      assert.strictEqual(korean.length, english.length)
      english.forEach((text, at) => {
        assert.notStrictEqual(text, "", `text ${at} in English`)
        // A few words are the same in both: names.
        if (/[a-z]{3}/.test(text) && !/^[a-z]+$/.test(text)) {
          assert.match(korean[at] ?? "", hangul, `${JSON.stringify(text)} in Korean`)
        }
      })
    })
  }

  it("fits its columns, but for words that are longer", async () => {
    for (const columns of [60, 80, 120]) {
      for (const path of paths) {
        for (const language of ["en", "ko"] as const) {
          const text = Help.format(await helpOf(path, language), { language, columns })
          const wide = text.split("\n").filter((line) =>
            Help.width(line) > columns && !/^ {2}(?:effect-sens|source|#|-|\[|<)/.test(line)
          )
          assert.deepStrictEqual(wide, [], `${path.join(" ")} in ${language} at ${columns}`)
        }
      }
    }
  })
})
