import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as PhoneNumber from "../../packages/core/src/PhoneNumber.ts"
import * as RequestId from "../../packages/core/src/RequestId.ts"
import * as SearchResponse from "../../packages/core/src/SearchResponse.ts"
import type * as SendRequest from "../../packages/core/src/SendRequest.ts"
import type * as SensError from "../../packages/core/src/SensError.ts"
import * as ServiceId from "../../packages/core/src/ServiceId.ts"
import * as UploadRequest from "../../packages/core/src/UploadRequest.ts"
import * as Account from "../../packages/emulator/src/Account.ts"
import type * as Emulator from "../../packages/emulator/src/Emulator.ts"
import * as EmulatorWeb from "../../packages/emulator/src/EmulatorWeb.ts"
import * as Fault from "../../packages/emulator/src/Fault.ts"
import * as RetryPolicy from "../../packages/http/src/RetryPolicy.ts"
import * as Sens from "../../packages/http/src/Sens.ts"
import * as SensPromise from "../../packages/http/src/SensPromise.ts"

// What `http` has to do alike in every runtime: sign by the runtime's WebCrypto, send by its `Request` and `Response`, give up in time.
// The emulator in the same process stands in for `fetch`, and checks every signature over the raw request target.

/** Runs every check and says how many there were; throws at the first that fails. */
export const run = async (): Promise<number> => {
  const { dispose, emulator, handler } = EmulatorWeb.toWebHandler({ completedAfter: "0 seconds" })
  try {
    return await Effect.runPromise(program(handler, await emulator))
  } finally {
    await dispose()
  }
}

type Handler = (request: Request) => Promise<Response>

const options = {
  accessKey: Redacted.make(Account.accessKey),
  secretKey: Redacted.make(Account.secretKey),
  serviceId: ServiceId.make(Account.serviceId),
  baseUrl: "https://sens.test"
}

const [from, to] = [PhoneNumber.make("0212345678"), PhoneNumber.make("01012345678")]

const sms = (content: string): SendRequest.SendRequest => ({ type: "SMS", from, content, messages: [{ to }] })

