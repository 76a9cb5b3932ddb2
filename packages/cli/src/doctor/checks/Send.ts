/**
 * One message, by one POST.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Check from "../Check.ts"
import * as Sample from "../Sample.ts"
import * as Shape from "../Shape.ts"
import * as Wire from "../Wire.ts"

export const check: Check.Check = {
  number: 12,
  id: "send",
  title: { en: "One message is sent", ko: "메시지 한 건 보내기" },
  mode: "live",
  needs: "signature",
  expected: { en: "202 with a requestId", ko: "202와 requestId" },
  determines: { en: "the forms of ids", ko: "ID의 형식" },
  run: Effect.gen(function*() {
    const { learned, live } = yield* Check.Bench
    const posted = yield* Sample.post(Sample.content(1, live?.samples ?? 1))
    const { exchange, isAccepted, isUnknown, sent } = posted
    // One that may have been sent is looked for as well: if it shows up, that is known.
    if (isAccepted || isUnknown) learned.sent.push(sent)
    if (!isAccepted) return Sample.refused(posted)
    const millis = Math.round(exchange.endedAt - exchange.startedAt)
    const answer = exchange._tag === "Answered" ? Wire.objectOf(exchange.json) : {}
    const facts = {
      status: exchange._tag === "Answered" ? exchange.status : null,
      accepted: true,
      requestId: Shape.form(sent.requestId ?? ""),
      statusName: Wire.textOf(answer, "statusName") ?? null,
      hasRequestTime: "requestTime" in answer,
      millis
    }
    return Check.ok({
      en: `accepted in ${Check.span(millis).en}; a requestId is ${facts.requestId}`,
      ko: `${Check.span(millis).ko} 만에 접수. requestId의 형식은 ${facts.requestId}`
    }, facts)
  })
}
