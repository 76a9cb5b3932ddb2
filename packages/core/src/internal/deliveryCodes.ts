/**
 * The three result-code tables of the SENS documents ("Error Code": IB G/W Report Code, IB G/W Response Code, IB EMMA).
 *
 * It is the one source of the types, the schema, the look-ups and the page `docs/result-codes.md`. `meaning` is our
 * English, `meaningKo` the wording of the Korean document, `advice` our own reading.
 *
 * @since 0.1.0
 */

/** @internal */
export const report = {
  "0": {
    classification: "success",
    advice: "delivered",
    meaning: "Delivered",
    meaningKo: "성공"
  },
  "2000": {
    classification: "failure",
    advice: "retryLater",
    meaning: "Delivery timed out",
    meaningKo: "전송 시간 초과"
  },
  "2001": {
    classification: "failure",
    advice: "retryLater",
    meaning: "Delivery failed (wireless network)",
    meaningKo: "전송 실패 (무선망단)"
  },
  "2002": {
    classification: "failure",
    advice: "retryLater",
    meaning: "Delivery failed (wireless network to handset)",
    meaningKo: "전송 실패 (무선망 → 단말기단)"
  },
  "2003": {
    classification: "failure",
    advice: "retryLater",
    meaning: "Handset is switched off",
    meaningKo: "단말기 전원 꺼짐"
  },
  "2004": {
    classification: "failure",
    advice: "retryLater",
    meaning: "Handset message buffer is full",
    meaningKo: "단말기 메시지 버퍼 풀"
  },
  "2005": {
    classification: "failure",
    advice: "retryLater",
    meaning: "Handset is in a shadow area",
    meaningKo: "음영지역"
  },
  "2006": {
    classification: "failure",
    advice: "retryLater",
    meaning: "Message was deleted",
    meaningKo: "메시지 삭제됨"
  },
  "2007": {
    classification: "failure",
    advice: "retryLater",
    meaning: "Temporary problem of the handset",
    meaningKo: "일시적인 단말 문제"
  },
  "3000": {
    classification: "invalid",
    advice: "never",
    meaning: "Cannot be delivered",
    meaningKo: "전송할 수 없음"
  },
  "3001": {
    classification: "invalid",
    advice: "fixRecipient",
    meaning: "No subscriber with this number",
    meaningKo: "가입자 없음"
  },
  "3002": {
    classification: "invalid",
    advice: "never",
    meaning: "Adult verification failed",
    meaningKo: "성인 인증 실패"
  },
  "3003": {
    classification: "invalid",
    advice: "fixRecipient",
    meaning: "Recipient number has a wrong format",
    meaningKo: "수신 번호 형식 오류"
  },
  "3004": {
    classification: "invalid",
    advice: "retryLater",
    meaning: "Handset service is suspended",
    meaningKo: "단말기 서비스 일시 정지"
  },
  "3005": {
    classification: "invalid",
    advice: "retryLater",
    meaning: "Handset is busy with a call",
    meaningKo: "단말기 호 처리 상태"
  },
  "3006": {
    classification: "invalid",
    advice: "blocked",
    meaning: "Recipient refuses messages",
    meaningKo: "착신 거절"
  },
  "3007": {
    classification: "invalid",
    advice: "fixContent",
    meaning: "Handset cannot receive a callback URL",
    meaningKo: "Callback URL을 받을 수 없는 폰"
  },
  "3008": {
    classification: "invalid",
    advice: "never",
    meaning: "Other problem of the handset",
    meaningKo: "기타 단말기 문제"
  },
  "3009": {
    classification: "invalid",
    advice: "fixContent",
    meaning: "Message has a wrong format",
    meaningKo: "메시지 형식 오류"
  },
  "3010": {
    classification: "invalid",
    advice: "fixAttachment",
    meaning: "Handset does not support MMS",
    meaningKo: "MMS 미지원 단말"
  },
  "3011": {
    classification: "invalid",
    advice: "retryLater",
    meaning: "Server error",
    meaningKo: "서버 오류"
  },
  "3012": {
    classification: "invalid",
    advice: "blocked",
    meaning: "Treated as spam",
    meaningKo: "스팸"
  },
  "3013": {
    classification: "invalid",
    advice: "blocked",
    meaning: "Service denied",
    meaningKo: "서비스 거부"
  },
  "3014": {
    classification: "invalid",
    advice: "system",
    meaning: "Other failure",
    meaningKo: "기타"
  },
  "3015": {
    classification: "invalid",
    advice: "system",
    meaning: "No delivery route",
    meaningKo: "전송 경로 없음"
  },
  "3016": {
    classification: "invalid",
    advice: "fixAttachment",
    meaning: "Attachment is too large",
    meaningKo: "첨부 파일 사이즈 제한 실패"
  },
  "3017": {
    classification: "invalid",
    advice: "fixSender",
    meaning: "Sender number violates the caller ID rules",
    meaningKo: "발신 번호 변작 방지 세칙 위반"
  },
  "3018": {
    classification: "invalid",
    advice: "fixSender",
    meaning: "Sender number is enrolled in caller ID spoofing protection",
    meaningKo: "발신 번호 변작 방지 서비스에 가입된 휴대폰 개인가입자 번호"
  },
  "3019": {
    classification: "invalid",
    advice: "fixSender",
    meaning: "Sender number is blocked at the request of KISA or the ministry",
    meaningKo: "KISA/미래부 차단 요청 발신 번호"
  },
  "3022": {
    classification: "invalid",
    advice: "fixContent",
    meaning: "Text could not be converted to the carrier charset",
    meaningKo: "Charset Conversion Error"
  },
  "3023": {
    classification: "invalid",
    advice: "fixSender",
    meaning: "Sender number is not pre-registered",
    meaningKo: "발신 번호 사전등록제를 통해 등록되지 않은 번호"
  }
} as const

