import * as PhoneNumber from "@effect-sens/core/PhoneNumber"
import * as RequestId from "@effect-sens/core/RequestId"
import type * as SendRequest from "@effect-sens/core/SendRequest"
import * as SensError from "@effect-sens/core/SensError"
import * as ServiceId from "@effect-sens/core/ServiceId"
import * as Emulator from "@effect-sens/emulator/Emulator"
import * as EmulatorClient from "@effect-sens/emulator/EmulatorClient"
import * as EmulatorServer from "@effect-sens/emulator/EmulatorServer"
import * as Fault from "@effect-sens/emulator/Fault"
import * as Sens from "@effect-sens/http/Sens"
import * as Signer from "@effect-sens/http/Signer"
import * as NodeCrypto from "@effect/platform-node/NodeCrypto"
import { assert, describe, it } from "@effect/vitest"
import * as Arr from "effect/Array"
import * as ConfigProvider from "effect/ConfigProvider"
import * as SecureRandom from "effect/crypto/SecureRandom"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/testing/TestClock"
import * as App from "../src/composition/App.ts"
import * as Notices from "../src/composition/Notices.ts"
import * as Passwords from "../src/composition/Passwords.ts"
import { run } from "./program.ts"

const account = {
  accessKey: "composition-access-key",
  secretKey: "composition-secret-key",
  serviceIds: ["ncp:sms:kr:000000000000:passwords", "ncp:sms:kr:000000000000:notices"]
} as const

const environment = {
  SENS_ACCESS_KEY: account.accessKey,
  SENS_SECRET_KEY: account.secretKey,
  APP_SENDER: "0212345678",
  APP_PASSWORDS_SERVICE_ID: account.serviceIds[0],
  APP_NOTICES_SERVICE_ID: account.serviceIds[1]
}

const settings = ConfigProvider.layer(ConfigProvider.fromEnvRecord(environment))
const member = PhoneNumber.make("01012345678")

// -----------------------------------------------------------------------------
// A mocked client
// -----------------------------------------------------------------------------

const unused = () => Effect.die("not a call that the app makes")

/** A client that keeps what it is asked to send, and answers as told. */
const mocked = (send: Sens.Service["messages"]["send"]) => {
  const sent: Array<SendRequest.SendRequest> = []
  const client = Layer.succeed(Sens.Sens, {
    serviceId: ServiceId.make(account.serviceIds[0]),
    settings: { preflight: {}, visibilityLag: Duration.minutes(1), timestampTolerance: Duration.minutes(5) },
    messages: {
      send: (request) => {
        sent.push(request)
        return send(request)
      },
      check: () => Effect.succeed({ errors: [], warnings: [] }),
      reconcile: unused,
      prepare: unused,
      submit: unused,
      resolve: unused,
      learnClock: unused(),
      search: unused,
      result: unused
    },
    files: { upload: unused },
    reservations: { status: unused, cancel: unused },
    unsubscribes: { search: unused, register: unused, remove: unused }
  })
  return { sent, client }
}

const accepting = () => {
  let count = 0
  return mocked(() => Effect.sync(() => ({ requestId: RequestId.make(`R${++count}`) })))
}

const provided = <Id, E, R>(service: Layer.Layer<Id, E, R>, client: Layer.Layer<Sens.Sens>) =>
  service.pipe(Layer.provide([client, settings, SecureRandom.layerWebCrypto]))

const password = (request: SendRequest.SendRequest | undefined) => /\d{6}/.exec(request?.content ?? "")?.[0] ?? ""

