/**
 * What the tools do that send: a plan that was checked whole, once, within the cap of the day, after a person said yes, and written down
 * before it goes out.
 *
 * @since 0.1.0
 */
import * as PhoneNumber from "@effect-sens/core/PhoneNumber"
import * as Preflight from "@effect-sens/core/Preflight"
import * as SendRequest from "@effect-sens/core/SendRequest"
import * as Unsubscribes from "@effect-sens/streams/Unsubscribes"
import * as McpSchema from "effect/ai/McpSchema"
import * as McpServer from "effect/ai/McpServer"
import * as Cause from "effect/Cause"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Semaphore from "effect/Semaphore"
import * as Send from "../commands/Send.handler.ts"
import * as Ending from "../Ending.ts"
import * as ExitCode from "../ExitCode.ts"
import * as Failure from "../Failure.ts"
import * as Instant from "../Instant.ts"
import * as Journal from "../journal/Journal.ts"
import * as Sending from "../journal/Sending.ts"
import type { Both, Language } from "../Language.ts"
import * as Output from "../Output.ts"
import * as Text from "../Text.ts"
import * as Times from "../Times.ts"
import * as Connection from "./Connection.ts"
import * as DayCap from "./DayCap.ts"
import * as Looking from "./Looking.ts"
import { texts } from "./McpText.ts"
import * as Plans from "./Plans.ts"
import * as Tools from "./Tools.ts"

export interface Options {
  /** How many recipients a Korean day may have. */
  readonly maxRecipientsPerDay: number
  /** Who may get something; whoever it is, where nothing is said. */
  readonly allowNumbers: ReadonlySet<string> | undefined
  /** Whether nobody has to say yes where the client cannot ask. */
  readonly yes: boolean
  /** The folder of the journal and of the cap, unless it is where it always is. */
  readonly directory?: string | undefined
  /** How long the log is asked where an answer was lost. */
  readonly patience?: Sending.Options["patience"] | undefined
}

const refuse = (tag: string, text: Both) => Failure.refuse(tag, ExitCode.table.refused.code, text)

/** Rules are lowered by nobody here: a model is not to talk itself out of the law. */
const rulesNow = Effect.gen(function*() {
  const rules = yield* Send.rulesOf({ charset: "EUC-KR", ignore: [] })
  return { ...rules, now: yield* DateTime.now }
})

const allowed = Effect.fnUntraced(function*(
  numbers: ReadonlyArray<{ readonly to: string }>,
  { allowNumbers }: Options
) {
  if (allowNumbers === undefined) return
  const others = numbers.filter(({ to }) => !allowNumbers.has(to)).length
  if (others === 0) return
  const count = Text.count(others)
  return yield* refuse("NotAllowed", { en: texts.notAllowed.en(count), ko: texts.notAllowed.ko(count) })
})

/** What a tool takes. */
interface Asked {
  readonly to: ReadonlyArray<string>
  readonly text: string
  readonly from?: string
  readonly subject?: string
  readonly type?: "auto" | "sms" | "lms" | "mms"
  readonly isAd?: boolean
  readonly at?: string
  readonly fileIds?: ReadonlyArray<string>
}

const prepare = Effect.fnUntraced(function*(
  asked: Asked,
  account: Connection.Account,
  plans: Plans.Plans,
  options: Options
) {
  const { number } = yield* Output.Output
  const image = asked.fileIds ?? []
  const to = yield* Send.recipientsOf(asked.to)
  const subject = Option.fromUndefinedOr(asked.subject)
  const type = yield* Send.typeOf({ subject, type: asked.type ?? "auto", charset: "EUC-KR", image }, asked.text)
  const at = asked.at === undefined
    ? Option.none<DateTime.Utc>()
    // SENS knows minutes alone.
    : Option.some(DateTime.startOf(yield* Times.parse(asked.at, "--at"), "minute"))
  const sender = asked.from ?? Option.getOrUndefined(account.sender)
  if (sender === undefined) return yield* Failure.usage(texts.noFrom)
  const ad = asked.isAd === true
  const request = Send.requestOf(
    { type: type.type, from: sender, content: asked.text, subject: asked.subject, at, ad },
    to,
    image.map((fileId) => ({ fileId }))
  )
  const { errors, value, warnings } = Preflight.read(request, yield* rulesNow)
  if (value === undefined) return yield* Send.refused(errors)
  yield* allowed(value.messages, options)
  const cap = yield* DayCap.make({ ...account, directory: options.directory })
  const used = yield* cap.used
  if (used + to.length > options.maxRecipientsPerDay) return yield* DayCap.over(used, options.maxRecipientsPerDay)
  const plan = yield* plans.add(request)
  return {
    planId: plan.id,
    expires: Instant.iso(plan.expires),
    plan: Send.SendPlan.make({
      type: type.type,
      why: type.why,
      bytes: type.bytes,
      limit: SendRequest.maxBytes[type.type],
      recipients: to.length,
      // Who refused is asked when it is sent.
      optedOut: 0,
      from: number(value.from),
      at: Instant.isoOrNull(at),
      isAd: ad,
      host: account.host,
      warnings: warnings.map(({ kind }) => kind)
    }),
    asksPerson: !account.isLoopback,
    leftToday: options.maxRecipientsPerDay - used
  }
})