/** @internal */
export const response = {
  "1001": {
    advice: "retryLater",
    meaning: "Server busy (internal queue of the RS is full)",
    meaningKo: "Server Busy (RS 내부 저장 Queue Full)"
  },
  "1002": {
    advice: "fixRecipient",
    meaning: "Recipient number has a wrong format",
    meaningKo: "수신 번호 형식 오류"
  },
  "1003": {
    advice: "fixSender",
    meaning: "Callback number has a wrong format",
    meaningKo: "회신번호 형식 오류"
  },
  "1004": {
    advice: "blocked",
    meaning: "Treated as spam",
    meaningKo: "스팸"
  },
  "1005": {
    advice: "quota",
    meaning: "Usage count exceeded",
    meaningKo: "사용 건수 초과"
  },
  "1006": {
    advice: "fixAttachment",
    meaning: "Attachment is missing",
    meaningKo: "첨부 파일 없음"
  },
  "1007": {
    advice: "fixAttachment",
    meaning: "Attachment is present where none is allowed",
    meaningKo: "첨부 파일 있음"
  },
  "1008": {
    advice: "retryLater",
    meaning: "Attachment could not be saved",
    meaningKo: "첨부 파일 저장 실패"
  },
  "1009": {
    advice: "system",
    meaning: "CLIENT_MSG_KEY is missing",
    meaningKo: "CLIENT_MSG_KEY 없음"
  },
  "1010": {
    advice: "fixContent",
    meaning: "CONTENT is missing",
    meaningKo: "CONTENT 없음"
  },
  "1011": {
    advice: "fixSender",
    meaning: "CALLBACK is missing",
    meaningKo: "CALLBACK 없음"
  },
  "1012": {
    advice: "fixRecipient",
    meaning: "RECIPIENT_INFO is missing",
    meaningKo: "RECIPIENT_INFO 없음"
  },
  "1013": {
    advice: "fixContent",
    meaning: "SUBJECT is missing",
    meaningKo: "SUBJECT 없음"
  },
  "1014": {
    advice: "fixAttachment",
    meaning: "Attachment key is missing",
    meaningKo: "첨부 파일 키 없음"
  },
  "1015": {
    advice: "fixAttachment",
    meaning: "Attachment name is missing",
    meaningKo: "첨부 파일 이름 없음"
  },
  "1016": {
    advice: "fixAttachment",
    meaning: "Attachment size is missing",
    meaningKo: "첨부 파일 크기 없음"
  },
  "1017": {
    advice: "fixAttachment",
    meaning: "Attachment content is missing",
    meaningKo: "첨부 파일 Content 없음"
  },
  "1018": {
    advice: "blocked",
    meaning: "No permission to send",
    meaningKo: "전송 권한 없음"
  },
  "1019": {
    advice: "retryLater",
    meaning: "Time to live exceeded",
    meaningKo: "TTL 초과"
  },
  "1020": {
    advice: "fixContent",
    meaning: "Text could not be converted to the carrier charset",
    meaningKo: "charset conversion error"
  },
  "S000": {
    advice: "retryLater",
    meaning: "Request to the relay company failed (server error)",
    meaningKo: "중계사 요청 실패 (서버 오류)"
  },
  "S001": {
    advice: "retryLater",
    meaning: "Request to the relay company failed (server error)",
    meaningKo: "중계사 요청 실패 (서버 오류)"
  },
  "S002": {
    advice: "system",
    meaning: "Request to the relay company failed (invalid request)",
    meaningKo: "중계사 요청 실패 (잘못된 요청)"
  },
  "S003": {
    advice: "blocked",
    meaning: "Request to the relay company failed (treated as spam)",
    meaningKo: "중계사 요청 실패 (스팸 처리)"
  },
  "S004": {
    advice: "quota",
    meaning: "Quota exceeded",
    meaningKo: "쿼터 초과"
  },
  "S005": {
    advice: "fixAttachment",
    meaning: "MMS file is invalid",
    meaningKo: "잘못된 MMS 파일"
  },
  "S006": {
    advice: "fixAttachment",
    meaning: "MMS file was not found",
    meaningKo: "MMS 파일을 찾을 수 없음"
  },
  "S007": {
    advice: "fixAttachment",
    meaning: "MMS file has expired",
    meaningKo: "MMS 파일 만료"
  },
  "S008": {
    advice: "fixAttachment",
    meaning: "MMS file is too large",
    meaningKo: "MMS 파일 크기 초과"
  },
  "S009": {
    advice: "fixAttachment",
    meaning: "MMS file resolution is too high",
    meaningKo: "MMS 파일 해상도 초과"
  },
  "S010": {
    advice: "quota",
    meaning: "MMS file upload quota exceeded",
    meaningKo: "MMS 파일 업로드 쿼터 초과"
  },
  "S011": {
    advice: "retryLater",
    meaning: "MMS file upload failed",
    meaningKo: "MMS 파일 업로드 실패"
  },
  "S012": {
    advice: "fixSender",
    meaning: "Sender number violates the caller ID rules",
    meaningKo: "발신 번호 세칙 오류"
  },
  "S998": {
    advice: "retryLater",
    meaning: "Unexpected server error",
    meaningKo: "예기치 못한 서버 오류"
  },
  "S999": {
    advice: "retryLater",
    meaning: "Other error",
    meaningKo: "기타 오류"
  }
} as const

