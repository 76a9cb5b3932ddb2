/**
 * The way every request takes, whatever transport it came by: this is the one place where the emulator can answer, keep
 * silent, or come too late.
 */
import * as ByteSize from "effect/ByteSize"
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import { isHttpMethod } from "effect/http/HttpMethod"
import * as HttpRouter from "effect/http/HttpRouter"
import * as HttpServer from "effect/http/HttpServer"
import type * as HttpServerError from "effect/http/HttpServerError"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import * as Semaphore from "effect/Semaphore"
import type * as Ledger from "../Ledger.ts"
import { NotWritten } from "../Storage.ts"
import { Exchange, makeNotes, type Notes, rawTarget } from "./exchange.ts"
import * as FaultAnswer from "./faultAnswer.ts"
import type * as Faults from "./faults.ts"
import * as Handlers from "./handlers.ts"
import * as Operation from "./operation.ts"
import type { Reaction } from "./reaction.ts"
import * as Reservations from "./reservations.ts"
import * as Routing from "./routing.ts"
import { SensApi } from "./sensApi.ts"
import * as ServiceError from "./serviceError.ts"
import type { State } from "./state.ts"

export interface Gateway {
  readonly exchange: Effect.Effect<Reaction, never, HttpServerRequest.HttpServerRequest | Scope.Scope>
  /** Looks at the requests that were on their way and should have come by now. */
  readonly settle: Effect.Effect<void>
  /** When something will happen by itself, by the clock of whoever runs the emulator. */
  readonly nextDue: () => number | undefined
  /** Forgets what is on its way. */
  readonly reset: () => void
}

const refuse = (notes: Notes, error: { readonly code: ServiceError.GatewayCode; readonly details?: string }) => {
  const body = ServiceError.gatewayBody(error)
  notes.verdict = { _tag: "Refused", why: [body.details ?? body.message] }
  return HttpServerResponse.jsonUnsafe({ error: body }, { status: ServiceError.gatewayErrors[error.code].status })
}

// The service is exact about its paths; ids may be longer than the router would have parameters.
const routerConfig = {
  caseSensitive: true,
  ignoreDuplicateSlashes: false,
  ignoreTrailingSlash: false,
  maxParamLength: 1024
}

const routes = (state: State) =>
  HttpApiBuilder.layer(SensApi).pipe(
    Layer.provide(Handlers.layer(state)),
    Layer.provide(HttpServer.layerServices)
  )

/** A request that no longer needs its connection. */
const snapshot = (
  request: HttpServerRequest.HttpServerRequest,
  target: string
): Effect.Effect<HttpServerRequest.HttpServerRequest, HttpServerError.HttpServerError> => {
  if (!isHttpMethod(request.method)) return Effect.succeed(request)
  const copy = HttpClientRequest.make(request.method)(`http://emulator${target}`)
  return Effect.map(request.arrayBuffer, (body) =>
    HttpServerRequest.fromClientRequest(
      body.byteLength === 0 ? copy : HttpClientRequest.bodyUint8Array(copy, new Uint8Array(body))
    ).modify({ headers: request.headers }))
}

interface Incoming {
  readonly request: HttpServerRequest.HttpServerRequest
  readonly target: string
  readonly operation: Ledger.Operation | undefined
  readonly faults: ReadonlyArray<string>
}

/** A request that is on its way, by the clock of whoever runs the emulator. */
interface Late extends Incoming {
  readonly due: number
}

const makeLate = () => {
  let waiting: Array<Late> = []
  let busy = false
  return {
    isEmpty: () => waiting.length === 0 && !busy,
    add: (job: Late) => {
      const after = waiting.findIndex(({ due }) => due > job.due)
      waiting.splice(after === -1 ? waiting.length : after, 0, job)
    },
    firstDue: () => waiting[0]?.due,
    next: (now: number): Late | undefined => {
      const first = waiting[0]
      busy = first !== undefined && first.due <= now
      return busy ? waiting.shift() : undefined
    },
    reset: () => {
      waiting = []
    }
  }
}

