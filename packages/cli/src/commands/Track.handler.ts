/**
 * `effect-sens track`, once it is asked for.
 *
 * @since 0.1.0
 */
import * as MessageRecord from "@effect-sens/core/MessageRecord"
import * as ReservationStatus from "@effect-sens/core/ReservationStatus"
import * as Delivery from "@effect-sens/streams/Delivery"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as Client from "../Client.ts"
import * as Ending from "../Ending.ts"
import * as ExitCode from "../ExitCode.ts"
import * as Failure from "../Failure.ts"
import * as Input from "../Input.ts"
import * as MessageView from "../MessageView.ts"
import * as Output from "../Output.ts"
import * as RecordLine from "../records/RecordLine.ts"
import * as ReservationView from "../ReservationView.ts"
import * as Text from "../Text.ts"
import * as Times from "../Times.ts"
import type * as Track from "./Track.ts"

const Message = Output.document("track", { message: MessageView.Message })

const Reservation = Output.document("track", { reservation: ReservationView.Reservation })

/** A message that the log shows in a way that cannot be read. */
const Unreadable = Output.document("track", { requestId: Schema.String, unreadable: Schema.String })

const Why = Schema.Literals(["NotFound", "Unread", "Reserved", "Pending"])

const End = Output.document("track", {
  end: Schema.Literal(true),
  delivered: Schema.Int,
  failed: Schema.Int,
  /** Those of which the log does not say what became. */
  unreadable: Schema.Int,
  /** Requests that did not end in time, and what is known of them. */
  unfinished: Schema.Array(Schema.Struct({ requestId: Schema.String, why: Why, pending: Schema.Int }))
})

/** A change on each line, and a last line that says that it is the last. */
export const Document = Schema.Union([Message, Reservation, Unreadable, End])

const texts = {
  unreadable: {
    en: (requestId: string) => `${requestId}: a message of it cannot be read`,
    ko: (requestId: string) => `${requestId}: 읽을 수 없는 메시지가 있습니다`
  },
  none: { en: "no request id was given", ko: "요청 ID가 없습니다" },
  why: {
    NotFound: {
      en: (id: string) => `${id}: not in the log. Is it the id of a request?`,
      ko: (id: string) => `${id}: 로그에 없습니다. 요청 ID가 맞는지 확인하십시오`
    },
    Unread: {
      en: (id: string) => `${id}: the log could not be read`,
      ko: (id: string) => `${id}: 로그를 읽지 못했습니다`
    },
    Reserved: {
      en: (id: string) => `${id}: still waits for the time that it is reserved for`,
      ko: (id: string) => `${id}: 아직 예약 시각을 기다립니다`
    },
    Pending: {
      en: (id: string, pending: number) => `${id}: ${Text.count(pending)} not final yet`,
      ko: (id: string, pending: number) => `${id}: ${Text.count(pending)}건이 아직 끝나지 않았습니다`
    }
  },
  end: {
    en: (delivered: string, failed: string) => `${delivered} delivered, ${failed} failed`,
    ko: (delivered: string, failed: string) => `전달 ${delivered}건, 실패 ${failed}건`
  }
} as const

const idsOf = Effect.fnUntraced(function*(words: ReadonlyArray<string>) {
  const read = yield* Effect.forEach(words, (word) => Effect.map(Input.text(word), (text) => text.split(/\r?\n/)))
  const ids = Array.from(new Set(read.flat().map((id) => id.trim()).filter((id) => id !== "")))
  return ids.length === 0 ? yield* Failure.usage(texts.none) : ids
})

export const run = Effect.fnUntraced(function*(input: Track.Input) {
  const output = yield* Output.Output
  const { language } = output
  const isTable = output.format === "table"
  const deadline = Option.isNone(input.deadline)
    ? undefined
    : yield* Effect.fromResult(Times.span(input.deadline.value, "--deadline"))
  const ids = yield* idsOf(input.requestIds)
  const recipients = Option.getOrUndefined(input.recipients)
  const states = new Map<string, MessageRecord.Outcome["_tag"] | "Unreadable">()
  let isLost = false

  const tell = (change: Delivery.Change) =>
    Delivery.Change.$match(change, {
      Message: ({ record }) => {
        states.set(record.messageId, MessageRecord.outcome(record)._tag)
        const message = MessageView.make(record, output)
        return Output.line({
          document: Message,
          value: Message.make({ message }),
          table: () => RecordLine.make(message, { by: "completion", language })
        })
      },
      Reservation: ({ requestId, status }) => {
        const reservation = ReservationView.make(requestId, status)
        // Nothing more becomes of it, and nothing was sent.
        if (ReservationStatus.isFinal(status) && status.reserveStatus !== "DONE") isLost = true
        return Output.line({
          document: Reservation,
          value: Reservation.make({ reservation }),
          table: () => (ReservationView.rows([reservation], language)[1] ?? []).join("  ").trimEnd()
        })
      },
      Unreadable: ({ record, requestId }) => {
        states.set(record.fields.messageId ?? `${requestId} ${record.index}`, "Unreadable")
        return Output.line({
          document: Unreadable,
          value: Unreadable.make({ requestId, unreadable: record.why }),
          table: () => texts.unreadable[language](requestId)
        })
      }
    })

  if (isTable) yield* output.note(RecordLine.head(language))
  const followed = yield* Delivery.track(ids.map((requestId) => ({ requestId, recipients })), { deadline }).pipe(
    Stream.runForEach(tell),
    Effect.result,
    Effect.provide(Client.layer)
  )
  if (Result.isFailure(followed) && followed.failure._tag !== "DeadlineExceeded") return yield* followed.failure
  const unfinished = Result.isFailure(followed) && followed.failure._tag === "DeadlineExceeded"
    ? followed.failure.requests
    : []
  const count = (state: MessageRecord.Outcome["_tag"] | "Unreadable") =>
    Array.from(states.values()).filter((each) => each === state).length
  const [delivered, failed, unreadable] = [count("Delivered"), count("Failed"), count("Unreadable")]
  for (const { pending, requestId, why } of unfinished) yield* output.say(texts.why[why][language](requestId, pending))
  const end = End.make({ end: true, delivered, failed, unreadable, unfinished: [...unfinished] })
  if (isTable) yield* output.note(texts.end[language](Text.count(delivered), Text.count(failed)))
  else yield* Output.line({ document: End, value: end, table: () => "" })
  const isAll = (why: (typeof Why)["Type"]) =>
    unfinished.length > 0 && states.size === 0 && unfinished.every((request) => request.why === why)
  if (isAll("NotFound")) return yield* Ending.exit(ExitCode.table.absent.code)
  if (isAll("Unread")) return yield* Ending.exit(ExitCode.table.unavailable.code)
  if (failed + unreadable + unfinished.length > 0 || isLost) yield* Ending.exit(ExitCode.table.part.code)
})
