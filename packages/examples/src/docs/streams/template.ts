import * as Template from "@effect-sens/core/Template"
import * as Effect from "effect/Effect"

/** The texts for rows of a table; fails at the first that would have a hole. */
export const texts = Effect.fn("texts")(function*(text: string, rows: ReadonlyArray<object>) {
  const template = yield* Effect.fromResult(Template.parse(text))
  return yield* Effect.forEach(rows, (row) => Effect.fromResult(Template.render(template, row)))
})
