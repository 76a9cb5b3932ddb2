/**
 * The size of a JPEG picture in pixels, and how it keeps its colours, read from its markers; nothing is decoded.
 *
 * @see ITU-T T.81, annex B
 * @since 0.1.0
 */
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"

/**
 * What the markers tell: width and height in pixels, the number of the frame marker SOFn (0 for baseline, 2 for progressive), and
 * how colours are kept.
 *
 * @category models
 * @since 0.1.0
 */
export interface Jpeg {
  /** In pixels. */
  readonly width: number
  /** In pixels. */
  readonly height: number
  /** The n of SOFn: 0 for baseline, 2 for progressive. It stands for a marker and has no unit. */
  readonly frame: number
  /** How many bits a sample has; 8 in what most programs write. */
  readonly precision: number
  /** How many components a pixel has: 1 for grey, 3 for colours on a screen, 4 for those of a printer. */
  readonly components: number
  /**
   * The colour transform that the Adobe marker (APP14) names: 0 for none, 1 for YCbCr, 2 for YCCK; `undefined` without that marker. It
   * has no unit.
   */
  readonly transform: number | undefined
}

/**
 * Why bytes are not a whole JPEG picture.
 *
 * - `NoStart`: they do not begin with the marker SOI, so they are something else
 * - `NoPicture`: no frame (SOFn) with a scan (SOS) is in them, or it has no size
 * - `NoEnd`: they end before the marker EOI, so the picture was cut off
 * - `Malformed`: something stands where a marker has to
 *
 * @category errors
 * @since 0.1.0
 */
export class InvalidJpeg extends Schema.TaggedError<InvalidJpeg>("@effect-sens/core/InvalidJpeg")("InvalidJpeg", {
  why: Schema.Literals(["NoStart", "NoPicture", "NoEnd", "Malformed"])
}) {
  override get message(): string {
    return messages[this.why]
  }
}

const messages: Record<InvalidJpeg["why"], string> = {
  NoStart: "Not a JPEG: it does not begin with the marker SOI",
  NoPicture: "A JPEG without a picture in it",
  NoEnd: "A JPEG that was cut off: it ends before the marker EOI",
  Malformed: "A broken JPEG: something stands where a marker has to"
}

const fail = (why: InvalidJpeg["why"]): Result.Result<Jpeg, InvalidJpeg> => Result.fail(new InvalidJpeg({ why }))

const isRestart = (marker: number): boolean => marker >= 0xd0 && marker <= 0xd7

// TEM and the restart markers stand alone, without a length.
const isAlone = (marker: number): boolean => marker === 0x01 || isRestart(marker)

// SOF0-SOF15 but for DHT, JPG and DAC, which lie among them.
const isFrame = (marker: number): boolean =>
  marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc

/**
 * Reads the markers from SOI to EOI. What follows EOI, as some cameras write, is not looked at. Bytes that are not a whole
 * picture make it fail with {@link InvalidJpeg}, which says why.
 *
 * **Example** (What is no JPEG)
 *
 * ```ts import.meta.vitest
 * import * as Jpeg from "@effect-sens/core/Jpeg"
 * import * as Result from "effect/Result"
 *
 * const png = new Uint8Array([0x89, 0x50, 0x4e, 0x47])
 * const why = Result.match(Jpeg.parse(png), { onFailure: ({ why }) => why, onSuccess: ({ width }) => width })
 *
 * why // => "NoStart"
 * ```
 *
 * @category converting
 * @since 0.1.0
 */
export const parse = (bytes: Uint8Array): Result.Result<Jpeg, InvalidJpeg> => {
  const word = (index: number): number => (bytes[index] ?? 0) * 256 + (bytes[index + 1] ?? 0)
  if (bytes[0] !== 0xff || bytes[1] !== 0xd8) return fail("NoStart")
  let width = 0
  let height = 0
  let frame = -1
  let precision = 0
  let components = 0
  let transform: number | undefined
  let hasScan = false
  let i = 2
  for (;;) {
    if (i < bytes.length && bytes[i] !== 0xff) return fail("Malformed")
    // A marker may be preceded by any number of fill bytes.
    while (bytes[i] === 0xff) i++
    const marker = bytes[i++]
    if (marker === undefined) return fail("NoEnd")
    if (marker === 0xd9) break
    if (isAlone(marker)) continue
    if (marker === 0x00 || marker === 0xd8) return fail("Malformed")
    const length = word(i)
    if (i + 2 > bytes.length || i + length > bytes.length) return fail("NoEnd")
    if (length < 2) return fail("Malformed")
    if (isFrame(marker)) {
      if (length < 8) return fail("Malformed")
      if (frame === -1) {
        frame = marker - 0xc0
        precision = bytes[i + 2] ?? 0
        components = bytes[i + 7] ?? 0
        height = word(i + 3)
        width = word(i + 5)
      }
    } else if (marker === 0xee && length >= 14 && isAdobe(bytes, i + 2)) {
      transform = bytes[i + 13]
    } else if (marker === 0xdc && height === 0 && length === 4) {
      // DNL: the number of lines, where the frame left it open.
      height = word(i + 2)
    }
    i += length
    if (marker !== 0xda) continue
    hasScan = true
    // Within a scan a marker is FF followed by anything but 00 (a byte FF of the data) and a restart marker.
    for (i = bytes.indexOf(0xff, i); i !== -1; i = bytes.indexOf(0xff, i + 1)) {
      const next = bytes[i + 1]
      if (next === undefined || (next !== 0x00 && next !== 0xff && !isRestart(next))) break
    }
    if (i === -1) return fail("NoEnd")
  }
  return hasScan && width > 0 && height > 0
    ? Result.succeed({ width, height, frame, precision, components, transform })
    : fail("NoPicture")
}

// The letters "Adobe", then two bytes of version, two times two of flags, and the transform.
const isAdobe = (bytes: Uint8Array, at: number): boolean =>
  bytes[at] === 0x41 && bytes[at + 1] === 0x64 && bytes[at + 2] === 0x6f && bytes[at + 3] === 0x62 &&
  bytes[at + 4] === 0x65

/**
 * What is unusual about a picture, so that a handset may not show it: colours for a printer, more than 8 bits a sample, lossless or
 * hierarchical compression, arithmetic coding. Empty for what cameras and browsers write, baseline or progressive.
 *
 * **Example** (For a printer)
 *
 * ```ts import.meta.vitest
 * import * as Jpeg from "@effect-sens/core/Jpeg"
 *
 * const picture = { width: 640, height: 480, frame: 0, precision: 8, components: 3, transform: undefined }
 *
 * Jpeg.unusual(picture) // => []
 * Jpeg.unusual({ ...picture, components: 4, transform: 2 }) // => ["CMYK colours (as YCCK)"]
 * Jpeg.unusual({ ...picture, frame: 11 }) // => ["lossless compression", "arithmetic coding"]
 * ```
 *
 * @category accessors
 * @since 0.1.0
 */
export const unusual = (self: Jpeg): ReadonlyArray<string> => {
  const { components, frame, precision, transform } = self
  const found: Array<string> = []
  if (components === 4) found.push(transform === 2 ? "CMYK colours (as YCCK)" : "CMYK colours")
  else if (components !== 1 && components !== 3) found.push(`${components} components a pixel`)
  if (precision !== 8) found.push(`${precision} bits a sample`)
  if (frame % 4 === 3) found.push("lossless compression")
  if (frame % 8 >= 5) found.push("hierarchical compression")
  if (frame > 8) found.push("arithmetic coding")
  return found
}
