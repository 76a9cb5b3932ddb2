import * as Preflight from "@effect-sens/core/Preflight"
import type * as SendRequest from "@effect-sens/core/SendRequest"
import * as Account from "@effect-sens/emulator/Account"
import * as Emulator from "@effect-sens/emulator/Emulator"
import * as EmulatorClient from "@effect-sens/emulator/EmulatorClient"
import * as Sens from "@effect-sens/http/Sens"
import * as Signer from "@effect-sens/http/Signer"
import * as NodeCrypto from "@effect/platform-node/NodeCrypto"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Clock from "effect/Clock"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/testing/TestClock"
import { readdirSync } from "node:fs"
import { join } from "node:path"
import * as Ending from "../../src/Ending.ts"
import * as Journal from "../../src/journal/Journal.ts"
import * as Sending from "../../src/journal/Sending.ts"

export const layer = Layer.mergeAll(
  Sens.layer({ ...Account.options, reconcile: { visibilityLag: "60 seconds" } }).pipe(
    // Synchronous, so that virtual time does not run while a signature is computed.
    Layer.provideMerge(Signer.layer.pipe(Layer.provide(NodeCrypto.layer))),
    Layer.provideMerge(EmulatorClient.layer({ completedAfter: 0 }))
  ),
  NodeServices.layer
).pipe(Layer.fresh)

export const request = (to: string, content = "secret words"): SendRequest.Normalized => {
  const { value } = Preflight.normalize({ type: "SMS", from: "0212345678", content, messages: [{ to }] })
  if (value === undefined) throw new Error("no request")
  return value
}

/** A journal in a folder of its own, and how many times a number got something. */
export const opened = Effect.gen(function*() {
  const fs = yield* FileSystem.FileSystem
  const directory = yield* fs.makeTempDirectoryScoped()
  yield* TestClock.setTime(DateTime.toEpochMillis(DateTime.makeUnsafe("2026-11-28T03:00:00Z")))
  const emulator = yield* Emulator.Emulator
  const options = { serviceId: Account.serviceId, host: "127.0.0.1", directory }
  const ending = Ending.initial()
  return {
    directory,
    journal: yield* Journal.make(options),
    /** Another process that opens it. */
    again: Journal.make(options),
    faults: emulator.faults,
    ending,
    got: (to: string) =>
      Effect.map(emulator.allMessages, (messages) => messages.filter((each) => each.to === to).length),
    send: (journal: Journal.Journal, to: string, options: Partial<Sending.Options> = {}) =>
      Sending.send(journal, request(to), { patience: 0, ...options }).pipe(
        Effect.provideService(Ending.Ending, ending)
      ),
    sendAgain: (
      journal: Journal.Journal,
      entry: Parameters<typeof Sending.sendAgain>[1],
      options: Partial<Sending.Options> = {}
    ) =>
      Sending.sendAgain(journal, entry, request("01000000001"), { patience: 0, ...options }).pipe(
        Effect.provideService(Ending.Ending, ending)
      )
  }
})

export const files = (directory: string, folder: string) =>
  readdirSync(join(directory, folder)).filter((name) => name.endsWith(".json"))

/** Virtual seconds, with time for files and locks between them. */
export const seconds = (count: number) =>
  Effect.forEach(
    Array.from({ length: count }),
    () => Effect.andThen(TestClock.adjust("1 second"), Clock.Clock.defaultValue().sleep(Duration.millis(5))),
    { discard: true }
  )

/** Past the fence and the lag of the log. */
export const pass = TestClock.adjust("7 minutes")
