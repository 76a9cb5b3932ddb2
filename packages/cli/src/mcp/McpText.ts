/**
 * What the server says to people and to models, in both languages. What a tool says of itself, for models alone, is English and stands
 * with it.
 *
 * @since 0.1.0
 */
import type { Both } from "../Language.ts"

/** Under which name people see a tool. */
export const titles = {
  sens_measure_text: { en: "Measure a text", ko: "문안 바이트 계산" },
  sens_check_messages: { en: "Check messages for a list", ko: "명단과 문안 검사" },
  sens_explain_code: { en: "Explain result codes", ko: "결과 코드 설명" },
  sens_search_log: { en: "Search the delivery log", ko: "전송 로그 찾기" },
  sens_report: { en: "Count messages", ko: "전송 집계" },
  sens_get_result: { en: "Result of a message", ko: "메시지 결과" },
  sens_track_request: { en: "Follow a request", ko: "요청 추적" },
  sens_reservation_status: { en: "Status of reservations", ko: "예약 상태" },
  sens_list_unsubscribes: { en: "List who refused advertisements", ko: "수신 거부 목록" },
  sens_has_unsubscribed: { en: "Who refused advertisements", ko: "수신 거부 확인" },
  sens_prepare_send: { en: "Prepare a send", ko: "발송 준비" },
  sens_send: { en: "Send what was prepared (costs money)", ko: "준비한 발송 보내기 (과금)" },
  sens_cancel_reservation: { en: "Cancel a reservation", ko: "예약 취소" },
  sens_unsubscribe_add: { en: "Add to who refused advertisements", ko: "수신 거부 등록" },
  sens_unsubscribe_remove: { en: "Remove from who refused advertisements", ko: "수신 거부 해제" },
  sens_upload_file: { en: "Upload a picture for MMS", ko: "MMS 그림 올리기" }
} as const satisfies { readonly [tool: string]: Both }

