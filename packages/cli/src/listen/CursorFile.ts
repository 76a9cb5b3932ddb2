/**
 * Where a listener stands in the delivery log, in a file that is replaced as a whole. It holds ids, and no number or text.
 *
 * @since 0.1.0
 */
import * as DeliveryLog from "@effect-sens/streams/DeliveryLog"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import * as Path from "effect/Path"
import type * as PlatformError from "effect/PlatformError"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import * as ExitCode from "../ExitCode.ts"
import * as Failure from "../Failure.ts"
import * as FileLock from "../FileLock.ts"
import type { Both } from "../Language.ts"
import * as StateDir from "../StateDir.ts"

/** What is kept. */
export interface Place {
  readonly cursor: DeliveryLog.RangeCursor
  /** Messages of the next page that were delivered already, where the listener was told to end in the middle of it. */
  readonly done: ReadonlyArray<string>
}

const File = Schema.Struct({
  v: Schema.Literal(1),
  service: Schema.String,
  cursor: Schema.toCodecJson(DeliveryLog.Cursor),
  done: Schema.optionalKey(Schema.Array(Schema.String))
})

const Json = Schema.fromJsonString(File)

const encode = Schema.encodeEffect(Json)

const decode = Schema.decodeUnknownEffect(Json)

const refuse = (tag: string, text: Both) => Failure.refuse(tag, ExitCode.table.refused.code, text)

export interface CursorFile {
  readonly path: string
  readonly read: Effect.Effect<Option.Option<Place>, Failure.Refused | PlatformError.PlatformError>
  readonly write: (place: Place) => Effect.Effect<void, PlatformError.PlatformError>
  /** What was given up is written beside it. */
  readonly undelivered: string
}

/** The file of a service in STATE, where none was named. */
const standard = Effect.fnUntraced(function*(service: string) {
  const path = yield* Path.Path
  const folder = path.join(yield* StateDir.state, "listen")
  yield* StateDir.make(folder)
  return path.join(folder, `${service.replaceAll(/[^\w.-]/g, "_")}.json`)
})

/** The cursor file of a service, which nobody else has until the scope is closed. */
export const open = Effect.fnUntraced(function*(
  service: string,
  named: Option.Option<string>
): Effect.fn.Return<
  CursorFile,
  Failure.Refused | PlatformError.PlatformError,
  FileSystem.FileSystem | Path.Path | Scope.Scope
> {
  const context = yield* Effect.context<FileSystem.FileSystem>()
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const file = Option.isSome(named) ? path.resolve(named.value) : yield* standard(service)
  const lock = `${file}.lock`
  // Before SQLite does, which would make one that others may read.
  yield* Effect.scoped(fs.open(lock, { flag: "a", mode: 0o600 }))
  if (!(yield* FileLock.hold(lock))) {
    return yield* refuse("CursorInUse", {
      en: `another listener has ${file}; a second one needs a place of its own: --cursor other.json`,
      ko: `다른 listen이 ${file}을(를) 쓰고 있습니다. 하나 더 실행하려면 --cursor other.json처럼 다른 파일을 주십시오`
    })
  }
  const damaged = refuse("CursorDamaged", {
    en: `${file} is no cursor of listen; move it away to begin anew, and say from when on by --from`,
    ko: `${file}은(는) listen의 커서 파일이 아닙니다. 새로 시작하려면 파일을 옮기고 --from으로 시작 시각을 주십시오`
  })
  const read = Effect.gen(function*() {
    if (!(yield* fs.exists(file))) return Option.none<Place>()
    const { cursor, done = [], service: of } = yield* Effect.mapError(
      decode(yield* fs.readFileString(file)),
      () => damaged
    )
    if (cursor._tag !== "Range" || cursor.until !== null) return yield* damaged
    if (of !== service) {
      return yield* refuse("CursorOfAnother", {
        en: `${file} is the cursor of ${of}, and the keys are of ${service}: give another file by --cursor`,
        ko: `${file}은(는) ${of}의 커서인데 인증 키는 ${service}의 것입니다. --cursor로 다른 파일을 주십시오`
      })
    }
    return Option.some({ cursor, done })
  })
  return {
    path: file,
    undelivered: path.join(path.dirname(file), "undelivered.ndjson"),
    read,
    write: ({ cursor, done }) =>
      Effect.orDie(encode({ v: 1, service, cursor, ...done.length === 0 ? undefined : { done } })).pipe(
        Effect.flatMap((text) => StateDir.writeFile(file, `${text}\n`)),
        Effect.andThen(StateDir.syncFolder(path.dirname(file))),
        Effect.provide(context)
      )
  }
})
