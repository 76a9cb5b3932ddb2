/**
 * What is asked before something costs money, or cannot be undone.
 *
 * @since 0.1.0
 */
import * as Prompt from "effect/cli/Prompt"
import * as TerminalCapabilities from "effect/cli/TerminalCapabilities"
import * as Effect from "effect/Effect"
import type * as Terminal from "effect/Terminal"
import * as ExitCode from "./ExitCode.ts"
import * as Failure from "./Failure.ts"
import * as Globals from "./Globals.ts"
import type { Both } from "./Language.ts"
import * as Output from "./Output.ts"
import * as Text from "./Text.ts"

const refuse = (tag: string, text: Both) => Failure.refuse(tag, ExitCode.table.refused.code, text)

const both = (make: (language: "en" | "ko") => string): Both => ({ en: make("en"), ko: make("ko") })

/** Where nobody can be asked, nothing waits for an answer. */
const canAsk = Effect.gen(function*() {
  const { canPrompt } = yield* TerminalCapabilities.TerminalCapabilities
  const { isMachine } = yield* Output.Output
  return canPrompt && !isMachine
})

type Asked = Effect.Effect<
  void,
  Failure.Refused | Terminal.QuitError,
  Globals.Globals | Output.Output | Prompt.Environment
>

const yesNo = Effect.fnUntraced(function*(message: Both) {
  const { language } = yield* Output.Output
  const label = { confirm: Text.plan.yes[language], deny: Text.plan.no[language] }
  const isMeant = yield* Prompt.run(Prompt.Confirm({ message: message[language], label, initial: false }))
  if (!isMeant) return yield* refuse("NotConfirmed", Text.plan.refused)
})

/** Asks once whether something is meant that cannot be undone. On this machine alone, and under `--yes`, nobody is asked. */
export const confirm = (
  /** "Cancel the reservation?" */
  question: Both,
  { isLoopback }: { readonly isLoopback: boolean }
): Asked =>
  Effect.gen(function*() {
    const { yes } = yield* Globals.Globals
    if (isLoopback || yes) return
    if (!(yield* canAsk)) return yield* refuse("NotConfirmed", Text.plan.action)
    yield* yesNo(question)
  })

export interface Send {
  /** How many will get a message: what is paid for. */
  readonly recipients: number
  readonly isLoopback: boolean
  /** The plan, as people read it: counts, sender, host, where the keys came from, when, warnings. */
  readonly plan: string
}

/** Refuses more recipients than `--max` says. It holds wherever it is said, also where nothing is asked. */
export const withinMax = Effect.fnUntraced(function*(recipients: number) {
  const { max } = yield* Globals.Globals
  if (max === undefined || recipients <= max) return
  const shown = Text.count(recipients)
  return yield* refuse("MaxExceeded", both((language) => Text.plan.over[language](shown, Text.count(max))))
})

/**
 * Shows the plan of what is sent, and asks: for one message whether, for more how many, which has to be typed. `--yes` answers, up to
 * `--max`, which is 1 where nobody says more. `--max` holds wherever it is said.
 */
export const confirmSend = ({ isLoopback, plan, recipients }: Send): Asked =>
  Effect.gen(function*() {
    const { max, yes } = yield* Globals.Globals
    const output = yield* Output.Output
    const shown = Text.count(recipients)
    yield* withinMax(recipients)
    yield* output.say(plan)
    if (isLoopback) return
    const without = refuse("NotConfirmed", both((language) => Text.plan.max[language](shown, recipients)))
    if (yes) return recipients > (max ?? 1) ? yield* without : undefined
    if (!(yield* canAsk)) return yield* without
    if (recipients === 1) return yield* yesNo(Text.plan.sendOne)
    const typed = yield* Prompt.run(Prompt.String({ message: Text.plan.type[output.language](recipients) }))
    if (typed.trim().replaceAll(",", "") !== String(recipients)) {
      return yield* refuse("NotConfirmed", Text.plan.refused)
    }
  })
