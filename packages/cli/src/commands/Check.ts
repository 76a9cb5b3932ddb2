/**
 * `effect-sens check`: what a list becomes, before anything is sent.
 *
 * @since 0.1.0
 */
import * as Argument from "effect/cli/Argument"
import type * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Definition from "../Definition.ts"
import * as Globals from "../Globals.ts"
import type { Both, Language } from "../Language.ts"
import * as ListFlags from "../lists/ListFlags.ts"

export const texts = {
  command: {
    en: "Check a list: what will be sent, what cannot be, and why. Sends nothing",
    ko: "명단을 검사합니다. 보낼 것과 보낼 수 없는 것, 그 까닭을 알려 주고, 아무것도 보내지 않습니다"
  },
  details: {
    en:
      "The first row names the columns. CSV may be UTF-8, UTF-16 or CP949, divided by commas, semicolons or tabs; of an .xlsx file "
      + "the first sheet is read, to 100,000 rows. Ends with code 3 where a row cannot be sent to.",
    ko:
      "첫 행은 열 이름이어야 합니다. CSV는 UTF-8, UTF-16, CP949를 알아보고 쉼표, 세미콜론, 탭으로 나눈 것을 읽습니다. .xlsx는 첫 시트를 "
      + "100,000행까지 읽습니다. 보낼 수 없는 행이 있으면 코드 3으로 끝납니다."
  },
  list: { en: "The list, CSV or .xlsx (- is stdin)", ko: "명단 파일, CSV나 .xlsx (- 는 표준 입력)" },
  price: { en: "Prices in KRW, for the cost: sms=9,lms=27", ko: "건당 단가(원). 금액을 계산합니다: sms=9,lms=27" },
  out: {
    en: "A file for the rows that cannot be sent to, with why; only its owner may read it",
    ko: "보낼 수 없는 행과 까닭을 담을 파일. 소유자만 읽을 수 있습니다"
  },
  online: {
    en: "Ask which numbers refused advertisements (080); needs keys and --ad",
    ko: "수신 거부(080)한 번호를 조회합니다. 인증 키와 --ad 가 필요합니다"
  },
  plain: { en: "What of a list can be sent", ko: "명단에서 보낼 수 있는 것" },
  excel: {
    en: "An Excel file whose numbers lost their zeros; the rest goes to a file",
    ko: "앞의 0이 빠진 엑셀 명단. 남은 행은 파일로"
  }
} as const satisfies { readonly [name: string]: Both }

export const parameters = (language: Language) => {
  const said = (name: keyof typeof texts) => <A>(flag: Flag.Flag<A>) =>
    Flag.withDescription(flag, texts[name][language])
  return {
    list: Argument.String("list").pipe(Argument.withDescription(texts.list[language])),
    ...ListFlags.make(language),
    price: Flag.String("price").pipe(Flag.withMetavar("prices"), said("price"), Flag.optional),
    out: Flag.String("out").pipe(Flag.withMetavar("file"), said("out"), Flag.optional),
    online: Flag.Boolean("online").pipe(Flag.withoutNegation, said("online"), Flag.withDefault(false))
  }
}

export type Input = Command.Command.Config.Infer<ReturnType<typeof parameters>>

export const definition = Definition.leaf({
  name: "check",
  description: texts.command,
  details: texts.details,
  examples: [
    { command: "effect-sens check list.csv --text \"{name|friend}, your order is here.\"", says: texts.plain },
    {
      command: "effect-sens check list.xlsx --text-file text.txt --repair-numbers --out rejects.csv",
      says: texts.excel
    }
  ],
  uses: Globals.keys,
  formats: ["table", "json"],
  parameters,
  handler: () => import("./Check.handler.ts")
})
