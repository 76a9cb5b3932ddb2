import * as PhoneNumber from "@effect-sens/core/PhoneNumber"
import { assert, describe, it } from "@effect/vitest"
import * as Arbitrary from "effect/Arbitrary"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"

const normalized = (text: unknown): string =>
  Result.match(PhoneNumber.normalize(text), { onSuccess: String, onFailure: ({ why }) => why })

const parsed = (text: string): string =>
  Result.match(PhoneNumber.parse(text), {
    onSuccess: ({ countryCode, number }) => `${countryCode} ${number}`,
    onFailure: ({ why }) => why
  })

const digits = (pattern: RegExp) => Arbitrary.schema(Schema.String.check(Schema.isPattern(pattern)))

describe("PhoneNumber", () => {
  // Spellings and damages, with where each comes from.
  it.each([
    // As people and forms write them.
    ["01012345678", "01012345678"],
    ["010-1234-5678", "01012345678"],
    ["010 1234 5678", "01012345678"],
    ["010.1234.5678", "01012345678"],
    ["010 - 1234 - 5678", "01012345678"],
    ["(010)1234-5678", "01012345678"],
    ["  010-1234-5678  ", "01012345678"],
    ["010-1234-5678\n", "01012345678"],
    ["010\t1234\t5678", "01012345678"],
    ["011-123-4567", "0111234567"],
    ["016-1234-5678", "01612345678"],
    ["019-123-4567", "0191234567"],
    ["012-1234-5678", "01212345678"],
    ["02-312-3456", "023123456"],
    ["02)312-3456", "023123456"],
    ["(02) 123.4567", "021234567"],
    ["02-1234-5678", "0212345678"],
    ["031-123-4567", "0311234567"],
    ["051)1234-5678", "05112345678"],
    ["064-123-4567", "0641234567"],
    ["070-1234-5678", "07012345678"],
    ["080-123-4567", "0801234567"],
    ["060-700-1234", "0607001234"],
    ["0303-123-4567", "03031234567"],
    ["0507-1234-5678", "050712345678"],
    ["0505-123-4567", "05051234567"],
    ["1588-1234", "15881234"],
    ["1644-1234", "16441234"],
    ["1899-1234", "18991234"],
    // With the calling code (ITU-T E.123, E.164; RFC 3966 without its scheme).
    ["+82 10 1234 5678", "01012345678"],
    ["+82-10-1234-5678", "01012345678"],
    ["+82 (0)10-1234-5678", "01012345678"],
    ["+82 010-1234-5678", "01012345678"],
    ["  +821012345678 ", "01012345678"],
    ["821012345678", "01012345678"],
    ["82-10-1234-5678", "01012345678"],
    ["8201012345678", "01012345678"],
    ["0082-10-1234-5678", "01012345678"],
    ["0082 010 1234 5678", "01012345678"],
    ["+82 2 312 3456", "023123456"],
    ["+82-1588-1234", "15881234"],
    ["82 1588 1234", "15881234"],
    ["+82 50712331234", "050712331234"],
    ["+82 70 1234 5678", "07012345678"],
    // As pages, messengers and word processors write them.
    ["010\u20131234\u20135678", "01012345678"],
    ["010\u20141234\u20145678", "01012345678"],
    ["010\u20111234\u20115678", "01012345678"],
    ["010\u22121234\u22125678", "01012345678"],
    ["010\u30FC1234\u30FC5678", "01012345678"],
    ["010\u00B71234\u00B75678", "01012345678"],
    ["010\uFF0D1234\uFF0D5678", "01012345678"],
    ["\uFF10\uFF11\uFF10\uFF11\uFF12\uFF13\uFF14\uFF15\uFF16\uFF17\uFF18", "01012345678"],
    ["\uFF0B82 10 1234 5678", "01012345678"],
    ["\uFF08010\uFF091234-5678", "01012345678"],
    ["\u202D010-1234-5678\u202C", "01012345678"],
    ["\u200B010-1234-5678", "01012345678"],
    ["\uFEFF01012345678", "01012345678"],
    ["010\u00A01234\u00A05678", "01012345678"],
    ["010\u30001234\u30005678", "01012345678"],
    ["010\u00AD1234\u00AD5678", "01012345678"],
    // However much of it is divided.
    ["010 12345678", "01012345678"],
    ["0101234 5678", "01012345678"],
    ["010-1234-5678.", "01012345678"],
    ["010. 1234. 5678", "01012345678"],
    ["- 02-312-3456", "023123456"],
    ["0 1 0 1 2 3 4 5 6 7 8", "01012345678"],
    ["1 5 8 8 1 2 3 4", "15881234"],
    ["02 1234 5678", "0212345678"],
    ["0212345678", "0212345678"],
    ["0505 1234567", "05051234567"],
    ["+82 (0) 2 312 3456", "023123456"],
    ["(+82)10-1234-5678", "01012345678"],
    ["+8210-1234-5678", "01012345678"],
    ["00 82 10 1234 5678", "01012345678"],
    ["  ".repeat(100) + "010-1234-5678" + " ".repeat(100), "01012345678"],
    // As a text in a spreadsheet, and in a file that one is to read.
    ["'01012345678", "01012345678"],
    ["=\"01012345678\"", "01012345678"],
    ["=\"010-1234-5678\"", "01012345678"],
    ["=\"1012345678\"", "LostZero"],
    ["'1012345678.0", "Decimal"],
    // What a spreadsheet makes of a column that it takes for amounts or dates.
    ["1012345678", "LostZero"],
    ["10-1234-5678", "LostZero"],
    ["212345678", "LostZero"],
    ["7012345678", "LostZero"],
    ["50712345678", "LostZero"],
    ["1012345678.0", "Decimal"],
    ["1012345678.", "Decimal"],
    ["1.01235E+09", "Decimal"],
    ["1.01235e9", "Decimal"],
    ["1E+10", "Decimal"],
    ["1,012,345,678", "Decimal"],
    // A decimal whose point, taken out, would leave a number of somebody else.
    ["82312345678.0", "Decimal"],
    ["8221234567.0", "Decimal"],
    ["+82312345678.0", "Decimal"],
    ["0082312345678.0", "Decimal"],
    ["82 31 234 5678.0", "Decimal"],
    ["031-234-5678.0", "Decimal"],
    ["825051234567.0", "Decimal"],
    ["0801234567.0", "Decimal"],
    ["0801234567\uFF0E0", "Decimal"],
    ["0801234567 . 00", "Decimal"],
    ["02.12345678", "Decimal"],
    ["010.12345678", "Decimal"],
    ["0.1012345678", "Decimal"],
    [".01012345678", "Decimal"],
    ["0.21234567", "Decimal"],
    ["16.123456", "Decimal"],
    ["1588.1234", "Decimal"],
    ["1800.0000", "Decimal"],
    ["-15881234", "Decimal"],
    ["-821012345678", "Decimal"],
    ["2024-01-02", "Date"],
    ["20240102", "Date"],
    ["2024. 1. 2.", "Date"],
    ["2024/01/02", "Date"],
    ["2024년 1월 2일", "Date"],
    ["02-Jan", "Date"],
    ["1/2/2024", "Date"],
    ["15.03.2024", "Date"],
    ["18-12-2024", "Date"],
    ["18 12 2024", "Date"],
    ["16/05/2023", "Date"],
    ["02-15-2024 1", "Date"],
    ["04-15-2024 12:30", "Date"],
    ["05.10.2024 10", "Date"],
    ["2024-01-02 10:00", "Date"],
    // Divided as no number is: an amount, a date, a digit that is missing here and too many there.
    ["15 881 234", "Groups"],
    ["15.881.234", "Groups"],
    ["1-5881234", "Groups"],
    ["031.07.2024.1", "Groups"],
    ["02-312-34567", "Groups"],
    ["02-3123-456", "Groups"],
    ["+82 16-123-456", "Groups"],
    ["0 21234567", "Groups"],
    ["010-123-45678", "Groups"],
    // A range of lines, or an extension.
    ["02-312-3456-7", "Extension"],
    ["02-312-3456(7)", "Extension"],
    ["02-312-3456\u00B77", "Extension"],
    ["02-312-3456~7", "Extension"],
    ["02-312-3456 / 57", "Extension"],
    ["02)312-3456, 7", "Extension"],
    ["031-234-5678\u00B79", "Extension"],
    ["033-242-1234-5", "Extension"],
    ["+82 31 234 5678 - 9", "Extension"],
    ["0312345678-9", "Extension"],
    ["1588-1234-1", "Extension"],
    ["010-1234-5678 1", "Extension"],
    // What people put into one cell.
    ["010-1234-5678 010-8765-4321", "Several"],
    ["010-1234-5678, 010-8765-4321", "Several"],
    ["010-1234-5678/010-8765-4321", "Several"],
    ["010-1234-5678\n02-312-3456", "Several"],
    ["0101234567801087654321", "Several"],
    ["010 1234 5678; 010 8765 4321; 1588-1234", "Several"],
    ["010-1234-5678 +82 10 8765 4321", "Several"],
    ["010-1234-567a", "Character"],
    ["010-1234-5678 (집)", "Character"],
    ["홍길동 010-1234-5678", "Character"],
    ["010-1234-5678 내선 12", "Character"],
    ["010****5678", "Character"],
    ["010+1234", "Character"],
    ["++82 10", "Character"],
    ["82+1012345678", "Character"],
    ["#N/A", "Character"],
    ["=01012345678", "Character"],
    ["\u0660\u0661\u0660", "Character"],
    ["", "Empty"],
    [" ", "Empty"],
    ["()-", "Empty"],
    ["+", "Empty"],
    // A digit more or less.
    ["010-1234-567", "TooShort"],
    ["010-123-4567", "TooShort"],
    ["010-12345-6789", "TooLong"],
    ["02-12-3456", "TooShort"],
    ["02-12345-6789", "TooLong"],
    ["1588-123", "TooShort"],
    ["1588-12345", "TooLong"],
    ["+82 10 1234 567", "TooShort"],
    ["070-1234-56789", "TooLong"],
    // Nobody in Korea.
    ["1335", "SenderOnly"],
    ["114", "SenderOnly"],
    ["141234", "SenderOnly"],
    ["+81 90 1234 5678", "Foreign"],
    ["+1 415 555 0100", "Foreign"],
    ["0081-90-1234-5678", "Foreign"],
    ["+8", "Country"],
    ["+82", "Country"],
    ["+0 10 1234", "Country"],
    ["0000000000", "Foreign"],
    ["099-123-4567", "Prefix"],
    ["5551234", "Prefix"],
    ["9".repeat(26), "Prefix"],
    // No number is as long as that.
    ["9".repeat(61), "Length"],
    [`010-1234-5678${" 010-1234-5678".repeat(10)}`, "Length"]
  ])("normalize(%j) is %j", (text, expected) => {
    assert.strictEqual(normalized(text), expected)
  })

  it.each([undefined, null, 1012345678, 1012345678n, {}, [], true])("normalize(%s) is no text", (value) => {
    assert.strictEqual(normalized(value), "NotText")
    assert.isTrue(Result.isFailure(PhoneNumber.normalizeSender(value)))
    assert.isTrue(Result.isFailure(PhoneNumber.parse(value)))
  })

  it.each(["1335", "114", "1234", "141234", "02-312-3456", "1588-1234", "010-1234-5678"])("%s sends", (text) => {
    assert.isTrue(Result.isSuccess(PhoneNumber.normalizeSender(text)))
  })

  it.each(["12", "13355", "2345", "1012345678"])("%s does not send", (text) => {
    assert.isTrue(Result.isFailure(PhoneNumber.normalizeSender(text)))
  })

  it.each([
    ["010-1234-5678", "82 01012345678"],
    ["+82 2 123 4567", "82 021234567"],
    ["+81 90-1234-5678", "81 9012345678"],
    ["+1 (415) 555-0100", "1 4155550100"],
    ["+7 900 000 00 00", "7 9000000000"],
    ["+886 900 000 000", "886 900000000"],
    ["+852 0000 0000", "852 00000000"],
    ["+380 00 000 0000", "380 000000000"],
    // What is damaged is damaged abroad too.
    ["+81 9012345678.0", "Decimal"],
    ["+819012345678.0", "Decimal"],
    ["+81 90-1234-5678\n+81 90-1234-5679", "Character"],
    ["+81 90-1234-5678\n90-1234", "Several"],
    ["+81 9012345678 9012345679", "Length"],
    ["+81 9012345678x", "Character"],
    ["+81", "Country"],
    ["+813456789012345", "81 3456789012345"],
    ["+8134567890123456", "Length"],
    ["+1 415 555 0100 1", "Length"],
    ["+7 8 900 000 00 00", "Length"],
    ["+7 701 234 56 78", "7 7012345678"]
  ])("parse(%j) is %j", (text, expected) => {
    assert.strictEqual(parsed(text), expected)
  })

  // The shape of a number in Korea, written once more and otherwise: prefix and how many digits may follow.
  const shapes: ReadonlyArray<readonly [prefix: string, lengths: ReadonlyArray<number>]> = [
    ["010", [8]],
    ["012", [8]],
    ...["011", "016", "017", "018", "019", "02", "060", "070", "080"].map((prefix) => [prefix, [7, 8]] as const),
    ...["03", "04", "05", "06"].flatMap((area) =>
      Array.from({ length: 9 }, (_, index) => [`${area}${index + 1}`, [7, 8]] as const)
    ),
    ...["030", "050"].flatMap((prefix) =>
      Array.from({ length: 10 }, (_, index) => [`${prefix}${index}`, [7, 8]] as const)
    ),
    ...["15", "16", "18"].flatMap((prefix) =>
      Array.from({ length: 100 }, (_, index) => [`${prefix}${String(index).padStart(2, "0")}`, [4]] as const)
    )
  ]

  const isKorean = (digits: string): boolean =>
    shapes.some(([prefix, lengths]) => digits.startsWith(prefix) && lengths.includes(digits.length - prefix.length))

  const separator = Schema.Literals(["", "-", " ", ".", ")", "\u2013", "\u200B", "\uFF0D", "\u3000"])

  it.prop(
    "separators never change a number",
    [Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: shapes.length - 1 })), digits(/^\d{8}$/), separator],
    ([at, following, separator]) => {
      const [prefix, lengths] = shapes[at] ?? ["", []]
      const number = `${prefix}${following.slice(0, lengths[following.length % lengths.length] ?? 0)}`
      assert.strictEqual(normalized([...number].join(separator)), number)
    }
  )

  // The same once more, as people divide it: the prefix, the number of the exchange, the last four digits.
  const written =
    /^(?:(?:\+?82|00-?82)-?(?:0-?)?(?=[1-9]))?(?:(?:0?10|012|0?1[016-9]|02|0?[3-6][1-9]|0[678]0)-?\d{3,4}-?\d{4}|2-?\d{3,4}-?\d{4}|[678]0-?\d{3,4}-?\d{4}|0?[35]0\d-?\d{3,4}-?\d{4}|1[568]\d\d-?\d{4}|12-?\d{4}-?\d{4})$/

  const divider = Schema.Literals(["-", " ", ".", " - ", ")", "\u00B7", "\u2013"])

  const spelled = Schema.Struct({
    at: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: shapes.length - 1 })),
    following: Schema.String.check(Schema.isPattern(/^\d{8}$/)),
    code: Schema.Literals(["", "+82", "82", "0082"])
  })

  const spell = ({ at, code, following }: typeof spelled.Type): string => {
    const [prefix, lengths] = shapes[at] ?? ["", []]
    const number = `${prefix}${following.slice(0, lengths[following.length % lengths.length] ?? 0)}`
    return code === "" ? number : `${code}${number.replace(/^0/, "")}`
  }

  it.prop(
    "what is divided as people divide it is read, whatever divides it",
    [
      spelled,
      Schema.Literals(["-", " ", " - ", ")", "\u00B7", "\u2013", "\u3000", "\uFF0D", ". "]),
      Schema.Literals([0, 1, 2, 3]),
      Schema.Boolean
    ],
    ([at, separator, places, hasZero]) => {
      const national = spell({ ...at, code: "" })
      const prefix = /^1|^0[35]0/.test(national) ? 4 : national.startsWith("02") ? 2 : 3
      const head = at.code === "" || hasZero ? national.slice(0, prefix) : national.slice(0, prefix).replace(/^0/, "")
      const exchange = national.slice(prefix, -4)
      const parts = [at.code, head, exchange, national.slice(-4)].filter((part) => part !== "")
      const text = parts.reduce((text, part, index) => `${text}${(places >> (index % 2)) & 1 ? separator : ""}${part}`)
      // One point alone is that of a decimal.
      if (text.split(".").length !== 2) assert.strictEqual(normalized(text), national, text)
    },
    { arbitrary: { runs: 1000 } }
  )

  it.prop(
    "no digit of a number stands after a decimal point",
    [spelled, Schema.Literals(["", "-", " "]), digits(/^(?:0{1,6}|\d{1,8})$/)],
    ([at, separator, fraction]) => {
      const number = spell(at)
      const head = [number.slice(0, -4), number.slice(-4)].join(separator)
      assert.include(["Decimal", "Date", "Groups", "Several", "Extension"], normalized(`${head}.${fraction}`))
      // Wherever the point is.
      for (let point = 1; point < number.length; point++) {
        assert.notMatch(normalized(`${number.slice(0, point)}.${number.slice(point)}`), /^\d/)
      }
    }
  )

  it.prop(
    "a number that is divided is divided as numbers are",
    [spelled, Schema.Array(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 15 }))), divider],
    ([at, places, divider]) => {
      const number = spell(at)
      const divided = [...number].map((char, index) => places.includes(index) ? `-${char}` : char).join("")
      const text = divided.replaceAll("-", divider)
      if (divided.replaceAll("-", "").length * 2 - 1 === divided.length) return
      if (/^\d/.test(normalized(text))) assert.match(divided.replace("+-", "+"), written, text)
    },
    { arbitrary: { runs: 2000 } }
  )

  it.prop(
    "a date is no number, whatever divides it",
    [
      Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 12 })),
      Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 31 })),
      Schema.Int.check(Schema.isBetween({ minimum: 1900, maximum: 2099 })),
      Schema.Literals(["-", " ", ".", "/", ". ", "\u00B7", "\u2013"]),
      Schema.Literals(["", " 1", " 10", " 10:30", "."])
    ],
    ([month, day, year, separator, time]) => {
      const two = (value: number) => String(value).padStart(2, "0")
      for (
        const parts of [
          [String(year), two(month), two(day)],
          [two(day), two(month), String(year)],
          [two(month), two(day), String(year)],
          [String(year), String(month), String(day)],
          [String(day), String(month), String(year)]
        ]
      ) assert.strictEqual(normalized(`${parts.join(separator)}${time}`), "Date")
    }
  )

  it.prop(
    "what stands behind a number is no part of it",
    [
      spelled,
      digits(/^\d{1,4}$/),
      Schema.Literals(["-", " ", "(", "\u00B7", "~", "/", ", ", " - ", "\u2013"])
    ],
    ([at, more, separator]) => {
      const number = spell(at)
      for (const head of [number, `${number.slice(0, -4)}-${number.slice(-4)}`]) {
        const text = `${head}${separator}${more}${separator === "(" ? ")" : ""}`
        const said = normalized(text)
        assert.isTrue(said === "Extension" || said === "Several", `${JSON.stringify(text)} is ${said}`)
      }
    }
  )

  it("a text of any length is answered at once", () => {
    for (
      const text of [`${"15881234".repeat(20_000)}9`, "1,".repeat(100_000), `${" ".repeat(200_000)}x`, "(".repeat(1e5)]
    ) {
      const start = performance.now()
      assert.notMatch(normalized(text), /^\d/)
      assert.isTrue(Result.isFailure(PhoneNumber.parse(`+81${text}`)))
      assert.isBelow(performance.now() - start, 500)
    }
  })

  const damaged = digits(/^[\s+]?(?:00|\+)?(?:82)?[-. ]?0?1?0?[-. ()]?\d{3,4}[-. ,/]?\d{4}[-. \n]?(?:\d{3,11})?$/)

  for (const [name, arbitrary] of [["any text", Schema.String], ["what looks like a number", damaged]] as const) {
    it.prop(
      `${name}: what is read is a number in Korea, is read as itself, and has no digit more than the trunk zero`,
      [arbitrary],
      ([text]) => {
        const once = PhoneNumber.normalize(text)
        if (Result.isFailure(once)) return
        const number = once.success
        assert.isTrue(isKorean(number), number)
        assert.strictEqual(normalized(number), number)
        const written = text.normalize("NFKC").replace(/\D/g, "")
        const withoutCode = written.replace(/^(?:00)?82/, "")
        assert.isTrue(
          number === written || (withoutCode !== written && (number === withoutCode || number === `0${withoutCode}`)),
          `${JSON.stringify(text)} became ${number}`
        )
      },
      { arbitrary: { runs: 1000 } }
    )
  }

  it("FromString reads as normalize does, and says nothing of the number", () => {
    const decode = Schema.decodeUnknownResult(PhoneNumber.FromString)
    assert.strictEqual(Result.getOrThrow(decode("010-1234-5678")), "01012345678")
    const failure = Result.getOrThrow(Result.flip(decode("1012345678")))
    assert.include(failure.message, "zero at the beginning is missing")
    assert.notInclude(failure.message, "1012345678")
    assert.isTrue(Result.isFailure(decode(1012345678)))
  })

  it("a foreign number that keeps its trunk zero is told", () => {
    const has = (text: string) => Result.getOrThrow(PhoneNumber.parse(text)).hasTrunkZero
    assert.deepStrictEqual(["+44 020 7946 0958", "+44 20 7946 0958", "+82 010-1234-5678"].map(has), [
      true,
      false,
      false
    ])
    // There the zero is a part of the number.
    const kept = ["+39 06 1234", "+225 07 00 00 00 00", "+226 05 20 00 46", "+992 01 865 0539"]
    assert.deepStrictEqual(kept.map(has), [false, false, false, false])
  })

  it.each([
    ["", ""],
    ["123456", "******"],
    ["1234567", "1****67"],
    ["12345678", "1*****78"],
    ["123456789", "123***789"],
    ["1234567890", "123****890"],
    ["12345678901", "123****8901"]
  ])("masks %j as %j", (number, masked) => {
    assert.strictEqual(PhoneNumber.mask(number), masked)
  })

  it.prop("mask hides at least a third, and keeps the length", [digits(/^\d{1,25}$/)], ([number]) => {
    const masked = PhoneNumber.mask(number)
    assert.strictEqual(masked.length, number.length)
    assert.isTrue(masked.split("*").length - 1 >= number.length / 3)
    assert.isFalse(masked.includes(number))
  })

  it.each([
    // What is no damage stays what it is.
    ["010-1234-5678", "01012345678"],
    ["+82 10 1234 5678", "01012345678"],
    ["821012345678", "01012345678"],
    ["00821012345678", "01012345678"],
    // Damage that leaves no doubt.
    ["1012345678", "01012345678"],
    ["10-1234-5678", "01012345678"],
    [" 10 1234 5678 ", "01012345678"],
    ["１０１２３４５６７８", "01012345678"],
    ["1012345678.0", "01012345678"],
    ["01012345678.0", "01012345678"],
    ["821012345678.0", "01012345678"],
    // Damage that leaves some.
    ["212345678", "LostZero"],
    ["111234567", "LostZero"],
    ["311234567", "LostZero"],
    ["10-12345-678", "LostZero"],
    ["1012345678.00", "Decimal"],
    ["1012345678.5", "Decimal"],
    ["101234567.0", "Decimal"],
    ["-1012345678.0", "Decimal"],
    ["1.012345678E9", "Decimal"],
    ["1,012,345,678", "Decimal"],
    ["1012345678 1087654321", "Prefix"],
    ["10123456789", "Prefix"],
    ["101234567", "Prefix"],
    ["", "Empty"],
    [1012345678, "NotText"]
  ])("repair reads %j as %s", (text, expected) => {
    assert.strictEqual(
      Result.match(PhoneNumber.repair(text), { onSuccess: String, onFailure: ({ why }) => why }),
      expected
    )
  })

  it.prop("repair changes no number that can be read", [Schema.String], ([text]) => {
    const read = PhoneNumber.normalize(text)
    if (Result.isSuccess(read)) assert.deepStrictEqual(PhoneNumber.repair(text), read)
  })

  it.prop("what spreadsheets did to a mobile number is undone", [digits(/^010\d{8}$/)], ([number]) => {
    for (const damaged of [String(Number(number)), `${Number(number)}.0`, `${number}.0`, `82${Number(number)}.0`]) {
      assert.deepStrictEqual(PhoneNumber.repair(damaged), PhoneNumber.normalize(number))
    }
  })

  it.prop("what is hyphenated is read as the same number", [Schema.String, digits(/^0\d{7,12}$/)], ([text, number]) => {
    assert.deepStrictEqual(PhoneNumber.normalize(PhoneNumber.hyphenate(number)), PhoneNumber.normalize(number))
    assert.strictEqual(PhoneNumber.hyphenate(text).replaceAll("-", ""), text.replaceAll("-", ""))
  })

  it("an error never holds the text", () => {
    const error = Result.getOrThrow(Result.flip(PhoneNumber.normalize("+81 90 1234 5678")))
    assert.isFalse(/1234/.test(`${String(error)}${JSON.stringify(error)}${error.stack}`))
  })

  it("says why a text is no number, without the text", () => {
    for (
      const [text, says] of [
        ["", "No digit"],
        ["+", "No digit"],
        ["010x99998888", "separators"],
        ["9".repeat(26), "No phone number in Korea"],
        ["+81 90 9999 8888", "another country"],
        ["+81", "calling code"]
      ] as const
    ) {
      const message = Result.match(PhoneNumber.normalize(text), {
        onFailure: ({ message }) => message,
        onSuccess: () => ""
      })
      assert.include(message, says)
      assert.notInclude(message, "9999")
    }
  })
})
