/**
 * Why a request was refused, in words for people, in both languages, and what to do about it.
 */
import type { Reason } from "../Inbox.ts"
import type { Problem } from "../SignatureLog.ts"

interface Words {
  readonly en: string
  readonly ko: string
}

interface Mistake extends Words {
  readonly advice: Words
}

const asSent: Words = {
  en: "Sign the target exactly as it is sent, from the path to the end of the query.",
  ko: "경로부터 질의 끝까지, 보낸 글자 그대로 서명하십시오."
}

/** What people sign in place of what they send, by the words of the log. */
export const mistakes = {
  "the query string was left out": {
    en: "The query string was not signed",
    ko: "서명에 질의 문자열이 빠졌습니다",
    advice: asSent
  },
  "the decoded target was signed, the encoded one was sent": {
    en: "The decoded target was signed, the encoded one was sent",
    ko: "인코딩하기 전의 주소에 서명하고 인코딩한 주소를 보냈습니다",
    advice: asSent
  },
  "the decoded query was signed, the encoded one was sent": {
    en: "The decoded query was signed, the encoded one was sent",
    ko: "인코딩하기 전의 질의에 서명하고 인코딩한 질의를 보냈습니다",
    advice: asSent
  },
  "a space was signed as + and sent as %20": {
    en: "A space was signed as + and sent as %20",
    ko: "공백을 +로 서명하고 %20으로 보냈습니다",
    advice: asSent
  },
  "a space was signed as %20 and sent as +": {
    en: "A space was signed as %20 and sent as +",
    ko: "공백을 %20으로 서명하고 +로 보냈습니다",
    advice: asSent
  },
  "%20 was signed and a colon left as it is": {
    en: "A space was signed as %20 but a colon as it is, and the colon was sent encoded",
    ko: "공백은 %20으로, 쌍점(:)은 그대로 서명하고 쌍점을 인코딩해 보냈습니다",
    advice: asSent
  },
  "the path was signed encoded and sent raw": {
    en: "The path was signed encoded and sent as it is",
    ko: "경로를 인코딩해 서명하고 그대로 보냈습니다",
    advice: asSent
  },
  "the path was signed raw and sent encoded": {
    en: "The path was signed as it is and sent encoded",
    ko: "경로를 그대로 서명하고 인코딩해 보냈습니다",
    advice: asSent
  },
  "the query was sorted before it was signed": {
    en: "The query was sorted before it was signed",
    ko: "질의를 정렬해 서명하고 정렬하지 않고 보냈습니다",
    advice: asSent
  },
  "the host was signed too": {
    en: "The host was signed too",
    ko: "호스트까지 서명했습니다",
    advice: {
      en: "Sign from the path on, without https:// and the host.",
      ko: "https://와 호스트를 빼고 경로부터 서명하십시오."
    }
  },
  "the signature is hexadecimal in place of Base64": {
    en: "The signature is hexadecimal in place of Base64",
    ko: "서명이 Base64가 아니라 16진수입니다",
    advice: { en: "Encode the bytes of the HMAC in Base64.", ko: "HMAC의 바이트를 Base64로 인코딩하십시오." }
  },
  "a line feed was added at the end": {
    en: "One line feed too many at the end of the signed text",
    ko: "서명한 글 끝에 줄바꿈이 하나 더 있습니다",
    advice: { en: "In a shell, use printf in place of echo.", ko: "셸에서는 echo 대신 printf를 쓰십시오." }
  },
  "the method was signed in lower case": {
    en: "The method was signed in lower case",
    ko: "메서드를 소문자로 서명했습니다",
    advice: { en: "Sign GET, POST and DELETE in capitals.", ko: "GET, POST, DELETE를 대문자로 서명하십시오." }
  },
  "another method was signed": {
    en: "Another method was signed than was sent",
    ko: "보낸 것과 다른 메서드로 서명했습니다",
    advice: { en: "Sign the method that is sent.", ko: "보내는 메서드로 서명하십시오." }
  }
} as const satisfies Readonly<Record<string, Mistake>>

/** A mistake in the words of the log. */
export type MistakeName = keyof typeof mistakes

const isMistake = (name: string): name is MistakeName => Object.hasOwn(mistakes, name)

const reason = ({ en, ko }: Words, advice: Words): Reason => ({ en, ko, adviceEn: advice.en, adviceKo: advice.ko })

