import * as Arbitrary from "effect/Arbitrary"
import * as Effect from "effect/Effect"
import { existsSync, readFileSync, writeFileSync } from "node:fs"
import * as Preflight from "../packages/core/src/Preflight.ts"
import * as SensError from "../packages/core/src/SensError.ts"
import { statusOf } from "../packages/examples/src/docs/project/status.ts"

// Writes docs/errors.md from the source of `SensError`: the comment of each reason,
// its fields, what it answers when asked, and its advice. `--check` only compares,
// for CI.
const check = process.argv.includes("--check")
const target = "docs/errors.md"
const source = readFileSync("packages/core/src/SensError.ts", "utf8")
const rules = readFileSync("packages/core/src/Preflight.ts", "utf8")

const cell = (text: string): string => text.replaceAll("|", "\\|").replaceAll(/\s+/g, " ").trim()

// Hangul is twice as wide as Latin; the formatter aligns tables by that.
const width = (text: string): number =>
  Array.from(text).reduce((sum, char) => sum + (/\p{sc=Hangul}/u.test(char) ? 2 : 1), 0)

const table = (rows: ReadonlyArray<ReadonlyArray<string>>): ReadonlyArray<string> => {
  const cells = rows.map((row) => row.map(cell))
  const widths = (cells[0] ?? []).map((_, column) => Math.max(3, ...cells.map((row) => width(row[column] ?? ""))))
  const line = (row: ReadonlyArray<string>): string =>
    `| ${row.map((text, column) => text + " ".repeat((widths[column] ?? 0) - width(text))).join(" | ")} |`
  const [head = [], ...body] = cells
  return [line(head), line(widths.map((width) => "-".repeat(width))), ...body.map(line)]
}

const commentOf = (name: string): string => {
  const before = source.slice(0, source.search(new RegExp(`^export class ${name}\\b`, "m")))
  const comment = before.slice(before.lastIndexOf("/**") + 3, before.lastIndexOf("*/"))
  const text = comment.split("\n").map((line) => line.replace(/^ \* ?/, "")).join("\n")
  return text.slice(0, text.indexOf("@category")).trim()
}

// What a getter says of many values of the reason, not of one that was chosen.
const said = (values: ReadonlyArray<boolean>, yes: string): string =>
  values.every((value) => value) ? yes : values.some((value) => value) ? "depends, see below" : "no"

// Many values of every reason, and each HTTP status that makes a difference.
const samples: ReadonlyArray<SensError.Reason> = [
  ...Effect.runSync(Arbitrary.sampleEffect(Arbitrary.schema(SensError.Reason), { count: 2000, seed: 1 })),
  ...[101, 200, 202, 303, 307].map((status) => new SensError.UnexpectedResponse({ status }))
]

const reasons = SensError.Reason.members.map(({ fields }) => {
  const tag = fields._tag.schema.literal
  // A status of 400 and more is a reason of its own.
  const values = samples.filter((sample) =>
    sample._tag === tag && (sample._tag !== "UnexpectedResponse" || sample.status < 400)
  )
  if (values.length === 0) throw new Error(`no sample of ${tag}`)
  return {
    tag,
    comment: commentOf(tag),
    fields: Object.keys(fields).filter((field) => field !== "_tag"),
    retryable: said(values.map((value) => value.isRetryable), "yes"),
    accepted: said(values.map((value) => value.isAmbiguous), "perhaps"),
    advice: SensError.traits[tag].advice
  }
})

// What a web service says to its own caller. `statusOf` is the program that docs/in-your-project.md shows.
const because: { readonly [T in SensError.Reason["_tag"]]: string } = {
  InvalidRequest: "what the caller gave is wrong; where it is something of your own, such as the sender, say 500",
  BadRequest: "SENS refused what the checks let pass: a sender that is not registered, most often",
  AuthenticationFailed: "your keys, not the caller's: no 401",
  PermissionDenied: "your keys, not the caller's: no 403",
  NotFound: "the id that the caller asked for; where it is one of your own, say 500",
  PayloadTooLarge: "the picture or the list of the caller",
  QuotaExceeded: "nothing was sent; a 429 would speak of the caller's own calls",
  Throttled: "nothing was sent; a 429 would speak of the caller's own calls",
  ServerFault: "nothing was accepted, or the call only reads",
  Rejected: "nothing was sent, and SENS does not always say why",
  ConnectionFailed: "nothing was sent",
  ConnectionLost: "nothing was accepted, or the call only reads",
  TimedOut: "nothing was accepted, or the call only reads",
  UnexpectedResponse: "nothing was accepted, or the call only reads",
  OutcomeUnknown: "a send that may have been accepted"
}

