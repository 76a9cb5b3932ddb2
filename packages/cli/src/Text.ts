/**
 * What the frame of the command line says. Each command has a catalogue of its own beside it.
 *
 * @since 0.1.0
 */
import type * as SensError from "@effect-sens/core/SensError"
import type { Both } from "./Language.ts"

/** Numbers as people write them. */
export const count = (n: number): string => n.toLocaleString("en-US")

/** What every command says of itself where somebody asks for help. */
export const headings = {
  usage: { en: "Usage", ko: "사용법" },
  commands: { en: "Commands", ko: "명령" },
  arguments: { en: "Arguments", ko: "인수" },
  flags: { en: "Flags", ko: "플래그" },
  globals: { en: "Flags of many commands", ko: "여러 명령의 플래그" },
  examples: { en: "Examples", ko: "예" },
  required: { en: "required", ko: "필수" },
  more: {
    en: (command: string) => `More of a command: ${command} <command> --help`,
    ko: (command: string) => `명령마다 자세히: ${command} <명령> --help`
  }
} as const satisfies Texts

export const about = {
  en: "Text messages by NAVER Cloud SENS: check, send, follow, and try them on an emulator",
  ko: "NAVER Cloud SENS 문자 메시지: 검사, 발송, 추적, 에뮬레이터"
} as const satisfies Both

/** What commands stand under. */
export const groups = {
  send: { en: "Send", ko: "보내기" },
  look: { en: "Look", ko: "보기" },
  manage: { en: "Manage", ko: "관리" },
  develop: { en: "Develop", ko: "개발" }
} as const satisfies Texts

/** Flags that `effect/cli` brings along. */
export const builtIns = {
  help: { en: "Show this help", ko: "이 도움말을 보여 줍니다" },
  version: { en: "Show the version", ko: "버전을 보여 줍니다" },
  "log-level": {
    en: "What is logged to stderr; warning unless said otherwise",
    ko: "표준 오류에 남길 로그의 수준. 기본은 warning"
  }
} as const satisfies Texts

/** Flags that several commands take. */
export const globals = {
  profile: { en: "The profile whose keys are used", ko: "인증 키를 가져올 프로필" },
  envFile: {
    en: "A file with SENS_ACCESS_KEY, SENS_SECRET_KEY and SENS_SERVICE_ID",
    ko: "SENS_ACCESS_KEY, SENS_SECRET_KEY, SENS_SERVICE_ID가 든 파일"
  },
  baseUrl: {
    en: "Where the service answers, such as an emulator",
    ko: "서비스 주소. 에뮬레이터 주소를 줄 수 있습니다"
  },
  service: { en: "The SMS service, ncp:sms:kr:...", ko: "SMS 서비스 ID, ncp:sms:kr:..." },
  format: {
    en: "How data is written to stdout; json and ndjson switch all decoration off",
    ko: "표준 출력의 형식. json과 ndjson은 꾸밈을 모두 끕니다"
  },
  json: { en: "Short for --format json", ko: "--format json과 같습니다" },
  lang: {
    en: "The language; else that of SENS_LANG, or of the system",
    ko: "언어. 주지 않으면 SENS_LANG, 그다음 시스템의 언어"
  },
  yes: {
    en: "Answer the question with yes; where messages are sent, one at most, unless --max says more",
    ko: "묻지 않고 진행합니다. 보내는 명령은 --max를 주지 않으면 한 건까지만 보냅니다"
  },
  max: { en: "How many recipients at most", ko: "받는 사람 수의 한도" },
  showNumbers: { en: "Show phone numbers in full", ko: "전화번호를 가리지 않습니다" },
  showTexts: { en: "Show message texts", ko: "메시지 내용을 보여 줍니다" },
  quiet: { en: "Say nothing but data and errors", ko: "데이터와 오류만 냅니다" },
  noColor: { en: "No colours", ko: "색을 쓰지 않습니다" }
} as const satisfies Texts

