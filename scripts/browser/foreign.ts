// @effect-diagnostics newPromise:off globalDate:off globalFetch:off globalTimers:off
// What a page of another origin can do in a browser to an emulator that runs on the same machine: nothing.
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import type { Browser, Page } from "playwright-core"
import { base, type Client, complete, headers } from "./program.ts"
import { equal } from "./stage.ts"

/** Everything that somebody else could have changed, or used up. */
const everything = async ({ control, url }: Client): Promise<Readonly<Record<string, unknown>>> => {
  const { now: _, snapshot: __, ...inbox } = await control<Readonly<Record<string, unknown>>>("GET", "/inbox?limit=10")
  return {
    inbox,
    messages: await control("GET", "/messages"),
    ledger: await control("GET", "/ledger"),
    signatures: await control("GET", "/signatures"),
    faults: await control("GET", "/faults"),
    outcomes: await control("GET", "/outcomes"),
    optOuts: await control("GET", "/opt-outs"),
    reservations: await control("GET", "/reservations"),
    minutes: Math.round((Date.parse((await fetch(`${url}/openapi.json`)).headers.get("date") ?? "") - Date.now()) / 6e4)
  }
}

interface Attempt {
  readonly method: string
  readonly path: string
  readonly body?: string
  readonly headers?: Readonly<Record<string, string>>
}

/** One request for each thing that can be sent, read, armed, reset or used up. */
const attempts = (requestId: string): ReadonlyArray<Attempt> => {
  const fault = JSON.stringify({ operation: "any", count: 3, fault: { _tag: "Refused" } })
  const json = { "content-type": "application/json" }
  const sms = JSON.stringify({
    type: "SMS",
    from: "0212345678",
    content: "남의 글",
    messages: [{ to: "01000000009" }]
  })
  const both = (method: string, path: string, body?: string): ReadonlyArray<Attempt> =>
    body === undefined
      ? [{ method, path }]
      // A browser asks before it sends JSON to another origin, and does not before it sends text.
      : [{ method, path, body, headers: json }, { method, path, body, headers: { "content-type": "text/plain" } }]
  return [
    ...["/messages", "/inbox", "/ledger", "/signatures", "/faults", "/outcomes", "/opt-outs", "/reservations", "/news"]
      .flatMap((path) => both("GET", `/__emulator${path}`)),
    ...both("GET", "/__emulator/wait?timeoutMillis=0"),
    ...both("GET", "/__emulator/otp?timeoutMillis=0"),
    ...both("GET", "/__emulator/start"),
    ...both("GET", `/__emulator/inbox/requests/${requestId}`),
    ...both("POST", "/__emulator/faults", fault),
    ...both(
      "PUT",
      "/__emulator/faults",
      JSON.stringify({ seed: "x", rates: [{ fault: { _tag: "Refused" }, rate: 1 }] })
    ),
    ...both("DELETE", "/__emulator/faults"),
    ...both("PUT", "/__emulator/outcomes/01000000008", JSON.stringify({ code: "3001" })),
    ...both("PUT", "/__emulator/outcomes", JSON.stringify({ includes: "x", code: "3001" })),
    ...both("PUT", "/__emulator/opt-outs/01000000008"),
    ...both("DELETE", "/__emulator/opt-outs/01000001111"),
    ...both("DELETE", `/__emulator/reservations/${requestId}`),
    ...both("PUT", "/__emulator/clock", JSON.stringify({ offsetMillis: 3_600_000 })),
    ...both("POST", "/__emulator/seed", JSON.stringify({ messages: 5 })),
    // The keys of the emulator are known to everybody: so a page can sign.
    { method: "GET", path: `${base}/messages?requestId=${requestId}` },
    {
      method: "GET",
      path: `${base}/messages?requestId=${requestId}`,
      headers: headers("GET", `${base}/messages?requestId=${requestId}`)
    },
    ...both("POST", `${base}/messages`, sms),
    { method: "POST", path: `${base}/messages`, body: sms, headers: headers("POST", `${base}/messages`) },
    ...both("DELETE", `${base}/reservations/${requestId}`),
    ...both("POST", "/__emulator/reset"),
    ...both("POST", "/__emulator/reset", "{}")
  ]
}

