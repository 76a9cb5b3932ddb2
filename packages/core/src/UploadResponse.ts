/**
 * What SENS answers to an upload.
 *
 * @since 0.1.0
 */
import type * as DateTime from "effect/DateTime"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as FileId from "./FileId.ts"
import * as wire from "./internal/wire.ts"
import * as KstDateTime from "./KstDateTime.ts"

/**
 * The id to name in an MMS, and how long it is good for, as they stand on the wire. SENS docs, "Upload files", response
 * body. Only `fileId` has to be there.
 *
 * @category schemas
 * @since 0.1.0
 */
export const UploadResponse = Schema.Struct({
  /** The file, as `files` of an MMS names it. */
  fileId: FileId.FileId,
  /** When SENS took it, a stamp of Korean time: see {@link createTime}. */
  createTime: wire.text,
  /** Until when it can be sent, a stamp of Korean time: see {@link expireTime}. */
  expireTime: wire.text
})

/**
 * The answer to an upload.
 *
 * @category models
 * @since 0.1.0
 */
export interface UploadResponse extends Schema.Schema.Type<typeof UploadResponse> {}

/**
 * When SENS took the file.
 *
 * `None` where SENS does not say.
 *
 * **Example** (Korean time)
 *
 * ```ts import.meta.vitest
 * import * as FileId from "@effect-sens/core/FileId"
 * import * as UploadResponse from "@effect-sens/core/UploadResponse"
 * import * as DateTime from "effect/DateTime"
 * import * as Option from "effect/Option"
 *
 * const response = { fileId: FileId.make("a136000074f7"), createTime: "2025-11-25T10:12:47.520" }
 *
 * Option.map(UploadResponse.createTime(response), DateTime.formatIso) // => Option.some("2025-11-25T01:12:47.520Z")
 * ```
 *
 * @category accessors
 * @since 0.1.0
 */
export const createTime = (self: UploadResponse): Option.Option<DateTime.Utc> =>
  Option.flatMap(wire.present(self.createTime), KstDateTime.parse)

/**
 * When SENS forgets the file. The documents say after six days, their own sample two: this is what counts.
 *
 * **Example** (The sample of the documents)
 *
 * ```ts import.meta.vitest
 * import * as FileId from "@effect-sens/core/FileId"
 * import * as UploadResponse from "@effect-sens/core/UploadResponse"
 * import * as DateTime from "effect/DateTime"
 * import * as Option from "effect/Option"
 *
 * const response = { fileId: FileId.make("a136000074f7"), expireTime: "2025-11-27T10:12:47.520" }
 *
 * Option.map(UploadResponse.expireTime(response), DateTime.formatIso) // => Option.some("2025-11-27T01:12:47.520Z")
 * ```
 *
 * @category accessors
 * @since 0.1.0
 */
export const expireTime = (self: UploadResponse): Option.Option<DateTime.Utc> =>
  Option.flatMap(wire.present(self.expireTime), KstDateTime.parse)
