import * as MessageId from "@effect-sens/core/MessageId"
import * as RequestId from "@effect-sens/core/RequestId"
import type * as SensError from "@effect-sens/core/SensError"
import * as Emulator from "@effect-sens/emulator/Emulator"
import * as EmulatorServer from "@effect-sens/emulator/EmulatorServer"
import * as Fault from "@effect-sens/emulator/Fault"
import * as NodeSigner from "@effect-sens/http/NodeSigner"
import * as NodeTransport from "@effect-sens/http/NodeTransport"
import * as RetryPolicy from "@effect-sens/http/RetryPolicy"
import * as Sens from "@effect-sens/http/Sens"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import type * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { createServer } from "node:http"
import { credentials, sms } from "./emulated.ts"

// The retry table once more over a real socket and in real time, over each transport at the same time. Both sides take a timestamp
// for two seconds instead of five minutes, so that a fence passes while one waits.

type Transport = Layer.Layer<HttpClient.HttpClient>

const transports: ReadonlyArray<readonly [name: string, transport: Transport]> = [
  ["NodeTransport", NodeTransport.layer()],
  ["undici", NodeHttpClient.layerUndici],
  ["fetch", FetchHttpClient.layer]
]

/** Runs a test over all of them at once; a failure says over which. */
const overEach = <E>(test: (transport: Transport) => Effect.Effect<void, E>): Effect.Effect<void, E> =>
  Effect.forEach(
    transports,
    ([name, transport]) => Effect.tapCause(test(transport), () => Effect.logError(`over ${name}`)),
    {
      concurrency: "unbounded",
      discard: true
    }
  )

const tolerance = "2 seconds"

const client = (transport: Transport, options?: Partial<Sens.Options>) =>
  Layer.unwrap(Effect.map(EmulatorServer.EmulatorServer, ({ baseUrl }) =>
    Sens.layer({
      ...credentials,
      baseUrl,
      reconcile: { timestampTolerance: tolerance, visibilityLag: "300 millis", settleTime: "1 seconds" },
      attemptTimeout: "1 seconds",
      callTimeout: "15 seconds",
      ...options
    }))).pipe(
      Layer.provide([transport, NodeSigner.layer]),
      Layer.provideMerge(EmulatorServer.layer({ timestampTolerance: tolerance }))
    )

// What the client reported, and how often the emulator accepted.
type Report = "accepted" | "not accepted" | "unknown"

const report = (exit: Exit.Exit<unknown, SensError.SensError>): Report =>
  Exit.isSuccess(exit)
    ? "accepted"
    : Option.exists(Exit.findErrorOption(exit), ({ isAmbiguous }) => isAmbiguous)
    ? "unknown"
    : "not accepted"

const accepted = Effect.flatMap(
  Emulator.Emulator,
  ({ allMessages }) => Effect.map(allMessages, (messages) => [...new Set(messages.map(({ requestId }) => requestId))])
)

const sends: ReadonlyArray<readonly [name: string, fault: Fault.Fault, report: Report, accepted: number]> = [
  ["reset before acceptance", Fault.reset(), "accepted", 1],
  ["reset after acceptance", Fault.reset({ accepted: true }), "accepted", 1],
  ["silence before acceptance", Fault.silence({ accepted: false }), "accepted", 1],
  ["silence after acceptance", Fault.silence({ accepted: true }), "accepted", 1],
  ["500 before acceptance", Fault.serverError(), "accepted", 1],
  ["500 after acceptance", Fault.serverError({ accepted: true }), "accepted", 1],
  ["408 after acceptance", Fault.serverError({ status: 408, accepted: true }), "accepted", 1],
  ["502 after acceptance", Fault.serverError({ status: 502, accepted: true }), "accepted", 1],
  ["504 before acceptance", Fault.serverError({ status: 504 }), "accepted", 1],
  ["503 after acceptance", Fault.serverError({ status: 503, accepted: true }), "accepted", 1],
  ["reset, accepted a second later", Fault.acceptedLater({ after: "1 seconds" }), "accepted", 1],
  ["reset, come back three seconds later", Fault.acceptedLater({ after: "3 seconds" }), "accepted", 1],
  ["an unreadable answer", Fault.unreadable(), "accepted", 1],
  ["429, throttled", Fault.tooManyRequests({ code: "410" }), "accepted", 1],
  ["429, quota", Fault.tooManyRequests({ code: "400" }), "accepted", 1],
  ["an answer that is late", Fault.slow({ after: "3 seconds" }), "accepted", 1],
  ["a 2xx that says failed", Fault.saysFailed(), "not accepted", 0],
  ["a redirect", Fault.redirect({ location: "http://127.0.0.1:1/" }), "accepted", 1]
]

// Those of which something may still be on its way when the send has ended.
const late = new Set([
  "reset, accepted a second later",
  "reset, come back three seconds later",
  "an answer that is late"
])

