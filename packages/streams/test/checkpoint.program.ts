// A reader that is killed: appends the id of each message to one file, then writes the cursor to another. Its arguments are the
// range, the two files, and the page at which it kills itself half way through (or -1).
import * as ServiceId from "@effect-sens/core/ServiceId"
import * as Account from "@effect-sens/emulator/Account"
import * as Sens from "@effect-sens/http/Sens"
import * as DeliveryLog from "@effect-sens/streams/DeliveryLog"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { appendFileSync, existsSync, readFileSync, renameSync, writeFileSync } from "node:fs"

const [baseUrl = "", start = "", end = "", ids = "", checkpoint = "", fatalPage = "-1"] = process.argv.slice(2)

const pages = existsSync(checkpoint)
  ? DeliveryLog.resume(Schema.decodeSync(DeliveryLog.CursorJson)(readFileSync(checkpoint, "utf8")))
  : DeliveryLog.pages({ completeTime: { start: DateTime.makeUnsafe(start), end: DateTime.makeUnsafe(end) } })

const program = Stream.runForEach(Stream.zipWithIndex(pages), ([{ cursor, records }, index]) =>
  Effect.sync(() => {
    for (const [at, { messageId }] of records.entries()) {
      if (String(index) === fatalPage && at === Math.floor(records.length / 2)) process.kill(process.pid, "SIGKILL")
      appendFileSync(ids, `${messageId}\n`)
    }
    writeFileSync(`${checkpoint}.new`, Schema.encodeSync(DeliveryLog.CursorJson)(cursor))
    renameSync(`${checkpoint}.new`, checkpoint)
  }))

const layer = Sens.layer({
  accessKey: Redacted.make(Account.accessKey),
  secretKey: Redacted.make(Account.secretKey),
  serviceId: ServiceId.make(Account.serviceId),
  baseUrl
}).pipe(Layer.provide(NodeHttpClient.layerUndici))

await Effect.runPromise(Effect.provide(program, layer))