/** Lets the page send them by `fetch`; gives back what it could read. */
const byFetch = (page: Page, url: string, list: ReadonlyArray<Attempt>): Promise<ReadonlyArray<string>> =>
  page.evaluate(async ([url, list]) => {
    const read: Array<string> = []
    for (const mode of ["no-cors", "cors"] as const) {
      for (const { body, headers, method, path } of list) {
        await fetch(url + path, {
          method,
          mode,
          signal: AbortSignal.timeout(5000),
          ...(body === undefined ? {} : { body }),
          ...(headers === undefined ? {} : { headers })
        }).then(
          async (response) => {
            if (response.type === "opaque") return
            read.push(`${mode} ${method} ${path} ${response.status} ${(await response.text()).slice(0, 40)}`)
          },
          () => undefined
        )
      }
    }
    return read
  }, [url, list] as const)

/** Lets it send them by everything else that a page has: forms, pictures, scripts, frames, beacons, sockets. */
const byOtherMeans = (page: Page, url: string, list: ReadonlyArray<Attempt>): Promise<ReadonlyArray<string>> =>
  page.evaluate(async ([url, list]) => {
    const read: Array<string> = []
    const settled = (element: HTMLElement, start: () => void): Promise<void> =>
      new Promise((done) => {
        for (const event of ["load", "error"]) element.addEventListener(event, () => done(), { once: true })
        start()
        setTimeout(done, 2000)
      })
    const add = (element: HTMLElement, set: () => void) =>
      settled(element, () => {
        set()
        document.body.append(element)
      })
    const frame = document.createElement("iframe")
    frame.name = "answers"
    document.body.append(frame)
    const unique = new Map(list.map((attempt) => [`${attempt.method} ${attempt.path} ${attempt.body ?? ""}`, attempt]))
    for (const { body, method, path } of unique.values()) {
      if (method === "GET") {
        const image = document.createElement("img")
        await add(image, () => image.src = url + path)
        if (image.naturalWidth > 0) read.push(`img ${path}`)
        const script = document.createElement("script")
        await add(script, () => script.src = url + path)
      }
      if (method === "POST" || method === "GET") {
        for (const type of ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"]) {
          const form = document.createElement("form")
          form.method = method
          form.enctype = type
          form.target = "answers"
          form.action = url + path
          // `{"a": "=x", …}` is JSON as text/plain.
          const input = document.createElement("input")
          const text = body ?? "{}"
          input.name = text.slice(0, -1)
          input.value = `${text === "{}" ? "" : ","}"_":""}`
          form.append(input)
          document.body.append(form)
          await settled(frame, () => form.submit())
          if (method === "GET") break
        }
        navigator.sendBeacon(url + path, body ?? "{}")
        navigator.sendBeacon(url + path, new Blob([body ?? "{}"], { type: "text/plain" }))
      }
    }
    for (const path of ["/", "/__emulator/messages", "/__emulator/news"]) {
      const inner = document.createElement("iframe")
      await add(inner, () => inner.src = url + path)
      try {
        read.push(`frame ${inner.contentDocument?.body.textContent?.slice(0, 40)}`)
      } catch {
        // Another origin's.
      }
      const sheet = document.createElement("link")
      sheet.rel = "stylesheet"
      await add(sheet, () => sheet.href = url + path)
      const source = new EventSource(url + path)
      await new Promise((done) => {
        source.addEventListener("message", () => read.push(`events ${path}`))
        source.addEventListener("error", done)
      })
      source.close()
      const socket = new WebSocket(url.replace("http", "ws") + path)
      await new Promise((done) => {
        socket.addEventListener("open", () => read.push(`socket ${path}`))
        socket.addEventListener("close", done)
      })
    }
    return read.filter((text) => text !== "frame " && text !== "frame undefined")
  }, [url, list] as const)

