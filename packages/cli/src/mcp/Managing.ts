/**
 * What the tools do that change things at the service.
 *
 * @since 0.1.0
 */
import * as Sens from "@effect-sens/http/Sens"
import * as McpServer from "effect/ai/McpServer"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as Files from "../commands/FilesUpload.handler.ts"
import * as ExitCode from "../ExitCode.ts"
import * as Failure from "../Failure.ts"
import * as Output from "../Output.ts"
import * as ReservationView from "../ReservationView.ts"
import * as Connection from "./Connection.ts"
import * as Looking from "./Looking.ts"
import { texts } from "./McpText.ts"
import * as Tools from "./Tools.ts"

const cancel = Effect.fnUntraced(function*(id: string) {
  const { reservations } = yield* Sens.Sens
  yield* reservations.cancel(id)
  return { reservation: ReservationView.make(id, yield* reservations.status(id)) }
})

const distinct = (numbers: ReadonlyArray<string>) =>
  Effect.map(Looking.numbersOf(numbers), (each) => Array.from(new Set<string>(each)))

const add = Effect.fnUntraced(function*(given: ReadonlyArray<string>) {
  const numbers = yield* distinct(given)
  const { unsubscribes } = yield* Sens.Sens
  yield* unsubscribes.register(numbers)
  return { added: numbers.length }
})

const remove = Effect.fnUntraced(function*(given: ReadonlyArray<string>) {
  const numbers = yield* distinct(given)
  const { unsubscribes } = yield* Sens.Sens
  yield* unsubscribes.remove(numbers)
  return { removed: numbers.length }
})

/** Far more than a picture may have: it is told how much that is by the check of its content. */
const mostBytes = 10 * 1024 * 1024

const upload = Effect.fnUntraced(function*(path: string) {
  // A model may name anything: a device never ends, and is read into memory.
  const { size, type } = yield* FileSystem.FileSystem.use((fs) => fs.stat(path))
  if (type !== "File" || size > mostBytes) {
    return yield* Failure.refuse("InvalidFile", ExitCode.table.refused.code, {
      en: texts.noPicture.en(path),
      ko: texts.noPicture.ko(path)
    })
  }
  const { request } = yield* Files.read(path)
  return yield* Files.upload(request)
})

/** The tools that manage. */
export const layer = Layer.unwrap(Effect.gen(function*() {
  const answer = yield* Looking.answering
  const { language } = yield* Output.Output
  const kit = Tools.managing(language)
  return McpServer.toolkit(kit).pipe(Layer.provide(kit.toLayer({
    sens_cancel_reservation: ({ id }) => answer(Connection.use(() => cancel(id))),
    sens_unsubscribe_add: ({ numbers }) => answer(Connection.use(() => add(numbers))),
    sens_unsubscribe_remove: ({ numbers }) => answer(Connection.use(() => remove(numbers))),
    sens_upload_file: ({ path }) => answer(Connection.use(() => upload(path)))
  })))
}))
