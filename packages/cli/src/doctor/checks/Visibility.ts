/**
 * How long after its send a message shows in the log. One that shows at once says little: a log that is late once, and is believed to
 * be empty, doubles a text.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Check from "../Check.ts"
import * as Sample from "../Sample.ts"

const worst = ({ seen: { request, to, window } }: Check.Sent): number | undefined =>
  request === undefined || to === undefined || window === undefined ? undefined : Math.max(request, to, window)

/** How late each of them showed, by its latest way; none where one never did. */
export const lags = ({ sent }: Check.Learned): ReadonlyArray<number> | undefined => {
  const all = sent.map(worst)
  return all.some((lag) => lag === undefined) ? undefined : all.flatMap((lag) => lag === undefined ? [] : [lag])
}

const first = (sent: ReadonlyArray<Check.Sent>, way: keyof Check.Sent["seen"]): number | null => {
  const all = sent.map(({ seen }) => seen[way])
  return all.length === 0 || all.some((lag) => lag === undefined)
    ? null
    : Math.round(Math.max(...all.map((lag) => lag ?? 0)))
}

export const check: Check.Check = {
  number: 13,
  id: "visibility",
  title: { en: "When a send shows in the log", ko: "보낸 것이 로그에 나타나기까지" },
  mode: "live",
  needs: "sent",
  expected: { en: "seconds", ko: "몇 초" },
  determines: {
    en: "visibilityLag: the larger of 60 s and 3 x the worst; lower only by --samples 20 and a question of its own",
    ko: "visibilityLag: 60초와 최댓값의 3배 가운데 큰 것. 낮추는 것은 --samples 20과 따로 묻는 질문에 답했을 때만"
  },
  run: Effect.gen(function*() {
    const { learned, live, note, uncertain } = yield* Check.Bench
    const samples = live?.samples ?? 1
    yield* note({
      en: "waiting until it shows in the log, for up to 5 minutes",
      ko: "로그에 나타날 때까지 최대 5분 기다립니다"
    })
    let refused: Check.Outcome | undefined
    for (let sample = 1; sample <= samples; sample++) {
      let sent = learned.sent[sample - 1]
      if (sent === undefined) {
        const posted = yield* Sample.post(Sample.content(sample, samples))
        if (posted.isAccepted || posted.isUnknown) learned.sent.push(posted.sent)
        if (!posted.isAccepted) {
          refused = Sample.refused(posted)
          if (!posted.isUnknown) break
        }
        sent = posted.sent
      }
      const wasUnknown = sent.requestId === undefined
      yield* Sample.watch(sent)
      // What shows up was sent: nobody has to ask any more.
      if (wasUnknown && sent.requestId !== undefined) {
        learned.unknown -= 1
        yield* uncertain(learned.unknown > 0)
        refused = undefined
      }
      if (wasUnknown && sent.requestId === undefined) break
    }
    const facts = {
      messages: learned.sent.length,
      requestMillis: first(learned.sent, "request"),
      windowMillis: first(learned.sent, "window"),
      toMillis: first(learned.sent, "to")
    }
    const all = lags(learned)
    if (all === undefined) {
      const ways = [
        facts.requestMillis === null ? "requestId" : "",
        facts.windowMillis === null ? "window" : "",
        facts.toMillis === null ? "to" : ""
      ].filter((way) => way !== "").join(", ")
      const isUnknown = learned.sent.some(({ requestId }) => requestId === undefined)
      const says = {
        en: `not shown within 5 minutes by ${ways}: nothing can be proved by the log`,
        ko: `5분 안에 나타나지 않음(${ways}). 로그로는 아무것도 증명할 수 없습니다`
      }
      return isUnknown ? Check.bad(5, says, facts) : Check.amiss(says, facts)
    }
    if (refused !== undefined) return refused
    const most = Check.span(Math.max(...all))
    return Check.ok({
      en: all.length === 1 ? `after ${most.en}` : `after ${most.en} at worst, of ${all.length}`,
      ko: all.length === 1 ? `${most.ko} 뒤` : `${all.length}건 가운데 가장 늦은 것이 ${most.ko} 뒤`
    }, facts)
  })
}
