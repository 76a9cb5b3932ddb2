/**
 * What an emulator writes down, so that another can go on where it stopped.
 *
 * What is kept are the messages, the reservations, the files and the block list. The ledger, faults, scripted outcomes and
 * requests that are on their way are not.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import type * as PlatformError from "effect/PlatformError"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import * as Semaphore from "effect/Semaphore"
import * as Stream from "effect/Stream"
import { ReservationOutcome } from "./ReservationsApi.ts"
import { RegisterType } from "./UnsubscribesApi.ts"

// -----------------------------------------------------------------------------
// Events
// -----------------------------------------------------------------------------

const Text = {
  to: Schema.String,
  /** What this recipient gets in place of the common subject. */
  subject: Schema.optional(Schema.String),
  /** What this recipient gets in place of the common text. */
  content: Schema.optional(Schema.String),
  code: Schema.String
}

const Common = {
  type: Schema.Literals(["SMS", "LMS", "MMS"]),
  contentType: Schema.Literals(["COMM", "AD"]),
  countryCode: Schema.String,
  from: Schema.String,
  subject: Schema.optional(Schema.String),
  content: Schema.String,
  files: Schema.Array(Schema.Struct({ fileId: Schema.String, name: Schema.String }))
}

/**
 * What a send comes to when it is accepted.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Plan = Schema.Struct({ ...Common, messages: Schema.Array(Schema.Struct(Text)) })

/**
 * An accepted send. Times are milliseconds since 1970.
 *
 * @category schemas
 * @since 0.1.0
 */
export const AcceptedRequest = Schema.Struct({
  requestId: Schema.String,
  serviceId: Schema.String,
  ...Common,
  requestedAt: Schema.Finite,
  processingAt: Schema.Finite,
  completedAt: Schema.Finite,
  messages: Schema.Array(Schema.Struct({ messageId: Schema.String, ...Text }))
})

/**
 * A reserved send.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Reservation = Schema.Struct({
  requestId: Schema.String,
  serviceId: Schema.String,
  reserveAt: Schema.Finite,
  timeZone: Schema.String,
  plan: Plan
})

/**
 * An uploaded picture.
 *
 * @category schemas
 * @since 0.1.0
 */
export const UploadedFile = Schema.Struct({
  fileId: Schema.String,
  serviceId: Schema.String,
  name: Schema.String,
  createdAt: Schema.Finite,
  expiresAt: Schema.Finite,
  body: Schema.Uint8ArrayFromBase64
})

/**
 * A number on the block list.
 *
 * @category schemas
 * @since 0.1.0
 */
export const UnsubscribeEntry = Schema.Struct({
  clientTelNo: Schema.String,
  registerType: RegisterType,
  registeredAt: Schema.Finite
})

/**
 * Something that changed what an emulator holds.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Event = Schema.TaggedUnion({
  Accepted: { request: AcceptedRequest },
  Reserved: { reservation: Reservation },
  Canceled: { serviceId: Schema.String, requestId: Schema.String },
  Ended: { serviceId: Schema.String, requestId: Schema.String, outcome: ReservationOutcome },
  Uploaded: { file: UploadedFile },
  Unsubscribed: { serviceId: Schema.String, entries: Schema.Array(UnsubscribeEntry) },
  Resubscribed: { serviceId: Schema.String, numbers: Schema.Array(Schema.String) },
  Cleared: {}
})

/**
 * Something that changed what an emulator holds.
 *
 * @category models
 * @since 0.1.0
 */
export type Event = typeof Event.Type

/**
 * Where an emulator writes its events.
 *
 * **Details**
 *
 * `events` is what was written before, in order; `append` is run before the request that caused the events is answered.
 *
 * @category models
 * @since 0.1.0
 */
export interface Storage {
  /** What was written before, in order. */
  readonly events: ReadonlyArray<Event>
  /** Writes events down, before the request that caused them is answered. One that cannot be written is a defect. */
  readonly append: (events: ReadonlyArray<Event>) => Effect.Effect<void>
}

// -----------------------------------------------------------------------------
// A file
// -----------------------------------------------------------------------------

/**
 * A file that holds something else than events.
 *
 * @category errors
 * @since 0.1.0
 */
export class NotAnEventFile extends Schema.TaggedError<NotAnEventFile>("@effect-sens/emulator/Storage/NotAnEventFile")(
  "NotAnEventFile",
  {
    /** The file. */
    path: Schema.String,
    /** The line, counted from 1. */
    line: Schema.Int
  }
) {
  override get message(): string {
    return `${this.path}, line ${this.line}, is nothing that an emulator wrote`
  }
}

const Line = Schema.fromJsonString(Event)
const decodeLine = Schema.decodeUnknownResult(Line)
const encodeLine = Schema.encodeEffect(Line)

const encoder = new TextEncoder()

/**
 * Keeps events in a file, one JSON text a line. It is made if it is not there; a last line that was not finished, as after a
 * crash, is dropped. Fails with {@link NotAnEventFile} where it holds something else, and with `PlatformError` where it cannot be
 * opened or read.
 *
 * **Gotchas**
 *
 * It holds phone numbers and texts. One emulator at a time may write to it.
 *
 * **Example** (A file that is new)
 *
 * ```ts import.meta.vitest
 * import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
 * import * as EmulatorServer from "@effect-sens/emulator/EmulatorServer"
 * import * as Storage from "@effect-sens/emulator/Storage"
 * import * as Effect from "effect/Effect"
 * import * as FileSystem from "effect/FileSystem"
 * import * as Layer from "effect/Layer"
 *
 * const server = (path: string) =>
 *   Layer.unwrap(Effect.map(Storage.file(path), (storage) => EmulatorServer.layer({ storage })))
 * const program = Effect.gen(function*() {
 *   const fs = yield* FileSystem.FileSystem
 *   const path = `${yield* fs.makeTempDirectoryScoped()}/events`
 *   yield* Layer.build(server(path))
 *   return yield* fs.exists(path)
 * })
 *
 * await Effect.runPromise(Effect.scoped(Effect.provide(program, NodeFileSystem.layer))) // => true
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const file = Effect.fnUntraced(function*(
  path: string
): Effect.fn.Return<
  Storage,
  PlatformError.PlatformError | NotAnEventFile,
  FileSystem.FileSystem | Scope.Scope
> {
  const fs = yield* FileSystem.FileSystem
  const events: Array<Event> = []
  // Appends, so what two of them write does not overlap.
  const handle = yield* fs.open(path, { flag: "a" })
  let good = 0
  let rest = ""
  yield* Stream.runForEach(
    Stream.decodeText(fs.stream(path)),
    Effect.fnUntraced(function*(text: string) {
      const lines = (rest + text).split("\n")
      rest = lines.pop() ?? ""
      for (const line of lines) {
        const event = decodeLine(line)
        if (Result.isFailure(event)) return yield* new NotAnEventFile({ path, line: events.length + 1 })
        events.push(event.success)
        good += encoder.encode(line).length + 1
      }
    })
  )
  if (rest !== "") yield* fs.truncate(path, good)

  const one = Semaphore.makeUnsafe(1)
  return {
    events,
    append: (added) =>
      Effect.forEach(added, (event) => encodeLine(event)).pipe(
        Effect.flatMap((lines) => handle.writeAll(encoder.encode(`${lines.join("\n")}\n`))),
        Effect.orDie,
        one.withPermit
      )
  }
})
