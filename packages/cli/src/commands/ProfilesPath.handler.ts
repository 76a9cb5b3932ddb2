/**
 * `effect-sens profiles path`, once it is asked for.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Output from "../Output.ts"
import * as Profiles from "../Profiles.ts"

export const Document = Output.document("profiles path", { path: Schema.String })

export const run = Effect.fnUntraced(function*() {
  const path = yield* Profiles.file
  yield* Output.answer({ document: Document, value: Document.make({ path }), table: () => path })
})
