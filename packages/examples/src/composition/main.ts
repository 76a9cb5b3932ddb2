/**
 * Two clients in one program: one-time passwords through one service, notices through another.
 */
import * as NodeTransport from "@effect-sens/http/NodeTransport"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as App from "./App.ts"
import * as Notices from "./Notices.ts"
import * as Passwords from "./Passwords.ts"

const program = Effect.gen(function*() {
  const passwords = yield* Passwords.Passwords
  const notices = yield* Notices.Notices
  const member = "01012345678"
  yield* passwords.send(member)
  const requests = yield* notices.announce("오늘 22시부터 10분간 점검합니다.", [
    member,
    "01087654321"
  ])
  yield* Effect.log(`a password sent, and a notice in ${requests.length} request(s)`)
})

program.pipe(Effect.provide(Layer.provide(App.layer, NodeTransport.layer())), NodeRuntime.runMain)
