// Reads a day of completions into a file, and goes on where it stopped however it was stopped.
import * as NodeTransport from "@effect-sens/http/NodeTransport"
import * as Sens from "@effect-sens/http/Sens"
import * as DeliveryExport from "@effect-sens/streams/DeliveryExport"
import * as DeliveryLog from "@effect-sens/streams/DeliveryLog"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Config from "effect/Config"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"

const program = Effect.gen(function*() {
  const files = yield* FileSystem.FileSystem
  const output = yield* Config.String("OUTPUT")
  const checkpoint = `${output}.cursor`

  const end = yield* DateTime.now
  const pages = (yield* files.exists(checkpoint))
    ? DeliveryLog.resume(
      yield* Schema.decodeEffect(DeliveryLog.CursorJson)(yield* files.readFileString(checkpoint))
    )
    : DeliveryLog.pages({ completeTime: { start: DateTime.subtract(end, { days: 1 }), end } })

  yield* Stream.runForEach(pages, ({ cursor, records, unreadable }) =>
    Effect.gen(function*() {
      for (const { why } of unreadable) yield* Effect.logWarning(`a message that cannot be read: ${why}`)
      const lines = yield* Stream.mkString(DeliveryExport.ndjson(Stream.fromIterable(records)))
      yield* files.writeFileString(output, lines, { flag: "a" })
      // Only now is the page dealt with. Renamed, so that there is a whole cursor at any time.
      yield* files.writeFileString(`${checkpoint}.new`, yield* Schema.encodeEffect(DeliveryLog.CursorJson)(cursor))
      yield* files.rename(`${checkpoint}.new`, checkpoint)
    }))
  yield* Effect.log(`read up to ${DateTime.formatIso(end)}`)
})

const layer = Layer.mergeAll(Layer.provide(Sens.layerConfig(), NodeTransport.layer()), NodeServices.layer)
program.pipe(Effect.provide(layer), NodeRuntime.runMain)
