/**
 * What is done with a row that is due, and the loop that does it.
 */
import * as KstDateTime from "@effect-sens/core/KstDateTime"
import * as SearchResponse from "@effect-sens/core/SearchResponse"
import * as SendRequest from "@effect-sens/core/SendRequest"
import type * as SensError from "@effect-sens/core/SensError"
import type * as SendIntent from "@effect-sens/http/SendIntent"
import * as Sens from "@effect-sens/http/Sens"
import * as Arr from "effect/Array"
import * as Clock from "effect/Clock"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as FiberSet from "effect/FiberSet"
import type * as Latch from "effect/Latch"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as Semaphore from "effect/Semaphore"
import type * as SqlError from "effect/sql/SqlError"
import * as Machine from "./machine.ts"
import * as OptOuts from "./optOuts.ts"
import type * as Payload from "./payload.ts"
import * as Persist from "./persist.ts"
import * as Results from "./results.ts"
import * as Row from "./row.ts"
import * as Store from "./store.ts"

/** For how long nobody else acts on a row that was taken. It only saves work: what may be done is decided by each change. */
const lease = 10_000

/** When a row may be taken again whose service is held: not before the hold is over, which keeps it, or is released. */
const afterHold = 1000

/** When a row is tried again where the block list could not be read. */
const unreadList = 60_000

/** How often a worker says which services it has clients of. */
const servedEvery = 600_000

/** How often the database is asked for rows of other programs. */
const longestSleep = 1000

const decodeRequest = Schema.decodeUnknownOption(Schema.fromJsonString(SendRequest.SendRequest))
const encodeResults = Schema.encodeEffect(Results.Json)

/** Acts on one row, and says in how many milliseconds it is due again; none where this one has nothing more to do. */
type Act = (
  row: Row.Row,
  request: Option.Option<SendRequest.Normalized>,
  held: Store.Hold | undefined
) => Effect.Effect<number | undefined, SqlError.SqlError>

// -----------------------------------------------------------------------------
// Turns
// -----------------------------------------------------------------------------

/**
 * How many bulk rows of a service are taken at once, where its rate limit has no turn for all of them: about as many as it lets
 * through, so that hardly any is put back.
 */
interface Pace {
  /** How many rows may be taken, of as many as there are slots. */
  readonly allowed: (slots: number, now: number) => number
  /** One more was let through. Says whether others may be worth a try. */
  readonly granted: () => boolean
  /** There is no turn before then. */
  readonly denied: (until: number) => void
  /** In how many milliseconds rows are taken again that are not taken now; 0 where they are. */
  readonly wait: (now: number) => number
}

const pace = (): Pace => {
  let most = Number.POSITIVE_INFINITY
  let until = Number.NEGATIVE_INFINITY
  return {
    allowed: (slots, now) => now < until ? 0 : Math.min(slots, most),
    granted: () => {
      most += 1
      return Number.isFinite(most)
    },
    denied: (turn) => {
      // All that were taken at the same time tell the same once more.
      if (turn > until) most = Math.max(1, Math.floor(Math.min(most, 64) / 2))
      until = Math.max(until, turn)
    },
    wait: (now) => Math.max(0, until - now)
  }
}

// That of a client is the same for all that work with it, one after the other or at once.
const paces = new WeakMap<Sens.Service, Pace>()

const paceOf = (client: Sens.Service): Pace => {
  const known = paces.get(client) ?? pace()
  paces.set(client, known)
  return known
}

/**
 * A client, and whoever waits for the gateway's time.
 */
interface Serving {
  readonly client: Sens.Service
  readonly pace: Pace
  /** There may be more to take. */
  readonly wake: () => void
  /** Of all rows that come up before the gateway's time is known, one asks for it. */
  readonly learning: Semaphore.Semaphore
}

const delayOf = (change: Machine.Change): number => "delay" in change ? change.delay : 0

/**
 * @internal
 */
