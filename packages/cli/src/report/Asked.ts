/**
 * What was asked for, for a page that is read far from its command line: its filters, and the command that makes it again.
 *
 * @since 0.1.0
 */
import * as PhoneNumber from "@effect-sens/core/PhoneNumber"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import type * as Report from "../commands/Report.ts"
import type { Both, Language } from "../Language.ts"
import type * as Sums from "./Sums.ts"

type Said = readonly [flag: string, value: string | undefined]

const ofOne = (flag: string, value: Option.Option<string>): ReadonlyArray<Said> =>
  Option.isNone(value) ? [] : [[flag, value.value]]

const quoted = (word: string): string =>
  /^[\w@%+=:,./*-]+$/.test(word) ? word : `"${word.replaceAll(/["\\$`]/g, "\\$&")}"`

/** A number, however it was said, as it may be shown. */
const shown = (number: (number: string) => string) => (said: string): string =>
  number(Result.getOrElse(PhoneNumber.normalize(said), () => said))

/** The command line, with its numbers as they may be shown. */
export const command = (input: Report.Input, language: Language, number: (number: string) => string): string => {
  const flags: ReadonlyArray<Said> = [
    ...ofOne("--last", input.last),
    ...ofOne("--from", input.from),
    ...ofOne("--until", input.until),
    ...ofOne("--to", Option.map(input.to, shown(number))),
    ...ofOne("--from-number", Option.map(input.fromNumber, shown(number))),
    ...ofOne("--type", Option.map(input.type, (type) => type.toLowerCase())),
    ...ofOne("--status", Option.map(input.status, (status) => status.toLowerCase())),
    ...(input.failed ? [["--failed", undefined] as const] : []),
    ...input.code.map((code): Said => ["--code", code]),
    ...input.telco.map((telco): Said => ["--telco", telco]),
    ...ofOne("--by", input.by),
    ...(input.percentiles ? [["--percentiles", undefined] as const] : []),
    // Where it lies is nobody's business whom the page is passed on to.
    ...ofOne("--html", Option.map(input.html, (file) => file.split(/[\\/]/).at(-1) ?? file)),
    ["--lang", language]
  ]
  return [
    "effect-sens report",
    ...flags.flatMap(([flag, value]) => value === undefined ? [flag] : [flag, quoted(value)])
  ]
    .join(" ")
}

const texts = {
  to: { en: "to", ko: "받은 번호" },
  fromNumber: { en: "from", ko: "보낸 번호" },
  type: { en: "type", ko: "유형" },
  status: { en: "status", ko: "상태" },
  failed: { en: "failed only", ko: "실패만" },
  code: { en: "code", ko: "코드" },
  telco: { en: "carrier", ko: "통신사" }
} as const satisfies { readonly [name: string]: Both }

/** What narrows the report: without it, its figures would be taken for those of everything. */
export const filters = (
  input: Report.Input,
  language: Language,
  number: (number: string) => string
): ReadonlyArray<string> => {
  const one = (name: keyof typeof texts, values: ReadonlyArray<string>) =>
    values.length === 0 ? [] : [`${texts[name][language]} ${values.join(", ")}`]
  return [
    ...one("type", Option.toArray(input.type)),
    ...one("to", Option.toArray(input.to).map(shown(number))),
    ...one("fromNumber", Option.toArray(input.fromNumber).map(shown(number))),
    ...one("status", Option.toArray(input.status)),
    ...(input.failed ? [texts.failed[language]] : []),
    ...one("code", input.code),
    ...one("telco", input.telco)
  ]
}

/** Whether the page shows it anyway. */
export const hasSection = ([first, ...others]: ReadonlyArray<Sums.Name>): boolean =>
  others.length === 0 &&
  (first === "code" || first === "telco" || first === "hour" || first === "day" || first === "advice")
