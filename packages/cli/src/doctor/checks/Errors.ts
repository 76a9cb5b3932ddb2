/**
 * What the service says of another's service, and of a wrong secret key.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Asking from "../Asking.ts"
import * as Check from "../Check.ts"
import * as Unknown from "./Unknown.ts"

/** The same id with another last digit: a service of somebody else, or of nobody. */
export const another = (serviceId: string): string => {
  const parts = serviceId.split(":")
  return parts.map((part, index) =>
    index === 3 ? part.replace(/\d$/, (digit) => String((Number(digit) + 1) % 10)) : part
  ).join(":")
}

export const check: Check.Check = {
  number: 8,
  id: "errors",
  title: { en: "A wrong service and a wrong secret key", ko: "잘못된 서비스와 시크릿 키" },
  mode: "online",
  extra: "probeErrors",
  needs: "signature",
  expected: { en: "403 and 401", ko: "403과 401" },
  determines: { en: "the shapes of errors", ko: "오류의 형식" },
  run: Effect.gen(function*() {
    const { keys } = yield* Check.Bench
    const wire = yield* Asking.wire
    const now = yield* wire.now
    const ask = {
      operation: "messages.search",
      method: "GET",
      path: ["messages"],
      query: Asking.window(now - Asking.minute, now)
    } as const
    const serviceId = Result.isSuccess(keys) ? another(keys.success.serviceId) : ""
    const service = yield* wire.ask({ ...ask, serviceId })
    const secret = yield* wire.ask({ ...ask, isWrongSecret: true })
    const facts = { service: Unknown.kindOf(service), secret: Unknown.kindOf(secret) }
    const says = {
      en: `another service: ${facts.service}; a wrong secret key: ${facts.secret}`,
      ko: `다른 서비스: ${Unknown.said(facts.service).ko}; 잘못된 시크릿 키: ${Unknown.said(facts.secret).ko}`
    }
    return facts.service.startsWith("403 ") && facts.secret.startsWith("401 ")
      ? Check.ok(says, facts)
      : Check.note(says, facts)
  })
}
