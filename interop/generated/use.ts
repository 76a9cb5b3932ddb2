// `node use.mjs <client>`, once it is bundled: one client that is generated from the documents of the emulator does what its
// users do, and tells what it saw as JSON. The compiler has checked that it takes and gives what is written here.
import createFetch from "openapi-fetch"
import { sign } from "../../packages/examples/src/docs/testing/sign.ts"
import type { paths as ControlPaths } from "./dist/fetch/control.ts"
import type { paths as SensPaths } from "./dist/fetch/sens.ts"
import * as HeyControl from "./dist/hey/control"
import { client as heyControl } from "./dist/hey/control/client.gen"
import * as Hey from "./dist/hey/sens"
import { client as hey } from "./dist/hey/sens/client.gen"
import * as OrvalControl from "./dist/orval/control"
import * as Orval from "./dist/orval/sens"

const {
  SENS_ACCESS_KEY: accessKey = "",
  SENS_EMULATOR: baseUrl = "",
  SENS_FROM: from = "",
  SENS_SECRET_KEY: secretKey = "",
  SENS_SERVICE_ID: serviceId = ""
} = process.env

const account = { accessKey, secretKey }

// -----------------------------------------------------------------------------
// What a client has to be
// -----------------------------------------------------------------------------

interface Answer<A> {
  readonly status: number
  readonly data?: A | undefined
  readonly refused?: unknown
}

interface Send {
  type: "SMS" | "LMS" | "MMS"
  contentType?: "COMM" | "AD" | null
  countryCode?: string | number | null
  from: string
  subject?: string
  content: string
  messages: Array<{ to: string; content?: string }>
  files?: Array<{ fileId: string }>
  reserveTime?: string
  reserveTimeZone?: string
}

interface Query {
  requestId?: string
  requestStartTime?: string
  requestEndTime?: string
  status?: "READY" | "PROCESSING" | "COMPLETED"
  pageIndex?: number
  pageSize?: number
}

interface Message {
  readonly messageId: string
  readonly type: "SMS" | "LMS" | "MMS"
  readonly status: "READY" | "PROCESSING" | "COMPLETED"
  readonly to: string
  readonly content: string
  readonly files?: ReadonlyArray<{ readonly fileId: string; readonly name: string }> | undefined
}

interface Page {
  readonly messages?: ReadonlyArray<Message> | undefined
  readonly itemCount: number
  readonly hasMore: boolean
  readonly nextToken?: string | undefined
}

interface Reservation {
  readonly reserveStatus: "READY" | "PROCESSING" | "CANCELED" | "DONE" | "FAIL" | "STALE" | "SKIP"
}

interface Number {
  readonly clientTelNo: string
  readonly registerType: "C" | "M"
}

interface Fault {
  _tag: "ServerError"
  status?: 500 | 503
}

interface Client {
  readonly upload: (file: { fileName: string; fileBody: string }) => Promise<Answer<{ readonly fileId: string }>>
  readonly send: (body: Send) => Promise<Answer<{ readonly requestId: string }>>
  readonly search: (query: Query) => Promise<Answer<Page>>
  readonly result: (messageId: string) => Promise<Answer<{ readonly messages: ReadonlyArray<Message> }>>
  readonly reservationStatus: (reserveId: string) => Promise<Answer<Reservation>>
  readonly reservationCancel: (reserveId: string) => Promise<Answer<unknown>>
  readonly unsubscribesSearch: (
    query: { startTime?: number; pageSize?: number }
  ) => Promise<Answer<ReadonlyArray<Number>>>
  readonly unsubscribesRegister: (numbers: Array<{ clientTelNo: string }>) => Promise<Answer<ReadonlyArray<Number>>>
  readonly unsubscribesRemove: (numbers: Array<{ clientTelNo: string }>) => Promise<Answer<unknown>>
  readonly addFault: (fault: Fault) => Promise<Answer<unknown>>
  readonly messages: (query: { to?: string; limit?: number }) => Promise<Answer<ReadonlyArray<Message>>>
  readonly otp: (query: { to?: string; timeoutMillis?: number }) => Promise<Answer<{ readonly code: string }>>
}

// -----------------------------------------------------------------------------
// openapi-typescript, with openapi-fetch
// -----------------------------------------------------------------------------