const listening = async (): Promise<{ readonly port: number; readonly close: () => void }> => {
  const server = createServer((_, response) => {
    response.setHeader("content-type", "text/html")
    response.end("<!doctype html><title>other</title><p>other</p>")
  })
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done))
  return { port: (server.address() as AddressInfo).port, close: () => server.close() }
}

/** The state that is at stake: one of everything. */
const prepare = async (client: Client): Promise<string> => {
  await client.control("POST", "/reset")
  await client.send({ content: "[가게] 인증번호는 493021 입니다." })
  const later = new Date(Date.now() + 9 * 3_600_000 + 3_600_000).toISOString().slice(0, 16).replace("T", " ")
  const { requestId } = await client.send({ reserveTime: later })
  await client.control("PUT", "/outcomes/01000000009", { code: "2003" })
  await client.control("PUT", "/opt-outs/01000001111")
  await client.control("POST", "/faults", { operation: "any", count: 1, fault: { _tag: "NoDate" } })
  return requestId
}

/**
 * Another port, another name of the same machine, an origin of its own (`data:`), another name on a network, and a name of somebody else's that leads here
 * (as after a change of its DNS): none changes anything or reads anything. The same requests from the inbox itself do.
 */
export const foreignPages = async (client: Client, browser: Browser): Promise<void> => {
  const other = await listening()
  const { port } = new URL(client.url)
  try {
    const requestId = await prepare(client)
    await complete(client)
    const before = await everything(client)
    const list = attempts(requestId)
    const origins: ReadonlyArray<readonly [string, string]> = [
      [`http://127.0.0.1:${other.port}/`, client.url],
      [`http://localhost:${other.port}/`, client.url],
      [`http://127.0.0.1:${other.port}/`, client.url.replace("127.0.0.1", "localhost")],
      ["data:text/html,<!doctype html><title>other</title><p>other</p>", client.url],
      // A browser says nothing of where a request comes from to a server whose name is not this machine's own.
      [`http://elsewhere.test:${other.port}/`, `http://sens.test:${port}`],
      [`http://elsewhere.test:${port}/`, `http://elsewhere.test:${port}`]
    ]
    for (const [from, to] of origins) {
      const context = await browser.newContext()
      const page = await context.newPage()
      await page.goto(from).catch(() => undefined)
      const own = from.startsWith(to)
      const read = [...await byFetch(page, to, list), ...own ? [] : await byOtherMeans(page, to, list)]
      // Under a name that is not its own the emulator refuses before it looks, and that may be read.
      equal(read.filter((text) => !own || !/ (?:403|421) /.test(text)), [], `what ${from} could read`)
      if (!own) {
        // Links, which anybody may set: opened as pages of their own.
        for (const path of ["/__emulator/reset", "/__emulator/faults", `${base}/messages?requestId=${requestId}`]) {
          const [popup] = await Promise.all([
            context.waitForEvent("page"),
            page.evaluate((target) => {
              const link = document.createElement("a")
              link.href = target
              link.target = "_blank"
              link.click()
            }, to + path)
          ])
          await popup.waitForLoadState()
          await popup.close()
        }
      }
      await context.close()
      const after = await everything(client)
      for (const [name, value] of Object.entries(after)) equal(value, before[name], `${name}, after ${from}`)
    }
    // The same from the page of the emulator: so the requests are such that they change what they are meant to change.
    const context = await browser.newContext()
    const page = await context.newPage()
    await page.goto(client.url)
    const kept = list.filter(({ path }) => path !== "/__emulator/reset")
    const read = await byFetch(page, client.url, kept)
    const after = await everything(client)
    const untouched = Object.keys(before).filter((name) => JSON.stringify(after[name]) === JSON.stringify(before[name]))
    equal(untouched, [], "what the inbox itself does not change by the same requests")
    if (!read.some((text) => text.includes("493021") || text.includes("messageId"))) {
      throw new Error("the inbox itself reads nothing")
    }
    await byFetch(page, client.url, list.filter(({ path }) => path === "/__emulator/reset"))
    equal(await client.control("GET", "/messages"), [], "messages after the inbox's own reset")
    await context.close()
  } finally {
    other.close()
    await client.control("POST", "/reset")
  }
}
