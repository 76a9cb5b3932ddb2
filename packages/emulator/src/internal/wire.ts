/**
 * What the wire definitions are made of: fields that say what is wrong with them, and what the OpenAPI document says of them.
 */
import * as Schema from "effect/Schema"

/** A field of a body: what it is for, and the sentences for what is wrong with it. */
interface Sentences {
  /** What the document says. */
  readonly description: string
  /** What is said where there is nothing: the key is missing, or `null`. */
  readonly empty: string
  /** What is said where there is something else than a text. */
  readonly wrongType: string
}

/**
 * A text of a body, before its checks. `null` is as good as absent in what SENS answers, so the two get one sentence; anything
 * else that is no text gets one that says so.
 */
export const text = ({ description, empty, wrongType }: Sentences) =>
  Schema.String.annotate({ description, message: empty, wrongType })

/** What the document says of a text that is read elsewhere, so that all that is wrong with a request is named at once. */
export const says = (keywords: { readonly [keyword: string]: unknown }) =>
  Schema.makeFilter<string>(() => true, { toJsonSchema: () => keywords })

/** A text that may be left out, or be `null`. */
export const optionalText = (
  name: string,
  description: string,
  keywords: { readonly [keyword: string]: unknown } = {}
) =>
  Schema.optionalKey(
    Schema.NullOr(Schema.String.check(says(keywords))).annotate({
      description,
      message: `The ${name} must be a string.`
    })
  )

/** One of some words, in any letter case; the document names them as the service writes them. */
export const oneOf = (values: ReadonlyArray<string>, message: string) =>
  Schema.isPattern(new RegExp(`^(?:${values.join("|")})$`, "i"), {
    message,
    toJsonSchema: () => ({ enum: [...values] })
  })

/** A parameter of a query, as it comes: all of it is read where its operation is. */
export const parameter = (
  name: string,
  keywords: { readonly description: string; readonly [keyword: string]: unknown }
) => Schema.optionalKey(Schema.String.annotate({ message: `The ${name} can be given once.` }).check(says(keywords)))

/** Digits, at most 25. */
export const digits = /^\d{1,25}$/u

/** `yyyy-MM-dd HH:mm:ss` in Korea. */
export const Seconds = (description: string) =>
  Schema.String.annotate({ description: `${description} KST, yyyy-MM-dd HH:mm:ss.` })
    .check(Schema.isPattern(/^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$/u))

/** `yyyy-MM-ddTHH:mm:ss.SSS` in Korea. */
export const Millis = (description: string) =>
  Schema.String.annotate({ description: `${description} KST without a zone, yyyy-MM-ddTHH:mm:ss.SSS.` })
    .check(Schema.isPattern(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}$/u))