/** What the person is asked: all of it, the text last, and quoted, so that it cannot answer for the rest. */
const question = (
  request: SendRequest.Normalized,
  account: Connection.Account,
  { number }: Output.Service,
  language: Language
): string => {
  const { ask } = texts
  const numbers = request.messages.slice(0, 3).map(({ to }) => number(to)).join(", ")
  const subject = request.type === "SMS" ? undefined : request.subject
  const line = (name: Both, text: string) => `${name[language]}: ${Failure.oneLine(text)}`
  return [
    ask.title[language](request.type, Text.count(request.messages.length)),
    line(ask.to, request.messages.length > 3 ? `${numbers} …` : numbers),
    line(ask.from, PhoneNumber.hyphenate(request.from)),
    line(ask.host, account.host),
    ...request.reserve === undefined ? [] : [line(ask.at, Instant.people(request.reserve.at))],
    ...request.contentType === "AD" ? [ask.ad[language]] : [],
    ...request.type === "MMS" ? [line(ask.pictures, Text.count(request.files?.length ?? 0))] : [],
    ...subject === undefined || subject === null ? [] : [line(ask.subject, subject)],
    `${ask.text[language]}:`,
    ...request.content.split("\n").map((part) => `> ${Failure.oneLine(part)}`)
  ].join("\n")
}

/** Whether a person says yes; refused where nobody can be asked and nobody has to. */
const confirm = Effect.fnUntraced(function*(
  request: SendRequest.Normalized,
  account: Connection.Account,
  options: Options,
  use: Plans.Use
) {
  const output = yield* Output.Output
  const { language } = output
  if (account.isLoopback) return
  const { clientCapabilities: { elicitation } } = yield* McpSchema.McpServerClient
  if (elicitation === undefined) return options.yes ? undefined : yield* refuse("NotConfirmed", texts.nobody)
  const schema = Schema.Struct({ send: Schema.Boolean.annotate({ title: texts.ask.yes[language], default: false }) })
  const isMeant = yield* McpServer.elicit({ message: question(request, account, output, language), schema }).pipe(
    Effect.map(({ send }) => send),
    // A client that cannot show it, and a person who closes it, have not said yes.
    Effect.catchCause(() => Effect.succeed(false)),
    Effect.timeoutOrElse({ duration: "5 minutes", orElse: () => Effect.succeed(false) })
  )
  if (isMeant) return
  // The person has answered: the plan is over.
  yield* use.spend
  return yield* refuse("NotConfirmed", texts.declined)
})

/** An end of its own for each send, that the run has when it ends: code 5 for as long as one of them is open. */
const endings = () => {
  const open = new Set<Ending.State>()
  return Ending.Ending.useSync((run): Ending.State => {
    const state: Ending.State = {
      ...Ending.initial(),
      awaited: run.awaited,
      get isUncertain() {
        return open.has(state)
      },
      set isUncertain(isUncertain) {
        if (isUncertain) open.add(state)
        else open.delete(state)
        run.isUncertain = open.size > 0
      }
    }
    return state
  })
}

