/**
 * Where campaigns are: a database for each service in the folder of journals, and another one for each address that is no gateway of
 * NAVER Cloud, so that what was tried on an emulator is never taken for what was sent.
 */
import * as Region from "@effect-sens/http/Region"
import * as Sens from "@effect-sens/http/Sens"
import * as Campaigns from "@effect-sens/outbox/Campaigns"
import * as NodeSqlite from "@effect-sens/outbox/NodeSqlite"
import * as Outbox from "@effect-sens/outbox/Outbox"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Path from "effect/Path"
import * as Predicate from "effect/Predicate"
import type * as SqlClient from "effect/sql/SqlClient"
import type * as SqlError from "effect/sql/SqlError"
import * as Credentials from "../Credentials.ts"
import * as ExitCode from "../ExitCode.ts"
import * as Failure from "../Failure.ts"
import * as Globals from "../Globals.ts"
import * as StateDir from "../StateDir.ts"
import * as CampaignText from "./CampaignText.ts"
import * as Rules from "./Rules.ts"

/** The database of a service, opened. */
export interface State {
  readonly path: string
  readonly campaigns: Campaigns.Service
  readonly outbox: Outbox.Service
  readonly context: Context.Context<Campaigns.Campaigns | Outbox.Outbox | SqlClient.SqlClient>
  /** Whether what it is of is on this machine, so that nothing costs money. */
  readonly isLoopback: boolean
  /** What becomes of a request whose answer is lost and that the log does not have: where nothing can be proved, it is for a person. */
  readonly onOpen: "sendAgain" | "hold"
}

const gateways = new Set(Object.values(Region.baseUrls).map((url) => Credentials.placeOf(url).host))

const plain = (text: string): string => text.replaceAll(/[^A-Za-z0-9.-]/g, "_")

const extension = ".sqlite"

/** The name of the file: no number and no name of a campaign is in it. */
export const fileName = ({ host, serviceId }: Pick<Credentials.Credentials, "host" | "serviceId">): string =>
  `${plain(serviceId)}${gateways.has(host) ? "" : `@${plain(host)}`}${extension}`

const isLoopback = (name: string): boolean => {
  const host = name.slice(0, -extension.length).split("@")[1]
  return host !== undefined && Credentials.placeOf(`http://${host.replace(/_(\d+)$/, ":$1")}`).isLoopback
}

/** What SQLite says of a file that it cannot read or write: a disk that is full, a folder that may not be written to. */
const why = ({ reason }: SqlError.SqlError): string => {
  const cause = "cause" in reason ? reason.cause : undefined
  return Predicate.hasProperty(cause, "message") ? String(cause.message) : reason.message
}

/** What keeps a database from being read or written, as a person reads it. */
export const failed = (path: string) => (error: SqlError.SqlError): Failure.Refused =>
  Failure.refuse("State", ExitCode.table.unavailable.code, {
    en: CampaignText.state.failed.en(path, why(error)),
    ko: CampaignText.state.failed.ko(path, why(error))
  })

/** The same for whatever an effect may fail with. */
export const told = (path: string) =>
<A, E extends Failure.Any, R>(
  effect: Effect.Effect<A, E, R>
): Effect.Effect<A, Exclude<E, SqlError.SqlError> | Failure.Refused, R> => {
  const isSql = (error: E): error is Extract<E, SqlError.SqlError> => error._tag === "SqlError"
  return Effect.mapError(effect, (error): Exclude<E, SqlError.SqlError> | Failure.Refused =>
    // One of the two it is.
    isSql(error) ? failed(path)(error) : error as Exclude<E, SqlError.SqlError>)
}

const layer = (path: string) =>
  Campaigns.layer({ preflight: Rules.none }).pipe(
    Layer.provideMerge(Outbox.layer({ preflight: Rules.none })),
    Layer.provideMerge(NodeSqlite.layer({ filename: path }))
  )

/** Opens a file that is its owner's before a byte is in it. Where a client is in the context, it is that of the database. */
const open = Effect.fnUntraced(function*(path: string, onOpen: State["onOpen"] = "sendAgain") {
  const fs = yield* FileSystem.FileSystem
  yield* Effect.scoped(fs.open(path, { flag: "a", mode: 0o600 }))
  const context = yield* told(path)(Layer.build(layer(path)))
  const state: State = {
    path,
    campaigns: Context.get(context, Campaigns.Campaigns),
    outbox: Context.get(context, Outbox.Outbox),
    context,
    isLoopback: isLoopback(path),
    onOpen
  }
  return state
})

/** The folder, which is there. */
const folder = Effect.flatMap(StateDir.state, StateDir.make)

/** The database of these keys, made where there is none. The client in the context is the one that sends. */
export const ofAccount = Effect.fnUntraced(function*(account: Credentials.Credentials) {
  // Who opens it is to send.
  yield* Sens.Sens
  const path = yield* Path.Path
  const provesNothing = Option.exists(account.profile, ({ onAmbiguous }) => onAmbiguous === "fail")
  return yield* open(path.join(yield* folder, fileName(account)), provesNothing ? "hold" : "sendAgain")
})

/** The databases that are there and are of what was said by `--service` and `--base-url`. They need no keys. */
export const all = Effect.gen(function*() {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const { baseUrl, service } = yield* Globals.Globals
  const home = yield* folder
  const names = (yield* fs.readDirectory(home)).filter((name) => name.endsWith(extension)).toSorted()
  const wanted = names.filter((name) => {
    const [serviceId, host] = name.slice(0, -extension.length).split("@")
    if (service !== undefined && serviceId !== plain(service)) return false
    if (baseUrl === undefined) return true
    const said = Credentials.placeOf(baseUrl).host
    return gateways.has(said) ? host === undefined : host === plain(said)
  })
  return yield* Effect.forEach(wanted, (name) => open(path.join(home, name)))
})

/** There is no campaign of this id. */
export const absent = (id: string): Failure.Refused =>
  Failure.refuse("NotFound", ExitCode.table.absent.code, {
    en: CampaignText.state.absent.en(id),
    ko: CampaignText.state.absent.ko(id)
  })

/** How far a campaign is; none where the database has none of this id. */
export const progress = ({ campaigns, path }: State, id: string) =>
  campaigns.progress(id).pipe(
    Effect.asSome,
    Effect.catchTag("NotFound", () => Effect.succeedNone),
    told(path)
  )

/** The database that has this campaign. */
export const find = Effect.fnUntraced(function*(id: string) {
  const found: Array<State> = []
  for (const state of yield* all) if (Option.isSome(yield* progress(state, id))) found.push(state)
  const [state] = found
  if (state === undefined) return yield* absent(id)
  if (found.length > 1) {
    const names = found.map(({ path }) => path).join(", ")
    return yield* Failure.usage({
      en: CampaignText.state.several.en(id, names),
      ko: CampaignText.state.several.ko(id, names)
    })
  }
  return state
})
