import * as Otp from "@effect-sens/emulator/Otp"
import { assert, describe, it } from "@effect/vitest"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"

const Digits = Schema.String.check(Schema.isPattern(/^\d{4,8}$/))

describe("Otp", () => {
  const texts: Readonly<Record<string, string | undefined>> = {
    "[서비스] 인증번호는 482913 입니다.": "482913",
    "[Web발신]\n[본인확인] 인증번호[012345]를 입력해주세요.": "012345",
    "인증번호 : 4821 (3분 이내 입력)": "4821",
    "Your verification code is 93847261.": "93847261",
    "Use 339 201 as your login code": "339201",
    "G-558102 is your Google verification code.": "558102",
    "123-456 is your OTP": "123456",
    "12,000원 결제, 승인 2026-11-22 10:30 인증번호 771204 문의 02-1234-5678": "771204",
    "주문 20261122 인증번호 3391": "3391",
    "2026년 11월 22일 인증코드 8012": "8012",
    "인증번호 요청이 없었습니다": undefined,
    "15000원이 결제되었습니다": undefined,
    "문의 1588-0000": undefined,
    "확인: 482913": "482913",
    "482913 또는 119283": undefined,
    "": undefined
  }
  for (const [text, code] of Object.entries(texts)) {
    it(JSON.stringify(text), () => {
      assert.deepStrictEqual(Otp.fromText(text), Option.fromUndefinedOr(code))
    })
  }

  it.prop("any code of 4 to 8 digits next to its word", [Digits], ([code]) => {
    assert.deepStrictEqual(
      Otp.fromText(`[가게] 주문 30000원, 인증번호 [${code}] 타인에게 알려주지 마세요`),
      Option.some(code)
    )
  })

  it.prop("never fails, whatever the text", [Schema.String], ([text]) => {
    const found = Otp.fromText(text)
    if (Option.isSome(found)) assert.match(found.value, /^\d{4,8}$/)
  })
})
