import * as DeliveryCode from "@effect-sens/core/DeliveryCode"
import * as EucKr from "@effect-sens/core/EucKr"
import * as SendRequest from "@effect-sens/core/SendRequest"
import * as Effect from "effect/Effect"

const program = Effect.gen(function*() {
  // What the charset of SENS cannot say is replaced; what fits into an SMS is one.
  const { changes, text } = EucKr.repair("[서점] 주문하신 책이 도착했습니다 😊 ₩12,000")
  const { type } = yield* Effect.fromResult(SendRequest.fit(text))
  yield* Effect.log(`${type}, ${EucKr.byteLength(text)} bytes, ${changes.length} changes: ${text}`)

  const code = DeliveryCode.fromString("2003")
  yield* Effect.log(`${code.meaning} / ${code.meaningKo}: ${code.advice}`)
})

Effect.runSync(program)
