/**
 * What the log gives back of a text with odd characters.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Check from "../Check.ts"
import * as Sample from "../Sample.ts"
import * as Wire from "../Wire.ts"

const unescape = (text: string): string =>
  text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&quot;", "\"").replaceAll("&amp;", "&")

/** In which respect it is not as it was sent. */
export const differences = (sent: string, shown: string): ReadonlyArray<string> => {
  if (sent === shown) return []
  const found: Array<string> = []
  const plain = unescape(shown)
  if (plain !== shown && shown.includes("&amp;")) found.push("escaped")
  if (!plain.includes("  ")) found.push("spaces collapsed")
  const composed = sent.normalize("NFC")
  if (composed !== sent && !plain.includes(sent.slice(-3)) && plain.normalize("NFC").includes(composed.slice(-1))) {
    found.push("composed")
  }
  if (!plain.includes("\u2019")) found.push("quotation mark replaced")
  if (!plain.normalize("NFC").includes(composed.slice(-1))) found.push("syllable lost")
  return found.length === 0 ? ["other"] : found
}

export const check: Check.Check = {
  number: 17,
  id: "texts",
  title: { en: "A text with odd characters", ko: "특수한 글자가 있는 본문" },
  mode: "live",
  extra: "texts",
  needs: "signature",
  expected: { en: "as it was sent", ko: "보낸 그대로" },
  determines: { en: "how far equal texts can be trusted", ko: "본문이 같은지를 얼마나 믿을 수 있는지" },
  run: Effect.gen(function*() {
    const { note } = yield* Check.Bench
    const posted = yield* Sample.post(Sample.oddContent)
    const { exchange, isAccepted, isUnknown, sent } = posted
    if (!isAccepted && !isUnknown && exchange._tag === "Answered" && exchange.status === 400) {
      return Check.note({ en: "refused at once (400)", ko: "바로 거절됨(400)" }, { status: 400, accepted: false })
    }
    if (!isAccepted) return Sample.refused(posted)
    yield* note({
      en: "waiting until it shows in the log, for up to 5 minutes",
      ko: "로그에 나타날 때까지 최대 5분 기다립니다"
    })
    yield* Sample.watch(sent)
    yield* Sample.follow(sent)
    const record = Sample.last(sent)
    const shown = record === undefined ? undefined : Wire.textOf(record, "content")
    if (record === undefined || shown === undefined) {
      return Check.note({ en: "the log shows no text", ko: "로그에 본문이 없음" }, { accepted: true, text: false })
    }
    const found = differences(Sample.oddContent, shown)
    const code = Wire.textOf(record, "statusCode")
    const facts = {
      accepted: true,
      text: true,
      equal: found.length === 0,
      differences: found.join(", "),
      statusCode: code !== undefined && /^[A-Z]?\d{1,4}$/.test(code) ? code : null
    }
    const ended = facts.statusCode === null || facts.statusCode === "0"
      ? { en: "", ko: "" }
      : { en: `; not delivered (${facts.statusCode})`, ko: `. 전달되지 않음(${facts.statusCode})` }
    return found.length === 0
      ? Check.ok({ en: `as it was sent${ended.en}`, ko: `보낸 그대로${ended.ko}` }, facts)
      : Check.note({
        en: `not as it was sent: ${facts.differences}${ended.en}`,
        ko: `보낸 것과 다름: ${facts.differences}${ended.ko}`
      }, facts)
  })
}
