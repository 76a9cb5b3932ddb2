/**
 * What campaigns say of themselves.
 */
import * as Text from "../Text.ts"

const n = Text.count

export const state = {
  failed: {
    en: (path: string, why: string) => `${path} cannot be read or written: ${why}`,
    ko: (path: string, why: string) => `${path}: 읽거나 쓸 수 없습니다 (${why})`
  },
  absent: {
    en: (id: string) => `there is no campaign ${id} here; effect-sens campaign list tells those that are`,
    ko: (id: string) => `캠페인 ${id}이(가) 없습니다. 있는 것은 effect-sens campaign list로 볼 수 있습니다`
  },
  several: {
    en: (id: string, files: string) =>
      `several services have a campaign ${id}: say which by --service or --base-url (${files})`,
    ko: (id: string, files: string) =>
      `캠페인 ${id}이(가) 여러 서비스에 있습니다. --service나 --base-url로 고르십시오 (${files})`
  }
} as const

/** The words of a status. */
export const status = {
  importing: { en: "being written down", ko: "명단 기록 중" },
  sending: { en: "under way", ko: "진행 중" },
  quota: { en: "waits for quota", ko: "발송 한도 대기" },
  keys: { en: "waits: the keys are refused", ko: "대기: 인증 키 거절" },
  paused: { en: "paused", ko: "멈춤" },
  done: { en: "done", ko: "끝남" },
  cancelled: { en: "cancelled", ko: "취소됨" },
  cutOff: { en: "cut off: no run sends it", ko: "끊김: 보내는 실행이 없음" }
} as const

/** Rows of figures. */
export const figures = {
  recipients: { en: "recipients", ko: "받는 사람" },
  waiting: { en: "to be sent", ko: "남음" },
  open: { en: "being found out", ko: "확인 중" },
  accepted: { en: "accepted, result awaited", ko: "접수, 결과 대기" },
  delivered: { en: "delivered", ko: "전달" },
  failed: { en: "failed", ko: "실패" },
  unknown: { en: "without a result", ko: "결과 없음" },
  refused: { en: "refused", ko: "거절" },
  notSent: { en: "not sent", ko: "보내지 않음" },
  held: { en: "nobody can tell", ko: "모름" }
} as const

export const heads = {
  list: {
    en: [
      "campaign",
      "state",
      "recipients",
      "to be sent",
      "accepted",
      "delivered",
      "failed",
      "unknown",
      "started (KST)"
    ],
    ko: ["캠페인", "상태", "받는 사람", "남음", "접수", "전달", "실패", "모름", "시작"]
  },
  results: {
    en: ["To", "Status", "Result code", "Meaning", "Advice", "Completed at (KST)", "Request ID", "Reason"],
    ko: ["수신번호", "상태", "결과 코드", "결과 설명", "조치", "완료 시각", "요청 ID", "까닭"]
  },
  held: { en: ["entry", "sent at (KST)", "recipients"], ko: ["번호", "보낸 시각", "받는 사람"] }
} as const

export const recipient = {
  Waiting: { en: "to be sent", ko: "보낼 예정" },
  Open: { en: "being found out", ko: "확인 중" },
  Accepted: { en: "accepted", ko: "접수" },
  Delivered: { en: "delivered", ko: "전달" },
  Failed: { en: "failed", ko: "실패" },
  Unknown: { en: "no result", ko: "결과 없음" },
  Refused: { en: "refused", ko: "거절" },
  NotSent: { en: "not sent", ko: "보내지 않음" },
  Held: { en: "nobody can tell", ko: "모름" }
} as const

export const notSent = {
  Expired: { en: "too late", ko: "시한이 지남" },
  FilesExpired: { en: "its files are gone", ko: "첨부 파일이 만료됨" },
  OptedOut: { en: "refused advertisements (080)", ko: "수신 거부(080)" },
  Cancelled: { en: "cancelled", ko: "취소됨" },
  GivenUp: { en: "given up", ko: "포기함" }
} as const

