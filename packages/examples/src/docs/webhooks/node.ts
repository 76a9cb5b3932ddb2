// @effect-diagnostics asyncFunction:off nodeBuiltinImport:off
import { createServer } from "node:http"
import { buffer } from "node:stream/consumers"
import { Webhook, WebhookVerificationError } from "standardwebhooks"

export interface Completed {
  readonly type: "message.completed"
  readonly timestamp: string
  readonly data: {
    readonly messageId: string
    readonly requestId: string | null
    readonly to: string
    /** `null` for a message that is not over. */
    readonly code: { readonly code: string; readonly meaning: string; readonly advice: string } | null
  }
}

/** `take` may be called again with an id that it was called with before. */
export const receiver = (secret: string, take: (id: string, event: Completed) => Promise<void>) => {
  const webhook = new Webhook(secret)
  return createServer(async (request, response) => {
    // As it came: JSON that was read and written anew has another signature.
    const body = await buffer(request)
    try {
      const event = webhook.verify(body, request.headers as Record<string, string>) as Completed
      await take(String(request.headers["webhook-id"]), event)
      response.statusCode = 204
    } catch (error) {
      // 400 is not from the listener. 500 is tried again later.
      response.statusCode = error instanceof WebhookVerificationError ? 400 : 500
    }
    response.end()
  })
}
