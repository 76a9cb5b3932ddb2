/**
 * A past that never was: messages of the last days, drawn from a seed.
 */
import { words } from "./ids.ts"
import type { State } from "./state.ts"
import type { Event, Plan } from "./store.ts"

export interface Options {
  readonly messages: number
  readonly days: number
  /** The share of messages that failed, from 0 to 1. */
  readonly failed: number
  readonly seed: string
}

const day = 86_400_000

const codes = ["2000", "2003", "2005", "3001", "3004", "3006", "3008", "3012", "3018"]

const from = "0200000000"

type Draw = (below: number) => number

interface Kind {
  readonly type: Plan["type"]
  readonly contentType: Plan["contentType"]
  readonly most: number
  readonly subject?: string
  readonly content: (draw: Draw) => string
}

const passcode: Kind = {
  type: "SMS",
  contentType: "COMM",
  most: 1,
  content: (draw) => `[서점] 인증번호는 ${String(100_000 + draw(900_000))} 입니다.`
}

const kinds: ReadonlyArray<Kind> = [
  passcode,
  passcode,
  {
    type: "SMS",
    contentType: "COMM",
    most: 5,
    content: (draw) => `[서점] 주문하신 책 ${1 + draw(5)}권을 오늘 보냈습니다.`
  },
  {
    type: "LMS",
    contentType: "COMM",
    most: 30,
    subject: "예약 안내",
    content: (draw) =>
      `[서점] 안녕하세요. 예약하신 강연이 ${
        1 + draw(28)
      }일에 열립니다. 시작 10분 전까지 2층 강연장으로 와 주시기 바랍니다. 못 오시면 하루 전까지 알려 주세요.`
  },
  {
    type: "SMS",
    contentType: "AD",
    most: 100,
    content: (draw) => `(광고)[서점] 새 책 ${10 + draw(40)}% 할인 무료거부 0800000000`
  }
]

/** Every request's messages are to one another what those of a real send are; the times go up. */
export const events = (state: State, options: Options, now: number): ReadonlyArray<Event> => {
  const next = words(`${options.seed}/past`)
  const draw: Draw = (below) => next() % below
  const chance = () => next() / 2 ** 32
  const ids = state.ids()
  const serviceIds = state.accounts.flatMap((account) => account.serviceIds)

  const sends: Array<{ readonly kind: Kind; readonly size: number; readonly at: number }> = []
  for (let left = options.messages; left > 0;) {
    const kind = kinds[draw(kinds.length)] ?? passcode
    const size = Math.min(left, 1 + draw(kind.most))
    // What is over is over: the last minute is left to what happens now.
    sends.push({ kind, size, at: Math.floor(now - 60_000 - chance() * Math.max(0, options.days * day - 60_000)) })
    left -= size
  }
  sends.sort((a, b) => a.at - b.at)

  return sends.map(({ at, kind, size }) => {
    const requestId = ids.requestId(kind.type, at)
    return {
      _tag: "Accepted",
      request: {
        type: kind.type,
        contentType: kind.contentType,
        countryCode: "82",
        from,
        subject: kind.subject,
        content: kind.content(draw),
        files: [],
        requestId,
        serviceId: serviceIds[draw(serviceIds.length)] ?? "",
        requestedAt: at,
        processingAt: at + 1000,
        completedAt: at + 2000 + draw(30_000),
        messages: Array.from({ length: size }, () => ({
          messageId: ids.messageId(),
          to: `0100${String(draw(10_000_000)).padStart(7, "0")}`,
          subject: undefined,
          content: undefined,
          code: chance() < options.failed ? codes[draw(codes.length)] ?? "3000" : "0"
        }))
      }
    }
  })
}
