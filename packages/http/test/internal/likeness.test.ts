import * as MessageId from "@effect-sens/core/MessageId"
import * as PhoneNumber from "@effect-sens/core/PhoneNumber"
import type * as SendRequest from "@effect-sens/core/SendRequest"
import { assert, describe, it, vi } from "@effect/vitest"
import * as Arr from "effect/Array"
import * as Schema from "effect/Schema"
import * as Likeness from "../../src/internal/likeness.ts"
import * as SendIntent from "../../src/SendIntent.ts"

describe("number", () => {
  it.each([
    "+821012345678",
    "+82 10-1234-5678",
    "821012345678",
    "00821012345678",
    "1012345678",
    "010-1234-5678",
    "０１０１２３４５６７８",
    "010****5678",
    "010-****-5678",
    "010-**-5678",
    "0101234****",
    "***********",
    "+82 10 **** 5678",
    "8210****5678",
    "010-■■■■-5678",
    "010-····-5678",
    "010-~~~~-5678",
    "010....5678",
    "010ㅇㅇㅇㅇ5678",
    "010--5678",
    "010-1234-5678 (SKT)",
    "xxx-xxxx-5678",
    "01012345678,01099999999",
    "01099999999, 01012345678",
    "010****5678;010****9999",
    "01012345678 (2)",
    "1012345678.0",
    "01012345678 12",
    "010-1234-5678 외 1명",
    "홍길동<01012345678>",
    "01000005678",
    "01012340000",
    "010-000-5678",
    "01099995678",
    "a1b2c3d4e5f60718",
    "5f4dcc3b-5aa7-65d6-1d83-27deb882cf99",
    "MDEwMTIzNDU2Nzg=",
    "%2B821012345678",
    "&#48;1012345678",
    "82".repeat(32),
    "0101".repeat(5000),
    "",
    "비공개"
  ])("%s may be 01012345678", (shown) => {
    assert.notStrictEqual(Likeness.number("01012345678", shown), "Others")
  })

  it.each([
    "01012345679",
    "+821087654321",
    "010****4321",
    "011****5678",
    "0212345670",
    "1588-1234",
    "01000005679",
    "01087654321,01087654322",
    "01087654321 (2)",
    "01087654321 (SKT)"
  ])(
    "%s is surely not",
    (shown) => {
      assert.strictEqual(Likeness.number("01012345678", shown), "Others")
    }
  )

  it("of other spellings of the whole number is sure", () => {
    for (const shown of ["010-1234-5678", "+821012345678", "821012345678", "1012345678"]) {
      assert.strictEqual(Likeness.number("01012345678", shown), "Equal")
    }
    assert.strictEqual(Likeness.number("01012345678", "010****5678"), "Undecided")
    assert.strictEqual(Likeness.number("0212345678", "212345678"), "Equal")
  })
})

