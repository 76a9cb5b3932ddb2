import * as SensPromise from "@effect-sens/http/SensPromise"
import * as DateTime from "effect/DateTime"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import type { Emulator } from "./emulator.ts"
import { run } from "./program.ts"

/** What command lines may name: things that are in the emulator and in the folder that they run in. */
export interface Things {
  readonly messageId: string
  readonly requestId: string
  readonly reserveId: string
  /** A JPEG. */
  readonly picture: string
}

/** The smallest JPEG that the service takes: one pixel of three colours. */
const jpeg = Buffer.from(
  "ffd8ffc000110800010001030111000211000311 00ffda000c03010002000300003f00ffd9".replace(" ", ""),
  "hex"
)

/** A profile, as the file of profiles has it. */
const profiles = {
  v: 1,
  profiles: { prod: { accessKey: "made-up", secretKey: "made-up-secret", serviceId: "ncp:sms:kr:000000000000:prod" } }
}

/** Where campaigns are kept that several command lines speak of. */
export const stateOf = (folder: string): { readonly XDG_STATE_HOME: string } => ({
  XDG_STATE_HOME: join(folder, "state")
})

const start = ["--text", "Hello {name}", "--from", "02-1234-5678", "--yes", "--max", "2"]

/** `baseUrl` is where campaigns are sent to. */
export const things = async (emulator: Emulator, folder: string, baseUrl = emulator.url): Promise<Things> => {
  await using sens = SensPromise.make({
    accessKey: emulator.env["SENS_ACCESS_KEY"] ?? "",
    secretKey: emulator.env["SENS_SECRET_KEY"] ?? "",
    serviceId: emulator.env["SENS_SERVICE_ID"] ?? "",
    baseUrl: emulator.url
  })
  const request = { type: "SMS", from: "0212345678", content: "hello" } as const
  const { requestId } = await sens.messages.send({ ...request, messages: [{ to: "01000000001" }] })
  const { messages } = await sens.messages.search({ requestId })
  const reserved = await sens.messages.send({
    ...request,
    messages: [{ to: "01000000002" }],
    reserve: { at: DateTime.addDuration(DateTime.nowUnsafe(), "1 day") }
  })
  await sens.unsubscribes.register(["01000000003", "01000000004"])
  const picture = join(folder, "picture.jpg")
  writeFileSync(picture, jpeg)
  writeFileSync(join(folder, "list.csv"), "name,phone\nKim,010-0000-0001\nLee,010-0000-0002\n")
  writeFileSync(join(folder, "some.csv"), "name,phone\nKim,010-0000-0008\nLee,010-0000-0031\n")
  writeFileSync(join(folder, "failed.csv"), "messageId\nnothing\n")
  const begun = await run(["campaign", "start", "some.csv", "--id", "first", ...start], {
    env: { ...emulator.env, SENS_BASE_URL: baseUrl, ...stateOf(folder) },
    cwd: folder
  })
  if (begun.code !== 6) throw new Error(`no campaign: ${begun.code} ${begun.stderr}`)
  writeFileSync(join(folder, "numbers.txt"), "\uFEFF010-0000-0006\r\n\r\n01000000007\r\n")
  return {
    messageId: messages?.[0]?.messageId ?? "",
    requestId,
    reserveId: reserved.requestId,
    picture
  }
}

/** A command line that works on the emulator. */
export interface Row {
  readonly path: string
  readonly args: (things: Things) => ReadonlyArray<string>
  readonly stdin?: string
  /** 0 unless given. */
  readonly code?: number
  /** What it writes for programs; none where it writes for a shell. */
  readonly format?: "json" | "ndjson" | "none"
  /** Whether it goes on until it is told to end; tests of its own run it. */
  readonly isServer?: boolean
  /** What `profiles.json` is to hold before it runs. */
  readonly profiles?: unknown
  /** Whether it speaks of campaigns that are there. */
  readonly hasCampaigns?: boolean
  /** Whether it asks before it does it, and by which flags that is answered. */
  readonly asks?: ReadonlyArray<string>
}

