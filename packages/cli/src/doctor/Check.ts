/**
 * What a check is, and what it comes to.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type * as Result from "effect/Result"
import type * as Credentials from "../Credentials.ts"
import * as ExitCode from "../ExitCode.ts"
import type { Both } from "../Language.ts"
import type * as Wire from "./Wire.ts"

/** What must be so before it can be asked: that the service answers, that it takes the signature, that the message went out. */
export type Needs = "nothing" | "keys" | "service" | "signature" | "sent"

export type Mode = "offline" | "online" | "live"

/** What has to be asked for beside the mode. */
export type Extra = "probeErrors" | "texts" | "reserve" | "files"

export type Verdict = "ok" | "note" | "bad"

export type Fact = string | number | boolean | null

export interface Outcome {
  readonly verdict: Verdict
  /** A sentence, without numbers of people, texts, ids or keys. */
  readonly says: Both
  /** What was found, for programs; as free of them. */
  readonly facts: { readonly [name: string]: Fact }
  /** What the run ends with where this is the worst. */
  readonly code: ExitCode.ExitCode
}

export interface Check {
  /** Its number in the list of all. */
  readonly number: number
  readonly id: string
  readonly title: Both
  readonly mode: Mode
  readonly extra?: Extra
  readonly needs: Needs
  /** What is expected. */
  readonly expected: Both
  /** What it tells. */
  readonly determines: Both
  readonly run: Effect.Effect<Outcome, never, Bench>
}

type Facts = Outcome["facts"]

export const ok = (says: Both, facts: Facts = {}): Outcome => ({ verdict: "ok", says, facts, code: 0 })

export const note = (says: Both, facts: Facts = {}): Outcome => ({ verdict: "note", says, facts, code: 0 })

export const bad = (code: ExitCode.ExitCode, says: Both, facts: Facts = {}): Outcome => ({
  verdict: "bad",
  says,
  facts,
  code
})

/** That something could be asked, and is not as it should be. */
export const amiss = (says: Both, facts: Facts = {}): Outcome => bad(ExitCode.table.part.code, says, facts)

/** Where the gateway begins to refuse a timestamp, in milliseconds off its clock. */
export interface Fence {
  /** The most that was taken, and the least that was refused; none where nothing was refused. */
  readonly accepted: number
  readonly refused: number | undefined
}

/** When a status was seen first, in milliseconds since the send began, and the fields of the record then. */
export interface Sighting {
  readonly after: number
  /** By the gateway's clock. */
  readonly at: number
  readonly record: { readonly [key: string]: unknown }
}

/** A message that was sent, or may have been. */
export interface Sent {
  readonly content: string
  readonly startedAt: number
  /** By the gateway's clock. */
  readonly at: number
  requestId: string | undefined
  messageId: string | undefined
  /** How long after the send began it was seen first, in milliseconds: by its request id, in its window, by its recipient. */
  readonly seen: { request?: number; window?: number; to?: number }
  readonly statuses: Map<string, Sighting>
}

/** What the checks have found so far: each may rest on those before it. */
export interface Learned {
  answers: boolean
  isSigned: boolean
  clock: { readonly millis: number; readonly within: number } | undefined
  fence: Fence | undefined
  paging: "both" | "pageIndex" | "nextToken" | "neither" | undefined
  readonly sent: Array<Sent>
  /** How many may have been sent, and nobody knows. */
  unknown: number
  /** How long after it a completion was first shown, in milliseconds. */
  completionLag: number | undefined
}

export const nothing = (): Learned => ({
  answers: true,
  isSigned: true,
  clock: undefined,
  fence: undefined,
  paging: undefined,
  sent: [],
  unknown: 0,
  completionLag: undefined
})

/** Who gets the message, and how many of them. */
export interface Live {
  readonly to: string
  readonly from: string
  readonly samples: number
}

/** What is known of this machine. */
export interface Machine {
  readonly node: string
  readonly version: string
  readonly timeZone: string
}

export interface Service {
  readonly machine: Machine
  /** Whose keys they are, or why there are none; and whether others may read the file that they stand in. */
  readonly keys: Result.Result<Credentials.Credentials, Both>
  /** What is wrong with how they look, by the client itself. */
  readonly shape: Effect.Effect<Both | undefined>
  readonly isFileOpen: boolean
  readonly wire: Wire.Wire | undefined
  readonly live: Live | undefined
  readonly learned: Learned
  /** Told before something goes out that may be accepted, and when that is known. */
  readonly uncertain: (isUncertain: boolean) => Effect.Effect<void>
  /** Tells a person what is waited for. */
  readonly note: (text: Both) => Effect.Effect<void>
}

export class Bench extends Context.Service<Bench, Service>()("effect-sens/doctor/Check/Bench") {}

/** A sentence of both languages out of parts of both. */
export const say = (
  en: (part: (text: Both) => string) => string,
  ko: (part: (text: Both) => string) => string
): Both => ({ en: en((text) => text.en), ko: ko((text) => text.ko) })

/** `2.1 s`, `5 min`. */
export const span = (millis: number): Both => {
  const seconds = millis / 1000
  if (seconds >= 120 && seconds % 60 === 0) return { en: `${seconds / 60} min`, ko: `${seconds / 60}분` }
  const shown = String(Math.round(seconds * 10) / 10)
  return { en: `${shown} s`, ko: `${shown}초` }
}
