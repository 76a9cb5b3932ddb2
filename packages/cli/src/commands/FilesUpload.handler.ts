/**
 * `effect-sens files upload`, once it is asked for.
 *
 * @since 0.1.0
 */
import * as Preflight from "@effect-sens/core/Preflight"
import * as UploadRequest from "@effect-sens/core/UploadRequest"
import * as UploadResponse from "@effect-sens/core/UploadResponse"
import * as Sens from "@effect-sens/http/Sens"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Schema from "effect/Schema"
import * as Client from "../Client.ts"
import * as ExitCode from "../ExitCode.ts"
import * as Failure from "../Failure.ts"
import * as Instant from "../Instant.ts"
import * as ListText from "../lists/ListText.ts"
import * as Output from "../Output.ts"
import * as Table from "../Table.ts"
import type * as Files from "./Files.ts"

const uploaded = {
  /** What an MMS names it by. */
  fileId: Schema.String,
  createTime: Schema.NullOr(Schema.String),
  /** Until when it can be sent. */
  expireTime: Schema.NullOr(Schema.String)
}

/** A file that was uploaded. */
export const Uploaded = Schema.Struct(uploaded)

export const Document = Output.document("files upload", {
  files: Schema.Array(Schema.Struct({
    /** As it stood on the command line. */
    file: Schema.String,
    ...uploaded
  }))
})

const texts = {
  heads: { en: ["file", "file id", "until"], ko: ["파일", "파일 ID", "기한"] },
  wrong: {
    en: (file: string, why: string) => `${file}: ${why}. Nothing was uploaded`,
    ko: (file: string, why: string) => `${file}: ${why}. 아무것도 올리지 않았습니다`
  }
} as const

/** A file, as it is uploaded. Refuses what is no picture that SENS takes. */
export const read = Effect.fnUntraced(function*(file: string) {
  const fs = yield* FileSystem.FileSystem
  const request = yield* UploadRequest.make(yield* fs.readFile(file))
  const { errors } = Preflight.checkUpload(request, {})
  if (errors.length > 0) {
    return yield* Failure.refuse("InvalidFile", ExitCode.table.refused.code, {
      en: texts.wrong.en(file, ListText.issues(errors, "en")),
      ko: texts.wrong.ko(file, ListText.issues(errors, "ko"))
    })
  }
  return { file, request }
})

export const upload = Effect.fnUntraced(function*(request: UploadRequest.UploadRequest) {
  const { files } = yield* Sens.Sens
  const response = yield* files.upload(request)
  return Uploaded.make({
    fileId: response.fileId,
    createTime: Instant.isoOrNull(UploadResponse.createTime(response)),
    expireTime: Instant.isoOrNull(UploadResponse.expireTime(response))
  })
})

export const run = Effect.fnUntraced(function*({ files }: Files.Input) {
  const { language } = yield* Output.Output
  // All are looked at before the first is uploaded.
  const requests = yield* Effect.forEach(files, read)
  const uploaded = yield* Effect.forEach(
    requests,
    ({ file, request }) => Effect.map(upload(request), (response) => ({ file, ...response }))
  )
  yield* Output.answer({
    document: Document,
    value: Document.make({ files: uploaded }),
    table: () =>
      Table.render({
        heads: texts.heads[language],
        rows: uploaded.map(({ expireTime, file, fileId }) => [file, fileId, expireTime ?? "-"])
      })
  })
}, Effect.provide(Client.layer))