const openapiFetch = (): Client => {
  const sens = createFetch<SensPaths>({ baseUrl })
  sens.use({ onRequest: ({ request }) => sign(request, account) })
  const control = createFetch<ControlPaths>({ baseUrl })
  const answer = async <A>(
    call: Promise<{ data?: A; error?: unknown; response: Response }>
  ): Promise<Answer<A>> => {
    const { data, error, response } = await call
    return { status: response.status, data, refused: error }
  }
  const messages = "/sms/v2/services/{serviceId}/messages"
  const reservation = "/sms/v2/services/{serviceId}/reservations/{reserveId}"
  const unsubscribes = "/sms/v2/services/{serviceId}/unsubscribes"
  const path = { serviceId }
  return {
    upload: (body) => answer(sens.POST("/sms/v2/services/{serviceId}/files", { params: { path }, body })),
    send: (body) => answer(sens.POST(messages, { params: { path }, body })),
    search: (query) => answer(sens.GET(messages, { params: { path, query } })),
    result: (messageId) => answer(sens.GET(`${messages}/{messageId}`, { params: { path: { serviceId, messageId } } })),
    reservationStatus: (reserveId) =>
      answer(sens.GET(`${reservation}/reserve-status`, { params: { path: { serviceId, reserveId } } })),
    reservationCancel: (reserveId) => answer(sens.DELETE(reservation, { params: { path: { serviceId, reserveId } } })),
    unsubscribesSearch: (query) => answer(sens.GET(unsubscribes, { params: { path, query } })),
    unsubscribesRegister: (body) => answer(sens.POST(unsubscribes, { params: { path }, body })),
    unsubscribesRemove: (body) => answer(sens.DELETE(unsubscribes, { params: { path }, body })),
    addFault: (fault) => answer(control.POST("/__emulator/faults", { body: { operation: "send", count: 1, fault } })),
    messages: (query) => answer(control.GET("/__emulator/messages", { params: { query } })),
    otp: (query) => answer(control.GET("/__emulator/otp", { params: { query } }))
  }
}

// -----------------------------------------------------------------------------
// hey-api
// -----------------------------------------------------------------------------

const heyApi = (): Client => {
  hey.setConfig({ baseUrl })
  hey.interceptors.request.use((request) => sign(request, account))
  heyControl.setConfig({ baseUrl })
  const answer = async <A>(
    call: Promise<{ data?: A | undefined; error?: unknown; response?: Response | undefined }>
  ): Promise<Answer<A>> => {
    const { data, error, response } = await call
    return { status: response?.status ?? 0, data, refused: error }
  }
  const path = { serviceId }
  return {
    upload: (body) => answer(Hey.upload({ path, body })),
    send: (body) => answer(Hey.send({ path, body })),
    search: (query) => answer(Hey.search({ path, query })),
    result: (messageId) => answer(Hey.result({ path: { serviceId, messageId } })),
    reservationStatus: (reserveId) => answer(Hey.reservationStatus({ path: { serviceId, reserveId } })),
    reservationCancel: (reserveId) => answer(Hey.reservationCancel({ path: { serviceId, reserveId } })),
    unsubscribesSearch: (query) => answer(Hey.unsubscribesSearch({ path, query })),
    unsubscribesRegister: (body) => answer(Hey.unsubscribesRegister({ path, body })),
    unsubscribesRemove: (body) => answer(Hey.unsubscribesRemove({ path, body })),
    addFault: (fault) => answer(HeyControl.addFault({ body: { operation: "send", count: 1, fault } })),
    messages: (query) => answer(HeyControl.messages({ query })),
    otp: (query) => answer(HeyControl.otp({ query }))
  }
}

// -----------------------------------------------------------------------------
// orval
// -----------------------------------------------------------------------------

