/**
 * The id that SENS gives to an uploaded MMS file.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"

/**
 * A file id: opaque and not empty. SENS docs, "Upload files", response field `fileId`.
 *
 * **Example** (Naming a file)
 *
 * ```ts import.meta.vitest
 * import * as FileId from "@effect-sens/core/FileId"
 *
 * const id = FileId.make("a136000074f7")
 *
 * String(id) // => "a136000074f7"
 * ```
 *
 * @category schemas
 * @since 0.1.0
 */
export const FileId = Schema.NonEmptyString.pipe(Schema.brand("FileId"))

/**
 * The id of an uploaded file.
 *
 * @category models
 * @since 0.1.0
 */
export type FileId = typeof FileId.Type

/**
 * Brands a string; throws a `SchemaError` where it is not a valid file id. For input that may be wrong, decode
 * {@link FileId} instead.
 *
 * **Example** (What is one, and what is none)
 *
 * ```ts import.meta.vitest
 * import * as FileId from "@effect-sens/core/FileId"
 * import * as Result from "effect/Result"
 *
 * const isMade = (value: string) => Result.isSuccess(Result.try(() => FileId.make(value)))
 *
 * isMade("a136000074f7") // => true
 * isMade("") // => false
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (value: string): FileId => FileId.make(value)
