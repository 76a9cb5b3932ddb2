/**
 * Accepting what was planned: at once, or when the time of a reservation has come.
 */
import type { State } from "./state.ts"
import type * as Store from "./store.ts"

const hour = 3_600_000

/** 21:00 to 08:00 in Korea. */
const isNight = (millis: number): boolean => {
  const time = (millis + 9 * hour) % (24 * hour)
  return time < 8 * hour || time >= 21 * hour
}

/** The code that a message ends with, by what is scripted and by what is known of its recipient at the time. */
const fate = (
  state: State,
  options: { readonly serviceId: string; readonly plan: Store.Plan; readonly at: number }
) => {
  const { at, plan, serviceId } = options
  const advertising = plan.contentType === "AD"
  const night = advertising && state.switches.advertisingAtNight === "fail" && isNight(at)
  const blocked = state.store.service(serviceId).unsubscribes
  return (message: Store.Plan["messages"][number]): string => {
    const scripted = state.outcomes.get(message.to)
    if (scripted !== undefined) return scripted
    const text = message.content ?? plan.content
    const byContent = state.outcomesByContent.find(({ includes }) => text.includes(includes))
    if (byContent !== undefined) return byContent.code
    if (advertising && blocked.has(message.to)) return state.blockedCode
    return night ? "E919" : message.code
  }
}

export const accepted = (
  state: State,
  options: { readonly requestId: string; readonly serviceId: string; readonly plan: Store.Plan; readonly at: number }
): Store.Event => {
  const { at, plan, requestId, serviceId } = options
  const ids = state.ids()
  const codeOf = fate(state, options)
  return {
    _tag: "Accepted",
    request: {
      ...plan,
      requestId,
      serviceId,
      requestedAt: at,
      processingAt: at + state.processingAfter,
      completedAt: at + state.completedAfter,
      messages: plan.messages.map((message) => ({
        messageId: ids.messageId(),
        to: message.to,
        subject: message.subject,
        content: message.content,
        code: codeOf(message)
      }))
    }
  }
}
