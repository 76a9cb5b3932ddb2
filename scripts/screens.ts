import { spawn, spawnSync } from "node:child_process"
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { chromium } from "playwright-core"
import * as EucKrCodec from "../packages/core/src/EucKrCodec.ts"
import { bundle } from "./bundle.ts"
import { root } from "./packages.ts"

// Writes the pictures of docs/from-a-list-to-a-report.md: what the command line shows on a terminal of 84 columns, as it is, on an
// emulator, drawn by Chromium. Run it where what is shown has changed: `node scripts/screens.ts`.

const columns = 84
const folder = mkdtempSync(join(tmpdir(), "effect-sens-screens-"))
const home = join(folder, "home")
const bin = join(folder, "dist/bin.js")
const executablePath = ["/usr/bin/chromium", "/usr/bin/chromium-browser"].find((path) => existsSync(path))
if (executablePath === undefined) throw new Error("Chromium is needed: bash scripts/install-chromium.sh")

/** 500 made-up customers, as a spreadsheet leaves them. */
const list = (): string => {
  const rows = Array.from({ length: 500 }, (_, at) => {
    const digits = String(at * 7).padStart(8, "0")
    const number = at % 40 === 7 ? `10${digits}` : `010-${digits.slice(0, 4)}-${digits.slice(4)}`
    return `고객${at + 1},${number}`
  })
  return ["이름,전화번호", ...rows, "고객501,010-0000-9001 / 010-0000-9002", "고객502,1.01E+09"].join("\r\n")
}

const styles: { readonly [code: string]: string } = {
  1: "font-weight:700",
  2: "opacity:.6",
  31: "color:#ff8f8f",
  32: "color:#7ee2a8",
  33: "color:#f2d06b"
}

// What a terminal is told begins with the character that the rule is about.
const escaped = (text: string) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;")

const wide = /[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60]/

/** What a terminal makes of it: colours, and two columns for a syllable. */
const html = (shown: string): string => {
  let style = ""
  // oxlint-disable-next-line no-control-regex
  return shown.split(/(\u001B\[[0-9;]*m)/).map((piece) => {
    // oxlint-disable-next-line no-control-regex
    const code = /^\u001B\[([0-9;]*)m$/.exec(piece)?.[1]
    if (code !== undefined) {
      style = styles[code] ?? ""
      return ""
    }
    const cells = Array.from(piece, (sign) => wide.test(sign) ? `<i>${sign}</i>` : escaped(sign)).join("")
    return style === "" ? cells : `<span style="${style}">${cells}</span>`
  }).join("")
}

const page = (command: string, shown: string): string =>
  `<!doctype html><meta charset="utf-8"><style>
body{margin:0;background:#fff}
pre{display:inline-block;margin:0;padding:14px 18px;border-radius:8px;background:#1f2430;color:#e6e9ef;
font:14px/1.45 "DejaVu Sans Mono","Noto Sans Mono CJK KR",monospace}
i{display:inline-block;width:1.204em;font-style:normal;font-family:"Noto Sans Mono CJK KR","Noto Sans CJK KR",monospace;text-align:center}
b{color:#8fb8ff;font-weight:400}
</style><pre><b>$ ${html(command)}</b>
${html(shown)}</pre>`

const environment = (more: NodeJS.ProcessEnv): NodeJS.ProcessEnv => ({
  PATH: process.env["PATH"],
  HOME: home,
  TERM: "xterm",
  LANG: "C.UTF-8",
  ...more
})

/** On a terminal, as a person sees it in the end: what was drawn over is gone. */
const run = (args: ReadonlyArray<string>, env: NodeJS.ProcessEnv): string => {
  const quoted = [process.execPath, bin, ...args].map((word) => `'${word}'`).join(" ")
  const { stdout } = spawnSync("script", ["-qec", `stty cols ${columns}; ${quoted}`, "/dev/null"], {
    cwd: folder,
    env: environment(env),
    encoding: "utf8"
  })
  return stdout.replaceAll("\r\n", "\n").split("\n")
    // oxlint-disable-next-line no-control-regex
    .map((line) => (line.split("\r").at(-1) ?? "").replaceAll(/\u001B\[[0-9;]*K/g, "").trimEnd())
    .join("\n").trim()
}

const screens = [
  ["check", "check 명단.csv --text-file 문안.txt"],
  ["campaign", "campaign start 명단.csv --id 11월안내 --text-file 문안.txt --from 02-1234-5678 --repair-numbers"],
  ["report", "report --last 7d"]
] as const

try {
  await bundle(join(folder, "dist"))
  const encoded = EucKrCodec.encode(list(), { charset: "CP949" })
  if (encoded._tag === "Failure") throw new Error("the list has what CP949 lacks")
  writeFileSync(join(folder, "명단.csv"), encoded.success)
  writeFileSync(join(folder, "문안.txt"), "[서점] {이름}님, 주문하신 책이 도착했습니다. 매장에서 찾아가 주십시오.\n")
  const flags = [
    "--port",
    "0",
    "--env",
    "--completed-after",
    "1 second",
    "--outcome",
    "01000000070=3001",
    "--outcome",
    "01000000140=2003"
  ]
  const emulator = spawn(process.execPath, [bin, "emulate", ...flags], {
    env: environment({}),
    stdio: ["ignore", "pipe", "ignore"]
  })
  let said = ""
  for await (const piece of emulator.stdout.setEncoding("utf8")) {
    said += piece
    if (/SENS_BASE_URL=.*\n/.test(said)) break
  }
  const keys = Object.fromEntries(said.trim().split("\n").map((line) => line.split(/=(.*)/s).slice(0, 2)))
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] })
  const tab = await browser.newPage({ deviceScaleFactor: 1.5 })
  for (const [name, command] of screens) {
    for (const language of ["ko", "en"]) {
      const again = name === "campaign" && language === "en"
      const words = (again ? command.replace("11월안내", "november") : command).split(" ")
      const shown = run(words, { ...keys, SENS_LANG: language })
      await tab.setContent(page(`npx effect-sens ${words.join(" ")}`, shown))
      await tab.locator("pre").screenshot({ path: join(root, `docs/images/${name}.${language}.png`) })
      console.log(`${name}.${language}: ${shown.split("\n").length} lines`)
    }
  }
  const file = join(folder, "report.html")
  for (const language of ["ko", "en"]) {
    run(["report", "--last", "7d", "--html", file], { ...keys, SENS_LANG: language })
    await tab.setViewportSize({ width: 1000, height: 760 })
    await tab.goto(`file://${file}`)
    await tab.screenshot({ path: join(root, `docs/images/page.${language}.png`) })
  }
  await browser.close()
  emulator.kill("SIGTERM")
} finally {
  rmSync(folder, { recursive: true, force: true })
}
