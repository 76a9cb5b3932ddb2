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
import * as Option from "effect/Option"
import type * as Scope from "effect/Scope"
import * as Semaphore from "effect/Semaphore"
import type * as Ledger from "../Ledger.ts"
import { NotWritten } from "./event.ts"
import { Exchange, makeNotes, type Notes, rawTarget } from "./exchange.ts"
import * as FaultAnswer from "./faultAnswer.ts"
import type * as Faults from "./faults.ts"
import * as Handlers from "./handlers.ts"
import * as Late from "./late.ts"
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

/** The restore of whoever masked interruption. */
type Restore = <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>

/** A request that has arrived, with its time, its name, its faults, and what becomes known of it. */
interface Call extends Late.Incoming {
  readonly at: number
  readonly traceId: string
  readonly taken: Faults.Taken
  readonly notes: Notes
  readonly restore: Restore
}

const faulted = ({ notes }: Call) => {
  notes.verdict = { _tag: "Faulted" }
}

const broken = (code: string): Reaction => ({ _tag: "Reset", code })

export const make = (state: State): Effect.Effect<Gateway, never, Scope.Scope> => {
  const maxBodySize = ByteSize.bytes(state.maxBodyBytes)
  return HttpRouter.toHttpEffect(routes(state)).pipe(
    Effect.provideService(HttpRouter.RouterConfig, routerConfig),
    // A program around may have built a router of its own, which a shared map would hand to us.
    Effect.provideServiceEffect(Layer.CurrentMemoMap, Layer.makeMemoMap),
    Effect.map((router): Gateway => {
      const late = Late.make()
      const one = Semaphore.makeUnsafe(1)

      /** What the service answers when it looks at a request. */
      const serve = (request: HttpServerRequest.HttpServerRequest, notes: Notes) =>
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

      const record = Effect.fnUntraced(function*(incoming: Late.Incoming, notes: Notes, outcome: {
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
        notes.recorded = true
        state.ledger.push(entry)
        yield* state.onRequest(entry)
      })

      /** The answer where the emulator itself failed. Whoever looks for the request finds it all the same. */
      const crashed = Effect.fnUntraced(function*(notes: Notes, cause: Cause.Cause<never>) {
        const request = yield* HttpServerRequest.HttpServerRequest
        const response = yield* Routing.failed(cause)
        if (!notes.recorded) {
          const at = yield* state.now
          const target = rawTarget(request.originalUrl)
          const operation = Operation.of(request.method, target)
          const traceId = state.ids().traceId()
          notes.verdict = { _tag: "Refused", why: ["The emulator failed; its log tells how."] }
          yield* record({ request, target, operation, faults: [] }, notes, {
            at,
            answered: at,
            traceId,
            status: response.status
          })
        }
        return { _tag: "Answer", response } satisfies Reaction
      })

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
            const response = yield* Effect.scoped(serve(job.request, notes))
            yield* record(job, notes, { at, answered: at, traceId, status: response.status, late: true })
          }
          yield* Reservations.submitUntil(state, now + state.clockOffset())
        })).pipe(Effect.uninterruptible)
      })

      const arrive = Effect.fnUntraced(function*(restore: Restore, notes: Notes): Effect.fn.Return<
        Call,
        never,
        HttpServerRequest.HttpServerRequest
      > {
        const request = yield* HttpServerRequest.HttpServerRequest
        yield* settle
        const at = yield* state.now
        const target = rawTarget(request.originalUrl)
        const operation = Operation.of(request.method, target)
        const taken = state.faults.take(operation)
        const traceId = state.ids().traceId()
        return { request, target, operation, faults: taken.tags, at, traceId, taken, notes, restore }
      })

      /** A copy that outlives its connection, if the request comes whole. */
      const copyOf = ({ request, restore, target }: Call) =>
        snapshot(request, target).pipe(
          Effect.provideService(HttpServerRequest.MaxBodySize, maxBodySize),
          Effect.option,
          restore
        )

      const dueAfter = (millis: number) => Effect.map(Clock.currentTimeMillis, (now) => now + millis)

      const send = ({ faults, operation, target }: Call, request: HttpServerRequest.HttpServerRequest, due: number) =>
        Effect.sync(() => late.add({ request, target, operation, faults, due }))

      /** The request as it is once it has come through; who hangs up meanwhile does not call it back. */
      const delay = Effect.fnUntraced(function*(call: Call) {
        const millis = call.taken.slow?.beforeMillis ?? 0
        if (millis <= 0) return call.request
        const copy = yield* copyOf(call)
        const due = yield* dueAfter(millis)
        yield* call.restore(Effect.sleep(millis)).pipe(
          Effect.onInterrupt(() => Option.isNone(copy) ? Effect.void : send(call, copy.value, due))
        )
        yield* settle
        return Option.getOrElse(copy, () => call.request)
      })

      /** Records what became of the request; gives the time of it. */
      const finish = Effect.fnUntraced(function*(call: Call, status: number) {
        const answered = yield* state.now
        yield* record(call, call.notes, { at: call.at, answered, traceId: call.traceId, status })
        return answered
      })

      const look = (call: Call, request: HttpServerRequest.HttpServerRequest) =>
        call.restore(Effect.suspend(() => serve(request, call.notes))).pipe(
          // Who hangs up too late does not undo what was done.
          Effect.onInterrupt(() => call.notes.verdict === undefined ? Effect.void : finish(call, 0))
        )

      const answer = Effect.fnUntraced(function*(
        call: Call,
        response: HttpServerResponse.HttpServerResponse,
        date: Faults.Taken["date"] = call.taken.date
      ): Effect.fn.Return<Reaction> {
        if (call.taken.slow !== undefined) yield* call.restore(Effect.sleep(call.taken.slow.afterMillis))
        const answered = yield* finish(call, response.status)
        const traced = HttpServerResponse.setHeader(response, "x-ncp-trace-id", call.traceId)
        if (date?._tag === "NoDate") return { _tag: "Answer", response: traced }
        const shown = DateTime.makeUnsafe(answered + (date?.offsetMillis ?? 0))
        return {
          _tag: "Answer",
          response: HttpServerResponse.setHeader(traced, "date", DateTime.toDateUtc(shown).toUTCString())
        }
      })

      /** What a fault makes of the answer; `accepted` is what the service said, where it got to see the request. */
      const fail = Effect.fnUntraced(function*(
        call: Call,
        fault: NonNullable<Faults.Taken["answer"]>,
        operation: Ledger.Operation,
        accepted: HttpServerResponse.HttpServerResponse | undefined
      ): Effect.fn.Return<Reaction> {
        switch (fault._tag) {
          case "TooManyRequests":
            return yield* answer(call, FaultAnswer.tooManyRequests(fault))
          case "ServerError":
            return yield* answer(call, FaultAnswer.serverError(fault))
          case "Redirect":
            return yield* answer(call, FaultAnswer.redirect(fault))
          case "SaysFailed":
            return yield* answer(call, FaultAnswer.saysFailed(fault, operation))
          case "Unreadable":
            return yield* answer(call, FaultAnswer.unreadable(fault, operation, accepted))
          case "Flood":
            return yield* answer(call, FaultAnswer.flood(fault, operation))
          case "ClockSkew":
            return yield* answer(
              call,
              FaultAnswer.unauthorized(),
              call.taken.date ?? { _tag: "WrongDate", offsetMillis: fault.offsetMillis }
            )
          case "EmptyNotFound":
            return yield* answer(call, FaultAnswer.notFound())
          case "Refused":
            yield* finish(call, 0)
            return { _tag: "Refused" }
          case "Reset":
            yield* finish(call, 0)
            return broken(fault.code)
          case "Silence":
            yield* finish(call, 0)
            return yield* call.restore(Effect.never)
          case "AcceptedLater": {
            const copy = yield* copyOf(call)
            if (Option.isSome(copy)) yield* send(call, copy.value, yield* dueAfter(fault.afterMillis))
            yield* finish(call, 0)
            return fault.first === "Reset" ? broken("ECONNRESET") : yield* call.restore(Effect.never)
          }
        }
      })

      const through = (restore: Restore, notes: Notes) =>
        Effect.gen(function*() {
          const call = yield* arrive(restore, notes)
          const request = yield* delay(call)
          const { operation, taken: { answer: fault } } = call
          if (fault === undefined || operation === undefined) return yield* answer(call, yield* look(call, request))

          if (!("accepted" in fault && fault.accepted)) {
            faulted(call)
            return yield* fail(call, fault, operation, undefined)
          }
          const accepted = yield* look(call, request)
          // A success is told of no request whose signature was refused.
          return accepted.status === 401 && FaultAnswer.isSuccess(fault)
            ? yield* answer(call, accepted)
            : yield* fail(call, fault, operation, accepted)
        })

      const exchange = Effect.uninterruptibleMask((restore) => {
        const notes = makeNotes()
        return Effect.catchCauseIf(
          through(restore, notes),
          (cause) => Routing.isDefect(cause),
          (cause) => crashed(notes, cause)
        )
      })

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
