/**
 * The rules of a send that need more than the shape of the body: what the emulator's switches decide.
 */
import * as EucKr from "@effect-sens/core/EucKr"
import * as Result from "effect/Result"
import type { Account } from "../Account.ts"
import type { ContentType, MessageType, SendRequest } from "../MessagesApi.ts"
import * as Outcome from "../Outcome.ts"
import type { Switches } from "../Switches.ts"
import { contentLimit, subjectLimit } from "./lifecycle.ts"

/** What a send comes to when it is accepted. */
export interface Plan {
  readonly type: MessageType
  readonly contentType: ContentType
  readonly countryCode: string
  readonly from: string
  readonly subject: string | undefined
  readonly content: string
  readonly fileIds: ReadonlyArray<string>
  readonly messages: ReadonlyArray<{
    readonly to: string
    readonly subject: string | undefined
    readonly content: string | undefined
    readonly code: string
  }>
}

// What SENS names a text by in its answers when it is absent, `null` or empty is the same thing: nothing.
const given = (text: string | null | undefined): string | undefined => text === null || text === "" ? undefined : text

export const plan = (options: {
  readonly request: typeof SendRequest.Type
  readonly account: Account
  readonly switches: Switches
  /** The code that the recipient is scripted to get. */
  readonly outcome: (recipient: string) => string | undefined
}): Result.Result<Plan, ReadonlyArray<string>> => {
  const { account, request, switches } = options
  const charset = switches.charset
  const problems = new Set<string>()

  const countryCode = String(request.countryCode ?? "82")
  const domestic = countryCode === "82"
  const fileIds = (request.files ?? []).map((file) => file.fileId)
  // "An MMS without a file is sent as an LMS."
  const type = request.type === "MMS" && fileIds.length === 0 ? "LMS" : request.type

  if (!/^\d{1,4}$/.test(countryCode)) problems.add("The countryCode must be numeric.")
  else if (!domestic && request.type !== "SMS") problems.add("The type must be SMS for the countryCode.")
  if (given(request.reserveTime) !== undefined) problems.add("The reserveTime is not served here.")

  let fate: string | undefined
  if (account.senders !== undefined && !account.senders.includes(request.from)) {
    if (switches.unregisteredSender === "reject") problems.add("The sender(from) is not registered.")
    else fate = "3023"
  }

  const needsCharset = domestic || switches.foreignText === "charset"
  const judge = (text: string, limit: number, name: string): string | undefined => {
    if (switches.overLength === "reject" && EucKr.byteLength(text, { charset }) > limit) {
      problems.add(`The ${name} cannot exceed ${limit} bytes.`)
    }
    if (!needsCharset || EucKr.isEncodable(text, { charset })) return undefined
    if (switches.unencodable === "reject") problems.add(`The ${name} has characters that cannot be sent.`)
    return "3022"
  }
  const judgeSubject = (subject: string | undefined) =>
    subject === undefined ? undefined : judge(subject, subjectLimit, "subject")
  const judgeContent = (content: string) => judge(content, contentLimit[type], "content")

  // The common text is judged once, and only if somebody gets it.
  const subjectFor = (text: string | null | undefined) => type === "SMS" ? undefined : given(text)
  const subject = subjectFor(request.subject)
  let commonSubject: { readonly code: string | undefined } | undefined
  let commonContent: { readonly code: string | undefined } | undefined

  const messages = request.messages.map((recipient) => {
    const own = { subject: subjectFor(recipient.subject), content: given(recipient.content) }
    const subjectCode = own.subject === undefined
      ? (commonSubject ??= { code: judgeSubject(subject) }).code
      : judgeSubject(own.subject)
    const contentCode = own.content === undefined
      ? (commonContent ??= { code: judgeContent(request.content) }).code
      : judgeContent(own.content)
    return {
      to: recipient.to,
      ...own,
      code: options.outcome(recipient.to) ?? fate ?? contentCode ?? subjectCode ??
        (fileIds.length > 0 ? "S006" : Outcome.delivered)
    }
  })

  return problems.size > 0
    ? Result.fail(Array.from(problems))
    : Result.succeed({
      type,
      contentType: request.contentType ?? "COMM",
      countryCode,
      from: request.from,
      subject,
      content: request.content,
      fileIds,
      messages
    })
}
