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
import { Authentication, BadRequests, CurrentAccount } from "../Authentication.ts"
import { NothingFound, SendRequest } from "../MessagesApi.ts"
import { SensApi } from "../SensApi.ts"
import * as ServiceError from "../ServiceError.ts"
import * as SignatureLog from "../SignatureLog.ts"
import * as Body from "./body.ts"
import { Exchange, type Notes, rawTarget } from "./exchange.ts"
import * as Kst from "./kst.ts"
import * as Rules from "./rules.ts"
import * as Search from "./search.ts"
import type { State } from "./state.ts"

const reasons = (error: unknown): ReadonlyArray<string> | undefined =>
  error instanceof ServiceError.AuthenticationFailed || error instanceof ServiceError.AccessDenied ||
    error instanceof ServiceError.ValidationFailed || error instanceof ServiceError.EntityTooLarge ||
    error instanceof ServiceError.UnsupportedMediaType || error instanceof NothingFound
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
    Effect.fnUntraced(function*(httpEffect) {
      const request = yield* HttpServerRequest.HttpServerRequest
      const { params } = yield* HttpRouter.RouteContext
      const notes = yield* Exchange
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
          notes.verdict = { _tag: "Refused", why: [SignatureLog.explain(verified.failure)] }
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

const readSend = Body.read(SendRequest)

const messages = (state: State) =>
  HttpApiBuilder.group(SensApi, "messages", (handlers) =>
    handlers
      .handleRaw(
        "send",
        Effect.fnUntraced(function*({ params, request }) {
          const notes = yield* Exchange
          notes.operation = "send"
          const account = yield* CurrentAccount
          const body = yield* readSend({ request, maxBodyBytes: state.maxBodyBytes, notes })
          const plan = Rules.plan({
            request: body,
            account,
            switches: state.switches,
            outcome: (recipient) => state.outcomes.get(recipient)
          })
          if (Result.isFailure(plan)) return yield* ServiceError.validationFailed(plan.failure)

          const now = yield* state.now
          const ids = state.ids()
          const accepted = state.store.add({
            ...plan.success,
            requestId: ids.requestId(plan.success.type, now),
            serviceId: params.serviceId,
            requestedAt: now,
            processingAt: now + state.processingAfter,
            completedAt: now + state.completedAfter,
            messages: plan.success.messages.map(({ code, content, subject, to }) => ({
              messageId: ids.messageId(),
              to,
              subject,
              content,
              code
            }))
          })
          notes.verdict = {
            _tag: "Accepted",
            requestId: accepted.requestId,
            recipients: accepted.messages.length
          }
          return {
            statusCode: "202",
            statusName: "success",
            requestId: accepted.requestId,
            requestTime: Kst.withMillis(now)
          }
        }),
        atOnce
      )
      .handle(
        "search",
        Effect.fnUntraced(function*({ params, query }) {
          const notes = yield* Exchange
          notes.operation = "search"
          const now = yield* state.now
          const found = Search.run({
            store: state.store.service(params.serviceId),
            query,
            switches: state.switches,
            lifecycle: state.lifecycle,
            now,
            visibleAfter: state.visibleAfter
          })
          if (Result.isFailure(found)) return yield* ServiceError.validationFailed(found.failure)
          const page = found.success
          if (page.messages.length === 0 && state.switches.emptySearch === "notFound") {
            return yield* new NothingFound({})
          }
          return {
            statusCode: "202",
            statusName: "success",
            ...(page.requestId === undefined ? undefined : { requestId: page.requestId }),
            messages: page.messages.map((message) => state.lifecycle.item(message, now)),
            ...(state.switches.paging === "nextToken" ? undefined : { pageIndex: page.pageIndex }),
            pageSize: page.pageSize,
            itemCount: page.messages.length,
            hasMore: page.hasMore,
            ...(page.nextToken === undefined ? undefined : { nextToken: page.nextToken })
          }
        }),
        atOnce
      )
      .handle(
        "result",
        Effect.fnUntraced(function*({ params }) {
          const notes = yield* Exchange
          notes.operation = "result"
          const now = yield* state.now
          const message = state.store.service(params.serviceId).messages.get(params.messageId)
          if (message === undefined || now < message.request.requestedAt + state.visibleAfter) {
            return yield* new NothingFound({})
          }
          return {
            statusCode: "200",
            statusName: "success",
            messages: [state.lifecycle.item(message, now)]
          }
        }),
        atOnce
      ))

/** The handlers of all groups, over the state of one emulator. */
export const layer = (state: State) => messages(state).pipe(Layer.provide([authentication(state), badRequests]))
