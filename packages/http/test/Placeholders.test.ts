// What a log shows in the place of what was sent, and pages that contradict themselves, are no proof that nothing was accepted.
import * as KstDateTime from "@effect-sens/core/KstDateTime"
import * as PhoneNumber from "@effect-sens/core/PhoneNumber"
import * as Sens from "@effect-sens/http/Sens"
import { assert, describe, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientError from "effect/http/HttpClientError"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as TestClock from "effect/testing/TestClock"
import { options } from "./answering.ts"
import { inVirtualTime, signer } from "./emulated.ts"

const lms = {
  type: "LMS",
  from: PhoneNumber.make("0212345678"),
  subject: "주문 안내",
  content: "주문하신 상품을 보냈습니다",
  messages: [{ to: PhoneNumber.make("01012345678") }]
} as const

type Body = { readonly [name: string]: unknown }

const envelope = { statusCode: "202", statusName: "success", pageIndex: 0, pageSize: 100, hasMore: false }

const kst = (millis: number) => KstDateTime.formatSeconds(DateTime.makeUnsafe(millis))

/** Sends once into a connection that breaks after acceptance, with a log that shows this page: how it ended, and how many POSTs. */
const sent = (
  page: (record: Body, query: URLSearchParams) => Body | undefined,
  head: { readonly status?: number; readonly headers?: { readonly [name: string]: string } } = {}
) =>
  Effect.gen(function*() {
    let posts = 0
    let at = 0
    const client = HttpClient.make((request, url) =>
      Effect.gen(function*() {
        const now = yield* Clock.currentTimeMillis
        const answer = (status: number, body: Body) =>
          HttpClientResponse.fromWeb(
            request,
            new Response(JSON.stringify(body), {
              status,
              headers: { ...head.headers, date: DateTime.toDateUtc(DateTime.makeUnsafe(now)).toUTCString() }
            })
          )
        if (request.method === "POST") {
          posts++
          if (posts > 1) return answer(202, { requestId: "SECOND", statusCode: "202", statusName: "success" })
          at = now
          const cause = Object.assign(new Error("broken"), { code: "ECONNRESET" })
          const reason = new HttpClientError.TransportError({ request, cause })
          return yield* new HttpClientError.HttpClientError({ reason })
        }
        const shown = page({
          messageId: "m1",
          requestId: "OURS",
          requestTime: kst(at),
          type: "LMS",
          subject: lms.subject,
          content: lms.content,
          from: lms.from,
          to: lms.messages[0].to,
          countryCode: "82",
          status: "READY"
        }, url.searchParams)
        return shown === undefined
          ? answer(400, { status: 400, errors: ["The nextToken is invalid."] })
          : answer(head.status ?? 200, shown)
      })
    )
    const { exit } = yield* inVirtualTime(
      Effect.gen(function*() {
        const { messages } = yield* Sens.make({ ...options, onAmbiguous: "reconcile", callTimeout: "20 minutes" })
        return yield* messages.send(lms)
      }).pipe(Effect.provideService(HttpClient.HttpClient, client), Effect.provide(signer)),
      500
    )
    return { posts, requestId: Exit.isSuccess(exit) ? String(exit.value.requestId) : undefined }
  }).pipe(Effect.provide(TestClock.layer()))

const others = (record: Body): Body => ({
  ...record,
  messageId: "m2",
  subject: "다른 제목",
  content: "오늘 저녁 일곱 시에 정문에서 만나기로 한 모임은 다음 주로 미룹니다"
})

describe("a send whose record the log shows otherwise is not sent again", () => {
  it.live("the control: as it was sent", () =>
    Effect.gen(function*() {
      assert.deepStrictEqual(yield* sent((record) => ({ ...envelope, messages: [record] })), {
        posts: 1,
        requestId: "OURS"
      })
    }))

  const placeholders = [false, true, 0, null, "", "-", "--", "false", "null", "undefined", "0", "N/A", "none", {}, []]

  it.live.each(["content", "subject", "to", "from", "requestId", "requestTime", "messageId", "countryCode"])(
    "%s: a placeholder",
    (name) =>
      Effect.forEach(placeholders, (placeholder) =>
        Effect.gen(function*() {
          const { posts } = yield* sent((record) => ({ ...envelope, messages: [{ ...record, [name]: placeholder }] }))
          assert.strictEqual(posts, 1, JSON.stringify(placeholder))
        }))
  )

  it.live.each([undefined, false, 0, "-", "0", ""])(
    "one request's id for all of them is no id: %j",
    (requestId) =>
      Effect.gen(function*() {
        const { posts } = yield* sent((record) => ({
          ...envelope,
          requestId: "SEARCH-1",
          messages: [{ ...record, requestId }, { ...others(record), requestId }]
        }))
        assert.strictEqual(posts, 1)
      })
  )

  it.live("what a page says of itself is not adopted", () =>
    Effect.gen(function*() {
      const { posts, requestId } = yield* sent((record) => ({
        ...envelope,
        requestId: "SEARCH-1",
        messages: [{ ...record, requestId: undefined }]
      }))
      assert.deepStrictEqual([posts, requestId], [1, undefined])
    }))

  it.live.each<readonly [string, Body]>([
    ["it counts more than it shows", { itemCount: 1 }],
    ["it counts a page and more", { itemCount: 150, hasMore: undefined }],
    ["FAILED", { statusName: "FAILED" }],
    ["fail with a space", { statusName: "fail " }],
    ["error", { statusName: "error" }],
    ["reserved", { statusName: "reserved" }],
    ["Reserved with a space", { statusName: " Reserved" }],
    ["processing", { statusName: "PROCESSING" }],
    ["a name that is none", { statusName: { value: "fail" } }],
    ["a code that is none", { statusCode: [500] }],
    ["a name under another spelling", { statusName: undefined, StatusName: "reserved" }],
    ["more under another spelling", { has_more: true }],
    ["a status", { status: "PARTIAL" }],
    ["a result", { resultCode: 900 }],
    ["words of a failure", { statusMessage: "the search failed" }],
    ["a count that is no number", { itemCount: "five" }],
    ["a count in words", { itemCount: { value: 0 } }],
    ["a count below zero", { itemCount: -1 }],
    ["a count as a text", { itemCount: "5" }],
    ["a count of all", { totalCount: 5 }],
    ["a count of all, deeper", { pagination: { total_elements: 5 } }],
    ["another page", { pageIndex: 3 }],
    ["a page of no number", { pageIndex: "last" }],
    ["an error", { error: { errorCode: "900", message: "x" } }],
    ["errors", { errors: ["timeout of a shard"] }],
    ["an error message", { errorMessage: "x" }],
    ["a timeout", { timed_out: true }],
    ["part of it", { partial: true }],
    ["not whole", { complete: false }],
    ["a link to the next", { links: { next: "/messages?page=1" } }],
    ["messages under another name", { items: [{ id: 1 }] }],
    ["a message elsewhere", { data: { messageId: "1" } }],
    ["a status of 500", { statusCode: "500" }]
  ])("an empty page that contradicts itself: %s", ([, changed]) =>
    Effect.gen(function*() {
      assert.strictEqual((yield* sent(() => ({ ...envelope, messages: [], ...changed }))).posts, 1)
    }))

  it.live("a page that says that it is the last, and names another, is not the last", () =>
    Effect.gen(function*() {
      const ours = { posts: 1, requestId: "OURS" }
      const page = (messages: ReadonlyArray<Body>, nextToken?: string): Body => ({ ...envelope, messages, nextToken })
      const behind = (shown: (record: Body) => Body | undefined, first: (record: Body) => ReadonlyArray<Body>) =>
        sent((record, query) => query.has("nextToken") ? shown(record) : page(first(record), "t"))
      assert.deepStrictEqual(yield* behind((record) => page([record]), () => []), ours)
      const another = yield* sent((record, query) =>
        query.has("requestId") || query.has("nextToken")
          ? page([record])
          : page([{ ...others(record), requestId: "ANOTHER" }], "t")
      )
      assert.deepStrictEqual(another, ours)
      // Nothing is behind it, or the same again: that is counted once.
      for (const nothing of [undefined, page([])]) {
        assert.deepStrictEqual(yield* behind(() => nothing, (record) => [record]), ours)
      }
      assert.deepStrictEqual(yield* behind((record) => page([record], "u"), (record) => [record]), ours)
      // That nothing is there at all is proved by an empty page, not by a token that is refused.
      assert.deepStrictEqual(yield* behind(() => page([]), () => []), { posts: 2, requestId: "SECOND" })
      assert.deepStrictEqual(yield* behind(() => undefined, () => []), { posts: 1, requestId: undefined })
    }))

  it.live.each([201, 202, 203, 206, 207])("an empty page under a status of %d", (status) =>
    Effect.gen(function*() {
      assert.strictEqual((yield* sent(() => ({ ...envelope, messages: [] }), { status })).posts, 1)
    }))

  it.live.each<Record<string, string>>([{ age: "600" }, { warning: "110 - \"Response is Stale\"" }])(
    "an empty page from a cache: %j",
    (headers) =>
      Effect.gen(function*() {
        const { posts } = yield* sent(() => ({ ...envelope, messages: [] }), { headers })
        assert.strictEqual(posts, 1)
      })
  )

  const isSecond = (query: URLSearchParams) => query.has("nextToken")

  it.live("what a token leads to, beside the word that no more follows", () =>
    Effect.gen(function*() {
      const { posts } = yield* sent((record, query) => ({
        ...envelope,
        nextToken: "T",
        messages: isSecond(query) ? [{ ...record, requestId: undefined }] : []
      }))
      assert.strictEqual(posts, 1)
    }))

  it.live.each<readonly [string, Body]>([
    ["no token", { nextToken: "" }],
    ["its own token", { nextToken: "T" }]
  ])("an empty page whose token leads to an empty one is a proof: %s", ([, changed]) =>
    Effect.gen(function*() {
      const { posts } = yield* sent((_, query) => ({
        ...envelope,
        nextToken: "T",
        messages: [],
        ...isSecond(query) ? changed : {}
      }))
      assert.strictEqual(posts, 2)
    }))

  it.live("an empty page whose token leads to one that contradicts itself", () =>
    Effect.gen(function*() {
      const { posts } = yield* sent((_, query) => ({
        ...envelope,
        nextToken: "T",
        messages: [],
        ...isSecond(query) ? { itemCount: 1 } : {}
      }))
      assert.strictEqual(posts, 1)
    }))

  it.live("a search by request that shows another request", () =>
    Effect.gen(function*() {
      const { posts } = yield* sent((record, query) => ({
        ...envelope,
        messages: [
          query.has("requestId") ? { ...others(record), requestId: "ANOTHER" } : { ...record, content: "***" }
        ]
      }))
      assert.strictEqual(posts, 1)
    }))

  it.live("a message is found on a page that contradicts itself", () =>
    Effect.gen(function*() {
      const { posts, requestId } = yield* sent((record, query) => ({
        ...envelope,
        ...query.has("requestId") ? {} : { totalCount: 5 },
        messages: [record]
      }))
      assert.deepStrictEqual([posts, requestId], [1, "OURS"])
    }))

  it.live("an empty page that does not is a proof", () =>
    Effect.gen(function*() {
      const { posts, requestId } = yield* sent(() => ({ ...envelope, itemCount: 0, messages: [] }))
      assert.deepStrictEqual([posts, requestId], [2, "SECOND"])
    }))
})
