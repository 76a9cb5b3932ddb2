/**
 * The counters of a rate limiter in SQL. Each taking is one statement, so that those of several programs are counted one after the
 * other; the numbers are doubles, as in the stores of Effect.
 */
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as RateLimiter from "effect/persistence/RateLimiter"
import * as Schema from "effect/Schema"
import type * as SqlClient from "effect/sql/SqlClient"
import type * as SqlError from "effect/sql/SqlError"
import type * as Statement from "effect/sql/Statement"
import * as Adaptive from "./adaptive.ts"
import * as Transaction from "./transaction.ts"

// A row from further in the future was written before the clock was set back. It says nothing.
const clockSlack = 10_000

const Taken = Schema.Array(Schema.Struct({ answer: Schema.Finite, wait: Schema.Finite }))
const decodeTaken = Schema.decodeUnknownEffect(Taken)
const Locked = Schema.Array(Schema.Struct({
  now: Schema.Finite,
  expires_at: Schema.Finite,
  adaptive: Schema.NullOr(Schema.String)
}))
const decodeLocked = Schema.decodeUnknownEffect(Locked)

const failing = Effect.mapError((cause: SqlError.SqlError) =>
  new RateLimiter.RateLimiterError({
    reason: new RateLimiter.RateLimitStoreError({ message: "The database could not count", cause })
  })
)

type Kind = "window" | "bucket" | "adaptive"

/**
 * @internal
 */
export interface Rates {
  readonly store: RateLimiter.RateLimiterStore["Service"]
  /** Takes away what says nothing more. */
  readonly sweep: Effect.Effect<void, SqlError.SqlError>
}

/**
 * @internal
 */
