/**
 * The command of the program `effect-sens-emulator`, for whoever gives it a place in a command line of its own.
 *
 * It needs Node: a port, a file, and processes.
 *
 * @since 0.1.0
 */
import * as PhoneNumber from "@effect-sens/core/PhoneNumber"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Console from "effect/Console"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as HttpServerError from "effect/http/HttpServerError"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Option from "effect/Option"
import * as PlatformError from "effect/PlatformError"
import * as Result from "effect/Result"
import * as Runtime from "effect/Runtime"
import * as Schema from "effect/Schema"
// @effect-diagnostics-next-line nodeBuiltinImport:off
import { randomUUID } from "node:crypto"
import * as Account from "./Account.ts"
import * as EmulatorServer from "./EmulatorServer.ts"
import * as Paste from "./internal/paste.ts"
import * as Processes from "./internal/processes.ts"
import * as RequestLog from "./internal/requestLog.ts"
import * as Storage from "./Storage.ts"
import * as Switches from "./Switches.ts"

/**
 * Why the program cannot run, in a sentence. Whoever runs the command prints `message`, and ends with exit code 1.
 *
 * @category errors
 * @since 0.1.0
 */
export class Failed extends Schema.TaggedError<Failed>("@effect-sens/emulator/Program/Failed")("Failed", {
  /** The sentence. */
  message: Schema.String
}) {
  override readonly [Runtime.errorExitCode] = 1
  override readonly [Runtime.errorReported] = false
}

const Port = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 65_535 }))

const Positive = Schema.Int.check(Schema.isGreaterThanOrEqualTo(1))

const described = (description: string) => <A>(flag: Flag.Flag<A>) => Flag.withDescription(flag, description)

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

