/**
 * What the service says of ids that it never gave.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type { Both } from "../../Language.ts"
import * as Asking from "../Asking.ts"
import * as Check from "../Check.ts"
import type * as Wire from "../Wire.ts"

/** Of the form of ids, and none of them. */
const ids = {
  message: "00000000-0000-4000-8000-000000000000",
  request: "RSSA-1000000000000-0000-00000000-aaaaaaaa"
} as const

/** A kind of answer, for programs. */
export const kindOf = (exchange: Wire.Exchange): string => {
  if (exchange._tag === "Unanswered") return "no answer"
  const { json, status, text } = exchange
  if (text.trim() === "") return `${status} without a body`
  if (json === undefined) return `${status} with a body that is no JSON`
  const empty = Array.isArray(json)
    ? json.length === 0
    : typeof json === "object" && json !== null && "messages" in json && Array.isArray(json.messages) &&
      json.messages.length === 0
  return empty ? `${status} with nothing in it` : `${status} with a body`
}

const ko: ReadonlyArray<readonly [RegExp, string]> = [
  [/^no answer$/, "응답 없음"],
  [/ without a body$/, ", 본문 없음"],
  [/ with a body that is no JSON$/, ", JSON이 아닌 본문"],
  [/ with nothing in it$/, ", 빈 결과"],
  [/ with a body$/, ", 본문 있음"]
]

/** The kind as people read it. */
export const said = (kind: string): Both => ({
  en: kind,
  ko: ko.reduce((text, [part, word]) => text.replace(part, word), kind)
})

export const check: Check.Check = {
  number: 7,
  id: "unknown-ids",
  title: { en: "Ids that do not exist", ko: "없는 ID" },
  mode: "online",
  needs: "signature",
  expected: { en: "404 with or without a body, or 200 with nothing in it", ko: "본문이 있거나 없는 404, 또는 빈 200" },
  determines: { en: "how NotFound and an empty page are told apart", ko: "NotFound와 빈 페이지를 구별하는 법" },
  run: Effect.gen(function*() {
    const wire = yield* Asking.wire
    const result = yield* wire.ask({
      operation: "messages.result",
      method: "GET",
      path: ["messages", ids.message]
    })
    const reservation = yield* wire.ask({
      operation: "reservations.status",
      method: "GET",
      path: ["reservations", ids.request, "reserve-status"]
    })
    const request = yield* wire.ask({
      operation: "messages.search",
      method: "GET",
      path: ["messages"],
      query: [["requestId", ids.request]]
    })
    const unanswered = [result, reservation, request].find(({ _tag }) => _tag === "Unanswered")
    if (unanswered !== undefined) return Asking.unmeasured(unanswered)
    const facts = { message: kindOf(result), reservation: kindOf(reservation), request: kindOf(request) }
    const says = {
      en: `message: ${facts.message}; reservation: ${facts.reservation}; request: ${facts.request}`,
      ko: `메시지: ${said(facts.message).ko}; 예약: ${said(facts.reservation).ko}; 요청: ${said(facts.request).ko}`
    }
    const known = /^(?:404 |200 with nothing)/
    return Object.values(facts).every((kind) => known.test(kind)) ? Check.ok(says, facts) : Check.note(says, facts)
  })
}
