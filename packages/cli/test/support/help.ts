import * as NodeServices from "@effect/platform-node/NodeServices"
import * as CliConfig from "effect/cli/CliConfig"
import * as CliOutput from "effect/cli/CliOutput"
import * as Command from "effect/cli/Command"
import * as GlobalFlag from "effect/cli/GlobalFlag"
import type * as HelpDoc from "effect/cli/HelpDoc"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Cli from "../../src/Cli.ts"
import * as Ending from "../../src/Ending.ts"
import type { Language } from "../../src/Language.ts"

const pathsOf = (command: Command.Command.Any): ReadonlyArray<ReadonlyArray<string>> =>
  command.subcommands.flatMap(({ commands }) =>
    commands.flatMap((child) => [[child.name], ...pathsOf(child).map((path) => [child.name, ...path])])
  )

/** Every command and group, with its path below the program, parents first. */
export const paths = [[], ...pathsOf(Cli.make("en", { env: {}, columns: 80 }))]

/** What the help of a command is made from. */
export const helpOf = (path: ReadonlyArray<string>, language: Language): Promise<HelpDoc.HelpDoc> => {
  const docs: Array<HelpDoc.HelpDoc> = []
  return Command.runWith(Cli.make(language, { env: {}, columns: 80 }), { version: "0.0.0" })([...path, "--help"]).pipe(
    Effect.andThen(Effect.suspend(() => {
      const [doc] = docs
      return doc === undefined ? Effect.die(new Error(`no help of ${path.join(" ")}`)) : Effect.succeed(doc)
    })),
    Effect.provide(Layer.mergeAll(
      NodeServices.layer,
      Layer.succeed(Ending.Ending, Ending.initial()),
      CliConfig.layer({ builtIns: [GlobalFlag.Help, GlobalFlag.Version, GlobalFlag.LogLevel] }),
      CliOutput.layerPresenter({
        present: (event) =>
          Effect.sync(() => {
            if (event._tag === "Help") docs.push(event.helpDoc)
          })
      })
    )),
    Effect.runPromise
  )
}