/** One row at least for every command: what is tested of every command is tested of these. */
export const rows: ReadonlyArray<Row> = [
  {
    path: "send",
    args: () => ["--to", "010-0000-0008", "--from", "02-1234-5678", "--text", "Hello"],
    asks: ["--yes"]
  },
  {
    path: "send",
    args: () => ["--to", "010-0000-0008", "--from", "02-1234-5678", "--text", "Hello", "--dry-run"]
  },
  { path: "resend", args: () => ["--last", "1h", "--dry-run"] },
  { path: "resend", args: () => ["--from-file", "failed.csv", "--once", "resent.ndjson"] },
  { path: "settle", args: () => [] },
  { path: "settle", args: () => ["--campaign", "first"], hasCampaigns: true },
  // Of the two recipients one has switched the handset off.
  {
    path: "campaign start",
    args: () => ["some.csv", "--id", "second", ...start.slice(0, 4)],
    hasCampaigns: true,
    code: 6,
    asks: ["--yes", "--max", "2"]
  },
  { path: "campaign status", args: () => ["first"], hasCampaigns: true },
  { path: "campaign watch", args: () => ["first"], hasCampaigns: true, format: "ndjson", code: 6 },
  { path: "campaign list", args: () => [], hasCampaigns: true },
  { path: "campaign pause", args: () => ["first"], hasCampaigns: true },
  { path: "campaign resume", args: () => ["first"], hasCampaigns: true, code: 6 },
  { path: "campaign cancel", args: () => ["first"], hasCampaigns: true, asks: ["--yes"] },
  { path: "campaign results", args: () => ["first"], hasCampaigns: true, format: "ndjson" },
  { path: "campaign results", args: () => ["first", "--out", "results.csv"], hasCampaigns: true, format: "ndjson" },
  {
    path: "campaign retry",
    args: () => ["first", "--as", "third"],
    hasCampaigns: true,
    code: 6,
    asks: ["--yes", "--max", "1"]
  },
  { path: "campaign held", args: () => ["first"], hasCampaigns: true },
  { path: "check", args: () => ["list.csv", "--text", "Hello {name}"] },
  { path: "check", args: () => ["list.csv", "--text", "안녕 {name} 뷁"], code: 3 },
  { path: "bytes", args: () => ["안녕하세요"] },
  { path: "bytes", args: () => ["-"], stdin: "똠방각하\n", code: 3 },
  { path: "code", args: () => ["0", "3001"] },
  { path: "code", args: () => ["--all"] },
  { path: "code", args: () => ["nothing"], code: 8 },
  { path: "log", args: () => ["--last", "1h"], format: "ndjson" },
  { path: "log", args: () => ["--last", "1h", "--out", "log.csv"], format: "ndjson" },
  { path: "report", args: () => ["--last", "1h", "--by", "code,telco", "--percentiles"] },
  { path: "report", args: () => ["--last", "1h", "--by", "sender", "--out", "report.csv", "--html", "report.html"] },
  { path: "result", args: ({ messageId }) => [messageId] },
  { path: "result", args: ({ messageId }) => [messageId, "--show-texts", "--show-numbers"] },
  { path: "track", args: ({ requestId }) => [requestId], format: "ndjson" },
  { path: "track", args: () => ["-", "--deadline", "1s"], stdin: "nothing\n", format: "ndjson", code: 8 },
  { path: "reservations status", args: ({ reserveId }) => [reserveId] },
  { path: "reservations status", args: ({ reserveId }) => [reserveId, "nothing"], code: 8 },
  { path: "reservations cancel", args: ({ reserveId }) => [reserveId], asks: ["--yes"] },
  { path: "unsubscribes list", args: () => [] },
  { path: "unsubscribes list", args: () => ["--out", "refused.csv"] },
  { path: "unsubscribes has", args: () => ["010-0000-0003", "01000000009"] },
  { path: "unsubscribes has", args: () => ["--list", "list.csv"] },
  { path: "unsubscribes add", args: () => ["010-0000-0005"] },
  { path: "unsubscribes add", args: () => ["--list", "numbers.txt"] },
  { path: "unsubscribes remove", args: () => ["010-0000-0004"], asks: ["--yes"] },
  { path: "files upload", args: ({ picture }) => [picture] },
  { path: "profiles list", args: () => [], profiles },
  { path: "profiles list", args: () => [] },
  { path: "profiles show", args: () => ["prod"], profiles },
  { path: "profiles path", args: () => [] },
  { path: "profiles remove", args: () => ["prod"], profiles, asks: ["--yes"] },
  {
    path: "profiles add",
    args: () => ["test", "--access-key", "made-up", "--secret-key-stdin", "--service", "ncp:sms:kr:000000000000:test"],
    stdin: "made-up-secret\n"
  },
  { path: "emulate", args: () => ["--port", "0"], format: "none", isServer: true },
  {
    path: "listen",
    args: () => ["--forward-to", "http://127.0.0.1:1/hook"],
    format: "ndjson",
    isServer: true
  },
  { path: "listen replay", args: ({ messageId }) => [messageId, "--forward-to", "http://127.0.0.1:1"], isServer: true },
  { path: "doctor", args: () => ["--online", "--probe-errors", "--out", "report.json"] },
  // Its client has gone before it asked for anything.
  { path: "mcp", args: () => [], format: "none" },
  { path: "doctor", args: () => [] },
  { path: "completions", args: () => ["bash"], format: "none" }
]