const seconds = (millis: number): Words => {
  const whole = Math.round(Math.abs(millis) / 1000)
  const minutes = Math.floor(whole / 60)
  const rest = whole % 60
  const parts = [[minutes, "min", "분"], [rest, "s", "초"]] as const
  const some = parts.filter(([count]) => count > 0)
  const shown = some.length === 0 ? [[0, "s", "초"]] as const : some
  return {
    en: shown.map(([count, en]) => `${count} ${en}`).join(" "),
    ko: shown.map(([count, , ko]) => `${count}${ko}`).join(" ")
  }
}

/** What was wrong with a signature. */
export const ofSignature = (problem: Problem): Reason => {
  switch (problem._tag) {
    case "HeadersMissing": {
      const names = problem.headers.join(", ")
      return reason({ en: `Missing: ${names}`, ko: `헤더가 없습니다: ${names}` }, {
        en: "Every request needs all three headers.",
        ko: "모든 요청에 세 헤더가 다 있어야 합니다."
      })
    }
    case "UnknownAccessKey":
      return reason({
        en: `No account has the access key “${problem.accessKey}”`,
        ko: `액세스 키 “${problem.accessKey}”인 계정이 없습니다`
      }, {
        en: "Give the program the access key of the emulator.",
        ko: "프로그램에 에뮬레이터의 액세스 키를 주십시오."
      })
    case "SignatureMismatch": {
      const { mistake } = problem
      if (mistake !== undefined && isMistake(mistake)) return reason(mistakes[mistake], mistakes[mistake].advice)
      return reason({ en: "The signature differs", ko: "서명이 다릅니다" }, {
        en:
          "No known mistake explains it. Compare the text to sign; see whether the secret key is right and ends without a space or a line feed.",
        ko:
          "알려진 실수 가운데 맞는 것이 없습니다. 서명할 글을 견주고, 비밀 키가 맞는지, 끝에 공백이나 줄바꿈이 없는지 보십시오."
      })
    }
    case "TimestampMalformed":
      return reason({
        en: `The timestamp “${problem.timestamp}” is no number of milliseconds`,
        ko: `타임스탬프 “${problem.timestamp}”가 밀리초 숫자가 아닙니다`
      }, {
        en: "Send milliseconds since 1970, 13 digits today.",
        ko: "1970년부터의 밀리초를 보내십시오. 지금은 13자리입니다."
      })
    case "TimestampRefused": {
      const off = seconds(problem.offsetMillis)
      const tolerated = seconds(problem.toleranceMillis)
      const ahead = problem.offsetMillis > 0
      return reason({
        en: `The clock is ${off.en} ${ahead ? "ahead" : "behind"} (${tolerated.en} are tolerated)`,
        ko: `시계가 ${off.ko} ${ahead ? "빠릅니다" : "늦습니다"}(${tolerated.ko}까지 받습니다)`
      }, {
        en: "The signature is right. Set the clock of the machine that sends.",
        ko: "서명은 맞습니다. 보내는 컴퓨터의 시각을 맞추십시오."
      })
    }
  }
}

