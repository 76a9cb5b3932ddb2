/**
 * Pictures as people have them: Base64 of any spelling, and files of other formats.
 */
import * as Base64 from "effect/encoding/Base64"
import * as Option from "effect/Option"
import * as Result from "effect/Result"

// A `data:` URL may be percent-encoded.
const percent = /%([0-9a-f]{2})/gi

/**
 * The plain spelling of Base64: without a `data:` prefix and white space, in the alphabet of RFC 4648 section 4, padded. What is
 * none stays as it is, but for those two.
 *
 * @internal
 */
export const base64 = (text: string): string => {
  const prefix = /^\s*data:[^,]*,/i.exec(text)?.[0]
  const body = prefix === undefined
    ? text
    : text.slice(prefix.length).replace(percent, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
  const stripped = body.replace(/\s+/g, "")
  if (!/^[0-9a-z+/_-]*={0,2}$/i.test(stripped)) return stripped
  const digits = stripped.replace(/[=]/g, "").replace(/-/g, "+").replace(/_/g, "/")
  return digits.length % 4 === 1 ? stripped : digits + "=".repeat(-digits.length & 3)
}

/**
 * The bytes of a text that {@link base64} gave; `undefined` where it is not Base64.
 *
 * @internal
 */
export const bytes = (text: string): Uint8Array | undefined =>
  Option.getOrUndefined(Result.getSuccess(Base64.decode(text)))

// What each format has at a place of its beginning, as Latin-1; the first that fits.
const signatures: ReadonlyArray<readonly [kind: string, at: number, ...texts: ReadonlyArray<string>]> = [
  ["a PNG", 0, "\x89PNG"],
  ["a GIF", 0, "GIF8"],
  ["a PDF", 0, "%PDF"],
  ["a WebP", 8, "WEBP"],
  [
    "an HEIC",
    4,
    ...["heic", "heif", "heim", "heis", "heix", "hevc", "hevm", "hevs", "hevx", "mif1", "msf1"].map((of) => `ftyp${of}`)
  ],
  ["an AVIF", 4, "ftypavif", "ftypavis"],
  ["a video", 4, "ftyp"],
  ["a TIFF", 0, "II*\0", "MM\0*"],
  ["a BMP", 0, "BM"],
  ["a PSD of Photoshop", 0, "8BPS"],
  ["a JPEG XL", 0, "\0\0\0\x0cJXL ", "\xff\x0a"],
  ["a JPEG 2000", 0, "\0\0\0\x0cjP  ", "\xff\x4f\xff\x51"],
  ["a ZIP or an Office document", 0, "PK\x03\x04"],
  ["an HWP or an old Office document", 0, "\xd0\xcf\x11\xe0"]
]

// Text, after a byte order mark and white space.
const markup = /^(?:\xEF\xBB\xBF)?\s*<(\?xml|svg|!doctype|html)/i

/**
 * What a file is that is not a JPEG; `undefined` where that cannot be told.
 *
 * @internal
 */
export const kind = (bytes: Uint8Array): string | undefined => {
  const start = String.fromCharCode(...bytes.subarray(0, 64))
  const found = signatures.find(([, at, ...texts]) => texts.some((text) => start.startsWith(text, at)))
  if (found !== undefined) return found[0]
  const tag = markup.exec(start)?.[1]?.toLowerCase()
  if (tag === undefined) return undefined
  return tag === "?xml" || tag === "svg" ? "an SVG" : "a web page"
}
