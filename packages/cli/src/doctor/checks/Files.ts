/**
 * A picture of one pixel, uploaded twice.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Encoding from "effect/encoding/Base64"
import * as Asking from "../Asking.ts"
import * as Check from "../Check.ts"
import * as Wire from "../Wire.ts"

const segment = (marker: number, ...data: ReadonlyArray<number>): ReadonlyArray<number> => [
  0xFF,
  marker,
  (data.length + 2) >> 8,
  (data.length + 2) & 0xFF,
  ...data
]

// One code of one bit, which stands for zero.
const codes = (table: number) => segment(0xC4, table, 1, ...Array.from({ length: 15 }, () => 0), 0)

/** A baseline JPEG of one grey pixel: its difference to the middle grey is zero, and nothing follows. */
export const jpeg = Uint8Array.from([
  0xFF,
  0xD8,
  ...segment(0xDB, 0, ...Array.from({ length: 64 }, () => 1)),
  ...segment(0xC0, 8, 0, 1, 0, 1, 1, 1, 0x11, 0),
  ...codes(0x00),
  ...codes(0x10),
  ...segment(0xDA, 1, 1, 0, 0, 63, 0),
  0x3F,
  0xFF,
  0xD9
])

export const check: Check.Check = {
  number: 19,
  id: "files",
  title: { en: "A picture, uploaded twice", ko: "같은 그림 두 번 올리기" },
  mode: "live",
  extra: "files",
  needs: "signature",
  expected: { en: "the same id twice; kept for 6 days, or 2", ko: "같은 ID 두 번. 6일 또는 2일 보관" },
  determines: {
    en: "how long a file is kept, and whether one is taken for another",
    ko: "파일 보관 기간, 같은 파일로 치는지"
  },
  run: Effect.gen(function*() {
    const wire = yield* Asking.wire
    const fileName = `doctor-${yield* wire.now.pipe(Effect.map(Math.round))}.jpg`
    const upload = wire.ask({
      operation: "files.upload",
      method: "POST",
      path: ["files"],
      body: { fileName, fileBody: Encoding.encode(jpeg) }
    })
    const first = yield* upload
    const second = yield* upload
    const failed = [first, second].find((exchange) => exchange._tag === "Unanswered" || exchange.status !== 200)
    if (failed !== undefined) return Asking.failed("the upload failed", "올리지 못했습니다", failed)
    const body = first._tag === "Answered" ? Wire.objectOf(first.json) : {}
    const id = Wire.textOf(body, "fileId")
    const again = second._tag === "Answered" ? Wire.textOf(second.json, "fileId") : undefined
    const created = Asking.instant(body, "createTime")
    const expires = Asking.instant(body, "expireTime")
    const days = created === undefined || expires === undefined
      ? null
      : Math.round((expires - created) / Asking.day * 100) / 100
    const facts = {
      fileReuse: id === undefined || again === undefined ? null : id === again ? "nameAndSize" : "never",
      days
    }
    if (id === undefined) {
      return Check.amiss({ en: "the answer has no fileId", ko: "응답에 fileId가 없습니다" }, facts)
    }
    const reuse = facts.fileReuse === "nameAndSize"
      ? { en: "the same file twice is one", ko: "같은 파일은 하나로 침" }
      : { en: "the same file twice is two", ko: "같은 파일도 따로 침" }
    const kept = days === null
      ? { en: "how long it is kept is not told", ko: "보관 기간은 알려 주지 않음" }
      : { en: `kept for ${days} days`, ko: `${days}일 보관` }
    const says = { en: `${reuse.en}; ${kept.en}`, ko: `${reuse.ko}. ${kept.ko}` }
    return days === null ? Check.note(says, facts) : Check.ok(says, facts)
  })
}
