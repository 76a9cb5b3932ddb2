import { Client } from "@modelcontextprotocol/sdk/client/index.js"
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js"
import { ElicitRequestSchema, type ElicitResult } from "@modelcontextprotocol/sdk/types.js"
import { bin, environment } from "./program.ts"

/** What a tool answered. */
export interface Answer {
  readonly isError: boolean
  readonly text: string
  readonly answer: { readonly [name: string]: unknown }
}

/** A server that the official client has started. */
export interface Server {
  readonly client: Client
  readonly pid: number
  readonly call: (name: string, given?: { readonly [name: string]: unknown }) => Promise<Answer>
  /** A plan for these numbers. */
  readonly prepare: (...to: ReadonlyArray<string>) => Promise<string>
  readonly send: (planId: string) => Promise<Answer>
  /** All that it wrote to stdout, a frame each, and what was none. */
  readonly frames: ReadonlyArray<unknown>
  readonly errors: ReadonlyArray<Error>
  readonly [Symbol.asyncDispose]: () => Promise<void>
}

export interface Options {
  readonly home: string
  readonly env: Readonly<Record<string, string>>
  /** What the person says; without it the client cannot ask one. */
  readonly person?: (message: string) => Promise<ElicitResult>
}

export const sender = "02-1234-5678"

/** Starts `effect-sens mcp` with these flags, as a client of MCP does. */
export const start = async (flags: ReadonlyArray<string>, { env, home, person }: Options): Promise<Server> => {
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [bin, "mcp", ...flags],
    env: { ...environment(home), ...env },
    stderr: "ignore"
  })
  const client = new Client(
    { name: "test", version: "1.0.0" },
    { capabilities: person === undefined ? {} : { elicitation: {} } }
  )
  const frames: Array<unknown> = []
  const errors: Array<Error> = []
  // oxlint-disable-next-line unicorn/prefer-add-event-listener (it is no event target)
  client.onerror = (error) => errors.push(error)
  if (person !== undefined) {
    client.setRequestHandler(ElicitRequestSchema, ({ params }) => person(params.message))
  }
  await client.connect(transport)
  const { onmessage } = transport
  // oxlint-disable-next-line unicorn/prefer-add-event-listener (it is no event target)
  transport.onmessage = (message) => {
    frames.push(message)
    onmessage?.(message)
  }
  const call: Server["call"] = async (name, given = {}) => {
    const { content, isError, structuredContent } = await client.callTool({ name, arguments: given })
    const parts = content as ReadonlyArray<{ readonly text?: string }>
    return {
      isError: isError === true,
      text: parts.map(({ text = "" }) => text).join(""),
      answer: (structuredContent ?? {}) as Answer["answer"]
    }
  }
  return {
    client,
    pid: transport.pid ?? 0,
    call,
    prepare: async (...to) => {
      const { answer, isError, text } = await call("sens_prepare_send", { to, text: "secret words", from: sender })
      if (isError) throw new Error(text)
      return String(answer["planId"])
    },
    send: (planId) => call("sens_send", { planId }),
    frames,
    errors,
    [Symbol.asyncDispose]: () => client.close()
  }
}
