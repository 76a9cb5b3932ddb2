import * as MessageId from "@effect-sens/core/MessageId"
import type * as MessageRecord from "@effect-sens/core/MessageRecord"
import * as Paging from "@effect-sens/core/Paging"
import * as SearchResponse from "@effect-sens/core/SearchResponse"
import * as SensError from "@effect-sens/core/SensError"
import { assert, describe, it } from "@effect/vitest"
import * as Option from "effect/Option"
import * as Result from "effect/Result"

const messages = (...ids: ReadonlyArray<string>): ReadonlyArray<MessageRecord.MessageRecord> =>
  ids.map((id) => ({ messageId: MessageId.make(id), to: "01012345678", status: "READY" }))

const next = (position: Paging.Position, response: SearchResponse.SearchResponse) =>
  Result.match(Paging.next(position, response), {
    onFailure: ({ pageIndex, why }) => `${why} ${pageIndex}`,
    onSuccess: Option.match({ onNone: () => "end", onSome: ({ index, page }) => ({ index, page }) })
  })

const second: Paging.Position = { index: 1, page: { pageIndex: 1 }, previous: messages("1", "2") }

describe("Paging", () => {
  it("ends where nothing more is said to follow", () => {
    assert.strictEqual(next(Paging.start, { messages: messages("1"), hasMore: false }), "end")
    assert.strictEqual(next(Paging.start, { messages: messages("1") }), "end")
    assert.strictEqual(next(second, {}), "end")
  })

  it("goes on by number, and by token where there is one", () => {
    assert.deepStrictEqual(next(Paging.start, { messages: messages("1"), hasMore: true }), {
      index: 1,
      page: { pageIndex: 1 }
    })
    assert.deepStrictEqual(next(Paging.start, { messages: messages("1"), nextToken: "t" }), {
      index: 1,
      page: { nextToken: "t" }
    })
    assert.deepStrictEqual(next(second, { messages: messages("3"), nextToken: "t" }), {
      index: 2,
      page: { nextToken: "t" }
    })
    const last = { index: 4, page: { nextToken: "t" }, previous: messages("1") }
    assert.deepStrictEqual(next(last, { messages: messages("2"), nextToken: "u" }), {
      index: 5,
      page: { nextToken: "u" }
    })
    assert.isTrue(Result.isSuccess(Paging.next(Paging.start, { hasMore: false })))
  })

  it("remembers the page", () => {
    const page = messages("1")
    const position = Option.getOrThrow(Result.getOrThrow(Paging.next(Paging.start, { messages: page, hasMore: true })))
    assert.strictEqual(position.previous, page)
  })

  it("never goes on where the service does not lead on", () => {
    assert.strictEqual(next(second, { messages: [], hasMore: true }), "EmptyPage 1")
    assert.strictEqual(next(second, { hasMore: true }), "EmptyPage 1")
    assert.strictEqual(next(second, { messages: messages("1", "2"), hasMore: true }), "RepeatedPage 1")
    const byToken = { index: 2, page: { nextToken: "t" }, previous: messages("1") }
    assert.strictEqual(next(byToken, { messages: messages("2"), nextToken: "t" }), "RepeatedToken 2")
  })

  it("a page that shares some messages with the one before is another page", () => {
    for (const page of [messages("1"), messages("2", "1"), messages("1", "3"), messages("1", "2", "3")]) {
      assert.deepStrictEqual(next(second, { messages: page, hasMore: true }), { index: 2, page: { pageIndex: 2 } })
    }
  })

  const nameless = (count: number, to = "1"): SearchResponse.SearchResponse => ({
    unreadable: Array.from({ length: count }, (_, index) => ({ index, why: "messageId is missing", fields: { to } })),
    hasMore: true
  })

  it("pages that name none of their messages may look alike", () => {
    let position = Paging.start
    for (let page = 0; page < Paging.mostAlikePages; page++) {
      position = Option.getOrThrow(Result.getOrThrow(Paging.next(position, nameless(100))))
    }
    // But not for ever.
    assert.strictEqual(next(position, nameless(100)), `RepeatedPage ${Paging.mostAlikePages}`)
    // Any other page between is one that leads on.
    const other = Option.getOrThrow(Result.getOrThrow(Paging.next(position, nameless(100, "2"))))
    assert.deepStrictEqual(next(other, nameless(100)), {
      index: other.index + 1,
      page: { pageIndex: other.index + 1 }
    })
    assert.strictEqual(next(position, { ...nameless(100), hasMore: false }), "end")
  })

  it("one that looks alike and says that it is another page than was asked for is repeated", () => {
    const position = Option.getOrThrow(Result.getOrThrow(Paging.next(Paging.start, nameless(2))))
    assert.strictEqual(next(position, { ...nameless(2), pageIndex: 0 }), "RepeatedPage 1")
    assert.deepStrictEqual(next(position, { ...nameless(2), pageIndex: 1 }), { index: 2, page: { pageIndex: 2 } })
    const byToken = { ...position, page: { nextToken: "t" } }
    assert.deepStrictEqual(next(byToken, { ...nameless(2), pageIndex: 0, nextToken: "u" }), {
      index: 2,
      page: { nextToken: "u" }
    })
  })

  it("ids that are all the same make a page the same, however what cannot be read of it looks", () => {
    const page = (to: string) => ({
      messages: messages("1"),
      unreadable: [{ index: 1, why: "status is missing", fields: { to } }],
      hasMore: true
    })
    const position = Option.getOrThrow(Result.getOrThrow(Paging.next(Paging.start, page("1"))))
    assert.strictEqual(next(position, page("2")), "RepeatedPage 1")
    const named = (id: string) => ({
      unreadable: [{ index: 0, why: "status is missing", fields: { messageId: MessageId.make(id) } }],
      hasMore: true
    })
    const first = Option.getOrThrow(Result.getOrThrow(Paging.next(Paging.start, named("1"))))
    assert.strictEqual(next(first, named("1")), "RepeatedPage 1")
    assert.deepStrictEqual(next(first, named("2")), { index: 2, page: { pageIndex: 2 } })
  })

  describe("a token that comes with hasMore: false", () => {
    const last = (nextToken: string, ...ids: ReadonlyArray<string>) => ({
      messages: messages(...ids),
      hasMore: false,
      nextToken
    })
    const behind = Option.getOrThrow(Result.getOrThrow(Paging.next(Paging.start, last("t", "1", "2"))))

    it("is followed where it is new, once", () => {
      assert.deepStrictEqual(behind, {
        index: 1,
        page: { nextToken: "t" },
        previous: messages("1", "2"),
        unpromised: true
      })
      assert.deepStrictEqual(next(behind, last("u", "3")), { index: 2, page: { nextToken: "u" } })
      assert.strictEqual(next(behind, last("t", "3")), "end")
      assert.strictEqual(next(behind, { messages: messages("3"), hasMore: false }), "end")
      assert.deepStrictEqual(next(Paging.start, last("t")), { index: 1, page: { nextToken: "t" } })
      assert.strictEqual(next(behind, last("u")), "end")
      assert.strictEqual(next(Paging.start, last("", "1")), "end")
    })

    it("may lead to nothing, or to the same page", () => {
      for (
        const nothing of [SearchResponse.empty, { messages: [], hasMore: false }, { hasMore: false }, last("u")]
      ) {
        assert.strictEqual(next(behind, nothing), "end")
        assert.isFalse(Paging.repeats(behind, nothing))
      }
      for (const token of ["t", "u"]) {
        assert.strictEqual(next(behind, last(token, "1", "2")), "end")
        assert.isTrue(Paging.repeats(behind, last(token, "1", "2")))
      }
      assert.isFalse(Paging.repeats(behind, last("u", "1", "3")))
      // What somebody promised is no end.
      const promised = { ...behind, unpromised: false }
      assert.strictEqual(next(promised, SearchResponse.empty), "EmptyPage 1")
      assert.isFalse(Paging.repeats(promised, last("t", "1", "2")))
      assert.strictEqual(next(behind, { messages: [], hasMore: true }), "EmptyPage 1")
      assert.strictEqual(next(behind, { ...last("u", "1", "2"), hasMore: true }), "RepeatedPage 1")
    })

    it("a page that names none of its messages is the same where its token is", () => {
      const page = { ...nameless(2), hasMore: false }
      const position = Option.getOrThrow(Result.getOrThrow(Paging.next(Paging.start, { ...page, nextToken: "t" })))
      assert.isTrue(Paging.repeats(position, { ...page, nextToken: "t" }))
      assert.isFalse(Paging.repeats(position, { ...page, nextToken: "u" }))
      assert.isFalse(Paging.repeats(position, page))
    })

    it("may be refused", () => {
      const refused = [
        new SensError.BadRequest({ status: 400, errors: [] }),
        new SensError.NotFound({ status: 404 }),
        new SensError.ServerFault({ status: 500 })
      ]
      assert.deepStrictEqual(refused.map((reason) => Paging.isEnd(behind, reason)), [true, true, false])
      for (const reason of refused) assert.isFalse(Paging.isEnd(second, reason))
    })
  })

  it("says what is wrong", () => {
    for (const why of ["EmptyPage", "RepeatedToken", "RepeatedPage", "TooManyPages"] as const) {
      assert.match(new Paging.PagingError({ why, pageIndex: 7 }).message, /from page 7: \w+/)
    }
  })
})

describe("an empty 404 after a page that said more follows", () => {
  it("is a gap, not the end", () => {
    const messages = [{ messageId: MessageId.make("1"), to: "01012345678", status: "READY" }]
    const second = Option.getOrThrow(Result.getOrThrow(Paging.next(Paging.start, { messages, hasMore: true })))
    assert.isTrue(Result.isFailure(Paging.next(second, SearchResponse.empty)))
    assert.isTrue(Result.isSuccess(Paging.next(Paging.start, SearchResponse.empty)))
  })
})
