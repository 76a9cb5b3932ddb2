import type * as FileId from "@effect-sens/core/FileId"
import type * as PhoneNumber from "@effect-sens/core/PhoneNumber"
import type * as Preflight from "@effect-sens/core/Preflight"
import type * as SearchQuery from "@effect-sens/core/SearchQuery"
import * as SendRequest from "@effect-sens/core/SendRequest"
import type * as DateTime from "effect/DateTime"
import { describe, expect, test } from "tstyche"

declare const number: PhoneNumber.PhoneNumber
declare const fileId: FileId.FileId
declare const now: DateTime.Utc
declare const zoned: DateTime.Zoned
declare const request: SendRequest.Normalized
declare const people: Array<{ readonly name: string; readonly phone: string; readonly note: string | undefined }>
declare const date: Date
declare const id: string
declare const send: (request: SendRequest.SendRequest) => void
declare const search: (query: SearchQuery.SearchQuery) => void
declare const options: (options: Preflight.Options) => void

describe("SendRequest", () => {
  test("takes plain values", () => {
    expect(send).type.toBeCallableWith({ type: "SMS", from: number, content: "text", messages: [{ to: number }] })
    const messages = people.map((person) => ({ ...person, to: person.phone, content: person.note }))
    expect(send).type.toBeCallableWith({ type: "SMS", from: "02-312-3456", content: "text", messages })
    const nothing = undefined
    expect(send).type.toBeCallableWith({
      type: "LMS",
      from: "02-312-3456",
      subject: nothing,
      contentType: nothing,
      countryCode: nothing,
      reserve: { at: date, timeZone: nothing },
      content: "text",
      messages
    })
    expect(send).type.toBeCallableWith({ type: "MMS", from: id, content: id, messages, files: [{ fileId: id }] })
    expect(send).type.toBeCallableWith(request)
    expect(send).type.not.toBeCallableWith({ type: "SMS", from: 212345678, content: "text", messages })
    expect(send).type.not.toBeCallableWith({ type: "SMS", from: "02", content: "text", messages: [{ to: null }] })
  })

  test("an SMS has no subject, neither for all nor for one", () => {
    expect(send).type.not.toBeCallableWith({
      type: "SMS",
      from: number,
      subject: "subject",
      content: "text",
      messages: [{ to: number }]
    })
    expect(send).type.not.toBeCallableWith({
      type: "SMS",
      from: number,
      content: "text",
      messages: [{ to: number, subject: "subject" }]
    })
    expect(send).type.toBeCallableWith({
      type: "LMS",
      from: number,
      subject: "subject",
      content: "text",
      messages: [{ to: number, subject: "subject" }]
    })
  })

  test("an MMS alone has files", () => {
    expect(send).type.toBeCallableWith({
      type: "MMS",
      from: number,
      subject: "subject",
      content: "text",
      messages: [{ to: number, subject: "subject" }],
      files: [{ fileId }]
    })
    expect(send).type.not.toBeCallableWith({
      type: "LMS",
      from: number,
      content: "text",
      messages: [{ to: number }],
      files: [{ fileId }]
    })
    expect(send).type.not.toBeCallableWith({
      type: "SMS",
      from: number,
      content: "text",
      messages: [{ to: number }],
      files: [{ fileId }]
    })
    expect(send).type.not.toBeCallableWith({
      type: "MMS",
      from: number,
      content: "text",
      messages: [{ to: number }],
      files: [{ fileId: 1 }]
    })
    expect(send).type.not.toBeCallableWith({
      type: "MMS",
      from: number,
      content: "text",
      messages: [{ to: number }],
      files: [{ name: "a.jpg", body: "" }]
    })
  })

  test("needs a text for all", () => {
    expect(send).type.not.toBeCallableWith({ type: "SMS", from: number, messages: [{ to: number, content: "text" }] })
  })

  test("is reserved for an instant, not for a text", () => {
    const sms = { type: "SMS", from: number, content: "text", messages: [{ to: number }] } as const
    expect(send).type.toBeCallableWith({ ...sms, reserve: { at: now } })
    expect(send).type.toBeCallableWith({ ...sms, reserve: { at: now, timeZone: "Asia/Seoul" } })
    expect(send).type.toBeCallableWith({ ...sms, reserve: { at: zoned } })
    expect(send).type.toBeCallableWith({ ...sms, reserve: { at: date } })
    expect(send).type.not.toBeCallableWith({ ...sms, reserve: { at: "2026-01-01 09:00" } })
    expect(send).type.not.toBeCallableWith({ ...sms, reserveTime: "2026-01-01 09:00" })
  })

  test("its JSON body is plain", () => {
    expect(SendRequest.toWire(request).from).type.toBe<string>()
    expect(SendRequest.toWire(request).reserveTime).type.toBe<string | undefined>()
    expect(SendRequest.SendRequest.match(request, { SMS: () => 1, LMS: () => 2, MMS: () => 3 })).type.toBe<number>()
    expect(SendRequest.SendRequest.match).type.not.toBeCallableWith(request, { SMS: () => 1, LMS: () => 2 })
  })
})

describe("SearchQuery", () => {
  test("does not mix its kinds", () => {
    const range = { start: now, end: date }
    expect(search).type.toBeCallableWith({ requestId: id, to: "010-1234-5678" })
    expect(search).type.toBeCallableWith({ requestTime: range, to: number, type: undefined })
    expect(search).type.toBeCallableWith({ completeTime: { start: zoned, end: now }, pageSize: 10 })
    expect(search).type.not.toBeCallableWith({})
    expect(search).type.not.toBeCallableWith({ requestTime: { start: now } })
    expect(search).type.not.toBeCallableWith({ requestId: "1", requestTime: range })
    expect(search).type.not.toBeCallableWith({ requestTime: range, completeTime: range })
    expect(search).type.not.toBeCallableWith({ requestTime: range, completeStart: now })
    expect(search).type.not.toBeCallableWith({
      requestStartTime: "2026-01-01 00:00:00",
      requestEndTime: "2026-01-02 00:00:00",
      completeStartTime: "2026-01-01 00:00:00",
      completeEndTime: "2026-01-02 00:00:00"
    })
  })
})

describe("Preflight", () => {
  test("has severities for its own rules alone", () => {
    expect(options).type.toBeCallableWith({ severity: { TooLong: "off", AdAtNight: "error" } })
    expect(options).type.not.toBeCallableWith({ severity: { TooShort: "off" } })
    expect(options).type.not.toBeCallableWith({ severity: { TooLong: "ignore" } })
    expect(options).type.not.toBeCallableWith({ truncate: "client" })
  })
})
