// @effect-diagnostics asyncFunction:off newPromise:off
// Takes out each guard of the outbox, one at a time, in a copy of the package, and runs the tests that have to notice it. The last
// line is `N passed, N failed, 0 skipped`.
import { spawn } from "node:child_process"
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { availableParallelism } from "node:os"
import { join, resolve } from "node:path"

const home = resolve(import.meta.dirname, "..")
const root = resolve(home, "../..")

interface Control {
  readonly name: string
  readonly file: string
  readonly guard: string
  readonly without: string
  readonly test: string
}

const controls: ReadonlyArray<Control> = [
  {
    name: "what may have been accepted is sent again at once",
    file: "machine.ts",
    guard: "return Change.StayOpen({ delay: second, isUnread: saysAccepted(error) })",
    without: "return Change.GiveBack({ delay: second })",
    test: "Faults"
  },
  {
    name: "a 2xx that cannot be read is as good as none",
    file: "machine.ts",
    guard: "isUnread: saysAccepted(error)",
    without: "isUnread: false",
    test: "Faults"
  },
  {
    name: "twins are forgotten",
    file: "store.ts",
    guard: "WHERE sens_send.id = ${integer(row.id)} AND ${areTwins}`)",
    without: "WHERE sens_send.id = ${integer(row.id)} AND 1 = 0 AND ${areTwins}`)",
    test: "Faults"
  },
  {
    name: "a twin that has its id from the log is forgotten",
    file: "store.ts",
    guard: "OR t.adopted = 1 OR",
    without: "OR",
    test: "Faults"
  },
  {
    name: "whose an id is does not count",
    file: "worker.ts",
    guard: "owners: (ids) => persist(store.ownersOf(row)(ids))",
    without: "owners: () => Effect.succeed(new Map())",
    test: "Faults"
  },
  {
    name: "a proof is written without another look at the twins",
    file: "store.ts",
    guard: "return sql`AND NOT EXISTS (SELECT 1 FROM sens_send t WHERE ${areTwins} ${isKnown})`",
    without: "return sql`${sql.literal(\"\")}`; void isKnown",
    test: "Store"
  },
  {
    name: "a 202 whose id another has is as good as none",
    file: "worker.ts",
    guard: "yield* persist(store.yields(open, change.response.requestId))",
    without: "yield* Effect.void",
    test: "Faults"
  },
  {
    name: "a change does not ask for the attempt",
    file: "store.ts",
    guard: "AND attempt = ${integer(row.attempt)} AND ${sql.in(\"state\", from)}",
    without: "AND ${sql.in(\"state\", from)}",
    test: "Store"
  },
  {
    name: "a change does not ask for the state",
    file: "store.ts",
    guard: "AND attempt = ${integer(row.attempt)} AND ${sql.in(\"state\", from)}",
    without: "AND attempt = ${integer(row.attempt)}",
    test: "Store"
  },
  {
    name: "a person may send again after the fence of the row alone",
    file: "store.ts",
    guard: "WHERE ${areTwins} AND NOT (${over(\"t\")}))`",
    without: "WHERE 1 = 0 AND ${areTwins} AND NOT (${over(\"t\")}))`",
    test: "Held"
  },
  {
    name: "a twin that got a record of the interval does not count after a 2xx that cannot be read",
    file: "store.ts",
    guard: "sql`unread = 1 AND NOT EXISTS (",
    without: "sql`unread = 1 AND NOT EXISTS (SELECT 1 WHERE 1 = 0) OR unread = 1 AND EXISTS (",
    test: "Twins"
  },
  {
    name: "a row is purged that an equal one may still ask about",
    file: "store.ts",
    guard: "WHERE ${isIn(part)} AND ${isOver} AND ${isAlone}\n",
    without: "WHERE ${isIn(part)} AND ${isOver}\n",
    test: "Held"
  },
  {
    name: "what is signed is not what was written down",
    file: "worker.ts",
    guard: "client.messages.submit(intent, request)",
    without: "Effect.flatMap(client.messages.prepare(request), (again) => client.messages.submit(again, request))",
    test: "CrashPoints"
  },
  {
    name: "bulk rows wait in the rate limiter",
    file: "worker.ts",
    guard: "const waits = row.priority === 0 || isProbe",
    without: "const waits = row.priority >= 0 || isProbe",
    test: "Worker"
  },
  {
    name: "what asks takes turns from what sends",
    file: "worker.ts",
    guard: "Effect.provideService(Sens.CurrentRateLimitGroup, \"outbox\")",
    without: "Effect.provideService(Sens.CurrentRateLimitGroup, \"\")",
    test: "Worker"
  },
  {
    name: "a proof of a worker that trusts none is a licence",
    file: "store.ts",
    guard: "change.isHeld ?",
    without: "change.isHeld && 1 > 2 ?",
    test: "Worker"
  },
  {
    name: "whom a row is equal to is forgotten while that one is held",
    file: "store.ts",
    guard: "AND ${isOver} AND ${isAlone} AND (intent_to",
    without: "AND ${isOver} AND (intent_to",
    test: "Worker"
  },
  {
    name: "what cannot be decrypted is refused",
    file: "worker.ts",
    guard: "Effect.map(options.payload.decode(request), decodeRequest)",
    without:
      "Effect.map(Effect.catchDefect(options.payload.decode(request), () => Effect.succeed(\"\")), decodeRequest)",
    test: "Health"
  },
  {
    name: "a POST is made with a signature that has expired",
    file: "worker.ts",
    guard: "if (Machine.isStale(intent, yield* Clock.currentTimeMillis)) {",
    without: "if (Machine.isStale(intent, 0)) {",
    test: "CrashPoints"
  },
  {
    name: "the gateway's time is not learned first",
    file: "worker.ts",
    guard: "learning.withPermit(client.messages.learnClock)",
    without: "learning.withPermit(Effect.void)",
    test: "Faults"
  },
  {
    name: "what was paused while it was prepared is sent",
    file: "store.ts",
    guard: "AND cancelled = 0 AND paused = 0 AND",
    without: "AND cancelled = 0 AND",
    test: "Campaigns"
  },
  {
    name: "what is put off ends its pause",
    file: "store.ts",
    guard: "due = CASE WHEN paused = 1 THEN NULL ELSE ${present} + ${integer(delay)} END`",
    without: "due = ${present} + ${integer(delay)}`",
    test: "Campaigns"
  },
  {
    name: "whoever was too slow imports all the same",
    file: "campaignStore.ts",
    guard: "AND importer = ${token} AND sealed_at IS NULL",
    without: "AND sealed_at IS NULL",
    test: "Campaigns"
  },
  {
    name: "a step is written again where the answer to its commit was lost",
    file: "campaignStore.ts",
    guard: "WHERE ${mine(importing)} AND steps = ${integer(steps)} RETURNING",
    without: "WHERE ${mine(importing)} RETURNING",
    test: "Campaigns"
  },
  {
    name: "what expired while it was prepared is sent",
    file: "store.ts",
    guard: "AND (expires_at IS NULL OR expires_at > ${present})",
    without: "AND (expires_at IS NULL OR expires_at > ${present} OR 1 = 1)",
    test: "Store"
  },
  {
    name: "a feed is moved by whoever does not have it any more",
    file: "feedStore.ts",
    guard: "AND holder = ${holder} AND version = ${integer(feed.version)}",
    without: "AND version = ${integer(feed.version)}",
    test: "FeedStore"
  },
  {
    name: "a feed is moved from where it does not stand any more",
    file: "feedStore.ts",
    guard: "AND holder = ${holder} AND version = ${integer(feed.version)}",
    without: "AND holder = ${holder}",
    test: "FeedStore"
  },
  {
    name: "a feed that is in a transaction keeps others waiting",
    file: "feedStore.ts",
    guard: "held_until <= ${present}) ${skipLocked}",
    without: "held_until <= ${present}) ${locking}",
    test: "FeedStore"
  },
  {
    name: "a transaction that is frozen keeps a feed for ever",
    file: "feedStore.ts",
    guard: "${Math.max(1, Math.ceil(lease))}",
    without: "0",
    test: "FeedStore"
  },
  {
    name: "a handler is not in the transaction that moves its feed",
    file: "feed.ts",
    guard: "const once = isInTransaction",
    without: "const once = !isInTransaction",
    test: "DeliveryFeed"
  },
  {
    name: "what a feed has handed over is not asked for",
    file: "feed.ts",
    guard: "Arr.isReadonlyArrayNonEmpty(ids) ? yield* store.known(feed.id, ids) : new Set<string>()",
    without: "new Set<string>()",
    test: "DeliveryFeed"
  }
]

