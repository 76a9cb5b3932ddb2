/**
 * What SENS may leave out it also writes as `null` or as `""`. These schemas transform nothing, so that a page of records is
 * decoded in one pass; `present` makes the three spellings one. Their unions are flat: unions within unions, as those of
 * `Schema.optional(Schema.NullOr(…))`, make decoding a page a third slower, compiled or not.
 */
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"

/** @internal */
export const nullish = <S extends Schema.Constraint>(schema: S) => Schema.optionalKey(Schema.NullishOr(schema))

/** @internal */
export const text = nullish(Schema.String)

// Codes are JSON strings in every observed body. A number is accepted as well: a send must not be lost over a type.
/** @internal */
export const code = Schema.optionalKey(Schema.Union([Schema.String, Schema.Int, Schema.Null, Schema.Undefined]))

// The same for what is not a string by nature, so that `""` is not of its type.
/** @internal */
export const blankable = <S extends Schema.Constraint>(schema: S) =>
  Schema.optionalKey(Schema.Union([schema, Schema.Literal(""), Schema.Null, Schema.Undefined]))

/** @internal */
export const present = <A>(value: A | "" | null | undefined): Option.Option<A> =>
  value === "" || value === null || value === undefined ? Option.none() : Option.some(value)

// Ids where they are optional: `""` is no id, but must not break decoding. To be read with `present`.
/** @internal */
export const RequestId = Schema.String.pipe(Schema.brand("RequestId"))

/** @internal */
export const FileId = Schema.String.pipe(Schema.brand("FileId"))
