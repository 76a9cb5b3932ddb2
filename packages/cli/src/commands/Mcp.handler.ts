/**
 * `effect-sens mcp`, once it is asked for.
 *
 * @since 0.1.0
 */
import * as PhoneNumber from "@effect-sens/core/PhoneNumber"
import * as McpServer from "effect/ai/McpServer"
import * as Cause from "effect/Cause"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Stdio from "effect/Stdio"
import * as Stream from "effect/Stream"
import * as Failure from "../Failure.ts"
import * as Globals from "../Globals.ts"
import * as Connection from "../mcp/Connection.ts"
import { texts } from "../mcp/McpText.ts"
import * as Server from "../mcp/Server.ts"
import * as Output from "../Output.ts"
import { version } from "../Version.ts"
import type * as Mcp from "./Mcp.ts"

/** What was allowed. A guard of sending without sending is refused, so that nobody believes in it. */
export const options = Effect.fnUntraced(function*(
  input: Mcp.Input,
  yes: boolean
): Effect.fn.Return<Server.Options, Failure.Refused> {
  const { sendOnly } = texts.flags
  const common = { allowReadTexts: input.allowReadTexts, allowManage: input.allowManage }
  if (!input.allowSend) {
    const given = [
      ["--max-recipients-per-day", Option.isSome(input.maxRecipientsPerDay)],
      ["--allow-numbers", input.allowNumbers.length > 0],
      ["--yes", yes]
    ] as const
    for (const [flag, isGiven] of given) {
      if (isGiven) return yield* Failure.usage({ en: sendOnly.en(flag), ko: sendOnly.ko(flag) })
    }
    return common
  }
  if (Option.isNone(input.maxRecipientsPerDay)) return yield* Failure.usage(texts.flags.noCap)
  const words = input.allowNumbers.flatMap((text) => text.split(",")).map((text) => text.trim()).filter((text) =>
    text !== ""
  )
  const { number } = texts.flags
  const numbers = yield* Effect.forEach(words, (text, at) =>
    Effect.mapError(
      Effect.fromResult(PhoneNumber.normalize(text)),
      () => Failure.usage({ en: number.en(at + 1), ko: number.ko(at + 1) })
    ))
  return {
    ...common,
    send: {
      maxRecipientsPerDay: input.maxRecipientsPerDay.value,
      // Said without a number, it allows none.
      allowNumbers: input.allowNumbers.length === 0 ? undefined : new Set<string>(numbers),
      yes
    }
  }
})

const isJson = (line: string): boolean => Result.isSuccess(Result.try((): unknown => JSON.parse(line)))

/** Lines of JSON; one that is none is told and left out, since it would take those with it that came with it. */
const lines = <E>(bytes: Stream.Stream<Uint8Array, E>, told: Effect.Effect<void>): Stream.Stream<Uint8Array, E> =>
  bytes.pipe(
    Stream.decodeText,
    Stream.splitLines,
    Stream.filter((line) => line.trim() !== ""),
    Stream.mapEffect((line) => isJson(line) ? Effect.succeed([`${line}\n`]) : Effect.as(told, [])),
    Stream.flattenIterable,
    Stream.encodeText
  )

/** How long what is being answered may still take when the client has gone. */
const grace = "3 seconds"

export const run = Effect.fnUntraced(function*(input: Mcp.Input) {
  const { yes } = yield* Globals.Globals
  const allowed = yield* options(input, yes)
  const output = yield* Output.Output
  const stdio = yield* Stdio.Stdio
  if (yield* stdio.stdinIsTerminal) yield* output.note(texts.ready[output.language])
  const gone = yield* Deferred.make<void>()
  const server = McpServer.layerStdio({
    name: Server.name,
    version,
    instructions: Server.instructions,
    protocols: Server.protocols,
    registrations: Server.registrations(allowed)
  }).pipe(
    Layer.provide(Connection.layer),
    Layer.provide(Layer.succeed(Stdio.Stdio, {
      ...stdio,
      stdin: lines(stdio.stdin, output.say(texts.noJson[output.language])).pipe(
        Stream.concat(Stream.fromEffectDrain(Deferred.done(gone, Exit.void)))
      )
    }))
  )
  // It ends itself, by interrupting the fiber that it was built in, when its client has gone and all was answered.
  const running = yield* Effect.forkScoped(Layer.launch(server))
  const left = Deferred.await(gone).pipe(
    Effect.andThen(Effect.sleep(grace)),
    // Who waits for an answer is no more; what is on its way is waited for, and written down.
    Effect.andThen(Fiber.interrupt(running))
  )
  yield* Effect.forkScoped(left)
  const exit = yield* Fiber.await(running)
  if (Exit.isFailure(exit) && !Cause.hasInterruptsOnly(exit.cause)) return yield* Effect.failCause(exit.cause)
})