const statuses = reasons.map(({ tag }) => {
  // One that leaves nothing open, where there is one.
  const operation = tag === "OutcomeUnknown" ? "messages.send" : "messages.search"
  const found = new Set(
    samples.filter((sample) => sample._tag === tag).map((reason) =>
      statusOf(new SensError.SensError({ operation, reason }))
    )
  )
  if (found.size !== 1) throw new Error(`${tag} has the statuses ${[...found].join(", ")}`)
  return [`[\`${tag}\`](#${tag.toLowerCase()})`, [...found].join(), because[tag]]
})

// The table of the rules stands in the comment of `Preflight.Rule`.
const what = new Map(
  Array.from(rules.matchAll(/^ \* \| `(\w+)` \| (.+) \|$/gm), ([, rule = "", text = ""]) => [rule, text])
)
for (const rule of Object.keys(Preflight.severities)) {
  if (!what.has(rule)) throw new Error(`Preflight.Rule does not say what ${rule} finds`)
}

/** What became of a send that failed this way, and what to do. */
const advised = (tag: string, accepted: string, advice: string): ReadonlyArray<string> =>
  accepted === "no"
    ? ["- The send was not accepted.", `- ${advice}`]
    : tag === "OutcomeUnknown"
    ? ["- The send may have been accepted.", `- ${advice}`]
    : [
      tag === "UnexpectedResponse"
        ? "- The send may have been accepted; under a 2xx it was."
        : "- The send may have been accepted.",
      "- Where it may, `messages.send` ends in [`OutcomeUnknown`](#outcomeunknown), whose `attempts` name this. `messages.submit` ends in",
      "  this: `resolve` its intent.",
      `- Any other call: ${advice.charAt(0).toLowerCase()}${advice.slice(1)}`,
      ...tag === "UnexpectedResponse" ? ["- After a 2xx, calling again can help, but not with a send."] : []
    ]

const text = [
  "<!-- Generated by scripts/errors.ts. Do not edit. -->",
  "",
  "# Errors",
  "",
  "Every operation fails with one error, `SensError` of `@effect-sens/core`: `operation` says which one failed, `reason` why.",
  "Handle it by reason with `Effect.catchReason` or `Effect.catchReasons`. `Schema.toCodecJson(SensError)` writes it as JSON",
  "and reads it back. None holds a key, a signature, a full phone number or message text: of what the service wrote only known",
  "words stay. `reason.serviceText` has it as it stands, `Redacted`; see [security](security.md#what-is-never-shown).",
  "",
  "Of a send, `isAmbiguous` says that SENS may have accepted it although it failed; such a send is never `isRetryable`, since",
  "trying again could text people twice: [ask what became of it](retries.md#outcomeunknown) first. Every other operation can be",
  "repeated without harm.",
  "",
  ...table([
    ["reason", "was a send accepted?", "can calling again help?", "what to do"],
    ...reasons.map(({ accepted, advice, retryable, tag }) => [
      `[\`${tag}\`](#${tag.toLowerCase()})`,
      accepted,
      retryable === "yes" && accepted === "perhaps" ? "yes, but not a send" : retryable,
      advice
    ])
  ]),
  "",
  ...reasons.flatMap(({ accepted, advice, comment, fields, tag }) => [
    `## ${tag}`,
    "",
    comment,
    "",
    ...advised(tag, accepted, advice),
    `- Fields: ${fields.map((field) => `\`${field}\``).join(", ")}.`,
    ""
  ]),
  "## Kinds of issues",
  "",
  "`InvalidRequest` lists issues. The kind of each is `Schema` where a value is not what its type says, `Id` or `Query` where one",
  "cannot stand in a URL, `Fingerprint` where `messages.reconcile` is given another request or has other keys, `ServiceId` where an",
  "intent is of another service, `Submitted` where it was submitted before, `Option` where an option of the call is wrong or unknown;",
  "otherwise the name of a rule of `Preflight`, whose severity an option can change.",
  "",
  ...table([
    ["kind", "what it finds", "by default"],
    ...Object.entries(Preflight.severities).map(([rule, severity]) => [`\`${rule}\``, what.get(rule) ?? "", severity])
  ]),
  "",
  "## The HTTP status of your answer",
  "",
  "For a web service whose caller asked for the text. A send that [`isAmbiguous`](retries.md#outcomeunknown) is a 202, whatever its",
  "reason: taken, and not known to be done. A 408, a 429 or a 5xx invites browsers, proxies and queues to send it again by themselves.",
  "Otherwise:",
  "",
  ...table([["reason", "status", "because"], ...statuses]),
  "",
  "Where a reason has `retryAfter`, a 503 can give it on as `Retry-After`. The table as a function: [in your",
  "project](in-your-project.md#answer-a-web-request).",
  "",
  "## Result codes",
  "",
  "Whether a message that SENS accepted was delivered is told by the result code in the delivery log, not by an error:",
  "[result codes](result-codes.md).",
  ""
].join("\n")

const current = existsSync(target) ? readFileSync(target, "utf8") : ""
if (current !== text) {
  if (check) {
    console.error(`${target} is out of date: run node scripts/errors.ts`)
    process.exitCode = 1
  } else writeFileSync(target, text)
}
