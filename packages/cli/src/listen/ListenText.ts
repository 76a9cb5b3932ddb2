/**
 * What `listen` says while it runs.
 *
 * @since 0.1.0
 */
import type { Both, Language } from "../Language.ts"

/** How long something lasted, to what is worth knowing: `40 s`, `12 min`, `26 h`. */
export const span = (seconds: number, language: Language): string => {
  const [n, unit] = seconds < 100
    ? [seconds, { en: "s", ko: "초" }] as const
    : seconds < 100 * 60
    ? [Math.round(seconds / 60), { en: "min", ko: "분" }] as const
    : seconds < 72 * 3600
    ? [Math.round(seconds / 3600), { en: "h", ko: "시간" }] as const
    : [Math.round(seconds / 86_400), { en: "days", ko: "일" }] as const
  return language === "en" ? `${n} ${unit.en}` : `${n}${unit.ko}`
}

/** What may be away. */
const of = {
  service: { en: "SENS", ko: "SENS" },
  endpoint: { en: "the endpoint", ko: "받는 서버" }
} as const satisfies { readonly [name: string]: Both }

export const news = {
  listening: {
    en: (origin: string, from: string) => `Listening: messages that are completed from ${from} on go to ${origin}.`,
    ko: (origin: string, from: string) => `${from}부터 완료된 메시지를 ${origin}(으)로 전달합니다.`
  },
  /** A sentence of the client. */
  away: {
    en: (why: string) => `Outage: ${why}. Trying again.`,
    ko: (why: string) => `장애: ${why}. 다시 시도합니다.`
  },
  /** `HTTP 503`, `ECONNREFUSED`, `no answer`. */
  down: {
    en: (why: string) => `Outage: the endpoint does not answer as it should (${why}). Trying again.`,
    ko: (why: string) => `장애: 받는 서버의 응답이 정상이 아닙니다 (${why}). 다시 시도합니다.`
  },
  recovered: {
    en: (what: keyof typeof of, span: string) => `Recovered: ${of[what].en} answers again, after ${span}.`,
    ko: (what: keyof typeof of, span: string) => `복구: ${of[what].ko}이(가) ${span} 만에 다시 응답합니다.`
  },
  stuck: {
    en: (messageId: string, span: string, why: string) =>
      `Message ${messageId} has been failing for ${span} (${why}); what comes after its page waits for it.`,
    ko: (messageId: string, span: string, why: string) =>
      `메시지 ${messageId}의 전달이 ${span}째 실패하고 있습니다 (${why}). 다음 페이지는 이 메시지를 기다립니다.`
  },
  behind: {
    en: (span: string) => `behind by ${span}, catching up`,
    ko: (span: string) => `${span} 밀려 있어 따라잡는 중입니다`
  },
  caughtUp: { en: "caught up", ko: "따라잡았습니다" },
  lost: {
    en: (start: string, end: string) =>
      `Lost: the service keeps its log for 90 days, so results from ${start} to ${end} cannot be delivered any more.`,
    ko: (start: string, end: string) =>
      `유실: 서비스가 로그를 90일만 보관하므로 ${start}부터 ${end}까지의 결과는 더 이상 전달할 수 없습니다.`
  },
  unreadable: {
    en: (id: string, file: string) => `Message ${id} cannot be read; it stands in ${file}.`,
    ko: (id: string, file: string) => `메시지 ${id}을(를) 읽을 수 없어 ${file}에 적었습니다.`
  },
  undelivered: {
    en: (id: string, why: string, file: string) => `Message ${id} was given up (${why}); it stands in ${file}.`,
    ko: (id: string, why: string, file: string) => `메시지 ${id}의 전달을 포기하고 (${why}) ${file}에 적었습니다.`
  },
  anew: {
    en: (from: string) => `The place that was kept is given up: --from begins at ${from}.`,
    ko: (from: string) => `저장된 위치를 버리고 --from에 따라 ${from}부터 시작합니다.`
  },
  madeSecret: {
    en: "A secret was made for you. What the receiver verifies with: effect-sens listen --print-secret",
    ko: "시크릿을 새로 만들었습니다. 받는 쪽에서 검증에 쓸 값: effect-sens listen --print-secret"
  },
  end: {
    en: (delivered: string, undelivered: string) => `${delivered} delivered, ${undelivered} given up`,
    ko: (delivered: string, undelivered: string) => `전달 ${delivered}건, 포기 ${undelivered}건`
  }
} as const
