import type * as SendRequest from "@effect-sens/core/SendRequest"
import * as Account from "@effect-sens/emulator/Account"
import type * as Emulator from "@effect-sens/emulator/Emulator"
import * as EmulatorClient from "@effect-sens/emulator/EmulatorClient"
import * as Sens from "@effect-sens/http/Sens"
import * as Signer from "@effect-sens/http/Signer"
import * as NodeSqlite from "@effect-sens/outbox/NodeSqlite"
import * as Outbox from "@effect-sens/outbox/Outbox"
import * as NodeCrypto from "@effect/platform-node/NodeCrypto"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/testing/TestClock"

/** Synchronous, so that virtual time does not run while a signature is computed. */
export const signer = Signer.layer.pipe(Layer.provide(NodeCrypto.layer))

/** An outbox in memory, a client and an emulator without a socket, all under the clock of the test. No worker. */
export const outbox = (emulator?: Emulator.Options, options?: Partial<Sens.Options>, outbox?: Outbox.Options) =>
  Outbox.layer(outbox).pipe(
    Layer.provideMerge(NodeSqlite.layer({ filename: ":memory:" })),
    Layer.provideMerge(Sens.layer({ ...Account.options, ...options })),
    Layer.provideMerge(signer),
    Layer.provideMerge(EmulatorClient.layer(emulator)),
    Layer.fresh
  )

/** The same, with a worker. */
export const working = (
  emulator?: Emulator.Options,
  options?: Partial<Sens.Options>,
  { worker, ...own }: Outbox.Options & { readonly worker?: Outbox.WorkerOptions } = {}
) => Outbox.layerWorker(worker).pipe(Layer.provideMerge(outbox(emulator, options, own)))

/** Lets time pass, in steps that no timer is longer than. */
export const pass = Effect.fnUntraced(function*(seconds: number, step = 0.25) {
  for (let passed = 0; passed < seconds; passed += step) yield* TestClock.adjust(step * 1000)
})

export const sms = (to = "01012345678", content = "인증번호 738201"): SendRequest.Sms => ({
  type: "SMS",
  from: "0212345678",
  content,
  messages: [{ to }]
})
