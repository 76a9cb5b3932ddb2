/**
 * What `EucKr` has to know of each UTF-16 code unit: which charset has it, and whether it belongs into a message.
 */
import { forEachKsx1001 } from "./euckrBitmap.ts"

/**
 * Class of each UTF-16 code unit, as bits. A unit of class 0 is in both charsets and unremarkable.
 *
 * @internal
 */
export const NotEucKr = 1

/**
 * @internal
 */
export const NotCp949 = 2

/**
 * Encodable in both charsets, yet nothing that belongs into a message: a control character or an invisible one.
 *
 * @internal
 */
export const Suspicious = 4

/**
 * Part of a surrogate pair; also `NotEucKr` and `NotCp949`.
 *
 * @internal
 */
export const Surrogate = 8

/**
 * The class of what a charset lacks; EUC-KR unless given.
 *
 * @internal
 */
export const notIn = (charset: "EUC-KR" | "CP949" | undefined): number => charset === "CP949" ? NotCp949 : NotEucKr

let classes: Uint8Array | undefined

/**
 * The class of every code unit (64 KiB), built when first asked for.
 *
 * @internal
 */
export const unitClasses = (): Uint8Array => classes ??= build()

const build = (): Uint8Array => {
  const out = new Uint8Array(0x10000).fill(NotEucKr | NotCp949)
  out.fill(0, 0, 0x80)
  out.fill(Suspicious, 0, 0x20)
  out[0x09] = out[0x0a] = out[0x0d] = 0
  out[0x7f] = Suspicious
  out.fill(NotEucKr, 0xac00, 0xd7a4)
  out.fill(NotEucKr | NotCp949 | Surrogate, 0xd800, 0xe000)
  forEachKsx1001((code) => {
    out[code] = 0
  })
  out[0xad] = out[0x3164] = Suspicious
  return out
}
