/**
 * A row of `sens_send`, as a database gives it.
 */
import * as RequestId from "@effect-sens/core/RequestId"
import * as ServiceId from "@effect-sens/core/ServiceId"
import type * as SendIntent from "@effect-sens/http/SendIntent"
import * as Schema from "effect/Schema"
import * as SchemaTransformation from "effect/SchemaTransformation"
import * as Machine from "./machine.ts"

/**
 * A whole number: PostgreSQL gives a `bigint` for a BIGINT.
 *
 * @internal
 */
export const Int = Schema.Union([Schema.Int, Schema.BigInt]).pipe(
  Schema.decodeTo(
    Schema.Int,
    SchemaTransformation.transform({
      decode: (int: number | bigint) => Number(int),
      encode: (int: number): number | bigint => int
    })
  )
)

/**
 * A truth: no database has it as both do.
 *
 * @internal
 */
export const Flag = Int.pipe(
  Schema.decodeTo(
    Schema.Boolean,
    SchemaTransformation.transform({ decode: (int: number) => int !== 0, encode: (flag: boolean) => Number(flag) })
  )
)

/**
 * What is read of every row that is acted on.
 *
 * @internal
 */
export const Row = Schema.Struct({
  id: Int,
  service: ServiceId.ServiceId,
  priority: Int,
  recipients: Int,
  state: Machine.State,
  attempt: Int,
  looks: Int,
  due: Schema.NullOr(Int),
  expires_at: Schema.NullOr(Int),
  files_until: Schema.NullOr(Int),
  checked_at: Schema.NullOr(Int),
  cancelled: Flag,
  intent_at: Schema.NullOr(Int),
  intent_time: Schema.NullOr(Int),
  intent_from: Schema.NullOr(Int),
  intent_to: Schema.NullOr(Int),
  twin: Schema.NullOr(Schema.String),
  request_id: Schema.NullOr(RequestId.RequestId),
  request_time: Schema.NullOr(Int),
  changed_at: Int,
  reason: Schema.NullOr(Schema.String)
})

/**
 * @internal
 */
export interface Row extends Schema.Schema.Type<typeof Row> {}

/**
 * The columns of {@link Row}, for a statement.
 *
 * @internal
 */
export const columns = Object.keys(Row.fields)

/**
 * The intent of the last POST, none where there was none.
 *
 * @internal
 */
export const intent = (
  row: Pick<Row, "service" | "intent_at" | "intent_time" | "intent_from" | "intent_to">
): SendIntent.SendIntent | undefined =>
  row.intent_at === null || row.intent_time === null || row.intent_from === null || row.intent_to === null
    ? undefined
    : {
      serviceId: row.service,
      timestamp: row.intent_time,
      preparedAt: row.intent_at,
      notBefore: row.intent_from,
      expires: row.intent_to
    }
