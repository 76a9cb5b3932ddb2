/**
 * Many messages under one name, that survive the process: read once out of a stream, written down as entries of the outbox, and let go all
 * at once when the last of them is there.
 *
 * The worker of the outbox sends them, after all that is transactional. What becomes of each recipient stands in the database.
 *
 * @since 0.1.0
 */
import * as DeliveryCode from "@effect-sens/core/DeliveryCode"
import type * as Paging from "@effect-sens/core/Paging"
import type * as Preflight from "@effect-sens/core/Preflight"
import type * as RequestId from "@effect-sens/core/RequestId"
import * as SendRequest from "@effect-sens/core/SendRequest"
import type * as SensError from "@effect-sens/core/SensError"
import * as Sens from "@effect-sens/http/Sens"
import type * as BulkSend from "@effect-sens/streams/BulkSend"
import * as Unsubscribes from "@effect-sens/streams/Unsubscribes"
import * as Arr from "effect/Array"
import * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import * as SecureRandom from "effect/crypto/SecureRandom"
import * as Data from "effect/Data"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Base64 from "effect/encoding/Base64"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as SqlClient from "effect/sql/SqlClient"
import type * as SqlError from "effect/sql/SqlError"
import * as Stream from "effect/Stream"
import * as CampaignImport from "./internal/campaignImport.ts"
import * as CampaignStore from "./internal/campaignStore.ts"
import * as Changes from "./internal/changes.ts"
import * as Fingerprint from "./internal/fingerprint.ts"
import * as HeldRows from "./internal/heldRows.ts"
import * as Payload from "./internal/payload.ts"
import * as Persist from "./internal/persist.ts"
import * as Reading from "./internal/reading.ts"
import * as Results from "./internal/results.ts"
import * as Store from "./internal/store.ts"
import * as Sweep from "./internal/sweep.ts"
import * as Wake from "./internal/wake.ts"
import * as Outbox from "./Outbox.ts"
import * as OutboxError from "./OutboxError.ts"

// -----------------------------------------------------------------------------
// Models
// -----------------------------------------------------------------------------

/**
 * How far a campaign is.
 *
 * - `Importing`: its messages are being written down; none is sent before all of them are
 * - `Sending`: it is on its way, or waits for its time
 * - `Waiting`: its service does not send at present, and tries again at `until`: its quota is used up, or (`Paused`) its keys or their
 *   permissions are wrong
 * - `Paused`: by `pause`
 * - `Done`: there is nothing more to come. What is `held` is for a person to settle
 * - `Cancelled`: what had not been sent will not be
 *
 * @category models
 * @since 0.1.0
 */
export type Status = Data.TaggedEnum<{
  Importing: {}
  Sending: {}
  Waiting: { readonly why: Outbox.Hold["kind"]; readonly reason: SensError.Reason; readonly until: DateTime.Utc }
  Paused: {}
  Done: {}
  Cancelled: {}
}>

/**
 * Constructors, guards and the exhaustive `$match` of {@link Status}.
 *
 * @category constructors
 * @since 0.1.0
 */
export const Status = Data.taggedEnum<Status>()

/**
 * A campaign in figures. `recipients` is the sum of those from `waiting` on.
 *
 * @category models
 * @since 0.1.0
 */
export interface Progress {
  /** Its name. */
  readonly id: string
  /** The SMS service that sends it. */
  readonly service: string
  /** How far it is. */
  readonly status: Status
  /** When it was started for the first time. */
  readonly startedAt: DateTime.Utc
  /** What its messages come from, as {@link StartOptions.source} said; none where it said nothing. */
  readonly source: Option.Option<string>
  /** When it is sent at the earliest; none where it is sent as soon as it can be. */
  readonly at: Option.Option<DateTime.Utc>
  /** How many requests it takes, of 1-100 recipients each. */
  readonly requests: number
  /** How many recipients it has. */
  readonly recipients: number
  /** How many of them have a message that is to be sent. */
  readonly waiting: number
  /** How many have one that is being sent, or whose answer was lost and is looked for. */
  readonly open: number
  /** How many have one that SENS has taken; their results are awaited. */
  readonly accepted: number
  /** How many have got it. */
  readonly delivered: number
  /** How many have a handset that did not get it. */
  readonly failed: number
  /** Of how many the delivery log had no final state within 72 hours. */
  readonly unknown: number
  /** How many have a message that is wrong, or was refused by SENS. */
  readonly refused: number
  /** How many have a message that was not sent: too late, opted out, or cancelled. */
  readonly notSent: number
  /** Of how many nobody can tell whether their message was accepted. */
  readonly held: number
}

/**
 * What became of one recipient so far.
 *
 * @category models
 * @since 0.1.0
 */