describe("text", () => {
  const sent = "[서점] Tom & \"Jerry\" 님,  주문하신\n책이 도착했습니다. 5 > 3 입니다!"

  it.each<[string, string]>([
    ["with entities", "[서점] Tom &amp; &quot;Jerry&quot; 님,  주문하신\n책이 도착했습니다. 5 &gt; 3 입니다!"],
    [
      "escaped twice",
      "[서점] Tom &amp;amp; &amp;quot;Jerry&amp;quot; 님, 주문하신 책이 도착했습니다. 5 &amp;gt; 3 입니다!"
    ],
    ["with numeric entities", "[서점] Tom &#38; &#x22;Jerry&#34; 님, 주문하신 책이 도착했습니다. 5 &#62; 3 입니다!"],
    ["with one space for many", sent.replaceAll(/\s+/g, " ")],
    ["without any space", sent.replaceAll(/\s+/g, "")],
    ["with <br>", sent.replaceAll("\n", "<br/>")],
    ["with a written line feed", sent.replaceAll("\n", "\\n")],
    ["with other quotes", sent.replaceAll("\"", "“")],
    ["without quotes", sent.replaceAll("\"", "")],
    ["cut with three dots", `${sent.slice(0, 12)}...`],
    ["cut with an ellipsis", `${sent.slice(0, 12)}…`],
    ["cut without a sign", sent.slice(0, 40)],
    ["with a foot of its own", `${sent}\n무료수신거부 0801234567`],
    ["decomposed", sent.normalize("NFD")],
    ["with a masked digit", sent.replace("5", "*")],
    ["with digits replaced", sent.replaceAll(/\d/g, "#")],
    ["with letters replaced", sent.replace("도착", "??")],
    ["of nothing that can be read", "***"],
    ["in full-width letters", sent.replace("Tom", "Ｔｏｍ")],
    ["with a word that says that it was cut", `${sent.slice(0, 20)}…(생략)`],
    ["with a word without brackets that says so", `${sent.slice(0, 20)}... 더보기`],
    ["with how much was cut", `${sent.slice(0, 20)} [+31자]`],
    ["in parts", `${sent.slice(0, 20)} (1/2)`],
    ["with a word for a name", sent.replace("Tom & \"Jerry\"", "[이름]")],
    ["with a name in letters that stand for others", sent.replace("Jerry", "JOO")],
    ["with letters of Korean that stand for others", sent.replace("Jerry", "Jㅇㅇ")],
    ["with tags", sent.replace("Tom", "<b class=\"name\">Tom</b>")],
    [
      "with a link for a part",
      sent.replace("도착했습니다", "<a href='https://book.example/20260101'>도착했습니다</a>")
    ],
    ["without its digits", sent.replaceAll(/\d/g, "")]
  ])("shown %s may be ours", (_, shown) => {
    assert.notStrictEqual(Likeness.text(sent, shown), "Others")
  })

  it.each([["①번 창구", "1번 창구"], ["⑩번", "?번"], ["Effect™", "Effect?"], ["25㎡", "25?"], ["½", "?"]])(
    "%s may be shown as %s",
    (ours, shown) => {
      assert.notStrictEqual(Likeness.text(ours, shown), "Others")
    }
  )

  it.each(["[숨김]", "[OTP]", "(비공개)", "【인증번호】", "<code>", ""])("a code may be shown as %j", (hidden) => {
    const template = (code: string) => `[서점] 인증번호 ${code}를 입력하세요. 타인에게 알려 주지 마세요.`
    for (const ours of ["123456", "[123456]", "1234"].map(template)) {
      assert.strictEqual(Likeness.text(ours, template(hidden)), "Undecided")
      assert.strictEqual(Likeness.text(ours, template(hidden).replace("인증번호", "예약번호 8")), "Others")
      assert.strictEqual(Likeness.text(ours, template("[654321]")), "Others")
      assert.strictEqual(Likeness.text(ours, template("(6543)")), "Others")
    }
  })

  it("that the log leaves out may be ours", () => {
    assert.strictEqual(Likeness.text(sent, undefined), "Undecided")
  })

  it("line breaks of another kind and spaces around it are the same text", () => {
    assert.strictEqual(Likeness.text("첫째\r\n둘째 ", "첫째\n둘째"), "Equal")
  })

  const codes = [
    (code: string) => `인증번호 ${code}`,
    (code: string) => `[서점] 인증번호는 [${code}] 입니다. 타인에게 알려 주지 마세요...`,
    (code: string) => `*${code}* 를 입력해 주세요 (3분 안에)`,
    (code: string) => `고객님, 안녕하세요. 요청하신 인증번호를 보내 드립니다: ${code}`,
    (code: string) => `${code.slice(0, 3)}-${code.slice(3)}`
  ]

  it.prop("two codes of one template differ, however they are shown", {
    one: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 999_999 })),
    other: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 999_999 })),
    template: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: codes.length - 1 }))
  }, ({ one, other, template }) => {
    const write = codes[template] ?? String
    // What shows one digit again and again may hide another.
    if (/(\d)\1\1/.test(String(other).padStart(6, "0"))) return
    const [left, right] = [one, other].map((code) => write(String(code).padStart(6, "0")))
    assert.strictEqual(Likeness.text(left ?? "", right), one === other ? "Equal" : "Others")
    assert.strictEqual(Likeness.text(left ?? "", right?.replaceAll(" ", "")) === "Others", one !== other)
  })

  it.prop("a text is never another's when it is shown as it was sent", [Schema.String], ([text]) => {
    assert.notStrictEqual(Likeness.text(text, text), "Others")
  })

  const code = "인증번호 738201"

  it.each([
    `[Web발신]\n${code}`,
    `[국제발신]\n${code}`,
    `(광고)${code}`,
    `(광고) ${code}\n무료수신거부 0801234567`,
    "[Web발신]\n인증번호 XXXXXX",
    "[Web발신]\n(광고) 인증번호 ******\n무료수신거부 080****567",
    "인증번호 XXXXXX",
    "인증번호 xxxxxx",
    "인증번호 OOOOOO",
    "인증번호 ○○○○○○",
    "인증번호 ㅇㅇㅇㅇㅇㅇ",
    "인증번호 000000",
    "인증번호 738000",
    "인증번호 XXX201",
    "인증 XXXXXX",
    "[Web발신]\n***",
    "[Web발신]\n[MASKED]",
    "[Web발신]\n비공개",
    "[MASKED]",
    "REDACTED",
    "<hidden>",
    "(hidden)",
    "hidden",
    "Content is hidden",
    "비공개",
    "[비공개]",
    "개인정보 보호를 위해 표시하지 않습니다",
    "7J247Kad67KI7Zi4IDczODIwMQ==",
    "5f4dcc3b5aa765d61d8327deb882cf99",
    "7J247Kad67KI7Zi4\r\nIDczODIwMQ==",
    "%EC%9D%B8%EC%A6%9D%EB%B2%88%ED%98%B8%20738201",
    "%EC%9D%B8%EC%A6%9D%EB%B2%88%ED%98%B8+738201",
    "ÀÎÁõ¹øÈ£ 738201",
    "인증번호 73",
    "인증번호",
    "738201",
    "번호 7382"
  ])("%j may show a one-time password", (shown) => {
    assert.strictEqual(Likeness.text(code, shown), "Undecided")
  })

  it.each([
    "인증번호 738210",
    "[Web발신]\n인증번호 182937",
    "(광고) 인증번호 182937\n무료수신거부 0801234567",
    "인증번호 XXX202",
    "[Web발신]\n오늘 저녁 일곱 시에 정문에서 만나요",
    "예약번호 XXXXXX",
    "인증번호 18…",
    "%EC%9D%B8%EC%A6%9D%EB%B2%88%ED%98%B8%20182937"
  ])("%j is surely another's", (shown) => {
    assert.strictEqual(Likeness.text(code, shown), "Others")
  })

  it("a word of ours may be shown as a hash, and is no other word", () => {
    const word = "https-example-kr-a1b2c3"
    assert.strictEqual(Likeness.text(word, "5f4dcc3b5aa765d61d8327deb882cf99"), "Undecided")
    assert.strictEqual(Likeness.text(word, "https-example-kr-d4e5f6"), "Others")
  })

  it("what no text of ours can be as long as is told by its beginning", () => {
    const ours = `인증번호 ${"가나다라".repeat(225)}`
    const others = "인".repeat(2)
    for (const shown of ["*".repeat(3e6), `인${"*?".repeat(1e6)}라`, "&amp;".repeat(3e6)]) {
      assert.notStrictEqual(Likeness.text(ours, shown), "Others")
    }
    for (const shown of [`${others}${"&amp;*".repeat(5e5)}마`, "오늘 저녁 ".repeat(5e5), "<br ".repeat(1e6)]) {
      assert.strictEqual(Likeness.text(ours, shown), "Others")
    }
  })

  it("long texts are compared in time", () => {
    const long = "가*나?".repeat(500)
    assert.notStrictEqual(Likeness.text(long, long.replaceAll("나", "?")), "Others")
    assert.strictEqual(Likeness.text(`${"가".repeat(1000)}끝`, `${"*?".repeat(500)}다`), "Others")
  })
})

