import * as MessageId from "@effect-sens/core/MessageId"
import * as MessageRecord from "@effect-sens/core/MessageRecord"
import * as RequestId from "@effect-sens/core/RequestId"
import * as SearchResponse from "@effect-sens/core/SearchResponse"
import { assert, describe, it } from "@effect/vitest"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as RecordDecoder from "../../src/internal/recordDecoder.ts"

// The same schemas, without the decoder.
const plain = Schema.Struct(MessageRecord.MessageRecord.fields)

const plainPage = Schema.Struct({
  ...SearchResponse.SearchResponse.fields,
  messages: Schema.optionalKey(Schema.NullishOr(Schema.Array(plain)))
})

const fields = [...Object.keys(MessageRecord.MessageRecord.fields), "added later"]

// Nothing that a field may be, and much that it may not.
const Value = Schema.Union([
  Schema.Literals(["", "x", 0, 7, -1, 1.5, 2 ** 53, true]),
  Schema.Null,
  Schema.Undefined,
  Schema.String,
  Schema.Array(Schema.Struct({
    fileId: Schema.optionalKey(Schema.Literals(["", "file", 1])),
    name: Schema.optional(Schema.NullOr(Schema.Literals(["", "a.jpg", 1]))),
    more: Schema.optionalKey(Schema.Boolean)
  })),
  Schema.Array(Schema.NullOr(Schema.Literals([1]))),
  Schema.Struct({ fileId: Schema.Literals(["file"]) })
])

const Change = Schema.Struct({ field: Schema.Literals(fields), value: Value, isLeftOut: Schema.Boolean })

type Change = Omit<typeof Change.Type, "value"> & { readonly value: unknown }

const changed = (record: MessageRecord.MessageRecord, changes: ReadonlyArray<Change>): object => {
  const values = new Map<string, unknown>(Object.entries(record))
  for (const { field, isLeftOut, value } of changes) {
    if (isLeftOut) values.delete(field)
    else values.set(field, value)
  }
  return Object.fromEntries(values)
}

/** What becomes of an input: the value with its keys, or what is said about it. */
const become = <A>(
  schema: Schema.Decoder<A>,
  input: unknown,
  options: Parameters<typeof Schema.decodeUnknownResult>[1]
) =>
  Result.match(Schema.decodeUnknownResult(schema)(input, options), {
    onFailure: (error) => ({ error: String(error) }),
    onSuccess: (value) => ({ value })
  })

const whole = { messageId: "1", to: "01012345678", status: "READY", files: [{ fileId: "1", name: undefined }] }

const bySchema = Schema.decodeUnknownResult(plain)

const agree = (input: unknown) => {
  // None leaves it to the schema, so it must be what the schema refuses, or the decoder would be of no use.
  const decoded = RecordDecoder.decode(input)
  const expected = Result.getOrUndefined(bySchema(input))
  assert.deepStrictEqual(decoded, expected)
  assert.deepStrictEqual(Object.keys(decoded ?? {}), Object.keys(expected ?? {}))
  for (const options of [{}, { errors: "all" }, { onExcessProperty: "error" }, { disableChecks: true }] as const) {
    assert.deepStrictEqual(
      become(MessageRecord.MessageRecord, input, options),
      become(plain, input, options)
    )
  }
}

describe("the decoder of records", () => {
  it.prop("agrees with the schema about records", [MessageRecord.MessageRecord], ([record]) => {
    agree(record)
    agree(JSON.parse(JSON.stringify(record)))
    assert.notStrictEqual(RecordDecoder.decode(record), record)
  }, { arbitrary: { runs: 300 } })

  it.prop(
    "agrees with the schema about what is no record",
    [
      MessageRecord.MessageRecord,
      Schema.Array(Change).check(Schema.isMaxLength(4))
    ],
    ([record, changes]) => agree(changed(record, changes)),
    { arbitrary: { runs: 1000 } }
  )

  it.prop("agrees with the schema about pages, and says the same where one is wrong", [
    SearchResponse.SearchResponse,
    Schema.Array(Change).check(Schema.isMaxLength(2)),
    Schema.Natural
  ], ([page, changes, at]) => {
    const messages = page.messages ?? []
    const input = {
      ...page,
      messages: messages.map((record, index) => index === at % messages.length ? changed(record, changes) : record)
    }
    for (const options of [{}, { errors: "all" }, { onExcessProperty: "error" }] as const) {
      assert.deepStrictEqual(become(SearchResponse.SearchResponse, input, options), become(plainPage, input, options))
    }
  }, { arbitrary: { runs: 300 } })

  it.each([
    undefined,
    null,
    "",
    1,
    [],
    {},
    [{}],
    () => 1,
    whole,
    Object.assign([], whole),
    Object.create(whole) as unknown,
    /x/
  ])(
    "agrees with the schema about %o",
    agree
  )

  it("agrees with the schema about every field, whatever stands there", () => {
    const values = [undefined, null, "", "x", 0, 7, 1.5, 2 ** 53, Number.NaN, true, {}, [], [null], [{}], [{
      fileId: ""
    }]]
    const record = Result.getOrThrow(bySchema(whole))
    for (const field of fields) {
      agree(changed(record, [{ field, value: undefined, isLeftOut: true }]))
      for (const value of values) agree(changed(record, [{ field, value, isLeftOut: false }]))
    }
  })

  it("agrees with the schema about a record as SENS writes nearly all of them, and whatever changes in it", () => {
    const usual: MessageRecord.MessageRecord = {
      telcoCode: "SKT",
      completeTime: "2026-01-01 09:00:05",
      statusMessage: "성공",
      statusName: "success",
      statusCode: "0",
      status: "COMPLETED",
      to: "01012345678",
      from: "0212345678",
      countryCode: "82",
      content: "안녕하세요",
      type: "SMS",
      contentType: "COMM",
      requestTime: "2026-01-01 09:00:00",
      messageId: MessageId.make("1"),
      requestId: RequestId.make("RSSA-1")
    }
    agree(usual)
    const values = [undefined, null, "", "x", 7, 1.5, {}, [], [{ fileId: "1", name: "a.jpg" }]]
    for (const field of fields) {
      agree(changed(usual, [{ field, value: undefined, isLeftOut: true }]))
      for (const value of values) agree(changed(usual, [{ field, value, isLeftOut: false }]))
    }
  })

  it("says where a record is wrong", () => {
    const error = become(SearchResponse.SearchResponse, { messages: [{ messageId: "1", to: 1, status: "" }] }, {})
    assert.match("error" in error ? error.error : "", /\["messages"\]\[0\]\["to"\]/)
  })

  it("knows a record that is missing", () => {
    const schema = (record: typeof MessageRecord.MessageRecord | typeof plain) => Schema.Struct({ record })
    assert.deepStrictEqual(
      become(schema(MessageRecord.MessageRecord), {}, {}),
      become(schema(plain), {}, {})
    )
  })
})
