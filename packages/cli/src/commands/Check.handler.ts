/**
 * `effect-sens check`, once it is asked for.
 *
 * @since 0.1.0
 */
import * as Sens from "@effect-sens/http/Sens"
import * as Unsubscribes from "@effect-sens/streams/Unsubscribes"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Result from "effect/Result"
import * as Client from "../Client.ts"
import * as Ending from "../Ending.ts"
import * as ExitCode from "../ExitCode.ts"
import * as Globals from "../Globals.ts"
import * as CheckReport from "../lists/CheckReport.ts"
import * as CheckText from "../lists/CheckText.ts"
import * as ListArguments from "../lists/ListArguments.ts"
import * as ListCheck from "../lists/ListCheck.ts"
import * as ListFailure from "../lists/ListFailure.ts"
import * as ListFlags from "../lists/ListFlags.ts"
import * as Output from "../Output.ts"
import * as Profiles from "../Profiles.ts"
import type * as Check from "./Check.ts"

export const Document = CheckReport.CheckReport

/** What is said on the command line, without what is not. */
export type Given = ListFlags.Plain<Check.Input>

/** Checks a list, and asks this client who refused advertisements, where that is asked for. */
export const handle = Effect.fnUntraced(function*<E, R, E2 = never, R2 = never>(
  given: Given,
  client: Effect.Effect<Sens.Service, E, R>,
  /** Prices that are known where none are said. */
  known: Effect.Effect<CheckReport.Prices | undefined, E2, R2> = Effect.undefined
) {
  const { columns, language } = yield* Output.Output
  const refused = ListFailure.of(given.list)
  // What makes no sense is told before anything is asked or read.
  const settings = yield* Effect.mapError(ListArguments.settings(given), refused)
  const prices = given.price === undefined
    ? yield* known
    : yield* Effect.fromResult(Result.mapError(ListArguments.prices(given.price), refused))
  const blockList = given.online
    ? yield* Effect.provideServiceEffect(Unsubscribes.load(), Sens.Sens, client)
    : undefined
  const { report } = yield* Effect.mapError(
    ListCheck.check(given.list, {
      settings,
      encoding: given.encoding,
      prices,
      rejects: given.out,
      blockList,
      isSending: false,
      language
    }),
    refused
  )
  yield* Output.answer({
    document: Document,
    value: report,
    table: () => CheckText.render(report, { language, width: columns })
  })
  if (!report.ok) yield* Ending.exit(ExitCode.table.refused.code)
})

/** Its keys are looked for where it is asked for, and not before. */
const client = Effect.map(Layer.build(Client.layer), Context.get(Sens.Sens))

/** Those of the profile that is named. */
const prices = Effect.gen(function*() {
  const { profile } = yield* Globals.Globals
  return profile === undefined ? undefined : Profiles.pricesOf(yield* Profiles.get(profile))
})

export const run = (input: Check.Input) => handle(ListFlags.plain(input), client, prices)
