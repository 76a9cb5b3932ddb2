/**
 * A picture to upload, for an MMS.
 *
 * @since 0.1.0
 */
import * as Digest from "effect/crypto/Digest"
import * as Effect from "effect/Effect"
import * as Base64 from "effect/encoding/Base64"
import * as Hex from "effect/encoding/Hex"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { base64, bytes as bytesOf } from "./internal/picture.ts"

/**
 * What SENS takes: the most characters of a name, the most bytes of a picture (300 KB, before Base64), and the most pixels.
 * SENS docs, "Upload files", fields `fileName` and `fileBody`.
 *
 * @category constants
 * @since 0.1.0
 */
export const limits = { nameLength: 40, bytes: 300 * 1024, width: 1500, height: 1440 } as const

/**
 * A file name of at most 40 characters that ends in `.jpg` or `.jpeg`.
 *
 * @category schemas
 * @since 0.1.0
 */
export const FileName = Schema.String.check(
  Schema.isPattern(/^[^/\\\p{Cc}]{1,36}\.jpe?g$/iu, {
    expected: "a file name that ends in .jpg or .jpeg",
    arbitraryConstraint: { patterns: [{ source: "^[a-zA-Z0-9_-]{1,35}\\.jpe?g$", flags: "" }] }
  }),
  Schema.isMaxLength(limits.nameLength, { expected: "a file name of at most 40 characters" })
)

/**
 * The JSON body of an upload as it goes out: a name, and the picture in Base64 without a `data:` prefix. A caller may write a name of
 * any composition and Base64 of any spelling; `Preflight.readUpload` makes this of it. SENS docs, "Upload files", request body.
 *
 * **Gotchas**
 *
 * SENS takes a file of the same name and size for the same file and answers with the id of the one that it has: another
 * picture of equal size would be sent as *the old picture*. {@link make} names a file after its content for this reason.
 *
 * @category schemas
 * @since 0.1.0
 */
export const UploadRequest = Schema.Struct({
  fileName: FileName,
  fileBody: Schema.NonEmptyString.check(
    Schema.isBase64({ arbitraryConstraint: { patterns: [{ source: "^(?:[0-9a-zA-Z+/]{4}){1,8}$", flags: "" }] } })
  )
})

/**
 * The JSON body of an upload.
 *
 * @category models
 * @since 0.1.0
 */
export type UploadRequest = typeof UploadRequest.Type

const utf8 = new TextEncoder()

const sha256 = Effect.fnUntraced(function*(bytes: Uint8Array) {
  const digest = yield* Effect.serviceOption(Digest.Digest)
  return yield* Option.match(digest, {
    onNone: () =>
      Effect.provide(Digest.Digest.use((digest) => digest.digest(Digest.sha256, bytes)), Digest.layerWebCrypto),
    onSome: (digest) => digest.digest(Digest.sha256, bytes)
  })
})

/**
 * Takes a picture as bytes, or as Base64 text: with or without a `data:` prefix, padding and line breaks, and in either alphabet
 * (RFC 4648 sections 4 and 5). Without a name the file is called after the first 128 bits of its SHA-256, so that another picture
 * never has the name of one that SENS keeps, and one picture has one name however it is spelled. A name is composed (Unicode NFC):
 * on a Mac `약도.jpg` may be typed with twice the characters.
 *
 * The hash comes from the program's `Digest`, otherwise from WebCrypto. What is wrong with the picture is told by
 * `Preflight.checkUpload`.
 *
 * **Example** (The same bytes, the same name)
 *
 * ```ts import.meta.vitest
 * import * as UploadRequest from "@effect-sens/core/UploadRequest"
 * import * as Effect from "effect/Effect"
 *
 * const bytes = await Effect.runPromise(UploadRequest.make(new Uint8Array([0xff, 0xd8, 0xff, 0xd9])))
 * const text = await Effect.runPromise(UploadRequest.make("data:image/jpeg;base64,/9j/2Q=="))
 * const url = await Effect.runPromise(UploadRequest.make("_9j_2Q"))
 *
 * bytes // => { fileName: "32461d5bd1773012acef0ba156367529.jpg", fileBody: "/9j/2Q==" }
 * text // => bytes
 * url // => bytes
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = Effect.fnUntraced(function*(
  picture: Uint8Array | string,
  options?: {
    /** The name; without it, one that is made of the content. */
    readonly fileName?: string | undefined
  }
): Effect.fn.Return<UploadRequest> {
  const text = typeof picture === "string" ? base64(picture) : undefined
  const bytes = typeof picture === "string" ? bytesOf(text ?? "") : picture
  // What is no Base64 is left for preflight to find.
  const fileBody = bytes === undefined ? text ?? "" : Base64.encode(bytes)
  if (options?.fileName !== undefined) return { fileName: options.fileName.normalize("NFC"), fileBody }
  const hash = yield* sha256(bytes ?? utf8.encode(fileBody))
  return { fileName: `${Hex.encode(hash.subarray(0, 16))}.jpg`, fileBody }
})