export interface Recipient {
  /** Its number; none once it was purged, or where it was none. */
  readonly to: Option.Option<string>
  /** How far its message is, as the names of {@link Progress} say. */
  readonly status: "Waiting" | "Open" | "Accepted" | "Delivered" | "Failed" | "Unknown" | "Refused" | "NotSent" | "Held"
  /** The result code; none where there is none, or none yet. */
  readonly code: Option.Option<DeliveryCode.DeliveryCode>
  /** When the carrier had its result. */
  readonly completedAt: Option.Option<DateTime.Utc>
  /** The request that it was part of; none where none was accepted. */
  readonly requestId: Option.Option<RequestId.RequestId>
  /** Why it was refused; none where it was not. */
  readonly reason: Option.Option<SensError.Reason>
  /** Why it was not sent; none where it was. */
  readonly why: Option.Option<Outbox.NotSentReason>
}

/**
 * How a campaign is sent.
 *
 * @category options
 * @since 0.1.0
 */
export interface StartOptions {
  /**
   * The SMS service that sends it.
   *
   * @default that of the client in the context of the layer
   */
  readonly service?: string | undefined
  /**
   * What the messages come from, such as the hash of a list and its text. A start of the same id from another source is a `KeyConflict`;
   * without one, a campaign that is complete is joined whatever the messages are.
   *
   * @default none
   */
  readonly source?: string | undefined
  /**
   * When it is sent, at the earliest.
   *
   * @default as soon as all messages are written down
   */
  readonly at?: DateTime.DateTime | Date | undefined
  /**
   * How long after `at`, or after all messages are written down, a message may be sent for the first or any other time.
   *
   * @default for ever
   */
  readonly expiresAfter?: Duration.Input | undefined
  /**
   * Until when SENS has the files of an MMS: the earliest `expireTime` of their uploads. None is sent after that.
   *
   * @default two days after the first start
   */
  readonly filesExpireAt?: DateTime.DateTime | Date | undefined
  /**
   * How many recipients it may have: the guard against a wrong list. Where there are more, nothing is sent.
   *
   * @default as many as there are
   */
  readonly maxRecipients?: number | undefined
  /**
   * Whether advertisements to numbers of the block list are left out. The list is read before the first of them is written down, and by
   * the worker before one goes out that was looked up more than an hour ago.
   *
   * @default "remove"
   */
  readonly optOuts?: "remove" | "keep" | undefined
  /**
   * What to do about a number of the block list that cannot be read. With it, advertisements go out all the same, perhaps to that
   * number too; without it, the start fails with `Unsubscribes.UnreadableEntries`.
   */
  readonly onUnreadableOptOut?: Unsubscribes.Options["onUnreadable"]
}

/**
 * Which results are given.
 *
 * @category options
 * @since 0.1.0
 */
export interface ResultsOptions {
  /**
   * Whether those that may still change are left out.
   *
   * @default false
   */
  readonly final?: boolean | undefined
}

/**
 * Who gets a message once more.
 *
 * @category options
 * @since 0.1.0
 */
export interface RetryOptions extends Pick<StartOptions, "maxRecipients" | "onUnreadableOptOut"> {
  /**
   * Whose result code has one of these pieces of advice.
   *
   * @default ["retryLater"]
   */
  readonly advice?: ReadonlyArray<DeliveryCode.Advice> | undefined
  /**
   * Whose result code is one of these, whatever the advice. With it, `advice` says nothing.
   *
   * @default those that `advice` names
   */
  readonly codes?: ReadonlyArray<string> | undefined
  /**
   * Whether those get one more who may have the first, by `DeliveryCode.isUncertain`.
   *
   * @default false
   */
  readonly includeUncertain?: boolean | undefined
}

/**
 * What a start may fail with, beside what the stream of messages fails with.
 *
 * @category errors
 * @since 0.1.0
 */
export type StartError =
  | OutboxError.KeyConflict
  | OutboxError.TooManyRecipients
  | SensError.SensError
  | Paging.PagingError
  | Unsubscribes.UnreadableEntries
  | SqlError.SqlError

// -----------------------------------------------------------------------------
// Service
// -----------------------------------------------------------------------------

/**
 * The campaigns of an outbox.
 *
 * @category services
 * @since 0.1.0
 */
export interface Service {
  /**
   * Reads all messages and writes them down, some at a time; when the stream has ended, all of them are let go at once. Gives how far the
   * campaign is then.
   *
   * It may be called again with the same id, and should be after a crash. A campaign that is complete is joined: its stream is not
   * read. One that is not is read anew, and what was written down of it before is taken away. Where several do so at once, one
   * reads, and the others wait for it. A process that died while it was reading is waited for, for ten seconds.
   *
   * It writes in transactions of its own: call it in none. Keep phone numbers out of the id.
   *
   * Messages go together into requests as by `BulkSend.batch`. One that the check refuses is `Refused`, and takes no others with it. An
   * advertisement to a number of the block list is not sent.
   *
   * Fails as the stream does, and with `TooManyRecipients`: then nothing is sent, and nothing is kept. With `KeyConflict` where there is
   * a campaign of this id with other options. With `SensError`, whose reason is `InvalidRequest`, where an option is wrong, or where the
   * files of an MMS expire before `at`. With `SensError`, `PagingError` or `UnreadableEntries` where the block list cannot be read; `SqlError`.
   *
   * @since 0.1.0
   */
  readonly start: <E, R>(
    id: string,
    messages: Stream.Stream<BulkSend.Message, E, R>,
    options?: StartOptions
  ) => Effect.Effect<Progress, E | StartError, R>

