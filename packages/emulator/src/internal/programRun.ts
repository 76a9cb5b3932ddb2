/**
 * What the program does, once its flags are read.
 */
import * as PhoneNumber from "@effect-sens/core/PhoneNumber"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as Console from "effect/Console"
import * as Data from "effect/Data"
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
// @effect-diagnostics-next-line nodeBuiltinImport:off
import { randomUUID } from "node:crypto"
import * as Account from "../Account.ts"
import * as EmulatorServer from "../EmulatorServer.ts"
import * as Storage from "../Storage.ts"
import * as Switches from "../Switches.ts"
import * as Paste from "./paste.ts"
import * as Processes from "./processes.ts"
import type { Input, Past } from "./programFlags.ts"
import * as RequestLog from "./requestLog.ts"

/** Why it cannot run; `Program` tells it as `Failed`. */
export class Trouble extends Data.TaggedError("Trouble")<{ readonly why: Processes.Why; readonly message: string }> {}

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
): Effect.Effect<A, Trouble> =>
  Result.isSuccess(result)
    ? Effect.succeed(result.success)
    : Effect.fail(new Trouble({ why: "Argument", message: `${flag}: ${result.failure.message}` }))

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

const whyOf = (error: Parameters<typeof sentence>[0]): Processes.Why =>
  !(error instanceof HttpServerError.ServeError)
    ? "DataFile"
    : ["EADDRINUSE", "EACCES"].includes(codeOf(error.cause))
    ? "Port"
    : "Host"

const noEmulator = (message: string) => new Trouble({ why: "NoEmulator", message })

/** Gives the emulator that listens somewhere a past. */
export const seed = ({ days, failed, from, messages, url }: Past): Effect.Effect<void, Trouble> =>
  Effect.gen(function*() {
    const share = Number(failed.slice(0, -1)) / 100
    const request = HttpClientRequest.post(`${url.replace(/\/$/, "")}/__emulator/seed`).pipe(
      HttpClientRequest.bodyJsonUnsafe({ messages, days, failed: share, seed: from })
    )
    const response = yield* HttpClient.execute(request)
    if (response.status !== 204) {
      return yield* noEmulator(`What listens at ${url} takes no past (it answers ${response.status}).`)
    }
    yield* Console.log(`${messages.toLocaleString("en")} messages of the last ${days} days are at ${url}`)
  }).pipe(
    Effect.catchTag("HttpClientError", () => noEmulator(`No emulator listens at ${url}.`)),
    Effect.scoped,
    Effect.provide(NodeHttpClient.layerNodeHttp)
  )

const detached = Effect.fnUntraced(function*({ env }: Input) {
  const said = yield* Processes.detach
  if (said._tag === "Failed") return yield* new Trouble({ why: said.why ?? "Background", message: said.text })
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
      Effect.mapError((error) => new Trouble({ why: whyOf(error), message: sentence(error, input) })),
      // What is printed with `--env` is for a file.
      Effect.provideService(Logger.LogToStderr, env)
    )
  },
  Effect.scoped,
  Effect.tapError((error) =>
    Processes.isDetached ? Processes.tell({ _tag: "Failed", text: error.message, why: error.why }) : Effect.void
  )
)

/** Serves, or has another process do it. */
export const run = (input: Input): Effect.Effect<void, Trouble, FileSystem.FileSystem> =>
  input.detach && !Processes.isDetached ? detached(input) : serve(input)
