/**
 * What was sent once more: a file of the ids of the messages that failed, to which lines are only added. An id is written down before it is
 * sent, and sent by nobody who does not find that it was the first to write it down.
 */
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as ExitCode from "../ExitCode.ts"
import * as Failure from "../Failure.ts"

/** Ids that a campaign sends once more; or that one of them never sent anything, nor will. */
const Line = Schema.Union([
  Schema.Struct({ v: Schema.Literal(1), campaign: Schema.String, messageIds: Schema.Array(Schema.String) }),
  Schema.Struct({ v: Schema.Literal(1), dropped: Schema.String })
])

const decode = Schema.decodeUnknownOption(Schema.fromJsonString(Line))

/** The ids of each campaign, in the order in which they were written down. */
export type Claims = ReadonlyArray<{ readonly campaign: string; readonly messageIds: ReadonlyArray<string> }>

export interface Journal {
  /** Those that count. */
  readonly claims: Effect.Effect<Claims, Failure.Any>
  /** Writes down that a campaign is to send these. False where others had some of them before: then it is not to send any. */
  readonly claim: (campaign: string, messageIds: ReadonlyArray<string>) => Effect.Effect<boolean, Failure.Any>
  /** Sets free what a campaign never sent. */
  readonly drop: (campaign: string) => Effect.Effect<void, Failure.Any>
}

const texts = {
  unreadable: {
    en: (file: string, line: number) => `${file}, line ${line}: that is no journal of resend`,
    ko: (file: string, line: number) => `${file} ${line}행: resend의 기록이 아닙니다`
  }
} as const

const unreadable = (file: string, line: number) =>
  Failure.refuse("NoJournal", ExitCode.table.refused.code, {
    en: texts.unreadable.en(file, line),
    ko: texts.unreadable.ko(file, line)
  })

/** How every line begins. One that is cut off was not written to its end, and nothing was sent after it. */
const head = "{\"v\":1,"

const isCut = (text: string): boolean => (head.startsWith(text) || text.startsWith(head)) && !text.endsWith("}")

export const make = Effect.fnUntraced(function*(file: string) {
  const fs = yield* FileSystem.FileSystem

  const text = fs.exists(file).pipe(
    Effect.flatMap((isThere) => isThere ? fs.readFileString(file) : Effect.succeed(""))
  )

  const claims = Effect.gen(function*() {
    const counting = new Map<string, ReadonlyArray<string>>()
    const dropped = new Set<string>()
    for (const [index, written] of (yield* text).split("\n").entries()) {
      if (written === "") continue
      const line = decode(written)
      if (Option.isNone(line)) {
        if (isCut(written)) continue
        return yield* unreadable(file, index + 1)
      }
      if ("dropped" in line.value) dropped.add(line.value.dropped)
      else counting.set(line.value.campaign, line.value.messageIds)
    }
    return Array.from(counting, ([campaign, messageIds]) => ({ campaign, messageIds })).filter(({ campaign }) =>
      !dropped.has(campaign)
    )
  })

  const append = Effect.fnUntraced(function*(line: typeof Line.Type) {
    const before = yield* text
    yield* Effect.scoped(Effect.gen(function*() {
      const opened = yield* fs.open(file, { flag: "a", mode: 0o600 })
      const start = before === "" || before.endsWith("\n") ? "" : "\n"
      yield* opened.writeAll(new TextEncoder().encode(`${start}${JSON.stringify(line)}\n`))
      yield* opened.sync
    }))
  })

  const drop = (campaign: string) => append({ v: 1, dropped: campaign })

  const journal: Journal = {
    claims,
    drop,
    claim: Effect.fnUntraced(function*(campaign, messageIds) {
      yield* append({ v: 1, campaign, messageIds })
      const own = new Set(messageIds)
      const all = yield* claims
      const earlier = all.slice(0, all.findIndex((claim) => claim.campaign === campaign))
      if (!earlier.some((claim) => claim.messageIds.some((id) => own.has(id)))) return true
      yield* drop(campaign)
      return false
    })
  }
  return journal
})