  /**
   * How far a campaign is.
   *
   * Fails with `NotFound` where there is none of this id; `SqlError`.
   *
   * @since 0.1.0
   */
  readonly progress: (id: string) => Effect.Effect<Progress, OutboxError.NotFound | SqlError.SqlError>

  /**
   * How far a campaign is, once a second, and sooner where something of it changes in this process. Ends after `Done` or `Cancelled`.
   *
   * Fails with `NotFound` where there is none of this id; `SqlError`.
   *
   * @since 0.1.0
   */
  readonly watch: (id: string) => Stream.Stream<Progress, OutboxError.NotFound | SqlError.SqlError>

  /**
   * All campaigns, from the newest on.
   *
   * Fails with `SqlError`.
   *
   * @since 0.1.0
   */
  readonly list: Effect.Effect<ReadonlyArray<Progress>, SqlError.SqlError>

  /**
   * Keeps what waits from being sent, until {@link Service.resume}. What is being sent goes to its end.
   *
   * Fails with `NotFound` where there is none of this id; `SqlError`.
   *
   * @since 0.1.0
   */
  readonly pause: (id: string) => Effect.Effect<Progress, OutboxError.NotFound | SqlError.SqlError>

  /**
   * Lets a campaign go on.
   *
   * Fails with `NotFound` where there is none of this id; `SqlError`.
   *
   * @since 0.1.0
   */
  readonly resume: (id: string) => Effect.Effect<Progress, OutboxError.NotFound | SqlError.SqlError>

  /**
   * Ends a campaign: what waits is not sent any more, nor is what is being sent now and turns out not to have been accepted. A start of
   * the same id sends nothing of it either.
   *
   * Fails with `NotFound` where there is none of this id; `SqlError`.
   *
   * @since 0.1.0
   */
  readonly cancel: (id: string) => Effect.Effect<Progress, OutboxError.NotFound | SqlError.SqlError>

  /**
   * Takes personal data out of what has come to its end in a campaign: the numbers and texts, or the entries as a whole. Where no entry
   * is left, its id is free again. Held entries stay. Gives how many entries it were.
   *
   * Fails with `NotFound` where there is none of this id; `SqlError`.
   *
   * @since 0.1.0
   */
  readonly purge: (
    id: string,
    what: Outbox.PurgeOptions["what"]
  ) => Effect.Effect<number, OutboxError.NotFound | SqlError.SqlError>

  /**
   * What became of each recipient, read in pages of 50 requests: memory is bounded, whatever the size of the campaign.
   *
   * Fails with `NotFound` where there is none of this id; `SqlError`.
   *
   * @since 0.1.0
   */
  readonly results: (
    id: string,
    options?: ResultsOptions
  ) => Stream.Stream<Recipient, OutboxError.NotFound | SqlError.SqlError>

  /**
   * The entries of a campaign that nobody can tell about, as those of `held` of the outbox.
   *
   * Fails with `NotFound` where there is none of this id; `SqlError`.
   *
   * @since 0.1.0
   */
  readonly held: (id: string) => Stream.Stream<Outbox.Held, OutboxError.NotFound | SqlError.SqlError>

  /**
   * How many {@link Service.retryFailed} would send to now.
   *
   * Fails with `NotFound` where there is no campaign `id`; `TextsPurged` where its texts are gone, or those of a retry of it; `SqlError`.
   *
   * @since 0.1.0
   */
  readonly retryable: (
    id: string,
    options?: Pick<RetryOptions, "advice" | "codes" | "includeUncertain">
  ) => Effect.Effect<number, OutboxError.NotFound | OutboxError.TextsPurged | SqlError.SqlError>

  /**
   * Starts a campaign `as`, with the same text to those of campaign `id` who did not get it and may another time: whose advice is
   * `retryLater`, and who surely have not got it. They are those that are known by now: wait for `Done` to have all. Called again it is
   * the campaign that is there, as a start is.
   *
   * Nobody gets it by two retries of a campaign: whom another one has is left to that, and to a retry of it. One that was purged with
   * everything is not known any more. While another retry of the campaign is read, this one waits.
   *
   * Fails with `NotFound` where there is no campaign `id`; `TextsPurged` where its texts are gone, or those of a retry of it; and as a start does: with `KeyConflict`
   * where `as` is the id of another one, with `TooManyRecipients`, with `SensError`, `PagingError` or `UnreadableEntries` where the block list cannot be read; `SqlError`.
   *
   * @since 0.1.0
   */
  readonly retryFailed: (
    id: string,
    as: string,
    options?: RetryOptions
  ) => Effect.Effect<
    Progress,
    OutboxError.NotFound | OutboxError.TextsPurged | StartError
  >
}