export const make = (state: State): Effect.Effect<Gateway, never, Scope.Scope> => {
  const maxBodySize = ByteSize.bytes(state.maxBodyBytes)
  return HttpRouter.toHttpEffect(routes(state)).pipe(
    Effect.provideService(HttpRouter.RouterConfig, routerConfig),
    // A program around may have built a router of its own, which a shared map would hand to us.
    Effect.provideServiceEffect(Layer.CurrentMemoMap, Layer.makeMemoMap),
    Effect.map((router): Gateway => {
      /** What the service answers when it looks at the request. */
      const look = (request: HttpServerRequest.HttpServerRequest, notes: Notes) =>
        router.pipe(
          Effect.provideService(HttpServerRequest.HttpServerRequest, request),
          Effect.provideService(Exchange, notes),
          Effect.provideService(HttpServerRequest.MaxBodySize, maxBodySize),
          Routing.recover({
            notFound: () => refuse(notes, { code: "300", details: "URL not found." }),
            failed: (cause) =>
              // The storage has told it.
              Cause.squash(cause) instanceof NotWritten
                ? Effect.sync(() => refuse(notes, { code: "900", details: "The data file cannot be written." }))
                : Effect.as(Effect.logError("The emulator failed", cause), refuse(notes, { code: "900" }))
          })
        )

      const record = Effect.fnUntraced(function*(incoming: Incoming, notes: Notes, outcome: {
        readonly at: number
        readonly answered: number
        readonly traceId: string
        readonly status: number
        readonly late?: true
      }) {
        const operation = notes.operation ?? incoming.operation
        const entry: Ledger.Entry = {
          index: state.ledger.total(),
          at: DateTime.makeUnsafe(outcome.at),
          method: incoming.request.method,
          target: incoming.target,
          headers: { ...incoming.request.headers },
          body: notes.body,
          ...(operation === undefined ? undefined : { operation }),
          traceId: outcome.traceId,
          status: outcome.status,
          millis: Math.max(0, Math.round(outcome.answered - outcome.at)),
          verdict: notes.verdict ?? { _tag: "Answered" },
          ...(incoming.faults.length === 0 ? undefined : { faults: incoming.faults }),
          ...(outcome.late === undefined ? undefined : { late: outcome.late })
        }
        state.ledger.push(entry)
        yield* state.onRequest(entry)
      })

      const late = makeLate()
      const one = Semaphore.makeUnsafe(1)

      // Whoever comes next has to see what arrived before, in its order and with its own time.
      const settle = Effect.suspend(() => {
        if (late.isEmpty() && state.store.nextReservation() === undefined) return Effect.void
        return one.withPermit(Effect.gen(function*() {
          const now = yield* Clock.currentTimeMillis
          for (let job = late.next(now); job !== undefined; job = late.next(now)) {
            const at = job.due + state.clockOffset()
            yield* Reservations.submitUntil(state, at)
            const notes = makeNotes({ target: job.target, at })
            const traceId = state.ids().traceId()
            const response = yield* Effect.scoped(look(job.request, notes))
            yield* record(job, notes, { at, answered: at, traceId, status: response.status, late: true })
          }
          yield* Reservations.submitUntil(state, now + state.clockOffset())
        })).pipe(Effect.uninterruptible)
      })

      const exchange = Effect.uninterruptibleMask((restore) =>
        Effect.gen(function*() {
          const request = yield* HttpServerRequest.HttpServerRequest
          yield* settle
          const at = yield* state.now
          const target = rawTarget(request.originalUrl)
          const operation = Operation.of(request.method, target)
          const faults = state.faults.take(operation)
          const notes = makeNotes()
          const traceId = state.ids().traceId()
          const incoming: Incoming = { request, target, operation, faults: faults.tags }

          const later = Effect.fnUntraced(function*(copy: HttpServerRequest.HttpServerRequest, millis: number) {
            const due = (yield* Clock.currentTimeMillis) + millis
            late.add({ ...incoming, request: copy, due })
          })
          const copied = snapshot(request, target).pipe(
            Effect.provideService(HttpServerRequest.MaxBodySize, maxBodySize),
            Effect.option,
            restore
          )

          let current = request
          if (faults.slow !== undefined && faults.slow.beforeMillis > 0) {
            const copy = yield* copied
            const delay = faults.slow.beforeMillis
            if (copy._tag === "Some") current = copy.value
            const due = (yield* Clock.currentTimeMillis) + delay
            yield* restore(Effect.sleep(delay)).pipe(
              Effect.onInterrupt(() =>
                copy._tag === "None"
                  ? Effect.void
                  : Effect.sync(() => late.add({ ...incoming, request: copy.value, due }))
              )
            )
            yield* settle
          }

          const untouched = () => {
            notes.verdict = { _tag: "Faulted" }
          }
          const finish = Effect.fnUntraced(function*(status: number) {
            const answered = yield* state.now
            yield* record(incoming, notes, { at, answered, traceId, status })
            return answered
          })
          const looked = restore(Effect.suspend(() => look(current, notes))).pipe(
            // Who hangs up too late does not undo what was done.
            Effect.onInterrupt(() => notes.verdict === undefined ? Effect.void : finish(0))
          )
          const answer = Effect.fnUntraced(function*(
            response: HttpServerResponse.HttpServerResponse,
            date: Faults.Taken["date"] = faults.date
          ) {
            if (faults.slow !== undefined) yield* restore(Effect.sleep(faults.slow.afterMillis))
            const answered = yield* finish(response.status)
            const traced = HttpServerResponse.setHeader(response, "x-ncp-trace-id", traceId)
            if (date?._tag === "NoDate") return { _tag: "Answer", response: traced } satisfies Reaction
            const shown = DateTime.makeUnsafe(answered + (date?.offsetMillis ?? 0))
            return {
              _tag: "Answer",
              response: HttpServerResponse.setHeader(traced, "date", DateTime.toDateUtc(shown).toUTCString())
            } satisfies Reaction
          })

          const fault = faults.answer
          if (fault === undefined || operation === undefined) return yield* answer(yield* looked)

          // What the service itself has to say, if it gets to see the request.
          const accepted = "accepted" in fault && fault.accepted ? yield* looked : undefined
          if (accepted === undefined) untouched()
          // A success is told of no request whose signature was refused.
          else if (accepted.status === 401 && FaultAnswer.isSuccess(fault)) {
            return yield* answer(accepted)
          }

          switch (fault._tag) {
            case "TooManyRequests":
              return yield* answer(FaultAnswer.tooManyRequests(fault))
            case "ServerError":
              return yield* answer(FaultAnswer.serverError(fault))
            case "Redirect":
              return yield* answer(FaultAnswer.redirect(fault))
            case "SaysFailed":
              return yield* answer(FaultAnswer.saysFailed(fault, operation))
            case "Unreadable":
              return yield* answer(FaultAnswer.unreadable(fault, operation, accepted))
            case "Flood":
              return yield* answer(FaultAnswer.flood(fault, operation))
            case "ClockSkew":
              return yield* answer(
                FaultAnswer.unauthorized(),
                faults.date ?? { _tag: "WrongDate", offsetMillis: fault.offsetMillis }
              )
            case "EmptyNotFound":
              return yield* answer(FaultAnswer.notFound())
            case "Refused":
              yield* finish(0)
              return { _tag: "Refused" } satisfies Reaction
            case "Reset":
              yield* finish(0)
              return { _tag: "Reset", code: fault.code } satisfies Reaction
            case "Silence":
              yield* finish(0)
              return yield* restore(Effect.never)
            case "AcceptedLater": {
              const copy = yield* copied
              if (copy._tag === "Some") yield* later(copy.value, fault.afterMillis)
              yield* finish(0)
              return fault.first === "Reset"
                ? { _tag: "Reset", code: "ECONNRESET" } satisfies Reaction
                : yield* restore(Effect.never)
            }
          }
        })
      )

      const nextDue = () => {
        const reservation = state.store.nextReservation()
        const dues = [
          late.firstDue(),
          reservation === undefined ? undefined : reservation.reserveAt + state.submittedAfter - state.clockOffset()
        ].filter((due) => due !== undefined)
        return dues.length === 0 ? undefined : Math.min(...dues)
      }

      return { exchange, settle, nextDue, reset: late.reset }
    })
  )
}