export const texts = {
  slow: {
    en: (seconds: number) => `no answer within ${seconds} seconds; ask for less, or try again later`,
    ko: (seconds: number) => `${seconds}초 안에 답이 없습니다. 범위를 줄이거나 나중에 다시 하십시오`
  },
  noFrom: {
    en: "`from` is missing: the number that sends, registered in the console",
    ko: "`from`이 없습니다. 콘솔에 등록한 발신번호를 주십시오"
  },
  noPlan: {
    en:
      "there is no such planId: it is of another server, of one that was restarted, or was changed. Nothing was sent; call sens_prepare_send",
    ko:
      "그런 planId가 없습니다. 다른 서버나 다시 시작하기 전의 것이거나 바뀐 것입니다. 아무것도 보내지 않았습니다. sens_prepare_send를 부르십시오"
  },
  expired: {
    en: "this planId is older than 10 minutes. Nothing was sent; call sens_prepare_send again",
    ko: "10분이 지난 planId입니다. 아무것도 보내지 않았습니다. sens_prepare_send를 다시 부르십시오"
  },
  used: {
    en: (id: string) =>
      `this planId was used already, and is never sent a second time. Call sens_track_request with sendId ${id} to learn what became of it`,
    ko: (id: string) =>
      `이미 쓴 planId이며, 두 번 보내지 않습니다. 어떻게 되었는지는 sens_track_request를 sendId ${id}로 불러 확인하십시오`
  },
  over: {
    en: "this planId is over: nothing was sent by it, and nothing will be. Call sens_prepare_send",
    ko: "끝난 planId입니다. 이것으로는 아무것도 보내지 않았고 보내지 않습니다. sens_prepare_send를 부르십시오"
  },
  busy: {
    en: "this planId is being sent by another call right now; it is not sent a second time",
    ko: "지금 다른 호출이 이 planId를 보내고 있습니다. 두 번 보내지 않습니다"
  },
  tooManyPlans: {
    en: "too many prepared sends are waiting; send or leave them for 10 minutes first",
    ko: "준비한 발송이 너무 많습니다. 보내거나 10분 뒤에 다시 하십시오"
  },
  notAllowed: {
    en: (n: string) => `${n} of the recipients are not on the list of --allow-numbers. Nothing was sent`,
    ko: (n: string) => `받는 사람 ${n}명이 --allow-numbers 목록에 없습니다. 아무것도 보내지 않았습니다`
  },
  cap: {
    en: (left: string, limit: string) =>
      `the day's cap is reached: ${left} of ${limit} recipients are left today (Korean time). Nothing was sent`,
    ko: (left: string, limit: string) =>
      `하루 한도에 닿았습니다. 오늘(한국 시각) 남은 수는 ${limit}명 가운데 ${left}명입니다. 아무것도 보내지 않았습니다`
  },
  capUnreadable: {
    en: (file: string) => `${file}, which counts the recipients of a day, cannot be read. Nothing was sent`,
    ko: (file: string) => `하루 받는 사람 수를 세는 ${file} 파일을 읽을 수 없습니다. 아무것도 보내지 않았습니다`
  },
  capLocked: {
    en: "another server counts recipients right now; try again. Nothing was sent",
    ko: "다른 서버가 받는 사람 수를 세고 있습니다. 다시 하십시오. 아무것도 보내지 않았습니다"
  },
  nobody: {
    en:
      "a person has to say yes, and this client cannot ask one. Nothing was sent. Use a client with elicitation, or start the server with --yes",
    ko:
      "사람의 확인이 필요한데 이 클라이언트는 물어볼 수 없습니다. 아무것도 보내지 않았습니다. elicitation을 지원하는 클라이언트를 쓰거나 서버를 --yes로 시작하십시오"
  },
  declined: {
    en: "the person did not say yes. Nothing was sent, and this planId is over",
    ko: "사람이 확인하지 않았습니다. 아무것도 보내지 않았고 이 planId는 끝났습니다"
  },
  unknown: {
    en: (id: string) =>
      `it may have been sent, and nobody knows yet: do not send it again, and prepare no other send of it. Later call sens_track_request with sendId ${id}, or run: effect-sens settle ${id}`,
    ko: (id: string) =>
      `보내졌을 수 있으나 아직 알 수 없습니다. 다시 보내지 말고 같은 발송을 새로 준비하지도 마십시오. 나중에 sens_track_request를 sendId ${id}로 부르거나 effect-sens settle ${id}를 실행하십시오`
  },
  notAccepted: {
    en: "it is proved that it was not accepted, and never will be. Nothing was sent; prepare it again to send it",
    ko:
      "접수되지 않았고 앞으로도 접수되지 않는 것이 증명되었습니다. 아무것도 보내지 않았습니다. 보내려면 다시 준비하십시오"
  },
  allOptedOut: {
    en: "all recipients refused advertisements. Nothing was sent",
    ko: "받는 사람이 모두 수신을 거부했습니다. 아무것도 보내지 않았습니다"
  },
  oneId: {
    en: "give either `requestId` or `sendId`",
    ko: "`requestId`와 `sendId` 가운데 하나를 주십시오"
  },
  unread: {
    en: "the delivery log could not be read; try again later",
    ko: "전송 로그를 읽지 못했습니다. 나중에 다시 하십시오"
  },
  noSend: {
    en: (id: string) => `${id}: there is no such send in the journal`,
    ko: (id: string) => `${id}: 발송 기록에 없습니다`
  },
  number: {
    en: (at: number) => `number ${at} is no phone number`,
    ko: (at: number) => `${at}번째: 전화번호가 아닙니다`
  },
  noPicture: {
    en: (file: string) => `${file}: this is no picture that SENS takes. Nothing was uploaded`,
    ko: (file: string) => `${file}: SENS가 받는 그림이 아닙니다. 아무것도 올리지 않았습니다`
  },
  ask: {
    title: {
      en: (type: string, recipients: string) => `Send this ${type} to ${recipients}?`,
      ko: (type: string, recipients: string) => `이 ${type}를 ${recipients}명에게 보낼까요?`
    },
    yes: { en: "Send it", ko: "보냅니다" },
    to: { en: "to", ko: "받는 번호" },
    from: { en: "from", ko: "보내는 번호" },
    at: { en: "at", ko: "예약" },
    ad: { en: "an advertisement", ko: "광고" },
    subject: { en: "subject", ko: "제목" },
    pictures: { en: "pictures", ko: "그림" },
    host: { en: "by", ko: "서비스" },
    text: { en: "text", ko: "내용" }
  },
  flags: {
    sendOnly: {
      en: (flag: string) => `${flag} is of sending: it needs --allow-send`,
      ko: (flag: string) => `${flag}는 발송에 대한 것입니다. --allow-send가 있어야 합니다`
    },
    noCap: {
      en: "--allow-send needs --max-recipients-per-day",
      ko: "--allow-send에는 --max-recipients-per-day가 있어야 합니다"
    },
    number: {
      en: (at: number) => `--allow-numbers: number ${at} is no phone number`,
      ko: (at: number) => `--allow-numbers ${at}번째: 전화번호가 아닙니다`
    }
  },
  noJson: {
    en: "a line on stdin is no JSON and was left out",
    ko: "표준 입력에서 JSON이 아닌 줄을 건너뛰었습니다"
  },
  ready: {
    en: "effect-sens mcp speaks JSON-RPC on stdin and stdout; a client starts it. ^C ends it.",
    ko: "effect-sens mcp는 표준 입출력으로 JSON-RPC를 주고받습니다. 클라이언트가 시작합니다. ^C로 끝냅니다."
  }
} as const
