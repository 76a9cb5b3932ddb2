/**
 * Which type of message a text needs.
 *
 * @since 0.1.0
 */
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as EucKr from "./EucKr.ts"
import * as text from "./internal/text.ts"
import * as RequestIssue from "./RequestIssue.ts"
import * as SendRequest from "./SendRequest.ts"

/**
 * The smallest type that holds a text, and why: `Fits` where an SMS has room for it, `TooLongForSms`, or `HasSubject`, since
 * an SMS has none. `bytes` is the length of the text in the charset, `limit` what the type has room for.
 *
 * @category models
 * @since 0.1.0
 */
export interface Fit {
  /** The type that the text needs. */
  readonly type: "SMS" | "LMS"
  /** Why it is no smaller one. */
  readonly why: "Fits" | "TooLongForSms" | "HasSubject"
  /** The length of the text, in bytes of the charset. */
  readonly bytes: number
  /** What the type has room for, in bytes: 90 or 2,000. */
  readonly limit: number
}

/**
 * What {@link fit} takes besides a text.
 *
 * @category options
 * @since 0.1.0
 */
export interface Options {
  /** A subject, which only an LMS has; at most 40 bytes. Without one, or with an empty one, an SMS will do. */
  readonly subject?: string | undefined
  /** `"EUC-KR"` unless given. */
  readonly charset?: EucKr.Charset | undefined
}

/**
 * No type holds the text: it is longer than an LMS may be, or has characters that the charset lacks. Each issue says where
 * and what to do; none holds any of the text.
 *
 * @category errors
 * @since 0.1.0
 */
export class DoesNotFit extends Schema.TaggedError<DoesNotFit>("@effect-sens/core/DoesNotFit")("DoesNotFit", {
  issues: Schema.NonEmptyArray(RequestIssue.RequestIssue)
}) {
  override get message(): string {
    return `No type of message holds the text: ${RequestIssue.formatAll(this.issues)}`
  }
}

/**
 * The smaller of SMS and LMS that holds a text, and a subject where there is one. Nothing is cut: a text of more than
 * 2,000 bytes, a subject of more than 40, or a character that the charset lacks makes it fail with {@link DoesNotFit}.
 *
 * **Example** (45 and 46 syllables)
 *
 * ```ts import.meta.vitest
 * import * as Message from "@effect-sens/core/Message"
 * import * as Result from "effect/Result"
 *
 * Message.fit("가".repeat(45)) // => Result.succeed({ type: "SMS", why: "Fits", bytes: 90, limit: 90 })
 * Message.fit("가".repeat(46)) // => Result.succeed({ type: "LMS", why: "TooLongForSms", bytes: 92, limit: 2000 })
 * Result.isFailure(Message.fit("가".repeat(1001))) // => true
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export function fit(options?: Options): (content: string) => Result.Result<Fit, DoesNotFit>
export function fit(content: string, options?: Options): Result.Result<Fit, DoesNotFit>
export function fit(
  first?: string | Options,
  options?: Options
): Result.Result<Fit, DoesNotFit> | ((content: string) => Result.Result<Fit, DoesNotFit>) {
  return typeof first === "string" ? choose(first, options) : (content) => choose(content, first)
}

const choose = (content: string, options: Options | undefined): Result.Result<Fit, DoesNotFit> => {
  const charset = options?.charset ?? "EUC-KR"
  const subject = options?.subject ?? ""
  const issues: Array<RequestIssue.RequestIssue> = []
  const add = (rule: text.TextRule, issue: Omit<RequestIssue.RequestIssue, "kind">): void => {
    if (rule !== "ControlCharacter" && rule !== "InvisibleCharacter") issues.push({ ...issue, kind: rule })
  }
  const { LMS, SMS, subject: subjectLimit } = SendRequest.maxBytes
  text.check(content, { path: ["content"], what: "an LMS", limit: LMS, charset, todo: "Shorten it or split it", add })
  if (subject !== "") {
    text.check(subject, { path: ["subject"], what: "a subject", limit: subjectLimit, charset, todo: "Shorten it", add })
  }
  const [first, ...rest] = issues
  if (first !== undefined) return Result.fail(new DoesNotFit({ issues: [first, ...rest] }))
  const bytes = EucKr.byteLength(content)
  return Result.succeed(
    subject !== ""
      ? { type: "LMS", why: "HasSubject", bytes, limit: LMS }
      : bytes <= SMS
      ? { type: "SMS", why: "Fits", bytes, limit: SMS }
      : { type: "LMS", why: "TooLongForSms", bytes, limit: LMS }
  )
}