const post = Effect.fnUntraced(function*(
  request: SendRequest.Normalized,
  account: Connection.Account,
  cap: DayCap.DayCap,
  use: Plans.Use,
  ending: Ending.State,
  options: Options
) {
  const journal = yield* Journal.make({ ...account, directory: options.directory })
  let open: string | undefined
  const unknown = Effect.suspend(() =>
    Failure.refuse("OutcomeUnknown", ExitCode.table.unknown.code, {
      en: texts.unknown.en(open ?? ""),
      ko: texts.unknown.ko(open ?? "")
    })
  )
  return yield* Effect.acquireUseRelease(
    Effect.tap(cap.count(request.messages.length, options.maxRecipientsPerDay), use.spend),
    () =>
      Sending.send(journal, request, {
        patience: options.patience ?? "15 seconds",
        onOpen: ({ id }) => {
          open = id
          return use.opened(id)
        }
      }).pipe(
        Effect.provideService(Ending.Ending, ending),
        // Whatever kept it from being looked for: what may have been sent is told as that.
        Effect.catchIf(() => ending.isUncertain, () => unknown)
      ),
    (receipt, exit) => {
      const isNothing = Exit.isSuccess(exit)
        ? exit.value._tag === "NotAccepted"
        // Whoever is interrupted may have learned that it was accepted, and told nobody.
        : open === undefined || !ending.isUncertain && !Cause.hasInterrupts(exit.cause)
      return isNothing ? Effect.ignore(Effect.andThen(cap.giveBack(receipt), use.giveBack)) : Effect.void
    }
  ).pipe(Effect.flatMap((outcome) => {
    switch (outcome._tag) {
      case "Accepted":
        return Effect.succeed(outcome.requestId)
      case "NotAccepted":
        return Failure.refuse("NotAccepted", ExitCode.table.unavailable.code, texts.notAccepted)
      case "GivenUp":
      case "Open":
        return unknown
    }
  }))
})

const send = Effect.fnUntraced(function*(
  { request: planned }: Plans.Plan,
  account: Connection.Account,
  use: Plans.Use,
  ending: Ending.State,
  one: Semaphore.Semaphore,
  options: Options
) {
  const refused = planned.contentType === "AD" ? yield* Unsubscribes.load() : undefined
  const read = Effect.gen(function*() {
    const messages = planned.messages.filter(({ to }) => refused?.has(to) !== true)
    if (messages.length === 0) return yield* refuse("AllOptedOut", texts.allOptedOut)
    // It is another time of the day than when it was prepared.
    const { errors, value } = Preflight.read({ ...planned, messages }, yield* rulesNow)
    return value === undefined ? yield* Send.refused(errors) : value
  })
  const asked = yield* read
  yield* allowed(asked.messages, options)
  const cap = yield* DayCap.make({ ...account, directory: options.directory })
  const used = yield* cap.used
  if (used + asked.messages.length > options.maxRecipientsPerDay) {
    return yield* DayCap.over(used, options.maxRecipientsPerDay)
  }
  yield* confirm(asked, account, options, use)
  // And so it is after a person has thought about it.
  const request = yield* read
  // One after the other, so that the log can tell equal ones apart.
  const requestId = yield* one.withPermits(1)(post(request, account, cap, use, ending, options))
  return {
    requestId,
    recipients: request.messages.length,
    optedOut: planned.messages.length - request.messages.length,
    leftToday: Math.max(0, options.maxRecipientsPerDay - (yield* Effect.orElseSucceed(cap.used, () => used)))
  }
})

/** The tools that send. */
export const layer = (options: Options) =>
  Layer.unwrap(Effect.gen(function*() {
    const answer = yield* Looking.answering
    const { language } = yield* Output.Output
    const plans = Plans.make()
    const newEnding = endings()
    const one = yield* Semaphore.make(1)
    const kit = Tools.sending(language)
    return McpServer.toolkit(kit).pipe(Layer.provide(kit.toLayer({
      sens_prepare_send: (asked) => answer(Connection.use((account) => prepare(asked, account, plans, options))),
      // Without a bound: what is on its way cannot be taken back, and a person is given time. Each step has a bound of its own.
      sens_send: ({ planId }) =>
        answer(
          plans.once(planId, (plan, use) =>
            Effect.flatMap(
              newEnding,
              (ending) => Connection.use((account) => send(plan, account, use, ending, one, options))
            )),
          undefined
        )
    })))
  }))
