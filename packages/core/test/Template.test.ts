import * as Template from "@effect-sens/core/Template"
import { assert, describe, it } from "@effect/vitest"
import * as Arbitrary from "effect/Arbitrary"
import * as DateTime from "effect/DateTime"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"

const parse = (text: string, columns?: ReadonlyArray<string>) => Result.getOrThrow(Template.parse(text, columns))

const problems = (text: string, columns?: ReadonlyArray<string>) =>
  Result.match(Template.parse(text, columns), {
    onSuccess: () => [],
    onFailure: (error) => error.problems.map(({ index, why }) => `${why} ${index}`)
  })

const why = (text: string, row: object) =>
  Result.match(Template.render(parse(text), row), { onSuccess: (text) => text, onFailure: ({ why }) => why })

/** Texts in which braces and bars are common. */
const Braced = Arbitrary.map(
  Arbitrary.schema(
    Schema.Array(Schema.Union([Schema.String, Schema.Literals(["{", "}", "{{", "}}", "|", "이름", "\n"])]))
  ),
  (parts) => parts.join("")
)

const Name = Schema.Literals(["이름", "날짜", "전화 번호", "a.b", "0"])

const Word = Schema.Literals(["홍길동", "{이름}", "}", "{{", "A|B", "1월 2일"])

