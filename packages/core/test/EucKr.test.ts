import * as EucKr from "@effect-sens/core/EucKr"
import { assert, describe, it } from "@effect/vitest"
import * as Arbitrary from "effect/Arbitrary"
import { pipe } from "effect/Function"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import iconv from "iconv-lite"

const charsets: ReadonlyArray<EucKr.Charset> = ["EUC-KR", "CP949"]

/** Everything that has a rule of its own, whole and in parts. */
const pieces = [
  ..."가각힣뷁똠한글 aZ019#*~\\\n\r\t漢字樂｡、★♥☎▶①Ⅹ㈜½￦",
  "\r\n",
  "₩",
  "–",
  "•",
  "é",
  "e\u0301",
  "か\u3099",
  "ｶ\uff9e",
  "\u0301",
  "\u3099",
  "\u00a0",
  "\u2028",
  "\u0085",
  "\u0081",
  "\u200b",
  "\u200c",
  "\u200d",
  "\ufeff",
  "\ufe0f",
  "\u20e3",
  "\u{e0041}",
  "\u0000",
  "\u001b",
  "\u007f",
  "\u00ad",
  "\u3164",
  "\ufffd",
  "\ud83d",
  "\ude00",
  "\ue000",
  "😀",
  "👍",
  "👍🏽",
  "🏽",
  "👨‍👩‍👧",
  "❤️‍🔥",
  "❤️",
  "☎️",
  "1️⃣",
  "🇰🇷",
  "🇰",
  "\u1112",
  "\u1161",
  "\u11ab",
  "\u113c",
  "\u115f",
  "\ud7b0",
  "ﾡ",
  "한글뷁".normalize("NFD"),
  "ก",
  "\u0e31",
  "们",
  "㊙",
  "⑯",
  "\u212b",
  "\uf92c"
]

const textOf = (parts: ReadonlyArray<string | number>): string =>
  parts.map((part) => typeof part === "string" ? part : String.fromCodePoint(part)).join("")

const CodePoint = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 0x10ffff }))

const anyText = Arbitrary.map(
  Arbitrary.array(Arbitrary.schema(Schema.Union([Schema.Literals(pieces), Schema.Literals(pieces), CodePoint]))),
  textOf
)

/** Texts that both charsets have, CRLF included. */
const encodableText = Arbitrary.map(
  Arbitrary.array(Arbitrary.schema(Schema.Literals(["가", "힣", "a", " ", "\r", "\n", "\r\n", "漢", "★", "€", "~"]))),
  (parts) => parts.join("")
)

const limit = Arbitrary.schema(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 40 })))
const charset = Arbitrary.schema(Schema.Literals(charsets))
const runs = { timeout: 60_000, arbitrary: { runs: 1000 } }

const errors = (text: string, options?: EucKr.Options) =>
  EucKr.inspect(text, options).filter((issue) => issue.severity === "error")

const only = (text: string, options?: EucKr.Options): EucKr.Issue => {
  const issues = EucKr.inspect(text, options)
  assert.strictEqual(issues.length, 1)
  const issue = issues[0]
  assert.isDefined(issue)
  return issue
}

const outline = (text: string, options?: EucKr.Options) =>
  EucKr.inspect(text, options).map((issue) => [
    issue.index,
    issue.length,
    issue.kind,
    issue.text,
    Option.getOrUndefined(issue.suggestion)
  ])