export interface Options {
  /** The one campaign whose rows are acted on; all rows where there is none. */
  readonly campaign: string | undefined
  /** Whether advertisements wait for the morning. */
  readonly quietHours: boolean
  /** What becomes of a row of which the log proves that it was not accepted. */
  readonly onOpen: "sendAgain" | "hold"
  /** Runs where there may be more to take. */
  readonly wake: () => void
  /** Runs when what is due has been taken. */
  readonly passed: (at: number) => void
  /** How requests stand in the database. */
  readonly payload: Payload.Payload
}

// What asks takes no turn from what sends.
const asking = Effect.provideService(Sens.CurrentRateLimitGroup, "outbox")

const isQuiet = ({ contentType, countryCode }: SendRequest.Normalized): boolean =>
  contentType === "AD" && (countryCode === undefined || countryCode === "82")

const acting = (
  store: Store.Store,
  { client, learning, pace, wake }: Serving,
  { onOpen, payload, quietHours }: Pick<Options, "onOpen" | "payload" | "quietHours">
): Act => {
  const persist = Persist.retrying(Persist.briefly)
  const optOuts = OptOuts.make(store, client, payload)

  /** Writes a change, and says when the row is due after it. */
  const write = (row: Row.Row, change: Machine.Change, seen?: Store.Seen, retrying: Persist.Retrying = persist) =>
    Effect.map(
      retrying(store.write(row, change, seen)),
      Option.map((written) => ({
        row: written,
        again: written.due === null
          ? undefined
          : written.state === "Accepted" && change._tag !== "Follow"
          ? Machine.following(0)
          : delayOf(change)
      }))
    )

  const again = (written: Option.Option<{ readonly again: number | undefined }>): number | undefined =>
    Option.getOrUndefined(written)?.again

  // ---------------------------------------------------------------------------
  // Waiting
  // ---------------------------------------------------------------------------

  /** Whether this row is the one that may try whether its service can send again. */
  const probes = Effect.fnUntraced(function*(row: Row.Row, { kind, probes }: Store.Hold) {
    const delay = Machine.untilProbe({ kind, retryAfter: undefined }, probes + 1, yield* Clock.currentTimeMillis)
    return yield* persist(store.probe(row.service, delay))
  })

  const hold = Effect.fnUntraced(function*(row: Row.Row, obstacle: Machine.Obstacle, retrying: Persist.Retrying) {
    const held = yield* retrying(store.holdOf(row.service))
    const probes = Option.match(held, { onNone: () => 0, onSome: ({ probes }) => probes })
    const delay = Machine.untilProbe(obstacle, probes, yield* Clock.currentTimeMillis)
    yield* retrying(store.hold(row.service, obstacle, delay))
  })

  const submit = Effect.fnUntraced(function*(
    row: Row.Row,
    intent: SendIntent.SendIntent,
    request: SendRequest.Normalized,
    isProbe: boolean
  ) {
    // Nothing interrupts it: all that is written here waits for the database for so long together.
    const persist = Persist.together()
    const claimed = yield* write(row, Machine.Change.Claim({ intent, isProbe }), undefined, persist)
    // Another has the row, it is not wanted any more, or its service is held by now.
    if (Option.isNone(claimed)) return undefined
    const { row: open } = claimed.value
    if (Machine.isStale(intent, yield* Clock.currentTimeMillis)) {
      return again(yield* write(open, Machine.Change.GiveBack({ delay: 0 }), undefined, persist))
    }
    const result = yield* Effect.result(client.messages.submit(intent, request))
    const obstacle = Result.isFailure(result) ? Machine.obstacle(result.failure) : undefined
    if (obstacle !== undefined) yield* hold(open, obstacle, persist)
    const change = Machine.answered(open.attempt, result)
    if (isProbe && Machine.endsHold(change)) yield* persist(store.release(open.service))
    const written = yield* write(open, change, undefined, persist)
    if (Option.isNone(written) && change._tag === "Accept") {
      yield* persist(store.yields(open, change.response.requestId))
      return 0
    }
    return again(written)
  }, Effect.uninterruptible)

  const send = Effect.fnUntraced(function*(
    row: Row.Row,
    request: SendRequest.Normalized,
    held: Store.Hold | undefined
  ) {
    const mayLapse = row.cancelled || row.expires_at !== null || row.files_until !== null
    const lapse = mayLapse
      ? write(row, Machine.Change.Lapse())
      : Effect.succeedNone
    if (Option.isSome(yield* lapse)) return undefined
    const night = quietHours && isQuiet(request)
      ? Effect.map(Clock.currentTimeMillis, Machine.untilMorning)
      : Effect.succeed(0)
    const before = yield* night
    if (before > 0) return again(yield* write(row, Machine.Change.PutOff({ delay: before })))
    const optedOut = yield* optOuts(row, request).pipe(
      Effect.catch((error) =>
        Effect.as(Effect.logWarning("the block list cannot be read", { service: row.service }, error), undefined)
      )
    )
    if (optedOut === undefined) return again(yield* write(row, Machine.Change.PutOff({ delay: unreadList })))
    // It is another row now, which is due.
    if (optedOut) return 0
    const isProbe = held !== undefined && (yield* probes(row, held))
    if (held !== undefined && !isProbe) {
      return again(yield* write(row, Machine.Change.PutOff({ delay: afterHold })))
    }
    const notPrepared = Effect.fnUntraced(function*(error: SensError.SensError) {
      const obstacle = Machine.obstacle(error)
      if (obstacle !== undefined) yield* hold(row, obstacle, persist)
      return again(yield* write(row, Machine.notPrepared(row.attempt, error)))
    })
    const learned = yield* Effect.result(asking(learning.withPermit(client.messages.learnClock)))
    if (Result.isFailure(learned)) return yield* notPrepared(learned.failure)
    // A bulk row does not wait in the rate limiter, so that a transactional one is next.
    const waits = row.priority === 0 || isProbe
    const prepared = yield* Effect.result(client.messages.prepare(request, { wait: waits }))
    if (Result.isFailure(prepared)) {
      const turn = waits ? undefined : Machine.untilTurn(prepared.failure)
      if (turn === undefined) return yield* notPrepared(prepared.failure)
      pace.denied((yield* Clock.currentTimeMillis) + turn)
      return again(yield* write(row, Machine.Change.PutOff({ delay: turn })))
    }
    if (!waits && pace.granted()) wake()
    // The night, or its end, may have come while it was prepared.
    const after = yield* night
    if (after > 0) return again(yield* write(row, Machine.Change.PutOff({ delay: after })))
    const due = yield* submit(row, prepared.success, request, isProbe)
    // It may have expired while it was prepared.
    if (due === undefined && mayLapse) yield* lapse
    return due
  })

  // ---------------------------------------------------------------------------
  // Open
  // ---------------------------------------------------------------------------

  const look = Effect.fnUntraced(function*(
    row: Row.Row,
    intent: SendIntent.SendIntent,
    request: SendRequest.Normalized
  ) {
    const seen: Store.Seen = { twins: [] }
    const twins = Effect.map(persist(store.twinsOf(row)), (found) => {
      seen.twins = found
      return found.flatMap((twin): ReadonlyArray<SendIntent.Twin> => {
        const intent = Row.intent(twin)
        const requestTime = Option.getOrUndefined(
          Option.flatMap(Option.fromNullOr(twin.request_time), DateTime.make)
        )
        return intent === undefined ? [] : [{
          intents: [intent],
          hasId: twin.request_id !== null,
          requestTime: requestTime === undefined ? undefined : KstDateTime.formatMillis(requestTime)
        }]
      })
    })
    const resolution = yield* client.messages.resolve([intent], request, {
      owners: (ids) => persist(store.ownersOf(row)(ids)),
      twins
    }).pipe(
      asking,
      Effect.catchTag("SensError", (error) =>
        Effect.as(
          Effect.logWarning("a row of the outbox cannot be resolved", { id: row.id }, error),
          { _tag: "Open", why: "Unread", again: Duration.minutes(1) } as const
        ))
    )
    if (resolution._tag === "Found") {
      for (const response of resolution.responses) {
        const adopted = yield* write(row, Machine.Change.Adopt({ response }))
        if (Option.isSome(adopted)) return again(adopted)
      }
      // Somebody was quicker: another look.
      return again(yield* write(row, Machine.Change.StayOpen({ delay: 1000, isUnread: false })))
    }
    const age = (yield* Clock.currentTimeMillis) - row.changed_at
    const written = yield* write(row, Machine.looked({ looks: row.looks, age }, resolution, onOpen), seen)
    if (Option.isSome(written)) return again(written)
    return again(yield* write(row, Machine.Change.StayOpen({ delay: 1000, isUnread: false })))
  })

  // ---------------------------------------------------------------------------
  // Accepted
  // ---------------------------------------------------------------------------

  const follow = Effect.fnUntraced(function*(
    row: Row.Row,
    requestId: NonNullable<Row.Row["request_id"]>,
    request: Option.Option<SendRequest.Normalized>
  ) {
    const age = (yield* Clock.currentTimeMillis) - row.changed_at
    const page = yield* Effect.option(
      asking(client.messages.search({ requestId, pageSize: SendRequest.maxRecipients }))
    )
    const recipients: ReadonlyArray<{ readonly to: string }> = Option.match(request, {
      onNone: () => [],
      onSome: ({ messages }) => messages
    })
    const { isComplete, results } = Results.collect(
      recipients,
      Option.match(page, { onNone: () => [], onSome: SearchResponse.messages })
    )
    const isKnown = isComplete && recipients.length === row.recipients
    if (!isKnown && !Machine.isOverdue(age, Option.isSome(page))) {
      return again(yield* write(row, Machine.Change.Follow({ delay: Machine.following(row.looks + 1) })))
    }
    const result = yield* Effect.orDie(encodeResults(results))
    return again(yield* write(row, Machine.Change.Finish({ result, ...Results.counts(results) })))
  })

  return (row, request, held) => {
    const intent = Row.intent(row)
    if (row.state === "Accepted" && row.request_id !== null) return follow(row, row.request_id, request)
    if (Option.isNone(request)) {
      // Somebody has changed it by hand. What may have been accepted is for a person, what was not sent cannot be.
      const change = row.state === "Open" ? Machine.Change.Hold() : Machine.Change.Reject({ reason: Store.unreadable })
      return Effect.andThen(
        Effect.logError("a row of the outbox has no request", { id: row.id }),
        Effect.map(write(row, change), again)
      )
    }
    if (row.state === "Waiting") return send(row, request.value, held)
    if (row.state === "Open" && intent !== undefined) return look(row, intent, request.value)
    return Effect.undefined
  }
}

