import * as LenientBody from "@effect-sens/core/LenientBody"
import * as MessageRecord from "@effect-sens/core/MessageRecord"
import * as SearchResponse from "@effect-sens/core/SearchResponse"
import * as UnreadableRecord from "@effect-sens/core/UnreadableRecord"
import { assert, describe, it } from "@effect/vitest"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"

const Damage = Schema.Struct({
  at: Schema.Natural,
  field: Schema.Literals(["messageId", "to", "status", "content", "requestTime", "files"]),
  by: Schema.Literals(["missing", "null", "object"])
})

const Records = Schema.Array(MessageRecord.MessageRecord).check(Schema.isMinLength(1), Schema.isMaxLength(20))

const encode = Schema.encodeSync(MessageRecord.MessageRecord)

describe("UnreadableRecord", () => {
  it.prop(
    "one odd record hides none of the others, and is told with its place",
    [Records, Damage],
    ([records, damage]) => {
      const at = damage.at % records.length
      const bodies = records.map((record): Record<string, unknown> => ({ ...encode(record) }))
      const { [damage.field]: _, ...rest } = bodies[at] ?? {}
      bodies[at] = damage.by === "missing" ? rest : { ...rest, [damage.field]: damage.by === "null" ? null : {} }
      const page = Option.getOrThrow(SearchResponse.read({ messages: JSON.parse(JSON.stringify(bodies)) }))
      const unreadable = SearchResponse.unreadable(page)
      const needed = ["messageId", "to", "status"].includes(damage.field)
      const isOdd = damage.by === "object" ? damage.field !== "files" : needed
      assert.strictEqual(SearchResponse.messages(page).length, records.length - (isOdd ? 1 : 0))
      assert.deepStrictEqual(
        unreadable.map(({ index, why }) => [index, why.startsWith(damage.field)]),
        isOdd ? [[at, true]] : []
      )
      const others = records.filter((_, index) => index !== at).map(({ messageId }) => messageId)
      const read = SearchResponse.messages(page).map(({ messageId }) => messageId)
      assert.deepStrictEqual(isOdd ? read : read.filter((_, index) => index !== at), others)
    }
  )

  // What a field may be, whether or not it should.
  const values: ReadonlyArray<unknown> = [
    undefined,
    null,
    "",
    " ",
    "x",
    "READY",
    0,
    5,
    1.5,
    2 ** 60,
    true,
    {},
    { fileId: 5, x: 1 },
    [],
    [{}],
    [{ fileId: "a1", name: null, x: 1 }, { name: 5 }],
    [{ fileId: true }],
    [[]],
    ["x"]
  ]
  const names = Object.keys(MessageRecord.MessageRecord.fields)
  const Choices = Schema.Array(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 3 * values.length }))).check(
    Schema.isMinLength(names.length),
    Schema.isMaxLength(names.length)
  )

  it.prop("is what the schema takes neither as it stands nor with its types set right, field by field", [Choices], ([
    choices
  ]) => {
    const decode = Schema.decodeUnknownOption(MessageRecord.MessageRecord)
    const decodeFields = Schema.decodeUnknownOption(UnreadableRecord.UnreadableRecord.fields.fields)
    // Most are as they should be, so that many records have one fault or none.
    const body = Object.fromEntries(names.map((name, at) => [name, values[choices[at] ?? 0] ?? "x"]))
    const page = Option.getOrThrow(SearchResponse.read({ messages: [body] }))
    const normal = LenientBody.normalize(body)
    const expected = Option.orElse(decode(body), () => decode(normal))
    assert.strictEqual(SearchResponse.messages(page).length, Option.isSome(expected) ? 1 : 0)
    for (const { fields, why } of SearchResponse.unreadable(page)) {
      const readable = names.flatMap((name) =>
        Option.toArray(decodeFields({ [name]: Reflect.get(Object(normal), name) }))
      )
      // A code may stay the number that it is.
      const asText = (value: unknown) =>
        JSON.stringify(value, (_, inner) => inner === 0 ? "0" : inner === 5 ? "5" : inner)
      assert.strictEqual(asText(fields), asText(Object.assign({}, ...readable)))
      assert.isTrue(Schema.is(UnreadableRecord.UnreadableRecord.fields.fields)(fields))
      const told = why.split(", ").map((one) => one.split(" ")[0])
      assert.deepStrictEqual(told, names.filter((name) => !Object.hasOwn(fields, name)))
    }
  }, { arbitrary: { runs: 3000 } })

  it("each of many is told with its place, and those alike say the same", () => {
    const bodies = Array.from(
      { length: 200_000 },
      (_, index) => index % 3 === 0 ? {} : index % 3 === 1 ? null : { to: [] }
    )
    const page = Option.getOrThrow(SearchResponse.read({ messages: bodies }))
    const unreadable = SearchResponse.unreadable(page)
    assert.isTrue(unreadable.every(({ index }, at) => index === at) && unreadable.length === bodies.length)
    assert.deepStrictEqual([...new Set(unreadable.map(({ why }) => why))], [
      "messageId is missing, to is missing, status is missing",
      "the record is null",
      "messageId is missing, to is an array, status is missing"
    ])
  })

  it("survives JSON, page and all", () => {
    const page = Option.getOrThrow(SearchResponse.read({ messages: [{ to: 1012345678 }, 5] }))
    const codec = Schema.toCodecJson(SearchResponse.SearchResponse)
    assert.deepStrictEqual(Schema.decodeSync(codec)(Schema.encodeSync(codec)(page)), page)
    assert.deepStrictEqual(SearchResponse.unreadable(page).map(({ fields }) => fields), [{ to: "1012345678" }, {}])
  })

  it("says nothing of the values", () => {
    const page = Option.getOrThrow(
      SearchResponse.read({ messages: [{ content: "인증번호 738201", to: ["01012345678"] }] })
    )
    assert.deepStrictEqual(SearchResponse.unreadable(page).map(({ why }) => why), [
      "messageId is missing, to is an array, status is missing"
    ])
  })

  it("is told from a record that can be read", () => {
    assert.isFalse(UnreadableRecord.is({ messageId: "1", to: "1", status: "READY" }))
    assert.isTrue(UnreadableRecord.is({ index: 0, why: "x", fields: {} }))
  })

  it.each(["", " ", null])("a state that is blank is none: %j", (status) => {
    const page = Option.getOrThrow(SearchResponse.read({ messages: [{ messageId: "1", to: "01012345678", status }] }))
    assert.deepStrictEqual(SearchResponse.unreadable(page).map(({ index }) => index), [0])
    assert.deepStrictEqual(SearchResponse.messages(page), [])
  })
})
