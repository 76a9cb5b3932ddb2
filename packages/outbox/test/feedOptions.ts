import * as Schema from "effect/Schema"

/** What `feed.program.ts` is told. */
export const Json = Schema.fromJsonString(Schema.Struct({
  baseUrl: Schema.String,
  database: Schema.String,
  worker: Schema.String,
  lease: Schema.Int,
  /** Since when, in milliseconds since 1970. */
  start: Schema.Int,
  /** Where what it gets goes; into the database without one. */
  file: Schema.optionalKey(Schema.String),
  /** When it stops itself, once: with a page in its hands. */
  freezes: Schema.optionalKey(Schema.Literals(["before the transaction", "in the transaction"]))
}))

/** Times that a test can wait for. */
export const pace = { overlap: "4 seconds", interval: "200 millis" } as const
