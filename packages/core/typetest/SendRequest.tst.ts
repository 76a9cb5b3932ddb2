import type * as PhoneNumber from "@effect-sens/core/PhoneNumber"
import type * as SearchQuery from "@effect-sens/core/SearchQuery"
import type * as SendRequest from "@effect-sens/core/SendRequest"
import type * as DateTime from "effect/DateTime"
import { describe, expect, test } from "tstyche"

declare const number: PhoneNumber.PhoneNumber
declare const now: DateTime.Utc
declare const send: (request: SendRequest.SendRequest) => void
declare const search: (query: SearchQuery.SearchQuery) => void

describe("SendRequest", () => {
  test("takes branded numbers alone", () => {
    expect(send).type.toBeCallableWith({ type: "SMS", from: number, content: "text", messages: [{ to: number }] })
    expect(send).type.not.toBeCallableWith({ type: "SMS", from: "02", content: "text", messages: [{ to: number }] })
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

  test("needs a text for all and at least one recipient", () => {
    expect(send).type.not.toBeCallableWith({ type: "SMS", from: number, messages: [{ to: number, content: "text" }] })
    expect(send).type.not.toBeCallableWith({ type: "SMS", from: number, content: "text", messages: [] })
  })
})

describe("SearchQuery", () => {
  test("does not mix its kinds", () => {
    expect(search).type.toBeCallableWith({ _tag: "ByRequestTime", start: now, end: now, to: number })
    expect(search).type.not.toBeCallableWith({ _tag: "ByRequestTime", start: now })
    expect(search).type.not.toBeCallableWith({ _tag: "ByRequestTime", requestId: "1", start: now, end: now })
  })
})
