/**
 * What of a text that the service wrote may stand in an error.
 *
 * It may hold what we sent it, cut, escaped or respaced, and what others sent. So nothing is looked for that has to go: only known
 * words stay, and of all that one answer says three digits, which are too few to be a number or a one-time password. A part of either
 * that stands elsewhere in the answer, beside a name or in another text, would be another part of it.
 */

// The sentences of the API Gateway and of SENS (SENS docs, "Common", "Overview"; observed answers), the names of fields and
// states, what servers and proxies say, and what holds sentences together. None of them tells anything of a person.
const vocabulary = new Set(
  `
  a about above accept accepted access account action ad after again all allow allowed already ambiguous an and any api apigw are
  argument array as at attempt attachment auth authentication authorization authorize authorized available
  bad be because been before below between blank block blocked body boolean but by byte bytes
  call called caller can cancel canceled cancelled cannot certain channel character characters charset check client clienttelno
  code codes com comm common completed completetime condition conflict connect connection contact contain contained contains
  content contents contenttype could country countrycode create createtime credential
  currently data date day days default delete deleted denied deny description detail details did digit digits disabled do does
  done duplicate duplicated during
  each either email empty enabled encoding end endpoint ended enter entity equal error errorcode errormessage errors euc euckr
  exceed exceeded exceeds exception exist exists expected expire expired expiretime external
  fail failed failure false field fields file filebody fileid filename files find first for forbidden format found from
  gateway general get given greater
  had has have header headers hour hours http https
  iam id ids if illegal in includes incorrect information inputs input internal international interval into invalid invoked is it
  item items its itemcount
  java jpeg jpg json key keys kb kr
  large last later length less limit limited limits list lms long longer
  malformed mandatory many match max maximum media message messageid messages method milliseconds min minimum minute minutes mismatch
  missing mms must
  name naver ncloud ncp need network next nexttoken nginx no not null number numbers numeric
  object of off on once one only open operation or org other out over overview
  page pageindex pagesize parameter parameters parse parsed password path pattern payload per permission permitted phone please
  pool post present problem processing product project properties property provided proxy put
  query quota rate ready reason receive received receiver recipient recipients redirect refused register registered registerednumber
  registertime registertype registration reject rejected request requestid requests requested requesttime require required
  reservation reserve reserved reserveid reservestatus reservetime reservetimezone resource response result retry root
  second seconds secret see send sender sending sends sens sent server service serviceid services should signature size skip
  sms some specified speed spring stale start state status statuscode statusmessage statusname still stop string subject success
  support supported syntax system
  telco telcocode temporarily temporary text than that the their them there this throttle throttled throttling time timed timeout
  times timestamp timezone to too total true try trying type types
  unable unauthorized unavailable undefined understand unexpected unit unknown unprocessable unregistered unsubscribe unsubscribes
  unsupported until up upload upstream url urls use used user using utf
  valid validation value values version was way were when which while will with within without word wrong xml
  s yet you your zone
  alt apache b body br center charset class cloudflare css div doctype en footer h1 h2 h3 head hr html img lang li link meta p
  script span strong style table td title tr ul varnish
  가능 가능합니다 값 값이 건수 검증 결과 국가 권한 권한이 권한을 기간 길이 길이가 내부 내용 내용은 내용을 내용이 다시 단말기 대상 등록 등록된 등록되지
  메시지 메시지가 메시지를 목록 미등록 발송 발송량 발송할 발신 발신번호 발신번호가 발신번호는 발신번호를 번호 번호가 번호는 번호를 사용 사용자 사용할 서버 서비스
  서비스가 서비스를 성공 속도 수 수신 수신거부 수신번호 수신번호가 수신번호는 수신자 수신자가 숫자 시간 시간이 시도 실패 실패했습니다 아닙니다 않는 않습니다
  않은 알 없는 없습니다 없음 에러 예약 오류 오류가 요청 요청이 요청을 유효 유효하지 유효한 이내 이미 이상 이하 인증 인증에 일일 입력 입력해 있는 있습니다 입니다 잘못
  잘못된 잠시 전송 접근 정보 제목 제한 제한을 제한이 존재 존재하지 주세요 중복 처리 첨부 첨부파일 초과 초과되었습니다 초과하였습니다 초과했습니다 초당 최대 최소 타입
  통신사 파라미터 파일 파일이 필수 필요 필요합니다 하루 한도 한도를 할 합니다 해당 해주세요 허용 허용되지 형식 형식이 확인 후
  `.trim().split(/\s+/)
)