/** What is said while it goes on. */
export const run = {
  bar: {
    en: (accepted: number, delivered: number, failed: number, held: number) =>
      `accepted ${n(accepted)}, delivered ${n(delivered)}, failed ${n(failed)}, unknown ${n(held)}`,
    ko: (accepted: number, delivered: number, failed: number, held: number) =>
      `접수 ${n(accepted)} · 전달 ${n(delivered)} · 실패 ${n(failed)} · 모름 ${n(held)}`
  },
  rate: {
    en: (perSecond: number, left: string) => `  ${n(perSecond)}/s, about ${left} left`,
    ko: (perSecond: number, left: string) => `  ${n(perSecond)}건/초, 약 ${left} 남음`
  },
  seconds: { en: (s: number) => `${s} s`, ko: (s: number) => `${s}초` },
  minutes: { en: (m: number) => `${n(m)} min`, ko: (m: number) => `${n(m)}분` },
  quota: {
    en: (until: string) => `The quota is used up; it is tried again at ${until}.`,
    ko: (until: string) => `발송 한도를 다 썼습니다. ${until}에 다시 해 봅니다.`
  },
  keys: {
    en: (until: string) => `The keys or their permissions are refused; it is tried again at ${until}.`,
    ko: (until: string) => `인증 키나 권한이 거절되었습니다. ${until}에 다시 해 봅니다.`
  },
  at: {
    en: (time: string) => `Nothing is sent before ${time}; this run has to be there then, or campaign resume after it.`,
    ko: (time: string) =>
      `${time} 전에는 보내지 않습니다. 그때 이 실행이 켜져 있거나, 그 뒤에 campaign resume을 실행해야 합니다.`
  },
  joined: {
    en: (id: string) => `${id} is there already: it goes on where it was.`,
    ko: (id: string) => `${id}은(는) 이미 있습니다. 하던 데에서 이어서 합니다.`
  },
  stopping: {
    en: (requests: number) =>
      requests === 0
        ? "Ending …"
        : `Waiting for ${n(requests)} ${requests === 1 ? "request" : "requests"} on the way …`,
    ko: (requests: number) => requests === 0 ? "끝내는 중 …" : `보내던 ${n(requests)}건의 요청을 기다립니다 …`
  },
  awaited: { en: "requests that are on their way", ko: "보내던 요청이 끝나기를" },
  stopped: {
    en: (accepted: number, waiting: number, unknown: number) =>
      `Accepted ${n(accepted)}, to be sent ${n(waiting)}, unknown ${n(unknown)}.`,
    ko: (accepted: number, waiting: number, unknown: number) =>
      `접수 ${n(accepted)}, 남음 ${n(waiting)}, 모름 ${n(unknown)}.`
  },
  goOn: {
    en: (id: string) => `To go on: effect-sens campaign resume ${id}`,
    ko: (id: string) => `이어서 보내기: effect-sens campaign resume ${id}`
  },
  results: {
    en: (id: string) => `To await the results: effect-sens campaign resume ${id}`,
    ko: (id: string) => `결과까지 기다리기: effect-sens campaign resume ${id}`
  },
  elsewhere: {
    en: (id: string) => `Another run goes on sending ${id}.`,
    ko: (id: string) => `다른 실행이 ${id}을(를) 계속 보냅니다.`
  },
  held: {
    en: (id: string) => `Nobody can tell of all whether they were accepted: effect-sens campaign held ${id}`,
    ko: (id: string) => `접수되었는지 알 수 없는 것이 있습니다: effect-sens campaign held ${id}`
  },
  nobody: {
    en: (id: string) => `No run sends it. To go on: effect-sens campaign resume ${id}`,
    ko: (id: string) => `보내는 실행이 없습니다. 이어서 보내기: effect-sens campaign resume ${id}`
  }
} as const

