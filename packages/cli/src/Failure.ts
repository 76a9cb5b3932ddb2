/**
 * Errors as a person reads them, and as a program does.
 *
 * @since 0.1.0
 */
import type * as SensError from "@effect-sens/core/SensError"
import * as Cause from "effect/Cause"
import * as CliError from "effect/cli/CliError"
import * as PlatformError from "effect/PlatformError"
import * as Predicate from "effect/Predicate"
import * as Runtime from "effect/Runtime"
import * as Schema from "effect/Schema"
import * as ExitCode from "./ExitCode.ts"
import type { Both, Language } from "./Language.ts"
import * as Text from "./Text.ts"

/** What a handler may fail with: {@link describe} tells of whatever it is. */
export interface Any {
  readonly _tag: string
}

/**
 * What a command refuses, in both languages. `tag` is its name for programs: `MaxExceeded`.
 */
export class Refused extends Schema.TaggedError<Refused>("effect-sens/Refused")("Refused", {
  tag: Schema.String,
  exitCode: Schema.Int,
  en: Schema.String,
  ko: Schema.String
}) {
  override readonly [Runtime.errorExitCode] = this.exitCode
  override get message(): string {
    return this.en
  }
}

export const refuse = (tag: string, exitCode: ExitCode.ExitCode, { en, ko }: Both): Refused =>
  new Refused({ tag, exitCode, en, ko })

/** A command line that cannot be meant: exit code 2. */
export const usage = (text: Both): Refused => refuse("Usage", ExitCode.table.usage.code, text)

/** The reader of our stdout has gone: exit code 0, without a word. */
export class ReaderGone extends Schema.TaggedError<ReaderGone>("effect-sens/ReaderGone")("ReaderGone", {}) {}

/** A run that said all it has to say, with a code other than 0. */
export class Ended extends Schema.TaggedError<Ended>("effect-sens/Ended")("Ended", { exitCode: Schema.Int }) {
  override readonly [Runtime.errorExitCode] = this.exitCode
}

/** What `--format json` writes to stderr, on one line. */
export const Document = Schema.Struct({
  v: Schema.Literal(1),
  error: Schema.Struct({
    tag: Schema.String,
    message: Schema.String,
    exitCode: Schema.Int,
    mayHaveBeenSent: Schema.Boolean,
    retryable: Schema.Boolean,
    operation: Schema.optionalKey(Schema.String),
    traceId: Schema.optionalKey(Schema.String)
  })
})

export type Description = (typeof Document.Type)["error"]

const isSensError = (error: unknown): error is SensError.SensError =>
  Predicate.isTagged(error, "SensError") && Predicate.hasProperty(error, "operation")

/** What an answer says beside its reason. */
const answer = (reason: SensError.Reason): string => {
  const parts = [
    "status" in reason ? `HTTP ${reason.status}` : "",
    "code" in reason && reason.code !== undefined ? reason.code : "",
    "gatewayCode" in reason && reason.gatewayCode !== undefined ? `gateway ${reason.gatewayCode}` : "",
    "traceId" in reason && reason.traceId !== undefined ? `trace ${reason.traceId}` : ""
  ].filter((part) => part !== "")
  return parts.length === 0 ? "" : ` (${parts.join(", ")})`
}

const sentence = (error: SensError.SensError, language: Language): string => {
  // It has all problems, each with its place and its cure.
  if (language === "en") return error.message
  const { reason } = error
  const said = Text.reasons[reason._tag].ko + answer(reason)
  const more = reason._tag === "InvalidRequest"
    ? `: ${reason.issues.map((issue) => `${issue.path.join(".")} ${issue.kind}`).join(", ")}`
    : "detail" in reason && reason.detail !== undefined
    ? `: ${reason.detail}`
    : ""
  const outcome = error.isAmbiguous
    ? ` ${Text.errors.maybeSent.ko}`
    : error.operation === "messages.send"
    ? ` ${Text.errors.nothingSent.ko}`
    : ""
  return `${error.operation}: ${said}${more}.${outcome}`
}

