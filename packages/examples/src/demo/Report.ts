/**
 * The table at the end of the demo.
 */
import type * as DeliveryCode from "@effect-sens/core/DeliveryCode"
import * as EucKr from "@effect-sens/core/EucKr"
import * as PhoneNumber from "@effect-sens/core/PhoneNumber"
import * as Option from "effect/Option"
import { Fate } from "./Campaign.ts"

export type Language = "en" | "ko"

interface Row {
  readonly code: string
  readonly meaning: string
  readonly advice: string
}

const fromCode = (code: DeliveryCode.DeliveryCode, language: Language): Row => ({
  code: code.code,
  meaning: language === "ko" ? code.meaningKo : code.meaning,
  advice: code.advice
})

const row = (fate: Fate, language: Language): Row =>
  Fate.$match(fate, {
    NotAccepted: ({ error }) => ({
      code: "-",
      meaning: error.reason._tag,
      advice: error.isAmbiguous ? "may have been accepted: look before sending again" : "was not sent"
    }),
    Unfinished: () => ({ code: "-", meaning: "no final result in time", advice: "look again later" }),
    Waiting: () => ({ code: "-", meaning: "waits to be sent", advice: "was not sent" }),
    Uncertain: () => ({
      code: "-",
      meaning: "no answer",
      advice: "may have been accepted: look before sending again"
    }),
    Final: ({ code }) =>
      Option.match(code, {
        onNone: () => ({ code: "-", meaning: "no final result", advice: "look again later" }),
        onSome: (code) => fromCode(code, language)
      })
  })

// A terminal gives two columns to what EUC-KR gives two bytes.
const pad = (text: string, width: number): string => text + " ".repeat(Math.max(0, width - EucKr.byteLength(text)))

const align = (rows: ReadonlyArray<ReadonlyArray<string>>): ReadonlyArray<string> => {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((cells) => EucKr.byteLength(cells[column] ?? "")))
  )
  return rows.map((cells) => cells.map((cell, column) => pad(cell, widths[column] ?? 0)).join("  ").trimEnd())
}

export const render = (options: {
  readonly fates: ReadonlyMap<PhoneNumber.PhoneNumber, Fate>
  readonly type: string
  readonly bytes: number
  readonly language: Language
}): ReadonlyArray<string> => {
  const rows = [...options.fates].map(([number, fate]) => ({ number, result: row(fate, options.language) }))
  const totals = new Map<string, { readonly row: Row; readonly count: number }>()
  for (const { result } of rows) {
    const key = `${result.code}\n${result.meaning}`
    totals.set(key, { row: result, count: (totals.get(key)?.count ?? 0) + 1 })
  }
  return [
    ...align([
      ["recipient", "type", "bytes", "code", "meaning", "advice"],
      ...rows.map(({ number, result: { advice, code, meaning } }) => [
        PhoneNumber.mask(number),
        options.type,
        String(options.bytes),
        code,
        meaning,
        advice
      ])
    ]),
    "",
    ...align([
      ["code", "count", "meaning", "advice"],
      ...[...totals.values()].toSorted((a, b) => b.count - a.count).map(({ count, row }) => [
        row.code,
        String(count),
        row.meaning,
        row.advice
      ]),
      ["all", String(rows.length), "", ""]
    ])
  ]
}
