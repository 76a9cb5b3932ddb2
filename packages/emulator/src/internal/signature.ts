/**
 * The signature of a request: checked over the target as it came, and explained when it is wrong.
 */
import * as Mac from "effect/crypto/Mac"
import * as Effect from "effect/Effect"
import * as Base64 from "effect/encoding/Base64"
import * as Hex from "effect/encoding/Hex"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import type { Account } from "../Account.ts"
import type { Problem } from "../SignatureLog.ts"
import type { MistakeName } from "./refusals.ts"

export const headers = {
  timestamp: "x-ncp-apigw-timestamp",
  accessKey: "x-ncp-iam-access-key",
  signature: "x-ncp-apigw-signature-v2"
} as const

export interface Signed {
  readonly method: string
  readonly target: string
  readonly host: string | undefined
  readonly headers: Readonly<Record<string, string | undefined>>
}

export interface Verifier {
  readonly verify: (signed: Signed, now: number) => Effect.Effect<Result.Result<Account, Problem>>
}

const encoder = new TextEncoder()

const quietly = (decode: (text: string) => string) => (text: string): string => {
  try {
    return decode(text)
  } catch {
    return text
  }
}

const split = (target: string): readonly [path: string, query: string] => {
  const mark = target.indexOf("?")
  return mark === -1 ? [target, ""] : [target.slice(0, mark), target.slice(mark)]
}

interface Attempt {
  readonly mistake: MistakeName
  readonly target: string
}

interface Signature {
  readonly mistake: MistakeName
  readonly text: string
}

/** What people sign in place of the target they send. */
const mistakes = ({ host, target }: Signed): ReadonlyArray<Attempt> => {
  const [path, query] = split(target)
  const decode = quietly(decodeURIComponent)
  const decodeForm = (text: string) => decode(text.replaceAll("+", " "))
  const sorted = query === "" ? "" : `?${query.slice(1).split("&").sort().join("&")}`
  const attempts: ReadonlyArray<Attempt> = [
    { mistake: "the query string was left out", target: path },
    { mistake: "the decoded target was signed, the encoded one was sent", target: decode(target) },
    { mistake: "the decoded query was signed, the encoded one was sent", target: path + decodeForm(query) },
    { mistake: "a space was signed as + and sent as %20", target: path + query.replaceAll("%20", "+") },
    { mistake: "a space was signed as %20 and sent as +", target: path + query.replaceAll("+", "%20") },
    { mistake: "%20 was signed and a colon left as it is", target: path + decode(query).replaceAll(" ", "%20") },
    { mistake: "the path was signed encoded and sent raw", target: path.replaceAll(":", "%3A") + query },
    { mistake: "the path was signed raw and sent encoded", target: path.replace(/%3a/gi, ":") + query },
    { mistake: "the query was sorted before it was signed", target: path + sorted },
    ...(host === undefined ? [] : ["https", "http"]).map((scheme): Attempt => ({
      mistake: "the host was signed too",
      target: `${scheme}://${host}${target}`
    }))
  ]
  return attempts.filter((attempt) => attempt.target !== target)
}

export const make = Effect.fnUntraced(function*(options: {
  readonly accounts: ReadonlyArray<Account>
  readonly toleranceMillis: number
}): Effect.fn.Return<Verifier, never, Mac.Mac> {
  const mac = yield* Mac.Mac
  const known = new Map<string, { readonly account: Account; readonly key: Mac.Key }>()
  for (const account of options.accounts) {
    const secret = Redacted.isRedacted(account.secretKey) ? Redacted.value(account.secretKey) : account.secretKey
    const key = yield* Effect.orDie(Mac.key(Mac.hmacSha256, encoder.encode(secret)))
    known.set(account.accessKey, { account, key })
  }

  const sign = (key: Mac.Key, text: string) => Effect.orDie(mac.sign(key, encoder.encode(text)))

  const explain = Effect.fnUntraced(function*(key: Mac.Key, signed: Signed, stamp: {
    readonly timestamp: string
    readonly accessKey: string
    readonly received: string
  }) {
    const text = (method: string, target: string) => `${method} ${target}\n${stamp.timestamp}\n${stamp.accessKey}`
    const expectedToSign = text(signed.method, signed.target)
    const expected = yield* sign(key, expectedToSign)
    const problem = {
      _tag: "SignatureMismatch",
      expectedToSign,
      expectedSignature: Base64.encode(expected),
      receivedSignature: stamp.received
    } as const
    if (stamp.received.toLowerCase() === Hex.encode(expected)) {
      return { ...problem, mistake: "the signature is hexadecimal in place of Base64", signedInstead: expectedToSign }
    }
    const attempts: ReadonlyArray<Signature> = [
      ...mistakes(signed).map(({ mistake, target }) => ({ mistake, text: text(signed.method, target) })),
      { mistake: "a line feed was added at the end", text: `${expectedToSign}\n` },
      { mistake: "the method was signed in lower case", text: text(signed.method.toLowerCase(), signed.target) },
      ...["GET", "POST", "PUT", "DELETE"].filter((method) => method !== signed.method).map((method): Signature => ({
        mistake: "another method was signed",
        text: text(method, signed.target)
      }))
    ]
    for (const attempt of attempts) {
      if (Base64.encode(yield* sign(key, attempt.text)) === stamp.received) {
        return { ...problem, mistake: attempt.mistake, signedInstead: attempt.text }
      }
    }
    return problem
  })

  const verify = Effect.fnUntraced(
    function*(signed: Signed, now: number): Effect.fn.Return<Result.Result<Account, Problem>> {
      const timestamp = signed.headers[headers.timestamp] ?? ""
      const accessKey = signed.headers[headers.accessKey] ?? ""
      const received = signed.headers[headers.signature] ?? ""
      const missing = Object.values(headers).filter((name) => (signed.headers[name] ?? "") === "")
      if (missing.length > 0) return Result.fail({ _tag: "HeadersMissing", headers: missing })

      const owner = known.get(accessKey)
      if (owner === undefined) return Result.fail({ _tag: "UnknownAccessKey", accessKey })

      const tag = Result.getOrUndefined(Base64.decode(received))
      const data = encoder.encode(`${signed.method} ${signed.target}\n${timestamp}\n${accessKey}`)
      const good = tag !== undefined && (yield* Effect.orDie(mac.verify(owner.key, tag, data)))
      if (!good) return Result.fail(yield* explain(owner.key, signed, { timestamp, accessKey, received }))

      if (!/^\d{1,15}$/.test(timestamp)) return Result.fail({ _tag: "TimestampMalformed", timestamp })
      const offsetMillis = Number(timestamp) - now
      return Math.abs(offsetMillis) > options.toleranceMillis
        ? Result.fail({
          _tag: "TimestampRefused",
          timestamp,
          offsetMillis,
          toleranceMillis: options.toleranceMillis
        })
        : Result.succeed(owner.account)
    }
  )
  return { verify }
})