const sms = (...messages: ReadonlyArray<{ to: string; content?: string }>): SendRequest.Normalized => {
  const [first, ...others] = messages.map(({ to, ...rest }) => ({ to: PhoneNumber.make(to), ...rest }))
  if (first === undefined) throw new Error("no recipient")
  return { type: "SMS", from: PhoneNumber.make("0212345678"), content: "안녕하세요", messages: [first, ...others] }
}

const shown = (to: string, content: string | undefined = "안녕하세요") => ({
  messageId: MessageId.make(`${to} ${content}`),
  from: "0212345678",
  to,
  content,
  status: "READY"
})

describe("request", () => {
  const ours = Likeness.ours(sms({ to: "01000000001" }, { to: "01000000002", content: "반갑습니다" }))
  const both = [shown("01000000001"), shown("01000000002", "반갑습니다")] as const

  it("is equal in whatever order its messages come", () => {
    assert.strictEqual(Likeness.request(ours, both), "Equal")
    assert.strictEqual(Likeness.request(ours, both.toReversed()), "Equal")
  })

  it("is undecided while a message is missing, or one too many is there", () => {
    assert.strictEqual(Likeness.request(ours, [both[1]]), "Undecided")
    assert.strictEqual(Likeness.request(ours, [...both, both[0]]), "Undecided")
  })

  it("is another's where one message is", () => {
    assert.strictEqual(Likeness.request(ours, [both[0], shown("01000000002")]), "Others")
    assert.strictEqual(Likeness.request(ours, [...both, shown("01000000003")]), "Others")
    assert.strictEqual(Likeness.request(ours, [{ ...both[0], from: "15880000" }, both[1]]), "Others")
  })

  it("of a log that leaves texts out is decided by one of each", () => {
    const bare = [shown("01000000001", ""), shown("01000000002", "")]
    assert.strictEqual(Likeness.request(ours, bare), "Undecided")
    assert.deepStrictEqual(Likeness.unshown(ours, bare).map(([text]) => text), ["안녕하세요", "반갑습니다"])
    assert.strictEqual(
      Likeness.request(ours, bare, new Map([["안녕하세요", "안녕하세요"], ["반갑습니다", "반갑습니다"]])),
      "Equal"
    )
    assert.strictEqual(Likeness.request(ours, bare, new Map([["안녕하세요", "다른 문자"]])), "Others")
  })

  it("equal sends have one key, whatever the order of their recipients", () => {
    const key = (request: SendRequest.Normalized) => Likeness.ours(request).key
    const [one, other] = [{ to: "01000000001" }, { to: "01000000002" }] as const
    assert.strictEqual(key(sms(one, other)), key(sms(other, one)))
    assert.strictEqual(key(sms(one)), key(sms({ ...one, content: "안녕하세요 " })))
    assert.notStrictEqual(key(sms(one)), key(sms({ ...one, content: "안녕" })))
  })
})

