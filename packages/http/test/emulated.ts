import * as PhoneNumber from "@effect-sens/core/PhoneNumber"
import type * as SendRequest from "@effect-sens/core/SendRequest"
import * as ServiceId from "@effect-sens/core/ServiceId"
import * as Account from "@effect-sens/emulator/Account"
import type * as Emulator from "@effect-sens/emulator/Emulator"
import * as EmulatorClient from "@effect-sens/emulator/EmulatorClient"
import * as Sens from "@effect-sens/http/Sens"
import * as Signer from "@effect-sens/http/Signer"
import * as NodeCrypto from "@effect/platform-node/NodeCrypto"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as TestClock from "effect/testing/TestClock"

export const credentials: Sens.Options = {
  accessKey: Redacted.make(Account.accessKey),
  secretKey: Redacted.make(Account.secretKey),
  serviceId: ServiceId.make(Account.serviceId)
}

/** Synchronous, so that virtual time does not run while a signature is computed. */
export const signer = Signer.layer.pipe(Layer.provide(NodeCrypto.layer))

/** A client and an emulator without a socket, both under the clock of the test. */
export const emulated = (options?: Partial<Sens.Options>, emulator?: Emulator.Options) =>
  Sens.layer({ ...credentials, ...options }).pipe(
    Layer.provide(signer),
    Layer.provideMerge(EmulatorClient.layer(emulator))
  )

/** Runs an effect to its end in virtual time, a step at a time, and tells how long it took in milliseconds. */
export const inVirtualTime = Effect.fnUntraced(function*<A, E, R>(effect: Effect.Effect<A, E, R>, step = 50) {
  const fiber = yield* Effect.forkChild(effect)
  let elapsed = 0
  yield* Effect.yieldNow
  while (fiber.pollUnsafe() === undefined) {
    yield* TestClock.adjust(step)
    elapsed += step
  }
  const exit = yield* Fiber.await(fiber)
  return { exit, elapsed }
})

/** As {@link inVirtualTime}, for an effect that is to succeed. */
export const valueInVirtualTime = Effect.fnUntraced(function*<A, E, R>(effect: Effect.Effect<A, E, R>, step = 50) {
  const { elapsed, exit } = yield* inVirtualTime(effect, step)
  return { elapsed, value: yield* exit }
})

export const sms = (to = "01012345678", content = "인증번호 738201"): SendRequest.Normalized => ({
  type: "SMS",
  from: PhoneNumber.make("0212345678"),
  content,
  messages: [{ to: PhoneNumber.make(to) }]
})
