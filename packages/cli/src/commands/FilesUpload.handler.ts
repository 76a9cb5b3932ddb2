/**
 * `effect-sens files upload`, once it is asked for.
 *
 * @since 0.1.0
 */
import * as Preflight from "@effect-sens/core/Preflight"
import * as RequestIssue from "@effect-sens/core/RequestIssue"
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
import * as Output from "../Output.ts"
import * as Table from "../Table.ts"
import type * as Files from "./Files.ts"

export const Document = Output.document("files upload", {
  files: Schema.Array(Schema.Struct({
    /** As it stood on the command line. */
    file: Schema.String,
    /** What an MMS names it by. */
    fileId: Schema.String,
    createTime: Schema.NullOr(Schema.String),
    /** Until when it can be sent. */
    expireTime: Schema.NullOr(Schema.String)
  }))
})

const texts = {
  heads: { en: ["file", "file id", "until"], ko: ["파일", "파일 ID", "기한"] },
  wrong: {
    en: (file: string, why: string) => `${file}: ${why}. Nothing was uploaded`,
    ko: (file: string, why: string) => `${file}: ${why}. 아무것도 올리지 않았습니다`
  }
} as const

export const run = Effect.fnUntraced(function*({ files }: Files.Input) {
  const { language } = yield* Output.Output
  const fs = yield* FileSystem.FileSystem
  // All are looked at before the first is uploaded.
  const requests = yield* Effect.forEach(files, (file) =>
    Effect.gen(function*() {
      const request = yield* UploadRequest.make(yield* fs.readFile(file))
      const { errors } = Preflight.checkUpload(request, {})
      if (errors.length > 0) {
        const why = RequestIssue.formatAll(errors)
        return yield* Failure.refuse("InvalidFile", ExitCode.table.refused.code, {
          en: texts.wrong.en(file, why),
          ko: texts.wrong.ko(file, why)
        })
      }
      return { file, request }
    }))
  const sens = yield* Sens.Sens
  const uploaded = yield* Effect.forEach(
    requests,
    ({ file, request }) =>
      Effect.map(sens.files.upload(request), (response) => ({
        file,
        fileId: response.fileId,
        createTime: Instant.isoOrNull(UploadResponse.createTime(response)),
        expireTime: Instant.isoOrNull(UploadResponse.expireTime(response))
      }))
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
