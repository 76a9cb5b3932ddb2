/**
 * What the operations do.
 */
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import * as HttpApiMiddleware from "effect/http-api/HttpApiMiddleware"
import * as HttpRouter from "effect/http/HttpRouter"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as Layer from "effect/Layer"
import * as Result from "effect/Result"
import * as SignatureLog from "../SignatureLog.ts"
import { Authentication, BadRequests, CurrentAccount } from "./authentication.ts"
import * as Body from "./body.ts"
import { Exchange, type Notes, rawTarget } from "./exchange.ts"
import * as Files from "./files.ts"
import { UploadRequest } from "./filesApi.ts"
import * as Kst from "./kst.ts"
import { SendRequest, SendRequestInline } from "./messagesApi.ts"
import * as Operation from "./operation.ts"
import * as Reservations from "./reservations.ts"
import * as ReserveTime from "./reserveTime.ts"
import * as Rules from "./rules.ts"
import * as Search from "./search.ts"
import * as Sending from "./sending.ts"
import { SensApi } from "./sensApi.ts"
import * as ServiceError from "./serviceError.ts"
import type { State } from "./state.ts"
import type { Event, StoredFile, StoredUnsubscribe } from "./store.ts"
import * as Unsubscribes from "./unsubscribes.ts"
import { Numbers } from "./unsubscribesApi.ts"

// -----------------------------------------------------------------------------
// What every operation is guarded by
// -----------------------------------------------------------------------------

const reasons = (error: unknown): ReadonlyArray<string> | undefined =>
  error instanceof ServiceError.AuthenticationFailed || error instanceof ServiceError.AccessDenied ||
    error instanceof ServiceError.ValidationFailed || error instanceof ServiceError.EntityTooLarge ||
    error instanceof ServiceError.UnsupportedMediaType || error instanceof ServiceError.NothingFound
    ? error.why
    : undefined

const noteRefusal = (notes: Notes) => (error: unknown) =>
  Effect.sync(() => {
    const why = reasons(error)
    if (why !== undefined) notes.verdict ??= { _tag: "Refused", why }
  })

const authentication = (state: State) =>
  Layer.succeed(
    Authentication,
    Effect.fnUntraced(function*(httpEffect, { endpoint }) {
      const request = yield* HttpServerRequest.HttpServerRequest
      const { params } = yield* HttpRouter.RouteContext
      const notes = yield* Exchange
      notes.operation = Operation.named(endpoint.identifier)
      const now = yield* state.now
      const target = notes.target ?? rawTarget(request.originalUrl)

      const check = Effect.gen(function*() {
        const verified = yield* state.verifier.verify({
          method: request.method,
          target,
          host: request.headers["host"],
          headers: request.headers
        }, now)
        if (Result.isFailure(verified)) {
          state.signatureLog.push({
            at: DateTime.makeUnsafe(now),
            method: request.method,
            target,
            problem: verified.failure
          })
          notes.verdict = {
            _tag: "Refused",
            why: [SignatureLog.explain(verified.failure)],
            signature: verified.failure
          }
          return yield* new ServiceError.AuthenticationFailed({
            error: ServiceError.gatewayBody({
              code: "200",
              details: verified.failure._tag === "HeadersMissing"
                ? "Authentication information are missing."
                : "Invalid authentication information."
            })
          })
        }
        if (!verified.success.serviceIds.includes(params["serviceId"] ?? "")) return yield* ServiceError.accessDenied()
        return verified.success
      })

      const account = yield* Effect.tapError(check, noteRefusal(notes))
      return yield* Effect.tapError(
        Effect.provideService(httpEffect, CurrentAccount, account),
        noteRefusal(notes)
      )
    })
  )

const badRequests = HttpApiMiddleware.layerSchemaErrorTransform(
  BadRequests,
  (error) => Effect.fail(ServiceError.validationFailed(Body.problems(error.cause.issue)))
)

// The router would make a handler interruptible where its caller is not; what is done here is done at once.
const atOnce = { uninterruptible: true }

const orRefuse = <A>(result: Result.Result<A, ReadonlyArray<string>>) =>
  Result.isSuccess(result) ? Effect.succeed(result.success) : Effect.fail(ServiceError.validationFailed(result.failure))

// -----------------------------------------------------------------------------
// Messages
// -----------------------------------------------------------------------------

const readSend = Body.read(SendRequest)
const readSendInline = Body.read(SendRequestInline)

const inlineHint = "The emulator takes files in the send itself with inlineFiles \"accept\" (--inline-files accept)."

