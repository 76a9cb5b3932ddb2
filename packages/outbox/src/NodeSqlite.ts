/**
 * SQLite as Node.js has it built in (`node:sqlite`), behind the `SqlClient` of Effect: a database in a file, without a server and
 * without a dependency. For Node.js alone; the other modules of this package use no Node built-in.
 *
 * Any other `SqlClient` of SQLite or PostgreSQL will do as well: `PgClient` of `@effect/sql-pg` for PostgreSQL. Of
 * `@effect/sql-sqlite-node` no version loads with Effect 4.1 yet; one that does replaces this module.
 *
 * @since 0.1.0
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Predicate from "effect/Predicate"
import * as Reactivity from "effect/reactivity/Reactivity"
import type * as Scope from "effect/Scope"
import * as Semaphore from "effect/Semaphore"
import * as SqlClient from "effect/sql/SqlClient"
import type * as SqlConnection from "effect/sql/SqlConnection"
import * as SqlError from "effect/sql/SqlError"
import * as Statement from "effect/sql/Statement"
import * as Stream from "effect/Stream"
import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite"

/**
 * Which database, and how it is opened.
 *
 * @category options
 * @since 0.1.0
 */
export interface Options {
  /** The file, which is made where there is none; `:memory:` for one that ends with the program. */
  readonly filename: string
  /**
   * `FULL`: what is committed survives a loss of power. `NORMAL`: it survives the end of the process, but the last transactions
   * before a loss of power may be gone, and with them what was sent.
   *
   * @default "FULL"
   */
  readonly synchronous?: "FULL" | "NORMAL" | undefined
  /**
   * How long a statement waits for another process that writes to the file. The process stands still meanwhile.
   *
   * @default "5 seconds"
   */
  readonly busyTimeout?: Duration.Input | undefined
}

// What a program runs often is prepared once. More than these are statements that were put together by hand.
const mostPrepared = 200

// SQLITE_ERROR: what cannot be parsed, or names what is not there.
const wrongStatement = 1

// `node:sqlite` tells SQLite's own code as `errcode`, the classifier looks for `errno`.
const failure = (operation: string) => (cause: unknown) => {
  const code: unknown = Predicate.hasProperty(cause, "errcode") ? cause.errcode : undefined
  const message = `SQLite could not ${operation}`
  const reason = code === wrongStatement
    ? new SqlError.SqlSyntaxError({ cause, message, operation })
    : SqlError.classifySqliteError(
      cause instanceof Error ? Object.assign(cause, { errno: code }) : cause,
      { message, operation }
    )
  return new SqlError.SqlError({ reason })
}

const attempt = <A>(operation: string, evaluate: () => A): Effect.Effect<A, SqlError.SqlError> =>
  Effect.try({ try: evaluate, catch: failure(operation) })

// SQLite has no booleans.
const bindable = (value: unknown): SQLInputValue =>
  typeof value === "boolean" ? Number(value) : value === undefined ? null : value as SQLInputValue

const connect = (database: DatabaseSync): SqlConnection.Connection => {
  const prepared = new Map<string, StatementSync>()

  const statement = (sql: string): StatementSync => {
    const known = prepared.get(sql)
    if (known !== undefined) return known
    const made = database.prepare(sql)
    const [oldest] = prepared.size < mostPrepared ? [] : prepared.keys()
    if (oldest !== undefined) prepared.delete(oldest)
    prepared.set(sql, made)
    return made
  }

  const all = <A>(
    find: (sql: string) => StatementSync,
    sql: string,
    params: ReadonlyArray<unknown>,
    read: (rows: ReadonlyArray<Record<string, unknown>>) => A
  ): Effect.Effect<A, SqlError.SqlError> =>
    Effect.flatMap(SqlClient.SafeIntegers, (safeIntegers) =>
      attempt("execute", () => {
        const found = find(sql)
        found.setReadBigInts(safeIntegers)
        return read(found.all(...params.map(bindable)))
      }))

  const fresh = (sql: string): StatementSync => database.prepare(sql)
  const values = (rows: ReadonlyArray<Record<string, unknown>>) => rows.map((row) => Object.values(row))
  const execute = (find: typeof statement): SqlConnection.Connection["execute"] => (sql, params, transformRows) =>
    all(find, sql, params, (rows) => transformRows === undefined ? rows : transformRows(rows))

  return {
    execute: execute(statement),
    executeRaw: (sql, params) => attempt("execute", () => statement(sql).run(...params.map(bindable))),
    // The rows are read at once: the one connection cannot be kept for as long as somebody takes them.
    executeStream: (sql, params, transformRows) =>
      Stream.unwrap(Effect.map(execute(statement)(sql, params, transformRows), Stream.fromIterable)),
    executeValues: (sql, params) => all(statement, sql, params, values),
    executeValuesUnprepared: (sql, params) => all(fresh, sql, params, values),
    executeUnprepared: execute(fresh)
  }
}

