/**
 * Text to bytes and back, in EUC-KR or CP949.
 *
 * **When to use**
 *
 * SENS takes JSON in UTF-8, so a client needs no bytes: for lengths, limits and repair use `EucKr`, which does without the table that this module loads.
 *
 * **Details**
 *
 * The mapping is that of the WHATWG Encoding Standard's "euc-kr" (`CP949`), and the part of it in which both bytes are A1 or above (`EUC-KR`). The
 * `TextDecoder` of Node has another table under that name. Both directions are strict: there is no replacement character, but a typed error. The table
 * is built by the first call.
 *
 * @see https://encoding.spec.whatwg.org/#euc-kr
 * @since 0.1.0
 */
import * as Data from "effect/Data"
import * as Result from "effect/Result"
import type { Charset, Options } from "./EucKr.ts"
import { cp949, eucKr, type Table } from "./internal/euckrTable.ts"
import { unitAt } from "./internal/euckrUnit.ts"

/**
 * The first code point that the charset lacks.
 *
 * @category errors
 * @since 0.1.0
 */
export class EncodeError extends Data.TaggedError("EncodeError")<{
  /** The charset that was asked for. */
  readonly charset: Charset
  /** Where it is, in UTF-16 units. */
  readonly index: number
  /** How long it is, in UTF-16 units. */
  readonly length: number
  /** The code point; that of a surrogate where the text is broken. */
  readonly codePoints: ReadonlyArray<number>
}> {
  /**
   * @since 0.1.0
   */
  override get message(): string {
    const code = this.codePoints.map((codePoint) => `U+${codePoint.toString(16).toUpperCase().padStart(4, "0")}`)
    return `${this.charset} has no ${code.join(" ")}, at index ${this.index}`
  }
}

/**
 * The first bytes that mean nothing in the charset.
 *
 * @category errors
 * @since 0.1.0
 */
export class DecodeError extends Data.TaggedError("DecodeError")<{
  /** The charset that was asked for. */
  readonly charset: Charset
  /** Where they are, in bytes. */
  readonly index: number
  /** How many they are: 2, or 1 where no trail byte follows or none can. */
  readonly length: number
}> {
  /**
   * @since 0.1.0
   */
  override get message(): string {
    return `No character of ${this.charset} at byte ${this.index}`
  }
}

/**
 * How far {@link encodeInto} came.
 *
 * @category models
 * @since 0.1.0
 */
export interface Progress {
  /** UTF-16 units taken from the text. */
  readonly read: number
  /** Bytes written to the target. */
  readonly written: number
}

const charsetOf = (options: Options | undefined): Charset => options?.charset ?? "EUC-KR"

const tableOf = (charset: Charset): Table => charset === "CP949" ? cp949() : eucKr()

const encodeError = (charset: Charset, text: string, bytes: Uint16Array): EncodeError => {
  let index = 0
  while (bytes[unitAt(text, index)] !== 0 || unitAt(text, index) === 0) index++
  const code = text.codePointAt(index) ?? 0
  return new EncodeError({ charset, index, length: code > 0xffff ? 2 : 1, codePoints: [code] })
}

/** Writes all of a text to a target that has room for it. Gives the bytes written, or -1 where some unit has none. */
const write = (text: string, bytes: Uint16Array, target: Uint8Array): number => {
  const length = text.length
  let at = 0
  let missing = 0
  for (let i = 0; i < length; i++) {
    const unit = unitAt(text, i)
    if (unit < 0x80) {
      target[at] = unit
      at++
    } else {
      const pair = bytes[unit] ?? 0
      // Negative only for 0. To leave the loop here would make it a fifth slower.
      missing |= pair - 1
      target[at] = pair >> 8
      target[at + 1] = pair
      at += 2
    }
  }
  return missing < 0 ? -1 : at
}

const scratchUnits = 4096
let scratch: Uint8Array<ArrayBuffer> | undefined

/**
 * The bytes of a text.
 *
 * **Details**
 *
 * The array is fresh and has its buffer for itself. Where the charset lacks a code point it fails with {@link EncodeError}, which says which and where, and
 * nothing else of the text. The charset is `"EUC-KR"` unless given.
 *
 * **Example** (Encoding)
 *
 * ```ts import.meta.vitest
 * import * as EucKrCodec from "@effect-sens/core/EucKrCodec"
 * import * as Result from "effect/Result"
 *
 * EucKrCodec.encode("가A") // => Result.succeed(Uint8Array.of(0xb0, 0xa1, 0x41))
 * const missing = Result.flip(EucKrCodec.encode("A뷁"))
 * Result.map(missing, (error) => [error.index, error.codePoints]) // => Result.succeed([1, [0xbdc1]])
 * EucKrCodec.encode("뷁", { charset: "CP949" }) // => Result.succeed(Uint8Array.of(0x94, 0xee))
 * ```
 *
 * @category encoding
 * @since 0.1.0
 */
export function encode(options?: Options): (text: string) => Result.Result<Uint8Array<ArrayBuffer>, EncodeError>
export function encode(text: string, options?: Options): Result.Result<Uint8Array<ArrayBuffer>, EncodeError>
export function encode(
  first?: string | Options,
  options?: Options
):
  | Result.Result<Uint8Array<ArrayBuffer>, EncodeError>
  | ((text: string) => Result.Result<Uint8Array<ArrayBuffer>, EncodeError>)
{
  if (typeof first === "string") return toBytes(first, charsetOf(options))
  const charset = charsetOf(first)
  return (text) => toBytes(text, charset)
}

