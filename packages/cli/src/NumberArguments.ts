/**
 * Numbers of a command line, of a file that it names, or of both: each once, as digits.
 *
 * @since 0.1.0
 */
import * as PhoneNumber from "@effect-sens/core/PhoneNumber"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as ExitCode from "./ExitCode.ts"
import * as Failure from "./Failure.ts"
import type { Both, Language } from "./Language.ts"
import * as ListText from "./lists/ListText.ts"

interface Given {
  /** How it is called where it is wrong: numbers stand in no error. */
  readonly place: Both
  readonly text: string
}

const none: Both = { en: "no number was given", ko: "번호를 주십시오" }

const reason = (why: string, language: Language): string => {
  const { todo, what } = ListText.reason("number", why, language)
  return todo === undefined ? what : `${what} → ${todo}`
}

const ordinal = (at: number) => ({ en: `Argument ${at + 1}`, ko: `${at + 1}번째 인수` })

const line = (at: number) => ({ en: `Line ${at + 1} of the file`, ko: `파일 ${at + 1}행` })

/** All of them are read before anything is done with one; the first that is none is told by its place. */
export const read = Effect.fnUntraced(function*(
  { list, numbers }: { readonly numbers: ReadonlyArray<string>; readonly list: Option.Option<string> }
) {
  const given: Array<Given> = numbers.map((text, at) => ({ place: ordinal(at), text }))
  if (Option.isSome(list)) {
    const { readFileString } = yield* FileSystem.FileSystem
    const lines = (yield* readFileString(list.value)).replace(/^\uFEFF/, "").split(/\r?\n/)
    lines.forEach((text, at) => {
      if (text.trim() !== "") given.push({ place: line(at), text })
    })
  }
  if (given.length === 0) return yield* Failure.usage(none)
  const read = new Set<string>()
  for (const { place, text } of given) {
    const number = PhoneNumber.normalize(text.trim())
    if (Result.isFailure(number)) {
      const { why } = number.failure
      return yield* Failure.refuse("InvalidPhoneNumber", ExitCode.table.usage.code, {
        en: `${place.en}: ${reason(why, "en")}`,
        ko: `${place.ko}: ${reason(why, "ko")}`
      })
    }
    read.add(number.success)
  }
  return Array.from(read)
})