/** What a file system says of a file that somebody named. */
const ofFile = (error: PlatformError.PlatformError, language: Language): string => {
  const { reason } = error
  const file = "pathOrDescriptor" in reason && reason.pathOrDescriptor !== undefined
    ? reason.pathOrDescriptor
    : reason.module === "Stdio"
    ? Text.stdout[language]
    : undefined
  const disk = ExitCode.diskOf(error)
  const said = disk !== undefined
    ? Text.disks[disk][language]
    : Object.hasOwn(Text.files, reason._tag)
    ? Text.files[reason._tag as keyof typeof Text.files][language]
    : undefined
  return file === undefined || said === undefined ? error.message : `${file}: ${said}`
}

const isEmulators = (error: unknown): error is Error & { readonly why: keyof typeof Text.emulator } =>
  error instanceof Error && Predicate.isTagged(error, "Failed") && Predicate.hasProperty(error, "why") &&
  Predicate.isString(error.why) &&
  Object.hasOwn(Text.emulator, error.why)

const messageOf = (error: unknown, language: Language): string => {
  if (Predicate.isTagged(error, "Refused") && error instanceof Refused) return error[language]
  if (isSensError(error)) return sentence(error, language)
  if (Predicate.isObjectKeyword(error)) {
    const said = CliError.getUserMessage(error)
    if (said !== undefined) return said
  }
  // A setting that is missing or wrong stands in the cause.
  if (Predicate.isTagged(error, "ConfigError") && Predicate.hasProperty(error, "cause")) {
    return error.cause instanceof Error ? error.cause.message : String(error.cause)
  }
  if (error instanceof PlatformError.PlatformError) return ofFile(error, language)
  if (language === "ko" && isEmulators(error)) {
    const said = Text.emulator[error.why]
    // Of a port there is no more to say; of the others the sentence says which.
    return error.why === "Port" ? said : `${said} (${error.message.replace(/\.$/, "")})`
  }
  return error instanceof Error && error.message !== "" ? error.message : String(error)
}

/** On one line, without what moves a terminal's cursor. */
export const oneLine = (text: string): string =>
  // oxlint-disable-next-line no-control-regex (control characters are what it looks for)
  text.replaceAll(/\s*\n\s*/g, " ").replaceAll(/[\u0000-\u001F\u007F-\u009F]/g, "").trim()

export const describe = (error: unknown, language: Language): Description => {
  const exitCode = ExitCode.of(error)
  const reason = isSensError(error) ? error.reason : undefined
  const tag = error instanceof Refused
    ? error.tag
    : reason?._tag ?? (Predicate.hasProperty(error, "_tag") ? String(error._tag) : "Defect")
  const said = messageOf(error, language)
  return {
    tag,
    message: oneLine(exitCode === ExitCode.table.bug.code ? `${said} ${Text.errors.bug[language]}` : said),
    exitCode,
    mayHaveBeenSent: exitCode === ExitCode.table.unknown.code,
    retryable: isSensError(error) ? error.isRetryable : exitCode === ExitCode.table.unavailable.code,
    ...(isSensError(error) ? { operation: error.operation } : undefined),
    ...(reason !== undefined && "traceId" in reason && reason.traceId !== undefined
      ? { traceId: reason.traceId }
      : undefined)
  }
}

/** The line that tells of an error: for people, or JSON. */
export const line = (description: Description, options: {
  readonly language: Language
  readonly isMachine: boolean
  readonly red?: ((text: string) => string) | undefined
}): string =>
  options.isMachine
    ? JSON.stringify({ v: 1, error: description } satisfies typeof Document.Type)
    : `${(options.red ?? String)(`${Text.errors.error[options.language]}:`)} ${description.message}`

/** The error that ended a run. */
export const squash = (cause: Cause.Cause<unknown>): unknown => Cause.squash(cause)
