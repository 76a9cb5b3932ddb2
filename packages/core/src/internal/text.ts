/**
 * What preflight has to say about one text: its length, and its characters.
 */
import * as EucKr from "../EucKr.ts"
import type * as RequestIssue from "../RequestIssue.ts"
import { issuesIn } from "./euckrScan.ts"
import { notIn } from "./euckrSet.ts"
import * as Mojibake from "./mojibake.ts"

/** @internal */
export type TextRule =
  | "TooLong"
  | "NotEncodable"
  | "BrokenText"
  | "ControlCharacter"
  | "InvisibleCharacter"
  | "WrongCharset"

const advice: Partial<Record<EucKr.Kind, string>> = {
  surrogate: "; find out where the text was cut",
  replacement: "; find out where the text was decoded wrongly"
}

const todoFor = (isWrongCharset: boolean): string =>
  isWrongCharset ? "; it looks as if the text was read in a wrong charset" : "; see EucKr.repair"

// No issue of a request holds a suggestion, so the table of them stays out of programs that only send.
const suggestNothing = () => undefined

/**
 * Whether {@link check} would say nothing of a text: one look at its length, and one at its characters.
 *
 * @internal
 */
export const isClean = (text: string, limit: number, charset: EucKr.Charset): boolean =>
  EucKr.fits(text, limit) && issuesIn(text, notIn(charset), suggestNothing).length === 0 && !Mojibake.mayBe(text)

/**
 * What is wrong with a text, as issues without the text.
 *
 * @internal
 */
export const check = (
  text: string,
  options: {
    readonly path: RequestIssue.RequestIssue["path"]
    readonly what: string
    readonly limit: number
    readonly charset: EucKr.Charset
    readonly todo: string
    readonly add: (rule: TextRule, issue: Omit<RequestIssue.RequestIssue, "kind">) => void
  }
): void => {
  const { add, charset, limit, path, todo, what } = options
  if (!EucKr.fits(text, limit)) {
    const bytes = EucKr.byteLength(text)
    const cut = EucKr.truncate(text, limit).length
    add("TooLong", {
      path,
      message: `${bytes} bytes in ${charset}, ${
        bytes - limit
      } more than ${what} may have; SENS would cut it at index ${cut}. ${todo}`,
      actual: bytes,
      limit,
      index: cut
    })
  }
  const issues = issuesIn(text, notIn(charset), suggestNothing)
  // What went through a wrong charset has characters that the charset lacks, but for what is left of those.
  const runs = issues.length > 0 || Mojibake.mayBe(text) ? Mojibake.runs(text) : []
  const [run] = runs
  if (run !== undefined) {
    add("WrongCharset", {
      path,
      message:
        `This looks like a text that was read in a wrong charset (index ${run.index}); read it again from where it came`,
      ...run
    })
  }
  for (const { codePoints, index, kind, length, message, severity } of issues) {
    const isBroken = kind === "surrogate" || kind === "replacement"
    const rule = severity === "warning"
      ? kind === "control" ? "ControlCharacter" : "InvisibleCharacter"
      : isBroken
      ? "BrokenText"
      : "NotEncodable"
    add(rule, {
      path,
      message: `${message}${
        advice[kind] ?? (rule === "NotEncodable" ? todoFor(Mojibake.isIn(runs, index)) : "")
      } (index ${index})`,
      index,
      length,
      character: kind,
      // A run of jamo can be all of a text.
      ...kind === "jamo" ? {} : { codePoints }
    })
  }
}
