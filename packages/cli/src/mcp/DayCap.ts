/**
 * How many recipients servers have sent to on a Korean day: counted in a file, so that the cap holds over restarts, and under a lock, so
 * that several servers share it. They are counted before anything goes out, and given back only where surely nothing did.
 *
 * @since 0.1.0
 */
import * as KstDateTime from "@effect-sens/core/KstDateTime"
import * as Clock from "effect/Clock"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Path from "effect/Path"
import type * as PlatformError from "effect/PlatformError"
import * as Schema from "effect/Schema"
import * as ExitCode from "../ExitCode.ts"
import * as Failure from "../Failure.ts"
import * as FileLock from "../FileLock.ts"
import * as StateDir from "../StateDir.ts"
import * as Text from "../Text.ts"
import { texts } from "./McpText.ts"

export type CapError = Failure.Refused | PlatformError.PlatformError

/** Recipients that were counted, until it is known whether something was sent. */
export interface Receipt {
  readonly day: string
  readonly recipients: number
}

/** The count of a service. */
export interface DayCap {
  /** How many recipients there were today. */
  readonly used: Effect.Effect<number, CapError>
  /** Counts them, or refuses where they would be more than so many on this day. */
  readonly count: (recipients: number, limit: number) => Effect.Effect<Receipt, CapError>
  readonly giveBack: (receipt: Receipt) => Effect.Effect<void, CapError>
}

const Counts = Schema.fromJsonString(Schema.Struct({
  v: Schema.Literal(1),
  /** In Korea. */
  day: Schema.String,
  /** By host and service: an emulator uses up nothing of a real service. */
  recipients: Schema.Record(Schema.String, Schema.Int.check(Schema.isGreaterThanOrEqualTo(0)))
}))

type Counts = (typeof Counts)["Type"]

const decode = Schema.decodeEffect(Counts)

const encode = Schema.encodeEffect(Counts)

const refuse = (tag: string, exitCode: ExitCode.ExitCode, en: string, ko: string) =>
  Failure.refuse(tag, exitCode, { en, ko })

/** What is left of a limit, refused where that is too little. */
export const over = (used: number, limit: number): Failure.Refused => {
  const left = Text.count(Math.max(0, limit - used))
  return refuse(
    "CapReached",
    ExitCode.table.refused.code,
    texts.cap.en(left, Text.count(limit)),
    texts.cap.ko(left, Text.count(limit))
  )
}

export interface Options {
  readonly serviceId: string
  readonly host: string
  /** The state of this user unless said otherwise. */
  readonly directory?: string | undefined
}

export const make = Effect.fnUntraced(function*(
  { directory, host, serviceId }: Options
): Effect.fn.Return<DayCap, CapError, FileSystem.FileSystem | Path.Path> {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const home = yield* StateDir.make(directory ?? (yield* StateDir.state))
  const file = path.join(home, "mcp-recipients.json")
  const lock = path.join(home, "mcp.lock")
  const key = `${host} ${serviceId}`
  yield* fs.writeFileString(lock, "", { flag: "a", mode: 0o600 })

  // Other processes live by the time of the day, whatever that of this one is.
  const clock = Clock.Clock.defaultValue()

  const withLock = <A, E>(effect: Effect.Effect<A, E>) =>
    Effect.scoped(Effect.gen(function*() {
      // Whoever has it has it for milliseconds.
      for (let tries = 0; tries < 400; tries++) {
        if (yield* FileLock.hold(lock)) return yield* effect
        yield* clock.sleep(Duration.millis(25))
      }
      return yield* refuse("CapLocked", ExitCode.table.unavailable.code, texts.capLocked.en, texts.capLocked.ko)
    }))

  const read = Effect.gen(function*() {
    const today = KstDateTime.formatMinutes(yield* DateTime.now).slice(0, 10)
    const text = yield* fs.readFileString(file).pipe(
      Effect.catchIf(({ reason }) => reason._tag === "NotFound", () => Effect.undefined)
    )
    const none: Counts = { v: 1, day: today, recipients: {} }
    if (text === undefined) return none
    const counts = yield* Effect.mapError(
      decode(text),
      // To begin again at 0 would be to send more than may be sent.
      () =>
        refuse(
          "InvalidCap",
          ExitCode.table.refused.code,
          texts.capUnreadable.en(file),
          texts.capUnreadable.ko(file)
        )
    )
    // A clock that was set back begins no new day.
    return counts.day < today ? none : counts
  })

  const usedOf = ({ recipients }: Counts): number => Object.hasOwn(recipients, key) ? recipients[key] ?? 0 : 0

  const write = Effect.fnUntraced(function*(counts: Counts, used: number) {
    const text = yield* Effect.orDie(encode({ ...counts, recipients: { ...counts.recipients, [key]: used } }))
    yield* Effect.provideService(StateDir.writeFile(file, `${text}\n`), FileSystem.FileSystem, fs)
    yield* Effect.provideService(StateDir.syncFolder(home), FileSystem.FileSystem, fs)
  })

  return {
    used: Effect.map(read, usedOf),
    count: (recipients, limit) =>
      withLock(Effect.gen(function*() {
        const counts = yield* read
        const used = usedOf(counts)
        if (used + recipients > limit) return yield* over(used, limit)
        yield* write(counts, used + recipients)
        return { day: counts.day, recipients }
      })),
    giveBack: ({ day, recipients }) =>
      withLock(Effect.gen(function*() {
        const counts = yield* read
        if (counts.day === day) yield* write(counts, Math.max(0, usedOf(counts) - recipients))
      }))
  }
})