describe("byteLength", () => {
  it("counts 1 for ASCII and 2 for the rest", () => {
    assert.strictEqual(EucKr.byteLength(""), 0)
    assert.strictEqual(EucKr.byteLength("안녕 SENS"), 9)
    assert.strictEqual(EucKr.byteLength("\u0000\u007f\u0080"), 4)
    assert.strictEqual(EucKr.byteLength("뷁"), 2)
    assert.strictEqual(EucKr.byteLength("뷁", { charset: "CP949" }), 2)
    assert.strictEqual(pipe("가a", EucKr.byteLength), 3)
    assert.strictEqual(pipe("가a", EucKr.byteLength({ charset: "CP949" })), 3)
  })

  it("counts 2 for a code point outside of the charset, a pair and a lone surrogate", () => {
    assert.strictEqual(EucKr.byteLength("😀"), 2)
    assert.strictEqual(EucKr.byteLength("aaa😀😀a"), 8)
    assert.strictEqual(EucKr.byteLength("\ud83d"), 2)
    assert.strictEqual(EucKr.byteLength("\ude00\ud83d"), 4)
    assert.strictEqual(EucKr.byteLength("👨‍👩‍👧"), 10)
  })

  it.prop("is the sum over the code points", [anyText], ([text]) => {
    const sum = Array.from(text).reduce((bytes, character) => bytes + (character < "\u0080" ? 1 : 2), 0)
    assert.strictEqual(EucKr.byteLength(text), sum)
  }, runs)

  it("does not depend on how the engine keeps the string", () => {
    const flat = "가나다라마바사 abc 😀 ".repeat(20)
    const sliced = `가${flat}`.slice(1)
    const joined = Array.from(flat).reduce((text, character) => text + character, "")
    assert.strictEqual(EucKr.byteLength(sliced), EucKr.byteLength(flat))
    assert.strictEqual(EucKr.byteLength(joined), EucKr.byteLength(flat))
    assert.isFalse(EucKr.isEncodable(joined))
  })
})

describe("fits", () => {
  it.prop("is byteLength within the limit", [anyText, limit], ([text, limit]) => {
    assert.strictEqual(EucKr.fits(text, limit), EucKr.byteLength(text) <= limit)
    assert.strictEqual(pipe(text, EucKr.fits(limit)), EucKr.fits(text, limit))
  }, runs)

  it("refuses a limit that is no number, and takes one without end", () => {
    assert.isFalse(EucKr.fits("a", Number.NaN))
    assert.isFalse(EucKr.fits("a", -1))
    assert.isTrue(EucKr.fits("가", Number.POSITIVE_INFINITY))
  })
})

describe("truncate", () => {
  it("cuts to the limit", () => {
    assert.strictEqual(EucKr.truncate("가".repeat(46), 90), "가".repeat(45))
    assert.strictEqual(pipe("가나다", EucKr.truncate(5)), "가나")
    assert.strictEqual(EucKr.truncate("가", 1), "")
    assert.strictEqual(EucKr.truncate("가", 0), "")
    assert.strictEqual(EucKr.truncate("가", Number.NaN), "")
    assert.strictEqual(EucKr.truncate("가", Number.POSITIVE_INFINITY), "가")
  })

  it("leaves no half of anything", () => {
    assert.strictEqual(EucKr.truncate("a\r\nb", 2), "a")
    assert.strictEqual(EucKr.truncate("a\r\nb", 3), "a\r\n")
    assert.strictEqual(EucKr.truncate("a\rb", 2), "a\r")
    assert.strictEqual(EucKr.truncate("ab😀", 3), "ab")
    assert.strictEqual(EucKr.truncate("ab😀", 4), "ab😀")
    assert.strictEqual(EucKr.truncate("abe\u0301", 4), "ab")
    assert.strictEqual(EucKr.truncate("가❤️", 5), "가")
    assert.strictEqual(EucKr.truncate("가👨‍👩‍👧", 11), "가")
    assert.strictEqual(EucKr.truncate("🇰🇷🇰🇷", 7), "🇰🇷")
    assert.strictEqual(EucKr.truncate("가한".normalize("NFD"), 9), "가".normalize("NFD"))
  })

  it.prop("of an encodable text is the longest prefix that fits", [encodableText, limit], ([text, limit]) => {
    let length = text.length
    const isAllowed = () =>
      iconv.encode(text.slice(0, length), "cp949").length <= limit &&
      !(text[length - 1] === "\r" && text[length] === "\n")
    while (!isAllowed()) length--
    assert.strictEqual(EucKr.truncate(text, limit), text.slice(0, length))
  }, runs)

  const segmenter = new Intl.Segmenter("ko", { granularity: "grapheme" })
  const graphemePieces = pieces.filter((piece) => !["🏽", "ﾡ"].includes(piece))
  const graphemes = Arbitrary.map(
    Arbitrary.array(Arbitrary.schema(Schema.Literals(graphemePieces))),
    (parts) => parts.join("")
  )

  it.prop("is the longest row of graphemes that fits", [graphemes, limit], ([text, limit]) => {
    let expected = ""
    for (const { segment } of segmenter.segment(text)) {
      if (EucKr.byteLength(expected + segment) > limit) break
      expected += segment
    }
    assert.strictEqual(EucKr.truncate(text, limit), expected)
  }, runs)

  it.prop("is a prefix that fits and splits no code point", [anyText, limit], ([text, limit]) => {
    const cut = EucKr.truncate(text, limit)
    assert.isTrue(text.startsWith(cut))
    assert.isAtMost(EucKr.byteLength(cut), limit)
    const next = text.codePointAt(cut.length - 1) ?? 0
    assert.isFalse(cut.length > 0 && cut.length < text.length && next > 0xffff)
    assert.strictEqual(EucKr.truncate(cut, limit), cut)
    if (EucKr.byteLength(text) <= limit) assert.strictEqual(cut, text)
  }, runs)
})

