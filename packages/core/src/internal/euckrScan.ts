// @effect-diagnostics missingPipeableSignature:off

/**
 * Finds what a charset lacks in a text. What to write instead is asked of the caller, so that a program that only looks for
 * problems does without the table of suggestions.
 */
import * as Option from "effect/Option"
import type { Issue, Kind } from "../EucKr.ts"
import {
  endOfCharacter,
  isBoundary,
  isFinal,
  isInitial,
  isOpenSyllable,
  isPictograph,
  isPictographic,
  isRegionalIndicator,
  isSkinTone,
  isSyllable,
  isVowel
} from "./euckrCluster.ts"
import { Suspicious, unitClasses } from "./euckrSet.ts"
import { codePointsOf, compatibilityJamo, isInvisible } from "./euckrSuggestion.ts"
import { unitAt } from "./euckrUnit.ts"

/**
 * What to write instead of a piece of text; `undefined` where nothing would say the same.
 *
 * @internal
 */
export type Suggest = (text: string, isEncodable: (text: string) => boolean) => string | undefined

/**
 * The union of the classes of all code units.
 *
 * @internal
 */
export const classOf = (text: string): number => {
  const classes = unitClasses()
  const length = text.length
  let union = 0
  for (let i = 0; i < length; i++) union |= classes[unitAt(text, i)] ?? 0
  return union
}

/**
 * All issues of a text, for the charset that lacks the classes of `mask`.
 *
 * @internal
 */
export const issuesIn = (text: string, mask: number, suggest: Suggest): ReadonlyArray<Issue> =>
  (classOf(text) & (mask | Suspicious)) === 0 ? [] : collect(text, mask, suggest)

const messages: { readonly [K in Kind]: string } = {
  control: "A control character; leave it out",
  emoji: "An emoji that the charset lacks; SENS does not send a message with it",
  extension: "A Hangul syllable that KS X 1001 lacks; the charset CP949 has it",
  invisible: "An invisible character; leave it out",
  jamo: "Hangul in conjoining jamo; compose it (Unicode NFC)",
  lineBreak: "A line break that the charset lacks; use LF",
  privateUse: "A private use character, which has no agreed meaning",
  replacement: "U+FFFD: the text was damaged before it came here",
  space: "A space that the charset lacks; use U+0020",
  surrogate: "Half of a surrogate pair: the text is broken",
  unsupported: "A character that the charset lacks"
}

const make = (
  text: string,
  index: number,
  end: number,
  kind: Kind,
  severity: Issue["severity"],
  suggestion: string | undefined
): Issue => {
  const piece = text.slice(index, end)
  return {
    index,
    length: end - index,
    kind,
    severity,
    message: messages[kind],
    text: piece,
    codePoints: codePointsOf(piece),
    suggestion: suggestion === undefined ? Option.none() : Option.some(suggestion)
  }
}

const collect = (text: string, mask: number, suggest: Suggest): ReadonlyArray<Issue> => {
  const classes = unitClasses()
  const isClean = (piece: string) => (classOf(piece) & (mask | Suspicious)) === 0
  const issues: Array<Issue> = []
  /** Where the last issue ended: a combining character joins what stands before it only if that is no issue itself. */
  let end = 0
  for (let i = 0; i < text.length;) {
    const unit = unitAt(text, i)
    const unitClass = classes[unit] ?? 0
    if ((unitClass & (mask | Suspicious)) === 0) {
      i++
      continue
    }
    let issue: Issue
    if ((unitClass & mask) === 0) {
      issue = suspicious(text, i, unit)
    } else {
      const code = text.codePointAt(i) ?? unit
      if (isJamo(code) || (isOpenSyllable(code) && isFinal(unitAt(text, i + 1)))) {
        const start = isFinal(code) && i > end && isOpenSyllable(unitAt(text, i - 1)) ? i - 1 : i
        i = end = collectJamo(text, start, isClean, issues)
        continue
      }
      issue = unencodable(text, i > end && !isBoundary(text, i) ? i - 1 : i, i, code, isClean, suggest)
    }
    issues.push(issue)
    i = end = issue.index + issue.length
  }
  return issues
}

