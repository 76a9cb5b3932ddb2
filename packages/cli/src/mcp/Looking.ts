/**
 * What the tools do that look.
 *
 * @since 0.1.0
 */
import * as MessageRecord from "@effect-sens/core/MessageRecord"
import * as PhoneNumber from "@effect-sens/core/PhoneNumber"
import type * as ReservationStatus from "@effect-sens/core/ReservationStatus"
import * as UnsubscribeEntry from "@effect-sens/core/UnsubscribeEntry"
import * as Sens from "@effect-sens/http/Sens"
import * as Delivery from "@effect-sens/streams/Delivery"
import * as DeliveryLog from "@effect-sens/streams/DeliveryLog"
import * as Unsubscribes from "@effect-sens/streams/Unsubscribes"
import * as McpServer from "effect/ai/McpServer"
import * as Arr from "effect/Array"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import type * as Path from "effect/Path"
import type * as Stdio from "effect/Stdio"
import * as Stream from "effect/Stream"
import * as Bytes from "../commands/Bytes.handler.ts"
import * as Code from "../commands/Code.handler.ts"
import type * as Ending from "../Ending.ts"
import * as ExitCode from "../ExitCode.ts"
import * as Failure from "../Failure.ts"
import * as Instant from "../Instant.ts"
import * as Journal from "../journal/Journal.ts"
import * as Sending from "../journal/Sending.ts"
import * as ListArguments from "../lists/ListArguments.ts"
import * as ListCheck from "../lists/ListCheck.ts"
import * as ListFailure from "../lists/ListFailure.ts"
import * as ListFile from "../lists/ListFile.ts"
import * as MessageView from "../MessageView.ts"
import * as Output from "../Output.ts"
import * as Range from "../records/Range.ts"
import type * as RangeFlags from "../records/RangeFlags.ts"
import * as Rows from "../report/Rows.ts"
import * as Sums from "../report/Sums.ts"
import * as ReservationView from "../ReservationView.ts"
import * as Connection from "./Connection.ts"
import { texts } from "./McpText.ts"
import { answered, within } from "./ToolError.ts"
import * as Tools from "./Tools.ts"

export interface Options {
  /** Whether texts of messages may be read. */
  readonly allowReadTexts: boolean
  /** Where the journal of sends is, unless it is where it always is. */
  readonly directory?: string | undefined
}

/** Whatever a log may be asked for, as its tools take it. */
interface Asked {
  readonly last?: string
  readonly from?: string
  readonly until?: string
  readonly to?: string
  readonly fromNumber?: string
  readonly type?: "SMS" | "LMS" | "MMS"
  readonly status?: "READY" | "PROCESSING" | "COMPLETED"
  readonly failed?: boolean
  readonly codes?: ReadonlyArray<string>
  readonly telcos?: ReadonlyArray<string>
}

const said = Option.fromUndefinedOr

const rangeOf = (asked: Asked): RangeFlags.Input => ({
  last: said(asked.last),
  from: said(asked.from),
  until: said(asked.until),
  to: said(asked.to),
  fromNumber: said(asked.fromNumber),
  type: said(asked.type),
  status: said(asked.status),
  failed: asked.failed === true,
  code: [...asked.codes ?? []],
  telco: [...asked.telcos ?? []]
})

/** Numbers as they are sent to; one that is none is told by its place. */
export const numbersOf = (numbers: ReadonlyArray<string>) =>
  Effect.forEach(numbers, (text, at) =>
    Effect.mapError(
      Effect.fromResult(PhoneNumber.normalize(text)),
      () => Failure.usage({ en: texts.number.en(at + 1), ko: texts.number.ko(at + 1) })
    ))

const check = Effect.fnUntraced(function*(
  { isAd, keepRepeats, noLms, recipients, repairNumbers, subject, text }: {
    readonly recipients: ReadonlyArray<{ readonly to: string; readonly values?: { readonly [name: string]: string } }>
    readonly text: string
    readonly subject?: string
    readonly isAd?: boolean
    readonly noLms?: boolean
    readonly repairNumbers?: boolean
    readonly keepRepeats?: boolean
  }
) {
  const { language } = yield* Output.Output
  const name = "recipients"
  const refused = ListFailure.of(name)
  const given = { list: name, text, subject, ad: isAd, noLms, repairNumbers, keepRepeats, toColumn: "to" }
  const settings = yield* Effect.mapError(ListArguments.settings(given), refused)
  const file = ListFile.inline(recipients.map(({ to, values }) => ({ ...values, to })))
  const { report } = yield* Effect.mapError(
    ListCheck.checkFile(name, file, { settings, isSending: false, language }),
    refused
  )
  return report
})