/**
 * The campaigns of an outbox.
 *
 * @category services
 * @since 0.1.0
 */
export class Campaigns extends Context.Service<Campaigns, Service>()("@effect-sens/outbox/Campaigns") {}

// -----------------------------------------------------------------------------
// Constructors
// -----------------------------------------------------------------------------

/**
 * How campaigns check what they are given.
 *
 * @category options
 * @since 0.1.0
 */
export interface Options {
  /**
   * What is checked, and how strictly, where no client is in the context.
   *
   * @default those of the client in the context
   */
  readonly preflight?: Preflight.Options | undefined
}

/** Between two figures, however much changes. */
const shortest = 250
const longest = 1000

/** How many requests are read at a time. */
const pageSize = 50

const noOne = {
  requests: 0,
  recipients: 0,
  waiting: 0,
  open: 0,
  accepted: 0,
  delivered: 0,
  failed: 0,
  unknown: 0,
  refused: 0,
  notSent: 0,
  held: 0
}

const figures = (rows: ReadonlyArray<CampaignStore.Counted>): typeof noOne => {
  const all = { ...noOne }
  for (const { delivered, failed, recipients, requests, state } of rows) {
    const count = recipients ?? 0
    all.requests += requests
    all.recipients += count
    switch (state) {
      case "Waiting":
        all.waiting += count
        break
      case "Open":
        all.open += count
        break
      case "Accepted":
        all.accepted += count
        break
      case "Final":
        all.delivered += delivered ?? 0
        all.failed += failed ?? 0
        all.unknown += count - (delivered ?? 0) - (failed ?? 0)
        break
      case "Refused":
        all.refused += count
        break
      case "NotSent":
        all.notSent += count
        break
      case "Held":
        all.held += count
        break
      case null:
        break
    }
  }
  return all
}

const statusOf = (
  campaign: CampaignStore.Campaign,
  { accepted, open, waiting }: typeof noOne,
  hold: Store.Hold | undefined
): Status => {
  if (campaign.cancelled) return Status.Cancelled()
  if (campaign.sealed_at === null) return Status.Importing()
  if (waiting + open + accepted === 0) return Status.Done()
  if (campaign.paused) return Status.Paused()
  if (hold === undefined || waiting === 0) return Status.Sending()
  return Status.Waiting({ why: hold.kind, reason: hold.reason, until: DateTime.makeUnsafe(hold.until) })
}

const hasEnded = ({ status }: Progress): boolean => status._tag === "Done" || status._tag === "Cancelled"

// A message that was refused may hold anything.
const decodeNumbers = Schema.decodeUnknownOption(
  Schema.fromJsonString(
    Schema.Struct({ messages: Schema.Array(Schema.Struct({ to: Schema.optionalKey(Schema.Unknown) })) })
  )
)
const decodeRequest = Schema.decodeUnknownOption(Schema.fromJsonString(SendRequest.SendRequest))
const decodeOptions = Schema.decodeUnknownOption(
  Schema.fromJsonString(Schema.Struct({ source: Schema.optionalKey(Schema.String) }))
)

const recipientsOf = (
  { reason, recipients, request, request_id, result, state }: CampaignStore.Entry
): ReadonlyArray<Recipient> => {
  const numbers = Option.match(decodeNumbers(request), { onNone: () => [], onSome: ({ messages }) => messages })
  const results = Results.shown(result)
  const refused = state === "Refused" ? Option.some(Store.decodeReason(reason)) : Option.none()
  const why = state === "NotSent" ? Option.some(Store.decodeWhy(reason)) : Option.none()
  return Array.from({ length: recipients }, (_, index): Recipient => {
    const known = results[index]
    const to = numbers[index]?.to
    return {
      to: typeof to === "string" ? Option.some(to) : Option.none(),
      status: state === "Final" ? known?.outcome ?? "Unknown" : state,
      code: known?.code ?? Option.none(),
      completedAt: known?.completeTime ?? Option.none(),
      requestId: Option.fromNullOr(request_id),
      reason: refused,
      why
    }
  })
}

const isFinal = ({ state }: CampaignStore.Entry): boolean =>
  state === "Final" || state === "Refused" || state === "NotSent"

/** The messages of a request. */
const messagesOf = (request: SendRequest.Normalized): ReadonlyArray<BulkSend.Message> => {
  if (request.type === "SMS") {
    const { messages, ...rest } = request
    return messages.map(({ content, to }) => ({ ...rest, to, content: content ?? rest.content }))
  }
  const { messages, ...rest } = request
  return messages.map(({ content, subject, to }): BulkSend.Message => {
    const own = subject ?? rest.subject
    return { ...rest, to, content: content ?? rest.content, ...own === undefined ? {} : { subject: own } }
  })
}

/** The same for what a recipient gets, in whatever request it stands. */
const keyOf = (message: BulkSend.Message): string =>
  JSON.stringify([
    message.type,
    message.from,
    message.countryCode ?? "82",
    message.to,
    message.content,
    "subject" in message ? message.subject ?? "" : "",
    "files" in message ? message.files ?? [] : []
  ])

