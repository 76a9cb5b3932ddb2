/**
 * Makes one check after another. Each comes to a verdict, whatever the service does.
 *
 * @since 0.1.0
 */
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as ExitCode from "../ExitCode.ts"
import type { Both } from "../Language.ts"
import * as Check from "./Check.ts"
import type * as Wire from "./Wire.ts"

export interface Finding {
  readonly check: Check.Check
  readonly outcome: Check.Outcome
  readonly exchanges: ReadonlyArray<Wire.Seen>
}

const without = (why: Both): Check.Outcome =>
  Check.note({ en: `not measured: ${why.en}`, ko: `측정하지 못함: ${why.ko}` })

/** Why it cannot be asked, by what was found before it. */
const unmet = ({ needs }: Check.Check, { learned, wire }: Check.Service): Check.Outcome | undefined => {
  if (needs === "nothing") return undefined
  if (wire === undefined) return without({ en: "there are no keys that can be used", ko: "쓸 수 있는 키가 없음" })
  if (needs === "keys") return undefined
  if (!learned.answers) return without({ en: "the service does not answer", ko: "서비스가 응답하지 않음" })
  if (needs === "service") return undefined
  if (!learned.isSigned) {
    return without({ en: "the search was not answered as it should be", ko: "조회에 제대로 된 응답이 없음" })
  }
  if (needs === "signature") return undefined
  return learned.sent.length === 0
    ? without({ en: "no message was sent", ko: "보낸 메시지가 없음" })
    : undefined
}

const one = Effect.fnUntraced(function*(check: Check.Check): Effect.fn.Return<Finding, never, Check.Bench> {
  const bench = yield* Check.Bench
  bench.wire?.seen()
  const outcome = unmet(check, bench) ?? (yield* Effect.catchCauseIf(
    check.run,
    (cause) => !Cause.hasInterrupts(cause),
    () =>
      Effect.succeed(Check.bad(ExitCode.table.bug.code, {
        en: "the check itself failed: a fault of this program",
        ko: "점검 자체가 실패했습니다. 이 프로그램의 결함입니다"
      }))
  ))
  return { check, outcome, exchanges: bench.wire?.seen() ?? [] }
})

/** Each of them, told as soon as it is there. */
export const run = <E, R>(
  checks: ReadonlyArray<Check.Check>,
  onFinding: (finding: Finding) => Effect.Effect<void, E, R>
): Effect.Effect<ReadonlyArray<Finding>, E, R | Check.Bench> =>
  Effect.forEach(checks, (check) => Effect.tap(one(check), onFinding))

/** What a run ends with: that something may have been sent wins, else the highest. What was found later was sent, and is in doubt no more. */
export const codeOf = (findings: ReadonlyArray<Finding>, learned: Check.Learned): ExitCode.ExitCode => {
  const { part, unknown } = ExitCode.table
  if (learned.unknown > 0) return unknown.code
  return findings.map(({ outcome: { code } }) => code === unknown.code ? part.code : code)
    .reduce<ExitCode.ExitCode>((worst, code) => code > worst ? code : worst, 0)
}