export const make = (client: SqlClient.SqlClient): Rates => {
  const sql = client.withoutTransforms()
  const inTransaction = Transaction.within(sql)
  const isPostgres = sql.onDialectOrElse({ pg: () => true, orElse: () => false })
  // SQLite need not have been built with its mathematical functions.
  const floor = (x: Statement.Fragment) => isPostgres ? sql`floor(${x})` : sql`CAST(${x} AS INTEGER)`
  const double = (x: number) => isPostgres ? sql`${x}::double precision` : sql`CAST(${x} AS REAL)`

  /** The database's clock where it has one for all programs. */
  const now: Effect.Effect<Statement.Fragment> = isPostgres
    ? Effect.succeed(sql.literal("(extract(epoch FROM clock_timestamp()) * 1000)::double precision"))
    : Effect.map(Clock.currentTimeMillis, double)

  /**
   * Makes one step, from the row that is there, whose lock it waits for, or from none. `step` gives the row's new columns, from `at`,
   * which is now, `level`, `mark`, and `lives`: whether the two say anything.
   */
  const take = Effect.fnUntraced(function*(
    kind: Kind,
    key: string,
    step: (before: Statement.Fragment) => Statement.Fragment
  ) {
    const at = yield* now
    const columns = sql.literal("at, level, mark, expires_at, answer, wait")
    // The clock is read once, and where a row is locked, after that.
    const none = sql`SELECT ${at} AS at, ${double(0)} AS level, ${double(0)} AS mark, 0 AS lives`
    const there = sql`
      SELECT at, level, mark, CASE WHEN expires_at > at AND seen <= at + ${
      double(clockSlack)
    } THEN 1 ELSE 0 END AS lives
      FROM (SELECT ${at} AS at, sens_rate.level AS level, sens_rate.mark AS mark, sens_rate.expires_at AS expires_at,
        sens_rate.at AS seen) AS kept`
    const [taken] = yield* Effect.flatMap(
      sql`
        INSERT INTO sens_rate (kind, key, ${columns})
        SELECT ${kind}, ${key}, ${columns} FROM (${step(none)}) AS made WHERE true
        ON CONFLICT (kind, key) DO UPDATE SET (${columns}) = (SELECT ${columns} FROM (${step(there)}) AS changed)
        RETURNING answer, wait`,
      // What stands there was written by this statement.
      (rows) => Effect.orDie(decodeTaken(rows))
    )
    return yield* Effect.orDie(Effect.map(Effect.fromNullishOr(taken), ({ answer, wait }) => [answer, wait] as const))
  }, failing)

  /** The row of what a limiter has learned, locked until the transaction ends, and made where there is none. */
  const locked = Effect.fnUntraced(function*(key: string) {
    const at = yield* now
    const [row] = yield* Effect.flatMap(
      sql`
        INSERT INTO sens_rate (kind, key, at, level, mark, expires_at, answer, wait)
        VALUES (${"adaptive"}, ${key}, ${at}, 0, 0, 0, 0, 0)
        ON CONFLICT (kind, key) DO UPDATE SET at = ${at}
        RETURNING at AS now, expires_at, adaptive`,
      (rows) => Effect.orDie(decodeLocked(rows))
    )
    const { adaptive, expires_at, now: moment } = yield* Effect.orDie(Effect.fromNullishOr(row))
    const kept = adaptive === null || expires_at <= moment
      ? Option.none<Adaptive.Kept>()
      : Option.some({ state: yield* Effect.orDie(Adaptive.decode(adaptive)), expiresAt: expires_at })
    return { now: moment, kept }
  })

  const keep = Effect.fnUntraced(function*(key: string, { expiresAt, state }: Adaptive.Kept) {
    const text = yield* Effect.orDie(Adaptive.encode(state))
    yield* sql`UPDATE sens_rate SET adaptive = ${text}, expires_at = ${double(expiresAt)}
      WHERE kind = ${"adaptive"} AND key = ${key}`
  })

  return {
    store: RateLimiter.RateLimiterStore.of({
      fixedWindow: ({ key, limit, refillRate, tokens }) => {
        const each = Duration.toMillis(refillRate)
        const isOver = limit === undefined || limit === 0 ? sql`1 = 0` : sql`answer > ${double(limit)}`
        // `mark`: when the window ends.
        return take("window", key, (before) =>
          sql`
          SELECT at, level, mark, mark AS expires_at, answer, mark - at AS wait FROM (
            SELECT at, answer, CASE WHEN ${isOver} THEN level ELSE answer END AS level,
              CASE WHEN ${isOver} THEN mark ELSE mark + ${double(each * tokens)} END AS mark
            FROM (
              SELECT at, level, mark, level + ${double(tokens)} AS answer FROM (
                SELECT at, CASE WHEN lives = 1 THEN level ELSE 0 END AS level, CASE WHEN lives = 1 THEN mark ELSE at END AS mark
                FROM (${before}) AS given
              ) AS begun
            ) AS asked
          ) AS counted`)
      },
      tokenBucket: ({ allowOverflow, key, limit, refillRate, tokens }) => {
        const each = double(Duration.toMillis(refillRate))
        const most = double(limit)
        const isTaken = allowOverflow ? sql`1 = 1` : sql`answer >= 0`
        // `level`: what is in the bucket. `mark`: when the last token came in.
        return take("bucket", key, (before) =>
          sql`
          SELECT at, level, mark, at + (${most} - level + 1) * ${each} AS expires_at, answer, wait FROM (
            SELECT at, CASE WHEN ${isTaken} THEN answer ELSE level END AS level, mark, answer,
              CASE WHEN at > mark THEN at - mark ELSE 0 END AS wait
            FROM (
              SELECT at, level, level - ${
            double(tokens)
          } AS answer, CASE WHEN level >= ${most} THEN at ELSE mark END AS mark FROM (
                SELECT at, CASE WHEN added <= 0 THEN level WHEN level + added > ${most} THEN ${most} ELSE level + added END AS level,
                  CASE WHEN added <= 0 THEN mark ELSE mark + added * ${each} END AS mark
                FROM (
                  SELECT at, level, mark, ${floor(sql`(at - mark) / ${each}`)} AS added FROM (
                    SELECT at, CASE WHEN lives = 1 THEN level ELSE ${most} END AS level,
                      CASE WHEN lives = 1 THEN mark ELSE at END AS mark
                    FROM (${before}) AS given
                  ) AS begun
                ) AS counted
              ) AS filled
            ) AS asked
          ) AS taken`)
      },
      adaptiveConsume: (options) =>
        // Most have learned nothing, and need no lock.
        sql`SELECT key FROM sens_rate WHERE kind = ${"adaptive"} AND key = ${options.key}`.pipe(
          Effect.flatMap(({ length }) =>
            length === 0 ? Effect.succeed(Adaptive.inactive) : inTransaction(
              Effect.flatMap(locked(options.key), ({ kept, now }) => {
                if (Option.isNone(kept)) return Effect.succeed(Adaptive.inactive)
                const [result, next] = Adaptive.consume(kept.value, now, options)
                return Effect.as(keep(options.key, next), result)
              })
            )
          ),
          failing
        ),
      adaptiveFeedback: ({ epoch, key, retryAfter, status, tokens }) =>
        status !== 429 || retryAfter === undefined ? Effect.void : inTransaction(
          Effect.flatMap(
            locked(key),
            ({ kept, now }) =>
              Option.match(Adaptive.feedback(kept, now, { epoch, retryAfter, tokens }), {
                onNone: () => Effect.void,
                onSome: (next) => keep(key, next)
              })
          )
        ).pipe(failing)
    }),
    sweep: Effect.flatMap(now, (at) => sql`DELETE FROM sens_rate WHERE expires_at <= ${at}`)
  }
}