/** What is wrong with a command line. */
export const usage = {
  unknownFlag: {
    en: (flag: string, command: string) => `there is no flag ${flag} in ${command}`,
    ko: (flag: string, command: string) => `${command} 명령에는 ${flag} 플래그가 없습니다`
  },
  unusedFlag: {
    en: (flag: string, command: string) => `${flag} has no use in ${command}`,
    ko: (flag: string, command: string) => `${command} 명령은 ${flag} 플래그를 쓰지 않습니다`
  },
  perhaps: {
    en: (names: string) => `. Perhaps ${names}?`,
    ko: (names: string) => `. 혹시 ${names}?`
  },
  secretFlag: {
    en:
      "No flag takes a secret: other programs see it, and the shell keeps it. Keys come from the environment, --env-file, or a profile (effect-sens profiles add)",
    ko:
      "시크릿 키를 받는 플래그는 없습니다. 다른 프로그램에 보이고 셸 기록에 남기 때문입니다. 환경 변수, --env-file, 프로필(effect-sens profiles add)을 쓰십시오"
  },
  dash: {
    en: (flag: string) => `. A value that begins with - is written ${flag}=...`,
    ko: (flag: string) => `. -로 시작하는 값은 ${flag}=...처럼 붙여 씁니다`
  },
  dashArgument: {
    en: ". An argument that begins with - comes after --",
    ko: ". -로 시작하는 인수는 -- 뒤에 씁니다"
  },
  missingFlag: {
    en: (flag: string) => `${flag} is missing`,
    ko: (flag: string) => `${flag} 플래그가 필요합니다`
  },
  missingArgument: {
    en: (name: string) => `<${name}> is missing`,
    ko: (name: string) => `<${name}> 인수가 필요합니다`
  },
  unexpected: {
    en: (n: number) => n === 1 ? "there is an argument too many" : `there are ${n} arguments too many`,
    ko: (n: number) => `인수가 ${n}개 더 있습니다`
  },
  noValue: {
    en: (flag: string) => `${flag} has no value`,
    ko: (flag: string) => `${flag} 플래그에 값이 없습니다`
  },
  invalid: {
    en: (name: string, expected: string) => `the value of ${name} cannot be read: ${expected}`,
    ko: (name: string, expected: string) => `${name}의 값을 읽을 수 없습니다: ${expected}`
  },
  choices: {
    en: (names: string) => `. Known: ${names}`,
    ko: (names: string) => `. 쓸 수 있는 값: ${names}`
  },
  unknownCommand: {
    en: (name: string) => `there is no command ${name}`,
    ko: (name: string) => `${name} 명령은 없습니다`
  },
  format: {
    en: (command: string, formats: string) => `${command} writes ${formats}`,
    ko: (command: string, formats: string) => `${command} 명령이 쓰는 형식: ${formats}`
  },
  jsonAndFormat: {
    en: "--json and another --format cannot both be meant",
    ko: "--json과 다른 --format은 함께 쓸 수 없습니다"
  },
  tryHelp: {
    en: (command: string) => `Try ${command} --help`,
    ko: (command: string) => `도움말: ${command} --help`
  }
} as const satisfies Texts

export const errors = {
  error: { en: "Error", ko: "오류" },
  bug: {
    en:
      "This is a fault of effect-sens. Please report it, with --log-level debug: https://github.com/effect-sens/effect-sens/issues",
    ko:
      "effect-sens의 결함입니다. --log-level debug 결과와 함께 알려 주십시오: https://github.com/effect-sens/effect-sens/issues"
  },
  nothingSent: { en: "Nothing was sent.", ko: "아무것도 보내지 않았습니다." },
  maybeSent: {
    en: "It may have been sent. Do not send it again: effect-sens settle",
    ko: "보내졌을 수 있습니다. 다시 보내지 말고 먼저 확인하십시오: effect-sens settle"
  },
  waitingFor: {
    en: (what: string) => `Still waiting for ${what}. Press ^C once more to leave at once.`,
    ko: (what: string) => `${what} 기다리는 중입니다. ^C를 한 번 더 누르면 바로 끝냅니다.`
  },
  ending: { en: "the end of what was begun", ko: "하던 일이 끝나기를" }
} as const satisfies Texts

