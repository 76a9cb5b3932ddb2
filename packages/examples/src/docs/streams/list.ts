import * as BulkSend from "@effect-sens/streams/BulkSend"
import * as Recipients from "@effect-sens/streams/Recipients"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Stream from "effect/Stream"

/** Sends to everybody in a list, and tells each row that it did not send to, by its line. */
export const sendList = Effect.fn("sendList")(function*(path: string) {
  const fs = yield* FileSystem.FileSystem
  const rows = Recipients.fromCsv(fs.stream(path), {
    from: "02-1234-5678",
    content: "[서점] {이름|고객}님, 주문하신 책({책})이 도착했습니다."
  })
  return yield* rows.pipe(
    Recipients.messages((refused) => Effect.logWarning(refused.message)),
    BulkSend.send({ dedupe: true }),
    Stream.tap(({ _tag, message }) =>
      _tag === "Accepted" ? Effect.void : Effect.logWarning(`Line ${message.line}: ${_tag}`)
    ),
    Stream.run(BulkSend.summary)
  )
})