const opened = (options: Options) =>
  Effect.acquireRelease(
    attempt("open", () => {
      const database = new DatabaseSync(options.filename, {
        timeout: Duration.toMillis(options.busyTimeout ?? "5 seconds")
      })
      try {
        database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = ${options.synchronous ?? "FULL"}`)
      } catch (error) {
        database.close()
        throw error
      }
      return database
    }),
    (database) => Effect.sync(() => database.close())
  )

/**
 * Opens a database, which is closed with the scope. Transactions begin with `BEGIN IMMEDIATE`, so that two processes on one file
 * wait for each other at the beginning, and not fail in the middle.
 *
 * Fails with `SqlError`, where the file cannot be opened.
 *
 * **Example** (A transaction that is taken back)
 *
 * ```ts import.meta.vitest
 * import * as NodeSqlite from "@effect-sens/outbox/NodeSqlite"
 * import * as Effect from "effect/Effect"
 * import * as Predicate from "effect/Predicate"
import * as Reactivity from "effect/reactivity/Reactivity"
 *
 * const program = Effect.gen(function*() {
 *   const sql = yield* NodeSqlite.make({ filename: ":memory:" })
 *   yield* sql`CREATE TABLE users (name TEXT)`
 *   yield* sql`INSERT INTO users ${sql.insert({ name: "Kim" })}`
 *   yield* sql`DELETE FROM users`.pipe(Effect.andThen(Effect.fail("no")), sql.withTransaction, Effect.ignore)
 *   return yield* sql`SELECT name FROM users`.values
 * })
 *
 * await Effect.runPromise(Effect.scoped(Effect.provide(program, Reactivity.layer))) // => [["Kim"]]
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = Effect.fnUntraced(function*(
  options: Options
): Effect.fn.Return<SqlClient.SqlClient, SqlError.SqlError, Scope.Scope | Reactivity.Reactivity> {
  const database = yield* opened(options)
  const { acquirer, borrower, isTransaction, onCommitFailure, transactionAcquirer } = SqlClient.makeSqliteAcquirers({
    connection: Effect.succeed(connect(database)),
    semaphore: yield* Semaphore.make(1),
    isTransaction: () => database.isTransaction
  })
  return yield* SqlClient.make({
    acquirer,
    borrower,
    transactionAcquirer,
    isTransaction,
    onCommitFailure,
    compiler: Statement.makeCompilerSqlite(),
    driver: "node-sqlite",
    beginTransaction: "BEGIN IMMEDIATE",
    prepareTransactionControls: true,
    releaseSavepoint: (name) => `RELEASE SAVEPOINT ${name}`,
    spanAttributes: [["db.system.name", "sqlite"]]
  })
})

/**
 * Provides the database of a file.
 *
 * Fails with `SqlError`, where the file cannot be opened.
 *
 * **Example** (What holds for the file)
 *
 * ```ts import.meta.vitest
 * import * as NodeSqlite from "@effect-sens/outbox/NodeSqlite"
 * import * as Effect from "effect/Effect"
 * import * as SqlClient from "effect/sql/SqlClient"
 *
 * const program = SqlClient.SqlClient.use((sql) => sql`PRAGMA synchronous`.values)
 *
 * await Effect.runPromise(Effect.provide(program, NodeSqlite.layer({ filename: ":memory:" }))) // => [[2]]
 * ```
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = (options: Options): Layer.Layer<SqlClient.SqlClient, SqlError.SqlError> =>
  Layer.effect(SqlClient.SqlClient, make(options)).pipe(Layer.provide(Reactivity.layer))
