/**
 * The demo: a Korean text to 250 people, signed, over a real socket, followed to its delivery codes.
 *
 * Without `--live` it talks to an emulator that it starts itself. With `--durable` it can be killed and goes on where it was.
 */
import * as EucKr from "@effect-sens/core/EucKr"
import * as PhoneNumber from "@effect-sens/core/PhoneNumber"
import * as SendRequest from "@effect-sens/core/SendRequest"
import * as Account from "@effect-sens/emulator/Account"
import * as EmulatorServer from "@effect-sens/emulator/EmulatorServer"
import * as Storage from "@effect-sens/emulator/Storage"
import * as NodeTransport from "@effect-sens/http/NodeTransport"
import * as Sens from "@effect-sens/http/Sens"
import * as NodeSqlite from "@effect-sens/outbox/NodeSqlite"
import * as Outbox from "@effect-sens/outbox/Outbox"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Arr from "effect/Array"
import * as CliError from "effect/cli/CliError"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Prompt from "effect/cli/Prompt"
import type * as Config from "effect/Config"
import * as Console from "effect/Console"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import type * as HttpClient from "effect/http/HttpClient"
import type * as HttpServerError from "effect/http/HttpServerError"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as RateLimiter from "effect/persistence/RateLimiter"
import type * as PlatformError from "effect/PlatformError"
import * as Schema from "effect/Schema"
import { fileURLToPath } from "node:url"
import * as Campaign from "./demo/Campaign.ts"
import * as Durable from "./demo/Durable.ts"
import * as ProgressBar from "./demo/ProgressBar.ts"
import * as Recipients from "./demo/Recipients.ts"
import * as Report from "./demo/Report.ts"

class Refused extends Schema.TaggedError<Refused>()("Refused", { why: Schema.String }) {
  override readonly [CliError.userMessage] = this.why
  override get message(): string {
    return this.why
  }
}

const refuse = (error: Error) => Effect.fail(new Refused({ why: error.message }))

const bundled = fileURLToPath(new URL("../data/recipients.csv", import.meta.url))

const kept = fileURLToPath(new URL("../../../node_modules/.cache/durable-demo", import.meta.url))

const interactive = process.stdout.isTTY && process.stdin.isTTY

// -----------------------------------------------------------------------------
// The message
// -----------------------------------------------------------------------------

const sender = (from: Option.Option<string>, live: boolean) => {
  if (Option.isNone(from)) {
    return live
      ? Effect.fail(new Refused({ why: "--live needs --from, a sender number that is registered in the SENS console" }))
      : Effect.succeed(PhoneNumber.make("0212345678"))
  }
  return Effect.mapError(
    Effect.fromResult(PhoneNumber.normalizeSender(from.value)),
    (error) => new Refused({ why: `--from: ${error.message}` })
  )
}

/** SENS cuts what is too long and drops what its charset lacks, so neither is sent. */
const message = Effect.fnUntraced(function*(text: string) {
  const problems = EucKr.inspect(text).filter(({ severity }) => severity === "error")
  if (text === "" || problems.length > 0) {
    const where = problems.map(({ index, kind }) => `${kind} at ${index}`).join(", ")
    return yield* new Refused({ why: text === "" ? "--text is empty" : `SENS cannot deliver this text: ${where}` })
  }
  const bytes = EucKr.byteLength(text)
  if (bytes > SendRequest.maxBytes.LMS) {
    return yield* new Refused({ why: `The text has ${bytes} bytes, an LMS takes ${SendRequest.maxBytes.LMS}` })
  }
  return { bytes, type: bytes <= SendRequest.maxBytes.SMS ? "SMS" as const : "LMS" as const }
})

// -----------------------------------------------------------------------------
// Where it goes
// -----------------------------------------------------------------------------

const emulated = (recipients: ReadonlyArray<Recipients.Recipient>) =>
  Layer.unwrap(Effect.map(EmulatorServer.EmulatorServer, ({ baseUrl }) => Sens.layer({ ...Account.options, baseUrl })))
    .pipe(Layer.provide(EmulatorServer.layer(emulation(recipients))))