describe("record", () => {
  it("reads what a record shows once for all messages of ours", () => {
    const work = (recipients: number) => {
      const messages = Array.from({ length: recipients }, (_, index) => ({ to: `0101234${5678 + index}` }))
      const ours = Likeness.ours(sms(...messages))
      const record = shown("***********", "오늘 저녁 일곱 시에 정문에서 만나요")
      // What is ours is read once for all records.
      assert.strictEqual(Likeness.record(ours, record), "Others")
      const normalize = vi.spyOn(String.prototype, "normalize")
      Likeness.record(ours, record)
      const { length } = normalize.mock.calls
      normalize.mockRestore()
      return length
    }
    assert.isAbove(work(1), 0)
    assert.strictEqual(work(100), work(1))
  })

  it("many records of others are compared with many recipients", () => {
    const ours = Likeness.ours(
      sms(...Array.from({ length: 100 }, (_, index) => ({ to: `0101234${5678 + index}` })))
    )
    for (let index = 0; index < 100_000; index++) {
      const relation = Likeness.record(ours, shown(`010123456${10 + index % 80}`, `다른 글 ${index}`))
      assert.strictEqual(relation, "Others")
    }
  })
})

describe("the key of twins", () => {
  const recipients = Schema.NonEmptyArray(Schema.Struct({
    to: Schema.Literals(["01011112222", "01033334444"]).pipe(Schema.brand("PhoneNumber")),
    content: Schema.Literals(["", "a", "b ", "b", "가", "\u1100\u1161", "c\r\nd", "c\nd"]),
    subject: Schema.Literals(["", "s", "t"])
  }))

  it.prop("is the same exactly where a client takes two sends for equal", [recipients, recipients], ([one, other]) => {
    const request = (messages: typeof one): SendRequest.Normalized => ({
      type: "LMS",
      from: PhoneNumber.make("0212345678"),
      content: "a",
      messages
    })
    const isEqual = SendIntent.twinKey(request(one)) === SendIntent.twinKey(request(other))
    assert.strictEqual(isEqual, Likeness.ours(request(one)).key === Likeness.ours(request(other)).key)
    assert.strictEqual(SendIntent.twinKey(request(one)), SendIntent.twinKey(request(Arr.reverse(one))))
  })
})