describe("isEncodable", () => {
  it("knows both charsets", () => {
    assert.isTrue(EucKr.isEncodable(""))
    assert.isFalse(EucKr.isEncodable("뷁"))
    assert.isFalse(EucKr.isEncodable("뷁", { charset: "EUC-KR" }))
    assert.isTrue(EucKr.isEncodable("뷁", { charset: "CP949" }))
    assert.isTrue(pipe("뷁", EucKr.isEncodable({ charset: "CP949" })))
    assert.isFalse(pipe("뷁", EucKr.isEncodable()))
    assert.isFalse(EucKr.isEncodable("₩", { charset: "CP949" }))
    assert.isFalse(EucKr.isEncodable("가\ud800"))
  })

  it("has 8,354 and 17,176 code points", () => {
    const count = (charset: EucKr.Charset) => {
      let count = 0
      for (let code = 0; code <= 0x10ffff; code++) {
        if (EucKr.isEncodable(String.fromCodePoint(code), { charset })) count++
      }
      return count
    }
    assert.deepStrictEqual(charsets.map(count), [8354, 17176])
  }, 60_000)
})

describe("inspect", () => {
  it("finds a won sign and a family", () => {
    assert.deepStrictEqual(outline("가격 ₩1,000 👨‍👩‍👧"), [
      [3, 1, "unsupported", "₩", "￦"],
      [10, 8, "emoji", "👨‍👩‍👧", ""]
    ])
  })

  it("finds nothing in what the charset has", () => {
    assert.deepStrictEqual(EucKr.inspect("‘안녕’ “하세요” … ※ ℃ ™ № ½ × ÷ ± ° · ― ～ ★☎♥① ⓐ ㉠ ⑴ Ⅰ ⅰ\r\n\t漢字"), [])
    assert.deepStrictEqual(EucKr.inspect("뷁똠", { charset: "CP949" }), [])
    assert.deepStrictEqual(pipe("뷁", EucKr.inspect({ charset: "CP949" })), [])
  })

  it("says of an extension syllable that CP949 has it", () => {
    const issue = only("가뷁")
    assert.strictEqual(issue.kind, "extension")
    assert.strictEqual(issue.severity, "error")
    assert.include(issue.message, "CP949")
    assert.deepStrictEqual([issue.index, issue.length, issue.codePoints], [1, 1, [0xbdc1]])
    assert.isTrue(Option.isNone(issue.suggestion))
  })

  it("counts an emoji sequence once", () => {
    assert.deepStrictEqual(outline("👨‍👩‍👧"), [[0, 8, "emoji", "👨‍👩‍👧", ""]])
    assert.deepStrictEqual(outline("🏴\u{e0067}\u{e0062}\u{e007f}"), [[
      0,
      8,
      "emoji",
      "🏴\u{e0067}\u{e0062}\u{e007f}",
      ""
    ]])
    assert.deepStrictEqual(outline("❤️"), [[0, 2, "emoji", "❤️", "♥"]])
    assert.deepStrictEqual(outline("❤️‍🔥"), [[0, 5, "emoji", "❤️‍🔥", "♥"]])
    assert.deepStrictEqual(outline("🇰🇷🇺🇸"), [[0, 4, "emoji", "🇰🇷", "[KR]"], [4, 4, "emoji", "🇺🇸", "[US]"]])
    assert.deepStrictEqual(outline("🙏🏽"), [[0, 4, "emoji", "🙏🏽", "(__)"]])
    assert.deepStrictEqual(outline("1️⃣"), [[0, 3, "emoji", "1️⃣", "①"]])
    assert.deepStrictEqual(outline("#⃣0⃣"), [[0, 2, "emoji", "#⃣", "#"], [2, 2, "emoji", "0⃣", "(0)"]])
    assert.deepStrictEqual(outline("가☎️나▶️"), [[1, 2, "emoji", "☎️", "☎"], [4, 2, "emoji", "▶️", "▶"]])
    assert.deepStrictEqual(outline("👍👍"), [[0, 2, "emoji", "👍", ""], [2, 2, "emoji", "👍", ""]])
    assert.deepStrictEqual(outline("가🏽"), [[1, 2, "emoji", "🏽", ""]])
  })

  it("composes Hangul that came apart, a run at a time", () => {
    const nfd = (text: string) => text.normalize("NFD")
    assert.deepStrictEqual(outline(nfd("한국 사람")), [
      [0, 6, "jamo", nfd("한국"), "한국"],
      [7, 5, "jamo", nfd("사람"), "사람"]
    ])
    assert.deepStrictEqual(outline(nfd("가뷁나")), [
      [0, 2, "jamo", nfd("가"), "가"],
      [2, 3, "extension", nfd("뷁"), undefined],
      [5, 2, "jamo", nfd("나"), "나"]
    ])
    assert.deepStrictEqual(outline(nfd("가뷁나"), { charset: "CP949" }), [[0, 7, "jamo", nfd("가뷁나"), "가뷁나"]])
    assert.deepStrictEqual(outline("하\u11ab"), [[0, 2, "jamo", "하\u11ab", "한"]])
    assert.deepStrictEqual(outline("\u1112\u1112"), [[0, 2, "jamo", "\u1112\u1112", "ㅎㅎ"]])
    assert.deepStrictEqual(outline("\u115f\u1161"), [[0, 2, "jamo", "\u115f\u1161", "ㅏ"]])
    assert.deepStrictEqual(outline("\ud7b0"), [[0, 1, "jamo", "\ud7b0", undefined]])
  })

  it("tells broken from damaged text, and suggests nothing for either", () => {
    assert.deepStrictEqual(outline("\ud83d가\ude00\ufffd"), [
      [0, 1, "surrogate", "\ud83d", undefined],
      [2, 1, "surrogate", "\ude00", undefined],
      [3, 1, "replacement", "\ufffd", undefined]
    ])
  })

  it("names spaces, line breaks, invisible, control and private use characters", () => {
    assert.deepStrictEqual(outline("\u00a0가\u2028\u200b\u0081\ue000\u{f0000}가\ufe0f"), [
      [0, 1, "space", "\u00a0", " "],
      [2, 1, "lineBreak", "\u2028", "\n"],
      [3, 1, "invisible", "\u200b", ""],
      [4, 1, "control", "\u0081", ""],
      [5, 1, "privateUse", "\ue000", undefined],
      [6, 2, "privateUse", "\u{f0000}", undefined],
      [9, 1, "invisible", "\ufe0f", ""]
    ])
    for (let tag = 0xe0000; tag < 0xe0080; tag++) assert.strictEqual(only(String.fromCodePoint(tag)).kind, "invisible")
  })

  it("warns of what can be encoded but should not be there", () => {
    const text = "a\u0000\u001b\u007f\u00ad\u3164\t\r\n"
    assert.isTrue(EucKr.isEncodable(text))
    assert.deepStrictEqual(
      EucKr.inspect(text).map((issue) => [issue.index, issue.kind, issue.severity]),
      [[1, "control", "warning"], [2, "control", "warning"], [3, "control", "warning"], [4, "invisible", "warning"], [
        5,
        "invisible",
        "warning"
      ]]
    )
    assert.deepStrictEqual(EucKr.repair(text), { text, changes: [], remaining: [] })
  })

  it("takes a letter with its marks as one", () => {
    assert.deepStrictEqual(outline("e\u0301"), [[0, 2, "unsupported", "e\u0301", "e"]])
    assert.deepStrictEqual(outline("か\u3099"), [[0, 2, "unsupported", "か\u3099", "が"]])
    assert.deepStrictEqual(outline("ｶ\uff9e"), [[0, 2, "unsupported", "ｶ\uff9e", "ガ"]])
    assert.deepStrictEqual(outline("วั"), [[0, 2, "unsupported", "วั", undefined]])
  })

  it.prop("covers exactly what cannot be encoded", [anyText, charset], ([text, charset]) => {
    const options = { charset }
    let end = 0
    let rest = ""
    for (const issue of EucKr.inspect(text, options)) {
      assert.isAtLeast(issue.index, end)
      assert.strictEqual(issue.text, text.slice(issue.index, issue.index + issue.length))
      assert.strictEqual(String.fromCodePoint(...issue.codePoints), issue.text)
      assert.strictEqual(EucKr.isEncodable(issue.text, options), issue.severity === "warning")
      rest += text.slice(end, issue.index)
      end = issue.index + issue.length
    }
    rest += text.slice(end)
    assert.deepStrictEqual(EucKr.inspect(rest, options), [])
    assert.strictEqual(errors(text, options).length === 0, EucKr.isEncodable(text, options))
  }, runs)

  it.prop("suggests only what the charset has", [anyText, charset], ([text, charset]) => {
    for (const issue of EucKr.inspect(text, { charset })) {
      if (Option.isSome(issue.suggestion)) {
        assert.deepStrictEqual(EucKr.inspect(issue.suggestion.value, { charset }), [])
      }
    }
  }, runs)

  it("suggests only what the charset has, for every code point", () => {
    let suggested = 0
    for (let code = 0; code <= 0x10ffff; code++) {
      if (code === 0xac00) code = 0xd7a4
      if (code === 0x20000) code = 0xe0000
      const text = String.fromCodePoint(code)
      for (const issue of EucKr.inspect(text)) {
        assert.strictEqual(issue.text, text)
        if (Option.isNone(issue.suggestion)) continue
        suggested++
        assert.deepStrictEqual(EucKr.inspect(issue.suggestion.value), [])
      }
    }
    assert.isAbove(suggested, 5000)
  }, 60_000)

  /**
   * The usual offenders: code point, its bytes where the charset has it after all, what to write instead and its length. Two differ from what is usually
   * done: U+FFFD and a simplified Hanja are not dropped, since a text with a hole is not the text.
   */
  const offenders: ReadonlyArray<
    readonly [code: number, bytes: string | undefined, suggestion: string | undefined, length: number]
  > = [
    [0x20a9, undefined, "￦", 2],
    [0x00a0, undefined, " ", 1],
    [0x202f, undefined, " ", 1],
    [0x2009, undefined, " ", 1],
    [0x2003, undefined, " ", 1],
    [0x200b, undefined, "", 0],
    [0x200c, undefined, "", 0],
    [0x200d, undefined, "", 0],
    [0x2060, undefined, "", 0],
    [0xfeff, undefined, "", 0],
    [0xfe0f, undefined, "", 0],
    [0xfe0e, undefined, "", 0],
    [0x20e3, undefined, "", 0],
    [0x200e, undefined, "", 0],
    [0x200f, undefined, "", 0],
    [0x202a, undefined, "", 0],
    [0x2066, undefined, "", 0],
    [0x2010, undefined, "-", 1],
    [0x2011, undefined, "-", 1],
    [0x2012, undefined, "-", 1],
    [0x2013, undefined, "-", 1],
    [0x2014, undefined, "-", 1],
    [0x2015, "a1aa", "-", 1],
    [0x2212, undefined, "-", 1],
    [0x2043, undefined, "-", 1],
    [0x2022, undefined, "·", 2],
    [0x2023, undefined, "▶", 2],
    [0x25aa, undefined, "■", 2],
    [0x25ab, undefined, "□", 2],
    [0x25e6, undefined, "○", 2],
    [0x25fc, undefined, "■", 2],
    [0x2b1b, undefined, "■", 2],
    [0x2219, undefined, "·", 2],
    [0x22c5, undefined, "·", 2],
    [0x2027, undefined, "·", 2],
    [0x30fb, undefined, "·", 2],
    [0xff65, undefined, "·", 2],
    [0x00b7, "a1a4", "·", 2],
    [0x318d, "a4fd", "ㆍ", 2],
    [0x2018, "a1ae", "'", 1],
    [0x2019, "a1af", "'", 1],
    [0x201c, "a1b0", "\"", 1],
    [0x201d, "a1b1", "\"", 1],
    [0x201a, undefined, "'", 1],
    [0x201b, undefined, "'", 1],
    [0x201e, undefined, "\"", 1],
    [0x2032, "a1c7", "'", 1],
    [0x2033, "a1c8", "\"", 1],
    [0x02bc, undefined, "'", 1],
    [0x00ab, undefined, "《", 2],
    [0x00bb, undefined, "》", 2],
    [0x2039, undefined, "〈", 2],
    [0x203a, undefined, "〉", 2],
    [0x2026, "a1a6", "...", 3],
    [0x22ef, undefined, "…", 2],
    [0x301c, undefined, "~", 1],
    [0xff5e, "a2a6", "~", 1],
    [0x223c, "a1ad", "~", 1],
    [0x02dc, undefined, "~", 1],
    [0x3030, undefined, "~", 1],
    [0x00a9, undefined, "(C)", 3],
    [0x00ae, "a2e7", "(R)", 3],
    [0x2122, "a2e2", "TM", 2],
    [0x20ac, "a2e6", "EUR", 3],
    [0x00a5, undefined, "￥", 2],
    [0x00a3, undefined, "￡", 2],
    [0x00a2, undefined, "￠", 2],
    [0x00ac, undefined, "￢", 2],
    [0x00a6, undefined, "|", 1],
    [0x00af, undefined, "￣", 2],
    [0x203e, undefined, "￣", 2],
    [0x00b5, undefined, "μ", 2],
    [0x00c5, undefined, "A", 1],
    [0x212a, undefined, "K", 1],
    [0x2126, "a7d9", "Ω", 2],
    [0x00e9, undefined, "e", 1],
    [0x00fc, undefined, "u", 1],
    [0x00f1, undefined, "n", 1],
    [0x00e7, undefined, "c", 1],
    [0x2713, undefined, "√", 2],
    [0x2714, undefined, "√", 2],
    [0x2705, undefined, "[v]", 3],
    [0x2611, undefined, "[v]", 3],
    [0x2610, undefined, "□", 2],
    [0x2715, undefined, "×", 2],
    [0x2716, undefined, "×", 2],
    [0x274c, undefined, "×", 2],
    [0x2b55, undefined, "○", 2],
    [0x2764, undefined, "♥", 2],
    [0x2665, "a2be", "♥", 2],
    [0x2661, "a2bd", "♡", 2],
    [0x1f495, undefined, "♥", 2],
    [0x2b50, undefined, "★", 2],
    [0x1f31f, undefined, "★", 2],
    [0x2728, undefined, "☆", 2],
    [0x2733, undefined, "*", 1],
    [0x27a1, undefined, "→", 2],
    [0x2b05, undefined, "←", 2],
    [0x2b06, undefined, "↑", 2],
    [0x2b07, undefined, "↓", 2],
    [0x279c, undefined, "→", 2],
    [0x2794, undefined, "→", 2],
    [0x21d2, "a2a1", "⇒", 2],
    [0x21b3, undefined, "└", 2],
    [0x27f6, undefined, "→", 2],
    [0x1f449, undefined, "☞", 2],
    [0x1f448, undefined, "☜", 2],
    [0x25ba, undefined, "▶", 2],
    [0x25b8, undefined, "▶", 2],
    [0x25b6, "a2ba", "▶", 2],
    [0x260e, "a2cf", "☎", 2],
    [0x1f4de, undefined, "☎", 2],
    [0x1f4f1, undefined, "[휴대폰]", 8],
    [0x2709, undefined, "[메일]", 6],
    [0x1f4cd, undefined, "▶", 2],
    [0x1f4cc, undefined, "▶", 2],
    [0x26a0, undefined, "※", 2],
    [0x203b, "a1d8", "※", 2],
    [0x2757, undefined, "!", 1],
    [0x2753, undefined, "?", 1],
    [0x203c, undefined, "!!", 2],
    [0x2049, undefined, "!?", 2],
    [0x23f0, undefined, "[시간]", 6],
    [0x1f4c5, undefined, "[일정]", 6],
    [0x1f381, undefined, "[선물]", 6],
    [0x1f389, undefined, "★", 2],
    [0x1f600, undefined, "^^", 2],
    [0x1f602, undefined, "ㅋㅋ", 4],
    [0x1f62d, undefined, "ㅠㅠ", 4],
    [0x1f64f, undefined, "(__)", 4],
    [0x1f195, undefined, "[NEW]", 5],
    [0x1f525, undefined, "", 0],
    [0x2776, undefined, "①", 2],
    [0x2460, "a8e7", "①", 2],
    [0x246e, "a8f5", "⑮", 2],
    [0x246f, undefined, "(16)", 4],
    [0x24ea, undefined, "(0)", 3],
    [0x24b6, undefined, "ⓐ", 2],
    [0x2169, "a5b9", "Ⅹ", 2],
    [0x216a, undefined, "XI", 2],
    [0x2070, undefined, "0", 1],
    [0x2074, "a9f9", "⁴", 2],
    [0x2075, undefined, "5", 1],
    [0x327e, undefined, "(우)", 4],
    [0x3299, undefined, "(비)", 4],
    [0x1100, undefined, "ㄱ", 2],
    [0xffa1, undefined, "ㄱ", 2],
    [0xff76, undefined, "カ", 2],
    [0xff01, "a3a1", "!", 1],
    [0xff21, "a3c1", "A", 1],
    [0x3000, "a1a1", " ", 1],
    [0xfffd, undefined, undefined, 0],
    [0x9ad9, undefined, "高", 2],
    [0x4eec, undefined, undefined, 0],
    [0x793c, undefined, "禮", 2]
  ]

  it("knows the usual offenders", () => {
    for (const [code, bytes, suggestion, length] of offenders) {
      const text = String.fromCodePoint(code)
      if (bytes !== undefined) {
        assert.deepStrictEqual(EucKr.inspect(text), [])
        assert.strictEqual(iconv.encode(text, "euc-kr").toString("hex"), bytes)
        continue
      }
      const issue = only(text)
      assert.strictEqual(Option.getOrUndefined(issue.suggestion), suggestion, `U+${code.toString(16)}`)
      assert.strictEqual(EucKr.byteLength(suggestion ?? ""), length)
    }
    assert.strictEqual(offenders.length, 155)
  })

  it("knows the offenders that come in rows", () => {
    const suggestion = (code: number) => Option.getOrUndefined(only(String.fromCodePoint(code)).suggestion)
    for (let code = 0x202a; code <= 0x202e; code++) assert.strictEqual(suggestion(code), "")
    for (let code = 0x2066; code <= 0x2069; code++) assert.strictEqual(suggestion(code), "")
    for (let i = 16; i <= 20; i++) assert.strictEqual(suggestion(0x2460 + i - 1), `(${i})`)
    for (let i = 21; i <= 35; i++) assert.strictEqual(suggestion(0x3251 + i - 21), `(${i})`)
    for (let i = 36; i <= 50; i++) assert.strictEqual(suggestion(0x32b1 + i - 36), `(${i})`)
    for (let i = 1; i <= 10; i++) {
      for (const start of [0x2776, 0x2780, 0x278a, 0x24f5]) {
        assert.strictEqual(suggestion(start + i - 1), String.fromCodePoint(0x2460 + i - 1))
      }
    }
    for (let i = 11; i <= 20; i++) {
      assert.strictEqual(suggestion(0x24eb + i - 11), i <= 15 ? String.fromCodePoint(0x2460 + i - 1) : `(${i})`)
    }
    for (let i = 0; i < 26; i++) {
      assert.strictEqual(suggestion(0x24b6 + i), String.fromCodePoint(0x24d0 + i))
      assert.strictEqual(suggestion(0x1f170 + i), `[${String.fromCharCode(65 + i)}]`)
    }
    for (const code of [0x1f600, 0x1f604, 0x1f60a]) assert.strictEqual(suggestion(code), "^^")
    for (let i = 0; i < 19; i++) {
      const jamo = suggestion(0x1100 + i)
      assert.strictEqual(jamo?.normalize("NFKC"), String.fromCharCode(0x1100 + i))
    }
  })

  it("never repeats the text in a message", () => {
    for (const issue of EucKr.inspect("뷁₩\ud800\ufffd😀\u00a0\ue000\u0081\u2028\u200b\u1112")) {
      assert.notInclude(issue.message, issue.text)
    }
  })
})