const emulation = (recipients: ReadonlyArray<Recipients.Recipient>) => ({
  processingAfter: "500 millis",
  completedAfter: "2 seconds",
  outcomes: Object.fromEntries(
    recipients.filter(({ outcome }) => outcome !== "").map(({ number, outcome }) => [number, outcome])
  )
} as const)

type ClientError =
  | Config.ConfigError
  | HttpServerError.ServeError
  | PlatformError.PlatformError
  | Storage.FileInUse
  | Storage.NotAnEventFile

/**
 * One that is killed together with the demo, and keeps what it has accepted in a file as the service does. It refuses an old
 * signature after six seconds in place of five minutes, so that nobody has to wait for that; and has a limit, so that there is time.
 */
const emulatedInFile = (recipients: ReadonlyArray<Recipients.Recipient>, folder: string) =>
  Layer.unwrap(Effect.gen(function*() {
    const { baseUrl } = yield* EmulatorServer.EmulatorServer
    return Sens.layer({
      ...Account.options,
      baseUrl,
      reconcile: { timestampTolerance: "6 seconds", visibilityLag: "1 second" },
      rateLimit: { limiter: yield* RateLimiter.RateLimiter, limit: 10, window: "1 second" }
    })
  })).pipe(
    Layer.provide(RateLimiter.layer.pipe(Layer.provide(RateLimiter.layerStoreMemory))),
    Layer.provide(Layer.unwrap(Effect.map(
      Storage.file(`${folder}/emulator.events`),
      (storage) => EmulatorServer.layer({ ...emulation(recipients), timestampTolerance: "6 seconds", storage })
    )))
  )

// -----------------------------------------------------------------------------
// Over the end of the program
// -----------------------------------------------------------------------------

const durably = (campaign: Campaign.Campaign, options: {
  readonly deadline: Duration.Input
  readonly onProgress: (progress: Campaign.Progress) => Effect.Effect<void>
  readonly folder: string
}) =>
  Durable.run(campaign, {
    ...options,
    onStart: ({ accepted, final, open }) => {
      const all = campaign.recipients.length
      if (final === all) {
        return Console.log(`All of it was sent before. To send it anew, delete ${options.folder}`)
      }
      if (accepted + open === 0) {
        return Console.log(`Written to ${options.folder}: end it by Ctrl-C or kill -9, and start it again`)
      }
      const lost = open === 0 ? "" : `; of ${open} nobody knows, so the delivery log is asked`
      return Console.log(`Going on: ${accepted} of ${all} were accepted, ${final} had their result${lost}`)
    }
  }).pipe(
    Effect.provide(
      Outbox.layer().pipe(
        Layer.provideMerge(NodeSqlite.layer({ filename: `${options.folder}/outbox.db` }))
      )
    )
  )

/** Real messages cost money: a person has to type how many. */
const confirm = Effect.fnUntraced(function*(count: number, type: string) {
  if (!interactive) return yield* new Refused({ why: "--live asks before it sends, so it needs a terminal" })
  yield* Console.log(`${count} ${type} will be sent through the real service, and will be billed.`)
  const typed = yield* Prompt.run(Prompt.String({ message: `Type ${count} to send them:` }))
  if (typed.trim() !== String(count)) return yield* new Refused({ why: "Nothing was sent" })
})

// -----------------------------------------------------------------------------
// The command
// -----------------------------------------------------------------------------

