import * as MessageRecord from "@effect-sens/core/MessageRecord"
import * as StreamsPromise from "@effect-sens/streams/StreamsPromise"
import { env, stdout } from "node:process"

const sens = StreamsPromise.make({
  accessKey: env["SENS_ACCESS_KEY"] ?? "",
  secretKey: env["SENS_SECRET_KEY"] ?? "",
  serviceId: env["SENS_SERVICE_ID"] ?? "",
  baseUrl: env["SENS_BASE_URL"]
})

// As a spreadsheet or a database has them, with fields of their own.
const people = [{ id: 1, name: "홍길동", to: "010-1234-5678" }, { id: 2, name: "김철수", to: "010-8765-4321" }]
const messages = people.map(({ id, name, to }) => ({
  type: "SMS" as const,
  from: "02-1234-5678",
  to,
  content: `[서점] ${name}님, 주문하신 책이 도착했습니다.`,
  id
}))

const accepted = new Set<string>()
for await (const outcome of sens.reconcile(sens.bulk(messages, { dedupe: true }), { callTimeout: "10 minutes" })) {
  if (outcome._tag === "Accepted") accepted.add(outcome.requestId)
  stdout.write(`${outcome.message.id}: ${outcome._tag}\n`)
}

for await (const change of sens.track(accepted)) {
  if (change._tag !== "Message") continue
  stdout.write(`${change.record.messageId} is ${MessageRecord.outcome(change.record)._tag}\n`)
}

await sens.dispose()
