/**
 * The question before something that cannot be taken back.
 *
 * @since 0.1.0
 */
import * as Prompt from "effect/cli/Prompt"
import * as TerminalCapabilities from "effect/cli/TerminalCapabilities"
import * as Effect from "effect/Effect"
import * as ExitCode from "./ExitCode.ts"
import * as Failure from "./Failure.ts"
import * as Globals from "./Globals.ts"
import type { Both } from "./Language.ts"
import * as Output from "./Output.ts"
import * as Text from "./Text.ts"

/** Asks; `--yes` answers. Without a terminal, or where a program reads, nothing waits: it is refused. */
export const confirm = Effect.fnUntraced(function*(question: Both) {
  const { yes } = yield* Globals.Globals
  if (yes) return
  const output = yield* Output.Output
  const { canPrompt } = yield* TerminalCapabilities.TerminalCapabilities
  if (!canPrompt || output.isMachine) {
    return yield* Failure.refuse("NotConfirmed", ExitCode.table.refused.code, Text.plan.action)
  }
  const isYes = yield* Prompt.run(Prompt.Confirm({ message: question[output.language], initial: false }))
  if (!isYes) return yield* Failure.refuse("NotConfirmed", ExitCode.table.refused.code, Text.plan.refused)
})