// The service says these in English alone; what is between braces is a name or a figure of the request.
const rules: ReadonlyArray<readonly [RegExp, string]> = ([
  ["The {} cannot be empty. (root content is mandatory)", "{1}: 비어 있습니다(공통 본문은 있어야 합니다)"],
  ["The {} cannot be empty.", "{1}: 비어 있습니다"],
  ["The {} must be numeric and cannot exceed {} characters.", "{1}: 숫자만, {2}자까지 쓸 수 있습니다"],
  ["The {} must be numeric.", "{1}: 숫자여야 합니다"],
  ["The {} must be one of {}.", "{1}: {2} 가운데 하나여야 합니다"],
  ["The {} must be SMS for the countryCode.", "{1}: 국외 번호에는 SMS만 보낼 수 있습니다"],
  ["The {} must be a string.", "{1}: 문자열이어야 합니다"],
  ["The {} must be an array.", "{1}: 배열이어야 합니다"],
  ["The {} must hold fileIds.", "{1}: fileId로 이루어져야 합니다"],
  ["The {} must hold fileIds, or names and bodies.", "{1}: fileId, 또는 name과 body로 이루어져야 합니다"],
  ["The {} must hold objects.", "{1}: 객체로 이루어져야 합니다"],
  ["The {} must be a JSON object.", "요청 본문이 JSON 객체가 아닙니다"],
  ["The {} must be a JSON array.", "요청 본문이 JSON 배열이 아닙니다"],
  ["The {} is not JSON.", "요청 본문이 JSON이 아닙니다"],
  ["The {} is not UTF-8.", "요청 본문이 UTF-8이 아닙니다"],
  ["The {} cannot be read.", "요청 본문을 읽을 수 없습니다"],
  ["The {} is too large.", "요청 본문이 너무 큽니다"],
  ["The {} cannot exceed {} bytes.", "{1}: {2}바이트를 넘을 수 없습니다"],
  ["The {} cannot exceed {} characters.", "{1}: {2}자를 넘을 수 없습니다"],
  ["The {} cannot exceed {} x {} pixels.", "{1}: {2} x {3} 픽셀을 넘을 수 없습니다"],
  ["The {} cannot exceed {} KB.", "{1}: {2}KB를 넘을 수 없습니다"],
  ["The {} cannot exceed {} items.", "{1}: {2}개를 넘을 수 없습니다"],
  ["The {} cannot exceed {}.", "{1}: {2}까지입니다"],
  ["The {} has characters that cannot be sent.", "{1}: 보낼 수 없는 글자가 있습니다"],
  ["The {} does not exist.", "{1}: 그런 파일이 없습니다"],
  ["The {} has expired.", "{1}: 보관 기간이 지났습니다"],
  ["The {} are for MMS only.", "{1}: MMS에만 붙일 수 있습니다"],
  ["The {} must be a name of the tz database.", "{1}: tz 데이터베이스의 이름이어야 합니다"],
  ["The {} must be in the form {}.", "{1}: {2} 꼴이어야 합니다"],
  ["The {} must be in the future.", "{1}: 지난 시각입니다"],
  ["The {} must be at least {} minutes ahead.", "{1}: {2}분 이상 남은 시각이어야 합니다"],
  ["The {} must be in milliseconds.", "{1}: 밀리초여야 합니다"],
  ["The {} must be between {} and {}.", "{1}: {2}부터 {3}까지입니다"],
  ["The {} must end in .jpg or .jpeg.", "{1}: .jpg나 .jpeg로 끝나야 합니다"],
  ["The {} must be in Base64.", "{1}: Base64여야 합니다"],
  ["The {} must be a JPEG.", "{1}: JPEG여야 합니다"],
  ["The {} is not registered.", "{1}: 등록된 발신번호가 아닙니다"],
  ["The {} is invalid.", "{1}: 맞지 않습니다"],
  ["The {} can be given once.", "{1}: 한 번만 쓸 수 있습니다"],
  ["The {} cannot be before the {}.", "{1}: {2}보다 앞설 수 없습니다"],
  ["The period of {} and {} cannot exceed {}.", "{1}부터 {2}까지는 {3}을 넘을 수 없습니다"],
  ["One of {} is required.", "{1} 가운데 하나가 있어야 합니다"],
  ["Only one of {} is allowed.", "{1} 가운데 하나만 쓸 수 있습니다"],
  ["The reservation is not READY.", "대기 중인 예약이 아닙니다"],
  ["The reservation cannot be cancelled within {} minutes of its time.", "예약 시각 {1}분 전부터는 취소할 수 없습니다"],
  ["The data file cannot be written.", "데이터 파일에 쓸 수 없습니다"],
  [
    "The emulator takes files in the send itself with {}.",
    "보내기 요청에 든 파일은 {1}일 때 받습니다"
  ],
  ["Content type '{}' not supported", "content-type {1}: application/json이어야 합니다"],
  ["Do not have access to this 'serviceId'", "이 계정의 서비스 ID가 아닙니다"],
  ["URL not found.", "그런 주소가 없습니다"],
  ["Nothing found.", "그런 것이 없습니다"]
] as const).map(([en, ko]) => [
  new RegExp(`^${en.replace(/[.()]/g, "\\$&").replaceAll("{}", "(.{1,200}?)")}$`, "s"),
  ko
])

// Where in a list it is, behind the sentence: `(messages.3.to)`, `(messages.3.to and 4 more)`.
const placed = /^(.*) \(([\w.]*\d[\w.]*)(?: and (\d+) more)?\)$/s

const korean = (en: string): string | undefined => {
  for (const [pattern, ko] of rules) {
    const match = pattern.exec(en)
    if (match !== null) return ko.replace(/\{(\d)\}/g, (_, at: string) => match[Number(at)] ?? "")
  }
  return undefined
}

/** A rule that was broken, in the words of the service; those that are not known stay in English. */
export const ofRule = (en: string): Reason => {
  const [, sentence = en, place, more] = placed.exec(en) ?? []
  const ko = korean(sentence)
  if (ko === undefined || place === undefined) return { en, ko: ko ?? en }
  return { en, ko: more === undefined ? `${ko} (${place})` : `${ko} (${place} 외 ${more}곳)` }
}
