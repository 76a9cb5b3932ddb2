import * as Sens from "@effect-sens/http/Sens"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as Layer from "effect/Layer"

interface Env {
  readonly SENS_ACCESS_KEY: string
  readonly SENS_SECRET_KEY: string
  readonly SENS_SERVICE_ID: string
  readonly SENS_BASE_URL?: string
}

const program = Sens.Sens.use((sens) =>
  sens.messages.send({
    type: "SMS",
    from: "0212345678",
    content: "안녕하세요",
    messages: [{ to: "01012345678" }]
  })
)

export default {
  fetch: (request: Request, env: Env): Promise<Response> => {
    const settings = ConfigProvider.layer(ConfigProvider.fromEnvRecord({ ...env }))
    const layer = Sens.layerConfig().pipe(Layer.provide([FetchHttpClient.layer, settings]))
    return program.pipe(
      Effect.match({
        onFailure: (error) => new Response(error._tag, { status: 502 }),
        onSuccess: ({ requestId }) => new Response(requestId)
      }),
      Effect.provide(layer),
      (effect) => Effect.runPromise(effect, { signal: request.signal })
    )
  }
}