const orval = (): Client => {
  // A status tells what the data is.
  const answer = async <A extends { readonly status: number; readonly data: unknown }, const S extends A["status"]>(
    call: Promise<A>,
    status: S
  ): Promise<Answer<Extract<A, { readonly status: S }>["data"]>> => {
    const got = await call
    const isSuccess = (each: A): each is Extract<A, { readonly status: S }> => each.status === status
    return isSuccess(got) ? { status: got.status, data: got.data } : { status: got.status, refused: got.data }
  }
  return {
    upload: (body) => answer(Orval.upload(serviceId, body), 200),
    send: (body) => answer(Orval.send(serviceId, body), 202),
    search: (query) => answer(Orval.search(serviceId, query), 200),
    result: (messageId) => answer(Orval.result(serviceId, messageId), 200),
    reservationStatus: (reserveId) => answer(Orval.reservationStatus(serviceId, reserveId), 200),
    reservationCancel: (reserveId) => answer(Orval.reservationCancel(serviceId, reserveId), 204),
    unsubscribesSearch: (query) => answer(Orval.unsubscribesSearch(serviceId, query), 200),
    unsubscribesRegister: (body) => answer(Orval.unsubscribesRegister(serviceId, body), 200),
    unsubscribesRemove: (body) => answer(Orval.unsubscribesRemove(serviceId, body), 204),
    addFault: (fault) => answer(OrvalControl.addFault({ operation: "send", count: 1, fault }), 204),
    messages: (query) => answer(OrvalControl.messages(query), 200),
    otp: (query) => answer(OrvalControl.otp(query), 200)
  }
}

// -----------------------------------------------------------------------------
// What it does
// -----------------------------------------------------------------------------

const clients: Readonly<Record<string, () => Client>> = { "openapi-fetch": openapiFetch, "hey-api": heyApi, orval }

const got = <A>({ data, refused, status }: Answer<A>): A => {
  if (data === undefined) throw new Error(`${status} ${JSON.stringify(refused)}`)
  return data
}

const kst = (millis: number): string => new Date(millis + 9 * 3_600_000).toISOString().slice(0, 19).replace("T", " ")

const client = clients[process.argv[2] ?? ""]?.()
if (client === undefined) throw new Error(`no client ${process.argv[2]}`)

// A frame, a scan, an end: all that a JPEG needs to be one.
const { fileId } = got(
  await client.upload({ fileName: "menu.jpg", fileBody: "/9j/wAALCAAKAAoBAREA/9oACAEBAAA/AAf/2Q==" })
)
const sent = got(
  await client.send({
    type: "MMS",
    from,
    subject: "제목",
    content: "내용",
    messages: [{ to: "01000000001" }, { to: "01000000002", content: "둘" }],
    files: [{ fileId }]
  })
)
const found = got(await client.search({ requestId: sent.requestId, pageSize: 1, pageIndex: 1 }))
const ids = got(await client.search({ requestId: sent.requestId })).messages?.map(({ messageId }) => messageId) ?? []
const now = Date.now()
const inTime = got(
  await client.search({ requestStartTime: kst(now - 60_000), requestEndTime: kst(now + 60_000), pageSize: 100 })
)
const result = got(await client.result(ids[1] ?? ""))
const reserved = got(
  await client.send({
    type: "SMS",
    countryCode: 82,
    from,
    content: "나중",
    messages: [{ to: "01000000003" }],
    reserveTime: kst(now + 3_600_000).slice(0, 16),
    reserveTimeZone: "Asia/Seoul"
  })
)
const ready = got(await client.reservationStatus(reserved.requestId))
const cancel = await client.reservationCancel(reserved.requestId)
const canceled = got(await client.reservationStatus(reserved.requestId))
const registered = got(
  await client.unsubscribesRegister([{ clientTelNo: "01000000008" }, { clientTelNo: "01000000009" }])
)
const removed = await client.unsubscribesRemove([{ clientTelNo: "01000000008" }])
const blocked = got(await client.unsubscribesSearch({ startTime: now - 60_000, pageSize: 10 }))
const refused = await client.send({ type: "SMS", from, content: "", messages: [{ to: "x" }] })

const armed = await client.addFault({ _tag: "ServerError" })
const otp: Send = { type: "SMS", from, content: "인증번호 493021", messages: [{ to: "01000000004" }] }
const failed = await client.send(otp)
const sentThen = await client.send(otp)

process.stdout.write(JSON.stringify({
  found: [found.itemCount, found.hasMore, found.messages?.[0]?.to],
  inTime: [inTime.itemCount, inTime.hasMore],
  result: [result.messages[0]?.type, result.messages[0]?.content, result.messages[0]?.files?.[0]?.name],
  reservation: [ready.reserveStatus, cancel.status, canceled.reserveStatus],
  unsubscribes: [registered.length, removed.status, blocked.map(({ clientTelNo }) => clientTelNo)],
  refused: [refused.status, refused.refused],
  fault: [armed.status, failed.status, sentThen.status],
  messages: got(await client.messages({ to: "01000000002", limit: 5 })).map(({ content }) => content),
  otp: got(await client.otp({ to: "01000000004", timeoutMillis: 1000 })).code
}))
