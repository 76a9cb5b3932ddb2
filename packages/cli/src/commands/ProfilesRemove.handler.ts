/**
 * `effect-sens profiles remove`, once it is asked for.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Record from "effect/Record"
import * as Schema from "effect/Schema"
import * as Output from "../Output.ts"
import * as Plan from "../Plan.ts"
import * as Profiles from "../Profiles.ts"
import type * as Flags from "./Profiles.ts"

export const Document = Output.document("profiles remove", { removed: Schema.String })

const texts = {
  question: {
    en: (name: string) => `Remove the profile ${name} and its keys?`,
    ko: (name: string) => `프로필 ${name}과(와) 그 키를 지울까요?`
  },
  removed: { en: (name: string) => `${name} was removed`, ko: (name: string) => `${name} 프로필을 지웠습니다` }
} as const

export const run = Effect.fnUntraced(function*({ name }: Flags.One) {
  yield* Profiles.get(name)
  yield* Plan.confirm({ en: texts.question.en(name), ko: texts.question.ko(name) }, { isLoopback: false })
  // Read anew: a question may have waited for long.
  yield* Profiles.write(Record.remove(yield* Profiles.read, name))
  yield* Output.answer({
    document: Document,
    value: Document.make({ removed: name }),
    table: ({ language }) => texts.removed[language](name)
  })
})
