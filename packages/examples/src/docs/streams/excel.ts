import * as DeliveryExport from "@effect-sens/streams/DeliveryExport"
import * as DeliveryLog from "@effect-sens/streams/DeliveryLog"
import type * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Stream from "effect/Stream"

/** Writes a range of the log for people who open it in Excel: what became of each message, and what to do. */
export const saveForExcel = Effect.fn("saveForExcel")(function*(path: string, start: DateTime.Utc, end: DateTime.Utc) {
  const fs = yield* FileSystem.FileSystem
  yield* DeliveryLog.records({ requestTime: { start, end } }).pipe(
    DeliveryExport.excel(),
    Stream.run(fs.sink(path))
  )
})
