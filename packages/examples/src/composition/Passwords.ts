import type * as SensError from "@effect-sens/core/SensError"
import * as Sens from "@effect-sens/http/Sens"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as SecureRandom from "effect/crypto/SecureRandom"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Settings } from "./Settings.ts"

/** One-time passwords: each opens once, and not for long. */
export interface Service {
  readonly send: (to: string) => Effect.Effect<void, SensError.SensError>
  readonly check: (to: string, password: string) => Effect.Effect<boolean>
}

export class Passwords extends Context.Service<Passwords, Service>()("@effect-sens/examples/composition/Passwords") {}

export const layer = Layer.effect(
  Passwords,
  Effect.gen(function*() {
    const sens = yield* Sens.Sens
    const random = yield* SecureRandom.SecureRandom
    const { from, passwordLifetime } = yield* Settings
    const lifetime = Duration.toMillis(passwordLifetime)
    const open = new Map<string, { readonly password: string; readonly until: number }>()

    return Passwords.of({
      send: Effect.fn("Passwords.send")(function*(to) {
        const password = String(yield* random.intBetween(0, 999_999)).padStart(6, "0")
        // Before the send: who types fast must not be refused.
        open.set(to, { password, until: (yield* Clock.currentTimeMillis) + lifetime })
        yield* sens.messages.send({
          type: "SMS",
          from,
          content: `인증번호 ${password}\n타인에게 알려주지 마세요.`,
          messages: [{ to }]
        })
      }),
      check: Effect.fn("Passwords.check")(function*(to, password) {
        const now = yield* Clock.currentTimeMillis
        const known = open.get(to)
        if (known === undefined || known.password !== password || known.until < now) return false
        return open.delete(to)
      })
    })
  })
)
