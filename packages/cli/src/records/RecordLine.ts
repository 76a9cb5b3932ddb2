/**
 * A message of the log as a line for people: when, to whom, what became of it.
 *
 * @since 0.1.0
 */
import * as Telco from "@effect-sens/core/Telco"
import type { Both, Language } from "../Language.ts"
import type * as MessageView from "../MessageView.ts"
import * as Table from "../Table.ts"

const outcomes: { readonly [O in MessageView.Message["outcome"]]: Both } = {
  pending: { en: "under way", ko: "진행 중" },
  delivered: { en: "delivered", ko: "전달됨" },
  failed: { en: "failed", ko: "실패" }
}

const texts = {
  heads: { en: ["time (KST)", "to", "type", "carrier", "result"], ko: ["시각", "받는 번호", "유형", "통신사", "결과"] }
} as const

/** As wide as what mostly stands there: lines come one after the other, and the next may be longer. */
const widths = [19, 14, 4, 7] as const

const join = (cells: ReadonlyArray<string>): string =>
  cells.map((cell, at) => Table.padEnd(cell, widths[at] ?? 0)).join("  ").trimEnd()

export const head = (language: Language): string => join(texts.heads[language])

const time = (iso: string | null): string => iso === null ? "-" : iso.slice(0, 19).replace("T", " ")

/** `2026-11-28 09:00:05  010****5678  SMS  SKT  failed 3001 No subscriber`. */
export const make = (
  message: MessageView.Message,
  { by, language }: { readonly by: "request" | "completion"; readonly language: Language }
): string => {
  const { code, outcome } = message
  const said = outcomes[outcome][language]
  const result = outcome === "pending"
    ? `${said} (${message.status})`
    : outcome === "delivered" || code === null
    ? said
    : `${said} ${code.code} ${language === "ko" ? code.meaningKo : code.meaning}`
  const at = by === "completion" ? message.completeTime ?? message.requestTime : message.requestTime
  const words = [message.subject, message.content].filter((text) => text !== undefined).join(" / ")
  return join([
    time(at),
    message.to,
    message.type ?? "-",
    message.telco === null ? "-" : Telco.nameOf(message.telco),
    words === "" ? result : `${result}  ${words.replaceAll(/\s+/g, " ")}`
  ])
}