const search = Effect.fnUntraced(function*(asked: Asked & { readonly limit?: number }, output: Output.Service) {
  const limit = asked.limit ?? 50
  const selection = yield* Range.resolve(rangeOf(asked))
  let unreadable = 0
  // One more tells whether there are more.
  const records = yield* DeliveryLog.pages(selection.query).pipe(
    Stream.map((page) => {
      unreadable += page.unreadable.length
      return page.records.filter(selection.keeps)
    }),
    Stream.filter(Arr.isArrayNonEmpty),
    Stream.flattenArray,
    Stream.take(limit + 1),
    Stream.runCollect
  )
  return {
    from: Instant.iso(selection.start),
    until: Instant.iso(selection.end),
    messages: records.slice(0, limit).map((record) => MessageView.make(record, output)),
    isComplete: records.length <= limit,
    unreadable
  }
})

const report = Effect.fnUntraced(function*(
  asked: Asked & { readonly by?: ReadonlyArray<Sums.Name> },
  output: Output.Service
) {
  const by = Array.from(new Set<Sums.Name>(asked.by ?? ["code"]))
  const selection = yield* Range.resolve(rangeOf(asked))
  let unreadable = 0
  const sums = yield* Sums.run(
    DeliveryLog.pages(selection.query).pipe(
      Stream.map((page) => {
        unreadable += page.unreadable.length
        return page.records.filter(selection.keeps)
      }),
      Stream.filter(Arr.isArrayNonEmpty),
      Stream.flattenArray
    ),
    by,
    { isPage: false }
  )
  const rows = Rows.documents(sums, { by, percentiles: true }, output)
  return {
    from: Instant.iso(selection.start),
    until: Instant.iso(selection.end),
    total: Rows.total(sums),
    rows: rows.slice(0, Tools.mostRows),
    rowsLeftOut: Math.max(0, rows.length - Tools.mostRows),
    unreadable
  }
})

const why = { NotFound: "notFound", Reserved: "reserved", Pending: "pending" } as const

const nothing = { delivered: 0, failed: 0, messages: [], reservation: null, unreadable: 0 }

const follow = Effect.fnUntraced(function*(requestId: string, seconds: number, output: Output.Service) {
  const records = new Map<string, MessageRecord.MessageRecord>()
  let [reservation, unreadable] = [null as ReservationView.Reservation | null, 0]
  const followed = yield* Delivery.track(requestId, { deadline: Duration.seconds(seconds) }).pipe(
    Stream.runForEach(Delivery.Change.$match({
      Message: ({ record }) =>
        Effect.sync(() => {
          records.set(record.messageId, record)
        }),
      Reservation: ({ requestId, status }) =>
        Effect.sync(() => {
          reservation = ReservationView.make(requestId, status)
        }),
      Unreadable: () =>
        Effect.sync(() => {
          unreadable += 1
        })
    })),
    // A reservation is tracked from its time on, which may be tomorrow.
    Effect.timeoutOption(Duration.seconds(seconds + 2)),
    Effect.map((done) => Option.isSome(done) ? undefined : "Late" as const),
    Effect.catchTag("DeadlineExceeded", ({ requests: [{ why }] }) => Effect.succeed(why))
  )
  const isUnread = records.size === 0 && reservation === null
  const overdue = followed !== "Late" ? followed : isUnread ? "Unread" : records.size === 0 ? "Reserved" : "Pending"
  if (overdue === "Unread") {
    return yield* Failure.refuse("Unread", ExitCode.table.unavailable.code, texts.unread)
  }
  const state = overdue === undefined ? "final" as const : why[overdue]
  const outcomes = Array.from(records.values(), (record) => MessageRecord.outcome(record)._tag)
  return {
    requestId,
    state,
    delivered: outcomes.filter((tag) => tag === "Delivered").length,
    failed: outcomes.filter((tag) => tag === "Failed").length,
    messages: Array.from(records.values(), (record) => MessageView.make(record, output)).slice(0, Tools.mostRows),
    reservation,
    unreadable
  }
})

/** What became of a send by the id of its entry in the journal. */
const settle = Effect.fnUntraced(function*(id: string, account: Connection.Account, directory: string | undefined) {
  const journal = yield* Journal.make({ serviceId: account.serviceId, host: account.host, directory })
  const entry = yield* journal.find(id)
  if (Option.isNone(entry)) {
    return yield* Failure.refuse("NotFound", ExitCode.table.absent.code, {
      en: texts.noSend.en(id),
      ko: texts.noSend.ko(id)
    })
  }
  return yield* Sending.look(journal, entry.value)
})

