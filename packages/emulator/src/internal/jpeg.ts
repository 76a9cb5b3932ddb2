/**
 * Whether bytes are a JPEG, and how large the picture is (ITU-T T.81, annex B).
 */

export interface Size {
  readonly width: number
  readonly height: number
}

const isFrame = (marker: number): boolean =>
  marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc

const standsAlone = (marker: number): boolean => marker === 0x01 || (marker >= 0xd0 && marker <= 0xd7)

/** Whether the image ends after its scan; other data may follow. */
const ends = (bytes: Uint8Array, from: number): boolean => {
  for (let at = bytes.length - 1; at > from; at--) {
    if (bytes[at] === 0xd9 && bytes[at - 1] === 0xff) return true
  }
  return false
}

/** Nothing where the bytes are no JPEG with a frame and a scan. */
export const size = (bytes: Uint8Array): Size | undefined => {
  if (bytes[0] !== 0xff || bytes[1] !== 0xd8) return undefined
  let found: Size | undefined
  let at = 2
  while (at + 3 < bytes.length) {
    if (bytes[at] !== 0xff) return undefined
    const marker = bytes[at + 1]!
    if (marker === 0xff) {
      at++
      continue
    }
    if (standsAlone(marker)) {
      at += 2
      continue
    }
    if (marker === 0xd9) return undefined
    const length = bytes[at + 2]! * 256 + bytes[at + 3]!
    const next = at + 2 + length
    if (length < 2 || next > bytes.length) return undefined
    if (marker === 0xda) return found !== undefined && ends(bytes, next) ? found : undefined
    if (isFrame(marker)) {
      if (length < 8) return undefined
      found = {
        height: bytes[at + 5]! * 256 + bytes[at + 6]!,
        width: bytes[at + 7]! * 256 + bytes[at + 8]!
      }
    }
    at = next
  }
  return undefined
}