const toBytes = (text: string, charset: Charset): Result.Result<Uint8Array<ArrayBuffer>, EncodeError> => {
  const { bytes } = tableOf(charset)
  const room = text.length <= scratchUnits
    ? scratch ??= new Uint8Array(2 * scratchUnits)
    : new Uint8Array(2 * text.length)
  const written = write(text, bytes, room)
  return written < 0 ? Result.fail(encodeError(charset, text, bytes)) : Result.succeed(room.slice(0, written))
}

/**
 * Writes the bytes of a text to an array, without making another.
 *
 * **Details**
 *
 * As `TextEncoder.encodeInto`, it stops before the first character that has no room and says how far it came. Where the charset lacks one of the
 * characters up to there it fails with {@link EncodeError}, and what the target holds then is of no use. The charset is `"EUC-KR"` unless given.
 *
 * **Example** (Room for three bytes)
 *
 * ```ts import.meta.vitest
 * import * as EucKrCodec from "@effect-sens/core/EucKrCodec"
 * import * as Result from "effect/Result"
 *
 * const target = new Uint8Array(3)
 * EucKrCodec.encodeInto("가나", target) // => Result.succeed({ read: 1, written: 2 })
 * target // => Uint8Array.of(0xb0, 0xa1, 0)
 * ```
 *
 * @category encoding
 * @since 0.1.0
 */
export function encodeInto(
  target: Uint8Array,
  options?: Options
): (text: string) => Result.Result<Progress, EncodeError>
export function encodeInto(text: string, target: Uint8Array, options?: Options): Result.Result<Progress, EncodeError>
export function encodeInto(
  first: string | Uint8Array,
  second?: Uint8Array | Options,
  third?: Options
): Result.Result<Progress, EncodeError> | ((text: string) => Result.Result<Progress, EncodeError>) {
  if (typeof first === "string") return into(first, isBytes(second) ? second : new Uint8Array(0), charsetOf(third))
  const charset = charsetOf(isBytes(second) ? undefined : second)
  return (text) => into(text, first, charset)
}

const isBytes = (value: Uint8Array | Options | undefined): value is Uint8Array => ArrayBuffer.isView(value)

const into = (text: string, target: Uint8Array, charset: Charset): Result.Result<Progress, EncodeError> => {
  const { bytes } = tableOf(charset)
  if (target.length < text.length * 2) return intoTight(text, target, charset, bytes)
  const written = write(text, bytes, target)
  return written < 0
    ? Result.fail(encodeError(charset, text, bytes))
    : Result.succeed({ read: text.length, written })
}

const intoTight = (
  text: string,
  target: Uint8Array,
  charset: Charset,
  bytes: Uint16Array
): Result.Result<Progress, EncodeError> => {
  let read = 0
  let written = 0
  for (; read < text.length; read++) {
    const unit = unitAt(text, read)
    const width = unit < 0x80 ? 1 : 2
    if (written + width > target.length) break
    const pair = bytes[unit] ?? 0
    if (width === 2) {
      if (pair === 0) return Result.fail(encodeError(charset, text, bytes))
      target[written++] = pair >> 8
    }
    target[written++] = pair
  }
  return Result.succeed({ read, written })
}

/**
 * The text of bytes.
 *
 * **Details**
 *
 * Bytes that are no character of the charset (`"EUC-KR"` unless given) make it fail with {@link DecodeError}, which says where the first of them are.
 *
 * **Example** (Decoding)
 *
 * ```ts import.meta.vitest
 * import * as EucKrCodec from "@effect-sens/core/EucKrCodec"
 * import * as Result from "effect/Result"
 *
 * EucKrCodec.decode(Uint8Array.of(0xb0, 0xa1, 0x41)) // => Result.succeed("가A")
 * const broken = Result.flip(EucKrCodec.decode(Uint8Array.of(0x41, 0xb0)))
 * Result.map(broken, (error) => [error.index, error.length]) // => Result.succeed([1, 1])
 * ```
 *
 * @category decoding
 * @since 0.1.0
 */
export function decode(options?: Options): (bytes: Uint8Array) => Result.Result<string, DecodeError>
export function decode(bytes: Uint8Array, options?: Options): Result.Result<string, DecodeError>
export function decode(
  first?: Uint8Array | Options,
  options?: Options
): Result.Result<string, DecodeError> | ((bytes: Uint8Array) => Result.Result<string, DecodeError>) {
  if (isBytes(first)) return toText(first, charsetOf(options))
  const charset = charsetOf(first)
  return (bytes) => toText(bytes, charset)
}

let units: Uint16Array | undefined

const toText = (source: Uint8Array, charset: Charset): Result.Result<string, DecodeError> => {
  const { codes } = tableOf(charset)
  const chunk = units ??= new Uint16Array(scratchUnits)
  const length = source.length
  let text = ""
  let at = 0
  for (let i = 0; i < length; i++) {
    const lead = source[i] ?? 0
    let unit = lead
    if (lead > 0x7f) {
      const trail = source[i + 1] ?? 0
      unit = codes[lead << 8 | trail] ?? 0
      if (unit === 0) {
        const isPair = lead > 0x80 && lead < 0xff && trail > 0x7f
        return Result.fail(new DecodeError({ charset, index: i, length: isPair ? 2 : 1 }))
      }
      i++
    }
    chunk[at++] = unit
    if (at === scratchUnits) {
      text += textOf(chunk, at)
      at = 0
    }
  }
  return Result.succeed(text + textOf(chunk, at))
}

const textOf = (chunk: Uint16Array, length: number): string =>
  Reflect.apply(String.fromCharCode, undefined, chunk.subarray(0, length))
