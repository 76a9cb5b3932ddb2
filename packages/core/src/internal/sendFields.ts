/**
 * The fields of a send request over the schema of a phone number: the request itself has numbers that are right, what
 * preflight looks at may have others, so that it can say what is wrong with each.
 */
import * as Schema from "effect/Schema"
import * as ContentType from "../ContentType.ts"
import * as CountryCode from "../CountryCode.ts"
import * as FileId from "../FileId.ts"
import * as Reservation from "../Reservation.ts"

/** @internal */
export const common = <N extends Schema.Constraint>(number: N) => ({
  contentType: Schema.optionalKey(ContentType.ContentType),
  countryCode: Schema.optionalKey(CountryCode.CountryCode),
  from: number,
  content: Schema.String.check(Schema.isNonEmpty({ expected: "a text that is not empty" }))
})

/** @internal */
export const subject = { subject: Schema.optionalKey(Schema.String) }

/** @internal */
export const smsMessage = <N extends Schema.Constraint>(number: N) => ({
  to: number,
  content: Schema.optionalKey(Schema.String)
})

/** @internal */
export const lmsMessage = <N extends Schema.Constraint>(number: N) => ({
  to: number,
  ...subject,
  content: Schema.optionalKey(Schema.String)
})

/** @internal */
export const file = { fileId: FileId.FileId }

/** @internal */
export const files = { files: Schema.optionalKey(Schema.Array(Schema.Struct(file))) }

/** @internal */
export const reserve = { reserve: Schema.optionalKey(Reservation.Reservation) }