/** Why an operation of the API failed, and what to do. What the answer says of itself stands behind it. */
export const reasons = {
  InvalidRequest: { en: "The request is invalid", ko: "요청이 올바르지 않습니다" },
  BadRequest: {
    en: "SENS refused the request. A sender number that is not registered is refused this way, too",
    ko: "SENS가 요청을 거절했습니다. 등록되지 않은 발신번호도 이렇게 거절됩니다"
  },
  AuthenticationFailed: {
    en: "The keys were not accepted. Check access key, secret key, and the clock of this machine",
    ko: "인증에 실패했습니다. 액세스 키, 시크릿 키, 이 컴퓨터의 시계를 확인하십시오"
  },
  PermissionDenied: {
    en: "The access key may not use this service. Check the service id and the permissions of the key",
    ko: "이 서비스에 대한 권한이 없습니다. 서비스 ID와 키의 권한을 확인하십시오"
  },
  NotFound: {
    en: "SENS knows nothing under this id",
    ko: "SENS에 그런 ID가 없습니다"
  },
  PayloadTooLarge: { en: "The request is too large", ko: "요청이 너무 큽니다" },
  QuotaExceeded: {
    en: "The sending quota is used up. Try on another day, or have it raised in the console",
    ko: "발송 한도를 다 썼습니다. 다른 날 다시 하거나 콘솔에서 한도를 늘리십시오"
  },
  Throttled: { en: "The gateway asks to slow down. Try again later", ko: "요청이 너무 잦습니다. 나중에 다시 하십시오" },
  ServerFault: { en: "SENS failed. Try again later", ko: "SENS에 문제가 있습니다. 나중에 다시 하십시오" },
  Rejected: { en: "SENS did not carry it out", ko: "SENS가 처리하지 않았습니다" },
  ConnectionFailed: {
    en: "No connection to SENS came about. Check the network, the address and the certificates",
    ko: "SENS에 연결하지 못했습니다. 네트워크, 주소, 인증서를 확인하십시오"
  },
  ConnectionLost: { en: "The connection to SENS broke", ko: "SENS와의 연결이 끊겼습니다" },
  TimedOut: { en: "No answer from SENS in time", ko: "SENS가 제때 응답하지 않았습니다" },
  UnexpectedResponse: {
    en: "SENS gave an answer that cannot be understood. Check the address and what stands between, such as a proxy",
    ko: "알 수 없는 응답을 받았습니다. 주소와 프록시를 확인하십시오"
  },
  OutcomeUnknown: {
    en: "Nobody can tell yet whether it was accepted",
    ko: "접수되었는지 아직 알 수 없습니다"
  }
} as const satisfies { readonly [T in SensError.Tag]: Both }

/** What is wrong with a file that somebody named. */
export const files = {
  AlreadyExists: { en: "it is there already", ko: "이미 있습니다" },
  BadResource: { en: "it cannot be read", ko: "읽을 수 없습니다" },
  InvalidData: { en: "it cannot be read", ko: "읽을 수 없습니다" },
  NotFound: { en: "there is no such file", ko: "그런 파일이 없습니다" },
  PermissionDenied: { en: "permission denied", ko: "권한이 없습니다" }
} as const satisfies Texts

/** What a disk says, by the name of the error: nothing can be written now, whatever file it is. */
export const disks = {
  EDQUOT: { en: "the quota of the disk is used up", ko: "디스크 할당량을 다 썼습니다" },
  EFBIG: { en: "the file would be too large", ko: "파일이 허용된 크기를 넘습니다" },
  EIO: { en: "the disk cannot be read or written", ko: "디스크를 읽거나 쓸 수 없습니다" },
  ENOSPC: { en: "no space is left on the disk", ko: "디스크에 남은 공간이 없습니다" },
  EROFS: { en: "the disk can only be read", ko: "읽기 전용 디스크입니다" }
} as const satisfies Texts

/** What stdout is called where it cannot be written. */
export const stdout = { en: "stdout", ko: "표준 출력" } as const

/** Why the emulator does not run; in English it says so itself. */
export const emulator = {
  Argument: "플래그의 값이 올바르지 않습니다",
  Background: "백그라운드에서 시작하지 못했습니다",
  DataFile: "데이터 파일을 쓸 수 없습니다",
  Host: "그 주소에 바인딩할 수 없습니다",
  NoEmulator: "그 주소에 에뮬레이터가 없습니다",
  Port: "포트를 쓸 수 없습니다. --port 0은 빈 포트를 씁니다"
} as const

export const plan = {
  max: {
    en: (recipients: string, n: number) =>
      `${recipients} ${n === 1 ? "recipient" : "recipients"}; to send without a question: --yes --max ${n}`,
    ko: (recipients: string, n: number) => `받는 사람 ${recipients}명. 묻지 않고 보내려면: --yes --max ${n}`
  },
  over: {
    en: (recipients: string, max: string) => `${recipients} recipients are more than --max ${max}`,
    ko: (recipients: string, max: string) => `받는 사람 ${recipients}명은 --max ${max}보다 많습니다`
  },
  action: {
    en: "There is no terminal to ask on; to go on without a question: --yes",
    ko: "물어볼 터미널이 없습니다. 묻지 않고 진행하려면: --yes"
  },
  sendOne: { en: "Send it?", ko: "보낼까요?" },
  type: {
    en: (n: number) => `To send, type ${n}:`,
    ko: (n: number) => `보내려면 ${n} 을 입력하십시오:`
  },
  refused: { en: "Not confirmed", ko: "확인하지 않았습니다" },
  yes: { en: "yes", ko: "예" },
  no: { en: "no", ko: "아니요" }
} as const satisfies Texts

interface Texts {
  readonly [name: string]: { readonly en: Said; readonly ko: Said }
}

type Said = string | ((...args: ReadonlyArray<never>) => string)
