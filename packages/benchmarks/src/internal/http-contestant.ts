// @effect-diagnostics asyncFunction:off
/**
 * One who sends, in a process of its own: `http-contestant.ts <who> <base URL> <how many at a time>` takes its turns.
 *
 * It loads what it needs and nothing else: undici, for one, may replace what Node's own `fetch` sends with.
 *
 * @since 0.1.0
 */
import type * as HttpClient from "effect/http/HttpClient"
import type * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Contestants from "./http-effect.ts"
import { isAnswered } from "./http-message.ts"
import * as Plain from "./http-plain.ts"
import type { Contestant } from "./http-race.ts"
import { take } from "./turns.ts"

const [who = "", baseUrl = "", atATime = ""] = process.argv.slice(2)
const concurrency = Number(atATime)

type Make = typeof Contestants.ours

/** Whose answer is looked at. */
const sends = async (layer: Layer.Layer<HttpClient.HttpClient>, make: Make): Promise<Contestant> => {
  // It lives as long as the process.
  const runtime = ManagedRuntime.make(layer)
  const send = await runtime.runPromise(make(baseUrl))
  // Who does not get the answer has no place in the table.
  if (!isAnswered(await runtime.runPromise(send))) throw new Error(`${who} does not get the answer`)
  return Contestants.repeat(send, concurrency)
}

/** Whose answer is text. */
const requests = async (layer: Layer.Layer<HttpClient.HttpClient>, make: Make): Promise<Contestant> => {
  const send = await ManagedRuntime.make(layer).runPromise(make(baseUrl))
  return Contestants.repeat(send, concurrency)
}

const plain = async (send: Plain.Send): Promise<Contestant> => {
  if (!isAnswered(await send())) throw new Error(`${who} does not get the answer`)
  return Plain.repeat(send, concurrency)
}

const overNode = async () => (await import("@effect-sens/http/NodeTransport")).layer()
const overUndici = async () => (await import("@effect/platform-node/NodeHttpClient")).layerUndici
const overFetch = async () => (await import("effect/http/FetchHttpClient")).layer

const contestants: Readonly<Record<string, () => Promise<Contestant>>> = {
  ours: async () => sends(await overNode(), Contestants.ours),
  client: async () => requests(await overNode(), Contestants.clientAlone),
  oursOverUndici: async () => sends(await overUndici(), Contestants.ours),
  oursOverFetch: async () => sends(await overFetch(), Contestants.ours),
  clientOverFetch: async () => requests(await overFetch(), Contestants.clientAlone),
  oursNowhere: () => sends(Contestants.layerNull, Contestants.ours),
  straightforwardNowhere: () => sends(Contestants.layerNull, Contestants.straightforward),
  nowhere: () => requests(Contestants.layerNull, Contestants.transportAlone),
  floor: () => Promise.resolve(Plain.floor),
  undici: async () => plain(await Plain.undici(baseUrl)),
  fetch: () => plain(Plain.fetched(baseUrl)),
  axios: async () => plain(await Plain.axiosPost(baseUrl)),
  solapi: () => plain(Plain.solapi(baseUrl)),
  twilio: () => plain(Plain.twilio(baseUrl))
}

const make = contestants[who]
if (make === undefined) throw new Error(`Nobody is called ${who}`)
take(await make())