/** Fails once there are more of them than there may be. */
const guarded = <E, R>(
  campaign: string,
  messages: Stream.Stream<BulkSend.Message, E, R>,
  limit: number | undefined
): Stream.Stream<BulkSend.Message, E | OutboxError.TooManyRecipients, R> =>
  limit === undefined ? messages : Stream.suspend(() => {
    let recipients = 0
    return Stream.mapArrayEffect(messages, (messages) => {
      recipients += messages.length
      return recipients > limit
        ? Effect.fail(new OutboxError.TooManyRecipients({ campaign, limit }))
        : Effect.succeed(messages)
    })
  })

const limited = (limit: number | undefined): Effect.Effect<void, SensError.SensError> =>
  limit === undefined || (Number.isInteger(limit) && limit >= 0)
    ? Effect.void
    : Reading.wrong("maxRecipients", "Expected a whole number of recipients")

interface Spec extends CampaignStore.Made {
  /** What it is a retry of. */
  readonly retried?: CampaignStore.Campaign
  readonly onUnreadable: Unsubscribes.Options["onUnreadable"]
}

/**
 * Gives the campaigns of the outbox in the context. The client in the context, if there is one, says what is checked and which service
 * sends, and reads the block list; without one, the worker looks numbers up before the first advertisement to them goes out.
 *
 * Fails with `SqlError` where the database cannot be reached within a minute.
 *
 * **Example** (A program that only imports)
 *
 * ```ts import.meta.vitest
 * import * as Campaigns from "@effect-sens/outbox/Campaigns"
 * import * as NodeSqlite from "@effect-sens/outbox/NodeSqlite"
 * import * as Outbox from "@effect-sens/outbox/Outbox"
 * import * as Effect from "effect/Effect"
 * import * as Layer from "effect/Layer"
 * import * as Stream from "effect/Stream"
 *
 * const messages = Stream.range(1, 250).pipe(Stream.map((id) => ({
 *   type: "SMS" as const,
 *   from: "0212345678",
 *   to: `010${String(id).padStart(8, "0")}`,
 *   content: "[서점] 주문하신 책이 도착했습니다."
 * })))
 *
 * const program = Effect.gen(function*() {
 *   const campaigns = yield* Campaigns.make()
 *   const { requests, status, waiting } = yield* campaigns.start("arrived/1", messages, {
 *     service: "ncp:sms:kr:000000000000:demo",
 *     maxRecipients: 1000
 *   })
 *   return [status._tag, requests, waiting]
 * })
 *
 * const layer = Outbox.layer().pipe(Layer.provideMerge(NodeSqlite.layer({ filename: ":memory:" })))
 *
 * await Effect.runPromise(Effect.provide(program, layer)) // => ["Sending", 3, 250]
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = Effect.fnUntraced(function*(
  options: Options = {}
): Effect.fn.Return<Service, SqlError.SqlError, Outbox.Outbox | SqlClient.SqlClient> {
  // Its tables are there.
  const { payload: codec } = yield* Outbox.Outbox
  const payload = Payload.make(codec)
  const client = yield* SqlClient.SqlClient
  const entries = Store.make(client)
  const store = CampaignStore.make(client, entries)
  const { twin } = yield* Persist.retrying(Persist.atStart)(Fingerprint.make(entries))
  const sens = yield* Effect.serviceOption(Sens.Sens)
  const read = Reading.make(sens, options.preflight)
  const wake = Wake.of(client)
  const changes = Changes.of(client)
  const persist = Persist.retrying(Persist.briefly)

  // ---------------------------------------------------------------------------
  // How far it is
  // ---------------------------------------------------------------------------

  const progressOf = (
    rows: ReadonlyArray<CampaignStore.Counted>,
    campaign: CampaignStore.Campaign,
    holds: ReadonlyArray<Store.Hold>
  ): Progress => {
    const all = figures(rows)
    const hold = holds.find(({ service }) => service === campaign.service)
    return {
      id: campaign.name,
      service: campaign.service,
      status: statusOf(campaign, all, hold),
      startedAt: DateTime.makeUnsafe(campaign.created_at),
      source: Option.flatMap(decodeOptions(campaign.options), ({ source }) => Option.fromUndefinedOr(source)),
      at: Option.flatMap(Option.fromNullOr(campaign.at), DateTime.make),
      ...all
    }
  }

  const progress = Effect.fnUntraced(function*(id: string) {
    const rows = yield* store.countsOf(id)
    const [campaign] = rows
    if (campaign === undefined) return yield* new OutboxError.NotFound({ id })
    return progressOf(rows, campaign, yield* entries.holds)
  })

  const find = (id: string) =>
    Effect.flatMap(
      store.find(id),
      Option.match({
        onNone: () => Effect.fail(new OutboxError.NotFound({ id })),
        onSome: Effect.succeed
      })
    )

  const watch = (id: string) =>
    Stream.paginate(Option.none<number>(), (seen: Option.Option<number>) =>
      Effect.gen(function*() {
        if (Option.isSome(seen)) {
          yield* Effect.sleep(shortest)
          yield* Effect.timeoutOption(changes.after(seen.value), longest - shortest)
        }
        const count = changes.count()
        const now = yield* progress(id)
        return [[now], hasEnded(now) ? Option.none() : Option.some(Option.some(count))] as const
      }))

  const list = Effect.gen(function*() {
    const holds = yield* entries.holds
    const byNumber = new Map<number, Array<CampaignStore.Counted>>()
    for (const row of yield* store.allCounts) {
      const known = byNumber.get(row.number)
      if (known === undefined) byNumber.set(row.number, [row])
      else known.push(row)
    }
    return Array.from(byNumber.values()).flatMap((rows) =>
      rows[0] === undefined ? [] : [progressOf(rows, rows[0], holds)]
    )
  })

  // ---------------------------------------------------------------------------
  // Importing
  // ---------------------------------------------------------------------------

  const blockList = (
    { onUnreadable, service }: Spec
  ): Effect.Effect<Unsubscribes.List | undefined, CampaignImport.Unlisted> =>
    // The list is of a service, and the client of another one cannot read it.
    Option.isSome(sens) && sens.value.serviceId === service
      ? Effect.provideService(Unsubscribes.load({ onUnreadable }), Sens.Sens, sens.value)
      : Effect.undefined

  /** Reads all messages, and lets them go. */
  const importing = <E, R>(
    current: CampaignStore.Import,
    messages: Stream.Stream<BulkSend.Message, E, R>,
    spec: Spec
  ) => {
    // Ends where somebody else imports by now, or it was cancelled, for whatever its stream waits.
    const renewing = persist(store.renew(current)).pipe(
      Effect.orElseSucceed(() => true),
      Effect.tap((isMine) => isMine ? Effect.sleep(CampaignStore.renewal) : Effect.void),
      Effect.repeat({ until: (isMine) => !isMine }),
      Effect.asVoid
    )
    const reading = Effect.gen(function*() {
      if (!(yield* persist(store.clear(current)))) return
      const isComplete = yield* CampaignImport.run(messages, {
        importing: current,
        store,
        twin,
        payload,
        read,
        blockList: spec.optOuts === "keep" ? "keep" : blockList(spec)
      })
      if (isComplete) yield* persist(store.seal(current))
    })
    return Effect.raceFirst(reading, renewing).pipe(
      Effect.onExit((exit) => {
        if (Exit.isSuccess(exit)) return Effect.void
        // What was interrupted is taken up again; what failed is as if it had never been.
        const left = Cause.hasInterrupts(exit.cause) ? store.leave(current) : persist(store.abandon(current))
        return Effect.ignore(left)
      })
    )
  }

  const run = Effect.fnUntraced(function*<E, R>(
    spec: Spec,
    messages: Stream.Stream<BulkSend.Message, E, R>
  ) {
    const token = Base64.encode(SecureRandom.randomBytesUnsafe(16))
    let pause = 50
    const step = Effect.gen(function*() {
      const made = yield* store.create(spec)
      // Taken away at this moment.
      if (Option.isNone(made)) return made
      const campaign = made.value
      if (campaign.options !== spec.options) return yield* new OutboxError.KeyConflict({ id: spec.name })
      if (campaign.sealed_at !== null || campaign.cancelled) return made
      const claimed = yield* store.claim(campaign, token, spec.retried)
      if (Option.isSome(claimed)) {
        yield* importing(claimed.value, messages, spec)
        wake.openUnsafe()
      } else {
        yield* Effect.sleep(pause)
        pause = Math.min(longest, 2 * pause)
      }
      return Option.none()
    })
    while (true) {
      const complete = yield* step
      if (Option.isNone(complete)) continue
      const rows = yield* store.countsOf(spec.name)
      return progressOf(rows, rows[0] ?? complete.value, yield* entries.holds)
    }
  })

  const checked = Effect.fnUntraced(function*(id: string, given: StartOptions) {
    yield* Reading.name("id", id)
    const { maxRecipients, onUnreadableOptOut, optOuts = "remove", source } = given
    yield* limited(maxRecipients)
    if (source !== undefined && typeof source !== "string") return yield* Reading.wrong("source", "Expected a text")
    if (optOuts !== "remove" && optOuts !== "keep") {
      return yield* Reading.wrong("optOuts", "Expected remove or keep")
    }
    const service = yield* Reading.service(sens, given.service)
    const at = yield* Reading.millis("at", given.at)
    const filesUntil = yield* Reading.millis("filesExpireAt", given.filesExpireAt)
    if (at !== undefined && filesUntil !== undefined && at > filesUntil) return yield* Reading.tooLate
    const expiresAfter = yield* Reading.duration("expiresAfter", given.expiresAfter)
    return {
      name: id,
      options: JSON.stringify({ service, source, at, expiresAfter, filesUntil, optOuts }),
      service,
      at,
      expiresAfter,
      filesUntil,
      filesLast: Reading.filesLast,
      optOuts,
      onUnreadable: onUnreadableOptOut
    } satisfies Spec
  })

  // ---------------------------------------------------------------------------
  // Results
  // ---------------------------------------------------------------------------

  const readable = (row: CampaignStore.Entry): Effect.Effect<CampaignStore.Entry> =>
    row.request === null
      ? Effect.succeed(row)
      : Effect.map(payload.decode(row.request), (request) => ({ ...row, request }))

  /** All rows, in the order in which they were written down. */
  const rowsOf = (id: string) =>
    Stream.unwrap(
      Effect.map(find(id), ({ number }) =>
        Stream.paginate({ after: -1, last: -1 }, ({ after, last }) =>
          Effect.gen(function*() {
            // Some may have come up meanwhile: of recipients who opted out.
            const now = after < last ? { first: 0, last } : yield* store.span(number)
            const from = Math.max(after, now.first - 1)
            if (from >= now.last) {
              return [[], Option.none()] as const
            }
            const next = { after: Math.min(from + pageSize, now.last), last: now.last }
            return [
              yield* Effect.forEach(yield* store.page(number, from, next.after), readable),
              Option.some(next)
            ] as const
          })))
    )

  const results = (id: string, { final = false }: ResultsOptions = {}) =>
    rowsOf(id).pipe(
      Stream.filter((row) => !final || isFinal(row)),
      Stream.map(recipientsOf),
      Stream.flattenIterable
    )

  /** The messages of a campaign whose recipients are such, in the state that they came to. */
  const messagesWhere = (
    id: string,
    isMeant: (row: CampaignStore.Entry) => boolean,
    wanted: (row: CampaignStore.Entry) => (index: number) => boolean
  ) =>
    rowsOf(id).pipe(
      Stream.filter(isMeant),
      Stream.mapEffect(Effect.fnUntraced(function*(row) {
        const found = Arr.range(0, row.recipients - 1).filter(wanted(row))
        if (found.length === 0) return []
        const known = decodeRequest(row.request)
        if (Option.isNone(known)) return yield* new OutboxError.TextsPurged({ campaign: id })
        const messages = messagesOf(known.value)
        return found.flatMap((index) => messages[index] ?? [])
      })),
      Stream.flattenIterable
    )

  const failedOf = (id: string, isWanted: (code: DeliveryCode.DeliveryCode) => boolean) =>
    messagesWhere(id, ({ state }) => state === "Final", ({ result }) => {
      const known = Results.shown(result)
      return (index) => {
        const { code, outcome } = known[index] ?? {}
        return outcome === "Failed" && code !== undefined && Option.exists(code, isWanted)
      }
    })

  /** What other retries of a campaign send, or have sent, or may have. One that is not written down yet has nobody. */
  const takenOf = Effect.fnUntraced(function*(campaign: CampaignStore.Campaign, as: string | undefined) {
    const taken = new Set<string>()
    const mayHaveGone = ({ reason, state }: CampaignStore.Entry): boolean =>
      state !== "Refused" && (state !== "NotSent" || Store.decodeWhy(reason) === "GivenUp")
    for (const { name, sealed_at } of yield* store.retriesOf(campaign)) {
      if (name === as || sealed_at === null) continue
      yield* messagesWhere(name, mayHaveGone, () => () => true).pipe(
        Stream.runForEach((message) =>
          Effect.sync(() => {
            taken.add(keyOf(message))
          })
        ),
        // Taken away meanwhile.
        Effect.catchTag("NotFound", () => Effect.void)
      )
    }
    return taken
  })

  /** Those of a campaign who get it once more, by the retry of this name. */
  const toRetry = (
    id: string,
    as: string | undefined,
    { advice = ["retryLater"], codes, includeUncertain = false }: Pick<
      RetryOptions,
      "advice" | "codes" | "includeUncertain"
    >
  ) => {
    const wanted = codes === undefined ? undefined : new Set(codes)
    const isWanted = (code: DeliveryCode.DeliveryCode): boolean =>
      (wanted === undefined ? advice.includes(code.advice) : wanted.has(code.code)) &&
      (includeUncertain || !DeliveryCode.isUncertain(code))
    return Stream.unwrap(Effect.map(
      Effect.flatMap(find(id), (campaign) => takenOf(campaign, as)),
      (taken) => Stream.filter(failedOf(id, isWanted), (message) => !taken.has(keyOf(message)))
    ))
  }

  const retryable = (id: string, options: Parameters<Service["retryable"]>[1] = {}) =>
    Stream.runCount(toRetry(id, undefined, options))

  const retryFailed = Effect.fnUntraced(function*(id: string, as: string, options: RetryOptions = {}) {
    const { advice = ["retryLater"], codes, includeUncertain = false, maxRecipients, onUnreadableOptOut } = options
    yield* Reading.name("as", as)
    yield* limited(maxRecipients)
    const campaign = yield* find(id)
    return yield* run({
      name: as,
      retried: campaign,
      options: JSON.stringify({
        retries: id,
        ...codes === undefined ? { advice: advice.toSorted() } : { codes: Arr.dedupe(codes).toSorted() },
        includeUncertain
      }),
      service: campaign.service,
      at: undefined,
      expiresAfter: undefined,
      // They are the same files.
      filesUntil: campaign.files_until,
      filesLast: Reading.filesLast,
      optOuts: campaign.opt_outs,
      onUnreadable: onUnreadableOptOut
    }, guarded(as, toRetry(id, as, options), maxRecipients))
  })

  const changed = (change: (campaign: CampaignStore.Campaign) => Effect.Effect<void, SqlError.SqlError>) =>
    Effect.fnUntraced(function*(id: string) {
      yield* change(yield* find(id))
      wake.openUnsafe()
      return yield* progress(id)
    })

  return Campaigns.of({
    start: (id, messages, options = {}) =>
      Effect.flatMap(checked(id, options), (spec) => run(spec, guarded(id, messages, options.maxRecipients))).pipe(
        Effect.withSpan("Campaigns.start")
      ),
    progress: Effect.fn("Campaigns.progress")(progress),
    watch: (id) => Stream.withSpan(watch(id), "Campaigns.watch"),
    list: Effect.withSpan(list, "Campaigns.list"),
    pause: Effect.fn("Campaigns.pause")(changed(store.pause)),
    resume: Effect.fn("Campaigns.resume")(changed(store.resume)),
    cancel: Effect.fn("Campaigns.cancel")(changed(store.cancel)),
    purge: Effect.fn("Campaigns.purge")(function*(id: string, what: Outbox.PurgeOptions["what"]) {
      const campaign = yield* find(id)
      // What is being imported is nothing that has come to its end.
      if (campaign.sealed_at === null && !campaign.cancelled) return 0
      const gone = yield* Sweep.purge(entries, Duration.zero, what, campaign.number)
      if (what === "everything") yield* store.forget(campaign)
      return gone
    }),
    results: (id, options) => Stream.withSpan(results(id, options), "Campaigns.results"),
    held: (id) =>
      Stream.withSpan(
        Stream.unwrap(Effect.map(find(id), ({ number }) => HeldRows.make(entries, number))),
        "Campaigns.held"
      ),
    retryable: Effect.fn("Campaigns.retryable")(retryable),
    retryFailed: Effect.fn("Campaigns.retryFailed")(retryFailed)
  })
})