describe("repair", () => {
  it("takes the suggestions and says what is left", () => {
    const repaired = EucKr.repair("✅ 결제 ₩1,000 – 뷁 😊")
    assert.strictEqual(repaired.text, "[v] 결제 ￦1,000 - 뷁 ^^")
    assert.deepStrictEqual(repaired.changes.map((issue) => issue.text), ["✅", "₩", "–", "😊"])
    assert.deepStrictEqual(repaired.remaining.map((issue) => [issue.index, issue.kind, issue.text]), [[
      16,
      "extension",
      "뷁"
    ]])
    assert.deepStrictEqual(pipe("뷁", EucKr.repair({ charset: "CP949" })), { text: "뷁", changes: [], remaining: [] })
  })

  it("leaves alone what NFC and NFKC would change", () => {
    for (const text of ["\u212b", "\uf92c", "\uf9b8", "￦", "ㄱㅋㅠ", "￥￡￠", "½", "´¨", "Ａ！　"]) {
      assert.notStrictEqual(text.normalize("NFKC"), text)
      assert.strictEqual(EucKr.repair(text).text, text)
      assert.strictEqual(EucKr.repair(`${text}₩`).text, `${text}￦`)
    }
  })

  it("makes no character of two halves", () => {
    const text = "\ud83d\u200b\ude00"
    const repaired = EucKr.repair(text)
    assert.strictEqual(repaired.text, text)
    assert.strictEqual(repaired.remaining.length, 3)
  })

  it.prop("encodes exactly when nothing remains, and is idempotent", [anyText, charset], ([text, charset]) => {
    const options = { charset }
    const repaired = EucKr.repair(text, options)
    assert.strictEqual(EucKr.isEncodable(repaired.text, options), repaired.remaining.length === 0)
    assert.deepStrictEqual(repaired.remaining, errors(repaired.text, options))
    const again = EucKr.repair(repaired.text, options)
    assert.strictEqual(again.text, repaired.text)
    assert.deepStrictEqual(again.changes, [])
  }, runs)

  it.prop("changes nothing but what it says", [anyText, charset], ([text, charset]) => {
    const { changes, text: repaired } = EucKr.repair(text, { charset })
    let expected = ""
    let end = 0
    for (const issue of changes) {
      assert.strictEqual(issue.text, text.slice(issue.index, issue.index + issue.length))
      expected += text.slice(end, issue.index) + Option.getOrThrow(issue.suggestion)
      end = issue.index + issue.length
    }
    assert.strictEqual(repaired, expected + text.slice(end))
  }, runs)
})
