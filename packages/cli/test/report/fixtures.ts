import * as DeliveryCode from "@effect-sens/core/DeliveryCode"
import * as KstDateTime from "@effect-sens/core/KstDateTime"
import * as MessageId from "@effect-sens/core/MessageId"
import type * as MessageRecord from "@effect-sens/core/MessageRecord"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { Language } from "../../src/Language.ts"
import type * as Page from "../../src/report/page/Page.ts"
import * as Sums from "../../src/report/Sums.ts"

/** The end of all ranges here: 18:42 in Korea. */
export const end = DateTime.makeUnsafe("2026-11-27T09:42:00Z")

export interface Told {
  /** Seconds before {@link end}. */
  readonly ago: number
  /** Seconds from request to completion. */
  readonly took: number
  /** None of what is not final yet. */
  readonly code: string | undefined
  readonly telco?: string | null
  readonly type?: string
  readonly from?: string
}

const stamp = (millis: number) => KstDateTime.formatSeconds(DateTime.makeUnsafe(millis))

export const record = (
  { ago, code, from = "0212345678", telco = "SKT", took, type = "SMS" }: Told,
  index: number
): MessageRecord.MessageRecord => {
  const at = end.epochMilliseconds - ago * 1000
  return {
    messageId: MessageId.make(`m${index}`),
    to: "01000000001",
    from,
    type,
    requestTime: stamp(at),
    ...(code === undefined ? { status: "PROCESSING" } : {
      status: "COMPLETED",
      statusCode: code,
      statusName: code === "0" ? "success" : "fail",
      completeTime: stamp(at + took * 1000),
      telcoCode: telco
    })
  }
}

/** A sequence that looks random and is the same each time. */
const shuffled = (index: number, of: number): number => {
  const mixed = Math.imul(index + 1, 0x9E3779B1)
  return (Math.imul(mixed ^ (mixed >>> 15), 0x85EBCA6B) >>> 0) % of
}

const day = 86_400

const failing = DeliveryCode.all.filter((code) => !DeliveryCode.isSuccess(code)).map(({ code }) => code)

const usual = (days: number, messages: number, codes: ReadonlyArray<string>): ReadonlyArray<Told> =>
  Array.from({ length: messages }, (_, index) => ({
    ago: shuffled(index, days * day - 1) + 1,
    took: shuffled(index, 10) < 8 ? 1 + shuffled(index, 12) : shuffled(index, 900),
    code: shuffled(index, 97) === 0
      ? undefined
      : shuffled(index, 20) === 3
      ? codes[shuffled(index * 31, codes.length)]
      : "0",
    telco: ["SKT", "SKT", "KTF", "LGT", null][shuffled(index * 3, 5)] ?? null,
    type: ["SMS", "SMS", "LMS", "MMS"][shuffled(index * 5, 4)] ?? "SMS"
  }))

export const hostile = "<script>document.title=\"wrong\"</script>"

/** What a page has to look right with. */
export const cases: {
  readonly [name: string]: {
    readonly days: number
    readonly told: ReadonlyArray<Told>
    readonly filters?: ReadonlyArray<string>
  }
} = {
  empty: { days: 7, told: [] },
  one: { days: 1, told: [{ ago: 3600, took: 4, code: "0" }] },
  "one code": { days: 2, told: usual(2, 300, ["3018"]).map((told) => ({ ...told, code: "3018" })) },
  waiting: { days: 1, told: [{ ago: 60, took: 0, code: undefined }, { ago: 30, took: 0, code: undefined }] },
  week: {
    days: 7,
    told: usual(7, 3000, ["3001", "3001", "3001", "2003", "2003", "3018", "E917", "2000", "S004", "3022"])
  },
  quarter: { days: 89.5, told: usual(89.5, 4000, failing.slice(0, 50)) },
  hostile: {
    days: 7,
    told: usual(7, 400, ["3001"]).map((told, index) =>
      index % 3 === 0
        ? { ...told, telco: hostile, type: hostile, code: told.code === "0" ? "0" : hostile }
        : index % 3 === 1
        ? { ...told, telco: `${"아주긴통신사이름".repeat(6)} \u202E&"'` }
        : told
    ),
    filters: [hostile, "받은 번호 010****0001"]
  }
}

/** All that a page is made of. */
export const facts = async (name: string, language: Language): Promise<Page.Facts> => {
  const { days, filters = [], told } = cases[name] ?? { days: 1, told: [] }
  return {
    sums: await Effect.runPromise(Sums.run(Stream.fromIterable(told.map(record)), ["code"], { isPage: true })),
    language,
    selection: { start: DateTime.subtract(end, { seconds: Math.round(days * day) }), end },
    made: end,
    serviceId: "ncp:sms:kr:000000000000:emulator",
    filters,
    command: `effect-sens report --last ${Math.round(days)}d --html "${name === "hostile" ? hostile : "report.html"}"`,
    unreadable: name === "hostile" ? 3 : 0,
    chosen: undefined,
    hasNumbers: false
  }
}