// -----------------------------------------------------------------------------
// Layers
// -----------------------------------------------------------------------------

/**
 * Provides the campaigns of the outbox. It sends nothing: that is what a worker of the outbox does.
 *
 * Fails with `SqlError` where the database cannot be reached within a minute.
 *
 * **Example** (To the result of each recipient)
 *
 * ```ts import.meta.vitest
 * import * as Account from "@effect-sens/emulator/Account"
 * import * as EmulatorClient from "@effect-sens/emulator/EmulatorClient"
 * import * as Sens from "@effect-sens/http/Sens"
 * import * as Campaigns from "@effect-sens/outbox/Campaigns"
 * import * as NodeSqlite from "@effect-sens/outbox/NodeSqlite"
 * import * as Outbox from "@effect-sens/outbox/Outbox"
 * import * as Effect from "effect/Effect"
 * import * as Layer from "effect/Layer"
 * import * as Stream from "effect/Stream"
 *
 * const messages = Stream.make("01012345678", "0101234567890", "01087654321").pipe(
 *   Stream.map((to) => ({ type: "SMS" as const, from: "0212345678", to, content: "[서점] 책이 도착했습니다." }))
 * )
 *
 * const program = Effect.gen(function*() {
 *   const campaigns = yield* Campaigns.Campaigns
 *   yield* campaigns.start("arrived/1", messages)
 *   // Again after a crash: it is there.
 *   yield* campaigns.start("arrived/1", messages)
 *   yield* Stream.runDrain(campaigns.watch("arrived/1"))
 *   return yield* campaigns.results("arrived/1").pipe(Stream.map(({ status }) => status), Stream.runCollect)
 * })
 *
 * const layer = Campaigns.layer().pipe(
 *   Layer.provideMerge(Outbox.layerWorker()),
 *   Layer.provideMerge(Outbox.layer()),
 *   Layer.provideMerge(NodeSqlite.layer({ filename: ":memory:" })),
 *   Layer.provideMerge(Sens.layer(Account.options)),
 *   Layer.provideMerge(EmulatorClient.layer({ completedAfter: "0 seconds" }))
 * )
 *
 * await Effect.runPromise(Effect.provide(program, layer)) // => ["Refused", "Delivered", "Delivered"]
 * ```
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = (
  options?: Options
): Layer.Layer<Campaigns, SqlError.SqlError, Outbox.Outbox | SqlClient.SqlClient> =>
  Layer.effect(Campaigns, make(options))