const cache = join(root, "node_modules/.cache")
mkdirSync(cache, { recursive: true })

/** A copy of the package, in which one guard at a time is missing. */
const copied = (): string => {
  const copy = mkdtempSync(join(cache, "controls-"))
  process.on("exit", () => rmSync(copy, { recursive: true, force: true }))
  for (const name of ["package.json", "src", "test"]) cpSync(join(home, name), join(copy, name), { recursive: true })
  symlinkSync(join(home, "node_modules"), join(copy, "node_modules"), "junction")
  return copy
}

const passes = (copy: string, test: string): Promise<boolean> =>
  new Promise((resolve) => {
    const child = spawn(
      process.execPath,
      [
        join(root, "node_modules/vitest/vitest.mjs"),
        "run",
        `--root=${copy}`,
        "--testTimeout=30000",
        "--sequence.concurrent",
        // One test that notices it is enough.
        "--bail=1",
        `test/${test}.test.ts`
      ],
      { stdio: "ignore", env: { ...process.env, CI: "true" }, timeout: 300_000 }
    )
    child.once("exit", (code) => resolve(code === 0))
  })

let passed = 0
let failed = 0
const check = (name: string, problem: string | undefined): void => {
  if (problem === undefined) passed++
  else failed++
  console.log(problem === undefined ? `ok    ${name}` : `FAIL  ${name}: ${problem}`)
}

const whole = (test: string) => async (copy: string): Promise<void> =>
  check(`all guards are there: ${test}`, await passes(copy, test) ? undefined : "the tests fail")

const without = ({ file, guard, name, test, without }: Control) => async (copy: string): Promise<void> => {
  const path = join(copy, "src/internal", file)
  const source = readFileSync(path, "utf8")
  const mutated = source.replace(guard, () => without)
  if (mutated === source) return check(name, `the guard is not in ${file}`)
  writeFileSync(path, mutated)
  check(name, await passes(copy, test) ? `${test} does not notice it` : undefined)
  writeFileSync(path, source)
}

// `node controls.ts "a row is purged"` tries those alone whose names have the words.
const [words = ""] = process.argv.slice(2)
const chosen = controls.filter(({ name }) => name.includes(words))
const left = [...Array.from(new Set(chosen.map(({ test }) => test)), whole), ...chosen.map(without)]

/** Does what is left, one after the other. */
const lane = async (copy: string): Promise<void> => {
  for (let next = left.shift(); next !== undefined; next = left.shift()) await next(copy)
}

await Promise.all(Array.from({ length: Math.min(4, availableParallelism()) }, () => lane(copied())))
console.log(`${passed} passed, ${failed} failed, 0 skipped`)
process.exitCode = failed > 0 ? 1 : 0
