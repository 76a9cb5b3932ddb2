import * as UploadRequest from "@effect-sens/core/UploadRequest"
import * as Sens from "@effect-sens/http/Sens"
import * as Effect from "effect/Effect"

export const sendPicture = Effect.fn("sendPicture")(function*(jpeg: Uint8Array) {
  const sens = yield* Sens.Sens
  const { fileId } = yield* sens.files.upload(yield* UploadRequest.make(jpeg))
  return yield* sens.messages.send({
    type: "MMS",
    from: "0212345678",
    content: "[서점] 매장 약도입니다.",
    messages: [{ to: "01012345678" }],
    files: [{ fileId }]
  })
})