const program = Effect.fnUntraced(function*(handler: Handler, emulator: Emulator.Service) {
  let checks = 0
  const equal = (what: string, actual: unknown, expected: unknown): void => {
    checks++
    const [a, e] = [JSON.stringify(actual), JSON.stringify(expected)]
    if (a !== e) throw new Error(`${what}: expected ${e}, got ${a}`)
  }
  const fetched: typeof globalThis.fetch = (input, init) => handler(new Request(input, init))
  const transport = FetchHttpClient.layer.pipe(Layer.provideMerge(Layer.succeed(FetchHttpClient.Fetch, fetched)))
  const using = <A>(
    use: (sens: Sens.Service) => Effect.Effect<A, SensError.SensError>,
    overrides?: Partial<Sens.Options>
  ): Effect.Effect<A, SensError.SensError> =>
    Sens.Sens.use(use).pipe(
      Effect.provide(Sens.layer({ ...options, ...overrides }).pipe(Layer.provideMerge(transport)))
    )
  const reason = (effect: Effect.Effect<unknown, SensError.SensError>) =>
    Effect.match(effect, { onSuccess: () => "none", onFailure: (error) => error.reason._tag })
  const requests = (operation: string) =>
    Effect.map(emulator.ledger, (entries) => entries.filter((entry) => entry.operation === operation).length)

  // Signed, verified, answered.
  const { requestId } = yield* using(({ messages }) => messages.send(sms("안녕하세요")))
  const [message] = yield* emulator.messages(to)
  equal("what arrived", [message?.requestId, message?.content], [requestId, "안녕하세요"])

  // The target is signed as it goes over the wire, whatever is in it.
  const now = yield* DateTime.now
  const window = { start: DateTime.subtract(now, { days: 1 }), end: DateTime.add(now, { minutes: 1 }) }
  const page = yield* using(({ messages }) => messages.search({ requestTime: window, from, to }))
  equal("search", SearchResponse.messages(page).map((record) => record.requestId), [requestId])
  const odd = { requestId: RequestId.make("a b+c/d%e가") }
  equal("an odd id", SearchResponse.messages(yield* using(({ messages }) => messages.search(odd))), [])
  equal("problems of signatures", (yield* emulator.signatureLog).map((entry) => entry.problem), [])

  equal(
    "a wrong key",
    yield* reason(using(({ messages }) => messages.send(sms("x")), { secretKey: Redacted.make("wrong") })),
    "AuthenticationFailed"
  )
  equal(
    "a text that SENS cannot send",
    yield* reason(using(({ messages }) => messages.send(sms("😀")))),
    "InvalidRequest"
  )

  // Nothing was accepted: sent again. Accepted, but the answer got lost: found.
  yield* emulator.faults.next("send", 1, Fault.tooManyRequests({ code: "410" }))
  yield* using(({ messages }) => messages.send(sms("다시")))
  yield* emulator.faults.next("send", 1, Fault.reset({ accepted: true }))
  const found = yield* using(({ messages }) => messages.send(sms("분실")))
  const contents = (yield* emulator.messages(to)).map(({ content }) => content)
  equal("every text once", contents.toSorted(), ["안녕하세요", "다시", "분실"].toSorted())
  equal(
    "the id that was found",
    (yield* emulator.messages(to)).find(({ content }) => content === "분실")?.requestId,
    found.requestId
  )

  // A redirect is not followed, silence is not waited for.
  yield* emulator.faults.next("search", 1, Fault.redirect({ location: "https://elsewhere.test/", status: 307 }))
  equal(
    "a redirect",
    yield* reason(using(({ messages }) => messages.search({ requestTime: window }))),
    "UnexpectedResponse"
  )
  yield* emulator.faults.next("search", 1, Fault.silence())
  equal(
    "silence",
    yield* reason(
      using(({ messages }) => messages.search({ requestTime: window }), { attemptTimeout: "50 millis" }).pipe(
        Effect.provideService(RetryPolicy.CurrentRetryPolicy, RetryPolicy.never)
      )
    ),
    "TimedOut"
  )

  // A body with a file, and one that is an array.
  const jpeg = Uint8Array.from(
    "ff d8 ff c0 00 0b 08 00 01 00 01 01 01 11 00 ff da 00 08 01 01 00 00 3f 00 00 ff d9".split(" "),
    (byte) => Number.parseInt(byte, 16)
  )
  const upload = yield* UploadRequest.make(jpeg)
  const { fileId } = yield* using(({ files }) => files.upload(upload))
  equal("an upload", typeof fileId, "string")
  yield* using(({ unsubscribes }) => unsubscribes.register([to]))
  const blocked = yield* using(({ unsubscribes }) => unsubscribes.search())
  equal("the block list", blocked.entries.map(({ clientTelNo }) => clientTelNo), [to])
  yield* using(({ unsubscribes }) => unsubscribes.remove([to]))
  equal("the block list, emptied", yield* using(({ unsubscribes }) => unsubscribes.search()), {
    entries: [],
    unreadable: []
  })

  // Without Effect.
  const plain = SensPromise.make({
    accessKey: Account.accessKey,
    secretKey: Account.secretKey,
    serviceId: Account.serviceId,
    baseUrl: options.baseUrl,
    httpClient: FetchHttpClient.layer.pipe(Layer.provideMerge(Layer.succeed(FetchHttpClient.Fetch, fetched)))
  })
  const sent = yield* Effect.promise(() => plain.messages.send(sms("약속")))
  equal("a promise", (yield* emulator.messages(to)).at(-1)?.requestId, sent.requestId)
  yield* emulator.faults.next("search", 1, Fault.silence())
  const before = yield* requests("search")
  // What a program without Effect has.
  // @effect-diagnostics-next-line abortControllerInEffect:off
  const controller = new AbortController()
  const aborted = plain.messages.search({ requestTime: window }, undefined, controller.signal).then(
    () => "answered",
    (error: unknown) => error
  )
  while ((yield* requests("search")) === before) yield* Effect.sleep("5 millis")
  controller.abort("enough")
  equal("an aborted promise", yield* Effect.promise(() => aborted), "enough")
  yield* Effect.promise(() => plain.dispose())
  return checks
})