describe("Template", () => {
  it.prop("a text without places is rendered as it stands", [Braced], ([text]) => {
    const template = parse(Template.escape(text), [])
    assert.deepStrictEqual(template.columns, [])
    assert.deepStrictEqual(Template.render(template, {}), Result.succeed(text))
  })

  it.prop(
    "places take what the row has, texts between them stay, and what a row has is never read as a template",
    [Schema.Array(Schema.Tuple([Schema.String, Name])), Schema.Record(Name, Word)],
    ([pieces, row]) => {
      const template = parse(
        pieces.map(([text, name]) => `${Template.escape(text)}{${name}}`).join(""),
        Object.keys(row)
      )
      assert.deepStrictEqual(new Set(template.columns), new Set(pieces.map(([, name]) => name)))
      assert.deepStrictEqual(
        Template.render(template, row),
        Result.succeed(pieces.map(([text, name]) => text + row[name]).join(""))
      )
    }
  )

  it.prop(
    "any text is read or refused, never both, never with a throw; a rendered text is complete",
    [Braced],
    ([text]) => {
      const read = Template.parse(text)
      if (Result.isFailure(read)) {
        for (const { index } of read.failure.problems) assert.include(["{", "}"], text[index])
        return
      }
      const { columns, parts } = read.success
      const rendered = Template.render(read.success, Object.fromEntries(columns.map((column) => [column, "x"])))
      assert.deepStrictEqual(
        rendered,
        Result.succeed(parts.map((part) => typeof part === "string" ? part : "x").join(""))
      )
      // With nothing in the row it is refused exactly where there is no default.
      const empty = Template.render(read.success, {})
      assert.strictEqual(
        Result.isSuccess(empty),
        parts.every((part) => typeof part === "string" || part.default !== undefined)
      )
    }
  )

  it("tells all mistakes with their places", () => {
    assert.deepStrictEqual(problems("{이름"), ["Unclosed 0"])
    assert.deepStrictEqual(problems("가{이름 {날짜} }"), ["Unclosed 1", "Unopened 10"])
    assert.deepStrictEqual(problems("{}{ }{|고객}"), ["NoName 0", "NoName 2", "NoName 5"])
    assert.deepStrictEqual(problems("{이름}}"), ["Unopened 4"])
    assert.deepStrictEqual(problems("}{"), ["Unopened 0", "Unclosed 1"])
    assert.deepStrictEqual(problems("{나이} {", ["이름"]), ["UnknownColumn 0", "Unclosed 5"])
    assert.deepStrictEqual(problems("{{이름}}", []), [])
    assert.deepStrictEqual(problems("{{{이름}}}", ["이름"]), [])
    assert.deepStrictEqual(Template.render(parse("{{{이름}}}"), { 이름: "가" }), Result.succeed("{가}"))
  })

  it("names the nearest column", () => {
    const suggestion = (text: string, columns: ReadonlyArray<string>) =>
      Result.getOrThrow(Result.flip(Template.parse(text, columns))).problems[0].suggestion
    assert.strictEqual(suggestion("{이릅}", ["이름", "전화번호"]), "이름")
    assert.strictEqual(suggestion("{name}", ["Name", "phone"]), "Name")
    assert.strictEqual(suggestion("{주소}", ["이름", "전화번호"]), undefined)
    assert.strictEqual(
      Result.getOrThrow(Result.flip(Template.check(parse("{이름}{이릅}"), ["이름"]))).message,
      "The template is wrong: no column \"이릅\", perhaps \"이름\" (index 4)"
    )
  })

  it("takes columns as files write them: with spaces, and in jamo", () => {
    assert.deepStrictEqual(parse(`{ ${"이름".normalize("NFD")} | 고객 }`, [" 이름 "]), {
      parts: [{ column: "이름", index: 0, default: "고객" }],
      columns: ["이름"]
    })
  })

  it("a default stands where there is nothing, and nowhere else", () => {
    for (const nothing of [undefined, null, "", " ", "\u3000\n\t", "\u200b", "\u3164"]) {
      assert.strictEqual(why("{a}", { a: nothing }), "Missing")
      assert.strictEqual(why("{a|고객}", { a: nothing }), "고객")
      assert.strictEqual(why("[{a|}]", { a: nothing }), "[]")
    }
    assert.strictEqual(why("{a|고객}", {}), "고객")
    assert.strictEqual(why("{a|고객}", { a: "0" }), "0")
    assert.strictEqual(why("{a|고객}", { a: 0 }), "0")
    assert.strictEqual(why("{a|b|c}", {}), "b|c")
  })

  it("refuses what is damaged, default or not", () => {
    for (const text of ["{a}", "{a|고객}"]) {
      for (
        const value of [
          {},
          [],
          DateTime.makeUnsafe(0),
          true,
          () => "x",
          Number.NaN,
          Infinity,
          1e21,
          1e-7,
          Symbol.iterator
        ]
      ) {
        assert.strictEqual(why(text, { a: value }), "NotText")
      }
      for (const value of ["a\0b", "\u001b[1m", "\u0090"]) {
        assert.strictEqual(why(text, { a: value }), "ControlCharacter")
      }
      for (const value of ["홍\ufffd동", "\ud83d"]) assert.strictEqual(why(text, { a: value }), "Broken")
      for (const value of ["#N/A", "#REF!", " #VALUE! ", "#DIV/0!", "#NAME?", "########"]) {
        assert.strictEqual(why(text, { a: value }), "SpreadsheetError")
      }
    }
    assert.strictEqual(why("{a}", { a: "#1" }), "#1")
    assert.strictEqual(why("{a}", { a: -1.5 }), "-1.5")
    assert.strictEqual(why("{a}", { a: 12n }), "12")
    assert.strictEqual(why("{a}", { a: "서울\r\n  종로\t3" }), "서울 종로 3")
  })

  it("a column is a text of its own, with its line breaks and braces", () => {
    const render = (value: unknown, options?: Template.ColumnOptions) =>
      Result.match(Template.render(Template.column(" 문안 ", options), { 문안: value }), {
        onSuccess: (text) => text,
        onFailure: ({ why }) => why
      })
    assert.strictEqual(render("  안녕\r\n\t{이름}님 }}\n"), "안녕\r\n\t{이름}님 }}")
    assert.strictEqual(render(" \n "), "Missing")
    assert.strictEqual(render(" \n ", { default: "" }), "")
    assert.strictEqual(render("", { default: "안내" }), "안내")
    assert.strictEqual(render("가\0나"), "ControlCharacter")
    assert.strictEqual(render("가\u0085나"), "ControlCharacter")
    assert.strictEqual(render("가\ufffd"), "Broken")
    assert.strictEqual(render("#N/A"), "SpreadsheetError")
    assert.deepStrictEqual(Template.column(" 문안 ").columns, ["문안"])
    assert.isTrue(Result.isFailure(Template.check(Template.column("문안"), ["전화번호"])))
  })

  it("is not taken in by what every object has", () => {
    assert.strictEqual(why("{constructor}", {}), "NotText")
    assert.strictEqual(why("{__proto__}", Object.create(null)), "Missing")
    assert.strictEqual(why("{__proto__}", JSON.parse("{\"__proto__\":\"x\"}")), "x")
  })

  it("errors hold no words of a text, and survive JSON", () => {
    const secret = "비밀입니다"
    const template = Result.getOrThrow(
      Result.flip(Template.parse(`${secret} { ${secret} } ${secret} {이름 ${secret}`, ["이름"]))
    )
    assert.deepStrictEqual(template.problems.map(({ why }) => why), ["UnknownColumn", "Unclosed"])
    assert.strictEqual(template.message.split(secret).length, 2)
    const value = Result.getOrThrow(Result.flip(Template.render(parse("{이름}"), { 이름: `${secret}\0` })))
    assert.strictEqual(value.message, "The column \"이름\" has a control character")
    for (const error of [template, value]) {
      const codec = Schema.toCodecJson(Schema.Union([Template.InvalidTemplate, Template.InvalidValue]))
      assert.deepStrictEqual(
        Schema.decodeUnknownSync(codec)(JSON.parse(JSON.stringify(Schema.encodeSync(codec)(error)))),
        error
      )
    }
    const long = Result.getOrThrow(Result.flip(Template.parse(`{${"가".repeat(100)}}`, [])))
    assert.include(long.message, `"${"가".repeat(40)}…"`)
    assert.strictEqual(long.problems[0].column, `${"가".repeat(40)}…`)
  })
})
