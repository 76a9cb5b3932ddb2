/**
 * `effect-sens profiles list`, once it is asked for.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Output from "../Output.ts"
import * as Profiles from "../Profiles.ts"
import * as ProfileView from "../ProfileView.ts"
import * as Table from "../Table.ts"

export const Document = Output.document("profiles list", { profiles: Schema.Array(ProfileView.View) })

const none = {
  en: "no profile yet: effect-sens profiles add default",
  ko: "프로필이 없습니다: effect-sens profiles add default"
}

export const run = Effect.fnUntraced(function*() {
  const output = yield* Output.Output
  const all = Object.entries(yield* Profiles.read).map(([name, profile]) => ProfileView.make(name, profile, output))
  yield* Output.answer({
    document: Document,
    value: Document.make({ profiles: all }),
    table: ({ language }) =>
      all.length === 0
        ? none[language]
        : Table.render({ heads: ProfileView.heads(language), rows: ProfileView.rows(all, language) })
  })
})
