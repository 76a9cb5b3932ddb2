import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Base64 from "effect/encoding/Base64"
import * as Account from "../../packages/emulator/src/Account.ts"
import * as EmulatorWeb from "../../packages/emulator/src/EmulatorWeb.ts"
import * as Fault from "../../packages/emulator/src/Fault.ts"

// The emulator's web handler, which no runtime has to give a port to, signed to by the runtime's own WebCrypto.

/** Runs every check and says how many there were; throws at the first that fails. */
export const run = (): Promise<number> => Effect.runPromise(program)

const encoder = new TextEncoder()

const sign = (text: string) =>
  Effect.promise(() =>
    crypto.subtle.importKey("raw", encoder.encode(Account.secretKey), { name: "HMAC", hash: "SHA-256" }, false, [
      "sign"
    ])
      .then((key) => crypto.subtle.sign("HMAC", key, encoder.encode(text)))
  ).pipe(Effect.map((signature) => Base64.encode(new Uint8Array(signature))))

const program = Effect.gen(function*() {
  let checks = 0
  const equal = (what: string, actual: unknown, expected: unknown): void => {
    checks++
    const [a, e] = [JSON.stringify(actual), JSON.stringify(expected)]
    if (a !== e) throw new Error(`${what}: expected ${e}, got ${a}`)
  }

  const web = EmulatorWeb.toWebHandler()
  const emulator = yield* Effect.promise(() => web.emulator)
  const base = `/sms/v2/services/${Account.serviceId}`

  const fetched = (request: Request) =>
    Effect.promise(() =>
      web.handler(request).then(
        async (response) => ({ status: response.status, text: await response.text() }),
        (error: { readonly cause?: { readonly code?: string } }) => ({ status: 0, text: error.cause?.code ?? "" })
      )
    )
  const signed = Effect.fnUntraced(function*(method: string, path: string, body?: unknown) {
    const timestamp = String(yield* Clock.currentTimeMillis)
    const signature = yield* sign(`${method} ${base}${path}\n${timestamp}\n${Account.accessKey}`)
    return yield* fetched(
      new Request(`https://sens.apigw.ntruss.com${base}${path}`, {
        method,
        headers: {
          "content-type": "application/json",
          "x-ncp-apigw-timestamp": timestamp,
          "x-ncp-iam-access-key": Account.accessKey,
          "x-ncp-apigw-signature-v2": signature
        },
        ...(body === undefined ? undefined : { body: JSON.stringify(body) })
      })
    )
  })
  const sms = { type: "SMS", from: "0212345678", content: "인증번호 493021", messages: [{ to: "01000000001" }] }

  const sent = yield* signed("POST", "/messages", sms)
  equal("send", sent.status, 202)
  const listed = yield* signed("GET", `/messages?requestId=${JSON.parse(sent.text).requestId}`)
  equal("search", JSON.parse(listed.text).messages[0].content, sms.content)
  equal("one-time password", yield* emulator.waitForOtp({ to: "01000000001" }), "493021")
  yield* emulator.faults.next("send", 1, Fault.reset({ accepted: true }))
  equal("reset", yield* signed("POST", "/messages", sms), { status: 0, text: "ECONNRESET" })
  yield* emulator.faults.next("send", 1, Fault.serverError({ status: 503 }))
  equal("503", (yield* signed("POST", "/messages", sms)).status, 503)
  const reservation = { ...sms, reserveTime: "2099-07-01 09:00", reserveTimeZone: "America/New_York" }
  const reserved = yield* signed("POST", "/messages", reservation)
  const status = yield* signed("GET", `/reservations/${JSON.parse(reserved.text).requestId}/reserve-status`)
  equal("reservation", JSON.parse(status.text).reserveTime, "2099-07-01T09:00:00-04:00")
  equal("duplicates", (yield* emulator.duplicates()).length, 1)
  const inbox = yield* fetched(new Request("http://localhost/"))
  equal("inbox", [inbox.status, inbox.text.startsWith("<!DOCTYPE html>")], [200, true])
  const control = yield* fetched(new Request("http://localhost/__emulator/messages"))
  equal("control API", JSON.parse(control.text).length, 2)
  equal("docs", (yield* fetched(new Request("http://localhost/docs"))).status, 200)
  yield* Effect.promise(web.dispose)
  return checks
})
