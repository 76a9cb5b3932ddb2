// The checks on an emulator without a socket, in virtual time: five minutes of waiting take none.
import * as Account from "@effect-sens/emulator/Account"
import * as Emulator from "@effect-sens/emulator/Emulator"
import * as EmulatorClient from "@effect-sens/emulator/EmulatorClient"
import * as NodeSigner from "@effect-sens/http/NodeSigner"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as TestClock from "effect/testing/TestClock"
import type * as Credentials from "../../src/Credentials.ts"
import * as Check from "../../src/doctor/Check.ts"
import * as Checks from "../../src/doctor/Checks.ts"
import * as Doctor from "../../src/doctor/Doctor.ts"
import * as Report from "../../src/doctor/Report.ts"
import * as Settings from "../../src/doctor/Settings.ts"
import * as Wire from "../../src/doctor/Wire.ts"

export const to = "01000000001"

export const from = "0212345678"

export const credentials: Credentials.Credentials = {
  accessKey: Account.accessKey,
  secretKey: Redacted.make(Account.secretKey),
  serviceId: Account.serviceId,
  baseUrl: "https://sens.apigw.ntruss.com",
  host: "sens.apigw.ntruss.com",
  isLoopback: false,
  source: { en: "the environment", ko: "환경 변수" },
  profile: Option.none(),
  profileName: Option.none(),
  sender: Option.none()
}

const nothing: Checks.Asked = { mode: "online", texts: false, reserve: false, files: false, probeErrors: false }

export const everything: Checks.Asked = {
  mode: "live",
  texts: true,
  reserve: true,
  files: true,
  probeErrors: true
}

export interface Options {
  readonly asked?: Partial<Checks.Asked>
  readonly samples?: number
  /** What goes on in the emulator before. */
  readonly before?: (emulator: Emulator.Service) => Effect.Effect<void>
  /** Lets answers be other than the emulator's. */
  readonly client?: (client: HttpClient.HttpClient) => HttpClient.HttpClient
  readonly keys?: Partial<Credentials.Credentials>
  readonly isKeyless?: boolean
  /** How far the clock goes at once while it is waited for, in milliseconds. */
  readonly step?: number
}

export interface Examined {
  readonly findings: ReadonlyArray<Doctor.Finding>
  readonly verdicts: { readonly [id: string]: Check.Verdict }
  readonly facts: (id: string) => Check.Outcome["facts"]
  readonly says: (id: string) => string
  readonly learned: Check.Learned
  readonly settings: Settings.Settings
  readonly report: typeof Report.File.Type
  readonly code: number
  /** Whether the run said that something may have been sent, at each turn. */
  readonly uncertain: ReadonlyArray<boolean>
  readonly messages: ReadonlyArray<string>
  /** In virtual milliseconds. */
  readonly elapsed: number
}

const machine = { node: "v24.0.0", version: "0.1.0", timeZone: "Asia/Seoul" }

/** Runs an effect to its end, a step of time after another. */
const inVirtualTime = Effect.fnUntraced(function*<A, E, R>(effect: Effect.Effect<A, E, R>, step: number) {
  const fiber = yield* Effect.forkChild(effect)
  let elapsed = 0
  yield* Effect.yieldNow
  while (fiber.pollUnsafe() === undefined) {
    yield* TestClock.adjust(step)
    elapsed += step
  }
  return { value: yield* Fiber.join(fiber), elapsed }
})

export const examine = Effect.fnUntraced(function*(emulated: Emulator.Options = {}, options: Options = {}) {
  yield* TestClock.setTime(DateTime.toEpochMillis(DateTime.makeUnsafe("2026-11-28T03:00:00.400Z")))
  return yield* Effect.gen(function*() {
    const emulator = yield* Emulator.Emulator
    const client = yield* HttpClient.HttpClient
    if (options.before !== undefined) yield* options.before(emulator)
    const asked = { ...nothing, ...options.asked }
    const live = asked.mode === "live" ? { to, from, samples: options.samples ?? 1 } : undefined
    const keys = { ...credentials, ...options.keys }
    const learned = Check.nothing()
    const uncertain: Array<boolean> = []
    const wire = yield* Wire.make(keys, [to, from]).pipe(
      Effect.provideService(HttpClient.HttpClient, options.client?.(client) ?? client)
    )
    const { elapsed, value: findings } = yield* inVirtualTime(
      Effect.provideService(Doctor.run(Checks.of(asked), () => Effect.void), Check.Bench, {
        machine,
        keys: options.isKeyless === true ? Result.fail({ en: "no keys", ko: "키 없음" }) : Result.succeed(keys),
        shape: Effect.undefined,
        isFileOpen: false,
        wire: options.isKeyless === true ? undefined : wire,
        live,
        learned,
        uncertain: (isUncertain) => Effect.sync(() => uncertain.push(isUncertain)),
        note: () => Effect.void
      }),
      options.step ?? 250
    )
    const outcome = (id: string) => {
      const found = findings.find(({ check }) => check.id === id)
      if (found === undefined) throw new Error(`no check ${id}`)
      return found.outcome
    }
    const settings = Settings.make(learned, { current: {} })
    const result: Examined = {
      findings,
      verdicts: Object.fromEntries(findings.map(({ check, outcome }) => [check.id, outcome.verdict])),
      facts: (id) => outcome(id).facts,
      says: (id) => outcome(id).says.en,
      learned,
      settings,
      report: Report.file(findings, settings, machine),
      code: Doctor.codeOf(findings, learned),
      uncertain,
      messages: Array.from(yield* emulator.allMessages, ({ content }) => content),
      elapsed
    }
    return result
  }).pipe(
    Effect.provide(Layer.merge(EmulatorClient.layer(emulated), NodeSigner.layer).pipe(Layer.fresh)),
    Effect.scoped
  )
})
