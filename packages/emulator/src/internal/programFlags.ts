/**
 * The flags of the program, and nothing of what they are for: a command line of which the emulator is a part loads that when it is asked
 * for.
 */
import type * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Duration from "effect/Duration"
import * as Schema from "effect/Schema"
import * as Account from "../Account.ts"

const described = (description: string) => <A>(flag: Flag.Flag<A>) => Flag.withDescription(flag, description)

const Port = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 65_535 }))

const Positive = Schema.Int.check(Schema.isGreaterThanOrEqualTo(1))

/** Further than this no clock and no date goes. */
const longest = Duration.days(36_500)

const within = (minimum: Duration.Duration, expected: string) =>
  Schema.DurationFromString.check(
    Schema.makeFilter((duration) => Duration.between(duration, { minimum, maximum: longest }) || `Expected ${expected}`)
  )

const Wait = within(Duration.zero, "a duration such as \"5 seconds\", of 100 years at most")

const Offset = within(Duration.negate(longest), "a duration such as \"-2 minutes\", of 100 years at most")

const duration = (name: string, description: string, fallback: string, schema = Wait) =>
  Flag.String(name).pipe(
    Flag.withMetavar("duration"),
    Flag.withSchema(schema),
    described(`${description} (default "${fallback}")`),
    Flag.optional
  )

// Without a default of its own, help would call it required.
const repeatable = (name: string) => Flag.String(name).pipe(Flag.atLeast(0), Flag.withDefault([]))

const text = (pattern: RegExp, expected: string) =>
  Schema.String.check(Schema.isPattern(pattern, { message: `Expected ${expected}` }))

// An empty host would be every address of this machine, and an empty variable of a shell is easily written.
const Host = text(/^[^\s/\p{Cc}]+$/u, "a name or an address")

const FilePath = text(/\S/, "the path of a file")

/** What a header can bear. */
const AccessKey = text(/^[ -~]+$/, "letters, digits and signs of ASCII")

const SecretKey = text(/^\P{Cc}+$/u, "a text of one line")

