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
 * The body of the answer.
 *
 * @category constants
 * @since 0.1.0
 */
export const answer = JSON.stringify({
  requestId: "RSSA-1678195573358-3988-57284298-AbCdEfGh",
  requestTime: "2023-03-07T22:26:13.358",
  statusCode: "202",
  statusName: "success"
})
