import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as DeliveryCode from "../../packages/core/src/DeliveryCode.ts"
import * as EucKr from "../../packages/core/src/EucKr.ts"
import * as EucKrCodec from "../../packages/core/src/EucKrCodec.ts"
import * as FileId from "../../packages/core/src/FileId.ts"
import * as KstDateTime from "../../packages/core/src/KstDateTime.ts"
import * as MessageRecord from "../../packages/core/src/MessageRecord.ts"
import * as PhoneNumber from "../../packages/core/src/PhoneNumber.ts"
import * as Preflight from "../../packages/core/src/Preflight.ts"
import * as SearchQuery from "../../packages/core/src/SearchQuery.ts"
import * as SearchResponse from "../../packages/core/src/SearchResponse.ts"
import * as SendRequest from "../../packages/core/src/SendRequest.ts"
import * as SensError from "../../packages/core/src/SensError.ts"
import * as ServiceId from "../../packages/core/src/ServiceId.ts"
import * as UploadRequest from "../../packages/core/src/UploadRequest.ts"

// What `core` has to do alike in every runtime: tables, schemas, time zones (Intl), hashes (WebCrypto).

/** Runs every check and says how many there were; throws at the first that fails. */
export const run = (): Promise<number> => Effect.runPromise(program)

const program = Effect.gen(function*() {
  let checks = 0
  const equal = (what: string, actual: unknown, expected: unknown): void => {
    checks++
    const [a, e] = [JSON.stringify(actual), JSON.stringify(expected)]
    if (a !== e) throw new Error(`${what}: expected ${e}, got ${a}`)
  }

  equal("byteLength", EucKr.byteLength("안녕 SENS"), 9)
  equal("isEncodable", [EucKr.isEncodable("뷁"), EucKr.isEncodable("뷁", { charset: "CP949" })], [false, true])
  equal("truncate", EucKr.truncate("가".repeat(46), 90), "가".repeat(45))
  equal("inspect", EucKr.inspect("가격 ₩1,000 👨‍👩‍👧").map(({ index, kind, length }) => [index, length, kind]), [
    [3, 1, "unsupported"],
    [10, 8, "emoji"]
  ])
  equal("repair", EucKr.repair("홍길동".normalize("NFD")).text, "홍길동")

  const bytes = Result.getOrThrow(EucKrCodec.encode("똠방각하 sends 뷁", { charset: "CP949" }))
  equal("encode", bytes.length, EucKr.byteLength("똠방각하 sends 뷁"))
  equal("decode", Result.getOrThrow(EucKrCodec.decode(bytes, { charset: "CP949" })), "똠방각하 sends 뷁")

  const number = PhoneNumber.make("01012345678")
  equal("normalize", Result.getOrThrow(PhoneNumber.normalize("+82 10-1234-5678")), number)

  const request: SendRequest.SendRequest = {
    type: "MMS",
    from: number,
    content: "안녕하세요",
    messages: [{ to: number, subject: "제목" }],
    files: [{ fileId: FileId.make("a136") }],
    reserve: { at: DateTime.makeUnsafe("2026-07-01T13:00:00Z"), timeZone: "America/New_York" }
  }
  const body = Schema.encodeUnknownSync(SendRequest.SendRequest)(request)
  equal("encode a request", body, {
    type: "MMS",
    from: "01012345678",
    content: "안녕하세요",
    messages: [{ to: "01012345678", subject: "제목" }],
    files: [{ fileId: "a136" }],
    reserveTime: "2026-07-01 09:00",
    reserveTimeZone: "America/New_York"
  })
  const decoded = Schema.decodeUnknownSync(SendRequest.SendRequest)(body)
  equal("decode a request", decoded.reserve?.at, DateTime.makeUnsafe("2026-07-01T13:00:00Z"))

  const now = DateTime.makeUnsafe("2026-06-30T03:00:00Z")
  equal("a clean request", Preflight.check(request, { now }), { errors: [], warnings: [] })
  const { errors } = Preflight.check({ ...request, content: `${"가".repeat(1000)}😀` }, { now })
  equal("a long request", errors.map(({ actual, kind }) => [kind, actual]), [["TooLong", 2002], [
    "NotEncodable",
    undefined
  ]])
  const book = { brand: "서점", text: "신간 안내", optOut: "080-123-4567" }
  equal(
    "advertisement",
    Result.getOrThrow(SendRequest.advertisement(book)),
    "(광고)[서점] 신간 안내\n무료수신거부 0801234567"
  )
  equal("fit", Result.getOrThrow(SendRequest.fit("가".repeat(46))).type, "LMS")

  const upload = yield* UploadRequest.make(new Uint8Array([0xff, 0xd8, 0xff, 0xd9]))
  equal("upload", upload, { fileName: "32461d5bd1773012acef0ba156367529.jpg", fileBody: "/9j/2Q==" })
  equal("checkUpload", Preflight.checkUpload(upload, {}).errors.map(({ kind }) => kind), ["NotJpeg"])

  const page = Schema.decodeUnknownSync(Schema.fromJsonString(SearchResponse.SearchResponse))(
    `{"messages":[{"messageId":"1","to":"01012345678","status":"COMPLETED","statusCode":"3018","statusName":"fail","completeTime":"2026-01-01 09:00:00"}],"hasMore":false}`
  )
  equal("outcome", SearchResponse.messages(page).map((record) => MessageRecord.outcome(record)._tag), ["Failed"])
  equal("code", DeliveryCode.fromString("3018").advice, "fixSender")
  equal(
    "stamp",
    Option.map(KstDateTime.parse("2026-01-01 09:00:00"), DateTime.formatIso),
    Option.some("2026-01-01T00:00:00.000Z")
  )
  const query = { requestTime: { start: now, end: now } }
  equal("query", SearchQuery.toParams(query)[0], ["requestStartTime", "2026-06-30 12:00:00"])

  const codec = Schema.toCodecJson(SensError.SensError)
  const error = new SensError.SensError({
    operation: "messages.send",
    reason: new SensError.OutcomeUnknown({
      attempts: [{
        intent: {
          serviceId: ServiceId.make("ncp:sms:kr:000000000000:demo"),
          timestamp: 1_782_820_800_000,
          preparedAt: 1_782_820_800_000,
          notBefore: 1_782_820_798_000,
          expires: 1_782_821_100_000
        },
        reason: "TimedOut",
        isAccepted: false
      }],
      recipients: 1,
      maskedRecipients: [PhoneNumber.mask(number)],
      fingerprint: "f"
    })
  })
  const read = Schema.decodeUnknownSync(codec)(JSON.parse(JSON.stringify(Schema.encodeSync(codec)(error))))
  equal("an error as JSON", [read.message, read.isAmbiguous], [error.message, true])
  return checks
})
