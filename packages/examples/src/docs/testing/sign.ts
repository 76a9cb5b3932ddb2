// @effect-diagnostics asyncFunction:off globalDate:off
const encoder = new TextEncoder()

/** Puts the three headers of SENS on a request, whoever made it. Its body is not signed; its query is, as it is sent. */
export const sign = async (
  request: Request,
  account: { readonly accessKey: string; readonly secretKey: string }
): Promise<Request> => {
  const { pathname, search } = new URL(request.url)
  const timestamp = String(Date.now())
  const text = `${request.method} ${pathname}${search}\n${timestamp}\n${account.accessKey}`
  const key = await crypto.subtle.importKey(
    "raw",
    encoder.encode(account.secretKey),
    { name: "HMAC", hash: "SHA-256" },
    false,
    ["sign"]
  )
  const signature = new Uint8Array(await crypto.subtle.sign("HMAC", key, encoder.encode(text)))
  request.headers.set("x-ncp-apigw-timestamp", timestamp)
  request.headers.set("x-ncp-iam-access-key", account.accessKey)
  request.headers.set("x-ncp-apigw-signature-v2", btoa(String.fromCharCode(...signature)))
  return request
}