const track = Effect.fnUntraced(function*(
  { requestId, sendId, waitSeconds = 20 }: {
    readonly requestId?: string
    readonly sendId?: string
    readonly waitSeconds?: number
  },
  account: Connection.Account,
  { directory }: Options,
  output: Output.Service
) {
  if ((requestId === undefined) === (sendId === undefined)) return yield* Failure.usage(texts.oneId)
  if (sendId === undefined) return yield* follow(requestId ?? "", waitSeconds, output)
  const outcome = yield* settle(sendId, account, directory)
  switch (outcome._tag) {
    case "Accepted":
      return yield* follow(outcome.requestId, waitSeconds, output)
    case "NotAccepted":
      return { requestId: null, state: "notAccepted" as const, ...nothing }
    case "GivenUp":
      return { requestId: null, state: "givenUp" as const, ...nothing }
    case "Open":
      return { requestId: null, state: "unknown" as const, ...nothing }
  }
})

const statuses = (ids: ReadonlyArray<string>) =>
  Sens.Sens.use(({ reservations }) =>
    Effect.forEach(ids, (id) =>
      reservations.status(id).pipe(
        Effect.map((status: ReservationStatus.ReservationStatus) => ReservationView.make(id, status)),
        // The others are told all the same.
        Effect.catchIf(({ reason }) => reason._tag === "NotFound", () => Effect.succeed(ReservationView.absent(id)))
      ))
  )

const listed = Effect.fnUntraced(function*(limit: number, { number }: Output.Service) {
  let [count, unreadable] = [0, 0]
  const numbers: Array<{ number: string; by: "call" | "hand" | null; since: string | null }> = []
  yield* Unsubscribes.all({
    onUnreadable: () =>
      Effect.sync(() => {
        unreadable += 1
      })
  }).pipe(Stream.runForEach((entry) =>
    Effect.sync(() => {
      count += 1
      if (numbers.length >= limit) return
      numbers.push({
        number: number(entry.clientTelNo),
        by: Option.getOrNull(UnsubscribeEntry.registeredBy(entry)),
        since: Instant.isoOrNull(UnsubscribeEntry.registerTime(entry))
      })
    })
  ))
  return { count, unreadable, numbers }
})

const refusals = Effect.fnUntraced(function*(given: ReadonlyArray<string>, { number }: Output.Service) {
  const numbers = yield* numbersOf(given)
  // Without leave to go on: a list of which something cannot be read does not tell who is not on it.
  const list = yield* Unsubscribes.load()
  return { numbers: numbers.map((each) => ({ number: number(each), optedOut: list.has(each) })) }
})

/** What handlers ask for, whatever they do. */
export type Services =
  | Connection.Connection
  | Ending.Ending
  | FileSystem.FileSystem
  | Output.Output
  | Path.Path
  | Stdio.Stdio

/** Answers with what handlers ask for at hand: a tool brings nothing of its own. */
export const answering = Effect.gen(function*() {
  const services = yield* Effect.context<Services>()
  const { language } = yield* Output.Output
  return <A, E extends Failure.Any, R>(
    effect: Effect.Effect<A, E, R>,
    span: Duration.Duration | undefined = within
  ) => Effect.provide(Effect.scoped(answered(effect, language, span)), services)
})

/** The tools that look. */
export const layer = (options: Options) =>
  Layer.unwrap(Effect.gen(function*() {
    const answer = yield* answering
    const output = yield* Output.Output
    const shown: Output.Service = options.allowReadTexts ? { ...output, text: (text) => text } : output
    const kit = Tools.looking(output.language)
    return McpServer.toolkit(kit).pipe(Layer.provide(kit.toLayer({
      sens_measure_text: ({ charset, text }) => Effect.sync(() => Bytes.measure(text, charset ?? "EUC-KR")),
      sens_check_messages: (given) => answer(check(given)),
      sens_explain_code: ({ codes }) => Effect.sync(() => Code.explain(codes.map(Code.parse))),
      sens_search_log: (asked) => answer(Connection.use(() => search(asked, shown))),
      sens_report: (asked) => answer(Connection.use(() => report(asked, output))),
      sens_get_result: ({ messageId }) =>
        answer(Connection.use(() =>
          Sens.Sens.use(({ messages }) =>
            Effect.map(messages.result(messageId), (record) => ({ message: MessageView.make(record, shown) }))
          )
        )),
      sens_track_request: (given) =>
        answer(
          Connection.use((account) =>
            track(given, account, options, shown)
          ),
          Duration.seconds((given.waitSeconds ?? 20) + 10)
        ),
      sens_reservation_status: ({ ids }) =>
        answer(Connection.use(() => Effect.map(statuses(ids), (reservations) => ({ reservations })))),
      sens_list_unsubscribes: ({ limit }) => answer(Connection.use(() => listed(limit ?? 50, output))),
      sens_has_unsubscribed: ({ numbers }) => answer(Connection.use(() => refusals(numbers, output)))
    })))
  }))
