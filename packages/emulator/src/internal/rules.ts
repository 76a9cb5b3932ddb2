/**
 * The rules of a send that need more than the shape of the body: what the emulator's switches decide.
 */
import * as EucKr from "@effect-sens/core/EucKr"
import * as Result from "effect/Result"
import type { Account } from "../Account.ts"
import * as DeliveryResult from "../DeliveryResult.ts"
import type { Switches } from "../Switches.ts"
import { contentLimit, subjectLimit } from "./lifecycle.ts"
import type { SendRequest, SendRequestInline } from "./messagesApi.ts"
import * as Numbers from "./numbers.ts"
import * as ReserveTime from "./reserveTime.ts"
import type { FileName, Plan, StoredFile } from "./store.ts"

const minute = 60_000

/** What a send may refer to, and what it is measured by. */
export interface Surroundings {
  readonly account: Account
  readonly switches: Switches
  readonly now: number
  readonly maxFiles: number
  readonly reservationLead: number
  readonly file: (fileId: string) => StoredFile | undefined
  /** Takes a file that came in the send itself, or says what is wrong with it. */
  readonly inline: (file: { readonly name: string; readonly body: string }) => Result.Result<
    StoredFile,
    ReadonlyArray<string>
  >
}

export interface Planned {
  readonly plan: Plan
  /** Files that came in the send itself, to be kept if it is accepted. */
  readonly files: ReadonlyArray<StoredFile>
  readonly reservation: { readonly reserveAt: number; readonly timeZone: string } | undefined
}

// What SENS names a text by in its answers when it is absent, `null` or empty is the same thing: nothing.
const given = (text: string | null | undefined): string | undefined => text === null || text === "" ? undefined : text

export const plan = (
  request: typeof SendRequest.Type | typeof SendRequestInline.Type,
  surroundings: Surroundings
): Result.Result<Planned, ReadonlyArray<string>> => {
  const { account, now, switches } = surroundings
  const charset = switches.charset
  const problems = new Set<string>()

  const countryCode = String(request.countryCode ?? "82")
  const domestic = countryCode === "82"
  const contentType = request.contentType ?? "COMM"

  if (!/^\d{1,4}$/.test(countryCode)) problems.add("The countryCode must be numeric.")
  else if (!domestic && request.type !== "SMS") problems.add("The type must be SMS for the countryCode.")

  // Files: of an MMS alone.
  let fileCode: string | undefined
  const named: Array<FileName> = []
  const inlined: Array<StoredFile> = []
  const references = request.files ?? []
  if (request.type === "MMS") {
    if (references.length > surroundings.maxFiles) problems.add(`The files cannot exceed ${surroundings.maxFiles}.`)
    for (const reference of references) {
      if (!("fileId" in reference)) {
        const taken = surroundings.inline(reference)
        if (Result.isFailure(taken)) { for (const problem of taken.failure) problems.add(problem) }
        else {
          inlined.push(taken.success)
          named.push({ fileId: taken.success.fileId, name: taken.success.name })
        }
        continue
      }
      const file = surroundings.file(reference.fileId)
      named.push({ fileId: reference.fileId, name: file?.name ?? "" })
      if (file !== undefined && now < file.expiresAt) continue
      if (switches.badFile === "reject") {
        problems.add(file === undefined ? "The fileId does not exist." : "The fileId has expired.")
      } else fileCode ??= file === undefined ? "S006" : "S007"
    }
  } else if (references.length > 0 && switches.strayFiles === "reject") problems.add("The files are for MMS only.")
  // "An MMS without a file is sent as an LMS."
  const type = request.type === "MMS" && named.length === 0 ? "LMS" : request.type

  // The time of a reservation.
  let reservation: Planned["reservation"]
  const reserveTime = given(request.reserveTime)
  const timeZone = given(request.reserveTimeZone) ?? ReserveTime.defaultZone
  const knownZone = ReserveTime.isZone(timeZone)
  if (!knownZone) problems.add("The reserveTimeZone must be a name of the tz database.")
  if (reserveTime !== undefined) {
    const reserveAt = ReserveTime.parse(reserveTime, knownZone ? timeZone : ReserveTime.defaultZone)
    if (reserveAt === undefined) problems.add("The reserveTime must be in the form yyyy-MM-dd HH:mm.")
    else if (reserveAt <= now) problems.add("The reserveTime must be in the future.")
    else if (reserveAt - now < surroundings.reservationLead) {
      problems.add(`The reserveTime must be at least ${surroundings.reservationLead / minute} minutes ahead.`)
    } else reservation = { reserveAt, timeZone }
  }

  let fate: string | undefined
  if (account.senders !== undefined && !account.senders.some((sender) => Numbers.digits(sender) === request.from)) {
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
  // An MMS of blanks came back from the carriers as 3009.
  const judgeContent = (content: string) =>
    judge(content, contentLimit[type], "content") ?? (type === "MMS" && content.trim() === "" ? "3009" : undefined)

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
      code: fate ?? contentCode ?? subjectCode ?? fileCode ?? DeliveryResult.delivered
    }
  })

  return problems.size > 0
    ? Result.fail(Array.from(problems))
    : Result.succeed({
      plan: {
        type,
        contentType,
        countryCode,
        from: request.from,
        subject,
        content: request.content,
        files: named,
        messages
      },
      files: inlined,
      reservation
    })
}
