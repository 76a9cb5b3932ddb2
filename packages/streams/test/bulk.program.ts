// A program that sends to 350 people, keeps a journal of files in a folder, a file a request, and is killed: by itself, between
// writing a request down and its POST, or by whoever runs it. With "ask" it has nothing but the folder: it prints what became of
// each request that is written down there.
import type * as SendRequest from "@effect-sens/core/SendRequest"
import * as SendIntent from "@effect-sens/http/SendIntent"
import * as Sens from "@effect-sens/http/Sens"
import * as BulkSend from "@effect-sens/streams/BulkSend"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { credentials, number } from "./emulated.ts"

const [baseUrl = "", folder = "", what = ""] = process.argv.slice(2)

const intents = Schema.fromJsonString(Schema.NonEmptyArray(SendIntent.SendIntent))

const messages = Stream.range(0, 349).pipe(Stream.map((index) => ({
  type: "SMS" as const,
  from: "0212345678",
  to: number(index),
  content: "안녕하세요"
})))

const write = ({ intents, request }: BulkSend.Submission) =>
  Effect.sync(() => {
    const [{ preparedAt, timestamp }] = intents
    const file = join(folder, `${timestamp}-${preparedAt}`)
    writeFileSync(`${file}.intents`, JSON.stringify(intents))
    writeFileSync(`${file}.request`, JSON.stringify(request))
    if (what === "between") process.kill(process.pid, "SIGKILL")
  })

const ask = Effect.forEach(
  readdirSync(folder).filter((file) => file.endsWith(".intents")).sort(),
  (file) =>
    Effect.gen(function*() {
      const question = yield* Schema.decodeEffect(intents)(readFileSync(join(folder, file), "utf8"))
      const request: SendRequest.SendRequest = JSON.parse(
        readFileSync(join(folder, file.replace(".intents", ".request")), "utf8")
      )
      const answer = yield* Sens.Sens.use((sens) => sens.messages.reconcile(question, request))
      return {
        id: Option.getOrNull(Option.map(answer, ({ requestId }) => requestId)),
        to: request.messages.map(({ to }) => to)
      }
    }),
  { concurrency: 4 }
)

const program = Effect.gen(function*() {
  return what === "ask" ? yield* ask : yield* BulkSend.run(messages, { concurrency: 2, onRequest: write })
})

const layer = Sens.layer({
  ...credentials,
  baseUrl,
  reconcile: { timestampTolerance: "4 seconds", visibilityLag: "500 millis" }
})
  .pipe(
    Layer.provide(NodeHttpClient.layerUndici)
  )

const result = await Effect.runPromise(Effect.provide(program, layer))
process.stdout.write(`${JSON.stringify(result)}\n`)