const repeatable = (name: string) => Flag.String(name).pipe(Flag.atLeast(0))

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
const switches = {
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

const behaviour = {
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

const flags = {
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

/** The given ones of flags that are optional. */
const given = <A extends Readonly<Record<string, Option.Option<unknown>>>>(flags: A) =>
  Object.fromEntries(
    Object.entries(flags).flatMap(([name, value]) => Option.isSome(value) ? [[name, value.value]] : [])
  ) as { readonly [K in keyof A]?: A[K] extends Option.Option<infer V> ? V : never }

/** A recipient as people write it: a Korean number, one with the calling code of its country, or the digits of one abroad. */
const recipient = (written: string): Result.Result<string, PhoneNumber.InvalidPhoneNumber> =>
  Result.match(PhoneNumber.parse(written), {
    onSuccess: ({ number }) => Result.succeed(String(number)),
    onFailure: (problem) =>
      problem.why === "LostZero" || !/^\d{5,25}$/.test(written) ? Result.fail(problem) : Result.succeed(written)
  })

const read = <A>(
  flag: string,
  result: Result.Result<A, PhoneNumber.InvalidPhoneNumber>
): Effect.Effect<A, Failed> =>
  Result.isSuccess(result)
    ? Effect.succeed(result.success)
    : Effect.fail(new Failed({ message: `${flag}: ${result.failure.message}` }))

const codeOf = (cause: unknown): string =>
  typeof cause === "object" && cause !== null && "code" in cause ? String(cause.code) : ""

/** What went wrong, in a sentence. */
const sentence = (
  error: HttpServerError.ServeError | PlatformError.PlatformError | { readonly message: string },
  { data, host, port }: Pick<Input, "data" | "host" | "port">
): string => {
  if (error instanceof HttpServerError.ServeError) {
    switch (codeOf(error.cause)) {
      case "EADDRINUSE":
        return `Port ${port} is in use; --port 0 takes a free one.`
      case "EACCES":
        return `Port ${port} may not be bound by this user; --port 0 takes a free one.`
      default:
        return `The host ${JSON.stringify(host)} cannot be bound (${codeOf(error.cause) || "unknown reason"}).`
    }
  }
  if (error instanceof PlatformError.PlatformError) {
    return `${Option.getOrElse(data, () => "The data file")} cannot be used as a data file (${error.reason._tag}).`
  }
  const [first = ""] = error.message.split("\n")
  return /[.!?]$/.test(first) ? first : `${first}.`
}

const Share = Schema.String.check(Schema.isPattern(/^(?:100|\d{1,2}(?:\.\d+)?)%$/))

const past = {
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

const seed = Command.make("seed", past, ({ days, failed, from, messages, url }) =>
  Effect.gen(function*() {
    const share = Number(failed.slice(0, -1)) / 100
    const request = HttpClientRequest.post(`${url.replace(/\/$/, "")}/__emulator/seed`).pipe(
      HttpClientRequest.bodyJsonUnsafe({ messages, days, failed: share, seed: from })
    )
    const response = yield* HttpClient.execute(request)
    if (response.status !== 204) {
      return yield* new Failed({ message: `What listens at ${url} takes no past (it answers ${response.status}).` })
    }
    yield* Console.log(`${messages.toLocaleString("en")} messages of the last ${days} days are at ${url}`)
  }).pipe(
    Effect.catchTag("HttpClientError", () => new Failed({ message: `No emulator listens at ${url}.` })),
    Effect.scoped,
    Effect.provide(NodeHttpClient.layerUndici)
  )).pipe(Command.withDescription("Gives an emulator that listens a past of any size"))

type Input = Command.Command.Config.Infer<typeof flags & { behaviour: typeof behaviour; switches: typeof switches }>

const detached = Effect.fnUntraced(function*({ env }: Input) {
  const said = yield* Processes.detach
  if (said._tag === "Failed") return yield* new Failed({ message: said.text })
  yield* Console.log(env ? said.text : `${said.text}\n\nIt runs in the background: kill ${said.pid}`)
})

const serve = Effect.fnUntraced(
  function*(input: Input) {
    const { accessKey, data, env, host, port, secretKey } = input
    const senders = yield* Effect.forEach(
      input.senders,
      (sender) => read("--sender", PhoneNumber.normalizeSender(sender))
    )
    const outcomes = Object.fromEntries(
      yield* Effect.forEach(
        Object.entries(input.outcomes),
        ([written, code]) => Effect.map(read("--outcome", recipient(written)), (to) => [to, code] as const)
      )
    )
    const serviceIds = input.serviceIds.length === 0 ? [Account.serviceId] : input.serviceIds
    const options: EmulatorServer.Options = {
      gracefulShutdownTimeout: "250 millis",
      ...given(input.behaviour),
      port,
      host,
      allowedHosts: input.allowedHosts,
      outcomes,
      outcomesByContent: input.outcomesByContent.map((written) => {
        const sign = written.lastIndexOf("=")
        return { includes: written.slice(0, sign), code: written.slice(sign + 1) }
      }),
      accounts: [{ accessKey, secretKey, serviceIds, ...(senders.length === 0 ? undefined : { senders }) }],
      switches: { ...(input.strict ? Switches.strict : Switches.lenient), ...given(input.switches) },
      seed: Option.getOrElse(input.seed, () => randomUUID),
      onRequest: RequestLog.log
    }
    const server = Layer.unwrap(
      Effect.map(
        Option.isNone(data) ? Effect.undefined : Storage.file(data.value),
        (storage) => EmulatorServer.layer({ ...options, storage })
      )
    )
    const announce = Layer.effectDiscard(Effect.gen(function*() {
      const { baseUrl } = yield* EmulatorServer.EmulatorServer
      const settings = { accessKey, secretKey, serviceId: serviceIds[0] ?? Account.serviceId, baseUrl }
      const offset = Duration.toMillis(Option.getOrElse(input.behaviour.clockOffset, () => Duration.zero))
      const text = env
        ? Paste.env(settings)
        : `${Paste.exports(settings)}\n\n${Paste.curl({ from: senders[0] ?? "0200000000", offset })}`
      if (Processes.isDetached) return yield* Processes.tell({ _tag: "Listens", text })
      if (!env) yield* Effect.logInfo(`SENS is emulated at ${baseUrl}, with an inbox at ${baseUrl}/`)
      yield* Console.log(env ? text : `\n${text}\n`)
      yield* Effect.forkScoped(Processes.endWithParent)
    }))
    yield* Processes.outliveLog
    return yield* Layer.launch(Layer.provide(announce, server)).pipe(
      Effect.mapError((error) => new Failed({ message: sentence(error, input) })),
      // What is printed with `--env` is for a file.
      Effect.provideService(Logger.LogToStderr, env)
    )
  },
  Effect.scoped,
  Effect.tapError((error) =>
    Processes.isDetached ? Processes.tell({ _tag: "Failed", text: error.message }) : Effect.void
  )
)

/**
 * A command of any name with every option of the emulator as a flag, and `seed` below it. It fails with {@link Failed} where it
 * cannot run.
 *
 * **Example** (As a part of another command line)
 *
 * ```ts import.meta.vitest
 * import * as Program from "@effect-sens/emulator/Program"
 * import * as Command from "effect/cli/Command"
 *
 * const mine = Command.make("mine").pipe(Command.withSubcommands([Program.make("emulate")]))
 *
 * mine.subcommands.flatMap(({ commands }) => commands.map(({ name }) => name)) // => ["emulate"]
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = <const Name extends string>(name: Name) =>
  Command.make(
    name,
    { ...flags, behaviour, switches },
    (input): Effect.Effect<void, Failed, FileSystem.FileSystem> =>
      input.detach && !Processes.isDetached ? detached(input) : serve(input)
  ).pipe(
    Command.withDescription("Emulates the SMS API of NAVER Cloud SENS on a port"),
    Command.withSubcommands([seed])
  )

/**
 * The command of the program `effect-sens-emulator`; see {@link make}.
 *
 * **Example** (Its name)
 *
 * ```ts import.meta.vitest
 * import * as Program from "@effect-sens/emulator/Program"
 *
 * Program.command.name // => "effect-sens-emulator"
 * ```
 *
 * @category commands
 * @since 0.1.0
 */
export const command = make("effect-sens-emulator")

/**
 * Arguments with each negative duration joined to its flag, which a command line would take for flags of one letter.
 *
 * **Example** (A clock that is behind)
 *
 * ```ts import.meta.vitest
 * import * as Program from "@effect-sens/emulator/Program"
 *
 * Program.joined(["--clock-offset", "-2 minutes", "--strict"]) // => ["--clock-offset=-2 minutes", "--strict"]
 * ```
 *
 * @category converting
 * @since 0.1.0
 */
export const joined = (args: ReadonlyArray<string>): ReadonlyArray<string> => {
  const out: Array<string> = []
  for (const arg of args) {
    const flag = out.at(-1)
    if (flag !== undefined && /^-\d/.test(arg) && /^--[a-z-]+$/.test(flag)) {
      out[out.length - 1] = `${flag}=${arg}`
    } else out.push(arg)
  }
  return out
}
