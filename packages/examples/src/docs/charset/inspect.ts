import * as EucKr from "@effect-sens/core/EucKr"
import * as Option from "effect/Option"

// For the person who typed the text, not for a log: it quotes the text.
export const problems = (text: string): ReadonlyArray<string> =>
  EucKr.inspect(text).map(({ index, kind, suggestion, text }) => {
    const instead = Option.match(suggestion, {
      onNone: () => "nothing to put in its place",
      onSome: (suggestion) => suggestion === "" ? "leave it out" : `write ${suggestion}`
    })
    return `${text} at ${index} (${kind}): ${instead}`
  })
