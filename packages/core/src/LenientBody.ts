/**
 * Bodies in which a field has another JSON type than the documents give it.
 *
 * @since 0.1.0
 */

import * as lenient from "./internal/lenient.ts"

/**
 * A body, or a part of one, with the fields of SENS in the JSON types of the documents, where their values can be written so:
 * numbers as texts, texts as numbers and booleans, and one item as an array of one. A value that cannot be written so stays as it is,
 * as does a zero that stands for a message's text, number or id. Names that are none of SENS are left out, whatever their number. The
 * schemas of core take what the documents have, in one pass; this is for what they refuse.
 *
 * **Example** (A record of another version)
 *
 * ```ts import.meta.vitest
 * import * as LenientBody from "@effect-sens/core/LenientBody"
 *
 * LenientBody.normalize({ telcoCode: 5, hasMore: "false", pageIndex: "0" }) // => { telcoCode: "5", hasMore: false, pageIndex: 0 }
 * ```
 *
 * @category transformations
 * @since 0.1.0
 */
export const normalize = (body: unknown): unknown =>
  Array.isArray(body)
    ? body.map((part) => Array.isArray(part) ? part : lenient.named(part))
    : lenient.named(body)
