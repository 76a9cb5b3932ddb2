/**
 * `effect-sens profiles show`, once it is asked for.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Output from "../Output.ts"
import * as Profiles from "../Profiles.ts"
import * as ProfileView from "../ProfileView.ts"
import * as Table from "../Table.ts"
import type * as Flags from "./Profiles.ts"

export const Document = Output.document("profiles show", { profile: ProfileView.View })

export const run = Effect.fnUntraced(function*({ name }: Flags.One) {
  const output = yield* Output.Output
  const profile = ProfileView.make(name, yield* Profiles.get(name), output)
  yield* Output.answer({
    document: Document,
    value: Document.make({ profile }),
    table: ({ language }) => Table.render({ rows: ProfileView.lines(profile, language) })
  })
})