// What SENS says as it stands, its figures included (SENS docs; observed answers).
const sentences = new Set([
  "The receiver(to) must be numeric and cannot exceed 25 characters."
])

/**
 * The most that is looked at of one text, in characters.
 *
 * @internal
 */
export const longest = 200

/**
 * How many digits of one answer may still be shown.
 *
 * @internal
 */
export interface Digits {
  left: number
}

/**
 * What all texts of one answer have together.
 *
 * @internal
 */
export const digits = (): Digits => ({ left: mostDigits })

const mostDigits = 3

/**
 * Whether digits may be shown; if so, as many fewer may be shown after them. Those that are one too many end it: what follows is likely
 * to be of the same number.
 *
 * @internal
 */
export const take = (digits: Digits, count: number): boolean => {
  const may = count <= digits.left
  digits.left = may ? digits.left - count : 0
  return may
}

// Letters that go together, digits that do, or anything else.
const parts = /\p{L}[\p{L}\p{M}]*|\p{Nd}+|[^\p{L}\p{Nd}]+/gu
const word = /^\p{L}/u
const number = /^\p{Nd}/u
// What separates words in the sentences of the service; other characters may be letters to somebody.
const plain = /^[\s.,:;()[\]{}'"=<>/!?_+%#&*~|@$^`\\-]+$/

type Kind = "known" | "plain" | "dropped"

// The words that set numbers apart: neither those of markup nor single letters, between which a number may be spelled.
const boundaries = (found: ReadonlyArray<string>, kinds: ReadonlyArray<Kind>): ReadonlyArray<boolean> => {
  let isInTag = false
  return found.map((part, at) => {
    if (!word.test(part)) {
      const open = part.lastIndexOf("<")
      const close = part.lastIndexOf(">")
      if (open !== close) isInTag = open > close
      return false
    }
    return kinds[at] === "known" && !isInTag && part.length > 1
  })
}

const kinds = (found: ReadonlyArray<string>, budget: Digits): ReadonlyArray<Kind> => {
  const kinds = found.map((part): Kind =>
    word.test(part) && vocabulary.has(part.toLowerCase()) ? "known" : plain.test(part) ? "plain" : "dropped"
  )
  const isBoundary = boundaries(found, kinds)
  // Of all between two known words: numbers are spaced and split in many ways.
  for (let start = 0; start < found.length;) {
    const next = isBoundary.indexOf(true, start)
    const end = next < 0 ? found.length : next
    const numbers = found.slice(start, end).filter((part) => number.test(part)).join("")
    if (numbers !== "" && take(budget, numbers.length)) {
      for (let at = start; at < end; at++) if (number.test(found[at] ?? "")) kinds[at] = "known"
    }
    start = end + 1
  }
  return kinds
}

/**
 * The words of a text that everybody may know, with the length of what was left out between them; of a text that is longer than
 * {@link longest}, its beginning. `budget` is that of its answer.
 *
 * @internal
 */
export const known = (text: string, budget: Digits = digits()): string => {
  if (sentences.has(text)) return text
  const found = text.slice(0, longest).match(parts) ?? []
  const kind = kinds(found, budget)
  let shown = ""
  let dropped = 0
  found.forEach((part, at) => {
    // Marks within what is left out would tell how it was written.
    if (kind[at] === "dropped" || (kind[at] === "plain" && dropped > 0 && kind[at + 1] === "dropped")) {
      dropped += part.length
      return
    }
    if (dropped > 0) shown += `[${dropped} left out]`
    dropped = 0
    shown += part
  })
  if (dropped > 0) shown += `[${dropped} left out]`
  return shown.replace(/\s+/g, " ").trim() + (text.length > longest ? "…" : "")
}

// -----------------------------------------------------------------------------
// Ids
// -----------------------------------------------------------------------------

const uuidOrHex = /^(?=.*[a-f])(?:[\da-f]{16,64}|[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12})$/i
const mixed = /^(?=.*\d)(?=.*[a-z])[\da-z]+$/i

/**
 * Whether a header is an id that a machine made: in hexadecimal, or of letters and digits mixed. A word, a name or a number is none.
 *
 * @internal
 */
export const isId = (text: string): boolean => {
  // Half of what is in hexadecimal has seven digits in a row. A number of a person has nine, from a zero on.
  if (uuidOrHex.test(text)) return !/0\d{8}/.test(text)
  if (!/^[\w.:=-]{16,200}$/.test(text) || /\d{7}/.test(text)) return false
  const found = text.split(/[^\da-z]+/i)
  return found.some((part) => part.length >= 8 && mixed.test(part)) &&
    found.every((part) => part.length <= 4 || mixed.test(part))
}