describe("with a mocked client", () => {
  it.effect("a password opens once, for its owner, and not for long", () => {
    const { client, sent } = accepting()
    return Effect.gen(function*() {
      const passwords = yield* Passwords.Passwords
      yield* passwords.send(member)
      const first = password(sent[0])
      assert.deepStrictEqual(sent.map(({ from, messages, type }) => ({ from, messages, type })), [
        { type: "SMS", from: PhoneNumber.make("0212345678"), messages: [{ to: member }] }
      ])
      assert.match(first, /^\d{6}$/)
      assert.isFalse(yield* passwords.check(PhoneNumber.make("01087654321"), first))
      assert.isFalse(yield* passwords.check(member, first === "000000" ? "000001" : "000000"))
      assert.isTrue(yield* passwords.check(member, first))
      assert.isFalse(yield* passwords.check(member, first))

      yield* passwords.send(member)
      yield* TestClock.adjust("181 seconds")
      assert.isFalse(yield* passwords.check(member, password(sent[1])))
    }).pipe(Effect.provide(provided(Passwords.layer, client)))
  })

  it.effect("a notice goes to everybody once, a hundred at a time, in the type that holds it", () => {
    const { client, sent } = accepting()
    return Effect.gen(function*() {
      const notices = yield* Notices.Notices
      const everybody = Arr.makeBy(250, (i) => PhoneNumber.make(`010${String(i).padStart(8, "0")}`))
      const ids = yield* notices.announce("점검 안내", [...everybody, ...everybody])
      assert.deepStrictEqual(ids, ["R1", "R2", "R3"].map((id) => RequestId.make(id)))
      assert.deepStrictEqual(sent.map(({ messages }) => messages.length), [100, 100, 50])
      assert.deepStrictEqual(sent.flatMap(({ messages }) => messages.map(({ to }) => to)), everybody)

      yield* notices.announce("가".repeat(46), [member])
      assert.deepStrictEqual(sent.map(({ type }) => type), ["SMS", "SMS", "SMS", "LMS"])
      const error = yield* Effect.flip(notices.announce("😀", [member]))
      assert.strictEqual(error._tag, "DoesNotFit")
      assert.strictEqual(sent.length, 4)
    }).pipe(Effect.provide(provided(Notices.layer, client)))
  })

  it.effect("a refusal reaches the caller, and what comes after it is not sent", () => {
    const refusal = new SensError.SensError({
      operation: "messages.send",
      reason: new SensError.QuotaExceeded({ status: 429 })
    })
    const { client, sent } = mocked(() => Effect.fail(refusal))
    return Effect.gen(function*() {
      const notices = yield* Notices.Notices
      const error = yield* Effect.flip(
        notices.announce("점검 안내", Arr.makeBy(150, (i) => PhoneNumber.make(`010${String(i).padStart(8, "0")}`)))
      )
      assert.strictEqual(error, refusal)
      assert.strictEqual(sent.length, 1)
    }).pipe(Effect.provide(provided(Notices.layer, client)))
  })
})

// -----------------------------------------------------------------------------
// The emulator, with two services
// -----------------------------------------------------------------------------

const emulated = App.layer.pipe(
  Layer.provide([settings, Signer.layer.pipe(Layer.provide(NodeCrypto.layer))]),
  Layer.provideMerge(EmulatorClient.layer({ accounts: [account] }))
)

describe("with the emulator", () => {
  it.effect("each service of the app has its own client, with its own policy", () =>
    Effect.gen(function*() {
      const emulator = yield* Emulator.Emulator
      const passwords = yield* Passwords.Passwords
      const notices = yield* Notices.Notices
      // The connection breaks, and nobody can tell whether the message was accepted. It was not.
      yield* emulator.faults.next("send", 2, Fault.reset())
      const fibers = yield* Effect.forEach(
        [passwords.send(member), notices.announce("점검 안내", [member])],
        (effect) => Effect.forkChild(Effect.exit(effect))
      )
      yield* Effect.forEach(Arr.range(1, 1300), () => TestClock.adjust("50 millis"), { discard: true })
      const [password, notice] = yield* Effect.forEach(fibers, Fiber.join)
      assert.isTrue(password !== undefined && Exit.isSuccess(password))
      const error = yield* Effect.flip(notice ?? Effect.void)
      assert.strictEqual(error._tag === "SensError" ? error.reason._tag : error._tag, "OutcomeUnknown")
      // The password was sent again; the notice was not.
      const posts = (yield* emulator.ledger).filter(({ method }) => method === "POST")
      assert.deepStrictEqual(
        account.serviceIds.map((id) => posts.filter(({ target }) => target.includes(id)).length),
        [2, 1]
      )
      assert.deepStrictEqual(
        (yield* emulator.allMessages).map(({ serviceId, to }) => [serviceId, to]),
        [[account.serviceIds[0], member]]
      )
    }).pipe(Effect.provide(emulated)))

  it.live("the program, as a process, sends through both services", () =>
    Effect.gen(function*() {
      const { baseUrl } = yield* EmulatorServer.EmulatorServer
      const emulator = yield* Emulator.Emulator
      const { output } = yield* run("composition/main", { env: { ...environment, SENS_BASE_URL: baseUrl } })
      assert.include(output, "a notice in 1 request(s)")
      const messages = yield* emulator.allMessages
      assert.deepStrictEqual(messages.map(({ serviceId, to }) => [serviceId, to]), [
        [account.serviceIds[0], "01012345678"],
        [account.serviceIds[1], "01012345678"],
        [account.serviceIds[1], "01087654321"]
      ])
    }).pipe(Effect.provide(EmulatorServer.layer({ accounts: [account] }))), 60_000)
})
