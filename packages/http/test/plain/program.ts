// @effect-diagnostics globalDate:off - plain programs have them
// As somebody writes it who has rows of a database, and a project of its own with `strict` and no further settings.
import type * as SearchResponse from "@effect-sens/core/SearchResponse"
import type * as SendRequest from "@effect-sens/core/SendRequest"
import type * as SendResponse from "@effect-sens/core/SendResponse"
import type * as SensError from "@effect-sens/core/SensError"
import * as Sens from "@effect-sens/http/Sens"
import type * as SensPromise from "@effect-sens/http/SensPromise"
import * as Effect from "effect/Effect"

export interface Row {
  id: number
  name: string
  phone: string
  note: string | null
  createdAt: Date
}

export interface Job {
  from: string
  title?: string
  sendAt?: Date
  rows: Array<Row>
}

export const notice = (job: Job): SendRequest.SendRequest => ({
  type: "LMS",
  from: job.from,
  subject: job.title,
  content: "예약을 확인해 주세요",
  reserve: job.sendAt === undefined ? undefined : { at: job.sendAt },
  messages: job.rows.map((row) => ({ ...row, to: row.phone, content: `${row.name}님, 예약을 확인해 주세요` }))
})

export const password = (job: Job): SendRequest.SendRequest => ({
  type: "SMS",
  contentType: "COMM",
  from: job.from,
  content: "인증번호 000000",
  reserve: undefined,
  messages: job.rows.map(({ phone, ...others }) => ({ to: phone, subject: undefined, ...others }))
})

// Ids are texts in a database, and texts go in.
export const sendByEffect = (
  request: SendRequest.SendRequest
): Effect.Effect<[SendResponse.SendResponse, SearchResponse.SearchResponse], SensError.SensError, Sens.Sens> =>
  Effect.gen(function*() {
    const { messages } = yield* Sens.Sens
    const accepted = yield* messages.send(request)
    const kept: { requestId: string } = { requestId: accepted.requestId }
    return [accepted, yield* messages.search({ requestId: kept.requestId, pageSize: undefined })]
  })

export const sendByPromise = (
  sens: SensPromise.SensPromise,
  request: SendRequest.SendRequest
): Promise<[SendResponse.SendResponse, SearchResponse.SearchResponse]> =>
  sens.messages.send(request).then((accepted) => {
    const kept: { requestId: string } = { requestId: accepted.requestId }
    return sens.messages.search({ requestId: kept.requestId }).then((page) => [accepted, page])
  })

export const lastDay = (now: Date): { requestTime: { start: Date; end: Date }; from: string; to?: string } => ({
  requestTime: { start: new Date(now.getTime() - 86_400_000), end: now },
  from: "02-1234-5678"
})