/** What stands before the question. */
export const plan = {
  real: {
    en: (host: string, source: string, from: string, messages: string) =>
      `Real service ${host} (${source}), from ${from}. ${messages} will be billed.`,
    ko: (host: string, source: string, from: string, messages: string) =>
      `실제 서비스 ${host} (${source}), 발신 ${from}. ${messages}이 과금됩니다.`
  },
  here: {
    en: (host: string, source: string, from: string, messages: string) =>
      `On this machine: ${host} (${source}), from ${from}. ${messages}, and nothing is billed.`,
    ko: (host: string, source: string, from: string, messages: string) =>
      `이 컴퓨터의 ${host} (${source}), 발신 ${from}. ${messages}, 과금되지 않습니다.`
  },
  onReal: {
    en: (host: string, source: string, messages: string) =>
      `Real service ${host} (${source}). ${messages} will be billed.`,
    ko: (host: string, source: string, messages: string) => `실제 서비스 ${host} (${source}). ${messages}이 과금됩니다.`
  },
  onHere: {
    en: (host: string, source: string, messages: string) =>
      `On this machine: ${host} (${source}). ${messages}, and nothing is billed.`,
    ko: (host: string, source: string, messages: string) =>
      `이 컴퓨터의 ${host} (${source}). ${messages}, 과금되지 않습니다.`
  },
  messages: {
    en: (count: number) => `${n(count)} ${count === 1 ? "message" : "messages"}`,
    ko: (count: number) => `${n(count)}건`
  },
  at: { en: (time: string) => `To be sent from ${time}.`, ko: (time: string) => `${time}부터 보냅니다.` },
  expires: { en: (time: string) => `Not after ${time}.`, ko: (time: string) => `${time}이 지나면 보내지 않습니다.` },
  rate: {
    en: (said: string) => `At most ${said} requests.`,
    ko: (said: string) => `요청은 최대 ${said}.`
  },
  night: {
    en: "Advertisements wait from 20:50 to 08:00 Korean time.",
    ko: "광고는 20:50부터 08:00까지 보내지 않고 기다립니다."
  },
  noFrom: {
    en: "--from is missing: the sender number, registered in the SENS console",
    ko: "--from이 없습니다. SENS 콘솔에 등록한 발신번호를 주십시오"
  },
  badFrom: { en: "--from is no sender number", ko: "--from: 발신번호가 아닙니다" },
  badId: { en: "--id is empty", ko: "--id가 비어 있습니다" },
  numberId: {
    en: "--id is not to hold a phone number: it is shown and kept as it is",
    ko: "--id에 전화번호를 넣지 마십시오. 가리지 않고 보여 주고 저장합니다"
  },
  rateWrong: {
    en: "--rate is how many requests go out, such as 10/s or 300/m",
    ko: "--rate는 보낼 요청의 수입니다. 10/s, 300/m처럼 씁니다"
  },
  past: { en: "--at is in the past", ko: "--at이 이미 지난 시각입니다" },
  expired: {
    en: "--expires is before anything could be sent",
    ko: "--expires가 보내기도 전의 시각입니다"
  },
  nothing: { en: "there is nobody on the list to send to", ko: "명단에 보낼 수 있는 사람이 없습니다" },
  conflict: {
    en: (id: string) => `there is a campaign ${id} of another list or text; give this one an id of its own`,
    ko: (id: string) => `캠페인 ${id}은(는) 다른 명단이나 문안의 것입니다. 다른 ID를 주십시오`
  },
  importing: {
    en: (id: string) =>
      `the list of ${id} was not written down whole, and nothing of it was sent: run campaign start again with the same list`,
    ko: (id: string) =>
      `${id}의 명단이 다 기록되지 않았고 아무것도 보내지 않았습니다. 같은 명단으로 campaign start를 다시 실행하십시오`
  },
  retry: {
    en: (id: string, count: number) => `Once more to ${n(count)} who did not get ${id}, and may another time.`,
    ko: (id: string, count: number) =>
      `${id}을(를) 받지 못했지만 다시 보내면 받을 수 있는 ${n(count)}명에게 다시 보냅니다.`
  },
  retryUnderWay: {
    en: (count: number) => `${n(count)} are not final yet and are left out.`,
    ko: (count: number) => `아직 끝나지 않은 ${n(count)}건은 뺍니다.`
  },
  nobodyFailed: {
    en: "nobody failed who may get it another time",
    ko: "다시 보내면 받을 수 있는 실패가 없습니다"
  },
  sameId: { en: "--as is to be another id", ko: "--as에는 다른 ID를 주십시오" },
  cancel: { en: (id: string) => `Cancel campaign ${id}?`, ko: (id: string) => `캠페인 ${id}을(를) 취소할까요?` }
} as const

export const results = {
  written: {
    en: (count: number, file: string) => `${n(count)} recipients in ${file}`,
    ko: (count: number, file: string) => `${file}에 ${n(count)}명을 썼습니다`
  },
  extension: { en: "--out is to be a .csv or .ndjson file", ko: "--out은 .csv나 .ndjson 파일이어야 합니다" },
  count: {
    en: (count: number) => `${n(count)} recipients`,
    ko: (count: number) => `${n(count)}명`
  },
  noHeld: { en: "Nothing is held.", ko: "알 수 없는 것이 없습니다." },
  settle: {
    en: (id: string) =>
      `Look in the console, then: effect-sens settle --campaign ${id} --give-up | --send-again | --sent REQUEST_ID`,
    ko: (id: string) =>
      `콘솔에서 확인한 다음: effect-sens settle --campaign ${id} --give-up | --send-again | --sent 요청ID`
  },
  none: { en: "There is no campaign.", ko: "캠페인이 없습니다." }
} as const
