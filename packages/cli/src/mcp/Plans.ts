/**
 * Sends that were prepared, for ten minutes: each is sent once at most, by the id that it was given. They are kept in this process alone,
 * so that none is sent by another server, or again after a restart.
 *
 * @since 0.1.0
 */
import type * as SendRequest from "@effect-sens/core/SendRequest"
import * as Clock from "effect/Clock"
import * as SecureRandom from "effect/crypto/SecureRandom"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Hex from "effect/encoding/Hex"
// The portable Mac would take its key in anew for each of them.
// @effect-diagnostics-next-line nodeBuiltinImport:off
import { createHmac } from "node:crypto"
import * as ExitCode from "../ExitCode.ts"
import * as Failure from "../Failure.ts"
import type { Both } from "../Language.ts"
import { texts } from "./McpText.ts"

/** Something that was prepared. */
export interface Plan {
  readonly id: string
  readonly request: SendRequest.SendRequest
  readonly expires: DateTime.Utc
}

interface Kept extends Plan {
  readonly nonce: string
  state: "ready" | "busy" | "used"
  /** Under which id the journal has it. */
  sendId: string | undefined
}

export interface Plans {
  readonly add: (request: SendRequest.SendRequest) => Effect.Effect<Plan, Failure.Refused>
  /**
   * Sends a plan by this effect, once. It says by `spend` when it can no longer be taken back; without that, and where `giveBack` was
   * called after it since surely nothing was sent, the plan may be used again.
   */
  readonly once: <A, E, R>(
    id: string,
    send: (plan: Plan, use: Use) => Effect.Effect<A, E, R>
  ) => Effect.Effect<A, E | Failure.Refused, R>
}

export interface Use {
  readonly spend: Effect.Effect<void>
  readonly giveBack: Effect.Effect<void>
  /** Says under which id it is written down, for whoever asks again. */
  readonly opened: (sendId: string) => Effect.Effect<void>
}

export const lifetime = Duration.minutes(10)

const most = 1000

const refuse = (tag: string, text: Both) => Failure.refuse(tag, ExitCode.table.refused.code, text)

export const make = (): Plans => {
  const plans = new Map<string, Kept>()
  // What a model sees of a request tells nobody its numbers.
  const key = SecureRandom.randomBytesUnsafe(32)
  const hashOf = (nonce: string, request: SendRequest.SendRequest): string =>
    createHmac("sha256", key).update(nonce).update(JSON.stringify(request)).digest("hex").slice(0, 32)

  const add = Effect.fnUntraced(function*(request: SendRequest.SendRequest) {
    const now = yield* Clock.currentTimeMillis
    // One that was used is told as such for as long as another would live.
    for (const [id, { expires }] of plans) {
      if (DateTime.toEpochMillis(expires) + Duration.toMillis(lifetime) < now) plans.delete(id)
    }
    if (plans.size >= most) return yield* refuse("TooManyPlans", texts.tooManyPlans)
    const nonce = Hex.encode(SecureRandom.randomBytesUnsafe(8))
    const plan: Kept = {
      id: `plan_${nonce}_${hashOf(nonce, request)}`,
      nonce,
      request,
      expires: DateTime.makeUnsafe(now + Duration.toMillis(lifetime)),
      state: "ready",
      sendId: undefined
    }
    plans.set(plan.id, plan)
    return plan
  })

  const claim = (id: string) =>
    Effect.flatMap(
      Clock.currentTimeMillis,
      // In one step, so that of two calls at the same time one gets it.
      (now) =>
        Effect.suspend(() => {
          const plan = plans.get(id)
          if (plan === undefined || id !== `plan_${plan.nonce}_${hashOf(plan.nonce, plan.request)}`) {
            return refuse("NoSuchPlan", texts.noPlan)
          }
          if (plan.state === "used") {
            const { sendId } = plan
            return refuse(
              "PlanUsed",
              sendId === undefined
                ? texts.over
                : { en: texts.used.en(sendId), ko: texts.used.ko(sendId) }
            )
          }
          if (plan.state === "busy") return refuse("PlanBusy", texts.busy)
          if (DateTime.toEpochMillis(plan.expires) <= now) return refuse("PlanExpired", texts.expired)
          plan.state = "busy"
          return Effect.succeed(plan)
        })
    )

  const once: Plans["once"] = (id, send) =>
    Effect.acquireUseRelease(
      claim(id),
      (plan) => {
        const become = (state: Kept["state"]) =>
          Effect.sync(() => {
            plan.state = state
          })
        const opened = (sendId: string) =>
          Effect.sync(() => {
            plan.sendId = sendId
          })
        return send(plan, { spend: become("used"), giveBack: become("busy"), opened })
      },
      (plan) =>
        Effect.sync(() => {
          if (plan.state === "busy") plan.state = "ready"
        })
    )

  return { add, once }
}
