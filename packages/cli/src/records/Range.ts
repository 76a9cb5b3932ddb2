/**
 * The part of the delivery log that a command line means, as the log is asked for it, and what of it is kept.
 *
 * @since 0.1.0
 */
import * as KstDateTime from "@effect-sens/core/KstDateTime"
import * as MessageRecord from "@effect-sens/core/MessageRecord"
import * as PhoneNumber from "@effect-sens/core/PhoneNumber"
import type * as SearchQuery from "@effect-sens/core/SearchQuery"
import * as Telco from "@effect-sens/core/Telco"
import * as DeliveryLog from "@effect-sens/streams/DeliveryLog"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as ExitCode from "../ExitCode.ts"
import * as Failure from "../Failure.ts"
import * as Times from "../Times.ts"
import type * as RangeFlags from "./RangeFlags.ts"

/** Which time of a message a range is of. */
export type By = "request" | "completion"

/** What is read, and what of it is kept: SENS knows no filter by code or carrier. */
export interface Selection {
  readonly by: By
  readonly start: DateTime.Utc
  readonly end: DateTime.Utc
  /** What narrows the search at the service. */
  readonly filters: SearchQuery.Filters
  /** For `DeliveryLog.pages`. */
  readonly query: SearchQuery.ByRequestTime | SearchQuery.ByCompleteTime
  /** Whether a message of it was asked for. */
  readonly keeps: (record: MessageRecord.MessageRecord) => boolean
}

const texts = {
  twoRanges: {
    en: "--last goes up to now: it cannot be meant together with --from or --until",
    ko: "--last는 지금까지입니다. --from이나 --until과 함께 쓸 수 없습니다"
  },
  noStart: { en: "--until needs --from", ko: "--until에는 --from이 있어야 합니다" },
  backwards: { en: "--from is after --until", ko: "--from이 --until보다 나중입니다" },
  future: { en: "--from is in the future", ko: "--from이 아직 오지 않은 시각입니다" },
  failedAndStatus: {
    en: "--failed is of what is completed: it cannot be meant together with --status",
    ko: "--failed는 완료된 것 가운데에서 찾습니다. --status와 함께 쓸 수 없습니다"
  },
  notCovered: {
    en: (from: string) =>
      `The service keeps messages for 90 days, and the range begins before that. What can still be read begins at --from "${from}"`,
    ko: (from: string) =>
      `서비스는 90일 동안만 보관합니다. 범위가 그보다 앞에서 시작합니다. 남아 있는 것은 --from "${from}"부터입니다`
  },
  noNumber: {
    en: (flag: string) => `${flag} is no phone number`,
    ko: (flag: string) => `${flag}: 전화번호가 아닙니다`
  }
} as const

const aDay = "1d"

const range = Effect.fnUntraced(function*({ from, last, until }: RangeFlags.Input) {
  const end = yield* DateTime.now
  if (Option.isSome(last) && (Option.isSome(from) || Option.isSome(until))) {
    return yield* Failure.usage(texts.twoRanges)
  }
  if (Option.isNone(from)) {
    if (Option.isSome(until)) return yield* Failure.usage(texts.noStart)
    const span = yield* Effect.fromResult(Times.last(Option.getOrElse(last, () => aDay), "--last"))
    return { start: DateTime.subtractDuration(end, span), end }
  }
  const start = yield* Times.parse(from.value, "--from")
  if (DateTime.isGreaterThan(start, end)) return yield* Failure.usage(texts.future)
  if (Option.isNone(until)) return { start, end }
  const said = yield* Times.parse(until.value, "--until")
  if (DateTime.isGreaterThan(start, said)) return yield* Failure.usage(texts.backwards)
  // There is nothing after now, and what comes while it is read would make two readings differ.
  return { start, end: DateTime.min(said, end) }
})

/** What the log does not reach back to is refused as a whole: half a range would be taken for all of it. */
const covered = (query: Selection["query"]) =>
  Effect.catchTag(DeliveryLog.covers(query), "NotCovered", ({ end }) => {
    // A little later, since its old end moves on.
    const from = KstDateTime.formatMinutes(DateTime.add(end, { minutes: 2 }))
    return Effect.fail(
      Failure.refuse("NotCovered", ExitCode.table.absent.code, {
        en: texts.notCovered.en(from),
        ko: texts.notCovered.ko(from)
      })
    )
  })

const number = (text: Option.Option<string>, flag: string) =>
  Option.match(text, {
    onNone: () => Effect.undefined,
    onSome: (said) =>
      Effect.mapError(
        Effect.fromResult(PhoneNumber.normalize(said)),
        // A number stands in no error.
        () => Failure.usage({ en: texts.noNumber.en(flag), ko: texts.noNumber.ko(flag) })
      )
  })

/** What the flags mean now. Whatever cannot be meant is told before anything is asked. */
export const resolve = Effect.fnUntraced(function*(input: RangeFlags.Input, by: By = "request") {
  const { end, start } = yield* range(input)
  if (input.failed && Option.isSome(input.status)) return yield* Failure.usage(texts.failedAndStatus)
  const to = yield* number(input.to, "--to")
  const from = yield* number(input.fromNumber, "--from-number")
  const type = Option.getOrUndefined(input.type)
  // How the service wants `statusName` written is not sure, so what failed is looked for in what is completed.
  const status = input.failed ? "COMPLETED" : Option.getOrUndefined(input.status)
  const filters: SearchQuery.Filters = {
    ...(to === undefined ? undefined : { to }),
    ...(from === undefined ? undefined : { from }),
    ...(type === undefined ? undefined : { type }),
    ...(status === undefined ? undefined : { status })
  }
  const codes = new Set(input.code.map((code) => code.trim().toUpperCase()))
  const telcos = new Set(input.telco.map((telco) => telco.trim().toUpperCase()))
  const keeps = (record: MessageRecord.MessageRecord): boolean => {
    if (input.failed || codes.size > 0) {
      const outcome = MessageRecord.outcome(record)
      if (input.failed && outcome._tag !== "Failed") return false
      if (codes.size > 0 && (outcome._tag === "Pending" || !codes.has(outcome.code.code.toUpperCase()))) return false
    }
    return telcos.size === 0 ||
      // By its code, or by the name that people know.
      Option.exists(
        MessageRecord.telcoCode(record),
        (telco) => telcos.has(telco.toUpperCase()) || telcos.has(Telco.nameOf(telco.toUpperCase()))
      )
  }
  const times = { start, end }
  const selection: Selection = {
    by,
    start,
    end,
    filters,
    query: by === "request" ? { ...filters, requestTime: times } : { ...filters, completeTime: times },
    keeps
  }
  yield* covered(selection.query)
  return selection
})