const suspicious = (text: string, index: number, unit: number): Issue =>
  unit === 0xad || unit === 0x3164
    ? make(text, index, index + 1, "invisible", "warning", unit === 0xad ? "" : " ")
    : make(text, index, index + 1, "control", "warning", "")

const isJamo = (code: number) => isInitial(code) || isVowel(code) || isFinal(code)

/** The syllable that starts at an index, if it is in conjoining jamo that compose, and its end. */
const composedAt = (text: string, index: number): readonly [text: string, end: number] | undefined => {
  for (let length = 3; length > 1; length--) {
    const piece = text.slice(index, index + length)
    const syllable = piece.normalize("NFC")
    if (syllable.length === 1 && isSyllable(unitAt(syllable, 0))) return [syllable, index + piece.length]
  }
  return undefined
}

/** A run of conjoining jamo: one issue for all that composes to what the charset has, and one for each syllable that it lacks. */
const collectJamo = (text: string, from: number, isClean: (text: string) => boolean, issues: Array<Issue>): number => {
  let start = from
  let suggestion = ""
  let i = from
  const flush = () => {
    if (i > start) issues.push(make(text, start, i, "jamo", "error", suggestion))
    suggestion = ""
  }
  while (i < text.length && (i === from || isJamo(unitAt(text, i)))) {
    const composed = composedAt(text, i)
    const end = composed === undefined ? i + 1 : composed[1]
    const replacement = composed === undefined ? compatibilityJamo(unitAt(text, i)) : composed[0]
    if (replacement !== undefined && isClean(replacement)) {
      suggestion += replacement
    } else {
      flush()
      issues.push(make(text, i, end, composed === undefined ? "jamo" : "extension", "error", undefined))
      start = end
    }
    i = end
  }
  flush()
  return i
}

const emojiPresentation = /^\p{Emoji_Presentation}/u
const spaceSeparator = /^\p{Zs}$/u
const privateUse = /^\p{Co}/u

const isEmoji = (piece: string, code: number): boolean =>
  isRegionalIndicator(code) || isSkinTone(code) || piece.includes("\u20e3") ||
  isPictographic(code) && (code >= 0x2600 || piece.includes("\ufe0f") || emojiPresentation.test(piece))

/** The issue of the character around an index, of which `start` is the base. */
const unencodable = (
  text: string,
  start: number,
  index: number,
  code: number,
  isClean: (text: string) => boolean,
  suggest: Suggest
): Issue => {
  if (code >= 0xd800 && code < 0xe000) return make(text, index, index + 1, "surrogate", "error", undefined)
  if (code === 0xfffd) return make(text, index, index + 1, "replacement", "error", undefined)
  const end = endOfCharacter(text, start)
  if (
    !isPictograph(code) && isInvisible(text.slice(index, end)) &&
    (start === index || !isPictographic(unitAt(text, start)))
  ) {
    return make(text, index, end, "invisible", "error", "")
  }
  const piece = text.slice(start, end)
  const base = piece.codePointAt(0) ?? code
  if (isEmoji(piece, base)) return make(text, start, end, "emoji", "error", suggest(piece, isClean))
  if (code >= 0x80 && code < 0xa0) {
    return code === 0x85
      ? make(text, start, end, "lineBreak", "error", "\n")
      : make(text, start, end, "control", "error", "")
  }
  if (code === 0x2028 || code === 0x2029) return make(text, start, end, "lineBreak", "error", "\n")
  if (privateUse.test(piece)) return make(text, start, end, "privateUse", "error", undefined)
  if (isSyllable(base) && start === index) return make(text, start, end, "extension", "error", undefined)
  const kind = spaceSeparator.test(piece) ? "space" : "unsupported"
  return make(text, start, end, kind, "error", suggest(piece, isClean))
}