// -----------------------------------------------------------------------------
// Many rows
// -----------------------------------------------------------------------------

/**
 * Some rows, and what is to be done with each.
 */
type Task = { readonly row: Row.Row; readonly act: Effect.Effect<number | undefined> }

/**
 * @internal
 */
export interface Worker {
  /** Takes rows that are due, `bulk` of them bulk ones at the most. */
  readonly take: (limit: number, bulk: number) => Effect.Effect<ReadonlyArray<Task>, SqlError.SqlError>
  /** In how many milliseconds rows may be taken that are not taken now, or another program may have put some in. */
  readonly untilTurn: Effect.Effect<number>
  readonly untilDue: Effect.Effect<Option.Option<number>, SqlError.SqlError>
  /** Once at the start. */
  readonly unpause: Effect.Effect<void, SqlError.SqlError>
}

/**
 * @internal
 */
export const make = (
  store: Store.Store,
  clients: Arr.NonEmptyReadonlyArray<Sens.Service>,
  options: Options
): Worker => {
  const services = Arr.map(clients, ({ serviceId }): string => serviceId)
  const paces = new Map(clients.map((client): [string, Pace] => [client.serviceId, paceOf(client)]))
  const acts = new Map(clients.map((client) => [
    client.serviceId,
    acting(
      store,
      {
        client,
        pace: paceOf(client),
        wake: options.wake,
        learning: Semaphore.makeUnsafe(1)
      },
      options
    )
  ]))

  const read = (request: string | null | undefined): Effect.Effect<Option.Option<SendRequest.Normalized>> =>
    request === null || request === undefined
      ? Effect.succeedNone
      : Effect.map(options.payload.decode(request), decodeRequest)

  const task = (row: Row.Row, request: string | null | undefined, held: Store.Hold | undefined): Task => {
    const act = acts.get(row.service)
    return {
      row,
      act: act === undefined ?
        Effect.undefined :
        Effect.flatMap(read(request), (request) => act(row, request, held)).pipe(
          // The row stands as it is; when its lease is over it is somebody's turn again.
          Effect.catchCause((cause) =>
            Effect.as(Effect.logWarning("a row of the outbox is left for later", { id: row.id }, cause), lease)
          ),
          Effect.withSpan("Outbox.act", { attributes: { "sens.outbox.id": row.id, "sens.outbox.state": row.state } })
        )
    }
  }

  let saidAt = Number.NEGATIVE_INFINITY

  return {
    take: Effect.fnUntraced(function*(limit, bulk) {
      const now = yield* Clock.currentTimeMillis
      if (now - saidAt >= servedEvery) {
        yield* store.served(services)
        saidAt = now
      }
      const rows = yield* store.pick({
        services,
        limit,
        bulk,
        turns: (service) => paces.get(service)?.allowed(bulk, now) ?? bulk,
        lease,
        campaign: options.campaign
      })
      options.passed(now)
      if (!Arr.isReadonlyArrayNonEmpty(rows)) return []
      const requests = yield* store.requests(Arr.map(rows, ({ id }) => id))
      const holds = new Map((yield* store.holds).map((hold) => [hold.service, hold]))
      return rows.map((row) => task(row, requests.get(row.id), holds.get(row.service)))
    }),
    untilTurn: Effect.map(
      Clock.currentTimeMillis,
      (now) => Math.min(longestSleep, ...Array.from(paces.values(), ({ wait }) => wait(now)).filter((wait) => wait > 0))
    ),
    untilDue: Effect.flatMap(
      Clock.currentTimeMillis,
      (now) => store.untilDue(services, (service) => paces.get(service)?.wait(now) ?? 0, options.campaign)
    ),
    unpause: store.unpause(services)
  }
}

