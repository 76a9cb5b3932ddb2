import * as MessageRecord from "@effect-sens/core/MessageRecord"
import * as PhoneNumber from "@effect-sens/core/PhoneNumber"
import * as Account from "@effect-sens/emulator/Account"
import * as EmulatorClient from "@effect-sens/emulator/EmulatorClient"
import * as Sens from "@effect-sens/http/Sens"
import * as BulkSend from "@effect-sens/streams/BulkSend"
import * as Delivery from "@effect-sens/streams/Delivery"
import * as DeliverySink from "@effect-sens/streams/DeliverySink"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"

const messages = Stream.range(1, 250).pipe(Stream.map((id) => ({
  type: "SMS" as const,
  from: "0212345678",
  to: PhoneNumber.make(`010${String(id).padStart(8, "0")}`),
  content: `[서점] ${id}번 회원님, 주문하신 책이 도착했습니다.`
})))

// Sends them in three requests, follows each to its end, and counts by result code.
const program = messages.pipe(
  BulkSend.send(),
  BulkSend.accepted,
  Delivery.trackAll(),
  Stream.filter(Delivery.Change.$is("Message")),
  Stream.map(({ record }) => record),
  Stream.filter(MessageRecord.isFinal),
  Stream.run(DeliverySink.countByCode),
  Effect.tap((counts) => Effect.log(Object.fromEntries(counts)))
)

const emulator = EmulatorClient.layer({ completedAfter: "1 second", outcomes: { "01000000007": "3001" } })
const layer = Sens.layer(Account.options).pipe(Layer.provide(emulator))

await program.pipe(Effect.provide(layer), Effect.runPromise)
