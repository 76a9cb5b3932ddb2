import * as Preflight from "@effect-sens/core/Preflight"
import { assert, describe, it } from "@effect/vitest"
import * as Arbitrary from "effect/Arbitrary"
import * as DateTime from "effect/DateTime"
import * as Schema from "effect/Schema"
import * as SendShape from "../../src/internal/sendShape.ts"
import * as text from "../../src/internal/text.ts"

const runs = Number(process.env["SHAPE_RUNS"] ?? 5000)

const Text = Schema.Union([Schema.Literals(["", "안녕하세요", "82", "COMM"]), Schema.String])
const odd = Schema.Union([Schema.Json, Schema.Undefined, Text, Schema.DateTimeUtc])

const Recipient = Schema.Struct({
  to: Text,
  content: Schema.optionalKey(Text),
  subject: Schema.optionalKey(Text)
})

const Right = Schema.Struct({
  type: Schema.Literals(["SMS", "LMS", "MMS"]),
  contentType: Schema.optionalKey(Schema.Literals(["COMM", "AD"])),
  countryCode: Schema.optionalKey(Schema.Literals(["82", "1"])),
  from: Text,
  content: Schema.NonEmptyString,
  subject: Schema.optionalKey(Text),
  files: Schema.optionalKey(
    Schema.Array(Schema.Struct({ fileId: Schema.NonEmptyString })).check(Schema.isMaxLength(2))
  ),
  reserve: Schema.optionalKey(Schema.Struct({ at: Schema.DateTimeUtc, timeZone: Schema.optionalKey(Text) })),
  messages: Schema.Array(Recipient).check(Schema.isMaxLength(4))
})

const damage = Schema.Struct({
  field: Schema.Literals([
    "type",
    "contentType",
    "countryCode",
    "from",
    "content",
    "subject",
    "files",
    "reserve",
    "messages",
    "messages.to",
    "messages.content",
    "messages.subject",
    "messages.recipient",
    "messages.hole",
    "files.file",
    "reserve.at",
    "reserve.extra"
  ]),
  value: odd,
  index: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 3 }))
})

type Fields = { [key: string]: unknown }

const damaged = (given: Fields, { field, index, value }: typeof damage.Type): void => {
  const [of = "", key = ""] = field.split(".")
  if (key === "") {
    given[of] = value
    return
  }
  const part = given[of]
  if (of === "reserve") {
    if (isObject(part)) given[of] = { ...part, [key]: value }
    return
  }
  if (!Array.isArray(part) || index >= part.length) return
  if (key === "hole") delete part[index]
  else part[index] = key === "recipient" || key === "file" ? value : { ...Object(part[index]), [key]: value }
}

const isObject = (value: unknown): value is { readonly [key: string]: unknown } =>
  typeof value === "object" && value !== null && !Array.isArray(value)

const only = (input: { readonly [key: string]: unknown }, keys: ReadonlyArray<string>) =>
  Object.fromEntries(Object.entries(input).filter(([key, value]) => value !== undefined && keys.includes(key)))

const common = ["type", "contentType", "countryCode", "from", "content", "reserve", "messages"]

/** As Preflight makes them of what callers give: no field but those of the type, and none that is undefined. Some have a hole. */
const inputs = Arbitrary.map(
  Arbitrary.all({
    right: Arbitrary.schema(Right),
    damages: Arbitrary.schema(Schema.Array(damage).check(Schema.isMaxLength(2)))
  }),
  ({ damages, right }): { readonly [key: string]: unknown } => {
    const input: Fields = { ...right, messages: [...right.messages], ...right.files && { files: [...right.files] } }
    for (const each of damages) damaged(input, each)
    const { type } = input
    const long = type === "SMS" ? [] : ["subject"]
    const given = only(input, [...common, ...long, ...type === "SMS" || type === "LMS" ? [] : ["files"]])
    const messages = given["messages"]
    if (!Array.isArray(messages)) return given
    const recipients: Array<unknown> = messages.map((recipient: unknown) =>
      isObject(recipient) ? only(recipient, ["to", "content", ...long]) : recipient
    )
    return { ...given, messages: recipients }
  }
)

describe("the shape of a send request", { concurrent: false }, () => {
  let right = 0
  it.prop("is what the schema says, of whatever kind", [inputs], ([input]) => {
    const found = SendShape.check(input)
    if (found.length === 0) right += 1
    assert.deepStrictEqual(found, SendShape.bySchema(input))
  }, { arbitrary: { runs } })

  it("of those, many were right", () => {
    assert.isAbove(right, runs / 4)
    assert.isBelow(right, runs * 0.9)
  })

  it("of objects of any kind it reads what a plain one has", () => {
    const recipient = { to: "010-1234-5678", content: "가" }
    class Row {
      to = recipient.to
      content = recipient.content
    }
    class Lazy {
      get to() {
        return recipient.to
      }
      get content() {
        return recipient.content
      }
      get subject(): string {
        throw new Error("an SMS has none")
      }
    }
    const read = (messages: ReadonlyArray<unknown>) =>
      Preflight.read(
        { type: "SMS", from: "0212345678", content: "안녕하세요", messages } as never,
        { now: DateTime.makeUnsafe(0) }
      )
    const expected = read([recipient])
    assert.deepStrictEqual(expected.value?.messages, [{ to: "01012345678", content: "가" }] as never)
    for (
      const odd of [
        new Row(),
        new Lazy(),
        Object.assign(Object.create(null), recipient),
        Object.create(recipient),
        Object.freeze({ ...recipient, [Symbol("mine")]: 1, id: 5 }),
        new Proxy(recipient, {})
      ]
    ) assert.deepStrictEqual(read([odd]), expected)
    assert.strictEqual(read([[recipient.to]]).errors.length, 1)
  })

  it("a hole is no recipient", () => {
    const messages: Array<unknown> = [{ to: "01012345678" }, { to: "01012345679" }, { to: "01012345670" }]
    delete messages[1]
    const { errors } = Preflight.check(
      { type: "SMS", from: "0212345678", content: "안녕하세요", messages } as never,
      { now: DateTime.makeUnsafe(0) }
    )
    assert.deepStrictEqual(errors.map(({ kind, path }) => ({ kind, path })), [{
      kind: "Schema",
      path: ["messages", 1]
    }])
  })
})

const pieces = Schema.Literals([
  "가",
  "뷁",
  "a",
  "é",
  "😀",
  "\u0007",
  "\u200b",
  "\ud800",
  "\ufffd",
  "\r\n",
  "ì•ˆë…•",
  " ",
  "ㅋ"
])

describe("a clean text", () => {
  it.prop(
    "is one of which nothing is said",
    [
      Schema.Array(Schema.Union([pieces, Schema.String])),
      Schema.Literals(["EUC-KR", "CP949"]),
      Schema.Literals([10, 90])
    ],
    ([parts, charset, limit]) => {
      const content = parts.join("")
      const rules: Array<string> = []
      text.check(content, { path: [], what: "a text", limit, charset, todo: "", add: (rule) => rules.push(rule) })
      assert.strictEqual(text.isClean(content, limit, charset), rules.length === 0, rules.join())
    },
    { arbitrary: { runs: Math.min(runs, 5000) } }
  )
})