/** Whether a send, of which this is the beginning, holds a file as old documents had it. */
const isInline = (body: string): boolean => /"files"\s*:\s*\[\s*\{\s*"(?:name|body)"\s*:/.test(body)

/** The file that an upload comes to: a kept one that looks the same, or a new one. */
const takeFile = (
  state: State,
  serviceId: string,
  file: { readonly name: string; readonly body: string },
  now: number
): Result.Result<StoredFile, ReadonlyArray<string>> =>
  Result.map(Files.check(file), (body) => {
    const alike = state.switches.fileReuse === "never"
      ? undefined
      : state.store.service(serviceId).fileLike(file.name, body.length)
    return alike !== undefined && now < alike.expiresAt ? alike : {
      fileId: state.ids().fileId(),
      serviceId,
      name: file.name,
      createdAt: now,
      expiresAt: now + state.fileExpiry,
      body
    }
  })

const uploads = (state: State, files: ReadonlyArray<StoredFile>): ReadonlyArray<Event> =>
  files.filter((file) => !state.store.service(file.serviceId).files.has(file.fileId))
    .map((file) => ({ _tag: "Uploaded", file }))

/** What nothing has to be decided for. */
const record = (state: State, event: Event): Effect.Effect<void> =>
  state.commit(Effect.succeed({ value: undefined, events: [event] }))

const messages = (state: State) =>
  HttpApiBuilder.group(SensApi, "messages", (handlers) =>
    handlers
      .handleRaw(
        "send",
        Effect.fnUntraced(function*({ params, request }) {
          const notes = yield* Exchange
          const account = yield* CurrentAccount
          const read = state.switches.inlineFiles === "accept" ? readSendInline : readSend
          const body = yield* Effect.mapError(
            read({ request, maxBodyBytes: state.maxBodyBytes, notes }),
            (error) =>
              error._tag === "ValidationFailed" && read === readSend && isInline(notes.body)
                ? ServiceError.validationFailed([...error.why, inlineHint])
                : error
          )
          const { serviceId } = params
          const now = yield* state.now
          const { plan, requestId } = yield* state.commit(
            Effect.suspend(() => {
              const planned = Rules.plan(body, {
                account,
                switches: state.switches,
                now,
                maxFiles: state.maxFiles,
                reservationLead: state.reservationLead,
                file: (fileId) => state.store.service(serviceId).files.get(fileId),
                inline: (file) => takeFile(state, serviceId, file, now)
              })
              return Effect.map(orRefuse(planned), ({ files, plan, reservation }) => {
                const requestId = state.ids().requestId(plan.type, now)
                const sent: Event = reservation === undefined
                  ? Sending.accepted(state, { requestId, serviceId, plan, at: now })
                  : { _tag: "Reserved", reservation: { ...reservation, requestId, serviceId, plan } }
                return { value: { plan, requestId }, events: [...uploads(state, files), sent] }
              })
            })
          )
          notes.verdict = { _tag: "Accepted", requestId, recipients: plan.messages.length }
          return { statusCode: "202", statusName: "success", requestId, requestTime: Kst.withMillis(now) }
        }),
        atOnce
      )
      .handle(
        "search",
        Effect.fnUntraced(function*({ params, query }) {
          const now = yield* state.now
          const store = state.store.service(params.serviceId)
          const page = yield* orRefuse(Search.run({
            store,
            query,
            switches: state.switches,
            lifecycle: state.lifecycle,
            now,
            visibleAfter: state.visibleAfter
          }))
          const reservation = page.requestId === undefined ? undefined : store.reservations.get(page.requestId)
          if (reservation !== undefined && !reservation.submitted) {
            const status = Reservations.status(reservation, now, state)
            return {
              statusCode: "202",
              statusName: status === "READY" ? "reserved" : status === "PROCESSING" ? "processing" : "fail",
              requestId: reservation.requestId,
              pageIndex: 0,
              pageSize: page.pageSize,
              itemCount: 0,
              hasMore: false
            }
          }
          if (page.messages.length === 0 && state.switches.emptySearch === "notFound") {
            return yield* new ServiceError.NothingFound({})
          }
          return Search.answer(page, state, now)
        }),
        atOnce
      )
      .handle(
        "result",
        Effect.fnUntraced(function*({ params }) {
          const now = yield* state.now
          const message = state.store.service(params.serviceId).messages.get(params.messageId)
          if (message === undefined || now < message.request.requestedAt + state.visibleAfter) {
            return yield* new ServiceError.NothingFound({})
          }
          return {
            statusCode: "200",
            statusName: "success",
            messages: [state.lifecycle.item(message, now)]
          }
        }),
        atOnce
      ))

// -----------------------------------------------------------------------------
// Files
// -----------------------------------------------------------------------------

const readUpload = Body.read(UploadRequest)

const files = (state: State) =>
  HttpApiBuilder.group(SensApi, "files", (handlers) =>
    handlers.handleRaw(
      "upload",
      Effect.fnUntraced(function*({ params, request }) {
        const notes = yield* Exchange
        const body = yield* readUpload({ request, maxBodyBytes: state.maxBodyBytes, notes })
        const now = yield* state.now
        const file = yield* state.commit(
          Effect.suspend(() =>
            Effect.map(
              orRefuse(takeFile(state, params.serviceId, { name: body.fileName, body: body.fileBody }, now)),
              (file) => ({ value: file, events: uploads(state, [file]) })
            )
          )
        )
        return {
          fileId: file.fileId,
          createTime: Kst.withMillis(file.createdAt),
          expireTime: Kst.withMillis(file.expiresAt)
        }
      }),
      atOnce
    ))

// -----------------------------------------------------------------------------
// Reservations
// -----------------------------------------------------------------------------

const reservations = (state: State) =>
  HttpApiBuilder.group(SensApi, "reservations", (handlers) =>
    handlers
      .handle(
        "reservationStatus",
        Effect.fnUntraced(function*({ params }) {
          const now = yield* state.now
          const reservation = state.store.service(params.serviceId).reservations.get(params.reserveId)
          if (reservation === undefined) return yield* new ServiceError.NothingFound({})
          const { reserveAt, timeZone } = reservation
          return {
            reserveId: reservation.requestId,
            reserveTimeZone: timeZone,
            reserveTime: state.switches.reserveTime === "offset"
              ? ReserveTime.withOffset(reserveAt, timeZone)
              : ReserveTime.minutes(reserveAt, timeZone),
            reserveStatus: Reservations.status(reservation, now, state)
          }
        }),
        atOnce
      )
      .handle(
        "reservationCancel",
        Effect.fnUntraced(function*({ params }) {
          const now = yield* state.now
          const { serviceId } = params
          yield* state.commit(
            Effect.gen(function*() {
              const reservation = state.store.service(serviceId).reservations.get(params.reserveId)
              if (reservation === undefined) return yield* new ServiceError.NothingFound({})
              const obstacle = Reservations.obstacle(reservation, now, state)
              if (obstacle !== undefined) return yield* ServiceError.validationFailed([obstacle])
              return { value: undefined, events: [Reservations.canceled(reservation)] }
            })
          )
        }),
        atOnce
      ))

// -----------------------------------------------------------------------------
// Block list
// -----------------------------------------------------------------------------

const readNumbers = Body.read(Numbers)

const entry = ({ clientTelNo, registerType, registeredAt }: StoredUnsubscribe) => ({
  clientTelNo,
  registerType,
  registerTime: Kst.withMillis(registeredAt)
})

const unsubscribes = (state: State) =>
  HttpApiBuilder.group(SensApi, "unsubscribes", (handlers) =>
    handlers
      .handle(
        "unsubscribesSearch",
        Effect.fnUntraced(function*({ params, query }) {
          const found = yield* orRefuse(Unsubscribes.search(state.store.service(params.serviceId), query))
          if (found.length === 0 && state.switches.emptySearch === "notFound") {
            return yield* new ServiceError.NothingFound({})
          }
          return found.map(entry)
        }),
        atOnce
      )
      .handleRaw(
        "unsubscribesRegister",
        Effect.fnUntraced(function*({ params, request }) {
          const notes = yield* Exchange
          const numbers = yield* readNumbers({ request, maxBodyBytes: state.maxBodyBytes, notes })
          const registeredAt = yield* state.now
          const { serviceId } = params
          yield* record(state, {
            _tag: "Unsubscribed",
            serviceId,
            entries: numbers.map(({ clientTelNo }) => ({ clientTelNo, registerType: "M", registeredAt }))
          })
          const { unsubscribes } = state.store.service(serviceId)
          return numbers.flatMap(({ clientTelNo }) => {
            const kept = unsubscribes.get(clientTelNo)
            return kept === undefined ? [] : [entry(kept)]
          })
        }),
        atOnce
      )
      .handleRaw(
        "unsubscribesRemove",
        Effect.fnUntraced(function*({ params, request }) {
          const notes = yield* Exchange
          const numbers = yield* readNumbers({ request, maxBodyBytes: state.maxBodyBytes, notes })
          yield* record(state, {
            _tag: "Resubscribed",
            serviceId: params.serviceId,
            numbers: numbers.map(({ clientTelNo }) => clientTelNo)
          })
        }),
        atOnce
      ))

/** The handlers of all groups, over the state of one emulator. */
export const layer = (state: State) =>
  Layer.mergeAll(messages(state), files(state), reservations(state), unsubscribes(state)).pipe(
    Layer.provide([authentication(state), badRequests])
  )
