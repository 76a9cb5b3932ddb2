#!/usr/bin/env node
/**
 * `effect-sens-emulator`: the emulator as a program.
 *
 * @since 0.1.0
 */
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { createRequire } from "node:module"
import * as Account from "./Account.ts"
import * as EmulatorServer from "./EmulatorServer.ts"
import * as RequestLog from "./internal/requestLog.ts"
import * as Storage from "./Storage.ts"
import * as Switches from "./Switches.ts"

const Manifest = Schema.Struct({ version: Schema.String })

const { version } = Schema.decodeUnknownSync(Manifest)(createRequire(import.meta.url)("../package.json"))

const Port = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 65_535 }))

const duration = (name: string) =>
  Flag.String(name).pipe(Flag.withMetavar("duration"), Flag.withSchema(Schema.DurationFromString))

const repeatable = (name: string) => Flag.String(name).pipe(Flag.atLeast(0))

const emulator = Command.make("effect-sens-emulator", {
  port: Flag.Int("port").pipe(
    Flag.withAlias("p"),
    Flag.withSchema(Port),
    Flag.withDescription("Port to listen on; 0 takes a free one"),
    Flag.withDefault(8080)
  ),
  host: Flag.String("host").pipe(
    Flag.withDescription("Address to bind; the default can be reached from this machine only"),
    Flag.withDefault("127.0.0.1")
  ),
  allowedHosts: repeatable("allow-host").pipe(
    Flag.withDescription("A further name that Host headers may bear (repeatable)")
  ),
  accessKey: Flag.String("access-key").pipe(
    Flag.withDescription("Access key of the account"),
    Flag.withDefault(Account.accessKey)
  ),
  secretKey: Flag.String("secret-key").pipe(
    Flag.withDescription("Secret key of the account: make one up, it opens nothing else"),
    Flag.withDefault(Account.secretKey)
  ),
  serviceIds: repeatable("service-id").pipe(
    Flag.withDescription(`A service of the account (repeatable; default ${Account.serviceId})`)
  ),
  senders: repeatable("sender").pipe(
    Flag.withDescription("A registered sender number (repeatable; without any, all are)")
  ),
  outcomes: Flag.KeyValuePair("outcome").pipe(
    Flag.withDescription("NUMBER=CODE: the result code of messages to a number (repeatable)"),
    Flag.withDefault({})
  ),
  processingAfter: duration("processing-after").pipe(
    Flag.withDescription("When an accepted message turns PROCESSING, such as \"1 second\""),
    Flag.withDefault("1 second")
  ),
  completedAfter: duration("completed-after").pipe(
    Flag.withDescription("When it turns COMPLETED"),
    Flag.withDefault("5 seconds")
  ),
  visibleAfter: duration("visible-after").pipe(
    Flag.withDescription("How long it is in no search and no result"),
    Flag.withDefault("0 seconds")
  ),
  timestampTolerance: duration("timestamp-tolerance").pipe(
    Flag.withDescription("How far the timestamp of a signature may be off"),
    Flag.withDefault("5 minutes")
  ),
  paging: Flag.Literals("paging", ["both", "pageIndex", "nextToken"]).pipe(
    Flag.withDescription("How further pages of a search are asked for"),
    Flag.withDefault("both")
  ),
  charset: Flag.Literals("charset", ["EUC-KR", "CP949"]).pipe(
    Flag.withDescription("The charset of texts"),
    Flag.withDefault("EUC-KR")
  ),
  strict: Flag.Boolean("strict").pipe(
    Flag.withDescription("Refuse at once whatever the service might refuse"),
    Flag.withDefault(false)
  ),
  reservationLead: duration("reservation-lead").pipe(
    Flag.withDescription("How far ahead a reservation must be"),
    Flag.withDefault("10 minutes")
  ),
  clockOffset: duration("clock-offset").pipe(
    Flag.withDescription("How far the gateway's clock is ahead, such as \"-2 minutes\""),
    Flag.withDefault("0 seconds")
  ),
  data: Flag.String("data").pipe(
    Flag.withMetavar("file"),
    Flag.withDescription("Keep messages, reservations, files and the block list in this file over a restart"),
    Flag.optional
  ),
  seed: Flag.String("seed").pipe(
    Flag.withDescription("What all ids come from"),
    Flag.withDefault("effect-sens")
  )
}, (flags) => {
  const { accessKey, charset, data, paging, secretKey, senders, serviceIds, strict, ...options } = flags
  const server = Layer.unwrap(Effect.gen(function*() {
    const storage = Option.isNone(data) ? undefined : yield* Storage.file(data.value)
    return EmulatorServer.layer({
      ...options,
      accounts: [{
        accessKey,
        secretKey,
        serviceIds: serviceIds.length === 0 ? [Account.serviceId] : serviceIds,
        ...(senders.length === 0 ? undefined : { senders })
      }],
      switches: { ...(strict ? Switches.strict : Switches.lenient), charset, paging },
      storage,
      onRequest: RequestLog.log
    })
  }))
  const announce = Layer.effectDiscard(
    Effect.flatMap(
      EmulatorServer.EmulatorServer,
      ({ baseUrl }) => Effect.logInfo(`SENS is emulated at ${baseUrl}, with an inbox at ${baseUrl}/`)
    )
  )
  return Layer.launch(Layer.provide(announce, server))
}).pipe(Command.withDescription("Emulates the SMS API of NAVER Cloud SENS on a port"))

emulator.pipe(
  Command.run({ version }),
  Effect.provide(NodeServices.layer),
  NodeRuntime.runMain
)