/**
 * Acts on rows for ever, `slots` at a time, a quarter of them for transactional rows alone. A row that is done makes room for the
 * next: none waits for the slowest of those that were taken with it.
 *
 * @internal
 */
export const run = Effect.fnUntraced(function*(worker: Worker, slots: number, wake: Latch.Latch) {
  const fibers = yield* FiberSet.make<void, never>()
  const busy = new Set<string>()
  const reserved = Math.max(1, Math.floor(slots / 4))
  // Whether there may be more than was taken.
  let more = false
  let bulk = 0

  const perform = Effect.fnUntraced(function*({ act, row }: Task, key: string) {
    const again = yield* Effect.ensuring(
      act,
      Effect.sync(() => {
        busy.delete(key)
        if (row.priority > 0) bulk -= 1
      })
    )
    if (more) wake.openUnsafe()
    else if (again !== undefined && again < longestSleep) {
      yield* Effect.sleep(again)
      wake.openUnsafe()
    }
  })

  yield* worker.unpause.pipe(
    Persist.retrying(Persist.atStart),
    Effect.catch((error) => Effect.logWarning("the outbox cannot try its paused services", error))
  )
  return yield* Effect.gen(function*() {
    wake.closeUnsafe()
    const free = slots - busy.size
    const freeBulk = Math.max(0, Math.min(free, slots - reserved - bulk))
    if (free > 0) {
      const tasks = yield* worker.take(free, freeBulk)
      more = tasks.length === free || tasks.filter(({ row }) => row.priority > 0).length === freeBulk
      for (const task of tasks) {
        // A look goes beside the POST that it asks about; anything else is done once at a time.
        const key = `${task.row.id} ${task.row.state}`
        if (busy.has(key)) continue
        busy.add(key)
        if (task.row.priority > 0) bulk += 1
        yield* FiberSet.run(fibers, perform(task, key))
      }
    }
    yield* Effect.timeoutOption(wake.await, yield* worker.untilTurn)
  }).pipe(
    // The loop never ends by what a database says, or holds.
    Effect.catchCause((cause) =>
      Effect.andThen(Effect.logWarning("the outbox cannot read its rows", cause), Effect.sleep(longestSleep))
    ),
    Effect.forever
  )
})
