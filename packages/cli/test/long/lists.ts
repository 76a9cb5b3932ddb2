/**
 * How fast a list is checked, and what it takes: `node packages/cli/test/long.ts lists`. Each list in a process of its own,
 * from a bundle, as users have it.
 */
import * as EucKrCodec from "@effect-sens/core/EucKrCodec"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { spawnSync } from "node:child_process"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import * as ListCheck from "../../src/lists/ListCheck.ts"
import * as ListPlan from "../../src/lists/ListPlan.ts"
import { number, row, text, workbook } from "../lists/zip.ts"

const content = "[서점] {이름}님, 주문하신 책이 {날짜}에 도착합니다. 매장에서 찾아가 주십시오."

/** What one process says of itself. */
interface Measured {
  readonly rows: number
  readonly messages: number
  readonly millis: number
  readonly megabytes: number
}

const measure = async (file: string): Promise<Measured> => {
  const start = process.cpuUsage()
  const { report } = await ListCheck.check(file, {
    settings: {
      content,
      from: ListPlan.anySender,
      ad: false,
      noLms: false,
      charset: "EUC-KR",
      ignore: [],
      repair: false,
      keepRepeats: false
    },
    isSending: false,
    language: "en"
  }).pipe(Effect.scoped, Effect.provide(NodeServices.layer), Effect.runPromise)
  return {
    rows: report.file.rows,
    messages: report.send.messages,
    // What it takes of a processor: of the clock, others on the machine have their share.
    millis: (process.cpuUsage(start).user + process.cpuUsage(start).system) / 1000,
    megabytes: process.resourceUsage().maxRSS / 1024
  }
}

const list = (count: number): string => {
  const lines = ["이름,전화번호,날짜"]
  for (let index = 0; index < count; index++) {
    const digits = String(index * 7 % 100_000_000).padStart(8, "0")
    lines.push(
      `홍길동${index % 977},010-${digits.slice(0, 4)}-${digits.slice(4)},${index % 12 + 1}월 ${index % 28 + 1}일`
    )
  }
  return lines.join("\r\n")
}

const sheet = (count: number): Uint8Array => {
  const lines = [row(1, text("A1", "이름"), text("B1", "전화번호"), text("C1", "날짜"))]
  for (let index = 2; index < count + 2; index++) {
    const digits = String(index).padStart(8, "0")
    lines.push(row(
      index,
      text(`A${index}`, `홍길동${index}`),
      index % 10 === 0
        ? number(`B${index}`, 1_000_000_000 + index)
        : text(`B${index}`, `010-${digits.slice(0, 4)}-${digits.slice(4)}`),
      text(`C${index}`, `${index % 28 + 1}일`)
    ))
  }
  return workbook({ Sheet1: lines.join("") })
}

const main = async () => {
  const many = 1_000_000
  const few = many / 10
  const folder = mkdtempSync(join(tmpdir(), "effect-sens-numbers-"))
  const { build } = await import("esbuild")
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(import.meta.url)],
    bundle: true,
    minify: true,
    splitting: true,
    format: "esm",
    platform: "node",
    external: ["esbuild"],
    outdir: folder,
    outExtension: { ".js": ".mjs" },
    write: false,
    banner: { js: "import { createRequire } from \"node:module\"; const require = createRequire(import.meta.url);" }
  })
  for (const { contents, path } of outputFiles) writeFileSync(path, contents)
  const run = (name: string, bytes: Uint8Array | string): Measured => {
    const file = join(folder, name)
    writeFileSync(file, bytes)
    const { stderr, stdout } = spawnSync(process.execPath, [join(folder, "lists.mjs"), "--child", file])
    rmSync(file)
    if (stdout.length === 0) throw new Error(String(stderr))
    return JSON.parse(String(stdout))
  }
  const cp949 = (text: string) => Result.getOrThrow(EucKrCodec.encode(text, { charset: "CP949" }))
  try {
    const [small, large] = [list(few), list(many)]
    const results = {
      few: run("few.csv", small),
      utf8: run("utf8.csv", large),
      cp949: run("cp949.csv", cp949(large)),
      xlsx: run("list.xlsx", sheet(100_000))
    }
    const speed = ({ millis, rows }: Measured) => Math.round(rows / millis * 1000)
    // Numbers and the marks of their texts, in arrays that double.
    const numbers = 2 * 8 * 2 ** Math.ceil(Math.log2(results.utf8.messages * 2)) / 1_048_576
    const growth = (results.utf8.megabytes - numbers) / results.few.megabytes
    const lines: ReadonlyArray<readonly [what: string, goal: string, found: string, isMet: boolean]> = [
      [`${many} rows, UTF-8`, ">= 300,000 rows/s", `${speed(results.utf8)} rows/s`, speed(results.utf8) >= 300_000],
      [`${many} rows, CP949`, ">= 150,000 rows/s", `${speed(results.cp949)} rows/s`, speed(results.cp949) >= 150_000],
      ["memory of that, UTF-8", "<= 350 MB", `${Math.round(results.utf8.megabytes)} MB`, results.utf8.megabytes <= 350],
      [
        "memory of that, CP949",
        "<= 350 MB",
        `${Math.round(results.cp949.megabytes)} MB`,
        results.cp949.megabytes <= 350
      ],
      [
        `against ${few} rows, less ${Math.round(numbers)} MB of numbers`,
        "<= 1.3 x",
        `${growth.toFixed(2)} x`,
        growth <= 1.3
      ],
      [
        `.xlsx, ${results.xlsx.rows} rows`,
        "<= 4 s",
        `${(results.xlsx.millis / 1000).toFixed(1)} s`,
        results.xlsx.millis <= 4000
      ],
      ["memory of that", "<= 500 MB", `${Math.round(results.xlsx.megabytes)} MB`, results.xlsx.megabytes <= 500]
    ]
    for (const [what, goal, found, isMet] of lines) {
      console.log(`${what.padEnd(44)} ${goal.padEnd(20)} ${found.padEnd(18)} ${isMet ? "met" : "missed"}`)
    }
    if (!lines.every(([, , , isMet]) => isMet)) process.exitCode = 1
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const at = process.argv.indexOf("--child")
if (at === -1) await main()
else console.log(JSON.stringify(await measure(process.argv[at + 1] ?? "")))
