/**
 * A delivery log that cannot be read to its end.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"

/**
 * The service says that more pages follow, but does not lead on. Ending the stream quietly would lose messages, going on
 * would never end.
 *
 * - `EmptyPage`: a page without messages says that more follow
 * - `RepeatedToken`: a page names itself as the next
 * - `RepeatedPage`: a page holds the same messages as the one before
 *
 * @category errors
 * @since 0.1.0
 */
export class PagingError extends Schema.TaggedError<PagingError>("@effect-sens/streams/PagingError")("PagingError", {
  why: Schema.Literals(["EmptyPage", "RepeatedToken", "RepeatedPage"]),
  pageIndex: Schema.Int
}) {
  override get message(): string {
    return `The delivery log cannot be read on from page ${this.pageIndex}: ${explanations[this.why]}`
  }
}

const explanations: Record<PagingError["why"], string> = {
  EmptyPage: "it is empty, yet says that more follow",
  RepeatedToken: "its next page is itself",
  RepeatedPage: "it repeats the page before"
}
