/**
 * What a reader of the terminal pastes into another.
 */
export interface Settings {
  readonly accessKey: string
  readonly secretKey: string
  readonly serviceId: string
  readonly baseUrl: string
}

const lines = (settings: Settings): ReadonlyArray<readonly [name: string, value: string]> => [
  ["SENS_ACCESS_KEY", settings.accessKey],
  ["SENS_SECRET_KEY", settings.secretKey],
  ["SENS_SERVICE_ID", settings.serviceId],
  ["SENS_BASE_URL", settings.baseUrl]
]

const plain = /^[\w:./@%+=-]*$/

/** A word of a POSIX shell. */
const quoted = (value: string): string => plain.test(value) ? value : `'${value.replaceAll("'", "'\\''")}'`

/**
 * A value of a file of variables: in quotes where what reads it would take a part for a comment, or for something else. All of them take
 * single quotes as they are; of the others some know escapes.
 */
const valued = (value: string): string => {
  if (plain.test(value)) return value
  const quote = ["'", "\"", "`"].find((quote) => !value.includes(quote))
  return quote === undefined ? value : `${quote}${value}${quote}`
}

export const env = (settings: Settings): string =>
  lines(settings).map(([name, value]) => `${name}=${valued(value)}`).join("\n")

export const exports = (settings: Settings): string =>
  lines(settings).map(([name, value]) => `export ${name}=${quoted(value)}`).join("\n")

/** A call that signs when it is run, so it works at any time: `offset` is how far the gateway's clock is ahead, in milliseconds. */
export const signed = ({ body, method, offset, target }: {
  readonly method: "GET" | "POST"
  /** As it is sent, but that the shell fills in a variable. */
  readonly target: string
  readonly body?: string
  readonly offset: number
}): string => {
  const time = Math.round(offset / 1000)
  const seconds = time === 0 ? "$(date +%s)" : `$(($(date +%s) + ${time}))`
  const content = body === undefined
    ? { type: "", data: "" }
    : {
      type: ` -H "content-type: application/json"`,
      data: ` \\\n  -d '${body.replaceAll("'", "'\\''")}'`
    }
  return `SENS_PATH="${target}"; SENS_TIME="${seconds}000"
curl -X ${method} "$SENS_BASE_URL$SENS_PATH"${content.type} \\
  -H "x-ncp-apigw-timestamp: $SENS_TIME" -H "x-ncp-iam-access-key: $SENS_ACCESS_KEY" \\
  -H "x-ncp-apigw-signature-v2: $(printf '${method} %s\\n%s\\n%s' "$SENS_PATH" "$SENS_TIME" "$SENS_ACCESS_KEY" |
    openssl dgst -sha256 -hmac "$SENS_SECRET_KEY" -binary | base64)"${content.data}`
}

/** A send. */
export const curl = ({ from, offset }: { readonly from: string; readonly offset: number }): string =>
  signed({
    method: "POST",
    target: "/sms/v2/services/$SENS_SERVICE_ID/messages",
    body: JSON.stringify({
      type: "SMS",
      from,
      content: "[서점] 인증번호는 493021 입니다.",
      messages: [{ to: "01012345678" }]
    }),
    offset
  })
