/**
 * Where webhooks go. What was written is sent as it is, its query to the last `&`: a URL that was read and written anew would differ
 * in places that a signature or a router of the receiver minds.
 *
 * @since 0.1.0
 */
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Credentials from "../Credentials.ts"
import * as Failure from "../Failure.ts"

export interface Target {
  /** `https://example.com`: all that is shown of it. */
  readonly origin: string
  /** The path and the query, as they were written. */
  readonly path: string
}

const flag = "--forward-to"

const refuse = (en: string, ko: string) => Result.fail(Failure.usage({ en: `${flag} ${en}`, ko: `${flag}: ${ko}` }))

const shape = /^(https?):\/\/([^/?#]+)([^#]*)(#.*)?$/is

const utf8 = new TextEncoder()

/** Hangul has no place in a line of HTTP; all else that can stand there does so as it is. */
const onTheWire = (path: string): string =>
  path.replaceAll(
    /[^\u0021-\u007E]+/g,
    (piece) =>
      Array.from(utf8.encode(piece.toWellFormed()), (byte) => `%${byte.toString(16).toUpperCase().padStart(2, "0")}`)
        .join("")
  )

export const parse = (
  text: string,
  options: { readonly isInsecure: boolean }
): Result.Result<Target, Failure.Refused> => {
  const [, scheme = "", authority = "", rest = "", fragment] = shape.exec(text) ?? []
  if (scheme === "" || !URL.canParse(text)) {
    return refuse("is no URL: write https://example.com/path", "URL이 아닙니다. https://example.com/path처럼 씁니다")
  }
  // oxlint-disable-next-line no-control-regex (control characters are what it looks for)
  if (/[\u0000-\u0020\u007F\\]/.test(text)) {
    return refuse(
      "holds a space, a backslash or a control character: write it as %20 or the like",
      "공백, 역슬래시나 제어 문자가 있습니다. %20처럼 바꿔 쓰십시오"
    )
  }
  if (fragment !== undefined) {
    return refuse(
      "holds a #, and what comes after it is never sent: write it as %23",
      "#이 있는데 그 뒤는 전송되지 않습니다. %23으로 쓰십시오"
    )
  }
  if (authority.includes("@")) {
    return refuse(
      "holds a user name or a password: other programs see it. The signature tells where a message is from",
      "사용자 이름이나 비밀번호가 있습니다. 다른 프로그램에 보이므로 빼십시오. 누가 보냈는지는 서명이 알려 줍니다"
    )
  }
  const url = new URL(text)
  const { isLoopback } = Credentials.placeOf(text)
  if (url.protocol === "http:" && !isLoopback && !options.isInsecure) {
    return refuse(
      "is plain http to another machine, where phone numbers can be read on the way: use https, or say --insecure",
      "다른 컴퓨터로 암호화되지 않은 http를 쓰면 중간에서 전화번호를 볼 수 있습니다. https를 쓰거나 --insecure를 주십시오"
    )
  }
  return Result.succeed({ origin: url.origin, path: onTheWire(rest.startsWith("/") ? rest : `/${rest}`) })
}

/** Of a flag that was given. */
export const optional = (text: Option.Option<string>, options: { readonly isInsecure: boolean }) =>
  Option.match(text, {
    onNone: () =>
      Result.fail(Failure.usage({
        en: `where to? ${flag} https://example.com/path`,
        ko: `어디로 보낼지 ${flag} https://example.com/path처럼 주십시오`
      })),
    onSome: (text) => parse(text, options)
  })