describe("a send over a socket", () => {
  it.live.each(sends)("%s", ([name, fault, expected, count]) =>
    overEach((transport) =>
      Effect.gen(function*() {
        const { faults } = yield* Emulator.Emulator
        const sens = yield* Sens.Sens
        yield* faults.next("send", 1, fault)
        const exit = yield* Effect.exit(sens.messages.send(sms()))
        // Whatever is still on its way arrives.
        yield* Effect.sleep(late.has(name) ? "3 seconds" : "200 millis")
        const ids = yield* accepted
        assert.deepStrictEqual([report(exit), ids.length], [expected, count])
        if (Exit.isSuccess(exit)) assert.strictEqual(ids[0], exit.value.requestId)
      }).pipe(Effect.provide(client(transport)))
    ))

  it.live("without an answer for as long as the call may take, the outcome is unknown", () =>
    overEach((transport) =>
      Effect.gen(function*() {
        const { faults } = yield* Emulator.Emulator
        const sens = yield* Sens.Sens
        yield* faults.next("send", 1, Fault.reset())
        const exit = yield* Effect.exit(sens.messages.send(sms(), { callTimeout: "1500 millis" }))
        assert.strictEqual(report(exit), "unknown")
        assert.strictEqual((yield* accepted).length, 0)
      }).pipe(Effect.provide(client(transport)))
    ))

  it.live("a clock that is off is corrected once", () =>
    overEach((transport) =>
      Effect.gen(function*() {
        const { ledger, setClockOffset } = yield* Emulator.Emulator
        const sens = yield* Sens.Sens
        yield* setClockOffset("7 minutes")
        yield* sens.messages.send(sms())
        assert.strictEqual((yield* ledger).length, 2)
        yield* sens.messages.send(sms())
        assert.strictEqual((yield* ledger).length, 3)
      }).pipe(Effect.provide(client(transport)))
    ))
})

const reads: ReadonlyArray<readonly [name: string, fault: Fault.Fault, attempts: number, reason: string]> = [
  ["reset", Fault.reset(), 4, "ConnectionLost"],
  ["silence", Fault.silence({ accepted: false }), 4, "TimedOut"],
  ["408", Fault.serverError({ status: 408 }), 4, "ServerFault"],
  ["500", Fault.serverError(), 4, "ServerFault"],
  ["502", Fault.serverError({ status: 502 }), 4, "ServerFault"],
  ["503", Fault.serverError({ status: 503 }), 4, "ServerFault"],
  ["504", Fault.serverError({ status: 504 }), 4, "ServerFault"],
  ["429, throttled", Fault.tooManyRequests({ code: "420" }), 4, "Throttled"],
  ["429, quota", Fault.tooManyRequests({ code: "400" }), 4, "QuotaExceeded"],
  ["an unreadable answer", Fault.unreadable({ body: "html" }), 4, "UnexpectedResponse"],
  ["a redirect", Fault.redirect({ location: "http://127.0.0.1:1/" }), 1, "UnexpectedResponse"],
  ["a 2xx that says failed", Fault.saysFailed(), 1, "Rejected"],
  ["an empty 404", Fault.emptyNotFound, 1, "success"]
]

describe("what is never tried again, over a socket", () => {
  const answering = (status: number) =>
    Effect.acquireRelease(
      Effect.callback<{ readonly baseUrl: string; readonly seen: () => number; readonly close: () => void }>(
        (resume) => {
          let seen = 0
          const server = createServer((request, response) => {
            seen += 1
            request.resume()
            response.writeHead(status).end("{}")
          })
          server.listen(0, "127.0.0.1", () => {
            const address = server.address()
            const port = typeof address === "object" && address !== null ? address.port : 0
            resume(Effect.succeed({
              baseUrl: `http://127.0.0.1:${port}`,
              seen: () => seen,
              close: () => {
                server.closeAllConnections()
                server.close()
              }
            }))
          })
        }
      ),
      ({ close }) => Effect.sync(close)
    )

  it.live.each([400, 401, 403, 404, 405, 413, 415])("%i", (status) =>
    overEach((transport) =>
      Effect.gen(function*() {
        const { baseUrl, seen } = yield* answering(status)
        const sens = yield* Sens.make({ ...credentials, baseUrl })
        const sent = yield* Effect.flip(sens.messages.send(sms()))
        assert.isFalse(sent.isAmbiguous)
        assert.strictEqual(seen(), 1)
        yield* Effect.flip(sens.messages.result(MessageId.make("1")))
        assert.strictEqual(seen(), 2)
      }).pipe(Effect.scoped, Effect.provide([transport, NodeSigner.layer]))
    ))

  it.live("wrong keys", () =>
    overEach((transport) =>
      Effect.gen(function*() {
        const { ledger } = yield* Emulator.Emulator
        const sens = yield* Sens.Sens
        assert.strictEqual((yield* Effect.flip(sens.messages.send(sms()))).reason._tag, "AuthenticationFailed")
        assert.strictEqual((yield* ledger).length, 1)
      }).pipe(
        Effect.provide(
          client(transport, { secretKey: credentials.accessKey, reconcile: { timestampTolerance: "5 minutes" } })
        )
      )
    ))
})

describe("a search over a socket", () => {
  it.live.each(reads)("%s", ([, fault, attempts, reason]) =>
    overEach((transport) =>
      Effect.gen(function*() {
        const { faults, ledger } = yield* Emulator.Emulator
        const sens = yield* Sens.Sens
        yield* faults.next("search", Infinity, fault)
        const quick = RetryPolicy.fullJitter({ base: "20 millis", cap: "100 millis", times: 3 })
        const exit = yield* sens.messages.search({ requestId: RequestId.make("RSSA-1") }).pipe(
          Effect.provideService(
            RetryPolicy.CurrentRetryPolicy,
            RetryPolicy.make({ failed: quick, throttled: quick })
          ),
          Effect.exit
        )
        const ended = Exit.isSuccess(exit)
          ? "success"
          : Option.getOrUndefined(Option.map(Exit.findErrorOption(exit), (error) => error.reason._tag))
        assert.strictEqual(ended, reason)
        assert.strictEqual((yield* ledger).length, attempts)
      }).pipe(Effect.provide(client(transport)))
    ))
})