/** What stands in a path as it is. */
const ServiceId = text(/^[\w.~:@!$&'()*+,;=-]+$/, "letters, digits and : - _ . as in ncp:sms:kr:000000000000:name")

// A text may hold the sign itself, a code does not.
const OutcomeByContent = text(/^[^]+=[^=\s]+$/, "TEXT=CODE")

const count = (name: string, description: string) =>
  Flag.Int(name).pipe(Flag.withSchema(Positive), described(description), Flag.optional)

const choice = <const Values extends ReadonlyArray<string>>(name: string, values: Values, description: string) =>
  Flag.Literals(name, values).pipe(described(description), Flag.optional)

/** One flag a switch: what the documents leave open. */
export const switches = {
  charset: choice("charset", ["EUC-KR", "CP949"], "The charset of texts"),
  overLength: choice("over-length", ["truncate", "reject"], "What becomes of a text over its limit"),
  unencodable: choice("unencodable", ["fail", "reject"], "What becomes of a text that the charset cannot hold"),
  foreignText: choice("foreign-text", ["any", "charset"], "Whether that holds for texts that go abroad as well"),
  unregisteredSender: choice("unregistered-sender", ["reject", "fail"], "What becomes of a send from another --sender"),
  emptySearch: choice("empty-search", ["page", "notFound"], "How a search without a hit is answered"),
  badFile: choice("bad-file", ["fail", "reject"], "What becomes of an MMS whose file is not there"),
  strayFiles: choice("stray-files", ["ignore", "reject"], "What becomes of files that are no MMS's"),
  inlineFiles: choice("inline-files", ["reject", "accept"], "Whether an MMS may hold its files itself, {name, body}"),
  fileReuse: choice("file-reuse", ["nameAndSize", "never"], "When a file counts as one that is there"),
  reserveTime: choice("reserve-time", ["offset", "minutes"], "How the status of a reservation tells its time"),
  advertisingAtNight: choice("advertising-at-night", ["send", "fail"], "What becomes of an AD at night"),
  paging: choice("paging", ["both", "pageIndex", "nextToken"], "How further pages of a search are asked for")
}

/** Times, sizes and codes. */
export const behaviour = {
  processingAfter: duration("processing-after", "When an accepted message turns PROCESSING", "1 second"),
  completedAfter: duration("completed-after", "When it turns COMPLETED", "5 seconds"),
  visibleAfter: duration("visible-after", "How long it is in no search and no result", "0 seconds"),
  timestampTolerance: duration("timestamp-tolerance", "How far the timestamp of a signature may be off", "5 minutes"),
  reservationLead: duration("reservation-lead", "How far ahead a reservation must be", "10 minutes"),
  reservationCutoff: duration("reservation-cutoff", "How long before its time it can be cancelled last", "10 minutes"),
  submittedAfter: duration("submitted-after", "How long after its time a reservation is DONE", "1 second"),
  fileExpiry: duration("file-expiry", "How long an uploaded file is kept", "6 days"),
  clockOffset: duration(
    "clock-offset",
    "How far the gateway's clock is ahead, such as \"-2 minutes\"",
    "0 seconds",
    Offset
  ),
  maxFiles: count("max-files", "How many files an MMS may have (default 3)"),
  blockedCode: Flag.String("blocked-code").pipe(
    described("The result code of an AD to a number of the block list (default E917)"),
    Flag.optional
  ),
  maxBodyBytes: count("max-body-bytes", "The largest body that is read (default 1048576)"),
  logCapacity: count("log-capacity", "How many entries the ledger and the signature log keep (default 10000)"),
  messageCapacity: count("message-capacity", "How many messages are kept, the newest (default 1000000)"),
  gracefulShutdownTimeout: duration("shutdown-timeout", "How long open requests may take at the end", "250 millis")
}

/** All others. */
export const flags = {
  port: Flag.Int("port").pipe(
    Flag.withAlias("p"),
    Flag.withSchema(Port),
    described("Port to listen on; 0 takes a free one"),
    Flag.withDefault(8080)
  ),
  host: Flag.String("host").pipe(
    Flag.withSchema(Host),
    described("Address to bind; the default can be reached from this machine only"),
    Flag.withDefault("127.0.0.1")
  ),
  allowedHosts: repeatable("allow-host").pipe(described("A further name that Host headers may bear (repeatable)")),
  env: Flag.Boolean("env").pipe(
    described("Print the settings of a client alone, NAME=value, once it listens; the log goes to stderr"),
    Flag.withDefault(false)
  ),
  detach: Flag.Boolean("detach").pipe(
    described("Start it in the background, and return when it listens"),
    Flag.withDefault(false)
  ),
  accessKey: Flag.String("access-key").pipe(
    Flag.withSchema(AccessKey),
    described("Access key of the account"),
    Flag.withDefault(Account.accessKey)
  ),
  secretKey: Flag.String("secret-key").pipe(
    Flag.withSchema(SecretKey),
    described("Secret key of the account: make one up, it opens nothing else"),
    Flag.withDefault(Account.secretKey)
  ),
  serviceIds: repeatable("service-id").pipe(
    Flag.withSchema(Schema.Array(ServiceId)),
    described(`A service of the account (repeatable; default ${Account.serviceId})`)
  ),
  senders: repeatable("sender").pipe(described("A registered sender number (repeatable; without any, all are)")),
  outcomes: Flag.KeyValuePair("outcome").pipe(
    described("NUMBER=CODE: the result code of messages to a number (repeatable)"),
    Flag.withDefault({})
  ),
  outcomesByContent: repeatable("outcome-by-content").pipe(
    Flag.withMetavar("text=code"),
    Flag.withSchema(Schema.Array(OutcomeByContent)),
    described("TEXT=CODE: the result code of messages whose text includes this (repeatable; the first that fits)")
  ),
  strict: Flag.Boolean("strict").pipe(
    described("Refuse at once whatever the service might refuse; the flags of single switches go before it"),
    Flag.withDefault(false)
  ),
  data: Flag.String("data").pipe(
    Flag.withMetavar("file"),
    Flag.withSchema(FilePath),
    described("Keep messages, reservations, files and the block list in this file over a restart"),
    Flag.optional
  ),
  seed: Flag.String("seed").pipe(
    described("What all ids come from; without it no id comes twice, over restarts and resets"),
    Flag.optional
  )
}

const Share = Schema.String.check(Schema.isPattern(/^(?:100|\d{1,2}(?:\.\d+)?)%$/))

/** Those of the past that an emulator is given. */
export const past = {
  messages: Flag.Int("messages").pipe(
    Flag.withSchema(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 1_000_000 }))),
    described("How many messages"),
    Flag.withDefault(1000)
  ),
  days: Flag.Int("days").pipe(
    Flag.withSchema(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 3650 }))),
    described("Over how many days up to now"),
    Flag.withDefault(30)
  ),
  failed: Flag.String("failed").pipe(
    Flag.withMetavar("percent"),
    Flag.withSchema(Share),
    described("Which share of them failed"),
    Flag.withDefault("5%")
  ),
  from: Flag.String("from-seed").pipe(
    described("What numbers, texts, times and codes come from"),
    Flag.withDefault("effect-sens")
  ),
  url: Flag.String("url").pipe(
    described("Where the emulator listens"),
    Flag.withDefault("http://127.0.0.1:8080")
  )
}

/** What was said to the program. */
export type Input = Command.Command.Config.Infer<
  typeof flags & { behaviour: typeof behaviour; switches: typeof switches }
>

/** What was said of a past. */
export type Past = Command.Command.Config.Infer<typeof past>
