/**
 * What was given up, a line a message: enough to find it in the delivery log and to deliver it by hand, and no number or text.
 *
 * @since 0.1.0
 */
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Schema from "effect/Schema"
import * as Instant from "../Instant.ts"

export const Line = Schema.Struct({
  v: Schema.Literal(1),
  /** When it was given up. */
  at: Schema.String,
  messageId: Schema.NullOr(Schema.String),
  requestId: Schema.NullOr(Schema.String),
  /** `HTTP 503`, `ECONNREFUSED`, `no answer`; `unreadable` for a message that the service serves in no form that is known. */
  why: Schema.String,
  attempts: Schema.Int,
  since: Schema.NullOr(Schema.String)
})

const encode = Schema.encodeEffect(Schema.fromJsonString(Line))

/** Whether it has reached the disk is known before the listener goes on. */
export const append = Effect.fnUntraced(function*(
  path: string,
  line: Omit<typeof Line.Type, "v" | "at">
) {
  const fs = yield* FileSystem.FileSystem
  const at = Instant.iso(yield* DateTime.now)
  const text = yield* Effect.orDie(encode({ v: 1, at, ...line }))
  yield* Effect.scoped(Effect.gen(function*() {
    const file = yield* fs.open(path, { flag: "a", mode: 0o600 })
    yield* file.writeAll(new TextEncoder().encode(`${text}\n`))
    yield* file.sync
  }))
})