/** @internal */
export const emma = {
  "E900": {
    advice: "system",
    meaning: "Transfer key of the gateway is missing",
    meaningKo: "Invalid - IB 전송키가 없는 경우"
  },
  "E901": {
    advice: "fixRecipient",
    meaning: "Recipient number is missing",
    meaningKo: "수신 번호가 없는 경우"
  },
  "E902": {
    advice: "system",
    meaning: "Order of the recipient number is missing in a broadcast",
    meaningKo: "동보인 경우, 수신 번호 순번이 없는 경우"
  },
  "E903": {
    advice: "fixContent",
    meaning: "Title is missing",
    meaningKo: "제목이 없는 경우"
  },
  "E904": {
    advice: "fixContent",
    meaning: "Message is missing",
    meaningKo: "메시지가 없는 경우"
  },
  "E905": {
    advice: "fixSender",
    meaning: "Callback number is missing",
    meaningKo: "회신번호가 없는 경우"
  },
  "E906": {
    advice: "system",
    meaning: "Message key is missing",
    meaningKo: "메시지 키가 없는 경우"
  },
  "E907": {
    advice: "system",
    meaning: "Broadcast flag is missing",
    meaningKo: "동보 여부가 없는 경우"
  },
  "E908": {
    advice: "system",
    meaning: "Service type is missing",
    meaningKo: "서비스 타입이 없는 경우"
  },
  "E909": {
    advice: "system",
    meaning: "Send request time is missing",
    meaningKo: "전송 요청 시각이 없는 경우"
  },
  "E910": {
    advice: "system",
    meaning: "Time to live is missing",
    meaningKo: "TTL 타임이 없는 경우"
  },
  "E911": {
    advice: "fixAttachment",
    meaning: "MMS: attachment extension is missing",
    meaningKo: "MMS MT인데 첨부 파일 확장자가 없는 경우"
  },
  "E912": {
    advice: "fixAttachment",
    meaning: "MMS: attachment is not in the attach_file folder",
    meaningKo: "MMS MT인데 attach_file 폴더에 첨부 파일이 없는 경우"
  },
  "E913": {
    advice: "fixAttachment",
    meaning: "MMS: attachment has zero bytes",
    meaningKo: "MMS MT인데 첨부 파일 사이즈가 0인 경우"
  },
  "E914": {
    advice: "fixAttachment",
    meaning: "MMS: file group key without rows in the file table",
    meaningKo: "MMS MT인데 파일 그룹 키는 있으나 파일 테이블에 데이터가 없는 경우"
  },
  "E915": {
    advice: "never",
    meaning: "Duplicate message",
    meaningKo: "중복 메시지"
  },
  "E916": {
    advice: "blocked",
    meaning: "Number is blocked by the authentication server",
    meaningKo: "인증 서버 차단 번호"
  },
  "E917": {
    advice: "blocked",
    meaning: "Number is blocked by the customer database",
    meaningKo: "고객 DB 차단 번호"
  },
  "E918": {
    advice: "fixSender",
    meaning: "User callback failed (USER CALLBACK FAIL)",
    meaningKo: "USER CALLBACK FAIL"
  },
  "E919": {
    advice: "retryLater",
    meaning: "Outside the permitted sending hours; the message must not be sent again now",
    meaningKo: "발송 제한 시간인 경우, 메시지 재발송 처리 금지"
  },
  "E920": {
    advice: "fixAttachment",
    meaning: "LMS with a file group key in the message table",
    meaningKo: "LMS MT인데 메시지 테이블에 파일 그룹 키가 있는 경우"
  },
  "E921": {
    advice: "fixAttachment",
    meaning: "MMS without a file group key in the message table",
    meaningKo: "MMS MT인데 메시지 테이블에 파일 그룹 키가 없는 경우"
  },
  "E922": {
    advice: "fixContent",
    meaning: "Broadcast text holds a restricted character",
    meaningKo: "동보 단어 제약 문자 사용 오류"
  },
  "E999": {
    advice: "retryLater",
    meaning: "Other error",
    meaningKo: "기타 오류"
  }
} as const

