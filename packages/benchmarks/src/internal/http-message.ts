/**
 * What all contestants send and get: one short message, one answer, one account that does not exist.
 *
 * @since 0.1.0
 */

/**
 * @category constants
 * @since 0.1.0
 */
export const accessKey = "benchmark-access-key"

/**
 * @category constants
 * @since 0.1.0
 */
export const secretKey = "benchmark-secret-key-of-forty-characters"

/**
 * @category constants
 * @since 0.1.0
 */
export const serviceId = "ncp:sms:kr:000000000000:benchmark"

/**
 * @category constants
 * @since 0.1.0
 */
export const path = `/sms/v2/services/${serviceId}/messages`

/**
 * The body of the request, as a value.
 *
 * @category constants
 * @since 0.1.0
 */
export const message = {
  type: "SMS",
  from: "0212345678",
  content: "[이펙트] 인증번호는 738201 입니다.",
  messages: [{ to: "01012345678" }]
} as const

/**
 * The body of an answer, with an id of its own, as SENS gives one: a client may take an id that came twice for a fault.
 *
 * @category constants
 * @since 0.1.0
 */
export const answer = (): string => {
  sends += 1
  return `{"requestId":"RSSA-1678195573358-3988-${sends}-AbCdEfGh",` +
    `"requestTime":"2023-03-07T22:26:13.358","statusCode":"202","statusName":"success"}`
}

let sends = 10_000_000

/**
 * Whether an id is one of {@link answer}.
 *
 * @category constants
 * @since 0.1.0
 */
export const isAnswered = (id: string): boolean => /^RSSA-1678195573358-3988-\d{8}-AbCdEfGh$/.test(id)

/**
 * Where solapi sends to, whatever one asks of it: it has no setting for that.
 *
 * @category constants
 * @since 0.1.0
 */
export const solapiUrl = "https://api.solapi.com"

const cash = { requested: 0, replacement: 0, refund: 0, sum: 0 }
const kinds = { sms: 0, lms: 0, mms: 0, ata: 0, cta: 0, cti: 0, nsa: 0, rcs_sms: 0, rcs_lms: 0, rcs_mms: 0, rcs_tpl: 0 }

/**
 * The least that solapi takes for an answer.
 *
 * @category constants
 * @since 0.1.0
 */
export const solapiAnswer = JSON.stringify({
  failedMessageList: [],
  groupInfo: {
    count: {
      total: 1,
      sentTotal: 0,
      sentFailed: 0,
      sentSuccess: 0,
      sentPending: 0,
      sentReplacement: 0,
      refund: 0,
      registeredFailed: 0,
      registeredSuccess: 1
    },
    countForCharge: Object.fromEntries(Object.keys(kinds).map((kind) => [kind, {}])),
    balance: cash,
    point: cash,
    app: { profit: kinds },
    log: [],
    status: "SENDING",
    allowDuplicates: false,
    isRefunded: false,
    accountId: "00000000000000",
    masterAccountId: null,
    apiVersion: "4",
    groupId: "RSSA-1678195573358-3988-57284298-AbCdEfGh",
    price: {},
    dateCreated: "2023-03-07T22:26:13.358Z",
    dateUpdated: "2023-03-07T22:26:13.358Z"
  }
})

/**
 * An account of Twilio's that does not exist.
 *
 * @category constants
 * @since 0.1.0
 */
export const twilioAccount = `AC${"0".repeat(32)}`

/**
 * What Twilio says of a message, with an id of ours.
 *
 * @category constants
 * @since 0.1.0
 */
export const twilioAnswer = JSON.stringify({
  account_sid: twilioAccount,
  api_version: "2010-04-01",
  body: message.content,
  date_created: "Tue, 07 Mar 2023 22:26:13 +0000",
  date_sent: null,
  date_updated: "Tue, 07 Mar 2023 22:26:13 +0000",
  direction: "outbound-api",
  error_code: null,
  error_message: null,
  from: message.from,
  messaging_service_sid: null,
  num_media: "0",
  num_segments: "1",
  price: null,
  price_unit: null,
  sid: "RSSA-1678195573358-3988-57284298-AbCdEfGh",
  status: "queued",
  subresource_uris: {},
  to: message.messages[0].to,
  uri: `/2010-04-01/Accounts/${twilioAccount}/Messages/SM0.json`
})
