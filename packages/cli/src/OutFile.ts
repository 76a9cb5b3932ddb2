/**
 * Files that `--out` names: for the eyes of their owner, and there as a whole or not at all.
 *
 * @since 0.1.0
 */
import * as DeliveryExport from "@effect-sens/streams/DeliveryExport"
import * as Effect from "effect/Effect"
import * as Csv from "effect/encoding/Csv"
import * as FileSystem from "effect/FileSystem"
import * as Path from "effect/Path"
import * as Stream from "effect/Stream"

/** Written beside its place, 0600, and moved there once it is whole; what stood there is replaced. */
export const bytes = Effect.fnUntraced(function*<E, R>(file: string, data: Stream.Stream<Uint8Array, E, R>) {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const part = `${path.resolve(file)}.part`
  yield* Stream.run(data, fs.sink(part, { flag: "w", mode: 0o600 })).pipe(
    Effect.andThen(fs.rename(part, path.resolve(file))),
    Effect.onError(() => Effect.ignore(fs.remove(part)))
  )
})

/** For spreadsheets: UTF-8 with a mark at its start, which Excel needs for Hangul. */
export const csv = (file: string, rows: Iterable<ReadonlyArray<string>>) =>
  bytes(
    file,
    Stream.fromIterable(rows).pipe(
      Stream.map((row) => row.map(DeliveryExport.guard)),
      Stream.pipeThroughChannel(Csv.encodeString()),
      (lines) => Stream.concat(Stream.succeed("\uFEFF"), lines),
      Stream.encodeText
    )
  )