const demo = Command.make(
  "demo",
  {
    text: Flag.String("text").pipe(
      Flag.withDescription("The text; an SMS up to 90 bytes, otherwise an LMS"),
      Flag.withDefault("[이펙트] 인증번호는 738201 입니다. 타인에게 알려주지 마세요.")
    ),
    recipients: Flag.File("recipients", { mustExist: true }).pipe(
      Flag.withDescription(
        "A CSV file with a column for the numbers, and outcome for the emulator (default: 250 made-up numbers)"
      ),
      Flag.optional
    ),
    to: Flag.String("to").pipe(
      Flag.withDescription("A recipient's number (repeatable), instead of a file"),
      Flag.atLeast(0)
    ),
    from: Flag.String("from").pipe(
      Flag.withDescription("The sender number; with --live one that is registered in the SENS console"),
      Flag.optional
    ),
    language: Flag.Literals("language", ["en", "ko"]).pipe(
      Flag.withDescription("The language of the meanings in the table"),
      Flag.withDefault("en" as const)
    ),
    deadline: Flag.String("deadline").pipe(
      Flag.withDescription("How long to wait for the last result"),
      Flag.withSchema(Schema.DurationFromString),
      Flag.withDefault("5 minutes")
    ),
    durable: Flag.Boolean("durable").pipe(
      Flag.withDescription("Write the list to a file first: killed at any moment and started again, it goes on"),
      Flag.withDefault(false)
    ),
    folder: Flag.String("folder").pipe(
      Flag.withDescription("Where --durable keeps what it has written down"),
      Flag.withDefault(kept)
    ),
    live: Flag.Boolean("live").pipe(
      Flag.withDescription(
        "Send real, paid messages, with SENS_ACCESS_KEY, SENS_SECRET_KEY and SENS_SERVICE_ID from the environment"
      ),
      Flag.withDefault(false)
    )
  },
  Effect.fnUntraced(
    function*({ deadline, durable, folder, from, language, live, recipients: file, text, to }) {
      if (Option.isSome(file) && to.length > 0) {
        return yield* new Refused({ why: "--to and --recipients exclude each other" })
      }
      if (live && Option.isNone(file) && to.length === 0) {
        return yield* new Refused({
          why: "--live does not use the bundled list: name recipients by --to or --recipients"
        })
      }
      const list = yield* to.length > 0
        ? Recipients.fromNumbers(to)
        : Recipients.fromFile(Option.getOrElse(file, () => bundled))
      const numbers = list.map(({ number }) => number)
      if (!Arr.isReadonlyArrayNonEmpty(numbers)) return yield* new Refused({ why: "There is no recipient" })
      const { bytes, type } = yield* message(text)
      const campaign = { type, from: yield* sender(from, live), content: text, recipients: numbers }
      if (durable) yield* (yield* FileSystem.FileSystem).makeDirectory(folder, { recursive: true })
      const client: Layer.Layer<Sens.Sens, ClientError, FileSystem.FileSystem | HttpClient.HttpClient> = live
        ? Sens.layerConfig()
        : durable
        ? emulatedInFile(list, folder)
        : emulated(list)

      const onProgress = yield* ProgressBar.make(numbers.length, interactive)
      // Inside the layer, so that missing credentials show before anybody is asked.
      const fates = yield* Effect.gen(function*() {
        if (live) yield* confirm(numbers.length, type)
        if (durable) return yield* durably(campaign, { deadline, folder, onProgress })
        return yield* Campaign.run(campaign, { deadline, onProgress })
      }).pipe(Effect.provide(Layer.provide(client, NodeTransport.layer())))
      yield* Console.log(["", ...Report.render({ fates, type, bytes, language })].join("\n"))

      const open = [...fates.values()].filter(({ _tag }) => _tag !== "Final").length
      if (fates.size !== numbers.length || open > 0) {
        return yield* new Refused({ why: `${open} of ${numbers.length} messages have no final result` })
      }
    },
    Effect.catchTags({
      // What a person can mend is told in a line, without a stack.
      ConfigError: ({ cause }) => refuse(cause),
      InvalidList: refuse,
      InvalidRecipients: refuse,
      NotAnEventFile: refuse,
      OtherCampaign: refuse,
      NotCovered: refuse,
      PagingError: refuse,
      PlatformError: refuse,
      SensError: refuse,
      ServeError: refuse,
      SqlError: refuse,
      UnreadableRecords: refuse
    })
  )
).pipe(Command.withDescription("Sends a text to many people and follows every message to its delivery code"))

demo.pipe(
  Command.run({ version: "0.0.0" }),
  Effect.provide(NodeServices.layer),
  NodeRuntime.runMain
)