/**
 * What to do, in Korean, said once for all codes.
 *
 * @internal
 */
export const adviceKo = {
  delivered: "조치할 것이 없습니다",
  retryLater: "나중에 다시 보내 보십시오",
  fixRecipient: "수신번호를 확인하십시오",
  fixSender: "발신번호를 확인하십시오",
  fixContent: "내용이나 제목을 고치십시오",
  fixAttachment: "첨부 파일을 확인하십시오",
  quota: "사용 한도를 다 썼습니다. 한도를 늘리거나 다시 채워진 뒤에 보내십시오",
  blocked: "수신 거부나 차단으로 막혔습니다. 다시 보내지 마십시오",
  system: "중계 과정의 장애입니다. 계속되면 고객 지원에 문의하십시오",
  never: "다시 보내지 마십시오"
} as const

/**
 * The same in English.
 *
 * @internal
 */
export const adviceEn = {
  delivered: "Nothing to do",
  retryLater: "Send it again later",
  fixRecipient: "Check the recipient's number",
  fixSender: "Check the sender number",
  fixContent: "Change the text or the subject",
  fixAttachment: "Check the attached file",
  quota: "The quota is used up: raise it, or send again when it is free",
  blocked: "The recipient or a filter refuses it: do not send it again",
  system: "A fault on the way: if it lasts, ask the support",
  never: "Do not send it again"
} as const

/**
 * After these the message may have arrived all the same: the carrier or the relay gave up waiting.
 *
 * @internal
 */
export const uncertain: ReadonlySet<string> = new Set<keyof typeof report | keyof typeof response>(["2000", "1019"])
